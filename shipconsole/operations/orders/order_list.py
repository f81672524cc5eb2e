"""Order lists for the screen: futures straight from the store's reader, where each row is validated."""

import time
from array import array
from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

from shipconsole.domain.connection import Connection
from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.domain.order_row import Counts, OrderRow, PackageTrouble
from shipconsole.store import browse, changes, connections
from shipconsole.store.browse import SEARCH_LIMIT, VIEWS
from shipconsole.store.changes import Change, Changes
from shipconsole.store.database import Db, Store

__all__ = [
    "NO_DUE_DATE_MS",
    "SEARCH_LIMIT",
    "VIEWS",
    "Change",
    "Changes",
    "First",
    "Store",
    "counts",
    "first",
    "ids",
    "package_troubles",
    "rows",
    "since",
]

PAGE = 100
COUNTED_AT_ONCE = 20_000


class First(NamedTuple):
    """What the window shows first, all of one moment; `cursor` is the feed's.

    `counts` are None where there are so many orders that counting takes longer than the page may.
    """

    rows: list[OrderRow]
    counts: Counts | None
    connections: tuple[Connection, ...]
    cursor: int


def first(store: Store, view: str, sort: str) -> "Future[First]":
    """A page of rows with the counts, if they are quick, the connections and the feed's cursor, in one look."""
    return store.read(_first, view, sort)


def ids(store: Store, view: str, sort: str, find: str = "") -> "Future[array[int]]":
    """All ids of a view in a sort's order; with a text to find, those of all orders that hold its words."""
    return store.read(browse.found, find) if find.strip() else store.read(browse.ids, view, sort, now_ms=_now_ms())


def rows(store: Store, order_ids: Sequence[int]) -> "Future[list[OrderRow]]":
    """The rows of some orders, in the order of the ids."""
    return store.read(browse.rows, order_ids)


def counts(store: Store) -> "Future[Counts]":
    """The numbers that stand beside the views."""
    return store.read(browse.counts)


def package_troubles(store: Store) -> "Future[dict[int, PackageTrouble]]":
    """What is wrong with the packages of orders that are late, quiet or in trouble now, the worst first."""
    return store.read(browse.package_troubles, _now_ms())


def since(store: Store, cursor: int) -> "Future[Changes]":
    """What was saved since a cursor of the feed, by this program or another."""
    return store.read(changes.since, cursor)


def _first(db: Db, view: str, sort: str) -> First:
    page = browse.rows(db, browse.ids(db, view, sort, PAGE, now_ms=_now_ms()))
    quick = not page or browse.newest(db) <= COUNTED_AT_ONCE
    return First(page, browse.counts(db) if quick else None, connections.every(db), changes.newest(db))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
