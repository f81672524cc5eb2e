"""Judging whether a list that is read page by page moves on, and whether it was read to its end.

A platform may name a page twice, say for ever that more follows, or give fewer entries than it counted. Reading then
stops, and what is wrong is kept as codes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message

PAGES_MOST = 1_000
"""Pages that are read of one list: 100,000 orders where a page holds a hundred."""
BYTES_MOST = 2 * 1024**3
"""Bytes that are read of one list: 100,000 orders of 20 KB."""
LASTS_S = 3_600.0
"""How long one list is read. A thousand pages last ten minutes where a platform allows two a second, so that one that
goes on for ever without a total cannot be told from an honest long one within seconds."""
SPARE_SHARE = 10
"""Of the total that a platform states, one in so many, and two pages, may come beyond it: orders come in meanwhile."""
THIN_ENTRIES = 10
THIN_PAGES_MOST = 20
"""Pages with fewer entries than that, and fewer than were asked for, although more pages were to follow."""

SIZE = "page_size"
"""The option that says how many orders are read at a time, where a connection has one and where a page was too much."""
SIZE_MOST = 500
SMALLER_SIZES = (25, 5, 1)

Shortfall = Literal["repeated", "page_number", "empty_page", "past_last_page", "too_few", "too_many", "too_long"]
"""What makes a list incomplete: a page came again; a page had another number than was asked for; more was to follow
an empty page, or without anything to ask for it by; more was to follow the last page; fewer entries came than were
counted, or more; it did not end."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of a platform's orders; `next_cursor` is empty on the last one, `total` None where it is not stated.

    `entries` names everything on the page, also what is left out of `orders`. `size` is how many entries were asked
    for, 0 where that is not known. `shortfalls` are what the page itself shows to be wrong.
    """

    orders: tuple[RemoteOrder, ...]
    next_cursor: str = ""
    total: int | None = None
    notes: tuple[Message, ...] = ()
    entries: tuple[str, ...] = ()
    size: int = 0
    shortfalls: tuple[Shortfall, ...] = ()


class ListReading:
    """What one list has given so far; `shortfalls` are empty while nothing is wrong."""

    def __init__(self, cursor: str, known: Sequence[str] = ()) -> None:
        """Begin at a cursor; `known` entries came when the same list was read just before."""
        self._asked = {cursor}
        self._known = frozenset(known)
        self._met: dict[str, None] = {}
        self._total: int | None = None
        self._pages = self._thin_pages = self._bytes = 0
        self._is_too_long = False
        self.shortfalls: dict[Shortfall, None] = {}

    @property
    def entries(self) -> tuple[str, ...]:
        """Everything that came, each entry once."""
        return tuple(self._met)

    @property
    def is_only_short(self) -> bool:
        """Whether nothing is wrong but that fewer entries came than were counted."""
        return list(self.shortfalls) == ["too_few"]

    def following(self, page: OrderPage, *, size_bytes: int = 0, lasted_s: float = 0) -> str:
        """Take a page of some bytes in; return the cursor of the next one, empty where reading stops.

        `lasted_s` is how long the list has been read by now.
        """
        self._bytes += size_bytes
        self._is_too_long = self._bytes > BYTES_MOST or lasted_s > LASTS_S
        new = [entry for entry in page.entries if entry not in self._met]
        self._met |= dict.fromkeys(new)
        self._total = self._total if page.total is None else page.total
        self._pages += 1
        for shortfall in page.shortfalls:
            self.shortfalls[shortfall] = None
        if self._goes_on(page, has_new=bool(new)):
            self._asked.add(page.next_cursor)
            return page.next_cursor
        if self._total is not None and len(self._met.keys() | self._known) < self._total:
            self.shortfalls["too_few"] = None
        return ""

    def _goes_on(self, page: OrderPage, *, has_new: bool) -> bool:
        if self._pages > 1 and page.entries and not has_new:
            # Also on the last page: entries moved while they were read, so that others were passed over.
            self.shortfalls["repeated"] = None
            return False
        if not page.next_cursor:
            return False
        self._thin_pages += len(page.entries) < min(THIN_ENTRIES, page.size or THIN_ENTRIES)
        if not page.entries:
            self.shortfalls["empty_page"] = None
        elif page.next_cursor in self._asked:
            self.shortfalls["repeated"] = None
        elif self._has_too_many(page):
            self.shortfalls["too_many"] = None
        elif self._is_too_long or self._pages >= PAGES_MOST or self._thin_pages > THIN_PAGES_MOST:
            self.shortfalls["too_long"] = None
        else:
            return True
        return False

    def _has_too_many(self, page: OrderPage) -> bool:
        """Whether more came than the platform counts by now, beyond any doubt."""
        if self._total is None:
            return False
        spare = max(2 * max(page.size, len(page.entries)), self._total // SPARE_SHARE)
        return len(self._met) > self._total + spare


def entry(raw: Mapping[str, object], *ids: object) -> str:
    """Return what names an entry of a page: the first of its ids that it has, else all of it."""
    known = next((str(one) for one in ids if one not in (None, "")), "")
    return known or json.dumps(raw, sort_keys=True, default=str)


def only_list(_filters: object) -> tuple[str, ...]:
    """Return where reading begins for a platform that has one list: at its first page."""
    return ("",)


def size_of(options: Mapping[str, str], usual: int, most: int = SIZE_MOST) -> str:
    """Return how many entries a page shall have: as the options say where that can be, else the usual number."""
    size = options.get(SIZE, "")
    return size if size.isdecimal() and 0 < int(size) <= most else str(usual)


def smaller_size(options: Mapping[str, str]) -> int:
    """Return how many entries a page shall have instead of so many that they are too much; 0 where it cannot be less.

    Three steps: a list of whole pages is at least `PAGES_MOST` times as long.
    """
    size = options.get(SIZE, "")
    now = int(size) if size.isdecimal() else SIZE_MOST
    return next((one for one in SMALLER_SIZES if one < now), 0)
