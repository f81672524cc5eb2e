"""A station that dies between a webhook and the last platform: each is notified of each part once."""

import asyncio
import json
import time
from dataclasses import dataclass, replace

import pytest

from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders
from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.faults.short_timings import hurried_clock
from tests.faults.station import NEWS_POINTS, POD, Plan, Run, Stations, opened, stations
from tests.faults.verdicts import Verdict, judge
from tests.operations.forwarding import printed
from tests.support.bench import connect_all

LINE_POINTS = ("before claim", "after claim", "headers sent", "body sent", "platform answered", "answer read")
POINTS = (*NEWS_POINTS, *LINE_POINTS, "outcome stored")
SUFFIXES = {point: f"-{place}" for place, point in enumerate(POINTS, start=1)}
"""Each death is died at an order of its own."""


@dataclass
class Deaths:
    """How the first run of each ended, what each platform holds of each order at last, and the judge's word on all."""

    ended: dict[str, int]
    held: dict[str, dict[str, list[tuple[str, dict[str, int]]]]]
    states: set[str]
    verdict: Verdict
    complaints: str


def end_of(run: Run, server: FlakyVendors, notifications: int, point: str, order: str) -> int:
    """What ended a run that was to die; where it stands still with an answer that no one reads it is killed."""
    if point == "platform answered":
        until_s = time.monotonic() + 60
        # What the one that died before this had sent may come only now.
        while (
            not any(
                notification.ended_s and notification.order == order
                for notification in server.notifications[notifications:]
            )
            and time.monotonic() < until_s
        ):
            time.sleep(0.005)
        run.kill()
    return run.wait()


async def prepare(folder: str, server: FlakyVendors, began_s: float) -> None:
    """Everyone's orders are here, and SwiftPOD's packages go on by themselves."""
    # Whole pages of orders may take longer than one notification.
    async with opened(folder, began_s, answer_within_s=60) as ctx:
        known = await connect_all(ctx, server.url)
        await printed.connect_printer(ctx, server.url)
        results = await import_orders.sync(ctx, known)
        assert [str(result.message) for result in results] == ["", "", ""]
        await forward.set_rule(ctx, POD, [connection.name for connection in known], "auto")


async def states_of(folder: str, began_s: float) -> set[str]:
    async with opened(folder, began_s) as ctx:
        return {review.state for review in await forward.reviews(ctx)}


def die_at(point: str, station: Stations, server: FlakyVendors, plan: Plan) -> int:
    """Die at a point; then the webhook comes again, and the same news once more as another event."""
    suffix = SUFFIXES[point]
    news = replace(plan, news=json.dumps(printed.webhook(suffix)))
    before = len(server.notifications)
    ended = end_of(station.start(replace(news, point=point)), server, before, point, printed.NUMBER + suffix)
    for again in (news, replace(plan, news=json.dumps(printed.webhook(suffix, uuid=f"again{suffix}")))):
        assert station.start(again).wait() == 0
    return ended


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> Deaths:
    """One death at each point, and the stations' end after them."""
    folder = tmp_path_factory.mktemp("passing")
    began_s = time.time()
    with (
        flaky_vendors(orders=1, trouble=Trouble(), now=hurried_clock(began_s).now_s) as server,
        stations(folder / "complaints.txt") as station,
    ):
        for suffix in SUFFIXES.values():
            printed.put_order(server.url, suffix)
        asyncio.run(prepare(str(folder), server, began_s))
        plan = Plan(str(folder), server.url, began_s, refresh_s=0.01)
        ended = {point: die_at(point, station, server, plan) for point in POINTS}
        assert station.start(plan).wait() == 0, (folder / "complaints.txt").read_text()
        verdict = judge(server, folder / "shipconsole.db")
        held = {point: printed.held(server.url, printed.NUMBER + suffix) for point, suffix in SUFFIXES.items()}
        states = asyncio.run(states_of(str(folder), began_s))
    return Deaths(ended, held, states, verdict, (folder / "complaints.txt").read_text())


def test_each_death_was_died(deaths: Deaths) -> None:
    assert {point: end for point, end in deaths.ended.items() if end != -9} == {}
    assert deaths.complaints == ""


@pytest.mark.parametrize("point", POINTS)
def test_each_platform_holds_the_right_parts_once(deaths: Deaths, point: str) -> None:
    suffix = SUFFIXES[point]
    parts = sorted((number + suffix, units) for number, units in printed.PARTS.items())
    numbers = [(number, {}) for number, _ in parts]
    assert deaths.held[point] == {"shipengine": parts, "starshipit": numbers, "shipup": parts}


def test_nothing_is_left_and_nothing_was_sent_twice(deaths: Deaths) -> None:
    assert deaths.verdict.is_clean, deaths.verdict
    assert (deaths.verdict.packages, deaths.states) == (3 * 2 * len(POINTS), {"shipped"})
