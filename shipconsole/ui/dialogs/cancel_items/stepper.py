"""A number of units between a button for one less and one for one more."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from shipconsole.domain.order import QUANTITY_MAX
from shipconsole.messages import text
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
