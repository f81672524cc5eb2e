"""The settings dialog: every setting of the file is in it, acts at once, and is reached by key."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.domain.carrier_list import CARRIERS
from shipconsole.domain.scanner_check import TEST_CODE
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import backups
from shipconsole.station import settings
from shipconsole.station.profile import open_profile
from shipconsole.station.settings import PAGES, Settings
from shipconsole.ui.dialogs.settings.controls import Control, LinesControl
from shipconsole.ui.dialogs.settings.dialog import SettingsDialog
from shipconsole.ui.dialogs.settings.page import SettingRow
from shipconsole.ui.dialogs.settings.pages import SettingsParts, printer_names
from shipconsole.ui.dialogs.settings.scanner_test import KeyRecorder, ScannerTest
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.kit.live_settings import LiveSettings
from shipconsole.ui.kit.segments import Segments
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, LIGHT, scaled
from shipconsole.ui.sounds.effects import NAMES, SoundEffects
from shipconsole.ui.window.scanner_keys import ScannerKeyFilter
from tests.support.shown_texts import cut
from tests.ui.sounds.test_effects import Heard
from tests.ui.waiting import until, until_idle

SCAN_MS = 12


class Opened:
    """The open dialog, and what a test does with it."""

    def __init__(self, window: QWidget, parts: SettingsParts) -> None:
        self.window = window
        self.parts = parts
        self.opened_entries: list[str] = []
        self.dialog = SettingsDialog(window, parts)
        self.dialog.open()

    @property
    def live(self) -> LiveSettings:
        return self.parts.live

    def row(self, key: str) -> SettingRow:
        page = settings.place_of(key).page
        assert page
        self.dialog.show_page(page)
        return next(row for row in self.dialog.page.rows if row.key == key)

    def find(self, kind: type, name: str):
        found = self.dialog.page.findChild(kind, name) or self.dialog.findChild(kind, name)
        assert isinstance(found, kind), name
        return found


@pytest.fixture
async def tasks() -> AsyncGenerator[Tasks]:
    made = Tasks()
    failed: list[str] = []
    made.failed.connect(failed.append)
    yield made
    await made.stop()
    assert failed == []


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme()
    made.use(qapp, LIGHT)
    return made


def parts_of(ctx: Context, tasks: Tasks, theme: Theme, folder: Path, entries: list[str]) -> SettingsParts:
    profile = open_profile(folder / "profile", {})
    settings.save(profile, Settings(station_name="Bench 3"))
    live = LiveSettings(profile, settings.load(profile).settings)
    live.start(tasks)
    sounds = SoundEffects(lambda: live.settings, Heard())
    return SettingsParts(ctx, tasks, theme, live, sounds, ReceiverState(), entries.append)


@pytest.fixture
async def opened(qtbot: QtBot, ctx: Context, tasks: Tasks, theme: Theme, tmp_path: Path) -> AsyncGenerator[Opened]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    entries: list[str] = []
    made = Opened(window, parts_of(ctx, tasks, theme, tmp_path, entries))
    made.opened_entries = entries
    await until_idle(tasks)
    yield made
    made.live.stop()


def change(control: Control, key: str) -> object:
    """Change a setting by its control as a person does, and return the value that it must have."""
    part, now = control.part, getattr(Settings(station_name="Bench 3"), key)
    info = Settings.model_fields[key]
    match part:
        case Segments():
            values = get_args(info.annotation)
            if values:
                part.buttons()[values.index(now) + 1].click()
                return values[values.index(now) + 1]
            part.buttons()[-1].click()
            return 2.0
        case QSpinBox():
            part.setFocus()
            part.selectAll()
            QTest.keyClicks(part, str(now + 1))
            QTest.keyClick(part, Qt.Key.Key_Return)
            return now + 1
        case QSlider():
            QTest.keyClick(part, Qt.Key.Key_Left)
            return now - part.singleStep()
        case QLineEdit():
            part.setFocus()
            part.selectAll()
            typed = "sqlite:///A1" if key == "database" else "A1"
            QTest.keyClicks(part, typed)
            QTest.keyClick(part, Qt.Key.Key_Return)
            return typed
        case QPlainTextEdit():
            part.setFocus()
            part.setPlainText("due:today" if part.objectName() == "first_rules" else "Box: 20 x 15 x 10")
            part.clearFocus()
            return (part.toPlainText(),)
        case QListWidget():
            part.item(2).setCheckState(Qt.CheckState.Checked)
            return (part.item(2).data(Qt.ItemDataRole.UserRole),)
        case QComboBox():
            part.addItem("Zebra", "Zebra")
            part.setCurrentIndex(part.count() - 1)
            part.activated.emit(part.count() - 1)
            return "Zebra"
        case QAbstractButton():
            part.click()
            return not now
        case _:
            raise TypeError(type(part).__name__)


async def test_what_the_file_can_set_the_window_can_set(opened: Opened) -> None:
    known = dict(opened.live.settings)
    for key in (key for page in PAGES for key in settings.keys_of(page)):
        row = opened.row(key)
        assert row.control.part.objectName() == key
        known[key] = change(row.control, key)
        assert dict(opened.live.settings) == known
    await opened.live.save()
    assert dict(settings.load(opened.live.profile).settings) == known
    assert {key for key, value in known.items() if value == settings.DEFAULTS[key]} == {*settings.keys_of("")}


async def test_a_wrong_text_is_marked_and_not_used(opened: Opened) -> None:
    row = opened.row("station_name")
    field = row.control.part
    assert isinstance(field, QLineEdit)
    field.setText("x" * 60)
    field.editingFinished.emit()
    note = opened.find(QLabel, "station_name_note")
    assert note.text() == text("form.too_long", title=text("setting.station_name"), limit=50, length=60)
    assert field.property("wrong")
    assert opened.live.settings.station_name == "Bench 3"
    field.setText("Dock 7")
    field.editingFinished.emit()
    assert not note.isVisible()
    assert opened.live.settings.station_name == "Dock 7"


async def test_a_text_that_is_being_typed_survives_another_change(opened: Opened) -> None:
    field = opened.row("announcements").control.part
    assert isinstance(field, QLineEdit)
    field.setText("https://half")
    opened.live.change(theme="dark")
    assert field.text() == "https://half"


async def test_the_language_says_that_it_waits_for_a_restart(opened: Opened) -> None:
    opened.row("language")
    opened.live.change(language="de")
    assert opened.find(QLabel, "language_note").text() == text("settings_dialog.after_restart")
    opened.live.change(language="system")
    assert not opened.find(QLabel, "language_note").isVisible()


async def test_a_page_is_reset_alone(opened: Opened) -> None:
    opened.live.change(undo_window_s=60, theme="dark")
    opened.dialog.show_page("shipping")
    opened.find(QPushButton, "reset_page").click()
    assert (opened.live.settings.undo_window_s, opened.live.settings.theme) == (5, "dark")
    field = opened.row("undo_window_s").control.part
    assert isinstance(field, QSpinBox)
    assert field.value() == 5


async def test_a_search_finds_settings_on_every_page(opened: Opened) -> None:
    search, pages = opened.find(QLineEdit, "search_settings"), opened.find(QListWidget, "settings_pages")

    def shown() -> list[str]:
        return [page for position, page in enumerate(PAGES) if not pages.item(position).isHidden()]

    search.setText("webhook")
    assert shown() == ["webhooks"]
    assert opened.dialog.page.page == "webhooks"
    search.setText("TRACKING number")
    assert shown() == ["shipping"]
    assert [row.key for row in opened.dialog.page.rows if row.isVisible()] == ["number_reuse_days"]
    search.setText("no such thing")
    assert shown() == []
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert shown() == list(PAGES)
    assert opened.dialog.isVisible()


async def test_each_sound_is_tested_even_if_it_is_off(opened: Opened) -> None:
    opened.live.change(sound_good=False, sound_volume=40)
    opened.dialog.show_page("sounds")
    for name in NAMES:
        opened.find(QPushButton, f"test_{name}").click()
    player = opened.parts.sounds.player
    assert isinstance(player, Heard)
    assert player.names == list(NAMES)
    assert {*player.volumes} == {40}


async def test_the_sounds_page_says_why_nothing_is_heard(opened: Opened) -> None:
    opened.dialog.show_page("sounds")
    problem = opened.find(QLabel, "sounds_problem")
    assert not problem.isVisible()
    player = opened.parts.sounds.player
    player.problem = messages_problem = settings.Message("sounds.no_player")
    player.changed.emit()
    assert problem.text() == str(messages_problem)


def press(window: QWidget, typed: str, at_ms: float, *, each_ms: float = SCAN_MS) -> float:
    """Send keys to a window as the system does, with their own times; a line feed is Enter."""
    handle = window.windowHandle()
    assert handle is not None
    for character in typed:
        key = Qt.Key.Key_Return if character == "\n" else Qt.Key(ord(character.upper()) if ord(character) < 127 else 0)
        event = QKeyEvent(
            QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "\r" if character == "\n" else character
        )
        event.setTimestamp(round(at_ms))
        QApplication.sendEvent(handle, event)
        at_ms += each_ms
    return at_ms


async def scanned(opened: Opened, typed: str, *, each_ms: float = SCAN_MS) -> ScannerTest:
    opened.dialog.show_page("scanner")
    test = opened.find(ScannerTest, "scanner_test")
    press(opened.dialog, typed, 1_000, each_ms=each_ms)
    await until(lambda: test.result is not None)
    return test


def fact(opened: Opened, name: str) -> str:
    return opened.find(QLabel, f"scanner_test_{name}").text()


async def test_a_scan_is_shown_as_it_arrived(opened: Opened) -> None:
    test = await scanned(opened, f"{TEST_CODE}\n")
    assert test.result is not None
    assert (test.result.received, test.result.is_fine) == (TEST_CODE, True)
    assert fact(opened, "headline") == text("scanner_test.result_works")
    assert fact(opened, "received") == "SC-TEST␣4711"
    assert fact(opened, "ending") == text("scanner_test.ending_enter")
    assert fact(opened, "speed") == text("scanner_test.speed_value", each=SCAN_MS)
    assert fact(opened, "layout") == text("scanner_test.layout_right")


async def test_a_prefix_and_a_suffix_are_shown(opened: Opened) -> None:
    await scanned(opened, f"]C1{TEST_CODE}\x1d\n")
    assert fact(opened, "headline") == text("scanner_test.result_around")
    assert fact(opened, "around") == text("scanner_test.around_value", before="]C1", after="␝")


async def test_a_scanner_without_enter_is_recognized(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    test = await scanned(opened, TEST_CODE)
    assert test.result is not None
    assert test.result.ending == "none"
    assert fact(opened, "means") == text("scanner_test.no_enter")


@pytest.mark.parametrize(
    ("arrived", "message"),
    [("sc-test 4711\n", "scanner_test.caps_lock"), ("SCßTEST 4711\n", "scanner_test.other_layout")],
)
async def test_a_wrong_keyboard_is_found(opened: Opened, arrived: str, message: str) -> None:
    await scanned(opened, arrived)
    assert fact(opened, "headline") == text("scanner_test.result_fault")
    assert fact(opened, "means") == text(message)
    assert fact(opened, "layout") == text("scanner_test.layout_wrong", meant=TEST_CODE)


async def test_a_slow_scanner_is_found_and_allowed_by_the_setting(opened: Opened) -> None:
    await scanned(opened, f"{TEST_CODE}\n", each_ms=80)
    assert fact(opened, "headline") == text("scanner_test.result_slow")
    assert fact(opened, "means") == text("scanner_test.slow", each=80, pause=37)
    opened.live.change(scanner_pause_ms=100)
    press(opened.dialog, f"{TEST_CODE}\n", 9_000, each_ms=80)
    assert fact(opened, "headline") == text("scanner_test.result_works")


async def test_what_a_person_types_is_no_test(opened: Opened) -> None:
    opened.dialog.show_page("scanner")
    test = opened.find(ScannerTest, "scanner_test")
    press(opened.dialog, "SC-T\n", 1_000, each_ms=400)
    opened.row("command_prefix").control.part.setFocus()
    press(opened.dialog, "SC-TEST\n", 9_000, each_ms=80)
    assert test.result is None
    # A scan is found in a field too.
    press(opened.dialog, f"{TEST_CODE}\n", 20_000)
    assert test.result is not None
    assert test.result.is_fine


async def test_keys_are_recorded_on_the_scanners_page_alone(opened: Opened) -> None:
    await scanned(opened, f"{TEST_CODE}\n")
    test = opened.find(ScannerTest, "scanner_test")
    opened.dialog.show_page("sounds")
    press(opened.dialog, "OTHER-CODE\n", 9_000)
    assert test.result is not None
    assert test.result.received == TEST_CODE
    # A scan never acts on the order behind the dialog.
    assert opened.dialog.take_scan("10001")


async def test_backups_are_shown_and_made(opened: Opened) -> None:
    opened.dialog.show_page("backups")
    await until_idle(opened.parts.tasks)
    folder = opened.find(QLabel, "backups_folder").text()
    assert folder == str(opened.parts.ctx.store.file.parent / "backups")
    assert opened.find(QLabel, "backups_newest").text() == text("settings_dialog.no_backup")
    opened.find(QPushButton, "back_up_now").click()
    await until_idle(opened.parts.tasks)
    assert opened.find(QLabel, "backups_count").text() == text("settings_dialog.backups_kept", count=1, kept=7)
    (made,) = (copy.file.name for copy in backups.every(opened.parts.ctx.store.file))
    assert opened.find(QLabel, "backups_message").text() == text("settings_dialog.backed_up", file=made)


@pytest.mark.parametrize("database_engine", ["postgresql"], indirect=True)
async def test_a_database_on_a_server_is_not_backed_up_here(opened: Opened) -> None:
    opened.dialog.show_page("backups")
    await until_idle(opened.parts.tasks)
    said = [label.text() for label in opened.dialog.page.findChildren(QLabel)]
    assert text("settings_dialog.backups_on_server") in said
    assert text("settings_page.backups.help") not in said
    assert opened.dialog.page.findChild(QPushButton, "back_up_now") is None


async def test_a_backup_that_fails_says_why(opened: Opened) -> None:
    opened.dialog.show_page("backups")
    (opened.parts.ctx.store.file.parent / "backups").write_text("in the way")
    opened.find(QPushButton, "back_up_now").click()
    await until_idle(opened.parts.tasks)
    assert opened.find(QLabel, "backups_message").property("severity") == "bad"
    assert opened.find(QPushButton, "back_up_now").isEnabled()


async def test_versions_are_checked_by_a_button(opened: Opened) -> None:
    opened.dialog.show_page("versions")
    opened.find(QPushButton, "check_versions").click()
    await until_idle(opened.parts.tasks)
    assert opened.find(QLabel, "version_result").text() == text("updates.off")


async def test_the_webhooks_page_shows_the_receiver(opened: Opened) -> None:
    opened.dialog.show_page("webhooks")
    assert opened.find(QLabel, "receiver_state_now").text() == text("webhook_events.receiver_off")
    opened.parts.receiver.show_failed("The port is taken.")
    assert opened.find(QLabel, "receiver_state_now").text() == "The port is taken."


async def test_other_dialogs_are_opened_from_their_pages(opened: Opened) -> None:
    for page, button in (
        ("station", "change_packer"),
        ("webhooks", "open_webhook_events"),
        ("station", "open_connections"),
    ):
        opened.dialog.show_page(page)  # type: ignore[arg-type]
        opened.find(QPushButton, button).click()
    assert opened.opened_entries == ["packer", "webhook_events", "connections"]


async def test_a_logo_is_chosen_from_the_disk(opened: Opened, tmp_path: Path) -> None:
    opened.row("slip_logo")
    opened.find(QPushButton, "choose_slip_logo").click()
    (ask,) = opened.dialog.findChildren(QFileDialog)
    ask.fileSelected.emit(str(tmp_path / "logo.png"))
    ask.reject()
    assert opened.live.settings.slip_logo == str(tmp_path / "logo.png")


async def test_the_printers_of_the_computer_are_offered(opened: Opened) -> None:
    choice = opened.row("slip_printer").control.part
    await until_idle(opened.parts.tasks)
    assert isinstance(choice, QComboBox)
    assert [choice.itemText(row) for row in range(choice.count())] == [
        text("settings_dialog.system_printer"),
        *printer_names(),
    ]
    opened.live.change(slip_printer="Gone")
    assert choice.currentText() == "Gone"


async def test_every_carrier_is_offered_and_an_unknown_one_stays(opened: Opened) -> None:
    listed = opened.row("carriers_used").control.part
    assert isinstance(listed, QListWidget)
    assert listed.count() == len(CARRIERS)
    opened.live.change(carriers_used=("evri", "of_a_later_version"))
    assert listed.count() == len(CARRIERS) + 1
    listed.item(0).setCheckState(Qt.CheckState.Checked)
    assert {*opened.live.settings.carriers_used} == {"evri", "of_a_later_version", "allied_express"}


async def test_a_text_size_that_only_the_file_has_is_shown(opened: Opened) -> None:
    part = opened.row("text_scale").control.part
    opened.live.change(text_scale=1.1)
    assert isinstance(part, Segments)
    chosen = part.buttons()[part.position]
    assert chosen.text() == text("settings.unit_percent", count=110)
    opened.live.change(text_scale=1.0)
    assert len(part.buttons()) == 6


async def test_several_texts_are_one_a_line(qtbot: QtBot, theme: Theme) -> None:
    control, told = LinesControl("rules", "Rules", theme), list[object]()
    control.edited.connect(told.append)
    qtbot.addWidget(control)
    control.show_value(("due:today", "country:NZ"))
    field = control.findChild(QPlainTextEdit, "rules")
    assert field.toPlainText() == "due:today\ncountry:NZ"
    field.setPlainText(" due:today \n\nnote:gift\n")
    field.left.emit()
    assert told == [("due:today", "note:gift")]


async def test_a_failed_save_is_said_at_the_bottom(opened: Opened) -> None:
    opened.live.saving_failed.emit("The disk is full.")
    assert opened.find(QLabel, "settings_message").text() == "The disk is full."
    opened.live.saved.emit()
    assert opened.find(QLabel, "settings_message").text() == text("settings_dialog.at_once")


def acting(dialog: QDialog) -> list[QWidget]:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QSpinBox, QSlider, QListWidget)
    own = (QSpinBox,)
    return [
        widget
        for widget in dialog.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isVisible()
        and not isinstance(widget.parentWidget(), (*own, QComboBox))
        # Qt's own button in a field that can be cleared.
        and not isinstance(widget.parentWidget(), QLineEdit)
    ]


@pytest.mark.parametrize("page", PAGES)
async def test_every_acting_widget_has_names_and_is_reached_by_tab(opened: Opened, page: settings.Page) -> None:
    opened.dialog.show_page(page)
    await until_idle(opened.parts.tasks)
    expected = acting(opened.dialog)
    assert [widget for widget in expected if not widget.objectName() or not widget.accessibleName()] == []
    reached: list[QWidget] = []
    for _ in range(4 * len(expected)):
        reached.append(QApplication.focusWidget())
        QTest.keyClick(opened.dialog, Qt.Key.Key_Tab)
    # Of choices side by side Tab reaches one, and the arrow keys the others.
    missed = [
        widget for widget in expected if widget not in reached and not (isinstance(widget.parentWidget(), Segments))
    ]
    assert [widget.objectName() for widget in missed] == []
    groups = {widget.parentWidget() for widget in expected if isinstance(widget.parentWidget(), Segments)}
    assert all(any(button in reached for button in group.buttons()) for group in groups)


async def test_arrow_keys_choose_among_choices_side_by_side(opened: Opened) -> None:
    part = opened.row("theme").control.part
    assert isinstance(part, Segments)
    part.buttons()[0].setFocus()
    QTest.keyClick(part.buttons()[0], Qt.Key.Key_Right)
    assert opened.live.settings.theme == "light"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert opened.live.settings.theme == "dark"


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_nothing_is_cut(
    qtbot: QtBot, ctx: Context, tasks: Tasks, qapp: QApplication, tmp_path: Path, language: str, scale: float
) -> None:
    before = messages.language()
    messages.use(language)
    try:
        theme = Theme()
        theme.use(qapp, scaled(DARK, scale))
        window = QWidget()
        qtbot.addWidget(window)
        window.show()
        made = Opened(window, parts_of(ctx, tasks, theme, tmp_path, []))
        # As wide as the smallest screen leaves it.
        made.dialog.resize(min(round(960 * scale), 1220), 740)
        for page in PAGES:
            made.dialog.show_page(page)
            await until_idle(tasks)
            qapp.sendPostedEvents()
            assert cut(made.dialog) == []
            assert made.dialog.width() <= 1220
            area = made.dialog.page
            outside = [
                widget.objectName()
                for widget in area.findChildren(QWidget)
                if widget.isVisible()
                and widget.mapTo(area, widget.rect().topRight()).x() > area.parentWidget().width()
                and not isinstance(widget.parentWidget(), QListWidget)
            ]
            assert outside == []
        made.live.stop()
    finally:
        messages.use(before)


async def test_the_language_for_tests_is_offered_where_it_is_set_alone(opened: Opened) -> None:
    part = opened.row("language").control.part
    assert isinstance(part, Segments)
    offered = [text(f"setting_choice.language.{name}") for name in ("system", "en", "de")]
    assert [button.text() for button in part.buttons()] == offered
    opened.live.change(language=messages.PSEUDO)
    assert [button.text() for button in part.buttons()] == [*offered, messages.PSEUDO]
    assert part.buttons()[part.position].text() == messages.PSEUDO


async def test_keys_that_were_held_back_for_a_scan_are_recorded_once(opened: Opened) -> None:
    """Typed slowly, each goes on once it is known to be no scan; the test has seen it before."""
    keys, recorder = ScannerKeyFilter(opened.dialog, lambda *_: False), KeyRecorder(opened.dialog)
    opened.dialog.show_page("shipping")
    opened.find(QListWidget, "settings_pages").setFocus()
    keys.watch(opened.dialog.windowHandle())
    recorder.watch(True)
    recorded: list[str] = []
    recorder.arrived.connect(lambda arrived: recorded.append("".join(key.text for key in arrived)))
    at_ms = 1_000.0
    for character in "10001":
        at_ms = press(opened.dialog, character, at_ms, each_ms=60)
        await asyncio.sleep(0.06)
    recorder.end()
    recorder.watch(False)
    assert recorded == ["10001"]
