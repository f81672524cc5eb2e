"""The change feed: what was saved since a cursor, by this program or another."""

from typing import NamedTuple


class Change(NamedTuple):
    """A row of a kind (`order`, `call`, `connection`, …) was saved."""

    kind: str
    ref_id: int


class Changes(NamedTuple):
    """What changed up to a cursor; if `too_many`, the list is incomplete and everything has to be reloaded."""

    cursor: int
    changes: tuple[Change, ...]
    too_many: bool
