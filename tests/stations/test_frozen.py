"""A station that stands still while it sends, and wakes when another has taken over, does nothing twice (case 27)."""

import time
from pathlib import Path

import pytest

from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.faults.verdicts import judge_rows
from tests.stations.crew import Crew, Station, crew, prepare
from tests.stations.databases import Database
from tests.stations.station import STOPS, Plan

WITHIN_S = 900.0
NUMBER = "10001"


def wait_until_nothing_is_left(station: Station, vendors: FlakyVendors) -> None:
    """Wait until every update has ended, with a person at hand for those that need one."""
    until_s = time.monotonic() + WITHIN_S
    while station.ask("counts"):
        assert time.monotonic() < until_s, station.ask("counts")
        station.ask("settle", url=vendors.url)
        time.sleep(0.1)


def slept_through(
    stations: Crew, folder: Path, database: Database, vendors: FlakyVendors, *, stops_at: str, pace: str
) -> None:
    """Let a station stand still in `sending`, let another end everything, and wake the first one again."""
    plan = Plan("Bench 1", str(folder / "bench 1"), database.address, pace=pace, stops_at=stops_at)
    prepare(stations, folder, database.address, vendors.url)
    sleeper = stations.start(plan).wait_until_ready()
    sleeper.ask("ship", number=NUMBER, tracking="T1")
    sleeper.wait_until_stopped()
    (began,) = database.rows("SELECT COUNT(*) FROM attempt WHERE what = 'sending'")
    assert began[0] >= 1
    other = stations.start(Plan("Bench 2", str(folder / "bench 2"), database.address, pace=pace)).wait_until_ready()
    wait_until_nothing_is_left(other, vendors)
    told = len(vendors.notifications)
    sleeper.wake()
    # It answers only once it is awake, and what it had in hand is done when it ends in order.
    assert sleeper.ask("counts") == {}
    sleeper.end()
    assert len(vendors.notifications) == told


@pytest.mark.parametrize("stops_at", [*STOPS[:2], pytest.param(STOPS[2], marks=pytest.mark.heavy)])
def test_one_effect_when_it_wakes(tmp_path: Path, database: Database, stops_at: str) -> None:
    with flaky_vendors(orders=1, trouble=Trouble(), now=time.time) as vendors, crew(tmp_path) as stations:
        slept_through(stations, tmp_path, database, vendors, stops_at=stops_at, pace="short")
        verdict = judge_rows(vendors, database.rows)
        taken_over = database.rows("SELECT COUNT(*) FROM attempt WHERE what = 'abandoned'")[0][0]
    assert verdict.is_clean, verdict
    # What was settled is not taken over; the others of its updates may be.
    assert taken_over >= 1 or stops_at == "settled"
    assert stations.complaints() == ""


@pytest.mark.heavy
@pytest.mark.parametrize("stops_at", STOPS[:2])
def test_one_effect_after_minutes_in_which_its_lease_and_its_word_ran_out(
    tmp_path: Path, database: Database, stops_at: str
) -> None:
    with flaky_vendors(orders=1, trouble=Trouble(), now=time.time) as vendors, crew(tmp_path) as stations:
        slept_through(stations, tmp_path, database, vendors, stops_at=stops_at, pace="usual")
        verdict = judge_rows(vendors, database.rows)
    assert verdict.is_clean, verdict
    assert stations.complaints() == ""


@pytest.mark.parametrize("stops_at", [STOPS[0], pytest.param(STOPS[1], marks=pytest.mark.heavy)])
def test_one_effect_when_it_wakes_before_anybody_took_over(tmp_path: Path, database: Database, stops_at: str) -> None:
    with flaky_vendors(orders=1, trouble=Trouble(), now=time.time) as vendors, crew(tmp_path) as stations:
        plan = Plan("Bench 1", str(tmp_path / "bench 1"), database.address, pace="long lease", stops_at=stops_at)
        prepare(stations, tmp_path, database.address, vendors.url)
        sleeper = stations.start(plan).wait_until_ready()
        sleeper.ask("ship", number=NUMBER, tracking="T1")
        sleeper.wait_until_stopped()
        # Only now, or it would be the one that sends.
        beside = Plan("Bench 2", str(tmp_path / "bench 2"), database.address, pace="long lease")
        other = stations.start(beside).wait_until_ready()
        sleeper.wake()
        wait_until_nothing_is_left(other, vendors)
        verdict = judge_rows(vendors, database.rows)
        taken_over = database.rows("SELECT COUNT(*) FROM attempt WHERE what = 'abandoned'")[0][0]
    assert verdict.is_clean, verdict
    assert taken_over == 0
    assert stations.complaints() == ""
