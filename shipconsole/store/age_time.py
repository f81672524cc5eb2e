"""The time that ages are counted by, before anything is removed for its age: a clock that is ahead removes nothing.

What is removed never comes back, and a computer's clock can be a year ahead, after a repair or by a wrong key. So a
step of the clock, ahead or back, counts only once the computer has run an hour for each day of it. Until then ages are
counted by the steady time (`store.steady_time`), which only a running computer advances. That is the simplest rule that
is safe and needs no person: a night counts after 40 minutes, a month in which the warehouse was closed after 30 hours,
and a year only after two weeks by day and night, in which every platform's certificate would have expired. A person who
knows that the clock is right can say so (`follow_at_once`). The newest times stored prove no more than the steady time:
whatever stored them kept that, too.

Only the least by which the clock was ahead all the while counts: it may be wrong a little for weeks, then by a year.

On a server it is the earlier of the server's clock and the station's: both have to be ahead to remove too much.
"""

from shipconsole.store import steady_time
from shipconsole.store.database import Db

DAYS_AN_HOUR = 24
"""How many times longer a step may be than the computer ran since: a day for each hour."""


def now_ms(db: Db, *, run: str, monotonic_ms: int, wall_ms: int) -> int:
    """Return the time that ages are counted by, never later than the wall time."""
    if (server_ms := db.server_ms()) is not None:
        return min(server_ms, wall_ms)
    row = db.row("age_time.get")
    # Nothing is known of any earlier time: nothing is old.
    if row is None:
        return 0
    return min(wall_ms, row[0] + steady_time.now_ms(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms))


def follow(db: Db, *, run: str, monotonic_ms: int, wall_ms: int) -> int:
    """Let the time that ages are counted by follow the wall time as far as that may be; return it."""
    steady_time.save(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms)
    row = None if db.server_ms() is not None else db.row("age_time.get")
    if row is not None:
        apart_ms, step_ms, step_at_ms = row
        steady_ms = steady_time.now_ms(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms)
        ahead_ms = wall_ms - steady_ms - apart_ms
        if ahead_ms * step_ms <= 0:
            step_ms, step_at_ms = ahead_ms, steady_ms
        elif abs(ahead_ms) < abs(step_ms):
            step_ms = ahead_ms
        if (steady_ms - step_at_ms) * DAYS_AN_HOUR >= abs(step_ms):
            apart_ms += step_ms
            step_ms, step_at_ms = ahead_ms - step_ms, steady_ms
        db.change("age_time.save", apart_ms=apart_ms, step_ms=step_ms, step_at_ms=step_at_ms)
    return now_ms(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms)


def follow_at_once(db: Db, *, run: str, monotonic_ms: int, wall_ms: int) -> None:
    """Count ages by the wall time from now on, because a person says that it is right."""
    steady_time.save(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms)
    if db.server_ms() is None:
        steady_ms = steady_time.now_ms(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms)
        db.change("age_time.save", apart_ms=wall_ms - steady_ms, step_ms=0, step_at_ms=steady_ms)
