"""Readers of SwiftPOD's webhook events: an order, and the package that the event is about.

They are not signed, so they are only hints: their content is queried at SwiftPOD before any connection is notified.
Source: SwiftPOD, Webhook Notification - Tracking Number Example, Order Status Example (read November 2026).
"""

from typing import Any, cast

from shipconsole.domain import carrier as carriers
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteEvent, RemoteTime, RemoteTrack
from shipconsole.domain.webhook_event import EventContent, OrderEvent, ReadWebhookEvent, UnknownEvent
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.request import json_text
from shipconsole.vendors.swiftpod.replies import TITLE, order_of, track_of
from shipconsole.vendors.webhook_event import content_hash, unknown_event, unreadable_event

STOCK = "stock_notify"
ORDER_EVENTS = ("order_notify", "shipment_notify")


def read_event(body: bytes) -> ReadWebhookEvent:
    """Read a webhook event; any bytes give one.

    The state of a package stands in the event, whatever its name. It is identified by name and uuid together: two
    examples of different events have the same uuid.
    """
    parsed = parse(body)
    if not isinstance(parsed, dict):
        return unreadable_event(body, TITLE)
    fields = cast("dict[str, Any]", parsed)
    event = fields.get("event")
    event = cast("dict[str, Any]", event) if isinstance(event, dict) else {}
    name, uuid = event.get("name"), event.get("uuid")
    has_id = isinstance(name, str) and isinstance(uuid, str) and name.strip() and uuid.strip()
    key = f"{name}:{uuid}"[:200] if has_id else content_hash(body)
    notes = notes_on(body)
    content = _content(name if isinstance(name, str) else "", event, fields.get("data"), notes)
    return ReadWebhookEvent(dedupe_key=key, content=content, notes=tuple(dict.fromkeys(notes)))


def _content(name: str, event: dict[str, Any], data: Any, notes: list[Message]) -> EventContent:
    """Read an event; its name decides first, since stock events have ids and numbers too."""
    kind = name.strip().casefold()
    if kind == STOCK:
        return UnknownEvent(message=Message("swiftpod.stock_event"))
    if kind not in ORDER_EVENTS:
        return UnknownEvent(message=unknown_event(name))
    order = order_of(cast("dict[str, object]", data)) if isinstance(data, dict) else None
    if order is None:
        return UnknownEvent(message=Message("webhook.no_order"))
    tracking = event.get("tracking")
    package = _package(cast("dict[str, object]", tracking), event, order) if isinstance(tracking, dict) else None
    notes += order.notes
    notes += package.notes if package else ()
    notes += warnings(order, package)
    return OrderEvent(order=order, track=package)


def warnings(order: RemoteOrder, package: RemoteTrack | None = None) -> list[Message]:
    """Return what in an order's packages does not fit: unknown items, too many units, wrong check digits."""
    tracks = list(order.tracks)
    if package is not None and package.tracking_number not in {track.tracking_number for track in tracks}:
        tracks.append(package)
    found = [note for track in tracks for note in track.notes]
    found += [
        Message("tracking.wrong_check_digit_of", number=track.tracking_number)
        for track in tracks
        if carriers.identify(track.tracking_number).check_digit == "wrong"
    ]
    shipped: dict[str, int] = {}
    for item in (item for track in tracks for item in track.items):
        shipped[item.remote_id] = shipped.get(item.remote_id, 0) + (item.quantity or 0)
    found += [
        Message("swiftpod.too_many_shipped", sku=line.sku, shipped=shipped[line.remote_id], ordered=line.quantity)
        for line in order.lines
        if line.quantity is not None and shipped.get(line.remote_id, 0) > line.quantity
    ]
    return list(dict.fromkeys(found))


def _package(raw: dict[str, object], event: dict[str, Any], order: RemoteOrder) -> RemoteTrack | None:
    """Return the package that an event is about, with the event as its only tracking event."""
    numbers = frozenset(track.tracking_number for track in order.tracks)
    package = track_of(raw, numbers, frozenset(line.remote_id for line in order.lines))
    if not package.tracking_number.strip():
        return None
    timestamp = event.get("timestamp")
    tracking_event = RemoteEvent(
        message=package.message,
        occurred=RemoteTime.read(timestamp if isinstance(timestamp, str) else ""),
        status=package.status,
        code=package.code,
    )
    known = next((track for track in order.tracks if track.tracking_number == package.tracking_number), package)
    return package.model_copy(
        update={
            "events": (tracking_event,),
            "created": known.created,
            "url": package.url or known.url,
            "items": package.items or known.items,
            "document": json_text(cast("Any", raw)),
        }
    )
