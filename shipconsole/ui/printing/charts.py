"""Charts: columns over time and bars by name, drawn with the items of a page, on paper and on the screen."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.messages import text
from shipconsole.ui.kit.formats import at, locale
from shipconsole.ui.printing.page import Align, BoxItem, Item, LineItem, Style, TextItem, elided, line_height, width_of


class ChartColors(NamedTuple):
    """The colors of a chart; a running hour is `soft`, and never told apart by color alone."""

    ink: str = "#111111"
    gray: str = "#4a4a4a"
    rule: str = "#c9ccd3"
    bar: str = "#1f1f1f"
    soft: str = "#a3a6ad"
    bad: str = "#1f1f1f"
    card: str = ""
    edge: str = "#b9bcc4"


class Column(NamedTuple):
    """A column: the label below it, its value, and whether it is still growing."""

    label: str
    value: int
    is_running: bool = False


class Bar(NamedTuple):
    """A bar: its name, its value, and a second figure at the right."""

    name: str
    value: int
    more: str = ""


def columns(
    values: Sequence[Column], colors: ChartColors, x: float, y: float, width: float, height: float
) -> list[Item]:
    """Return columns with their values above them, over a scale of whole numbers."""
    small, value_style = Style(310, 400, colors.gray), Style(310, 600, colors.ink)
    step = nice_step(max((column.value for column in values), default=0))
    top = step * max(1, math.ceil(max((column.value for column in values), default=0) / step))
    scale_width = width_of(number(top), small) + 250
    base, plot_top = y + height - line_height(small) - 120, y + line_height(value_style) + 60
    plot = base - plot_top
    items: list[Item] = []
    for mark in range(0, top + 1, step):
        mark_y = base - plot * mark / top
        items.append(LineItem(x + scale_width, mark_y, x + width, mark_y, 12, colors.rule))
        items.append(TextItem(x, mark_y - line_height(small) / 2, scale_width - 200, number(mark), small, Align.RIGHT))
    if not values:
        return items
    slot = (width - scale_width) / len(values)
    bar_width = min(slot * 0.64, 1_100)
    label_width = max(width_of(column.label, small) for column in values) + 150
    every = max(1, math.ceil(label_width / slot))
    for position, column in enumerate(values):
        middle = x + scale_width + slot * (position + 0.5)
        bar_height = plot * column.value / top
        if column.value:
            color = colors.soft if column.is_running else colors.bar
            items.append(BoxItem(middle - bar_width / 2, base - bar_height, bar_width, bar_height, 60, fill=color))
            if width_of(number(column.value), value_style) <= slot or every == 1:
                shown_y = base - bar_height - line_height(value_style) - 20
                items.append(TextItem(middle - 600, shown_y, 1_200, number(column.value), value_style, Align.CENTER))
        if position % every == 0:
            items.append(TextItem(middle - 1_000, base + 100, 2_000, column.label, small, Align.CENTER))
    return items


def bars(
    values: Sequence[Bar], colors: ChartColors, x: float, y: float, width: float, *, bad: bool = False
) -> list[Item]:
    """Return bars one below the other, each under its name, with its value at its end."""
    name_style, small, value_style = (
        Style(330, 400, colors.ink),
        Style(310, 400, colors.gray),
        Style(330, 600, colors.ink),
    )
    most = max((bar.value for bar in values), default=1) or 1
    value_width = width_of(number(most), value_style) + 200
    items: list[Item] = []
    for bar in values:
        more_width = width_of(bar.more, small) + 150 if bar.more else 0
        name = elided(bar.name, name_style, width - more_width)
        items.append(TextItem(x, y, width - more_width, name, name_style))
        if bar.more:
            items.append(TextItem(x, y, width, bar.more, small, Align.RIGHT))
        bar_y = y + line_height(name_style) + 60
        bar_width = max(60, (width - value_width) * bar.value / most) if bar.value else 0
        if bar_width:
            color = colors.bad if bad else colors.bar
            items.append(BoxItem(x, bar_y, bar_width, 260, 60, fill=color))
        middle = bar_y + 130 - line_height(value_style) / 2
        items.append(TextItem(x + bar_width + 120, middle, value_width, number(bar.value), value_style))
        y = bar_y + 260 + 290
    return items


def bars_height(count: int) -> float:
    """Return the height of so many bars."""
    return count * (330 * 1.3 + 60 + 260 + 290)


def nice_step(most: int) -> int:
    """Return the distance of the marks of a scale up to `most`: 1, 2, or 5 times a power of ten, four marks or so."""
    if most <= 4:
        return 1
    power = 10 ** int(math.log10(most / 4))
    return next(power * factor for factor in (1, 2, 5, 10) if most / (power * factor) <= 5)


def number(value: int) -> str:
    """Return a number with the language's separators."""
    return text("printing.number", number=value)


def hour_label(at_ms: int) -> str:
    """Return the label of an hour: 14:00, 2 PM."""
    has_half_days = "a" in locale().timeFormat(locale().FormatType.ShortFormat).lower()
    return text("printing.hour", time=at(at_ms).replace(":00", "") if has_half_days else at(at_ms))
