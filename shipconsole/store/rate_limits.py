"""Rate limits: when the next request to a connection can be sent, shared by all processes on one database."""

from shipconsole.store.database import Db


def take(
    db: Db, connection_id: int, *, now_ms: int, interval_ms: int, slack_ms: int, patience_ms: int, furthest_ms: int
) -> int:
    """Reserve the next time to send to a connection and return it.

    Times are `interval_ms` apart; unused ones stay available for `slack_ms`. One that is further ahead than
    `patience_ms` is returned and not reserved: the caller does not wait so long, and many callers would reserve times
    that no one uses. One further ahead than `furthest_ms` is left from a clock that was set back, and starts over.
    """
    db.change("rate_limits.begin", connection_id=connection_id)
    is_taken = db.change(
        "rate_limits.take",
        connection_id=connection_id,
        interval_ms=interval_ms,
        earliest_ms=now_ms - slack_ms,
        patient_ms=now_ms + patience_ms,
        latest_ms=now_ms + furthest_ms,
    )
    next_at_ms: int = db.value("rate_limits.next_at", connection_id=connection_id)
    return next_at_ms - interval_ms if is_taken else next_at_ms
