"""Platform resources: batches, rates, carriers, and reports that a webhook event names only by their ids."""

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.webhook_event import ThingNews
from shipconsole.operations.connections.ask_once import outcome_message, send_once
from shipconsole.operations.context import Context
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.vendors.adapter import Deliveries
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.reading import off_loop

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


async def resource_message(ctx: Context, connection: Connection, resource: ThingNews, reader: Deliveries) -> Message:
    """Return the state of a resource; that it exists is reported even where nothing more can be fetched."""
    event = (
        Message(_EVENTS[resource.kind], id=resource.id) if resource.id else Message(_EVENTS_WITHOUT_ID[resource.kind])
    )
    request = reader.look(resource.kind, resource.id) if resource.id else None
    if request is None:
        return event
    try:
        answer = await send_once(ctx, connection, request)
        found: Message | Outcome = (
            await off_loop(reader.read_look, resource.kind, answer) if isinstance(answer, Answer) else answer
        )
    except (ValidationFailed, KeyringUnavailable) as trouble:
        return sentences(event, trouble.message)
    if isinstance(found, Message):
        return Message(_STATES[resource.kind], id=resource.id, found=found)
    return sentences(event, outcome_message(found))
