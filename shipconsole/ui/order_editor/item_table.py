"""The items of the order: what was ordered, what has shipped, what is in the open package, what is left."""

import html
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QObject,
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

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.order import OrderLine
from shipconsole.domain.packing_session import PackingSession
from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.binding.model_table import CENTER, RIGHT, ROW_ROLE, Column, Index, ModelTable
from shipconsole.ui.kit.binding.model_table import LEFT as LEFT_SIDE
from shipconsole.ui.kit.theme import Theme

SKU, ITEM, ORDERED, SHIPPED, IN_PACKAGE, LEFT = range(6)
TITLES = {
    SKU: "order_column.sku",
    ITEM: "order_column.item",
    ORDERED: "order_column.ordered",
    SHIPPED: "order_column.shipped",
    IN_PACKAGE: "order_column.in_package",
    LEFT: "order_column.left",
}
NOT_COUNTED = {"shipped": "order_item.recorded_shipped", "cancelled": "order_item.recorded_cancelled"}
"""Ids of messages."""
UNRESOLVED = "?"
"""Stands for how many are left where nobody knows."""
FEWEST_ROWS = 2
MOST_UNITS = 1_000_000
_NARROW_PX, _ITEMS_LEAST_PX = 480, 180
"""Widths of the table, and of SKU and item together, below which a column is left out."""


class ItemRow(Frozen):
    """One item of the open order as its row shows it; `mark` says what is wrong with it."""

    line: OrderLine
    in_package: int
    left: int
    mark: str = ""

    @property
    def id(self) -> int:
        """The id of the order line."""
        return self.line.id

    @property
    def ordered(self) -> int | str:
        """What was ordered and not cancelled, or the quantity as it came where that is no number of units."""
        return max(0, self.line.ordered - self.line.cancelled) if self.line.is_counted else self.line.quantity

    @property
    def left_shown(self) -> int | str:
        """What is left, or a question mark where a person has to say."""
        return UNRESOLVED if self.line.is_unresolved else self.left

    @property
    def beside(self) -> str:
        """How much of an item is cancelled, or how one stands that is not counted in units."""
        if not self.line.is_counted:
            return text(NOT_COUNTED.get(self.line.resolved_as, "order_item.not_whole"))
        return text("order_item.cancelled", count=self.line.cancelled) if self.line.cancelled else ""


class ItemTableModel(ModelTable[ItemRow]):
    """The items of a packing session. Signals: quantity_changed(line id), refused(line id, units asked for)."""

    quantity_changed = Signal(int)
    refused = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with no order."""
        columns = (
            _column("line", SKU, LEFT_SIDE, lambda row: row.line.sku),
            _column("line", ITEM, LEFT_SIDE, lambda row: row.line.description),
            _column("ordered", ORDERED, RIGHT, lambda row: row.ordered),
            _column("line", SHIPPED, RIGHT, lambda row: row.line.shipped),
            _column("in_package", IN_PACKAGE, CENTER, lambda row: row.in_package),
            _column("left", LEFT, RIGHT, lambda row: row.left_shown),
        )
        super().__init__(ItemRow, columns, parent)
        self._session: PackingSession | None = None
        self._marks: dict[int, str] = {}
        self._binding = Binding(self)
        self._binding.follow(self._show, "revision", "order", "current", "is_locked")

    def bind(self, session: PackingSession | None) -> None:
        """Show a session; one of the same items is shown without losing the chosen row."""
        self._session = session
        self._binding.bind(session)

    def mark(self, marks: dict[int, str]) -> None:
        """Mark rows with words by line id."""
        if marks != self._marks:
            self._marks = dict(marks)
            self._binding.refresh()

    def row_of(self, line_id: int) -> int:
        """The row of a line, -1 where there is none."""
        return next((position for position, row in enumerate(self.rows) if row.id == line_id), -1)

    def may_step(self, position: int, by: int) -> bool:
        """Whether a row's quantity can go up or down."""
        row = self.row(position)
        if row is None or self._session is None or self._session.is_locked:
            return False
        return row.left > 0 if by > 0 else row.in_package > 0

    def step(self, position: int, by: int) -> None:
        """Put a unit in the open package, or take one out."""
        row = self.row(position)
        if row is not None:
            self.setData(self.index(position, IN_PACKAGE), row.in_package + by)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Nothing can be typed while the shipment is being stored."""
        flags = super().flags(index)
        is_locked = self._session is None or self._session.is_locked
        return flags & ~Qt.ItemFlag.ItemIsEditable if is_locked else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Put so many units in the open package; what is too many is refused and said."""
        text, row = str(value).strip() or "0", self.row(index.row())
        if self._session is None or row is None or index.column() != IN_PACKAGE or role != Qt.ItemDataRole.EditRole:
            return False
        if self._session.is_locked or not text.isdecimal():
            return False
        units = min(int(text), MOST_UNITS)
        if not self._session.set_quantity(row.id, units):
            self.refused.emit(row.id, units)
            return False
        self.quantity_changed.emit(row.id)
        return True

    def _show(self, session: PackingSession) -> None:
        left, here = session.left_by_line(), session.package.quantities
        self.set_rows(
            [
                ItemRow(
                    line=line,
                    in_package=here.get(line.id, 0),
                    left=left[line.id],
                    mark=self._marks.get(line.id, ""),
                )
                for line in session.order.lines
            ]
        )


def _column(
    field: str, position: int, alignment: Qt.AlignmentFlag, shown: Callable[[ItemRow], str | int]
) -> Column[ItemRow]:
    title = text(TITLES[position])

    def spoken(row: ItemRow) -> str:
        said = f"{title}: {kit.plain(str(shown(row)))}"
        return f"{said}, {row.beside}" if position == ITEM and row.beside else said

    def tooltip(row: ItemRow) -> str:
        said = row.mark or (str(shown(row)) if position in (SKU, ITEM) else "")
        return f"<p>{html.escape(kit.plain(said))}</p>" if said else ""

    return Column(field, title, alignment, shown, spoken, tooltip, is_editable=position == IN_PACKAGE)


