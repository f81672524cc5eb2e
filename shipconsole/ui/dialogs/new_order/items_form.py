"""The items of a new order: a row each, and the order that they make with the other fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from shipconsole.domain.address import Address
from shipconsole.domain.measures import decimal_from_text, grams
from shipconsole.domain.message import Message
from shipconsole.domain.new_order import WEIGHT_MAX_G, NewLine, NewOrder, check
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import Path, Problem
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.fields import INPUT_MAX
from shipconsole.ui.kit.layout import action, column, row, wrapped
from shipconsole.ui.kit.theme import Theme, typeface

DEFAULT_QUANTITY = "1"
DIGITS_MAX = 12
"""A quantity with more digits is not a number of units, whatever the order's check allows."""
TITLES: Mapping[str, str] = {
    "sku": "new_order.sku",
    "description": "new_order.description",
    "quantity": "new_order.quantity_column",
    "weight_kg": "new_order.weight_column",
}
"""The messages of the column titles, by field name."""
_STRETCHES = {"sku": 6, "description": 7}
_WIDTHS_PX = {"quantity": 60, "weight_kg": 76}
_REMOVE_PX = 32
_TITLE_MARGIN_PX = 4
_FIELD_NAMES = {"weight_g": "weight_kg"}
"""The field of a part of the order's line, where their names differ."""


@dataclass(frozen=True, slots=True)
class TypedItem:
    """One row of the items, as text."""

    sku: str = ""
    description: str = ""
    quantity: str = DEFAULT_QUANTITY
    weight_kg: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in the row."""
        return not (self.sku or self.description or self.weight_kg) and self.quantity in ("", DEFAULT_QUANTITY)


@dataclass(frozen=True, slots=True)
class TypedOrder:
    """The content of the dialog, numbers as text."""

    number: str
    ship_to: Address
    items: tuple[TypedItem, ...]
    note: str

    @property
    def rows(self) -> tuple[int, ...]:
        """The positions of the rows that are not empty: the order's lines in their order."""
        return tuple(position for position, item in enumerate(self.items) if not item.is_empty)


def order_of(typed: TypedOrder) -> tuple[NewOrder, tuple[Problem, ...]]:
    """Return the order that was typed, and its problems at the paths of its rows.

    The problem of an unreadable number replaces the order's own problem at that path.
    """
    unread: list[Problem] = []
    lines = tuple(_line(index, typed.items[position], unread) for index, position in enumerate(typed.rows))
    new = NewOrder(number=typed.number.strip(), ship_to=typed.ship_to, lines=lines, note=typed.note.strip())
    unread_paths = {problem.path for problem in unread}
    found = (*unread, *(problem for problem in check(new) if problem.path not in unread_paths))
    return new, tuple(at_row(typed, problem) for problem in found)


def at_row(typed: TypedOrder, problem: Problem) -> Problem:
    """Return the problem of an order's line at the row in which the line was typed."""
    match problem.path:
        case ("lines", int(index), *rest) if index < len(typed.rows):
            return problem._replace(path=("lines", typed.rows[index], *rest))
        case _:
            return problem


def _line(index: int, item: TypedItem, unread: list[Problem]) -> NewLine:
    path: Path = ("lines", index)
    quantity, weight_g = 0, None
    digits = item.quantity.strip()
    if digits.isascii() and digits.isdecimal() and len(digits) <= DIGITS_MAX:
        quantity = int(digits)
    else:
        unread.append(Problem((*path, "quantity"), Message("new_order.not_a_quantity")))
    if item.weight_kg.strip():
        kilograms = decimal_from_text(item.weight_kg)
        if kilograms is None or not 0 <= kilograms <= WEIGHT_MAX_G:
            unread.append(Problem((*path, "weight_g"), Message("new_order.not_a_weight")))
        else:
            weight_g = grams(kilograms, "kg")
    return NewLine(sku=item.sku.strip(), description=item.description.strip(), quantity=quantity, weight_g=weight_g)


