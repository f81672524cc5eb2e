"""The pages of a hand-over list: each carrier begins a page, with its packages, totals, and lines to sign."""

from typing import NamedTuple

from shipconsole.domain.handed_over import HandOverPackage
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.printing.documents import CarrierHandOver, HandOverList
from shipconsole.ui.kit.formats import at
from shipconsole.ui.printing.page import (
    MARGIN,
    RULE,
    Align,
    Flow,
    IconItem,
    Item,
    LineItem,
    Page,
    Paper,
    Style,
    TextItem,
    elided,
    isolated,
    line_height,
)
from shipconsole.ui.printing.styles import (
    FOOT_HEIGHT,
    GRAY,
    HEAD,
    SMALL,
    STRONG,
    day_and_time,
    footer,
    kilograms_text,
    weight,
)

_TITLE = Style(640, 700)
_ROW = Style(330)
_BOLD = Style(330, 600)
_ROW_HEIGHT = 640
_SIGN_HEIGHT = 3_600
_TICK = "M 5 12.5 L 10 17.5 L 19.5 7"


class _Column(NamedTuple):
    title: str
    x: float
    width: float
    align: Align = Align.LEFT


def hand_over_pages(listed: HandOverList, paper: Paper) -> tuple[Page, ...]:
    """Return the pages for all carriers; each carrier counts its own."""
    return tuple(page for carrier in listed.carriers for page in _CarrierLayout(listed, carrier, paper).pages())


class _CarrierLayout:
    """Lays the list of one carrier out."""

    def __init__(self, listed: HandOverList, carrier: CarrierHandOver, paper: Paper) -> None:
        self._listed, self._carrier, self._paper = listed, carrier, paper
        self._name = carrier.carrier or text("printing.no_carrier")
        self._left, self._width = MARGIN, paper.width - 2 * MARGIN
        self._bottom = paper.height - MARGIN - FOOT_HEIGHT
        self._pages: list[list[Item]] = []
        self._y: float = 0
        self._columns = self._made_columns()

    def pages(self) -> tuple[Page, ...]:
        self._next_page()
        for number, package in enumerate(self._carrier.packages, 1):
            if self._y + _ROW_HEIGHT > self._bottom:
                self._next_page()
            self._row(number, package)
        self._signature()
        count = len(self._pages)
        left = text(
            "printing.hand_over_foot", station=isolated(self._listed.station), time=day_and_time(self._listed.at_ms)
        )
        return tuple(
            Page(
                self._paper,
                (*items, *footer(self._paper, left, text("printing.page", page=number, count=count))),
                text("printing.hand_over_of", carrier=self._name),
            )
            for number, items in enumerate(self._pages, 1)
        )

    def _made_columns(self) -> tuple[_Column, ...]:
        right = self._left + self._width
        scan_width = 2_500 if self._listed.is_recorded else 0
        weight_x = right - scan_width - 1_500
        shipped_width = 0 if scan_width else 1_750
        number_x = weight_x - shipped_width - 5_200
        columns = [
            _Column("", self._left, 700),
            _Column(text("printing.order"), self._left + 750, 2_300),
            _Column(text("printing.recipient"), self._left + 3_150, number_x - self._left - 3_350),
            _Column(text("printing.tracking_number"), number_x, 5_100),
            _Column(text("printing.weight_kg"), weight_x, 1_450, Align.RIGHT),
        ]
        if shipped_width:
            columns.append(_Column(text("printing.packed"), weight_x - shipped_width, 1_650, Align.RIGHT))
        if scan_width:
            columns.append(
                _Column(text("printing.carrier_scan"), right - scan_width + 250, scan_width - 250, Align.RIGHT)
            )
        return tuple(columns)

    def _next_page(self) -> None:
        self._pages.append([])
        carrier, items = self._carrier, self._pages[-1]
        left = Flow(self._left, MARGIN - 100, self._width * 0.62)
        left.text(text("printing.hand_over_of", carrier=isolated(self._name)), _TITLE)
        who = isolated(self._listed.packer)
        when = day_and_time(self._listed.at_ms)
        made = text("printing.made_by", packer=who, time=when) if who else when
        left.text(" · ".join((isolated(self._listed.station), made)), Style(350, 400, GRAY))
        right = Flow(self._left + self._width * 0.5, MARGIN - 100, self._width * 0.5)
        right.text(text("printing.count_packages", count=len(carrier.packages)), _TITLE, Align.RIGHT)
        right.text(self._total_weight(), Style(350, 400, GRAY), Align.RIGHT)
        items += [*left.items, *right.items]
        self._y = max(left.y, right.y) + 400
        for column in self._columns:
            title = elided(column.title, HEAD, column.width)
            items.append(TextItem(column.x, self._y, column.width, title, HEAD, column.align))
        self._y += line_height(HEAD) + 160
        items.append(LineItem(self._left, self._y, self._left + self._width, self._y, 30))

    def _total_weight(self) -> str:
        carrier = self._carrier
        if carrier.unweighed == len(carrier.packages):
            return text("printing.no_weights")
        total = text("printing.total_weight", weight=weight(carrier.weight_g))
        if not carrier.unweighed:
            return total
        return " · ".join((total, text("printing.unweighed", count=carrier.unweighed)))

    def _row(self, number: int, package: HandOverPackage) -> None:
        items, y = self._pages[-1], self._y + (_ROW_HEIGHT - line_height(_ROW)) / 2
        shown = (
            (text("printing.number", number=number), _ROW.in_color(GRAY)),
            (plain(package.order_number), _BOLD),
            (plain(package.recipient), _ROW),
            (plain(package.tracking_number), _ROW),
            ("" if package.weight_g is None else kilograms_text(package.weight_g, 3), _ROW),
            (at(package.shipped_at_ms), _ROW),
        )
        shown = shown[:5] if self._listed.is_recorded else shown
        for column, (words, style) in zip(self._columns, shown, strict=False):
            line = elided(words, style, column.width)
            items.append(TextItem(column.x, y, column.width, line, style, column.align))
        if self._listed.is_recorded:
            column = self._columns[-1]
            words = text("printing.scanned") if package.is_scanned else text("printing.not_scanned")
            items.append(TextItem(column.x, y, column.width, words, _ROW, Align.RIGHT))
            if package.is_scanned:
                items.append(IconItem(column.x, y + 40, 340, _TICK))
        self._y += _ROW_HEIGHT
        items.append(LineItem(self._left, self._y, self._left + self._width, self._y, 8, RULE))

    def _signature(self) -> None:
        """Add what the driver signs, never alone without a row above it but on the page's own room."""
        if self._y + _SIGN_HEIGHT > self._bottom:
            self._next_page()
        items, count = self._pages[-1], len(self._carrier.packages)
        y = self._y + 350
        if self._listed.is_recorded:
            missing = sum(not package.is_scanned for package in self._carrier.packages)
            if missing:
                words = text("printing.not_scanned_of", count=missing, total=count)
                items.append(TextItem(self._left, y, self._width, words, SMALL))
        y += 800
        words = text("printing.driver_confirms", count=count)
        items.append(TextItem(self._left, y, self._width, words, STRONG))
        y += 1_800
        third = (self._width - 1_200) / 3
        for position, title in enumerate(("printing.driver_name", "printing.signature", "printing.date_and_time")):
            x = self._left + position * (third + 600)
            items.append(LineItem(x, y, x + third, y, 18))
            items.append(TextItem(x, y + 110, third, text(title), SMALL))
        self._y = y + 600


__all__ = ["hand_over_pages"]
