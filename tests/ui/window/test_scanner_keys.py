"""A scan is found wherever the focus is and reaches no field; what a person types does."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.window.key_rhythm import BETWEEN_KEYS_MS
from shipconsole.ui.window.scanner_keys import SECRET, PersonKey, ScannerKeyFilter

GS = "\x1d"
NONE, CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
SPECIAL = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\x1b": Qt.Key.Key_Escape}


class Bench(QWidget):
    """A window with a text field, a masked field, a button, and a list that records its keys."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.field, self.button, self.list, self.key = QLineEdit(), QPushButton("x"), RecordingList(), QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        for part in (self.field, self.button, self.list, self.key):
            column.addWidget(part)
        self.answers: list[tuple[PersonKey, str, bool]] = []
        self.takes_answers = False
        self.filter = ScannerKeyFilter(self, self._on_answer)
        self.scans: list[str] = []
        self.caps: list[bool] = []
        self.continued: list[bool] = []
        self.filter.scanned.connect(self._on_scan)
        self._now_ms = 1_000

    def press(
        self, keys: str, every_ms: int, *, after_ms: int = 1_000, modifiers: Qt.KeyboardModifier = NONE, gs: str = "gs"
    ) -> None:
        """Send key events to the window, `every_ms` apart."""
        for index, character in enumerate(keys):
            self._now_ms += every_ms if index else after_ms
            self.send(character, modifiers, gs)

    def send(self, character: str, modifiers: Qt.KeyboardModifier = NONE, gs: str = "gs") -> None:
        key = SPECIAL.get(character) or Qt.Key(ord(character.upper()))
        text = character
        if character == GS and gs == "ctrl":
            key, modifiers = Qt.Key.Key_BracketRight, CTRL
        elif character == GS and gs == "key":
            text = ""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, text)
            event.setTimestamp(self._now_ms)
            QApplication.sendEvent(self.windowHandle(), event)

    def _on_scan(self, text: str, caps_lock: bool, may_continue: bool) -> None:
        self.scans.append(text)
        self.continued.append(may_continue)
        self.caps.append(caps_lock)

    def _on_answer(self, key: PersonKey, text: str, is_person: bool) -> bool:
        self.answers.append((key, text, is_person))
        return self.takes_answers


class RecordingList(QTableWidget):
    def __init__(self) -> None:
        super().__init__(3, 1)
        self.keys = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.keys += event.text()


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    bench = Bench()
    qtbot.addWidget(bench)
    bench.show()
    bench.activateWindow()
    qtbot.waitUntil(bench.isActiveWindow)
    bench.filter.watch(bench.windowHandle())
    return bench


@pytest.mark.parametrize("gs", ["gs", "ctrl", "key"])
@pytest.mark.parametrize("every_ms", [3, 35])
@pytest.mark.parametrize("where", ["list", "field", "button"])
@pytest.mark.parametrize(
    ("keys", "scan"),
    [
        (f"9400100109361129278357{GS}\r", f"9400100109361129278357{GS}"),
        (f"{GS}420902459261290336128704042634\r", f"{GS}420902459261290336128704042634"),
        (f"4209024512345{GS}9261290336128704042634\r", f"4209024512345{GS}9261290336128704042634"),
        ("10001\t", "10001"),
        ("10001\r\r", "10001"),
        ("10001\n", "10001"),
        ("10001\r\n", "10001"),
        ("10001", "10001"),
        ("%OK\r", "%OK"),
    ],
)
def test_each_is_one_complete_scan_and_reaches_no_widget(
    qtbot: QtBot, bench: Bench, keys: str, scan: str, where: str, every_ms: int, gs: str
) -> None:
    bench.field.setText("kept")
    part: QWidget = getattr(bench, where)
    part.setFocus()
    clicked: list[bool] = []
    bench.button.clicked.connect(clicked.append)
    bench.press(keys, every_ms, gs=gs)
    qtbot.waitUntil(lambda: bool(bench.scans))
    assert bench.scans == [scan]
    assert (bench.list.keys, bench.field.text(), clicked) == ("", "kept", [])
    assert part.hasFocus(), "the Tab was the scanner's"


