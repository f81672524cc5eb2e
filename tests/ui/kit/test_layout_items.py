"""No wrapper of a layout's item is left, since deleting a list with one in its place ends the program."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit.flow_layout import FlowLayout
from shipconsole.ui.kit.layout_items import parts_of
from shipconsole.ui.kit.screen_fit import fit_to_screen
from tests.ui.conftest import items_left

ROOT = Path(__file__).parents[3]
# Gives items of lists the addresses of items of layouts. PySide 6.11.3 alone ends here each time.
SCRIPT = """
import shiboken6
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from shipconsole.ui.kit.layout_items import fix_layouts

app = QApplication([])
fix_layouts()
window = QWidget()
column = QVBoxLayout(window)
for _ in range(30):
    labels = [QLabel("") for _ in range(50)]
    row = QHBoxLayout()
    for label in labels:
        row.addWidget(label)
    column.addLayout(row)
    for label in labels:
        shiboken6.delete(label)
    shown = QListWidget()
    for _ in range(200):
        item = QListWidgetItem("")
        shown.addItem(item)
    del item
    shiboken6.delete(shown)
print("at its end")
"""


def test_deleting_a_list_after_the_widgets_of_a_row_does_not_end_the_program() -> None:
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "at its end\n"), done.stderr


@pytest.mark.parametrize(
    "put",
    [
        lambda outer, inner: outer.addLayout(inner),
        lambda outer, inner: outer.addLayout(inner, 2),
        lambda outer, inner: outer.insertLayout(0, inner),
    ],
)
def test_the_items_of_a_layout_in_another_are_forgotten(
    qtbot: QtBot, put: Callable[[QBoxLayout, QBoxLayout], object]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    innermost, inner = QVBoxLayout(), QHBoxLayout()
    innermost.addWidget(QLabel("One"))
    inner.addWidget(QLabel("Two"))
    inner.addStretch(1)
    inner.addLayout(innermost)
    put(QVBoxLayout(window), inner)
    assert items_left() == []
    assert inner.count() == 3
    assert sorted(label.text() for label in window.findChildren(QLabel)) == ["One", "Two"]


def test_the_parts_of_a_layout_are_in_their_order(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    last, first, outside, inner = QLabel("last", window), QLabel("first", window), QLabel("", window), QVBoxLayout()
    row = QHBoxLayout(window)
    row.addWidget(last)
    row.insertLayout(0, inner)
    row.insertStretch(1)
    row.insertWidget(0, first)
    assert parts_of(row) == [first, inner, last]
    assert outside not in parts_of(row)


def test_a_folded_row_and_what_scrolls_leave_no_items(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    column = QVBoxLayout(dialog)
    row = QHBoxLayout()
    for number in range(30):
        row.addWidget(QPushButton(f"Button {number}"))
    column.addLayout(row)
    column.addStretch(1)
    for number in range(60):
        column.addWidget(QLabel(f"Line {number}"))
    column.addWidget(QPushButton("Close"))
    dialog.show()
    fit_to_screen(dialog)
    assert dialog.property("scrolls") is True
    assert dialog.findChild(FlowLayout) is not None
    assert items_left() == []


@pytest.mark.parametrize(("is_right", "lefts"), [(False, [0, 108, 0]), (True, [42, 150, 150])])
def test_a_flow_goes_on_in_the_next_line_without_hidden_widgets(qtbot: QtBot, is_right: bool, lefts: list[int]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    flow = FlowLayout(window, is_right=is_right)
    parts = [QWidget() for _ in range(4)]
    for part in parts:
        part.setFixedSize(100, 20)
        flow.addWidget(part)
    hidden = parts.pop(1)
    hidden.hide()
    window.resize(250, 80)
    window.show()
    assert [part.x() for part in parts] == lefts
    assert [part.y() for part in parts] == [0, 0, 28]
    assert (flow.heightForWidth(250), flow.minimumHeightForWidth(1_000)) == (48, 20)
    assert (flow.minimumSize().width(), flow.sizeHint().width()) == (100, 316)
