"""The reading of a list page by page: whether it makes progress, and whether it was read to its end.

A platform may send a page twice, announce another page forever, or send fewer entries than it counted. Reading then
stops, and what is wrong is stored as codes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message

PAGES_MOST = 1_000
"""The most pages that are read of one list: 100,000 orders where a page holds a hundred."""
BYTES_MOST = 2 * 1024**3
"""The most bytes that are read of one list: 100,000 orders of 20 KB."""
LASTS_S = 3_600.0
"""How long one list is read at most. A thousand pages last ten minutes where a platform allows two a second, so that an
endless list without a total cannot be distinguished from a long one within seconds."""
SPARE_SHARE = 10
"""How many entries beyond the stated total are tolerated, besides two pages: one in so many, as orders are added."""
THIN_ENTRIES = 10
THIN_PAGES_MOST = 20
"""The most pages with fewer entries than that, and fewer than were requested, although more pages were to follow."""

SIZE = "page_size"
"""The option for the number of orders a page, also set while pages of the usual size are too large."""
SIZE_MOST = 500
SMALLER_SIZES = (25, 5, 1)

Shortfall = Literal["repeated", "page_number", "empty_page", "past_last_page", "too_few", "too_many", "too_long"]
"""What makes a list incomplete: a page was repeated; a page had another number than was requested; more was to follow
an empty page, or a page without a cursor; more was to follow the last page; fewer entries were received than were
counted, or more; it did not end."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of a platform's orders; `next_cursor` is empty on the last one, `total` None where it is not stated.

    `entries` identifies everything on the page, also what is left out of `orders`. `size` is how many entries were
    requested, 0 where that is not known. `shortfalls` are what is wrong with the page itself.
    """

    orders: tuple[RemoteOrder, ...]
    next_cursor: str = ""
    total: int | None = None
    notes: tuple[Message, ...] = ()
    entries: tuple[str, ...] = ()
    size: int = 0
    shortfalls: tuple[Shortfall, ...] = ()


class ListReading:
    """The state of reading one list; `shortfalls` are empty while nothing is wrong."""

    def __init__(self, cursor: str, known: Sequence[str] = ()) -> None:
        """Initialize at a cursor; `known` are the entries of the same list when it was read just before."""
        self._requested_cursors = {cursor}
        self._known = frozenset(known)
        self._received: dict[str, None] = {}
        self._total: int | None = None
        self._pages = self._thin_pages = self._bytes = 0
        self._is_too_long = False
        self.shortfalls: dict[Shortfall, None] = {}

    @property
    def entries(self) -> tuple[str, ...]:
        """Return every entry received, each once."""
        return tuple(self._received)

    @property
    def is_only_short(self) -> bool:
        """Return whether the only shortfall is that fewer entries were received than were counted."""
        return list(self.shortfalls) == ["too_few"]

    def following(self, page: OrderPage, *, size_bytes: int = 0, lasted_s: float = 0) -> str:
        """Add a page; return the cursor of the next one, empty where reading stops.

        `size_bytes` is the page's size, `lasted_s` how long the list has been read by now.
        """
        self._bytes += size_bytes
        self._is_too_long = self._bytes > BYTES_MOST or lasted_s > LASTS_S
        new = [entry for entry in page.entries if entry not in self._received]
        self._received |= dict.fromkeys(new)
        self._total = self._total if page.total is None else page.total
        self._pages += 1
        for shortfall in page.shortfalls:
            self.shortfalls[shortfall] = None
        if self._continues(page, has_new=bool(new)):
            self._requested_cursors.add(page.next_cursor)
            return page.next_cursor
        if self._total is not None and len(self._received.keys() | self._known) < self._total:
            self.shortfalls["too_few"] = None
        return ""

    def _continues(self, page: OrderPage, *, has_new: bool) -> bool:
        if self._pages > 1 and page.entries and not has_new:
            # Also on the last page: entries moved while they were read, so that others were skipped.
            self.shortfalls["repeated"] = None
            return False
        if not page.next_cursor:
            return False
        self._thin_pages += len(page.entries) < min(THIN_ENTRIES, page.size or THIN_ENTRIES)
        if not page.entries:
            self.shortfalls["empty_page"] = None
        elif page.next_cursor in self._requested_cursors:
            self.shortfalls["repeated"] = None
        elif self._has_too_many(page):
            self.shortfalls["too_many"] = None
        elif self._is_too_long or self._pages >= PAGES_MOST or self._thin_pages > THIN_PAGES_MOST:
            self.shortfalls["too_long"] = None
        else:
            return True
        return False

    def _has_too_many(self, page: OrderPage) -> bool:
        """Return whether clearly more entries were received than the platform counts by now."""
        if self._total is None:
            return False
        spare = max(2 * max(page.size, len(page.entries)), self._total // SPARE_SHARE)
        return len(self._received) > self._total + spare


def entry(raw: Mapping[str, object], *ids: object) -> str:
    """Return what identifies an entry of a page: the first of its ids that it has, else all of it."""
    known = next((str(id_) for id_ in ids if id_ not in (None, "")), "")
    return known or json.dumps(raw, sort_keys=True, default=str)


def only_list(_filters: object) -> tuple[str, ...]:
    """Return the first cursor of a platform that has one list."""
    return ("",)


def size_of(options: Mapping[str, str], usual: int, most: int = SIZE_MOST) -> str:
    """Return how many entries to request a page: the option's number where it is valid, else the usual one."""
    size = options.get(SIZE, "")
    return size if size.isdecimal() and 0 < int(size) <= most else str(usual)


def smaller_size(options: Mapping[str, str]) -> int:
    """Return how many entries to request after a page was too large; 0 where it cannot be fewer.

    Three steps: a list of whole pages is at least `PAGES_MOST` times as long.
    """
    size = options.get(SIZE, "")
    now = int(size) if size.isdecimal() else SIZE_MOST
    return next((smaller for smaller in SMALLER_SIZES if smaller < now), 0)
