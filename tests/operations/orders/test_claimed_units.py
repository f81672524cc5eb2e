"""The statements that take units off a line find them free or change nothing, whatever was checked before."""

import asyncio

import pytest

from shipconsole.domain.order import OrderLine
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders as orders_here
from shipconsole.store import orders

pytestmark = pytest.mark.both_engines


async def first_line(ctx: Context) -> tuple[int, OrderLine]:
    order_id = await orders_here.find(ctx, "10001")
    line = next(line for line in (await ctx.read(orders.get, order_id)).lines if line.ordered == 3)
    assert (line.shipped, line.cancelled) == (0, 0)
    return order_id, line


async def line_now(ctx: Context, order_id: int, line: OrderLine) -> tuple[int, int]:
    found = (await ctx.read(orders.get, order_id)).line(line.id)
    assert found is not None
    return found.shipped, found.cancelled


async def test_no_more_units_ship_than_were_ordered(bench: Context) -> None:
    order_id, line = await first_line(bench)
    taken = await asyncio.gather(*(bench.write(orders.claim_units, order_id, {line.id: 1}) for _ in range(5)))
    assert taken == [True, True, True, False, False]
    assert await line_now(bench, order_id, line) == (3, 0)
    assert not await bench.write(orders.cancel_units, order_id, line.id, 1)
    assert await line_now(bench, order_id, line) == (3, 0)


async def test_cancelled_units_do_not_ship(bench: Context) -> None:
    order_id, line = await first_line(bench)
    assert not await bench.write(orders.cancel_units, order_id, line.id, 4)
    assert await bench.write(orders.cancel_units, order_id, line.id, 2)
    assert not await bench.write(orders.claim_units, order_id, {line.id: 2})
    assert await bench.write(orders.claim_units, order_id, {line.id: 1})
    assert await line_now(bench, order_id, line) == (1, 2)


async def test_no_more_units_come_back_than_had_shipped_or_were_cancelled(bench: Context) -> None:
    order_id, line = await first_line(bench)
    assert await bench.write(orders.claim_units, order_id, {line.id: 1})
    assert await bench.write(orders.cancel_units, order_id, line.id, 1)
    assert not await bench.write(orders.release_units, order_id, {line.id: 2})
    assert not await bench.write(orders.restore_units, order_id, line.id, 2)
    assert await line_now(bench, order_id, line) == (1, 1)
    assert await bench.write(orders.release_units, order_id, {line.id: 1})
    assert await bench.write(orders.restore_units, order_id, line.id, 1)
    assert await line_now(bench, order_id, line) == (0, 0)


async def test_units_are_taken_off_the_named_order_alone(bench: Context) -> None:
    order_id, line = await first_line(bench)
    other_id = await orders_here.find(bench, "10002")
    assert not await bench.write(orders.claim_units, other_id, {line.id: 1})
    assert await line_now(bench, order_id, line) == (0, 0)
