"""A station that dies at one of nine points of a notification: each platform is notified once in any case."""

import asyncio
import itertools
import time
from dataclasses import dataclass, replace

import pytest

from shipconsole.operations.importing import import_orders
from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.faults.short_timings import hurried_clock
from tests.faults.station import POINTS, Plan, Stations, opened, stations
from tests.faults.verdicts import VENDORS, Verdict, judge
from tests.support import sql
from tests.support.bench import connect_all

NEVER_LEFT = ("before intent", "after intent", "before claim")
"""Up to here nothing says that the call may be on its way, so it is simply sent."""


@dataclass(frozen=True)
class Cell:
    """One way to die: where, in telling whom, and whether the platform acts upon what it is sent first."""

    point: str
    vendor: str
    acts: bool
    order: str


CELLS = tuple(
    Cell(point, vendor, acts, str(10001 + place))
    for place, (point, vendor, acts) in enumerate(itertools.product(POINTS, VENDORS, (True, False)))
)


@dataclass
class Deaths:
    """What happened: how the first run of each cell ended, the judge's word on all, and the record of each call."""

    ended: dict[Cell, int]
    verdict: Verdict
    record: dict[str, list[str]]
    complaints: str


def die_at(cell: Cell, station: Stations, server: FlakyVendors, plan: Plan) -> int:
    """Run a station up to its death; tell what ended it."""
    before = len(server.notifications)
    run = station.start(
        replace(plan, order=cell.order, vendor=cell.vendor, tracking=f"T{cell.order}", point=cell.point)
    )
    if cell.point == "platform answered":
        # It stands still there, so that the answer comes and is not read.
        until_s = time.monotonic() + 60
        # What the one that died before this had sent may come only now.
        while (
            not any(
                notification.ended_s and notification.order == cell.order
                for notification in server.notifications[before:]
            )
            and time.monotonic() < until_s
        ):
            time.sleep(0.005)
        run.kill()
    return run.wait()


async def pull(folder: str, server: FlakyVendors, began_s: float) -> None:
    # Whole pages of orders may take longer than one notification.
    async with opened(folder, began_s, answer_within_s=60) as ctx:
        results = await import_orders.sync(ctx, await connect_all(ctx, server.url))
    assert [str(result.message) for result in results] == ["", "", ""]


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> Deaths:
    """One death in each of the cells, each at an order of its own; then the station comes to its end."""
    folder = tmp_path_factory.mktemp("deaths")
    began_s = time.time()
    trouble = Trouble(lose={(cell.vendor, cell.order) for cell in CELLS if not cell.acts})
    with (
        flaky_vendors(orders=len(CELLS), trouble=trouble, now=hurried_clock(began_s).now_s) as server,
        stations(folder / "complaints.txt") as station,
    ):
        asyncio.run(pull(str(folder), server, began_s))
        plan = Plan(str(folder), server.url, began_s, refresh_s=0.01)
        ended = {cell: die_at(cell, station, server, plan) for cell in CELLS}
        for cell in CELLS:
            if cell.point == "before intent":
                # Nothing was stored, so the packer, who was not told that it shipped, ships it.
                again = replace(plan, order=cell.order, vendor=cell.vendor, tracking=f"T{cell.order}")
                assert station.start(again).wait() == 0, (folder / "complaints.txt").read_text()
        assert station.start(plan).wait() == 0, (folder / "complaints.txt").read_text()
        verdict = judge(server, folder / "shipconsole.db")
    with sql.connect(folder / "shipconsole.db") as store:
        rows = store.execute(
            "SELECT orders.number, attempt.what FROM attempt JOIN call ON call.id = attempt.call_id"
            " JOIN orders ON orders.id = call.order_id ORDER BY attempt.id"
        ).fetchall()
    store.close()
    record: dict[str, list[str]] = {cell.order: [] for cell in CELLS}
    for number, what in rows:
        record[number].append(what)
    return Deaths(ended, verdict, record, (folder / "complaints.txt").read_text())


def test_there_are_fifty_four_ways_to_die_and_each_was_died(deaths: Deaths) -> None:
    assert len(deaths.ended) == 54
    assert {cell: end for cell, end in deaths.ended.items() if end != -9} == {}
    assert deaths.complaints == ""


def test_after_each_kill_exactly_one_notification_is_sent(deaths: Deaths) -> None:
    assert deaths.verdict.is_clean, deaths.verdict
    assert deaths.verdict.packages == len(CELLS)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.point}, {cell.vendor}, {cell.acts}")
def test_only_what_may_have_been_sent_is_checked(deaths: Deaths, cell: Cell) -> None:
    assert (deaths.ended[cell], deaths.complaints) == (-9, "")
    record = deaths.record[cell.order]
    if cell.point in NEVER_LEFT:
        assert "abandoned" not in record
    elif cell.point == "outcome stored":
        assert record[:2] == (["sending", "answered"] if cell.acts else ["sending", "lost"])
    else:
        assert record[:2] == ["sending", "abandoned"]
        if cell.vendor == "shipengine":
            assert record[2] == "read_back", "what is not repeatable goes through unknown"
