"""A platform that acts late on a request it did not answer: a newer state of the order is never overwritten by it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.call import Call
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.outbox import recovery, resolve
from shipconsole.operations.outbox.request_codec import request_from
from shipconsole.operations.sending.send import claim
from shipconsole.operations.shipping import ship
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.server import SimulatorServer
from tests.support import local_http
from tests.support.bench import SECRETS, USPS_NUMBERS, connect_all, draft_of, fault, open_context
from tests.support.clock import ManualClock

SETTLES_S = USUAL.settle_delay_ms / 1_000
CALLS = {"Shipup": "create_order", "Starshipit": "update_order"}
PACE = replace(USUAL, refresh_pauses_s=(0.0,), backoff_base_s=0.001)
NUMBER = "10001"


async def ship_unit(ctx: Context, connection: str, position: int) -> int:
    """Ship one unit of an order and return the call that tells one connection how the order stands then."""
    order_id, whole = await draft_of(ctx, NUMBER, None, USPS_NUMBERS[position])
    line = next(line for line, units in whole.packages[0].quantities.items() if units)
    package = whole.packages[0].model_copy(update={"quantities": {line: 1}})
    done = await ship.ship(ctx, order_id, whole.model_copy(update={"packages": (package,)}), (connection,))
    (call_id,) = done.call_ids
    return call_id


async def ship_two(ctx: Context) -> tuple[int, int]:
    """Ship two units one after the other, with updates for Shipup."""
    return await ship_unit(ctx, "Shipup", 0), await ship_unit(ctx, "Shipup", 1)


async def call_of(ctx: Context, call_id: int) -> Call:
    return (await worker.updates_of(ctx, (call_id,)))[0]


def states_at(server: SimulatorServer, connection: str) -> list[str]:
    """Return which tracking numbers were in each state that the platform acted on, oldest first."""
    found: list[str] = []
    for effect in local_http.get(f"{server.url}/_simulator/effects").json():
        if effect["vendor"] == connection.lower():
            text = json.dumps(effect)
            found.append("".join(str(n) for n, number in enumerate(USPS_NUMBERS[:3], 1) if number in text))
    return found


def act_late(server: SimulatorServer, connection: str, call: Call) -> None:
    """Have the platform act on the request that it got before and did not answer."""
    assert call.request is not None
    request = request_from(call.request)
    keys = SECRETS[connection.lower()]
    headers = {
        "Shipup": {"Authorization": f"Bearer {keys['api_key']}"},
        "Starshipit": {
            "StarShipIT-Api-Key": keys["api_key"],
            "Ocp-Apim-Subscription-Key": keys.get("subscription_key", ""),
        },
    }[connection]
    answer = local_http.request(
        request.method,
        f"{server.url}/{connection.lower()}{request.path}",
        content=request.body_text,
        headers={**headers, "Content-Type": "application/json"},
    )
    assert answer.status_code < 300, answer.text


async def deliver_for(ctx: Context, clock: ManualClock, seconds: float) -> None:
    """Let the outbox run for so many seconds of the clock."""
    until_s = clock.monotonic_s() + seconds
    while True:
        await worker.flush(ctx, until_empty=True)
        if clock.monotonic_s() >= until_s:
            return
        clock.pass_s(min(5.0, until_s - clock.monotonic_s()))


@pytest.mark.parametrize("connection", CALLS)
@pytest.mark.parametrize("lost", [0, 1, 2], ids=["first lost", "second lost", "third lost"])
@pytest.mark.parametrize("late", [0.0, 0.5, 0.98], ids=["at once", "half way", "at last"])
async def test_the_newest_state_is_what_the_platform_ends_with(
    tmp_path: Path, simulated_platforms: SimulatorServer, connection: str, lost: int, late: float
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as opened:
        ctx = replace(opened, timings=PACE)
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        call_ids = []
        for position in range(lost):
            call_ids.append(await ship_unit(ctx, connection, position))
            await worker.flush(ctx, until_empty=True)
        call_ids.append(await ship_unit(ctx, connection, lost))
        fault(simulated_platforms, connection.lower(), "drop_before", call=CALLS[connection])
        await worker.flush(ctx)
        dropped = await call_of(ctx, call_ids[-1])
        for position in range(lost + 1, 3):
            call_ids.append(await ship_unit(ctx, connection, position))
            await worker.flush(ctx, until_empty=True)
        await deliver_for(ctx, clock, SETTLES_S * late)
        act_late(simulated_platforms, connection, dropped)
        await deliver_for(ctx, clock, 4 * SETTLES_S)
        assert [(await call_of(ctx, call_id)).state for call_id in call_ids] == ["confirmed"] * 3
        ended = states_at(simulated_platforms, connection)
        assert ended[-1] == "123"
        assert ended == sorted(ended), "no older state came after a newer one"


async def test_a_state_that_waits_says_why_and_goes_by_itself(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as opened:
        ctx = replace(opened, timings=PACE)
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        first, second = await ship_two(ctx)
        fault(simulated_platforms, "shipup", "drop_before", call="create_order")
        await deliver_for(ctx, clock, 10)
        assert (await call_of(ctx, first)).state == "confirmed", "the same state may be sent again at once"
        waiting = await call_of(ctx, second)
        assert waiting.state == "pending"
        assert "may still act on an earlier request" in str(waiting.message)
        assert clock.now_ms() < waiting.due_at_ms <= clock.now_ms() + USUAL.settle_delay_ms
        await deliver_for(ctx, clock, SETTLES_S)
        assert (await call_of(ctx, second)).state == "confirmed"


async def test_what_a_program_that_ended_had_in_hand_holds_newer_states_back_too(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as opened:
        ctx = replace(opened, timings=PACE)
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        first, second = await ship_two(ctx)
        assert await ctx.write(claim, ctx, first) is not None
        clock.pass_s(PACE.lease_ms / 1_000 + 1)
        assert await recovery.recover(ctx) == 1
        await deliver_for(ctx, clock, 10)
        assert [(await call_of(ctx, call_id)).state for call_id in (first, second)] == ["confirmed", "pending"]
        await deliver_for(ctx, clock, SETTLES_S)
        assert (await call_of(ctx, second)).state == "confirmed"


async def test_a_person_who_gives_up_a_lost_state_does_not_let_the_next_one_go_early(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as opened:
        ctx = replace(opened, timings=replace(PACE, backoff_base_s=300.0))
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        first, second = await ship_two(ctx)
        fault(simulated_platforms, "shipup", "drop_before", call="create_order")
        await worker.flush(ctx)
        await resolve.resolve_update(ctx, first, "discard", "it is not needed")
        await deliver_for(ctx, clock, SETTLES_S - 5)
        assert (await call_of(ctx, second)).state == "pending"
        await deliver_for(ctx, clock, 10)
        assert (await call_of(ctx, second)).state == "confirmed"


@pytest.mark.parametrize("jump_s", [-86_400, -3_600, 3_600, 86_400])
async def test_a_clock_that_is_set_lets_no_newer_state_go_early(
    tmp_path: Path, simulated_platforms: SimulatorServer, jump_s: int
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as opened:
        ctx = replace(opened, timings=PACE)
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        _, second = await ship_two(ctx)
        fault(simulated_platforms, "shipup", "drop_before", call="create_order")
        await worker.flush(ctx)
        clock.set_wall_ms(clock.now_ms() + jump_s * 1_000)
        await deliver_for(ctx, clock, SETTLES_S - 5)
        assert (await call_of(ctx, second)).state == "pending"
        await deliver_for(ctx, clock, 15)
        assert (await call_of(ctx, second)).state == "confirmed"
