"""The one place where the window starts coroutines, so that none is lost and no error goes unheard."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text

_log = logging.getLogger(__name__)


class Tasks(QObject):
    """Keeps every coroutine that runs for the window.

    Signals: failed(str words), once for each that failed; troubled(str name, str words) with its name, and
    recovered(str name) when one of that name ends well again.
    """

    failed = Signal(str)
    troubled = Signal(str, str)
    recovered = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._running: set[asyncio.Task[Any]] = set()
        self._troubled: set[str] = set()

    def spawn(self, name: str, coro: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a coroutine; the task may be cancelled, and need not be kept."""
        task = asyncio.get_running_loop().create_task(coro, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def stop(self) -> None:
        """Cancel all and wait until each has ended."""
        # The one that stops the others is not waited for: it would wait for itself.
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
            if name in self._troubled:
                self._troubled.discard(name)
                self.recovered.emit(name)
        elif isinstance(error, EnvironmentFailure):
            _log.info("%s: %s", name, error.message)
            self._show_message(name, str(error.message))
        else:
            _log.error("%s failed", name, exc_info=error)
            self._show_message(name, text("program.failed"))

    def _show_message(self, name: str, said: str) -> None:
        self._troubled.add(name)
        self.failed.emit(said)
        self.troubled.emit(name, said)
