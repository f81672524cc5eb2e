"""Takes scans out of the keys of every window, wherever the keyboard is in it, and says which keys are a person's.

A key is kept back for as long as the next one of a scan may take, then given to where it was meant for: nothing of a
scan reaches a field, and what a person types arrives whole. Fields for keys and PINs are left alone.
"""

import sys
import time
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from shipconsole.domain.code import GS
from shipconsole.ui.window.key_rhythm import AFTER_SCAN_MS, Heard, Kind, Rhythm

SECRET = "secret"
"""The property of a field whose keys are neither captured nor logged, whatever it shows."""
_SLACK_MS = 8
"""The timer gives the next key a little longer than its own time says."""
_BUSY_MS = 40
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_END_TEXTS = ("\r", "\n", "\t")
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)
_TYPING = (
    Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier
)
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class PersonKey(StrEnum):
    """A key by which a person answers."""

    ENTER = "enter"
    ESCAPE = "escape"
    DIGIT = "digit"


class Held(NamedTuple):
    """A key that is kept back, and what it was meant for."""

    window: QWindow
    widget: QWidget | None
    event: QKeyEvent


Response = Callable[[PersonKey, str, bool], bool]
"""What is asked about an Enter, Esc or digit (its text): whether it is taken, as an answer or for it is no person's.

A digit without its text is only asked about: whether one would be an answer now.
"""


