"""Calls that may never return, with an outcome in time."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# Each abandoned call keeps a thread until it returns, so their number is limited.
_MOST_STUCK = 8


class DeadlineThread:
    """Run calls one after the other on one daemon thread, each with a deadline from its submission.

    A late call fails, its thread is abandoned (Python can't stop it), and the next calls run on a new thread. The
    thread ends when there is nothing left to do. `deadline_s` is that of the calls submitted from then on.
    """

    def __init__(self, name: str, deadline_s: float, late: Callable[[], Exception]) -> None:
        """Set the thread's name, the deadline, and the error of a late call."""
        self._name = name
        self.deadline_s = deadline_s
        self._late = late
        self._lock = threading.Lock()
        self._waiting: deque[_Call[Any]] = deque()
        self._running: _Call[Any] | None = None
        self._has_thread = False
        self._stuck = 0

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue a call; its future is done at the deadline at the latest."""
        call = _Call(work, Future[T](), threading.Timer(self.deadline_s, lambda: self._on_deadline(call)))
        call.timer.daemon = True
        call.timer.start()
        with self._lock:
            self._waiting.append(call)
            self._ensure_thread()
        return call.future

    def _ensure_thread(self) -> None:
        """Start a thread if there is work and no thread; the lock is held."""
        if self._waiting and not self._has_thread and self._stuck < _MOST_STUCK:
            self._has_thread = True
            threading.Thread(target=self._run_calls, name=self._name, daemon=True).start()

    def _run_calls(self) -> None:
        while call := self._next():
            try:
                value = call.work()
            except Exception as error:  # noqa: BLE001  it is raised again where the future is awaited
                if not self._ended(call):
                    return
                call.future.set_exception(error)
            else:
                if not self._ended(call):
                    return
                call.future.set_result(value)

    def _next(self) -> "_Call[Any] | None":
        with self._lock:
            while self._waiting:
                call = self._waiting.popleft()
                if call.future.set_running_or_notify_cancel():
                    self._running = call
                    return call
                call.timer.cancel()
            self._has_thread = False
            return None

    def _ended(self, call: "_Call[Any]") -> bool:
        """Return whether the call ended in time; a late one returns to an abandoned thread."""
        with self._lock:
            if self._running is call:
                self._running = None
                call.timer.cancel()
                return True
            self._stuck -= 1
            self._ensure_thread()
            return False

    def _on_deadline(self, call: "_Call[Any]") -> None:
        with self._lock:
            if call in self._waiting:
                self._waiting.remove(call)
                is_awaited = call.future.set_running_or_notify_cancel()
            elif self._running is call:
                self._running = None
                self._stuck += 1
                self._has_thread = False
                self._ensure_thread()
                is_awaited = True
            else:
                return
        if is_awaited:
            call.future.set_exception(self._late())


@dataclass(frozen=True, slots=True, eq=False)
class _Call(Generic[T]):
    work: Callable[[], T]
    future: Future[T]
    timer: threading.Timer