def test_slow_keys_reach_the_focused_widget(qtbot: QtBot, bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("3+x\r", 120)
    qtbot.waitUntil(lambda: bench.list.keys == "3+x\r")
    bench.field.setFocus()
    bench.press("Box 12", 60)
    qtbot.waitUntil(lambda: bench.field.text() == "Box 12")
    assert bench.scans == []


def test_a_single_key_arrives_after_the_time_a_scan_would_take(qtbot: QtBot, bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("3", 0)
    assert bench.list.keys == ""
    qtbot.waitUntil(lambda: bench.list.keys == "3", timeout=BETWEEN_KEYS_MS * 100)


def test_space_still_presses_a_button(qtbot: QtBot, bench: Bench) -> None:
    bench.button.setFocus()
    with qtbot.waitSignal(bench.button.clicked):
        bench.press(" ", 0)


@pytest.mark.parametrize("is_masked", [True, False])
def test_a_field_for_secrets_gets_every_key_at_any_speed(bench: Bench, is_masked: bool) -> None:
    if not is_masked:
        bench.key.setEchoMode(QLineEdit.EchoMode.Normal)
        bench.key.setProperty(SECRET, True)
    bench.key.setFocus()
    bench.press("sk_live_12345\r", 5)
    assert (bench.scans, bench.key.text()) == ([], "sk_live_12345")


def test_too_few_quick_keys_are_no_scan(bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("12\r", 5)
    assert bench.scans == []
    assert bench.list.keys == "12\r"


def test_a_late_enter_of_the_scanner_is_dropped(qtbot: QtBot, bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("10001", 5)
    qtbot.waitUntil(lambda: bench.scans == ["10001"])
    bench.press("\r", 0, after_ms=120)
    assert bench.list.keys == ""
    bench.press("\r", 0, after_ms=400)
    assert bench.list.keys == "\r"


def test_two_scans_in_a_row_are_two_scans(bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("10001\r", 5)
    bench.press("MOBILE\r", 5, after_ms=5)
    assert bench.scans == ["10001", "MOBILE"]


def test_caps_lock_is_recognized_by_capitals_without_shift(bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("mobile-1\r", 5, modifiers=SHIFT)
    bench.press("MOBILE-1\r", 5)
    bench.press("mobile-1\r", 5)
    bench.press("10001\r", 5)
    assert bench.caps == [True, True, False, False]


def test_keys_with_ctrl_pass_at_once_and_alt_types_nothing(bench: Bench) -> None:
    bench.field.setFocus()
    bench.send("c", CTRL)
    bench.send("d", ALT)
    assert (bench.field.text(), bench.scans) == ("", [])


def test_a_held_key_repeats_as_it_is_typed(qtbot: QtBot, bench: Bench) -> None:
    bench.field.setFocus()
    handle = bench.windowHandle()
    for index in range(12):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_0, NONE, "0", bool(index))
        event.setTimestamp(5_000 + 20 * index)
        QApplication.sendEvent(handle, event)
    qtbot.waitUntil(lambda: bench.field.text() == "0" * 12)
    assert bench.scans == []


def test_what_is_pasted_is_no_scan(bench: Bench) -> None:
    bench.field.setFocus()
    QApplication.clipboard().setText("9400100109361129278357")
    bench.field.paste()
    assert (bench.field.text(), bench.scans) == ("9400100109361129278357", [])


def test_enter_is_a_persons_unless_another_key_came_just_before(qtbot: QtBot, bench: Bench) -> None:
    bench.takes_answers = True
    bench.list.setFocus()
    bench.press("\r", 0)
    assert bench.answers == [(PersonKey.ENTER, "", True)]
    bench.press("xy\r", 60)
    qtbot.waitUntil(lambda: bench.list.keys == "xy")
    assert bench.answers[-1] == (PersonKey.ENTER, "", False)
    assert bench.list.keys == "xy", "taken as an answer"


def test_a_digit_or_esc_is_typed_unless_it_is_taken_as_an_answer(qtbot: QtBot, bench: Bench) -> None:
    bench.field.setFocus()
    bench.press("2", 0)
    qtbot.waitUntil(lambda: bench.field.text() == "2")
    bench.takes_answers = True
    bench.press("3", 0)
    qtbot.waitUntil(lambda: (PersonKey.DIGIT, "3", True) in bench.answers)
    bench.send("\x1b")
    assert bench.answers[-1] == (PersonKey.ESCAPE, "", True)
    assert bench.field.text() == "2"


def test_the_first_digit_of_a_slow_scan_is_no_answer(qtbot: QtBot, bench: Bench) -> None:
    """The computer was busy after the digit, which belongs to the scan and chooses no carrier."""
    bench.takes_answers = True
    bench.field.setFocus()
    bench.press("1", 5)
    bench.press("Z999AA10123456784\r", 5, after_ms=90)
    qtbot.waitUntil(lambda: bool(bench.scans))
    assert (bench.scans, bench.continued, bench.field.text()) == (["Z999AA10123456784"], [True], "1")
    assert [text for key, text, _ in bench.answers if key == PersonKey.DIGIT and text] == []
