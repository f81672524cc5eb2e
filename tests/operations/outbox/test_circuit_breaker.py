"""A platform that does not answer: few calls find it out, a harmless question goes first, then all goes in order."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.call import Call
from shipconsole.domain.message import NO_MESSAGE, verbatim
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS, connect_all, draft_of, effects, fault, open_context
from tests.support.clock import ManualClock
from tests.support.labels import usps


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def ctx(tmp_path: Path, clock: ManualClock, simulated_platforms: SimulatorServer) -> AsyncGenerator[Context]:
    async with open_context(tmp_path, clock) as opened:
        await import_orders.sync(opened, await connect_all(opened, simulated_platforms.url))
        yield opened


async def moved(ctx: Context, url: str) -> None:
    """Point Shipup somewhere else, as if the line to it were cut or fixed."""
    await connections.connect(ctx, "shipup", "Shipup", url=f"{url}/shipup")


async def ship_some(ctx: Context, count: int) -> list[int]:
    """Ship part of several orders; tell the ids of the calls to Shipup."""
    ids: list[int] = []
    for number in range(count):
        order_id, draft = await draft_of(ctx, f"1000{1 + number}", None, usps(number))
        shipped = await ship.ship(ctx, order_id, draft, ["Shipup"])
        ids += shipped.call_ids
    return ids


async def found(ctx: Context, ids: list[int]) -> list[Call]:
    return list(await worker.updates_of(ctx, tuple(ids)))


async def one_shipup(ctx: Context) -> tuple[int, str]:
    (connection,) = await connections.named(ctx, ["Shipup"])
    return connection.failures, str(connection.failing_message)


async def test_after_five_failures_nothing_but_a_question_goes(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    quiet = replace(ctx, timings=replace(ctx.timings, most_per_connection=1))
    await moved(quiet, "http://127.0.0.1:9")
    ids = await ship_some(quiet, 6)
    for _ in range(3):
        await worker.flush(quiet)
        clock.pass_s(4)
    tried = sum(call.attempts for call in await found(quiet, ids))
    failures, words = await one_shipup(quiet)
    assert failures >= 5
    assert "No connection" in words
    clock.pass_s(0.1)
    before = tried
    await worker.flush(quiet)
    assert sum(call.attempts for call in await found(quiet, ids)) == before, "only the question went"
    (waiting,) = [waiting for waiting in await worker.backlog(quiet) if waiting.connection == "Shipup"]
    assert waiting.count == 6
    assert "No connection" in str(waiting.message)
    # The line is fixed; connecting anew is not needed for that in life, here it is how the line is fixed.
    await moved(quiet, simulated_platforms.url)
    clock.pass_s(61)
    assert await circuit_breaker.probe_due(quiet) == 1
    clock.pass_s(300)
    await worker.flush(quiet, until_empty=True)
    assert {call.state for call in await found(quiet, ids)} == {"confirmed"}
    notifications = [effect["order_number"] for effect in effects(simulated_platforms) if effect["vendor"] == "shipup"]
    assert notifications == [f"1000{1 + number}" for number in range(6)], "oldest first"


async def test_the_question_is_asked_after_a_pause_that_grows(ctx: Context, clock: ManualClock) -> None:
    (shipup,) = await connections.named(ctx, ["Shipup"])
    timings = ctx.timings

    async def is_asked() -> bool:
        return [row.id for row in await ctx.read(circuit_breaker.due_probes, ctx)] == [shipup.id]

    for _ in range(timings.failures_most):
        assert not await is_asked()
        await ctx.write(
            circuit_breaker.record_result, ctx, shipup, nobody_there=True, message=verbatim("no connection")
        )
    for more in range(6):
        assert not await is_asked()
        longest_s = min(timings.ask_cap_s, timings.ask_base_s * 2**more)
        clock.pass_s(longest_s * 0.49)
        assert not await is_asked(), "half of the pause is not left to chance"
        clock.pass_s(longest_s * 0.52)
        assert await is_asked()
        await ctx.write(
            circuit_breaker.record_result, ctx, shipup, nobody_there=True, message=verbatim("no connection")
        )
    await ctx.write(circuit_breaker.record_result, ctx, shipup, nobody_there=False, message=NO_MESSAGE)
    clock.pass_s(3_600)
    assert not await is_asked(), "it answers again"


async def test_the_question_is_never_a_notification(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipup", "500_before", times=None)
    await ship_some(ctx, 3)
    for _ in range(4):
        await worker.flush(ctx)
        clock.pass_s(10)
    assert (await one_shipup(ctx))[0] >= 5
    no_faults(simulated_platforms)
    clock.pass_s(61)
    assert await circuit_breaker.probe_due(ctx) == 1
    assert effects(simulated_platforms) == []


def no_faults(server: SimulatorServer) -> None:
    local_http.delete(f"{server.url}/_simulator/faults").raise_for_status()


async def test_failures_far_apart_open_nothing(ctx: Context, clock: ManualClock) -> None:
    await moved(ctx, "http://127.0.0.1:9")
    await ship_some(ctx, 1)
    for _ in range(7):
        await worker.flush(ctx)
        clock.pass_s(301)
    failures, _ = await one_shipup(ctx)
    assert failures == 1


async def test_no_network_is_waited_for_without_end(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    await moved(ctx, "http://127.0.0.1:9")
    (call_id,) = await ship_some(ctx, 1)
    for _ in range(14):
        await worker.flush(ctx)
        clock.pass_s(3_000)
    (call,) = await found(ctx, [call_id])
    assert call.state == "retry_wait"
    assert call.attempts > ctx.timings.max_attempts
    await moved(ctx, simulated_platforms.url)
    await worker.flush(ctx, until_empty=True)
    clock.pass_s(301)
    await worker.flush(ctx, until_empty=True)
    (call,) = await found(ctx, [call_id])
    assert call.state == "confirmed"


async def test_others_go_on_meanwhile(ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer) -> None:
    await moved(ctx, "http://127.0.0.1:9")
    order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
    shipped = await ship.ship(ctx, order_id, draft)
    await worker.flush(ctx, until_empty=True)
    assert [call.state for call in await worker.updates_of(ctx, shipped.call_ids)] == [
        "confirmed",
        "confirmed",
        "retry_wait",
    ]
