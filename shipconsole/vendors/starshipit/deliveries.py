"""Starshipit's webhook as it comes: how a package stands, under the order's number.

How its optional signature is made is not documented, so that it is a hint: what it says is asked for at Starshipit.
Source: Starshipit, Tracking Webhook (read November 2026).
"""

import hashlib
from typing import Any, cast

from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteEvent, RemoteTime, RemoteTrack
from shipconsole.domain.webhook_event import EventContent, PackageEvent, ReadWebhookEvent, UnknownEvent
from shipconsole.vendors.adapter import Deliveries
from shipconsole.vendors.decoding import notes_on
from shipconsole.vendors.exchange import Received, json_text
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.starshipit.tracking import meaning


class _PlannedUpdate(Received):
    """The one kind of webhook that there is."""

    order_number: str = ""
    order_reference: str = ""
    carrier_name: str = ""
    carrier_service: str = ""
    shipment_date: str = ""
    tracking_number: str = ""
    tracking_status: str = ""
    last_updated_date: str = ""


def read_delivery(body: bytes) -> ReadWebhookEvent:
    """What a webhook says; any bytes give something. It has no id, so that its own words are what it is known by."""
    parsed = parse(body)
    if not isinstance(parsed, dict):
        return ReadWebhookEvent(
            dedupe_key=_hash(body), news=UnknownEvent(message=Message("webhook.unreadable", platform="Starshipit"))
        )
    fields = cast("dict[str, Any]", parsed)
    notes = notes_on(body)
    news = _news(fields, notes)
    return ReadWebhookEvent(dedupe_key=_hash(json_text(fields).encode()), news=news, notes=tuple(dict.fromkeys(notes)))


def _news(fields: dict[str, Any], notes: list[Message]) -> EventContent:
    told = _PlannedUpdate.model_validate(fields, context=notes)
    number = told.tracking_number.strip()
    if not number:
        return UnknownEvent(message=Message("webhook.no_package"))
    status, message = meaning(told.tracking_status)
    at = RemoteTime.read(told.last_updated_date)
    happened = RemoteEvent(message=message, occurred=at, status=status, code=told.tracking_status)
    return PackageEvent(
        track=RemoteTrack(
            tracking_number=number,
            carrier=told.carrier_name,
            status=status,
            code=told.tracking_status,
            message=message,
            shipped=RemoteTime.read(told.shipment_date),
            delivered=at if status == "delivered" else RemoteTime(),
            events=(happened,),
            document=json_text(fields),
        ),
        order_number=told.order_number.strip(),
        is_unverified=True,
    )


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


DELIVERIES = Deliveries(read=read_delivery)
