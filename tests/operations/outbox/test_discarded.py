"""Updates that were given up or repeated by hand: what their platform may have acted on is not forgotten with them."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from shipconsole.domain.call import Call
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.operations import worker
from shipconsole.operations.connections import connections as known
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import link as linking
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.outbox.resolve import Decision
from shipconsole.operations.shipping import correct, ship, undo
from shipconsole.operations.vendor_orders import create
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import connections
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.http import SendResult
from shipconsole.vendors.request import Request
from tests.operations.outbox.test_late_states import deliver_for
from tests.operations.vendor_orders.test_create import entered, starshipit
from tests.support.bench import USPS_NUMBERS, UnpacedSender, draft_of, effects, fault, tls
from tests.support.clock import ManualClock
from tests.support.refusals import refused
from tests.support.silence import ExpectedNoise

CALLS = {"ShipEngine": "notify_shipped", "Starshipit": "update_order", "Shipup": "create_order"}
WHY = "it did not arrive"
LOST = [
    ("ShipEngine", "discard"),
    ("ShipEngine", "retry"),
    ("Starshipit", "discard"),
    ("Shipup", "discard"),
]
"""What a person may decide about an update that was lost; the other two platforms' are sent again by themselves."""


class FailingSender(UnpacedSender):
    """Sends, and fails as only an error of the program does."""

    async def send(
        self, connection: Connection, vendor: Vendor, request: Request, headers: Mapping[str, str]
    ) -> SendResult:
        """Send one request and raise."""
        await super().send(connection, vendor, request, headers)
        await self.close()
        raise RuntimeError("an error of the program")


async def ship_with_fault(ctx: Context, server: SimulatorServer, connection: str, kind: str) -> Call:
    """Ship order 10001 to one platform, which meets a fault, and return the update."""
    order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
    fault(server, connection.lower(), kind, call=CALLS[connection])
    shipped = await ship.ship(ctx, order_id, draft, (connection,))
    await worker.flush(ctx)
    (call,) = await worker.updates_of(ctx, shipped.call_ids)
    return call


async def lost(ctx: Context, server: SimulatorServer, connection: str) -> Call:
    """Ship to one platform, which acts and does not answer."""
    call = await ship_with_fault(ctx, server, connection, "drop_after")
    assert call.state in ("unknown", "retry_wait")
    return call


async def discard_or_retry(ctx: Context, call: Call, decision: Decision) -> None:
    """Resolve an update; a retry waits until the platform can no longer act on it."""
    clock = ctx.clock
    assert isinstance(clock, ManualClock)
    if decision == "retry":
        clock.pass_s(ctx.timings.settle_delay_ms / 1_000 + 1)
    await resolve.resolve_update(ctx, call.id, decision, WHY)


@pytest.fixture
async def timed(bench: Context) -> Context:
    """Return a context whose time a test sets."""
    ctx = replace(bench, clock=ManualClock(bench.clock.now_ms()))
    ctx.begin()
    return ctx


async def test_what_may_still_arrive_is_not_retried(timed: Context, simulated_platforms: SimulatorServer) -> None:
    call = await lost(timed, simulated_platforms, "ShipEngine")
    with refused("resolve.may_still_arrive", connection="ShipEngine", count=120):
        await resolve.resolve_update(timed, call.id, "retry", WHY)
    await resolve.resolve_update(timed, call.id, "discard", WHY)
    with refused("resolve.may_still_arrive", connection="ShipEngine", count=120):
        await resolve.resolve_update(timed, call.id, "retry", WHY)
    await worker.flush(timed, until_empty=True)
    assert len(effects(simulated_platforms)) == 1
    assert isinstance(timed.clock, ManualClock)
    timed.clock.pass_s(120)
    await resolve.resolve_update(timed, call.id, "retry", WHY)
    await worker.flush(timed, until_empty=True)
    assert len(effects(simulated_platforms)) == 2, "a person who looked there has the last word"


@pytest.mark.parametrize(("connection", "decision"), LOST)
async def test_a_shipment_that_was_perhaps_notified_of_is_not_undone(
    timed: Context, simulated_platforms: SimulatorServer, connection: str, decision: Decision
) -> None:
    call = await lost(timed, simulated_platforms, connection)
    await discard_or_retry(timed, call, decision)
    assert call.shipment_id is not None
    sheet = await orders.sheet(timed, call.order_id)
    assert not undo.can_be_undone(sheet.shipments[-1], sheet.calls)
    with refused("undo.may_be_known", connections=(connection,)):
        await undo.undo_shipment(timed, call.order_id, call.shipment_id)


async def test_a_shipment_whose_rejected_updates_were_discarded_is_undone(
    timed: Context, simulated_platforms: SimulatorServer
) -> None:
    call = await ship_with_fault(timed, simulated_platforms, "ShipEngine", "refuse")
    assert call.state == "rejected"
    await resolve.resolve_update(timed, call.id, "discard", "it was wrong")
    assert call.shipment_id is not None
    await undo.undo_shipment(timed, call.order_id, call.shipment_id)


