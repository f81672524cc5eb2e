"""Questions: which button Enter and Esc press, and what is done once the question is closed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit.prompt import Line, Prompt, PromptButton, TextPrompt, prompt
from shipconsole.ui.kit.theme import Theme


class Asked:
    """A question with two answers, and the answers given."""

    def __init__(self, qtbot: QtBot) -> None:
        self.answers: list[str] = []
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.parent.show()
        self.prompt = prompt(
            self.parent,
            Theme(),
            "question",
            "Leave?",
            [Line("<b>2 units</b> are packed.", "line")],
            (
                PromptButton("leave", "Leave", lambda: self.answers.append("leave")),
                PromptButton("stay", "Stay", lambda: self.answers.append("stay"), "Esc", is_default=True),
            ),
        )

    def press(self, qtbot: QtBot, name: str) -> None:
        qtbot.mouseClick(self.prompt.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    return Asked(qtbot)


def test_a_question_shows_plain_text_and_is_found_by_its_name(asked: Asked) -> None:
    assert asked.parent.findChild(Prompt, "question") is asked.prompt
    line = asked.prompt.findChild(QLabel, "line")
    assert (line.text(), line.textFormat()) == ("<b>2 units</b> are packed.", Qt.TextFormat.PlainText)


@pytest.mark.parametrize("name", ["leave", "stay"])
def test_a_button_closes_the_question_and_acts_once(qtbot: QtBot, asked: Asked, name: str) -> None:
    results: list[int] = []
    asked.prompt.finished.connect(results.append)
    asked.press(qtbot, name)
    assert asked.answers == [name]
    assert results == [name == "leave"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_esc_and_enter_give_the_careful_answer(qtbot: QtBot, asked: Asked, key: Qt.Key) -> None:
    qtbot.keyClick(asked.prompt, key)
    assert asked.answers == ["stay"]


def ask_number(qtbot: QtBot, **options: object) -> tuple[TextPrompt, list[str]]:
    parent, answers = QWidget(), list[str]()
    qtbot.addWidget(parent)
    question = TextPrompt(parent, Theme(), "units", "Units", "How many?", label="Units", button="Add", **options)
    question.answered.connect(answers.append)
    parent.show()
    question.open()
    return question, answers


def test_a_number_must_be_in_range(qtbot: QtBot) -> None:
    question, answers = ask_number(qtbot, max_number=12)
    add = question.buttons["units_done"]
    for typed, is_valid in (("", False), ("0", False), ("12", True), ("13", False), ("7", True)):
        question.field.setText(typed)
        assert add.isEnabled() is is_valid, typed
    qtbot.keyClick(question.field, Qt.Key.Key_Return)
    assert (answers, question.isVisible()) == (["7"], False)


def test_an_answer_may_be_empty_only_where_that_is_allowed(qtbot: QtBot) -> None:
    question, answers = ask_number(qtbot)
    assert not question.buttons["units_done"].isEnabled()
    question.reject()
    assert answers == []
    question, answers = ask_number(qtbot, may_be_empty=True, text="Ada")
    question.enter("")
    assert answers == [""]


def test_answers_that_take_more_than_one_line_end_at_the_right(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    words = "An answer of many words " * 3
    answers = [PromptButton(name, words, key="Esc" if name == "first" else "") for name in ("first", "second", "third")]
    asked = prompt(parent, Theme(), "question", "Which?", [Line("One of these.")], answers)
    buttons = list(asked.buttons.values())
    qtbot.waitUntil(lambda: buttons[-1].y() > buttons[0].y())
    right = asked.width() - buttons[-1].geometry().right()
    assert right <= 24
    assert buttons[-1].x() > buttons[0].x() or buttons[-1].width() == buttons[0].width()
