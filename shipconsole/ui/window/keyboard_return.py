"""Gives the keyboard to a dialog that opens, and back when it closes, whether or not a window manager does."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget


class KeyboardReturn(QObject):
    """Watches a window and the dialogs before it; `back` is done when the last of them has closed."""

    def __init__(self, window: QWidget, back: Callable[[], None]) -> None:
        """Begin with the window itself, which is on the screen."""
        super().__init__(window)
        self._window = window
        self._back = back
        self._watch(window.windowHandle())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hear when a dialog comes before a window, and when it is gone."""
        if event.type() in (QEvent.Type.WindowBlocked, QEvent.Type.WindowUnblocked):
            # Whoever is at another program's window stays there.
            is_here = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
            QTimer.singleShot(0, self, lambda: self._to_front(is_here))
        return False

    def _watch(self, handle: QWindow | None) -> None:
        if handle is not None:
            handle.installEventFilter(self)

    def _to_front(self, is_here: bool) -> None:
        front = QApplication.activeModalWidget()
        if front is not None:
            self._watch(front.windowHandle())
        elif shiboken6.isValid(self._window) and self._window.isVisible():
            self._back()
        top = front or self._window
        if is_here and shiboken6.isValid(top) and top.isVisible() and not top.isActiveWindow():
            top.activateWindow()
