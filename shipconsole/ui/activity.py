"""What the vendors were told lately and how it went, newest first; each call's whole record behind Details."""

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
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QPlainTextEdit,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.problem import path_text
from shipconsole.operations import echo, outbox, refreshing
from shipconsole.operations.desk import Desk
from shipconsole.operations.echo import VendorChanged
from shipconsole.operations.outbox import Attempt, Call
from shipconsole.operations.refreshing import Reading
from shipconsole.ui import look as looks
from shipconsole.ui import words
from shipconsole.ui.look import Look
from shipconsole.ui.tasks import Tasks

CALLS_SHOWN = 200
TICK_MS = 1_000
ANSWERS_READ = 30
TEXT_LEFT_PX, LINE_PX = 38, 18
CALL_ROLE = Qt.ItemDataRole.UserRole
SECOND_LINE_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class ActivityModel(QAbstractListModel):
    """Calls in words, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._calls: tuple[Call, ...] = ()
        self._answered_ms: dict[int, int] = {}

    def show(self, calls: Sequence[Call], answered_ms: dict[int, int]) -> None:
        """Show these calls; where the same ones stand in the same order the view stays where it is."""
        same = [call.id for call in calls] == [call.id for call in self._calls]
        if same:
            self._calls, self._answered_ms = tuple(calls), dict(answered_ms)
            if calls:
                self.dataChanged.emit(self.index(0), self.index(len(calls) - 1))
            return
        self.beginResetModel()
        self._calls, self._answered_ms = tuple(calls), dict(answered_ms)
        self.endResetModel()

    def row_of(self, call_id: int) -> int:
        """The row of a call, -1 where it is not shown."""
        return next((row for row, call in enumerate(self._calls) if call.id == call_id), -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """A row for each call."""
        return 0 if parent.isValid() else len(self._calls)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The call in two lines of words."""
        if not index.isValid():
            return None
        call = self._calls[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return first_line(call)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{words.CALL_STATES[call.state].word}. {first_line(call)}. {self._second_line(call)}"
            case Qt.ItemDataRole.ToolTipRole:
                return f"<p>{html.escape(first_line(call))}<br>{html.escape(self._second_line(call))}</p>"
            case _ if role == CALL_ROLE:
                return call
            case _ if role == SECOND_LINE_ROLE:
                return self._second_line(call)
            case _:
                return None

    def _second_line(self, call: Call) -> str:
        return looks.plain(
            words.activity_second_line(
                call.order_number, call.state, call.changed_at_ms, call.due_at_ms, self._answered_ms.get(call.id)
            )
        )


class ActivityDelegate(QStyledItemDelegate):
    """Paints a call: a dot on a soft ground, what happened (two lines where one is too short), which order and when."""

    def __init__(self, look: Look, parent: QObject) -> None:
        """Paint with the tokens of a look."""
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for two or three lines."""
        px, whole = self._look.tokens.px, option.rect.width()
        lines = _lines(index.data(), self._strong, self._text_width(whole)) if whole > 0 else [""]
        return QSize(px(160), px(25 + LINE_PX * len(lines)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one call."""
        tokens, rect = self._look.tokens, option.rect
        px = tokens.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = option.state & QStyle.StateFlag.State_HasFocus
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        if focused or hovered:
            painter.setPen(QPen(tokens.colour("accent"), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("selection" if focused else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), px(6), px(6))
        call: Call = index.data(CALL_ROLE)
        tone = words.CALL_STATES[call.state].tone
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
        for line in _lines(index.data(), self._strong, width):
            painter.drawText(place, flags, line)
            place.translate(0, px(LINE_PX))
        small = looks.font(tokens, tokens.secondary_px)
        second = QFontMetrics(small).elidedText(index.data(SECOND_LINE_ROLE), Qt.TextElideMode.ElideRight, width)
        painter.setFont(small)
        painter.setPen(tokens.colour("secondary"))
        painter.drawText(place, flags, second)
        painter.restore()

    @property
    def _strong(self) -> QFont:
        tokens = self._look.tokens
        return looks.font(tokens, tokens.text_px, QFont.Weight.Medium)

    def _text_width(self, whole: int) -> int:
        return max(1, whole - self._look.tokens.px(TEXT_LEFT_PX + 4))


def _lines(text: str, font: QFont, width: int) -> list[str]:
    """A text on one line, else on two of which the second is shortened."""
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    first = text[: line.textLength()]
    rest = text[line.textLength() :].strip()
    return [first.rstrip(), metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]


class ActivityList(QListView):
    """The list of calls. Signals: details_asked(call id), order_asked(order id)."""

    details_asked = Signal(int)
    order_asked = Signal(int)

    def __init__(self, look: Look, model: ActivityModel) -> None:
        """Show a model."""
        super().__init__()
        self.setObjectName("activity_list")
        self.setAccessibleName(words.ACTIVITY)
        self.setModel(model)
        self.setItemDelegate(ActivityDelegate(look, self))
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.clicked.connect(self._on_clicked)
        self._menu = QMenu(self)
        self._details = self._menu.addAction(words.DETAILS)
        self._details.triggered.connect(self._on_details_triggered)
        look.changed.connect(self.doItemsLayout)

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
            self.details_asked.emit(call.id)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.order_asked.emit(index.data(CALL_ROLE).order_id)


class ActivityPanel(QFrame):
    """The card with the list. Signal: order_chosen(order id)."""

    order_chosen = Signal(int)

    def __init__(self, desk: Desk, tasks: Tasks, look: Look) -> None:
        """Show what is there as soon as the store tells."""
        super().__init__()
        self.setProperty("look", "card")
        self.setObjectName("activity_panel")
        self._desk = desk
        self._tasks = tasks
        self._look = look
        self._looking = False
        self._again = False
        self._answered: dict[int, tuple[int, int]] = {}
        self._readings: tuple[Reading, ...] = ()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self.model = ActivityModel(self)
        self.list = ActivityList(look, self.model)
        self.list.order_asked.connect(self.order_chosen)
        self.list.details_asked.connect(self.show_details)
        px = look.tokens.px
        nothing = QWidget()
        said = QVBoxLayout(nothing)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(px(4))
        said.addWidget(looks.label(words.NO_ACTIVITY))
        hint = looks.label(words.NO_ACTIVITY_HINT, "secondary")
        hint.setWordWrap(True)
        said.addWidget(hint)
        said.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(nothing)
        self._pages.addWidget(self.list)
        top = QHBoxLayout()
        top.addWidget(looks.label(words.ACTIVITY, "heading"))
        top.addStretch(1)
        self._counted = looks.label("", "secondary")
        top.addWidget(self._counted)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(13), px(10), px(10))
        column.setSpacing(px(8))
        self._reading = looks.label("", "secondary", "wait")
        self._reading.setObjectName("reading_shops")
        self._reading.setWordWrap(True)
        self._reading.hide()
        column.addLayout(top)
        column.addWidget(self._reading)
        column.addWidget(self._pages, 1)

    def refresh_sources(self) -> None:
        """Look again at which shops vendors are reading."""
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

    async def _look_at_sources(self) -> None:
        self._readings = await refreshing.readings(self._desk)
        self._on_tick()

    def _on_tick(self) -> None:
        """Say for how long the vendors have been reading; one that nobody looks at any more is left out in time."""
        now_ms = self._desk.clock.now_ms()
        self._readings = tuple(one for one in self._readings if now_ms < one.stale_at_ms)
        said = [
            words.reading_shop(one.connection, one.source, one.status, now_ms - one.since_ms) for one in self._readings
        ]
        self._reading.setText(looks.plain("\n".join(said), lines=True))
        self._reading.setVisible(bool(said))
        if said and not self._tick.isActive():
            self._tick.start()
        elif not said:
            self._tick.stop()

    async def _look_at_outbox(self) -> None:
        try:
            while True:
                self._again = False
                calls = await outbox.latest(self._desk, most=CALLS_SHOWN)
                await self._read_answers(calls)
                self.model.show(calls, {id_: elapsed_ms for id_, (_, elapsed_ms) in self._answered.items()})
                self._pages.setCurrentIndex(1 if calls else 0)
                self._counted.setText(words.latest_calls(len(calls), CALLS_SHOWN) if calls else "")
                if not self._again:
                    return
        finally:
            self._looking = False

    async def _read_answers(self, calls: Sequence[Call]) -> None:
        """How long the newest told calls took; each is read once."""
        for call in [call for call in calls if call.state == "confirmed"][:ANSWERS_READ]:
            if self._answered.get(call.id, (0, 0))[0] != call.changed_at_ms:
                tried = await outbox.attempts(self._desk, call.id)
                took = [one.elapsed_ms for one in tried if one.elapsed_ms is not None]
                if took:
                    self._answered[call.id] = (call.changed_at_ms, took[-1])

    async def _show_details(self, call: Call) -> None:
        attempts = await outbox.attempts(self._desk, call.id)
        changes = (await echo.of_order(self._desk, call.order_id)).get(call.id, ())
        dialog = CallDetails(self, self._look, call, attempts, changes)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


class CallDetails(QDialog):
    """The record of one call, to be read and copied. Opened with `open()`."""

    def __init__(
        self,
        parent: QWidget | None,
        look: Look,
        call: Call,
        attempts: Sequence[Attempt],
        changes: Sequence[VendorChanged] = (),
    ) -> None:
        """Show one call, and what its vendor made of it."""
        super().__init__(parent)
        self.setObjectName("call_details")
        self.setWindowTitle(words.DETAILS)
        px = look.tokens.px
        title = looks.label(first_line(call), "heading")
        title.setWordWrap(True)
        self._text = details_text(call, attempts, changes)
        self._request_id = request_id_of(call, attempts)
        record = QPlainTextEdit()
        record.setObjectName("record")
        record.setAccessibleName(words.DETAILS)
        record.setReadOnly(True)
        record.setTabChangesFocus(True)
        typeface = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        typeface.setPixelSize(px(12))
        record.setFont(typeface)
        record.setPlainText(looks.plain(self._text, lines=True))
        copy = looks.button(words.COPY)
        copy.setObjectName("copy")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._on_copy_clicked)
        close = looks.button(words.CLOSE, "plain", "Esc")
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(16), px(18), px(16))
        column.setSpacing(px(10))
        column.addWidget(title)
        for one in changes:
            changed = looks.label(changed_words(call.connection, one), "", "wait")
            changed.setObjectName("vendor_changed")
            changed.setWordWrap(True)
            column.addWidget(changed)
        if self._request_id:
            column.addLayout(self._request_id_row(call, look))
        column.addWidget(record, 1)
        column.addLayout(buttons)
        self.resize(px(640), px(440))

    def _request_id_row(self, call: Call, look: Look) -> QHBoxLayout:
        said = looks.label(words.request_id(call.connection, self._request_id), "secondary")
        said.setObjectName("request_id")
        said.setWordWrap(True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy = looks.button(words.COPY_REQUEST_ID, "quiet")
        copy.setObjectName("copy_request_id")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._on_copy_request_id_clicked)
        row = QHBoxLayout()
        row.setSpacing(look.tokens.px(8))
        row.addWidget(said, 1)
        row.addWidget(copy)
        return row

    def _on_copy_request_id_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._request_id)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


