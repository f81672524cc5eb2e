"""Finds every text that a window shows, and which of them are no message or are cut."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QTabBar,
    QTableView,
    QWidget,
)

from shipconsole.messages import MARKS
from shipconsole.ui.kit.theme import Elided, KeyButton
from shipconsole.ui.tracking.timeline import Timeline

CELL_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.UserRole + 1,
)
"""The last one is the second line of the activity list."""
ROWS_READ = 60
_TAG = re.compile(r"<[^>]+>")
_LETTER = re.compile(r"[^\W\d_]")


class Shown(NamedTuple):
    """A text, what it is part of, and what part."""

    where: str
    part: str
    text: str


def shown_texts(window: QWidget) -> list[Shown]:
    """Return every text of the widgets that can be seen, and of the menus' entries."""
    found = [Shown("window", "title", window.windowTitle())]
    for widget in (window, *window.findChildren(QWidget)):
        if widget.isVisible() and widget.objectName() not in QT_OWN:
            name = _name_of(widget)
            found += [Shown(name, part, text) for part, text in _texts_of(widget) if text]
    found += [Shown(action.objectName(), "entry", action.text()) for action in window.findChildren(QAction)]
    return list(dict.fromkeys(one for one in found if one.text))


def unmarked(found: Iterable[Shown], data: Iterable[str]) -> list[Shown]:
    """Return the texts with words that are neither between the marks of a message nor data."""
    known = re.compile("|".join(re.escape(one) for one in sorted({*data, "\n"} - {""}, key=len, reverse=True)))

    def is_literal(text: str) -> bool:
        return bool(_LETTER.search(_NO_WORDS.sub(" ", known.sub(" ", outside_marks(_TAG.sub(" ", text))))))

    return [one for one in found if is_literal(one.text)]


def cut(window: QWidget) -> list[Shown]:
    """Return the texts of which a part cannot be read: there is no room for it, and no tooltip."""
    return [
        Shown(_name_of(widget), "cut", text)
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.width() > 1
        for text in _cut_of(widget)
    ]


_NO_WORDS = re.compile(
    r"(?:(?:Ctrl|Alt|Shift)\+)+\S+|\b(?:Enter|Esc|F1?[0-9])\b"  # keys
    r"|\d{1,2}:\d{2}(?::\d{2})?(?:\s[AP]M)?|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b"  # times and days of the locale
    r"|\bShipconsole\b"
)
QT_OWN = frozenset({"ScrollLeftButton", "ScrollRightButton"})
"""Parts of Qt's widgets, which have texts of Qt."""


def outside_marks(text: str) -> str:
    """Return what of a text stands outside the marks of the pseudo-locale."""
    kept, depth = "", 0
    for letter in html.unescape(text):
        if letter == MARKS[0]:
            depth += 1
        elif letter == MARKS[1]:
            depth -= 1
        elif depth == 0:
            kept += letter
    return kept


def _texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    yield "tooltip", widget.toolTip()
    yield "accessible name", widget.accessibleName()
    yield "accessible description", widget.accessibleDescription()
    match widget:
        case Elided():
            pass  # its accessible name is the whole text
        case QLabel():
            yield "text", widget.text()
        case QAbstractButton():
            yield "text", widget.text().replace("&&", "&")
        case QLineEdit():
            yield "hint", widget.placeholderText()
        case QPlainTextEdit():
            yield "hint", widget.placeholderText()
        case QComboBox():
            yield from (("item", widget.itemText(row)) for row in range(widget.count()))
        case QTabBar():
            for tab in range(widget.count()):
                yield "tab", widget.tabText(tab)
                yield "tab's tooltip", widget.tabToolTip(tab)
        case Timeline():
            for step in widget._steps:
                yield "step", step.told
        case QHeaderView() if widget.model() is not None:
            for section in range(widget.count()):
                if not widget.isSectionHidden(section):
                    yield "header", str(widget.model().headerData(section, widget.orientation()) or "")
        case QAbstractItemView() if widget.model() is not None:
            yield from _cells_of(widget.model())
        case _:
            pass
    if isinstance(widget, KeyButton):
        yield "key", widget._key


def _cells_of(model: QAbstractItemModel) -> Iterator[tuple[str, str]]:
    for row in range(min(model.rowCount(), ROWS_READ)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
            index = model.index(row, column)
            for role in CELL_ROLES:
                said = index.data(role)
                if isinstance(said, str):
                    yield "cell", said


def _cut_of(widget: QWidget) -> Iterator[str]:
    match widget:
        case Elided():
            if widget.text() != widget._whole and not widget.toolTip():
                yield widget._whole
        case QLabel() if widget.wordWrap():
            if widget.text() and widget.heightForWidth(widget.width()) > widget.height() + 1:
                yield widget.text()
        case QLabel():
            if widget.text() and widget.sizeHint().width() > widget.width() + 1 and not widget.toolTip():
                yield widget.text()
        case QPushButton():
            if widget.text() and widget.minimumSizeHint().width() > widget.width() + 1 and not widget.toolTip():
                yield widget.text()
        case QCheckBox() | QRadioButton():
            if widget.text() and widget.sizeHint().width() > widget.width() + 1:
                yield widget.text()
        case QComboBox():
            if widget.fontMetrics().horizontalAdvance(widget.currentText()) > widget.contentsRect().width():
                yield widget.currentText()
        case QLineEdit():
            room = widget.width() - widget.fontMetrics().height()
            if widget.fontMetrics().horizontalAdvance(widget.placeholderText()) > room:
                yield widget.placeholderText()
        case QHeaderView() if isinstance(widget.parent(), QTableView):
            yield from _cut_headers(widget)
        case _:
            pass


def _cut_headers(header: QHeaderView) -> Iterator[str]:
    for section in range(header.count()):
        text = str(header.model().headerData(section, header.orientation()) or "")
        tooltip = header.model().headerData(section, header.orientation(), Qt.ItemDataRole.ToolTipRole)
        is_cut = header.fontMetrics().horizontalAdvance(text) > header.sectionSize(section)
        if is_cut and not header.isSectionHidden(section) and not tooltip:
            yield text


def _name_of(widget: QWidget) -> str:
    """The names of a widget and of what it is in, as far as they have some."""
    names: list[str] = []
    one: QWidget | None = widget
    while one is not None and len(names) < 4:
        names.append(one.objectName() or type(one).__name__)
        one = one.parentWidget()
    return " < ".join(names)
