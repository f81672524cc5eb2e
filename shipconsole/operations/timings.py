"""The times and limits of the outbox, in one table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """Times and limits of the outbox; a test that plays hours in seconds passes smaller ones.

    Of each connection's updates at most `most_per_connection` are under way at once, and no more than `most_waiting` of
    them are prepared or wait for the rate limit: with slow responses more are in flight, as many as the limit permits.
    `settle_delay_ms` is how long a platform may still act on a request that got no response, where its connection
    does not say; it is at least `settle_delay_answers` times the longest response time of the connection.
    `check_pauses_ms` are the pauses before each check after an unknown outcome; after the last one a person has to
    decide. A call that was sent `max_attempts` times needs attention. After `failures_most` failures in a row
    within `failures_within_ms` a connection is probed first, with pauses from `ask_base_s` to `ask_cap_s`.
    `job_pauses_s` are the pauses before each check of a batch job, the last one repeated; after `job_lasts_s` the
    job is no longer awaited. `process_rest_s` is the pause after each few webhook events. A station without a
    heartbeat for `sender_lost_ms` counts for nothing. One does a work for all others for `task_lease_ms`, or sends
    a connection's updates for `sending_lease_ms`, unless it goes on with it; a platform that it does not reach it
    leaves to others for `unreachable_rest_s`. A lease that lasts more than `clock_steps_ms` longer than it can is from
    before the clock was set back, and over. The countdown of a shipment that no one commanded takes at least
    `countdown_least_s`; the shipment is left to a person `countdown_late_s` after it was to end.
    """

    most_per_connection: int = 4
    most_waiting: int = 2
    lease_ms: int = 60_000
    clock_steps_ms: int = 2_000
    claim_fresh_s: float = 2.0
    settle_delay_ms: int = 120_000
    settle_delay_answers: int = 4
    check_pauses_ms: tuple[int, ...] = (120_000, 180_000, 600_000, 2_700_000)
    recheck_ms: int = 30_000
    refresh_pauses_s: tuple[float, ...] = (0.2, 0.4, 0.8, 1.6, 3.2)
    backoff_base_s: float = 2.0
    backoff_cap_s: float = 300.0
    max_attempts: int = 12
    hold_cap_s: int = 600
    countdown_least_s: float = 5.0
    countdown_late_s: float = 5.0
    wait_cap_s: float = 3_600.0
    keyring_pause_s: float = 30.0
    keep_trying_s: float = 20.0
    recover_every_s: float = 10.0
    round_s: float = 1.0
    failures_most: int = 5
    failures_within_ms: int = 60_000
    ask_base_s: float = 5.0
    ask_cap_s: float = 60.0
    crashes_most: int = 2
    job_pauses_s: tuple[float, ...] = (2.0, 5.0, 15.0, 60.0)
    job_lasts_s: float = 3_600.0
    process_rest_s: float = 0.0
    sender_lost_ms: int = 60_000
    task_lease_ms: int = 60_000
    sending_lease_ms: int = 15_000
    unreachable_rest_s: float = 10.0


USUAL = Timings()
BESIDE_A_WINDOW = Timings(process_rest_s=0.08)
"""For a program with a window: a packer must not notice that thousands of webhook events arrived."""
