"""ShipEngine's tracking of a number: the requests, and the readers of their responses.

Source: ShipEngine, Get Tracking Information, Start Tracking a Package, Stop Tracking a Package (read November
2026).
"""

import re
from typing import Annotated, Any, NamedTuple, cast

from pydantic import BeforeValidator, Field

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Accepted, Outcome
from shipconsole.domain.remote_track import RemoteEvent, RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.vendors.adapter import Options, Tracking, TrackingSubscription
from shipconsole.vendors.field_errors import noted, parsed, unreadable
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.received import Received, objects
from shipconsole.vendors.request import Request, Response, json_text
from shipconsole.vendors.shipengine.carriers import code_for
from shipconsole.vendors.shipengine.replies import TITLE, failure_of


class Meaning(NamedTuple):
    """The meaning of a status code."""

    status: RemoteStatus
    message: Message


# Source: ShipEngine, Tracking status codes; `SP` only in the API reference (read November 2026).
STATUS_CODES = {
    "UN": Meaning("unknown", Message("tracking.no_status_yet")),
    "NY": Meaning("not_yet", Message("tracking.not_in_system")),
    "AC": Meaning("accepted", Message("tracking.accepted")),
    "IT": Meaning("in_transit", Message("tracking.in_transit")),
    "AT": Meaning("attempted", Message("tracking.attempted")),
    "DE": Meaning("delivered", Message("tracking.delivered")),
    "SP": Meaning("collection_point", Message("tracking.collection_point")),
    "EX": Meaning("exception", Message("tracking.exception")),
}

ADVICE = {404: Message("tracking.check_number")}
FIELD_MAP = FieldMap(
    {("tracking_number",): ("tracking_number",), ("carrier_code",): ("carrier",), ("carrier_id",): ("carrier",)}
)


class _Event(Received):
    """One event; any field may be null, and the status code empty."""

    occurred_at: str = ""
    event_date: str = ""
    carrier_occurred_at: str = ""
    description: str = ""
    event_description: str = ""
    event_code: str = ""
    carrier_detail_code: str = ""
    city_locality: str = ""
    state_province: str = ""
    postal_code: str = ""
    country_code: str = ""
    company_name: str = ""
    signer: str = ""
    status_code: str = ""
    status_description: str = ""
    proof_of_delivery_url: str = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


class _Track(Received):
    """The state of a package; `carrier_id` is a number here and a text elsewhere."""

    tracking_number: str = ""
    tracking_url: str = ""
    label_url: str = ""
    status_code: str = ""
    status_detail_code: str = ""
    carrier_code: str = ""
    carrier_id: str = ""
    carrier_detail_code: str = ""
    carrier_status_code: str = ""
    status_description: str = ""
    status_detail_description: str = ""
    carrier_status_description: str = ""
    ship_date: str = ""
    shipped_date: str = ""
    estimated_delivery_date: str = ""
    actual_delivery_date: str = ""
    exception_description: str = ""
    events: Annotated[tuple[_Event, ...], BeforeValidator(objects)] = ()


def get_tracking(tracking_number: str, carrier: str, options: Options) -> Request:
    """Ask for the state of a package."""
    return Request("track", "GET", "/v1/tracking", query=_query(tracking_number, carrier, options), field_map=FIELD_MAP)


def start_tracking(tracking_number: str, carrier: str, options: Options) -> Request:
    """Subscribe to a package's events by the webhook for `track`; the values are query parameters."""
    query = _query(tracking_number, carrier, options)
    return Request("start_tracking", "POST", "/v1/tracking/start", query=query, field_map=FIELD_MAP)


def stop_tracking(tracking_number: str, carrier: str, options: Options) -> Request:
    """Unsubscribe from a package's events."""
    query = _query(tracking_number, carrier, options)
    return Request("stop_tracking", "POST", "/v1/tracking/stop", query=query, field_map=FIELD_MAP)


