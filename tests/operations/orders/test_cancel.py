"""Cancelling: cancelled units are gone here, sent where possible, and stay gone when orders come in."""

import asyncio
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import cancel, orders
from shipconsole.operations.orders import link as linking
from shipconsole.operations.sending import send
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from tests.support import local_http
from tests.support.bench import SECRETS, draft_of, effects, open_context
from tests.support.refusals import refused

NUMBER = "10001"
TRACKING = "9400100109361129278357"


async def order_of(ctx: Context, number: str = NUMBER) -> Order:
    return (await orders.sheet(ctx, await orders.find(ctx, number))).order


async def first_line(ctx: Context) -> tuple[int, OrderLine]:
    order = await order_of(ctx)
    line = max(order.lines, key=lambda one: one.ordered)
    return order.id, line


async def again(ctx: Context, line_id: int) -> OrderLine:
    found = (await order_of(ctx)).line(line_id)
    assert found is not None
    return found


async def pull(ctx: Context, *names: str) -> None:
    for connection in await import_orders.sync(ctx, await connections.named(ctx, names)):
        assert str(connection.message) == ""


async def test_each_platform_that_can_be_notified_is_and_the_other_is_named(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, line = await first_line(bench)
    assert line.ordered > 2
    promised = {one.name: request.body for one, request in await cancel.preview_cancel(bench, order_id, {line.id: 1})}
    await cancel.cancel(bench, order_id, {line.id: 1}, "out of stock")
    assert (await again(bench, line.id)).left == line.ordered - 1
    await worker.flush(bench, until_empty=True)
    reported = {request["vendor"]: request["body"] for request in effects(simulated_platforms)}
    assert set(reported) == {"starshipit", "shipup"}
    (item,) = reported["starshipit"]["order"]["items"]
    assert item["quantity"] == line.ordered - 1
    (theirs,) = [item for item in reported["shipup"]["line_items"] if "canceled_quantity" in item]
    assert (theirs["canceled_quantity"], theirs["quantity"]) == (1, line.ordered)
    assert reported == {"starshipit": promised["Starshipit"], "shipup": promised["Shipup"]}
    words = {connection.name: text for connection, text in await cancel.notifiable_connections(bench, order_id)}
    assert "can't be updated" in str(words["ShipEngine"])
    assert "Receives the number" in str(words["Starshipit"])
    (done,) = await linking.manual_changes(bench, order_id)
    assert (done.what, done.reason, done.station) == (
        Message("audit.cancelled", items=(f"1 × {line.sku}",)),
        "out of stock",
        "Bench 1",
    )


async def test_syncing_again_does_not_undo_it(bench: Context) -> None:
    order_id, line = await first_line(bench)
    await cancel.cancel(bench, order_id, {line.id: 2}, "out of stock")
    await pull(bench)
    assert (await again(bench, line.id)).cancelled == 2
    await worker.flush(bench, until_empty=True)
    await pull(bench)
    after = await again(bench, line.id)
    assert (after.ordered, after.cancelled, after.left) == (line.ordered, 2, line.ordered - 2)


async def test_where_the_primary_connection_lists_fewer_units_since_it_was_notified_nothing_is_counted_twice(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    await connect_starshipit(ctx, simulated_platforms)
    order_id, line = await first_line(ctx)
    await cancel.cancel(ctx, order_id, {line.id: 2}, "out of stock")
    # Before the update is sent, whatever else changed there.
    await pull(ctx)
    assert (await again(ctx, line.id)).left == line.ordered - 2
    await worker.flush(ctx, until_empty=True)
    await pull(ctx)
    after = await again(ctx, line.id)
    assert (after.ordered, after.cancelled, after.left) == (line.ordered, 2, line.ordered - 2)
    await cancel.restore(ctx, order_id, {line.id: 1}, "found one")
    assert (await again(ctx, line.id)).left == line.ordered - 1
    await worker.flush(ctx, until_empty=True)
    await pull(ctx)
    after = await again(ctx, line.id)
    assert (after.ordered, after.cancelled, after.left) == (line.ordered, 1, line.ordered - 1)
    assert [
        item["quantity"] for request in effects(simulated_platforms) for item in request["body"]["order"]["items"]
    ] == [
        line.ordered - 2,
        line.ordered - 1,
    ]


async def test_until_the_primary_connection_is_notified_its_quantities_are_older_than_ours(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    await connect_starshipit(ctx, simulated_platforms)
    order_id, line = await first_line(ctx)
    await cancel.cancel(ctx, order_id, {line.id: 2}, "out of stock")
    await worker.flush(ctx, until_empty=True)
    await cancel.restore(ctx, order_id, {line.id: 2}, "found them")
    (link,) = (await orders.sheet(ctx, order_id)).links
    somebody_else_edits(simulated_platforms, int(link.remote_id), "changed in the meantime")
    await pull(ctx)
    assert "changed in the meantime" in (await orders.sheet(ctx, order_id)).links[0].document
    after = await again(ctx, line.id)
    assert (after.ordered, after.left) == (line.ordered, line.ordered)


async def test_a_sent_shipment_is_voided_before_its_effect_was_fetched(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    await connect_starshipit(ctx, simulated_platforms)
    order_id, line = await first_line(ctx)
    (call_id,) = await cancel.cancel(ctx, order_id, {line.id: 2}, "out of stock")
    await send.send_update(ctx, call_id)
    await cancel.restore(ctx, order_id, {line.id: 2}, "found them")
    await worker.flush(ctx, until_empty=True)
    quantities = [request["body"]["order"]["items"][0]["quantity"] for request in effects(simulated_platforms)]
    assert quantities == [line.ordered - 2, line.ordered]


async def test_an_item_that_is_cancelled_whole_is_taken_out_and_comes_back(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    await connect_starshipit(ctx, simulated_platforms)
    order_id, line = await first_line(ctx)
    await cancel.cancel(ctx, order_id, {line.id: line.ordered}, "out of stock")
    await worker.flush(ctx, until_empty=True)
    await pull(ctx)
    assert (await again(ctx, line.id)).left == 0
    await cancel.restore(ctx, order_id, {line.id: line.ordered}, "found them")
    await worker.flush(ctx, until_empty=True)
    await pull(ctx)
    after = await again(ctx, line.id)
    assert (after.ordered, after.cancelled) == (line.ordered, 0)
    taken_out, added = [request["body"]["order"]["items"][0] for request in effects(simulated_platforms)]
    assert taken_out["delete"] is True
    assert (added.get("item_id"), added["sku"], added["quantity"]) == (None, line.sku, line.ordered)
    assert len((await order_of(ctx)).lines) == 3


async def test_restored_units_are_sent_and_can_ship(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id, line = await first_line(bench)
    await cancel.cancel(bench, order_id, {line.id: 2}, "out of stock")
    await worker.flush(bench, until_empty=True)
    assert (await cancel.restorable(bench, order_id))[line.id] == 2
    assert await cancel.preview_restore(bench, order_id, {line.id: 2})
    await cancel.restore(bench, order_id, {line.id: 2}, "found them")
    await worker.flush(bench, until_empty=True)
    last = [request for request in effects(simulated_platforms) if request["vendor"] == "shipup"][-1]["body"]
    (theirs,) = [item for item in last["line_items"] if "canceled_quantity" in item]
    assert (theirs["canceled_quantity"], theirs["canceled"]) == (0, False)
    await pull(bench)
    assert (await again(bench, line.id)).left == line.ordered
    _, draft = await draft_of(bench, NUMBER, {line.sku: line.ordered}, TRACKING)
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    assert {call.state for call in (await orders.sheet(bench, order_id)).calls} == {"confirmed"}


async def test_units_cancelled_and_restored_before_any_update_change_nothing_at_starshipit(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, line = await first_line(bench)
    await cancel.cancel(bench, order_id, {line.id: 1}, "out of stock")
    await cancel.restore(bench, order_id, {line.id: 1}, "a mistake")
    await worker.flush(bench, until_empty=True)
    assert [request for request in effects(simulated_platforms) if request["vendor"] == "starshipit"] == []
    assert {call.state for call in (await orders.sheet(bench, order_id)).calls} <= {"confirmed", "cancelled"}


async def test_a_later_shipment_notifies_shipup_of_cancelled_units(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, line = await first_line(bench)
    await cancel.cancel(bench, order_id, {line.id: 1}, "out of stock")
    _, draft = await draft_of(bench, NUMBER, {line.sku: 1}, TRACKING)
    await ship.ship(bench, order_id, draft, ["Shipup"])
    await worker.flush(bench, until_empty=True)
    last = [request for request in effects(simulated_platforms) if request["vendor"] == "shipup"][-1]["body"]
    waiting = [item for item in last["fulfillments"][0]["line_items"] if item["sku"] == line.sku]
    assert [entry["canceled_quantity"] for entry in waiting] == [1]


async def test_what_has_shipped_cannot_be_cancelled(bench: Context) -> None:
    order_id, line = await first_line(bench)
    _, draft = await draft_of(bench, NUMBER, {line.sku: line.ordered - 1}, TRACKING)
    await ship.ship(bench, order_id, draft)
    with pytest.raises(ValidationFailed) as caught:
        await cancel.cancel(bench, order_id, {line.id: 2}, "out of stock")
    assert caught.value.problems[0].path == ("lines", line.id)
    await cancel.cancel(bench, order_id, {line.id: 1}, "out of stock")
    assert (await order_of(bench)).line(line.id).left == 0  # pyright: ignore[reportOptionalMemberAccess]


async def test_invalid_values_are_refused_and_nothing_is_sent(bench: Context) -> None:
    order_id, line = await first_line(bench)
    for units, why in (
        ({line.id: 1}, " "),
        ({}, "x"),
        ({line.id: -1}, "x"),
        ({999_999: 1}, "x"),
        ({line.id: 99}, "x"),
    ):
        with pytest.raises(ValidationFailed):
            await cancel.cancel(bench, order_id, units, why)
    with refused("cancel.restore_too_many", count=1, most=0):
        await cancel.restore(bench, order_id, {line.id: 1}, "x")
    assert await worker.latest(bench) == ()
    assert await linking.manual_changes(bench, order_id) == ()


async def test_two_programs_never_cancel_the_same_unit(bench: Context, tmp_path: Path) -> None:
    order_id, line = await first_line(bench)
    async with open_context(tmp_path) as other:
        ends = await asyncio.gather(
            *(cancel.cancel(ctx, order_id, {line.id: line.ordered}, "gone") for ctx in (bench, other, bench, other)),
            return_exceptions=True,
        )
    assert sum(isinstance(end, ValidationFailed) for end in ends) == 3
    assert (await again(bench, line.id)).cancelled == line.ordered


async def connect_starshipit(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    await connections.connect(
        ctx, "starshipit", "Starshipit", url=f"{simulated_platforms.url}/starshipit", secrets=SECRETS["starshipit"]
    )
    await pull(ctx)


def somebody_else_edits(simulated_platforms: SimulatorServer, order_id: int, reference: str) -> None:
    headers = {
        "StarShipIT-Api-Key": SECRETS["starshipit"]["api_key"],
        "Ocp-Apim-Subscription-Key": SECRETS["starshipit"]["subscription_key"],
    }
    body = {"order": {"order_id": order_id, "reference": reference}}
    local_http.put(f"{simulated_platforms.url}/starshipit/api/orders", json=body, headers=headers).raise_for_status()
