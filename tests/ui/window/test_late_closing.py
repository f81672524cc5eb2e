"""A test's window stays open until the fixtures that use it have ended."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


@pytest.fixture
async def dialog(qtbot: QtBot) -> AsyncGenerator[QWidget]:
    """A child of a window, used after the test is over."""
    window = QWidget()
    qtbot.addWidget(window)
    part = QWidget(window)
    window.show()
    yield part
    await asyncio.sleep(0)
    assert part.isVisible()


async def test_a_fixture_may_use_a_window_after_its_test(dialog: QWidget) -> None:
    assert dialog.isVisible()
