"""Things: batches, rates, carriers and reports of a platform's own, of which a webhook tells by their ids alone."""

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

_CAME = {
    "batch": "thing.batch_completed",
    "rate": "thing.rate_changed",
    "rates": "thing.rates_changed",
    "carrier": "thing.carrier_connected",
    "report": "thing.report_completed",
}
_CAME_UNNAMED = {
    "batch": "thing.unnamed_batch_completed",
    "rate": "thing.unnamed_rate_changed",
    "rates": "thing.unnamed_rates_changed",
    "carrier": "thing.unnamed_carrier_connected",
    "report": "thing.unnamed_report_completed",
}
_IS = {
    "batch": "thing.batch",
    "rate": "thing.rate",
    "rates": "thing.rates",
    "carrier": "thing.carrier",
    "report": "thing.report",
}


async def resource_message(ctx: Context, connection: Connection, thing: ThingNews, reader: Deliveries) -> Message:
    """Return what became of a thing; that it is there is news even where nothing more can be learned."""
    came = Message(_CAME[thing.kind], id=thing.id) if thing.id else Message(_CAME_UNNAMED[thing.kind])
    request = reader.look(thing.kind, thing.id) if thing.id else None
    if request is None:
        return came
    try:
        answer = await send_once(ctx, connection, request)
        found: Message | Outcome = (
            await off_loop(reader.read_look, thing.kind, answer) if isinstance(answer, Answer) else answer
        )
    except (ValidationFailed, KeyringUnavailable) as trouble:
        return sentences(came, trouble.message)
    if isinstance(found, Message):
        return Message(_IS[thing.kind], id=thing.id, found=found)
    return sentences(came, outcome_message(found))
