"""The page of received webhook events: the list, the selected event, reprocessing, and importing files."""

from codecs import getincrementaldecoder
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QPlainTextEdit,
    QSplitter,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.connection import Connection
from shipconsole.domain.json_limits import BODY_BYTES
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.inbound.webhook_log import Delivery, ReceivedWebhook, Sender
from shipconsole.operations.maintenance import text_files
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.choice import Choice
from shipconsole.ui.kit.strings import when, with_short_numbers
from shipconsole.ui.kit.theme import Theme, Tone

STATES: dict[str, tuple[str, Tone]] = {
    "new": ("webhook_events.state_new", "accent"),
    "processed": ("webhook_events.state_processed", "good"),
    "failed": ("webhook_events.state_failed", "bad"),
    "ignored": ("webhook_events.state_ignored", "quiet"),
}
"""The message of an event's state and the tone that it is shown in."""


def verified(value: bool | None, reason: Message) -> tuple[str, Tone]:
    """Return whether an event is known to come from its platform."""
    if value is None:
        return str(reason) or text("webhook_events.unsigned"), "quiet"
    if value:
        return text("webhook_events.verified"), "good"
    if reason:
        return text("webhook_events.not_verified_reason", reason=reason), "bad"
    return text("webhook_events.not_verified"), "bad"


def received_times(duplicates: int) -> str:
    """Return how often an event was received, empty where that was once."""
    return text("webhook_events.received_times", count=duplicates + 1) if duplicates else ""


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

    def row_of(self, delivery_id: int) -> int:
        """Where a webhook stands, -1 where it is not shown."""
        return next((row for row, one in enumerate(self._came) if one.id == delivery_id), -1)

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
        self.setObjectName("webhook_event_list")
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
    return f"{came.connection} · {when(came.came_at_ms, today)}"


SHOWN_BYTES = 65_536
"""So much of a body is laid out at once; a whole long one would hold the window up."""


