"""How many updates of a connection are under way: what waits for its turn is few, what waits for a response is not."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from shipconsole.domain.connection import Connection
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator.server import SimulatorServer
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.http import Sender, SendResult
from shipconsole.vendors.request import Request
from tests.operations.outbox.test_outbox import ship_one
from tests.operations.outbox.test_pause import named
from tests.support.bench import fault, tls

ORDERS = ("10001", "10002", "10003", "10004", "10005", "10006")


class OnePerHour(Sender):
    """Send as the product does, to platforms that accept one request an hour."""

    async def send(
        self, connection: Connection, vendor: Vendor, request: Request, headers: Mapping[str, str]
    ) -> SendResult:
        return await super().send(connection, replace(vendor, rate_per_s=1 / 3_600, burst=1), request, headers)


@asynccontextmanager
async def dispatching(ctx: Context) -> AsyncGenerator[Dispatcher]:
    dispatcher = Dispatcher(ctx)
    running = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        await dispatcher.stop(0)
        await running


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not holds():
            await asyncio.sleep(0.01)


async def sending(ctx: Context) -> int:
    """Return how many updates are claimed at present."""
    return (await worker.counts(ctx)).get("sending", 0)


async def test_slow_responses_are_awaited_side_by_side(bench: Context, simulated_platforms: SimulatorServer) -> None:
    for number in ORDERS:
        await ship_one(bench, "Shipup", number=number, tracking=f"A{number}")
    fault(simulated_platforms, "shipup", "slow", times=None, seconds=600)
    shipup = await named(bench, "Shipup")
    async with dispatching(bench) as dispatcher:
        most = bench.timings.most_per_connection
        await until(lambda: bench.sender.in_flight(shipup.id) == most)
        for _ in range(5):
            dispatcher.wake()
            await asyncio.sleep(0.05)
        assert (bench.sender.in_flight(shipup.id), await sending(bench)) == (most, most)
    assert bench.sender.in_flight(shipup.id) == 0


async def test_few_updates_are_claimed_that_only_wait_for_their_turn(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    for number in ORDERS:
        await ship_one(bench, "Shipup", number=number, tracking=f"A{number}")
    sender = OnePerHour(tls())
    slow = replace(bench, sender=sender)
    async with dispatching(slow) as dispatcher:
        async with asyncio.timeout(120):
            while (await worker.counts(slow))["pending"] > len(ORDERS) - 3:
                await asyncio.sleep(0.01)
        for _ in range(5):
            dispatcher.wake()
            await asyncio.sleep(0.05)
        # One was sent in its turn; two are claimed.
        assert await sending(slow) == slow.timings.most_waiting
    await sender.close()
