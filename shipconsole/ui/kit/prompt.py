"""One question with one line for the answer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.messages import text as message_text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme

ANSWER_MAX = 200


class Prompt(QDialog):
    """Opened with `open()`. Signal: answered(str text), empty only where it may be; without it the dialog was left."""

    answered = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        name: str,
        title: str,
        explained: str,
        *,
        label: str,
        does: str,
        most: int = 0,
        text: str = "",
        longest: int = ANSWER_MAX,
        may_be_empty: bool = False,
    ) -> None:
        """Ask for a text, which begins as `text`, or with `most` for a number from 1 to that.

        `does` stands on the button.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        px = theme.tokens.px
        self._may_be_empty = may_be_empty
        self.field = QLineEdit(text)
        self.field.setObjectName(f"{name}_field")
        self.field.setAccessibleName(kit.plain(label))
        self.field.setMaxLength(longest)
        if most:
            self.field.setValidator(QIntValidator(1, most, self.field))
        self.field.selectAll()
        self.field.textChanged.connect(self._on_changed)
        says = kit.label(kit.plain(explained, lines=True))
        says.setWordWrap(True)
        self._button = kit.button(does, "primary", "Enter")
        self._button.setObjectName(f"{name}_done")
        self._button.setDefault(True)
        self._button.clicked.connect(self._on_done)
        self._on_changed()
        cancel = kit.button(message_text("button.cancel"), "plain", "Esc")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(22), px(18), px(22), px(18))
        column.setSpacing(px(12))
        column.addWidget(kit.label(title, "heading"))
        column.addWidget(says)
        if label != title:
            column.addWidget(kit.label(label, "secondary"))
        column.addWidget(self.field)
        column.addLayout(buttons)
        self.setMinimumWidth(px(440))

    def _on_changed(self) -> None:
        is_answer = self._may_be_empty or bool(self.field.text().strip())
        self._button.setEnabled(is_answer and self.field.hasAcceptableInput())

    def _on_done(self) -> None:
        self.answered.emit(" ".join(self.field.text().split()))
        self.accept()


def ask_reason(parent: QWidget, theme: Theme, title: str, explained: str) -> Prompt:
    """Ask for the reason before an update is resolved by a person; the title says how, and stands on the button."""
    made = Prompt(parent, theme, "reason", title, explained, label=message_text("resolve_choice.reason"), does=title)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return made
