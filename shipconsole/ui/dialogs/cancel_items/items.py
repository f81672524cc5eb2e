"""The items of an order, each with its quantities and how many units are to be cancelled or restored."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from shipconsole.domain.order import QUANTITY_MAX, OrderLine
from shipconsole.domain.plain_text import plain
from shipconsole.messages import number, text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.layout import column, wrapped
from shipconsole.ui.kit.theme import Theme

_QUANTITIES = ("cancel_items.ordered", "cancel_items.shipped", "cancel_items.cancelled", "cancel_items.left")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_UNITS_PX, _QUANTITY_PX, _STEPPER_PX = 58, 62, 150
WRAPPED_FROM = 1.5
"""The text scale from which a title may take two lines."""
_ROWS_PER_ITEM = 4
"""In the grid: the item's names where they stand above the quantities, the item, its problem, the rule below it."""


class CancelItems(QWidget):
    """A row for each item. Signal: changed(), when a number of units changed."""

    changed = Signal()

    def __init__(self, theme: Theme, *, is_narrow: bool = False) -> None:
        """Initialize without items; where it is narrow, an item's names stand above its quantities."""
        super().__init__()
        self._theme = theme
        self._is_stacked = is_narrow
        self.steppers: dict[int, Stepper] = {}
        self._quantities: dict[int, tuple[QLabel, ...]] = {}
        self._problems: dict[int, QLabel] = {}
        px = theme.tokens.px
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(px(7))
        self._grid.setColumnStretch(0, 1)
        self._units_title = widgets.label("", "field")
        self._units_title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._units_title.setMinimumWidth(Stepper(theme).sizeHint().width())
        if not self._is_stacked:
            self._grid.addWidget(widgets.label(text("cancel_items.item"), "field"), 0, 0)
        for position, title in enumerate(_QUANTITIES, 1):
            label = widgets.label(text(title), "field")
            label.setAlignment(_RIGHT)
            label.setWordWrap(theme.tokens.scale >= WRAPPED_FROM)
            self._grid.addWidget(label, 0, position)
            self._grid.setColumnMinimumWidth(position, px(_QUANTITY_PX))
        self._grid.setColumnMinimumWidth(len(_QUANTITIES) + 1, px(_STEPPER_PX))
        self._grid.addWidget(self._units_title, 0, len(_QUANTITIES) + 1, Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(_Rule(theme), 1, 0, 1, len(_QUANTITIES) + 2)

    def show_lines(self, lines: Sequence[OrderLine], most: Mapping[int, int], *, restoring: bool) -> None:
        """Show the items and how many units of each are allowed, by line ID; input stays as far as it is allowed."""
        self._units_title.setText(text("cancel_items.restore_column" if restoring else "cancel_items.cancel_column"))
        for line in lines:
            if line.id not in self.steppers:
                self._add(line)
            quantities = (line.ordered, line.shipped, line.cancelled, line.left)
            for label, units in zip(self._quantities[line.id], quantities, strict=True):
                label.setText(number(units))
                widgets.set_severity(label, "" if units else "quiet")
            stepper, sku = self.steppers[line.id], line.sku or line.description
            title = text("cancel_items.restore_of" if restoring else "cancel_items.cancel_of", sku=sku)
            stepper.number.setAccessibleName(plain(title))
            stepper.set_most(most.get(line.id, 0))

    def units(self) -> dict[int, int]:
        """Return how many units were entered, by line ID; lines without any are left out."""
        return {line_id: units for line_id, stepper in self.steppers.items() if (units := stepper.units())}

    def too_many(self) -> dict[int, str]:
        """Return the problems of numbers that are larger than allowed, by line ID."""
        return {
            line_id: text("cancel_items.too_many", count=stepper.units(), most=stepper.most)
            for line_id, stepper in self.steppers.items()
            if stepper.units() > stepper.most
        }

    def fill(self) -> None:
        """Enter as many units of each item as are allowed."""
        for stepper in self.steppers.values():
            stepper.set_units(stepper.most)

    def clear(self) -> None:
        """Enter no units."""
        for stepper in self.steppers.values():
            stepper.set_units(0)

    def mark(self, problems: Mapping[int, str]) -> None:
        """Mark the items that have a problem, by line ID, and no others."""
        for line_id, label in self._problems.items():
            problem = problems.get(line_id, "")
            widgets.set_wrong(self.steppers[line_id].number, bool(problem))
            label.setText(plain(problem))
            label.setVisible(bool(problem))

    def go_to_first(self) -> None:
        """Put the cursor in the first number that can be changed."""
        usable = (stepper.number for stepper in self.steppers.values() if stepper.number.isEnabled())
        first = next(usable, None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, line: OrderLine) -> None:
        position, columns = 2 + _ROWS_PER_ITEM * len(self.steppers), len(_QUANTITIES) + 2
        names = _names(line, self._theme)
        if self._is_stacked:
            self._grid.addWidget(names, position, 0, 1, columns)
        else:
            self._grid.addWidget(names, position + 1, 0)
        labels = tuple(widgets.label() for _ in _QUANTITIES)
        for index, label in enumerate(labels, 1):
            label.setAlignment(_RIGHT)
            self._grid.addWidget(label, position + 1, index)
        stepper = Stepper(self._theme)
        stepper.number.setObjectName(f"units_{line.id}")
        stepper.changed.connect(self.changed)
        self._grid.addWidget(stepper, position + 1, columns - 1, Qt.AlignmentFlag.AlignRight)
        problem = wrapped("", "secondary", "bad", name=f"problem_{line.id}")
        problem.hide()
        self._grid.addWidget(problem, position + 2, 0, 1, columns)
        self._grid.addWidget(_Rule(self._theme), position + 3, 0, 1, columns)
        self.steppers[line.id], self._quantities[line.id], self._problems[line.id] = stepper, labels, problem


class Stepper(QWidget):
    """A number of units: typed, stepped with the arrow keys, or changed with its buttons. Signal: changed()."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize at 0 and allow no more."""
        super().__init__()
        self.most = 0
        self.number = _Number()
        self.number.setFixedWidth(theme.tokens.px(_UNITS_PX))
        self.number.textChanged.connect(self._on_changed)
        self.number.stepped.connect(self.step)
        self._less, self._more = widgets.button("−", "round"), widgets.button("+", "round")
        buttons = (
            (self._less, "less", text("cancel_items.one_less"), -1),
            (self._more, "more", text("cancel_items.one_more"), 1),
        )
        for button, name, title, by in buttons:
            button.setObjectName(name)
            button.setAccessibleName(plain(title))
            button.setAutoDefault(False)
            # The arrow keys do the same in the number itself.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, by=by: self.step(by))
        # A grid, since a row would fold on a small screen.
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.tokens.px(6))
        for position, part in enumerate((self._less, self.number, self._more)):
            grid.addWidget(part, 0, position)
        self.set_most(0)

    def units(self) -> int:
        """Return the number; an empty field is 0."""
        return int(self.number.text() or 0)

    def set_units(self, units: int) -> None:
        """Show a number, at most as many units as are allowed."""
        self.number.setText(str(max(0, min(units, self.most))))

    def set_most(self, most: int) -> None:
        """Allow so many units; a number that is now too large becomes the largest."""
        self.most = most
        self.number.setEnabled(most > 0)
        self.set_units(self.units())
        self._show_buttons()

    def step(self, by: int) -> None:
        """Change the number, as far as is allowed."""
        self.set_units(self.units() + by)

    def _on_changed(self, _: str) -> None:
        self._show_buttons()
        self.changed.emit()

    def _show_buttons(self) -> None:
        self._less.setEnabled(self.units() > 0)
        self._more.setEnabled(self.units() < self.most)


class _Number(QLineEdit):
    """A field for digits. Signal: stepped(by), from the arrow keys."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__("0")
        # A number that is too large is marked; only what is no number cannot be typed.
        self.setValidator(QIntValidator(0, QUANTITY_MAX, self))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow keys."""
        by = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if by:
            self.stepped.emit(by)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the number, so that typing replaces it."""
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show 0 in an empty field again."""
        super().focusOutEvent(event)
        if not self.text():
            self.setText("0")


class _Rule(QWidget):
    """A thin horizontal line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(1)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the line."""
        QPainter(self).fillRect(self.rect(), self._theme.tokens.color("line"))


def _names(line: OrderLine, theme: Theme) -> QWidget:
    """Return the SKU above the description, or the one of them that there is."""
    made = QWidget()
    layout = column(theme, widgets.Elided(line.sku or line.description, "strong", middle=True), spacing=1, parent=made)
    if line.sku and line.description:
        layout.addWidget(widgets.Elided(line.description, "secondary"))
    return made
