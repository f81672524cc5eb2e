"""The window's coroutines as tasks, so that none is lost and every error is reported."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text

_log = logging.getLogger(__name__)


class Tasks(QObject):
    """Keeps the tasks of the window until they end.

    Signals: failed(message), for each that failed; failing(name, message), with its name; recovered(name), when a
    task of that name succeeds again.
    """

    failed = Signal(str)
    failing = Signal(str, str)
    recovered = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Initialize without tasks."""
        super().__init__(parent)
        self._running: set[asyncio.Task[Any]] = set()
        self._failing: set[str] = set()

    def spawn(self, name: str, coro: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a coroutine as a task, which the caller may cancel."""
        task = asyncio.get_running_loop().create_task(coro, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    @property
    def running(self) -> tuple[str, ...]:
        """The names of the tasks that have not ended."""
        return tuple(task.get_name() for task in self._running)

    async def stop(self) -> None:
        """Cancel all and wait until each has ended."""
        # The task that stops the others must not wait for itself.
        others = self._running - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        name, error = task.get_name(), task.exception()
        if error is None:
            _log.debug("%s ended", name)
            if name in self._failing:
                self._failing.discard(name)
                self.recovered.emit(name)
        elif isinstance(error, EnvironmentFailure):
            _log.info("%s: %s", name, error.message)
            if not error.is_reported:
                self._report(name, str(error.message))
        else:
            _log.error("%s failed", name, exc_info=error)
            self._report(name, text("program.failed"))

    def _report(self, name: str, message: str) -> None:
        self._failing.add(name)
        self.failed.emit(message)
        self.failing.emit(name, message)
