"""The pages of a packing slip: head, recipient, items with this package first, and a foot on each page."""

from collections.abc import Callable
from typing import NamedTuple

from shipconsole.domain import code128
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.printing.documents import PackingSlip, SlipLine
from shipconsole.ui.printing.page import (
    FILL,
    GRAY,
    MARGIN,
    MM,
    MODULE,
    RULE,
    Align,
    BarsItem,
    BoxItem,
    Flow,
    IconItem,
    Item,
    LineItem,
    Page,
    Paper,
    PictureItem,
    Style,
    TextItem,
    bars_width,
    fitted,
    isolated,
    line_height,
    width_of,
    wrap,
)
from shipconsole.ui.printing.styles import (
    BODY,
    COUNT,
    FOOT_HEIGHT,
    HEAD,
    NAME,
    NUMBER,
    PLAIN_COUNT,
    SENDER,
    SMALL,
    STRONG,
    TITLE,
    address_lines,
    day,
    day_and_time,
    footer,
    weight,
)

BOX_PATH = "M 12 2.5 L 20.5 7 L 20.5 17 L 12 21.5 L 3.5 17 L 3.5 7 Z M 3.5 7 L 12 11.7 L 20.5 7 M 12 11.7 L 12 21.5"
LOGO_HEIGHT, LOGO_WIDTH = 18 * MM, 70 * MM
_PAD = 560
_BARS_HEIGHT = 1_450
_ROW_PAD = 300
_NONE = "–"
COMFORTABLE_LINES = 24
"""With more lines than on two pages or so, rows are denser."""


class _Column(NamedTuple):
    """A column of numbers: its title, its right edge and width, and what a line has in it."""

    title: str
    right: float
    width: float
    value: Callable[[SlipLine], int]
    is_filled: bool = False


def slip_pages(slip: PackingSlip, paper: Paper) -> tuple[Page, ...]:
    """Return the pages of a packing slip."""
    return _SlipLayout(slip, paper).pages()


