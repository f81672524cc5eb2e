"""Pausing: a person stops sending to one connection; its updates wait, and are sent oldest first after `resume`.

While a connection is paused no program claims an update for it, checks one, or runs a follow-up task. Syncs, tracking
and webhooks continue, as they change nothing at the platform. The pause is stored, so that it outlasts a restart.
"""

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.operations.context import Context
from shipconsole.store import connections
from shipconsole.store.database import Db

NO_ORDER = 0
"""The order of an entry of the audit log that is about none."""


async def pause(ctx: Context, connection: Connection, reason: str = "") -> bool:
    """Stop sending to a connection, with an entry in the audit log; False if it was paused before."""
    return await ctx.write(_pause, ctx, connection, reason)


async def resume(ctx: Context, connection: Connection, reason: str = "") -> bool:
    """Send to a connection again, with an entry in the audit log; False if it was not paused."""
    return await ctx.write(_resume, ctx, connection, reason)


def _pause(db: Db, ctx: Context, connection: Connection, reason: str) -> bool:
    now_ms = ctx.clock.now_ms()
    if not connections.pause(db, connection.id, by=ctx.operator, station=ctx.station, at_ms=now_ms):
        return False
    _record(db, ctx, Message("audit.paused", connection=connection.name), reason, now_ms)
    return True


def _resume(db: Db, ctx: Context, connection: Connection, reason: str) -> bool:
    if not connections.resume(db, connection.id):
        return False
    _record(db, ctx, Message("audit.resumed", connection=connection.name), reason, ctx.clock.now_ms())
    return True


def _record(db: Db, ctx: Context, what: Message, reason: str, now_ms: int) -> None:
    ctx.record_change(db, NO_ORDER, what, reason, now_ms=now_ms)
