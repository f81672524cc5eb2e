"""Readers of Shipup's webhook events: the state of a package, and the test with which a URL is saved.

They are not signed, and Shipup has no query for a number: they change the state of a package and nothing else.
Source: Shipup, Webhooks, The tracker object (read November 2026).
"""

from typing import Any, cast

from shipconsole.domain.message import Message
from shipconsole.domain.webhook_event import EventContent, PackageEvent, ReadWebhookEvent, UnknownEvent
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.received import Received
from shipconsole.vendors.request import json_text
from shipconsole.vendors.shipup import trackers
from shipconsole.vendors.shipup.replies import TITLE
from shipconsole.vendors.webhook_event import content_hash, unknown_event, unreadable_event

TEST_EVENT = Message("shipup.test_event")
PACKAGE_TYPES = ("tracker.new", "tracker.events.new")
OTHER_TYPES = {
    "notification.new": Message("shipup.message_event"),
    "feedback.new": Message("shipup.review_event"),
}


class _Envelope(Received):
    """The envelope of every webhook event."""

    id: str = ""
    type: str = ""
    created_at: str = ""


def read_event(body: bytes) -> ReadWebhookEvent:
    """Read a webhook event; any bytes give one. It is identified by its id, else by its content."""
    parsed = parse(body)
    if not isinstance(parsed, dict):
        return unreadable_event(body, TITLE)
    fields = cast("dict[str, Any]", parsed)
    notes = notes_on(body)
    envelope = _Envelope.model_validate(fields, context=notes)
    id_ = envelope.id.strip()
    is_test = not envelope.type and "livemode" in fields
    key = f"{envelope.type}:{id_}"[:200] if id_ else content_hash(json_text(fields).encode())
    content = UnknownEvent(message=TEST_EVENT) if is_test else _content(envelope, fields.get("data"), notes)
    return ReadWebhookEvent(dedupe_key=key, content=content, notes=tuple(dict.fromkeys(notes)))


def _content(envelope: _Envelope, data: Any, notes: list[Message]) -> EventContent:
    if envelope.type in OTHER_TYPES:
        return UnknownEvent(message=OTHER_TYPES[envelope.type])
    if envelope.type not in PACKAGE_TYPES:
        return UnknownEvent(message=unknown_event(envelope.type))
    envelope_data = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    about = envelope_data.get("object")
    raw = cast("dict[str, object]", about) if isinstance(about, dict) else {}
    tracker = trackers.Tracker.model_validate(raw, context=notes)
    if not tracker.tracking_number.strip():
        return UnknownEvent(message=Message("webhook.no_package"))
    track = trackers.track_of(raw, tracker, envelope.created_at, envelope_data.get("reason"), notes)
    return PackageEvent(track=track, order_number=tracker.order_number)
