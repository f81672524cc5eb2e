"""A list that is searched: a choice is found as an order is, however its letters are written."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit.fields import searched_choice

CHOICES = ("Österreich", "Côte d’Ivoire", "Türkiye", "Ελλάδα", "Straßenpost", "NZ Post", "Ødegård", "日本")


def found(qtbot: QtBot, typed: str) -> list[str]:
    """What is offered for a text, and that the first one offered is what is taken."""
    parent = QWidget()
    qtbot.addWidget(parent)
    choice = searched_choice(CHOICES, parent)
    completer = choice.completer()
    assert completer is not None
    completer.setCompletionPrefix(typed)
    model = completer.completionModel()
    offered = [str(model.index(row, 0).data(Qt.ItemDataRole.DisplayRole)) for row in range(model.rowCount())]
    if offered:
        assert completer.currentCompletion() == offered[0]
        completer.activated.emit(model.index(0, 0))
    return offered


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("oster", ["Österreich"]),
        ("OSTERREICH", ["Österreich"]),
        ("O\u0308ster", ["Österreich"]),
        ("\u00f6ster", ["Österreich"]),
        ("cote", ["Côte d’Ivoire"]),
        ("d'iv", ["Côte d’Ivoire"]),
        ("turk", ["Türkiye"]),
        ("ελλα", ["Ελλάδα"]),
        ("strasse", ["Straßenpost"]),
        ("odegard", ["Ødegård"]),
        ("post", ["Straßenpost", "NZ Post"]),
        ("ＮＺ", ["NZ Post"]),
        ("本", ["日本"]),
        ("xyz", []),
    ],
)
def test_a_choice_is_found_in_any_normal_form(qtbot: QtBot, typed: str, offered: list[str]) -> None:
    assert found(qtbot, typed) == offered


def test_what_is_chosen_is_the_choice_itself(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    choice = searched_choice(CHOICES, parent)
    assert choice.currentText() == ""
    line = choice.lineEdit()
    assert line is not None
    qtbot.keyClicks(line, "oster")
    completer = choice.completer()
    assert completer is not None
    model = completer.completionModel()
    completer.activated[str].emit(completer.pathFromIndex(model.index(0, 0)))
    completer.popup().hide()
    assert completer.pathFromIndex(model.index(0, 0)) == "Österreich"
