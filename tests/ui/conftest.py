"""Fixtures of all tests of the window."""

import asyncio
import gc
import itertools
from collections.abc import Awaitable, Callable, Generator, Iterator
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
import pytestqt.plugin
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QLayout, QLayoutItem, QWidget
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from shipconsole.station.resources import resource
from shipconsole.ui.kit.layout_items import fix_layouts
from shipconsole.ui.kit.theme import load_fonts

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ignore what the offscreen platform logs about itself; every other message still fails a test."""
    cannot = r"^This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(cannot, extend=True))


class LoopThatEnds(QEventLoop):
    """Ends exactly with its future: qasync's own runs Qt once more, when timers find no running loop."""

    def run_until_complete(self, future: Awaitable[Any]) -> Any:
        """Run until the future is done."""
        task = asyncio.ensure_future(future, loop=self)

        def stop(_: object) -> None:
            self.stop()

        task.add_done_callback(stop)
        try:
            while not task.done():  # an earlier stop may end a run
                self.run_forever()
        finally:
            task.remove_done_callback(stop)
        return task.result()


@pytest.fixture(scope="session")
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Callable[[], Any]]]:
    """Run async tests on the window's kind of event loop."""

    def on_qt() -> QEventLoop:
        return LoopThatEnds(qapp)

    return "asyncio", {"loop_factory": on_qt}


@pytest.fixture(autouse=True)
def nothing_happens_while_no_loop_runs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the window of an async test with the test's event loop alone, as the program does.

    Between a test and its fixtures pytest-qt runs Qt without the loop: a timer that expires then would start a
    coroutine without one.
    """
    if iscoroutinefunction(request.function):
        monkeypatch.setattr(pytestqt.plugin, "_process_events", lambda: None)


class LateClosingBot(QtBot):
    """Closes its widgets after the fixtures that use them have ended; pytest-qt itself does so before."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        super().__init__(request)
        self._widgets: list[QWidget] = []

    def addWidget(self, widget: QWidget, **_: object) -> None:
        """Register a widget to be closed at the end of the test."""
        self._widgets.append(widget)

    def close_all(self) -> None:
        """Close and delete the widgets that are left, the last first."""
        while self._widgets:
            widget = self._widgets.pop()
            if shiboken6.isValid(widget):
                widget.close()
                widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session", autouse=True)
def fixed_layouts() -> None:
    """Fix layouts as the program does before its first window."""
    fix_layouts()


@pytest.fixture(scope="session")
def default_theme(qapp: QApplication) -> tuple[QFont, QPalette]:
    """Load every font, so that widths do not depend on the order of tests; return the default font and palette."""
    load_fonts(sorted(file.name for file in resource("fonts").glob("*.otf")))
    return qapp.font(), qapp.palette()


@pytest.fixture(autouse=True)
def default_theme_again(qapp: QApplication, default_theme: tuple[QFont, QPalette]) -> Iterator[None]:
    """Reset the style sheet, font, and palette of the program after each test."""
    yield
    font, palette = default_theme
    if qapp.styleSheet():
        qapp.setStyleSheet("")
    if qapp.font() != font:
        qapp.setFont(font)
    if qapp.palette() != palette:
        qapp.setPalette(palette)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[QtBot]:
    """Return a Qt bot whose windows stay open until the fixtures that use them have ended."""
    bot = LateClosingBot(request)
    yield bot
    bot.close_all()


@pytest.fixture(scope="session", autouse=True)
def rounds() -> Iterator["itertools.count[int]"]:
    """Disable Python's own garbage collection: it runs on any thread, and deleting a widget there crashes."""
    gc.disable()
    yield itertools.count(1)
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def collected_on_this_thread(rounds: "itertools.count[int]") -> Iterator[None]:
    """Collect garbage after each test on the GUI thread, as the program does."""
    yield
    gc.collect(1 if next(rounds) % 25 else 2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """Fail a test whose windows, still open, keep wrappers of layout items.

    PySide keeps the wrapper of what `QLayout.itemAt` returns even when Qt has deleted it. A later object at the same
    address is then taken for it, and deleting that object ends the program.
    """
    yield
    assert items_left() == []


def items_left() -> list[str]:
    """Return the kinds of layout items of which Python has a wrapper."""
    wrappers = shiboken6.getAllValidWrappers()
    return [type(each).__name__ for each in wrappers if isinstance(each, QLayoutItem) and not isinstance(each, QLayout)]
