"""The shift report: figures and charts of a span of time, and a table of packers and stations; printed or exported."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QDir, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDateEdit,
    QFileDialog,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.plain_text import plain
from shipconsole.domain.shift import Shift, ShiftReport
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import shift_report
from shipconsole.operations.printing.documents import ShiftReportPage
from shipconsole.operations.printing.hand_overs import today
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import RIGHT, Column, ModelTable
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.fields import DayField
from shipconsole.ui.kit.layout import action, column, row
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import KeyButton
from shipconsole.ui.printing import painter
from shipconsole.ui.printing.charts import ChartColors, number
from shipconsole.ui.printing.jobs import Printing
from shipconsole.ui.printing.page import Item, Page, Paper, TextItem
from shipconsole.ui.printing.report import COLUMNS, figures_and_charts, period

SIZE_PX = (1_120, 780)
UNITS_PER_PX = 27.0
"""Hundredths of a millimeter that a pixel of the screen stands for at a text scale of 1."""
ROW_PX = 32
EDGE_PX = 6
"""The room around the charts, in which the focus is framed."""


class ShiftRow(Frozen):
    """A row of the table; its fields are those of `Shift`."""

    id: int
    operator: str
    station: str
    shipments: int
    packages: int
    units: int
    undone: int
    rejected: int
    open_updates: int


class ChartsView(QWidget):
    """Figures and charts, drawn in the theme's colors; a screen reader reads them as lines of text."""

    def __init__(self, theme: Theme) -> None:
        """Begin without a report."""
        super().__init__()
        self._theme = theme
        self._report: ShiftReport | None = None
        self._items: tuple[Item, ...] = ()
        self._laid_out_for: tuple[int, int] = (0, 0)
        self.setObjectName("shift_charts")
        self.setAccessibleName(text("shift_report.figures"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._lay_out_again)

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines that are shown."""
        return tuple(item.text for item in self._items if isinstance(item, TextItem))

    def show_report(self, report: ShiftReport) -> None:
        """Show a report."""
        self._report = report
        self._lay_out_again()

    def sizeHint(self) -> QSize:
        """Return the height that the charts need at this width."""
        self._lay_out()
        return QSize(self._theme.tokens.px(700), max(self._laid_out_for[1], 1))

    def minimumSizeHint(self) -> QSize:
        """Return a width at which every figure can be read."""
        return QSize(self._theme.tokens.px(320), self.sizeHint().height())

    def resizeEvent(self, _event: object) -> None:
        """Lay the charts out for the new width."""
        if self.width() != self._laid_out_for[0]:
            self._lay_out_again()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the charts."""
        self._lay_out()
        scale = self._scale()
        canvas = QPainter(self)
        paper = Paper("", round(self.width() / scale), round(self.height() / scale))
        painter.draw(canvas, Page(paper, self._items), scale)
        if self.hasFocus():
            canvas.resetTransform()
            canvas.setRenderHint(QPainter.RenderHint.Antialiasing)
            canvas.setBrush(Qt.BrushStyle.NoBrush)
            canvas.setPen(QPen(self._theme.tokens.color("accent"), 2))
            radius = self._theme.tokens.px(12)
            canvas.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)

    def _scale(self) -> float:
        return self._theme.tokens.scale / UNITS_PER_PX

    def _lay_out_again(self) -> None:
        self._laid_out_for = (0, 0)
        self.updateGeometry()
        self.update()

    def _lay_out(self) -> None:
        if self._report is None or self._laid_out_for[0] == self.width():
            return
        tokens = self._theme.tokens
        colors = ChartColors(
            ink=tokens.text,
            gray=tokens.secondary,
            rule=tokens.line,
            bar=tokens.accent,
            soft=tokens.accent_text if tokens.dark else "#9db3f5",
            bad=tokens.bad,
            card=tokens.card,
            edge=tokens.line,
        )
        scale = self._scale()
        edge = EDGE_PX * UNITS_PER_PX
        items, bottom = figures_and_charts(self._report, colors, edge, edge, self.width() / scale - 2 * edge)
        self._items = tuple(items)
        self._laid_out_for = (self.width(), round((bottom + edge) * scale))
        self.setAccessibleDescription(plain("\n".join(self.texts), lines=True))
        self.setFixedHeight(self._laid_out_for[1])


