"""A list to choose from that is searched by typing any part of a choice."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from shipconsole.ui.kit.choice import Choice


def searched_choice(choices: Sequence[str], parent: QWidget) -> Choice:
    """A list that begins empty; whether another text will do is for whoever reads it to say."""
    choice = Choice(parent)
    choice.setEditable(True)
    choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    choice.addItems(list(choices))
    choice.setCurrentIndex(-1)
    completer = choice.completer()
    if completer is not None:
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return choice
