"""The focus of the keyboard: in a dialog that opens, and back when it closes, with or without a window manager."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget


class KeyboardReturn(QObject):
    """Watches a window and its dialogs; `on_return` is called when the last dialog has closed."""

    def __init__(self, window: QWidget, on_return: Callable[[], None]) -> None:
        """Watch a window that is shown."""
        super().__init__(window)
        self._window = window
        self._on_return = on_return
        self._watch(window.windowHandle())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notice when a dialog opens and when it closes."""
        if event.type() in (QEvent.Type.WindowBlocked, QEvent.Type.WindowUnblocked):
            # A person who works in another program keeps the keyboard there.
            is_active = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
            QTimer.singleShot(0, self, lambda: self._to_front(is_active))
        return False

    def _watch(self, handle: QWindow | None) -> None:
        if handle is not None:
            handle.installEventFilter(self)

    def _to_front(self, is_active: bool) -> None:
        front = QApplication.activeModalWidget()
        if front is not None:
            self._watch(front.windowHandle())
        elif shiboken6.isValid(self._window) and self._window.isVisible():
            self._on_return()
        top = front or self._window
        if is_active and shiboken6.isValid(top) and top.isVisible() and not top.isActiveWindow():
            top.activateWindow()