class CamePage(QWidget):
    """What came in.

    Signals: chosen(int delivery id); reprocess_requested(int delivery id); files_chosen(object Connection, object
    bodies); failed(str words).
    """

    chosen = Signal(int)
    reprocess_requested = Signal(int)
    files_chosen = Signal(object, object)
    failed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Begin with nothing."""
        super().__init__()
        self._theme = theme
        self._senders: tuple[Connection, ...] = ()
        self._shown_id = 0
        self._begun = False
        self.model = CameModel(self)
        self.list = CameList(theme, self.model)
        self.list.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._nothing())
        self._pages.addWidget(self._both())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens.px(10))
        column.addLayout(self._pages, 1)
        column.addLayout(self._buttons())

    def show_came(self, came: Sequence[ReceivedWebhook]) -> None:
        """Show what came; what is chosen stays so, at first it is the newest."""
        self.model.show(came)
        self._pages.setCurrentIndex(1 if came else 0)
        row = max(0, self.model.row_of(self._shown_id))
        if came and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(row))
        elif came:
            # The same one, which may read differently now.
            self.chosen.emit(self._shown_id)
        self.replay.setEnabled(bool(came))
        if not self._begun:
            # Once only: what comes later finds the keyboard wherever the packer has it.
            self._begun = True
            self.list.setFocus()

    def show_senders(self, senders: Sequence[Sender]) -> None:
        """Offer the connections whose webhooks can be brought in."""
        self._senders = tuple(one.connection for one in senders if one.sends)
        self.whose.clear()
        self.whose.addItems([kit.plain(one.name) for one in self._senders])
        for widget in (self.whose, self.bring_in):
            widget.setEnabled(bool(self._senders))
        means = "webhook_events.import_means" if self._senders else "webhook_events.no_sender"
        kit.set_tooltip(self.bring_in, text(means))

    def show_whole(self, delivery: Delivery, connection: str) -> None:
        """Show one webhook, its body just as it came, of a long one its beginning."""
        today = date.today()  # noqa: DTZ011 - the day at this bench
        size = text("webhook_events.bytes", count=len(delivery.body))
        self._title.set_text(" · ".join((connection, when(delivery.came_at_ms, today), size)))
        state, tone = STATES[delivery.state]
        self._state.setText(text(state))
        kit.set_tone(self._state, tone)
        signature, tone = verified(delivery.verified, delivery.verify_message)
        told = " · ".join(part for part in (signature, received_times(delivery.duplicates)) if part)
        self._verified.setText(kit.plain(told))
        kit.set_tone(self._verified, tone)
        self._did.setText(kit.plain(str(delivery.message), lines=True))
        self._did.setVisible(bool(delivery.message))
        self._cut.setVisible(len(delivery.body) > SHOWN_BYTES)
        # What the cut went through is left out.
        shown = getincrementaldecoder("utf-8")("replace").decode(
            delivery.body[:SHOWN_BYTES], final=len(delivery.body) <= SHOWN_BYTES
        )
        body = kit.plain(shown, lines=True)
        if body != self.body.toPlainText():
            self.body.setPlainText(body)

    def choose_files(self) -> None:
        """Ask which files are to be brought in."""
        dialog = QFileDialog(self, text("webhook_events.files_title"))
        dialog.setObjectName("webhook_event_files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.take_files)
        dialog.open()

    def take_files(self, names: list[str]) -> None:
        """Take webhooks from files, one in each."""
        bodies: list[bytes] = []
        for name in names:
            try:
                bodies.append(text_files.read(Path(name), BODY_BYTES))
            except OSError as error:
                reason = error.strerror or str(error)
                self.failed.emit(text("webhook_events.unreadable", file=Path(name).name, reason=reason))
                return
            except ValidationFailed as refused:
                self.failed.emit(str(refused))
                return
        place = self.whose.currentIndex()
        if bodies and 0 <= place < len(self._senders):
            self.files_chosen.emit(self._senders[place], bodies)

    def _on_selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        came = self.list.currentIndex().data(CAME_ROLE)
        if came is not None:
            self._shown_id = came.id
            self.chosen.emit(came.id)

    def _on_replay_clicked(self) -> None:
        if self._shown_id:
            self.reprocess_requested.emit(self._shown_id)

    def _nothing(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setSpacing(self._theme.tokens.px(4))
        column.addStretch(1)
        for shown, theme in (
            (text("webhook_events.nothing"), "heading"),
            (text("webhook_events.nothing_hint"), "secondary"),
        ):
            said = kit.label(shown, theme)
            said.setWordWrap(True)
            said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(said)
        column.addStretch(2)
        return made

    def _both(self) -> QWidget:
        px = self._theme.tokens.px
        inside = QVBoxLayout()
        inside.setContentsMargins(px(4), px(4), px(4), px(4))
        inside.addWidget(self.list)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(px(10))
        both.addWidget(kit.card(inside))
        both.addWidget(self._detail())
        both.setStretchFactor(0, 5)
        both.setStretchFactor(1, 6)
        return both

    def _detail(self) -> QWidget:
        px = self._theme.tokens.px
        self._title = kit.Elided("", "heading")
        self._title.setObjectName("webhook_event_title")
        self._state = kit.badge("", "quiet")
        self._state.setObjectName("webhook_event_state")
        self._verified = kit.label("", "secondary")
        self._verified.setObjectName("webhook_event_verified")
        self._verified.setWordWrap(True)
        self._did = kit.label()
        self._did.setObjectName("webhook_event_did")
        self._did.setWordWrap(True)
        self._did.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body = QPlainTextEdit()
        self.body.setObjectName("webhook_event_body")
        self.body.setAccessibleName(text("webhook_events.body"))
        self.body.setReadOnly(True)
        self.body.setTabChangesFocus(True)
        self._cut = kit.label(text("webhook_events.cut", size=SHOWN_BYTES // 1_024), "secondary")
        self._cut.setObjectName("webhook_event_cut")
        self._cut.setVisible(False)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._state)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(13), px(14), px(14))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(self._verified)
        column.addWidget(self._did)
        column.addWidget(kit.label(text("webhook_events.body"), "field"))
        column.addWidget(self.body, 1)
        column.addWidget(self._cut)
        return kit.card(column)

    def _buttons(self) -> QHBoxLayout:
        px = self._theme.tokens.px
        self.replay = kit.button(text("webhook_events.reprocess"))
        self.replay.setObjectName("replay")
        self.replay.setAutoDefault(False)
        self.replay.setEnabled(False)
        kit.set_tooltip(self.replay, text("webhook_events.reprocess_means"))
        self.replay.clicked.connect(self._on_replay_clicked)
        self.whose = Choice()
        self.whose.setObjectName("files_of")
        self.whose.setAccessibleName(text("webhook_events.import_for"))
        self.whose.setMinimumWidth(px(160))
        self.bring_in = kit.button(text("webhook_events.import"))
        self.bring_in.setObjectName("bring_in")
        self.bring_in.setAutoDefault(False)
        self.bring_in.clicked.connect(self.choose_files)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.whose)
        row.addWidget(self.bring_in)
        row.addStretch(1)
        row.addWidget(self.replay)
        return row
