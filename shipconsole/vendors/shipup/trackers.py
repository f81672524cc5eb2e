"""Shipup's trackers: the state of a package, since when, its tracking link and its events.

Two generations are read alike: times as Unix seconds or ISO text, the link as ``tracking_link`` or
``carrier_tracking_url``, events as null, as a list or as a list object whose entries may be only an id. An
event's message may be edited at any time, so it does not distinguish events.
Source: Shipup, The tracker object, Tracker, The event object, Event, Event type codes, Delivery statuses, tracker.new,
tracker.events.new (read November 2026).
"""

from datetime import UTC, datetime
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field

from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteEvent, RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.vendors.received import Received, objects
from shipconsole.vendors.request import json_text

STATUSES: dict[str, tuple[RemoteStatus, Message]] = {
    "pending": ("not_yet", Message("tracking.unknown_to_carrier")),
    "info_received": ("not_yet", Message("tracking.known_to_carrier")),
    "in_transit": ("in_transit", Message("tracking.in_transit")),
    "transit": ("in_transit", Message("tracking.in_transit")),
    "failed_attempt": ("attempted", Message("tracking.attempted")),
    "exception": ("exception", Message("tracking.exception")),
    "delayed": ("in_transit", Message("tracking.delayed")),
    "return": ("exception", Message("tracking.returned")),
    "expired": ("unknown", Message("tracking.silent")),
    "pickup": ("collection_point", Message("tracking.pickup")),
    "delivered": ("delivered", Message("tracking.delivered")),
}
EVENT_TYPES: dict[str, tuple[RemoteStatus, Message]] = {
    **STATUSES,
    "label_created": ("not_yet", Message("tracking.label_created")),
    "origin_scan": ("accepted", Message("tracking.accepted")),
    "incident": ("exception", Message("tracking.exception")),
    "out_for_delivery": ("in_transit", Message("tracking.out_for_delivery")),
    "pickup_point": ("collection_point", Message("tracking.pickup")),
    "drop_off": ("accepted", Message("tracking.dropped_off")),
}


class _Carrier(Received):
    """A carrier, of which only the code is needed."""

    code: str = ""


class _Address(Received):
    """The location of an event."""

    city: str = ""
    state: str = ""
    country_code: str = ""


class _Event(Received):
    """One event; `messages` are by language."""

    id: str = ""
    happened_at: str = ""
    event_type_code: str = ""
    message: str = ""
    messages: Annotated[dict[str, Any], Field(default_factory=dict)]
    address: _Address = _Address()


class _Order(Received):
    """The numbers of a package's order."""

    order_number: str = ""
    merchant_id: str = ""


class _Fulfillment(Received):
    """The part of an order that a package belongs to."""

    order: _Order = _Order()


class Tracker(Received):
    """A package under its tracking number."""

    tracking_number: str = ""
    carrier_code: str = ""
    carrier: _Carrier = _Carrier()
    delivery_status_code: str = ""
    created_at: str = ""
    shipped_at: str = ""
    first_delivery_attempted_at: str = ""
    delivered_at: str = ""
    displayable_expected_delivery_date: str = ""
    displayable_expected_delivery_datetime: str = ""
    displayable_expected_delivery_end_date: str = ""
    displayable_expected_delivery_end_datetime: str = ""
    expected_delivery_at: str = ""
    tracking_link: str = ""
    carrier_tracking_url: str = ""
    untracked_carrier_url: str = ""
    fulfillment: _Fulfillment = _Fulfillment()
    events: Annotated[tuple[_Event, ...], BeforeValidator(objects)] = ()

    @property
    def order_number(self) -> str:
        """Return the order's number, empty where Shipup does not send it."""
        order = self.fulfillment.order
        return order.order_number.strip() or order.merchant_id.strip()


