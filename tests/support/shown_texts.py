"""Finds every text that a window shows or has read out, which of them are no message, and which are cut."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QItemDelegate,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QTextEdit,
    QToolButton,
    QTreeView,
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
            name = name_of(widget)
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
        Shown(name_of(widget), "cut", text)
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
    has_tooltip = bool(widget.toolTip())
    match widget:
        case Elided():
            is_beyond = QLabel.sizeHint(widget).width() > widget.width() + 1
            if is_beyond or (widget.text() != widget.full_text and not has_tooltip):
                yield widget.full_text
        case QLabel() if widget.wordWrap():
            needed = widget.heightForWidth(widget.width())
            if widget.text() and (needed > widget.height() + 1 or _has_a_cut_word(widget)):
                yield widget.text()
        case QLabel():
            hint = widget.sizeHint()
            is_cut = hint.width() > widget.width() + 1 and not has_tooltip
            if widget.text() and (is_cut or hint.height() > widget.height() + LOW_PX):
                yield widget.text()
        case QCheckBox() | QRadioButton():
            if widget.text() and widget.sizeHint().width() > widget.width() + 1:
                yield widget.text()
        case QPushButton() | QToolButton():
            hint = widget.minimumSizeHint()
            is_cut = hint.width() > widget.width() + 1 and not has_tooltip
            is_low = widget.fontMetrics().height() > widget.height() + 1
            if widget.text() and (is_cut or is_low):
                yield widget.text()
        case QComboBox():
            option = QStyleOptionComboBox()
            widget.initStyleOption(option)
            part = QStyle.SubControl.SC_ComboBoxEditField
            room = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, widget).width()
            is_cut = widget.fontMetrics().horizontalAdvance(widget.currentText()) > room + 1
            if is_cut and not widget.isEditable() and not has_tooltip:
                yield widget.currentText()
        case QAbstractSpinBox():
            edit = widget.findChild(QLineEdit)
            if edit is not None and widget.fontMetrics().horizontalAdvance(edit.text()) > edit.width():
                yield edit.text()
        case QLineEdit():
            room = widget.width() - widget.fontMetrics().height()
            if not widget.text() and widget.fontMetrics().horizontalAdvance(widget.placeholderText()) > room:
                yield widget.placeholderText()
        case QGroupBox():
            if widget.minimumSizeHint().width() > widget.width() + 1:
                yield widget.title()
        case QTabBar():
            for tab in range(widget.count()):
                room = min(widget.tabRect(tab).right(), widget.width()) - widget.tabRect(tab).left()
                if widget.fontMetrics().horizontalAdvance(widget.tabText(tab)) > room and not widget.tabToolTip(tab):
                    yield widget.tabText(tab)
        case QHeaderView() if isinstance(widget.parent(), QTableView | QTreeView):
            yield from _cut_headers(widget)
        case QAbstractItemView() if widget.model() is not None:
            yield from _cut_cells(widget)
        case _:
            pass


LOW_PX = 3
"""How much lower than its hint a line may be: what is missing is the room between lines."""


def _has_a_cut_word(label: QLabel) -> bool:
    """Return whether a wrapped text has a word that is wider than the label."""
    room = label.contentsRect().width() - 2 * label.margin()
    metrics = label.fontMetrics()
    # The pseudo-locale lengthens texts with tildes, which no language has as a word.
    words = _TAG.sub(" ", label.text()).replace("~", "").split()
    return any(
        metrics.horizontalAdvance(part) > room + 1 for word in words for part in re.split(r"(?<=[-/–\u200b])", word)
    )


def _cut_headers(header: QHeaderView) -> Iterator[str]:
    if not header.isVisible():
        return
    for section in range(header.count()):
        text = str(header.model().headerData(section, header.orientation()) or "")
        tooltip = header.model().headerData(section, header.orientation(), Qt.ItemDataRole.ToolTipRole)
        needed = max(header.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
        room = header.sectionSize(section)
        if header.orientation() == Qt.Orientation.Vertical:
            needed, room = header.fontMetrics().height(), header.sectionSize(section)
        if needed > room and not header.isSectionHidden(section) and not tooltip:
            yield text


def _cut_cells(view: QAbstractItemView) -> Iterator[str]:
    """Yield the cells that Qt draws and shortens; those of the program's own delegates are measured as painted."""
    if type(view.itemDelegate()) not in (QStyledItemDelegate, QItemDelegate):
        return
    model, root = view.model(), view.rootIndex()
    for row in range(min(model.rowCount(root), MAX_ROWS)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(root)):
            index = model.index(row, column, root)
            area = view.visualRect(index)
            text = index.data()
            if area.isEmpty() or not isinstance(text, str) or not text or index.data(Qt.ItemDataRole.ToolTipRole):
                continue
            if view.indexWidget(index) is not None:
                continue
            font = index.data(Qt.ItemDataRole.FontRole)
            metrics = QFontMetrics(font) if isinstance(font, QFont) else view.fontMetrics()
            lines = max(1, area.height() // metrics.height()) if _wraps(view) else 1
            widest = max(metrics.horizontalAdvance(line) for line in text.split("\n"))
            if widest > area.width() * lines:
                yield text


def _wraps(view: QAbstractItemView) -> bool:
    return isinstance(view, QTableView | QTreeView | QListView) and view.wordWrap()


def name_of(widget: QWidget) -> str:
    """Return the names of a widget and of the three widgets around it."""
    names: list[str] = []
    inner: QWidget | None = widget
    while inner is not None and len(names) < 4:
        names.append(inner.objectName() or type(inner).__name__)
        inner = inner.parentWidget()
    return " < ".join(names)
