"""The webhooks that came, newest first: who told it, when, whether it is theirs, and what it did."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from shipconsole.messages import text
from shipconsole.operations.inbound.webhook_log import ReceivedWebhook
from shipconsole.ui.dialogs.webhook_events.event_texts import STATES, received_times, verified
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.strings import when, with_short_numbers
from shipconsole.ui.kit.theme import Theme

ROW_PX, PAD_PX = 58, 10
CAME_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class CameModel(QAbstractListModel):
    """Webhooks in words."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._came: tuple[ReceivedWebhook, ...] = ()

    def show(self, came: Sequence[ReceivedWebhook]) -> None:
        """Show these; where the same ones stand in the same order the view stays where it is."""
        same = [one.id for one in came] == [one.id for one in self._came]
        if not same:
            self.beginResetModel()
        self._came = tuple(came)
        if not same:
            self.endResetModel()
        elif came:
            self.dataChanged.emit(self.index(0), self.index(len(came) - 1))

    def row_of(self, webhook_event_id: int) -> int:
        """Where a webhook stands, -1 where it is not shown."""
        return next((row for row, one in enumerate(self._came) if one.id == webhook_event_id), -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """A row for each."""
        return 0 if parent.isValid() else len(self._came)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # Qt's own signature
        """What a webhook is, in words."""
        if not index.isValid():
            return None
        came = self._came[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return kit.plain(title(came))
            case Qt.ItemDataRole.AccessibleTextRole:
                signature, _ = verified(came.verified, came.verify_message)
                parts = (title(came), text(STATES[came.state][0]), signature, str(came.message))
                return kit.plain(" · ".join(part for part in parts if part))
            case Qt.ItemDataRole.ToolTipRole:
                return kit.tooltip(str(came.message))
            case _ if role == CAME_ROLE:
                return came
            case _:
                return None


class CameDelegate(QStyledItemDelegate):
    """Paints a webhook: a title with how it stands at its right, what it did below, red before one not verified."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        """Paint with the tokens of a look."""
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Two lines."""
        return QSize(self._theme.tokens.px(160), self._theme.tokens.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one webhook."""
        came: ReceivedWebhook = index.data(CAME_ROLE)
        tokens, row = self._theme.tokens, QRectF(option.rect)
        px = tokens.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = option.state & QStyle.StateFlag.State_Selected
        focused = chosen and option.state & QStyle.StateFlag.State_HasFocus
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        if chosen or hovered:
            painter.setPen(QPen(tokens.colour("accent"), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("selection" if chosen else "hover"))
            painter.drawRoundedRect(row.adjusted(1, 1, -1, -2), px(6), px(6))
        painter.fillRect(QRectF(row.left(), row.bottom() - 1, row.width(), 1), tokens.colour("line"))
        _, verify_tone = verified(came.verified, came.verify_message)
        if verify_tone == "bad":
            painter.fillRect(QRectF(row.left(), row.top() + px(8), px(3), row.height() - px(16)), tokens.colour("bad"))
        inner = row.adjusted(px(PAD_PX), px(8), -px(PAD_PX), -px(8))
        state_id, tone = STATES[came.state]
        state = text(state_id)
        strong = kit.font(tokens, tokens.text_px, QFont.Weight.DemiBold)
        small = kit.font(tokens, tokens.secondary_px)
        state_width = QFontMetrics(small).horizontalAdvance(state)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        line = QRectF(inner.left(), inner.top(), inner.width(), px(20))
        painter.setFont(small)
        painter.setPen(tokens.colour({"quiet": "secondary"}.get(tone, tone)))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, state)
        painter.setFont(strong)
        painter.setPen(tokens.colour("text"))
        room = int(inner.width() - state_width - px(10))
        painter.drawText(line, flags, QFontMetrics(strong).elidedText(index.data(), Qt.TextElideMode.ElideRight, room))
        painter.setFont(small)
        painter.setPen(tokens.colour("secondary"))
        said = " · ".join(
            part for part in (with_short_numbers(str(came.message)), received_times(came.duplicates)) if part
        )
        shown = QFontMetrics(small).elidedText(kit.plain(said), Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(line.translated(0, px(21)), flags, shown)
        painter.restore()


class CameList(QListView):
    """The list; arrow keys choose."""

    def __init__(self, theme: Theme, model: CameModel) -> None:
        """Show a model."""
        super().__init__()
        self.setObjectName("delivery_list")
        self.setAccessibleName(text("webhook_events.list"))
        self.setModel(model)
        self.setItemDelegate(CameDelegate(theme, self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.doItemsLayout)


def title(came: ReceivedWebhook) -> str:
    """Who told something, and when."""
    today = date.today()  # noqa: DTZ011 - the day at this bench
    return f"{came.connection} · {when(came.received_at_ms, today)}"
