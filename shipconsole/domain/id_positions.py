"""Where each of many ids stands, found at once however many there are."""

from array import array
from collections.abc import Mapping, Sequence

SMALL = 10_000
"""Up to so many ids a mapping is quick to make and small enough."""
_SPARSE = 16
"""Ids of the store are dense; a list in which they are further apart than this gets a mapping all the same."""
_NONE = -1


class Positions:
    """The positions of ids in a list: a mapping for a few, for many a table by id, 4 bytes for each id."""

    __slots__ = ("_by_id",)

    def __init__(self, ids: Sequence[int]) -> None:
        """Note the positions; takes 50 ms for a million ids, so that a thread other than the window's does it."""
        highest = max(ids, default=0)
        self._by_id: Mapping[int, int] | array[int]
        if len(ids) <= SMALL or highest > _SPARSE * len(ids):
            self._by_id = {id_: position for position, id_ in enumerate(ids)}
            return
        table = array("i", [_NONE]) * (highest + 1)
        for position, id_ in enumerate(ids):
            table[id_] = position
        self._by_id = table

    def of(self, id_: int) -> int | None:
        """Return the position of an id, None if it is not in the list."""
        if isinstance(self._by_id, Mapping):
            return self._by_id.get(id_)
        found = self._by_id[id_] if 0 <= id_ < len(self._by_id) else _NONE
        return None if found == _NONE else found
