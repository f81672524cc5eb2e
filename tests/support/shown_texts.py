"""Finds every text that a window shows or has read out, which of them are no message, and which are cut."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
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
    QTextEdit,
    QWidget,
)

from shipconsole.domain.plain_text import plain
from shipconsole.messages import MARKS
from shipconsole.ui.kit.widgets import Elided, KeyButton
from shipconsole.ui.tracking.timeline import Timeline

CELL_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
MAX_ROWS = 60
_TAG = re.compile(r"<[^>]+>")
_LETTER = re.compile(r"[^\W\d_]")


class Shown(NamedTuple):
    """A text, what it is part of, and what part."""

    where: str
    part: str
    text: str


def shown_texts(window: QWidget, *, everything: bool = False) -> list[Shown]:
    """Return every text of a window's visible widgets and of its menus' entries.

    With `everything` also those of hidden widgets, and what text fields contain.
    """
    found: list[Shown] = []
    for widget in (window, *window.findChildren(QWidget)):
        if everything or (widget.isVisible() and widget.objectName() not in QT_OWN):
            name = _name_of(widget)
            found += [Shown(name, part, text) for part, text in _texts_of(widget)]
            if everything and isinstance(widget, QPlainTextEdit | QTextEdit):
                found.append(Shown(name, "content", widget.toPlainText()))
    found += [Shown(action.objectName(), "entry", action.text()) for action in window.findChildren(QAction)]
    return list(dict.fromkeys(shown for shown in found if shown.text))


def unmarked(found: Iterable[Shown], data: Iterable[str]) -> list[Shown]:
    """Return the texts with words that are neither between a message's marks nor data."""
    known = re.compile("|".join(re.escape(value) for value in sorted({*data, "\n"} - {""}, key=len, reverse=True)))

    def is_literal(text: str) -> bool:
        return bool(_LETTER.search(_NO_WORDS.sub(" ", known.sub(" ", outside_marks(_TAG.sub(" ", text))))))

    return [shown for shown in found if is_literal(shown.text)]


def cut(window: QWidget) -> list[Shown]:
    """Return the texts that do not fit in their widget and have no tooltip."""
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
"""Widgets inside Qt's own, with texts of Qt."""


def outside_marks(text: str) -> str:
    """Return the part of a text outside the marks of the pseudo-locale."""
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
    yield "status tip", widget.statusTip()
    yield "title", widget.windowTitle()
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
            for step in widget.steps:
                yield "step", plain(step.full_text)
        case QHeaderView() if widget.model() is not None:
            for section in range(widget.count()):
                if not widget.isSectionHidden(section):
                    yield "header", str(widget.model().headerData(section, widget.orientation()) or "")
        case QAbstractItemView() if widget.model() is not None:
            yield from _cells_of(widget.model(), QModelIndex())
        case _:
            pass
    if isinstance(widget, KeyButton):
        yield "key", widget.key


def _cells_of(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[tuple[str, str]]:
    """Yield the texts of a model, at every depth."""
    for row in range(min(model.rowCount(parent), MAX_ROWS)):
        # Qt hides the columns of a list, which has one.
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            for role in CELL_ROLES:
                text = index.data(role)
                if isinstance(text, str):
                    yield f"cell {row} {column} {role.name}", text
        if not isinstance(model, QAbstractListModel):
            yield from _cells_of(model, model.index(row, 0, parent))


def _cut_of(widget: QWidget) -> Iterator[str]:
    match widget:
        case Elided():
            if widget.text() != widget.full_text and not widget.toolTip():
                yield widget.full_text
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
    """Return the names of a widget and of the three widgets around it."""
    names: list[str] = []
    inner: QWidget | None = widget
    while inner is not None and len(names) < 4:
        names.append(inner.objectName() or type(inner).__name__)
        inner = inner.parentWidget()
    return " < ".join(names)
