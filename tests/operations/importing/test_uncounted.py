"""Quantities that are no whole units: kept as they came, nothing is rounded, and no such item ships by itself."""

import json
from random import Random
from typing import Any

import pytest

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import cancel, orders
from shipconsole.operations.orders import link as linking
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.sending import verify
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import create, differences, edit
from shipconsole.store import orders as stored_orders
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Json
from tests.support.bench import draft_of
from tests.support.refusals import refused
from tests.vendors.examples import response

LABEL = "9400100109361129278357"
WHY = "cut and packed"
TO = {"name": "Ada Byron", "address_line1": "1 Test Street", "city_locality": "Sydney", "postal_code": "2000"} | {
    "country_code": "AU"
}
ODD: tuple[Json, ...] = (
    2.5,
    None,
    -1,
    True,
    False,
    "3 m",
    "",
    "NaN",
    "two",
    1_000_001,
    10**30,
    -0.5,
    1e300,
    [],
    {},
    [3],
)
"""What is no whole number of units, each as a platform could write it."""


def body(vendor: str, *items: tuple[str, Json], number: str = "1001") -> dict[str, Any]:
    """An order of a platform with items by SKU, each with a quantity as it comes."""
    if vendor == "shipengine":
        made = [
            {"sales_order_item_id": f"i-{sku}", "line_item_details": {"sku": sku, "name": sku}, "quantity": quantity}
            for sku, quantity in items
        ]
        return {"sales_order_id": f"so-{number}", "external_order_number": number, "ship_to": TO} | {
            "sales_order_status": {"fulfillment_status": "unfulfilled"},
            "sales_order_items": made,
        }
    if vendor == "starshipit":
        made = [
            {"item_id": 100 + position, "sku": sku, "description": sku, "quantity": quantity}
            for position, (sku, quantity) in enumerate(items)
        ]
        to = {"name": TO["name"], "post_code": TO["postal_code"], "country": TO["country_code"]}
        order = {"order_id": 501, "order_number": number, "status": "Unshipped", "destination": to, "items": made}
        return {"success": True, "order": order}
    if vendor == "shipup":
        made = [{"merchant_id": f"m-{sku}", "sku": sku, "title": sku, "quantity": quantity} for sku, quantity in items]
        to = {"name": TO["name"], "zip": TO["postal_code"], "country_code": TO["country_code"]}
        return {"merchant_id": f"su-{number}", "order_number": number, "shipping_address": to, "line_items": made}
    made = [{"id": sku, "order_item_id": sku, "sku": sku, "name": sku, "quantity": quantity} for sku, quantity in items]
    to = {"name": TO["name"], "zip": TO["postal_code"], "country": TO["country_code"]}
    return {"id": 7, "order_id": number, "status": "in_production", "address": to, "line_items": made}


def read(vendor: str, *items: tuple[str, Json], number: str = "1001") -> RemoteOrder:
    given = body(vendor, *items, number=number)
    found = VENDORS[vendor].orders.read(response(200, {"data": [given]} if vendor == "shipup" else given))
    assert isinstance(found, RemoteOrder), found
    return found


async def upsert_one(ctx: Context, connection: Connection, *items: tuple[str, Json]) -> int:
    given = (read(connection.vendor, *items),)
    return await ctx.write(upsert.upsert_orders, connection, given, now_ms=1)


async def connected(ctx: Context, *vendors: str) -> list[Connection]:
    return [await connections.connect(ctx, vendor, vendor.title()) for vendor in vendors]


async def sheet(ctx: Context) -> OrderSheet:
    return await orders.sheet(ctx, await orders.find(ctx, "1001"))


async def resolve(ctx: Context, resolution: Any, sku: str = "CLOTH") -> OrderSheet:
    order = (await sheet(ctx)).order
    await cancel.resolve_item(ctx, order.id, order.lines_of(sku)[0].id, resolution, WHY)
    return await sheet(ctx)