class ItemsForm(QWidget):
    """Rows of four fields. Signal: edited(row position, field name); -1 and "" after rows were added or removed."""

    edited = Signal(int, str)

    def __init__(self, theme: Theme) -> None:
        """Initialize with one empty row."""
        super().__init__()
        self._theme = theme
        self.rows: list[ItemRow] = []
        self._column = column(theme, _titles(theme), 1, spacing=6, parent=self)
        self.add()

    def add(self) -> None:
        """Add a row at the end."""
        added = ItemRow(self._theme)
        added.edited.connect(partial(self._on_edited, added))
        added.entered.connect(partial(self._on_entered, added))
        added.stepped.connect(partial(self._on_stepped, added))
        added.remove_requested.connect(partial(self._on_remove_requested, added))
        self._column.insertWidget(self._column.count() - 1, added)
        # At once: the layout would show it only after the next key, which would be lost.
        added.show()
        if self.rows:
            QWidget.setTabOrder(self.rows[-1].last, added.first)
        added.chain()
        self.rows.append(added)

    def remove(self, position: int) -> None:
        """Remove a row; an empty one replaces the last row that is left."""
        removed = self.rows.pop(position)
        removed.hide()
        self._column.removeWidget(removed)
        removed.setParent(None)
        removed.deleteLater()
        if not self.rows:
            self.add()
        self.rows[min(position, len(self.rows) - 1)].go_to("sku")
        self.edited.emit(-1, "")

    def items(self) -> tuple[TypedItem, ...]:
        """Return what was typed, by row."""
        return tuple(item_row.item() for item_row in self.rows)

    def mark(self, problems: Mapping[Path, str]) -> None:
        """Mark the fields that have a problem; one of all items is shown at the first."""
        by_row: dict[int, dict[str, str]] = {}
        for path, problem in problems.items():
            match path:
                case ("lines", int(position), str(name)):
                    by_row.setdefault(position, {})[_FIELD_NAMES.get(name, name)] = problem
                case ("lines", int(position)):
                    by_row.setdefault(position, {})[""] = problem
                case _:
                    by_row.setdefault(0, {})[""] = problem
        for position, item_row in enumerate(self.rows):
            item_row.mark(by_row.get(position, {}))

    def go_to(self, position: int, name: str) -> None:
        """Put the cursor in a field, by its name in the path of a problem."""
        if 0 <= position < len(self.rows):
            name = _FIELD_NAMES.get(name, name)
            self.rows[position].go_to(name if name in TITLES else "sku")

    def _on_edited(self, item_row: "ItemRow", name: str) -> None:
        self.edited.emit(self.rows.index(item_row), name)

    def _on_entered(self, item_row: "ItemRow") -> None:
        """Go on in the next row; after the last one a row is added, unless that one is empty."""
        position = self.rows.index(item_row) + 1
        if position == len(self.rows):
            if item_row.item().is_empty:
                return
            self.add()
            self.edited.emit(-1, "")
        self.rows[position].go_to("sku")

    def _on_stepped(self, item_row: "ItemRow", by: int, name: str) -> None:
        position = self.rows.index(item_row) + by
        if 0 <= position < len(self.rows):
            self.rows[position].go_to(name)

    def _on_remove_requested(self, item_row: "ItemRow") -> None:
        self.remove(self.rows.index(item_row))