class ShiftReportDialog(ContextDialog):
    """The report of today, yesterday, a week, or other days. Opened with `open()`."""

    def __init__(
        self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, printing: Printing, station: str
    ) -> None:
        """Show today's once it has been read."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="shift_report_dialog",
            message_name="shift_report_message",
            title=text("shift_report.title"),
        )
        self._printing = printing
        self._station = station
        self._report: ShiftReport | None = None
        self._reads = 0
        self._lay_out()
        self._fit(SIZE_PX)
        self._make_keys({"Ctrl+P": self.print})
        self.choose_days(0, 0)

    def choose_days(self, first: int, last: int) -> None:
        """Show the days from so many days ago to so many days ago."""
        day = today(self._ctx)
        for field, ago in ((self.first_day, first), (self.last_day, last)):
            field.blockSignals(True)
            field.setDate(_qdate(day - timedelta(days=ago)))
            field.blockSignals(False)
        for button, (days, _, _) in zip(self._day_buttons, _SPANS, strict=True):
            button.setChecked(days == (first, last))
        self.refresh()

    def refresh(self) -> None:
        """Read the report of the days that are chosen."""
        self._reads += 1
        self._tasks.spawn("read the shift report", self._read(self._reads))

    def print(self) -> None:
        """Show the report as it is printed."""
        if self._report is not None and self._print_button.isEnabled():
            document = ShiftReportPage(report=self._report, station=self._station)
            self._printing.preview("report", text("shift_report.title"), (document,))

    def export_to(self, path: str) -> None:
        """Write the table as CSV."""
        if path and self._report is not None and not self._busy:
            shifts = self._report.shifts
            self._begin(
                "export the shift report",
                shift_report.save_csv(shifts, path),
                lambda _: self._show_message(text("shift_report.exported", file=path), "good"),
            )

    async def _read(self, reading: int) -> None:
        first, last = sorted((_day(self.first_day), _day(self.last_day)))
        since_ms, until_ms = _at_ms(first), _at_ms(last + timedelta(days=1)) - 1
        until_ms = max(since_ms, min(until_ms, self._ctx.clock.now_ms()))
        report = await shift_report.full_report(self._ctx, since_ms=since_ms, until_ms=until_ms)
        if not self._closed and reading == self._reads:
            self._show(report)

    def _show(self, report: ShiftReport) -> None:
        self._report = report
        self._period.set_text(period(report))
        self.charts.show_report(report)
        rows = [_row(position, shift) for position, shift in enumerate(report.shifts)]
        if rows:
            whole = shift_report.total(report.shifts)
            stations = text("printing.stations", count=len({shift.station for shift in report.shifts}))
            rows.append(_row(-1, whole._replace(operator=text("printing.total"), station=stations)))
        self.model.set_rows(rows)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + self._theme.tokens.px(ROW_PX) * len(rows) + 6
        )
        self._table_card.setVisible(bool(rows))
        self._print_button.setEnabled(bool(rows))
        self._export_button.setEnabled(bool(rows))

    def _on_days_changed(self) -> None:
        for button in self._day_buttons:
            button.setChecked(False)
        self.refresh()

    def _on_export_clicked(self) -> None:
        dialog = QFileDialog(self, text("shift_report.export"), QDir.homePath(), text("shift_report.csv_files"))
        dialog.setObjectName("export_file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"shift-report-{_day(self.first_day):%Y-%m-%d}.csv")
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def _span_button(self, days: tuple[int, int], name: str, title: str) -> KeyButton:
        return action(name, title, lambda _checked=False: self.choose_days(*days), "tab")

    def _lay_out(self) -> None:
        theme, px = self._theme, self._theme.tokens.px
        self._period = widgets.Elided("", "secondary")
        self._period.setObjectName("shift_period")
        self._day_buttons = [self._span_button(days, name, text(title)) for days, name, title in _SPANS]
        self.first_day = DayField("first_day", text("shift_report.from"))
        self.last_day = DayField("last_day", text("shift_report.to"))
        for field in (self.first_day, self.last_day):
            field.dateChanged.connect(self._on_days_changed)
        self.charts = ChartsView(theme)
        self.model = ModelTable(ShiftRow, _columns(), self)
        self.table = QTableView()
        self.table.setObjectName("shift_table")
        self.table.setAccessibleName(text("shift_report.table"))
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(ROW_PX))
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(px(64))
        for position, (_, field) in enumerate(COLUMNS):
            stretches = field in ("operator", "station")
            mode = QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(position, mode)
        inside = QVBoxLayout()
        inside.setContentsMargins(px(8), px(4), px(8), px(8))
        inside.addWidget(self.table)
        self._table_card = widgets.card(inside)
        scrolled = QWidget()
        scrolled.setProperty("variant", "scrolled")
        rows = QVBoxLayout(scrolled)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(12 - EDGE_PX))
        rows.addWidget(self.charts)
        rows.addLayout(row(theme, self._table_card, margins=(EDGE_PX, 0, EDGE_PX, 0)))
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("shift_scroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(scrolled)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._export_button = self._button_row.add("export", text("shift_report.export"), self._on_export_clicked)
        self._print_button = self._button_row.add(
            "print", text("shift_report.print"), self.print, "Ctrl+P", kind="primary"
        )
        # The frame of the focus stands between the charts and the dialog's margin.
        main = self._column(10)
        main.setContentsMargins(px(18 - EDGE_PX), px(14), px(18 - EDGE_PX), px(16))
        self._button_row.setContentsMargins(px(EDGE_PX), 0, px(EDGE_PX), 0)
        main.addLayout(
            row(
                theme,
                (column(theme, widgets.label(text("shift_report.title"), "number"), self._period, spacing=0), 1),
                *self._day_buttons,
                self.first_day,
                widgets.label("–", "secondary"),
                self.last_day,
                spacing=6,
                margins=(EDGE_PX, 0, EDGE_PX, 0),
            )
        )
        main.addWidget(scroll, 1)
        main.addLayout(self._button_row)
        self.charts.setFocus()


_SPANS = (
    ((0, 0), "today", "shift_report.today"),
    ((1, 1), "yesterday", "shift_report.yesterday"),
    ((6, 0), "last_week", "shift_report.last_week"),
)


def _columns() -> Sequence[Column[ShiftRow]]:
    made: list[Column[ShiftRow]] = []
    for title, field in COLUMNS:
        if field in ("operator", "station"):
            made.append(Column(field, text(title)))
        else:
            made.append(
                Column(field, text(title), RIGHT, shown=lambda shift, field=field: number(getattr(shift, field)))
            )
    return made


def _row(position: int, shift: Shift) -> ShiftRow:
    named = shift._replace(operator=shift.operator or text("printing.no_packer"))
    return ShiftRow(id=position, **named._asdict())


def _day(field: QDateEdit) -> date:
    shown = field.date()
    return date(shown.year(), shown.month(), shown.day())


def _at_ms(day: date) -> int:
    return round(datetime.combine(day, time()).astimezone().timestamp() * 1_000)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
