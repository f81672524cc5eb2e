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


def followed(db: Db, cursor: int) -> Changes:
    """Return what changed after a cursor, for who follows the feed and nothing else; all, where it may have gone back.

    A server that crashed, or another that took its place, can lack commits that were seen and that no one was told of.
    Later ones then have numbers that were seen.
    """
    return Changes(newest(db), (), too_many=True) if db.is_new_view() else since(db, cursor)


def concerns(db: Db, changes: Changes, order_id: int) -> bool:
    """Return whether changes are of an order, its updates, or orders with its number; True for one that is gone."""
    if changes.too_many:
        return True
    alike = {id_ for (id_,) in db.rows("changes.orders_alike", order_id=order_id)}
    if order_id not in alike or any(change.kind == "order" and change.ref_id in alike for change in changes.changes):
        return True
    changed_calls = {change.ref_id for change in changes.changes if change.kind == "call"}
    return bool(changed_calls) and any(
        call_id in changed_calls for id_ in alike for (call_id,) in db.rows("changes.calls_of_order", order_id=id_)
    )


def forget_old(db: Db) -> None:
    """Delete rows that every window has seen long ago."""
    db.change("changes.forget", kept=KEPT)
