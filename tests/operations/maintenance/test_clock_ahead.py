"""A clock that is far ahead removes nothing for its age, on either engine, until it is believed."""

from dataclasses import replace

import pytest

from shipconsole.domain.message import Message
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import ages, audit_log, backups, retention
from shipconsole.operations.maintenance.retention import Removed, Rules
from tests.operations.maintenance import finished_orders
from tests.operations.maintenance.finished_orders import NAMES
from tests.operations.maintenance.test_blanking import DAY_S, NUMBER, found, station, without_rests
from tests.support.bench import USPS_NUMBERS
from tests.support.clock import ManualClock

__all__ = ["station", "without_rests"]

YEAR_S = 365 * DAY_S
RULES = Rules(webhook_days=90, personal_days=180, history_days=180, order_days=180)
KINDS = {
    "names": Rules(personal_days=180),
    "webhooks": Rules(webhook_days=90),
    "details and notices": Rules(history_days=180),
    "orders": Rules(order_days=180),
}


@pytest.fixture
def clock(station: Context) -> ManualClock:
    return ManualClock(station.clock.now_ms())


@pytest.fixture
async def ctx(station: Context, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A station whose order ended just now, and with a backup of it."""
    monkeypatch.setattr(retention, "REST_S", 0)
    ctx = replace(station, clock=clock)
    ctx.begin()
    await finished_orders.finish(ctx, NUMBER, USPS_NUMBERS[0])
    if ctx.store.file is not None:
        await backups.back_up(ctx)
    return ctx


async def nothing_goes(ctx: Context, *, with_backup: bool = True) -> None:
    """Nothing is removed or would be, of any kind, also where a backup of later could be restored."""
    if ctx.store.file is not None and with_backup:
        await backups.back_up(ctx)
    assert await retention.due(ctx, RULES) == Removed()
    for kind, rules in KINDS.items():
        assert await retention.remove_due(ctx, rules) == Removed(), kind
    assert {name for _, _, name in await found(ctx)} == set(NAMES)


def set_ahead(clock: ManualClock, seconds: int) -> None:
    clock.set_wall_ms(clock.now_ms() + seconds * 1_000)


@pytest.mark.both_engines
async def test_a_clock_a_year_ahead_at_the_start_removes_nothing(ctx: Context, clock: ManualClock) -> None:
    clock.reboot()
    set_ahead(clock, YEAR_S)
    ctx.begin()
    await nothing_goes(ctx)
    clock.pass_s(100 * 3_600)
    await nothing_goes(ctx)


@pytest.mark.both_engines
async def test_a_clock_that_jumps_ahead_while_the_program_runs_removes_nothing(
    ctx: Context, clock: ManualClock
) -> None:
    clock.pass_s(3_600)
    await nothing_goes(ctx)
    set_ahead(clock, YEAR_S)
    await nothing_goes(ctx)
    clock.pass_s(100 * 3_600)
    await nothing_goes(ctx)


@pytest.mark.both_engines
async def test_a_clock_set_back_removes_nothing_and_is_no_way_to_jump_ahead(ctx: Context, clock: ManualClock) -> None:
    set_ahead(clock, -YEAR_S)
    await nothing_goes(ctx, with_backup=False)
    clock.pass_s(3_600)
    set_ahead(clock, YEAR_S)
    await nothing_goes(ctx)
    set_ahead(clock, YEAR_S)
    await nothing_goes(ctx)


@pytest.mark.parametrize("database_engine", ["postgresql"], indirect=True)
async def test_a_server_that_is_ahead_of_its_station_removes_nothing(station: Context) -> None:
    clock = ManualClock(station.clock.now_ms() - YEAR_S * 1_000)
    ctx = replace(station, clock=clock)
    await finished_orders.finish(ctx, NUMBER, USPS_NUMBERS[0])
    await nothing_goes(ctx)


@pytest.mark.of_a_file("on a server, its own clock counts")
async def test_days_that_the_computer_runs_count_by_themselves(ctx: Context, clock: ManualClock) -> None:
    set_ahead(clock, 30 * DAY_S)
    await nothing_goes(ctx)
    assert await ages.days_ahead(ctx) == 30
    clock.pass_s(31 * 3_600)
    await nothing_goes(ctx)
    assert await ages.days_ahead(ctx) == 0
    clock.pass_s(150 * DAY_S)
    removed = await retention.remove_due(ctx, RULES)
    assert (removed.blanked, removed.orders) == (1, 1)


@pytest.mark.of_a_file("on a server, its own clock counts")
async def test_a_person_may_say_that_the_clock_is_right(ctx: Context, clock: ManualClock) -> None:
    clock.reboot()
    set_ahead(clock, 200 * DAY_S)
    ctx.begin()
    await nothing_goes(ctx)
    await ages.believe_clock(ctx)
    said = [event.what.id for event in await audit_log.events(ctx) if isinstance(event.what, Message)]
    assert "audit.clock_confirmed" in said
    assert (await retention.due(ctx, RULES)).blanked == 1
    removed = await retention.remove_due(ctx, RULES)
    assert (removed.blanked, removed.orders, removed.backups) == (1, 1, 1)
    assert await found(ctx) == []
