"""The search for orders by parts of their search text on a server, which has an index of trigrams.

The index finds all orders that have a text's trigrams, in any place, and each of them is then read: good for a rare
text. For one that many orders have, the newest are compared one by one until there are enough. Which is better follows
from how many orders have the text and how many its trigrams, which some orders tell: none is counted.
"""

from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.store import search_text
from shipconsole.store.database import Db, Row
from shipconsole.store.orders import match_key
from shipconsole.store.queries import NO_LIMIT

NEWEST = 500
"""How many of the newest orders are compared first, and how many others tell the rest: part of a millisecond each."""
_READ_COST = 4
"""How many orders are compared in turn in the time in which one that the index found is read."""


class _Parts(NamedTuple):
    """The patterns of which an order has all, the longest first, and the one that only an exact number has."""

    patterns: list[str]
    exact: str

    def newest(self, db: Db, count: int, most: int) -> list[Row]:
        longest, *others = self.patterns
        values = {"longest": longest, "others": others, "exact": self.exact}
        return db.rows("browse.containing_among_newest", newest=count, most=most, **values)

    def by_index(self, db: Db, most: int) -> list[Row]:
        longest, *others = self.patterns
        values = {"longest": longest, "exact": self.exact}
        if not others:
            return db.rows("browse.containing", others=[], most=most, **values)
        second, *others = others
        return db.rows("browse.containing_both", second=second, others=others, most=most, **values)


def containing(db: Db, text: str, most: int) -> list[int]:
    """Return the ids of orders that have all words of a text: those with exactly that number first, then the newest.

    Of a number with accents or typographic signs that were not typed, that order is among the first only if it is among
    the newest `most`.
    """
    exact = search_text.number_pattern(text)
    rows = [row for patterns in search_text.patterns(text) for row in _found(db, _Parts(patterns, exact), most)]
    if not rows:
        return []
    first = {id_ for id_, is_exact in rows if is_exact}
    if len(rows) >= most:
        first |= _with_number(db, text, exact)
    ids = {id_ for id_, _ in rows}
    return [*sorted(first, reverse=True), *sorted(ids - first, reverse=True)][:most]


def _found(db: Db, parts: _Parts, most: int) -> list[Row]:
    if most == NO_LIMIT:
        return parts.by_index(db, most)
    found, sample = _first(db, parts, most)
    if sample is not None:
        share = max(sample.share, len(found) / NEWEST)
        if not share and most * NEWEST < sample.worth:
            # No order of the sample has the text, maybe none at all; but the index would read very many.
            found = parts.newest(db, most * NEWEST, most)
            share = len(found) / (most * NEWEST)
        if len(found) < most and share and most / share < sample.worth:
            # As long as the index takes at most, since the orders that have a text are not spread evenly.
            found = parts.newest(db, sample.worth, most)
    return found if len(found) >= most else parts.by_index(db, most)


class _Sample(NamedTuple):
    """What some orders tell about a text: which share of them has it, and how many to compare in the index's time."""

    share: float
    worth: int


def _first(db: Db, parts: _Parts, most: int) -> tuple[list[Row], _Sample | None]:
    """Return what is found among the newest, and a sample if that is not enough; none of so few orders as are fast."""
    longest, *others = parts.patterns
    indexed = [pattern for part in parts.patterns[:2] for pattern in search_text.indexed(part)]
    values = {"longest": longest, "others": others, "indexed": indexed, "exact": parts.exact}
    rows = db.rows("browse.containing_first", newest=NEWEST, most=most, **values)
    found = [(id_, is_exact) for id_, is_exact, *_ in rows if id_ is not None]
    _, _, compared, in_index, having, orders = rows[-1] if rows else (None, 0, 0, 0, 0, 0)
    if compared < NEWEST:
        return found, None
    return found, _Sample(having / NEWEST, min(orders, _READ_COST * round(in_index / NEWEST * orders)))


def _with_number(db: Db, text: str, exact: str) -> set[int]:
    """Return the orders with exactly this number; it may be older than all that were found."""
    forms = {match_key(text.strip()).removeprefix("#"), code.search_key(text).removeprefix("#")} - {""}
    keys = sorted(forms | {f"#{form}" for form in forms})
    return {id_ for (id_,) in db.rows("browse.with_number", keys=keys, exact=exact)}
