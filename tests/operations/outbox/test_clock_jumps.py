"""Clocks that jump, at each point of a call's life: nothing goes early, nothing is stuck, nothing is given up.

A clock is set ahead or back, the computer sleeps, and its zone changes to summer time or back. What protects (a settle
time, a lease, a pause that a platform asked for, a hold) ends no earlier than without, and no later.
"""

import os
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shipconsole.domain.call import ENDED, Call
from shipconsole.domain.message import NO_MESSAGE, verbatim
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import process, stale
from shipconsole.operations.maintenance import retention, shift_report
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.rate_limit import SharedRateLimit
from shipconsole.operations.sending import send, verify
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import steady_time, webhook_events
from shipconsole.store import tracks as stored_tracks
from shipconsole.store.database import Db
from tests.operations.outbox.test_read_back import QUICK
from tests.support.bench import SECRETS, USPS_NUMBERS, draft_of, effects, fault
from tests.support.clock import ManualClock
from tests.support.engines import beside

HOUR_S, DAY_S = 3_600, 86_400
SETTLES_S, LEASE_S = USUAL.settle_delay_ms / 1_000, USUAL.lease_ms / 1_000
ZONE = "EST5EDT,M3.2.0,M11.1.0"
NIGHTS = {
    "summer time begins": datetime(2027, 3, 14, 7, tzinfo=UTC),
    "summer time ends": datetime(2027, 11, 7, 6, tzinfo=UTC),
}
"""When the clocks of that zone change."""


@dataclass(frozen=True, slots=True)
class Life:
    """A call that has come to a point of its life, and what goes on around it."""

    ctx: Context
    clock: ManualClock
    server: SimulatorServer
    call_id: int
    notified: int = 0
    """How often its platform was notified by then."""

    async def call(self) -> Call:
        """The call as it stands now."""
        return (await worker.updates_of(self.ctx, (self.call_id,)))[0]

    def times_notified(self) -> int:
        """How often its platform acted on it."""
        return sum(effect["call"] in ("notify_shipped", "create_order") for effect in effects(self.server))


@dataclass(frozen=True, slots=True)
class Point:
    """How a call comes to a point of its life, in which state it is there, and for how long nothing may go then."""

    reach: "Callable[[Context, ManualClock, SimulatorServer], Awaitable[Life]]"
    state: str
    guarded_s: float = 0.0
    again: int = 1
    """How often its platform acts until the end."""


async def ship(ctx: Context, to: str, *, number: str = "10001", tracking: str = USPS_NUMBERS[0]) -> int:
    order_id, draft = await draft_of(ctx, number, {"MOBILE-CASE-BLK": 1} if number == "10001" else None, tracking)
    return (await shipping.ship(ctx, order_id, draft, (to,))).call_ids[0]


