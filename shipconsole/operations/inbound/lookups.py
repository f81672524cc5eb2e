"""Lookups: what a platform returns about an order, a package, or a resource that a webhook event names."""

from typing import Literal, NamedTuple

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.outcome import Outcome, Refused
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.webhook_event import ObjectEvent
from shipconsole.operations.connections.ask_once import outcome_message, send_once
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.tracking import query
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.vendors.adapter import Webhooks
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop

_EVENTS = {
    "batch": "thing.batch_completed",
    "rate": "thing.rate_changed",
    "rates": "thing.rates_changed",
    "carrier": "thing.carrier_connected",
    "report": "thing.report_completed",
}
_EVENTS_WITHOUT_ID = {
    "batch": "thing.unnamed_batch_completed",
    "rate": "thing.unnamed_rate_changed",
    "rates": "thing.unnamed_rates_changed",
    "carrier": "thing.unnamed_carrier_connected",
    "report": "thing.unnamed_report_completed",
}
_STATES = {
    "batch": "thing.batch",
    "rate": "thing.rate",
    "rates": "thing.rates",
    "carrier": "thing.carrier",
    "report": "thing.report",
}

Reason = Literal["no_key", "no_answer", "denied"]


class OrderUnavailable(NamedTuple):
    """Why an order could not be fetched from its platform: no key, no response, or the platform denies it."""

    reason: Reason
    message: Message


async def fetch_order(ctx: Context, connection: Connection, announced: RemoteOrder) -> RemoteOrder | OrderUnavailable:
    """Return the order as its platform has it, or why it could not be fetched."""
    try:
        found = await import_orders.fetch_order(ctx, connection, announced.remote_id)
    except ValidationFailed as refused:
        return OrderUnavailable(
            "no_key", Message("webhook.order_not_requested", number=announced.number, reason=refused.message)
        )
    except KeyringUnavailable as unavailable:
        return OrderUnavailable(
            "no_answer", Message("webhook.order_not_requested", number=announced.number, reason=unavailable.message)
        )
    if isinstance(found, RemoteOrder):
        return found
    reason = "denied" if isinstance(found, Refused) else "no_answer"
    return OrderUnavailable(
        reason, Message("webhook.order_unavailable", number=announced.number, reason=outcome_message(found))
    )


async def fetch_package(ctx: Context, connection: Connection, announced: RemoteTrack) -> RemoteTrack | Message:
    """Return a package as its platform has it, or why it could not be fetched."""
    number = announced.tracking_number
    try:
        found = await query.query_package(ctx, connection, number, announced.carrier)
    except (ValidationFailed, KeyringUnavailable) as failure:
        return Message("webhook.package_not_requested", number=number, reason=failure.message)
    if isinstance(found, RemoteTrack):
        return found.model_copy(update={"tracking_number": number, "carrier": found.carrier or announced.carrier})
    return Message("webhook.package_unavailable", number=number, reason=outcome_message(found))


async def resource_message(ctx: Context, connection: Connection, resource: ObjectEvent, reader: Webhooks) -> Message:
    """Return the state of a resource; that it exists is reported even where nothing more can be fetched."""
    event = (
        Message(_EVENTS[resource.kind], id=resource.id) if resource.id else Message(_EVENTS_WITHOUT_ID[resource.kind])
    )
    request = reader.query(resource.kind, resource.id) if resource.id else None
    if request is None:
        return event
    try:
        answer = await send_once(ctx, connection, request)
        found: Message | Outcome = (
            await off_loop(reader.read_queried, resource.kind, answer) if isinstance(answer, Response) else answer
        )
    except (ValidationFailed, KeyringUnavailable) as failure:
        return sentences(event, failure.message)
    if isinstance(found, Message):
        return Message(_STATES[resource.kind], id=resource.id, found=found)
    return sentences(event, outcome_message(found))
