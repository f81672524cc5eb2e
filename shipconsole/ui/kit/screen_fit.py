"""Fits dialogs to a screen that is too small for them at the text scale: rows fold, then the content scrolls."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QLabel,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from shipconsole.ui.kit.flow_layout import FlowLayout
from shipconsole.ui.kit.layout_items import forget_items, parts_of

SCREEN_MARGIN_PX = 40
"""What a window's frame and the desk's own bars need."""
_MOST_FOLDS = 24
_BAR_PX = 24
"""The width of a scroll bar, and a little room beside it."""


def room_for(widget: QWidget) -> QSize:
    """Return the largest size of a dialog over a widget, or of the widget itself."""
    parent = widget.parentWidget()
    screen = (parent.window() if parent is not None else widget).screen().availableSize()
    return screen - QSize(SCREEN_MARGIN_PX, SCREEN_MARGIN_PX)


def limited(widget: QWidget, width: int, height: int) -> QSize:
    """Return a size, or as much of it as the screen has."""
    return QSize(width, height).boundedTo(room_for(widget))


def fit_to_screen(dialog: QDialog, *, is_whole: bool = False) -> None:
    """Fold the rows that are wider than the screen, and let what is higher scroll; the buttons stay in sight.

    With `is_whole` the dialog becomes as high as its texts, where the screen is.
    """
    column = dialog.layout()
    if not isinstance(column, QBoxLayout):
        return
    room = room_for(dialog)
    scrolled = dialog.findChild(_Scrolled)
    if scrolled is not None:
        scrolled.fold(room.width() - _frame_width(column))
    for _ in range(_MOST_FOLDS):
        if dialog.minimumWidth() > room.width():
            dialog.setMinimumWidth(room.width())
        if column.minimumSize().width() <= room.width():
            break
        row = _widest_row(column, room.width() - _frame_width(column))
        if row is None:
            break
        _fold(row)
        column.invalidate()
    whole = column.totalHeightForWidth(min(dialog.width(), room.width())) if is_whole else 0
    if max(whole, _least_height(column, dialog, room)) > room.height():
        _let_scroll(dialog, column)
    column.activate()
    wanted = dialog.size().expandedTo(QSize(column.minimumSize().width(), 0)).boundedTo(room)
    if column.hasHeightForWidth():
        needed = column.totalHeightForWidth if is_whole else column.totalMinimumHeightForWidth
        wanted.setHeight(min(room.height(), max(wanted.height(), needed(wanted.width()))))
    if wanted != dialog.size():
        dialog.resize(wanted)


def fit_to_texts(dialog: QDialog) -> None:
    """Make a dialog that is shown as high as its texts."""
    dialog.adjustSize()
    fit_to_screen(dialog, is_whole=True)
    # On another screen than the first, some platforms give a window its first size only now.
    QTimer.singleShot(0, dialog, partial(fit_to_screen, dialog, is_whole=True))


def fold_rows(layout: QLayout | None, room: int) -> None:
    """Fold rows in a layout until it is no wider than this."""
    for _ in range(_MOST_FOLDS):
        if layout is None or layout.minimumSize().width() <= room:
            return
        row = _widest_row(layout, room)
        if row is None:
            return
        _fold(row)
        layout.invalidate()


class FoldingScrollArea(QScrollArea):
    """Scrolls down only: what is too wide for it folds."""

    def __init__(self, content: QWidget) -> None:
        """Show a widget."""
        super().__init__()
        self._content = content
        content.setProperty("variant", "scrolled")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what is too wide now."""
        super().resizeEvent(event)
        if self.isVisible():
            fold_rows(self._content.layout(), self.viewport().width())

    def showEvent(self, event: QShowEvent) -> None:
        """Fold what is too wide, once its style is known."""
        super().showEvent(event)
        # Areas inside show the whole of their content now.
        for area in self._content.findChildren(QScrollArea):
            area.updateGeometry()
        fold_rows(self._content.layout(), self.viewport().width())


