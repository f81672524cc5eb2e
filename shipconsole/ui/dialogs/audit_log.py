"""The audit log: its days and text are chosen, entries listed, and the request and response of one shown below."""

import asyncio
from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from PySide6.QtCore import QDir, QModelIndex, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QDateEdit,
    QFileDialog,
    QHeaderView,
    QPlainTextEdit,
    QSplitter,
    QTableView,
    QWidget,
)

from shipconsole.domain.audit_event import AuditEvent
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import Column
from shipconsole.ui.kit.binding.paged_table import Fetch, PagedTable
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.fields import DayField
from shipconsole.ui.kit.layout import MIDDLE, column, document, row
from shipconsole.ui.kit.read_table import table_view
from shipconsole.ui.kit.search_field import SearchField
from shipconsole.ui.kit.strings import attempt_label
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

TIME, WHO, ACTION, ORDER, CONNECTION, DETAILS = range(6)
SIZE_PX = (1_180, 740)
WIDTHS_PX = {TIME: 162, WHO: 156, ACTION: 130, ORDER: 84, CONNECTION: 108}
FIND_AFTER_MS = 200
FIND_HINTS = ("audit_log.find_hint", "audit_log.find_hint_text", "audit_log.find_hint_short")
_ACTIONS = {
    "shipped": "audit_log.shipped",
    "scanned": "audit_log.scanned",
    "answered_verdict": "audit_log.scan_answered",
}


