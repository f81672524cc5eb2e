"""Steady time: the time that updates wait by, independent of changes to the computer's clock.

It starts as the wall time and continues by the monotonic clock; while the computer is off it stands still. So a wait of
two minutes is two minutes of a running computer, and never longer because the clock was set back.

Stations that share a server wait by the server's clock instead, whatever the clocks of their computers say.
"""

from collections.abc import Mapping

from shipconsole.store.database import Db

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "claim": ("at_ms", "seen_at_ms"),
    "call": ("due_at_ms", "check_at_ms", "first_try_ms", "may_act_until_ms", "lease_until_ms"),
    "connection": ("held_until_ms", "failing_since_ms"),
    "follow_up_job": ("due_at_ms",),
    "lease": ("until_ms",),
    "rate_limit": ("next_at_ms",),
    "sending_station": ("seen_at_ms",),
}
"""The columns that hold steady times, by table; 0 stands for no time, or for at once."""
IN_EVIDENCE = "absent_at_ms"
"""The steady time in an update's evidence: since when the platform was found not to have it."""


def now_ms(db: Db, *, run: str, monotonic_ms: int, wall_ms: int) -> int:
    """Return the steady time; `monotonic_ms` counts within one `run` (boot) of the computer."""
    if (server_ms := db.server_ms()) is not None:
        return server_ms
    row = db.row("steady_time.get")
    if row is None:
        return wall_ms
    at_ms, stored_run, stored_monotonic_ms = row
    passed_ms = monotonic_ms - stored_monotonic_ms
    # A lower value: the computer was restarted, and how long it was off is unknown.
    return at_ms + passed_ms if run == stored_run and passed_ms > 0 else at_ms


def shared_ms(db: Db, *, wall_ms: int) -> int:
    """Return the wall time that all stations share: the server's, whose clock is one; without a server `wall_ms`.

    A time that one station stores and another judges by is this one: their own clocks may be an hour apart.
    """
    server_ms = db.server_ms()
    return wall_ms if server_ms is None else server_ms


def is_current_run(db: Db, run: str) -> bool:
    """Return whether the stored steady time is of this run of the computer."""
    if db.server_ms() is not None:
        return True
    row = db.row("steady_time.get")
    return row is not None and row[1] == run


def save(db: Db, *, run: str, monotonic_ms: int, wall_ms: int) -> None:
    """Store the steady time, from which it continues after the computer's next start."""
    if db.server_ms() is not None:
        return
    at_ms = now_ms(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms)
    db.change("steady_time.save", at_ms=at_ms, run=run, monotonic_ms=monotonic_ms)
