"""The fields of one connection in a column: the basic ones, all of them, or those that match a search."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QSizePolicy, QWidget

from shipconsole.domain import code
from shipconsole.domain.field import FieldPath
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.dialogs.fields.edits import Edits
from shipconsole.ui.dialogs.fields.groups import Entry, Group
from shipconsole.ui.dialogs.fields.row import FieldRow
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import column, row, wrapped
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import Elided, KeyButton


class FieldsForm(QScrollArea):
    """Rows under headings.

    Signals: edited(), after the input has been taken; add_requested(list path, name), where the name is empty in a
    list of positions; remove_requested(entry path); restore_requested(entry path).
    """

    edited = Signal()
    add_requested = Signal(object, str)
    remove_requested = Signal(object)
    restore_requested = Signal(object)

    def __init__(self, edits: Edits, theme: Theme) -> None:
        """Initialize without rows; `show_fields` creates those that it shows."""
        super().__init__()
        self._edits = edits
        self._theme = theme
        self._refusals: Mapping[FieldPath, str] = {}
        self.rows: dict[FieldPath, FieldRow] = {}
        self._content = QWidget()
        self._content.setProperty("variant", "scrolled")
        self._column = column(theme, spacing=0, margins=(16, 2, 10, 14), parent=self._content)
        self._no_match = widgets.label("", "secondary")
        self._no_match.setObjectName("no_match")
        self._no_match.hide()
        self._column.addWidget(self._no_match)
        self._parts: list[FieldsPart] = []
        self._groups: tuple[Group, ...] = ()
        self._column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._content)
        self.refresh()

    def refresh(self) -> None:
        """Show the edits as they are now; rows and cursor stay where the fields are the same."""
        groups = self._edits.groups
        if [_shape(group) for group in groups] != [_shape(group) for group in self._groups]:
            for part in self._parts:
                part.hide()
                part.deleteLater()
            self.rows.clear()
            self._parts = [self._make_part(group) for group in groups]
            for position, part in enumerate(self._parts):
                self._column.insertWidget(position, part)
        self._groups = tuple(groups)
        for part, group in zip(self._parts, groups, strict=True):
            part.show_title(group.title)

    def part(self, path: FieldPath) -> "FieldsPart":
        """Return the heading and rows of a list or list entry. Raises `StopIteration` where there is none."""
        pairs = zip(self._parts, self._groups, strict=True)
        return next(part for part, group in pairs if group.part == path and group.title)

    def show_fields(self, *, show_all: bool, find: str) -> None:
        """Show the fields that match a search among all; without a search all of them, or the basic ones."""
        query = code.search_key(find)
        self._refusals = self._edits.refusals()
        self._content.setUpdatesEnabled(False)
        for part, group in zip(self._parts, self._groups, strict=True):
            in_title = bool(query) and query in code.search_key(group.title)
            has_values = any(entry.text for entry in group.entries) or self._edits.is_new(group.part)
            shown = {
                entry.path
                for entry in group.entries
                if in_title or self._is_shown(entry, query, show_all=show_all, has_values=has_values)
            }
            self._show_part(part, group, shown)
            if group.adds is not None:
                part.setVisible(bool(shown) or in_title or (not query and (show_all or group.adds.basic)))
        none = not any(part.isVisibleTo(self._content) for part in self._parts)
        self._no_match.setText(plain(_no_field(query)))
        self._no_match.setVisible(none)
        self._content.setUpdatesEnabled(True)
        self.show_state()
        self._chain()

    def show_state(self) -> None:
        """Fill every row, and mark changes and problems."""
        self._refusals = self._edits.refusals()
        for path in self.rows:
            self._show_row(path)
        for part, group in zip(self._parts, self._groups, strict=True):
            if group.entry_list is not None:
                part.show_entry(
                    new=self._edits.is_new(group.part),
                    removed=self._edits.is_removed(group.part),
                    sending=self._edits.is_entry_sending(group.part),
                )

    def go_into(self, entry: FieldPath) -> None:
        """Put the cursor in the first field of an entry that can be changed."""
        fields = (field for group in self._groups for field in group.entries if field.path[: len(entry)] == entry)
        first = next((field.path for field in fields if field.may_change and self._is_visible(field.path)), None)
        if first is not None:
            self.go_to(first)

    def go_beside(self, entry: FieldPath) -> None:
        """Put the focus on the button of a list entry, or of its list where the entry is gone."""
        for path in (entry, entry[:-1]):
            for part, group in zip(self._parts, self._groups, strict=True):
                if group.part == path and part.go_to_button():
                    return

    def go_to(self, path: FieldPath) -> None:
        """Put the cursor in a field that is shown."""
        row = self.rows.get(path)
        if row is not None:
            row.input.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(row)

    def first(self) -> FieldPath | None:
        """Return the first visible field that can be changed, else the first visible one."""
        visible = [entry for group in self._groups for entry in group.entries if self._is_visible(entry.path)]
        return next((entry.path for entry in visible if entry.may_change), visible[0].path if visible else None)

    def _is_shown(self, entry: Entry, query: str, *, show_all: bool, has_values: bool) -> bool:
        """Return whether to show a field; the basic ones of a part without any values are left out."""
        if query:
            return entry.matches(query)
        marked = self._edits.is_changed(entry.path) or entry.path in self._refusals
        return show_all or marked or (has_values and entry.field.basic and (entry.may_change or bool(entry.text)))

    def _is_visible(self, path: FieldPath) -> bool:
        row = self.rows.get(path)
        return row is not None and row.isVisibleTo(self._content)

    def _show_part(self, part: "FieldsPart", group: Group, shown: set[FieldPath]) -> None:
        position = 0
        for entry in group.entries:
            row = self.rows.get(entry.path)
            if row is None and entry.path in shown:
                row = self._make_row(part, entry)
                part.insert(position, row)
            if row is not None:
                row.setVisible(entry.path in shown)
                position += 1
        part.setVisible(bool(shown))

    def _make_part(self, group: Group) -> "FieldsPart":
        part = FieldsPart(group, self._theme)
        if part.add is not None:
            part.add.clicked.connect(partial(self._on_add_clicked, part, group.part))
        if part.name is not None:
            part.name.returnPressed.connect(partial(self._on_add_clicked, part, group.part))
        if part.remove is not None:
            part.remove.clicked.connect(partial(self._on_remove_clicked, group.part))
        return part

    def _chain(self) -> None:
        """Let Tab go from top to bottom, whatever order the widgets were created in."""
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
            sending=edits.is_sending(path),
            before=edits.platform_text(path),
            problem=edits.problem(path) or self._refusals.get(path, ""),
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
        """Show a field, and in a new entry the others, which may be required now."""
        self._show_row(path)
        if self._edits.is_new(path[:-1]):
            for other in self.rows:
                if other[:-1] == path[:-1] and other != path:
                    self._show_row(other)

    def _on_add_clicked(self, part: "FieldsPart", where: FieldPath) -> None:
        name = part.typed_name()
        if part.name is None or name:
            self.add_requested.emit(where, name)
        else:
            part.name.setFocus()

    def _on_remove_clicked(self, entry: FieldPath) -> None:
        signal = self.restore_requested if self._edits.is_removed(entry) else self.remove_requested
        signal.emit(entry)


class FieldsPart(QWidget):
    """A heading and its rows; beside the heading the buttons of its list entry or list."""

    def __init__(self, group: Group, theme: Theme) -> None:
        super().__init__()
        px = theme.tokens.px
        self._title = Elided("", "heading")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._state = widgets.badge("", "accent")
        self._state.setObjectName("entry_state")
        self._state.hide()
        self.add = self._button("add_entry", text("fields.add", noun=group.adds.noun)) if group.adds else None
        self.name: QLineEdit | None = None
        self.remove: KeyButton | None = None
        head = row(theme, self._title, self._state)
        if group.entry_list is not None and group.entry_list.removable:
            self.remove = self._button("remove_entry", text("fields.remove"))
            head.addWidget(self.remove)
        if group.adds is not None and group.adds.named:
            self.name = QLineEdit()
            self.name.setObjectName("new_name")
            self.name.setPlaceholderText(text("fields.name_of_new", noun=group.adds.noun))
            self.name.setAccessibleName(plain(text("fields.name_of_new", noun=group.adds.noun)))
            self.name.setMinimumWidth(px(120))
            self.name.setMaximumWidth(px(260))
            head.addWidget(self.name, 1)
        if self.add is not None:
            head.addWidget(self.add)
        if group.adds is not None and group.adds.kept:
            head.addWidget(wrapped(str(group.adds.kept), "secondary", name="kept"), 2)
        head.addStretch(1)
        self._rows = column(theme, head, spacing=0, margins=(0, 14, 0, 4), parent=self)
        self._rows.addSpacing(px(3))

    def show_title(self, title: str) -> None:
        """Show another title."""
        self._title.set_text(title)
        self._title.updateGeometry()
        for button in (self.add, self.remove):
            if button is not None:
                button.setAccessibleDescription(plain(title))

    def show_entry(self, *, new: bool, removed: bool, sending: bool) -> None:
        """Show whether an entry is new or, struck through, to be removed; one that is being sent has no button."""
        state = text("fields.new") if new else text("fields.will_be_removed") if removed else ""
        self._state.setText(text("fields.sending") if state and sending else state)
        widgets.set_severity(self._state, "wait" if sending else "bad" if removed else "accent")
        self._state.setVisible(bool(state))
        typeface = self._title.font()
        typeface.setStrikeOut(removed)
        self._title.setFont(typeface)
        if self.remove is not None:
            self.remove.setText(text("button.undo") if removed else text("fields.remove"))
            self.remove.setAccessibleName(self.remove.text())
            self.remove.setVisible(not sending)

    def state(self) -> str:
        """Return the shown state of the entry, empty where it is unchanged."""
        return "" if self._state.isHidden() else self._state.text()

    def is_struck(self) -> bool:
        """Return whether the heading is struck through."""
        return self._title.font().strikeOut()

    def typed_name(self) -> str:
        """Return the name for a new entry without dots, which separate the steps of a path."""
        return "" if self.name is None else "_".join(self.name.text().replace(".", " ").split())

    def go_to_button(self) -> bool:
        """Put the focus on the button, and return whether there is one."""
        button = self.remove if self.remove is not None and self.remove.isVisibleTo(self) else self.add
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        return button is not None

    def stops(self) -> list[QWidget]:
        """Return the widgets of the heading that take the focus, from left to right."""
        return [widget for widget in (self.remove, self.name, self.add) if widget is not None]

    def insert(self, position: int, row: FieldRow) -> None:
        """Insert a row below the heading."""
        self._rows.insertWidget(2 + position, row)

    def _button(self, name: str, title: str) -> KeyButton:
        button = widgets.button(title, "quiet")
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button


def _no_field(query: str) -> str:
    return text("fields.no_match", text=query, key=key_name("Esc")) if query else text("fields.no_fields")


def _shape(group: Group) -> tuple[FieldPath, bool, list[tuple[FieldPath, bool]]]:
    """Return what a group consists of apart from the values."""
    return group.part, group.adds is None, [(entry.path, entry.may_change) for entry in group.entries]
