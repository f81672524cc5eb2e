"""The database is gone in the middle of a transaction, or out of one station's reach (case 28).

What was not said to be stored is not queued either, the packer keeps what was typed, and nothing ships twice when the
station has its database again.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest

from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.faults.verdicts import judge_rows
from tests.stations.crew import WAIT_S, Crew, Failed, Refused, Station, crew, prepare
from tests.stations.databases import Database, over_shipped, shipped, units_left
from tests.stations.station import STORING, Plan
from tests.stations.test_frozen import wait_until_nothing_is_left
from tests.support.faulty_proxy import Proxy, proxies

FIRST, SECOND = "10001", "10002"


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until a condition holds, however long that takes a busy computer."""
    until_s = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until_s, "it does not come to it"
        time.sleep(0.05)


def is_answered(station: Station) -> bool:
    """Return whether a station reads from its database again."""
    try:
        station.ask("counts")
    except Failed:
        return False
    return True


def two(
    stations: Crew, folder: Path, database: Database, vendors: FlakyVendors, first: Database, *, stops_at: str = ""
) -> tuple[Station, Station]:
    """Start two stations with synced orders, the first with a line of its own; they send nothing."""
    prepare(stations, folder, database.address, vendors.url)
    other = stations.start(Plan("Bench 2", str(folder / "bench 2"), database.address, sends=False)).wait_until_ready()
    plan = Plan("Bench 1", str(folder / "bench 1"), first.address, sends=False, stops_at=stops_at)
    return stations.start(plan).wait_until_ready(), other


@contextmanager
def behind_proxy(
    folder: Path, database: Database, *, orders: int
) -> Generator[tuple[FlakyVendors, Proxy, Crew, Station, Station]]:
    """Yield platforms and two stations; the first one's line to its database goes through the proxy."""
    with (
        flaky_vendors(orders=orders, trouble=Trouble(), now=time.time) as vendors,
        proxies() as made,
        crew(folder) as stations,
    ):
        proxy = made.to(database.port)
        yield vendors, proxy, stations, *two(stations, folder, database, vendors, database.through(proxy))


def is_judged_clean(stations: Crew, folder: Path, database: Database, vendors: FlakyVendors, *, left: int = 0) -> None:
    """Let a third station tell everything, and hold what the platforms know against what was shipped."""
    teller = stations.start(Plan("Bench 3", str(folder / "bench 3"), database.address)).wait_until_ready()
    wait_until_nothing_is_left(teller, vendors)
    verdict = judge_rows(vendors, database.rows)
    assert verdict.is_clean, verdict
    assert over_shipped(database) == []
    assert units_left(database) == left
    assert stations.complaints() == ""


@pytest.mark.parametrize(
    "word",
    [
        *(pytest.param(word, marks=pytest.mark.heavy) for word in ("INSERT INTO shipment", "UPDATE order_line")),
        "COMMIT; ",
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_is_cut_in_a_transaction_leaves_all_of_a_shipment_or_nothing(
    tmp_path: Path, postgresql_tables: Database, word: str, when: Literal["before", "after"]
) -> None:
    database = postgresql_tables
    with behind_proxy(tmp_path, database, orders=1) as (vendors, proxy, stations, cut, _):
        cut.ask("open", number=FIRST)
        proxy.trap(word.encode(), when)
        try:
            cut.ask("ship", number=FIRST, tracking="T1")
        except Failed:
            assert shipped(database) == []
            wait_for(lambda: is_answered(cut))
            cut.ask("ship", number=FIRST, tracking="T1")
        assert proxy.sprung.is_set()
        assert shipped(database) == [(FIRST, "T1")]
        is_judged_clean(stations, tmp_path, database, vendors)


def _out_of_reach(proxy: Proxy) -> None:
    proxy.refuse()


def _silent(proxy: Proxy) -> None:
    proxy.freeze()


def _in_reach(proxy: Proxy) -> None:
    proxy.refuse(False)
    proxy.thaw()


@pytest.mark.parametrize("away", [_out_of_reach, pytest.param(_silent, marks=pytest.mark.heavy)])
def test_a_station_that_is_cut_off_queues_nothing_while_another_ships(
    tmp_path: Path, postgresql_tables: Database, away: Callable[[Proxy], None]
) -> None:
    database = postgresql_tables
    with behind_proxy(tmp_path, database, orders=2) as (vendors, proxy, stations, cut, other):
        cut.ask("open", number=FIRST)
        away(proxy)
        with pytest.raises(Failed):
            cut.ask("ship", number=FIRST, tracking="T-cut")
        with pytest.raises(Failed):
            cut.ask("open", number=SECOND)
        other.ask("take_over", number=FIRST)
        other.ask("ship", number=FIRST, tracking="T-other")
        assert shipped(database) == [(FIRST, "T-other")]
        _in_reach(proxy)
        wait_for(lambda: is_answered(cut))
        assert shipped(database) == [(FIRST, "T-other")], "something was queued while the database was out of reach"
        with pytest.raises(Refused):
            cut.ask("ship", number=FIRST, tracking="T-cut", items={"MOBILE": 1})
        cut.ask("ship", number=SECOND, tracking="T-second")
        is_judged_clean(stations, tmp_path, database, vendors)


@pytest.mark.heavy
def test_a_station_that_stops_in_a_transaction_holds_nobody_up_for_good(tmp_path: Path, database: Database) -> None:
    with flaky_vendors(orders=2, trouble=Trouble(), now=time.time) as vendors, crew(tmp_path) as stations:
        sleeper, other = two(stations, tmp_path, database, vendors, database, stops_at=STORING)
        sleeping = sleeper.ask_later("ship", number=FIRST, tracking="T-sleeper")
        sleeper.wait_until_stopped()
        if database.is_file:
            # No one can end another's transaction in a file: it is said, nothing is queued, and tried again later.
            with pytest.raises(Failed):
                other.ask("ship", number=SECOND, tracking="T-second")
            assert shipped(database) == []
            sleeper.wake()
            sleeping.result(WAIT_S)
            other.ask("ship", number=SECOND, tracking="T-second")
        else:
            other.ask("ship", number=SECOND, tracking="T-second")
            other.ask("ship", number=FIRST, tracking="T-other")
            sleeper.wake()
            # Its transaction was rolled back, and when it is repeated, nothing is left of the order.
            with pytest.raises((Refused, Failed)):
                sleeping.result(WAIT_S)
            assert sorted(shipped(database)) == [(FIRST, "T-other"), (SECOND, "T-second")]
        is_judged_clean(stations, tmp_path, database, vendors)
