"""ShipEngine's responses, one reader a request. Every reader takes any status and any bytes and never raises."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from shipconsole.domain.address import Address
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.measures import grams
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Outcome, Refused, TryLater, Unsure
from shipconsole.vendors.adapter import RemoteStore, StoreState
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.field_errors import (
    FieldError,
    flatten,
    message_of,
    not_done_yet,
    noted,
    parsed,
    path_in,
    reported_failure,
    unless_accepted,
    unreadable,
)
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.paging import OrderPage, Shortfall, entry
from shipconsole.vendors.received import at_ms, quantity_note
from shipconsole.vendors.request import Request, Response, json_text
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
_MAYBE_NOTIFIED = Message("shipengine.maybe_notified")
ORDER_ADVICE = {"invalid_identifier": _GONE, "identifier_conflict": _MAYBE_NOTIFIED, "invalid_status": _MAYBE_NOTIFIED}
ORDER_ADVICE_BY_STATUS = {404: _GONE, 409: _MAYBE_NOTIFIED}
"""Advice for requests about an order, by an error's code and by the response's status."""
SOURCE_ADVICE_BY_STATUS = {404: Message("shipengine.store_gone")}
ENVELOPE = frozenset(("request_id", "errors"))

_GRAM_UNITS = {"gram": "g", "kilogram": "kg", "ounce": "oz", "pound": "lb"}


def read_list_order_sources(response: Response) -> Outcome:
    """Return whether the address and the key are right, and how many stores there are."""
    body = parsed(response)
    failed = failure_of(response, body, by_status={})
    if failed is not None:
        return failed
    sources = cast("dict[str, Any]", body).get("order_sources") if isinstance(body, dict) else body
    if not isinstance(sources, list):
        return unreadable(response, TITLE)
    count = len(cast("list[Any]", sources))
    return Accepted(Message("shipengine.probed", count=count))


def read_list_sales_orders(response: Response, request: Request | None = None) -> OrderPage | Outcome:
    """Return a page of orders and the cursor of the next one; the list that it belongs to stands in the request."""
    body = parsed(response)
    failed = failure_of(response, body)
    if failed is not None:
        return failed
    if not isinstance(body, dict):
        return unreadable(response, TITLE)
    page = wire.SalesOrderList.model_validate(body)
    if page.sales_orders is None:
        return unreadable(response, TITLE)
    notes = notes_on(response.body, response.headers)
    orders: list[RemoteOrder] = []
    entries: list[str] = []
    for raw in page.sales_orders:
        order = order_of(raw)
        entries.append(entry(raw, order.remote_id if order else None))
        if order is None:
            notes.append(Message("sync.order_without_id"))
        else:
            orders.append(order)
    query = dict(request.query) if request else {}
    number = _page_number(query.get("page", "")) or page.page or 1
    next_page = _next_page(page, number)
    shortfalls: list[Shortfall] = []
    if page.page is not None and page.page != number:
        shortfalls.append("page_number")
    if next_page and page.pages is not None and number >= page.pages:
        shortfalls.append("past_last_page")
        next_page = None
    return OrderPage(
        orders=tuple(orders),
        next_cursor=f"{query.get('fulfillment_status', OPEN_STATUSES[0])}:{next_page}" if next_page else "",
        total=page.total,
        notes=tuple(notes),
        entries=tuple(entries),
        size=_page_number(query.get("page_size", "")) or 0,
        shortfalls=tuple(shortfalls),
    )


def read_get_sales_order(response: Response) -> RemoteOrder | Outcome:
    """Return an order."""
    body = parsed(response)
    failed = failure_of(response, body)
    if failed is not None:
        return failed
    order = order_of(cast("dict[str, object]", body)) if isinstance(body, dict) else None
    return noted(order, response) if order else unreadable(response, TITLE)


def read_order_source(response: Response) -> StoreState | Outcome:
    """Return the state of a store's refresh, from the response to starting it or to querying it."""
    body = parsed(response)
    failed = failure_of(response, body, by_status=SOURCE_ADVICE_BY_STATUS)
    if failed is not None:
        return failed
    info = wire.OrderSource.model_validate(body).refresh_info if isinstance(body, dict) else wire.RefreshInfo()
    if not info.status:
        return unreadable(response, TITLE)
    return _state(info)