@pytest.mark.parametrize("vendor", ["shipengine", "starshipit", "shipup", "swiftpod"])
@pytest.mark.parametrize("quantity", ODD, ids=repr)
async def test_it_is_kept_as_it_came_and_waits_for_a_person(ctx: Context, vendor: str, quantity: Json) -> None:
    (connection,) = await connected(ctx, vendor)
    assert await upsert_one(ctx, connection, ("CLOTH", quantity), ("MUG", 2)) == 1
    found = await sheet(ctx)
    cloth, mug = found.order.lines
    assert json.loads(cloth.quantity_json) == quantity
    assert type(json.loads(cloth.quantity_json)) is type(quantity)
    assert (cloth.is_counted, cloth.is_unresolved, cloth.left) == (False, True, 0)
    assert (mug.is_counted, mug.ordered, mug.left) == (True, 2, 2)
    assert found.links[0].lines[0].quantity is None
    (row,) = await orders.list_rows(ctx, state="to_ship")
    assert (row.state, row.ordered, row.left, row.unresolved) == ("open", 3, 3, 1)


@pytest.mark.parametrize("vendor", ["shipengine", "starshipit", "shipup", "swiftpod"])
@pytest.mark.parametrize(
    ("quantity", "units"), [(3, 3), ("3", 3), (3.0, 3), ("3.00", 3), (1e3, 1000), (0, 0), (-0.0, 0)]
)
def test_whole_units_are_read_however_they_are_written(vendor: str, quantity: Json, units: int) -> None:
    (line,) = read(vendor, ("MUG", quantity)).lines
    assert (line.quantity, line.quantity_text) == (units, "")


@pytest.mark.parametrize("vendor", ["shipengine", "starshipit", "shipup", "swiftpod"])
def test_what_is_long_is_kept_by_its_beginning(vendor: str) -> None:
    (line,) = read(vendor, ("MUG", "9" * 5_000)).lines
    assert json.loads(line.quantity_text) == '"' + "9" * 56 + "…"


async def test_no_nonsense_makes_an_order_disappear_or_turns_to_nothing(ctx: Context) -> None:
    """Whatever comes, in whatever order, an item that ever had no whole units is open until a person resolves it."""
    (connection,) = await connected(ctx, "shipengine")
    random = Random(7)
    await upsert_one(ctx, connection, ("CLOTH", 2.5), ("MUG", 1))
    for _ in range(120):
        quantity = random.choice((*ODD, random.randint(0, 9), random.uniform(-5, 5), str(random.uniform(0, 9))))
        before = (await sheet(ctx)).order.lines[0]
        await upsert_one(ctx, connection, ("CLOTH", quantity), ("MUG", 1))
        found = await sheet(ctx)
        cloth = found.order.lines[0]
        assert found.order.state == "open"
        assert [row.number for row in await orders.list_rows(ctx, state="to_ship")] == ["1001"]
        if quantity is None:
            assert cloth.quantity_json == before.quantity_json, "no quantity is no news"
        else:
            assert json.loads(cloth.quantity_json) == quantity or cloth.quantity == str(quantity)
        assert cloth.is_unresolved == bool(cloth.quantity_text)


async def test_a_quantity_that_is_whole_again_is_packed_as_ever(ctx: Context) -> None:
    (connection,) = await connected(ctx, "shipengine")
    await upsert_one(ctx, connection, ("CLOTH", 2.5))
    await upsert_one(ctx, connection, ("CLOTH", 3))
    found = await sheet(ctx)
    assert (found.order.lines[0].left, found.order.unresolved) == (3, 0)
    # What had units and has none any more keeps what is known of them, and nothing more of it ships.
    order_id, draft = await draft_of(ctx, "1001", {"CLOTH": 1}, LABEL)
    await ship.ship(ctx, order_id, draft)
    await upsert_one(ctx, connection, ("CLOTH", "2.5 m"))
    cloth = (await sheet(ctx)).order.lines[0]
    assert (cloth.ordered, cloth.shipped, cloth.left, cloth.quantity) == (3, 1, 0, "2.5 m")
    assert (await sheet(ctx)).order.state == "partly_shipped"
    assert (await resolve(ctx, "cancelled")).order.state == "shipped"