class ItemRow(QWidget):
    """One item. Signals: edited(field name), entered(), stepped(rows down, field name), remove_requested()."""

    edited = Signal(str)
    entered = Signal()
    stepped = Signal(int, str)
    remove_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize empty, with one unit."""
        super().__init__()
        self.inputs: dict[str, _ItemInput] = {}
        empty = TypedItem()
        for name, title in TITLES.items():
            self.inputs[name] = input_ = _ItemInput(getattr(empty, name))
            input_.setObjectName(f"item_{name}")
            input_.setAccessibleName(text(title))
            input_.textEdited.connect(lambda _text, name=name: self.edited.emit(name))
            input_.returnPressed.connect(self.entered)
            input_.stepped.connect(lambda by, name=name: self.stepped.emit(by, name))
            input_.delete_pressed.connect(self._on_delete_pressed)
            if name in _WIDTHS_PX:
                input_.setFixedWidth(_width(name, theme))
                input_.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._remove = action("remove_item", "×", self.remove_requested, "round")
        self._remove.setAccessibleName(text("new_order.remove_item"))
        widgets.set_tooltip(self._remove, text("new_order.remove_item"))
        self._problem = wrapped("", "secondary", "bad", name="item_problem")
        self._problem.hide()
        fields = ((input_, _STRETCHES.get(name, 0)) for name, input_ in self.inputs.items())
        column(theme, row(theme, *fields, self._remove, spacing=6), self._problem, spacing=3, parent=self)

    @property
    def first(self) -> QWidget:
        """The widget at which Tab enters the row."""
        return self.inputs["sku"]

    @property
    def last(self) -> QWidget:
        """The widget at which Tab leaves the row."""
        return self._remove

    def chain(self) -> None:
        """Let Tab go from left to right, once the row is in its form."""
        for before, after in pairwise([*self.inputs.values(), self._remove]):
            QWidget.setTabOrder(before, after)

    def item(self) -> TypedItem:
        """Return what was typed."""
        return TypedItem(**{name: input_.text() for name, input_ in self.inputs.items()})

    def mark(self, problems: Mapping[str, str]) -> None:
        """Mark the fields that have a problem, by name, and show all problems below."""
        for name, input_ in self.inputs.items():
            widgets.set_wrong(input_, bool(problems.get(name)))
            input_.setAccessibleDescription(plain(problems.get(name, "")))
        shown = "\n".join(dict.fromkeys(problem for problem in problems.values() if problem))
        self._problem.setText(plain(shown, lines=True))
        self._problem.setVisible(bool(shown))

    def go_to(self, name: str) -> None:
        """Select a field's text, so that typing replaces it."""
        self.inputs[name].setFocus(Qt.FocusReason.OtherFocusReason)
        self.inputs[name].selectAll()

    def _on_delete_pressed(self, with_control: bool) -> None:
        if with_control or self.item().is_empty:
            self.remove_requested.emit()


class _ItemInput(QLineEdit):
    """A field that passes on the keys for its row. Signals: stepped(rows down), delete_pressed(with Ctrl)."""

    stepped = Signal(int)
    delete_pressed = Signal(bool)

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.setMaxLength(INPUT_MAX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step to the next row with Up and Down; pass on Delete where it has nothing to delete here."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if by:
            self.stepped.emit(by)
        elif event.key() == Qt.Key.Key_Delete and (control or not self.text()):
            self.delete_pressed.emit(control)
        else:
            super().keyPressEvent(event)


def _width(name: str, theme: Theme) -> int:
    """Return the width of a column of numbers, which has room for its title in every language."""
    tokens = theme.tokens
    metrics = QFontMetrics(typeface(tokens, tokens.secondary_px, QFont.Weight.DemiBold))
    title_px = metrics.horizontalAdvance(text(TITLES[name])) + tokens.px(_TITLE_MARGIN_PX)
    return max(tokens.px(_WIDTHS_PX[name]), title_px)


def _titles(theme: Theme) -> QWidget:
    made = QWidget()
    layout = row(theme, spacing=6, parent=made)
    for name, title in TITLES.items():
        label = widgets.label(text(title), "field")
        if name in _WIDTHS_PX:
            label.setFixedWidth(_width(name, theme))
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout.addWidget(label, _STRETCHES.get(name, 0))
    layout.addSpacing(theme.tokens.px(_REMOVE_PX) + layout.spacing())
    return made
