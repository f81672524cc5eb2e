"""Store refresh: the stores that a platform imports orders from, and how far each import is."""

from dataclasses import dataclass

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections.ask_once import send_once
from shipconsole.operations.context import Context
from shipconsole.store import steady_time, store_states
from shipconsole.store.database import Db
from shipconsole.store.store_states import SeenState
from shipconsole.vendors.adapter import RemoteStore, StoreRefresh, StoreState
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop

STALE_AFTER_MS = 300_000
"""A running import that was last seen so long ago is no longer shown as running."""


@dataclass(frozen=True, slots=True)
class StoreImport:
    """A running import of a store by a platform: connection, store, the platform's status, and its start.

    From `stale_at_ms` on it is no longer shown as running, unless it was seen again.
    """

    connection: str
    source: str
    status: str
    since_ms: int
    stale_at_ms: int


def record_state(db: Db, connection_id: int, source_id: str, state: StoreState, *, at_ms: int, name: str = "") -> None:
    """Store how far the import of one store is."""
    store_states.put(
        db,
        connection_id=connection_id,
        source_id=source_id,
        name=name,
        status=state.status or ("idle" if state.idle else "updating"),
        refreshed_at=state.refreshed_at,
        idle=state.idle,
        at_ms=steady_time.shared_ms(db, wall_ms=at_ms),
    )


async def running_imports(ctx: Context) -> tuple[StoreImport, ...]:
    """Return the imports that are running now."""
    return await ctx.read(_running_imports, ctx)


async def list_stores(ctx: Context, connection: Connection) -> tuple[RemoteStore, ...] | Outcome:
    """Request a platform's stores and their import states, and store them."""
    sent = await send_once(ctx, connection, _refresh_of(connection).list_all())
    if not isinstance(sent, Response):
        return sent
    found = await off_loop(_refresh_of(connection).read_all, sent)
    if isinstance(found, tuple):
        await ctx.write(_note_all, connection.id, found, at_ms=ctx.clock.now_ms())
    return found


async def refresh(ctx: Context, connection: Connection, source_id: str) -> StoreState | Outcome:
    """Request that a platform import one store again; return its state just after that."""
    sent = await send_once(ctx, connection, _refresh_of(connection).start(source_id))
    if not isinstance(sent, Response):
        return sent
    state = await off_loop(_refresh_of(connection).read, sent)
    if isinstance(state, StoreState):
        await ctx.write(record_state, connection.id, source_id, state, at_ms=ctx.clock.now_ms())
    return state


async def last_seen_stores(ctx: Context) -> tuple[SeenState, ...]:
    """Return all stores as last seen, without a request."""
    return await ctx.read(store_states.every)


def has_stores(connection: Connection) -> bool:
    """Return whether the platform imports orders from stores that can be refreshed."""
    return VENDORS[connection.vendor].stores is not None


def _refresh_of(connection: Connection) -> StoreRefresh:
    vendor = VENDORS[connection.vendor]
    if vendor.stores is None:
        raise ValidationFailed(Problem(("connection",), Message("stores.no_refresh", platform=vendor.title)))
    return vendor.stores


def _running_imports(db: Db, ctx: Context) -> tuple[StoreImport, ...]:
    now_ms = ctx.shared_ms(db)
    # What is shown runs on by the station's own clock.
    apart_ms = ctx.clock.now_ms() - now_ms
    return tuple(
        StoreImport(
            store.connection,
            store.name,
            store.status,
            store.since_ms + apart_ms,
            store.at_ms + STALE_AFTER_MS + apart_ms,
        )
        for store in store_states.every(db)
        if store.since_ms is not None and abs(now_ms - store.at_ms) < STALE_AFTER_MS
    )


def _note_all(db: Db, connection_id: int, found: tuple[RemoteStore, ...], *, at_ms: int) -> None:
    for source in found:
        record_state(db, connection_id, source.id, source.state, at_ms=at_ms, name=source.name)