async def test_it_cannot_be_put_in_a_package_and_does_not_ship_by_itself(ctx: Context) -> None:
    (connection,) = await connected(ctx, "shipengine")
    await upsert_one(ctx, connection, ("CLOTH", 2.5), ("MUG", 2))
    order_id, draft = await draft_of(ctx, "1001", None, LABEL)
    assert list(draft.packages[0].quantities.values()) == [2]
    with refused("ship.not_counted", sku="CLOTH", quantity="2.5"):
        await ship.ship(ctx, order_id, (await draft_of(ctx, "1001", {"CLOTH": 1}, LABEL))[1])
    cloth = (await sheet(ctx)).order.lines[0]
    with pytest.raises(ValidationFailed):
        await cancel.cancel(ctx, order_id, {cloth.id: 1}, WHY)
    # Not even where someone else's work came between.
    assert not await ctx.write(stored_orders.claim_units, order_id, {cloth.id: 0})
    await ship.ship(ctx, order_id, draft)
    assert (await sheet(ctx)).order.state == "partly_shipped"
    assert [row.left for row in await orders.list_rows(ctx, state="to_ship")] == [1]
    done = await resolve(ctx, "shipped")
    assert (done.order.state, await orders.list_rows(ctx, state="to_ship")) == ("shipped", [])
    assert [(str(change.what), change.reason) for change in done.manual_changes] == [
        ("Item CLOTH, 2.5: resolved as shipped.", WHY)
    ]
    reopened = await resolve(ctx, "")
    assert (reopened.order.state, reopened.order.unresolved) == ("partly_shipped", 1)


async def test_only_what_can_be_resolved_is(ctx: Context) -> None:
    (connection,) = await connected(ctx, "shipengine")
    await upsert_one(ctx, connection, ("CLOTH", 2.5), ("MUG", 2))
    order = (await sheet(ctx)).order
    cloth, mug = order.lines
    for line_id, resolution, why, message in (
        (mug.id, "shipped", WHY, "whole number of units"),
        (99, "shipped", WHY, "This item is no longer here"),
        (cloth.id, "shipped", "  ", "reason"),
        (cloth.id, "", WHY, "already"),
    ):
        with pytest.raises(ValidationFailed, match=message):
            await cancel.resolve_item(ctx, order.id, line_id, resolution, why)  # pyright: ignore[reportArgumentType]
    await resolve(ctx, "cancelled")
    with refused("item.already_cancelled", sku="CLOTH", quantity="2.5"):
        await resolve(ctx, "cancelled")
    # Another quantity is another question, also where it is whole: the package may be packed already.
    for quantity in (3.5, 3):
        await upsert_one(ctx, connection, ("CLOTH", quantity), ("MUG", 2))
        found = (await sheet(ctx)).order
        assert (found.unresolved, found.lines[0].left, found.lines[0].is_counted) == (1, 0, False), quantity
    await resolve(ctx, "")
    assert (await sheet(ctx)).order.lines[0].left == 3


async def requests(ctx: Context) -> dict[str, Any]:
    order_id, draft = await draft_of(ctx, "1001", None, LABEL)
    return {update.connection.name: update.request.body for update in await ship.preview(ctx, order_id, draft)}


async def test_no_platform_gets_an_unknown_quantity(ctx: Context) -> None:
    engine, post, mails = await connected(ctx, "shipengine", "starshipit", "shipup")
    for connection in (engine, post, mails):
        await upsert_one(ctx, connection, ("CLOTH", 2.5), ("MUG", 2))
    notifications = await requests(ctx)
    mug = {"sales_order_item_id": "i-MUG", "quantity": 2}
    assert notifications["Shipengine"]["sales_order_items"] == [mug], "the whole order is not said to have shipped"
    assert [item["item_id"] for item in notifications["Starshipit"]["order"]["items"]] == [101]
    (fulfillment,) = notifications["Shipup"]["fulfillments"]
    assert [item["sku"] for item in fulfillment["trackers"][0]["line_items"]] == ["MUG"]
    assert [(item["sku"], item.keys() & _NUMBERS) for item in fulfillment["line_items"]] == [("CLOTH", set())]

    await resolve(ctx, "shipped")
    notifications = await requests(ctx)
    assert "sales_order_items" not in notifications["Shipengine"], "the only package is the whole order now"
    assert [item["item_id"] for item in notifications["Starshipit"]["order"]["items"]] == [101]
    assert "line_items" not in notifications["Shipup"]["fulfillments"][0]

    await resolve(ctx, "cancelled")
    notifications = await requests(ctx)
    assert notifications["Shipengine"]["sales_order_items"] == [mug]
    (cloth,) = notifications["Shipup"]["fulfillments"][0]["line_items"]
    assert (cloth["canceled"], cloth.keys() & _NUMBERS) == (True, set())


