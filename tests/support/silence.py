"""Fail a test that makes unexpected noise.

Noise is a log record of WARNING or above, a Qt message, a warning, an uncaught exception (in a slot, a thread, or a
destructor), and a connection to another computer. pytest fails for warnings, threads, and destructors; pytest-qt for
slots and for Qt messages until the test has ended; this module for the rest. A test declares expected noise:

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
    """Takes patterns and returns a block in which each pattern must match and nothing else may occur."""

    def __call__(self, *patterns: str) -> AbstractContextManager[list[str]]: ...


class QtLog(Protocol):
    """The part of pytest-qt's `qtlog` that is needed here."""

    def disabled(self) -> AbstractContextManager[None]: ...


class _Recorder(logging.Handler):
    """Records what is logged at WARNING or above."""

    def __init__(self, noise: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard = noise

    def emit(self, record: logging.LogRecord) -> None:
        text = f"log {record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info))
        self._heard.append(text)


@contextmanager
def recording() -> Iterator[list[str]]:
    """Collect log records and connections to other computers while the block runs."""
    noise: list[str] = []
    recorder = _Recorder(noise)
    logging.getLogger().addHandler(recorder)
    try:
        yield noise
    finally:
        logging.getLogger().removeHandler(recorder)
        noise += [f"call to another computer: {host}" for host in take_outside()]


@contextmanager
def qt_messages_into(noise: list[str]) -> Iterator[None]:
    """Collect Qt's messages while the block runs."""

    def record(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
        noise.append(f"Qt {kind.name}: {message}")

    before = qInstallMessageHandler(record)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


@contextmanager
def uncaught_into(noise: list[str]) -> Iterator[None]:
    """Collect uncaught exceptions while the block runs."""

    def record(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        noise.append("uncaught: " + "".join(traceback.format_exception(kind, value, trace)))

    def record_thread(args: threading.ExceptHookArgs) -> None:
        noise.append("uncaught in a thread: " + "".join(traceback.format_exception(args.exc_value)))

    def record_unraisable(args: "sys.UnraisableHookArgs") -> None:
        noise.append("uncaught in a destructor: " + "".join(traceback.format_exception(args.exc_value)))

    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = record, record_thread, record_unraisable
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


@pytest.fixture
def expected_noise(request: pytest.FixtureRequest) -> ExpectedNoise:
    """Return a block with expected noise: `with expected_noise("pattern", ...) as noise:`.

    Each pattern must match some noise, and each noise must match one of the patterns.
    """
    qtlog: QtLog = request.getfixturevalue("qtlog")
    hidden: Callable[[], AbstractContextManager[None]] = (
        qtlog.disabled if hasattr(request.node, "qt_log_capture") else nullcontext
    )

    @contextmanager
    def block(*patterns: str) -> Iterator[list[str]]:
        root = logging.getLogger()
        outer = [handler for handler in root.handlers if isinstance(handler, _Recorder)]
        for handler in outer:
            root.removeHandler(handler)
        try:
            with recording() as noise, hidden(), qt_messages_into(noise), uncaught_into(noise):
                yield noise
        finally:
            for handler in outer:
                root.addHandler(handler)
        missing = [pattern for pattern in patterns if not any(re.search(pattern, text) for text in noise)]
        unexpected = [text for text in noise if not any(re.search(pattern, text) for pattern in patterns)]
        assert not missing, f"expected noise did not occur: {missing}"
        assert not unexpected, "unexpected noise:\n" + "\n".join(unexpected)

    return block


def _fail_on_noise(noise: list[str]) -> None:
    if noise:
        pytest.fail("unexpected noise:\n" + "\n".join(noise), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Check for noise while fixtures are set up."""
    with recording() as noise:
        yield
    _fail_on_noise(noise)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Check for noise while the test runs."""
    with recording() as noise:
        yield
    _fail_on_noise(noise)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Check for noise, Qt's too, while fixtures are torn down; pytest-qt no longer checks then."""
    with recording() as noise, qt_messages_into(noise):
        yield
    # The messages that a test's marks let pytest-qt ignore are ignored here too.
    ignored = [pattern for mark in item.iter_markers("qt_log_ignore") for pattern in mark.args]
    _fail_on_noise([text for text in noise if not any(re.search(pattern, _qt_message(text)) for pattern in ignored)])


def _qt_message(text: str) -> str:
    """Return the text of a noise that is a Qt message, or an empty text."""
    return text.partition(": ")[2] if text.startswith("Qt ") else ""
