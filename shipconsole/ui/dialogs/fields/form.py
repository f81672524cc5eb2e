"""The fields of one connection in a column: those that matter first, all on demand, or those that a text finds."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain import code
from shipconsole.domain.field import FieldPath
from shipconsole.messages import text
from shipconsole.ui.dialogs.fields.edits import Edits
from shipconsole.ui.dialogs.fields.groups import Entry, Group
from shipconsole.ui.dialogs.fields.row import FieldRow
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Elided, KeyButton, Theme


class FieldsForm(QScrollArea):
    """Rows under headings.

    Signals: edited(), after what was typed is taken in; add_requested(list path, name), the name being empty where
    entries have positions; remove_requested(entry path), restore_requested(entry path).
    """

    edited = Signal()
    add_requested = Signal(object, str)
    remove_requested = Signal(object)
    restore_requested = Signal(object)

    def __init__(self, edits: Edits, theme: Theme) -> None:
        """Begin without rows; `show_fields` makes those that are wanted."""
        super().__init__()
        self._edits = edits
        self._theme = theme
        self._refusals: Mapping[FieldPath, str] = {}
        self.rows: dict[FieldPath, FieldRow] = {}
        px = theme.tokens.px
        self._content = QWidget()
        self._content.setProperty("variant", "scrolled")
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(px(16), px(2), px(10), px(14))
        self._column.setSpacing(0)
        self._nothing = kit.label("", "secondary")
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
        self.take()

    def take(self) -> None:
        """Show what the edits have now; the rows stay where the fields are the same, and with them the cursor."""
        groups = self._edits.groups
        if [_shape(one) for one in groups] != [_shape(one) for one in self._groups]:
            for part in self._parts:
                part.hide()
                part.deleteLater()
            self.rows.clear()
            self._parts = [self._make_part(group) for group in groups]
            for place, part in enumerate(self._parts):
                self._column.insertWidget(place, part)
        self._groups = tuple(groups)
        for part, group in zip(self._parts, groups, strict=True):
            part.show_title(group.title)

    def show_fields(self, *, everything: bool, wanted: str) -> None:
        """Show the fields that a text finds among all, or without a text all, or those that matter."""
        wanted = code.search_key(wanted)
        self._refusals = self._edits.said()
        self._content.setUpdatesEnabled(False)
        for part, group in zip(self._parts, self._groups, strict=True):
            in_title = bool(wanted) and wanted in code.search_key(group.title)
            told = any(entry.text for entry in group.entries) or self._edits.is_new(group.part)
            shown = {
                entry.path
                for entry in group.entries
                if in_title or self._is_shown(entry, wanted, everything=everything, matters=told)
            }
            self._show_part(part, group, shown)
            if group.adds is not None:
                part.setVisible(bool(shown) or in_title or (not wanted and (everything or group.adds.basic)))
        none = not any(part.isVisibleTo(self._content) for part in self._parts)
        self._nothing.setText(kit.plain(_no_field(wanted)))
        self._nothing.setVisible(none)
        self._content.setUpdatesEnabled(True)
        self.show_state()
        self._chain()

    def show_state(self) -> None:
        """Fill every row and mark what is changed or wrong."""
        self._refusals = self._edits.said()
        for path in self.rows:
            self._show_row(path)
        for part, group in zip(self._parts, self._groups, strict=True):
            if group.entry_list is not None:
                part.show_entry(
                    new=self._edits.is_new(group.part),
                    removed=self._edits.is_removed(group.part),
                    told=self._edits.is_on_its_way(group.part),
                )

    def go_into(self, entry: FieldPath) -> None:
        """Put the cursor in the first field of an entry that can be changed."""
        shown = (one for group in self._groups for one in group.entries if one.path[: len(entry)] == entry)
        first = next((one.path for one in shown if one.may_change and self._is_seen(one.path)), None)
        if first is not None:
            self.go_to(first)

    def go_beside(self, entry: FieldPath) -> None:
        """Put the cursor on what can be done with an entry, or with its list where there is no such entry any more."""
        for wanted in (entry, entry[:-1]):
            for part, group in zip(self._parts, self._groups, strict=True):
                if group.part == wanted and part.go_to_button():
                    return

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
        """Whether a field is to be seen; a part of which the platform has nothing at all does not matter by itself."""
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

    def _make_part(self, group: Group) -> "_Part":
        part = _Part(group, self._theme)
        if part.add is not None:
            part.add.clicked.connect(partial(self._on_add_clicked, part, group.part))
        if part.name is not None:
            part.name.returnPressed.connect(partial(self._on_add_clicked, part, group.part))
        if part.remove is not None:
            part.remove.clicked.connect(partial(self._on_remove_clicked, group.part))
        return part

    def _chain(self) -> None:
        """Let Tab go from top to bottom: headings are made before the rows, and rows when they are first shown."""
        stops: list[QWidget] = []
        for part, group in zip(self._parts, self._groups, strict=True):
            stops += part.stops()
            for entry in group.entries:
                row = self.rows.get(entry.path)
                if row is not None:
                    stops += row.stops()
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _make_row(self, part: QWidget, entry: Entry) -> FieldRow:
        row = FieldRow(part, entry, self._theme)
        row.typed.connect(self._on_typed)
        row.undo_requested.connect(self._on_undo_requested)
        self.rows[entry.path] = row
        return row

    def _show_row(self, path: FieldPath) -> None:
        edits, row = self._edits, self.rows[path]
        row.setEnabled(not edits.is_removed(path))
        row.show_text(edits.text(path))
        row.show_state(
            changed=edits.is_changed(path),
            told=edits.is_told(path),
            was=edits.has(path),
            wrong=edits.wrong(path) or self._refusals.get(path, ""),
        )

    def _on_typed(self, path: FieldPath, typed: str) -> None:
        self._edits.type(path, typed)
        self._show_entry(path)
        self.edited.emit()

    def _on_undo_requested(self, path: FieldPath) -> None:
        self._edits.undo(path)
        self._show_entry(path)
        self.edited.emit()

    def _show_entry(self, path: FieldPath) -> None:
        """Show a field, and in a new entry what it lacks beside it."""
        self._show_row(path)
        if self._edits.is_new(path[:-1]):
            for other in self.rows:
                if other[:-1] == path[:-1] and other != path:
                    self._show_row(other)

    def _on_add_clicked(self, part: "_Part", where: FieldPath) -> None:
        name = part.typed_name()
        if part.name is None or name:
            self.add_requested.emit(where, name)
        else:
            part.name.setFocus()

    def _on_remove_clicked(self, entry: FieldPath) -> None:
        asked = self.restore_requested if self._edits.is_removed(entry) else self.remove_requested
        asked.emit(entry)


class _Part(QWidget):
    """A heading and its rows; beside it what can be done with the entry, or with the list that begins here."""

    def __init__(self, group: Group, theme: Theme) -> None:
        super().__init__()
        px = theme.tokens.px
        self._title = Elided("", "heading")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._state = kit.badge("", "accent")
        self._state.setObjectName("entry_state")
        self._state.hide()
        self.add = self._button("add_entry", text("fields.add", noun=group.adds.noun)) if group.adds else None
        self.name: QLineEdit | None = None
        self.remove: KeyButton | None = None
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(self._title)
        head.addWidget(self._state)
        if group.entry_list is not None and group.entry_list.removable:
            self.remove = self._button("remove_entry", text("fields.remove"))
            head.addWidget(self.remove)
        if group.adds is not None and group.adds.named:
            self.name = QLineEdit()
            self.name.setObjectName("name_of_new")
            self.name.setPlaceholderText(text("fields.name_of_new", noun=group.adds.noun))
            self.name.setAccessibleName(kit.plain(text("fields.name_of_new", noun=group.adds.noun)))
            self.name.setMinimumWidth(px(120))
            self.name.setMaximumWidth(px(260))
            head.addWidget(self.name, 1)
        if self.add is not None:
            head.addWidget(self.add)
        if group.adds is not None and group.adds.kept:
            kept = kit.label(str(group.adds.kept), "secondary")
            kept.setObjectName("kept")
            kept.setWordWrap(True)
            head.addWidget(kept, 2)
        head.addStretch(1)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, px(14), 0, px(4))
        self._rows.setSpacing(0)
        self._rows.addLayout(head)
        self._rows.addSpacing(px(3))

    def show_title(self, title: str) -> None:
        self._title.set_text(title)
        self._title.updateGeometry()
        for button in (self.add, self.remove):
            if button is not None:
                button.setAccessibleDescription(kit.plain(title))

    def show_entry(self, *, new: bool, removed: bool, told: bool) -> None:
        """Show an entry that is new, or struck through as one that shall go; what is told is not taken back."""
        said = text("fields.new") if new else text("fields.will_be_removed") if removed else ""
        self._state.setText(text("fields.sending") if said and told else said)
        kit.set_severity(self._state, "wait" if told else "bad" if removed else "accent")
        self._state.setVisible(bool(said))
        typeface = self._title.font()
        typeface.setStrikeOut(removed)
        self._title.setFont(typeface)
        if self.remove is not None:
            self.remove.setText(text("button.undo") if removed else text("fields.remove"))
            self.remove.setAccessibleName(self.remove.text())
            self.remove.setVisible(not told)

    def state(self) -> str:
        """What is said of the entry, empty where it is as the platform has it."""
        return "" if self._state.isHidden() else self._state.text()

    def is_struck(self) -> bool:
        """Whether the heading is struck through."""
        return self._title.font().strikeOut()

    def typed_name(self) -> str:
        """The name for a new entry, empty where there is none; a point would be taken for a step inside it."""
        return "" if self.name is None else "_".join(self.name.text().replace(".", " ").split())

    def go_to_button(self) -> bool:
        button = self.remove if self.remove is not None and self.remove.isVisibleTo(self) else self.add
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        return button is not None

    def stops(self) -> list[QWidget]:
        """What takes the focus in the heading, from left to right."""
        return [one for one in (self.remove, self.name, self.add) if one is not None]

    def put(self, place: int, row: FieldRow) -> None:
        self._rows.insertWidget(2 + place, row)

    def _button(self, name: str, title: str) -> KeyButton:
        button = kit.button(title, "quiet")
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button


def _no_field(wanted: str) -> str:
    return text("fields.no_match", text=wanted, key=key_name("Esc")) if wanted else text("fields.no_fields")


def _shape(group: Group) -> tuple[FieldPath, bool, list[tuple[FieldPath, bool]]]:
    """What a group is made of, apart from the values."""
    return group.part, group.adds is None, [(entry.path, entry.may_change) for entry in group.entries]
