"""Brings the answers of the store's threads to the window's thread, as calls of plain functions."""

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from shipconsole.domain.problem import EnvironmentFailure

T = TypeVar("T")

_log = logging.getLogger(__name__)


class FutureBridge(QObject):
    """Waits for futures without blocking. Signal: failed(str words), once for each that failed.

    What is to be done with an answer is kept here, on the window's thread; the future carries only a number, so
    that no other thread ever holds the last reference to a widget.
    """

    failed = Signal(str)
    _came = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Wait for nothing yet."""
        super().__init__(parent)
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[Callable[[Any], None], Callable[[], None] | None]] = {}
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def when_done(
        self, future: "Future[T]", then: Callable[[T], None], otherwise: Callable[[], None] | None = None
    ) -> None:
        """Call a function with the future's result once it is there; its error becomes words, then `otherwise`."""
        number = next(self._numbers)
        self._waiting[number] = then, otherwise
        future.add_done_callback(partial(_ring, self, number))

    def forget(self) -> None:
        """Do nothing with what is still to come."""
        self._waiting.clear()

    def _take(self, number: int, future: "Future[Any]") -> None:
        if number not in self._waiting:
            return
        then, otherwise = self._waiting.pop(number)
        error = future.exception()
        if error is None:
            then(future.result())
            return
        if isinstance(error, EnvironmentFailure):
            self.failed.emit(str(error.message))
        else:
            _log.error("a look at the store failed", exc_info=error)
            self.failed.emit("")
        if otherwise is not None:
            otherwise()


def _ring(answers: FutureBridge, number: int, future: "Future[Any]") -> None:
    try:
        answers._came.emit(number, future)
    except RuntimeError:
        _log.debug("an answer came after the window had closed")
