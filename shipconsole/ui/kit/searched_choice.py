"""A list to choose from that is searched by typing any part of a choice."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from shipconsole.domain import code
from shipconsole.ui.kit.choice import Choice

_SEARCH_KEY = Qt.ItemDataRole.UserRole + 1


def searched_choice(choices: Sequence[str], parent: QWidget) -> Choice:
    """A list that begins empty; whether another text will do is for whoever reads it to say."""
    choice = Choice(parent)
    choice.setEditable(True)
    choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    choice.addItems(list(choices))
    for place, text in enumerate(choices):
        choice.setItemData(place, code.search_key(text), _SEARCH_KEY)
    choice.setCurrentIndex(-1)
    choice.setCompleter(_Completer(choice))
    return choice


class _Completer(QCompleter):
    """Finds choices as orders are found: upper and lower case, accents and forms of letters as one."""

    def __init__(self, choice: Choice) -> None:
        """Search the choices of a list."""
        super().__init__(choice.model(), choice)
        self.setCompletionRole(_SEARCH_KEY)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def splitPath(self, path: str) -> list[str]:
        """Return what is sought in the choices."""
        return [code.search_key(path)]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Return the choice itself, not what it is found by."""
        return str(index.data(Qt.ItemDataRole.DisplayRole))
