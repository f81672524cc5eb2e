"""The question what is to become of a damaged store: said plainly, and never answered by a scan."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.ui.dialogs.damaged_database import DamagedDatabaseDialog, backup_text, waiting_text
from shipconsole.ui.kit.theme import Theme

FOUND = "The database shipconsole.db can't be used: it is damaged."


class Asked:
    """An open dialog and what it was answered."""

    def __init__(self, qtbot: QtBot, copy: str, other: tuple[str, str] = ("", "")) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        refuse, title = text("damaged_database.close"), text("damaged_database.title")
        self.dialog = DamagedDatabaseDialog(
            self.window, Theme(), FOUND, copy=copy, refuse=refuse, title=title, other=other
        )
        self.answers: list[str] = []
        self.dialog.accepted.connect(lambda: self.answers.append("put back"))
        self.dialog.rejected.connect(lambda: self.answers.append("left"))
        self.dialog.other_chosen.connect(lambda: self.answers.append("other"))
        self.dialog.open()

    def text(self, name: str) -> str:
        found = self.dialog.findChild(QLabel, name)
        assert found is not None
        return found.text()


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    return Asked(qtbot, backup_text(1_790_000_000_000, 1))


def test_it_says_which_copy_there_is_and_what_is_not_in_it(asked: Asked) -> None:
    assert "September 2026" in asked.text("copy")
    assert "with 1 order is" in asked.text("copy")
    assert asked.text("means") == text("damaged_database.means")
    assert asked.text("found") == FOUND


def test_enter_answers_nothing(asked: Asked, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        qtbot.keyClick(asked.dialog.focusWidget() or asked.dialog, key)
    assert asked.answers == []
    assert asked.dialog.isVisible()


def test_both_buttons_are_reached_by_keyboard(asked: Asked, qtbot: QtBot) -> None:
    put_back = asked.dialog.findChild(QPushButton, "restore_backup")
    assert put_back is not None
    put_back.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(put_back, Qt.Key.Key_Space)
    assert asked.answers == ["put back"]


def test_escape_leaves_the_store_alone(asked: Asked, qtbot: QtBot) -> None:
    qtbot.keyClick(asked.dialog, Qt.Key.Key_Escape)
    assert asked.answers == ["left"]


def test_without_a_copy_the_command_is_named(qtbot: QtBot) -> None:
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
def test_the_third_way_is_said_and_chosen_by_its_own_button(qtbot: QtBot, title: str, means: str) -> None:
    other = text(title), text(means)
    asked = Asked(qtbot, backup_text(1_790_000_000_000, 1), other)
    assert asked.text("other_means") == other[1]
    choose = asked.dialog.findChild(QPushButton, "other_choice")
    assert choose is not None
    assert choose.text() == other[0]
    qtbot.mouseClick(choose, Qt.MouseButton.LeftButton)
    assert asked.answers == ["other"], "neither put back nor left alone"


def test_a_damaged_store_has_no_third_way(asked: Asked) -> None:
    assert asked.dialog.findChild(QPushButton, "other_choice") is None
    assert asked.dialog.findChild(QLabel, "other_means") is None


def test_what_waits_after_a_restore_is_said(qtbot: QtBot) -> None:
    assert waiting_text((), 0) == ""
    review = text("damaged_database.review", connections=("Pod",))
    assert waiting_text(("Pod",), 0) == review
    assert waiting_text((), 1) == text("damaged_database.unfinished", count=1)
    assert waiting_text(("Pod",), 2) == f"{review} {text('damaged_database.unfinished', count=2)}"
