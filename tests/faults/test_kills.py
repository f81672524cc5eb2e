"""A station that is killed again and again tells every platform of every package exactly once."""

import asyncio
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.store import backup, restoring
from tests.faults.flaky_vendors import ACTING, MIXED, FlakyVendors, Trouble, flaky_vendors
from tests.faults.short_timings import hurried_clock
from tests.faults.station import DATABASE, Plan, Stations, stations
from tests.faults.verdicts import Verdict, judge
from tests.faults.workload import orders_for, ship_all

VENDORS_LATE_S = 0.15
"""The longest that a platform takes to act, in real seconds; a quarantine is eight times as long."""
MOST_BEHIND_S = 4 * VENDORS_LATE_S
"""Platforms that the computer keeps from acting for longer act after a quarantine, which no program can know."""

STEPS_MOST = 12
"""A restore has some more steps than this."""
KILLS_OF_A_RESTORE = 3
TOLD_SINCE_A_COPY = 30


def kill_again_and_again(
    station: Stations,
    plan: Plan,
    kills: int,
    apart_s: tuple[float, float],
    server: FlakyVendors | None = None,
    restores: int = 0,
) -> int:
    """Kill a station so often at random moments, then let it come to its end; tell how many kills hit.

    So many times a backup is made of what a kill left, and some kills later, when the platforms were told of more,
    restored; that is killed as well.
    """
    chance = random.Random(kills)
    hit, file = 0, Path(plan.folder) / DATABASE
    span = kills // restores if restores else kills + 1
    copied_at = 0
    for number in range(1, kills + 1):
        run = station.start(plan)
        time.sleep(chance.uniform(*apart_s))
        if server is not None and number % span == 0:
            wait_for_notifications(server, copied_at + TOLD_SINCE_A_COPY)
        hit += run.kill()
        if server is not None and number % span == span // 2:
            restoring.finish(file)
            backup.make(file, now_ms=hurried_clock(plan.began_s).now_ms())
            copied_at = len(server.notifications)
        if server is not None and number % span == 0:
            restore_under_kills(station, plan, chance)
    assert station.start(plan).wait() == 0, (Path(plan.folder) / "complaints.txt").read_text()
    return hit


def wait_for_notifications(server: FlakyVendors, count: int) -> None:
    """Wait until so many tellings came, however long that takes a busy computer."""
    for _ in range(3_000):
        if len(server.notifications) >= count:
            return
        time.sleep(0.01)
    raise AssertionError("the station tells nothing any more")


def restore_under_kills(station: Stations, plan: Plan, chance: random.Random) -> None:
    """Restore the newest backup, killed at some steps before it comes to its end."""
    # What is on its way is acted on before a person looks at the platforms.
    time.sleep(2 * VENDORS_LATE_S)
    (newest, *_) = backup.every(Path(plan.folder) / DATABASE, now_ms=hurried_clock(plan.began_s).now_ms())
    ends = [
        station.start(replace(plan, restore=str(newest.file), steps=chance.randrange(STEPS_MOST))).wait()
        for _ in range(KILLS_OF_A_RESTORE)
    ]
    assert set(ends) == {-9}
    assert station.start(replace(plan, restore=str(newest.file), steps=1_000_000)).wait() == 0


def notified_under_kills(
    folder: Path,
    *,
    calls: int,
    kills: int,
    trouble: Trouble,
    apart_s: tuple[float, float] = (0.1, 0.3),
    naive: bool = False,
    jumps: bool = False,
    restores: int = 0,
) -> Verdict:
    """What becomes of so many calls under so many kills, at platforms that go wrong by chance.

    Where the computer kept the platforms from their work for too long, a fault says nothing, and it is done once more.
    """
    for again in range(3):
        plan = Plan(str(folder / str(again)), "", time.time(), naive=naive, jumps=jumps)
        verdict, behind_s = _notified_once(plan, calls, kills, trouble, apart_s, restores)
        if verdict.is_clean or naive or behind_s < MOST_BEHIND_S:
            break
    return verdict


def _notified_once(
    plan: Plan, calls: int, kills: int, trouble: Trouble, apart_s: tuple[float, float], restores: int
) -> tuple[Verdict, float]:
    folder, began_s = Path(plan.folder), plan.began_s
    folder.mkdir()
    samples = orders_for(calls)
    log = folder / "complaints.txt"
    with (
        flaky_vendors(orders=len(samples), trouble=trouble, now=hurried_clock(began_s).now_s) as server,
        stations(log) as station,
    ):
        asyncio.run(ship_all(str(folder), server, began_s, samples))
        hit = kill_again_and_again(
            station, replace(plan, url=server.url), kills, apart_s, server if restores else None, restores
        )
        time.sleep(2 * VENDORS_LATE_S)
        verdict = judge(server, folder / "shipconsole.db")
    assert log.read_text() == ""
    assert hit >= 0.9 * kills, "the station was done before it was killed so often"
    return verdict, server.most_behind_s


def test_nothing_is_lost_or_sent_twice_however_often_the_station_is_killed(tmp_path: Path) -> None:
    trouble = Trouble(share=0.1, late_s=VENDORS_LATE_S, slow_s=0.01)
    verdict = notified_under_kills(tmp_path, calls=400, kills=20, trouble=trouble, apart_s=(0.08, 0.25))
    assert verdict.is_clean, verdict


def test_the_judge_sees_what_a_program_that_simply_tries_again_would_double(tmp_path: Path) -> None:
    trouble = Trouble(share=0.6, kinds=ACTING, late_s=VENDORS_LATE_S)
    verdict = notified_under_kills(tmp_path, calls=150, kills=3, trouble=trouble, naive=True)
    assert len(verdict.doubled) > 20, verdict


@pytest.mark.heavy
def test_nothing_is_lost_or_sent_twice_of_ten_thousand_under_two_hundred_kills(tmp_path: Path) -> None:
    trouble = Trouble(share=0.1, late_s=VENDORS_LATE_S, slow_s=0.01)
    verdict = notified_under_kills(tmp_path, calls=10_000, kills=200, trouble=trouble, apart_s=(0.1, 0.8))
    assert verdict.is_clean, verdict


ATTACKS = [
    pytest.param(120, 6, 1, (0.08, 0.25), 0.4, id="few"),
    pytest.param(10_000, 200, 8, (0.1, 0.8), 0.2, id="ten thousand", marks=pytest.mark.heavy),
]


@pytest.mark.parametrize(("calls", "kills", "restores", "apart_s", "share"), ATTACKS)
def test_nothing_is_lost_or_sent_twice_where_clocks_jump_states_come_late_and_restores_are_killed(
    tmp_path: Path, calls: int, kills: int, restores: int, apart_s: tuple[float, float], share: float
) -> None:
    trouble = Trouble(share=share, kinds=(*MIXED, *["late"] * 6), late_s=VENDORS_LATE_S, slow_s=0.01)
    verdict = notified_under_kills(
        tmp_path, calls=calls, kills=kills, trouble=trouble, apart_s=apart_s, jumps=True, restores=restores
    )
    assert verdict.is_clean, verdict


@pytest.mark.heavy
def test_the_judge_sees_what_that_program_would_double_of_ten_thousand(tmp_path: Path) -> None:
    # How many it doubles depends on how fast the machine is.
    trouble = Trouble(share=0.3, late_s=VENDORS_LATE_S, slow_s=0.01)
    verdict = notified_under_kills(tmp_path, calls=10_000, kills=200, trouble=trouble, apart_s=(0.1, 0.8), naive=True)
    assert len(verdict.doubled) > 100, verdict
