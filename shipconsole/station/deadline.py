"""Runs calls that may never come back, and gives each its verdict in time all the same."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# Each abandoned call keeps a thread until it comes back; what hangs all day must not eat them without end.
_MOST_STUCK = 8


class DeadlineThread:
    """Runs calls one after the other on one daemon thread, each with a deadline from when it was handed in.

    A late call fails, its thread is abandoned (Python cannot stop it), and the calls behind it go on with a
    new one. The thread ends when nothing is left to do.
    """

    def __init__(self, name: str, deadline_s: float, late: Callable[[], Exception]) -> None:
        """Name the thread, set the deadline, and say with which error a late call fails."""
        self._name = name
        self._deadline_s = deadline_s
        self._late = late
        self._lock = threading.Lock()
        self._waiting: deque[_Call[Any]] = deque()
        self._running: _Call[Any] | None = None
        self._has_thread = False
        self._stuck = 0

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Hand in a call; its future has an answer at the deadline at the latest, whatever the call does."""
        call = _Call(work, Future[T](), threading.Timer(self._deadline_s, lambda: self._on_deadline(call)))
        call.timer.daemon = True
        call.timer.start()
        with self._lock:
            self._waiting.append(call)
            self._ensure_thread()
        return call.future

    def _ensure_thread(self) -> None:
        """Start a thread if there is work and nobody does it; the lock is held."""
        if self._waiting and not self._has_thread and self._stuck < _MOST_STUCK:
            self._has_thread = True
            threading.Thread(target=self._work_off, name=self._name, daemon=True).start()

    def _work_off(self) -> None:
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
        """Say whether the call ended in time; a late one comes back to a thread that was abandoned."""
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
