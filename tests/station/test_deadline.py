"""Calls that hang, calls that wait behind them, and the verdict in time."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future

import pytest

from shipconsole.station.deadline import DeadlineThread

DEADLINE_S = 0.4


class LateError(Exception):
    """What a late call fails with in these tests."""


@pytest.fixture
def thread() -> DeadlineThread:
    return DeadlineThread("tested", DEADLINE_S, LateError)


@pytest.fixture
def never() -> Iterator[Callable[[], None]]:
    """A call that hangs until the test is over."""
    over = threading.Event()

    def hang() -> None:
        over.wait(20)

    yield hang
    over.set()


def verdict(future: "Future[object]") -> BaseException | None:
    return future.exception(5)


def test_calls_run_in_order_on_a_thread_of_that_name(thread: DeadlineThread) -> None:
    futures = [thread.submit(lambda n=n: (n, threading.current_thread().name)) for n in range(20)]
    assert [future.result(20) for future in futures] == [(n, "tested") for n in range(20)]


def test_an_error_reaches_the_one_who_asked(thread: DeadlineThread) -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        thread.submit(fail).result(20)
    assert thread.submit(lambda: 1).result(20) == 1


def test_a_late_call_fails_in_time_and_the_next_one_works(thread: DeadlineThread, never: Callable[[], None]) -> None:
    began_s = time.monotonic()
    late = thread.submit(never)
    assert time.monotonic() - began_s < DEADLINE_S / 2
    assert isinstance(verdict(late), LateError)
    assert DEADLINE_S <= time.monotonic() - began_s < DEADLINE_S + 2
    assert thread.submit(lambda: 1).result(20) == 1


def test_a_call_behind_a_late_one_goes_on_with_a_new_thread(thread: DeadlineThread, never: Callable[[], None]) -> None:
    late = thread.submit(never)
    time.sleep(DEADLINE_S / 2)
    behind = thread.submit(lambda: 1)
    assert behind.result(20) == 1
    assert late.done()


def test_a_call_that_never_had_its_turn_fails_in_time_too(thread: DeadlineThread, never: Callable[[], None]) -> None:
    thread.submit(never)
    did: list[int] = []
    together = [thread.submit(never), thread.submit(lambda: did.append(1))]
    began_s = time.monotonic()
    assert all(isinstance(verdict(future), LateError) for future in together) or did
    assert time.monotonic() - began_s < DEADLINE_S + 2


def test_an_answer_that_comes_after_the_verdict_changes_nothing(thread: DeadlineThread) -> None:
    go, came = threading.Event(), threading.Event()

    def slow() -> int:
        go.wait(5)
        came.set()
        return 1

    late = thread.submit(slow)
    assert isinstance(verdict(late), LateError)
    go.set()
    assert came.wait(5)
    assert thread.submit(lambda: 2).result(20) == 2
    assert isinstance(verdict(late), LateError)


def test_a_cancelled_call_is_not_made(thread: DeadlineThread) -> None:
    go = threading.Event()
    did: list[int] = []
    first = thread.submit(lambda: go.wait(5))
    second = thread.submit(lambda: did.append(1))
    assert second.cancel()
    go.set()
    assert first.result(20)
    assert thread.submit(lambda: 3).result(20) == 3
    with pytest.raises(CancelledError):
        second.result(20)
    assert did == []


def test_hanging_calls_do_not_gather_threads_without_end_and_all_is_well_when_they_return() -> None:
    thread = DeadlineThread("bounded", 0.02, LateError)
    over = threading.Event()
    for _ in range(12):
        assert isinstance(verdict(thread.submit(lambda: over.wait(20))), LateError)
    assert sum(one.name == "bounded" for one in threading.enumerate()) == 8
    over.set()
    until_s = time.monotonic() + 5
    while any(one.name == "bounded" for one in threading.enumerate()) and time.monotonic() < until_s:
        time.sleep(0.005)
    assert thread.submit(lambda: 1).result(20) == 1
