"""A day at a packing station: orders are opened, scanned, and shipped as the window does it, and webhooks come back.

The station runs the program's own operations, worker, receiver, and log in this process; the simulated platforms run in
another. What it costs is noted after each part of the day: processor time, memory, and files.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from shipconsole.domain.call import CallState
from shipconsole.domain.draft import PackageDraft
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import receive
from shipconsole.operations.orders import claims, next_order, orders, scan
from shipconsole.operations.shipping import ship
from shipconsole.operations.worker import Dispatcher, counts
from shipconsole.receiver.server import Receiver
from shipconsole.simulator.sample_orders import SampleOrder
from shipconsole.station import logs
from shipconsole.station.profile import Profile
from shipconsole.store import webhook_events
from tests.cli.program import ROOT
from tests.faults.workload import packages_of
from tests.receiver.senders import post, status
from tests.support.bench import connect_all, open_context
from tests.support.labels import usps

WAITING_MOST = 60
"""So many updates may wait before the next package is packed: a packer is slower than the platforms."""
_SETTLED_WITHIN_S = 600.0
_PLATFORMS = """
import sys
from shipconsole.simulator.server import running_simulator

with running_simulator(orders=int(sys.argv[1])) as server:
    server.remove_limits()
    print(server.url, flush=True)
    sys.stdin.read()
