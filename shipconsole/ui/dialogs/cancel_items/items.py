"""The items of an order, each with its quantities and how many units are to be cancelled or restored."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain.order import QUANTITY_MAX, OrderLine
from shipconsole.messages import number, text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme

_NUMBER_PX = 58


class Stepper(QWidget):
    """Typed, stepped with the arrow keys, or pressed. Signal: changed(), however it changed."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin at none of none."""
        super().__init__()
        self.most = 0
        self.number = _Number()
        self.number.setFixedWidth(theme.tokens.px(_NUMBER_PX))
        self.number.textChanged.connect(self._on_changed)
        self.number.stepped.connect(self.step)
        self._less = kit.button("−", "round")
        self._more = kit.button("+", "round")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens.px(6))
        made = (
            (self._less, "less", text("cancel_items.one_less"), -1),
            (self._more, "more", text("cancel_items.one_more"), 1),
        )
        for button, name, said, by in made:
            button.setObjectName(name)
            button.setAccessibleName(kit.plain(said))
            button.setAutoDefault(False)
            # The arrow keys do the same in the number itself.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, by=by: self.step(by))
        row.addWidget(self._less)
        row.addWidget(self.number)
        row.addWidget(self._more)
        self.set_most(0)

    def pieces(self) -> int:
        """How many; an empty field is none."""
        return int(self.number.text() or 0)

    def set_pieces(self, pieces: int) -> None:
        """Show so many, at most as many as are allowed."""
        self.number.setText(str(max(0, min(pieces, self.most))))

    def set_most(self, most: int) -> None:
        """Allow up to so many; a number that was right and is now too large becomes the largest."""
        self.most = most
        self.number.setEnabled(most > 0)
        self.set_pieces(self.pieces())
        self._show_buttons()

    def step(self, by: int) -> None:
        """So many more or less, as far as is allowed."""
        self.set_pieces(self.pieces() + by)

    def _on_changed(self, _: str) -> None:
        self._show_buttons()
        self.changed.emit()

    def _show_buttons(self) -> None:
        self._less.setEnabled(self.pieces() > 0)
        self._more.setEnabled(self.pieces() < self.most)


class _Number(QLineEdit):
    """A field for digits. Signal: stepped(by), from the arrow keys."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__("0")
        # Too many is said, not swallowed; only what is no number cannot be typed.
        self.setValidator(QIntValidator(0, QUANTITY_MAX, self))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up is one more, down is one less."""
        by = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if by:
            self.stepped.emit(by)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What is in it is chosen, so that typing replaces it."""
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show an emptied field as none again."""
        super().focusOutEvent(event)
        if not self.text():
            self.setText("0")


_NUMBERS = ("cancel_items.ordered", "cancel_items.shipped", "cancel_items.cancelled", "cancel_items.left")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NUMBER_PX = 62
_STEPPER_PX = 150
ROWS_A_LINE = 3
"""In the grid: the line itself, what is wrong with it, the rule below it."""


