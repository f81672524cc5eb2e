"""The foot of a dialog: what was said, and its buttons, the one that does the work last."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import KeyButton, Theme


class ButtonRow(QHBoxLayout):
    """A line at the left that may be copied, and buttons beside it, of which Close is the first."""

    def __init__(self, theme: Theme, said: str, close: Callable[[], object]) -> None:
        """Begin with Close alone; `said` is the line's object name."""
        super().__init__()
        self._said = kit.label("", "secondary")
        self._said.setObjectName(said)
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSpacing(theme.tokens.px(10))
        self.addWidget(self._said, 1)
        self.add("close", text("button.close"), close, "Esc")

    def add(
        self, name: str, title: str, then: Callable[[], object], key: str = "", *, kind: str = "plain"
    ) -> KeyButton:
        """Add a button at the right. The key is only shown: the dialog hears it."""
        button = kit.button(title, kind, key)
        button.setObjectName(name)
        # Enter in a field is the field's; nothing is done by it that was not asked for.
        button.setAutoDefault(False)
        button.clicked.connect(then)
        self.addWidget(button)
        return button

    def say(self, said: str, tone: kit.Tone = "") -> None:
        """Say how it went, or what is missing, in place of what was said before."""
        self._said.setText(kit.plain(said, lines=True))
        kit.set_tone(self._said, tone)


def name_button(button: KeyButton, name: str) -> None:
    """Let a button say what it will do now, on the screen and to a screen reader."""
    button.setText(kit.button_text(name))
    button.setAccessibleName(kit.plain(name))
    button.updateGeometry()
