"""The order list: futures directly from the store's reader, where each row is validated."""

import time
from array import array
from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

from shipconsole.domain.change_feed import Changes
from shipconsole.domain.connection import Connection
from shipconsole.domain.order_row import Counts, OrderRow, PackageIssue
from shipconsole.store import browse, changes, connections
from shipconsole.store.browse import SEARCH_LIMIT, VIEWS
from shipconsole.store.database import Db, Store

__all__ = [
    "SEARCH_LIMIT",
    "VIEWS",
    "FirstPage",
    "Store",
    "changes_since",
    "counts",
    "first_page",
    "ids",
    "package_issues",
    "rows",
]

PAGE = 100
COUNTED_AT_ONCE = 20_000


class FirstPage(NamedTuple):
    """What the window shows first, read in one transaction; `cursor` is the change feed's.

    `counts` is None where there are so many orders that counting would delay the page.
    """

    rows: list[OrderRow]
    counts: Counts | None
    connections: tuple[Connection, ...]
    cursor: int


def first_page(store: Store, view: str, sort: str) -> "Future[FirstPage]":
    """Return a page of rows with the counts, if they are quick, the connections, and the change feed's cursor."""
    return store.read(_first, view, sort)


def ids(store: Store, view: str, sort: str, find: str = "") -> "Future[array[int]]":
    """Return all ids of a view in sorted order; with a text, those of all orders that contain its words."""
    return store.read(browse.found, find) if find.strip() else store.read(browse.ids, view, sort, now_ms=_now_ms())


def rows(store: Store, order_ids: Sequence[int]) -> "Future[list[OrderRow]]":
    """Return the rows of some orders, in the order of the ids."""
    return store.read(browse.rows, order_ids)


def counts(store: Store) -> "Future[Counts]":
    """Return the number of orders in each view."""
    return store.read(browse.counts)


def package_issues(store: Store) -> "Future[dict[int, PackageIssue]]":
    """Return the package issues of orders that are overdue, without updates, or in exception, the worst first."""
    return store.read(browse.package_issues, _now_ms())


def changes_since(store: Store, cursor: int) -> "Future[Changes]":
    """Return what was saved since a cursor of the change feed, by this program or another."""
    return store.read(changes.since, cursor)


def _first(db: Db, view: str, sort: str) -> FirstPage:
    page = browse.rows(db, browse.ids(db, view, sort, PAGE, now_ms=_now_ms()))
    quick = not page or browse.newest(db) <= COUNTED_AT_ONCE
    return FirstPage(page, browse.counts(db) if quick else None, connections.every(db), changes.newest(db))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
