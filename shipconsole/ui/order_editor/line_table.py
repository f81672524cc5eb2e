"""The items of the order: what was ordered, what has shipped, what is in the open package, what is left."""

import html
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QIntValidator,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from shipconsole.domain.order import OrderLine
from shipconsole.ui.kit import strings as window_words
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor import words
from shipconsole.ui.order_editor.draft import Draft

SKU, ITEM, ORDERED, SHIPPED, IN_PARCEL, LEFT = range(6)
UNRESOLVED = "?"
"""Stands for how many are left where nobody knows."""
LINE_ROLE = Qt.ItemDataRole.UserRole
"""The order line of a row, whole."""
MARK_ROLE = Qt.ItemDataRole.UserRole + 1
"""What is wrong with a row, in words; empty where nothing is."""
FEWEST_ROWS = 2
MOST_PIECES = 1_000_000
_NARROW_PX = 480
"""Below this the units that have shipped stand in the headline only."""

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
_ALIGNED = {ORDERED: _RIGHT, SHIPPED: _RIGHT, IN_PARCEL: _CENTRE, LEFT: _RIGHT}


class LineTableModel(QAbstractTableModel):
    """The lines of a draft's order. Signals: quantity_changed(line id), refused(line id, units asked for)."""

    quantity_changed = Signal(int)
    refused = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with no order."""
        super().__init__(parent)
        self._draft: Draft | None = None
        self._lines: tuple[OrderLine, ...] = ()
        self._marks: dict[int, str] = {}
        self._locked = False

    def show(self, draft: Draft | None) -> None:
        """Show a draft, or nothing; a draft of the same lines is shown without losing the chosen row."""
        lines = draft.order.lines if draft else ()
        if [line.id for line in lines] == [line.id for line in self._lines] and lines:
            self._draft, self._lines = draft, lines
            self.redraw()
            return
        self.beginResetModel()
        self._draft, self._lines = draft, lines
        self.endResetModel()

    def redraw(self) -> None:
        """Show the draft as it is now."""
        if self._lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, LEFT))

    def mark(self, marks: dict[int, str]) -> None:
        """Mark rows with words by line id."""
        if marks != self._marks:
            self._marks = dict(marks)
            self.redraw()

    def lock(self, locked: bool) -> None:
        """Hold the quantities while the shipment is being stored."""
        self._locked = locked
        self.redraw()

    def row_of(self, line_id: int) -> int:
        """The row of a line, -1 where there is none."""
        return next((row for row, line in enumerate(self._lines) if line.id == line_id), -1)

    def may_step(self, row: int, by: int) -> bool:
        """Whether a row's quantity can go up or down."""
        if self._draft is None or self._locked:
            return False
        line_id = self._lines[row].id
        return self._draft.left_of(line_id) > 0 if by > 0 else self._draft.in_parcel(line_id) > 0

    def step(self, row: int, by: int) -> None:
        """Put a unit in the open package, or take one out."""
        if self._draft is not None:
            index = self.index(row, IN_PARCEL)
            self.setData(index, self._draft.in_parcel(self._lines[row].id) + by)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """As many as the order has lines."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """The six columns."""
        return 0 if parent.isValid() else len(words.LINE_COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every row can be chosen; only the quantity in the package can be typed."""
        flags = super().flags(index)
        if index.isValid() and index.column() == IN_PARCEL and not self._locked:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names, numbers over numbers."""
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(words.LINE_COLUMNS):
            if role == Qt.ItemDataRole.DisplayRole:
                return words.LINE_COLUMNS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _ALIGNED.get(section, _LEFT)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows, says and holds."""
        if not index.isValid() or self._draft is None:
            return None
        line, column = self._lines[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._value(line, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _ALIGNED.get(column, _LEFT)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(line, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                said = f"{words.LINE_COLUMNS[column]}: {self._value(line, column)}"
                beside = _beside(line) if column == ITEM else ""
                return f"{said}, {beside}" if beside else said
            case _ if role == LINE_ROLE:
                return line
            case _ if role == MARK_ROLE:
                return self._marks.get(line.id, "")
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Put so many units in the open package; what is too many is refused and said."""
        text = str(value).strip() or "0"
        if self._draft is None or index.column() != IN_PARCEL or role != Qt.ItemDataRole.EditRole:
            return False
        if self._locked or not text.isdecimal():
            return False
        line, pieces = self._lines[index.row()], min(int(text), MOST_PIECES)
        if not self._draft.set_quantity(line.id, pieces):
            self.refused.emit(line.id, pieces)
            return False
        self.redraw()
        self.quantity_changed.emit(line.id)
        return True

    def _value(self, line: OrderLine, column: int) -> str | int:
        assert self._draft is not None
        match column:
            case 0:
                return kit.plain(line.sku)
            case 1:
                return kit.plain(line.description)
            case 2 if not line.is_counted:
                return kit.plain(line.quantity)
            case 2:
                return line.ordered - line.cancelled if line.cancelled <= line.ordered else 0
            case 3:
                return line.shipped
            case 4:
                return self._draft.in_parcel(line.id)
            case _ if line.is_unresolved:
                return UNRESOLVED
            case _:
                return self._draft.left_of(line.id)

    def _tooltip(self, line: OrderLine, column: int) -> str:
        mark = self._marks.get(line.id)
        text = mark or (line.sku if column == SKU else line.description if column == ITEM else "")
        return f"<p>{html.escape(kit.plain(text))}</p>" if text else ""


class LineDelegate(QStyledItemDelegate):
    """Paints the rows, and the round buttons that put a unit in the package and take it out."""

    def __init__(self, theme: Theme, model: LineTableModel, parent: QObject) -> None:
        """Paint with the tokens of a look."""
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        tokens, rect = self._theme.tokens, option.rect
        painter.save()
        marked = bool(index.data(MARK_ROLE))
        if option.state & QStyle.StateFlag.State_Selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect, tokens.colour("selection"))
        if marked:
            painter.fillRect(rect, tokens.colour("bad_soft"))
            if index.column() == SKU:
                painter.fillRect(QRect(rect.left(), rect.top(), tokens.px(3), rect.height()), tokens.colour("bad"))
        painter.setPen(tokens.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if index.column() == IN_PARCEL:
            self._paint_stepper(painter, rect, index)
        else:
            self._paint_text(painter, rect, index)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field for the quantity between the round buttons."""
        editor = QLineEdit(parent)
        editor.setObjectName("quantity")
        editor.setAccessibleName(f"{words.LINE_COLUMNS[IN_PARCEL]}, {index.sibling(index.row(), SKU).data()}")
        editor.setValidator(QIntValidator(0, MOST_PIECES, editor))
        editor.setMaxLength(7)
        editor.setAlignment(_CENTRE)
        editor.setStyleSheet("min-height: 0; padding: 0;")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the quantity as it is."""
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take what was typed."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Between the round buttons."""
        minus, plus = self.buttons(option.rect)
        height = self._theme.tokens.px(30)
        top = option.rect.center().y() - height // 2
        editor.setGeometry(minus.right() + 3, top, plus.left() - minus.right() - 5, height)

    def editorEvent(
        self, event: QEvent, _model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A press on a round button is one unit; a press on the number opens it for typing."""
        presses = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if index.column() != IN_PARCEL or event.type() not in presses or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        minus, plus = self.buttons(option.rect)
        around, at = self._theme.tokens.px(4), event.position().toPoint()
        for button, by in ((minus, -1), (plus, 1)):
            if button.adjusted(-around, -around, around, around).contains(at):
                if self._model.may_step(index.row(), by):
                    self._model.step(index.row(), by)
                return True
        if minus.right() < at.x() < plus.left() and isinstance(option.widget, QAbstractItemView):
            option.widget.edit(index)
            return True
        return False

    def buttons(self, cell: QRect) -> tuple[QRect, QRect]:
        """Where the round buttons stand in a cell: less, more."""
        tokens = self._theme.tokens
        size, number = tokens.px(28), tokens.px(38)
        left = cell.center().x() - (2 * size + number) // 2
        top = cell.center().y() - size // 2
        return QRect(left, top, size, size), QRect(left + size + number, top, size, size)

    def _paint_stepper(self, painter: QPainter, cell: QRect, index: Index) -> None:
        tokens = self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        minus, plus = self.buttons(cell)
        for button, by in ((minus, -1), (plus, 1)):
            usable = self._model.may_step(index.row(), by)
            painter.setPen(QPen(tokens.colour("line"), 1))
            painter.setBrush(tokens.colour("field") if usable else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5))
            sign = QColor(tokens.colour("text" if usable else "secondary"))
            if not usable:
                sign.setAlphaF(0.45)
            painter.setPen(QPen(sign, tokens.px(1.6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            centre, arm = QRectF(button).center(), tokens.px(4)
            painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0))
            if by > 0:
                painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm))
        pieces = int(index.data(Qt.ItemDataRole.EditRole) or 0)
        painter.setFont(kit.font(tokens, tokens.button_px, QFont.Weight.DemiBold))
        painter.setPen(tokens.colour("text" if pieces else "secondary"))
        between = QRect(minus.right(), cell.top(), plus.left() - minus.right(), cell.height())
        painter.drawText(between, _CENTRE, str(pieces))

    def _paint_text(self, painter: QPainter, cell: QRect, index: Index) -> None:
        tokens, column = self._theme.tokens, index.column()
        pad = tokens.px(8)
        space = cell.adjusted(pad, 0, -pad, 0)
        weight = QFont.Weight.Medium if column == SKU else QFont.Weight.Normal
        painter.setFont(kit.font(tokens, tokens.text_px, weight))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        faint = column in (ORDERED, SHIPPED, LEFT) and text == "0"
        painter.setPen(tokens.colour("secondary" if faint else "text"))
        if column in (SKU, ITEM):
            mode = Qt.TextElideMode.ElideMiddle if column == SKU else Qt.TextElideMode.ElideRight
            line: OrderLine = index.data(LINE_ROLE)
            if column == ITEM and _beside(line):
                self._paint_beside(painter, space, text, _beside(line))
                return
            if column == SKU and line.is_unresolved:
                painter.setPen(tokens.colour("wait"))
            text = "\n".join(kit.two_lines(text, painter.font(), space.width(), mode))
        painter.drawText(space, _ALIGNED.get(column, _LEFT), text)

    def _paint_beside(self, painter: QPainter, space: QRect, text: str, beside: str) -> None:
        """The item in one line, and below it what is to be known of it."""
        height = painter.fontMetrics().height()
        upper = QRect(space.left(), space.center().y() - height, space.width(), height)
        painter.drawText(
            upper, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, space.width())
        )
        painter.setPen(self._theme.tokens.colour("wait"))
        painter.drawText(upper.translated(0, height), _LEFT, beside)


def _beside(line: OrderLine) -> str:
    """How much of an item is cancelled, or how one stands that is not counted in units."""
    if not line.is_counted:
        return words.line_not_counted(line.resolved_as)
    return words.cancelled_pieces(line.cancelled) if line.cancelled else ""


class LineTable(QTableView):
    """The table of items; plus and minus change the chosen row's quantity, digits type it."""

    def __init__(self, theme: Theme, model: LineTableModel) -> None:
        """Show a model."""
        super().__init__()
        self._theme = theme
        self._lines = model
        self.setObjectName("line_table")
        self.setAccessibleName(window_words.ITEMS)
        self.setModel(model)
        self.setItemDelegate(LineDelegate(theme, model, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(1)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        theme.changed.connect(self._on_theme_changed)
        model.modelReset.connect(self._on_model_reset)
        self._on_theme_changed()

    def show_line(self, line_id: int) -> None:
        """Choose a line's row and bring it into view."""
        row = self._lines.row_of(line_id)
        if row >= 0:
            index = self._lines.index(row, IN_PARCEL)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def sizeHint(self) -> QSize:
        """As tall as all rows."""
        return QSize(self._theme.tokens.px(480), self._height_of(self._lines.rowCount()))

    def minimumSizeHint(self) -> QSize:
        """A few rows at least; the others are scrolled to."""
        return QSize(self._theme.tokens.px(360), self._height_of(min(FEWEST_ROWS, self._lines.rowCount())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus step, digits type; all else moves as in any table."""
        row = self.currentIndex().row()
        by = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}.get(Qt.Key(event.key()), 0)
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if row >= 0 and by and plain:
            if self._lines.may_step(row, by):
                self._lines.step(row, by)
        elif row >= 0 and plain and event.text().isdecimal():
            self.setCurrentIndex(self._lines.index(row, IN_PARCEL))
            super().keyPressEvent(event)
        elif event.text() and event.text().isprintable() and plain:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the width."""
        super().resizeEvent(event)
        self._fit_columns()
        if event.size().height() != event.oldSize().height() and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _height_of(self, rows: int) -> int:
        header = max(self.horizontalHeader().sizeHint().height(), self._theme.tokens.px(32))
        return header + rows * self._theme.tokens.px(44) + 2

    def _fit_columns(self) -> None:
        """The numbers take what they need, the SKU up to a third of the rest, the item what is left."""
        px, width = self._theme.tokens.px, self.viewport().width()
        metrics = self.horizontalHeader().fontMetrics()
        narrow = width < px(_NARROW_PX)
        self.setColumnHidden(SHIPPED, narrow)
        fixed = {
            ORDERED: max(px(56), metrics.horizontalAdvance(words.LINE_COLUMNS[ORDERED]) + px(18)),
            SHIPPED: 0 if narrow else max(px(56), metrics.horizontalAdvance(words.LINE_COLUMNS[SHIPPED]) + px(18)),
            IN_PARCEL: max(px(116), metrics.horizontalAdvance(words.LINE_COLUMNS[IN_PARCEL]) + px(20)),
            LEFT: max(px(46), metrics.horizontalAdvance(words.LINE_COLUMNS[LEFT]) + px(18)),
        }
        rest = max(px(80), width - sum(fixed.values()))
        text = kit.font(self._theme.tokens, self._theme.tokens.text_px, QFont.Weight.Medium)
        widest = self._widest_sku(text) + px(20)
        for column, column_width in fixed.items():
            if column_width:
                self.setColumnWidth(column, column_width)
        sku = min(max(px(64), widest), rest * 3 // 5)
        self.setColumnWidth(SKU, sku)
        self.setColumnWidth(ITEM, rest - sku)

    def _widest_sku(self, typeface: QFont) -> int:
        metrics = QFontMetrics(typeface)
        rows = range(min(self._lines.rowCount(), 200))
        return max((metrics.horizontalAdvance(str(self._lines.index(row, SKU).data())) for row in rows), default=0)

    def _on_theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.tokens.px(44))
        self._fit_columns()
        self.updateGeometry()
        self.viewport().update()

    def _on_model_reset(self) -> None:
        self._fit_columns()
        self.updateGeometry()
