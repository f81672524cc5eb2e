"""One connection's page: what it last said of the order, and its fields."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.domain.field import FieldPath
from shipconsole.messages import text
from shipconsole.operations.importing.platform_drift import VendorChanged
from shipconsole.operations.vendor_orders.edit import Section
from shipconsole.operations.worker import Call
from shipconsole.ui.dialogs.call_details import changed_words
from shipconsole.ui.dialogs.fields.edits import Edits
from shipconsole.ui.dialogs.fields.form import FieldsForm
from shipconsole.ui.kit import strings as window_words
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme

CALLS_SHOWN = 3

Changes = Mapping[int, tuple[VendorChanged, ...]]
NO_CHANGES: Changes = {}


class FieldsPage(QWidget):
    """A page of the dialog. Signal: edited(), whenever what is changed here may be another."""

    edited = Signal()

    def __init__(self, section: Section, calls: Sequence[Call], theme: Theme, changes: Changes = NO_CHANGES) -> None:
        """Show the fields that matter."""
        super().__init__()
        self._theme = theme
        self._everything = False
        self._wanted = ""
        self._changes = changes
        self.section = section
        self.edits = Edits(section, calls)
        self.form = FieldsForm(self.edits, theme)
        self.form.edited.connect(self.edited)
        self.form.add_requested.connect(self._on_add_requested)
        self.form.remove_requested.connect(self._on_remove_requested)
        self.form.restore_requested.connect(self._on_restore_requested)
        px = theme.tokens.px
        self._note = kit.label("", "secondary")
        self._note.setObjectName("takes_no_changes")
        self._note.setContentsMargins(px(16), 0, px(16), 0)
        self._note.setWordWrap(True)
        self._said = QWidget()
        self._said.setObjectName("last_said")
        self._said_column = QVBoxLayout(self._said)
        self._said_column.setContentsMargins(px(16), 0, px(16), 0)
        self._said_column.setSpacing(px(4))
        self._line = QFrame()
        self._line.setProperty("variant", "line")
        self._line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, px(12), 1, 1)
        column.setSpacing(px(6))
        column.addWidget(self._note)
        column.addWidget(self._said)
        column.addSpacing(px(4))
        column.addWidget(self._line)
        column.addWidget(self.form, 1)
        self._show_head()

    def look_again(self, section: Section, calls: Sequence[Call], changes: Changes = NO_CHANGES) -> None:
        """Take what is known now; what was typed stays."""
        self.section = section
        self._changes = changes
        self.edits.look_again(section, calls)
        self.form.take()
        self._show_head()
        self.form.show_fields(everything=self._everything, wanted=self._wanted)

    def show_fields(self, *, everything: bool, wanted: str) -> None:
        """Show the fields that a text finds, or all, or those that matter."""
        self._everything, self._wanted = everything, wanted
        self.form.show_fields(everything=everything, wanted=wanted)

    def texts_said(self) -> list[str]:
        """What stands above the fields of the platform's answers."""
        return [said.text() for said in self._said.findChildren(QLabel, "said")]

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
        self.form.take()
        self.form.show_fields(everything=self._everything, wanted=self._wanted)
        self.edited.emit()

    def _show_head(self) -> None:
        name = self.section.connection.name
        self._note.setText(kit.plain(text("fields.read_only_connection", connection=name)))
        self._note.setVisible(not self.section.may_change)
        while (item := self._said_column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        calls = _worth_saying(self.edits.calls)
        for call in calls:
            self._said_column.addWidget(_call_line(call, self._theme))
            for one in self._changes.get(call.id, ()):
                changed = kit.label(changed_words(call.connection, one), "", "wait")
                changed.setObjectName("vendor_changed")
                changed.setWordWrap(True)
                self._said_column.addWidget(changed)
        self._said.setVisible(bool(calls))
        self._line.setVisible(bool(calls) or not self.section.may_change)


def _worth_saying(calls: Sequence[Call]) -> list[Call]:
    """The call told last, and before it those that need a person; newest first."""
    live = [call for call in reversed(calls) if call.state not in ("superseded", "cancelled")]
    return [call for place, call in enumerate(live) if place == 0 or call.state in NEEDS_ATTENTION][:CALLS_SHOWN]


def _last_said(call: Call) -> str:
    """Return what an update was about, how it stands, and the platform's own message."""
    stands = window_words.call_state(call.state, due_at_ms=call.due_at_ms, changed_at_ms=call.changed_at_ms)
    message = str(call.message) if window_words.CALL_STATES[call.state].joint else ""
    parts = (str(call.summary), stands, window_words.quoted(message) if message else "")
    return " · ".join(part for part in parts if part)


def _call_line(call: Call, theme: Theme) -> QWidget:
    known = window_words.CALL_STATES[call.state]
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.tokens.px(8))
    said = kit.label(
        _last_said(call),
        "secondary",
    )
    said.setObjectName("said")
    said.setWordWrap(True)
    said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    row.addWidget(kit.badge(known.word, known.tone), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(said, 1)
    return line
