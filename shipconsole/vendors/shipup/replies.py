"""Shipup's answers, one reader a call. Every reader takes any status and any bytes and never raises.

A refusal is a tree by field and position under `errors`, whose paths are not always those of the
request. Source: Shipup, Create or update an order (read November 2026).
"""

import re
from typing import Any, cast

from shipconsole.domain.address import Address
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused
from shipconsole.domain.problem import Path, Problem
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.exchange import Answer, Request, at_ms, json_text, quantity_note
from shipconsole.vendors.field_errors import (
    FieldError,
    denied,
    flatten,
    message_of,
    not_done_yet,
    noted,
    parsed,
    problems,
    unless_taken,
    unreadable,
)
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.paging import OrderPage, Shortfall, entry
from shipconsole.vendors.shipup import wire
from shipconsole.vendors.shipup.buyer import state_read

TITLE = "Shipup"
ADVICE = {
    "quantity": Message("shipup.quantity_fixed"),
    "shipped_quantity": Message("shipup.too_many_packed"),
}


def read_probe(answer: Answer) -> Outcome:
    """Whether the address and the key are right."""
    page = read_list_orders(answer)
    return Accepted() if isinstance(page, OrderPage) else page


def read_list_orders(answer: Answer, request: Request | None = None) -> OrderPage | Outcome:
    """A page of orders; the cursor is the least of Shipup's own ids on it, which becomes less from page to page."""
    body = parsed(answer)
    failed = failed_answer(answer, body, FieldMap())
    if failed is not None:
        return failed
    page = wire.OrderList.model_validate(body) if isinstance(body, dict) else wire.OrderList()
    if page.data is None:
        return unreadable(answer, TITLE)
    read = [_order(raw) for raw in page.data]
    orders = tuple(order for _, order in read if order is not None)
    ids = [order_id for order_id, _ in read if order_id is not None]
    named = [(order_id, order.remote_id if order else None) for order_id, order in read]
    notes = notes_on(answer.body, answer.headers)
    if len(orders) < len(read):
        notes.append(Message("sync.order_without_id"))
    asked = dict(request.query) if request else {}
    before = asked.get("ending_before", "")
    shortfalls: list[Shortfall] = []
    if page.has_more and not ids:
        shortfalls.append("empty_page")
    elif page.has_more and before.isdecimal() and min(ids) >= int(before):
        shortfalls.append("repeated")
    return OrderPage(
        orders=orders,
        next_cursor=str(min(ids)) if page.has_more and not shortfalls else "",
        notes=tuple(notes),
        entries=tuple(entry(raw, *known) for raw, known in zip(page.data, named, strict=True)),
        size=int(asked.get("limit", 0)),
        shortfalls=tuple(shortfalls),
    )


def read_get_order(answer: Answer) -> RemoteOrder | Outcome:
    """One order, whether it comes bare or as a list of one; several under one number are not sure."""
    body = parsed(answer)
    failed = failed_answer(answer, body, FieldMap())
    if failed is not None:
        return failed
    if not isinstance(body, dict):
        return unreadable(answer, TITLE)
    fields = cast("dict[str, Any]", body)
    found = wire.OrderList.model_validate(fields).data if "data" in fields else (fields,)
    if found == ():
        return Refused((Problem((), Message("shipup.no_order")),))
    _, order = _order(found[0]) if found and len(found) == 1 else (None, None)
    return noted(order, answer) if order else unreadable(answer, TITLE)


def read_create_order(request: Request, answer: Answer) -> Outcome:
    """What became of telling.

    The platform describes no body of success, so that none is asked for; but a page that no API would send
    is not sure.
    """
    body = parsed(answer)
    failed = failed_answer(answer, body, request.field_map)
    if failed is not None:
        return failed
    if body is None and answer.body.strip():
        return unreadable(answer, TITLE)
    return denied(answer, body, TITLE) or not_done_yet(answer, TITLE) or Accepted()


def failed_answer(answer: Answer, body: Any, field_map: FieldMap) -> Outcome | None:
    """What an answer says if it is none of success; None where it is."""
    field_errors = [
        one._replace(advice=ADVICE.get(_name(one.path), NO_MESSAGE)) for one in _field_errors(body, answer.status)
    ]
    outcome = unless_taken(answer, TITLE, field_errors, field_map)
    if outcome is None and field_errors:
        outcome = Refused(problems(field_errors, field_map))
    if isinstance(outcome, Blocked) and answer.status == 401:
        return Blocked(sentences(outcome.message, Message("shipup.bearer")))
    return outcome


