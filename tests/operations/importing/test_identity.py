"""Which orders are one: the same number, an item in common, and one recipient; else a person says so once."""

import itertools
from typing import Any

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import link, orders, scan
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import manual_orders
from shipconsole.store import orders as stored_orders
from shipconsole.store import webhook_events
from shipconsole.vendors.catalog import VENDORS
from tests.operations.importing.test_one_order import SHIP_TO, remote, upsert_one
from tests.operations.orders.test_link import confirm
from tests.operations.pod import received
from tests.support.bench import draft_of
from tests.support.refusals import refused
from tests.vendors.examples import response

BOB = Address(name="Bob Stone", street="9 Quay", city="Wellington", postal_code="6011", country="NZ")


async def two_shops(ctx: Context) -> tuple[Connection, Connection]:
    engine = await connections.connect(ctx, "shipengine", "ShipEngine")
    return engine, await connections.connect(ctx, "starshipit", "Starshipit")


async def sheet(ctx: Context, number: str) -> OrderSheet:
    return await orders.sheet(ctx, await orders.find(ctx, number))


def starshipit(number: str = "1001", to: Address = BOB, **more: Any) -> RemoteOrder:
    """An order as Starshipit itself gives it, so that its document can be read again."""
    destination = {"name": to.name, "suburb": to.city, "post_code": to.postal_code, "country": to.country}
    items = [{"item_id": 50100, "sku": "MUG", "description": "Mug", "quantity": 2}]
    body = {"order_id": 501, "order_number": number, "status": "Unshipped", "destination": destination, "items": items}
    found = VENDORS["starshipit"].orders.read(response(200, {"success": True, "order": body | more}))
    assert isinstance(found, RemoteOrder)
    return found


async def test_zeros_count_in_every_lookup(ctx: Context) -> None:
    engine, post = await two_shops(ctx)
    numbers = ("0001001", "1001", "ORD-7", "ORD-007", "A1B02", "A1B2")
    await upsert_one(ctx, engine, *(remote(number, ("MUG", 1)) for number in numbers))
    ids = {number: await orders.find(ctx, number) for number in numbers}
    assert sorted(ids.values()) == [1, 2, 3, 4, 5, 6]
    for number, order_id in ids.items():
        assert (await scan.scan(ctx, number, None)).order_id == order_id
        assert await orders.find(ctx, number.lower()) == order_id
        assert await orders.find(ctx, f"{number}@ShipEngine") == order_id
        assert await ctx.read(stored_orders.linked_by_number, engine.id, number) == order_id
    for number in ("01001", "ORD-07", "A01B2"):
        with pytest.raises(ValidationFailed, match="no order"):
            await orders.find(ctx, number)
        assert (await scan.scan(ctx, number, None)).order_id is None
    # Another connection's order of a padded number is no order of the bare one.
    assert await upsert_one(ctx, post, remote("00001001", ("MUG", 1))) == 1
    assert (await manual_orders.create(ctx, NewOrder("01001", SHIP_TO, (NewLine("MUG"),)), ())).order_id == 8
    with refused("create_order.exists"):
        await manual_orders.create(ctx, NewOrder("ord-7", SHIP_TO, (NewLine("MUG"),)), ())


async def test_numbers_are_sorted_as_numbers_all_the_same(ctx: Context) -> None:
    engine, _ = await two_shops(ctx)
    await upsert_one(ctx, engine, *(remote(number, ("MUG", 1)) for number in ("10", "9", "0008")))
    found = await ctx.read(lambda db: [id_ for (id_,) in db.rows("browse.to_ship_by_number", most=9)])
    assert [(await orders.sheet(ctx, id_)).order.number for id_ in found] == ["0008", "9", "10"]


async def test_a_number_is_found_in_its_normal_form_and_two_matches_ask(ctx: Context) -> None:
    engine, _ = await two_shops(ctx)
    await upsert_one(
        ctx, engine, remote("Caf\u00e9-1", ("MUG", 1)), remote("ab-1", ("MUG", 1)), remote("AB-1", ("MUG", 1))
    )
    assert await orders.find(ctx, "CAFE\u0301-1") == 1
    assert await orders.find(ctx, "ab-1") == 2
    assert await orders.find(ctx, "AB-1") == 3
    with pytest.raises(ValidationFailed, match=r"ab-1@ShipEngine.* or AB-1@ShipEngine"):
        await orders.find(ctx, "Ab-1")
    assert (await scan.scan(ctx, "Ab-1", None)).kind == "unknown"