def track_of(
    raw: dict[str, object], tracker: Tracker, sent_at: str, reason: object, notes: list[Message]
) -> RemoteTrack:
    """Return a package in our model; `sent_at` is the webhook's time, `reason` the event that caused it."""
    code = tracker.delivery_status_code.strip()
    unlisted = _quoted_status(code) if code else Message("tracking.no_status")
    status, message = STATUSES.get(code.casefold(), ("unknown", unlisted))
    events = _events(tracker, reason, notes)
    occurred_at = _since(tracker, status) or sent_at
    if all(event.status != status for event in events):
        events.append(RemoteEvent(message=message, occurred=_time(occurred_at), status=status, code=code))
    return RemoteTrack(
        tracking_number=tracker.tracking_number.strip(),
        carrier=tracker.carrier_code or tracker.carrier.code,
        status=status,
        code=code,
        message=message,
        url=tracker.tracking_link or tracker.carrier_tracking_url or tracker.untracked_carrier_url,
        created=_time(tracker.created_at),
        shipped=_time(tracker.shipped_at),
        expected=_time(_expected(tracker)),
        delivered=_time(tracker.delivered_at),
        events=tuple(events),
        # The status has the time at which it was sent, not that at which it was reached.
        timed=False,
        notes=tuple(dict.fromkeys(notes)),
        document=json_text(cast("Any", raw)),
    )


def _time(text: str) -> RemoteTime:
    """Return a moment; Unix seconds are written as ISO 8601, for people to read."""
    read = RemoteTime.read(text)
    if read.at_ms is None or not text.strip().isdecimal():
        return read
    written = datetime.fromtimestamp(read.at_ms / 1_000, UTC).isoformat().replace("+00:00", "Z")
    return RemoteTime(text=written, at_ms=read.at_ms)


def _expected(tracker: Tracker) -> str:
    """Return the expected delivery; the day is more reliable than the hour, by Shipup's own pages."""
    candidates = (
        tracker.displayable_expected_delivery_date,
        tracker.displayable_expected_delivery_datetime,
        tracker.displayable_expected_delivery_end_date,
        tracker.displayable_expected_delivery_end_datetime,
        tracker.expected_delivery_at,
    )
    return next((text for text in candidates if text.strip()), "")


def _since(tracker: Tracker, status: RemoteStatus) -> str:
    """Return the time at which a status was reached, empty where it is not sent."""
    return {"delivered": tracker.delivered_at, "attempted": tracker.first_delivery_attempted_at}.get(status, "").strip()


def _events(tracker: Tracker, reason: object, notes: list[Message]) -> list[RemoteEvent]:
    """Return the events; one that is only an id is left out."""
    events = [*tracker.events]
    if isinstance(reason, dict):
        events.append(_Event.model_validate(reason, context=notes))
    found = [_event(event) for event in events if event.happened_at.strip() and event.event_type_code.strip()]
    attempted = tracker.first_delivery_attempted_at
    # The attempt that succeeded is sent as the delivery.
    failed = attempted.strip() and _time(attempted).at_ms != _time(tracker.delivered_at).at_ms
    if failed and all(event.status != "attempted" for event in found):
        _, message = STATUSES["failed_attempt"]
        found.append(RemoteEvent(message=message, occurred=_time(attempted), status="attempted", code="failed_attempt"))
    return found


def _event(event: _Event) -> RemoteEvent:
    code = event.event_type_code.strip()
    status, message = EVENT_TYPES.get(code.casefold(), ("unknown", _quoted_status(code)))
    english = event.messages.get("en")
    text = event.message.strip() or (english.strip() if isinstance(english, str) else "")
    location = (event.address.city, event.address.state, event.address.country_code)
    return RemoteEvent(
        message=message,
        occurred=_time(event.happened_at),
        status=status,
        code=code,
        location=" ".join(part for part in location if part),
        platform_text=text,
    )


def _quoted_status(code: str) -> Message:
    return Message("platform.message", platform="Shipup", text=code.replace("_", " "))
