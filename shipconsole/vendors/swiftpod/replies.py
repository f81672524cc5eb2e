"""SwiftPOD's responses, one reader a request. Every reader takes any status and any bytes and never raises.

No body of an error is documented, so the text of any body is quoted.
"""

from typing import Any, cast

from shipconsole.domain.address import Address
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, verbatim
from shipconsole.domain.outcome import Accepted, Outcome, Refused
from shipconsole.domain.problem import Problem
from shipconsole.domain.remote_track import RemotePacked, RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.domain.webhook_event import Webhook
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.field_errors import (
    FieldError,
    flatten,
    message_of,
    not_done_yet,
    noted,
    parse,
    parsed,
    problems,
    unless_accepted,
    unreadable,
)
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.paging import OrderPage, entry
from shipconsole.vendors.received import at_ms, quantity_note
from shipconsole.vendors.request import Request, Response, json_text
from shipconsole.vendors.swiftpod import wire
from shipconsole.vendors.swiftpod.requests import WITH_TEST_ORDERS

TITLE = "SwiftPOD"
TEST_ORDER = Message("swiftpod.test_order")

# Source: SwiftPOD, Webhook Notification - Order Status Example (read November 2026).
CANCELLED = ("cancelled", "canceled", "in_production_cancelled")
SHIPPED = ("shipped", "delivered")
ADVICE = {404: Message("platform.order_gone", platform="SwiftPOD")}

# Only `delivered` is documented; the others are common names of a package's states.
TRACKING_STATUSES: dict[str, tuple[RemoteStatus, Message]] = {
    "delivered": ("delivered", Message("tracking.delivered")),
    "in_transit": ("in_transit", Message("tracking.in_transit")),
    "pre_transit": ("not_yet", Message("tracking.not_in_system")),
}


def read_probe(response: Response) -> Outcome:
    """Return whether the address and the key are right."""
    page = read_list_orders(response)
    return Accepted() if isinstance(page, OrderPage) else page


def read_list_orders(response: Response, request: Request | None = None) -> OrderPage | Outcome:
    """Return a page of orders with the number of the next page.

    Test orders are left out unless the request asked for them: none may be shipped. How the last page is recognized is
    not documented: by `last_page` where it is sent, else by a page that is not full.
    """
    body = parsed(response)
    failed = _failure_of(response, body)
    if failed is not None:
        return failed
    page = wire.OrderList.model_validate(body) if isinstance(body, dict) else wire.OrderList()
    if page.data is None:
        return unreadable(response, TITLE)
    with_tests = request is not None and request.mode == WITH_TEST_ORDERS
    read = [(raw, order_of(raw)) for raw in page.data]
    kept = [order for raw, order in read if with_tests or not is_test(raw)]
    orders = tuple(order for order in kept if order is not None)
    notes = notes_on(response.body, response.headers)
    if left_out := len(read) - len(kept):
        notes.append(Message("swiftpod.test_orders_left_out", count=left_out))
    if len(orders) < len(kept):
        notes.append(Message("sync.order_without_id"))
    query = dict(request.query) if request else {}
    size = int(query["limit"]) if query.get("limit", "").isdecimal() else 0
    number = int(query["page"]) if query.get("page", "").isdecimal() else page.current_page or 1
    more = number < page.last_page if page.last_page is not None else bool(size) and len(read) >= size
    return OrderPage(
        orders=orders,
        next_cursor=str(number + 1) if more else "",
        total=page.total,
        notes=tuple(notes),
        entries=tuple(entry(raw, order.remote_id if order else None) for raw, order in read),
        size=size,
        shortfalls=() if page.current_page in (None, number) else ("page_number",),
    )


def read_get_order(response: Response) -> RemoteOrder | Outcome:
    """Return one order, sent bare or under `data`."""
    body = parsed(response)
    failed = _failure_of(response, body)
    if failed is not None:
        return failed
    if not isinstance(body, dict):
        return unreadable(response, TITLE)
    fields = cast("dict[str, Any]", body)
    found = wire.OrderList.model_validate(fields).data if "id" not in fields else (fields,)
    order = order_of(found[0]) if found and len(found) == 1 else None
    return noted(order, response) if order else unreadable(response, TITLE)


def read_update(_request: Request, response: Response) -> Outcome:
    """Return the outcome of an update; none is sent to SwiftPOD, but any response can be read."""
    return _read_status(response, FieldMap())


def read_subscribe_webhook(request: Request, response: Response) -> Webhook | Outcome:
    """Return the webhook as it was requested: the response only confirms it."""
    outcome = _read_status(response, request.field_map)
    if not isinstance(outcome, Accepted):
        return outcome
    requested = cast("dict[str, str]", request.body)
    return Webhook(event=requested["event"], url=requested["url"], name=requested["name"])


