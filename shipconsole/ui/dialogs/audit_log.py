"""The audit log: its days and text are chosen, entries listed, and the request and response of one shown below."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from PySide6.QtCore import QDate, QDir, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QFontDatabase, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDateEdit,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.audit_event import AuditEvent
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders
from shipconsole.ui.dialogs.phrases import fit_find_hint
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.binding.model_table import Column
from shipconsole.ui.kit.binding.paged_table import Fetch, PagedTable
from shipconsole.ui.kit.strings import attempt_word
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

TIME, WHO, WHAT, ORDER, CONNECTION, DETAILS = range(6)
_ACTIONS = {
    "shipped": "audit_log.shipped",
    "scanned": "audit_log.scanned",
    "answered_verdict": "audit_log.scan_answered",
}


def audit_table(fetch: Fetch[AuditEvent], parent: QObject) -> PagedTable[AuditEvent]:
    """Make a table of entries, which are shown newest first."""
    columns = (
        Column("at_ms", text("audit_log.time"), shown=_time, waiting=text("audit_log.loading")),
        Column("operator", text("audit_log.who"), shown=_who),
        Column("what", text("audit_log.action"), shown=_action),
        Column("order", text("shared.order")),
        Column("connection", text("audit_log.connection")),
        Column("message", text("audit_log.details"), shown=_details),
    )
    return PagedTable(AuditEvent, columns, fetch, lambda event: event.entry, parent)


def as_text(event: AuditEvent, sent: str) -> str:
    """Return an entry with its request and response, to be pasted elsewhere."""
    parts = [_time(event), _who(event), event.order, event.connection, _action(event), _details(event)]
    head = "\t".join(part.replace("\t", " ").replace("\n", " ") for part in parts)
    bodies = ((text("audit_log.request"), sent), (text("audit_log.response"), event.answer))
    return "\n\n".join([head, *(f"{title}\n{body}" for title, body in bodies if body)])


def _time(event: AuditEvent) -> str:
    return datetime.fromtimestamp(event.at_ms / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _who(event: AuditEvent) -> str:
    return " · ".join(part for part in (event.operator, event.station) if part)


def _action(event: AuditEvent) -> str:
    if event.call is not None:
        return attempt_word(str(event.what))
    action = _ACTIONS.get(event.what) if isinstance(event.what, str) else None
    return text(action) if action else str(event.what)


def _details(event: AuditEvent) -> str:
    """Return what shipped, what was seen, or why it was done."""
    if event.what == "shipped":
        return " · ".join(part for part in (event.contents, event.carrier, event.tracking_number) if part)
    return str(event.message) or event.tracking_number


SIZE_PX = (1_180, 740)
ROW_PX = 30
WIDTHS_PX = {TIME: 162, WHO: 156, WHAT: 130, ORDER: 84, CONNECTION: 108}
TYPED_AFTER_MS = 200
FIND_HINTS = ("audit_log.find_hint", "audit_log.find_hint_text", "audit_log.find_hint_short")


class AuditLogDialog(QDialog):
    """All entries of some days, today at first; with an order's id all entries of that order. Opened with `open()`."""

    def __init__(
        self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int | None = None
    ) -> None:
        """Show what there is as soon as it was found."""
        super().__init__(parent)
        self.setObjectName("record_dialog")
        self.setWindowTitle(text("audit_log.title"))
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._order_id = order_id
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._asked = 0
        self._sent = ""
        self._writing = False
        self.model = audit_table(self._fetch, self)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_AFTER_MS)
        self._typed.timeout.connect(self.look_again)
        self._lay_out()
        shortcut = QShortcut(QKeySequence("Ctrl+F"), self)
        shortcut.activated.connect(self._on_find)
        px = theme.tokens.px
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(SIZE_PX[0]), room.width() - px(40)), min(px(SIZE_PX[1]), room.height() - px(40)))
        self.finished.connect(self._on_finished)
        if order_id is not None:
            tasks.spawn("the number of an order", self._say_order(order_id))
        self.look_again()

    def look_again(self) -> None:
        """Look for the entries that are asked for; of several looks only the last one counts."""
        self._typed.stop()
        self._asked += 1
        self._tasks.spawn("look through the record", self._find(self._asked))

    def export_to(self, path: str) -> None:
        """Write all entries that are shown to a file, oldest first."""
        if path and not self._writing:
            self._writing = True
            self._export.setEnabled(False)
            self._tasks.spawn("write the record", self._write(path))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the filter."""
        super().resizeEvent(event)
        fit_find_hint(self.filter, FIND_HINTS)

    def reject(self) -> None:
        """Esc in the filter empties it first."""
        if self.filter.text() and self.filter.hasFocus():
            self.filter.clear()
        else:
            super().reject()

    async def _say_order(self, order_id: int) -> None:
        sheet = await orders.sheet(self._ctx, order_id)
        if not self._closed:
            self._title.setText(kit.plain(text("audit_log.of_order", number=sheet.order.number)))

    async def _find(self, asked: int) -> None:
        since_ms, until_ms = self._span()
        found = await audit_log.found(
            self._ctx, since_ms=since_ms, until_ms=until_ms, order_id=self._order_id, find=self.filter.text()
        )
        if self._closed or asked != self._asked:
            return
        self.model.set_ids(found)
        self._count.setText(text("audit_log.entries", count=len(found)))
        self._empty.setVisible(not found)
        self._export.setEnabled(bool(found) and not self._writing)
        self._copy.setEnabled(False)
        self._show_bodies("", "", text("audit_log.not_chosen"))

    def _fetch(
        self, entries: Sequence[int], then: Callable[[list[AuditEvent]], None], otherwise: Callable[[], None]
    ) -> None:
        self._tasks.spawn("read the record", self._read(entries, then, otherwise))

    async def _read(
        self, entries: Sequence[int], then: Callable[[list[AuditEvent]], None], otherwise: Callable[[], None]
    ) -> None:
        try:
            events = await audit_log.rows(self._ctx, entries)
        except BaseException:
            if not self._closed:
                otherwise()
            raise
        if not self._closed:
            then(events)

    async def _show(self, row: int) -> None:
        event = self.model.row(row)
        if event is None:
            return
        sent = await audit_log.request_of(self._ctx, event.call) if event.call is not None else ""
        if not self._closed and self.table.currentIndex().row() == row:
            self._sent = sent
            self._copy.setEnabled(True)
            self._show_bodies(sent, event.answer, text("audit_log.none"))

    async def _write(self, path: str) -> None:
        entries = self.model.ids[::-1]
        try:
            count = await audit_log.export(
                self._ctx,
                entries,
                path,
                told=lambda done: self._say(text("audit_log.exporting", done=done, all=len(entries))),
            )
        finally:
            self._writing = False
            if not self._closed:
                self._export.setEnabled(True)
                self._say("")
        self._say(text("audit_log.exported", count=count, file=path))

    def _span(self) -> tuple[int, int]:
        """From the beginning of the first day to the end of the last, as the bench's own days go."""
        if self._order_id is not None:
            return 0, audit_log.ALL_TIME_MS
        first, last = sorted((_day(self.first_day), _day(self.last_day)))
        return _at_ms(first), _at_ms(last + timedelta(days=1)) - 1

    def _show_bodies(self, sent: str, answered: str, nothing: str) -> None:
        for part, shown in ((self.sent, sent), (self.answered, answered)):
            part.setPlainText(kit.plain(shown, lines=True))
            part.setPlaceholderText(nothing)

    def _say(self, said: str) -> None:
        if not self._closed:
            self._said.setText(kit.plain(said))

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self._tasks.spawn("read an entry", self._show(index.row()))

    def _on_find(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _on_copy_clicked(self) -> None:
        event = self.model.row(self.table.currentIndex().row())
        if event is not None:
            kit.copy(as_text(event, self._sent))
            self._say(text("audit_log.copied"))

    def _on_export_clicked(self) -> None:
        first, last = sorted((_day(self.first_day), _day(self.last_day)))
        ask = QFileDialog(self, text("audit_log.export_title"), QDir.homePath(), text("audit_log.csv_files"))
        ask.setObjectName("export_file")
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        ask.setDefaultSuffix("csv")
        ask.selectFile(_file_name(first.isoformat(), last.isoformat()))
        ask.fileSelected.connect(self.export_to)
        ask.open()

    def _on_finished(self) -> None:
        self._closed = True

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        self._title = kit.label(text("audit_log.title"), "number")
        self._count = kit.label("", "secondary")
        self._count.setObjectName("record_count")
        subtitle = kit.Elided(text("audit_log.subtitle"), "secondary")
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(self._title)
        head.addWidget(subtitle, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._count)

        self.filter = QLineEdit()
        self.filter.setObjectName("record_filter")
        self.filter.setAccessibleName(text("audit_log.find"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaxLength(100)
        self.filter.textChanged.connect(self._typed.start)
        self.filter.returnPressed.connect(self.look_again)
        self.first_day = self._day_field("record_first_day", text("audit_log.first_day"))
        self.last_day = self._day_field("record_last_day", text("audit_log.last_day"))
        days = QWidget()
        days_row = QHBoxLayout(days)
        days_row.setContentsMargins(0, 0, 0, 0)
        days_row.setSpacing(px(8))
        for part in (kit.label(text("audit_log.from")), self.first_day, kit.label(text("audit_log.to")), self.last_day):
            days_row.addWidget(part)
        days.setVisible(self._order_id is None)
        top = QHBoxLayout()
        top.setSpacing(px(16))
        top.addWidget(self.filter, 1)
        top.addWidget(days)

        self.table = self._table()
        self._empty = kit.label(text("audit_log.empty"), "secondary")
        self._empty.setObjectName("record_empty")
        self._empty.hide()
        inside = QVBoxLayout()
        inside.setContentsMargins(px(2), px(2), px(2), px(2))
        inside.setSpacing(0)
        self._empty.setContentsMargins(px(12), px(8), px(12), px(8))
        inside.addWidget(self._empty)
        inside.addWidget(self.table, 1)

        self.sent, sent = self._body("record_sent", text("audit_log.request"))
        self.answered, answered = self._body("record_answered", text("audit_log.response"))
        bodies = QSplitter(Qt.Orientation.Horizontal)
        bodies.setChildrenCollapsible(False)
        bodies.addWidget(sent)
        bodies.addWidget(answered)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(kit.card(inside))
        parts.addWidget(bodies)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)

        self._said = kit.Elided("", "secondary", middle=True)
        self._said.setObjectName("record_said")
        self._copy = kit.button(text("button.copy"))
        self._copy.setObjectName("record_copy")
        self._copy.setEnabled(False)
        self._copy.clicked.connect(self._on_copy_clicked)
        self._export = kit.button(text("audit_log.export"))
        self._export.setObjectName("record_export")
        self._export.setEnabled(False)
        self._export.clicked.connect(self._on_export_clicked)
        close = kit.button(text("button.close"), "plain", "Esc")
        close.setObjectName("close")
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(10))
        buttons.addWidget(self._said, 1)
        for button in (self._copy, self._export, close):
            button.setAutoDefault(False)
            buttons.addWidget(button)

        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(10))
        column.addLayout(head)
        column.addLayout(top)
        column.addWidget(parts, 1)
        column.addLayout(buttons)
        QWidget.setTabOrder(self.filter, self.first_day)

    def _day_field(self, name: str, title: str) -> QDateEdit:
        made = QDateEdit(QDate.currentDate())
        made.setObjectName(name)
        made.setAccessibleName(kit.plain(title))
        made.setDisplayFormat("yyyy-MM-dd")
        made.setCalendarPopup(True)
        made.dateChanged.connect(self._typed.start)
        return made

    def _table(self) -> QTableView:
        px = self._theme.tokens.px
        made = QTableView()
        made.setObjectName("record_table")
        made.setAccessibleName(text("audit_log.title"))
        made.setModel(self.model)
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setTabKeyNavigation(False)
        made.setShowGrid(False)
        made.setWordWrap(False)
        made.setFrameShape(QTableView.Shape.NoFrame)
        made.setStyleSheet(f"QTableView::item {{ padding: 0 {px(5)}px; }}")
        made.verticalHeader().hide()
        made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        made.verticalHeader().setDefaultSectionSize(px(ROW_PX))
        made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        made.horizontalHeader().setHighlightSections(False)
        header = made.horizontalHeader()
        for column, width in WIDTHS_PX.items():
            made.setColumnWidth(column, max(px(width), header.sectionSizeHint(column)))
        made.horizontalHeader().setSectionResizeMode(DETAILS, QHeaderView.ResizeMode.Stretch)
        made.selectionModel().currentRowChanged.connect(self._on_chosen)
        return made

    def _body(self, name: str, title: str) -> tuple[QPlainTextEdit, QWidget]:
        """A field with a message to the letter, below its title."""
        px = self._theme.tokens.px
        body = QPlainTextEdit()
        body.setObjectName(name)
        body.setAccessibleName(kit.plain(title))
        body.setReadOnly(True)
        body.setTabChangesFocus(True)
        body.setPlaceholderText(text("audit_log.not_chosen"))
        typeface = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        typeface.setPixelSize(px(12))
        body.setFont(typeface)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(kit.label(title, "secondary"))
        column.addWidget(body, 1)
        return body, whole


def _file_name(first: str, last: str) -> str:
    return f"shipconsole-audit-log-{first}.csv" if first == last else f"shipconsole-audit-log-{first}-to-{last}.csv"


def _day(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())


def _at_ms(day: date) -> int:
    """The moment at which a day begins at the bench."""
    return round(datetime.combine(day, time()).astimezone().timestamp() * 1_000)
