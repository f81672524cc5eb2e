"""The GUI thread and the others: futures that call back here, and garbage that is collected here alone."""

import gc
import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from shipconsole.domain.problem import EnvironmentFailure

T = TypeVar("T")

SETTLED_ROUND = 5
FULL_ROUND = 60
"""Garbage is collected once a second; these rounds collect all generations: once all is loaded, and each minute."""
_log = logging.getLogger(__name__)


class FutureBridge(QObject):
    """Calls functions with the results of futures, on the GUI thread. Signal: failed(message), for each that failed.

    The functions are kept here; the future carries only a number, so that no other thread ever holds the last reference
    to a widget.
    """

    failed = Signal(str)
    _done = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Initialize without futures."""
        super().__init__(parent)
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[Callable[[Any], None], Callable[[], None] | None]] = {}
        self._done.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def when_done(
        self, future: "Future[T]", then: Callable[[T], None], otherwise: Callable[[], None] | None = None
    ) -> None:
        """Call `then` with the future's result; if it fails, emit `failed` and call `otherwise`.

        For a long read that was interrupted nothing is called: no one waits for it any more.
        """
        number = next(self._numbers)
        self._waiting[number] = then, otherwise
        future.add_done_callback(partial(_on_done, self, number))

    def forget(self) -> None:
        """Ignore all results that are still to come."""
        self._waiting.clear()

    def _take(self, number: int, future: "Future[Any]") -> None:
        if number not in self._waiting:
            return
        then, otherwise = self._waiting.pop(number)
        if getattr(future, "is_interrupted", False):
            return
        error = future.exception()
        if error is None:
            then(future.result())
            return
        if isinstance(error, EnvironmentFailure):
            self.failed.emit(str(error.message))
        else:
            _log.error("reading the store failed", exc_info=error)
            self.failed.emit("")
        if otherwise is not None:
            otherwise()


def _on_done(bridge: FutureBridge, number: int, future: "Future[Any]") -> None:
    try:
        bridge._done.emit(number, future)
    except RuntimeError:
        _log.debug("a result arrived after the window had closed")


def collect_garbage_here(app: QApplication) -> QTimer:
    """Collect garbage on this thread alone, where widgets may be destroyed; Python itself does so on any thread."""
    rounds = itertools.count(1)
    timer = QTimer(app)

    def collect() -> None:
        number = next(rounds)
        gc.collect(2 if number == SETTLED_ROUND or number % FULL_ROUND == 0 else 1)
        if number == SETTLED_ROUND:
            # What has been loaded stays; checking all of it each time would delay the window.
            gc.freeze()

    timer.timeout.connect(collect)
    timer.start(1_000)
    return timer
