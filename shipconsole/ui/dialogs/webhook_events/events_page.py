"""The page of received webhook events: the list, the selected event, reprocessing, and importing files."""

from codecs import getincrementaldecoder
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QItemSelection, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QListView,
    QPlainTextEdit,
    QSplitter,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from shipconsole.domain.connection import Connection
from shipconsole.domain.json_limits import BODY_BYTES
from shipconsole.domain.message import Message
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.received_webhook import ReceivedWebhook
from shipconsole.messages import text
from shipconsole.operations.inbound.webhook_log import WebhookConnection, WebhookEvent
from shipconsole.operations.maintenance import text_files
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import NO_INDEX, Index
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.formats import when
from shipconsole.ui.kit.layout import action, column, row, wrapped
from shipconsole.ui.kit.strings import with_short_numbers
from shipconsole.ui.kit.theme import Severity, Theme, typeface

ROW_PX, PAD_PX = 58, 10
EVENT_ROLE = Qt.ItemDataRole.UserRole
SHOWN_BYTES = 65_536
"""The part of a body that is laid out: a long one whole would block the window."""
STATES: dict[str, tuple[str, Severity]] = {
    "new": ("webhook_events.state_new", "accent"),
    "processed": ("webhook_events.state_processed", "good"),
    "failed": ("webhook_events.state_failed", "bad"),
    "ignored": ("webhook_events.state_ignored", "quiet"),
}
"""The message of an event's state and its color."""


