"""How long the outbox waits for what: the one table of its times and limits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """Times and limits of the outbox. A test that plays hours in seconds hands in smaller ones.

    `settle_delay_ms` is how long a platform may still act on what it did not answer, where its connection does not say;
    it is no shorter than `settle_delay_answers` times the longest answer seen of a connection. `looks_ms` are the
    pauses before each look at a platform after an unknown outcome, counted from the look before; when they are used up,
    a person is asked. A call that left `max_attempts` times in vain is given to a person. `failures_most` calls in a
    row within `failures_within_ms` that found nobody there have a connection asked something harmless first, at pauses
    from `ask_base_s` to `ask_cap_s`. `job_pauses_s` are the pauses before each look at a platform's job, the last one
    again and again; what has not ended after `job_lasts_s` is no longer waited for. `process_rest_s` is the rest after
    each few webhooks that were worked off.
    """

    at_once: int = 4
    at_once_each: int = 2
    lease_ms: int = 60_000
    claim_fresh_s: float = 2.0
    settle_delay_ms: int = 120_000
    settle_delay_answers: int = 4
    looks_ms: tuple[int, ...] = (120_000, 180_000, 600_000, 2_700_000)
    look_again_ms: int = 30_000
    refresh_pauses_s: tuple[float, ...] = (0.2, 0.4, 0.8, 1.6, 3.2)
    backoff_base_s: float = 2.0
    backoff_cap_s: float = 300.0
    max_attempts: int = 12
    hold_cap_s: int = 600
    wait_cap_s: float = 3_600.0
    keyring_pause_s: float = 30.0
    keep_trying_s: float = 20.0
    look_after_every_s: float = 10.0
    round_s: float = 1.0
    failures_most: int = 5
    failures_within_ms: int = 60_000
    ask_base_s: float = 5.0
    ask_cap_s: float = 60.0
    crashes_most: int = 2
    job_pauses_s: tuple[float, ...] = (2.0, 5.0, 15.0, 60.0)
    job_lasts_s: float = 3_600.0
    process_rest_s: float = 0.0


USUAL = Timings()
BESIDE_A_WINDOW = Timings(process_rest_s=0.08)
"""Where a packer works in the same program, who must not feel that thousands of webhooks came."""
