"""Three columns in a wide window, tabs in a narrow one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.columns import Columns


@pytest.fixture
def columns(qtbot: QtBot) -> Columns:
    columns = Columns(QLabel("list"), Theme())
    qtbot.addWidget(columns)
    columns.resize(1280, 700)
    columns.show()
    columns.set_panels(order=QLabel("order"), tracking=QLabel("tracking"), activity=QLabel("activity"))
    return columns


def shown(columns: Columns) -> set[str]:
    return {label.text() for label in columns.findChildren(QLabel) if label.isVisible()}


def test_all_panels_are_side_by_side_where_there_is_room(columns: Columns) -> None:
    assert shown(columns) == {"list", "order", "tracking", "activity"}
    assert not columns.folded


def test_a_narrow_window_folds_the_third_column_into_tabs(qtbot: QtBot, columns: Columns) -> None:
    columns.resize(1_000, 700)
    qtbot.waitUntil(lambda: shown(columns) == {"list", "order"})
    tab = columns.findChild(QPushButton, "tab_tracking")
    assert tab is not None
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    assert shown(columns) == {"list", "tracking"}
    columns.show_panel("order")
    assert shown(columns) == {"list", "order"}
    columns.resize(1_280, 700)
    qtbot.waitUntil(lambda: shown(columns) == {"list", "order", "tracking", "activity"})


def test_widths_are_restored(qtbot: QtBot, columns: Columns) -> None:
    columns.set_sizes([500, 500, 224])
    assert columns.sizes() == [500, 500, 224]


@pytest.mark.parametrize("sizes", [[], [1, 2], [0, 0, 0], [-1, 5, 5]])
def test_widths_that_are_not_valid_change_nothing(columns: Columns, sizes: list[int]) -> None:
    before = columns.sizes()
    columns.set_sizes(sizes)
    assert columns.sizes() == before
