"""Where changed orders belong in a list that is shown, so that one change does not read the whole list again."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from shipconsole.domain.order_row import OrderRow
from shipconsole.store import browse, changes
from shipconsole.store.database import Db

Key = tuple[int | str, ...]
_AT_ONCE = 9
"""So many orders are looked at in one statement to find a place: a million are divided by ten six times."""
_UNSURE_MOST = 100


class Placement(NamedTuple):
    """What changes in a list: positions to take out, from the last to the first, then places and ids to put in."""

    rows: Sequence[OrderRow]
    removed: Sequence[int]
    inserted: Sequence[tuple[int, int]]


def placement(
    db: Db, view: str, sort: str, listed: "array[int]", positions: Mapping[int, int | None], cursor: int
) -> Placement | None:
    """Return where changed orders, given with their positions in a list, belong in it.

    The list shows the state up to the change feed's `cursor`; orders that changed since are not compared with. Return
    None where so many did that the list is better read again.
    """
    since = changes.since(db, cursor)
    unsure = {change.ref_id for change in since.changes if change.kind == "order"} | positions.keys()
    if since.too_many or len(unsure) > _UNSURE_MOST:
        return None

    def keys_of(ids: Sequence[int]) -> dict[int, Key]:
        return browse.places(db, view, sort, ids)

    beside = [listed[at] for position in positions.values() for at in _beside(position, len(listed))]
    keys = keys_of([*positions, *(id_ for id_ in beside if id_ not in unsure)])
    for id_, position in positions.items():
        if position is not None and id_ in keys and _is_in_place(listed, position, keys, unsure - {id_}):
            unsure.discard(id_)
    moved = [id_ for id_ in positions if id_ in unsure]
    removed = sorted(position for id_ in moved if (position := positions[id_]) is not None)
    slots: list[tuple[int, Key, int]] = []
    for id_ in moved:
        if id_ in keys:
            slot = _slot(listed, keys[id_], unsure, keys_of)
            if slot is None:
                return None
            slots.append((slot, keys[id_], id_))
    inserted = [(slot - bisect_left(removed, slot) + n, id_) for n, (slot, _, id_) in enumerate(sorted(slots))]
    return Placement(browse.rows(db, tuple(positions)), removed[::-1], inserted)


def _beside(position: int | None, count: int) -> list[int]:
    return [] if position is None else [at for at in (position - 1, position + 1) if 0 <= at < count]


def _is_in_place(listed: "array[int]", position: int, keys: Mapping[int, Key], unsure: set[int]) -> bool:
    """Return whether an order stands between those beside it, which have not changed."""
    for at in _beside(position, len(listed)):
        key = None if listed[at] in unsure else keys.get(listed[at])
        if key is None or (key < keys[listed[position]]) != (at < position):
            return False
    return True


def _slot(
    listed: "array[int]", key: Key, unsure: set[int], keys_of: Callable[[Sequence[int]], Mapping[int, Key]]
) -> int | None:
    """Return before which position a key belongs; None where too many orders there have changed."""
    low, high = 0, len(listed)
    while True:
        is_last = high - low <= _AT_ONCE
        step = (high - low) / (_AT_ONCE + 1)
        looked_at = range(low, high) if is_last else [low + int(step * n) for n in range(1, _AT_ONCE + 1)]
        sure = [(at, listed[at]) for at in looked_at if listed[at] not in unsure]
        keys = keys_of([id_ for _, id_ in sure])
        before = low, high
        for at, id_ in sure:
            if id_ in keys and keys[id_] < key:
                low = at + 1
            elif id_ in keys:
                high = at
                break
        if is_last:
            return low
        if before == (low, high):
            return None
