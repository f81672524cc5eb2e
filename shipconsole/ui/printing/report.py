"""The shift report: figures, charts and the table, on paper; the screen shows the same figures and charts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QDate

from shipconsole.domain.plain_text import plain
from shipconsole.domain.shift import Hour, Shift, ShiftReport
from shipconsole.domain.verdict import VerdictKind
from shipconsole.messages import text
from shipconsole.operations.maintenance.shift_report import by_packer, total
from shipconsole.operations.printing.documents import ShiftReportPage
from shipconsole.ui.kit.formats import locale
from shipconsole.ui.printing import charts
from shipconsole.ui.printing.charts import Bar, ChartColors, Column, number
from shipconsole.ui.printing.page import (
    MARGIN,
    RULE,
    Align,
    BoxItem,
    Flow,
    Item,
    LineItem,
    Page,
    Paper,
    Style,
    TextItem,
    elided,
    fitted,
    isolated,
    line_height,
)
from shipconsole.ui.printing.styles import FOOT_HEIGHT, HEAD, SMALL, day_and_time, footer

ERROR_TITLES: dict[str, str] = {
    VerdictKind.WRONG_ITEM: "printing.error_wrong_item",
    VerdictKind.ONE_TOO_MANY: "printing.error_one_too_many",
    VerdictKind.UNKNOWN_CODE: "printing.error_unknown_code",
    VerdictKind.NO_ORDER: "printing.error_no_order",
    VerdictKind.UNKNOWN_BADGE: "printing.error_unknown_badge",
    VerdictKind.LABEL_TAKEN: "printing.error_label_taken",
    VerdictKind.POSTAL_CODE: "printing.error_postal_code",
}
WIDE, NARROW = 27_000, 15_800
"""Above the one width the charts stand beside each other; below the other one each has a row of its own."""
BARS_MOST = 6
"""Packers, platforms and errors in a chart; the others are summed up."""
_ROW = Style(340)
_BOLD = Style(340, 600)
_ROW_HEIGHT = 700
_FIGURES_HEIGHT = 2_050
_CHART_HEIGHT = 5_600


COLUMNS = (
    ("printing.shift_packer", "operator"),
    ("printing.shift_station", "station"),
    ("printing.shift_shipments", "shipments"),
    ("printing.shift_packages", "packages"),
    ("printing.shift_units", "units"),
    ("printing.shift_undone", "undone"),
    ("printing.shift_rejected", "rejected"),
    ("printing.shift_open", "open_updates"),
)
"""The titles of the table's columns, and the fields of `Shift`."""


def report_pages(document: ShiftReportPage, paper: Paper) -> tuple[Page, ...]:
    """Return the pages of a shift report: figures and charts, then the table over as many pages as it needs."""
    report, width = document.report, paper.width - 2 * MARGIN
    head = Flow(MARGIN, MARGIN - 120, width).text(text("printing.shift_report"), Style(720, 700))
    head.text(period(report), Style(380, 400, "#4a4a4a"))
    items: list[Item] = list(head.items)
    drawn, bottom = figures_and_charts(report, ChartColors(), MARGIN, head.y + 450, width)
    items += drawn
    layout = _Table(document, paper, items, bottom + 500)
    return layout.pages()


def period(report: ShiftReport) -> str:
    """Return the report's span of time in words."""
    return text("printing.period", since=day_and_time(report.since_ms), until=day_and_time(report.until_ms))


