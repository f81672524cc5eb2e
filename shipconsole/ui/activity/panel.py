"""What the platforms were told lately and how it went, newest first; each call's whole record behind Details."""

import asyncio
import html
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.call import ENDED
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import store_refresh
from shipconsole.operations.connections.store_refresh import STALE_AFTER_MS, Reading
from shipconsole.operations.context import Context
from shipconsole.operations.importing import platform_drift
from shipconsole.operations.inbound import webhook_log
from shipconsole.operations.inbound.webhook_log import PlatformNotice
from shipconsole.operations.outbox import evidence, resolve
from shipconsole.operations.outbox.resolve import Decision
from shipconsole.operations.worker import Backlog, Call
from shipconsole.ui.activity import lines
from shipconsole.ui.dialogs.call_details.dialog import CallDetails, first_line
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.strings import CALL_STATES, with_short_numbers
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.times import ago

CALLS_SHOWN = 200
NEWS_SHOWN = 100
TICK_MS = 1_000
ANSWERS_READ = 30
BETWEEN_LOOKS_S = 0.2
TEXT_LEFT_PX, LINE_PX = 38, 18
LEAST_PX = 150
CALL_ROLE = Qt.ItemDataRole.UserRole
SECOND_LINE_ROLE = Qt.ItemDataRole.UserRole + 1
ORDER_ROLE = Qt.ItemDataRole.UserRole + 2
TONE_ROLE = Qt.ItemDataRole.UserRole + 3

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class ActivityModel(QAbstractListModel):
    """Calls in words, newest first, and between them what platforms told by themselves."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._rows: tuple[Call | PlatformNotice, ...] = ()
        self._answered_ms: dict[int, int] = {}
        self._older: frozenset[int] = frozenset()
        self._backlogs: dict[str, Backlog] = {}
        self._below: list[str] = []

    def show(
        self,
        calls: Sequence[Call],
        answered_ms: dict[int, int],
        backlog: Sequence[Backlog] = (),
        news: Sequence[PlatformNotice] = (),
        *,
        now_ms: int,
    ) -> None:
        """Show these calls and news; where the same ones stand in the same order the view stays where it is."""
        rows = _by_time(calls, news)
        same = [_key(row) for row in rows] == [_key(row) for row in self._rows]
        if not same:
            self.beginResetModel()
        self._rows, self._answered_ms = rows, dict(answered_ms)
        self._older = _behind_an_older_one(calls)
        self._backlogs = {one.connection: one for one in backlog}
        self._below = [self._second_line(row, now_ms) for row in rows]
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def tick(self, now_ms: int) -> None:
        """Let ages and countdowns go on, in the rows that say something else by now."""
        for row, shown in enumerate(self._rows):
            below = self._second_line(shown, now_ms)
            if below != self._below[row]:
                self._below[row] = below
                self.dataChanged.emit(self.index(row), self.index(row), [SECOND_LINE_ROLE])

    def row_of(self, call_id: int) -> int:
        """The row of a call, -1 where it is not shown."""
        shown = enumerate(self._rows)
        return next((row for row, one in shown if isinstance(one, Call) and one.id == call_id), -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """A row for each call and each unit of news."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The call or the news in two lines of words."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        first = first_line(row) if isinstance(row, Call) else kit.plain(f"{row.connection}: {row.message!s}")
        shown = first if isinstance(row, Call) else with_short_numbers(first)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shown
            case Qt.ItemDataRole.AccessibleTextRole:
                state = CALL_STATES[row.state].word if isinstance(row, Call) else text("activity.event")
                return f"{state}. {first.rstrip('.')}. {self._below[index.row()]}"
            case Qt.ItemDataRole.ToolTipRole:
                return f"<p>{html.escape(first)}<br>{html.escape(self._below[index.row()])}</p>"
            case _ if role == CALL_ROLE:
                return row if isinstance(row, Call) else None
            case _ if role == ORDER_ROLE:
                return row.order_id or 0
            case _ if role == TONE_ROLE:
                if isinstance(row, Call):
                    return CALL_STATES[row.state].tone
                return "bad" if row.stands_out else "quiet"
            case _ if role == SECOND_LINE_ROLE:
                return self._below[index.row()]
            case _:
                return None

    def _second_line(self, row: Call | PlatformNotice, now_ms: int) -> str:
        if isinstance(row, Call):
            return self._below_call(row, now_ms)
        return kit.plain(f"{text('activity.event')} · {ago((now_ms - row.at_ms) / 1_000)}")

    def _below_call(self, call: Call, now_ms: int) -> str:
        waits = self._backlogs.get(call.connection) if call.state in ("pending", "retry_wait") else None
        behind = "older" if call.id in self._older else ""
        if waits is not None and waits.why == "blocked":
            behind = "blocked"
        next_at_ms = (call.check_at_ms or 0) if call.state == "unknown" else call.due_at_ms
        return kit.plain(
            lines.below_update(
                call.order_number,
                call.state,
                created_at_ms=call.created_at_ms,
                changed_at_ms=call.changed_at_ms,
                next_at_ms=max(next_at_ms, waits.next_at_ms if waits is not None else 0),
                now_ms=now_ms,
                answered_ms=self._answered_ms.get(call.id),
                behind=behind,
            )
        )


