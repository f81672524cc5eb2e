"""Qt's own loop where no coroutine runs yet, and the collection of garbage on its thread."""

import gc
import itertools

from PySide6.QtCore import QEventLoop, Qt, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication, QMessageBox

from shipconsole.domain.plain_text import plain

SETTLED_ROUND = 5
FULL_ROUND = 60
"""Rounds of a second in which garbage is collected: when all is loaded, and how often all of it is looked through."""


def wait_for(*signals: SignalInstance, most_ms: int | None = None) -> None:
    """Let Qt run until the first of some signals: before the loop of coroutines is there to be awaited on."""
    waiting = QEventLoop()
    for signal in signals:
        signal.connect(waiting.quit)
    if most_ms is not None:
        QTimer.singleShot(most_ms, waiting.quit)
    waiting.exec()


def show_alone(text: str) -> None:
    """Show a sentence where there is no window to show it in, until it is read."""
    box = QMessageBox(QMessageBox.Icon.Information, "Shipconsole", "", QMessageBox.StandardButton.Ok)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(plain(text, lines=True))
    box.open()
    wait_for(box.finished)


def collect_on_this_thread(app: QApplication) -> QTimer:
    """Collect on this thread alone, where widgets may be destroyed; by itself Python does so in any thread."""
    rounds = itertools.count(1)
    timer = QTimer(app)

    def collect() -> None:
        number = next(rounds)
        gc.collect(2 if number == SETTLED_ROUND or number % FULL_ROUND == 0 else 1)
        if number == SETTLED_ROUND:
            # What was loaded since the start stays; looking through all of it each time would hold the window up.
            gc.freeze()

    timer.timeout.connect(collect)
    timer.start(1_000)
    return timer