class EventsPage(QWidget):
    """The received webhook events.

    Signals: chosen(int event id); reprocess_requested(int event id); files_chosen(object Connection, object bodies);
    path_requested(object Connection); failed(str message).
    """

    chosen = Signal(int)
    reprocess_requested = Signal(int)
    files_chosen = Signal(object, object)
    path_requested = Signal(object)
    failed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Initialize without events."""
        super().__init__()
        self._theme = theme
        self._senders: tuple[Connection, ...] = ()
        self._shown_id = 0
        self._was_shown = False
        self.model = EventsModel(self)
        self.list = EventList(theme, self.model)
        self.list.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._list_and_detail())
        self.reprocess = action("reprocess", text("webhook_events.reprocess"), self._on_reprocess_clicked)
        self.reprocess.setEnabled(False)
        widgets.set_tooltip(self.reprocess, text("webhook_events.reprocess_means"))
        self.files_of = Choice()
        self.files_of.setObjectName("files_of")
        self.files_of.setAccessibleName(text("webhook_events.import_for"))
        self.files_of.setMinimumWidth(theme.tokens.px(160))
        self.import_button = action("import_files", text("webhook_events.import"), self.choose_files)
        self.copy_path = action("copy_webhook_path", text("webhook_events.copy_path"), self._on_copy_clicked)
        widgets.set_tooltip(self.copy_path, text("webhook_events.copy_path_means"))
        sources = row(theme, self.files_of, self.copy_path, self.import_button, 1, spacing=8)
        column(theme, sources, (self._pages, 1), spacing=10, parent=self)

    def show_events(self, events: Sequence[ReceivedWebhook]) -> None:
        """Show events, the newest first; the selected one stays selected, at first it is the newest."""
        self.model.show(events)
        self._pages.setCurrentIndex(1 if events else 0)
        position = max(0, self.model.position_of(self._shown_id))
        if events and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(position))
        elif events:
            # The same event may have changed.
            self.chosen.emit(self._shown_id)
        self.reprocess.setEnabled(bool(events))
        if not self._was_shown:
            # Only the first time: later the focus stays where the packer has it.
            self._was_shown = True
            self.list.setFocus()

    def show_senders(self, senders: Sequence[WebhookConnection]) -> None:
        """Offer the connections whose webhook events can be imported."""
        self._senders = tuple(sender.connection for sender in senders)
        self.files_of.clear()
        self.files_of.addItems([plain(connection.name) for connection in self._senders])
        for widget in (self.files_of, self.copy_path, self.import_button):
            widget.setEnabled(bool(self._senders))
        meaning = "webhook_events.import_means" if self._senders else "webhook_events.no_sender"
        widgets.set_tooltip(self.import_button, text(meaning))

    def show_event(self, event: WebhookEvent, connection: str) -> None:
        """Show an event with its body as received, of a long one the beginning."""
        today = date.today()  # noqa: DTZ011 - the local day
        size = text("webhook_events.bytes", count=len(event.body))
        self._title.set_text(" · ".join((connection, when(event.received_at_ms, today), size)))
        state, severity = STATES[event.state]
        self._state.setText(text(state))
        widgets.set_severity(self._state, severity)
        signature, severity = verified(event.verified, event.verify_message)
        shown = " · ".join(part for part in (signature, received_times(event.duplicates)) if part)
        self._verified.setText(plain(shown))
        widgets.set_severity(self._verified, severity)
        self._result.setText(plain(str(event.message), lines=True))
        self._result.setVisible(bool(event.message))
        self._cut.setVisible(len(event.body) > SHOWN_BYTES)
        # A character that the end cuts through is left out.
        decoder = getincrementaldecoder("utf-8")("replace")
        decoded = decoder.decode(event.body[:SHOWN_BYTES], final=len(event.body) <= SHOWN_BYTES)
        body = plain(decoded, lines=True)
        if body != self.body.toPlainText():
            self.body.setPlainText(body)

    def choose_files(self) -> None:
        """Ask which files to import."""
        dialog = QFileDialog(self, text("webhook_events.files_title"))
        dialog.setObjectName("webhook_event_files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.take_files)
        dialog.open()

    def take_files(self, names: list[str]) -> None:
        """Read webhook events from files, one per file."""
        bodies: list[bytes] = []
        for name in names:
            try:
                bodies.append(text_files.read_utf8(Path(name), BODY_BYTES))
            except OSError as error:
                reason = error.strerror or str(error)
                self.failed.emit(text("webhook_events.unreadable", file=Path(name).name, reason=reason))
                return
            except ValidationFailed as refused:
                self.failed.emit(str(refused))
                return
        position = self.files_of.currentIndex()
        if bodies and 0 <= position < len(self._senders):
            self.files_chosen.emit(self._senders[position], bodies)

    def _on_copy_clicked(self) -> None:
        position = self.files_of.currentIndex()
        if 0 <= position < len(self._senders):
            self.path_requested.emit(self._senders[position])

    def _on_selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        event = self.list.currentIndex().data(EVENT_ROLE)
        if event is not None:
            self._shown_id = event.id
            self.chosen.emit(event.id)

    def _on_reprocess_clicked(self) -> None:
        if self._shown_id:
            self.reprocess_requested.emit(self._shown_id)

    def _empty_page(self) -> QWidget:
        made = QWidget()
        title = wrapped(text("webhook_events.nothing"), "heading")
        hint = wrapped(text("webhook_events.nothing_hint"), "secondary")
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column(self._theme, 1, title, hint, 2, spacing=4, margins=(10, 10, 10, 10), parent=made)
        return made

    def _list_and_detail(self) -> QWidget:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(self._theme.tokens.px(10))
        splitter.addWidget(widgets.card(column(self._theme, self.list, margins=(4, 4, 4, 4))))
        splitter.addWidget(self._detail())
        splitter.setStretchFactor(0, 5)
        splitter.setStretchFactor(1, 6)
        return splitter

    def _detail(self) -> QWidget:
        theme = self._theme
        self._title = widgets.Elided("", "heading")
        self._title.setObjectName("webhook_event_title")
        self._state = widgets.badge("", "quiet")
        self._state.setObjectName("webhook_event_state")
        self._verified = wrapped("", "secondary", name="webhook_event_verified")
        self._result = wrapped(name="webhook_event_result", selectable=True)
        self.body = QPlainTextEdit()
        self.body.setObjectName("webhook_event_body")
        self.body.setAccessibleName(text("webhook_events.body"))
        self.body.setReadOnly(True)
        self.body.setTabChangesFocus(True)
        self._cut = widgets.label(text("webhook_events.cut", size=SHOWN_BYTES // 1_024), "secondary")
        self._cut.setObjectName("webhook_event_cut")
        self._cut.setVisible(False)
        inside = column(
            theme,
            row(theme, (self._title, 1), self._state),
            self._verified,
            self._result,
            widgets.label(text("webhook_events.body"), "field"),
            (self.body, 1),
            self._cut,
            margins=(16, 13, 14, 14),
        )
        return widgets.card(inside)


class EventList(QListView):
    """The list; arrow keys select."""

    def __init__(self, theme: Theme, model: "EventsModel") -> None:
        """Show a model."""
        super().__init__()
        self.setObjectName("webhook_event_list")
        self.setAccessibleName(text("webhook_events.list"))
        self.setModel(model)
        self.setItemDelegate(_EventDelegate(theme, self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.doItemsLayout)


class EventsModel(QAbstractListModel):
    """Webhook events as rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Initialize without events."""
        super().__init__(parent)
        self._events: tuple[ReceivedWebhook, ...] = ()

    def show(self, events: Sequence[ReceivedWebhook]) -> None:
        """Show events; where they are the same in the same order the view does not move."""
        is_same = [event.id for event in events] == [event.id for event in self._events]
        if not is_same:
            self.beginResetModel()
        self._events = tuple(events)
        if not is_same:
            self.endResetModel()
        elif events:
            self.dataChanged.emit(self.index(0), self.index(len(events) - 1))

    def position_of(self, event_id: int) -> int:
        """Return the position of an event, -1 where it is not shown."""
        return next((position for position, event in enumerate(self._events) if event.id == event_id), -1)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of events."""
        return 0 if parent.isValid() else len(self._events)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # Qt's own signature
        """Return an event's title or another of its roles."""
        if not index.isValid():
            return None
        event = self._events[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return plain(title_of(event))
            case Qt.ItemDataRole.AccessibleTextRole:
                signature, _ = verified(event.verified, event.verify_message)
                parts = (title_of(event), text(STATES[event.state][0]), signature, str(event.message))
                return plain(" · ".join(part for part in parts if part))
            case Qt.ItemDataRole.ToolTipRole:
                return widgets.tooltip(str(event.message))
            case _:
                return event if role == EVENT_ROLE else None


class _EventDelegate(QStyledItemDelegate):
    """Paints an event: its title and state, its result below, and a red mark where it is not verified."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of two lines."""
        return QSize(self._theme.tokens.px(160), self._theme.tokens.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw an event."""
        event: ReceivedWebhook = index.data(EVENT_ROLE)
        tokens, rect = self._theme.tokens, QRectF(option.rect)
        px = tokens.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_selected = option.state & QStyle.StateFlag.State_Selected
        has_focus = is_selected and option.state & QStyle.StateFlag.State_HasFocus
        if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(tokens.color("accent"), 2) if has_focus else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("selection" if is_selected else "hover"))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -2), px(6), px(6))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), tokens.color("line"))
        if verified(event.verified, event.verify_message)[1] == "bad":
            mark = QRectF(rect.left(), rect.top() + px(8), px(3), rect.height() - px(16))
            painter.fillRect(mark, tokens.color("bad"))
        inner = rect.adjusted(px(PAD_PX), px(8), -px(PAD_PX), -px(8))
        state_id, severity = STATES[event.state]
        state = text(state_id)
        strong = typeface(tokens, tokens.text_px, QFont.Weight.DemiBold)
        small = typeface(tokens, tokens.secondary_px)
        left, elided = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, Qt.TextElideMode.ElideRight
        line = QRectF(inner.left(), inner.top(), inner.width(), px(20))
        painter.setFont(small)
        painter.setPen(tokens.color({"quiet": "secondary"}.get(severity, severity)))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, state)
        painter.setFont(strong)
        painter.setPen(tokens.color("text"))
        room = int(inner.width() - QFontMetrics(small).horizontalAdvance(state) - px(10))
        painter.drawText(line, left, QFontMetrics(strong).elidedText(index.data(), elided, room))
        painter.setFont(small)
        painter.setPen(tokens.color("secondary"))
        parts = (with_short_numbers(str(event.message)), received_times(event.duplicates))
        result = plain(" · ".join(part for part in parts if part))
        shown = QFontMetrics(small).elidedText(result, elided, int(inner.width()))
        painter.drawText(line.translated(0, px(21)), left, shown)
        painter.restore()


def title_of(event: ReceivedWebhook) -> str:
    """Return which connection sent an event, and when."""
    today = date.today()  # noqa: DTZ011 - the local day
    return f"{event.connection} · {when(event.received_at_ms, today)}"


def verified(value: bool | None, reason: Message) -> tuple[str, Severity]:
    """Return whether the signature of an event is verified, and the color of that."""
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
