"""What a packer does at one station is seen at every other: a claim, and a shipment."""

import statistics
import time
from pathlib import Path

import pytest

from tests.faults.flaky_vendors import Trouble, flaky_vendors
from tests.stations.crew import Crew, Station, crew, prepare
from tests.stations.databases import Database
from tests.stations.station import Plan
from tests.stations.test_outages import wait_for

MEDIAN_S = 0.25
FIRST = 10001


def quiet_stations(stations: Crew, folder: Path, database: Database, url: str, count: int) -> list[Station]:
    """Return stations that send nothing, the orders synced."""
    plans = [Plan(f"Bench {n}", str(folder / f"bench {n}"), database.address, sends=False) for n in range(count)]
    prepare(stations, folder, database.address, url)
    return [station.wait_until_ready() for station in [stations.start(plan) for plan in plans]]


def seen_after(stations: list[Station], orders: int) -> list[float]:
    """Open and ship orders, each at another station; return how long each other station took to show each click."""
    took: list[float] = []
    for position in range(orders):
        here = stations[position % len(stations)]
        number = str(FIRST + position)
        for do, values in (("open", {}), ("ship", {"tracking": f"T{number}"})):
            clicked_at = time.monotonic()
            here.ask(do, number=number, **values)
            took += [
                _shown_at(other, number, here.plan.name, is_shipped=do == "ship") - clicked_at
                for other in stations
                if other is not here
            ]
    return took


def _shown_at(station: Station, number: str, claim: str, *, is_shipped: bool) -> float:
    def found() -> list[float]:
        # A shipped order has left the list of those that are packed, and its claim has ended.
        return [
            seen.at
            for seen in [*station.seen]
            if seen.number == number and ((seen.left == 0) if is_shipped else (seen.claim == claim))
        ]

    wait_for(found)
    return found()[0]


def test_every_click_is_seen_at_every_other_station(tmp_path: Path, database: Database) -> None:
    with flaky_vendors(orders=6, trouble=Trouble(), now=time.time) as vendors, crew(tmp_path) as stations:
        there = quiet_stations(stations, tmp_path, database, vendors.url, 3)
        assert len(seen_after(there, 6)) == 6 * 2 * 2
    assert stations.complaints() == ""


@pytest.mark.heavy
def test_a_click_is_seen_at_nineteen_other_stations_at_once(tmp_path: Path, postgresql_tables: Database) -> None:
    with flaky_vendors(orders=40, trouble=Trouble(), now=time.time) as vendors, crew(tmp_path) as stations:
        there = quiet_stations(stations, tmp_path, postgresql_tables, vendors.url, 20)
        took = seen_after(there, 40)
    assert statistics.median(took) <= MEDIAN_S, sorted(took)[:: len(took) // 20]
    assert stations.complaints() == ""
