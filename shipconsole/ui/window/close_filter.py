"""Closing the window: it stays open until its work is saved, and closes without a question on signals."""

import signal
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal

from shipconsole.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from types import FrameType


class CloseFilter(QObject):
    """Intercepts the close event of a window. Signal: close_requested(), once, when the program may end."""

    close_requested = Signal()

    def __init__(self, window: MainWindow) -> None:
        """Watch a window."""
        super().__init__(window)
        self._window = window
        self.is_closing = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Check the window for unfinished work, and request the end of the program where there is none."""
        if event.type() != QEvent.Type.Close:
            return super().eventFilter(watched, event)
        event.ignore()
        if not self.is_closing and not self._window.begin_closing():
            self.is_closing = True
            self.close_requested.emit()
        return True


def close_on_signals(window: MainWindow) -> None:
    """Close the window without a question on Ctrl+C in a terminal and at the end of the session."""

    def close(_number: int, _frame: "FrameType | None") -> None:
        window.close_now()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)
