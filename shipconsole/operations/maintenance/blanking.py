"""Blanking: names, addresses, scans and packers' names are removed some days after the end of an order.

An order ends with its last change: of itself, of an update, or of a package in transit. Each transaction blanks a few
orders, and there is a pause between two, so that a packer's work never waits for all of them. A program that ends in
between leaves whole orders, and the next run goes on.
"""

import asyncio

from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import ages
from shipconsole.store import blanking, removal
from shipconsole.store.blanking import Age, Cursor
from shipconsole.store.database import Db

ORDERS_AT_ONCE = 5
ROWS_AT_ONCE = 200
LOOKED_AT_ONCE = 100
REST_S = 0.05


async def blank_due(ctx: Context, days: int) -> int:
    """Blank all orders that ended more than some days ago, and rows without an order; return how many orders."""
    before_ms = await ages.before_ms(ctx, days)
    await ctx.write(blanking.leave_finished, before_ms)
    while await ctx.write(removal.drop_old_drafts, before_ms, ROWS_AT_ONCE):
        await _rest()
    for kind in blanking.KINDS:
        while await ctx.write(_blank_span, ctx, kind, days, before_ms):
            await _rest()
    count, cursor = 0, Cursor()
    while found := await ctx.read_long(_due, ctx, days, before_ms, cursor):
        for start in range(0, len(found), ORDERS_AT_ONCE):
            group = [order.order_id for order in found[start : start + ORDERS_AT_ONCE]]
            count += await ctx.write(_blank_orders, ctx, group, days, before_ms)
            await _rest()
        cursor = found[-1]
    await _blank_rest(ctx, before_ms)
    return count


async def late(ctx: Context, days: int, most: int) -> int:
    """Return how many finished orders still have names and addresses after some days, at most `most`."""
    return await ctx.read_long(blanking.waiting, await ages.before_ms_if_run(ctx, days), most)


async def late_events(ctx: Context, days: int, most: int) -> int:
    """Return how many webhook events still have their bodies after some days, at most `most`."""
    return await ctx.read_long(blanking.waiting_events, await ages.before_ms_if_run(ctx, days), most)


async def unfinished(ctx: Context, days: int, most: int) -> int:
    """Return how many orders keep their names after some days because something is left of them, at most `most`."""
    return await ctx.read_long(blanking.unfinished, await ages.before_ms_if_run(ctx, days), most)


async def was_ever_on(ctx: Context) -> bool:
    """Return whether anything was ever blanked."""
    return await ctx.read_long(blanking.was_ever_on)


async def _rest() -> None:
    """Leave the database to others for a moment."""
    await asyncio.sleep(REST_S)


async def _blank_rest(ctx: Context, before_ms: int) -> None:
    await ctx.write(blanking.blank_rest, before_ms)
    after = 0
    while after := await ctx.write(blanking.blank_loose_tracks, after, before_ms, ROWS_AT_ONCE):
        await _rest()
    while after := (await ctx.write(_remove_loose_events, ctx, after, before_ms))[0]:
        await _rest()


def _due(db: Db, ctx: Context, days: int, before_ms: int, cursor: Cursor) -> list[Cursor]:
    return blanking.due(db, Age(days, before_ms, ctx.steady_ms(db)), cursor, LOOKED_AT_ONCE)


def _blank_orders(db: Db, ctx: Context, order_ids: list[int], days: int, before_ms: int) -> int:
    age = Age(days, before_ms, ctx.steady_ms(db))
    return blanking.blank_orders(db, order_ids, age, station=ctx.station, now_ms=ctx.clock.now_ms())


def _blank_span(db: Db, ctx: Context, kind: blanking.Kind, days: int, before_ms: int) -> bool:
    age = Age(days, before_ms, ctx.steady_ms(db))
    return blanking.blank_span(db, kind, age, ROWS_AT_ONCE, station=ctx.station, now_ms=ctx.clock.now_ms())


def _remove_loose_events(db: Db, ctx: Context, after: int, before_ms: int) -> tuple[int, int]:
    return blanking.remove_loose_events(db, after, before_ms, ctx.clock.now_ms(), LOOKED_AT_ONCE)
