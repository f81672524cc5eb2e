"""A station that is killed again and again tells every vendor of every parcel exactly once."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from tests.faults.flaky_vendors import ACTING, Trouble, flaky_vendors
from tests.faults.hurry import hurried_clock
from tests.faults.judging import Verdict, judge
from tests.faults.station import Plan, Stations, stations
from tests.faults.workload import orders_for, ship_all

VENDORS_LATE_S = 0.15
"""The longest that a vendor takes to act, in real seconds; a quarantine is eight times as long."""
MOST_BEHIND_S = 4 * VENDORS_LATE_S
"""Vendors that the computer keeps from acting for longer act after a quarantine, which no program can know."""


def kill_again_and_again(station: Stations, plan: Plan, kills: int, apart_s: tuple[float, float]) -> int:
    """Kill a station so often at random moments, then let it come to its end; tell how many kills hit."""
    chance = random.Random(kills)
    hit = 0
    for _ in range(kills):
        run = station.start(plan)
        time.sleep(chance.uniform(*apart_s))
        hit += run.kill()
    assert station.start(plan).wait() == 0
    return hit


def told_under_kills(
    folder: Path,
    *,
    calls: int,
    kills: int,
    trouble: Trouble,
    apart_s: tuple[float, float] = (0.1, 0.3),
    naive: bool = False,
) -> Verdict:
    """What becomes of so many calls under so many kills, at vendors that go wrong by chance.

    Where the computer kept the vendors from their work for too long, a fault says nothing, and it is done once more.
    """
    for again in range(3):
        verdict, behind_s = _told_once(folder / str(again), calls, kills, trouble, apart_s, naive=naive)
        if verdict.is_clean or naive or behind_s < MOST_BEHIND_S:
            break
    return verdict


def _told_once(
    folder: Path, calls: int, kills: int, trouble: Trouble, apart_s: tuple[float, float], *, naive: bool
) -> tuple[Verdict, float]:
    folder.mkdir()
    began_s = time.time()
    samples = orders_for(calls)
    log = folder / "complaints.txt"
    with (
        flaky_vendors(orders=len(samples), trouble=trouble, now=hurried_clock(began_s).now_s) as server,
        stations(log) as station,
    ):
        asyncio.run(ship_all(str(folder), server, began_s, samples))
        plan = Plan(str(folder), server.url, began_s, naive=naive)
        hit = kill_again_and_again(station, plan, kills, apart_s)
        time.sleep(2 * VENDORS_LATE_S)
        verdict = judge(server, folder / "shipconsole.db")
    assert log.read_text() == ""
    assert hit >= 0.9 * kills, "the station was done before it was killed so often"
    return verdict, server.most_behind_s


def test_nothing_is_lost_or_told_twice_however_often_the_station_is_killed(tmp_path: Path) -> None:
    trouble = Trouble(share=0.1, late_s=VENDORS_LATE_S, slow_s=0.01)
    verdict = told_under_kills(tmp_path, calls=400, kills=20, trouble=trouble, apart_s=(0.08, 0.25))
    assert verdict.is_clean, verdict


def test_the_judge_sees_what_a_program_that_simply_tries_again_would_double(tmp_path: Path) -> None:
    trouble = Trouble(share=0.6, kinds=ACTING, late_s=VENDORS_LATE_S)
    verdict = told_under_kills(tmp_path, calls=150, kills=3, trouble=trouble, naive=True)
    assert len(verdict.doubled) > 20, verdict


@pytest.mark.heavy
def test_nothing_is_lost_or_told_twice_of_ten_thousand_under_two_hundred_kills(tmp_path: Path) -> None:
    trouble = Trouble(share=0.1, late_s=VENDORS_LATE_S, slow_s=0.01)
    verdict = told_under_kills(tmp_path, calls=10_000, kills=200, trouble=trouble, apart_s=(0.1, 0.8))
    assert verdict.is_clean, verdict


@pytest.mark.heavy
def test_the_judge_sees_more_than_five_hundred_doubled_of_ten_thousand(tmp_path: Path) -> None:
    trouble = Trouble(share=0.3, late_s=VENDORS_LATE_S, slow_s=0.01)
    verdict = told_under_kills(tmp_path, calls=10_000, kills=200, trouble=trouble, apart_s=(0.1, 0.8), naive=True)
    assert len(verdict.doubled) > 500, verdict
