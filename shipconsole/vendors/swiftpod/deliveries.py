"""SwiftPOD's webhooks as they come: news of an order and of the package that the event is about.

Nothing in them is signed, so that they are hints: what they say is asked for at SwiftPOD before anybody is told.
Source: SwiftPOD, Webhook Notification - Tracking Number Example, Order Status Example (read November 2026).
"""

import hashlib
from typing import Any, cast

from shipconsole.domain import carrier as carriers
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteEvent, RemoteTime, RemoteTrack
from shipconsole.domain.webhook_event import EventContent, OrderEvent, ReadWebhookEvent, UnknownEvent
from shipconsole.vendors.adapter import Deliveries
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.exchange import json_text
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.swiftpod.replies import order_of, track
from shipconsole.vendors.unknown_event import unknown_event

STOCK = "stock_notify"
ORDER_EVENTS = ("order_notify", "shipment_notify")


def read_delivery(body: bytes) -> ReadWebhookEvent:
    """What a webhook says; any bytes give something.

    The state of a package stands in the event, whatever the event is called. It is known by name and uuid together:
    two examples of different events have the same uuid.
    """
    parsed = parse(body)
    if not isinstance(parsed, dict):
        return ReadWebhookEvent(
            dedupe_key=_hash(body), news=UnknownEvent(message=Message("webhook.unreadable", platform="SwiftPOD"))
        )
    fields = cast("dict[str, Any]", parsed)
    event = fields.get("event")
    event = cast("dict[str, Any]", event) if isinstance(event, dict) else {}
    name, uuid = event.get("name"), event.get("uuid")
    known = isinstance(name, str) and isinstance(uuid, str) and name.strip() and uuid.strip()
    key = f"{name}:{uuid}"[:200] if known else _hash(body)
    notes = notes_on(body)
    news = _news(name if isinstance(name, str) else "", event, fields.get("data"), notes)
    return ReadWebhookEvent(dedupe_key=key, news=news, notes=tuple(dict.fromkeys(notes)))


def _news(name: str, event: dict[str, Any], data: Any, notes: list[Message]) -> EventContent:
    """Read what an event says; its name decides first, since stock has ids and numbers too."""
    kind = name.strip().casefold()
    if kind == STOCK:
        return UnknownEvent(message=Message("swiftpod.stock_event"))
    if kind not in ORDER_EVENTS:
        return UnknownEvent(message=unknown_event(name))
    order = order_of(cast("dict[str, object]", data)) if isinstance(data, dict) else None
    if order is None:
        return UnknownEvent(message=Message("webhook.no_order"))
    told = event.get("tracking")
    parcel = _parcel(cast("dict[str, object]", told), event, order) if isinstance(told, dict) else None
    notes += order.notes
    notes += parcel.notes if parcel else ()
    notes += doubts(order, parcel)
    return OrderEvent(order=order, track=parcel)


def doubts(order: RemoteOrder, parcel: RemoteTrack | None = None) -> list[Message]:
    """What in an order's packages does not fit: units of no item or more than were ordered, wrong check digits."""
    tracks = list(order.tracks)
    if parcel is not None and parcel.tracking_number not in {one.tracking_number for one in tracks}:
        tracks.append(parcel)
    found = [note for one in tracks for note in one.notes]
    found += [
        Message("tracking.wrong_check_digit_of", number=one.tracking_number)
        for one in tracks
        if carriers.identify(one.tracking_number).check_digit == "wrong"
    ]
    shipped: dict[str, int] = {}
    for item in (item for one in tracks for item in one.items):
        shipped[item.remote_id] = shipped.get(item.remote_id, 0) + (item.quantity or 0)
    found += [
        Message("swiftpod.too_many_shipped", sku=line.sku, shipped=shipped[line.remote_id], ordered=line.quantity)
        for line in order.lines
        if line.quantity is not None and shipped.get(line.remote_id, 0) > line.quantity
    ]
    return list(dict.fromkeys(found))


def _parcel(raw: dict[str, object], event: dict[str, Any], order: RemoteOrder) -> RemoteTrack | None:
    """The package that an event is about, with the event itself as what happened to it."""
    numbers = frozenset(one.tracking_number for one in order.tracks)
    parcel = track(raw, numbers, frozenset(line.remote_id for line in order.lines))
    if not parcel.tracking_number.strip():
        return None
    at = event.get("timestamp")
    happened = RemoteEvent(
        message=parcel.message,
        occurred=RemoteTime.read(at if isinstance(at, str) else ""),
        status=parcel.status,
        code=parcel.code,
    )
    known = next((one for one in order.tracks if one.tracking_number == parcel.tracking_number), parcel)
    return parcel.model_copy(
        update={
            "events": (happened,),
            "created": known.created,
            "url": parcel.url or known.url,
            "items": parcel.items or known.items,
            "document": json_text(cast("Any", raw)),
        }
    )


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


DELIVERIES = Deliveries(read=read_delivery, answer="{}", doubts=doubts)