def figures_and_charts(
    report: ShiftReport, colors: ChartColors, x: float, y: float, width: float
) -> tuple[list[Item], float]:
    """Return the figures and the charts from a corner on, in a width, and where they end."""
    items, y = _figures(report, colors, x, y, width)
    y += 400
    is_wide, gap = width > WIDE, 400
    main_width = width * 0.44 if is_wide else width
    items += _hours(report, colors, x, y, main_width, _CHART_HEIGHT)
    groups = (
        ("printing.by_packer", _packers(report), False),
        ("printing.by_platform", _platforms(report), False),
        ("printing.scan_errors", _errors(report), True),
    )
    in_row = 3 if width > NARROW else 1
    side_x = x + main_width + gap if is_wide else x
    side_y = y if is_wide else y + _CHART_HEIGHT + gap
    side_width = ((width - main_width - gap if is_wide else width) - gap * (in_row - 1)) / in_row
    height = _CHART_HEIGHT if is_wide else 1_250 + charts.bars_height(max(1, *(len(bars) for _, bars, _ in groups)))
    for position, (title, values, bad) in enumerate(groups):
        left = side_x + (position % in_row) * (side_width + gap)
        top = side_y + (position // in_row) * (height + gap)
        items += _card(text(title), colors, left, top, side_width, height)
        inside = side_width - 700
        if values:
            items += charts.bars(values, colors, left + 350, top + 1_150, inside, bad=bad)
        else:
            words = text("printing.no_errors") if bad else text("printing.nothing_shipped_in_time")
            items += Flow(left + 350, top + 1_150, inside).text(words, SMALL.in_color(colors.gray)).items
    rows = -(-len(groups) // in_row)
    return items, side_y + rows * height + (rows - 1) * gap


def hours_of(report: ShiftReport) -> tuple[Column, ...]:
    """Return the columns of packages over time."""
    return tuple(Column(_step_label(hour, report), hour.packages, hour.is_running) for hour in report.hours)


def _step_label(hour: Hour, report: ShiftReport) -> str:
    if not report.is_by_day:
        return charts.hour_label(hour.begins_at_ms)
    moment = datetime.fromtimestamp(hour.begins_at_ms / 1_000, UTC).astimezone()
    return text("printing.day", day=locale().toString(QDate(moment.year, moment.month, moment.day), "ddd d"))


def _figures(report: ShiftReport, colors: ChartColors, x: float, y: float, width: float) -> tuple[list[Item], float]:
    """Return the figures, in two rows where there is little room, and where they end."""
    whole = total(report.shifts)
    per_package = f"{whole.units / whole.packages:.1f}" if whole.packages else "0"
    busy = [hour for hour in report.hours if hour.packages]
    errors = sum(count for _, count in report.errors)
    figures = (
        (number(whole.packages), "printing.figure_packages", text("printing.in_shipments", count=whole.shipments)),
        (number(whole.units), "printing.figure_units", text("printing.per_package", number=_decimal(per_package))),
        _rate(busy, whole, is_by_day=report.is_by_day),
        (number(errors), "printing.figure_errors", text("printing.figure_errors_means")),
        (number(whole.open_updates), "printing.figure_open", text("printing.figure_rejected", count=whole.rejected)),
    )
    gap = 300
    in_row = len(figures) if width > NARROW else 3
    each = (width - gap * (in_row - 1)) / in_row
    items: list[Item] = []
    for position, (figure, title, means) in enumerate(figures):
        left = x + (position % in_row) * (each + gap)
        top = y + (position // in_row) * (_FIGURES_HEIGHT + gap)
        items += _edge(colors, left, top, each, _FIGURES_HEIGHT)
        inside, room = Flow(left + 280, top + 190, each - 400), each - 400
        for words, style in (
            (figure, Style(700, 700, colors.ink)),
            (text(title), Style(310, 600, colors.ink)),
            (means, Style(290, 400, colors.gray)),
        ):
            inside.text(words, fitted(words, style, room, 0.8), lines_max=1)
        items += inside.items
    return items, y + -(-len(figures) // in_row) * (_FIGURES_HEIGHT + gap) - gap


def _rate(busy: Sequence[Hour], whole: Shift, *, is_by_day: bool) -> tuple[str, str, str]:
    """Return how many packages a busy hour, or day, had."""
    rate = round(whole.packages / len(busy)) if busy else 0
    best = max((hour.packages for hour in busy), default=0)
    title = "printing.figure_per_day" if is_by_day else "printing.figure_per_hour"
    return number(rate), title, text("printing.at_most", count=best)


def _decimal(written: str) -> str:
    return locale().toString(float(written), "f", 1)


def _hours(report: ShiftReport, colors: ChartColors, x: float, y: float, width: float, height: float) -> list[Item]:
    title = text("printing.packages_per_day") if report.is_by_day else text("printing.packages_per_hour")
    items = _card(title, colors, x, y, width, height)
    running = next((column for column in hours_of(report) if column.is_running), None)
    if running is not None:
        style = Style(300, 400, colors.gray)
        words = text("printing.still_running", time=running.label)
        items.append(TextItem(x, y + 370, width - 350, words, style, Align.RIGHT))
    items += charts.columns(hours_of(report), colors, x + 350, y + 1_000, width - 700, height - 1_250)
    return items


def _card(title: str, colors: ChartColors, x: float, y: float, width: float, height: float) -> list[Item]:
    style = Style(360, 600, colors.ink)
    style = fitted(title, style, width - 700, 0.8)
    return [*_edge(colors, x, y, width, height), TextItem(x + 350, y + 330, width - 700, title, style)]


def _edge(colors: ChartColors, x: float, y: float, width: float, height: float) -> list[Item]:
    return [BoxItem(x, y, width, height, 220, 14, fill=colors.card, color=colors.edge)]


def _packers(report: ShiftReport) -> list[Bar]:
    unknown = text("printing.no_packer")
    return _most([(plain(name) or unknown, packages, units) for name, packages, units in by_packer(report.shifts)])


def _platforms(report: ShiftReport) -> list[Bar]:
    return _most([(plain(amount.name), amount.packages, amount.units) for amount in report.platforms])


def _errors(report: ShiftReport) -> list[Bar]:
    found = [(text(ERROR_TITLES[kind]) if kind in ERROR_TITLES else kind, count) for kind, count in report.errors]
    return [Bar(name, count) for name, count in found[:BARS_MOST]]


def _most(amounts: Sequence[tuple[str, int, int]]) -> list[Bar]:
    shown = list(amounts[:BARS_MOST])
    if len(amounts) > BARS_MOST:
        rest = amounts[BARS_MOST - 1 :]
        others = (text("printing.others", count=len(rest)), sum(row[1] for row in rest), sum(row[2] for row in rest))
        shown = [*amounts[: BARS_MOST - 1], others]
    return [Bar(name, packages, text("printing.count_units", count=units)) for name, packages, units in shown]


class _Table:
    """Lays the table of packers and stations out below what is on the first page."""

    def __init__(self, document: ShiftReportPage, paper: Paper, first: list[Item], y: float) -> None:
        self._document, self._paper = document, paper
        self._width, self._bottom = paper.width - 2 * MARGIN, paper.height - MARGIN - FOOT_HEIGHT
        self._pages, self._y = [first], y

    def pages(self) -> tuple[Page, ...]:
        shifts = self._document.report.shifts
        if self._y + 3 * _ROW_HEIGHT > self._bottom:
            self._next_page()
        else:
            self._head()
        for shift in shifts:
            if self._y + _ROW_HEIGHT > self._bottom:
                self._next_page()
            self._row([_named(shift), *_cells(shift)], _ROW)
        if self._y + _ROW_HEIGHT > self._bottom:
            self._next_page()
        stations = len({shift.station for shift in shifts})
        whole = total(shifts)
        self._row([text("printing.total"), text("printing.stations", count=stations), *_cells(whole)[1:]], _BOLD)
        count, left = len(self._pages), text("printing.shift_foot", station=isolated(self._document.station))
        return tuple(
            Page(
                self._paper,
                (*items, *footer(self._paper, left, text("printing.page", page=page, count=count))),
                text("printing.shift_report"),
            )
            for page, items in enumerate(self._pages, 1)
        )

    def _next_page(self) -> None:
        self._pages.append([])
        self._y = MARGIN
        self._head()

    def _edges(self) -> list[tuple[float, float]]:
        """Return the left edge and the width of each column."""
        packer, station = self._width * 0.2, self._width * 0.16
        each = (self._width - packer - station) / (len(COLUMNS) - 2)
        widths = [packer, station, *[each] * (len(COLUMNS) - 2)]
        return [(MARGIN + sum(widths[:position]), width) for position, width in enumerate(widths)]

    def _head(self) -> None:
        items = self._pages[-1]
        for position, ((title, _), (x, width)) in enumerate(zip(COLUMNS, self._edges(), strict=True)):
            align = Align.LEFT if position < 2 else Align.RIGHT
            words, room = text(title), width - 120
            style = fitted(words, HEAD, room, 0.8)
            items.append(TextItem(x, self._y, width - (0 if position > 1 else 120), words, style, align))
        self._y += line_height(HEAD) + 160
        items.append(LineItem(MARGIN, self._y, MARGIN + self._width, self._y, 30))

    def _row(self, cells: Sequence[str], style: Style) -> None:
        items, y = self._pages[-1], self._y + (_ROW_HEIGHT - line_height(style)) / 2
        for position, (cell, (x, width)) in enumerate(zip(cells, self._edges(), strict=True)):
            align = Align.LEFT if position < 2 else Align.RIGHT
            shown = elided(cell, style, width - 120)
            items.append(TextItem(x, y, width - (0 if position > 1 else 120), shown, style, align))
        self._y += _ROW_HEIGHT
        items.append(LineItem(MARGIN, self._y, MARGIN + self._width, self._y, 10, RULE))


def _named(shift: Shift) -> str:
    return plain(shift.operator) or text("printing.no_packer")


def _cells(shift: Shift) -> list[str]:
    return [plain(shift.station), *(number(value) for value in shift[2:])]


__all__ = ["COLUMNS", "figures_and_charts", "hours_of", "period", "report_pages"]
