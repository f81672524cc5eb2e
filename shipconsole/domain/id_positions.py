"""Where each of many ids stands, found at once however many there are."""

from array import array
from collections.abc import Mapping, Sequence

SMALL = 10_000
"""Up to so many ids a mapping is quick to make and small enough."""
_SPARSE = 16
"""Ids of the store are dense; a list in which they are further apart than this gets a mapping all the same."""
_NONE = -1
EDITS_MOST = 256
"""After so many changes the positions are better made anew: each is looked at to find an id."""


class Positions:
    """The positions of ids in a list: a mapping for a few, for many a table by id, 4 bytes for each id.

    Ids that are put in or taken out later are noted beside it, so that one change costs the same in any list.
    """

    __slots__ = ("_by_id", "_edits", "_inserted")

    def __init__(self, ids: Sequence[int]) -> None:
        """Note the positions; takes 50 ms for a million ids, so that a thread other than the window's does it."""
        self._edits: list[tuple[int, int]] = []
        self._inserted: dict[int, tuple[int, int]] = {}
        highest = max(ids, default=0)
        self._by_id: Mapping[int, int] | array[int]
        if len(ids) <= SMALL or highest > _SPARSE * len(ids):
            self._by_id = {id_: position for position, id_ in enumerate(ids)}
            return
        table = array("i", [_NONE]) * (highest + 1)
        for position, id_ in enumerate(ids):
            table[id_] = position
        self._by_id = table

    @property
    def edits(self) -> int:
        """How many ids were put in or taken out since."""
        return len(self._edits)

    def insert(self, position: int, id_: int) -> None:
        """Put in an id that is not in the list; those from there on stand one further down."""
        self._edits.append((position, 1))
        self._inserted[id_] = position, len(self._edits)

    def remove(self, position: int, id_: int) -> None:
        """Take out the id at a position; those below stand one further up."""
        self._inserted.pop(id_, None)
        self._edits.append((position, -1))

    def of(self, id_: int) -> int | None:
        """Return the position of an id, None if it is not in the list."""
        found, since = self._inserted.get(id_, (_NONE, 0))
        if found == _NONE:
            found = self._first(id_)
        if found == _NONE:
            return None
        for position, by in self._edits[since:] if since else self._edits:
            if position < found or (by > 0 and position == found):
                found += by
            elif position == found:
                return None
        return found

    def _first(self, id_: int) -> int:
        if isinstance(self._by_id, Mapping):
            return self._by_id.get(id_, _NONE)
        return self._by_id[id_] if 0 <= id_ < len(self._by_id) else _NONE
