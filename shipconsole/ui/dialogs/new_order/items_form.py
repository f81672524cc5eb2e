"""The items of a new order: a row each, and the order that they make with the other fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain.address import Address
from shipconsole.domain.measures import decimal_from_text, grams
from shipconsole.domain.message import Message
from shipconsole.domain.new_order import WEIGHT_MAX_G, NewLine, NewOrder, check
from shipconsole.domain.problem import Path, Problem
from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.titled_field import TYPED_MAX

ONE = "1"
"""What stands in the units of a new row."""
DIGITS_MAX = 12
"""More digits than this are no number of units, whatever the order's check allows."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One row of the items, as text."""

    sku: str = ""
    description: str = ""
    quantity: str = ONE
    weight_kg: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not (self.sku or self.description or self.weight_kg) and self.quantity in ("", ONE)


@dataclass(frozen=True, slots=True)
class Typed:
    """All that stands in the dialog, numbers as text."""

    number: str
    ship_to: Address
    lines: tuple[TypedLine, ...]
    note: str

    @property
    def rows(self) -> tuple[int, ...]:
        """The places of the rows that are not empty: the order's lines in their order."""
        return tuple(row for row, line in enumerate(self.lines) if not line.is_empty)


def order_of(typed: Typed) -> tuple[NewOrder, tuple[Problem, ...]]:
    """The order that was typed, and what is wrong with it at the paths of its rows.

    A number that cannot be read is said in place of what the order's own check would make of it.
    """
    unread: list[Problem] = []
    lines = tuple(_line(place, typed.lines[row], unread) for place, row in enumerate(typed.rows))
    new = NewOrder(number=typed.number.strip(), ship_to=typed.ship_to, lines=lines, note=typed.note.strip())
    said = {problem.path for problem in unread}
    found = (*unread, *(problem for problem in check(new) if problem.path not in said))
    return new, tuple(at_row(typed, problem) for problem in found)


def at_row(typed: Typed, problem: Problem) -> Problem:
    """A problem of one of the order's lines at the row in which that was typed."""
    match problem.path:
        case ("lines", int(place), *rest) if place < len(typed.rows):
            return problem._replace(path=("lines", typed.rows[place], *rest))
        case _:
            return problem


def _line(place: int, line: TypedLine, unread: list[Problem]) -> NewLine:
    path: Path = ("lines", place)
    quantity, weight_g = 0, None
    text = line.quantity.strip()
    if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX:
        quantity = int(text)
    else:
        unread.append(Problem((*path, "quantity"), Message("new_order.not_a_quantity")))
    if line.weight_kg.strip():
        kilograms = decimal_from_text(line.weight_kg)
        if kilograms is None or not 0 <= kilograms <= WEIGHT_MAX_G:
            unread.append(Problem((*path, "weight_g"), Message("new_order.not_a_weight")))
        else:
            weight_g = grams(kilograms, "kg")
    return NewLine(sku=line.sku.strip(), description=line.description.strip(), quantity=quantity, weight_g=weight_g)


TITLES: Mapping[str, str] = {
    "sku": "new_order.sku",
    "description": "new_order.description",
    "quantity": "new_order.quantity_column",
    "weight_kg": "new_order.weight_column",
}
"""The messages over the columns, by the names of the fields."""
NAMES = tuple(TITLES)
_STRETCHES = {"sku": 6, "description": 7}
_WIDTHS_PX = {"quantity": 60, "weight_kg": 76}
_DROP_PX = 32
_TITLE_MARGIN_PX = 4
_PATH_NAMES = {"weight_g": "weight_kg"}
"""What a part of a line is called here, where that is another name than the order's own."""


class LinesForm(QWidget):
    """Rows of four fields. Signal: edited(row, name of the field; -1 and "" where rows came or went)."""

    edited = Signal(int, str)

    def __init__(self, theme: Theme) -> None:
        """Begin with one empty row."""
        super().__init__()
        self._theme = theme
        self.rows: list[LineRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.tokens.px(6))
        self._column.addWidget(_titles(theme))
        self._column.addStretch(1)
        self.add()

    def add(self) -> None:
        """One more row at the end."""
        row = LineRow(self._theme)
        row.edited.connect(partial(self._on_edited, row))
        row.entered.connect(partial(self._on_entered, row))
        row.stepped.connect(partial(self._on_stepped, row))
        row.discard_requested.connect(partial(self._on_discard_requested, row))
        self._column.insertWidget(self._column.count() - 1, row)
        # At once: left to the layout it would be there after the next key, and that key would go astray.
        row.show()
        if self.rows:
            QWidget.setTabOrder(self.rows[-1].last, row.first)
        row.chain()
        self.rows.append(row)

    def drop(self, place: int) -> None:
        """Take a row away; the last one that is left is only emptied."""
        row = self.rows.pop(place)
        row.hide()
        self._column.removeWidget(row)
        row.setParent(None)
        row.deleteLater()
        if not self.rows:
            self.add()
        self.rows[min(place, len(self.rows) - 1)].go_to("sku")
        self.edited.emit(-1, "")

    def lines(self) -> tuple[TypedLine, ...]:
        """What was typed, row by row."""
        return tuple(row.line() for row in self.rows)

    def mark(self, troubles: Mapping[Path, str]) -> None:
        """Mark fields with what is wrong with them; what is wrong with the items as a whole stands at the first."""
        of_rows: dict[int, dict[str, str]] = {}
        for path, said in troubles.items():
            match path:
                case ("lines", int(place), str(name)):
                    of_rows.setdefault(place, {})[_PATH_NAMES.get(name, name)] = said
                case ("lines", int(place)):
                    of_rows.setdefault(place, {})[""] = said
                case _:
                    of_rows.setdefault(0, {})[""] = said
        for place, row in enumerate(self.rows):
            row.mark(of_rows.get(place, {}))

    def go_to(self, place: int, name: str) -> None:
        """Put the cursor in a field, by its name in a problem's path."""
        if 0 <= place < len(self.rows):
            name = _PATH_NAMES.get(name, name)
            self.rows[place].go_to(name if name in NAMES else "sku")

    def _on_edited(self, row: "LineRow", name: str) -> None:
        self.edited.emit(self.rows.index(row), name)

    def _on_entered(self, row: "LineRow") -> None:
        """Go on in the next row; after the last one that has something in it, one is added."""
        place = self.rows.index(row) + 1
        if place == len(self.rows):
            if row.line().is_empty:
                return
            self.add()
            self.edited.emit(-1, "")
        self.rows[place].go_to("sku")

    def _on_stepped(self, row: "LineRow", by: int, name: str) -> None:
        place = self.rows.index(row) + by
        if 0 <= place < len(self.rows):
            self.rows[place].go_to(name)

    def _on_discard_requested(self, row: "LineRow") -> None:
        self.drop(self.rows.index(row))