@pytest.mark.parametrize("first", ["ShipEngine", "Starshipit"])
async def test_one_number_of_two_shops_is_two_orders_whichever_comes_first(ctx: Context, first: str) -> None:
    engine, post = await two_shops(ctx)
    come = [(engine, remote("1001", ("MUG", 2))), (post, starshipit())]
    for connection, order in come if first == "ShipEngine" else come[::-1]:
        assert await upsert_one(ctx, connection, order) == 1
    with pytest.raises(ValidationFailed) as refused:
        await orders.find(ctx, "1001")
    message = str(refused.value)
    assert "1001@ShipEngine (A. Byron · Sydney AU)" in message
    assert "1001@Starshipit (B. Stone · Wellington NZ)" in message
    ada, bob = await sheet(ctx, "1001@ShipEngine"), await sheet(ctx, "1001@Starshipit")
    assert (ada.order.ship_to.name, bob.order.ship_to.name) == ("Ada Byron", "Bob Stone")
    assert [
        (duplicate.order_id, duplicate.connections, duplicate.recipient) for duplicate in ada.possible_duplicates
    ] == [(bob.order.id, ("Starshipit",), "B. Stone · Wellington NZ")]
    assert [duplicate.order_id for duplicate in bob.possible_duplicates] == [ada.order.id]
    assert (ada.linked_orders, bob.linked_orders) == ((), ())
    rows = await orders.list_rows(ctx, find="1001")
    assert sorted(row.label for row in rows) == ["1001 · ShipEngine", "1001 · Starshipit"]
    # Read again, they stay two.
    for connection, order in come:
        assert await upsert_one(ctx, connection, order.model_copy(update={"document": order.document + " "})) == 0
    assert len(await orders.list_rows(ctx, find="1001")) == 2


async def test_a_shipment_of_one_order_notifies_only_its_own_connection(ctx: Context) -> None:
    engine, post = await two_shops(ctx)
    await connections.connect(ctx, "shipup", "Shipup")
    await upsert_one(ctx, engine, remote("1001", ("MUG", 2), document="{}"))
    await upsert_one(ctx, post, starshipit())
    order_id, draft = await draft_of(ctx, "1001@ShipEngine", None, "9400100109361129278357")
    updates = await ship.preview(ctx, order_id, draft)
    assert [one.connection.name for one in updates] == ["ShipEngine", "Shipup"]
    await ship.ship(ctx, order_id, draft)
    # Shipup has one order of a number: news of the other would overwrite it.
    other_id, draft = await draft_of(ctx, "1001@Starshipit", None, "9400111206206406260787")
    assert [update.connection.name for update in await ship.preview(ctx, other_id, draft)] == ["Starshipit"]
    assert [order.name for order in (await orders.sheet(ctx, other_id)).number_conflicts] == ["Shipup"]


_ITEMS = {"same items": ("MUG", 2), "other items": ("PLATE", 1)}
_RECIPIENTS = {
    "same name": SHIP_TO.model_copy(update={"postal_code": "3000"}),
    "same postcode": SHIP_TO.model_copy(update={"name": "B. Ada"}),
    "other": BOB,
    "not told": Address(),
}


@pytest.mark.parametrize(("items", "to"), [*itertools.product(_ITEMS, _RECIPIENTS)])
async def test_only_number_item_and_recipient_together_make_one(ctx: Context, items: str, to: str) -> None:
    engine, post = await two_shops(ctx)
    await upsert_one(ctx, engine, remote("1001", ("MUG", 2)))
    new = await upsert_one(ctx, post, remote("1001", _ITEMS[items], ship_to=_RECIPIENTS[to]))
    is_same = items == "same items" and to.startswith("same")
    assert new == (0 if is_same else 1)
    first = await orders.sheet(ctx, 1)
    # Every pair that stays two says so, also where neither an item nor the recipient agrees: a person says no once.
    assert [duplicate.order_id for duplicate in first.possible_duplicates] == ([] if is_same else [2])
    if not is_same:
        assert [order.order_id for order in (await orders.sheet(ctx, 2)).possible_duplicates] == [1]
        await link.keep_separate(ctx, 1, 2)
        for order_id in (1, 2):
            assert (await orders.sheet(ctx, order_id)).possible_duplicates == ()
    assert len(first.links) == 1 + is_same


