"""What a window shows or has read out, what of it is no message, and what is cut off."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QTabWidget,
    QTextEdit,
    QWidget,
)

from shipconsole import messages
from shipconsole.ui.kit.theme import Elided

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
ROWS = 60
_MARKUP = re.compile(r"</?p>|<br>")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'"}


def said(top: QWidget) -> Iterator[tuple[str, str]]:
    """Yield all that a window shows or has read out, with where that is."""
    for widget in (top, *top.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        for what in ("windowTitle", "toolTip", "accessibleName", "accessibleDescription", "statusTip"):
            yield f"{where} {what}", str(getattr(widget, what)())
        if isinstance(widget, QLabel):
            yield f"{where} text", widget.text()
        elif isinstance(widget, QAbstractButton):
            yield f"{where} text", widget.text()
        elif isinstance(widget, QLineEdit):
            yield f"{where} hint", widget.placeholderText()
        elif isinstance(widget, QPlainTextEdit | QTextEdit):
            yield f"{where} text", widget.toPlainText()
            yield f"{where} hint", widget.placeholderText()
        elif isinstance(widget, QComboBox):
            yield from ((f"{where} item", widget.itemText(row)) for row in range(widget.count()))
        elif isinstance(widget, QTabWidget):
            yield from ((f"{where} tab", widget.tabText(tab)) for tab in range(widget.count()))
        elif (
            isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView) and widget.model() is not None
        ):
            yield from ((f"{where} {cell}", text) for cell, text in cells(widget.model(), QModelIndex()))
        if isinstance(widget, QTableView) and widget.horizontalHeader().isVisibleTo(widget):
            yield from ((f"{where} header", text) for text in titles(widget.model()))


def cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[tuple[str, str]]:
    """Yield the texts of a model, at every depth."""
    for row in range(min(model.rowCount(parent), ROWS)):
        # Qt hides the columns of a list, of which there is one.
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            for role in ROLES:
                value = index.data(role)
                yield f"{row} {column} {role.name}", value if isinstance(value, str) else ""
        if not isinstance(model, QAbstractListModel):
            yield from cells(model, model.index(row, 0, parent))


def titles(model: QAbstractItemModel) -> Iterator[str]:
    """Yield the titles over the columns."""
    for column in range(model.columnCount()):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")


def unmarked(text: str) -> str:
    """Return what of a text stands outside the marks of the pseudo-locale, with breaks where marked parts were."""
    text = _MARKUP.sub("\n", text)
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    opened, closed = messages.MARKS
    depth, kept = 0, ""
    for character in text:
        if character == opened:
            depth, kept = depth + 1, f"{kept}\n"
        elif character == closed:
            depth -= 1
        elif not depth:
            kept += character
    return kept


def cut(top: QWidget) -> Iterator[str]:
    """Yield each visible text that has not the room it needs: data may be shortened, a message may not."""
    for widget in (top, *top.findChildren(QWidget)):
        if not widget.isVisible():
            continue
        shown, needed, room = _room(widget)
        if needed > room + 1:
            yield f"{type(widget).__name__} {widget.objectName()}: {shown!r} needs {needed} px and has {room}"
        if isinstance(widget, QTableView) and widget.horizontalHeader().isVisible():
            header = widget.horizontalHeader()
            for column, title in enumerate(titles(widget.model())):
                if (
                    not header.isSectionHidden(column)
                    and header.sectionSizeHint(column) > header.sectionSize(column) + 1
                ):
                    yield f"{widget.objectName()}: the title {title!r} is cut"


def _room(widget: QWidget) -> tuple[str, int, int]:
    """Return a widget's text, the room that it needs, and the room that it has, all of them 0 where it has no text."""
    nothing = ("", 0, 0)
    if isinstance(widget, Elided):
        whole = widget.accessibleName()
        is_message = whole.startswith(messages.MARKS[0]) and whole.endswith(messages.MARKS[1])
        return (whole, widget.fontMetrics().horizontalAdvance(whole), widget.width()) if is_message else nothing
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            return widget.text(), widget.heightForWidth(widget.width()), widget.height()
        return widget.text(), widget.sizeHint().width(), widget.width()
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text(), widget.sizeHint().width(), widget.width()
    if isinstance(widget, QLineEdit) and widget.placeholderText() and not widget.text():
        hint = widget.placeholderText()
        return hint, widget.fontMetrics().horizontalAdvance(hint), widget.contentsRect().width()
    if isinstance(widget, QComboBox) and widget.currentText():
        shown = widget.currentText()
        return shown, widget.fontMetrics().horizontalAdvance(shown), widget.contentsRect().width()
    return nothing
