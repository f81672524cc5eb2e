"""The change feed: what was saved since a cursor, by any thread or process."""

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.store.database import Db

KEPT = 10_000
MOST = 500


def newest(db: Db) -> int:
    """Return the current cursor."""
    return int(db.value("changes.newest"))


def since(db: Db, cursor: int) -> Changes:
    """Return what changed after a cursor, each thing once."""
    rows = db.rows("changes.since", cursor=cursor, most=MOST + 1)
    if len(rows) > MOST:
        return Changes(newest(db), (), too_many=True)
    last = max((seq for seq, _, _ in rows), default=cursor)
    return Changes(last, tuple(Change(kind, ref_id) for _, kind, ref_id in rows), too_many=False)


def forget_old(db: Db) -> None:
    """Delete rows that every window has seen long ago."""
    db.change("changes.forget", kept=KEPT)
