"""The items of the open order: the card, its table, and how the rows are painted."""

from collections.abc import Collection

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
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
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.binding.model_table import CENTER, ROW_ROLE, Index
from shipconsole.ui.kit.binding.model_table import LEFT as LEFT_SIDE
from shipconsole.ui.kit.theme import Theme, typeface
from shipconsole.ui.order_editor.item_model import (
    IN_PACKAGE,
    ITEM,
    LEFT,
    ORDERED,
    SHIPPED,
    SKU,
    TITLES,
    UNITS_MAX,
    ItemRow,
    ItemTableModel,
)

ROWS_LEAST = 2
_NARROW_PX, _ITEMS_LEAST_PX = 480, 180
"""Widths of the table, and of SKU and item together, below which a column is hidden."""


class ItemsCard(QFrame):
    """The items of the open order, bound to its packing session.

    Signals: all_left_requested(), resolve_requested(), quantity_changed(line id), quantity_refused(line id, units) for
    more units than are left.
    """

    all_left_requested = Signal()
    resolve_requested = Signal()
    quantity_changed = Signal(int)
    quantity_refused = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        """Initialize without items."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("items")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._items = ItemTableModel(self)
        self._items.quantity_changed.connect(self.quantity_changed)
        self._items.refused.connect(self.quantity_refused)
        self.item_table = ItemTable(theme, self._items)
        self._binding = Binding(self)
        self._binding.follow(self._show, "revision", "order", "is_locked")
        self._headline = widgets.Elided("", "secondary")
        self._headline.setObjectName("items_headline")
        self._all_left = widgets.button(text("order_editor.pack_all"), "plain", "Ctrl+A")
        self._all_left.setObjectName("ship_all_left")
        self._all_left.clicked.connect(self.all_left_requested)
        self._problem = widgets.label("", "secondary", "bad")
        self._problem.setObjectName("line_problem")
        self._problem.setWordWrap(True)
        self._unresolved = QWidget()
        self._unresolved_text = widgets.label("", "secondary", "wait")
        self._unresolved_text.setObjectName("unresolved_items")
        self._unresolved_text.setWordWrap(True)
        resolve = widgets.button(text("order_editor.resolve_items"), "plain")
        resolve.setObjectName("resolve_items_button")
        resolve.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        resolve.clicked.connect(self.resolve_requested)
        px = theme.tokens.px
        row = QHBoxLayout(self._unresolved)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addWidget(self._unresolved_text, 1)
        row.addWidget(resolve)
        self._unresolved.hide()
        top = QHBoxLayout()
        top.setSpacing(px(9))
        top.addWidget(widgets.label(text("shared.items"), "heading"))
        top.addWidget(self._headline, 1)
        top.addWidget(self._all_left)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(13), px(16), px(13))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(self.item_table)
        column.addWidget(self._unresolved)
        column.addWidget(self._problem)

    def bind(self, session: PackingSession) -> None:
        """Show and edit the items of a session."""
        self._items.bind(session)
        self._binding.bind(session)

    def show_marks(self, marks: dict[int, str], named: Collection[int]) -> None:
        """Show the problems of lines, by line id; those of the `named` lines name their items already."""
        self._items.mark(marks)
        problems = [
            problem if line_id in named else self._with_sku(line_id, problem) for line_id, problem in marks.items()
        ]
        self._problem.setText(plain("\n".join(problems), lines=True))
        self._problem.setVisible(bool(problems))

    def _show(self, session: PackingSession) -> None:
        order, units = session.order, session.draft.units
        self._unresolved_text.setText(text("order_editor.unresolved", count=order.unresolved))
        self._unresolved.setVisible(order.unresolved > 0)
        several = len(session.draft.packages) > 1
        cancelled = sum(line.cancelled for line in order.lines)
        self._headline.set_text(
            items_headline(order.shipped, units, session.left, several_packages=several, cancelled=cancelled)
        )
        self._all_left.setEnabled(session.left > 0 and not session.is_locked)

    def _with_sku(self, line_id: int, problem: str) -> str:
        row = self._items.row(self._items.position_of(line_id))
        return problem if row is None else f"{row.line.sku}: {problem}"


def items_headline(shipped: int, in_packages: int, left: int, *, several_packages: bool, cancelled: int = 0) -> str:
    """Return the headline of the items: units shipped, in packages, left and cancelled."""
    packed = "order_item.in_new_packages" if several_packages else "order_item.in_this_package"
    counts = [("order_item.shipped", shipped), (packed, in_packages), ("order_item.left", left)]
    if cancelled:
        counts.append(("order_item.cancelled", cancelled))
    return " · ".join(text(message_id, count=count) for message_id, count in counts)


class ItemDelegate(QStyledItemDelegate):
    """Paints the rows, and the round buttons that add a unit to the package and remove it."""

    def __init__(self, theme: Theme, model: ItemTableModel, parent: QObject) -> None:
        """Paint with the tokens of a theme."""
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
        """Return the field for the quantity."""
        editor = QLineEdit(parent)
        editor.setObjectName("quantity")
        sku = str(index.sibling(index.row(), SKU).data())
        editor.setAccessibleName(text("order_column.of_item", column=text(TITLES[IN_PACKAGE]), sku=sku))
        editor.setValidator(QIntValidator(0, UNITS_MAX, editor))
        editor.setMaxLength(7)
        editor.setAlignment(CENTER)
        editor.setStyleSheet("min-height: 0; padding: 0;")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the present quantity."""
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Set the quantity that was typed."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Place the field between the round buttons."""
        minus, plus = self.buttons(option.rect)
        height = self._theme.tokens.px(30)
        top = option.rect.center().y() - height // 2
        editor.setGeometry(minus.right() + 3, top, plus.left() - minus.right() - 5, height)

    def editorEvent(
        self, event: QEvent, _model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Add or remove a unit for a press on a round button; edit the quantity for a press on the number."""
        presses = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if index.column() != IN_PACKAGE or event.type() not in presses or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        minus, plus = self.buttons(option.rect)
        margin, point = self._theme.tokens.px(4), event.position().toPoint()
        for button, by in ((minus, -1), (plus, 1)):
            if button.adjusted(-margin, -margin, margin, margin).contains(point):
                if self._model.may_step(index.row(), by):
                    self._model.step(index.row(), by)
                return True
        if minus.right() < point.x() < plus.left() and isinstance(option.widget, QAbstractItemView):
            option.widget.edit(index)
            return True
        return False

    def buttons(self, cell: QRect) -> tuple[QRect, QRect]:
        """Return where the round buttons are in a cell: minus, plus."""
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
            is_enabled = self._model.may_step(index.row(), by)
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.setBrush(tokens.color("field") if is_enabled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5))
            sign = QColor(tokens.color("text" if is_enabled else "secondary"))
            if not is_enabled:
                sign.setAlphaF(0.45)
            painter.setPen(QPen(sign, tokens.px(1.6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            center, arm = QRectF(button).center(), tokens.px(4)
            painter.drawLine(center - QPointF(arm, 0), center + QPointF(arm, 0))
            if by > 0:
                painter.drawLine(center - QPointF(0, arm), center + QPointF(0, arm))
        units = int(index.data(Qt.ItemDataRole.EditRole) or 0)
        painter.setFont(typeface(tokens, tokens.button_px, QFont.Weight.DemiBold))
        painter.setPen(tokens.color("text" if units else "secondary"))
        between = QRect(minus.right(), cell.top(), plus.left() - minus.right(), cell.height())
        painter.drawText(between, CENTER, str(units))

    def _paint_text(self, painter: QPainter, cell: QRect, index: Index) -> None:
        tokens, column = self._theme.tokens, index.column()
        pad = tokens.px(8)
        space = cell.adjusted(pad, 0, -pad, 0)
        weight = QFont.Weight.Medium if column == SKU else QFont.Weight.Normal
        painter.setFont(typeface(tokens, tokens.text_px, weight))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        faint = column in (ORDERED, SHIPPED, LEFT) and text == "0"
        painter.setPen(tokens.color("secondary" if faint else "text"))
        if column in (SKU, ITEM):
            mode = Qt.TextElideMode.ElideMiddle if column == SKU else Qt.TextElideMode.ElideRight
            row: ItemRow = index.data(ROW_ROLE)
            if column == ITEM and row.notice:
                self._paint_with_notice(painter, space, text, row.notice)
                return
            if column == SKU and row.line.is_unresolved:
                painter.setPen(tokens.color("wait"))
            text = "\n".join(widgets.two_lines(text, painter.font(), space.width(), mode))
        painter.drawText(space, self._model.columns[column].alignment, text)

    def _paint_with_notice(self, painter: QPainter, space: QRect, text: str, notice: str) -> None:
        """Draw the item in one line, and its notice below."""
        height = painter.fontMetrics().height()
        upper = QRect(space.left(), space.center().y() - height, space.width(), height)
        painter.drawText(
            upper, LEFT_SIDE, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, space.width())
        )
        painter.setPen(self._theme.tokens.color("wait"))
        painter.drawText(upper.translated(0, height), LEFT_SIDE, notice)


class ItemTable(QTableView):
    """The table of items; plus and minus change the quantity of the current row, digits type it."""

    def __init__(self, theme: Theme, model: ItemTableModel) -> None:
        """Show a model."""
        super().__init__()
        self._theme = theme
        self._rows = model
        self.setObjectName("line_table")
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
        """Select a line's row and scroll to it."""
        row = self._rows.position_of(line_id)
        if row >= 0:
            index = self._rows.index(row, IN_PACKAGE)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(self._theme.tokens.px(480), self._height_of(self._rows.rowCount()))

    def minimumSizeHint(self) -> QSize:
        """Return the height of a few rows; the others scroll."""
        return QSize(self._theme.tokens.px(360), self._height_of(min(ROWS_LEAST, self._rows.rowCount())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the quantity by plus, minus and digits; other keys are Qt's."""
        row = self.currentIndex().row()
        by = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}.get(Qt.Key(event.key()), 0)
        is_unmodified = not event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if row >= 0 and by and is_unmodified:
            if self._rows.may_step(row, by):
                self._rows.step(row, by)
        elif row >= 0 and is_unmodified and event.text().isdecimal():
            self.setCurrentIndex(self._rows.index(row, IN_PACKAGE))
            super().keyPressEvent(event)
        elif event.text() and event.text().isprintable() and is_unmodified:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the new width."""
        super().resizeEvent(event)
        self._fit_columns()
        if event.size().height() != event.oldSize().height() and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _height_of(self, rows: int) -> int:
        header = max(self.horizontalHeader().sizeHint().height(), self._theme.tokens.px(32))
        return header + rows * self._theme.tokens.px(44) + 2

    def _fit_columns(self) -> None:
        """Give numbers the width they need, the SKU up to three fifths of the rest, the item what remains."""
        px, width = self._theme.tokens.px, self.viewport().width()
        metrics = self.horizontalHeader().fontMetrics()
        fixed = {
            column: max(px(width_px), metrics.horizontalAdvance(text(TITLES[column])) + px(20))
            for column, width_px in {ORDERED: 56, SHIPPED: 56, IN_PACKAGE: 116, LEFT: 46}.items()
        }
        # Where SKU and item would have too little room, shipped units are in the headline only.
        narrow = width < px(_NARROW_PX) or width - sum(fixed.values()) < px(_ITEMS_LEAST_PX)
        self.setColumnHidden(SHIPPED, narrow)
        if narrow:
            del fixed[SHIPPED]
        rest = max(px(80), width - sum(fixed.values()))
        sku_font = typeface(self._theme.tokens, self._theme.tokens.text_px, QFont.Weight.Medium)
        widest = self._widest_sku(sku_font) + px(20)
        for column, column_width in fixed.items():
            self.setColumnWidth(column, column_width)
        sku = min(max(px(64), widest), rest * 3 // 5)
        self.setColumnWidth(SKU, sku)
        self.setColumnWidth(ITEM, rest - sku)

    def _widest_sku(self, typeface: QFont) -> int:
        metrics = QFontMetrics(typeface)
        rows = range(min(self._rows.rowCount(), 200))
        return max((metrics.horizontalAdvance(str(self._rows.index(row, SKU).data())) for row in rows), default=0)

    def _on_theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.tokens.px(44))
        self._fit_columns()
        self.updateGeometry()
        self.viewport().update()

    def _on_model_reset(self) -> None:
        self._fit_columns()
        self.updateGeometry()
