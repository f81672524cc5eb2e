"""The look of tables that are only read: whole rows, no grid, no headers of rows."""

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from shipconsole.ui.kit.theme import Theme

ROW_PX = 30
"""The height of a row of text, at 100 %."""
TALL_ROW_PX = 36
"""The height of a row that a person chooses from a short list."""


def table_view(
    theme: Theme,
    name: str,
    title: str,
    model: QAbstractTableModel,
    view: QTableView | None = None,
    *,
    row: int = ROW_PX,
) -> QTableView:
    """Return a view of a table that is only read, a new one or this; `row` is the height of a row at 100 %."""
    made = view or QTableView()
    made.setObjectName(name)
    made.setAccessibleName(title)
    made.setModel(model)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setTabKeyNavigation(False)
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.setFrameShape(QTableView.Shape.NoFrame)
    made.verticalHeader().hide()
    made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    made.verticalHeader().setDefaultSectionSize(theme.tokens.px(row))
    header = made.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    return made