def read_get_tracking(response: Response) -> RemoteTrack | Outcome:
    """Return the state of a package; one that the carrier does not know yet is no error."""
    body = parsed(response)
    failed = failure_of(response, body, FIELD_MAP, by_status=ADVICE)
    if failed is not None:
        return failed
    if not isinstance(body, dict):
        return unreadable(response, TITLE)
    track = track_of(cast("dict[str, object]", body))
    return noted(track, response) if track else unreadable(response, TITLE)


def read_done(response: Response) -> Outcome:
    """Return the outcome of subscribing or unsubscribing: success has no body."""
    body = parsed(response)
    failed = failure_of(response, body, FIELD_MAP, by_status=ADVICE)
    if failed is not None:
        return failed
    return unreadable(response, TITLE) if body is None and response.body.strip() else Accepted()


def meaning(code: str, description: str = "") -> Meaning:
    """Return the meaning of a status code, in any case; of an unlisted one, the platform's own text."""
    written = code.strip()
    if known := STATUS_CODES.get(written.upper()):
        return known
    if written:
        return Meaning(
            "unknown", verbatim(description.strip()) or Message("platform.message", platform=TITLE, text=written)
        )
    return Meaning("unknown", verbatim(description.strip()) or Message("tracking.no_status"))


def _query(tracking_number: str, carrier: str, options: Options) -> tuple[tuple[str, str], ...]:
    """Return the query parameters: `carrier_id` for an account ID (`se-…`), else `carrier_code`."""
    account = re.fullmatch(r"se-\w+", carrier.strip())
    carrier_pair = ("carrier_id", account[0]) if account else ("carrier_code", code_for(carrier, options))
    return carrier_pair, ("tracking_number", tracking_number.strip())


def track_of(raw: dict[str, object]) -> RemoteTrack | None:
    """Return a package in our model; None where the response has neither a number nor a status."""
    notes: list[Message] = []
    track = _Track.model_validate(raw, context=notes)
    if not track.tracking_number and not track.status_code:
        return None
    status, message = meaning(track.status_code, track.status_description)
    texts = (
        track.status_detail_description,
        track.carrier_status_description,
        track.exception_description,
    )
    return RemoteTrack(
        tracking_number=track.tracking_number,
        carrier=track.carrier_code or track.carrier_id,
        status=status,
        code=track.status_code,
        message=message,
        platform_texts=tuple(dict.fromkeys(text for text in texts if text)),
        description=track.status_description,
        detail_code=track.status_detail_code,
        carrier_status_code=track.carrier_status_code,
        carrier_detail_code=track.carrier_detail_code,
        url=track.tracking_url,
        label_url=track.label_url,
        shipped=RemoteTime.read(track.ship_date or track.shipped_date),
        expected=RemoteTime.read(track.estimated_delivery_date),
        delivered=RemoteTime.read(track.actual_delivery_date),
        events=tuple(map(_event, track.events)),
        notes=tuple(dict.fromkeys(notes)),
        document=json_text(cast("Any", raw)),
    )


def _event(event: _Event) -> RemoteEvent:
    status, message = meaning(event.status_code, event.status_description)
    location = (event.city_locality, event.state_province, event.country_code)
    described = event.status_description if event.description else ""
    return RemoteEvent(
        message=verbatim(event.description) or message,
        occurred=RemoteTime.read(event.occurred_at or event.event_date),
        local_time=event.carrier_occurred_at,
        status=status,
        code=event.status_code,
        location=" ".join(part for part in location if part),
        description=event.description,
        postal_code=event.postal_code,
        company=event.company_name,
        signer=event.signer,
        proof_url=event.proof_of_delivery_url,
        platform_text=" · ".join(dict.fromkeys(part for part in (event.event_description, described) if part)),
        event_code=event.event_code,
        detail_code=event.carrier_detail_code,
        latitude=event.latitude,
        longitude=event.longitude,
    )


TRACKING = Tracking(
    get=get_tracking,
    read=read_get_tracking,
    subscription=TrackingSubscription(start=start_tracking, stop=stop_tracking, read_done=read_done),
)
