"""Undo after shipping: while no platform was notified, one key restores the draft."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.message import NO_MESSAGE
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.store import calls as stored_calls
from shipconsole.ui.order_editor.updates_card import sends_in
from tests.support.bench import USPS_NUMBERS
from tests.support.clock import ManualClock
from tests.ui.order_editor.conftest import Bench, panel_on


async def shipped(bench: Bench) -> QWidget:
    """Ship one unit; return the bar that offers to undo it."""
    line_ids = await bench.open()
    bench.panel.steps.add_units((line_ids[1],))
    bench.panel.steps.set_tracking(USPS_NUMBERS[0], USPS_NUMBERS[0])
    bench.panel.ship()
    await bench.until(lambda: bench.shipped)
    return bench.find(QWidget, "undo_bar")


async def test_a_shipment_is_undone_and_its_label_is_restored(held_bench: Bench) -> None:
    bar = await shipped(held_bench)
    assert bar.isVisible()
    assert text("order_editor.sends_in", time="").strip(" .") in held_bench.find(QLabel, "undo_countdown").text()
    assert await worker.counts(held_bench.ctx) == {"held": 3}
    QTest.mouseClick(held_bench.find(QPushButton, "undo_shipment"), Qt.MouseButton.LeftButton)
    number = held_bench.find(QLineEdit, "tracking_number")
    await held_bench.until(lambda: number.text() == USPS_NUMBERS[0])
    assert not bar.isVisible()
    assert await worker.counts(held_bench.ctx) == {}
    assert held_bench.messages == []
    order_id = await orders.find(held_bench.ctx, "10001")
    assert (await orders.sheet(held_bench.ctx, order_id)).order.shipped == 0


async def test_the_key_undoes_steps_before_the_shipment(held_bench: Bench) -> None:
    bar = await shipped(held_bench)
    line_ids = [line.id for line in (await orders.sheet(held_bench.ctx, 1)).order.lines]
    held_bench.panel.steps.add_units((line_ids[1],))
    held_bench.panel.undo()
    assert bar.isVisible(), "the unit was undone, not the shipment"
    held_bench.panel.undo()
    await held_bench.until(lambda: not bar.isVisible())


async def test_what_is_packed_while_the_undo_is_stored_does_not_replace_the_restored_draft(held_bench: Bench) -> None:
    await shipped(held_bench)
    order_id = await orders.find(held_bench.ctx, "10001")
    line_ids = [line.id for line in (await orders.sheet(held_bench.ctx, order_id)).order.lines]
    with busy_store(held_bench):
        held_bench.panel.undo()
        # The undo waits for the store by now.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        held_bench.panel.steps.add_units((line_ids[1],))
    await held_bench.settled()
    await held_bench.panel.save_drafts()
    draft = (await orders.sheet(held_bench.ctx, order_id)).draft
    assert draft is not None
    assert draft.packages[0].tracking_number == USPS_NUMBERS[0]
    assert draft.packages[0].quantities[line_ids[1]] >= 1
    assert held_bench.panel.session is not None
    assert not held_bench.panel.session.is_locked


async def test_an_undo_that_is_refused_or_fails_leaves_the_order_open_for_packing(held_bench: Bench) -> None:
    await shipped(held_bench)
    order_id = await orders.find(held_bench.ctx, "10001")
    for call in (await orders.sheet(held_bench.ctx, order_id)).calls:
        await held_bench.ctx.write(
            stored_calls.move, call.id, from_state="held", state="confirmed", message=NO_MESSAGE, now_ms=0
        )
    held_bench.panel.undo()
    await held_bench.settled()
    assert held_bench.messages
    assert held_bench.panel.is_ready
    session = held_bench.panel.session
    assert session is not None
    assert session.add_units([line.id for line in session.order.lines]) is not None


@contextmanager
def busy_store(bench: Bench) -> Generator[None]:
    """Have the store's thread do something else meanwhile."""
    done = threading.Event()
    bench.tasks.spawn("keep the store busy", bench.ctx.write(lambda _db: done.wait(10)))
    try:
        yield
    finally:
        done.set()


async def test_without_an_undo_window_it_is_too_late(order_bench: Bench) -> None:
    bar = await shipped(order_bench)
    await worker.flush(order_bench.ctx, until_empty=True)
    order_bench.panel.refresh()
    await order_bench.until(lambda: not bar.isVisible())
    order_bench.panel.undo()
    (message,) = order_bench.messages
    assert message == " ".join(
        [
            text("undo_refused.notified", platforms=("ShipEngine", "Starshipit", "Shipup"), count=3),
            text("undo_refused.advice"),
        ]
    )


async def test_a_refused_undo_names_the_platforms_that_were_notified_or_not(held_bench: Bench) -> None:
    await shipped(held_bench)
    order_id = await orders.find(held_bench.ctx, "10001")
    calls = {call.connection: call for call in (await orders.sheet(held_bench.ctx, order_id)).calls}
    for name, state in (("ShipEngine", "confirmed"), ("Shipup", "unknown")):
        move = {"from_state": "held", "state": state, "message": NO_MESSAGE, "now_ms": 0}
        await held_bench.ctx.write(stored_calls.move, calls[name].id, **move)
    held_bench.panel.refresh()
    await held_bench.settled()
    held_bench.panel.undo()
    await held_bench.settled()
    assert held_bench.messages[-1] == " ".join(
        [
            text("undo_refused.notified", platforms=("ShipEngine",), count=1),
            text("undo_refused.perhaps", platforms=("Shipup",)),
            text("undo_refused.not_yet", platforms=("Starshipit",), count=1),
            text("undo_refused.advice"),
        ]
    )


@pytest.mark.parametrize("jump_s", [-86_400, -3_600, 3_600, 86_400])
async def test_setting_the_clock_does_not_change_the_undo_window(bench: Context, qtbot: QtBot, jump_s: int) -> None:
    clock = ManualClock(bench.clock.now_ms())
    clock.pass_s(1_000)
    async with panel_on(replace(bench, undo_window_s=60, clock=clock), qtbot) as opened:
        await opened.ctx.write(opened.ctx.keep_steady_time)
        await shipped(opened)
        countdown = opened.find(QLabel, "undo_countdown")
        assert countdown.text() == sends_in(60)
        clock.set_wall_ms(clock.now_ms() + jump_s * 1_000)
        clock.pass_s(20)
        await opened.until(lambda: countdown.text() == sends_in(40))
        clock.pass_s(40)
        await opened.until(lambda: countdown.text() == text("order_editor.sends_now"))
