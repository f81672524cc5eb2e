"""ShipEngine's answers, one reader a call. Every reader takes any status and any bytes and never raises."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from shipconsole.domain.address import Address
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.measures import grams
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Outcome, Refused, TryLater, Unsure
from shipconsole.vendors.adapter import Source, SourceState
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
    path_in,
    unless_taken,
    unreadable,
)
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.paging import OrderPage, Shortfall, entry
from shipconsole.vendors.shipengine import wire
from shipconsole.vendors.shipengine.requests import OPEN_STATUSES

TITLE = "ShipEngine"
CONFLICT = 409

# Source: ShipEngine, Sales Orders, error codes of the API reference (read November 2026).
ADVICE = {
    "order_source_not_active": Message("shipengine.reconnect_store"),
    "refresh_not_supported": Message("shipengine.no_refresh"),
    "carrier_not_connected": Message("shipengine.choose_carrier"),
    "carrier_disconnected": Message("shipengine.reconnect_carrier"),
    "carrier_not_supported": Message("shipengine.other_carrier"),
    "subscription_inactive": Message("shipengine.plan"),
    "trial_expired": Message("shipengine.trial"),
}
_GONE = Message("platform.order_gone", platform="ShipEngine")
_TOLD = Message("shipengine.maybe_notified")
ORDER_ADVICE = {"invalid_identifier": _GONE, "identifier_conflict": _TOLD, "invalid_status": _TOLD}
ORDER_ADVICE_BY_STATUS = {404: _GONE, 409: _TOLD}
"""What helps where a call is about an order, by an error's code and by the answer's status."""
SOURCE_ADVICE_BY_STATUS = {404: Message("shipengine.store_gone")}
ENVELOPE = frozenset(("request_id", "errors"))

_GRAM_UNITS = {"gram": "g", "kilogram": "kg", "ounce": "oz", "pound": "lb"}


def read_list_order_sources(answer: Answer) -> Outcome:
    """Whether the address and the key are right, and how many shops there are."""
    body = parsed(answer)
    failed = unless_done(answer, body, by_status={})
    if failed is not None:
        return failed
    sources = cast("dict[str, Any]", body).get("order_sources") if isinstance(body, dict) else body
    if not isinstance(sources, list):
        return unreadable(answer, TITLE)
    count = len(cast("list[Any]", sources))
    return Accepted(Message("shipengine.probed", count=count))


def read_list_sales_orders(answer: Answer, request: Request | None = None) -> OrderPage | Outcome:
    """A page of orders, and the cursor of the next one of the same list, which stands in the request."""
    body = parsed(answer)
    failed = unless_done(answer, body)
    if failed is not None:
        return failed
    if not isinstance(body, dict):
        return unreadable(answer, TITLE)
    page = wire.SalesOrderList.model_validate(body)
    if page.sales_orders is None:
        return unreadable(answer, TITLE)
    notes = notes_on(answer.body, answer.headers)
    orders: list[RemoteOrder] = []
    entries: list[str] = []
    for raw in page.sales_orders:
        order = order_of(raw)
        entries.append(entry(raw, order.remote_id if order else None))
        if order is None:
            notes.append(Message("sync.order_without_id"))
        else:
            orders.append(order)
    asked = dict(request.query) if request else {}
    number = _page_number(asked.get("page", "")) or page.page or 1
    next_page = _next_page(page, number)
    shortfalls: list[Shortfall] = []
    if page.page is not None and page.page != number:
        shortfalls.append("page_number")
    if next_page and page.pages is not None and number >= page.pages:
        shortfalls.append("past_last_page")
        next_page = None
    return OrderPage(
        orders=tuple(orders),
        next_cursor=f"{asked.get('fulfillment_status', OPEN_STATUSES[0])}:{next_page}" if next_page else "",
        total=page.total,
        notes=tuple(notes),
        entries=tuple(entries),
        size=_page_number(asked.get("page_size", "")) or 0,
        shortfalls=tuple(shortfalls),
    )


def read_get_sales_order(answer: Answer) -> RemoteOrder | Outcome:
    """One order."""
    body = parsed(answer)
    failed = unless_done(answer, body)
    if failed is not None:
        return failed
    order = order_of(cast("dict[str, object]", body)) if isinstance(body, dict) else None
    return noted(order, answer) if order else unreadable(answer, TITLE)


def read_order_source(answer: Answer) -> SourceState | Outcome:
    """How far a shop's refresh is, as both the call that starts it and the look at it answer."""
    body = parsed(answer)
    failed = unless_done(answer, body, by_status=SOURCE_ADVICE_BY_STATUS)
    if failed is not None:
        return failed
    info = wire.OrderSource.model_validate(body).refresh_info if isinstance(body, dict) else wire.RefreshInfo()
    if not info.status:
        return unreadable(answer, TITLE)
    return _state(info)


