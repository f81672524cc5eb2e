"""How the rows of the list of items are painted, and their buttons that add and remove units."""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIntValidator, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import CENTER, LEFT, RIGHT, ROW_ROLE, Index
from shipconsole.ui.kit.theme import Theme, typeface
from shipconsole.ui.order_editor import signs
from shipconsole.ui.order_editor.item_model import (
    STATE_LABELS,
    UNITS_MAX,
    ItemRow,
    ItemState,
    ItemTableModel,
    RowKind,
)

SIDE_PX = 16
GAP_PX = 12
NO_PICTURES_BELOW_PX = 430
"""The width of the list below which there is no room for pictures beside names."""


class RowSizes(NamedTuple):
    """The sizes of a row in unscaled pixels: height, tile, button, name, its line, and the number of units."""

    height: int
    tile: int
    button: int
    name: int
    name_line: int
    units: int
    total: int


class ListSizes(NamedTuple):
    """The sizes of all kinds of rows."""

    large: RowSizes
    open: RowSizes
    done: RowSizes


USUAL = ListSizes(
    large=RowSizes(104, 64, 44, 18, 24, 36, 24),
    open=RowSizes(72, 44, 36, 16, 20, 20, 20),
    done=RowSizes(52, 32, 0, 14, 18, 14, 14),
)
BENCH = ListSizes(
    large=RowSizes(88, 66, 38, 20, 26, 40, 26),
    open=RowSizes(49, 36, 38, 16, 18, 20, 20),
    done=RowSizes(40, 28, 0, 14, 17, 14, 14),
)
"""In bench mode all is larger by the text size, and there is less room for rows."""
FOLD_PX = 36
BELOW_NAME_PX = 16
UNCLIPPED = LEFT | Qt.TextFlag.TextDontClip
"""Letters may reach out of a line that is as low as the font."""