@pytest.mark.parametrize(
    ("told", "to", "is_one"), [(True, Address(), True), (True, BOB, False), (False, Address(), False)]
)
async def test_an_order_sent_by_its_number_is_found_again_without_a_recipient(
    ctx: Context, told: bool, to: Address, is_one: bool
) -> None:
    engine, _ = await two_shops(ctx)
    mails = await connections.connect(ctx, "shipup", "Shipup")
    await upsert_one(ctx, engine, remote("1001", ("MUG", 2), document="{}"))
    order_id, draft = await draft_of(ctx, "1001", None, "9400100109361129278357")
    await ship.ship(ctx, order_id, draft)
    for call in (await orders.sheet(ctx, order_id)).calls if told else ():
        await ctx.write(confirm, call.id)
    assert await upsert_one(ctx, mails, remote("1001", ("MUG", 2), ship_to=to)) == (0 if is_one else 1)


async def _both(ctx: Context, *ids: int) -> list[Any]:
    return [(await orders.sheet(ctx, id_)).order for id_ in ids]


async def test_a_person_links_them_or_says_no_once(ctx: Context) -> None:
    engine, post = await two_shops(ctx)
    await upsert_one(ctx, engine, remote("1001", ("MUG", 2)), remote("1002", ("MUG", 2)))
    await upsert_one(ctx, post, starshipit(), starshipit("1002", order_id=502))
    ada, bob = [await orders.find(ctx, f"1001@{name}") for name in ("ShipEngine", "Starshipit")]
    await link.keep_separate(ctx, bob, ada)
    for order_id in (ada, bob):
        assert (await orders.sheet(ctx, order_id)).possible_duplicates == ()
    (message,) = await link.manual_changes(ctx, ada)
    assert message.what == Message("audit.kept_separate", number="1001", id=str(bob))
    assert await ctx.read(lambda db: db.value("linking.kept_separate", order_id=ada)) == bob
    # Bob's address becomes Ada's: they were said to be two, and stay so.
    await upsert_one(ctx, post, starshipit(to=SHIP_TO))
    assert (await orders.sheet(ctx, ada)).possible_duplicates == ()
    assert len(await orders.list_rows(ctx, find="1001")) == 2
    # Another connection's order of the number is a question of its own.
    mails = await connections.connect(ctx, "shipup", "Shipup")
    await upsert_one(ctx, mails, remote("1001", ("MUG", 2), ship_to=Address()))
    assert [len((await orders.sheet(ctx, id_)).possible_duplicates) for id_ in (ada, bob)] == [1, 1]

    first_id, other = [await orders.find(ctx, f"1002@{name}") for name in ("ShipEngine", "Starshipit")]
    await link.link(ctx, first_id, other, link.match_items(*(await _both(ctx, first_id, other))), "one after all")
    linked = await orders.sheet(ctx, await orders.find(ctx, "1002"))
    assert [(part.connection, part.number, part.recipient, part.differs) for part in linked.linked_orders[1:]] == [
        ("Starshipit", "1002", "B. Stone · Wellington NZ", True)
    ]
    with refused("link.kept_separate_itself"):
        await link.keep_separate(ctx, first_id, first_id)


async def test_a_no_holds_for_the_order_that_one_becomes_part_of(ctx: Context) -> None:
    engine, post = await two_shops(ctx)
    mails = await connections.connect(ctx, "shipup", "Shipup")
    await upsert_one(ctx, engine, remote("1001", ("MUG", 2)))
    await upsert_one(ctx, post, starshipit())
    await upsert_one(ctx, mails, remote("1001", ("MUG", 2), id_="m", ship_to=Address()))
    ada, bob, third = 1, 2, 3
    await link.keep_separate(ctx, ada, bob)
    await link.link(ctx, bob, third, link.match_items(*(await _both(ctx, bob, third))), "Bob's mails")
    assert (await orders.sheet(ctx, ada)).possible_duplicates == ()
    assert (await orders.sheet(ctx, bob)).possible_duplicates == ()
    with pytest.raises(ValidationFailed):
        await link.unlink(ctx, bob, 99, "no such connection")
    new_id = await link.unlink(ctx, bob, post.id, "not his")
    assert [order.order_id for order in (await orders.sheet(ctx, new_id)).possible_duplicates] == [ada]


