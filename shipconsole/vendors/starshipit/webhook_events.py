"""The reader of Starshipit's webhook: the state of a package, under the order's number.

How its optional signature is made is not documented, so it is only a hint: its content is queried at Starshipit.
Source: Starshipit, Tracking Webhook (read November 2026).
"""

from typing import Any, cast

from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteEvent, RemoteTime, RemoteTrack
from shipconsole.domain.webhook_event import EventContent, PackageEvent, ReadWebhookEvent, UnknownEvent
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.received import Received
from shipconsole.vendors.request import json_text
from shipconsole.vendors.starshipit.replies import TITLE
from shipconsole.vendors.starshipit.tracking import meaning
from shipconsole.vendors.webhook_event import content_hash, unreadable_event


class _TrackingUpdate(Received):
    """The only kind of webhook."""

    order_number: str = ""
    order_reference: str = ""
    carrier_name: str = ""
    carrier_service: str = ""
    shipment_date: str = ""
    tracking_number: str = ""
    tracking_status: str = ""
    last_updated_date: str = ""


def read_event(body: bytes) -> ReadWebhookEvent:
    """Read a webhook event; any bytes give one. It has no id, so it is identified by its content."""
    parsed = parse(body)
    if not isinstance(parsed, dict):
        return unreadable_event(body, TITLE)
    fields = cast("dict[str, Any]", parsed)
    notes = notes_on(body)
    content = _content(fields, notes)
    return ReadWebhookEvent(
        dedupe_key=content_hash(json_text(fields).encode()), content=content, notes=tuple(dict.fromkeys(notes))
    )


def _content(fields: dict[str, Any], notes: list[Message]) -> EventContent:
    update = _TrackingUpdate.model_validate(fields, context=notes)
    number = update.tracking_number.strip()
    if not number:
        return UnknownEvent(message=Message("webhook.no_package"))
    status, message = meaning(update.tracking_status)
    occurred = RemoteTime.read(update.last_updated_date)
    event = RemoteEvent(message=message, occurred=occurred, status=status, code=update.tracking_status)
    return PackageEvent(
        track=RemoteTrack(
            tracking_number=number,
            carrier=update.carrier_name,
            status=status,
            code=update.tracking_status,
            message=message,
            shipped=RemoteTime.read(update.shipment_date),
            delivered=occurred if status == "delivered" else RemoteTime(),
            events=(event,),
            document=json_text(fields),
        ),
        order_number=update.order_number.strip(),
        is_unverified=True,
    )
