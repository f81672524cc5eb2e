"""Questions: a heading, some lines, and buttons as answers; or a field for an answer in words."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text as message_text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.screen_fit import fit_to_texts
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import KeyButton

ANSWER_MAX = 200
WIDTH_PX = 440


class Line(NamedTuple):
    """A text of a question, found by its object name, in a style of the style sheet."""

    text: str
    name: str = ""
    style: str = ""


class PromptButton(NamedTuple):
    """A button of a question, found by its object name; `act` is called once the question is closed.

    The answer with the key Esc is also what closing the question means. Enter presses the default, if there is one.
    """

    name: str
    label: str
    act: Callable[[], object] | None = None
    key: str = ""
    kind: str = "plain"
    is_default: bool = False


class Prompt(QDialog):
    """A question with its buttons at the right, as in every dialog. Opened with `open()`."""

    def __init__(
        self,
        parent: QWidget | None,
        theme: Theme,
        name: str,
        title: str,
        lines: Sequence[Line],
        choices: Sequence[PromptButton],
        *,
        width_px: int = WIDTH_PX,
    ) -> None:
        """Ask; `name` is the object name."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        px = theme.tokens.px
        self._chosen = next((choice for choice in choices if choice.key == "Esc"), None)
        self.content = QVBoxLayout()
        self.content.setSpacing(px(10))
        self.content.addWidget(widgets.label(title, "heading"))
        for line in lines:
            self.content.addWidget(_label(line))
        self.buttons: dict[str, KeyButton] = {}
        row = QHBoxLayout()
        row.setSpacing(px(10))
        row.addStretch(1)
        for choice in choices:
            self.buttons[choice.name] = button = self._button(choice)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(18))
        column.addLayout(self.content)
        column.addSpacing(px(6))
        column.addLayout(row)
        self.setMinimumWidth(px(width_px))
        for choice in choices:
            if choice.is_default:
                self.buttons[choice.name].setFocus()
        self.finished.connect(self._on_finished)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the lines need."""
        fit_to_texts(self)
        super().showEvent(event)

    def choose(self, choice: PromptButton) -> None:
        """Close the question with an answer."""
        if choice is self._chosen:
            self.reject()
        else:
            self._chosen = choice
            self.accept()

    def _button(self, choice: PromptButton) -> KeyButton:
        button = widgets.button(choice.label, choice.kind, choice.key)
        button.setObjectName(choice.name)
        button.setProperty("place", "row")
        button.setAutoDefault(choice.is_default)
        button.setDefault(choice.is_default)
        button.clicked.connect(lambda: self.choose(choice))
        return button

    def _on_finished(self) -> None:
        if self._chosen is not None and self._chosen.act is not None:
            self._chosen.act()


class TextPrompt(Prompt):
    """A question with a field. Signal: answered(str text), which is empty only where it may be."""

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
        button: str,
        max_number: int = 0,
        text: str = "",
        max_length: int = ANSWER_MAX,
        may_be_empty: bool = False,
    ) -> None:
        """Ask for a text, which begins as `text`, or for a number from 1 to `max_number`; `button` is its label."""
        cancel = PromptButton("cancel", message_text("button.cancel"), key="Esc")
        done = PromptButton(f"{name}_done", button, key="Enter", kind="primary", is_default=True)
        lines = [Line(explained)] + ([Line(label, style="secondary")] if label != title else [])
        super().__init__(parent, theme, name, title, lines, (cancel, done))
        self._may_be_empty = may_be_empty
        self._button_done = self.buttons[done.name]
        self._done = done
        self.field = QLineEdit(text)
        self.field.setObjectName(f"{name}_field")
        self.field.setAccessibleName(plain(label))
        self.field.setMaxLength(max_length)
        if max_number:
            self.field.setValidator(QIntValidator(1, max_number, self.field))
        self.field.selectAll()
        self.field.textChanged.connect(self._on_changed)
        self.accepted.connect(self._on_accepted)
        self.content.addWidget(self.field)
        self._on_changed()
        self.field.setFocus()

    def enter(self, text: str) -> None:
        """Answer with a text as if it had been typed."""
        self.field.setText(text)
        self.choose(self._done)

    def _on_changed(self) -> None:
        is_answer = self._may_be_empty or bool(self.field.text().strip())
        self._button_done.setEnabled(is_answer and self.field.hasAcceptableInput())

    def _on_accepted(self) -> None:
        self.answered.emit(" ".join(self.field.text().split()))


def prompt(
    parent: QWidget | None,
    theme: Theme,
    name: str,
    title: str,
    lines: Sequence[Line],
    choices: Sequence[PromptButton],
) -> Prompt:
    """Open a question; `name` is its object name."""
    made = Prompt(parent, theme, name, title, lines, choices)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.open()
    return made


def ask_reason(parent: QWidget, theme: Theme, title: str, explained: str) -> TextPrompt:
    """Return a question for the reason why a person resolves an update; the title says how, also on the button."""
    made = TextPrompt(
        parent, theme, "reason", title, explained, label=message_text("resolve_choice.reason"), button=title
    )
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return made


def _label(line: Line) -> QWidget:
    label = widgets.label(line.text, line.style)
    label.setObjectName(line.name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
