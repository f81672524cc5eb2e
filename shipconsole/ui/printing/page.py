"""Pages as values: where each text, line, box, picture and barcode stands, in hundredths of a millimeter.

A layout needs typefaces and no device. What it returns is drawn on the screen, in a PDF, or on a printer alike.
"""

import threading
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple

from PySide6.QtCore import QLocale, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPageSize, QTextLayout, QTextOption

from shipconsole.domain import code128
from shipconsole.domain.plain_text import plain
from shipconsole.station.settings import PaperChoice
from shipconsole.ui.kit.theme import FAMILY

MM = 100
MARGIN = 15 * MM
INK, GRAY, RULE, FILL = "#111111", "#4a4a4a", "#b9bcc4", "#eef0f4"
MODULE = 34
"""The narrowest bar: 0.34 mm."""
_ISOLATE, _END = "\u2068", "\u2069"


class Align(StrEnum):
    """Where a line of text stands in its width."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


class Style(NamedTuple):
    """How a text is written: its size, its weight, its color."""

    size: int
    weight: Literal[400, 500, 600, 700] = 400
    color: str = INK

    def in_color(self, color: str) -> "Style":
        """Return the style in another color."""
        return self._replace(color=color)


class Paper(NamedTuple):
    """A size of paper."""

    name: str
    width: int
    height: int


class TextItem(NamedTuple):
    """One line of text with its upper left corner at x and y, in a width."""

    x: float
    y: float
    width: float
    text: str
    style: Style
    align: Align = Align.LEFT
    right_to_left: bool = False


class LineItem(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 20
    color: str = INK
    dashed: bool = False


class BoxItem(NamedTuple):
    """A rectangle, with a border, filled, or both."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0
    border: float = 0
    fill: str = ""
    color: str = INK
    dashed: bool = False


class BarsItem(NamedTuple):
    """A Code 128 in a rectangle, in its middle, with the quiet zones inside; the bars are as wide as fits."""

    x: float
    y: float
    width: float
    height: float
    code: str
    widest: float = 50


class PictureItem(NamedTuple):
    """A picture from a file, as large as fits, at the left."""

    x: float
    y: float
    width: float
    height: float
    file: str


class IconItem(NamedTuple):
    """A small drawing: a path of lines in a square of 24 by 24, as SVG writes it."""

    x: float
    y: float
    size: float
    path: str
    color: str = INK


Item = TextItem | LineItem | BoxItem | BarsItem | PictureItem | IconItem


class Page(NamedTuple):
    """One page; `label` tells a screen reader what it is."""

    paper: Paper
    items: tuple[Item, ...]
    label: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines of text in the order in which they were laid out."""
        return tuple(item.text for item in self.items if isinstance(item, TextItem))


A4 = Paper("A4", 210 * MM, 297 * MM)
LETTER = Paper("Letter", 21_590, 27_940)
LABEL = Paper("Label", 100 * MM, 62 * MM)


def chosen_paper(choice: PaperChoice) -> Paper:
    """Return the paper of the settings; the system's is Letter where the country measures in inches."""
    if choice == "system":
        of_system = QLocale(QLocale.system().name())
        return LETTER if of_system.measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem else A4
    return LETTER if choice == "Letter" else A4


def page_size(paper: Paper) -> QPageSize:
    """Return a paper as Qt knows it."""
    if paper.name in ("A4", "Letter"):
        return QPageSize(QPageSize.PageSizeId.A4 if paper.name == "A4" else QPageSize.PageSizeId.Letter)
    return QPageSize(QSizeF(paper.width / MM, paper.height / MM), QPageSize.Unit.Millimeter, paper.name)


