"""Holding: what was unfinished in a database that may be older than what was sent waits for a person."""

from shipconsole.domain.message import Message
from shipconsole.store.database import Db

UNDECIDED = Message("restore.unknown")


def hold_updates(db: Db, now_ms: int) -> tuple[int, tuple[str, ...]]:
    """Have every unfinished update and automatic rule wait; return how many updates, and whose rules."""
    db.change("backup.note_undecided", message=UNDECIDED, now_ms=now_ms)
    updates = sum(
        db.change(f"backup.{name}", message=UNDECIDED, now_ms=now_ms)
        for name in ("leave_sent_open", "leave_unsent_open")
    )
    db.change("backup.recount_needs_attention", now_ms=now_ms)
    rules = tuple(str(name) for (name,) in db.rows("backup.review_rules"))
    return updates, rules
