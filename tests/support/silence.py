"""Fail a test that makes noise it did not announce.

Noise is a log record of WARNING or above, a Qt message, a warning, an exception that nobody caught (in a
slot, a thread, a destructor), and a call to another computer. pytest fails for warnings, threads and
destructors, pytest-qt for slots and for Qt messages until the test has ended; the rest is seen to here.
A test announces what it means to provoke:

    with expected_noise(r"no such table"):
        ...
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Protocol

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from tests.support.loopback import take_outside


class ExpectedNoise(Protocol):
    """Takes patterns and gives a block in which each must be heard and nothing else may be."""

    def __call__(self, *patterns: str) -> AbstractContextManager[list[str]]: ...


class QtLog(Protocol):
    """The part of pytest-qt's `qtlog` that is needed here."""

    def disabled(self) -> AbstractContextManager[None]: ...


class _Ear(logging.Handler):
    """Notes what is logged at WARNING or above."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        text = f"log {record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info))
        self._heard.append(text)


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect log records and calls to other computers while the block runs."""
    heard: list[str] = []
    ear = _Ear(heard)
    logging.getLogger().addHandler(ear)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(ear)
        heard += [f"call to another computer: {host}" for host in take_outside()]


@contextmanager
def qt_messages_into(heard: list[str]) -> Iterator[None]:
    """Collect Qt's messages while the block runs."""

    def note(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
        heard.append(f"Qt {kind.name}: {message}")

    before = qInstallMessageHandler(note)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


@contextmanager
def uncaught_into(heard: list[str]) -> Iterator[None]:
    """Collect the exceptions that nobody caught while the block runs."""

    def note(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        heard.append("uncaught: " + "".join(traceback.format_exception(kind, value, trace)))

    def note_thread(args: threading.ExceptHookArgs) -> None:
        heard.append("uncaught in a thread: " + "".join(traceback.format_exception(args.exc_value)))

    def note_unraisable(args: "sys.UnraisableHookArgs") -> None:
        heard.append("uncaught in a destructor: " + "".join(traceback.format_exception(args.exc_value)))

    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = note, note_thread, note_unraisable
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


@pytest.fixture
def expected_noise(request: pytest.FixtureRequest) -> ExpectedNoise:
    """Return a block in which noise is announced: `with expected_noise("pattern", ...) as heard:`.

    Each pattern must be found in something heard, and each thing heard must hold one of the patterns.
    """
    qtlog: QtLog = request.getfixturevalue("qtlog")
    hidden: Callable[[], AbstractContextManager[None]] = (
        qtlog.disabled if hasattr(request.node, "qt_log_capture") else nullcontext
    )

    @contextmanager
    def block(*patterns: str) -> Iterator[list[str]]:
        root = logging.getLogger()
        outer = [handler for handler in root.handlers if isinstance(handler, _Ear)]
        for handler in outer:
            root.removeHandler(handler)
        try:
            with listening() as heard, hidden(), qt_messages_into(heard), uncaught_into(heard):
                yield heard
        finally:
            for handler in outer:
                root.addHandler(handler)
        unheard = [pattern for pattern in patterns if not any(re.search(pattern, text) for text in heard)]
        unannounced = [text for text in heard if not any(re.search(pattern, text) for pattern in patterns)]
        assert not unheard, f"expected noise was not heard: {unheard}"
        assert not unannounced, "noise that was not announced:\n" + "\n".join(unannounced)

    return block


def _fail_if_heard(heard: list[str]) -> None:
    if heard:
        pytest.fail("noise that was not announced:\n" + "\n".join(heard), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Listen while fixtures are made."""
    with listening() as heard:
        yield
    _fail_if_heard(heard)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Listen while the test runs."""
    with listening() as heard:
        yield
    _fail_if_heard(heard)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Listen while fixtures are taken down, to Qt as well, which pytest-qt no longer does by then."""
    with listening() as heard, qt_messages_into(heard):
        yield
    # What a test's marks have pytest-qt pass over is passed over here too.
    let_be = [pattern for mark in item.iter_markers("qt_log_ignore") for pattern in mark.args]
    _fail_if_heard([text for text in heard if not any(re.search(pattern, _said_by_qt(text)) for pattern in let_be)])


def _said_by_qt(text: str) -> str:
    """Qt's own words in what was heard; empty where it was no message of Qt's."""
    return text.partition(": ")[2] if text.startswith("Qt ") else ""