"""


class Part(NamedTuple):
    """What one part of the day cost, and how large everything is at its end.

    `cpu_ms` is the processor time for each shipment, with its updates and webhooks; `slowest_ms` is how long the
    slowest order took from its first scan to the next order.
    """

    shipments: int
    cpu_ms: float
    slowest_ms: float
    rss_mb: float
    store_mb: float
    log_mb: float


@contextmanager
def simulated_platforms(orders_: int) -> Generator[str]:
    """Run the simulated platforms in a process of their own, without rate limits; yield their URL."""
    with subprocess.Popen(
        [sys.executable, "-c", _PLATFORMS, str(orders_)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the simulated platforms did not start"
        # They end when their standard input does.
        yield url


@asynccontextmanager
async def station(folder: Path, url: str) -> AsyncGenerator[tuple[Context, Receiver]]:
    """Yield a station with all orders of the simulated platforms, its worker and its receiver running."""
    profile = Profile(folder)
    profile.logs.mkdir()
    stop_log = logs.start(profile)
    try:
        async with open_context(folder) as ctx:
            await connect_all(ctx, url)
            await connections.connect(ctx, "shipengine", "ShipEngine", options={"webhook_signature": "off"})
            results = await import_orders.sync(ctx, await connections.every(ctx))
            assert [str(result.message) for result in results] == ["", "", ""]
            dispatcher, loop = Dispatcher(ctx), asyncio.get_running_loop()
            ctx.store.listen(partial(_wake, loop, dispatcher))
            receiver = Receiver(ctx)
            receiver.start()
            running = asyncio.create_task(dispatcher.run())
            try:
                yield ctx, receiver
            finally:
                ctx.store.listen(lambda: None)
                await asyncio.to_thread(receiver.stop)
                await dispatcher.stop(10)
                await running
    finally:
        stop_log()


def _wake(loop: asyncio.AbstractEventLoop, dispatcher: Dispatcher) -> None:
    loop.call_soon_threadsafe(dispatcher.wake)


async def work(ctx: Context, courier: "Courier", folder: Path, samples: Sequence[SampleOrder], first: int) -> Part:
    """Ship these orders one after the other, with their webhooks; tracking numbers count from `first`."""
    began_cpu_s, slowest_s, made = time.process_time(), 0.0, 0
    for sample in samples:
        began_s = time.monotonic()
        numbers = await pack(ctx, sample, first + made)
        slowest_s = max(slowest_s, time.monotonic() - began_s)
        made += len(numbers)
        for number in numbers:
            await courier.post(number, sample.number)
        await settle(ctx, WAITING_MOST)
    await settle(ctx, 0)
    await processed(ctx)
    return measured(folder, made, time.process_time() - began_cpu_s, slowest_s)


async def pack(ctx: Context, sample: SampleOrder, first: int) -> list[str]:
    """Ship an order in its packages, each key as the window takes it; return the tracking numbers."""
    numbers: list[str] = []
    for index, items in enumerate(packages_of(sample)):
        await scan.scan(ctx, sample.number, None)
        order_id = await orders.find(ctx, sample.number)
        await claims.order_opened(ctx, order_id)
        await scan.prepare(ctx, order_id)
        await orders.sheet(ctx, order_id)
        number = usps(first + index)
        pairs = None if items is None else list(items.items())
        for sku in [line.sku for line in sample.lines] if items is None else list(items):
            await scan.scan(ctx, sku, order_id)
        draft = await ship.draft_with_items(ctx, order_id, pairs, PackageDraft())
        await orders.save_draft(ctx, order_id, draft)
        await scan.scan(ctx, number, order_id)
        draft = await ship.draft_with_items(ctx, order_id, pairs, PackageDraft(tracking_number=number))
        await orders.save_draft(ctx, order_id, draft)
        await ship.ship(ctx, order_id, draft)
        await orders.sheet(ctx, order_id)
        await next_order.next_order(ctx, order_id)
        numbers.append(number)
    return numbers


class Courier:
    """Posts a package's webhooks: from ShipEngine that the carrier accepted it, from Shipup that it is delivered."""

    def __init__(self, receiver: Receiver, paths: dict[str, str]) -> None:
        """Post to the receiver, to the path of each connection."""
        self._port = int(receiver.urls[0].rsplit(":", 1)[1].split("/")[0])
        self._paths = paths
        self.posted = 0

    async def post(self, number: str, order: str) -> None:
        """Post both and wait until they are stored."""
        happened = {"occurred_at": "2026-11-20T08:00:00Z", "description": "Accepted", "status_code": "AC"}
        shipengine = {
            "resource_type": "API_TRACK",
            "resource_url": "",
            "data": {"tracking_number": number, "status_code": "AC", "events": [happened]},
        }
        about = {
            "tracking_number": number,
            "delivery_status_code": "delivered",
            "fulfillment": {"order": {"order_number": order}},
        }
        shipup = {"id": f"{number} delivered", "type": "tracker.events.new", "data": {"object": about}}
        await self._post(self._paths["ShipEngine"], json.dumps(shipengine).encode())
        await self._post(self._paths["Shipup"], json.dumps(shipup).encode())

    async def _post(self, path: str, body: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(post(path, body, "Connection: close"))
            found = await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()
        assert status(found) == 200, found
        self.posted += 1


async def paths_of(ctx: Context) -> dict[str, str]:
    """Return the webhook path of each connection, by its name."""
    return {found.name: await receive.webhook_path(ctx, found) for found in await connections.every(ctx)}


async def waiting(ctx: Context) -> int:
    """Return how many updates are not yet confirmed."""
    found = await counts(ctx)
    ended: set[CallState] = {"confirmed", "cancelled", "superseded"}
    return sum(count for state, count in found.items() if state not in ended)


async def settle(ctx: Context, most: int) -> None:
    """Wait until no more than `most` updates wait."""
    until_s = time.monotonic() + _SETTLED_WITHIN_S
    while await waiting(ctx) > most:
        assert time.monotonic() < until_s, await counts(ctx)
        await asyncio.sleep(0.02)


async def processed(ctx: Context) -> None:
    """Wait until every webhook event is processed."""
    until_s = time.monotonic() + _SETTLED_WITHIN_S
    while await ctx.read(webhook_events.unprocessed, 1):
        assert time.monotonic() < until_s
        await asyncio.sleep(0.02)


def measured(folder: Path, shipments: int, cpu_s: float, slowest_s: float) -> Part:
    """Return what a part of the day cost."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    size = {name: sum(file.stat().st_size for file in folder.glob(name)) for name in ("shipconsole.db*", "logs/*")}
    return Part(
        shipments,
        1_000 * cpu_s / shipments,
        1_000 * slowest_s,
        pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        size["shipconsole.db*"] / 1e6,
        size["logs/*"] / 1e6,
    )
