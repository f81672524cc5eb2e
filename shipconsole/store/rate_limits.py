"""Turns at a platform's account: when the next call may leave, for all programs on one store together."""

from shipconsole.store.database import Db


def take(db: Db, connection_id: int, *, now_ms: int, interval_ms: int, slack_ms: int, furthest_ms: int) -> int:
    """Take the next turn of a connection and tell when it is.

    Turns lie `interval_ms` apart; those that nobody took are kept for `slack_ms`. No turn lies further ahead than
    `furthest_ms`: whoever would wait longer gives up anyway.
    """
    db.change("turns.begin", connection_id=connection_id)
    db.change(
        "turns.take",
        connection_id=connection_id,
        interval_ms=interval_ms,
        earliest_ms=now_ms - slack_ms,
        latest_ms=now_ms + furthest_ms,
    )
    following_ms: int = db.value("turns.following", connection_id=connection_id)
    return following_ms - interval_ms