class ItemDelegate(QStyledItemDelegate):
    """Paints whole rows. Signals: fold_pressed(), picture_wanted(address) for one that is not in `pictures`."""

    fold_pressed = Signal()
    picture_wanted = Signal(str)

    def __init__(self, theme: Theme, model: ItemTableModel, parent: QObject) -> None:
        """Paint with the tokens of a theme."""
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.sizes = USUAL
        self.pictures: Mapping[str, QPixmap] = {}
        """Pictures by their address, as far as they have been loaded."""
        self.painted = 0
        """How many rows were painted, for tests."""
        self._stamps = signs.Stamps()

    def height(self, position: int) -> int:
        """Return a row's height."""
        px = self._theme.tokens.px
        match self._model.kind(position):
            case RowKind.FOLD:
                return px(FOLD_PX)
            case RowKind.DONE:
                return px(self.sizes.done.height)
            case RowKind.OPEN:
                is_large = position == self._model.position_of(self._model.large_id)
                return px(self.sizes.large.height if is_large else self.sizes.open.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        self.painted += 1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row: ItemRow | None = index.data(ROW_ROLE)
        is_focused = bool(
            option.state & QStyle.StateFlag.State_Selected and option.state & QStyle.StateFlag.State_HasFocus
        )
        if row is None:
            self._paint_fold(painter, option.rect)
        else:
            self._paint_item(painter, option.rect, row, index.row())
        if is_focused:
            painter.setPen(QPen(self._theme.tokens.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -3), 6, 6)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return the field for the units in the open package."""
        editor = QLineEdit(parent)
        editor.setObjectName("quantity")
        row: ItemRow | None = index.data(ROW_ROLE)
        sku = row.line.sku if row is not None else ""
        editor.setAccessibleName(text("order_column.of_item", column=text("order_column.in_package"), sku=sku))
        editor.setValidator(QIntValidator(0, UNITS_MAX, editor))
        editor.setMaxLength(7)
        editor.setAlignment(CENTER)
        size = self._theme.tokens.px(20)
        editor.setStyleSheet(f"min-height: 0; padding: 0; font-size: {size}px; font-weight: 600;")
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

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Place the field over the number of units."""
        px = self._theme.tokens.px
        minus, _ = self.buttons(option.rect, index.row())
        height = px(36)
        width = px(72)
        editor.setGeometry(minus.left() - px(10) - width, option.rect.center().y() - height // 2, width, height)

    def editorEvent(
        self, event: QEvent, _model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Add or remove a unit for a press on a button; show or hide the finished items for one on their line."""
        presses = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if event.type() not in presses or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        kind, point = self._model.kind(index.row()), event.position().toPoint()
        if kind is RowKind.FOLD:
            self.fold_pressed.emit()
            return True
        if kind is RowKind.DONE:
            return False
        minus, plus = self.buttons(option.rect, index.row())
        margin = self._theme.tokens.px(3)
        for button, by in ((minus, -1), (plus, 1)):
            if button.adjusted(-margin, -margin, margin, margin).contains(point):
                if self._model.may_step(index.row(), by):
                    self._model.step(index.row(), by)
                return True
        is_on_count = minus.left() - self._theme.tokens.px(90) < point.x() < minus.left()
        if is_on_count and isinstance(option.widget, QAbstractItemView):
            option.widget.edit(index)
            return True
        return False

    def buttons(self, row: QRect, position: int) -> tuple[QRect, QRect]:
        """Return where the buttons of a row are: minus, plus."""
        px = self._theme.tokens.px
        size = px(self._sizes(position).button or self.sizes.open.button)
        top = row.center().y() - size // 2
        plus = QRect(row.right() - px(SIDE_PX) - size, top, size, size)
        return plus.translated(-size - px(4), 0), plus

    def _sizes(self, position: int) -> RowSizes:
        if self._model.kind(position) is RowKind.DONE:
            return self.sizes.done
        return self.sizes.large if position == self._model.position_of(self._model.large_id) else self.sizes.open

    def _sizes_of(self, row: ItemRow) -> RowSizes:
        return self.sizes.done if row.is_done else self.sizes.large if row.is_large else self.sizes.open

    def _paint_item(self, painter: QPainter, rect: QRect, row: ItemRow, position: int) -> None:
        tokens, px = self._theme.tokens, self._theme.tokens.px
        sizes = self._sizes_of(row)
        if row.mark:
            painter.fillRect(rect, tokens.color("bad_soft"))
            painter.fillRect(QRect(rect.left(), rect.top(), px(4), rect.height()), tokens.color("bad"))
        elif row.is_large:
            painter.fillRect(rect, tokens.color("accent_soft"))
            painter.fillRect(QRect(rect.left(), rect.top(), px(4), rect.height()), tokens.color("accent"))
        painter.setPen(tokens.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        left = rect.left() + px(SIDE_PX)
        if rect.width() >= px(NO_PICTURES_BELOW_PX):
            tile = QRectF(left, rect.center().y() - px(sizes.tile) / 2 + 0.5, px(sizes.tile), px(sizes.tile))
            self._paint_tile(painter, tile, row)
            left += px(sizes.tile) + px(GAP_PX)
        right = self._paint_end(painter, rect, row, position, sizes)
        self._paint_name(painter, QRect(left, rect.top(), max(px(40), right - left - px(6)), rect.height()), row)

    def _paint_tile(self, painter: QPainter, tile: QRectF, row: ItemRow) -> None:
        pixmap = self.pictures.get(row.picture) if row.picture else None
        if pixmap is None or pixmap.isNull():
            if row.picture:
                self.picture_wanted.emit(row.picture)
            tokens, is_faint = self._theme.tokens, row.is_done
            paint = partial(signs.tile, tokens=tokens, is_faint=is_faint)
            self._stamps.draw(painter, tile, ("tile", tokens.tile, tokens.scale, is_faint), paint)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.tokens.color("tile"))
        painter.drawRoundedRect(tile, self._theme.tokens.px(6), self._theme.tokens.px(6))
        size = pixmap.size().scaled(tile.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(tile.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(0.6 if row.is_done else 1.0)
        painter.drawPixmap(place.toRect(), pixmap)
        painter.setOpacity(1.0)

    def _paint_end(self, painter: QPainter, rect: QRect, row: ItemRow, position: int, sizes: RowSizes) -> int:
        """Draw what is at the right end; return where it begins."""
        px = self._theme.tokens.px
        if row.is_done:
            return self._paint_done(painter, rect, row)
        end = rect.right() - px(SIDE_PX)
        if row.line.is_counted:
            minus, plus = self.buttons(rect, position)
            for button, by in ((minus, -1), (plus, 1)):
                self._paint_button(painter, button, by, is_enabled=self._model.may_step(position, by))
            end = minus.left() - px(12)
        return self._paint_count(painter, rect, row, sizes, end)

    def _paint_count(self, painter: QPainter, rect: QRect, row: ItemRow, sizes: RowSizes, end: int) -> int:
        """Draw how many units are packed of how many, the packed ones larger; return where it begins."""
        tokens, px = self._theme.tokens, self._theme.tokens.px
        if not row.line.is_counted:
            font = typeface(tokens, sizes.total, QFont.Weight.DemiBold)
            width = min(QFontMetrics(font).horizontalAdvance(row.counted), rect.width() // 3)
            painter.setFont(font)
            painter.setPen(tokens.color("wait" if row.line.is_unresolved else "secondary"))
            shown = QFontMetrics(font).elidedText(row.counted, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(end - width - 1, rect.top(), width + 2, rect.height()), RIGHT, shown)
            return end - width
        total, count = f" / {row.total}", str(row.count)
        total_font = typeface(tokens, sizes.total, QFont.Weight.DemiBold if not row.is_done else QFont.Weight.Medium)
        count_font = typeface(tokens, sizes.units, QFont.Weight.Bold if row.is_large else QFont.Weight.DemiBold)
        total_width = QFontMetrics(total_font).horizontalAdvance(total)
        count_width = QFontMetrics(count_font).horizontalAdvance(count)
        baseline = rect.center().y() + QFontMetrics(count_font).capHeight() // 2
        painter.setFont(total_font)
        painter.setPen(tokens.color("secondary"))
        painter.drawText(QPoint(end - total_width, baseline), total)
        painter.setFont(count_font)
        painter.setPen(tokens.color("secondary" if row.is_done else "text"))
        painter.drawText(QPoint(end - total_width - count_width, baseline), count)
        return end - total_width - count_width - px(4)

    def _paint_done(self, painter: QPainter, rect: QRect, row: ItemRow) -> int:
        """Draw the packages that an item is in, and its units; return where that begins."""
        tokens, px = self._theme.tokens, self._theme.tokens.px
        end = rect.right() - px(SIDE_PX)
        shown = row.packages
        font = typeface(tokens, tokens.text_px, QFont.Weight.DemiBold)
        width = QFontMetrics(font).horizontalAdvance(shown) if shown else 0
        if shown:
            painter.setFont(font)
            painter.setPen(tokens.color("good"))
            painter.drawText(QRect(end - width - 1, rect.top(), width + 2, rect.height()), RIGHT, shown)
            size = px(16)
            signs.tick(
                painter,
                QRectF(end - width - size - px(5), rect.center().y() - size / 2, size, size),
                tokens.color("good"),
            )
        widest = QFontMetrics(font).horizontalAdvance(text("item_list.packages", count=1, numbers=("00",)))
        end -= max(width, widest) + px(16) + px(5) + px(18)
        return self._paint_count(painter, rect, row, self.sizes.done, end)

    def _paint_button(self, painter: QPainter, button: QRect, by: int, *, is_enabled: bool) -> None:
        paint = partial(self._draw_button, by=by, is_enabled=is_enabled)
        self._stamps.draw(painter, QRectF(button), ("button", self._theme.tokens, by > 0, is_enabled), paint)

    def _draw_button(self, painter: QPainter, button: QRectF, by: int, *, is_enabled: bool) -> None:
        tokens = self._theme.tokens
        painter.setPen(QPen(tokens.color("control" if is_enabled else "line"), 1))
        painter.setBrush(tokens.color("field") if is_enabled else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(button.adjusted(0.5, 0.5, -0.5, -0.5), tokens.px(8), tokens.px(8))
        sign = QColor(tokens.color("text" if is_enabled else "secondary"))
        if not is_enabled:
            sign.setAlphaF(0.5)
        painter.setPen(QPen(sign, tokens.px(2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        center, arm = button.center(), tokens.px(6)
        painter.drawLine(center - QPointF(arm, 0), center + QPointF(arm, 0))
        if by > 0:
            painter.drawLine(center - QPointF(0, arm), center + QPointF(0, arm))

    def _paint_name(self, painter: QPainter, space: QRect, row: ItemRow) -> None:
        """Draw the name in up to two lines, and below it the state, the SKU and notices."""
        tokens, px = self._theme.tokens, self._theme.tokens.px
        sizes = self._sizes_of(row)
        weight = QFont.Weight.Medium if row.is_done else QFont.Weight.DemiBold
        name_font = typeface(tokens, sizes.name, weight)
        name = plain(row.name)
        lines = widgets.two_lines(name, name_font, space.width())
        if row.is_done:
            lines = [QFontMetrics(name_font).elidedText(name, Qt.TextElideMode.ElideRight, space.width())]
        below, line_height = px(BELOW_NAME_PX), px(sizes.name_line)
        if len(lines) * line_height + below > space.height():
            # Two lines in a low row stand closer together.
            line_height, below = px(sizes.name), px(BELOW_NAME_PX - 2)
        top = space.center().y() - (line_height * len(lines) + below) // 2
        painter.setFont(name_font)
        painter.setPen(tokens.color("secondary" if row.is_done else "text"))
        for line in lines:
            painter.drawText(QRect(space.left(), top, space.width(), line_height), UNCLIPPED, line)
            top += line_height
        self._paint_details(painter, QRect(space.left(), top, space.width(), below), row)

    def _paint_details(self, painter: QPainter, space: QRect, row: ItemRow) -> None:
        tokens = self._theme.tokens
        regular = typeface(tokens, tokens.secondary_px)
        strong = typeface(tokens, tokens.secondary_px, QFont.Weight.DemiBold)
        parts: list[tuple[str, QFont, str]] = []
        label = STATE_LABELS.get(row.state, "")
        if label and not row.is_done:
            color = "good" if row.state is ItemState.PACKED else "accent_text"
            parts.append((text(label), strong, color))
        if row.notice:
            parts.append((row.notice, strong, "wait"))
        parts += [(part, regular, "secondary") for part in row.details]
        left = space.left()
        for number, (part, font, color) in enumerate(parts):
            if number:
                part = f" · {part}"
            metrics = QFontMetrics(font)
            shown = metrics.elidedText(plain(part), Qt.TextElideMode.ElideRight, space.right() - left)
            painter.setFont(font)
            painter.setPen(tokens.color(color))
            painter.drawText(QRect(left, space.top(), space.right() - left + 2, space.height()), LEFT, shown)
            left += metrics.horizontalAdvance(shown)
            if left >= space.right():
                return

    def _paint_fold(self, painter: QPainter, rect: QRect) -> None:
        """Draw the line above the finished items."""
        tokens, px = self._theme.tokens, self._theme.tokens.px
        painter.fillRect(rect, tokens.color("window"))
        painter.setPen(tokens.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        size = px(16)
        middle = rect.center().y() - size / 2
        signs.tick(painter, QRectF(rect.left() + px(SIDE_PX), middle, size, size), tokens.color("good"))
        strong = typeface(tokens, tokens.text_px, QFont.Weight.DemiBold)
        regular = typeface(tokens, tokens.text_px)
        done = text("item_list.done", count=self._model.done_count)
        left = rect.left() + px(SIDE_PX) + size + px(8)
        painter.setFont(strong)
        painter.setPen(tokens.color("text"))
        painter.drawText(QRect(left, rect.top(), rect.width(), rect.height()), LEFT, done)
        left += QFontMetrics(strong).horizontalAdvance(done) + px(8)
        act = text("item_list.show" if self._model.is_folded else "item_list.hide")
        right = rect.right() - px(SIDE_PX) - size
        signs.chevron_down(painter, QRectF(right, middle, size, size), tokens.color("secondary"))
        right -= QFontMetrics(regular).horizontalAdvance(act) + px(4)
        painter.setFont(regular)
        painter.setPen(tokens.color("secondary"))
        painter.drawText(QRect(right - 1, rect.top(), rect.width(), rect.height()), LEFT, act)
        if self._model.is_folded and right - left > px(80):
            names = plain(", ".join(self._model.done_names()))
            shown = QFontMetrics(regular).elidedText(names, Qt.TextElideMode.ElideRight, right - left - px(12))
            painter.drawText(QRect(left, rect.top(), right - left, rect.height()), LEFT, shown)