def track_of(
    raw: dict[str, object], numbers: frozenset[str] = frozenset(), items: frozenset[str] = frozenset()
) -> RemoteTrack:
    """Return a package in our model, read from an order or from an event.

    `numbers` are those of all the order's packages, `items` the ids of its line items: a link to another package is
    left out, and packed units of an unknown item are noted.
    """
    notes: list[Message] = []
    tracking = wire.Tracking.model_validate(raw, context=notes)
    number, url = tracking.tracking_number, tracking.tracking_url
    if number not in url and any(other in url for other in numbers if other):
        url = ""
        notes.append(Message("swiftpod.other_package", number=number))
    ids = [item.order_item_id for item in tracking.shipped_items]
    notes += [
        Message("swiftpod.unknown_item", number=number, item=item_id, platform=TITLE)
        for item_id in ids
        if items and item_id not in items
    ]
    code = tracking.status or tracking.tracking_status
    status, message = TRACKING_STATUSES.get(code.strip().casefold(), ("unknown", _quoted_status(code)))
    return RemoteTrack(
        tracking_number=number,
        carrier=tracking.carrier or tracking.carrier_code,
        status=status,
        code=code,
        message=message,
        url=url,
        created=RemoteTime.read(tracking.created_at),
        items=tuple(
            RemotePacked(remote_id=item.order_item_id, quantity=item.quantity) for item in tracking.shipped_items
        ),
        timed=False,
        notes=tuple(dict.fromkeys(notes)),
        document=json_text(cast("Any", raw)),
    )


def read_tracks(document: str) -> tuple[RemoteTrack, ...]:
    """Return the packages in a stored order; none where it cannot be read."""
    body = parse(document.encode())
    order = order_of(cast("dict[str, object]", body)) if isinstance(body, dict) else None
    return order.tracks if order is not None else ()


def _quoted_status(status: str) -> Message:
    if not status.strip():
        return Message("tracking.no_status")
    return Message("platform.message", platform=TITLE, text=status.replace("_", " "))


def _read_status(response: Response, field_map: FieldMap) -> Outcome:
    """Return the outcome of a request whose response is only a `status` and a `message`."""
    body = parsed(response)
    failed = _failure_of(response, body, field_map)
    if failed is not None:
        return failed
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    if fields.get("status") is not True:
        return unreadable(response, TITLE)
    done = Accepted(verbatim(message_of(fields)) if fields.get("message") else NO_MESSAGE)
    return not_done_yet(response, TITLE) or done


def _failure_of(response: Response, body: Any, field_map: FieldMap | None = None) -> Outcome | None:
    """Return the outcome of a response that is no success; None where it is one.

    A 2xx whose `status` is false is a rejection too, unless it is an order, which has an id.
    """
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    is_rejected = fields.get("status") is False and "id" not in fields
    field_errors = flatten(fields.get("errors"))
    if not field_errors and body and (is_rejected or response.status >= 300):
        field_errors = [FieldError((), message_of(body))]
    outcome = unless_accepted(response, TITLE, field_errors, field_map or FieldMap())
    if outcome is None and is_rejected:
        found = problems(field_errors, field_map or FieldMap())
        outcome = Refused(found or (Problem((), Message("platform.rejected_silently", platform=TITLE)),))
    if isinstance(outcome, Refused):
        advice = ADVICE.get(response.status, NO_MESSAGE)
        return Refused(tuple(problem._replace(advice=advice) for problem in outcome.problems))
    return outcome


def is_test(raw: dict[str, object]) -> bool:
    """Return whether an order is a test: anything but a clear no means yes."""
    value = raw.get("test_order")
    return value is not None and str(value).strip().casefold() not in ("", "false", "no", "0")


def order_of(raw: dict[str, object]) -> RemoteOrder | None:
    """Return an order in our model; None where it has no id."""
    notes: list[Message] = []
    order = wire.Order.model_validate(raw, context=notes)
    if not order.id:
        return None
    status = order.status.strip().casefold()
    remarks: list[Message] = [TEST_ORDER] if is_test(raw) else []
    if status == "rejected" or order.rejected_status:
        reason = order.rejected_status.replace("_", " ")
        remarks.append(Message("swiftpod.rejected_for", reason=reason) if reason else Message("swiftpod.rejected"))
    lines = tuple(_line(item, notes) for item in order.line_items)
    numbers = frozenset(wire.Tracking.model_validate(tracking).tracking_number for tracking in order.trackings)
    items = frozenset(line.remote_id for line in lines)
    return RemoteOrder(
        remote_id=order.id,
        number=order.order_id or order.id,
        status=order.status,
        cancelled=status in CANCELLED or bool(order.cancelled_at),
        shipped_elsewhere=status in SHIPPED,
        lines=lines,
        ship_to=_ship_to(order.address),
        service=order.shipping_method,
        ordered_at_ms=at_ms(order.created_at),
        due_at_ms=at_ms(order.ship_by_date),
        changed_at_ms=at_ms(order.updated_at),
        is_test=is_test(raw),
        note=Message("order.remarks", parts=tuple(remarks)) if len(remarks) > 1 else (*remarks, NO_MESSAGE)[0],
        notes=tuple(dict.fromkeys([*remarks, *notes])),
        tracks=tuple(track_of(tracking, numbers, items) for tracking in order.trackings),
        document=json_text(cast("Any", raw)),
    )


def _line(item: wire.LineItem, notes: list[Message]) -> RemoteLine:
    sku = item.sku or item.name
    if item.quantity is None:
        notes.append(quantity_note(sku, item.quantity_text))
    return RemoteLine(
        remote_id=item.order_item_id or item.id,
        store_item_id=item.order_item_id,
        sku=sku,
        description=item.name,
        quantity=item.quantity,
        quantity_text=item.quantity_text,
    )


def _ship_to(address: wire.Address) -> Address:
    return Address(
        name=address.name,
        company=address.company,
        email=address.email,
        phone=address.phone,
        street=address.street1,
        street2=address.street2,
        city=address.city,
        state=address.state,
        postal_code=address.zip,
        country=address.country,
    )
