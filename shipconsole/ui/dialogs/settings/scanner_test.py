"""Tests the scanner: a barcode to scan, and what arrived, character by character, with what is wrong with it."""

import time
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent, QWindow
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QFrame, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain.code import GS
from shipconsole.domain.plain_text import plain
from shipconsole.domain.scanner_check import TEST_CODE, ScanEnding, ScannerCheck, check, visible
from shipconsole.domain.verdict import ScannerFault
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.barcode_view import BarcodeView
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.live_settings import LiveSettings
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.window.scanner_keys import DELIVERS

QUIET_MS = 700
"""After so long without a key, what arrived is complete."""
SHORTEST = 4
PERSON_MS = 130
"""Characters that come this slowly are typed by a person."""
_FAULTS = {
    ScannerFault.CAPS_LOCK: "scanner_test.caps_lock",
    ScannerFault.AZERTY: "scanner_test.other_layout",
    ScannerFault.QWERTZ: "scanner_test.other_layout",
}

_RESULTS = {
    "fault": "scanner_test.result_fault",
    "slow": "scanner_test.result_slow",
    "around": "scanner_test.result_around",
    "works": "scanner_test.result_works",
    "other": "scanner_test.result_other",
}
_ENDINGS = {
    ScanEnding.ENTER: "scanner_test.ending_enter",
    ScanEnding.TAB: "scanner_test.ending_tab",
    ScanEnding.NONE: "scanner_test.ending_none",
}
_TITLES = {
    "received": "scanner_test.received",
    "ending": "scanner_test.ending",
    "around": "scanner_test.around",
    "layout": "scanner_test.layout",
    "speed": "scanner_test.speed",
}


class Key(NamedTuple):
    """A key that arrived: its text, "" for Enter and Tab, which are in `ending`."""

    text: str
    ending: ScanEnding
    at_ms: float
    caps_lock: bool = False
    in_field: bool = False


