"""The change feed: what was saved since a cursor, by whichever thread or program."""

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.store.database import Db

KEPT = 10_000
MOST = 500


def newest(db: Db) -> int:
    """The cursor of now."""
    return int(db.value("changes.newest"))


def since(db: Db, cursor: int) -> Changes:
    """What changed after a cursor, each thing once."""
    rows = db.rows("changes.since", cursor=cursor, most=MOST + 1)
    if len(rows) > MOST:
        return Changes(newest(db), (), too_many=True)
    last = max((seq for seq, _, _ in rows), default=cursor)
    return Changes(last, tuple(Change(kind, ref_id) for _, kind, ref_id in rows), too_many=False)


def forget_old(db: Db) -> None:
    """Drop notes that every screen has long seen."""
    db.change("changes.forget", kept=KEPT)
