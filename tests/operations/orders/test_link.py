"""Linking: two orders become one and one becomes two on a person's word, and no sync undoes it."""

import asyncio
from pathlib import Path

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import KeptBack, PackageDraft, ShipmentDraft
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, verbatim
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import link as linking
from shipconsole.operations.orders import orders, scan
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import create, manual_orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import calls
from shipconsole.store import orders as orders_store
from shipconsole.store.database import Db
from tests.operations.importing.test_one_order import SHIP_TO as SHOP_SHIP_TO
from tests.operations.importing.test_one_order import remote, upsert_one
from tests.support.bench import draft_of, open_context
from tests.support.refusals import refused

WHY = "the same order"
TRACKING = "9400100109361129278357"
SHIP_TO = Address(name="John Smith", street="20 George Street", city="Sydney", postal_code="2000", country="Australia")


def confirm(db: Db, call_id: int) -> None:
    assert calls.move(db, call_id, from_state="pending", state="confirmed", message=verbatim(""), now_ms=0)


async def two_orders(ctx: Context) -> tuple[int, int, Connection, Connection]:
    """The same order under two numbers, one SKU written in two ways."""
    shop = await connections.connect(ctx, "shipengine", "Shop")
    bench = await connections.connect(ctx, "starshipit", "Bench")
    await upsert_one(ctx, shop, remote("1001", ("CASE", 2), ("CABLE", 1)))
    await upsert_one(ctx, bench, remote("W-77", ("CASE", 2), ("CBL", 1), ("BAG", 1), id_="77"))
    return await orders.find(ctx, "1001"), await orders.find(ctx, "W-77"), shop, bench


async def pairs_of(ctx: Context, order_id: int, other_id: int) -> list[tuple[int, int]]:
    """The proposal, and the cable by hand."""
    order, other = [(await orders.sheet(ctx, id_)).order for id_ in (order_id, other_id)]
    return [*linking.match_items(order, other), (order.lines[1].id, other.lines[1].id)]


async def linked(ctx: Context, order_id: int) -> dict[str, list[tuple[int, str]]]:
    sheet = await orders.sheet(ctx, order_id)
    names = {connection.id: connection.name for connection in await connections.every(ctx)}
    return {names[link.connection_id]: [(line.line_id, line.remote_id) for line in link.lines] for link in sheet.links}


async def test_a_candidate_shares_an_item_but_no_connection(ctx: Context) -> None:
    order_id, other_id, shop, _ = await two_orders(ctx)
    await upsert_one(ctx, shop, remote("1002", ("CASE", 1)))
    (found,) = await linking.candidates(ctx, order_id)
    assert (found.order_id, found.number, found.connections, found.matches) == (other_id, "W-77", ("Bench",), 1)
    assert [line.sku for line in found.lines] == ["CASE", "CBL", "BAG"]
    assert [candidate.number for candidate in await linking.candidates(ctx, order_id, "W-77")] == ["W-77"]
    assert await linking.candidates(ctx, order_id, "1002") == ()


async def test_linked_orders_are_one_and_a_sync_leaves_them_so(ctx: Context) -> None:
    order_id, other_id, shop, bench = await two_orders(ctx)
    await linking.link(ctx, order_id, other_id, await pairs_of(ctx, order_id, other_id), WHY)
    case, cable = (await orders.sheet(ctx, order_id)).order.lines
    expected = {
        "Shop": [(case.id, "1001/0"), (cable.id, "1001/1")],
        "Bench": [(case.id, "W-77/0"), (cable.id, "W-77/1")],
    }
    assert await linked(ctx, order_id) == expected
    assert await orders.find(ctx, "W-77") == await orders.find(ctx, f"#{other_id}") == order_id
    assert [row.id for row in await orders.list_rows(ctx, find="W-77")] == [order_id]
    new = remote("W-77", ("CASE", 2), ("CBL", 1), ("BAG", 1), id_="77", status="Saved")
    assert await upsert_one(ctx, bench, new) == 0
    assert await upsert_one(ctx, shop, remote("1001", ("CASE", 2), ("CABLE", 1), status="x")) == 0
    assert await linked(ctx, order_id) == expected
    assert [line.left for line in (await orders.sheet(ctx, order_id)).order.lines] == [2, 1]
    (done,) = await linking.manual_changes(ctx, order_id)
    assert (str(done.what), done.reason) == ("Linked to order W-77 (Bench), without BAG.", WHY)


