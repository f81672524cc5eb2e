"""A station that ships what is packed completely: k + 2 scans an order, and any doubt waits for a person."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from shipconsole.domain.call import CallState
from shipconsole.domain.draft import KeptBack
from shipconsole.domain.message import Message
from shipconsole.domain.verdict import VerdictKind
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.window.scanner import ScanProcessor
from shipconsole.ui.window.scanner_keys import PersonKey
from tests.support.bench import USPS_NUMBERS, effects
from tests.ui.order_editor.conftest import Bench, panel_on

LABEL, OTHER_LABEL, _ = USPS_NUMBERS
ORDER, NEXT_ORDER = "10001", "10003"
SHORT_S, ENDLESS_S = 0.3, 600
STEPS = {"scan", "ship", "undo a shipment", "open the order"}
"""The tasks of a packer's step; a countdown goes on beside them."""


class Packer:
    """A packer with a scanner."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.scans = ScanProcessor(bench.ctx, bench.tasks, bench.panel, "%")

    async def items(self, number: str = ORDER) -> tuple[str, ...]:
        """Return a scan for each unit left of an order."""
        order = (await orders.sheet(self.bench.ctx, await orders.find(self.bench.ctx, number))).order
        return tuple(line.sku for line in order.lines for _ in range(line.left))

    async def scan(self, *texts: str) -> None:
        """Scan without a pause, and wait until all is processed and stored."""
        for text in texts:
            self.scans.take(text)
        await self.bench.until(lambda: not STEPS & set(self.bench.tasks.running))

    async def states(self, number: str = ORDER) -> list[CallState]:
        sheet = await orders.sheet(self.bench.ctx, await orders.find(self.bench.ctx, number))
        return [call.state for call in sheet.calls]

    async def shipments(self, number: str = ORDER) -> int:
        return len((await orders.sheet(self.bench.ctx, await orders.find(self.bench.ctx, number))).shipments)

    @property
    def said(self) -> str:
        """The id of why the order does not ship by itself."""
        reason = self.scans.verdict.not_by_itself
        return reason.id if reason is not None else ""


@pytest.fixture
async def packer(bench: Context, qtbot: QtBot) -> AsyncGenerator[Packer]:
    """Yield a packer whose countdown does not end during a test."""
    async with panel_on(replace(bench, ship_when_packed=True, undo_window_s=ENDLESS_S), qtbot) as opened:
        yield Packer(opened)


@pytest.fixture
async def quick_packer(bench: Context, qtbot: QtBot) -> AsyncGenerator[Packer]:
    """Yield a packer whose countdown is short."""
    timings = replace(bench.timings, countdown_least_s=SHORT_S)
    async with panel_on(replace(bench, ship_when_packed=True, undo_window_s=0, timings=timings), qtbot) as opened:
        yield Packer(opened)


async def test_order_items_label_and_each_platform_is_notified_once(
    quick_packer: Packer, simulated_platforms: SimulatorServer
) -> None:
    packer = quick_packer
    await packer.scan(ORDER, *await packer.items(), LABEL)
    assert (packer.scans.verdict.kind, packer.scans.verdict.by_itself) == (VerdictKind.SHIPPED, True)
    assert await packer.states() == ["held"] * 3
    await packer.bench.settled()
    assert await packer.states() == ["pending"] * 3
    for _ in range(2):
        await worker.flush(packer.bench.ctx, until_empty=True)
    assert await packer.states() == ["confirmed"] * 3
    assert len(effects(simulated_platforms)) == 3
    assert packer.bench.messages == []


async def test_the_label_may_come_first(packer: Packer) -> None:
    first, *rest = await packer.items()
    await packer.scan(ORDER, LABEL, first)
    assert (await packer.shipments(), packer.said) == (0, ""), "an order that is not complete is not mentioned"
    await packer.scan(*rest)
    assert await packer.states() == ["held"] * 3


async def test_the_next_order_does_not_stop_the_countdown(quick_packer: Packer) -> None:
    packer = quick_packer
    await packer.scan(ORDER, *await packer.items(), LABEL, NEXT_ORDER, (await packer.items(NEXT_ORDER))[0])
    assert packer.bench.opened[-1] == NEXT_ORDER
    assert packer.said == ""
    await packer.bench.settled()
    assert await packer.states() == ["pending"] * 3
    assert await packer.shipments(NEXT_ORDER) == 0


@pytest.mark.parametrize(
    ("scan", "kind"),
    [
        ("MOBILE-CASE-BLK", VerdictKind.ONE_TOO_MANY),
        ("STAND-ALU", VerdictKind.WRONG_ITEM),
        ("NO-SUCH-CODE", VerdictKind.UNKNOWN_CODE),
        (LABEL, VerdictKind.GOOD),
        (OTHER_LABEL, VerdictKind.SECOND_LABEL),
        (ORDER, VerdictKind.IDLE),
        ("%OK", VerdictKind.IDLE),
        ("%ALL LEFT", VerdictKind.IDLE),
        ("%BADGE A. Martin", VerdictKind.IDLE),
    ],
)
async def test_any_other_scan_stops_it_and_a_person_ships(packer: Packer, scan: str, kind: VerdictKind) -> None:
    await packer.scan(ORDER, *await packer.items(), LABEL)
    assert packer.bench.panel.is_counting_down
    await packer.scan(scan)
    assert not packer.bench.panel.is_counting_down
    assert await packer.states() == ["cancelled"] * 3
    assert (packer.scans.verdict.kind, packer.said) == (kind, "by_itself.stopped")
    session = packer.bench.panel.session
    assert session is not None
    assert (session.left, session.draft.kept_back) == (0, KeptBack.STOPPED)
    if packer.scans.verdict.waits:
        packer.scans.answer(PersonKey.ENTER if kind != VerdictKind.SECOND_LABEL else PersonKey.ESCAPE, "")
    await packer.scan("%SHIP")
    assert await packer.states() == [*["cancelled"] * 3, *["held"] * 3]
    assert not packer.bench.panel.is_counting_down, "a person's shipment has its usual undo window"


async def test_a_ship_command_takes_it_over(packer: Packer) -> None:
    await packer.scan(ORDER, *await packer.items(), LABEL, "%SHIP")
    assert await packer.states() == [*["cancelled"] * 3, *["held"] * 3]
    assert not packer.bench.panel.is_counting_down


@pytest.mark.parametrize("by", ["key", "code"])
async def test_undo_takes_it_back(packer: Packer, by: str) -> None:
    await packer.scan(ORDER, *await packer.items(), LABEL)
    if by == "code":
        await packer.scan("%UNDO")
    else:
        packer.bench.panel.undo()
        await packer.scan()
    assert await packer.states() == ["cancelled"] * 3
    session = packer.bench.panel.session
    assert session is not None
    assert (session.left, session.draft.kept_back) == (0, KeptBack.UNDONE)
    assert not packer.bench.panel.is_counting_down


def typed_quantity(packer: Packer) -> None:
    session = packer.bench.panel.session
    assert session is not None
    line = session.order.lines[0]
    session.set_quantity(line.id, line.left)


def typed_label(packer: Packer) -> None:
    session = packer.bench.panel.session
    assert session is not None
    session.package.tracking_number = LABEL


async def test_what_a_person_entered_waits_for_the_person(packer: Packer) -> None:
    items = await packer.items()
    await packer.scan(ORDER, "%ALL LEFT", LABEL)
    assert (packer.scans.verdict.kind, packer.said) == (VerdictKind.GOOD, "by_itself.typed")
    assert packer.scans.verdict.not_by_itself == Message("by_itself.typed", count=len(items))
    await packer.scan("%SHIP")
    assert await packer.states() == ["held"] * 3


@pytest.mark.parametrize(
    ("enter", "reason"), [(typed_quantity, "by_itself.typed"), (typed_label, "by_itself.typed_label")]
)
async def test_typing_waits_for_a_person(packer: Packer, enter: Callable[[Packer], None], reason: str) -> None:
    await packer.scan(ORDER)
    enter(packer)
    session = packer.bench.panel.session
    assert session is not None
    rest = [line.sku for line in session.order.lines for _ in range(session.left_of(line.id))]
    await packer.scan(*rest)
    if not session.package.tracking_number:
        await packer.scan(LABEL)
    assert packer.said == reason
    assert await packer.shipments() == 0


async def test_a_quantity_before_or_after_a_scan_is_typed(packer: Packer) -> None:
    first, *rest = await packer.items()
    await packer.scan(ORDER, *rest, LABEL, f"1*{first}")
    assert packer.said == "by_itself.typed"
    assert await packer.shipments() == 0


async def test_a_label_that_a_person_accepted_waits(packer: Packer) -> None:
    await packer.scan(ORDER, *await packer.items(), "AB1234567890")
    assert packer.scans.verdict.kind == VerdictKind.POSSIBLE_LABEL
    packer.scans.answer(PersonKey.ENTER, "")
    await packer.scan()
    assert packer.said == "by_itself.accepted"
    assert await packer.shipments() == 0


async def test_without_the_setting_nothing_ships_and_nothing_is_said(bench: Context, qtbot: QtBot) -> None:
    async with panel_on(replace(bench, undo_window_s=ENDLESS_S), qtbot) as opened:
        packer = Packer(opened)
        await packer.scan(ORDER, *await packer.items(), LABEL)
        assert (packer.scans.verdict.kind, packer.said) == (VerdictKind.GOOD, "")
        assert await packer.shipments() == 0