class KeyRecorder(QObject):
    """Records the keys that windows get, before anything takes them. Signal: arrived(keys).

    The first key goes on to where it would; those that follow too fast for a person act on nothing, except in a field.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject) -> None:
        """Begin without watching."""
        super().__init__(parent)
        self._keys: list[Key] = []
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self.end)
        self._watches = False

    def watch(self, on: bool) -> None:
        """Begin or stop recording."""
        app = QCoreApplication.instance()
        if app is not None and on != self._watches:
            self._watches = on
            (app.installEventFilter if on else app.removeEventFilter)(self)
            self._keys.clear()

    def end(self) -> None:
        """Take what arrived as complete."""
        self._quiet.stop()
        keys, self._keys = tuple(self._keys), []
        if keys:
            self.arrived.emit(keys)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Record a key, and hold it back if it belongs to a scan."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.isAutoRepeat() or not isinstance(watched, QWindow) or watched.property(DELIVERS):
            return False
        at_ms = event.timestamp() or time.monotonic_ns() / 1_000_000
        is_fast = bool(self._keys) and at_ms - self._keys[-1].at_ms <= PERSON_MS
        in_field = isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox)
        return self._take(event, at_ms, in_field=in_field) and is_fast and not in_field

    def _take(self, event: QKeyEvent, at_ms: float, *, in_field: bool) -> bool:
        """Record a key; return whether it is one that scanners send."""
        typed, modifiers = event.text(), event.modifiers()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            if self._keys:
                ending = ScanEnding.TAB if event.key() == Qt.Key.Key_Tab else ScanEnding.ENTER
                self._keys.append(Key("", ending, at_ms))
                self.end()
            return True
        if event.key() == Qt.Key.Key_BracketRight and modifiers & Qt.KeyboardModifier.ControlModifier:
            typed = GS
        if not typed or event.key() == Qt.Key.Key_Escape:
            return False
        shifted = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        caps_lock = typed.isalpha() and typed.isupper() != shifted and typed.upper() != typed.lower()
        self._keys.append(Key(typed, ScanEnding.NONE, at_ms, caps_lock, in_field))
        self._quiet.start()
        return True


def judged(keys: tuple[Key, ...], pause_ms: int) -> ScannerCheck | None:
    """Return what recorded keys say about the scanner; None if a person typed them, or they are too few."""
    characters = [key for key in keys if key.text]
    if len(characters) < SHORTEST:
        return None
    gaps = [after.at_ms - before.at_ms for before, after in pairwise(characters)]
    each_ms, median_ms = sum(gaps) / len(gaps), sorted(gaps)[len(gaps) // 2]
    # In a field everything that is not a scan was typed.
    if median_ms > (pause_ms if any(key.in_field for key in characters) else PERSON_MS):
        return None
    letters = [key.caps_lock for key in characters if key.text.isalpha()]
    return check(
        "".join(key.text for key in characters),
        ending=keys[-1].ending,
        ms_per_character=each_ms,
        pause_ms=pause_ms if median_ms > pause_ms else 0,
        caps_lock=bool(letters) and all(letters),
    )


class ScannerTest(QWidget):
    """A barcode, and the result of the last scan. Signal: tested(ScannerCheck)."""

    tested = Signal(object)

    def __init__(self, live: LiveSettings, theme: Theme) -> None:
        """Wait for a scan while it is visible."""
        super().__init__()
        self.setObjectName("scanner_test")
        self._live = live
        self._theme = theme
        self.result: ScannerCheck | None = None
        """What the last scan showed."""
        px = theme.tokens.px
        self._recorder = KeyRecorder(self)
        self._recorder.arrived.connect(self._on_arrived)
        self._barcode = BarcodeView(TEST_CODE, theme)
        self._barcode.setObjectName("test_barcode")
        self._headline = widgets.label(text("scanner_test.waits"), "title")
        self._headline.setObjectName("scanner_test_headline")
        self._headline.setWordWrap(True)
        self._means = wrapped(text("scanner_test.how"), name="scanner_test_means", selectable=True)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(px(14))
        self._facts.setVerticalSpacing(px(6))
        self._facts.setColumnStretch(1, 1)
        self._values = {}
        for row, (name, title_id) in enumerate(_TITLES.items()):
            title = widgets.label(text(title_id), "secondary")
            value = wrapped("", "strong", name=f"scanner_test_{name}", selectable=True)
            self._values[name] = (title, value)
            self._facts.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)
        self._result = QFrame()
        self._result.setProperty("variant", "result")
        inside = QVBoxLayout(self._result)
        inside.setContentsMargins(px(14), px(10), px(14), px(10))
        inside.setSpacing(px(6))
        inside.addWidget(self._headline)
        inside.addWidget(self._means)
        inside.addLayout(self._facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(12), 0, px(12))
        column.setSpacing(px(10))
        column.addWidget(self._barcode)
        column.addWidget(self._result)
        self._show_facts()

    def take_scan(self, _text: str) -> bool:
        """Keep a scan from being processed, since it is a test; the keys were recorded as they came."""
        self._recorder.end()
        return True

    def show_result(self, result: ScannerCheck) -> None:
        """Show what a scan says about the scanner."""
        self.result = result
        severity: Severity = "good" if result.is_fine else "wait"
        if result.fault is not None:
            severity = "bad"
        self._headline.setText(text(_RESULTS[_outcome(result)]))
        self._means.setText(plain(_meaning(result), lines=True))
        self._result.setAccessibleName(plain(f"{self._headline.text()} {self._means.text()}"))
        widgets.set_severity(self._headline, severity)
        widgets.set_severity(self._result, severity)
        self._show_facts()
        self.tested.emit(result)

    def showEvent(self, event: QShowEvent) -> None:
        """Record keys while it is visible."""
        super().showEvent(event)
        self._recorder.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Record no keys of other pages."""
        super().hideEvent(event)
        self._recorder.watch(False)

    def _on_arrived(self, keys: tuple[Key, ...]) -> None:
        result = judged(keys, self._live.settings.scanner_pause_ms)
        if result is not None:
            self.show_result(result)

    def _show_facts(self) -> None:
        shown = {} if self.result is None else _facts(self.result)
        for name, (title, value) in self._values.items():
            value.setText(plain(shown.get(name, "")))
            title.setVisible(name in shown)
            value.setVisible(name in shown)


def _outcome(result: ScannerCheck) -> str:
    if result.fault is not None:
        return "fault"
    if result.pause_ms:
        return "slow"
    if result.is_test_code and not result.is_whole:
        return "around"
    return "works" if result.is_test_code else "other"


def _meaning(result: ScannerCheck) -> str:
    if result.fault is not None:
        return text(_FAULTS[result.fault])
    match _outcome(result):
        case "slow":
            return text("scanner_test.slow", each=round(result.ms_per_character), pause=result.pause_ms)
        case "around":
            return text("scanner_test.around_means")
        case "works":
            no_enter = result.ending == ScanEnding.NONE
            return text("scanner_test.no_enter") if no_enter else text("scanner_test.works_means")
        case _:
            return text("scanner_test.other_means")


def _facts(result: ScannerCheck) -> dict[str, str]:
    shown = {
        "received": visible(result.received),
        "ending": text(_ENDINGS[result.ending]),
        "layout": text("scanner_test.layout_wrong", meant=result.meaning)
        if result.fault
        else text("scanner_test.layout_right" if result.is_test_code else "scanner_test.layout_unknown"),
        "speed": text("scanner_test.speed_value", each=round(result.ms_per_character)),
    }
    if result.prefix or result.suffix:
        parts = {"before": visible(result.prefix) or "–", "after": visible(result.suffix) or "–"}
        shown["around"] = text("scanner_test.around_value", **parts)
    return shown
