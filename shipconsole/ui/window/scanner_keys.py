"""The scans among the keys of every window, wherever the focus is, and the keys by which a person answers.

A key is held back for as long as the next key of a scan may take, then delivered to the widget it was pressed in: no
part of a scan reaches a field, and what a person types arrives complete. Fields for API keys and PINs are left alone.
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
from shipconsole.ui.window.key_rhythm import AFTER_SCAN_MS, KeyResult, KeyRhythm, Kind

SECRET = "secret"
"""The property of a field whose keys are neither captured nor logged, whatever it shows."""
DELIVERS = "delivers_held_keys"
"""The property of a window while it gets keys that were held back: what watches keys has seen them before."""
_SLACK_MS = 8
"""Added to the wait for the next key, whose own timestamp decides."""
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


class HeldKey(NamedTuple):
    """A key that is held back, and where it was pressed."""

    window: QWindow
    widget: QWidget | None
    event: QKeyEvent


KeyHandler = Callable[[PersonKey, str, bool], bool]
"""Called for Enter, Esc, or a digit (with its text); returns whether it is taken, as an answer or as the scanner's own.

For a digit without its text it only returns whether a digit would be an answer now.
"""


class ScannerKeyFilter(QObject):
    """Watches the keys of every window that gets the keyboard.

    Signal: scanned(text, whether caps lock is on, whether what was typed right before may be its beginning).
    `on_key` is called for the keys by which a person answers: not for an Enter so soon after another key, nor a digit
    so soon before one, that it may be a scanner's.
    """

    scanned = Signal(str, bool, bool)

    def __init__(self, parent: QObject | None = None, on_key: KeyHandler | None = None) -> None:
        """Initialize without windows."""
        super().__init__(parent)
        self._on_key = on_key
        self._rhythm: KeyRhythm[HeldKey] = KeyRhythm()
        self._letters: list[bool] = []
        """For each letter held back, whether caps lock is on."""
        self._last_ms = float("-inf")
        self._is_delivering = False
        self._started_ms = 0.0
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setTimerType(Qt.TimerType.PreciseTimer)
        self._hold.timeout.connect(self._on_pause)

    @property
    def pause_ms(self) -> int:
        """The longest pause between two keys of the scanner."""
        return self._rhythm.between_keys_ms

    def set_pause(self, pause_ms: int) -> None:
        """Allow another pause between two keys of the scanner."""
        self._rhythm.between_keys_ms = pause_ms

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
        """Hold back keys that may be a scan; let others pass."""
        if self._is_delivering or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        return isinstance(watched, QWindow) and self._take(watched, event)

    def _take(self, window: QWindow, event: QKeyEvent) -> bool:
        # The time at which the key was pressed: a window that was busy gets slow keys all at once.
        now_ms = event.timestamp() or time.monotonic_ns() // 1_000_000
        since_ms, self._last_ms = now_ms - self._last_ms, now_ms
        widget = QApplication.focusWidget()
        if is_secret(widget):
            self._apply(self._rhythm.pause())
            return False
        kind, text = _kind(event)
        if kind == "modifier":
            return False
        result = self._rhythm.press(kind, text, HeldKey(window, widget, event.clone()), now_ms)
        self._apply(result)
        if text.isalpha() and result.is_taken:
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._letters.append(text.isupper() != shifted and text.upper() != text.lower())
        if self._rhythm.waits:
            self._start()
            return True
        if result.is_taken:
            return True
        if event.key() in _ENTER:
            return self._is_answer(PersonKey.ENTER, "", is_person=since_ms > AFTER_SCAN_MS)
        if event.key() == Qt.Key.Key_Escape:
            return self._is_answer(PersonKey.ESCAPE, "")
        return _would_type_with_alt(event)

    def _is_answer(self, key: PersonKey, text: str, *, is_person: bool = True) -> bool:
        return self._on_key is not None and self._on_key(key, text, is_person)

    def _start(self) -> None:
        self._started_ms = time.monotonic() * 1_000
        self._hold.start(max(self._rhythm.patience_ms + _SLACK_MS, self._answer_ms()))

    def _answer_ms(self) -> int:
        """Return for how long a digit that may be an answer is held back: it may be the first of a scan."""
        keys = self._rhythm.held
        may_answer = len(keys) == 1 and _is_digit(keys[0]) and self._is_answer(PersonKey.DIGIT, "", is_person=False)
        return AFTER_SCAN_MS if may_answer else 0

    def _on_pause(self) -> None:
        if time.monotonic() * 1_000 - self._started_ms > self._hold.interval() + _BUSY_MS:
            # The window was busy: the next key may have been pressed in time and wait behind this.
            self._start()
            return
        result = self._rhythm.pause()
        digit = result.returned[0] if len(result.returned) == 1 and _is_digit(result.returned[0]) else None
        if digit is not None and self._is_answer(PersonKey.DIGIT, digit.event.text()):
            self._letters = []
            return
        self._apply(result)

    def _apply(self, result: KeyResult[HeldKey]) -> None:
        """Emit a scan, or deliver the keys that were none."""
        if not result.scan and not result.returned:
            return
        letters, self._letters = self._letters, []
        self._hold.stop()
        if result.scan:
            self.scanned.emit(result.scan, bool(letters) and all(letters), result.may_continue)
            return
        self._is_delivering = True
        try:
            for held in result.returned:
                _deliver(held)
        finally:
            self._is_delivering = False


def _is_digit(held: HeldKey) -> bool:
    return held.event.text().isdecimal()


def is_secret(widget: QWidget | None) -> bool:
    """Return whether a field is for a key or a PIN."""
    if widget is None:
        return False
    hidden = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
    is_masked = isinstance(widget, QLineEdit) and widget.echoMode() != QLineEdit.EchoMode.Normal
    return is_masked or bool(widget.property(SECRET)) or bool(widget.inputMethodHints() & hidden)


def _kind(event: QKeyEvent) -> tuple[Kind, str]:
    """Return a key's kind and character."""
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


def _deliver(held: HeldKey) -> None:
    """Deliver a key where it was pressed, even where the focus is elsewhere by now."""
    event = held.event
    release = QKeyEvent(QEvent.Type.KeyRelease, event.key(), event.modifiers(), event.text())
    for key_event in (event, release):
        if held.widget is QApplication.focusWidget() or held.widget is None:
            if shiboken6.isValid(held.window):
                held.window.setProperty(DELIVERS, True)
                QCoreApplication.sendEvent(held.window, key_event)
            # The key may have closed it.
            if shiboken6.isValid(held.window):
                held.window.setProperty(DELIVERS, None)
        elif shiboken6.isValid(held.widget) and held.widget.isVisible():
            QCoreApplication.sendEvent(held.widget, key_event)
