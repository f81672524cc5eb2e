"""The styles of printed texts, and how dates, weights and addresses are written on paper."""

import re
from datetime import UTC, datetime

from PySide6.QtCore import QDate

from shipconsole.domain import countries
from shipconsole.domain.address import Address
from shipconsole.domain.measures import kilograms
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit.formats import at, locale
from shipconsole.ui.printing.page import GRAY, MARGIN, RULE, Align, LineItem, Paper, Style, TextItem

TITLE = Style(780, 700)
SENDER = Style(540, 700)
NUMBER = Style(620, 700)
NAME = Style(480, 600)
BODY = Style(390)
STRONG = Style(390, 600)
COUNT = Style(460, 700)
PLAIN_COUNT = Style(440)
HEAD = Style(310, 600, GRAY)
SMALL = Style(320, 400, GRAY)
FOOT = Style(300, 400, GRAY)

FOOT_HEIGHT = 900
"""The room for the line and the text at the end of each page."""

_WEEKDAY = re.compile(r"dddd[,.]?\s*")


def day(at_ms: int) -> str:
    """Return a date as it is written on paper: Nov 28, 2026."""
    moment = datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone()
    pattern = _WEEKDAY.sub("", locale().dateFormat(locale().FormatType.LongFormat)).replace("MMMM", "MMM")
    return locale().toString(QDate(moment.year, moment.month, moment.day), pattern)


def day_and_time(at_ms: int) -> str:
    """Return a date and a time of day."""
    return text("printing.day_and_time", day=day(at_ms), time=at(at_ms))


def weight(weight_g: int | None) -> str:
    """Return a weight in kilograms, empty if it is not known."""
    return "" if weight_g is None else text("printing.kilograms", weight=kilograms_text(weight_g))


def kilograms_text(weight_g: int, decimals: int = 2) -> str:
    """Return the number of kilograms with so many decimals at least."""
    exact = kilograms(weight_g)
    digits = max(decimals, -int(exact.as_tuple().exponent))
    return locale().toString(float(exact), "f", digits)


def address_lines(address: Address) -> tuple[str, ...]:
    """Return the lines of an address below the name, in the order of its country as far as its fields show it."""
    town = address.town
    if address.state:
        locality = " ".join(part for part in (town, address.state, address.postal_code) if part)
    else:
        locality = " ".join(part for part in (address.postal_code, town) if part)
    company = address.company if address.name else ""
    suburb = address.suburb if address.city else ""
    lines = (company, address.building, address.street, address.street2, address.street3, suburb, locality)
    return tuple(plain(line) for line in (*lines, countries.name_of(address.country)) if line.strip())


def footer(paper: Paper, left: str, right: str) -> list[TextItem | LineItem]:
    """Return the line and the two texts at the end of a page."""
    width = paper.width - 2 * MARGIN
    top = paper.height - MARGIN - 500
    return [
        LineItem(MARGIN, top, MARGIN + width, top, 12, RULE),
        TextItem(MARGIN, top + 150, width * 0.72, left, FOOT),
        TextItem(MARGIN, top + 150, width, right, FOOT, Align.RIGHT),
    ]
