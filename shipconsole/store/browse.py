"""The order list: which orders a view has, in which order, and what each row shows."""

from array import array
from collections.abc import Callable, Sequence
from typing import NamedTuple

from shipconsole.domain.order_row import Counts, OrderRow, PackageIssue, Whose
from shipconsole.store import search_text
from shipconsole.store.database import Db, Row
from shipconsole.store.queries import LIST_SIZES

NO_LIMIT = 2**63 - 1
SEARCH_LIMIT = 5_000
DAY_MS = 24 * 3_600_000
LATE_AFTER_MS = DAY_MS
"""A package expected at a certain time is late a day afterwards."""
LATE_AFTER_DAY_MS = DAY_MS + 12 * 3_600_000
"""A package expected on a day, stored as midnight UTC, is late once that day is over in every time zone."""
QUIET_AFTER_MS = 3 * DAY_MS
ISSUE_LASTS_MS = 30 * DAY_MS
"""Older issues are no longer listed."""
_VIEWS = {
    ("to_ship", "due"): "browse.to_ship_by_due",
    ("to_ship", "number"): "browse.to_ship_by_number",
    ("to_ship", "recipient"): "browse.to_ship_by_recipient",
    ("partly", "due"): "browse.partly_by_due",
    ("shipped", "changed"): "browse.shipped_by_changed",
    ("waiting", "changed"): "browse.waiting_by_changed",
    ("needs_attention", "due"): "browse.needs_attention_by_due",
    ("late", "worst"): "browse.package_issues",
    ("mine", "due"): "browse.mine_by_due",
    ("all", "changed"): "browse.all_by_changed",
}
VIEWS: dict[str, tuple[str, ...]] = {view: tuple(sort for known, sort in _VIEWS if known == view) for view, _ in _VIEWS}
"""Each view of the order list with the sorts it offers, the usual one first."""

_KEYS: dict[str, Callable[["_Place"], tuple[int | str, ...]]] = {
    "due": lambda order: (-order.is_first, order.due_at_ms, order.number_key, order.id),
    "number": lambda order: (-order.is_first, order.number_key, order.id),
    "recipient": lambda order: (-order.is_first, order.recipient, order.id),
    "changed": lambda order: (-order.changed_at_ms, -order.id),
    "attention": lambda order: (order.due_at_ms, order.number_key, order.id),
}
"""What each sort compares, as its statement does. Texts are compared by their code points, as both engines do."""
_BELONGS: dict[str, Callable[["_Place"], bool]] = {
    "to_ship": lambda order: order.left_units > 0,
    "partly": lambda order: order.state == "partly_shipped",
    "shipped": lambda order: order.state == "shipped",
    "waiting": lambda order: order.waiting_updates > 0,
    "needs_attention": lambda order: order.needs_attention > 0,
    "all": lambda _: True,
}
PLACED_VIEWS = frozenset(_BELONGS)
"""The views in which an order's own row decides whether it is there, and where."""

NO_OWNER = Whose()
_ISSUES: dict[int, PackageIssue] = {1: "quiet", 2: "late", 3: "exception"}
_FIELDS = tuple(OrderRow.model_fields)
"""In the order of the columns of `browse.rows`."""


def ids(
    db: Db, view: str, sort: str, most: int = NO_LIMIT, *, now_ms: int = 0, whose: Whose = NO_OWNER
) -> "array[int]":
    """Return the ids of a view in a sort order, at most `most`.

    Lateness is judged at `now_ms`; `whose` are the orders of the view of one's own.
    """
    if view == "late":
        return array("q", package_issues(db, now_ms, most))
    if view == "mine":
        return db.ids(_VIEWS[view, sort], most=most, **whose._asdict())
    return db.ids(_VIEWS[view, sort], most=most)


class _Place(NamedTuple):
    """The columns of `browse.places`."""

    id: int
    is_first: int
    due_at_ms: int
    number_key: str
    recipient: str
    changed_at_ms: int
    left_units: int
    state: str
    waiting_updates: int
    needs_attention: int


def places(db: Db, view: str, sort: str, order_ids: Sequence[int]) -> dict[int, tuple[int | str, ...]]:
    """Return by id what decides where orders stand in a view of `PLACED_VIEWS`; those that are not in it have none."""
    key, belongs = _KEYS["attention" if view == "needs_attention" else sort], _BELONGS[view]
    found = map(_Place._make, db.rows("browse.places", ids=list(order_ids)))
    return {order.id: key(order) for order in found if belongs(order)}


def package_issues(db: Db, now_ms: int, most: int = NO_LIMIT) -> dict[int, PackageIssue]:
    """Return by order id the worst issue of its packages, the worst first."""
    rows = db.rows(
        "browse.package_issues",
        not_before_ms=now_ms - ISSUE_LASTS_MS,
        expected_before_ms=now_ms - LATE_AFTER_MS,
        day_before_ms=now_ms - LATE_AFTER_DAY_MS,
        day_ms=DAY_MS,
        quiet_before_ms=now_ms - QUIET_AFTER_MS,
        most=most,
    )
    return {order_id: _ISSUES[issue] for order_id, issue, _ in rows}


def found(db: Db, text: str, most: int = SEARCH_LIMIT) -> "array[int]":
    """Return the ids of orders whose number, recipient, city, SKUs or tracking numbers contain all words of a text.

    A word of three characters and more may occur anywhere, a shorter one at the beginning of a word. Orders with
    exactly that number come first, then the newest. A label as it was scanned finds its tracking number.
    """
    from shipconsole.domain import label  # not needed for the first page

    ids = _containing(db, text, most)
    if not ids and (number := label.carrier_number(text)) not in ("", text):
        ids = _containing(db, number, most)
    return ids


def _containing(db: Db, text: str, most: int) -> "array[int]":
    if db.engine == "postgresql":
        # Loaded for a search: the list is painted before.
        from shipconsole.store import parts_search

        return array("q", parts_search.containing(db, text, most))
    query = search_text.query(text)
    if not query:
        return array("q")
    exact = db.rows("browse.containing", phrase=search_text.number_query(text), most=most)
    others = db.rows("browse.containing", phrase=query, most=most)
    return array("q", dict.fromkeys(id_ for (id_,) in (*exact, *others)))[:most]


def rows(db: Db, order_ids: Sequence[int]) -> list[OrderRow]:
    """Return the rows of some orders, in the order of the ids; an order that is gone is left out."""
    by_id: dict[int, Row] = {}
    step = LIST_SIZES[-2]
    for start in range(0, len(order_ids), step):
        part = list(order_ids[start : start + step])
        by_id.update({row[0]: row for row in db.rows("browse.rows", ids=part)})
    return list(OrderRow.many(dict(zip(_FIELDS, by_id[id_], strict=True)) for id_ in order_ids if id_ in by_id))


def counts(db: Db, whose: Whose = NO_OWNER) -> Counts:
    """Return the counts beside the views, which the database keeps; only one's own few orders are counted."""
    kept: dict[str, int] = dict(db.rows("browse.counts"))
    return Counts(mine=int(db.value("browse.count_mine", **whose._asdict())), **kept)
