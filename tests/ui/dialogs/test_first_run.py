"""A newcomer sets up a station step by step, leaves at any of them, and ships a practice package in the demo."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.domain.message import Message
from shipconsole.domain.scanner_check import TEST_CODE, check
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.station import settings
from shipconsole.station.settings import DEFAULTS
from shipconsole.store.connections import block
from shipconsole.ui.dialogs.first_run.dialog import FirstRunDialog
from shipconsole.ui.dialogs.first_run.practice import LABEL, ORDER, PracticeDialog
from shipconsole.ui.dialogs.first_run.steps import STEPS, StepName
from shipconsole.ui.dialogs.settings.pages import SettingsParts
from shipconsole.ui.dialogs.settings.scanner_test import ScannerTest
from shipconsole.ui.kit.barcode_view import BarcodeView
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT, scaled
from shipconsole.ui.window.demo_process import PRACTICE, demo_process
from shipconsole.ui.window.main_window import MainWindow
from tests.support.shown_texts import cut
from tests.ui.dialogs.test_settings import acting, parts_of, press
from tests.ui.sounds.test_effects import Heard
from tests.ui.waiting import until, until_idle


@pytest.fixture
async def tasks() -> AsyncGenerator[Tasks]:
    made = Tasks()
    failed: list[str] = []
    made.failed.connect(failed.append)
    yield made
    await made.stop()
    assert failed == []


@pytest.fixture
def entries() -> list[str]:
    return []


@pytest.fixture
async def parts(
    qapp: QApplication, ctx: Context, tasks: Tasks, tmp_path: Path, entries: list[str]
) -> AsyncGenerator[SettingsParts]:
    theme = Theme()
    theme.use(qapp, LIGHT)
    made = parts_of(ctx, tasks, theme, tmp_path, entries)
    yield made
    made.live.stop()


@pytest.fixture
async def opened(qtbot: QtBot, parts: SettingsParts) -> FirstRunDialog:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    dialog = FirstRunDialog(window, parts)
    dialog.open()
    await until_idle(parts.tasks)
    return dialog


def button(dialog: QWidget, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


async def test_the_steps_lead_from_the_name_to_the_first_orders(opened: FirstRunDialog, parts: SettingsParts) -> None:
    seen = [opened.step]
    while opened.isVisible() and len(seen) < 9:
        button(opened, "first_run_next").click()
        await until_idle(parts.tasks)
        if opened.isVisible():
            seen.append(opened.step)
    assert seen == list(STEPS)
    assert parts.live.settings.first_run_done


async def test_it_can_be_left_at_any_step_and_is_not_shown_again(opened: FirstRunDialog, parts: SettingsParts) -> None:
    opened.show_step("sound")
    button(opened, "first_run_later").click()
    assert not opened.isVisible()
    await parts.live.save()
    assert settings.load(parts.live.profile).settings.first_run_done


async def test_the_list_says_what_was_chosen(opened: FirstRunDialog, parts: SettingsParts) -> None:
    parts.live.change(station_name="Station 3, near dock B")
    name = button(opened, "step_station")
    assert "Station 3, near dock B" in name.accessibleName()
    opened.show_step("scanner")
    assert name.accessibleName().endswith(text("first_run.step_done"))
    test = opened.findChild(ScannerTest)
    assert test is not None
    test.show_result(check(TEST_CODE))
    scanner = button(opened, "step_scanner")
    assert text("first_run.scanner_works") in scanner.accessibleName()
    test.show_result(check("sc-test 4711"))
    assert text("first_run.scanner_wrong") in scanner.accessibleName()
    button(opened, "step_station").click()
    assert opened.step == "station"
    button(opened, "first_run_next").click()
    button(opened, "first_run_back").click()
    assert opened.step == "station"


async def test_the_name_of_the_station_can_be_typed_at_once(opened: FirstRunDialog, parts: SettingsParts) -> None:
    assert not isinstance(QApplication.focusWidget(), QLineEdit), "a name that was chosen is not typed over"
    opened.show_step("scanner")
    assert not isinstance(QApplication.focusWidget(), QLineEdit), "a scan would be typed into it"
    parts.live.change(station_name=DEFAULTS["station_name"])
    opened.show_step("station")
    name = opened.findChild(QLineEdit, "station_name")
    assert QApplication.focusWidget() is name
    assert name.selectedText() == parts.live.settings.station_name != ""


async def test_a_test_that_was_left_out_is_not_done(opened: FirstRunDialog, parts: SettingsParts) -> None:
    done = text("first_run.step_done")

    def is_done(step: StepName) -> bool:
        return button(opened, f"step_{step}").accessibleName().endswith(done)

    for step in STEPS:
        opened.show_step(step)
    opened.show_step("station")
    assert [step for step in STEPS if is_done(step)] == ["printer"]
    opened.show_step("sound")
    button(opened, "play_good").click()
    opened.show_step("scanner")
    press(opened, f"{TEST_CODE}\n", 1_000)
    opened.show_step("printer")
    assert [step for step in STEPS if is_done(step)] == ["station", "scanner", "sound"]
    parts.sounds.player.problem = Message("sounds.no_player")
    opened.show_step("station")
    assert not is_done("sound"), "nothing was heard"


async def test_a_platform_that_was_connected_is_named_with_what_to_do_next(
    opened: FirstRunDialog, parts: SettingsParts
) -> None:
    opened.show_step("orders")
    await until_idle(parts.tasks)
    following = opened.findChild(QLabel, "first_run_connected")
    assert not following.isVisible()
    button(opened, "first_run_connect").click()
    await connections.connect(parts.ctx, "shipup", "Our shop", url="http://127.0.0.1:1", secrets={})
    # The dialog of connections is closed.
    QApplication.sendEvent(opened, QEvent(QEvent.Type.ActivationChange))
    await until_idle(parts.tasks)
    assert following.isVisible()
    assert following.text() == text("first_run.connected_next", connections=("Our shop",), key="F5")
    orders = button(opened, "step_orders")
    assert text("first_run.connected", connections=("Our shop",)) in orders.accessibleName()
    opened.show_step("station")
    assert orders.accessibleName().endswith(text("first_run.step_done"))
    # Its key was wrong.
    (stored,) = await connections.every(parts.ctx)
    await parts.ctx.write(block, stored.id, Message("connections.verdict_wrong_key"))
    opened.show_step("orders")
    await until_idle(parts.tasks)
    assert not following.isVisible()
    opened.show_step("station")
    assert not orders.accessibleName().endswith(text("first_run.step_done"))


async def test_a_scan_is_tested_and_its_enter_goes_no_step_further(opened: FirstRunDialog) -> None:
    opened.show_step("scanner")
    press(opened, f"{TEST_CODE}\n", 1_000)
    test = opened.findChild(ScannerTest)
    assert test is not None
    assert test.result is not None
    assert test.result.is_fine
    assert opened.step == "scanner"
    # At another step a scan does nothing either.
    opened.show_step("orders")
    assert opened.take_scan("10001")


async def test_sounds_can_be_compared(opened: FirstRunDialog, parts: SettingsParts) -> None:
    opened.show_step("sound")
    for name in ("good", "error"):
        button(opened, f"play_{name}").click()
    assert isinstance(parts.sounds.player, Heard)
    assert parts.sounds.player.names == ["good", "error"]


async def test_it_ends_with_a_platform_or_the_demo(
    qtbot: QtBot, opened: FirstRunDialog, parts: SettingsParts, entries: list[str]
) -> None:
    opened.show_step("orders")
    button(opened, "first_run_connect").click()
    assert entries == ["connections"]
    assert opened.isVisible()
    with qtbot.waitSignal(opened.practice_requested):
        button(opened, "first_run_practice").click()
    assert parts.live.settings.first_run_done


async def test_in_the_demo_the_practice_package_opens_here(
    qtbot: QtBot, parts: SettingsParts, entries: list[str]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = FirstRunDialog(window, parts, is_demo=True, step="orders")
    dialog.open()
    assert button(dialog, "first_run_practice").accessibleName() == text("first_run.practice_button_here")
    # The page has the keyboard: Tab goes to its first button, and Enter presses it.
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert dialog.focusWidget() is button(dialog, "first_run_practice")
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert entries == ["practice"]


async def test_the_demo_is_a_program_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPCONSOLE_PROFILE", str(tmp_path))
    process = demo_process()
    assert (process.program(), process.arguments()) == (sys.executable, ["-m", "shipconsole", "--demo"])
    assert process.processEnvironment().value(PRACTICE) == "1"
    assert not process.processEnvironment().contains("SHIPCONSOLE_PROFILE")
    assert demo_process("shipconsole", frozen=True).arguments() == ["--demo"]
    assert os.environ["SHIPCONSOLE_PROFILE"] == str(tmp_path)


@pytest.mark.parametrize("step", STEPS)
async def test_every_acting_widget_has_names(opened: FirstRunDialog, step: StepName) -> None:
    opened.show_step(step)
    assert [widget for widget in acting(opened) if not widget.objectName() or not widget.accessibleName()] == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_nothing_is_cut(
    qtbot: QtBot, qapp: QApplication, parts: SettingsParts, language: str, scale: float
) -> None:
    before = messages.language()
    messages.use(language)
    try:
        parts.theme.use(qapp, scaled(LIGHT, scale))
        window = QWidget()
        qtbot.addWidget(window)
        window.show()
        dialog = FirstRunDialog(window, parts)
        dialog.open()
        dialog.resize(min(round(1_040 * scale), 1220), 740)
        for step in STEPS:
            dialog.show_step(step)
            await until_idle(parts.tasks)
            qapp.sendPostedEvents()
            assert cut(dialog) == []
            assert dialog.width() <= 1220
        dialog.close()
    finally:
        messages.use(before)


@pytest.fixture
async def demo(qtbot: QtBot, bench: Context, tasks: Tasks) -> AsyncGenerator[MainWindow]:
    """Return a window on the simulated platforms' orders."""
    window = MainWindow(bench.store, Theme(), settings.Settings(), demo=True)
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.is_painted)
    window.start(bench, tasks)
    window.menus.live.start(tasks)
    yield window
    window.menus.live.stop()
    await window.shutdown()


