"""Own keys: a station looks for its keys once, as soon as another station works on the database too.

So each knows which connections are its own to send for, before anything waits to be sent. A lone station looks for a
key when it sends, and its keyring asks for no password before.
"""

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.sender import SenderState
from shipconsole.operations.connections import senders
from shipconsole.operations.connections.connections import secrets_of, unblock
from shipconsole.operations.context import Context
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.store import connections as stored
from shipconsole.store import senders as stored_senders
from shipconsole.store.database import Db


async def run_due(ctx: Context) -> int:
    """Look for the keys of connections for which this station has not looked yet; return for how many."""
    due = await ctx.read(_unchecked, ctx)
    for connection in due:
        state, message = await look(ctx, connection)
        await ctx.write(_note, ctx, connection, state, message)
    return len(due)


async def look(ctx: Context, connection: Connection) -> tuple[SenderState, Message]:
    """Return whether this station's keyring has the keys of a connection, and why not; nothing is stored."""
    try:
        await secrets_of(ctx, connection)
    except ValidationFailed as missing:
        return "no_key", missing.message
    except KeyringUnavailable as unavailable:
        return "no_keyring", unavailable.message
    return "sends", NO_MESSAGE


def _unchecked(db: Db, ctx: Context) -> tuple[Connection, ...]:
    if not ctx.sends:
        return ()
    due = stored_senders.blocked_by_others(db, ctx.station_id)
    if senders.has_company(db, ctx):
        since_ms = ctx.clock.now_ms() - round(ctx.timings.keyring_pause_s * 1_000)
        due |= stored_senders.unchecked(db, ctx.station_id, since_ms=since_ms)
    return tuple(connection for connection in stored.every(db) if connection.id in due) if due else ()


def _note(db: Db, ctx: Context, connection: Connection, state: SenderState, message: Message) -> None:
    now_ms = ctx.clock.now_ms()
    stored_senders.put(db, ctx.station_id, connection.id, state, message, now_ms=now_ms)
    is_blocked = stored.by_id(db)[connection.id].is_blocked
    if state == "sends" and is_blocked and stored_senders.others_failed(db, ctx.station_id, connection.id):
        # It was blocked because no station was left that could send: this one was not among them.
        unblock(db, connection.id, now_ms=now_ms)