def read_order_sources(answer: Answer) -> tuple[Source, ...] | Outcome:
    """The shops of the account, whether they come under `order_sources` or bare; one without id is left out."""
    body = parsed(answer)
    failed = unless_done(answer, body, by_status={})
    if failed is not None:
        return failed
    told = cast("dict[str, Any]", body).get("order_sources") if isinstance(body, dict) else body
    if not isinstance(told, list):
        return unreadable(answer, TITLE)
    found = [wire.OrderSource.model_validate(one) for one in cast("list[object]", told) if isinstance(one, dict)]
    return tuple(
        Source(
            one.order_source_id,
            one.order_source_nickname or one.order_source_friendly_name,
            one.order_source_friendly_name or one.order_source_code,
            _state(one.refresh_info),
            one.refresh_info.last_refresh_attempt,
        )
        for one in found
        if one.order_source_id
    )


def _state(info: wire.RefreshInfo) -> SourceState:
    return SourceState(info.status.casefold() == "idle", info.refresh_date, info.status or "unknown")


def read_notify_shipped(request: Request, answer: Answer) -> Outcome:
    """What became of telling.

    The platform describes no body of success, so that none is asked for. A 2xx that names errors, or comes
    as a page that no API would send, is not sure: whether the shop was told has to be seen there. Nor is a conflict
    (409), which may well be with what an earlier try did, or a 503, of which the platform says nothing.
    Source: ShipEngine, Notify Marketplaces an Order has Shipped (read November 2026).
    """
    body = parsed(answer)
    failed = unless_done(answer, body, request.field_map)
    match failed:
        case Refused(problems) if answer.status == CONFLICT:
            return Unsure(sentences(*(problem.message for problem in problems)))
        case TryLater(message, whole_account=False, nobody_there=False):
            return Unsure(message)
        case None:
            said_nothing = unreadable(answer, TITLE) if body is None and answer.body.strip() else None
            return said_nothing or denied(answer, body, TITLE) or not_done_yet(answer, TITLE) or Accepted()
        case _:
            return failed


def unless_done(
    answer: Answer, body: Any, field_map: FieldMap | None = None, *, by_status: Mapping[int, Message] | None = None
) -> Outcome | None:
    """What an answer says if it is none of success; None where it is.

    `by_status` is what helps where an error itself does not tell, by the answer's status; usually it is about an order.
    """
    details = wire.Errors.model_validate(body).errors if isinstance(body, dict) else ()
    usual = (ORDER_ADVICE_BY_STATUS if by_status is None else by_status).get(answer.status, NO_MESSAGE)
    advice = ADVICE | ORDER_ADVICE if by_status is None else ADVICE
    field_errors = [_field_error(detail, advice, usual) for detail in details]
    if not any(detail.message or detail.error_code for detail in details):
        # Errors of another form than the one that is described; a number is how many labels of a batch have some.
        told = cast("dict[str, Any]", body).get("errors") if isinstance(body, dict) else None
        others = [] if isinstance(told, int | float) else flatten(told)
        field_errors = [one._replace(advice=usual) for one in others] or field_errors
    names_errors = bool(field_errors)
    if not field_errors and isinstance(body, dict) and body:
        is_silent = cast("dict[str, Any]", body).keys() <= ENVELOPE
        field_errors = [FieldError((), "" if is_silent else message_of(body), usual)]
    outcome = unless_taken(answer, TITLE, field_errors, field_map or FieldMap())
    if outcome is None and names_errors:
        said = "; ".join(field_error.message for field_error in field_errors if field_error.message)
        return Unsure(Message("platform.named_errors", platform=TITLE, status=str(answer.status), said=said))
    if isinstance(outcome, Refused) and not field_errors:
        return Refused(tuple(problem._replace(advice=usual) for problem in outcome.problems))
    return outcome


