"""A model's field and its widget: each follows the other until another model is bound."""

import shiboken6
from pydantic import Field
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.evented import Evented
from shipconsole.messages import text
from shipconsole.ui.kit.binding.bind import Binding


class Label(Evented):
    """A model to edit."""

    text: str = Field(default="", max_length=4)
    is_kept: bool = False


class Shown(QWidget):
    """Two bound widgets."""

    def __init__(self) -> None:
        super().__init__()
        self.text = QLineEdit(self)
        self.kept = QCheckBox(self)
        self.binding = Binding(self)
        self.binding.text(self.text, "text")
        self.binding.check(self.kept, "is_kept")


def shown_for(qtbot: QtBot, model: Label) -> Shown:
    made = Shown()
    qtbot.addWidget(made)
    made.binding.bind(model)
    return made


def test_a_widget_shows_the_model_and_its_changes(qtbot: QtBot) -> None:
    model = Label(text="A", is_kept=True)
    shown = shown_for(qtbot, model)
    assert (shown.text.text(), shown.kept.isChecked()) == ("A", True)
    model.text, model.is_kept = "B", False
    assert (shown.text.text(), shown.kept.isChecked()) == ("B", False)


def test_a_persons_input_is_assigned_to_the_model_once(qtbot: QtBot) -> None:
    model, heard = Label(), []
    shown = shown_for(qtbot, model)
    model.events.connect(lambda info: heard.append((info.signal.name, *info.args)))
    QTest.keyClicks(shown.text, "6x")
    shown.kept.click()
    assert (model.text, model.is_kept) == ("6x", True)
    assert heard == [("text", "6"), ("text", "6x"), ("is_kept", True)]


def test_filling_does_not_count_as_input(qtbot: QtBot) -> None:
    model, typed = Label(), []
    shown = shown_for(qtbot, model)
    shown.text.textChanged.connect(typed.append)
    shown.kept.toggled.connect(typed.append)
    model.text, model.is_kept = "B", True
    assert typed == []


def test_typing_in_the_middle_keeps_the_cursor(qtbot: QtBot) -> None:
    shown = shown_for(qtbot, Label(text="AC"))
    shown.text.setCursorPosition(1)
    QTest.keyClicks(shown.text, "B")
    assert (shown.text.text(), shown.text.cursorPosition()) == ("ABC", 2)


def test_a_newly_bound_model_is_shown_and_the_first_no_longer_followed(qtbot: QtBot) -> None:
    first, second = Label(text="1"), Label(text="2")
    shown = shown_for(qtbot, first)
    shown.binding.bind(second)
    first.text = "X"
    QTest.keyClicks(shown.text, "!")
    assert (first.text, second.text) == ("X", "!2")
    shown.binding.bind(None)
    second.text = "Y"
    assert shown.text.text() == "!2"


def test_rejected_input_stays_in_the_widget_and_is_reported(qtbot: QtBot) -> None:
    model, refused = Label(text="1234"), []
    shown = shown_for(qtbot, model)
    shown.binding.refused.connect(lambda field, message: refused.append((field, message)))
    shown.text.end(False)
    QTest.keyClicks(shown.text, "5")
    assert (model.text, shown.text.text()) == ("1234", "12345")
    assert refused == [("text", text("form.too_long", title="text", length=5, limit=4))]


def test_a_model_outlives_its_widgets(qtbot: QtBot) -> None:
    model, shown = Label(), Shown()
    shown.binding.bind(model)
    shiboken6.delete(shown)
    model.text = "A"
    model.text = "B"
    assert model.text == "B"
