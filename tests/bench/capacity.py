"""How many stations one server takes: `python -m tests.bench.capacity` measures it here.

First what a package needs: the groups of writes of the program's own operations, worker, and receiver, with three
platforms and two webhooks. Then how many groups a second the server takes from some writers, each a process that packs
without a pause, and how long each waited for the lock and held it. What lies beyond is simulated: `lock_queue`.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from shipconsole.operations.connections import connections
from shipconsole.operations.importing import import_orders
from shipconsole.operations.worker import Dispatcher
from shipconsole.receiver.server import Receiver
from shipconsole.store.opening import create_or_upgrade
from tests.bench.figures import percentile
from tests.bench.floors import SyncedFile
from tests.bench.processes import results_of
from tests.bench.timed_store import Group, TimedStore
from tests.faults.workload import orders_for, packages_of
from tests.support.bench import connect_all, open_context
from tests.support.day_of_work import Courier, pack, paths_of, processed, settle, simulated_platforms
from tests.support.postgresql import PostgresqlServer

WRITERS = (1, 4, 8, 20)
FLOOR_S = 1.0
DATABASE = "capacity"


class Need(NamedTuple):
    """What the program writes: groups for each package, groups a second of a station without work, and all groups."""

    packages: int
    groups_each: float
    idle_groups_s: float
    groups: tuple[Group, ...]


class Taken(NamedTuple):
    """What some writers got: groups and packages a second; `synced_s` is how often a second a file could be synced."""

    writers: int
    groups_s: float
    packages_s: float
    synced_s: float
    load: float
    cpu_each_s: float
    """Processor time for each group, of the program and of the server's process for it."""
    groups: tuple[Group, ...]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def spread(values: Sequence[float]) -> str:
    """Return median and 99th percentile in milliseconds."""
    return f"{1e3 * percentile(values, 0.5):.1f} / {1e3 * percentile(values, 0.99):.1f} ms"


async def prepare(url: str, folder: Path, platforms: str) -> None:
    """Create the tables, and sync the orders of the simulated platforms."""
    create_or_upgrade(url)
    async with open_context(folder, store=TimedStore(url, folder)) as ctx:
        await connect_all(ctx, platforms)
        await connections.connect(ctx, "shipengine", "ShipEngine", options={"webhook_signature": "off"})
        results = await import_orders.sync(ctx, await connections.every(ctx))
        assert [str(result.message) for result in results] == ["", "", ""]


def _wake(loop: asyncio.AbstractEventLoop, dispatcher: Dispatcher) -> None:
    loop.call_soon_threadsafe(dispatcher.wake)


async def need(url: str, folder: Path, platforms: str, packages: int, idle_s: float) -> Need:
    """Pack some packages as the window does, one after the other, then do nothing for a while."""
    store = TimedStore(url, folder)
    async with open_context(folder, store=store) as ctx:
        await connect_all(ctx, platforms)
        dispatcher, loop = Dispatcher(ctx), asyncio.get_running_loop()
        receiver = Receiver(ctx)
        receiver.start()
        running = asyncio.create_task(dispatcher.run())
        ctx.store.listen(partial(_wake, loop, dispatcher))
        try:
            courier = Courier(receiver, await paths_of(ctx))
            await asyncio.sleep(idle_s)
            store.groups.clear()
            await asyncio.sleep(idle_s)
            idle = len(store.groups) / idle_s
            store.groups.clear()
            made, began_s = 0, time.monotonic()
            for sample in orders_for(3 * packages):
                numbers = await pack(ctx, sample, made)
                for number in numbers:
                    await courier.post(number, sample.number)
                made += len(packages_of(sample))
                await settle(ctx, 0)
                await processed(ctx)
            groups = tuple(store.groups)
            each = (len(groups) - idle * (time.monotonic() - began_s)) / made
        finally:
            ctx.store.listen(lambda: None)
            await asyncio.to_thread(receiver.stop)
            await dispatcher.stop(10)
            await running
    return Need(made, each, idle, groups)


def taken(url: str, folder: Path, writers: int, seconds: float) -> Taken:
    """Have some processes pack without a pause, and return what they got."""
    synced = SyncedFile(folder)
    floor = synced.rate(FLOOR_S)
    synced.close()
    lines = results_of("packing_load", url, folder, writers, (seconds,))
    done: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return Taken(
        writers,
        sum(len(one["groups"]) / one["took_s"] for one in done),
        sum(one["packed"] / one["took_s"] for one in done),
        floor,
        os.getloadavg()[0],
        sum(one["cpu_s"] for one in done) / sum(len(one["groups"]) for one in done),
        tuple(Group(*group) for one in done for group in one["groups"]),
    )


def measure(
    folder: Path, *, writers: Sequence[int], seconds: float, orders: int, packages: int, idle_s: float
) -> Iterator[Need | Taken]:
    """Measure all on a server of its own with durable settings; yields the need first, then a line for each number."""
    server = PostgresqlServer(settings={"max_connections": "200", "shared_buffers": "256MB"})
    try:
        server.start()
        with simulated_platforms(orders) as platforms:
            server.admin(f"CREATE DATABASE {DATABASE}")
            asyncio.run(prepare(server.url(DATABASE), folder, platforms))
            server.admin(f"CREATE DATABASE needed TEMPLATE {DATABASE}")
            # The databases are copies with one id, so that a profile that has seen one would refuse the next.
            at = folder / "needed"
            at.mkdir()
            yield asyncio.run(need(server.url("needed"), at, platforms, packages, idle_s))
        for number in writers:
            name = f"writers_{number}"
            server.admin(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
            at = folder / name
            at.mkdir()
            yield taken(server.url(name), at, number, seconds)
    finally:
        server.remove()


def line_of(found: Need | Taken) -> str:
    """Return a result in words, with how long groups held the lock: what `lock_queue` draws from."""
    held = [group.held_s for group in found.groups]
    trips = [group.round_trips for group in found.groups]
    shown = f"held {spread(held)}, {sum(trips) / len(trips):.1f} round trips each"
    if isinstance(found, Need):
        steps = " ".join(f"{1e3 * percentile(held, share / 20):.2f}" for share in range(1, 20))
        return (
            f"a package: {found.groups_each:.1f} groups; idle: {found.idle_groups_s:.2f}/s; {shown}; in steps: {steps}"
        )
    return (
        f"{found.writers} writers: {found.groups_s:.0f} groups/s ({found.groups_s / found.synced_s:.2f} of"
        f" {found.synced_s:.0f} synced/s), {found.packages_s:.1f} packages/s,"
        f" waited {spread([group.waited_s for group in found.groups])}, {shown},"
        f" {1e3 * found.cpu_each_s:.1f} ms of processor time each, load {found.load:.0f}"
    )


def main() -> None:
    """Measure and print; arguments are other numbers of writers."""
    writers = tuple(map(int, sys.argv[1:])) or WRITERS
    with tempfile.TemporaryDirectory(prefix="shipconsole-capacity-") as work:
        for found in measure(Path(work), writers=writers, seconds=10, orders=300, packages=15, idle_s=10):
            _say(line_of(found))


if __name__ == "__main__":
    main()
