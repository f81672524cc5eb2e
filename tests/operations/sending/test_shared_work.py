"""Shared work: stations on one database call a platform together no oftener than one, and process each event once."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import replace

import pytest

from shipconsole.domain.message import verbatim
from shipconsole.domain.received_webhook import WebhookEvent
from shipconsole.operations import worker
from shipconsole.operations.connections import connections, leases
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import receive
from shipconsole.operations.outbox import pause
from shipconsole.receiver.server import Receiver
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import connections as stored
from shipconsole.store import leases as stored_leases
from shipconsole.store import webhook_events
from shipconsole.store.database import Db
from shipconsole.store.leases import Lease
from tests.operations.pod import Pod, connected, order_of, running_pod, shipped_package, webhook
from tests.operations.sending.test_senders import ALL, ship_all, synced, until_known, until_sent, wait_for
from tests.receiver.senders import status_of
from tests.support import local_http
from tests.support.bench import connect_all
from tests.support.engines import NewStore
from tests.support.many_stations import QUICK, Station, put_keys, stations

COUNTS = [2, 4]


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        yield running


def requests_of(server: SimulatorServer) -> Counter[str]:
    """How often each path was requested."""
    seen = local_http.get(f"{server.url}/_simulator/requests").json()
    return Counter(f"{request['method']} {request['path']}" for request in seen)


async def settled(count: Callable[[], int]) -> int:
    """Return a count that has not grown for some rounds."""
    last, since_s = -1, time.monotonic()
    while time.monotonic() - since_s < 1:
        if (now := count()) != last:
            last, since_s = now, time.monotonic()
        await asyncio.sleep(0.05)
    return last


async def requests_for_two_orders(all_: tuple[Station, ...], server: SimulatorServer, first: int) -> Counter[str]:
    """What the platforms are asked while stations ship two orders and follow them up; ids are left out."""
    before = requests_of(server)
    await ship_all(all_[0].ctx, 2, first=first)

    async def are_sent() -> bool:
        return all(call.state == "confirmed" for call in await worker.latest(all_[0].ctx, most=None))

    await wait_for(all_[0].ctx, are_sent)
    await settled(lambda: requests_of(server).total())
    found = Counter[str]()
    for path, times in (requests_of(server) - before).items():
        found[re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|\d+", "ID", path)] += times
    return found


@pytest.mark.both_engines
@pytest.mark.parametrize("count", COUNTS)
async def test_updates_and_what_follows_them_cost_no_more_requests_with_several_stations(
    new_store: NewStore, simulated_platforms: SimulatorServer, count: int
) -> None:
    async with stations(new_store, count) as all_:
        await synced(all_[0], simulated_platforms)
        for station in all_:
            put_keys(station.ctx, *ALL)
        all_[0].start()
        alone = await requests_for_two_orders(all_, simulated_platforms, 10_001)
        for station in all_[1:]:
            station.start()
        await until_known(all_[0].ctx, count)
        together = await requests_for_two_orders(all_, simulated_platforms, 10_003)
        # How often a running import of a store is looked at depends on how long it takes.
        polled = {path for path in alone | together if path.startswith("GET") and "order_sources" in path}
        # An order is read before it is sent and after; one station may have put two of those together.
        most = {path: max(times, 4) for path, times in alone.items()}
        over = {path: times for path, times in together.items() if times > most.get(path, 0)}
        assert {path: times for path, times in over.items() if path not in polled} == {}
        # `alone` is what the work needs: each update is sent once.
        assert together.total() <= alone.total() + 6, (alone, together)


async def processed(ctx: Context) -> int:
    return sum(event.state == "processed" for event in await ctx.read(_all_events))


def _all_events(db: Db) -> list[WebhookEvent]:
    return [event for id_ in range(1, 60) if (event := webhook_events.get(db, id_)) is not None]


@pytest.mark.both_engines
@pytest.mark.parametrize("count", COUNTS)
async def test_several_receivers_that_get_the_same_events_process_each_once(
    new_store: NewStore, pod: Pod, count: int
) -> None:
    async with stations(new_store, count) as all_:
        connection = await connected(all_[0].ctx, pod.url)
        token = all_[0].ctx.keys.get("Pod", receive.TOKEN)
        path = await receive.webhook_path(all_[0].ctx, connection)
        secret = all_[0].ctx.keys.get("Pod", receive.TOKEN).result()
        assert token is not None
        assert secret is not None
        for station in all_[1:]:
            station.ctx.keys.put("Pod", "api_key", "k").result()
            # Whoever runs several receivers gives each the same address.
            station.ctx.keys.put("Pod", receive.TOKEN, secret.reveal()).result()
        for station in all_:
            station.start()
        receivers = [Receiver(station.ctx) for station in all_]
        try:
            for receiver in receivers:
                receiver.start()
            bodies: list[bytes] = []
            for number in range(12):
                package = shipped_package(f"NUMBER{number}", A=1)
                order = order_of(package, number=str(10_001 + number), id=100 + number)
                pod.orders[str(100 + number)] = order
                bodies.append(json.dumps(webhook(order, package, uuid=str(number))).encode())

            def send(receiver: Receiver) -> list[int]:
                return [status_of(receiver.urls[0], path, body) for body in bodies]

            answers = await asyncio.gather(*(asyncio.to_thread(send, receiver) for receiver in receivers))
            assert answers == [[200] * 12] * count

            async def are_processed() -> bool:
                return await processed(all_[0].ctx) == 12

            await wait_for(all_[0].ctx, are_processed)
            await settled(lambda: len(pod.asked))
            assert len(await all_[0].ctx.read(_all_events)) == 12
        finally:
            await asyncio.gather(*(asyncio.to_thread(receiver.stop) for receiver in receivers))
        asked = Counter(path for path in pod.asked if path.startswith("/orders/"))
        assert len(asked) == 12
        # A duplicate that arrives while its event is processed has it processed once more, as with one receiver.
        assert max(asked.values()) <= 2, asked
        assert asked.total() <= 12 + 3, asked


@pytest.mark.both_engines
async def test_a_sync_that_another_station_runs_is_awaited_and_not_repeated(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 4) as all_:
        await connect_all(all_[0].ctx, simulated_platforms.url)
        for station in all_:
            put_keys(station.ctx, *ALL)
            station.start()
        await until_known(all_[0].ctx, 4)
        known = await connections.every(all_[0].ctx)
        results = await asyncio.gather(*(import_orders.sync(station.ctx, known) for station in all_))
        assert {result.problem for found in results for result in found} == {""}
        lists = {path: times for path, times in requests_of(simulated_platforms).items() if path.startswith("GET")}
        alone = Counter[str]()
        before = requests_of(simulated_platforms)
        await import_orders.sync(all_[0].ctx, known)
        alone = requests_of(simulated_platforms) - before
        # The next sync that a station begins after the first one ended is one of its own.
        assert sum(lists.values()) <= 2 * alone.total(), (lists, alone)


@pytest.mark.both_engines
async def test_one_of_several_stations_probes_a_platform_that_does_not_respond(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    timings = replace(QUICK, ask_base_s=30.0)
    async with stations(new_store, 4, timings) as all_:
        await connect_all(all_[0].ctx, simulated_platforms.url)
        (first, *_others) = await connections.every(all_[0].ctx)
        for station in all_:
            put_keys(station.ctx, *ALL)
            station.start()
        await until_known(all_[0].ctx, 4)
        before = requests_of(simulated_platforms)
        local_http.post(
            f"{simulated_platforms.url}/_simulator/faults",
            json={"vendor": first.vendor, "call": "*", "kind": "status_500", "times": None},
        )

        def fail(db: Db) -> None:
            for _ in range(QUICK.failures_most):
                stored.count_failure(
                    db,
                    first.id,
                    verbatim("nobody there"),
                    steady_ms=all_[0].ctx.steady_ms(db),
                    within_ms=QUICK.failures_within_ms,
                    failures_most=QUICK.failures_most,
                )

        await all_[0].ctx.write(fail)
        await settled(lambda: requests_of(simulated_platforms).total())
        assert (requests_of(simulated_platforms) - before).total() == 1


async def test_a_pause_at_one_station_holds_for_all(new_store: NewStore, simulated_platforms: SimulatorServer) -> None:
    async with stations(new_store, 2) as (packing, other):
        await synced(packing, simulated_platforms)
        put_keys(other.ctx, *ALL)
        for connection in await connections.every(packing.ctx):
            await pause.pause(packing.ctx, connection)
        packing.start()
        other.start()
        await until_known(packing.ctx, 2)
        await ship_all(packing.ctx, 1)
        await asyncio.sleep(0.5)
        await until_sent(packing.ctx, 3, "pending")
        for connection in await connections.every(packing.ctx):
            await pause.resume(packing.ctx, connection)
        await until_sent(packing.ctx, 3)


@pytest.mark.both_engines
async def test_a_lease_ends_with_its_station_or_its_time(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    timings = replace(QUICK, task_lease_ms=600)
    async with stations(new_store, 2, timings) as (one, two):
        await connect_all(one.ctx, simulated_platforms.url)
        (first, *_) = await connections.every(one.ctx)
        put_keys(two.ctx, *ALL)
        one.start()
        two.start()
        await until_known(one.ctx, 2)
        assert await leases.take(one.ctx, "sync", [first.id]) == {first.id}
        assert await leases.take(two.ctx, "sync", [first.id]) == frozenset()
        assert await leases.take(one.ctx, "sync", [first.id]) == {first.id}

        async def is_over() -> bool:
            return await leases.take(two.ctx, "sync", [first.id]) == {first.id}

        await wait_for(two.ctx, is_over)
        assert await leases.take(one.ctx, "sync", [first.id]) == frozenset()
        await two.stop()
        lease: Lease | None = await one.ctx.read(stored_leases.get, "sync", first.id)
        assert lease is None
        assert await leases.take(one.ctx, "sync", [first.id]) == {first.id}
