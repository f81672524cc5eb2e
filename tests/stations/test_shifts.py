"""Many stations on one set of orders, killed, frozen and cut off: exactly what was ordered ships, and is told once."""

import contextlib
import datetime
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from shipconsole.simulator.sample_orders import sample_orders
from tests.faults.flaky_vendors import Trouble, flaky_vendors
from tests.faults.verdicts import judge_rows
from tests.stations.crew import crew, prepare
from tests.stations.databases import Database, over_shipped, shipped, units_left
from tests.stations.shift import FAULTS, ON_A_FILE, Shift
from tests.support.faulty_proxy import Proxies, proxies

LATE_S = 0.3
"""The longest that a platform takes to act after the line was closed: much less than a quarantine."""


@contextlib.contextmanager
def lines(database: Database) -> Generator[Proxies | None]:
    """Have proxies to the database's server; none for a file."""
    if database.is_file:
        yield None
    else:
        with proxies() as made:
            yield made


def worked(
    folder: Path,
    database: Database,
    *,
    benches: int,
    orders: int,
    apart_s: tuple[float, float],
    pause_s: float,
    lasts_s: float = 0.0,
    pace: str = "short",
) -> Shift:
    """Let benches pack so many orders under faults, and judge what came of it."""
    trouble = Trouble(share=0.05, late_s=LATE_S, slow_s=0.05)
    samples = sample_orders(orders, datetime.date(2026, 11, 1))
    with (
        flaky_vendors(orders=orders, trouble=trouble, now=time.time) as vendors,
        lines(database) as made,
        crew(folder) as stations,
    ):
        assert prepare(stations, folder, database.address, vendors.url) == orders
        shift = Shift(
            stations,
            folder,
            database,
            benches=benches,
            line=lambda _: None if made is None else made.to(database.port),
            pace=pace,
        )
        kinds = ON_A_FILE if made is None else FAULTS
        shift.work(samples, trouble=kinds, apart_s=apart_s, pause_s=pause_s, lasts_s=lasts_s)
        shift.settle(vendors)
        verdict = judge_rows(vendors, database.rows)
        behind_s = vendors.most_behind_s
    assert verdict.is_clean, (verdict, behind_s, shift.journal.describe())
    assert over_shipped(database) == []
    assert units_left(database) == 0
    assert set(shift.journal.stored) <= set(shipped(database)), "something was said to be stored and is not"
    assert stations.complaints() == ""
    return shift


@pytest.mark.heavy
def test_four_stations_ship_and_tell_everything_once_under_kills_freezes_and_cuts(
    tmp_path: Path, database: Database
) -> None:
    shift = worked(tmp_path, database, benches=4, orders=60, apart_s=(0.3, 0.9), pause_s=0.1)
    assert sum(shift.journal.faults.values()) >= 3


@pytest.mark.heavy
def test_twenty_stations_ship_and_tell_everything_once_in_ten_minutes_of_kills_freezes_and_cuts(
    tmp_path: Path, database: Database
) -> None:
    shift = worked(
        tmp_path, database, benches=20, orders=500, apart_s=(2.0, 8.0), pause_s=12.0, lasts_s=600.0, pace="crowded"
    )
    sys.stderr.write(f"{database.address.partition(':')[0]}: {shift.journal.describe()}\n")
    assert len(shift.journal.stored) > 500
    assert sum(shift.journal.faults.values()) >= 60
