"""Bench mode: the window fills the screen, with larger text and targets, and the orders folded."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow

from shipconsole.ui.window.appearance import Appearance
from shipconsole.ui.window.frame import Frame


class BenchMode(QObject):
    """On and off by F11; off by Esc as well. Signal: changed(whether it is on)."""

    changed = Signal(bool)

    def __init__(self, window: QMainWindow, frame: Frame, appearance: Appearance) -> None:
        """Begin off."""
        super().__init__(window)
        self._window = window
        self._frame = frame
        self._appearance = appearance
        self._before = Qt.WindowState.WindowNoState
        self.is_on = False

    def toggle(self) -> None:
        """Enter or leave bench mode."""
        self.leave() if self.is_on else self.enter()

    def enter(self) -> None:
        """Fill the screen."""
        if self.is_on:
            return
        self.is_on = True
        self._before = self._window.windowState()
        self._appearance.set_bench(True)
        self._frame.set_bench(True)
        self._window.setWindowState(self._before | Qt.WindowState.WindowFullScreen)
        self.changed.emit(True)

    def leave(self) -> None:
        """Return to the window as it was."""
        if not self.is_on:
            return
        self.is_on = False
        self._frame.set_bench(False)
        self._appearance.set_bench(False)
        self._window.setWindowState(self._before & ~Qt.WindowState.WindowFullScreen)
        self.changed.emit(False)
