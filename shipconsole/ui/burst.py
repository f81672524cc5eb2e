"""Tells a scanner from a person: keys that come faster than anybody types, outside text fields, are a scan."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

BETWEEN_KEYS_MS = 35
SHORTEST = 4
_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TYPING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class ScanBurst(QObject):
    """Watches the keys of one window (install it on its `windowHandle()`). Signal: scanned(str text).

    The first key is kept back for as long as the second one of a scan may take, then given to the widget it was
    meant for: a scan that begins with a digit must not first change a quantity.
    """

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Hear nothing yet."""
        super().__init__(parent)
        self._text = ""
        self._last_ms = -BETWEEN_KEYS_MS
        self._held: tuple[QWidget, QKeyEvent] | None = None
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setTimerType(Qt.TimerType.PreciseTimer)
        self._hold.setInterval(BETWEEN_KEYS_MS)
        self._hold.timeout.connect(self._give_back)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of a scan, let all others pass."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        return self._take(event)

    def _take(self, event: QKeyEvent) -> bool:
        target = QApplication.focusWidget()
        if _is_text_field(target) or event.isAutoRepeat():
            self._forget()
            return False
        # The time at which the key was pressed: a window that was busy gets slow keys all at once.
        now_ms = event.timestamp() or time.monotonic_ns() // 1_000_000
        quick = now_ms - self._last_ms < BETWEEN_KEYS_MS
        self._last_ms = now_ms
        if event.key() in _ENTER:
            text = self._text if quick else ""
            if len(text) >= SHORTEST:
                self._held = None
                self._forget()
                self.scanned.emit(text)
                return True
            self._forget()
            return False
        if event.key() == Qt.Key.Key_Shift:
            return False
        character = event.text()
        if not character.isprintable() or not character or event.modifiers() & ~_TYPING or target is None:
            self._forget()
            return False
        if quick and self._text:
            self._text += character
            self._held = None  # a scan: its first key was meant for the scan field
            self._hold.stop()
            return True
        self._forget()
        self._text = character
        self._held = target, event.clone()
        self._hold.start()
        return True

    def _forget(self) -> None:
        self._text = ""
        self._give_back()

    def _give_back(self) -> None:
        self._hold.stop()
        if self._held is None:
            return
        target, press = self._held
        self._held = None
        if target is not QApplication.focusWidget():
            return
        release = QKeyEvent(QEvent.Type.KeyRelease, press.key(), press.modifiers(), press.text())
        QCoreApplication.sendEvent(target, press)
        if target is QApplication.focusWidget():
            QCoreApplication.sendEvent(target, release)


def _is_text_field(widget: QWidget | None) -> bool:
    return isinstance(widget, _TEXT_FIELDS) or (isinstance(widget, QComboBox) and widget.isEditable())
