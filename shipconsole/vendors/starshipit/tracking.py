"""Starshipit's tracking of a number: the call, and what its answer says in our words.

Source: Starshipit, Get Tracking Details; Tracking Webhook for the states (read November 2026).
"""

from typing import Annotated, Any, cast

from pydantic import BeforeValidator

from shipconsole.domain.outcome import Accepted, Outcome
from shipconsole.domain.remote_track import RemoteEvent, RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.vendors.adapter import Options, Tracking
from shipconsole.vendors.exchange import Answer, Received, Request, json_text, objects
from shipconsole.vendors.field_errors import noted, unreadable
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.starshipit.replies import TITLE, read_body, read_update_order

STATUSES: dict[str, tuple[RemoteStatus, str]] = {
    "printed": ("not_yet", "The label is printed."),
    "dispatched": ("accepted", "Handed to the carrier."),
    "intransit": ("in_transit", "On its way."),
    "outfordelivery": ("in_transit", "Out for delivery."),
    "delivered": ("delivered", "Delivered."),
    "pickupinstore": ("collection_point", "Ready to be picked up in the store."),
    "awaitingcollection": ("collection_point", "Waiting to be collected."),
    "attempteddelivery": ("attempted", "Delivery was attempted."),
    "exception": ("exception", "Something is in its way."),
    "cancelled": ("exception", "Cancelled at the carrier."),
}
FIELD_MAP = FieldMap({("tracking_number",): ("tracking_number",)})


class _Event(Received):
    """One event; the platform names no place apart from its details."""

    event_datetime: str = ""
    status: str = ""
    details: str = ""


class _Results(Received):
    """What is known of a number."""

    order_number: str = ""
    carrier_name: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    shipment_date: str = ""
    tracking_status: str = ""
    last_updated_date: str = ""
    tracking_events: Annotated[tuple[_Event, ...], BeforeValidator(objects)] = ()


def get_tracking(tracking_number: str, _carrier: str, _options: Options) -> Request:
    """Ask what is known of a package; the platform finds the carrier itself."""
    return Request(
        "track", "GET", "/api/track", query=(("tracking_number", tracking_number.strip()),), field_map=FIELD_MAP
    )


def read_get_tracking(answer: Answer) -> RemoteTrack | Outcome:
    """What is known of a package."""
    outcome = read_update_order(Request("track", "GET", "/api/track", field_map=FIELD_MAP), answer)
    if not isinstance(outcome, Accepted):
        return outcome
    told = read_body(answer).raw.get("results")
    if not isinstance(told, dict):
        return unreadable(answer, TITLE)
    notes: list[str] = []
    results = _Results.model_validate(told, context=notes)
    status, words = meaning(results.tracking_status)
    track = RemoteTrack(
        tracking_number=results.tracking_number,
        carrier=results.carrier_name,
        status=status,
        code=results.tracking_status,
        words=words,
        url=results.tracking_url,
        shipped=RemoteTime.read(results.shipment_date),
        delivered=RemoteTime.read(results.last_updated_date if status == "delivered" else ""),
        events=tuple(map(_event, results.tracking_events)),
        notes=tuple(dict.fromkeys(notes)),
        document=json_text(cast("Any", told)),
    )
    return noted(track, answer)


def _event(event: _Event) -> RemoteEvent:
    status, words = meaning(event.status)
    return RemoteEvent(
        words=event.details or words,
        occurred=RemoteTime.read(event.event_datetime),
        status=status,
        code=event.status,
        description=event.details,
    )


def meaning(code: str) -> tuple[RemoteStatus, str]:
    """A state in our words, however it is spaced; of one that is not listed, the platform's own word."""
    written = "".join(character for character in code if character.isalnum()).casefold()
    if written in STATUSES:
        return STATUSES[written]
    return "unknown", f"Starshipit says “{code.strip()}”." if code.strip() else "No state is given."


TRACKING = Tracking(get=get_tracking, read=read_get_tracking, needs_carrier=False)
