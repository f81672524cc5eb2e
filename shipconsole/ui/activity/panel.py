"""The latest updates and reported events, newest first; the details of an update open from its row."""

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.call import Call
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import store_refresh
from shipconsole.operations.connections.store_refresh import STALE_AFTER_MS, StoreImport
from shipconsole.operations.context import Context
from shipconsole.operations.importing import platform_drift
from shipconsole.operations.inbound import webhook_log
from shipconsole.operations.outbox import evidence, resolve
from shipconsole.operations.outbox.resolve import Decision
from shipconsole.operations.worker import Backlog
from shipconsole.ui.activity.model import UPDATES_SHOWN, ActivityModel, ActivityRow, backlog_text, refreshing_text
from shipconsole.ui.dialogs.call_details import CallDetails
from shipconsole.ui.kit import icons, widgets
from shipconsole.ui.kit.binding.model_table import ROW_ROLE, Index
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Severity, Theme, typeface

EVENTS_SHOWN = 100
TICK_MS = 1_000
RESPONSES_READ = 30
REFRESH_PAUSE_S = 0.2
TEXT_LEFT_PX, LINE_PX, TOP_PX = 32, 18, 6
MINIMUM_HEIGHT_PX = 48


class ActivityDelegate(QStyledItemDelegate):
    """Paints a row: a sign for its state, the headline in one or two lines, and its status."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        """Paint with the tokens of a theme."""
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return room for two or three lines."""
        px, width = self._theme.tokens.px, option.rect.width()
        lines = widgets.two_lines(index.data(), self._headline_font, self._text_width(width)) if width > 0 else [""]
        return QSize(px(160), px(LINE_PX + 2 * TOP_PX + LINE_PX * len(lines)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        tokens, rect = self._theme.tokens, option.rect
        px = tokens.px
        row: ActivityRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = option.state & QStyle.StateFlag.State_HasFocus
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        if focused or hovered:
            painter.setPen(QPen(tokens.color("accent"), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("selection" if focused else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), px(6), px(6))
        else:
            painter.setBackground(tokens.color("line"))
            painter.eraseRect(QRect(rect.left(), rect.bottom(), rect.width(), 1))
        square = QRectF(rect.left() + px(4), rect.top() + px(6), px(16), px(16))
        color = tokens.color("secondary" if row.severity == "quiet" else row.severity)
        icons.draw(painter, row.sign, square, color, width=2.6)
        width = self._text_width(rect.width())
        line_rect = QRectF(rect.left() + px(TEXT_LEFT_PX), rect.top() + px(TOP_PX), width, px(LINE_PX))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._headline_font)
        painter.setPen(tokens.color("text"))
        for line in widgets.two_lines(index.data(), self._headline_font, width):
            painter.drawText(line_rect, flags, line)
            line_rect.translate(0, px(LINE_PX))
        status_font = typeface(tokens, tokens.secondary_px)
        painter.setFont(status_font)
        painter.setPen(tokens.color("secondary"))
        status = QFontMetrics(status_font).elidedText(row.status, Qt.TextElideMode.ElideRight, width)
        painter.drawText(line_rect, flags, status)
        painter.restore()

    @property
    def _headline_font(self) -> QFont:
        tokens = self._theme.tokens
        return typeface(tokens, tokens.text_px, QFont.Weight.DemiBold)

    def _text_width(self, row_width: int) -> int:
        return max(1, row_width - self._theme.tokens.px(TEXT_LEFT_PX + 4))


class ActivityList(QListView):
    """The list of updates and events. Signals: details_requested(call id), order_requested(order id)."""

    details_requested = Signal(int)
    order_requested = Signal(int)

    def __init__(self, theme: Theme, model: ActivityModel) -> None:
        """Show a model."""
        super().__init__()
        self._activity = model
        self.setObjectName("activity_list")
        self.setAccessibleName(text("shared.activity"))
        self.setModel(model)
        self.setItemDelegate(ActivityDelegate(theme, self))
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.clicked.connect(self._on_clicked)
        self._menu = QMenu(self)
        self._details = self._menu.addAction(text("button.details"))
        self._details.triggered.connect(self._on_details_triggered)
        theme.changed.connect(self.doItemsLayout)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the details of the current update on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._on_details_triggered()
        else:
            super().keyPressEvent(event)

    def _on_menu_requested(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if index.isValid():
            self.setCurrentIndex(index)
            self._menu.popup(self.viewport().mapToGlobal(point))

    def _on_details_triggered(self) -> None:
        update = self._activity.update_at(self.currentIndex().row())
        if update is not None:
            self.details_requested.emit(update.id)

    def _on_clicked(self, index: QModelIndex) -> None:
        row = self._activity.row(index.row())
        if row is not None and row.order_id is not None:
            self.order_requested.emit(row.order_id)


class ActivityPanel(QFrame):
    """The card with the list. Signal: order_chosen(order id)."""

    order_chosen = Signal(int)

    def __init__(self, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Initialize with an empty list; `refresh` loads it."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("activity_panel")
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._is_refreshing = False
        self._refresh_again = False
        self._responses: dict[int, tuple[int, int]] = {}
        """Confirmed updates by id: when they were confirmed, and how long the response took, in milliseconds."""
        self._refreshing_stores: tuple[StoreImport, ...] = ()
        self._backlogs: tuple[Backlog, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self.model = ActivityModel(self)
        self.list = ActivityList(theme, self.model)
        self.list.setMinimumHeight(theme.tokens.px(MINIMUM_HEIGHT_PX))
        self.list.order_requested.connect(self.order_chosen)
        self.list.details_requested.connect(self.show_details)
        px = theme.tokens.px
        self._pages = QStackedWidget()
        self._pages.addWidget(_empty_page(px(4)))
        self._pages.addWidget(self.list)
        self._count = widgets.label("", "secondary")
        top = QHBoxLayout()
        top.addWidget(widgets.label(text("shared.activity"), "heading"))
        top.addStretch(1)
        top.addWidget(self._count)
        self._backlog_notice = _notice("backlog_notice", "bad")
        self._refreshing_notice = _notice("refreshing_stores", "wait")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(13), px(10), px(10))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(self._backlog_notice)
        column.addWidget(self._refreshing_notice)
        column.addWidget(self._pages, 1)

    def refresh_stores(self) -> None:
        """Load which stores platforms are importing from at present."""
        self._tasks.spawn("load the stores that are refreshed", self._refresh_stores())

    def refresh(self) -> None:
        """Load the updates and events again; calls during a refresh lead to one more refresh."""
        if self._is_refreshing:
            self._refresh_again = True
            return
        self._is_refreshing = True
        self._tasks.spawn("load the activity", self._refresh())

    def show_details(self, call_id: int) -> None:
        """Show all that is known of an update that is listed."""
        update = self.model.update_at(self.model.position_of(call_id))
        if update is not None:
            self._tasks.spawn("show the details of an update", self._show_details(update))

    def _on_resolved(self, call_id: int, decision: Decision, reason: str) -> None:
        self._tasks.spawn("resolve an update", self._resolve(call_id, decision, reason))

    async def _resolve(self, call_id: int, decision: Decision, reason: str) -> None:
        try:
            await resolve.resolve_update(self._ctx, call_id, decision, reason)
        except ValidationFailed as refused:
            # The update changed meanwhile; the banner shows why, as for every failed task.
            raise EnvironmentFailure(refused.message) from refused

    async def _refresh_stores(self) -> None:
        self._refreshing_stores = await store_refresh.running_imports(self._ctx)
        self._on_tick()

    def _on_tick(self) -> None:
        """Update ages, countdowns and durations; drop reports that are too old to be true."""
        now_ms = self._ctx.clock.now_ms()
        if self.list.isVisible():
            self.model.tick(now_ms)
        backlogs = [backlog_text(backlog, now_ms) for backlog in self._backlogs if backlog.reason]
        _show_notice(self._backlog_notice, backlogs)
        self._refreshing_stores = tuple(
            reading for reading in self._refreshing_stores if 0 < reading.stale_at_ms - now_ms < 2 * STALE_AFTER_MS
        )
        refreshing = [refreshing_text(reading, now_ms) for reading in self._refreshing_stores]
        _show_notice(self._refreshing_notice, refreshing)
        needs_timer = bool(refreshing or backlogs or self.model.rowCount())
        if needs_timer and not self._timer.isActive():
            self._timer.start()
        elif not needs_timer:
            self._timer.stop()

    async def _refresh(self) -> None:
        try:
            while True:
                self._refresh_again = False
                updates = await worker.latest(self._ctx, most=UPDATES_SHOWN)
                await self._read_response_times(updates)
                self._backlogs = await worker.backlog(self._ctx)
                response_ms = {call_id: elapsed_ms for call_id, (_, elapsed_ms) in self._responses.items()}
                events = await webhook_log.notices(self._ctx, EVENTS_SHOWN)
                self.model.show(updates, response_ms, self._backlogs, events, now_ms=self._ctx.clock.now_ms())
                self._pages.setCurrentIndex(1 if updates or events else 0)
                count_id = "activity.latest" if len(updates) >= UPDATES_SHOWN else "activity.count"
                self._count.setText(text(count_id, count=len(updates)) if updates else "")
                self._on_tick()
                # Nobody reads faster than this, however many changes arrive.
                await asyncio.sleep(REFRESH_PAUSE_S)
                if not self._refresh_again:
                    return
        finally:
            self._is_refreshing = False

    async def _read_response_times(self, updates: Sequence[Call]) -> None:
        """Read how long the responses of the newest confirmed updates took, each once."""
        confirmed = [update for update in updates if update.state == "confirmed"]
        for update in confirmed[:RESPONSES_READ]:
            if self._responses.get(update.id, (0, 0))[0] != update.changed_at_ms:
                attempts = await worker.attempts(self._ctx, update.id)
                elapsed_ms = [attempt.elapsed_ms for attempt in attempts if attempt.elapsed_ms is not None]
                if elapsed_ms:
                    self._responses[update.id] = (update.changed_at_ms, elapsed_ms[-1])

    async def _show_details(self, update: Call) -> None:
        attempts = await worker.attempts(self._ctx, update.id)
        changes = (await platform_drift.of_order(self._ctx, update.order_id)).get(update.id, ())
        found = await evidence.of_call(self._ctx, update)
        dialog = CallDetails(self, self._theme, update, attempts, changes, found)
        dialog.resolved.connect(self._on_resolved)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _empty_page(spacing: int) -> QWidget:
    page = QWidget()
    page.setObjectName("activity_empty")
    hint = widgets.label(text("activity.none_hint"), "secondary")
    hint.setWordWrap(True)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    column.addWidget(widgets.label(text("activity.none")))
    column.addWidget(hint)
    column.addStretch(1)
    return page


def _notice(name: str, severity: Severity) -> QLabel:
    notice = widgets.label("", "secondary", severity)
    notice.setObjectName(name)
    notice.setWordWrap(True)
    notice.hide()
    return notice


def _show_notice(notice: QLabel, sentences: Sequence[str]) -> None:
    notice.setText(plain("\n".join(sentences), lines=True))
    notice.setVisible(bool(sentences))
