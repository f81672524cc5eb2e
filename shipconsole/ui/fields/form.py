"""The fields of one connection in a column: those that matter first, all on demand, or those that a text finds."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from shipconsole.domain.field import FieldPath
from shipconsole.ui import look as looks
from shipconsole.ui import words
from shipconsole.ui.fields.edits import Edits
from shipconsole.ui.fields.groups import Entry, Group
from shipconsole.ui.fields.row import FieldRow
from shipconsole.ui.look import Look


class FieldsForm(QScrollArea):
    """Rows under headings. Signal: edited(), after what was typed is taken in."""

    edited = Signal()

    def __init__(self, groups: Sequence[Group], edits: Edits, look: Look) -> None:
        """Begin without rows; `show_fields` makes those that are wanted."""
        super().__init__()
        self._edits = edits
        self._look = look
        self._refusals: Mapping[FieldPath, str] = {}
        self.rows: dict[FieldPath, FieldRow] = {}
        px = look.tokens.px
        self._content = QWidget()
        self._content.setProperty("look", "scrolled")
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(px(16), px(2), px(10), px(14))
        self._column.setSpacing(0)
        self._nothing = looks.label("", "secondary")
        self._nothing.setObjectName("nothing_found")
        self._nothing.hide()
        self._column.addWidget(self._nothing)
        self._parts: list[_Part] = []
        self._groups: tuple[Group, ...] = ()
        self._column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._content)
        self.take(groups)

    def take(self, groups: Sequence[Group]) -> None:
        """Show other values; the rows stay where the fields are the same, and with them the cursor."""
        if [_shape(one) for one in groups] != [_shape(one) for one in self._groups]:
            for part in self._parts:
                part.hide()
                part.deleteLater()
            self.rows.clear()
            self._parts = [_Part(self._look) for _ in groups]
            for place, part in enumerate(self._parts):
                self._column.insertWidget(place, part)
        self._groups = tuple(groups)
        for part, group in zip(self._parts, groups, strict=True):
            part.show_title(group.title)

    def show_fields(self, *, everything: bool, wanted: str) -> None:
        """Show the fields that a text finds among all, or without a text all, or those that matter."""
        wanted = " ".join(wanted.casefold().split())
        self._refusals = self._edits.said()
        self._content.setUpdatesEnabled(False)
        for part, group in zip(self._parts, self._groups, strict=True):
            in_title = bool(wanted) and wanted in group.title.casefold()
            told = any(entry.text for entry in group.entries)
            shown = {
                entry.path
                for entry in group.entries
                if in_title or self._is_shown(entry, wanted, everything=everything, matters=told)
            }
            self._show_part(part, group, shown)
        none = not any(part.isVisibleTo(self._content) for part in self._parts)
        self._nothing.setText(looks.plain(words.no_field(wanted)))
        self._nothing.setVisible(none)
        self._content.setUpdatesEnabled(True)
        self.show_state()

    def show_state(self) -> None:
        """Fill every row and mark what is changed or wrong."""
        self._refusals = self._edits.said()
        for path in self.rows:
            self._show_row(path)

    def go_to(self, path: FieldPath) -> None:
        """Put the cursor in a field that is shown."""
        row = self.rows.get(path)
        if row is not None:
            row.input.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(row)

    def first(self) -> FieldPath | None:
        """The first field that is shown and can be changed, else the first shown."""
        shown = [entry for group in self._groups for entry in group.entries if self._is_seen(entry.path)]
        return next((one.path for one in shown if one.may_change), shown[0].path if shown else None)

    def _is_shown(self, entry: Entry, wanted: str, *, everything: bool, matters: bool) -> bool:
        """Whether a field is to be seen; a part of which the vendor has nothing at all does not matter by itself."""
        if wanted:
            return entry.found_by(wanted)
        marked = self._edits.is_changed(entry.path) or entry.path in self._refusals
        return everything or marked or (matters and entry.field.basic and (entry.may_change or bool(entry.text)))

    def _is_seen(self, path: FieldPath) -> bool:
        row = self.rows.get(path)
        return row is not None and row.isVisibleTo(self._content)

    def _show_part(self, part: "_Part", group: Group, shown: set[FieldPath]) -> None:
        place = 0
        for entry in group.entries:
            row = self.rows.get(entry.path)
            if row is None and entry.path in shown:
                row = self._make_row(part, entry)
                part.put(place, row)
            if row is not None:
                row.setVisible(entry.path in shown)
                place += 1
        part.setVisible(bool(shown))

    def _make_row(self, part: QWidget, entry: Entry) -> FieldRow:
        row = FieldRow(part, entry, self._look)
        row.typed.connect(self._on_typed)
        row.undo_asked.connect(self._on_undo_asked)
        self.rows[entry.path] = row
        return row

    def _show_row(self, path: FieldPath) -> None:
        edits, row = self._edits, self.rows[path]
        row.show_text(edits.text(path))
        row.show_state(
            changed=edits.is_changed(path),
            told=edits.is_told(path),
            was=edits.has(path),
            wrong=edits.wrong(path) or self._refusals.get(path, ""),
        )

    def _on_typed(self, path: FieldPath, text: str) -> None:
        self._edits.type(path, text)
        self._show_row(path)
        self.edited.emit()

    def _on_undo_asked(self, path: FieldPath) -> None:
        self._edits.undo(path)
        self._show_row(path)
        self.edited.emit()


class _Part(QWidget):
    """A heading and its rows."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        px = look.tokens.px
        self._title = looks.label("", "heading")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, px(14), 0, px(4))
        self._rows.setSpacing(0)
        self._rows.addWidget(self._title)
        self._rows.addSpacing(px(3))

    def show_title(self, title: str) -> None:
        self._title.setText(looks.plain(title))

    def put(self, place: int, row: FieldRow) -> None:
        self._rows.insertWidget(2 + place, row)


def _shape(group: Group) -> list[tuple[FieldPath, bool]]:
    """What a group's rows are made of, apart from the values."""
    return [(entry.path, entry.may_change) for entry in group.entries]
