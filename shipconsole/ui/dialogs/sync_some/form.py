"""The filters of one connection as a form: a row for each, checked as it is typed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.field import Field, FieldPath, check
from shipconsole.operations.importing import import_orders
from shipconsole.ui.dialogs.fields.groups import Entry
from shipconsole.ui.dialogs.fields.row import FieldRow
from shipconsole.ui.kit.theme import Theme


class FiltersForm(QScrollArea):
    """The form of a connection. Signal: edited(), for what a person typed."""

    edited = Signal()

    def __init__(self, connection: Connection, theme: Theme) -> None:
        """Begin with every filter empty."""
        super().__init__()
        self.connection = connection
        self.rows: dict[FieldPath, FieldRow] = {}
        self._fields: dict[FieldPath, Field] = {}
        px = theme.tokens.px
        content = QWidget()
        content.setProperty("variant", "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(0)
        for field in import_orders.filters_of(connection):
            row = FieldRow(content, Entry(field.path, field, "", may_change=True), theme)
            row.typed.connect(self._on_typed)
            column.addWidget(row)
            self.rows[field.path] = row
            self._fields[field.path] = field
        column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(content)

    def filters(self) -> dict[str, str]:
        """The texts of the filters that are filled in, by name."""
        return {".".join(path): row.text() for path, row in self.rows.items() if row.text().strip()}

    def first_wrong(self) -> FieldPath | None:
        """The first filter whose text will not do."""
        return next((path for path, row in self.rows.items() if row.trouble()), None)

    def go_to(self, path: FieldPath | None = None) -> None:
        """Put the cursor in a filter, or in the first one."""
        row = self.rows.get(path) if path else next(iter(self.rows.values()), None)
        if row is not None:
            row.input.setFocus()
            self.ensureWidgetVisible(row)

    def mark(self, path: FieldPath, wrong: str) -> None:
        """Say at a filter what is wrong with it."""
        row = self.rows.get(path)
        if row is not None:
            row.show_state(changed=False, told=False, was="", wrong=wrong)

    def _on_typed(self, path: FieldPath, text: str) -> None:
        problem = check(self._fields[path], text)
        self.mark(path, str(problem.message) if problem else "")
        self.edited.emit()