class _SlipLayout:
    """Lays one slip out, page after page."""

    def __init__(self, slip: PackingSlip, paper: Paper) -> None:
        self._slip = slip
        self._paper = paper
        self._left, self._width = MARGIN, paper.width - 2 * MARGIN
        self._bottom = paper.height - MARGIN - FOOT_HEIGHT
        self._titles = slip.template.titles
        self._show = slip.template.show
        self._columns = self._made_columns()
        self._pages: list[list[Item]] = [[]]
        self._y: float = MARGIN
        self._table_top: float | None = None

    def pages(self) -> tuple[Page, ...]:
        self._head()
        self._parties()
        self._summary()
        self._words(self._slip.template.above)
        self._table()
        self._after()
        count = len(self._pages)
        title = self._title()
        return tuple(
            Page(
                self._paper,
                (*items, *footer(self._paper, self._footer_text(), text("printing.page", page=number, count=count))),
                text("printing.page_of", title=title, number=self._slip.order_number, page=number, count=count),
            )
            for number, items in enumerate(self._pages, 1)
        )

    def _title(self) -> str:
        return self._titles.slip or text("printing.slip")

    def _add(self, *items: Item) -> None:
        self._pages[-1].extend(items)

    # The head

    def _head(self) -> None:
        slip, half = self._slip, self._width * 0.55
        left = Flow(self._left, self._y, half)
        if slip.logo and self._show.logo:
            left.items.append(PictureItem(self._left, self._y, min(half, LOGO_WIDTH), LOGO_HEIGHT, slip.logo))
            left.gap(LOGO_HEIGHT + 250)
        for position, line in enumerate(slip.template.sender):
            left.text(line, SENDER if position == 0 else SMALL.in_color(GRAY))
            left.gap(80 if position == 0 else 0)
        right = Flow(self._left + half, self._y - 120, self._width - half)
        right.text(self._title(), TITLE, Align.RIGHT).gap(60)
        right.text(self._package_text(), STRONG, Align.RIGHT)
        right.text(text("printing.shipped", day=day(slip.shipped_at_ms)), BODY.in_color(GRAY), Align.RIGHT)
        self._add(*left.items, *right.items)
        self._y = max(left.y, right.y) + 600

    def _package_text(self) -> str:
        slip = self._slip
        if slip.is_complete:
            return text("printing.package_of", position=slip.position, count=slip.count)
        return text("printing.package_so_far", position=slip.position, count=slip.count)

    # The box with recipient, carrier and order

    def _parties(self) -> None:
        slip, top = self._slip, self._y + 480
        has_bars = self._show.barcode and code128.can_encode(slip.order_number)
        # As wide as the code needs; an order number that is too long for that gets a line of its own below.
        bars = bars_width(slip.order_number, MODULE + 1) if has_bars else 0
        order_width = max(bars, width_of(slip.order_number, NUMBER) + 200, 3_600) + 600
        is_wide = order_width > self._width * 0.42
        if is_wide:
            order_width = self._width * 0.34
        to_width = (self._width - order_width) * (0.5 if self._show.carrier else 1)
        carrier_width = self._width - order_width - to_width
        flows: list[Flow] = []
        if self._show.ship_to:
            flows.append(self._recipient(self._left + _PAD, top, to_width - _PAD - 200))
        if self._show.carrier:
            flows.append(self._carrier(self._left + to_width + 480, top, carrier_width - 680))
        order_x = self._left + self._width - order_width
        order = Flow(order_x + 200, top - 60, order_width - 400)
        order.text(self._titles.order or text("printing.order"), SMALL, Align.CENTER)
        number = plain(slip.order_number)
        order.text(number, fitted(number, NUMBER, order.width - 200), Align.CENTER)
        if has_bars and not is_wide:
            order.gap(60)
            order.items.append(BarsItem(order_x, order.y, order_width, _BARS_HEIGHT, slip.order_number))
            order.gap(_BARS_HEIGHT + 120)
        if slip.ordered_at_ms is not None:
            ordered = text("printing.ordered", day=day(slip.ordered_at_ms))
            order.text(ordered, fitted(ordered, SMALL, order.width - 100), Align.CENTER)
        flows.append(order)
        bottom = max(flow.y for flow in flows) + 380
        if has_bars and is_wide:
            self._add(BarsItem(self._left, bottom + 300, self._width, _BARS_HEIGHT, slip.order_number))
        box = [BoxItem(self._left, self._y, self._width, bottom - self._y, 220, 35)]
        edges = [order_x, *([self._left + to_width] if self._show.carrier and self._show.ship_to else [])]
        lines = [LineItem(edge, self._y, edge, bottom, 12, RULE) for edge in edges]
        self._add(*lines, *box, *(item for flow in flows for item in flow.items))
        self._y = bottom + 550 + (_BARS_HEIGHT + 300 if has_bars and is_wide else 0)

    def _recipient(self, x: float, y: float, width: float) -> Flow:
        to = self._slip.ship_to
        flow = Flow(x, y, width)
        flow.text(self._titles.ship_to or text("printing.ship_to"), SMALL)
        flow.text(plain(to.name or to.company) or _NONE, NAME).gap(40)
        for line in address_lines(to):
            flow.text(line, BODY)
        return flow

    def _carrier(self, x: float, y: float, width: float) -> Flow:
        slip = self._slip
        named = " ".join(dict.fromkeys(part for part in (slip.carrier, slip.service) if part))
        parts = [named, weight(slip.weight_g) if self._show.weight else ""]
        flow = Flow(x, y, width)
        title = self._titles.carrier or text("printing.carrier")
        flow.titled(title, SMALL, plain(", ".join(part for part in parts if part)), STRONG, 280)
        title = self._titles.tracking_number or text("printing.tracking_number")
        number = plain(slip.tracking_number)
        return flow.titled(title, SMALL, number, fitted(number, STRONG, width, 0.7))

    # What the package has of the order, in words

    def _summary(self) -> None:
        slip = self._slip
        if not self._show.summary:
            return
        total = slip.here + slip.shipped_earlier + slip.follow
        strong = text("printing.has_units", packed=slip.here, count=total)
        others: list[str] = []
        if slip.shipped_earlier and self._show.shipped_earlier:
            others.append(text("printing.shipped_earlier_units", count=slip.shipped_earlier))
        if slip.follow and self._show.to_follow:
            others.append(text("printing.follow_units", count=slip.follow))
        if not slip.follow and slip.is_complete:
            others.append(text("printing.order_complete"))
        rest = " ".join(others)
        x, width = self._left + 1_300, self._width - 1_700
        strong_width = width_of(strong, STRONG)
        flow = Flow(x, self._y + 340, width)
        if strong_width + width_of(f" {rest}", BODY) <= width:
            flow.items.append(TextItem(x, flow.y, width, strong, STRONG))
            flow.items.append(TextItem(x + strong_width + 130, flow.y, width, rest, BODY))
            flow.gap(line_height(STRONG))
        else:
            flow.text(strong, STRONG).text(rest, BODY)
        bottom = flow.y + 300
        self._add(
            BoxItem(self._left, self._y, self._width, bottom - self._y, 200, fill=FILL),
            IconItem(self._left + 450, (self._y + bottom) / 2 - 290, 580, BOX_PATH),
            *flow.items,
        )
        self._y = bottom + 450

    def _words(self, words: str) -> None:
        if words:
            flow = Flow(self._left, self._y, self._width)
            flow.text(words, BODY)
            self._flow_in(flow)
            self._y += 300

    # The items

    def _made_columns(self) -> tuple[_Column, ...]:
        right = self._left + self._width
        made: list[_Column] = []
        titles = self._titles
        for shown, title, value, filled in (
            (self._show.to_follow, titles.follow or text("printing.to_follow"), lambda line: line.follow, False),
            (self._show.shipped_earlier, titles.earlier or text("printing.earlier"), lambda line: line.earlier, False),
            (True, titles.here or text("printing.here"), lambda line: line.here, True),
        ):
            if shown:
                width = 2_500 if filled else 2_350
                made.append(_Column(title, right, width, value, filled))
                right -= width
        return tuple(reversed(made))

    def _table(self) -> None:
        lines = self._slip.lines
        if not self._show.items_to_follow:
            lines = tuple(line for line in lines if line.here or line.earlier)
        self._table_head()
        for line in lines:
            self._row(line)
        self._totals()

    def _table_head(self) -> None:
        heads = [(column, wrap(column.title, HEAD, column.width - 300)) for column in self._columns]
        height = max(len(lines) for _, lines in heads) * line_height(HEAD)
        for column, lines in heads:
            y = self._y + height - len(lines) * line_height(HEAD)
            for line, _ in lines:
                x = column.right - column.width
                self._add(TextItem(x, y, column.width - 280, line, HEAD, Align.RIGHT))
                y += line_height(HEAD)
        item_title = self._titles.item or text("printing.item")
        self._add(TextItem(self._left, self._y + height - line_height(HEAD), 5_000, item_title, HEAD))
        self._y += height + 170
        self._table_top = self._y
        self._add(LineItem(self._left, self._y, self._left + self._width, self._y, 35))

    def _name_width(self) -> float:
        return self._width - sum(column.width for column in self._columns) - 300

    def _row(self, line: SlipLine) -> None:
        name_style, under_style, pad = self._row_styles(line)
        names = wrap(plain(line.name), name_style, self._name_width())
        under = plain(line.sku) if self._show.sku else ""
        if line.uncounted:
            under = " · ".join(part for part in (under, text("printing.uncounted", quantity=line.uncounted)) if part)
        skus = wrap(under, under_style, self._name_width()) if under else []
        height = len(names) * line_height(name_style) + len(skus) * line_height(under_style) + 2 * pad
        self._need(height)
        top, y = self._y, self._y + pad
        fills = [column for column in self._columns if column.is_filled]
        for column in fills:
            self._add(BoxItem(column.right - column.width + 120, top, column.width - 150, height, fill=FILL))
        for words, style in ((names, name_style), (skus, under_style)):
            for part, right_to_left in words:
                self._add(TextItem(self._left, y, self._name_width(), part, style, Align.LEFT, right_to_left))
                y += line_height(style)
        self._counts(top, height, [column.value(line) for column in self._columns])
        self._y = top + height
        self._add(LineItem(self._left, self._y, self._left + self._width, self._y, 12, RULE))

    def _row_styles(self, line: SlipLine) -> tuple[Style, Style, float]:
        """Return the styles of an item and what is under it, and its padding: denser where there are many."""
        name = STRONG if line.here else BODY
        if len(self._slip.lines) <= COMFORTABLE_LINES:
            return name, SMALL, _ROW_PAD
        return name._replace(size=340), SMALL._replace(size=280), 90

    def _counts(self, top: float, height: float, values: list[int], *, is_total: bool = False) -> None:
        for column, value in zip(self._columns, values, strict=True):
            style = COUNT if value and (column.is_filled or is_total) else PLAIN_COUNT
            style = style if value or is_total else style.in_color(GRAY)
            y = top + (height - line_height(style)) / 2
            shown = text("printing.number", number=value) if value or is_total else _NONE
            self._add(TextItem(column.right - column.width, y, column.width - 280, shown, style, Align.RIGHT))

    def _totals(self) -> None:
        height = line_height(COUNT) + 2 * 260
        self._need(height)
        for column in self._columns:
            if column.is_filled:
                self._add(BoxItem(column.right - column.width + 120, self._y, column.width - 150, height, fill=FILL))
        title = Style(430, 600)
        y = self._y + (height - line_height(title)) / 2
        self._add(TextItem(self._left, y, 5_000, self._titles.total or text("printing.units"), title))
        sums = [sum(column.value(line) for line in self._slip.lines) for column in self._columns]
        self._counts(self._y, height, sums, is_total=True)
        self._y += height + 550

    def _need(self, height: float) -> None:
        """Begin a page with the head of the table repeated if the next row does not fit on this one."""
        if self._y + height <= self._bottom:
            return
        self._next_page()
        self._table_head()

    def _next_page(self) -> None:
        self._pages.append([])
        self._y = MARGIN
        slip = self._slip
        head = text("printing.slip_continued", title=self._title(), number=isolated(slip.order_number))
        self._add(
            TextItem(self._left, self._y, self._width * 0.65, head, Style(390, 700)),
            TextItem(self._left, self._y, self._width, self._package_text(), SMALL, Align.RIGHT),
        )
        self._y += 1_100

    # Below the items

    def _after(self) -> None:
        slip, half = self._slip, self._width / 2
        note, earlier = Flow(self._left, 0, half - 500), Flow(self._left + half, 0, half)
        if self._show.note:
            note.titled(self._titles.note or text("printing.note"), SMALL, plain(slip.note, lines=True), BODY)
        if self._show.earlier_packages and slip.earlier:
            earlier.text(text("printing.shipped_earlier"), SMALL)
            for package in slip.earlier:
                line = text(
                    "printing.earlier_package",
                    position=package.position,
                    day=day(package.shipped_at_ms),
                    carrier=isolated(package.carrier) or _NONE,
                )
                earlier.text(line, BODY).text(plain(package.tracking_number), STRONG).gap(120)
        if not note.items:
            earlier = _moved_left(earlier, half)
        self._side_by_side(note, earlier)
        self._words(slip.template.below)

    def _side_by_side(self, *flows: Flow) -> None:
        """Add texts beside each other, over as many pages as they need."""
        rows = sorted((item for flow in flows for item in flow.items), key=lambda item: item.y)  # pyright: ignore
        offset, top = self._y, 0.0
        for item in rows:
            assert isinstance(item, TextItem)
            if offset + item.y - top + line_height(item.style) > self._bottom:
                self._next_page()
                offset, top = self._y, item.y
            self._add(item._replace(y=offset + item.y - top))
        if rows:
            self._y = offset + max(flow.y for flow in flows) - top + 200

    def _flow_in(self, flow: Flow) -> None:
        shifted = Flow(flow.x, 0, flow.width)
        first = flow.items[0].y if flow.items else 0  # pyright: ignore
        shifted.items = [item._replace(y=item.y - first) for item in flow.items if isinstance(item, TextItem)]
        shifted.y = flow.y - first
        self._side_by_side(shifted)

    def _footer_text(self) -> str:
        slip = self._slip
        if slip.template.footer:
            return slip.template.footer
        if not self._show.packed_by:
            return ""
        when = day_and_time(slip.shipped_at_ms)
        station = isolated(slip.station)
        if slip.packer:
            return text("printing.packed_by", packer=isolated(slip.packer), station=station, time=when)
        return text("printing.packed_at", station=station, time=when)


def _moved_left(flow: Flow, dx: float) -> Flow:
    moved = Flow(flow.x - dx, 0, flow.width)
    moved.items = [item._replace(x=item.x - dx) for item in flow.items if isinstance(item, TextItem)]
    moved.y = flow.y
    return moved


__all__ = ["slip_pages"]
