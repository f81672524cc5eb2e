"""Refreshing: the shops that a connection's orders come from, and how far its platform is with reading them again."""

from dataclasses import dataclass

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections.ask_once import answer_to
from shipconsole.operations.context import Context
from shipconsole.store import store_states
from shipconsole.store.database import Db
from shipconsole.store.store_states import SeenState
from shipconsole.vendors.adapter import Refresh, Source, SourceState
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.reading import off_loop

STALE_AFTER_MS = 300_000
"""A platform that was last seen busy so long ago is not said to be busy: nobody has looked since."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A platform that is reading a shop: its connection's name, the shop, the platform's word, and since when.

    From `stale_at_ms` on it is not said to be busy any more, unless it was seen so again.
    """

    connection: str
    source: str
    status: str
    since_ms: int
    stale_at_ms: int


def note_state(db: Db, connection_id: int, source_id: str, state: SourceState, *, at_ms: int, name: str = "") -> None:
    """Write down how far a platform was seen to be with one shop."""
    store_states.put(
        db,
        connection_id=connection_id,
        source_id=source_id,
        name=name,
        status=state.status or ("idle" if state.idle else "updating"),
        refreshed_at=state.refreshed_at,
        idle=state.idle,
        at_ms=at_ms,
    )


async def readings(ctx: Context) -> tuple[Reading, ...]:
    """The shops that platforms are reading just now."""
    seen = await ctx.read(store_states.every)
    now_ms = ctx.clock.now_ms()
    return tuple(
        Reading(one.connection, one.name, one.status, one.since_ms, one.at_ms + STALE_AFTER_MS)
        for one in seen
        if one.since_ms is not None and abs(now_ms - one.at_ms) < STALE_AFTER_MS
    )


async def sources(ctx: Context, connection: Connection) -> tuple[Source, ...] | Outcome:
    """Ask a platform for its shops and how far it is with each; what it says is written down."""
    sent = await answer_to(ctx, connection, _refresh_of(connection).sources())
    if not isinstance(sent, Answer):
        return sent
    found = await off_loop(_refresh_of(connection).read_sources, sent)
    if isinstance(found, tuple):
        await ctx.write(_note_all, connection.id, found, at_ms=ctx.clock.now_ms())
    return found


async def refresh(ctx: Context, connection: Connection, source_id: str) -> SourceState | Outcome:
    """Ask a platform to read one shop again; tell how far it is just after that."""
    sent = await answer_to(ctx, connection, _refresh_of(connection).start(source_id))
    if not isinstance(sent, Answer):
        return sent
    state = await off_loop(_refresh_of(connection).read, sent)
    if isinstance(state, SourceState):
        await ctx.write(note_state, connection.id, source_id, state, at_ms=ctx.clock.now_ms())
    return state


async def seen(ctx: Context) -> tuple[SeenState, ...]:
    """All shops as they were last seen, without asking anybody."""
    return await ctx.read(store_states.every)


def has_sources(connection: Connection) -> bool:
    """Whether the platform reads orders from shops that it can be asked to read again."""
    return VENDORS[connection.vendor].refresh is not None


def _refresh_of(connection: Connection) -> Refresh:
    vendor = VENDORS[connection.vendor]
    if vendor.refresh is None:
        raise ValidationFailed(Problem(("connection",), Message("stores.no_refresh", platform=vendor.title)))
    return vendor.refresh


def _note_all(db: Db, connection_id: int, found: tuple[Source, ...], *, at_ms: int) -> None:
    for one in found:
        note_state(db, connection_id, one.id, one.state, at_ms=at_ms, name=one.name)
