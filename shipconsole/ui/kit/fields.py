"""Fields of forms: lists to choose from, and fields with a title and a problem."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QDate, QLocale, QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QDateEdit, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain import code
from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.formats import locale
from shipconsole.ui.kit.theme import Theme

INPUT_MAX = 1_000
_SPARE_PX = 4
_SEARCH_KEY = Qt.ItemDataRole.UserRole + 1
W = TypeVar("W", bound=QWidget)


class NamedComboBox(QComboBox):
    """A combo box of which the line that is typed into has a name too: screen readers read it by itself."""

    def setAccessibleName(self, name: str) -> None:
        """Name the list and its line."""
        super().setAccessibleName(name)
        line = self.lineEdit()
        if line is not None:
            line.setAccessibleName(name)


class Choice(NamedComboBox):
    """A combo box with an arrow, whose choice scrolling never changes, since its form may be scrolled."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow."""
        super().paintEvent(event)
        draw_arrow(self)

    def sizeHint(self) -> QSize:
        """Return room for every choice; at some sizes of text Qt's own has two pixels too few."""
        return super().sizeHint() + QSize(_SPARE_PX, 0)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return super().minimumSizeHint() + QSize(_SPARE_PX, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()


class DayField(QDateEdit):
    """A day, typed or chosen in a calendar, as the language of the window writes it."""

    def __init__(self, name: str, title: str) -> None:
        """Begin with today; `title` is the accessible name."""
        super().__init__(QDate.currentDate())
        self.setObjectName(name)
        self.setAccessibleName(plain(title))
        self.setCalendarPopup(True)
        self.setLocale(locale())
        written = locale().dateFormat(QLocale.FormatType.ShortFormat)
        self.setDisplayFormat(written if "yyyy" in written else written.replace("yy", "yyyy"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow."""
        super().paintEvent(event)
        draw_arrow(self)


def draw_arrow(field: QWidget) -> None:
    """Draw at the end of a field that a list opens, or a calendar."""
    painter = QPainter(field)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = field.height() / 9
    middle = QPointF(field.width() - 4 * size, field.height() / 2 + size / 2)
    painter.setPen(QPen(field.palette().placeholderText(), size / 2.5))
    painter.drawPolyline([middle - QPointF(size, size), middle, middle + QPointF(size, -size)])


def searched_choice(choices: Sequence[str], parent: QWidget) -> Choice:
    """Return a list without a choice, searched by typing any part of one; other text stays, for the caller to check."""
    choice = Choice(parent)
    choice.setEditable(True)
    choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    choice.addItems(list(choices))
    for index, text in enumerate(choices):
        choice.setItemData(index, code.search_key(text), _SEARCH_KEY)
    choice.setCurrentIndex(-1)
    choice.setCompleter(_Completer(choice))
    return choice


class _Completer(QCompleter):
    """Finds choices as orders are found, regardless of case and accents."""

    def __init__(self, choice: Choice) -> None:
        """Search the choices of a list."""
        super().__init__(choice.model(), choice)
        self.setCompletionRole(_SEARCH_KEY)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def splitPath(self, path: str) -> list[str]:
        """Return the search key of what was typed."""
        return [code.search_key(path)]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Return the choice itself, not its search key."""
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class FieldUnderTitle(QWidget, Generic[W]):
    """A field of a form; `input` has the field's name as its object name."""

    def __init__(self, input_: W, name: str, title: str, theme: Theme, hint: str = "") -> None:
        """Show an input under its title; the hint is its tooltip."""
        super().__init__()
        self.input = input_
        self.input.setObjectName(name)
        self.input.setAccessibleName(plain(title))
        widgets.set_tooltip(self.input, hint)
        self._problem = widgets.label("", "secondary", "bad")
        self._problem.setObjectName(f"{name}_problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        label = widgets.Elided(title, "field")
        label.setBuddy(self.input)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens.px(3))
        column.addWidget(label)
        column.addWidget(self.input)
        column.addWidget(self._problem)
        column.addStretch(1)

    def mark(self, problem: str) -> None:
        """Show the field's problem, or none."""
        widgets.set_wrong(self.input, bool(problem))
        self.input.setAccessibleDescription(plain(problem))
        self._problem.setText(plain(problem))
        self._problem.setVisible(bool(problem))


class TitledField(FieldUnderTitle[QLineEdit]):
    """A line of text."""

    def __init__(self, name: str, title: str, theme: Theme, hint: str = "") -> None:
        """Initialize empty."""
        super().__init__(QLineEdit(), name, title, theme, hint)
        # Longer than any valid value, so that too long an input gets a message instead of being cut off.
        self.input.setMaxLength(INPUT_MAX)
