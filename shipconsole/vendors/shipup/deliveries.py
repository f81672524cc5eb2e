"""Shipup's webhooks as they come: news of a package, and the trial with which an address is saved.

Nothing in them is signed, and Shipup cannot be asked about a number: they tell how a package stands and no more.
Source: Shipup, Webhooks, The tracker object (read November 2026).
"""

import hashlib
from typing import Any, cast

from shipconsole.domain.message import Message
from shipconsole.domain.webhook_event import EventContent, PackageEvent, ReadWebhookEvent, UnknownEvent
from shipconsole.vendors.adapter import Deliveries
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.exchange import Received, json_text
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.shipup import trackers
from shipconsole.vendors.unknown_event import unknown_event

TRIAL = Message("shipup.test_event")
PARCEL_TYPES = ("tracker.new", "tracker.events.new")
OTHER_TYPES = {
    "notification.new": Message("shipup.message_event"),
    "feedback.new": Message("shipup.review_event"),
}


class _Envelope(Received):
    """What every webhook has around what it is about."""

    id: str = ""
    type: str = ""
    created_at: str = ""


def read_delivery(body: bytes) -> ReadWebhookEvent:
    """What a webhook says; any bytes give something. It is known by its id, else by its own words."""
    parsed = parse(body)
    if not isinstance(parsed, dict):
        return ReadWebhookEvent(
            dedupe_key=_hash(body), news=UnknownEvent(message=Message("webhook.unreadable", platform="Shipup"))
        )
    fields = cast("dict[str, Any]", parsed)
    notes = notes_on(body)
    envelope = _Envelope.model_validate(fields, context=notes)
    known = envelope.id.strip()
    is_trial = not envelope.type and "livemode" in fields
    key = f"{envelope.type}:{known}"[:200] if known else _hash(json_text(fields).encode())
    news = UnknownEvent(message=TRIAL) if is_trial else _news(envelope, fields.get("data"), notes)
    return ReadWebhookEvent(dedupe_key=key, news=news, notes=tuple(dict.fromkeys(notes)))


def _news(envelope: _Envelope, data: Any, notes: list[Message]) -> EventContent:
    if envelope.type in OTHER_TYPES:
        return UnknownEvent(message=OTHER_TYPES[envelope.type])
    if envelope.type not in PARCEL_TYPES:
        return UnknownEvent(message=unknown_event(envelope.type))
    envelope_data = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    told = envelope_data.get("object")
    raw = cast("dict[str, object]", told) if isinstance(told, dict) else {}
    tracker = trackers.Tracker.model_validate(raw, context=notes)
    if not tracker.tracking_number.strip():
        return UnknownEvent(message=Message("webhook.no_package"))
    track = trackers.track_of(raw, tracker, envelope.created_at, envelope_data.get("reason"), notes)
    return PackageEvent(track=track, order_number=tracker.order_number)


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


DELIVERIES = Deliveries(read=read_delivery)
