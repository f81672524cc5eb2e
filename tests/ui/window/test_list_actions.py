"""Claims, quick look, badges and changes in the whole window, beside another station on the same database."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from shipconsole.domain.verdict import VerdictKind
from shipconsole.messages import text
from shipconsole.operations.context import Context, CurrentPacker
from shipconsole.operations.importing import import_orders
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import claims, orders, packers, scan
from shipconsole.operations.outbox import hold
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.dialogs.packer import SignInDialog
from shipconsole.ui.dialogs.quick_look import QuickLookDialog
from shipconsole.ui.kit.claim_note import claim_text
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.scanner_keys import PersonKey
from tests.operations.outbox.test_hold import change
from tests.support import sql
from tests.support.bench import USPS_NUMBERS, connect_all, effects, open_context
from tests.ui.waiting import until, until_idle, until_stored
from tests.ui.window.test_main_window import SETTINGS, working
from tests.ui.window.test_main_window import run as run

pytest_plugins = ("tests.support.bench",)
Run = Callable[[Coroutine[Any, Any, None]], None]


async def claimed_by(ctx: Context, order_id: int) -> str | None:
    claim = (await orders.sheet(ctx, order_id)).claim
    return claim.station if claim else None


def test_a_station_is_told_who_packs_an_order_and_takes_it_over_with_one_key(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx), open_context(tmp_path) as second:
            other = replace(second, station="Station 2", current_packer=CurrentPacker("Mira"))
            order_id = await orders.find(ctx, "10001")
            await scan.save_open_order(other, order_id)
            window.open_order(order_id)
            note = window.editor.claim_note
            await until(lambda: not note.isHidden())
            claim = (await orders.sheet(other, order_id)).claim
            assert claim is not None
            assert note.accessibleName() == claim_text(claim)
            assert "Mira" in note.accessibleName()
            window.menus.actions["take_over"].trigger()
            await until(note.isHidden)
            assert await claimed_by(other, order_id) == ctx.station
            assert [done.what.id for done in (await orders.sheet(ctx, order_id)).manual_changes] == [
                "audit.claim_taken_over"
            ]
            # The other station, which has it open, is told at once.
            await claims.take_over(other, order_id)
            await until(lambda: not note.isHidden())

    run(main())


def test_an_order_is_claimed_while_it_is_open_and_the_list_shows_it(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            window.set_packer("Jo")
            window.top_bar.scan_field.take("10001")
            order_id = await orders.find(ctx, "10001")

            async def is_claimed() -> bool:
                return await claimed_by(ctx, order_id) == ctx.station

            await until_stored(is_claimed)
            position = window.order_list.model.position_of(order_id)
            assert position is not None

            def spoken() -> str:
                index = window.order_list.model.index(position, 0)
                return str(index.data(Qt.ItemDataRole.AccessibleTextRole))

            await until(lambda: text("order_list.claimed_by", packer="Jo") in spoken())
        assert await claimed_by_after(tmp_path, order_id) is None, "closing the window ends the claim"

    run(main())


async def claimed_by_after(folder: Path, order_id: int) -> str | None:
    async with open_context(folder) as ctx:
        return await claimed_by(ctx, order_id)


def test_a_change_interrupts_shows_the_difference_and_holds_updates_until_it_is_acknowledged(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            slow = replace(ctx, undo_window_s=600)
            order_id = await orders.find(ctx, "10001")
            from shipconsole.operations.shipping import ship
            from tests.support.bench import draft_of

            _, draft = await draft_of(ctx, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
            await ship.ship(slow, order_id, draft)
            await change(ctx, order_id, units=2)
            window.open_order(order_id)
            await until(lambda: window.scans.verdict.kind == VerdictKind.ORDER_CHANGED)
            (difference,) = window.scans.verdict.changes
            assert (difference.sku, difference.before, difference.after) == ("MOBILE-CASE-BLK", 3, 2)
            assert window.editor.session is not None
            left = {line.sku: line.left for line in window.editor.session.order.lines}
            assert left["MOBILE-CASE-BLK"] == 1, "what remains is computed anew"
            with closing(sql.connect(ctx.store.file)) as db:
                # The undo window is over; what is held stays held all the same.
                db.execute("UPDATE call SET due_at_ms = 0, state = 'pending' WHERE state = 'held'")
            window.feed.wake()
            await asyncio.sleep(0.3)
            assert effects(simulated_platforms, "10001") == []
            window.top_bar.scan_field.take("%OK")
            await until(lambda: window.scans.verdict.kind != VerdictKind.ORDER_CHANGED)
            await until(lambda: len(effects(simulated_platforms, "10001")) > 0)
            assert not await hold.acknowledge(ctx, order_id), "it was acknowledged"

    run(main())


def test_quick_look_opens_by_key_and_leaves_the_open_order_alone(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            window.top_bar.scan_field.take("10001")
            await until(lambda: window.editor.session is not None)
            window.menus.actions["quick_look"].trigger()
            await until(lambda: window.findChild(QuickLookDialog) is not None)
            dialog = window.findChild(QuickLookDialog)
            QTest.keyClicks(dialog.number, "10002")
            QTest.keyClick(dialog.number, Qt.Key.Key_Return)
            second = await orders.find(ctx, "10002")
            await until(lambda: dialog.order_id == second)
            assert window.editor.order_id == await orders.find(ctx, "10001")
            assert await claimed_by(ctx, second) is None
            dialog.reject()

    run(main())


def test_a_badge_signs_its_packer_in_and_an_unknown_one_does_not(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            await packers.add(ctx, "Νίκος", "NP-7", "4711")
            window.top_bar.scan_field.take("%BADGE NP-7")
            await until(lambda: ctx.operator == "Νίκος")
            window.top_bar.scan_field.take("%BADGE X-1")
            await until(lambda: window.scans.verdict.kind == VerdictKind.UNKNOWN_BADGE)
            assert "X-1" in window.strip.second.full_text
            assert ctx.operator == "Νίκος"
            # It waits, and stays until it is acknowledged or a packer signs in.
            window.top_bar.scan_field.take("10001")
            await until(lambda: not window.scans.is_working)
            assert (window.scans.verdict.kind, window.editor.order_id) == (VerdictKind.UNKNOWN_BADGE, None)
            window.top_bar.scan_field.take("%BADGE NP-7")
            await until(lambda: not window.scans.verdict.waits)
            window.top_bar.scan_field.take("%BADGE X-2")
            await until(lambda: window.scans.verdict.waits)
            assert window.scans.answer(PersonKey.ENTER, "")
            assert not window.scans.verdict.waits

            async def is_logged() -> bool:
                logged = [(event.raw_scan, event.verdict) for event in await audit_log.events(ctx)]
                return [scan for scan in logged if scan[0].startswith("%BADGE X")] == [
                    ("%BADGE X-1", "unknown_badge"),
                    ("%BADGE X-2", "unknown_badge"),
                    ("%BADGE X-2", "unknown_badge:acknowledged"),
                ]

            await until_stored(is_logged)
            window.menus.actions["packer"].trigger()
            await until(lambda: window.findChild(SignInDialog) is not None)
            dialog = window.findChild(SignInDialog)
            await until(dialog.isVisible)
            dialog.reject()

    run(main())


def test_a_packer_who_is_renamed_or_removed_elsewhere_is_signed_out_here(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx), open_context(tmp_path) as other:
            id_ = await packers.add(ctx, "Mira", "M-7")
            await packers.add(ctx, "Jo", "J-1")
            window.top_bar.scan_field.take("%BADGE M-7")
            await until(lambda: ctx.operator == "Mira")
            await packers.change(other, id_, "Mira Berg", "M-7")
            await until(lambda: ctx.operator == "Mira Berg")
            await packers.remove(other, (await packers.named(other, "Jo")).id)
            await packers.remove(other, id_)
            await until(lambda: not ctx.operator)
            said = text("packers.signed_out", name="Mira Berg", key=key_name("F6"))
            assert [message.what for message in window.banner.messages()] == [said]
            window.top_bar.scan_field.take("10001")
            await until(lambda: window.editor.order_id is not None)
            assert [message.what for message in window.banner.messages()] == [said], "until somebody signs in"
            await packers.add(other, "Jo", "J-1")
            window.top_bar.scan_field.take("%BADGE J-1")
            await until(lambda: ctx.operator == "Jo")
            assert window.banner.messages() == ()

    run(main())


@pytest.mark.parametrize(
    ("field_name", "width"), [("tracking_number", 1280), ("service", 1280), ("tracking_number", 860)]
)
def test_after_a_kill_the_cursor_is_where_it_was(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run, field_name: str, width: int
) -> None:
    async def main() -> None:
        async with open_context(tmp_path) as ctx:
            await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
            order_id = await orders.find(ctx, "10001")

            async def use() -> tuple[MainWindow, Tasks]:
                window, tasks = MainWindow(ctx.store, Theme(), SETTINGS), Tasks()
                qtbot.addWidget(window)
                # In a narrow window the packages have no column of their own: they are folded.
                window.resize(width, 800)
                window.show()
                window.start(ctx, tasks)
                window.activateWindow()
                await until(lambda: "reopen the order" not in tasks.running)
                return window, tasks

            def field(window: MainWindow) -> QLineEdit:
                pane = window.editor.packages_pane
                found = [each for each in pane.findChildren(QLineEdit) if field_name in each.objectName()]
                return next(each for each in found if each.isVisibleTo(window))

            window, tasks = await use()
            window.open_order(order_id)
            await until(lambda: window.editor.session is not None)
            assert window.columns.open_sheet("packages") is (width < 900)
            await until(window.editor.packages_pane.isVisible)
            field(window).setFocus()
            QTest.keyClicks(field(window), "1234")
            field(window).setCursorPosition(2)

            async def is_saved() -> bool:
                return '"cursor": 2' in await scan.last_focus(ctx)

            await until_stored(is_saved)
            await until_idle(tasks)
            # As in a kill: nothing is told to the store.
            window.feed.stop()
            await tasks.stop()
            window.hide()
            again, more = await use()
            assert again.editor.order_id == order_id
            assert again.focusWidget() is field(again)
            assert field(again).text() == "1234"
            assert field(again).cursorPosition() == 2
            await again.shutdown()
            await more.stop()
            again.hide()

    run(main())
