"""A table of models: what its cells show and read out, and which rows are redrawn."""

import pytest
from pydantic import Field
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from shipconsole.domain.frozen import Frozen
from shipconsole.ui.kit.binding.model_table import LEFT, RIGHT, ROW_ROLE, Column, ModelTable


class Box(Frozen):
    """A model to show."""

    id: int
    what: str = Field(title="Contents")
    units: int = 0


COLUMNS = (
    Column[Box]("what", accessible_text=lambda box: f"Box of {box.what}"),
    Column[Box]("units", "Qty", RIGHT, is_editable=True),
    Column[Box]("units", "Left", shown=lambda box: 10 - box.units, tooltip=lambda box: f"<p>{box.what}</p>"),
)


@pytest.fixture
def table(qtbot: QtBot) -> ModelTable[Box]:
    made = ModelTable(Box, COLUMNS)
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.set_rows([Box(id=1, what="tea", units=2), Box(id=2, what="cups\u202e", units=3)])
    return made


def test_cells_show_fields_or_texts_made_of_them(table: ModelTable[Box]) -> None:
    shown = [[table.index(row, column).data() for column in range(3)] for row in range(2)]
    assert shown == [["tea", 2, 8], ["cups␣", 3, 7]], "text from outside is shown plain"


def test_titles_are_the_fields_unless_others_are_given(table: ModelTable[Box]) -> None:
    titles = [table.headerData(column, Qt.Orientation.Horizontal) for column in range(3)]
    assert titles == ["Contents", "Qty", "Left"]
    aligned = table.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert (aligned, table.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)) == (RIGHT, RIGHT)
    assert table.index(0, 0).data(Qt.ItemDataRole.TextAlignmentRole) == LEFT


def test_a_cell_has_a_text_for_screen_readers_and_a_tooltip(table: ModelTable[Box]) -> None:
    assert table.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Box of tea"
    assert table.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "2"
    assert table.index(0, 2).data(Qt.ItemDataRole.ToolTipRole) == "<p>tea</p>"
    assert table.index(0, 2).data(ROW_ROLE) == Box(id=1, what="tea", units=2)


def test_only_cells_of_editable_columns_can_be_edited(table: ModelTable[Box]) -> None:
    editable = [bool(table.index(0, column).flags() & Qt.ItemFlag.ItemIsEditable) for column in range(3)]
    assert editable == [False, True, False]


def test_only_changed_rows_are_redrawn_while_their_keys_stay(table: ModelTable[Box], qtbot: QtBot) -> None:
    drawn: list[int] = []
    table.dataChanged.connect(lambda first, last: drawn.append((first.row(), last.row())))
    with qtbot.assertNotEmitted(table.modelReset):
        table.set_rows([Box(id=1, what="tea", units=2), Box(id=2, what="cups", units=4)])
    assert drawn == [(1, 1)]
    with qtbot.waitSignal(table.modelReset):
        table.set_rows([Box(id=1, what="tea", units=2)])
    assert table.rowCount() == 1


def test_a_column_that_is_no_field_raises_at_once() -> None:
    with pytest.raises(AttributeError, match="weight"):
        ModelTable(Box, [Column[Box]("weight")])