async def test_an_order_that_is_part_of_another_is_found_and_scanned_by_its_former_number(ctx: Context) -> None:
    shop = await connections.connect(ctx, "shipengine", "Shop")
    await upsert_one(ctx, shop, remote("1001", ("CASE", 2)), remote("1002", ("CASE", 1)))
    whole_id = await orders.find(ctx, "1002")
    numbers = ("HAND-1", "HAND-2")
    ids = [
        (await manual_orders.create(ctx, NewOrder(number, SHIP_TO, (NewLine("CASE"),)), ())).order_id
        for number in numbers
    ]
    for order_id, other_id in ((ids[0], ids[1]), (whole_id, ids[0])):
        order, other = [(await orders.sheet(ctx, id_)).order for id_ in (order_id, other_id)]
        await linking.link(ctx, order_id, other_id, linking.match_items(order, other), WHY)
    for id_, number in zip(ids, numbers, strict=True):
        assert await orders.find(ctx, number.lower()) == await orders.find(ctx, f"#{id_}") == whole_id
        assert (await scan.scan(ctx, number, None)).order_id == whole_id
        assert [row.id for row in await orders.list_rows(ctx, find=number)] == [whole_id]
        part = await linking.merged_into(ctx, id_)
        assert part is not None
        assert part.number == "1002"
    assert await linking.merged_into(ctx, whole_id) is None


async def test_what_was_packed_of_an_order_is_packed_of_the_one_it_becomes_part_of(ctx: Context) -> None:
    order_id, other_id, _, _ = await two_orders(ctx)
    case, _, bag = (await orders.sheet(ctx, other_id)).order.lines
    packed = ShipmentDraft(packages=(PackageDraft(tracking_number=TRACKING, quantities={case.id: 2, bag.id: 1}),))
    await orders.save_draft(ctx, other_id, packed)
    await linking.link(ctx, order_id, other_id, await pairs_of(ctx, order_id, other_id), WHY)
    sheet = await orders.sheet(ctx, order_id)
    expected = PackageDraft(tracking_number=TRACKING, quantities={sheet.order.lines[0].id: 2})
    assert sheet.draft == ShipmentDraft(packages=(expected,), kept_back=KeptBack.CHANGED)
    # Whoever still types for the order that is gone loses no other order's draft by it.
    await orders.save_draft(ctx, other_id, packed)
    assert (await orders.sheet(ctx, order_id)).draft == ShipmentDraft(packages=(expected,), kept_back=KeptBack.CHANGED)


async def test_an_order_that_is_open_at_a_station_is_open_there_as_the_one_it_becomes_part_of(ctx: Context) -> None:
    order_id, other_id, *_ = await two_orders(ctx)
    await scan.save_open_order(ctx, other_id)
    await linking.link(ctx, order_id, other_id, await pairs_of(ctx, order_id, other_id), WHY)
    assert await scan.last_open_order(ctx) == order_id
    # The window at that station may say so once more before it hears of the link.
    await scan.save_open_order(ctx, other_id)
    assert await scan.last_open_order(ctx) == order_id