def _key(row: Call | PlatformNotice) -> tuple[bool, int]:
    return isinstance(row, Call), row.id


def _by_time(calls: Sequence[Call], news: Sequence[PlatformNotice]) -> tuple[Call | PlatformNotice, ...]:
    """Calls in their own order, and each unit of news before the first call that is older; none below the last."""
    rows: list[Call | PlatformNotice] = []
    left = list(news)
    for call in calls:
        while left and left[0].at_ms >= call.created_at_ms:
            rows.append(left.pop(0))
        rows.append(call)
    return (*rows, *(left if len(calls) < CALLS_SHOWN else ()))


def _behind_an_older_one(calls: Sequence[Call]) -> frozenset[int]:
    """The waiting calls before which another of their order and connection has to come to its end."""
    found: set[int] = set()
    open_ones: set[tuple[int, int]] = set()
    for call in sorted(calls, key=lambda one: one.id):
        place = call.order_id, call.connection_id
        if place in open_ones and call.state in ("pending", "retry_wait"):
            found.add(call.id)
        if call.state not in ENDED:
            open_ones.add(place)
    return frozenset(found)


def _count(number: int) -> str:
    return text("activity.latest" if number >= CALLS_SHOWN else "activity.count", count=number)


class ActivityDelegate(QStyledItemDelegate):
    """Paints a call: a dot on a soft ground, what happened (two lines where one is too short), which order and when."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        """Paint with the tokens of a look."""
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for two or three lines."""
        px, whole = self._theme.tokens.px, option.rect.width()
        lines = kit.two_lines(index.data(), self._strong, self._text_width(whole)) if whole > 0 else [""]
        return QSize(px(160), px(25 + LINE_PX * len(lines)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one call."""
        tokens, rect = self._theme.tokens, option.rect
        px = tokens.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = option.state & QStyle.StateFlag.State_HasFocus
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        if focused or hovered:
            painter.setPen(QPen(tokens.colour("accent"), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("selection" if focused else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), px(6), px(6))
        tone: str = index.data(TONE_ROLE)
        ground = QRectF(rect.left() + px(2), rect.top() + px(4), px(26), px(17))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour(f"{tone}_soft"))
        painter.drawRoundedRect(ground, ground.height() / 2, ground.height() / 2)
        painter.setBrush(tokens.colour({"quiet": "secondary"}.get(tone, tone)))
        painter.drawEllipse(ground.center(), px(4), px(4))
        width = self._text_width(rect.width())
        place = QRectF(rect.left() + px(TEXT_LEFT_PX), rect.top() + px(3), width, px(LINE_PX))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._strong)
        painter.setPen(tokens.colour("text"))
        for line in kit.two_lines(index.data(), self._strong, width):
            painter.drawText(place, flags, line)
            place.translate(0, px(LINE_PX))
        small = kit.font(tokens, tokens.secondary_px)
        second = QFontMetrics(small).elidedText(index.data(SECOND_LINE_ROLE), Qt.TextElideMode.ElideRight, width)
        painter.setFont(small)
        painter.setPen(tokens.colour("secondary"))
        painter.drawText(place, flags, second)
        painter.restore()

    @property
    def _strong(self) -> QFont:
        tokens = self._theme.tokens
        return kit.font(tokens, tokens.text_px, QFont.Weight.Medium)

    def _text_width(self, whole: int) -> int:
        return max(1, whole - self._theme.tokens.px(TEXT_LEFT_PX + 4))


class ActivityList(QListView):
    """The list of calls. Signals: details_requested(call id), order_requested(order id)."""

    details_requested = Signal(int)
    order_requested = Signal(int)

    def __init__(self, theme: Theme, model: ActivityModel) -> None:
        """Show a model."""
        super().__init__()
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
        """Enter shows the details of the chosen call."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._on_details_triggered()
        else:
            super().keyPressEvent(event)

    def _on_menu_requested(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid():
            self.setCurrentIndex(index)
            self._menu.popup(self.viewport().mapToGlobal(at))

    def _on_details_triggered(self) -> None:
        call = self.currentIndex().data(CALL_ROLE)
        if call is not None:
            self.details_requested.emit(call.id)

    def _on_clicked(self, index: QModelIndex) -> None:
        order_id: int = index.data(ORDER_ROLE)
        if order_id:
            self.order_requested.emit(order_id)


class ActivityPanel(QFrame):
    """The card with the list. Signal: order_chosen(order id)."""

    order_chosen = Signal(int)

    def __init__(self, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show what is there as soon as the store tells."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("activity_panel")
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._looking = False
        self._again = False
        self._answered: dict[int, tuple[int, int]] = {}
        self._readings: tuple[Reading, ...] = ()
        self._backlog: tuple[Backlog, ...] = ()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self.model = ActivityModel(self)
        self.list = ActivityList(theme, self.model)
        self.list.setMinimumHeight(theme.tokens.px(LEAST_PX))
        self.list.order_requested.connect(self.order_chosen)
        self.list.details_requested.connect(self.show_details)
        px = theme.tokens.px
        nothing = QWidget()
        said = QVBoxLayout(nothing)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(px(4))
        said.addWidget(kit.label(text("activity.none")))
        hint = kit.label(text("activity.none_hint"), "secondary")
        hint.setWordWrap(True)
        said.addWidget(hint)
        said.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(nothing)
        self._pages.addWidget(self.list)
        top = QHBoxLayout()
        top.addWidget(kit.label(text("shared.activity"), "heading"))
        top.addStretch(1)
        self._counted = kit.label("", "secondary")
        top.addWidget(self._counted)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(13), px(10), px(10))
        column.setSpacing(px(8))
        self._reading = kit.label("", "secondary", "wait")
        self._reading.setObjectName("reading_shops")
        self._reading.setWordWrap(True)
        self._reading.hide()
        self._waiting = kit.label("", "secondary", "bad")
        self._waiting.setObjectName("what_waits")
        self._waiting.setWordWrap(True)
        self._waiting.hide()
        column.addLayout(top)
        column.addWidget(self._waiting)
        column.addWidget(self._reading)
        column.addWidget(self._pages, 1)

    def refresh_sources(self) -> None:
        """Look again at which shops platforms are reading."""
        self._tasks.spawn("look at the shops that are read", self._look_at_sources())

    def refresh(self) -> None:
        """Look at the outbox again; while a look is under way one more follows it, not many."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._tasks.spawn("look at the outbox", self._look_at_outbox())

    def show_details(self, call_id: int) -> None:
        """Show the whole record of a call."""
        row = self.model.row_of(call_id)
        if row >= 0:
            self._tasks.spawn("details of a call", self._show_details(self.model.index(row).data(CALL_ROLE)))

    def _on_settled(self, call_id: int, decision: Decision, why: str) -> None:
        self._tasks.spawn("settle a call", self._settle(call_id, decision, why))

    async def _settle(self, call_id: int, decision: Decision, why: str) -> None:
        try:
            await resolve.resolve_update(self._ctx, call_id, decision, why)
        except ValidationFailed as refused:
            # Somebody or something was faster; why stands where every trouble does.
            raise EnvironmentFailure(refused.message) from refused

    async def _look_at_sources(self) -> None:
        self._readings = await store_refresh.readings(self._ctx)
        self._on_tick()

    def _on_tick(self) -> None:
        """Let what is counted go on: ages, countdowns, and for how long platforms have been reading.

        A reading that nobody looks at any more is left out in time.
        """
        now_ms = self._ctx.clock.now_ms()
        if self.list.isVisible():
            self.model.tick(now_ms)
        held = [
            lines.backlog(one.connection, one.why, one.count, one.since_ms, one.next_at_ms, now_ms)
            for one in self._backlog
            if one.why
        ]
        self._waiting.setText(kit.plain("\n".join(held), lines=True))
        self._waiting.setVisible(bool(held))
        self._readings = tuple(one for one in self._readings if 0 < one.stale_at_ms - now_ms < 2 * STALE_AFTER_MS)
        said = [
            lines.refreshing(one.connection, one.source, one.status, now_ms - one.since_ms) for one in self._readings
        ]
        self._reading.setText(kit.plain("\n".join(said), lines=True))
        self._reading.setVisible(bool(said))
        if (said or held or self.model.rowCount()) and not self._tick.isActive():
            self._tick.start()
        elif not said and not held and not self.model.rowCount():
            self._tick.stop()

    async def _look_at_outbox(self) -> None:
        try:
            while True:
                self._again = False
                calls = await worker.latest(self._ctx, most=CALLS_SHOWN)
                await self._read_answers(calls)
                self._backlog = await worker.backlog(self._ctx)
                took_ms = {id_: elapsed_ms for id_, (_, elapsed_ms) in self._answered.items()}
                news = await webhook_log.news(self._ctx, NEWS_SHOWN)
                self.model.show(calls, took_ms, self._backlog, news, now_ms=self._ctx.clock.now_ms())
                self._pages.setCurrentIndex(1 if calls or news else 0)
                self._counted.setText(_count(len(calls)) if calls else "")
                self._on_tick()
                # However much comes in, nobody reads faster than this.
                await asyncio.sleep(BETWEEN_LOOKS_S)
                if not self._again:
                    return
        finally:
            self._looking = False

    async def _read_answers(self, calls: Sequence[Call]) -> None:
        """How long the newest told calls took; each is read once."""
        for call in [call for call in calls if call.state == "confirmed"][:ANSWERS_READ]:
            if self._answered.get(call.id, (0, 0))[0] != call.changed_at_ms:
                tried = await worker.attempts(self._ctx, call.id)
                took = [one.elapsed_ms for one in tried if one.elapsed_ms is not None]
                if took:
                    self._answered[call.id] = (call.changed_at_ms, took[-1])

    async def _show_details(self, call: Call) -> None:
        attempts = await worker.attempts(self._ctx, call.id)
        changes = (await platform_drift.of_order(self._ctx, call.order_id)).get(call.id, ())
        seen = await evidence.of_call(self._ctx, call)
        dialog = CallDetails(self, self._theme, call, attempts, changes, seen)
        dialog.settled.connect(self._on_settled)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