def _field_error(detail: wire.ErrorDetail, advice: Mapping[str, Message], usual: Message) -> FieldError:
    """One error with the path its `field_name` spells, as in ``sales_order_items[0].quantity``.

    What helps is said by its code, else it is what usually helps.
    """
    path = path_in(detail.field_name) if detail.field_name else ()
    told = detail.message or detail.error_code
    said = message_of(told) if told else ""
    return FieldError(path, said, advice.get(detail.error_code, usual))


def _next_page(page: wire.SalesOrderList, current: int) -> int | None:
    """The number of the next page. Source: ShipEngine, Pagination (read November 2026)."""
    if page.links.next is not None and page.links.next.href:
        return _page_number(_in_query(page.links.next.href, "page")) or current + 1
    return current + 1 if page.pages and current < page.pages else None


def _page_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _in_query(address: str, name: str) -> str:
    try:
        return parse_qs(urlsplit(address).query).get(name, [""])[0]
    except ValueError:
        return ""


def order_of(raw: dict[str, object]) -> RemoteOrder | None:
    """An order in our words; None where it has no id by which it could be named again."""
    notes: list[Message] = []
    order = wire.SalesOrder.model_validate(raw, context=notes)
    if not order.sales_order_id:
        return None
    status = order.sales_order_status
    services = [item.requested_shipping_options.shipping_service for item in order.sales_order_items]
    due = [at_ms(item.requested_shipping_options.ship_date) for item in order.sales_order_items]
    return RemoteOrder(
        remote_id=order.sales_order_id,
        number=order.external_order_number or order.external_order_id or order.sales_order_id,
        source_id=order.order_source.order_source_id,
        source_name=order.order_source.order_source_nickname or order.order_source.order_source_friendly_name,
        status=status.fulfillment_status,
        cancelled=status.is_cancelled,
        shipped_elsewhere=status.fulfillment_status.casefold() == "fulfilled",
        lines=tuple(_line(item, notes) for item in order.sales_order_items),
        ship_to=_ship_to(order),
        service=", ".join(dict.fromkeys(filter(None, services))),
        ordered_at_ms=at_ms(order.order_date or order.created_at),
        due_at_ms=min((moment for moment in due if moment is not None), default=None),
        changed_at_ms=at_ms(order.modified_at),
        note=Message("order.gift") if any(item.is_gift for item in order.sales_order_items) else NO_MESSAGE,
        notes=tuple(dict.fromkeys(notes)),
        document=json_text(cast("Any", raw)),
    )


def _line(item: wire.SalesOrderItem, notes: list[Message]) -> RemoteLine:
    details = item.line_item_details
    sku = details.sku or details.asin or details.name
    if item.quantity is None:
        notes.append(quantity_note(sku, item.quantity_text))
    return RemoteLine(
        remote_id=item.sales_order_item_id,
        shop_id=item.external_order_item_id,
        sku=sku,
        description=details.name,
        quantity=item.quantity,
        quantity_text=item.quantity_text,
        weight_g=_weight_g(details.weight),
    )


def _weight_g(weight: wire.Weight) -> int | None:
    unit = _GRAM_UNITS.get(weight.unit.casefold())
    if unit is None or weight.value is None or not 0 <= weight.value <= 1_000_000:
        return None
    return grams(str(weight.value), unit)


def _ship_to(order: wire.SalesOrder) -> Address:
    """The order's address; where it has none, that of its first item that has one."""
    given = (order.ship_to, *(item.ship_to for item in order.sales_order_items))
    address = next((one for one in given if one.address_line1 or one.postal_code or one.name), wire.Address())
    return Address(
        name=address.name,
        company=address.company_name,
        email=address.email or order.customer.email,
        phone=address.phone or order.customer.phone,
        street=address.address_line1,
        street2=address.address_line2,
        street3=address.address_line3,
        city=address.city_locality,
        state=address.state_province,
        postal_code=address.postal_code,
        country=address.country_code,
    )
