"""Starshipit's tracking of a number: the request, and the reader of its response.

Source: Starshipit, Get Tracking Details; Tracking Webhook for the states (read November 2026).
"""

from typing import Annotated, Any, cast

from pydantic import BeforeValidator

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Accepted, Outcome
from shipconsole.domain.remote_track import RemoteEvent, RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.vendors.adapter import Options, Tracking
from shipconsole.vendors.field_errors import noted, unreadable
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.received import Received, objects
from shipconsole.vendors.request import Request, Response, json_text
from shipconsole.vendors.starshipit.replies import TITLE, read_body, read_update_order

STATUSES: dict[str, tuple[RemoteStatus, Message]] = {
    "printed": ("not_yet", Message("tracking.label_printed")),
    "dispatched": ("accepted", Message("tracking.handed_over")),
    "intransit": ("in_transit", Message("tracking.in_transit")),
    "outfordelivery": ("in_transit", Message("tracking.out_for_delivery")),
    "delivered": ("delivered", Message("tracking.delivered")),
    "pickupinstore": ("collection_point", Message("tracking.store_pickup")),
    "awaitingcollection": ("collection_point", Message("tracking.pickup")),
    "attempteddelivery": ("attempted", Message("tracking.attempted")),
    "exception": ("exception", Message("tracking.exception")),
    "cancelled": ("exception", Message("tracking.cancelled")),
}
FIELD_MAP = FieldMap({("tracking_number",): ("tracking_number",)})


class _Event(Received):
    """One event; its location, if any, is part of the details."""

    event_datetime: str = ""
    status: str = ""
    details: str = ""


class _Results(Received):
    """The state of a package."""

    order_number: str = ""
    carrier_name: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    shipment_date: str = ""
    tracking_status: str = ""
    last_updated_date: str = ""
    tracking_events: Annotated[tuple[_Event, ...], BeforeValidator(objects)] = ()


def get_tracking(tracking_number: str, _carrier: str, _options: Options) -> Request:
    """Ask for the state of a package; the platform detects the carrier itself."""
    return Request(
        "track", "GET", "/api/track", query=(("tracking_number", tracking_number.strip()),), field_map=FIELD_MAP
    )


def read_get_tracking(response: Response) -> RemoteTrack | Outcome:
    """Return the state of a package."""
    outcome = read_update_order(Request("track", "GET", "/api/track", field_map=FIELD_MAP), response)
    if not isinstance(outcome, Accepted):
        return outcome
    raw = read_body(response).raw.get("results")
    if not isinstance(raw, dict):
        return unreadable(response, TITLE)
    notes: list[Message] = []
    results = _Results.model_validate(raw, context=notes)
    status, message = meaning(results.tracking_status)
    track = RemoteTrack(
        tracking_number=results.tracking_number,
        carrier=results.carrier_name,
        status=status,
        code=results.tracking_status,
        message=message,
        url=results.tracking_url,
        shipped=RemoteTime.read(results.shipment_date),
        delivered=RemoteTime.read(results.last_updated_date if status == "delivered" else ""),
        events=tuple(map(_event, results.tracking_events)),
        notes=tuple(dict.fromkeys(notes)),
        document=json_text(cast("Any", raw)),
    )
    return noted(track, response)


def _event(event: _Event) -> RemoteEvent:
    status, message = meaning(event.status)
    return RemoteEvent(
        message=verbatim(event.details) or message,
        occurred=RemoteTime.read(event.event_datetime),
        status=status,
        code=event.status,
        description=event.details,
    )


def meaning(code: str) -> tuple[RemoteStatus, Message]:
    """Return the meaning of a status, however it is spaced; of an unlisted one, the platform's own text."""
    written = "".join(character for character in code if character.isalnum()).casefold()
    if written in STATUSES:
        return STATUSES[written]
    if not code.strip():
        return "unknown", Message("tracking.no_status")
    return "unknown", Message("platform.message", platform=TITLE, text=code.strip())


TRACKING = Tracking(get=get_tracking, read=read_get_tracking, needs_carrier=False)
