"""A field under its title, with what is wrong with it below."""

from typing import Generic, TypeVar

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme

TYPED_MAX = 1_000
W = TypeVar("W", bound=QWidget)


class FieldUnderTitle(QWidget, Generic[W]):
    """One field of a form; `input` is where it is typed or chosen, and has the field's name."""

    def __init__(self, input_: W, name: str, title: str, theme: Theme, hint: str = "") -> None:
        """Show an input under its title; the hint is its tooltip."""
        super().__init__()
        self.input = input_
        self.input.setObjectName(name)
        self.input.setAccessibleName(kit.plain(title))
        kit.set_tooltip(self.input, hint)
        self._trouble = kit.label("", "secondary", "bad")
        self._trouble.setObjectName(f"{name}_trouble")
        self._trouble.setWordWrap(True)
        self._trouble.hide()
        said = kit.Elided(title, "field")
        said.setBuddy(self.input)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens.px(3))
        column.addWidget(said)
        column.addWidget(self.input)
        column.addWidget(self._trouble)
        column.addStretch(1)

    def mark(self, trouble: str) -> None:
        """Mark the field with what is wrong with it, or take the mark away."""
        kit.set_wrong(self.input, bool(trouble))
        self.input.setAccessibleDescription(kit.plain(trouble))
        self._trouble.setText(kit.plain(trouble))
        self._trouble.setVisible(bool(trouble))


class TitledField(FieldUnderTitle[QLineEdit]):
    """A line of text."""

    def __init__(self, name: str, title: str, theme: Theme, hint: str = "") -> None:
        """Begin empty."""
        super().__init__(QLineEdit(), name, title, theme, hint)
        # What is too long is said, not cut off; what no order has is.
        self.input.setMaxLength(TYPED_MAX)
