"""Two stations whose clocks are an hour apart: what one stores, the other judges by the clock that they share."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from shipconsole.domain.packer import LOCKED_S, WRONG_PINS_MOST
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations import worker
from shipconsole.operations.connections import connections, store_refresh
from shipconsole.operations.connections.store_refresh import STALE_AFTER_MS, StoreState, record_state
from shipconsole.operations.context import Context, CurrentPacker
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import stale
from shipconsole.operations.orders import orders, packers
from shipconsole.operations.outbox import resolve
from shipconsole.operations.printing import hand_overs
from shipconsole.operations.shipping import ship
from shipconsole.operations.tracking.record import check_after_ms, record_track
from shipconsole.operations.vendor_orders import create
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.clock import SystemClock
from shipconsole.store.database import Engine
from tests.operations.vendor_orders.test_create import entered, starshipit
from tests.support import engines
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.support.refusals import refused

pytestmark = pytest.mark.both_engines
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class ClockApart(SystemClock):
    """A computer's clock that somebody set wrong."""

    def __init__(self, apart_ms: int) -> None:
        """Be ahead by so much, or behind."""
        self._apart_ms = apart_ms

    def now_ms(self) -> int:
        """Return the wall time as this computer has it."""
        return super().now_ms() + self._apart_ms


@dataclass(frozen=True)
class Stations:
    """The station with the wrong clock, and one that reads what it stored; with a file, on the same computer."""

    wrong: Context
    other: Context

    def age(self, table: str, column: str, by_ms: int) -> None:
        """Let time pass since something was stored."""
        with engines.beside(self.other.store) as connection:
            connection.execute(f"UPDATE {table} SET {column} = {column} - {by_ms}")


@pytest.fixture(params=[HOUR_MS, -HOUR_MS], ids=["ahead", "behind"])
def stations(
    bench: Context, database_engine: Engine, tmp_path: Path, request: pytest.FixtureRequest
) -> Generator[Stations]:
    wrong = ClockApart(request.param)
    clocks = {"Wrong": wrong, "Other": wrong if database_engine == "sqlite" else SystemClock()}
    opened: list[Context] = []
    for name, clock in clocks.items():
        # Unlike the bench's, it has the server's own clock.
        store = engines.store_at(engines.address_of(bench.store), tmp_path / name)
        store.open()
        opened.append(replace(bench, store=store, clock=clock, station=name, current_packer=CurrentPacker()))
    yield Stations(*opened)
    for ctx in opened:
        ctx.store.close()


async def notify(ctx: Context, number: str, tracking: str) -> None:
    order_id, draft = await draft_of(ctx, number, None, tracking)
    await ship.ship(ctx, order_id, draft, ("ShipEngine",))
    await worker.flush(ctx, until_empty=True)


async def test_an_order_is_fetched_again_before_it_ships_unless_it_was_just_now(stations: Stations) -> None:
    order_id, names = await orders.find(stations.other, "10001"), ("ShipEngine",)
    stations.age("link", "seen_at_ms", DAY_MS)
    assert await ship.refresh_before_shipping(stations.other, order_id, names)
    stations.age("link", "seen_at_ms", ship.FRESH_MS)
    for _ in ("unchanged", "changed"):
        assert await ship.refresh_before_shipping(stations.wrong, order_id, names)
        assert not await ship.refresh_before_shipping(stations.other, order_id, names)
        stations.age("link", "seen_at_ms", ship.FRESH_MS)
        assert await ship.refresh_before_shipping(stations.other, order_id, names)
        stations.age("link", "seen_at_ms", ship.FRESH_MS)
        with engines.beside(stations.other.store) as connection:
            connection.execute("UPDATE link SET document = '{}'")