class ScanBurst(QObject):
    """Watches the keys of every window that gets the keyboard.

    Signals: scanned(str text, bool with caps lock on, bool whether what was typed right before may be its beginning).
    `answer` is asked about the keys by which a person answers; an Enter so soon after another key, or a digit so soon
    before one, that it may be a scanner's is none of them.
    """

    scanned = Signal(str, bool, bool)

    def __init__(self, parent: QObject | None = None, answer: Response | None = None) -> None:
        """Hear nothing yet."""
        super().__init__(parent)
        self._answer = answer
        self._rhythm: Rhythm[Held] = Rhythm()
        self._letters: list[bool] = []
        """Of each letter that is kept back whether caps lock is on."""
        self._last_ms = float("-inf")
        self._giving_back = False
        self._started_ms = 0.0
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setTimerType(Qt.TimerType.PreciseTimer)
        self._hold.timeout.connect(self._on_pause)

    def watch_all(self) -> None:
        """Watch each window as soon as it has the keyboard."""
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self.watch)
        self.watch(QGuiApplication.focusWindow())

    def watch(self, window: QWindow | None) -> None:
        """Watch a window."""
        # Installed again, the filter would only move to the front.
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of a scan, let all others pass."""
        if self._giving_back or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        return isinstance(watched, QWindow) and self._take(watched, event)

    def _take(self, window: QWindow, event: QKeyEvent) -> bool:
        # The time at which the key was pressed: a window that was busy gets slow keys all at once.
        now_ms = event.timestamp() or time.monotonic_ns() // 1_000_000
        since_ms, self._last_ms = now_ms - self._last_ms, now_ms
        widget = QApplication.focusWidget()
        if is_secret(widget):
            self._do(self._rhythm.pause())
            return False
        kind, text = _kind(event)
        if kind == "modifier":
            return False
        heard = self._rhythm.press(kind, text, Held(window, widget, event.clone()), now_ms)
        self._do(heard)
        if text.isalpha() and heard.is_taken:
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._letters.append(text.isupper() != shifted and text.upper() != text.lower())
        if self._rhythm.waits:
            self._start()
            return True
        if heard.is_taken:
            return True
        if event.key() in _ENTER:
            return self._is_answer(PersonKey.ENTER, "", is_person=since_ms > AFTER_SCAN_MS)
        if event.key() == Qt.Key.Key_Escape:
            return self._is_answer(PersonKey.ESCAPE, "")
        return _would_type_with_alt(event)

    def _is_answer(self, key: PersonKey, text: str, *, is_person: bool = True) -> bool:
        return self._answer is not None and self._answer(key, text, is_person)

    def _start(self) -> None:
        self._started_ms = time.monotonic() * 1_000
        self._hold.start(max(self._rhythm.patience_ms + _SLACK_MS, self._answer_ms()))

    def _answer_ms(self) -> int:
        """How long a digit that may be an answer is kept back: it may be the first of a scan."""
        keys = self._rhythm.kept
        is_asked = len(keys) == 1 and _is_digit(keys[0]) and self._is_answer(PersonKey.DIGIT, "", is_person=False)
        return AFTER_SCAN_MS if is_asked else 0

    def _on_pause(self) -> None:
        if time.monotonic() * 1_000 - self._started_ms > self._hold.interval() + _BUSY_MS:
            # The window was busy: the next key may have been pressed in time and wait behind this.
            self._start()
            return
        heard = self._rhythm.pause()
        digit = heard.given_back[0] if len(heard.given_back) == 1 and _is_digit(heard.given_back[0]) else None
        if digit is not None and self._is_answer(PersonKey.DIGIT, digit.event.text()):
            self._letters = []
            return
        self._do(heard)

    def _do(self, heard: Heard[Held]) -> None:
        """Send a scan on its way, and keys that were none back on theirs."""
        if not heard.scan and not heard.given_back:
            return
        letters, self._letters = self._letters, []
        self._hold.stop()
        if heard.scan:
            self.scanned.emit(heard.scan, bool(letters) and all(letters), heard.may_go_on)
            return
        self._giving_back = True
        try:
            for held in heard.given_back:
                _give_back(held)
        finally:
            self._giving_back = False


def _is_digit(held: Held) -> bool:
    return held.event.text().isdecimal()


def is_secret(widget: QWidget | None) -> bool:
    """Return whether a field is for a key or a PIN."""
    if widget is None:
        return False
    hidden = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
    is_masked = isinstance(widget, QLineEdit) and widget.echoMode() != QLineEdit.EchoMode.Normal
    return is_masked or bool(widget.property(SECRET)) or bool(widget.inputMethodHints() & hidden)


def _kind(event: QKeyEvent) -> tuple[Kind, str]:
    """Return what sort of key it is, and its character."""
    key, text, modifiers = event.key(), event.text(), event.modifiers()
    if event.isAutoRepeat():
        return "other", ""
    if key in _MODIFIERS:
        return "modifier", ""
    # A scanner sends GS as itself or as Ctrl+], whatever the layout makes of that key.
    if text == GS or key == ord(GS) or (key == Qt.Key.Key_BracketRight and modifiers & _CTRL):
        return "character", GS
    if key in _ENDS:
        return ("other", "") if modifiers & ~Qt.KeyboardModifier.KeypadModifier else ("end", "")
    if text in _END_TEXTS and not modifiers & _ALT:
        # A line feed, or Ctrl+M, Ctrl+J and Ctrl+I from a scanner that sends control characters.
        return "end", ""
    by_alt_gr = modifiers & _CTRL and modifiers & _ALT
    if text and text.isprintable() and (by_alt_gr or not modifiers & ~_TYPING):
        return "character", text
    if len(text) == 1 and not text.isprintable() and modifiers & _CTRL and not modifiers & _ALT:
        return "control", text
    return "other", ""


def _would_type_with_alt(event: QKeyEvent) -> bool:
    """Return whether a key would type although Alt is held, which means a shortcut that there is not at present.

    Not on macOS, where Alt types characters, nor on the keypad, where it does on Windows.
    """
    is_alt_alone = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier == _ALT
    return sys.platform != "darwin" and is_alt_alone and bool(event.text()) and event.text().isprintable()


def _give_back(held: Held) -> None:
    """Give a key to what it was meant for, even where the keyboard is elsewhere by now."""
    event = held.event
    release = QKeyEvent(QEvent.Type.KeyRelease, event.key(), event.modifiers(), event.text())
    for one in (event, release):
        if held.widget is QApplication.focusWidget() or held.widget is None:
            if shiboken6.isValid(held.window):
                QCoreApplication.sendEvent(held.window, one)
        elif shiboken6.isValid(held.widget) and held.widget.isVisible():
            QCoreApplication.sendEvent(held.widget, one)
