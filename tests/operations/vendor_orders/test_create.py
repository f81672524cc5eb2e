"""Introducing: an order is made known to a connection once, and why another is left out is said."""

from shipconsole.domain.address import Address
from shipconsole.domain.message import Message
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cancel, orders
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import create, manual_orders
from shipconsole.simulator.server import SimulatorServer
from tests.operations.importing.test_one_order import remote, upsert_one
from tests.support.bench import draft_of, effects

JOHN_SMITH = Address(name="John Smith", street="20 George Street", city="Sydney", country="Australia")


async def entered(ctx: Context, number: str, *lines: NewLine) -> int:
    new = NewOrder(number, JOHN_SMITH, lines or (NewLine("CABLE", "Cable", 3),))
    return (await manual_orders.create(ctx, new, ())).order_id


async def starshipit(ctx: Context) -> int:
    (connection,) = await connections.named(ctx, ["Starshipit"])
    return connection.id


async def test_many_orders_are_sent_at_once_and_the_others_skipped_with_a_reason(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    to = await starshipit(bench)
    good = [await entered(bench, "B-1"), await entered(bench, "B-2")]
    known = await orders.find(bench, "10001")
    long = await entered(bench, "B-3", NewLine("S" * 51))
    gone = await entered(bench, "B-4")
    line = (await orders.sheet(bench, gone)).order.lines[0]
    await cancel.cancel(bench, gone, {line.id: 3}, "out of stock")
    notifications = await create.queue_creations(bench, [*good, known, long, gone, 999_999], to)
    assert len(notifications.call_ids) == 2
    assert [order_id for order_id, _ in notifications.skipped] == [known, long, gone, 999_999]
    words = " ".join(str(why) for _, why in notifications.skipped)
    for part in (
        "already has order 10001",
        "Starshipit accepts 50",
        "Nothing of order B-4",
        "This order is no longer here",
    ):
        assert part in words
    again = await create.queue_creations(bench, good, to)
    assert again.call_ids == ()
    assert "is already being sent" in str(again.skipped[0][1])
    await worker.flush(bench, until_empty=True)
    told_of = [request["body"]["order"]["order_number"] for request in effects(simulated_platforms)]
    assert sorted(told_of) == ["B-1", "B-2"]
    assert "already has order B-1" in str((await create.queue_creations(bench, good, to)).skipped[0][1])


async def test_two_orders_of_a_number_are_not_both_sent_to_a_platform_that_knows_orders_by_it(ctx: Context) -> None:
    shops = [await connections.connect(ctx, "shipengine", name) for name in ("Shop 1", "Shop 2")]
    shipup = await connections.connect(ctx, "shipup", "Shipup")
    bench = await connections.connect(ctx, "starshipit", "Bench")
    for position, shop in enumerate(shops):
        await upsert_one(ctx, shop, remote("1001", ("CASE", 1), id_=str(position), ship_to=JOHN_SMITH))
    duplicates = [row.id for row in await orders.list_rows(ctx)]
    notifications = await create.queue_creations(ctx, duplicates, shipup.id)
    assert len(notifications.call_ids) == 1
    assert notifications.skipped == ((duplicates[1], Message("order.other_there", connection="Shipup", number="1001")),)
    # Starshipit has ids of its own: two orders of a number are two there.
    assert len((await create.queue_creations(ctx, duplicates, bench.id)).call_ids) == 2


async def test_the_preview_is_what_is_sent(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id = await entered(bench, "B-1")
    request = await create.preview(bench, order_id, await starshipit(bench))
    assert not request.repeatable
    await create.queue_creations(bench, [order_id], await starshipit(bench))
    await worker.flush(bench, until_empty=True)
    (effect,) = effects(simulated_platforms)
    assert effect["body"] == request.body


async def test_an_introduced_order_ships_like_any_other(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id = await entered(bench, "B-1")
    await create.queue_creations(bench, [order_id], await starshipit(bench))
    await worker.flush(bench, until_empty=True)
    _, draft = await draft_of(bench, "B-1", {"CABLE": 2}, "9400100109361129278357")
    await ship.ship(bench, order_id, draft, ["Starshipit"])
    await worker.flush(bench, until_empty=True)
    assert [request["call"] for request in effects(simulated_platforms, "B-1")] == ["create_order", "update_order"]
    assert {call.state for call in (await orders.sheet(bench, order_id)).calls} == {"confirmed"}