def read_order_sources(response: Response) -> tuple[RemoteStore, ...] | Outcome:
    """Return the stores of the account, sent under `order_sources` or bare; one without id is left out."""
    body = parsed(response)
    failed = failure_of(response, body, by_status={})
    if failed is not None:
        return failed
    listed = cast("dict[str, Any]", body).get("order_sources") if isinstance(body, dict) else body
    if not isinstance(listed, list):
        return unreadable(response, TITLE)
    entries = cast("list[object]", listed)
    sources = [wire.OrderSource.model_validate(entry) for entry in entries if isinstance(entry, dict)]
    return tuple(
        RemoteStore(
            source.order_source_id,
            source.order_source_nickname or source.order_source_friendly_name,
            source.order_source_friendly_name or source.order_source_code,
            _state(source.refresh_info),
            source.refresh_info.last_refresh_attempt,
        )
        for source in sources
        if source.order_source_id
    )


def _state(info: wire.RefreshInfo) -> StoreState:
    return StoreState(info.status.casefold() == "idle", info.refresh_date, info.status or "unknown")


def read_notify_shipped(request: Request, response: Response) -> Outcome:
    """Return the outcome of a notification.

    The platform documents no body of success, so none is required. A 2xx that names errors, or is a page that no API
    would send, is unsure: whether the store was notified can be seen only there. So is a conflict (409), which may be
    with what an earlier attempt did, and a 503, which the platform does not document.
    Source: ShipEngine, Notify Marketplaces an Order has Shipped (read November 2026).
    """
    body = parsed(response)
    failed = failure_of(response, body, request.field_map)
    match failed:
        case Refused(problems) if response.status == CONFLICT:
            return Unsure(sentences(*(problem.message for problem in problems)))
        case TryLater(message, whole_account=False, nobody_there=False):
            return Unsure(message)
        case None:
            no_json = unreadable(response, TITLE) if body is None and response.body.strip() else None
            return no_json or reported_failure(response, body, TITLE) or not_done_yet(response, TITLE) or Accepted()
        case _:
            return failed


def failure_of(
    response: Response, body: Any, field_map: FieldMap | None = None, *, by_status: Mapping[int, Message] | None = None
) -> Outcome | None:
    """Return the outcome of a response that is no success; None where it is one.

    `by_status` is the advice for errors without a known code, by the response's status; by default that about orders.
    """
    if 200 <= response.status < 300 and not (isinstance(body, dict) and "errors" in body):
        return None
    details = wire.Errors.model_validate(body).errors if isinstance(body, dict) else ()
    usual = (ORDER_ADVICE_BY_STATUS if by_status is None else by_status).get(response.status, NO_MESSAGE)
    advice = ADVICE | ORDER_ADVICE if by_status is None else ADVICE
    field_errors = [_field_error(detail, advice, usual) for detail in details]
    if not any(detail.message or detail.error_code for detail in details):
        # Errors of another form than the documented one; a number is how many labels of a batch have errors.
        errors = cast("dict[str, Any]", body).get("errors") if isinstance(body, dict) else None
        others = [] if isinstance(errors, int | float) else flatten(errors)
        field_errors = [error._replace(advice=usual) for error in others] or field_errors
    names_errors = bool(field_errors)
    if not field_errors and isinstance(body, dict) and body:
        is_silent = cast("dict[str, Any]", body).keys() <= ENVELOPE
        field_errors = [FieldError((), "" if is_silent else message_of(body), usual)]
    outcome = unless_accepted(response, TITLE, field_errors, field_map or FieldMap())
    if outcome is None and names_errors:
        text = "; ".join(field_error.message for field_error in field_errors if field_error.message)
        return Unsure(Message("platform.named_errors", platform=TITLE, status=str(response.status), text=text))
    if isinstance(outcome, Refused) and not field_errors:
        return Refused(tuple(problem._replace(advice=usual) for problem in outcome.problems))
    return outcome


def _field_error(detail: wire.ErrorDetail, advice: Mapping[str, Message], usual: Message) -> FieldError:
    """Return an error with the path that its `field_name` spells, as in ``sales_order_items[0].quantity``.

    The advice is that for its code, else the usual one.
    """
    path = path_in(detail.field_name) if detail.field_name else ()
    text = detail.message or detail.error_code
    return FieldError(path, message_of(text) if text else "", advice.get(detail.error_code, usual))


def _next_page(page: wire.SalesOrderList, current: int) -> int | None:
    """Return the number of the next page. Source: ShipEngine, Pagination (read November 2026)."""
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
    """Return an order in our model; None where it has no id."""
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
        store_item_id=item.external_order_item_id,
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
    """Return the order's address; where it has none, that of its first item that has one."""
    addresses = (order.ship_to, *(item.ship_to for item in order.sales_order_items))
    has_any = (address for address in addresses if address.address_line1 or address.postal_code or address.name)
    address = next(has_any, wire.Address())
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
