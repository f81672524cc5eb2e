"""The simulated queue for the lock of all writers against what is known of such queues."""

from statistics import mean

import pytest

from tests.bench.lock_queue import HELD_MS, TRIPS, WORK, Way, Work, simulate

ALONE = Way("one lock")
STEADY_MS = (10.0, 10.0)
STEADY = Work((), 2.0)
"""Each station writes twice a second at any moment: arrivals without memory."""


def test_a_group_waits_as_long_as_the_formula_of_such_a_queue_says() -> None:
    # 25 stations, 50 groups a second of 10 ms each: half busy. A queue of fixed lengths then has everyone wait
    # 0.5 / (2 * (1 - 0.5)) lengths at the mean, and half of them not at all (Pollaczek and Khinchine).
    found = simulate(25, ALONE, work=STEADY, held_ms=STEADY_MS, trips=0, seconds=2_000)
    assert found.busy == pytest.approx(0.5, abs=0.03)
    assert found.p50_ms < 1
    assert 25 < found.p99_ms < 55


def test_the_same_seed_gives_the_same_figures_and_another_one_similar_ones() -> None:
    first, again, other = (
        simulate(20, ALONE, work=WORK, held_ms=HELD_MS, trips=TRIPS, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert other != first
    assert other.busy == pytest.approx(first.busy, rel=0.1)


def test_what_is_held_longer_than_there_is_time_ends_in_a_queue_of_everybody() -> None:
    # 200 groups a second of 10 ms are twice of what one lock takes: each station then waits for all others.
    found = simulate(100, ALONE, work=STEADY, held_ms=STEADY_MS, trips=0, seconds=60)
    assert found.busy > 0.99
    assert found.p50_ms > 500


def test_locks_apart_wait_less_only_where_the_server_takes_several_at_once() -> None:
    how = {"work": STEADY, "held_ms": STEADY_MS, "trips": 0, "seconds": 300}
    one = simulate(45, ALONE, **how)
    apart_alone = simulate(45, Way("", locks=5), **how)
    apart = simulate(45, Way("", locks=5, at_once=4), **how)
    servers = simulate(45, Way("", servers=5), **how)
    assert apart_alone.p99_ms > one.p99_ms / 2
    assert apart.p99_ms < one.p99_ms / 2
    assert servers.p99_ms < one.p99_ms / 2
    assert mean((servers.groups_s, one.groups_s)) == pytest.approx(90, rel=0.1)
