"""Calls that hang, calls that wait behind them, and a result in time."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future

import pytest

from shipconsole.station.deadline import DeadlineThread

DEADLINE_S = 0.1
"""For calls that never end."""
PATIENTLY_S = 60.0
"""For calls that end."""


class LateError(Exception):
    """The error of a late call in these tests."""


@pytest.fixture
def thread() -> DeadlineThread:
    return DeadlineThread("tested", DEADLINE_S, LateError)


@pytest.fixture
def never() -> Iterator[Callable[[], None]]:
    """Return a call that hangs until the test is over."""
    over = threading.Event()

    def hang() -> None:
        over.wait(PATIENTLY_S)

    yield hang
    over.set()


def verdict(future: "Future[object]") -> BaseException | None:
    return future.exception(PATIENTLY_S)


def be_patient(thread: DeadlineThread) -> None:
    """Give all later calls the time that a busy computer may need."""
    thread.deadline_s = PATIENTLY_S


def test_calls_run_in_order_on_a_thread_of_that_name(thread: DeadlineThread) -> None:
    be_patient(thread)
    futures = [thread.submit(lambda n=n: (n, threading.current_thread().name)) for n in range(20)]
    assert [future.result(PATIENTLY_S) for future in futures] == [(n, "tested") for n in range(20)]


def test_an_error_reaches_the_caller(thread: DeadlineThread) -> None:
    def fail() -> None:
        raise KeyError("x")

    be_patient(thread)
    with pytest.raises(KeyError):
        thread.submit(fail).result(PATIENTLY_S)
    assert thread.submit(lambda: 1).result(PATIENTLY_S) == 1


def test_a_late_call_fails_in_time_and_the_next_one_works(thread: DeadlineThread, never: Callable[[], None]) -> None:
    late = thread.submit(never)
    be_patient(thread)
    assert isinstance(verdict(late), LateError), "while it hangs"
    assert thread.submit(lambda: 1).result(PATIENTLY_S) == 1


def test_a_call_behind_a_late_one_goes_on_with_a_new_thread(thread: DeadlineThread, never: Callable[[], None]) -> None:
    late = thread.submit(never)
    be_patient(thread)
    behind = thread.submit(lambda: 1)
    assert behind.result(PATIENTLY_S) == 1
    assert isinstance(verdict(late), LateError)


def test_a_call_that_never_started_fails_in_time(thread: DeadlineThread, never: Callable[[], None]) -> None:
    thread.submit(never)
    calls: list[int] = []
    together = [thread.submit(never), thread.submit(lambda: calls.append(1))]
    assert all(isinstance(verdict(future), LateError) for future in together) or calls


def test_a_result_after_the_deadline_changes_nothing(thread: DeadlineThread) -> None:
    go, returned = threading.Event(), threading.Event()

    def slow() -> int:
        go.wait(PATIENTLY_S)
        returned.set()
        return 1

    late = thread.submit(slow)
    be_patient(thread)
    assert isinstance(verdict(late), LateError)
    go.set()
    assert returned.wait(PATIENTLY_S)
    assert thread.submit(lambda: 2).result(PATIENTLY_S) == 2
    assert isinstance(verdict(late), LateError)


def test_a_cancelled_call_is_not_made(thread: DeadlineThread) -> None:
    go = threading.Event()
    calls: list[int] = []
    be_patient(thread)
    first = thread.submit(lambda: go.wait(PATIENTLY_S))
    second = thread.submit(lambda: calls.append(1))
    assert second.cancel()
    go.set()
    assert first.result(PATIENTLY_S)
    assert thread.submit(lambda: 3).result(PATIENTLY_S) == 3
    with pytest.raises(CancelledError):
        second.result(PATIENTLY_S)
    assert calls == []


def test_hanging_calls_use_a_limited_number_of_threads() -> None:
    thread = DeadlineThread("bounded", 0.02, LateError)
    over = threading.Event()
    for _ in range(12):
        assert isinstance(verdict(thread.submit(lambda: over.wait(PATIENTLY_S))), LateError)
    assert sum(running.name == "bounded" for running in threading.enumerate()) == 8
    over.set()
    for _ in range(round(PATIENTLY_S / 0.005)):
        if not any(running.name == "bounded" for running in threading.enumerate()):
            break
        time.sleep(0.005)
    be_patient(thread)
    assert thread.submit(lambda: 1).result(PATIENTLY_S) == 1
