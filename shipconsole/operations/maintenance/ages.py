"""Ages: since when something is old enough to be removed. Whatever is removed for its age asks here.

A clock that was set ahead removes nothing until it is believed (`store.age_time`).
"""

from shipconsole.domain.message import Message
from shipconsole.operations.context import Context
from shipconsole.store.database import Db

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
TOLD_DAYS = 7
"""A clock that is ahead by less is an evening, a weekend, or a holiday, and believed before anybody misses anything."""


async def before_ms(ctx: Context, days: int) -> int:
    """Return before which time something ended that is removed now, after some days."""
    return await ctx.write(ctx.follow_clock) - days * DAY_MS


async def before_ms_if_run(ctx: Context, days: int) -> int:
    """Return the same without believing anything more of the clock, for those who only count."""
    return await ctx.read_long(ctx.age_ms) - days * DAY_MS


async def days_ahead(ctx: Context) -> int:
    """Return by how many whole days the clock is ahead of the time that ages are counted by."""
    return max(0, ctx.clock.now_ms() - await ctx.read_long(ctx.age_ms)) // DAY_MS


async def believe_clock(ctx: Context) -> None:
    """Count ages by the computer's clock at once, because a person says that it is right; the audit log says so."""
    await ctx.write(_believe_clock, ctx)


def _believe_clock(db: Db, ctx: Context) -> None:
    days = max(0, ctx.clock.now_ms() - ctx.age_ms(db)) // DAY_MS
    ctx.follow_clock_at_once(db)
    ctx.record_change(db, 0, Message("audit.clock_confirmed", count=days), "", now_ms=ctx.clock.now_ms())