class ItemDelegate(QStyledItemDelegate):
    """Paints the rows, and the round buttons that put a unit in the package and take it out."""

    def __init__(self, theme: Theme, model: ItemTableModel, parent: QObject) -> None:
        """Paint with the tokens of a look."""
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        tokens, rect = self._theme.tokens, option.rect
        painter.save()
        row: ItemRow = index.data(ROW_ROLE)
        if option.state & QStyle.StateFlag.State_Selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect, tokens.color("selection"))
        if row.mark:
            painter.fillRect(rect, tokens.color("bad_soft"))
            if index.column() == SKU:
                painter.fillRect(QRect(rect.left(), rect.top(), tokens.px(3), rect.height()), tokens.color("bad"))
        painter.setPen(tokens.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if index.column() == IN_PACKAGE:
            self._paint_stepper(painter, rect, index)
        else:
            self._paint_text(painter, rect, index)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field for the quantity between the round buttons."""
        editor = QLineEdit(parent)
        editor.setObjectName("quantity")
        sku = str(index.sibling(index.row(), SKU).data())
        editor.setAccessibleName(text("order_column.of_item", column=text(TITLES[IN_PACKAGE]), sku=sku))
        editor.setValidator(QIntValidator(0, MOST_UNITS, editor))
        editor.setMaxLength(7)
        editor.setAlignment(CENTER)
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
        if index.column() != IN_PACKAGE or event.type() not in presses or not isinstance(event, QMouseEvent):
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
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.setBrush(tokens.color("field") if usable else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5))
            sign = QColor(tokens.color("text" if usable else "secondary"))
            if not usable:
                sign.setAlphaF(0.45)
            painter.setPen(QPen(sign, tokens.px(1.6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            center, arm = QRectF(button).center(), tokens.px(4)
            painter.drawLine(center - QPointF(arm, 0), center + QPointF(arm, 0))
            if by > 0:
                painter.drawLine(center - QPointF(0, arm), center + QPointF(0, arm))
        units = int(index.data(Qt.ItemDataRole.EditRole) or 0)
        painter.setFont(kit.font(tokens, tokens.button_px, QFont.Weight.DemiBold))
        painter.setPen(tokens.color("text" if units else "secondary"))
        between = QRect(minus.right(), cell.top(), plus.left() - minus.right(), cell.height())
        painter.drawText(between, CENTER, str(units))

    def _paint_text(self, painter: QPainter, cell: QRect, index: Index) -> None:
        tokens, column = self._theme.tokens, index.column()
        pad = tokens.px(8)
        space = cell.adjusted(pad, 0, -pad, 0)
        weight = QFont.Weight.Medium if column == SKU else QFont.Weight.Normal
        painter.setFont(kit.font(tokens, tokens.text_px, weight))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        faint = column in (ORDERED, SHIPPED, LEFT) and text == "0"
        painter.setPen(tokens.color("secondary" if faint else "text"))
        if column in (SKU, ITEM):
            mode = Qt.TextElideMode.ElideMiddle if column == SKU else Qt.TextElideMode.ElideRight
            row: ItemRow = index.data(ROW_ROLE)
            if column == ITEM and row.beside:
                self._paint_beside(painter, space, text, row.beside)
                return
            if column == SKU and row.line.is_unresolved:
                painter.setPen(tokens.color("wait"))
            text = "\n".join(kit.two_lines(text, painter.font(), space.width(), mode))
        painter.drawText(space, self._model.columns[column].alignment, text)

    def _paint_beside(self, painter: QPainter, space: QRect, text: str, beside: str) -> None:
        """The item in one line, and below it what is to be known of it."""
        height = painter.fontMetrics().height()
        upper = QRect(space.left(), space.center().y() - height, space.width(), height)
        painter.drawText(
            upper, LEFT_SIDE, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, space.width())
        )
        painter.setPen(self._theme.tokens.color("wait"))
        painter.drawText(upper.translated(0, height), LEFT_SIDE, beside)


class ItemTable(QTableView):
    """The table of items; plus and minus change the chosen row's quantity, digits type it."""

    def __init__(self, theme: Theme, model: ItemTableModel) -> None:
        """Show a model."""
        super().__init__()
        self._theme = theme
        self._lines = model
        self.setObjectName("item_table")
        self.setAccessibleName(text("shared.items"))
        self.setModel(model)
        self.setItemDelegate(ItemDelegate(theme, model, self))
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
            index = self._lines.index(row, IN_PACKAGE)
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
            self.setCurrentIndex(self._lines.index(row, IN_PACKAGE))
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
        fixed = {
            column: max(px(width_px), metrics.horizontalAdvance(text(TITLES[column])) + px(20))
            for column, width_px in {ORDERED: 56, SHIPPED: 56, IN_PACKAGE: 116, LEFT: 46}.items()
        }
        # Where the items themselves would have too little room, what has shipped stands in the headline only.
        narrow = width < px(_NARROW_PX) or width - sum(fixed.values()) < px(_ITEMS_LEAST_PX)
        self.setColumnHidden(SHIPPED, narrow)
        if narrow:
            del fixed[SHIPPED]
        rest = max(px(80), width - sum(fixed.values()))
        typeface = kit.font(self._theme.tokens, self._theme.tokens.text_px, QFont.Weight.Medium)
        widest = self._widest_sku(typeface) + px(20)
        for column, column_width in fixed.items():
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
