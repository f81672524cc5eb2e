"""The question what to do about a damaged database, which no scan can answer."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.ui.dialogs.damaged_database import Choice, backup_text, damaged_database_prompt, waiting_text
from shipconsole.ui.kit.theme import Theme

FOUND = "The database shipconsole.db can't be used: it is damaged."


class Asked:
    """The open question and its answers."""

    def __init__(self, qtbot: QtBot, backup: str, other: tuple[str, str] | None = None) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.answers: list[str] = []
        self.dialog = damaged_database_prompt(
            self.window,
            Theme(),
            FOUND,
            title=text("damaged_database.title"),
            backup=backup,
            restore=lambda: self.answers.append("restore"),
            leave=Choice(text("damaged_database.close"), lambda: self.answers.append("leave")),
            other=None if other is None else Choice(other[0], lambda: self.answers.append("other"), other[1]),
        )
        self.dialog.open()

    def text(self, name: str) -> str:
        found = self.dialog.findChild(QLabel, name)
        assert found is not None
        return found.text()


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    return Asked(qtbot, backup_text(1_790_000_000_000, 1))


def test_it_shows_which_backup_there_is_and_what_restoring_means(asked: Asked) -> None:
    assert "September 2026" in asked.text("backup")
    assert "with 1 order is" in asked.text("backup")
    assert asked.text("means") == text("damaged_database.means")
    assert asked.text("found") == FOUND


def test_enter_answers_nothing(asked: Asked, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        qtbot.keyClick(asked.dialog.focusWidget() or asked.dialog, key)
    assert asked.answers == []
    assert asked.dialog.isVisible()


def test_restoring_is_chosen_by_keyboard(asked: Asked, qtbot: QtBot) -> None:
    restore = asked.dialog.findChild(QPushButton, "restore_backup")
    assert restore is not None
    restore.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(restore, Qt.Key.Key_Space)
    assert asked.answers == ["restore"]


def test_escape_leaves_the_database_as_it_is(asked: Asked, qtbot: QtBot) -> None:
    qtbot.keyClick(asked.dialog, Qt.Key.Key_Escape)
    assert asked.answers == ["leave"]


def test_without_a_backup_the_command_is_shown(qtbot: QtBot) -> None:
    asked = Asked(qtbot, "")
    assert asked.text("means") == text("damaged_database.command")
    assert asked.dialog.findChild(QPushButton, "restore_backup") is None


@pytest.mark.parametrize(
    ("title", "means"),
    [
        ("damaged_database.start_empty", "damaged_database.empty_means"),
        ("damaged_database.use_older", "damaged_database.older_means"),
    ],
)
def test_the_other_choice_is_explained_and_has_its_own_button(qtbot: QtBot, title: str, means: str) -> None:
    other = text(title), text(means)
    asked = Asked(qtbot, backup_text(1_790_000_000_000, 1), other)
    assert asked.text("other_means") == other[1]
    choose = asked.dialog.findChild(QPushButton, "other_choice")
    assert choose is not None
    assert choose.text() == other[0]
    qtbot.mouseClick(choose, Qt.MouseButton.LeftButton)
    assert asked.answers == ["other"], "neither put back nor left alone"


def test_a_damaged_database_has_no_other_choice(asked: Asked) -> None:
    assert asked.dialog.findChild(QPushButton, "other_choice") is None
    assert asked.dialog.findChild(QLabel, "other_means") is None


def test_what_needs_attention_after_a_restore_is_shown(qtbot: QtBot) -> None:
    assert waiting_text((), 0) == ""
    review = text("damaged_database.review", connections=("Pod",))
    assert waiting_text(("Pod",), 0) == review
    assert waiting_text((), 1) == text("damaged_database.unfinished", count=1)
    assert waiting_text(("Pod",), 2) == f"{review} {text('damaged_database.unfinished', count=2)}"
