"""Undo: within the undo window no update is sent, and everything is as it was before."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.sending import send
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.shipping import undo
from shipconsole.operations.shipping.ship import Shipped
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import calls
from tests.support.bench import USPS_NUMBERS, connect_all, draft_of, effects, fault, open_context
from tests.support.clock import ManualClock
from tests.support.refusals import refused

ONE_CASE = {"MOBILE-CASE-BLK": 1}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def held(tmp_path: Path, clock: ManualClock, simulated_platforms: SimulatorServer) -> AsyncGenerator[Context]:
    """Return a context with an undo window of five seconds."""
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        yield replace(ctx, undo_window_s=5)


async def ship(ctx: Context) -> tuple[int, Shipped]:
    order_id, draft = await draft_of(ctx, "10001", ONE_CASE, USPS_NUMBERS[0])
    return order_id, await shipping.ship(ctx, order_id, draft)


async def states(ctx: Context, shipped: Shipped) -> list[str]:
    return [call.state for call in await worker.updates_of(ctx, shipped.call_ids)]


async def test_what_is_undone_in_time_was_never_sent(
    held: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(held, "10001", ONE_CASE, USPS_NUMBERS[0])
    before = (await orders.sheet(held, order_id)).order
    shipped = await shipping.ship(held, order_id, draft)
    assert await states(held, shipped) == ["held"] * 3
    clock.pass_s(4.9)
    assert await worker.flush(held, until_empty=True) == ()
    await undo.undo_shipment(held, order_id, shipped.shipment_id)
    clock.pass_s(60)
    assert await worker.flush(held, until_empty=True) == ()
    sheet = await orders.sheet(held, order_id)
    assert effects(simulated_platforms) == []
    assert sheet.order == before
    assert sheet.shipments == ()
    assert sheet.tracks == ()
    assert sheet.draft is not None
    assert [(package.tracking_number, dict(package.quantities)) for package in sheet.draft.packages] == [
        (package.tracking_number, dict(package.quantities)) for package in draft.packages
    ]
    assert await states(held, shipped) == ["cancelled"] * 3


async def test_when_the_time_is_over_it_goes_by_itself(
    held: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    order_id, shipped = await ship(held)
    clock.pass_s(5.1)
    await worker.flush(held, until_empty=True)
    assert await states(held, shipped) == ["confirmed"] * 3
    assert len(effects(simulated_platforms)) == 3
    with refused("undo.may_be_known", connections=("ShipEngine", "Starshipit", "Shipup")):
        await undo.undo_shipment(held, order_id, shipped.shipment_id)
    assert len((await orders.sheet(held, order_id)).shipments) == 1


async def test_a_connection_may_hold_for_its_own_time_or_not_at_all(
    held: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    known = {connection.name: connection for connection in await connections.every(held)}
    for name, vendor, hold in (("ShipEngine", "shipengine", "0"), ("Shipup", "shipup", "600")):
        await connections.connect(held, vendor, name, url=known[name].base_url, options={"undo_window_s": hold})
    order_id, shipped = await ship(held)
    assert await states(held, shipped) == ["pending", "held", "held"]
    clock.pass_s(6)
    await worker.flush(held, until_empty=True)
    assert await states(held, shipped) == ["confirmed", "confirmed", "held"]
    with refused("undo.may_be_known", connections=("ShipEngine", "Starshipit")):
        await undo.undo_shipment(held, order_id, shipped.shipment_id)
    for hold in ("601", "-1", "soon"):
        with refused("connection.option_number", least=0, most=600):
            await connections.connect(
                held, "shipup", "Shipup", url=known["Shipup"].base_url, options={"undo_window_s": hold}
            )


async def test_what_was_typed_since_stays(held: Context) -> None:
    order_id, shipped = await ship(held)
    _, since = await draft_of(held, "10001", {"CHARGER-USB-C": 1}, USPS_NUMBERS[1])
    await orders.save_draft(held, order_id, since)
    await undo.undo_shipment(held, order_id, shipped.shipment_id)
    draft = (await orders.sheet(held, order_id)).draft
    assert draft is not None
    assert [package.tracking_number for package in draft.packages] == [USPS_NUMBERS[0], USPS_NUMBERS[1]]


async def test_it_is_undone_once(held: Context) -> None:
    order_id, shipped = await ship(held)
    await undo.undo_shipment(held, order_id, shipped.shipment_id)
    with refused("shipment.gone"):
        await undo.undo_shipment(held, order_id, shipped.shipment_id)
    order_id, again = await ship(held)
    assert again.shipment_id != shipped.shipment_id


@pytest.mark.parametrize("jump_s", [-86_400, -3_600, 3_600, 86_400])
async def test_a_clock_that_is_set_makes_a_hold_neither_longer_nor_shorter(
    held: Context, clock: ManualClock, simulated_platforms: SimulatorServer, jump_s: int
) -> None:
    _, shipped = await ship(held)
    clock.set_wall_ms(clock.now_ms() + jump_s * 1_000)
    clock.pass_s(4)
    await worker.flush(held, until_empty=True)
    assert await states(held, shipped) == ["held"] * 3
    (call, *_) = await worker.updates_of(held, shipped.call_ids)
    assert call.due_at_ms == clock.now_ms() + 1_000, "it is shown by the clock on the wall"
    clock.pass_s(1)
    await worker.flush(held, until_empty=True)
    assert await states(held, shipped) == ["confirmed"] * 3


async def test_the_command_line_holds_nothing(bench: Context, simulated_platforms: SimulatorServer) -> None:
    _, shipped = await ship(bench)
    assert await states(bench, shipped) == ["pending"] * 3


async def test_what_is_being_sent_cannot_be_undone(held: Context, clock: ManualClock) -> None:
    order_id, shipped = await ship(held)
    clock.pass_s(6)
    await held.write(calls.release_held, now_ms=clock.now_ms(), steady_ms=clock.now_ms())
    assert await held.write(send.claim, held, shipped.call_ids[0]) is not None
    with refused("undo.may_be_known", connections=("ShipEngine",)):
        await undo.undo_shipment(held, order_id, shipped.shipment_id)
    assert await states(held, shipped) == ["sending", "pending", "pending"], "nothing of it was undone"


async def test_what_was_only_held_back_by_the_platform_can_be_undone(
    held: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    for vendor in ("shipengine", "starshipit", "shipup"):
        fault(simulated_platforms, vendor, "429", times=None, seconds=600)
    order_id, shipped = await ship(held)
    clock.pass_s(6)
    await worker.flush(held)
    assert set(await states(held, shipped)) == {"retry_wait"}
    await undo.undo_shipment(held, order_id, shipped.shipment_id)
    clock.pass_s(900)
    await worker.flush(held, until_empty=True)
    assert effects(simulated_platforms) == []


@pytest.mark.parametrize("kind", ["503", "500_after"])
async def test_what_a_platform_answered_in_trouble_cannot_be_undone(
    held: Context, clock: ManualClock, simulated_platforms: SimulatorServer, kind: str
) -> None:
    """It may have acted all the same; only a refusal over the key, the plan or the pace is certain."""
    fault(simulated_platforms, "shipup", kind, call="create_order")
    order_id, draft = await draft_of(held, "10001", ONE_CASE, USPS_NUMBERS[0])
    ctx = replace(held, timings=replace(held.timings, backoff_base_s=300.0))
    shipped = await shipping.ship(ctx, order_id, draft, ("Shipup",))
    clock.pass_s(6)
    await worker.flush(held)
    (call,) = await worker.updates_of(held, shipped.call_ids)
    assert call.state == "retry_wait"
    with refused("undo.may_be_known", connections=("Shipup",)):
        await undo.undo_shipment(held, order_id, shipped.shipment_id)
