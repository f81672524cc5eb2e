"""What the packer sees of a scan in the real window: the strip, the lock, one announcement, and the countdown."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from shipconsole.domain.verdict import VerdictKind
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.prompt import TextPrompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.scanner_keys import PersonKey
from tests.support.bench import USPS_NUMBERS, connect_all, draft_of, open_context
from tests.support.clock import ManualClock
from tests.ui.waiting import until
from tests.ui.window.test_main_window import run as run
from tests.ui.window.test_main_window import working

pytest_plugins = ("tests.support.bench",)
Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """The announcements to screen readers, and whether each is assertive."""
    said: list[tuple[str, bool]] = []
    update = QAccessible.updateAccessibility

    def hear(event: Any) -> None:
        if event.type() == QAccessible.Event.Announcement:
            said.append((event.message(), event.politeness() == QAccessible.AnnouncementPoliteness.Assertive))
        update(event)

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return said


async def scan(window: MainWindow, *codes: str) -> None:
    """Scan codes, and wait until each has its verdict."""
    for code in codes:
        window.top_bar.scan_field.take(code)
    await until(lambda: not window.scans.is_working)


def test_a_scan_is_answered_by_name_count_and_place(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            strip = window.strip
            assert strip.headline.text() == text("verdict_title.ready")
            assert strip.second.full_text == text("strip.scan_order")
            await scan(window, "10001")
            opened = text("strip.units_left", order="10001", count=5)
            await until(lambda: strip.second.full_text == opened)
            await scan(window, "MOBILE-CASE-BLK")
            assert (strip.headline.text(), strip.count.text()) == (
                "Mobile Case (Black)",
                text("strip.count", packed=1, total=3),
            )
            assert text("strip.added", package=1) in strip.second.full_text
            await scan(window, USPS_NUMBERS[0])
            assert strip.headline.text() == "9400 1001 0936 1129 2783 57"
            await scan(window, "MOBILE", "%ALL LEFT")
            assert strip.headline.text() == text("verdict_title.complete")
            assert strip.count.text() == text("strip.count", packed=5, total=5)
            window.menus.trigger("undo")
            await until(lambda: strip.headline.text() == text("verdict_title.ready"))
            assert text("strip.last", item="%ALL LEFT") not in strip.shown.notes
            assert strip.shown.notes[0] == text("strip.last", item="Mobile Phone")
            # It was not added to another order.
            await scan(window, "10003", "%OK")
            await until(lambda: "10003" in strip.second.full_text and strip.shown.tone == "idle")
            assert strip.shown.notes == ()

    run(main())


def test_a_wrong_item_locks_what_it_should_and_the_right_item_unlocks_it(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            field, edge = window.top_bar.scan_field, window.frame.edge
            await scan(window, "10001", "STAND-ALU")
            assert (window.strip.shown.tone, window.strip.shown.sign) == ("locked", "octagon cross")
            assert (edge.isVisible(), field.property("locked")) == (True, True)
            assert text("frame.locked") in field.accessibleDescription()
            # The state belongs to its order.
            window.open_order(await orders.find(ctx, "10003"))
            await until(lambda: window.editor.is_ready and window.strip.shown.tone == "idle")
            assert (edge.isVisible(), bool(field.property("locked"))) == (False, False)
            window.open_order(await orders.find(ctx, "10001"))
            await until(lambda: window.strip.shown.tone == "locked")
            assert (edge.isVisible(), field.property("locked")) == (True, True)
            await scan(window, "MOBILE")
            assert window.strip.shown.tone == "good"
            assert (edge.isVisible(), bool(field.property("locked"))) == (False, False)

    run(main())


def test_while_an_error_waits_no_key_and_no_button_changes_what_is_packed(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            await scan(window, "10001", "MOBILE-CASE-BLK", "STAND-ALU")
            assert window.strip.shown.tone == "locked"
            before = window.editor.snapshot()
            table = window.editor.items_pane.item_table
            for name in ("all_left", "new_package", "undo", "ship"):
                window.menus.trigger(name)
                assert window.editor.snapshot() == before, name
            for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_7):
                QTest.keyClick(table, key)
                assert window.editor.snapshot() == before, key
            assert not table.model().setData(table.model().index(0, 0), "2")
            QTest.keyClick(table, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
            assert window.editor.snapshot() == before
            assert window.strip.shown.tone == "locked"
            assert window.scans.answer(PersonKey.ENTER, "")
            window.menus.trigger("undo")
            changed = window.editor.snapshot()
            assert changed is not None
            assert changed.units == 0

    run(main())


def test_a_reason_is_for_the_label_that_it_was_asked_about_and_for_no_other(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            for number, tracking in (("10002", USPS_NUMBERS[0]), ("10003", USPS_NUMBERS[1])):
                order_id, draft = await draft_of(ctx, number, None, tracking)
                await ship.ship(ctx, order_id, draft)
            await scan(window, "10001", "MOBILE", USPS_NUMBERS[0])
            assert window.scans.verdict.kind == VerdictKind.LABEL_TAKEN
            window.menus.trigger("keep_label")
            question = window.findChild(TextPrompt, "keep_reason")
            assert question is not None
            window.scans.take(USPS_NUMBERS[1], by_scanner=True)
            await until(lambda: not window.scans.is_working)
            question.answered.emit("both are in this box")
            assert window.scans.verdict.kind == VerdictKind.LABEL_TAKEN
            draft = window.editor.snapshot()
            assert draft is not None
            assert draft.packages[0].tracking_number == ""

    run(main())


def test_undo_by_key_answers_a_question_as_its_code_does(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            await scan(window, "10001", "MOBILE-CASE-BLK", "AB1234567890")
            assert window.scans.verdict.kind == VerdictKind.POSSIBLE_LABEL
            window.menus.trigger("undo")
            assert window.scans.verdict.kind == VerdictKind.IDLE
            draft = window.editor.snapshot()
            assert draft is not None
            assert (draft.units, draft.packages[0].tracking_number) == (1, "")

    run(main())


def test_a_second_error_does_not_hide_the_first_and_each_is_announced_once(
    qtbot: QtBot,
    tmp_path: Path,
    simulated_platforms: SimulatorServer,
    run: Run,
    heard: list[tuple[str, bool]],
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            await scan(window, "10001", "MOBILE", "STAND-ALU", "NO-SUCH-CODE", "STAND-ALU")
            assert window.strip.headline.text() == text("verdict_title.wrong_item")
            assert window.scans.verdict.repeats == 2
            wrong = text("verdict.wrong_item", item="Phone Stand, Aluminium (STAND-ALU)", order="10001")
            assert [(message.partition(". ")[0], assertive) for message, assertive in heard] == [
                ("Mobile Phone", False),
                (text("verdict_title.wrong_item"), True),
            ]
            assert heard[-1][0] == f"{text('verdict_title.wrong_item')}. {wrong}"
            window.scans.answer(PersonKey.ENTER, "")
            await scan(window, "STAND-ALU")
            assert len(heard) == 3, "another error of the same kind is announced"

    run(main())


def press(window: MainWindow, key: Qt.Key, at_ms: int) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "\r")
    event.setTimestamp(at_ms)
    QApplication.sendEvent(window.windowHandle(), event)


def test_enter_with_the_focus_on_a_hint_presses_that_hint(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    """Otherwise Enter on *Remove label* would keep the label."""

    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, _):
            window.activateWindow()
            await until(lambda: window.isActiveWindow() and window.is_painted)
            await until(lambda: window.scan_input.keys is not None)
            await scan(window, "10001", USPS_NUMBERS[0][:-1] + "0")
            assert window.scans.verdict.kind == VerdictKind.CHECK_DIGIT
            next(button for button in window.strip.buttons() if button.hint.key == "Esc").setFocus()
            press(window, Qt.Key.Key_Return, 10_000)
            await until(lambda: not window.scans.verdict.waits)
            assert window.editor.packing().number == "", "the label is removed, not kept"

    run(main())


def test_a_shipment_counts_down_until_it_is_sent(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        clock = ManualClock(1_796_000_000_000)
        async with open_context(tmp_path, clock) as opened:
            ctx = replace(opened, undo_window_s=12)
            await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
            window, tasks = MainWindow(ctx.store, Theme(), Settings(station_name="Bench 3")), Tasks()
            qtbot.addWidget(window)
            window.show()
            window.start(ctx, tasks)
            await scan(window, "10001", "MOBILE", USPS_NUMBERS[0], "%SHIP")
            await until(lambda: window.scans.verdict.kind == VerdictKind.SHIPPED)
            strip, names = window.strip, window.scans.verdict.platforms
            assert strip.headline.text() == text("verdict_title.package_shipped", number=1)
            for left in (12, 11, 4):
                clock.pass_s(max(0, 12 - left - clock.monotonic_s()))
                sends = text("strip.sends_in", time=text("time.seconds", count=left), platforms=names)
                await until(lambda sends=sends: strip.second.full_text.endswith(sends))
                assert "Ctrl+Z" in [button.hint.key for button in strip.buttons()]
            clock.pass_s(5)
            await until(lambda: strip.second.full_text.endswith(text("strip.notifies", platforms=names)))
            assert "Ctrl+Z" not in [button.hint.key for button in strip.buttons()], "it is too late"
            await window.shutdown()
            await tasks.stop()
            window.hide()

    run(main())


def test_the_order_that_has_the_number_opens_by_its_key(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            other_id, draft = await draft_of(ctx, "10002", None, USPS_NUMBERS[0])
            await ship.ship(ctx, other_id, draft)
            await scan(window, "10001", "MOBILE-CASE-BLK", USPS_NUMBERS[0])
            assert window.scans.verdict.kind == VerdictKind.LABEL_TAKEN
            assert text("verdict_choice.open_order", order="10002") in [hint.label for hint in window.strip.shown.hints]
            assert window.scans.answer(PersonKey.DIGIT, "1")
            await until(lambda: window.editor.order_id == other_id)
            assert not window.scans.verdict.waits
            await scan(window, "10001")
            await until(lambda: window.editor.is_ready and window.editor.order_id != other_id)
            (package,) = window.editor.snapshot().packages
            assert (package.tracking_number, package.units) == ("", 1)

    run(main())


def test_a_label_to_the_orders_postal_code_has_a_tick(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        async with working(qtbot, tmp_path, simulated_platforms.url) as (window, ctx):
            await scan(window, "10001")
            await until(lambda: window.editor.state.sheet is not None and window.editor.is_ready)
            sheet = window.editor.state.sheet
            code = sheet.order.ship_to.postal_code
            await scan(window, f"420{code}\x1d{USPS_NUMBERS[0]}")
            assert window.scans.verdict.kind == VerdictKind.GOOD
            fits = text("verdict.postal_code_fits", code=code)
            assert window.strip.second.full_text.endswith(f"✓ {fits}")
            check = window.editor.packages_pane.form.findChild(QLabel, "postal_code_check")
            assert check.text() == f"✓ {text('package_card.postal_code_fits', code=code)}"
            window.open_order(await orders.find(ctx, "10002"))
            await until(lambda: window.editor.is_ready and not check.text())
            # Without a postal code, or with another one kept for a reason, there is none.
            await scan(window, USPS_NUMBERS[1])
            assert window.scans.verdict.kind == VerdictKind.GOOD
            assert fits not in window.strip.second.full_text
            assert not check.text()


def test_the_strip_follows_the_label_the_undo_and_the_confirmations(
    qtbot: QtBot, tmp_path: Path, simulated_platforms: SimulatorServer, run: Run
) -> None:
    async def main() -> None:
        clock = ManualClock(1_796_000_000_000)
        async with open_context(tmp_path, clock) as opened:
            ctx = replace(opened, undo_window_s=12)
            await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
            window, tasks = MainWindow(ctx.store, Theme(), Settings(station_name="Bench 3")), Tasks()
            qtbot.addWidget(window)
            window.show()
            window.start(ctx, tasks)
            strip = window.strip

            async def second(id_: str, **facts: object) -> None:
                await until(lambda: text(id_, **facts) in strip.second.full_text)

            await scan(window, "10001", "%ALL LEFT")
            await second("verdict.all_packed", order="10001", count=5)
            # A number that is typed into its field is a label too.
            window.editor.steps.set_tracking(USPS_NUMBERS[0], USPS_NUMBERS[0])
            await second("verdict.all_labeled", order="10001", count=5)
            await scan(window, "%SHIP")
            await until(lambda: window.scans.verdict.kind == VerdictKind.SHIPPED)
            names = window.scans.verdict.platforms
            window.menus.trigger("undo")
            await second("strip.undone", order="10001")
            await scan(window, "%SHIP")
            await until(lambda: window.scans.verdict.kind == VerdictKind.SHIPPED)
            clock.pass_s(13)
            await second("strip.notifies", platforms=names)
            await worker.flush(ctx, until_empty=True)
            window.editor.refresh()
            await second("strip.notified", platforms=names)
            await window.shutdown()
            await tasks.stop()
            window.hide()

    run(main())