@pytest.mark.parametrize("state", ["pending", "confirmed"])
async def test_an_order_that_is_being_sent_to_a_platform_is_not_linked_to_one_that_it_has(
    ctx: Context, state: str
) -> None:
    order_id, other_id, _, bench = await two_orders(ctx)
    await ctx.write(orders_store.describe_manual_order, order_id, ship_to=SHIP_TO, note=NO_MESSAGE, ordered_at_ms=0)
    notifications = await create.queue_creations(ctx, [order_id], bench.id)
    assert notifications.call_ids
    if state == "confirmed":
        # As where the platform's answer names no id: the order is found there by the next sync.
        await ctx.write(confirm, notifications.call_ids[0])
    for one, another in ((order_id, other_id), (other_id, order_id)):
        with pytest.raises(ValidationFailed) as refused:
            await linking.link(ctx, one, another, [], WHY)
        assert any(
            "Bench is receiving an update about one of the two orders." in str(problem.message)
            for problem in refused.value.problems
        )


async def test_a_linked_connection_is_notified_under_its_own_ids(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await orders.find(bench, "10001")
    (engine,) = await connections.named(bench, ["ShipEngine"])
    new_id = await linking.unlink(bench, order_id, engine.id, "a test")
    order, other = [(await orders.sheet(bench, id_)).order for id_ in (new_id, order_id)]
    await linking.link(bench, new_id, order_id, linking.match_items(order, other), WHY)
    _, draft = await draft_of(bench, f"#{new_id}", None, TRACKING)
    shipped = await ship.ship(bench, new_id, draft)
    assert len(shipped.call_ids) == 3
    await worker.flush(bench, until_empty=True)
    assert {call.state for call in await worker.updates_of(bench, shipped.call_ids)} == {"confirmed"}


async def test_what_is_done_keeps_its_record_when_its_order_becomes_part_of_another(ctx: Context) -> None:
    order_id, other_id, _, bench = await two_orders(ctx)
    third = await connections.connect(ctx, "shipup", "Mails")
    await upsert_one(ctx, third, remote("M-5", ("CASE", 2)))
    last_id = await orders.find(ctx, "M-5")
    case = (await orders.sheet(ctx, last_id)).order.lines[0].id
    other_case = (await orders.sheet(ctx, other_id)).order.lines[0].id
    await linking.link(ctx, other_id, last_id, [(other_case, case)], "one")
    await linking.link(ctx, order_id, other_id, await pairs_of(ctx, order_id, other_id), "two")
    assert [change.reason for change in await linking.manual_changes(ctx, order_id)] == ["one", "two"]
    assert set(await linked(ctx, order_id)) == {"Shop", "Bench", "Mails"}
    assert bench.name in str((await linking.manual_changes(ctx, order_id))[1].what)


async def test_unlinked_orders_are_two_and_a_sync_leaves_them_so(bench: Context) -> None:
    order_id = await orders.find(bench, "10001")
    before = (await orders.sheet(bench, order_id)).order
    (starshipit,) = await connections.named(bench, ["Starshipit"])
    new_id = await linking.unlink(bench, order_id, starshipit.id, "another package")
    assert set(await linked(bench, order_id)) == {"ShipEngine", "Shipup"}
    assert set(await linked(bench, new_id)) == {"Starshipit"}
    for _ in range(2):
        for pulled in await import_orders.sync(bench, await connections.every(bench)):
            assert (str(pulled.message), pulled.new) == ("", 0)
    assert set(await linked(bench, order_id)) == {"ShipEngine", "Shipup"}
    new = (await orders.sheet(bench, new_id)).order
    assert (await orders.sheet(bench, order_id)).order == before
    assert [(line.sku, line.ordered) for line in new.lines] == [(line.sku, line.ordered) for line in before.lines]
    assert new.ship_to.street == before.ship_to.street
    for id_, part in ((order_id, "Unlinked from Starshipit"), (new_id, "Separated from order 10001")):
        (done,) = await linking.manual_changes(bench, id_)
        assert part in str(done.what)


async def test_a_second_order_of_the_number_is_not_joined_where_the_first_was_taken_off(ctx: Context) -> None:
    shop = await connections.connect(ctx, "shipengine", "Shop")
    mails = await connections.connect(ctx, "shipup", "Mails")
    await upsert_one(ctx, shop, remote("1001", ("CASE", 2)))
    items = '[{"merchant_id": "l1", "sku": "CASE", "quantity": 2}]'
    document = f'{{"merchant_id": "m1", "order_number": "1001", "line_items": {items}}}'
    line = RemoteLine(remote_id="l1", sku="CASE", quantity=2)
    given = RemoteOrder(remote_id="m1", number="1001", lines=(line,), ship_to=SHOP_SHIP_TO, document=document)
    await upsert_one(ctx, mails, given)
    order_id = await orders.find(ctx, "1001")
    new_id = await linking.unlink(ctx, order_id, mails.id, "another buyer")
    await upsert_one(ctx, mails, remote("1001", ("CASE", 2), id_="m2"))
    assert set(await linked(ctx, order_id)) == {"Shop"}
    # Who says that they are one after all is believed.
    other, order = (await orders.sheet(ctx, new_id)).order, (await orders.sheet(ctx, order_id)).order
    await linking.link(ctx, order_id, new_id, linking.match_items(order, other), "one buyer after all")
    assert set(await linked(ctx, order_id)) == {"Shop", "Mails"}


async def test_what_cannot_be_linked_is_refused_with_a_message(bench: Context) -> None:
    order_id, other_id = await orders.find(bench, "10001"), await orders.find(bench, "10002")
    here, there = [(await orders.sheet(bench, id_)).order for id_ in (order_id, other_id)]
    some = [(here.lines[0].id, there.lines[0].id)]
    _, draft = await draft_of(bench, "10002", None, TRACKING)
    await ship.ship(bench, other_id, draft)
    with pytest.raises(ValidationFailed) as caught:
        await linking.link(bench, order_id, other_id, some, WHY)
    words = str(caught.value)
    for part in ("as two", "has shipments", "Not all updates of order 10002 are sent"):
        assert part in words
    for wrong in ([], [some[0], some[0]], [(999_999, 1)]):
        with pytest.raises(ValidationFailed):
            await linking.link(bench, order_id, other_id, wrong, WHY)
    with refused("link.itself"):
        await linking.link(bench, order_id, order_id, some, WHY)
    with refused("reason.missing_order"):
        await linking.link(bench, order_id, other_id, some, "")


async def test_a_connection_notified_of_shipments_cannot_be_unlinked(bench: Context) -> None:
    order_id = await orders.find(bench, "10001")
    known = await connections.every(bench)
    assert await linking.unlinkable_connections(bench, order_id) == known
    _, draft = await draft_of(bench, "10001", None, TRACKING)
    await ship.ship(bench, order_id, draft, ["Shipup"])
    (shipup,) = await connections.named(bench, ["Shipup"])
    with refused("unlink.unsent", connection="Shipup"):
        await linking.unlink(bench, order_id, shipup.id, WHY)
    await worker.flush(bench, until_empty=True)
    with refused("unlink.notified", connection="Shipup"):
        await linking.unlink(bench, order_id, shipup.id, WHY)
    assert [connection.name for connection in await linking.unlinkable_connections(bench, order_id)] == [
        "ShipEngine",
        "Starshipit",
    ]


async def test_two_programs_link_the_same_orders_only_once(ctx: Context, tmp_path: Path) -> None:
    order_id, other_id, _, _ = await two_orders(ctx)
    here = await pairs_of(ctx, order_id, other_id)
    there = [(other, own) for own, other in here]
    async with open_context(tmp_path) as second:
        ends = await asyncio.gather(
            linking.link(ctx, order_id, other_id, here, WHY),
            linking.link(second, other_id, order_id, there, WHY),
            linking.link(second, order_id, other_id, here, WHY),
            return_exceptions=True,
        )
    assert sum(end is None for end in ends) == 1
    assert sum(isinstance(end, ValidationFailed) for end in ends) == 2
    (row,) = await orders.list_rows(ctx)
    assert set(await linked(ctx, row.id)) == {"Shop", "Bench"}