def _field_errors(body: Any, status: int) -> list[FieldError]:
    """The errors of a body; of a body that has none, its words, if the status says that it failed."""
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    found = flatten(fields.get("errors"))
    if not found and status >= 300 and body:
        found = [FieldError((), message_of(body))]
    return [field_error._replace(path=_snake(field_error.path)) for field_error in found]


def _snake(path: Path) -> Path:
    """A path with the names as they are sent: other pages of the platform's show `merchantId`."""
    return tuple(
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", part).lower() if isinstance(part, str) else part for part in path
    )


def _name(path: Path) -> str:
    return str(path[-1]) if path else ""


def _order(raw: dict[str, object]) -> tuple[int | None, RemoteOrder | None]:
    """Shipup's own id, and the order in our words; None for one that the shop's id does not name."""
    notes: list[Message] = []
    order = wire.Order.model_validate(raw, context=notes)
    if not order.merchant_id:
        return order.id, None
    statuses = [fulfillment.status_code.casefold() for fulfillment in order.fulfillments]
    return order.id, RemoteOrder(
        remote_id=order.merchant_id,
        number=order.order_number or order.merchant_id,
        status=", ".join(dict.fromkeys(status for status in statuses if status)),
        cancelled=order.canceled,
        shipped_elsewhere=bool(statuses) and all(status == "shipped" for status in statuses),
        lines=_lines(order, notes),
        ship_to=_ship_to(order),
        ordered_at_ms=at_ms(order.ordered_at or order.created_at),
        notes=tuple(dict.fromkeys(notes)),
        document=json_text(cast("Any", raw)),
    )


def _lines(order: wire.Order, notes: list[Message]) -> tuple[RemoteLine, ...]:
    """Every item once, wherever in the order, its fulfillments and its packages it stands."""
    places: dict[tuple[str, str], list[wire.LineItem]] = {}
    everywhere = [*order.line_items]
    for fulfillment in order.fulfillments:
        everywhere += fulfillment.line_items
        everywhere += [item for tracker in fulfillment.trackers for item in tracker.line_items]
    for item in everywhere:
        # Without an id of its own an item is known by its SKU, else by its title.
        name = "" if item.merchant_id else item.sku or item.title or item.name
        places.setdefault((item.merchant_id, name), []).append(item)
    lines: list[RemoteLine] = []
    for (merchant_id, name), items in places.items():
        quantity = max((item.quantity for item in items if item.quantity is not None), default=None)
        # One place may leave out what another tells; what is told and no whole number stands before both.
        odd = next((item.quantity_text for item in items if item.quantity_text not in ("", "null")), "")
        if odd or quantity is None:
            quantity, odd = None, odd or "null"
            notes.append(quantity_note(merchant_id or name, odd))
        cancelled = max((item.canceled_quantity or 0 for item in items), default=0)
        if any(item.canceled for item in items):
            cancelled = quantity or cancelled
        first = items[0]
        lines.append(
            RemoteLine(
                remote_id=merchant_id,
                shop_id=merchant_id,
                sku=next((item.sku for item in items if item.sku), merchant_id or name),
                description=" - ".join(text for text in (first.title or first.name, first.variant_title) if text),
                quantity=quantity,
                quantity_text=odd,
                cancelled=cancelled if quantity is None else min(cancelled, quantity),
            )
        )
    return tuple(lines)


def _ship_to(order: wire.Order) -> Address:
    """The order's address; where it has none, that of its first fulfillment that has one."""
    given = (order.shipping_address, *(one.shipping_address for one in order.fulfillments))
    address = next((one for one in given if one.address1 or one.zip or one.city), wire.Address())
    name = " ".join(part for part in (address.first_name, address.last_name) if part) or address.name
    return Address(
        name=name or " ".join(part for part in (order.first_name, order.last_name) if part),
        company=address.company_title or address.company,
        email=order.email,
        phone=address.phone or order.phone,
        street=address.address1,
        street2=address.address2,
        street3=address.address3,
        city=address.city,
        state=state_read(address),
        postal_code=address.zip,
        country=address.country_code or address.country,
    )
