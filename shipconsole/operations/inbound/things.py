"""Things: batches, rates, carriers and reports of a platform's own, of which a webhook tells by their ids alone."""

from shipconsole.domain.connection import Connection
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.webhook_event import ThingNews
from shipconsole.operations.connections.ask_once import answer_to, words_of
from shipconsole.operations.context import Context
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.vendors.adapter import Deliveries
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.reading import off_loop

_NAMES = {
    "batch": "Batch",
    "rate": "Rate",
    "rates": "Rates of shipment",
    "carrier": "Carrier",
    "report": "Report",
}
_ENDS = {
    "batch": "completed",
    "rate": "changed",
    "rates": "changed",
    "carrier": "connected",
    "report": "completed",
}


async def became_of(ctx: Context, connection: Connection, thing: ThingNews, reader: Deliveries) -> str:
    """Return what became of a thing, in words; that it is there is news even where nothing more can be learned."""
    name = f"{_NAMES[thing.kind]} {thing.id}".rstrip()
    request = reader.look(thing.kind, thing.id) if thing.id else None
    if request is None:
        return f"{name}: {_ENDS[thing.kind]}."
    try:
        answer = await answer_to(ctx, connection, request)
        found: str | Outcome = (
            await off_loop(reader.read_look, thing.kind, answer) if isinstance(answer, Answer) else answer
        )
    except (ValidationFailed, KeyringUnavailable) as trouble:
        return f"{name}: {_ENDS[thing.kind]}. {trouble}"
    return f"{name}: {found if isinstance(found, str) else f'{_ENDS[thing.kind]}. {words_of(found)}'}"