class CancelLines(QWidget):
    """A row for each line. Signal: changed(), when a number of units did."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin without lines."""
        super().__init__()
        self._theme = theme
        self.steppers: dict[int, Stepper] = {}
        self._numbers: dict[int, tuple[QLabel, ...]] = {}
        self._troubles: dict[int, QLabel] = {}
        px = theme.tokens.px
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(px(7))
        self._grid.setColumnStretch(0, 1)
        self._now = kit.label("", "field")
        self._now.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._now.setMinimumWidth(Stepper(theme).sizeHint().width())
        self._grid.addWidget(kit.label(text("cancel_items.item"), "field"), 0, 0)
        for column, title in enumerate(_NUMBERS, 1):
            said = kit.label(text(title), "field")
            said.setAlignment(_RIGHT)
            self._grid.addWidget(said, 0, column)
            self._grid.setColumnMinimumWidth(column, px(_NUMBER_PX))
        self._grid.setColumnMinimumWidth(len(_NUMBERS) + 1, px(_STEPPER_PX))
        self._grid.addWidget(self._now, 0, len(_NUMBERS) + 1, Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(_Rule(theme), 1, 0, 1, len(_NUMBERS) + 2)

    def show_lines(self, lines: Sequence[OrderLine], most: Mapping[int, int], *, restoring: bool) -> None:
        """Show how each line stands and allow so many units of it; what was typed stays as far as it is allowed."""
        self._now.setText(text("cancel_items.restore_column" if restoring else "cancel_items.cancel_column"))
        for line in lines:
            if line.id not in self.steppers:
                self._add(line)
            for label, units in zip(
                self._numbers[line.id], (line.ordered, line.shipped, line.cancelled, line.left), strict=True
            ):
                label.setText(number(units))
                kit.set_tone(label, "" if units else "quiet")
            stepper = self.steppers[line.id]
            said = text(
                "cancel_items.restore_of" if restoring else "cancel_items.cancel_of", sku=line.sku or line.description
            )
            stepper.number.setAccessibleName(kit.plain(said))
            stepper.set_most(most.get(line.id, 0))

    def pieces(self) -> dict[int, int]:
        """How many units of which line, without those of which there are none."""
        return {line_id: pieces for line_id, one in self.steppers.items() if (pieces := one.pieces())}

    def too_many(self) -> dict[int, str]:
        """What is wrong with numbers that are larger than is allowed, by line id."""
        return {
            line_id: text("cancel_items.too_many", count=one.pieces(), most=one.most)
            for line_id, one in self.steppers.items()
            if one.pieces() > one.most
        }

    def fill(self) -> None:
        """As many of each as is allowed."""
        for stepper in self.steppers.values():
            stepper.set_pieces(stepper.most)

    def clear(self) -> None:
        """None of any."""
        for stepper in self.steppers.values():
            stepper.set_pieces(0)

    def mark(self, troubles: Mapping[int, str]) -> None:
        """Mark lines with what is wrong with them, by line id."""
        for line_id, label in self._troubles.items():
            said = troubles.get(line_id, "")
            kit.set_wrong(self.steppers[line_id].number, bool(said))
            label.setText(kit.plain(said))
            label.setVisible(bool(said))

    def go_to_first(self) -> None:
        """Put the cursor in the first number that can be changed."""
        usable = (one.number for one in self.steppers.values() if one.number.isEnabled())
        first = next(usable, None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, line: OrderLine) -> None:
        row, columns = 2 + ROWS_A_LINE * len(self.steppers), len(_NUMBERS) + 2
        self._grid.addWidget(_names(line, self._theme), row, 0)
        labels = tuple(kit.label() for _ in _NUMBERS)
        for column, label in enumerate(labels, 1):
            label.setAlignment(_RIGHT)
            self._grid.addWidget(label, row, column)
        stepper = Stepper(self._theme)
        stepper.number.setObjectName(f"pieces_{line.id}")
        stepper.changed.connect(self.changed)
        self._grid.addWidget(stepper, row, columns - 1, Qt.AlignmentFlag.AlignRight)
        trouble = kit.label("", "secondary", "bad")
        trouble.setObjectName(f"trouble_{line.id}")
        trouble.setWordWrap(True)
        trouble.hide()
        self._grid.addWidget(trouble, row + 1, 0, 1, columns)
        self._grid.addWidget(_Rule(self._theme), row + 2, 0, 1, columns)
        self.steppers[line.id], self._numbers[line.id], self._troubles[line.id] = stepper, labels, trouble


class _Rule(QWidget):
    """A faint line across."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(1)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw it."""
        QPainter(self).fillRect(self.rect(), self._theme.tokens.colour("line"))


def _names(line: OrderLine, theme: Theme) -> QWidget:
    """The SKU over what the item is called; an item without a SKU has its name alone."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.tokens.px(1))
    column.addWidget(kit.Elided(line.sku or line.description, "strong", middle=True))
    if line.sku and line.description:
        column.addWidget(kit.Elided(line.description, "secondary"))
    return made