class LineRow(QWidget):
    """One item. Signals: edited(name), entered(), stepped(rows down, name), discard_requested()."""

    edited = Signal(str)
    entered = Signal()
    stepped = Signal(int, str)
    discard_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin empty, with one unit."""
        super().__init__()
        px = theme.tokens.px
        self.inputs: dict[str, _LineInput] = {}
        fields = QHBoxLayout()
        fields.setSpacing(px(6))
        empty = TypedLine()
        for name in NAMES:
            made = _LineInput(getattr(empty, name))
            made.setObjectName(f"line_{name}")
            made.setAccessibleName(text(TITLES[name]))
            made.textEdited.connect(lambda _text, name=name: self.edited.emit(name))
            made.returnPressed.connect(self.entered)
            made.stepped.connect(lambda by, name=name: self.stepped.emit(by, name))
            made.delete_pressed.connect(self._on_delete_pressed)
            if name in _WIDTHS_PX:
                made.setFixedWidth(_width(name, theme))
                made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            fields.addWidget(made, _STRETCHES.get(name, 0))
            self.inputs[name] = made
        self._drop = kit.button("×", "round")
        self._drop.setObjectName("drop_line")
        self._drop.setAccessibleName(text("new_order.remove_item"))
        self._drop.setAutoDefault(False)
        kit.set_tooltip(self._drop, text("new_order.remove_item"))
        self._drop.clicked.connect(self.discard_requested)
        fields.addWidget(self._drop)
        self._trouble = kit.label("", "secondary", "bad")
        self._trouble.setObjectName("line_trouble")
        self._trouble.setWordWrap(True)
        self._trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(3))
        column.addLayout(fields)
        column.addWidget(self._trouble)

    @property
    def first(self) -> QWidget:
        """Where Tab comes in."""
        return self.inputs[NAMES[0]]

    @property
    def last(self) -> QWidget:
        """Where Tab goes on."""
        return self._drop

    def chain(self) -> None:
        """Let Tab go from left to right, once the row stands in its form."""
        parts = [*self.inputs.values(), self._drop]
        for before, after in pairwise(parts):
            QWidget.setTabOrder(before, after)

    def line(self) -> TypedLine:
        """What was typed."""
        return TypedLine(**{name: made.text() for name, made in self.inputs.items()})

    def mark(self, troubles: Mapping[str, str]) -> None:
        """Mark fields with what is wrong with them; what is wrong with the item as a whole stands below too."""
        for name, made in self.inputs.items():
            kit.set_wrong(made, bool(troubles.get(name)))
            made.setAccessibleDescription(kit.plain(troubles.get(name, "")))
        said = "\n".join(dict.fromkeys(trouble for trouble in troubles.values() if trouble))
        self._trouble.setText(kit.plain(said, lines=True))
        self._trouble.setVisible(bool(said))

    def go_to(self, name: str) -> None:
        """Put the cursor in a field; what is in it is chosen, so that typing replaces it."""
        self.inputs[name].setFocus(Qt.FocusReason.OtherFocusReason)
        self.inputs[name].selectAll()

    def _on_delete_pressed(self, surely: bool) -> None:
        if surely or self.line().is_empty:
            self.discard_requested.emit()


class _LineInput(QLineEdit):
    """A field that hands on the keys that concern its row. Signals: stepped(rows down), delete_pressed(with Ctrl)."""

    stepped = Signal(int)
    delete_pressed = Signal(bool)

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.setMaxLength(TYPED_MAX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go to the neighbouring row; Delete asks for the row where it has nothing to delete."""
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
    title = QFontMetrics(kit.font(tokens, tokens.secondary_px, QFont.Weight.DemiBold)).horizontalAdvance(
        text(TITLES[name])
    )
    return max(tokens.px(_WIDTHS_PX[name]), title + tokens.px(_TITLE_MARGIN_PX))


def _titles(theme: Theme) -> QWidget:
    px = theme.tokens.px
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(6))
    for name, title in TITLES.items():
        said = kit.label(text(title), "field")
        if name in _WIDTHS_PX:
            said.setFixedWidth(_width(name, theme))
            said.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(said, _STRETCHES.get(name, 0))
    row.addSpacing(px(_DROP_PX) + row.spacing())
    return made
