"""The page of one connection: its last updates of the order, and its fields."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION, Call
from shipconsole.domain.field import FieldPath
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.importing.platform_drift import PlatformDrift
from shipconsole.operations.vendor_orders.edit import Section
from shipconsole.ui.dialogs.call_details import change_text
from shipconsole.ui.dialogs.fields.edits import Edits
from shipconsole.ui.dialogs.fields.form import FieldsForm
from shipconsole.ui.kit import strings, widgets
from shipconsole.ui.kit.layout import TOP, column, row, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.theme import Theme

UPDATES_SHOWN = 3

Changes = Mapping[int, tuple[PlatformDrift, ...]]
"""What platforms changed in values that were sent, by the ID of the update."""
NO_CHANGES: Changes = {}


class FieldsPage(QWidget):
    """A page of the dialog. Signal: edited(), when the unsaved changes may have changed."""

    edited = Signal()

    def __init__(self, section: Section, calls: Sequence[Call], theme: Theme, changes: Changes = NO_CHANGES) -> None:
        """Show the basic fields."""
        super().__init__()
        self._theme = theme
        self._show_all = False
        self._find = ""
        self._changes = changes
        self.section = section
        self.edits = Edits(section, calls)
        self.form = FieldsForm(self.edits, theme)
        self.form.edited.connect(self.edited)
        self.form.add_requested.connect(self._on_add_requested)
        self.form.remove_requested.connect(self._on_remove_requested)
        self.form.restore_requested.connect(self._on_restore_requested)
        self._note = wrapped("", "secondary", name="read_only_note")
        self._note.setContentsMargins(theme.tokens.px(16), 0, theme.tokens.px(16), 0)
        self._updates = QWidget()
        self._updates.setObjectName("last_updates")
        self._updates_column = column(theme, spacing=4, margins=(16, 0, 16, 0), parent=self._updates)
        self._line = QFrame()
        self._line.setProperty("variant", "line")
        self._line.setFixedHeight(1)
        main = column(theme, self._note, self._updates, spacing=6, margins=(1, 12, 1, 1), parent=self)
        main.addSpacing(theme.tokens.px(4))
        main.addWidget(self._line)
        main.addWidget(self.form, 1)
        self._show_head()

    def refresh(self, section: Section, calls: Sequence[Call], changes: Changes = NO_CHANGES) -> None:
        """Show the platform's current values and updates; unsaved input stays."""
        self.section = section
        self._changes = changes
        self.edits.refresh(section, calls)
        self.form.refresh()
        self._show_head()
        self.form.show_fields(show_all=self._show_all, find=self._find)

    def show_fields(self, *, show_all: bool, find: str) -> None:
        """Show the fields that match a search, or all of them, or the basic ones."""
        self._show_all, self._find = show_all, find
        self.form.show_fields(show_all=show_all, find=find)

    def update_texts(self) -> list[str]:
        """Return the texts of the updates above the fields."""
        labels = self._updates.findChildren(QLabel, "update_text")
        return [label.text() for label in labels if label.isVisibleTo(self._updates)]

    def _on_add_requested(self, where: FieldPath, name: str) -> None:
        entry = self.edits.add(where, name)
        self._show_groups()
        self.form.go_into(entry)

    def _on_remove_requested(self, entry: FieldPath) -> None:
        self.edits.remove(entry)
        self._show_groups()
        self.form.go_beside(entry)

    def _on_restore_requested(self, entry: FieldPath) -> None:
        self.edits.restore(entry)
        self._show_groups()
        self.form.go_beside(entry)

    def _show_groups(self) -> None:
        self.form.refresh()
        self.form.show_fields(show_all=self._show_all, find=self._find)
        self.edited.emit()

    def _show_head(self) -> None:
        name = self.section.connection.name
        self._note.setText(plain(text("fields.read_only_connection", connection=name)))
        self._note.setVisible(not self.section.may_change)
        clear(self._updates_column)
        calls = _shown_updates(self.edits.calls)
        for call in calls:
            self._updates_column.addWidget(_update_line(call, self._theme))
            for change in self._changes.get(call.id, ()):
                label = wrapped(change_text(call.connection, change), "", "wait", name="vendor_changed")
                self._updates_column.addWidget(label)
        self._updates.setVisible(bool(calls))
        self._line.setVisible(bool(calls) or not self.section.may_change)


def _shown_updates(calls: Sequence[Call]) -> list[Call]:
    """Return the last update, and before it those that need attention; newest first."""
    live = [call for call in reversed(calls) if call.state not in ("superseded", "cancelled")]
    return [*live[:1], *(call for call in live[1:] if call.state in NEEDS_ATTENTION)][:UPDATES_SHOWN]


def _update_text(call: Call) -> str:
    """Return what an update is about, its state, and the platform's own message."""
    state = strings.call_state(call.state, due_at_ms=call.due_at_ms, changed_at_ms=call.changed_at_ms)
    message = str(call.message) if strings.CALL_LABELS[call.state].joint else ""
    parts = (str(call.summary), state, strings.quoted(message) if message else "")
    return " · ".join(part for part in parts if part)


def _update_line(call: Call, theme: Theme) -> QWidget:
    known = strings.CALL_LABELS[call.state]
    line = QWidget()
    label = wrapped(_update_text(call), "secondary", name="update_text", selectable=True)
    row(theme, (widgets.badge(known.label, known.severity), 0, TOP), (label, 1), spacing=8, parent=line)
    return line