async def held(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    return Life(ctx, clock, server, await ship(replace(ctx, undo_window_s=60), "ShipEngine"))


async def pending(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    return Life(ctx, clock, server, await ship(ctx, "ShipEngine"))


async def sending_once(ctx: Context, clock: ManualClock, server: SimulatorServer, to: str = "ShipEngine") -> Life:
    """Its program ended in the middle of it."""
    call_id = await ship(ctx, to)
    assert await ctx.write(send.claim, ctx, call_id) is not None
    return Life(ctx, clock, server, call_id)


async def sending_repeatable(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    return await sending_once(ctx, clock, server, "Shipup")


async def faulty(ctx: Context, clock: ManualClock, server: SimulatorServer, kind: str, to: str = "ShipEngine") -> Life:
    call_id = await ship(ctx, to)
    fault(server, to.lower(), kind, call="notify_shipped" if to == "ShipEngine" else "create_order", seconds=600)
    await worker.flush(ctx)
    life = Life(ctx, clock, server, call_id)
    return replace(life, notified=life.times_notified())


async def waiting(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    return await faulty(ctx, clock, server, "429")


async def waiting_repeatable(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    return await faulty(ctx, clock, server, "500_before", "Shipup")


async def unknown_and_lost(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    return await faulty(ctx, clock, server, "drop_before")


async def unknown_and_acted_on(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    return await faulty(ctx, clock, server, "drop_after")


async def looked_at(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    """Its program ended while it looked at the platform."""
    life = await faulty(ctx, clock, server, "drop_before")
    clock.pass_s(SETTLES_S)
    assert await ctx.write(verify.begin_check, ctx, life.call_id) is not None
    return life


async def settling(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    """The platform may still act on an older state of the order."""
    await faulty(ctx, clock, server, "drop_before", "Shipup")
    call_id = await ship(ctx, "Shipup", tracking=USPS_NUMBERS[1])
    for _ in range(5):
        clock.pass_s(1)
        await worker.flush(ctx, until_empty=True)
    life = Life(ctx, clock, server, call_id)
    return replace(life, notified=life.times_notified())


async def blocked(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    return await faulty(ctx, clock, server, "401")


async def paused(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    """Its connection was asked for a pause by an answer to another call; another program keeps to it as well."""
    await faulty(ctx, clock, server, "429")
    call_id = await ship(ctx, "ShipEngine", number="10002", tracking=USPS_NUMBERS[1])
    return Life(replace(ctx, held_until_s={}), clock, server, call_id)


async def silent(ctx: Context, clock: ManualClock, server: SimulatorServer) -> Life:
    """Its connection does not answer, so that it is asked something harmless first."""
    (shop,) = await connections.named(ctx, ["ShipEngine"])
    for _ in range(ctx.timings.failures_most):
        await ctx.write(
            circuit_breaker.record_result, ctx, shop, nobody_there=True, message=verbatim("Nobody was there.")
        )
    return Life(ctx, clock, server, await ship(ctx, "ShipEngine"))


POINTS = {
    "held": Point(held, "held", 60),
    "pending": Point(pending, "pending"),
    "sending": Point(sending_once, "sending", LEASE_S + SETTLES_S),
    "sending, repeatable": Point(sending_repeatable, "sending", LEASE_S),
    "waiting": Point(waiting, "retry_wait", 600),
    "waiting, repeatable": Point(waiting_repeatable, "retry_wait"),
    "unknown, lost": Point(unknown_and_lost, "unknown", SETTLES_S),
    "unknown, acted on": Point(unknown_and_acted_on, "unknown", SETTLES_S),
    "being looked at": Point(looked_at, "checking", LEASE_S),
    "settling": Point(settling, "pending", SETTLES_S - 5, again=2),
    "blocked": Point(blocked, "blocked", DAY_S),
    "paused": Point(paused, "pending", 600, again=2),
    "silent": Point(silent, "pending", 2.5),
}
JUMPS: dict[str, Callable[[ManualClock], None]] = {
    **{
        f"{seconds:+} s": lambda clock, seconds=seconds: clock.set_wall_ms(clock.now_ms() + seconds * 1_000)
        for seconds in (-DAY_S, -HOUR_S, HOUR_S, DAY_S)
    },
    "asleep for an hour": lambda clock: clock.pass_s(HOUR_S),
    "asleep for a day": lambda clock: clock.pass_s(DAY_S + HOUR_S),
    "set back asleep": lambda clock: (clock.pass_s(HOUR_S), clock.set_wall_ms(clock.now_ms() - DAY_S * 1_000))[0],
    **dict.fromkeys(NIGHTS, lambda _: None),
}


@contextmanager
def zone(name: str) -> Iterator[None]:
    """Have a local time, as a computer in that zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
        time.tzset()


@pytest.fixture
def here() -> Generator[None]:
    with zone(ZONE):
        yield


def clock_for(bench: Context, jump: str) -> ManualClock:
    """A clock that stands a moment before the jump."""
    night = NIGHTS.get(jump)
    clock = ManualClock(bench.clock.now_ms() if night is None else round(night.timestamp() * 1_000) - 1_000)
    clock.pass_s(5_000)
    clock.set_wall_ms(clock.now_ms() - 5_000_000)
    return clock


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("point", POINTS)
async def test_a_jump_ends_nothing_early_and_strands_nothing(
    bench: Context, simulated_platforms: SimulatorServer, here: None, point: str, jump: str
) -> None:
    clock, at = clock_for(bench, jump), POINTS[point]
    ctx = replace(bench, clock=clock, timings=QUICK)
    await ctx.write(ctx.keep_steady_time)
    await connections.connect(ctx, "shipengine", "ShipEngine", options={"reports_immediately": "yes"})
    life = await at.reach(ctx, clock, simulated_platforms)
    assert (await life.call()).state == at.state
    JUMPS[jump](clock)
    if not jump.startswith(("asleep", "set back asleep")):
        # No one was asleep, so that the whole time is still to come.
        if at.state in ("held", "retry_wait"):
            shown_ms = (await life.call()).due_at_ms - clock.now_ms()
            assert -5_000 <= shown_ms <= max(at.guarded_s, USUAL.backoff_cap_s) * 1_000, "as the clock will show it"
        if at.guarded_s:
            await _for(life, at.guarded_s - 1)
            assert life.times_notified() == life.notified
            assert (await life.call()).state not in ENDED
    if at.state == "blocked":
        assert (await life.call()).state == "blocked"
        await connections.connect(ctx, "shipengine", "ShipEngine", secrets=SECRETS["shipengine"])
    seen = await _for(life, 2 * SETTLES_S + USUAL.backoff_cap_s, until="confirmed")
    assert seen[-1] == "confirmed", seen
    assert not {"dead", "needs_attention", "rejected"} & set(seen)
    assert life.times_notified() == max(at.again, life.notified)


async def test_the_times_of_many_updates_are_shown_by_one_reading_of_the_clock(
    bench: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    ctx = replace(bench, clock=clock)
    await ctx.write(ctx.keep_steady_time)
    await shipping.ship(ctx, *await draft_of(ctx, "10002", None, USPS_NUMBERS[0]))
    (call, *_) = await worker.latest(ctx)
    looks = list[Db]()
    due_ms = await ctx.read(ctx.steady_ms) + 60_000
    many = [replace(call, due_at_ms=due_ms, check_at_ms=due_ms), replace(call, due_at_ms=0, check_at_ms=None)] * 50
    clock.set_wall_ms(clock.now_ms() + 3_600_000)
    shown_ms = clock.now_ms() + 60_000
    now_ms = steady_time.now_ms

    def counted(db: Db, **clocks: Any) -> int:
        looks.append(db)
        return now_ms(db, **clocks)

    monkeypatch.setattr(steady_time, "now_ms", counted)
    shown = await ctx.read(ctx.shown_calls, many)
    assert {(one.due_at_ms, one.check_at_ms) for one in shown} == {(shown_ms, shown_ms), (0, None)}
    # On a server each reading is a round trip.
    assert len(looks) == 1
    assert await ctx.read(ctx.shown_calls, many[1:2]) == tuple(many[1:2])
    assert len(looks) == 1


async def _for(life: Life, seconds: float, until: str = "") -> list[str]:
    """Let time pass while what is due goes; return the states that the call had."""
    until_s, seen = life.clock.monotonic_s() + seconds, list[str]()
    while True:
        await worker.flush(life.ctx, until_empty=True)
        seen.append((await life.call()).state)
        left_s = until_s - life.clock.monotonic_s()
        if left_s <= 0 or seen[-1] == until:
            return seen
        # In three steps up to the last moment before the end.
        life.clock.pass_s(min(left_s, max(seconds / 3, 0.5)))


@pytest.mark.parametrize("jump", ["asleep for a day", f"{DAY_S:+} s", f"{-DAY_S:+} s"])
async def test_a_platform_that_asks_to_wait_gives_up_no_call_after_a_jump(
    bench: Context, simulated_platforms: SimulatorServer, jump: str
) -> None:
    clock = clock_for(bench, jump)
    ctx = replace(bench, clock=clock, timings=QUICK)
    await ctx.write(ctx.keep_steady_time)
    life = await waiting(ctx, clock, simulated_platforms)
    for _ in range(3):
        JUMPS[jump](clock)
        clock.pass_s(601)
        fault(simulated_platforms, "shipengine", "429", call="notify_shipped", seconds=600)
        await worker.flush(ctx)
        assert (await life.call()).state == "retry_wait"
    assert (await life.call()).attempts == 4


async def test_a_call_that_waited_long_does_not_fail_at_the_first_response(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    clock = clock_for(bench, "")
    ctx = replace(bench, clock=clock, timings=QUICK)
    await ctx.write(ctx.keep_steady_time)
    call_id = await ship(ctx, "ShipEngine")
    (shop,) = await connections.named(ctx, ["ShipEngine"])
    await connections.connect(ctx, "shipengine", "ShipEngine", url="http://127.0.0.1:9")
    life = Life(ctx, clock, simulated_platforms, call_id)
    while (await life.call()).attempts < 2 * USUAL.max_attempts:
        clock.pass_s(USUAL.backoff_cap_s)
        await connections.connect(ctx, "shipengine", "ShipEngine", url="http://127.0.0.1:9")
        await ctx.write(circuit_breaker.record_result, ctx, shop, nobody_there=False, message=NO_MESSAGE)
        await worker.flush(ctx)
    await connections.connect(ctx, "shipengine", "ShipEngine", url=shop.base_url)
    fault(simulated_platforms, "shipengine", "429", call="notify_shipped", seconds=600)
    await ctx.write(circuit_breaker.record_result, ctx, shop, nobody_there=False, message=NO_MESSAGE)
    clock.pass_s(USUAL.backoff_cap_s)
    await worker.flush(ctx)
    assert (await life.call()).state == "retry_wait"


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_restart_of_the_computer_under_a_wrong_clock_counts_on(
    bench: Context, simulated_platforms: SimulatorServer, jump: str
) -> None:
    clock = clock_for(bench, jump)
    ctx = replace(bench, clock=clock, timings=QUICK)
    await ctx.write(ctx.keep_steady_time)
    life = await unknown_and_lost(ctx, clock, simulated_platforms)
    clock.reboot()
    JUMPS[jump](clock)
    restarted_s = clock.monotonic_s()
    await ctx.write(ctx.keep_steady_time)
    clock.pass_s(SETTLES_S - 1)
    await worker.flush(ctx, until_empty=True)
    assert (await life.call()).state == "unknown", "how long the computer was off is not known"
    clock.pass_s(1 + USUAL.recheck_ms / 1_000)
    await worker.flush(ctx, until_empty=True)
    assert (await life.call()).checks >= 1
    assert clock.monotonic_s() - restarted_s <= SETTLES_S + 60


@pytest.mark.parametrize("jump_s", [-DAY_S, -HOUR_S, HOUR_S, DAY_S])
async def test_turns_at_a_platform_keep_their_pace(bench: Context, jump_s: int) -> None:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock)
    await ctx.write(ctx.keep_steady_time)
    turns = SharedRateLimit(bench.store, clock)
    assert [await turns.pause_s(1, 0.5, 3) for _ in range(4)] == [0, 0, 0, 0.5]
    clock.set_wall_ms(clock.now_ms() + jump_s * 1_000)
    assert await turns.pause_s(1, 0.5, 3) == 1.0
    clock.pass_s(HOUR_S)
    assert [await turns.pause_s(1, 0.5, 3) for _ in range(4)] == [0, 0, 0, 0.5]


@pytest.mark.parametrize("jump_s", [-DAY_S, -HOUR_S, HOUR_S, DAY_S])
async def test_a_follow_up_that_was_put_off_comes_at_its_time(
    bench: Context, simulated_platforms: SimulatorServer, jump_s: int
) -> None:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock, timings=replace(QUICK, refresh_pauses_s=()))
    await ctx.write(ctx.keep_steady_time)
    await ship(ctx, "ShipEngine")
    await worker.flush(ctx, until_empty=True)
    (put_off,) = jobs(ctx)
    clock.set_wall_ms(clock.now_ms() + jump_s * 1_000)
    clock.pass_s(29)
    await worker.flush(ctx)
    assert jobs(ctx) == [put_off]
    clock.pass_s(1)
    await worker.flush(ctx)
    assert jobs(ctx) == [put_off + 1], "it was tried once more"


def jobs(ctx: Context) -> list[int]:
    """How often each follow-up was tried in vain."""
    with beside(ctx.store) as store:
        found = store.execute("SELECT failures FROM follow_up_job").fetchall()
    return [failures for (failures,) in found]


@pytest.mark.parametrize("jump_s", [HOUR_S, DAY_S, 3_650 * DAY_S])
async def test_a_watch_that_was_set_under_a_clock_ahead_comes_back(bench: Context, jump_s: int) -> None:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock)
    await ctx.write(ctx.keep_steady_time)
    right_ms = clock.now_ms()
    clock.set_wall_ms(right_ms + jump_s * 1_000)
    await ship(ctx, "ShipEngine")
    await worker.flush(ctx, until_empty=True)
    clock.set_wall_ms(right_ms)
    clock.pass_s(2 * DAY_S + HOUR_S)
    ((_, found),) = await stale.due(ctx)
    assert found.tracking_number == USPS_NUMBERS[0]
    (shop,) = await connections.named(ctx, ["ShipEngine"])
    await ctx.write(stored_tracks.record_check, shop.id, found.tracking_number, next_check_at_ms=stale.NEVER_MS)
    assert await stale.due(ctx) == (), "never stays never"


@pytest.mark.parametrize("jump_s", [-DAY_S, -HOUR_S, HOUR_S, DAY_S])
async def test_events_are_processed_and_stored_whatever_the_clock_says(bench: Context, jump_s: int) -> None:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock)
    (shop,) = await connections.named(ctx, ["ShipEngine"])
    values = {"headers": {}, "recurs": False, "verified": True, "verify_message": ""}
    for key in "ab":
        body = f'{{"resource_type": "API_TEST", "n": "{key}"}}'.encode()
        await ctx.write(
            webhook_events.add, connection_id=shop.id, body=body, dedupe_key=key, now_ms=clock.now_ms(), **values
        )
        clock.set_wall_ms(clock.now_ms() + jump_s * 1_000)
    await process.run_due(ctx)
    assert {event.state for event in await ctx.read(webhook_events.latest, 10)} <= {"processed", "ignored", "failed"}
    assert await retention.remove_old(ctx, 90) == 0


@pytest.mark.parametrize(("night", "hours"), [("summer time begins", 23), ("summer time ends", 25)])
def test_a_day_of_the_report_begins_at_midnight_and_is_as_long_as_it_is(here: None, night: str, hours: int) -> None:
    noon_ms = round(NIGHTS[night].timestamp() * 1_000) + 10 * HOUR_S * 1_000
    begin_ms = shift_report.start_of_today_ms(noon_ms)
    next_ms = shift_report.start_of_today_ms(begin_ms + 30 * HOUR_S * 1_000)
    assert (next_ms - begin_ms) / 3_600_000 == hours
