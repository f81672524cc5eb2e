"""The server is stopped, restarted, and taken over by its standby while stations work."""

import datetime
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shipconsole.simulator.sample_orders import sample_orders
from shipconsole.store.opening import accept_behind, create_or_upgrade
from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.faults.verdicts import judge_rows
from tests.stations.crew import Failed, Station, crew, prepare
from tests.stations.databases import Database, over_shipped, shipped, units_left
from tests.stations.shift import Shift
from tests.stations.station import Plan
from tests.stations.test_frozen import wait_until_nothing_is_left
from tests.stations.test_outages import is_answered, wait_for
from tests.support.postgresql import PostgresqlServer
from tests.support.postgresql_standby import DURABLE, Pair, pair

SHOP = "shop"
BENCHES = 3


def database_at(server: PostgresqlServer, url: str) -> Database:
    """Create the stations' database on a server; `url` reaches it."""
    server.admin(f'CREATE DATABASE "{SHOP}"')
    create_or_upgrade(url)
    return Database(url)


def worked_through(
    folder: Path,
    database: Database,
    orders: int,
    meanwhile: Callable[[Shift], None],
    *,
    benches: int = BENCHES,
    pace: str = "short",
    pause_s: float = 0.1,
) -> None:
    """Let stations pack so many orders while something happens to their server; judge what came of it."""
    samples = sample_orders(orders, datetime.date(2026, 11, 1))
    with (
        flaky_vendors(orders=orders, trouble=Trouble(share=0.05, slow_s=0.05), now=time.time) as vendors,
        crew(folder) as stations,
    ):
        assert prepare(stations, folder, database.address, vendors.url) == orders
        shift = Shift(stations, folder, database, benches=benches, line=lambda _: None, pace=pace)
        first = [bench.station for bench in shift.benches]
        happening = threading.Thread(target=meanwhile, args=(shift,))
        happening.start()
        shift.work(samples, trouble=(), apart_s=(1.0, 1.0), pause_s=pause_s)
        happening.join()
        assert [bench.station for bench in shift.benches] == first, "a station had to be started again"
        shift.settle(vendors)
        verdict = judge_rows(vendors, database.rows)
    assert verdict.is_clean, (verdict, shift.journal.describe())
    assert over_shipped(database) == []
    assert units_left(database) == 0
    assert set(shift.journal.stored) <= set(shipped(database)), "something was said to be stored and is not"
    assert shift.journal.failed > 0, "no station noticed"
    assert stations.complaints() == ""


def after(count: int, shift: Shift) -> None:
    """Wait until so many shipments were said to be stored."""
    wait_for(lambda: len(shift.journal.stored) >= count or shift.journal.errors)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_a_server_that_is_restarted_under_load_loses_nothing(tmp_path: Path, how: signal.Signals) -> None:
    server = PostgresqlServer(settings=DURABLE)
    try:
        server.start()
        database = database_at(server, server.url(SHOP))

        def restart(shift: Shift) -> None:
            after(5, shift)
            server.stop(how)
            # Until someone has noticed.
            wait_for(lambda: shift.journal.failed)
            server.start()

        worked_through(tmp_path, database, 12, restart)
    finally:
        server.remove()


def _lost_primary(servers: Pair, shift: Shift) -> None:
    after(5, shift)
    servers.primary.stop(signal.SIGQUIT)
    wait_for(lambda: shift.journal.failed)
    servers.promote()


def test_a_standby_takes_over_under_load_with_all_that_was_said_to_be_stored(tmp_path: Path) -> None:
    with pair(synchronous=True) as servers:
        database = database_at(servers.primary, servers.url(SHOP))
        worked_through(tmp_path, database, 12, lambda shift: _lost_primary(servers, shift))


@pytest.mark.heavy
def test_a_standby_takes_over_from_twenty_stations(tmp_path: Path) -> None:
    with pair(synchronous=True) as servers:
        database = database_at(servers.primary, servers.url(SHOP))
        # This computer is all twenty stations and both servers: with twenty packers who never pause, whoever sends
        # would wait for its turn to write longer than a short lease lasts.
        worked_through(
            tmp_path,
            database,
            100,
            lambda shift: _lost_primary(servers, shift),
            benches=20,
            pace="crowded",
            pause_s=2.0,
        )


def test_a_standby_that_is_behind_sends_nothing_until_a_person_has_looked(tmp_path: Path) -> None:
    with (
        pair(synchronous=False) as servers,
        flaky_vendors(orders=4, trouble=Trouble(), now=time.time) as vendors,
        crew(tmp_path) as stations,
    ):
        database = database_at(servers.primary, servers.url(SHOP))
        plans = [Plan(f"Bench {number}", str(tmp_path / f"bench {number}"), database.address) for number in range(3)]
        prepare(stations, tmp_path, database.address, vendors.url)
        first, second, idle = (stations.start(plan).wait_until_ready() for plan in plans)
        second.ask("ship", number="10001", tracking="T1")
        # Unknown to the standby are its end, and the next shipment with all that was told of it.
        _wait_for_standby(servers)
        servers.lag()
        wait_until_nothing_is_left(first, vendors)
        first.ask("ship", number="10002", tracking="T2")
        wait_until_nothing_is_left(first, vendors)
        told = _told(vendors)
        servers.primary.stop(signal.SIGQUIT)
        servers.promote()
        for station in (first, second, idle):
            wait_for(lambda station=station: _says(station, "StoreServerBehindError"))
        # Longer than any of their pauses: whoever would send would have done it by now.
        time.sleep(4)
        assert _told(vendors) == told, "a server that lacks commits was sent from"
        with pytest.raises(Failed):
            second.ask("ship", number="10003", tracking="T3")
        accept_behind(database.address, tmp_path / "bench 0", now_ms=time.time_ns() // 1_000_000)
        for station in (first, second, idle):
            wait_for(lambda station=station: is_answered(station))
        second.ask("ship", number="10003", tracking="T3")
        wait_for(lambda: len(_told(vendors)) >= len(told) + 3)
        assert _told(vendors)[: len(told)] == told
        assert [order for _, order in _told(vendors)[len(told) :]] == ["10003"] * 3, "what was told is not told again"
        assert over_shipped(database) == []
        assert stations.complaints() == ""


def _wait_for_standby(servers: Pair) -> None:
    at = servers.primary.admin("SELECT pg_current_wal_lsn()::text")[0][0]
    servers.wait_for(lambda: servers.standby.admin("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", at) == [(True,)])


def _told(vendors: FlakyVendors) -> list[tuple[str, str]]:
    return [(notification.vendor, notification.order) for notification in vendors.notifications]


def _says(station: Station, failure: str) -> bool:
    try:
        station.ask("counts")
    except Failed as failed:
        return failure in str(failed)
    return False
