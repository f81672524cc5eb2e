"""A platform that acts after the connection was closed: the settle delay outlasts it, so nothing is sent twice."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.flaky_vendors import Trouble, flaky_vendors
from tests.faults.short_timings import SPEED, hurried_clock
from tests.faults.station import Plan, stations
from tests.faults.verdicts import Verdict, judge
from tests.faults.workload import orders_for, ship_all

LATE_S = 100 / SPEED
"""The longest that a platform takes to act, in real seconds: 100 of the hurried clock, of the 120 of a quarantine."""


def notified_late_vendors(folder: Path, *, calls: int, share: float, quarantined: bool = True) -> Verdict:
    """What becomes of notifications of which so many are acted on only when the line is long closed."""
    began_s = time.time()
    samples = orders_for(3 * calls)
    trouble = Trouble(share=share, kinds=("late",), late_s=LATE_S)
    with (
        flaky_vendors(orders=len(samples), trouble=trouble, now=hurried_clock(began_s).now_s) as server,
        stations(folder / "complaints.txt") as station,
    ):
        asyncio.run(ship_all(str(folder), server, began_s, samples, ("ShipEngine",)))
        plan = Plan(str(folder), server.url, began_s, quarantined=quarantined, refresh_s=0.01)
        assert station.start(plan).wait() == 0
        time.sleep(1.5 * LATE_S)
        return judge(server, folder / "shipconsole.db")


def test_a_platform_that_acts_late_is_not_notified_again(tmp_path: Path) -> None:
    verdict = notified_late_vendors(tmp_path, calls=60, share=0.4)
    assert verdict.is_clean, verdict


def test_without_a_settle_delay_it_would_be(tmp_path: Path) -> None:
    verdict = notified_late_vendors(tmp_path, calls=60, share=0.4, quarantined=False)
    # How many of sixty depends on what else the computer does.
    assert verdict.doubled, verdict


@pytest.mark.heavy
def test_a_platform_that_acts_late_is_not_notified_again_of_three_thousand(tmp_path: Path) -> None:
    verdict = notified_late_vendors(tmp_path, calls=3_000, share=0.3)
    assert verdict.is_clean, verdict


@pytest.mark.heavy
def test_without_a_settle_delay_more_than_a_hundred_of_three_thousand_would_be(tmp_path: Path) -> None:
    verdict = notified_late_vendors(tmp_path, calls=3_000, share=0.3, quarantined=False)
    assert len(verdict.doubled) > 100, verdict