def first_line(call: Call) -> str:
    """What happened, in one line."""
    if call.problems:
        said = words.quoted(call.problems[0].message)
    elif call.state == "confirmed":
        said = call.summary
    else:
        said = call.words
    return looks.plain(words.activity(call.connection, call.state, said))


def request_id_of(call: Call, attempts: Sequence[Attempt]) -> str:
    """The vendor's id of a call's last exchange that had one."""
    return next((one.vendor_request_id for one in reversed(attempts) if one.vendor_request_id), call.vendor_request_id)


def changed_words(connection: str, one: VendorChanged) -> str:
    """What a vendor made of a value: from what it was sent, else from what it had."""
    return words.vendor_changed(connection, one.title, one.before if one.sent is None else one.sent, one.now)


def details_text(call: Call, attempts: Sequence[Attempt], changes: Sequence[VendorChanged] = ()) -> str:
    """Everything that is known of a call, as text to be copied."""
    parts = [f"{call.connection} · {call.order_number} · {call.summary}", f"{call.state}: {call.words}".rstrip(": ")]
    parts += [f"{path_text(problem.path)} {problem.message} {problem.advice}".strip() for problem in call.problems]
    parts += [changed_words(call.connection, one) for one in changes]
    for one in attempts:
        head = [words.at_second(one.at_ms), words.attempt_word(one.what)]
        if one.status is not None:
            head.append(str(one.status))
        if one.elapsed_ms is not None:
            head.append(f"{one.elapsed_ms} ms")
        if one.vendor_request_id:
            head.append(one.vendor_request_id)
        parts.append("\n".join(part for part in ("  ".join(head), one.words, one.answer) if part))
    return "\n\n".join(parts)
