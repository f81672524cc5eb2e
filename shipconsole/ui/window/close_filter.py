"""Keeps the window open until its work is put away."""

from PySide6.QtCore import QEvent, QObject, Signal

from shipconsole.ui.window.main_window import MainWindow


class CloseFilter(QObject):
    """Holds the close event of a window back, once. Signal: close_requested()."""

    close_requested = Signal()

    def __init__(self, window: MainWindow) -> None:
        """Begin with a window that stays open."""
        super().__init__(window)
        self._window = window
        self.is_closing = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask the window, and request the orderly end where it has nothing against that."""
        if event.type() != QEvent.Type.Close:
            return super().eventFilter(watched, event)
        event.ignore()
        if not self.is_closing and not self._window.begin_closing():
            self.is_closing = True
            self.close_requested.emit()
        return True
