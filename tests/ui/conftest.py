"""What all tests of the window share."""

import gc
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets the screen that is not there say what it cannot do; every other message still fails."""
    cannot = r"^This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(cannot, extend=True))


@pytest.fixture(scope="session")
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Callable[[], Any]]]:
    """Runs async tests on the loop that the window has."""

    def on_qt() -> QEventLoop:
        return QEventLoop(qapp)

    return "asyncio", {"loop_factory": on_qt}


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
