"""Shipup's responses, one reader a request. Every reader takes any status and any bytes and never raises.

A rejection is a tree by field and position under `errors`, whose paths are not always those of the
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
from shipconsole.vendors.field_errors import (
    FieldError,
    flatten,
    message_of,
    not_done_yet,
    noted,
    parsed,
    problems,
    reported_failure,
    unless_accepted,
    unreadable,
)
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.paging import OrderPage, Shortfall, entry
from shipconsole.vendors.received import at_ms, quantity_note
from shipconsole.vendors.request import Request, Response, json_text
from shipconsole.vendors.shipup import wire
from shipconsole.vendors.shipup.order_state import state_read
from shipconsole.vendors.stored_document import read_stored

TITLE = "Shipup"
ADVICE = {
    "quantity": Message("shipup.quantity_fixed"),
    "shipped_quantity": Message("shipup.too_many_packed"),
}


def read_probe(response: Response) -> Outcome:
    """Return whether the address and the key are right."""
    page = read_list_orders(response)
    return Accepted() if isinstance(page, OrderPage) else page


def read_list_orders(response: Response, request: Request | None = None) -> OrderPage | Outcome:
    """Return a page of orders; its cursor is the least of Shipup's own ids on it, decreasing from page to page."""
    body = parsed(response)
    failed = failure_of(response, body, FieldMap())
    if failed is not None:
        return failed
    page = wire.OrderList.model_validate(body) if isinstance(body, dict) else wire.OrderList()
    if page.data is None:
        return unreadable(response, TITLE)
    read = [_order(raw) for raw in page.data]
    orders = tuple(order for _, order in read if order is not None)
    ids = [order_id for order_id, _ in read if order_id is not None]
    named = [(order_id, order.remote_id if order else None) for order_id, order in read]
    notes = notes_on(response.body, response.headers)
    if len(orders) < len(read):
        notes.append(Message("sync.order_without_id"))
    query = dict(request.query) if request else {}
    before = query.get("ending_before", "")
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
        size=int(query.get("limit", 0)),
        shortfalls=tuple(shortfalls),
    )


def read_get_order(response: Response) -> RemoteOrder | Outcome:
    """Return one order, sent bare or as a list of one; several under one number are unsure."""
    body = parsed(response)
    failed = failure_of(response, body, FieldMap())
    if failed is not None:
        return failed
    if not isinstance(body, dict):
        return unreadable(response, TITLE)
    fields = cast("dict[str, Any]", body)
    found = wire.OrderList.model_validate(fields).data if "data" in fields else (fields,)
    if found == ():
        return Refused((Problem((), Message("shipup.no_order")),))
    _, order = _order(found[0]) if found and len(found) == 1 else (None, None)
    return noted(order, response) if order else unreadable(response, TITLE)


def read_create_order(request: Request, response: Response) -> Outcome:
    """Return the outcome of an update.

    The platform documents no body of success, so none is required; but a page that no API would send is unsure.
    """
    body = parsed(response)
    failed = failure_of(response, body, request.field_map)
    if failed is not None:
        return failed
    if body is None and response.body.strip():
        return unreadable(response, TITLE)
    return reported_failure(response, body, TITLE) or not_done_yet(response, TITLE) or Accepted()


def read_created(request: Request, response: Response) -> RemoteOrder | Outcome:
    """Return the order as it was sent: the platform documents no body of success, and keeps our ids."""
    outcome = read_create_order(request, response)
    if not isinstance(outcome, Accepted):
        return outcome
    found = read_get_order(Response(200, {}, request.body_text.encode()))
    return found if isinstance(found, RemoteOrder) else outcome


def failure_of(response: Response, body: Any, field_map: FieldMap) -> Outcome | None:
    """Return the outcome of a response that is no success; None where it is one."""
    field_errors = [
        error._replace(advice=ADVICE.get(_name(error.path), NO_MESSAGE))
        for error in _field_errors(body, response.status)
    ]
    outcome = unless_accepted(response, TITLE, field_errors, field_map)
    if outcome is None and field_errors:
        outcome = Refused(problems(field_errors, field_map))
    if isinstance(outcome, Blocked) and response.status == 401:
        return Blocked(sentences(outcome.message, Message("shipup.bearer")))
    return outcome


def _field_errors(body: Any, status: int) -> list[FieldError]:
    """Return the errors of a body; where it has none but the status is a failure, its text."""
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    found = flatten(fields.get("errors"))
    if not found and status >= 300 and body:
        found = [FieldError((), message_of(body))]
    return [field_error._replace(path=_snake(field_error.path)) for field_error in found]


def _snake(path: Path) -> Path:
    """Return a path with the names as they are sent: other pages of the platform show `merchantId`."""
    return tuple(
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", part).lower() if isinstance(part, str) else part for part in path
    )


def _name(path: Path) -> str:
    return str(path[-1]) if path else ""


def _order(raw: dict[str, object]) -> tuple[int | None, RemoteOrder | None]:
    """Return Shipup's own id, and the order in our model; None for one without the store's id."""
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
    """Return every item once, wherever it stands in the order, its fulfillments and its packages."""
    by_id: dict[tuple[str, str], list[wire.LineItem]] = {}
    all_items = [*order.line_items]
    for fulfillment in order.fulfillments:
        all_items += fulfillment.line_items
        all_items += [item for tracker in fulfillment.trackers for item in tracker.line_items]
    for item in all_items:
        # Without an id of its own an item is known by its SKU, else by its title.
        name = "" if item.merchant_id else item.sku or item.title or item.name
        by_id.setdefault((item.merchant_id, name), []).append(item)
    lines: list[RemoteLine] = []
    for (merchant_id, name), items in by_id.items():
        quantity = max((item.quantity for item in items if item.quantity is not None), default=None)
        # One position may leave out what another has; a quantity that is no whole number takes precedence.
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
                store_item_id=merchant_id,
                sku=next((item.sku for item in items if item.sku), merchant_id or name),
                description=" - ".join(text for text in (first.title or first.name, first.variant_title) if text),
                quantity=quantity,
                quantity_text=odd,
                cancelled=cancelled if quantity is None else min(cancelled, quantity),
            )
        )
    return tuple(lines)


def _ship_to(order: wire.Order) -> Address:
    """Return the order's address; where it has none, that of its first fulfillment that has one."""
    addresses = (order.shipping_address, *(fulfillment.shipping_address for fulfillment in order.fulfillments))
    has_any = (address for address in addresses if address.address1 or address.zip or address.city)
    address = next(has_any, wire.Address())
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


def read_pictures(document: str) -> dict[str, str]:
    """Return the addresses of the items' pictures by the items' ids."""
    order = read_stored(wire.Order, document)
    items = [*order.line_items]
    for fulfillment in order.fulfillments:
        items += fulfillment.line_items
        items += (item for tracker in fulfillment.trackers for item in tracker.line_items)
    return {item.merchant_id: item.thumbnail.src for item in items if item.thumbnail.src}
