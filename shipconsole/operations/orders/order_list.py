"""The order list: futures directly from the store's reader, where each row is validated."""

import time
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from shipconsole.domain.change_feed import Changes
from shipconsole.domain.connection import Connection
from shipconsole.domain.id_positions import Positions
from shipconsole.domain.order_row import Counts, OrderRow, PackageIssue, Whose
from shipconsole.domain.saved_filter import SavedFilter
from shipconsole.operations.orders.placing import Placement, placement
from shipconsole.store import browse, changes, connections, saved_filters
from shipconsole.store.browse import NO_OWNER, PLACED_VIEWS, SEARCH_LIMIT, VIEWS
from shipconsole.store.database import Db, LongRead, Store

__all__ = [
    "NO_OWNER",
    "PLACED_VIEWS",
    "SEARCH_LIMIT",
    "VIEWS",
    "FirstPage",
    "Listing",
    "LongRead",
    "Placement",
    "Store",
    "all_of",
    "changes_since",
    "counts",
    "filters",
    "first_page",
    "ids",
    "listing",
    "matches",
    "package_issues",
    "placed",
    "rows",
]

PAGE = 100
MANY = 20_000
"""From so many orders on, the window is painted before the ids of all are read."""


class FirstPage(NamedTuple):
    """What the window shows first, read in one transaction; `cursor` is the change feed's."""

    rows: list[OrderRow]
    counts: Counts
    connections: tuple[Connection, ...]
    cursor: int


class Listing(NamedTuple):
    """The ids of all orders of a view or search in order, their positions, and the rows of a short one."""

    ids: "array[int]"
    positions: Positions
    rows: Sequence[OrderRow] = ()


def first_page(store: Store, view: str, sort: str, whose: Whose = NO_OWNER, find: str = "") -> "Future[FirstPage]":
    """Return a page of rows of a view or search with the counts, the connections, and the change feed's cursor."""
    return store.read(_first, view, sort, whose, find)


def matches(store: Store, find: str) -> "Future[list[OrderRow]]":
    """Return a page of rows of a search alone: what stands beside the list does not follow from a text."""
    return store.read(_matches, find)


def all_of(rows: Sequence[OrderRow]) -> Listing | None:
    """Return the listing of a search whose first page has these rows, None if there may be more."""
    if len(rows) >= PAGE:
        return None
    found = array("q", (row.id for row in rows))
    return Listing(found, Positions(found), rows)


def ids(store: Store, view: str, sort: str, find: str = "", whose: Whose = NO_OWNER) -> "Future[array[int]]":
    """Return all ids of a view in sorted order; with a text, those of all orders that contain its words."""
    return store.read(_ids, view, sort, find, whose)


def listing(store: Store, view: str, sort: str, find: str = "", whose: Whose = NO_OWNER) -> "LongRead[Listing]":
    """Return what `ids` does, with the positions of the ids, beside the other reads: there may be a million."""
    return store.read_long(_listing, view, sort, find, whose)


def placed(
    store: Store, view: str, sort: str, listed: "array[int]", positions: Mapping[int, int | None], cursor: int
) -> "Future[Placement | None]":
    """Return where changed orders belong in a list, which does not change meanwhile; see `placing.placement`."""
    return store.read(placement, view, sort, listed, positions, cursor)


def rows(store: Store, order_ids: Sequence[int]) -> "Future[list[OrderRow]]":
    """Return the rows of some orders, in the order of the ids."""
    return store.read(browse.rows, order_ids)


def counts(store: Store, whose: Whose = NO_OWNER) -> "Future[Counts]":
    """Return the number of orders in each view."""
    return store.read(browse.counts, whose)


def filters(store: Store) -> "Future[tuple[SavedFilter, ...]]":
    """Return the saved filters."""
    return store.read(saved_filters.every)


def package_issues(store: Store) -> "LongRead[dict[int, PackageIssue]]":
    """Return the package issues of orders that are overdue, without updates, or in exception, the worst first.

    Beside the other reads: each package in transit is judged.
    """
    return store.read_long(browse.package_issues, _now_ms())


def changes_since(store: Store, cursor: int) -> "Future[Changes]":
    """Return what was saved since a cursor of the change feed, by this program or another."""
    return store.read(changes.followed, cursor)


def _first(db: Db, view: str, sort: str, whose: Whose, find: str) -> FirstPage:
    if find.strip():
        page = _matches(db, find)
    else:
        page = browse.rows(db, browse.ids(db, view, sort, PAGE, now_ms=_now_ms(), whose=whose))
    return FirstPage(page, browse.counts(db, whose), connections.every(db), changes.newest(db))


def _matches(db: Db, find: str) -> list[OrderRow]:
    return browse.rows(db, browse.found(db, find, PAGE))


def _ids(db: Db, view: str, sort: str, find: str, whose: Whose) -> "array[int]":
    if find.strip():
        return browse.found(db, find)
    return browse.ids(db, view, sort, now_ms=_now_ms(), whose=whose)


def _listing(db: Db, view: str, sort: str, find: str, whose: Whose) -> Listing:
    found = _ids(db, view, sort, find, whose)
    return Listing(found, Positions(found))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