_NUMBERS = {"quantity", "shipped_quantity", "canceled_quantity"}


@pytest.mark.parametrize(("resolution", "part"), [(None, "part"), ("cancelled", "part"), ("shipped", "whole")])
async def test_what_a_response_would_show_is_what_was_sent(ctx: Context, resolution: str | None, part: str) -> None:
    (engine,) = await connected(ctx, "shipengine")
    await upsert_one(ctx, engine, ("CLOTH", 2.5), ("MUG", 2))
    if resolution:
        await resolve(ctx, resolution)
    order_id, draft = await draft_of(ctx, "1001", None, LABEL)
    await ship.ship(ctx, order_id, draft)
    (call,) = (await sheet(ctx)).calls
    assert await ctx.read(verify.part_of, call) == part


async def test_an_order_that_is_new_to_shipup_has_no_invented_number_either(ctx: Context) -> None:
    engine, _ = await connected(ctx, "shipengine", "shipup")
    await upsert_one(ctx, engine, ("CLOTH", None), ("MUG", 2))
    (fulfillment,) = (await requests(ctx))["Shipup"]["fulfillments"]
    (cloth,) = fulfillment["line_items"]
    assert (cloth["sku"], cloth.keys() & _NUMBERS) == ("CLOTH", set())


@pytest.mark.parametrize("vendor", ["starshipit", "shipup"])
async def test_it_is_created_nowhere_before_a_person_resolved_it(ctx: Context, vendor: str) -> None:
    engine, other = await connected(ctx, "shipengine", vendor)
    await upsert_one(ctx, engine, ("CLOTH", 2.5), ("MUG", 2))
    order_id = await orders.find(ctx, "1001")
    with refused("push.not_counted", sku="CLOTH", quantity="2.5"):
        await create.preview(ctx, order_id, other.id)
    (skipped,) = (await create.queue_creations(ctx, [order_id], other.id)).skipped
    assert "2.5" in str(skipped[1])
    await resolve(ctx, "cancelled")
    assert "CLOTH" not in (await create.preview(ctx, order_id, other.id)).body_text


async def test_a_quantity_of_another_connection_is_shown_as_it_came(ctx: Context) -> None:
    engine, post = await connected(ctx, "shipengine", "starshipit")
    await upsert_one(ctx, engine, ("CLOTH", 3))
    await upsert_one(ctx, post, ("CLOTH", 2.5))
    found = await sheet(ctx)
    assert (found.order.lines[0].left, [link.lines[0].quantity_json for link in found.links]) == (3, ["3", "2.5"])
    sections = await edit.sections(ctx, found.order.id)
    (differs,) = [
        section for section in differences.between(found.order, sections) if section.what == verbatim("CLOTH")
    ]
    assert differs.values == (("Shipengine", "3"), ("Starshipit", "2.5"))


async def test_it_stays_as_it_came_where_a_person_links_its_order(ctx: Context) -> None:
    engine, post = await connected(ctx, "shipengine", "starshipit")
    await upsert_one(ctx, engine, ("CLOTH", 2.5))
    other = read("starshipit", ("CLOTH", "2.5 m"), number="W-1")
    await ctx.write(upsert.upsert_orders, post, (other,), now_ms=1)
    here, there = [(await orders.sheet(ctx, await orders.find(ctx, number))).order for number in ("1001", "W-1")]
    await linking.link(ctx, here.id, there.id, linking.match_items(here, there), "one order")
    found = await sheet(ctx)
    assert (found.order.unresolved, [link.lines[0].quantity_json for link in found.links]) == (1, ["2.5", '"2.5 m"'])
