"""Many stations ship the same units at once: what was ordered ships, and never more (case 25)."""

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.stations.crew import Crew, Station, crew, prepare
from tests.stations.databases import Database, over_shipped, units_left
from tests.stations.station import Plan
from tests.support import local_http

STATIONS = 8
SKUS = ("A", "B", "C", "D", "E")
EACH = 100
ALL = EACH * len(SKUS)


def add_order(vendors: FlakyVendors, number: str, each: int) -> None:
    """Have an order of all SKUS at every platform."""
    items = [{"id": f"{number}-{sku}", "sku": sku, "quantity": each} for sku in SKUS]
    local_http.post(f"{vendors.url}/_simulator/orders", json={"number": number, "items": items}).raise_for_status()


def at_work(
    stations: Crew, folder: Path, database: Database, count: int, url: str, **plan: str | bool
) -> list[Station]:
    """Return so many stations that work; the orders are synced."""
    plans = [
        Plan(f"Bench {number}", str(folder / f"bench {number}"), database.address, **plan)  # pyright: ignore[reportArgumentType]
        for number in range(1, count + 1)
    ]
    prepare(stations, folder, database.address, url)
    return [station.wait_until_ready() for station in [stations.start(plan) for plan in plans]]


@pytest.mark.parametrize("most", [6, pytest.param(1, marks=pytest.mark.heavy)])
def test_eight_stations_ship_exactly_what_was_ordered(tmp_path: Path, database: Database, most: int) -> None:
    with flaky_vendors(orders=0, trouble=Trouble(), now=time.time) as vendors, crew(tmp_path) as stations:
        add_order(vendors, "RACE", EACH)
        benches = at_work(stations, tmp_path, database, STATIONS, vendors.url, sends=False)
        races = [
            bench.ask_later("race", number="RACE", most=most, seed=seed, to=["Starshipit"])
            for seed, bench in enumerate(benches)
        ]
        done = [race.result(600)[0] for race in races]
    assert sum(sum(items.values()) for bench in done for items in bench["stored"]) == ALL
    assert over_shipped(database) == []
    assert units_left(database) == 0
    assert sum(bool(bench["stored"]) for bench in done) > 1, "one station shipped all: it was no race"
    assert stations.complaints() == ""


# What the rules of the store are worth, each without the other, on a table of the same kind.

LOCK = "SELECT pg_advisory_xact_lock(4711)"
GUARDED = "UPDATE line SET shipped = shipped + %(units)s WHERE id = %(id)s AND shipped + %(units)s <= ordered"
BLIND = "UPDATE line SET shipped = shipped + %(units)s WHERE id = %(id)s"


def raced(url: str, *, locks: bool, guards: bool, sorts: bool = True) -> tuple[int, int, int]:
    """Let eight connections ship until nothing is left; return units shipped and most of one line, and deadlocks."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS line")
        connection.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, ordered INTEGER, shipped INTEGER DEFAULT 0)")
        connection.execute("INSERT INTO line SELECT number, 100 FROM generate_series(1, 5) AS number")
    deadlocks: list[int] = []
    errors: list[BaseException] = []
    start = threading.Barrier(STATIONS)

    def ship(seed: int) -> None:
        chance = random.Random(seed)
        with psycopg.connect(url) as connection:
            start.wait()
            while True:
                try:
                    if not _ship_two(connection, chance, locks=locks, guards=guards, sorts=sorts):
                        return
                except psycopg.errors.DeadlockDetected:
                    deadlocks.append(seed)
                    connection.rollback()

    def guarded(seed: int) -> None:
        try:
            ship(seed)
        except BaseException as error:  # noqa: BLE001 - raised by the test
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(seed,)) for seed in range(STATIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT SUM(shipped), MAX(shipped) FROM line").fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), len(deadlocks)


def _ship_two(
    connection: "psycopg.Connection[tuple[int, int]]", chance: random.Random, *, locks: bool, guards: bool, sorts: bool
) -> bool:
    """Ship units of two lines in one transaction, as READ COMMITTED shows them; False where nothing is left."""
    if locks:
        connection.execute(LOCK)
    left = connection.execute("SELECT id, ordered - shipped FROM line WHERE shipped < ordered").fetchall()
    if not left:
        connection.rollback()
        return False
    chosen = chance.sample(left, min(2, len(left)))
    for id_, there in sorted(chosen) if sorts else chosen:
        values = {"id": id_, "units": min(there, chance.randint(1, 3))}
        if connection.execute(GUARDED if guards else BLIND, values).rowcount != 1:
            connection.rollback()
            return True
    connection.commit()
    return True


def test_the_lock_and_the_guarded_change_hold_each_for_itself(postgresql_database: str) -> None:
    assert raced(postgresql_database, locks=True, guards=True, sorts=False) == (ALL, EACH, 0)
    assert raced(postgresql_database, locks=True, guards=False, sorts=False) == (ALL, EACH, 0)
    assert raced(postgresql_database, locks=False, guards=True)[:2] == (ALL, EACH)


def test_without_both_more_ships_than_was_ordered(postgresql_database: str) -> None:
    def most(again: Callable[[], tuple[int, int, int]]) -> int:
        return max(again()[1] for _ in range(5))

    assert most(lambda: raced(postgresql_database, locks=False, guards=False)) > EACH
