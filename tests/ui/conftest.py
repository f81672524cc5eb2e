"""What all tests of the window share."""

import asyncio
import gc
import itertools
from collections.abc import Awaitable, Callable, Iterator
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
import pytestqt.plugin
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from shipconsole.station.resources import resource
from shipconsole.ui.kit.theme import load_fonts

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets the screen that is not there say what it cannot do; every other message still fails."""
    cannot = r"^This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(cannot, extend=True))


class LoopThatEnds(QEventLoop):
    """qasync's own lets Qt go on for a round when it has ended: what a timer starts in that finds no loop."""

    def run_until_complete(self, future: Awaitable[Any]) -> Any:
        """Run until it is done and not a moment longer."""
        whole = asyncio.ensure_future(future, loop=self)

        def stop(_: object) -> None:
            self.stop()

        whole.add_done_callback(stop)
        try:
            while not whole.done():  # Qt may end a run for a stop of before
                self.run_forever()
        finally:
            whole.remove_done_callback(stop)
        return whole.result()


@pytest.fixture(scope="session")
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Callable[[], Any]]]:
    """Runs async tests on the loop that the window has."""

    def on_qt() -> QEventLoop:
        return LoopThatEnds(qapp)

    return "asyncio", {"loop_factory": on_qt}


@pytest.fixture(autouse=True)
def nothing_happens_while_no_loop_runs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the window of an async test run with the test's loop alone, as the program's does.

    Between a test and its fixtures pytest-qt lets Qt run without it: a timer that runs out just then would start a
    coroutine that finds no loop.
    """
    if iscoroutinefunction(request.function):
        monkeypatch.setattr(pytestqt.plugin, "_process_events", lambda: None)


class LateClosingBot(QtBot):
    """Closes its widgets when the fixtures that stand on it have ended; pytest-qt itself does so before they end."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        super().__init__(request)
        self._kept: list[QWidget] = []

    def addWidget(self, widget: QWidget, **_: object) -> None:
        """Keep a widget until the end of the test."""
        self._kept.append(widget)

    def close_all(self) -> None:
        """Close and destroy what is still there, the last one first."""
        while self._kept:
            widget = self._kept.pop()
            if shiboken6.isValid(widget):
                widget.close()
                widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def bare_theme(qapp: QApplication) -> tuple[QFont, QPalette]:
    """How the program looks where nobody chose a look, with its typeface known: texts are as wide in every order."""
    load_fonts(sorted(file.name for file in resource("fonts").glob("*.otf")))
    return qapp.font(), qapp.palette()


@pytest.fixture(autouse=True)
def bare_look_again(qapp: QApplication, bare_theme: tuple[QFont, QPalette]) -> Iterator[None]:
    """Takes back what a test put on the whole program."""
    yield
    font, palette = bare_theme
    if qapp.styleSheet():
        qapp.setStyleSheet("")
    if qapp.font() != font:
        qapp.setFont(font)
    if qapp.palette() != palette:
        qapp.setPalette(palette)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[QtBot]:
    """The bot of pytest-qt; a dialog whose fixture still waits for it keeps its window under it."""
    bot = LateClosingBot(request)
    yield bot
    bot.close_all()


@pytest.fixture(scope="session", autouse=True)
def rounds() -> Iterator["itertools.count[int]"]:
    """Keeps Python from collecting by itself: it does so on any thread, and a widget destroyed there is a crash."""
    gc.disable()
    yield itertools.count(1)
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def collected_on_this_thread(rounds: "itertools.count[int]") -> Iterator[None]:
    """Collects after each test on the thread of the widgets, as the program does."""
    yield
    gc.collect(1 if next(rounds) % 25 else 2)
