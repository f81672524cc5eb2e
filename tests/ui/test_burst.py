"""A scan from anywhere lands in the scan field; what a person types stays where it was typed."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.burst import BETWEEN_KEYS_MS, ScanBurst


class Bench(QWidget):
    """A window with a text field, a button and a list that notes its keys."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.field, self.button, self.list = QLineEdit(), QPushButton("x"), NotingList()
        for part in (self.field, self.button, self.list):
            column.addWidget(part)
        self.burst = ScanBurst(self)
        self.scans: list[str] = []
        self.burst.scanned.connect(self.scans.append)
        self._now_ms = 1_000

    def press(self, keys: str, every_ms: int, *, after_ms: int = 1_000) -> None:
        """Presses keys on the window, as the screen would send them, so far apart."""
        for place, character in enumerate(keys):
            self._now_ms += every_ms if place else after_ms
            key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
                event.setTimestamp(self._now_ms)
                QApplication.sendEvent(self.windowHandle(), event)


class NotingList(QTableWidget):
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
    handle = bench.windowHandle()
    assert handle is not None
    handle.installEventFilter(bench.burst)
    return bench


def test_quick_keys_that_end_with_enter_are_a_scan(bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("10001\r", 5)
    assert bench.scans == ["10001"]
    assert bench.list.keys == ""


def test_slow_keys_go_where_they_were_meant(qtbot: QtBot, bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("3+x\r", 120)
    qtbot.waitUntil(lambda: bench.list.keys == "3+x\r")
    assert bench.scans == []


def test_one_key_alone_comes_after_the_time_a_scan_would_take(qtbot: QtBot, bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("3", 0)
    assert bench.list.keys == ""
    qtbot.waitUntil(lambda: bench.list.keys == "3", timeout=BETWEEN_KEYS_MS * 10)


def test_space_still_presses_a_button(qtbot: QtBot, bench: Bench) -> None:
    bench.button.setFocus()
    with qtbot.waitSignal(bench.button.clicked):
        bench.press(" ", 0)


def test_what_is_typed_in_a_text_field_is_never_taken_however_quick(bench: Bench) -> None:
    bench.field.setFocus()
    bench.press("10001\r", 5)
    assert bench.scans == []
    assert bench.field.text() == "10001"


def test_too_few_quick_keys_are_no_scan(bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("123\r", 5)
    assert bench.scans == []


def test_an_enter_that_comes_late_is_no_end_of_a_scan(bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("10001", 5)
    bench.press("\r", 0, after_ms=200)
    assert bench.scans == []
    assert bench.list.keys == "\r"


def test_two_scans_one_after_the_other_are_two(bench: Bench) -> None:
    bench.list.setFocus()
    bench.press("10001\r", 5)
    bench.press("MOBILE\r", 5)
    assert bench.scans == ["10001", "MOBILE"]


def test_keys_with_ctrl_pass_at_once(qtbot: QtBot, bench: Bench) -> None:
    bench.list.setFocus()
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, "\x03")
    assert bench.burst.eventFilter(bench, event) is False