async def test_a_silent_package_is_queried_when_it_is_due_and_one_a_minute(stations: Stations) -> None:
    await notify(stations.wrong, "10001", USPS_NUMBERS[0])
    (shop,) = await connections.named(stations.other, ["ShipEngine"])
    stations.age("track", "next_check_at_ms", check_after_ms(shop) - HOUR_MS // 2)
    assert await stale.due(stations.other) == ()
    stations.age("track", "next_check_at_ms", HOUR_MS // 2)
    assert [connection.name for connection, _ in await stale.due(stations.other)] == ["ShipEngine"]
    assert await stale.run_due(stations.wrong) == 1
    stations.age("track", "next_check_at_ms", 3 * check_after_ms(shop))
    assert await stale.due(stations.other) == (), "another package was queried less than a minute ago"
    stations.age("track_check", "at_ms", stale.BETWEEN_MS)
    assert [connection.name for connection, _ in await stale.due(stations.other)] == ["ShipEngine"]


async def test_after_news_of_a_package_the_next_query_is_as_late_as_the_first(stations: Stations) -> None:
    order_id = await orders.find(stations.other, "10001")
    (shop,) = await connections.named(stations.other, ["ShipEngine"])
    news = RemoteTrack(tracking_number=USPS_NUMBERS[0], status="in_transit", document="{}")
    now_ms = stations.wrong.clock.now_ms()
    await stations.wrong.write(record_track, shop, news, order_id=order_id, now_ms=now_ms)
    stations.age("track", "next_check_at_ms", check_after_ms(shop) - HOUR_MS // 2)
    assert await stale.due(stations.other) == ()
    stations.age("track", "next_check_at_ms", HOUR_MS // 2)
    assert len(await stale.due(stations.other)) == 1


async def test_after_a_query_without_news_the_next_one_is_later(stations: Stations) -> None:
    await notify(stations.wrong, "10001", USPS_NUMBERS[0])
    (shop,) = await connections.named(stations.other, ["ShipEngine"])
    for _ in range(2):
        stations.age("track", "next_check_at_ms", 2 * check_after_ms(shop))
        stations.age("track_check", "at_ms", stale.BETWEEN_MS)
        assert await stale.run_due(stations.wrong) == 1
    stations.age("track_check", "at_ms", stale.BETWEEN_MS)
    # Half an hour before the second pause is over, and after it.
    stations.age("track", "next_check_at_ms", 2 * check_after_ms(shop) - HOUR_MS // 2)
    assert await stale.due(stations.other) == ()
    stations.age("track", "next_check_at_ms", HOUR_MS // 2)
    assert len(await stale.due(stations.other)) == 1


async def test_a_running_import_is_shown_until_it_was_not_seen_for_a_while(stations: Stations) -> None:
    (shop,) = await connections.named(stations.other, ["ShipEngine"])
    busy = StoreState(idle=False, status="updating")
    await stations.wrong.write(record_state, shop.id, "s1", busy, at_ms=stations.wrong.clock.now_ms(), name="Shop")
    for ctx in (stations.wrong, stations.other):
        (running,) = await store_refresh.running_imports(ctx)
        now_ms = ctx.clock.now_ms()
        assert now_ms - STALE_AFTER_MS < running.since_ms < now_ms + STALE_AFTER_MS
        assert 0 < running.stale_at_ms - now_ms < 2 * STALE_AFTER_MS
    stations.age("store_state", "at_ms", STALE_AFTER_MS)
    assert await store_refresh.running_imports(stations.other) == ()


async def test_each_package_is_on_the_next_list_wherever_it_shipped(stations: Stations) -> None:
    await notify(stations.other, "10001", USPS_NUMBERS[0])
    assert await hand_overs.record(stations.other, await hand_overs.open_list(stations.other)) == 1
    # Else a package from before midnight would not be one of today's.
    stations.age("hand_over", "at_ms", 2 * DAY_MS)
    await notify(stations.wrong, "10002", USPS_NUMBERS[1])
    # In a file, the last one is the computer whose clock was set right since.
    for ctx in (stations.wrong, stations.other, replace(stations.other, clock=SystemClock())):
        listed = await hand_overs.open_list(ctx)
        assert [package.tracking_number for package in listed.packages] == [USPS_NUMBERS[1]]


async def test_a_package_without_a_scan_stands_out_after_as_many_hours(stations: Stations) -> None:
    await notify(stations.wrong, "10001", USPS_NUMBERS[0])
    await hand_overs.record(stations.wrong, await hand_overs.open_list(stations.wrong))
    stations.age("hand_over", "at_ms", DAY_MS - HOUR_MS // 2)
    assert await hand_overs.count_silent(stations.other, 24) == 0
    assert (await hand_overs.silent(stations.other, 24)).packages == ()
    stations.age("hand_over", "at_ms", HOUR_MS // 2)
    assert await hand_overs.count_silent(stations.other, 24) == 1
    assert len((await hand_overs.silent(stations.other, 24)).packages) == 1


async def test_a_packer_who_is_locked_out_at_one_station_is_so_at_the_other(stations: Stations) -> None:
    await packers.add(stations.other, "Mira", pin="4711")
    for _ in range(WRONG_PINS_MOST):
        with refused("packers.pin_wrong"):
            await packers.sign_in(stations.wrong, "Mira", "0000")
    with refused("packers.pin_locked", count=LOCKED_S):
        await packers.sign_in(stations.other, "Mira", "4711")
    stations.age("packer", "locked_until_ms", LOCKED_S * 1_000)
    assert await packers.sign_in(stations.other, "Mira", "4711") == "Mira"


async def test_an_order_that_may_be_there_is_not_created_again_before_a_sync(
    stations: Stations, simulated_platforms: SimulatorServer
) -> None:
    at_once = replace(stations.wrong.timings, settle_delay_ms=0, settle_delay_answers=0)
    wrong, other = replace(stations.wrong, timings=at_once), replace(stations.other, timings=at_once)
    order_id, to = await entered(wrong, "B-1"), await starshipit(wrong)
    (connection,) = [connection for connection in await connections.every(other) if connection.id == to]
    for syncing, discarding in ((other, wrong), (wrong, other)):
        await import_orders.sync(syncing, [connection])
        fault(simulated_platforms, "starshipit", "drop_before", call="create_order")
        (call_id,) = (await create.queue_creations(discarding, [order_id], to)).call_ids
        await worker.flush(discarding)
        (call,) = await worker.updates_of(discarding, (call_id,))
        assert call.state == "unknown"
        await resolve.resolve_update(discarding, call_id, "discard", "it did not arrive")
        for ctx in (wrong, other):
            assert (await create.queue_creations(ctx, [order_id], to)).call_ids == (), "before a sync"
        await import_orders.sync(syncing, [connection])
    assert (await create.queue_creations(wrong, [order_id], to)).call_ids != ()