class _Scrolled(QWidget):
    """What scrolls in a dialog that is too high; as it grows, its rows fold."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("variant", "scrolled")
        self._room = 0

    def fold(self, room: int) -> None:
        """Fold rows until the content is no wider than this."""
        self._room = room
        fold_rows(self.layout(), room - _BAR_PX)

    def event(self, event: QEvent) -> bool:
        """Fold again when something is added."""
        is_handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._room:
            self.fold(self._room)
            self._grow()
        return is_handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the height that wrapped texts need at the new width."""
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        """Keep the least height at this width: a scroll area asks for the preferred one, which may be lower."""
        inside = self.layout()
        if inside is not None and inside.hasHeightForWidth():
            self.setMinimumHeight(inside.totalMinimumHeightForWidth(self.width()))


def _least_height(column: QBoxLayout, dialog: QDialog, room: QSize) -> int:
    width = min(max(dialog.width(), column.minimumSize().width()), room.width())
    by_width = column.totalMinimumHeightForWidth(width) if column.hasHeightForWidth() else 0
    return max(column.totalMinimumSize().height(), by_width)


def _frame_width(column: QLayout) -> int:
    margins = column.contentsMargins()
    return margins.left() + margins.right()


def _rows_of(layout: QLayout) -> Iterator[QBoxLayout]:
    """Yield the rows in a layout, those inside of others first."""
    for part in parts_of(layout):
        if isinstance(part, QLayout):
            yield from _rows_of(part)
            continue
        content = part.widget() if isinstance(part, QScrollArea) else None
        inner = (content or part).layout()
        if inner is not None:
            yield from _rows_of(inner)
    if (
        isinstance(layout, QBoxLayout)
        and not isinstance(layout, FlowLayout)
        and layout.direction() == QBoxLayout.Direction.LeftToRight
    ):
        yield layout


def _widest_row(column: QLayout, room: int) -> QBoxLayout | None:
    """Return the innermost row that is too wide, else the widest one of more than one part."""
    rows = [row for row in _rows_of(column) if row.count() > 1]
    too_wide = next((row for row in rows if row.minimumSize().width() > room), None)
    return too_wide or max(rows, key=lambda row: row.minimumSize().width(), default=None)


def _fold(row: QBoxLayout) -> None:
    """Put wide parts below each other, and small ones beside each other in as many lines as they take.

    Small ones that the row had at its right stay there.
    """
    items = []
    while row.count():
        stretch = row.stretch(0)
        item = row.takeAt(0)
        if item is not None:
            items.append((item, stretch))
    row.setDirection(QBoxLayout.Direction.TopToBottom)
    flow: FlowLayout | None = None
    is_right = False
    for item, stretch in items:
        widget, inner, gap = item.widget(), item.layout(), item.spacerItem()
        if gap is not None and gap.expandingDirections() & Qt.Orientation.Horizontal:
            is_right = True
        if inner is not None:
            inner.setParent(None)
            row.addLayout(inner, stretch)
            flow = None
        elif widget is not None and _is_wide(widget):
            row.addWidget(widget, stretch)
            flow = None
        elif widget is not None:
            if flow is None:
                flow = FlowLayout(spacing=max(4, row.spacing()), is_right=is_right)
                row.addLayout(flow)
            flow.addWidget(widget)


def _is_wide(widget: QWidget) -> bool:
    """Return whether a widget takes a line of its own."""
    if isinstance(widget, QLabel):
        return widget.wordWrap()
    return isinstance(widget, QFrame | QLineEdit | QPlainTextEdit) or widget.layout() is not None


def _let_scroll(dialog: QDialog, column: QBoxLayout) -> None:
    """Move all but the last part, which has the buttons, into a scroll area."""
    if dialog.property("scrolls") is True or column.count() < 2:
        return
    dialog.setProperty("scrolls", True)
    content = _Scrolled()
    inside = QVBoxLayout(content)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(column.spacing())
    while column.count() > 1:
        stretch = column.stretch(0)
        item = column.takeAt(0)
        if item is None:
            break
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            inside.addWidget(widget, stretch)
        elif inner is not None:
            inner.setParent(None)
            inside.addLayout(inner, stretch)
        else:
            inside.addItem(item)
    forget_items(inside)
    column.insertWidget(0, FoldingScrollArea(content), 1)
    content.fold(room_for(dialog).width() - _frame_width(column))
