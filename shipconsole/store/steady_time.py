"""The steady time of a store: what calls wait by, whoever sets the computer's clock.

It began as the wall time, and goes on by a clock that nobody sets; while the computer is off it stands still. So what
waits for two minutes has waited for two minutes of a running computer, and never longer because a clock was set back.
"""

from shipconsole.store.database import Db


def now_ms(db: Db, *, run: str, monotonic_ms: int, wall_ms: int) -> int:
    """Return the steady time; `monotonic_ms` counts under one `run` of the computer."""
    row = db.row("steady_time.get")
    if row is None:
        return wall_ms
    at_ms, kept_run, kept_monotonic_ms = row
    passed_ms = monotonic_ms - kept_monotonic_ms
    # Fewer than before: the computer was started anew, and how long it was off is not known.
    return at_ms + passed_ms if run == kept_run and passed_ms > 0 else at_ms


def is_of(db: Db, run: str) -> bool:
    """Return whether the steady time goes on in this run of the computer already."""
    row = db.row("steady_time.get")
    return row is not None and row[1] == run


def keep(db: Db, *, run: str, monotonic_ms: int, wall_ms: int) -> None:
    """Keep the steady time, from which it goes on after the computer's next start."""
    at_ms = now_ms(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms)
    db.change("steady_time.keep", at_ms=at_ms, run=run, monotonic_ms=monotonic_ms)