async def test_a_joined_order_whose_recipient_changes_is_shown_as_differing(ctx: Context) -> None:
    engine, post = await two_shops(ctx)
    await upsert_one(ctx, engine, remote("1001", ("MUG", 2)))
    assert await upsert_one(ctx, post, starshipit(to=SHIP_TO)) == 0
    joined = (await sheet(ctx, "1001")).linked_orders
    assert [(linked.connection, linked.number, linked.differs) for linked in joined] == [
        ("ShipEngine", "1001", False),
        ("Starshipit", "1001", False),
    ]
    assert await upsert_one(ctx, post, starshipit(to=BOB)) == 0
    found = await sheet(ctx, "1001")
    assert [(row.connection, row.recipient, row.differs) for row in found.linked_orders][1:] == [
        ("Starshipit", "B. Stone · Wellington NZ", True)
    ]
    assert found.order.ship_to == SHIP_TO
    assert len(found.links) == 2
    # And where the home itself changes, the other is the one that differs.
    await upsert_one(ctx, engine, remote("1001", ("MUG", 2), ship_to=BOB))
    assert not any(linked.differs for linked in (await sheet(ctx, "1001")).linked_orders)


async def test_two_orders_of_one_connection_are_named_by_their_ids(ctx: Context) -> None:
    engine, _ = await two_shops(ctx)
    shops = (remote("1001", ("MUG", 1), id_=id_, source_id=id_, ship_to=to) for id_, to in (("a", SHIP_TO), ("b", BOB)))
    assert await upsert_one(ctx, engine, *shops) == 2
    for asked in ("1001", "1001@ShipEngine"):
        with pytest.raises(ValidationFailed, match=r"id:1 \(A. Byron.* or id:2 \(B. Stone"):
            await orders.find(ctx, asked)
    assert (await orders.sheet(ctx, 1)).possible_duplicates == ()
    assert await ctx.read(stored_orders.linked_by_number, engine.id, "1001") is None


async def test_a_sign_in_a_number_or_a_connection_is_no_trouble(ctx: Context) -> None:
    mail = await connections.connect(ctx, "shipengine", "a@b")
    await upsert_one(ctx, mail, remote("1@a", ("MUG", 1)), remote("7", ("MUG", 1)))
    assert await orders.find(ctx, "1@a") == await orders.find(ctx, "1@a@a@b") == 1
    assert await orders.find(ctx, "7@a@b") == 2
    for wrong in ("7@a", "7@", "@a@b", "8@a@b"):
        with pytest.raises(ValidationFailed, match="no order"):
            await orders.find(ctx, wrong)


def order_webhook(number: str, **more: Any) -> dict[str, Any]:
    of = {"tracking_number": "9400100109361129278357", "shipped_items": [{"order_item_id": "A", "quantity": 1}]}
    items = [{"id": 1, "sku": "MUG", "quantity": 1, "order_item_id": "A"}]
    data = {"id": 88, "order_id": number, "status": "shipped", "test_order": False, "line_items": items, **more}
    event = {"uuid": number, "name": "shipment_notify", "timestamp": "2026-11-20T08:00:00Z"}
    return {"event": event | {"tracking": of | {"tracking_status": "in_transit", "carrier_code": "USPS"}}, "data": data}


@pytest.mark.parametrize("status", ["in_production", "shipped"])
async def test_a_webhook_without_a_recipient_is_attached_to_nothing(ctx: Context, status: str) -> None:
    engine, _ = await two_shops(ctx)
    # It counts by itself, though SwiftPOD is not asked; what follows of it is another matter.
    pod = await connections.connect(ctx, "swiftpod", "Pod", options={"webhooks_without_key": "apply"})
    await upsert_one(ctx, engine, remote("1001", ("MUG", 2)))
    webhook_event_id = await received(ctx, pod, order_webhook("1001", status=status))
    done = await process.process_one(ctx, webhook_event_id)
    assert "Pod named no recipient" in str(done.message)
    assert len(await orders.list_rows(ctx)) == 1
    ada = await sheet(ctx, "1001")
    assert (len(ada.links), ada.tracks, ada.possible_duplicates) == (1, (), ())
    # A sync tells whose it is, and the webhook is worked off again by the connection's own link.
    known = remote("1001", ("MUG", 1), id_="88", status="in_production")
    assert await upsert_one(ctx, pod, known) == 0
    assert [event.id for event in await ctx.read(webhook_events.unprocessed, 9)] == [webhook_event_id]
    await process.process_one(ctx, webhook_event_id)
    assert [track.tracking_number for track in (await sheet(ctx, "1001")).tracks] == ["9400100109361129278357"]
