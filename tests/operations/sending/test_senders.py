"""Senders: of many stations each sends what its keys allow, one stale key blocks no one, and nothing is sent twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.sender import SenderState
from shipconsole.operations import worker
from shipconsole.operations.connections import connections, senders
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.keys import KeyringUnavailable, MemoryKeys
from shipconsole.store import senders as stored_senders
from tests.support.bench import NAMES, SECRETS, connect_all, draft_of, effects
from tests.support.engines import NewStore
from tests.support.many_stations import QUICK, Station, put_keys, stations

ALL = tuple(NAMES.values())


async def synced(station: Station, server: SimulatorServer) -> None:
    """The connections, stored from one station whose keyring keeps nothing of it, and their orders."""
    await connect_all(station.ctx, server.url)
    await import_orders.sync(station.ctx, await connections.every(station.ctx))
    for vendor, name in NAMES.items():
        for field in SECRETS[vendor]:
            station.ctx.keys.delete(name, field).result()


async def ship_all(ctx: Context, count: int, *, first: int = 10_001) -> int:
    """Ship whole orders, and return how many updates there are."""
    for number in range(first, first + count):
        order_id, draft = await draft_of(ctx, str(number), None, f"NUMBER{number}")
        await ship.ship(ctx, order_id, draft)
    return len(await worker.latest(ctx, most=None))


async def wait_for(ctx: Context, is_so: Callable[[], Awaitable[bool]]) -> None:
    while not await is_so():
        await asyncio.sleep(0.03)


async def states(ctx: Context, name: str) -> dict[str, SenderState]:
    """What each running station said of a connection."""
    (connection,) = await connections.named(ctx, [name])
    return {sender.station: sender.state for sender in (await senders.every(ctx, [connection]))[connection.id]}


async def until_known(ctx: Context, count: int) -> None:
    """Wait until every station has looked for its keys."""

    async def are_known() -> bool:
        found = [await states(ctx, name) for name in ALL]
        return all(len(one) == count and "unchecked" not in one.values() for one in found)

    await wait_for(ctx, are_known)


async def until_sent(ctx: Context, count: int, state: str = "confirmed") -> None:
    async def is_sent() -> bool:
        return sum(call.state == state for call in await worker.latest(ctx, most=None)) == count

    await wait_for(ctx, is_sent)


async def connection_named(ctx: Context, name: str) -> Connection:
    return (await connections.named(ctx, [name]))[0]


def shipped_twice(server: SimulatorServer) -> list[Any]:
    seen: dict[tuple[Any, Any], int] = {}
    for effect in effects(server):
        key = effect["call"], effect["order_number"]
        seen[key] = seen.get(key, 0) + 1
    return [key for key, count in seen.items() if count > 1]


@pytest.mark.both_engines
async def test_three_of_twenty_stations_hold_keys_and_one_of_them_a_stale_one(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 20) as all_:
        await synced(all_[0], simulated_platforms)
        put_keys(all_[4].ctx, *ALL, stale=["ShipEngine"])
        put_keys(all_[11].ctx, *ALL)
        put_keys(all_[17].ctx, *ALL)
        for station in all_:
            station.start()
        ctx = all_[0].ctx
        await until_known(ctx, 20)
        count = await ship_all(ctx, 8)
        assert count == 24
        await until_sent(ctx, count)
        said = await states(ctx, "ShipEngine")
        assert {station for station, state in said.items() if state == "sends"} >= {"Station 12", "Station 18"}
        assert said["Station 1"] == "no_key"
        assert not any(connection.is_blocked for connection in await connections.every(ctx))
        ran: set[str] = set()
        for call in await worker.latest(ctx, most=None):
            tries = await worker.attempts(ctx, call.id)
            ran |= {attempt.station for attempt in tries}
        assert ran <= {"Station 5", "Station 12", "Station 18"}
    assert shipped_twice(simulated_platforms) == []


@pytest.mark.both_engines
async def test_a_stale_key_stops_its_station_only_and_the_last_one_blocks_the_connection(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 3) as (packing, stale, right):
        await synced(packing, simulated_platforms)
        put_keys(stale.ctx, "ShipEngine", stale=["ShipEngine"])
        put_keys(right.ctx, *ALL)
        packing.start()
        stale.start()
        right.start()
        await until_known(packing.ctx, 3)
        # The one with the right key is closed, so that the stale one tries.
        await right.stop()
        await ship_all(packing.ctx, 1)
        await until_sent(packing.ctx, 3, "blocked")
        connection = await connection_named(packing.ctx, "ShipEngine")
        assert connection.is_blocked
        assert str(connection.blocked_message).startswith("ShipEngine rejected the API key.")
        # It starts again: it was not among those that failed.
        right.start()
        await until_sent(packing.ctx, 3)
        connection = await connection_named(packing.ctx, "ShipEngine")
        assert not connection.is_blocked
        assert (await states(packing.ctx, "ShipEngine"))["Station 2"] == "failed"
    assert shipped_twice(simulated_platforms) == []


@pytest.mark.both_engines
async def test_a_key_that_is_saved_ends_the_pause_of_its_station_at_once(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 2) as (packing, sending):
        await synced(packing, simulated_platforms)
        put_keys(sending.ctx, *ALL, stale=["Shipup"])
        packing.start()
        sending.start()
        await until_known(packing.ctx, 2)
        await ship_all(packing.ctx, 1)
        await until_sent(packing.ctx, 2)
        await until_sent(packing.ctx, 1, "blocked")
        assert (await states(packing.ctx, "Shipup")) == {"Station 1": "no_key", "Station 2": "failed"}
        url = f"{simulated_platforms.url}/shipup"
        await connections.connect(packing.ctx, "shipup", "Shipup", url=url, secrets=SECRETS["shipup"])
        await until_sent(packing.ctx, 3)
        assert (await states(packing.ctx, "Shipup"))["Station 1"] == "sends"
        assert (await states(packing.ctx, "Shipup"))["Station 2"] == "failed", "its own key is as it was"


@pytest.mark.both_engines
async def test_a_lone_station_without_a_key_blocks_the_connection_as_it_always_did(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 1) as (alone,):
        await synced(alone, simulated_platforms)
        alone.start()
        await ship_all(alone.ctx, 1)
        await until_sent(alone.ctx, 3, "blocked")
        messages = [str(connection.blocked_message) for connection in await connections.every(alone.ctx)]
        assert messages[0] == "ShipEngine has no API key yet. Enter it in Connections."


@pytest.mark.both_engines
async def test_what_a_lone_station_without_a_key_blocked_is_sent_by_the_next_one_that_has_it(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 2) as (by_day, by_night):
        await synced(by_day, simulated_platforms)
        put_keys(by_day.ctx, *ALL)
        by_night.start()
        await ship_all(by_night.ctx, 1)
        await until_sent(by_night.ctx, 3, "blocked")
        await by_night.stop()
        # Always alone, it never had a reason to look for its keys.
        assert await by_day.ctx.read(stored_senders.of_station, by_day.ctx.station_id) == {}
        by_day.start()
        await until_sent(by_day.ctx, 3)
        assert not any(connection.is_blocked for connection in await connections.every(by_day.ctx))
    assert shipped_twice(simulated_platforms) == []


@pytest.mark.both_engines
async def test_a_station_that_was_killed_no_longer_counts_once_its_heartbeat_is_old(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 2, replace(QUICK, sender_lost_ms=1_500)) as (packing, sending):
        await synced(packing, simulated_platforms)
        put_keys(sending.ctx, *ALL)
        packing.start()
        sending.start()
        await until_known(packing.ctx, 2)
        await sending.die()
        await ship_all(packing.ctx, 1)
        await until_sent(packing.ctx, 3, "blocked")
        assert set(await states(packing.ctx, "Shipup")) == {"Station 1"}


async def test_a_station_that_is_not_to_send_leaves_everything_to_others(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 2) as (packing, sending):
        await synced(packing, simulated_platforms)
        put_keys(packing.ctx, *ALL)
        put_keys(sending.ctx, *ALL)
        packing.ctx.sends = False
        packing.start()
        await ship_all(packing.ctx, 2)
        await asyncio.sleep(0.5)
        assert {call.state for call in await worker.latest(packing.ctx)} == {"pending"}
        sending.start()
        await until_sent(packing.ctx, 6)
        assert await states(packing.ctx, "Shipup") == {"Station 1": "off", "Station 2": "sends"}
        tried = [await worker.attempts(packing.ctx, call.id) for call in await worker.latest(packing.ctx)]
        assert {attempt.station for one in tried for attempt in one} == {"Station 2"}


class LockedKeys(MemoryKeys):
    """A keyring that is locked."""

    def get(self, connection: str, field: str) -> Any:
        """Fail."""
        future = super().get("", "")
        failed: Any = type(future)()
        failed.set_exception(KeyringUnavailable(Message("keyring.locked")))
        return failed


async def test_a_locked_keyring_stops_its_station_and_no_update(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 2) as (locked, sending):
        await synced(locked, simulated_platforms)
        locked.ctx.keys = LockedKeys()
        put_keys(sending.ctx, *ALL)
        locked.start()
        sending.start()
        await until_known(locked.ctx, 2)
        await ship_all(locked.ctx, 2)
        await until_sent(locked.ctx, 6)
        assert (await states(locked.ctx, "Shipup"))["Station 1"] == "no_keyring"
        tried = [await worker.attempts(locked.ctx, call.id) for call in await worker.latest(locked.ctx)]
        assert {attempt.what for one in tried for attempt in one} == {"sending", "answered"}


async def test_a_sync_without_a_key_says_so_here_and_nothing_of_it_to_others(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 2) as (packing, sending):
        await synced(packing, simulated_platforms)
        put_keys(sending.ctx, *ALL)
        packing.start()
        sending.start()
        await until_known(packing.ctx, 2)
        results = await import_orders.sync(packing.ctx, await connections.every(packing.ctx))
        assert {result.problem for result in results} == {"no_key"}
        assert {connection.sync_problem for connection in await connections.every(packing.ctx)} == {""}
