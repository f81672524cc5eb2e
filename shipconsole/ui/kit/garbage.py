"""The collection of garbage on the GUI's thread."""

import gc
import itertools

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

SETTLED_ROUND = 5
FULL_ROUND = 60
"""Rounds of a second in which garbage is collected: when all is loaded, and how often all of it is looked through."""


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
