"""The form that maps a file's columns: a list to choose from for each field."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from shipconsole.domain.import_columns import (
    KINDS,
    REQUIRED,
    Columns,
    ImportField,
    ImportKind,
    fields_of,
    title_of,
)
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit.fields import Choice, FieldUnderTitle
from shipconsole.ui.kit.layout import column
from shipconsole.ui.kit.theme import Theme

FORM_PX = 270
KIND_TITLES: Mapping[ImportKind, str] = {"shipments": "import_kind.shipments", "orders": "import_kind.orders"}
"""Message ids."""


class MappingForm(QScrollArea):
    """The kind of rows, and for each field the column that holds it. Signal: edited(), by a person only."""

    edited = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin without a file."""
        super().__init__()
        self._theme = theme
        self._header: Sequence[str] = ()
        self._fields: dict[ImportField, FieldUnderTitle[Choice]] = {}
        self._kind = FieldUnderTitle(_narrow(Choice()), "import_kind", text("import_dialog.kind"), theme)
        for kind in KINDS:
            self._kind.input.addItem(text(KIND_TITLES[kind]), kind)
        self._kind.input.activated.connect(self._on_kind_chosen)
        self._content = QWidget()
        self._content.setProperty("variant", "scrolled")
        self._column = column(theme, self._kind, spacing=8, margins=(14, 12, 14, 12), parent=self._content)
        self.setObjectName("import_mapping")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(self._content)
        self.setFixedWidth(theme.tokens.px(FORM_PX))

    @property
    def kind(self) -> ImportKind:
        """The chosen kind of rows."""
        return self._kind.input.currentData()

    def show_columns(self, header: Sequence[str], columns: Columns) -> None:
        """Show a header's columns as they are mapped."""
        self._header = header
        self._kind.input.setCurrentIndex(KINDS.index(columns.kind))
        for field in self._fields.values():
            self._column.removeWidget(field)
            field.hide()
            field.deleteLater()
        self._fields = {field: self._field(field, columns.at.get(field)) for field in fields_of(columns.kind)}
        for position, field in enumerate(self._fields.values(), start=1):
            self._column.insertWidget(position, field)
        before: QWidget = self._kind.input
        for field in self._fields.values():
            QWidget.setTabOrder(before, field.input)
            before = field.input

    def columns(self) -> Columns:
        """Return the columns as they are chosen."""
        chosen = {field: shown.input.currentIndex() - 1 for field, shown in self._fields.items()}
        return Columns(self.kind, {field: position for field, position in chosen.items() if position >= 0})

    def mark(self, problems: Mapping[str, str]) -> None:
        """Show problems at their fields, and the first of them."""
        for field, shown in self._fields.items():
            shown.mark(problems.get(field.value, ""))
        for field, shown in self._fields.items():
            if field.value in problems:
                shown.input.setFocus()
                self.ensureWidgetVisible(shown)
                return

    def _field(self, field: ImportField, position: int | None) -> FieldUnderTitle[Choice]:
        choice = _narrow(Choice())
        choice.addItem(text("import_dialog.no_column"))
        choice.addItems([plain(title) for title in self._header])
        choice.setCurrentIndex(0 if position is None else position + 1)
        choice.activated.connect(self.edited)
        title = str(title_of(field))
        if field in REQUIRED[self.kind]:
            title = text("import_dialog.required", field=title)
        return FieldUnderTitle(choice, f"import_{field.value}", title, self._theme)

    def _on_kind_chosen(self) -> None:
        at = {field: shown.input.currentIndex() - 1 for field, shown in self._fields.items()}
        kept = {field: position for field, position in at.items() if position >= 0 and field in fields_of(self.kind)}
        self.show_columns(self._header, Columns(self.kind, kept))
        self.edited.emit()


def _narrow(choice: Choice) -> Choice:
    """Return a list that takes the width of its form, however long a title is."""
    choice.setMinimumContentsLength(4)
    choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return choice