@pytest.mark.parametrize(("connection", "decision"), LOST)
async def test_a_void_reaches_whoever_was_perhaps_notified(
    timed: Context, simulated_platforms: SimulatorServer, connection: str, decision: Decision
) -> None:
    call = await lost(timed, simulated_platforms, connection)
    await discard_or_retry(timed, call, decision)
    assert call.shipment_id is not None
    (guide,) = await correct.void_choices(timed, call.order_id, call.shipment_id)
    assert guide.message.id != "edit_tracking.never_sent"
    assert guide.possible is (connection != "ShipEngine")
    call_ids = await correct.void_shipment(timed, call.order_id, call.shipment_id, (guide.connection.id,), WHY)
    assert bool(call_ids) is guide.possible
    given_up = (await worker.updates_of(timed, (call.id,)))[0]
    assert given_up.state == ("superseded" if decision == "retry" else "cancelled")
    assert isinstance(timed.clock, ManualClock)
    await deliver_for(timed, timed.clock, 240)
    assert {call.state for call in await worker.updates_of(timed, call_ids)} <= {"confirmed"}
    last = json.dumps(effects(simulated_platforms)[-1])
    assert (USPS_NUMBERS[0] in last) is not guide.possible


@pytest.mark.parametrize(("connection", "decision"), LOST)
async def test_a_corrected_label_reaches_whoever_was_perhaps_notified_of_the_wrong_one(
    timed: Context, simulated_platforms: SimulatorServer, connection: str, decision: Decision
) -> None:
    call = await lost(timed, simulated_platforms, connection)
    await discard_or_retry(timed, call, decision)
    for again in (later for later in (await orders.sheet(timed, call.order_id)).calls if later.id > call.id):
        await resolve.resolve_update(timed, again.id, "discard", WHY)
    package = (await orders.sheet(timed, call.order_id)).shipments[-1].packages[0]
    assert package.id is not None
    (guide,) = await correct.edit_choices(timed, call.order_id, package.id)
    assert (guide.connection.name, guide.possible, guide.by_default) == (connection, True, connection != "ShipEngine")
    label = correct.NewLabel(USPS_NUMBERS[1])
    reported = await correct.edit_tracking(timed, call.order_id, package.id, label, (guide.connection.id,), WHY)
    assert len(reported) == 1
    assert isinstance(timed.clock, ManualClock)
    await deliver_for(timed, timed.clock, 240)
    (corrected,) = await worker.updates_of(timed, reported)
    assert corrected.state == "confirmed"
    assert USPS_NUMBERS[1] in json.dumps(effects(simulated_platforms)[-1])


async def test_what_may_have_left_before_an_error_of_the_program_is_not_retried_at_once(
    timed: Context, simulated_platforms: SimulatorServer, expected_noise: ExpectedNoise
) -> None:
    order_id, draft = await draft_of(timed, "10001", None, USPS_NUMBERS[0])
    shipped = await ship.ship(timed, order_id, draft, ("ShipEngine",))
    with expected_noise("could not be sent because of an error of the program"):
        await worker.flush(replace(timed, sender=FailingSender(tls())))
    (call,) = await worker.updates_of(timed, shipped.call_ids)
    assert (call.state, len(effects(simulated_platforms))) == ("needs_attention", 1)
    with refused("resolve.may_still_arrive", connection="ShipEngine"):
        await resolve.resolve_update(timed, call.id, "retry", WHY)
    await resolve.resolve_update(timed, call.id, "discard", WHY)
    with refused("undo.may_be_known", connections=("ShipEngine",)):
        await undo.undo_shipment(timed, order_id, shipped.shipment_id)


async def test_a_connection_that_was_perhaps_notified_stays_with_its_order(
    timed: Context, simulated_platforms: SimulatorServer
) -> None:
    call = await lost(timed, simulated_platforms, "Shipup")
    await discard_or_retry(timed, call, "discard")
    with refused("unlink.notified", connection="Shipup"):
        await linking.unlink(timed, call.order_id, call.connection_id, WHY)


async def test_an_order_that_was_perhaps_created_is_not_created_again_before_a_sync_shows_it(
    timed: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, to = await entered(timed, "B-1"), await starshipit(timed)
    fault(simulated_platforms, "starshipit", "drop_after", call="create_order")
    (call_id,) = (await create.queue_creations(timed, [order_id], to)).call_ids
    await worker.flush(timed)
    (call,) = await worker.updates_of(timed, (call_id,))
    assert (call.state, len(effects(simulated_platforms))) == ("unknown", 1)
    await discard_or_retry(timed, call, "discard")
    assert isinstance(timed.clock, ManualClock)
    for seconds in (60, 61):
        notifications = await create.queue_creations(timed, [order_id], to)
        assert notifications.call_ids == ()
        assert notifications.skipped[0][1] == Message("push.may_be_there", connection="Starshipit", number="B-1")
        timed.clock.pass_s(seconds)
        if seconds == 60:
            # Too early: the platform may act after it.
            await timed.write(connections.sync_ended, to, timed.clock.now_ms(), NO_MESSAGE)
    await import_orders.sync(timed, [connection for connection in await known.every(timed) if connection.id == to])
    notifications = await create.queue_creations(timed, [order_id], to)
    assert notifications.skipped[0][1] == Message("push.already_there", connection="Starshipit", number="B-1")
    assert len(effects(simulated_platforms)) == 1