class AuditLogDialog(ContextDialog):
    """All entries of some days, today at first; with an order ID all entries of that order. Opened with `open()`."""

    def __init__(
        self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int | None = None
    ) -> None:
        """Show the entries once they have been found."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="audit_log_dialog",
            message_name="audit_log_message",
            title=text("audit_log.title"),
        )
        self._order_id = order_id
        self._searches = 0
        self._finding: asyncio.Task[None] | None = None
        self._request = ""
        """What was sent with the selected entry."""
        self._is_exporting = False
        self.model = audit_table(self._fetch, self)
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.setInterval(FIND_AFTER_MS)
        self._search_timer.timeout.connect(self.refresh)
        self._lay_out()
        self._fit(SIZE_PX)
        if order_id is not None:
            tasks.spawn("read the number of an order", self._show_order_number(order_id))
        self.refresh()

    def refresh(self) -> None:
        """Find the entries for the chosen days and text; only the last of several searches counts."""
        self._search_timer.stop()
        self._searches += 1
        if self._finding is not None:
            # Nobody waits for it any more, and it may take long.
            self._finding.cancel()
        self._finding = self._tasks.spawn("search the audit log", self._find(self._searches))

    @property
    def is_waiting(self) -> bool:
        """Whether a search begins in a moment."""
        return self._search_timer.isActive()

    def export_to(self, path: str) -> None:
        """Write all entries that are shown to a file, oldest first."""
        if path and not self._is_exporting:
            self._is_exporting = True
            self._export_button.setEnabled(False)
            self._tasks.spawn("export the audit log", self._write(path))

    async def _show_order_number(self, order_id: int) -> None:
        sheet = await orders.sheet(self._ctx, order_id)
        if not self._closed:
            self._title.setText(plain(text("audit_log.of_order", number=sheet.order.number)))

    async def _find(self, search: int) -> None:
        since_ms, until_ms = self._span()
        counts: list[int] = []

        def show(part: "array[int]") -> None:
            if self._closed or search != self._searches:
                return
            if counts:
                self.model.add_ids(part)
            else:
                self.model.set_ids(part)
            counts.append(len(part))
            self._empty.hide()
            self._count.setText(text("audit_log.entries", count=sum(counts)))

        found = await audit_log.find(
            self._ctx,
            since_ms=since_ms,
            until_ms=until_ms,
            order_id=self._order_id,
            find=self.filter.text(),
            report=show,
        )
        if self._closed or search != self._searches:
            return
        if not found:
            self.model.set_ids(found)
        self._count.setText(text("audit_log.entries", count=len(found)))
        self._empty.setVisible(not found)
        self._export_button.setEnabled(bool(found) and not self._is_exporting)
        self._copy_button.setEnabled(False)
        self._show_documents("", "", text("audit_log.not_chosen"))

    def _fetch(
        self, entries: Sequence[int], then: Callable[[list[AuditEvent]], None], otherwise: Callable[[], None]
    ) -> None:
        self._tasks.spawn("read the audit log", self._read(entries, then, otherwise))

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

    async def _show(self, position: int) -> None:
        event = self.model.row(position)
        if event is None:
            return
        request = await audit_log.request_of(self._ctx, event.call) if event.call is not None else ""
        if not self._closed and self.table.currentIndex().row() == position:
            self._request = request
            self._copy_button.setEnabled(True)
            self._show_documents(request, event.answer, text("audit_log.none"))

    async def _write(self, path: str) -> None:
        entries = self.model.ids[::-1]
        try:
            count = await audit_log.export(
                self._ctx,
                entries,
                path,
                report=lambda done: self._show_message(text("audit_log.exporting", done=done, all=len(entries))),
            )
        finally:
            self._is_exporting = False
            if not self._closed:
                self._export_button.setEnabled(True)
            self._show_message("")
        self._show_message(text("audit_log.exported", count=count, file=path))

    def _span(self) -> tuple[int, int]:
        """Return the first and last moment in ms, from the start of one local day to the end of another."""
        if self._order_id is not None:
            return 0, audit_log.ALL_TIME_MS
        first, last = self._days()
        return _at_ms(first), _at_ms(last + timedelta(days=1)) - 1

    def _days(self) -> tuple[date, date]:
        """Return the chosen days, the earlier one first."""
        first, last = sorted((_day(self.first_day), _day(self.last_day)))
        return first, last

    def _show_documents(self, request: str, response: str, placeholder: str) -> None:
        for field, shown in ((self.request, request), (self.response, response)):
            field.setPlainText(plain(shown, lines=True))
            field.setPlaceholderText(placeholder)

    def _on_selected(self, index: QModelIndex) -> None:
        if index.isValid():
            self._tasks.spawn("read an entry", self._show(index.row()))

    def _on_copy_clicked(self) -> None:
        event = self.model.row(self.table.currentIndex().row())
        if event is not None:
            widgets.copy(as_text(event, self._request))
            self._show_message(text("audit_log.copied"))

    def _on_export_clicked(self) -> None:
        dialog = QFileDialog(self, text("audit_log.export_title"), QDir.homePath(), text("audit_log.csv_files"))
        dialog.setObjectName("export_file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(_file_name(*self._days()))
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def _lay_out(self) -> None:
        px, theme = self._theme.tokens.px, self._theme
        self._title = widgets.label(text("audit_log.title"), "number")
        self._count = widgets.label("", "secondary")
        self._count.setObjectName("audit_log_count")
        subtitle = widgets.Elided(text("audit_log.subtitle"), "secondary")
        self.filter = SearchField("audit_log_filter", text("audit_log.find"), FIND_HINTS)
        self.filter.setMaxLength(100)
        self.filter.textChanged.connect(self._search_timer.start)
        self.filter.returnPressed.connect(self.refresh)
        self.first_day = self._day_field("audit_log_first_day", text("audit_log.first_day"))
        self.last_day = self._day_field("audit_log_last_day", text("audit_log.last_day"))
        days, from_, to = QWidget(), widgets.label(text("audit_log.from")), widgets.label(text("audit_log.to"))
        row(theme, from_, self.first_day, to, self.last_day, spacing=8, parent=days)
        days.setVisible(self._order_id is None)
        self.table = self._table()
        self._empty = widgets.label(text("audit_log.empty"), "secondary")
        self._empty.setObjectName("audit_log_empty")
        self._empty.setContentsMargins(px(12), px(8), px(12), px(8))
        self._empty.hide()
        self.request, request = self._document("audit_log_request", text("audit_log.request"))
        self.response, response = self._document("audit_log_response", text("audit_log.response"))
        documents, parts = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
        documents.addWidget(request)
        documents.addWidget(response)
        parts.addWidget(widgets.card(column(theme, self._empty, (self.table, 1), spacing=0, margins=(2, 2, 2, 2))))
        parts.addWidget(documents)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        for splitter in (documents, parts):
            splitter.setChildrenCollapsible(False)
        self._copy_button = self._button_row.add("audit_log_copy", text("button.copy"), self._on_copy_clicked)
        self._export_button = self._button_row.add(
            "audit_log_export", text("audit_log.export"), self._on_export_clicked
        )
        for button in (self._copy_button, self._export_button):
            button.setEnabled(False)
        main = self._column(10)
        main.addLayout(row(theme, self._title, (subtitle, 1, MIDDLE), self._count))
        main.addLayout(row(theme, (self.filter, 1), days, spacing=16))
        main.addWidget(parts, 1)
        main.addLayout(self._button_row)

    def _day_field(self, name: str, title: str) -> DayField:
        made = DayField(name, title)
        made.dateChanged.connect(self._search_timer.start)
        return made

    def _table(self) -> QTableView:
        px = self._theme.tokens.px
        made = table_view(self._theme, "audit_log_table", text("audit_log.title"), self.model)
        header = made.horizontalHeader()
        for section, width in WIDTHS_PX.items():
            made.setColumnWidth(section, max(px(width), header.sectionSizeHint(section)))
        header.setSectionResizeMode(DETAILS, QHeaderView.ResizeMode.Stretch)
        made.selectionModel().currentRowChanged.connect(self._on_selected)
        return made

    def _document(self, name: str, title: str) -> tuple[QPlainTextEdit, QWidget]:
        """Return a field for a request or response, and the widget that shows it below its title."""
        field, whole = document(self._theme, name, title), QWidget()
        field.setPlaceholderText(text("audit_log.not_chosen"))
        column(self._theme, widgets.label(title, "secondary"), (field, 1), spacing=4, parent=whole)
        return field, whole


def audit_table(fetch: Fetch[AuditEvent], parent: QObject) -> PagedTable[AuditEvent]:
    """Return a table of entries, newest first."""
    columns = (
        Column("at_ms", text("audit_log.time"), shown=_time, waiting=text("audit_log.loading")),
        Column("operator", text("audit_log.who"), shown=_who),
        Column("what", text("audit_log.action"), shown=_action),
        Column("order", text("shared.order")),
        Column("connection", text("audit_log.connection")),
        Column("message", text("audit_log.details"), shown=_details),
    )
    return PagedTable(AuditEvent, columns, fetch, lambda event: event.entry, parent)


def as_text(event: AuditEvent, request: str) -> str:
    """Return an entry with its request and response, to be pasted elsewhere."""
    parts = [_time(event), _who(event), event.order, event.connection, _action(event), _details(event)]
    head = "\t".join(part.replace("\t", " ").replace("\n", " ") for part in parts)
    documents = ((text("audit_log.request"), request), (text("audit_log.response"), event.answer))
    return "\n\n".join([head, *(f"{title}\n{shown}" for title, shown in documents if shown)])


def _time(event: AuditEvent) -> str:
    return datetime.fromtimestamp(event.at_ms / 1_000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _who(event: AuditEvent) -> str:
    return " · ".join(part for part in (event.operator, event.station) if part)


def _action(event: AuditEvent) -> str:
    if event.call is not None:
        return attempt_label(str(event.what))
    action = _ACTIONS.get(event.what) if isinstance(event.what, str) else None
    return text(action) if action else str(event.what)


def _details(event: AuditEvent) -> str:
    """Return what was shipped or scanned, or the message or reason of another action."""
    if event.what == "shipped":
        return " · ".join(part for part in (event.contents, event.carrier, event.tracking_number) if part)
    return str(event.message) or event.tracking_number


def _file_name(first: date, last: date) -> str:
    days = first.isoformat() if first == last else f"{first.isoformat()}-to-{last.isoformat()}"
    return f"shipconsole-audit-log-{days}.csv"


def _day(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())


def _at_ms(day: date) -> int:
    """Return the moment at which a day begins in local time."""
    return round(datetime.combine(day, time()).astimezone().timestamp() * 1_000)