@lru_cache(maxsize=256)
def _font(size: int, weight: int, thread: int) -> QFont:
    """Return the program's typeface, without other forms of its characters.

    Digits of one width, or a colon raised between digits, would be characters without a meaning in a PDF file: no
    number could be searched or copied. Each thread has its own typeface: two that write with one at the same time would
    share what it has loaded.
    """
    del thread
    made = QFont(FAMILY)
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight))
    # The layout is the same on every device.
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if hasattr(made, "setFeature"):  # Qt 6.7 and later
        made.setFeature(QFont.Tag("calt"), 0)
    return made


def font(style: Style) -> QFont:
    """Return the typeface of a style."""
    return _font(style.size, style.weight, threading.get_ident())


def line_height(style: Style) -> float:
    """Return the distance between lines of a style."""
    return style.size * 1.3


def width_of(text: str, style: Style) -> float:
    """Return the width of a line."""
    return QFontMetricsF(font(style)).horizontalAdvance(text)


def elided(text: str, style: Style, width: float) -> str:
    """Return a line that fits in a width, with an ellipsis where it was cut."""
    return QFontMetricsF(font(style)).elidedText(text, Qt.TextElideMode.ElideRight, width)


def fitted(text: str, style: Style, width: float, least: float = 0.5) -> Style:
    """Return the style, made smaller down to a share of its size where a line would not fit in a width."""
    # A line that fits exactly may be broken all the same.
    needed = width_of(text, style) * 1.02
    return style if needed <= width else style._replace(size=int(style.size * max(least, width / needed)))


def isolated(name: str) -> str:
    """Return a text from outside that may stand in a sentence of any direction without turning it around."""
    return f"{_ISOLATE}{plain(name)}{_END}" if name and not name.isascii() else plain(name)


def bars_width(code: str, module: float = MODULE) -> float:
    """Return the width of a code with its quiet zones."""
    return (sum(code128.modules(code)) + 2 * code128.QUIET_MODULES) * module


def wrap(text: str, style: Style, width: float) -> list[tuple[str, bool]]:
    """Return the lines of a text in a width, each with whether its paragraph reads from right to left."""
    found: list[tuple[str, bool]] = []
    for paragraph in text.split("\n"):
        right_to_left = _reads_right_to_left(paragraph)
        if not paragraph.strip():
            found.append(("", False))
            continue
        layout = QTextLayout(paragraph, font(style))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        ends: list[tuple[int, int]] = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            ends.append((line.textStart(), line.textLength()))
        layout.endLayout()
        # Qt counts UTF-16 units.
        units = paragraph.encode("utf-16-le")
        for start, length in ends:
            part = units[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
            found.append((part.rstrip(), right_to_left))
    return found


def _reads_right_to_left(text: str) -> bool:
    """Return whether the first letter with a direction reads from right to left."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                return True
            case "L":
                return False
            case _:
                continue
    return False


class Flow:
    """Lays texts out one below the other; `y` is where the next one begins."""

    def __init__(self, x: float, y: float, width: float) -> None:
        """Begin at a corner, in a width."""
        self.x, self.y, self.width = x, y, width
        self.items: list[Item] = []

    def text(self, text: str, style: Style, align: Align = Align.LEFT, *, lines_max: int = 0) -> "Flow":
        """Add a text, wrapped; with `lines_max` it is cut, with an ellipsis."""
        lines = wrap(text, style, self.width) if text else []
        if lines_max and len(lines) > lines_max:
            rest, right_to_left = " ".join(line for line, _ in lines[lines_max - 1 :]), lines[lines_max - 1][1]
            lines = [*lines[: lines_max - 1], (elided(rest, style, self.width), right_to_left)]
        for line, right_to_left in lines:
            self.items.append(TextItem(self.x, self.y, self.width, line, style, align, right_to_left))
            self.y += line_height(style)
        return self

    def gap(self, height: float) -> "Flow":
        """Leave room."""
        self.y += height
        return self

    def titled(self, title: str, title_style: Style, text: str, style: Style, gap: float = 0) -> "Flow":
        """Add a title with a text below it, if there is one."""
        if text:
            self.text(title, title_style).text(text, style).gap(gap)
        return self