async def test_a_newcomer_ships_the_practice_package_by_what_is_shown(demo: MainWindow, tasks: Tasks) -> None:
    demo.menus.open("practice")
    dialog = demo.findChild(PracticeDialog)
    assert dialog is not None
    await until(lambda: dialog.practice is not None)
    assert not dialog.isModal()
    practice = dialog.practice
    assert practice is not None
    shown: list[str] = []
    while practice.current is not None and len(shown) < 12:
        step = practice.current
        code = dialog.findChild(BarcodeView, "practice_barcode")
        assert isinstance(code, BarcodeView)
        assert code.accessibleName() == step.code
        shown.append(step.code)
        demo.scans.take(step.code, by_scanner=True)
        await until(lambda step=step: practice.current is not step)
        await asyncio.sleep(0)
    assert shown == [ORDER, "MOBILE", "EARPHONES-WHT", LABEL, "%SHIP"]
    title = dialog.findChild(QLabel, "practice_step")
    assert title is not None
    assert title.text() == text("practice.shipped")


async def test_the_practice_package_is_below_the_items_and_closed_by_esc_in_the_window(demo: MainWindow) -> None:
    demo.resize(1280, 820)
    demo.menus.open("practice")
    dialog = demo.findChild(PracticeDialog)
    assert dialog is not None
    await until(lambda: dialog.practice is not None)
    demo.scans.take(ORDER)
    table = demo.editor.items_pane.item_table
    await until(lambda: table.model().rowCount() == 2)
    last = table.visualRect(table.model().index(1, 0))
    assert dialog.geometry().top() > table.viewport().mapToGlobal(last.bottomLeft()).y()
    assert demo.geometry().contains(dialog.geometry())
    demo.activateWindow()
    await until(demo.isActiveWindow)
    QTest.keyClick(demo, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


async def test_another_order_begins_the_practice_anew(demo: MainWindow) -> None:
    demo.menus.open("practice")
    dialog = demo.findChild(PracticeDialog)
    assert dialog is not None
    await until(lambda: dialog.practice is not None)
    practice = dialog.practice
    assert practice is not None
    demo.scans.take(ORDER)
    await until(lambda: practice.position == 1)
    demo.scans.take("10001")
    await until(lambda: practice.position == 0)


async def test_without_the_order_it_says_what_to_do(qtbot: QtBot, ctx: Context, tasks: Tasks) -> None:
    window = MainWindow(ctx.store, Theme(), settings.Settings(), demo=True)
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.is_painted)
    window.start(ctx, tasks)
    window.menus.open("practice")
    dialog = window.findChild(PracticeDialog)
    assert dialog is not None
    title = dialog.findChild(QLabel, "practice_step")
    assert title is not None
    await until(lambda: title.text() == text("practice.no_order"))
    await window.shutdown()


async def test_the_practice_package_is_in_the_menu_of_the_demo_alone(demo: MainWindow) -> None:
    from shipconsole.ui.window.menu_entries import ENTRIES

    assert [entry.name for entry in ENTRIES if entry.of_demo] == ["practice", "demo_faults"]
    assert demo.menus.is_demo
