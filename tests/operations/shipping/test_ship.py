"""Shipping: what may ship, what is stored with it, and what its preview promises."""

import asyncio
import json

import pytest

from shipconsole import simulator
from shipconsole.domain.address import Address
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import link as linking
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import manual_orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import calls
from tests.operations.importing.test_one_order import remote, upsert_one
from tests.support import local_http
from tests.support.bench import SECRETS, USPS_NUMBERS, draft_of, effects, fault
from tests.support.labels import usps
from tests.support.refusals import refused

pytestmark = pytest.mark.both_engines

ONE_CASE = {"MOBILE-CASE-BLK": 1}


async def test_a_shipment_its_counters_and_its_calls_are_stored_together(bench: Context) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    shipped = await ship.ship(bench, order_id, draft)
    sheet = await orders.sheet(bench, order_id)
    assert [line.left for line in sheet.order.lines] == [1, 2, 1]
    assert sheet.order.state == "partly_shipped"
    assert [(call.connection, call.state) for call in sheet.calls] == [
        ("ShipEngine", "pending"),
        ("Starshipit", "pending"),
        ("Shipup", "pending"),
    ]
    assert {call.shipment_id for call in sheet.calls} == {shipped.shipment_id}
    package = sheet.shipments[0].packages[0]
    assert (package.carrier, package.tracking_number) == ("usps", USPS_NUMBERS[0])
    assert sheet.tracks[0].status == "packed"


async def test_what_was_typed_is_gone_once_it_shipped_and_stays_where_it_did_not(bench: Context) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    other_id, other = await draft_of(bench, "10002", None, USPS_NUMBERS[1])
    for of, typed in ((order_id, draft), (other_id, other)):
        await orders.save_draft(bench, of, typed)
    await ship.preview(bench, order_id, draft)
    with refused("ship.not_in_connection", connection="Amazon"):
        await ship.ship(bench, order_id, draft, ["Amazon"])
    assert (await orders.sheet(bench, order_id)).draft == draft
    await ship.ship(bench, order_id, draft)
    assert (await orders.sheet(bench, order_id)).draft is None
    assert (await orders.sheet(bench, other_id)).draft == other


async def test_what_a_packer_types_stays_while_a_command_ships_a_part_of_the_order(bench: Context) -> None:
    order_id, typed = await draft_of(bench, "10001", ONE_CASE, "")
    await orders.save_draft(bench, order_id, typed)
    _, part = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, part, is_typed=False)
    assert (await orders.sheet(bench, order_id)).draft == typed
    _, rest = await draft_of(bench, "10001", None, USPS_NUMBERS[1])
    await ship.ship(bench, order_id, rest, is_typed=False)
    sheet = await orders.sheet(bench, order_id)
    assert (sheet.order.left, sheet.draft) == (0, None)


async def test_what_was_previewed_is_what_happens_once_each(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    promised = await ship.preview(bench, order_id, draft)
    assert (await orders.sheet(bench, order_id)).shipments == ()
    assert effects(simulated_platforms) == []
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    happened = {effect["vendor"]: effect["body"] for effect in effects(simulated_platforms)}
    assert len(effects(simulated_platforms)) == 3
    assert happened == {update.connection.vendor: json.loads(update.request.body_text) for update in promised}


@pytest.mark.parametrize(
    ("items", "tracking", "words"),
    [
        ({"MOBILE-CASE-BLK": 4}, "A1", "MOBILE-CASE-BLK: 4 units in the package, but only 3 left to ship"),
        ({"MOBILE": 0}, "A1", "MOBILE: 0 units can't be shipped"),
        ({"NO-SUCH": 1}, "A1", "NO-SUCH is not on order 10001"),
        ({"MOBILE": 1}, "", "no tracking number"),
        ({}, "A1", "The package is empty"),
    ],
)
async def test_a_wrong_shipment_is_refused_and_nothing_is_stored(
    bench: Context, items: dict[str, int], tracking: str, words: str
) -> None:
    with pytest.raises(ValidationFailed, match=words):
        order_id, draft = await draft_of(bench, "10001", items, tracking)
        await ship.ship(bench, order_id, draft)
    assert await worker.latest(bench) == ()
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert (sheet.shipments, sheet.order.shipped) == ((), 0)


async def test_ten_at_once_never_ship_more_than_there_is(bench: Context) -> None:
    made = [await draft_of(bench, "10001", ONE_CASE, usps(serial)) for serial in range(10)]
    order_id = made[0][0]
    ends = await asyncio.gather(*(ship.ship(bench, *arguments) for arguments in made), return_exceptions=True)
    assert sum(isinstance(end, ship.Shipped) for end in ends) == 3
    assert sum(isinstance(end, ValidationFailed) for end in ends) == 7
    order = (await orders.sheet(bench, order_id)).order
    assert [line.left for line in order.lines] == [1, 0, 1]


async def test_a_sku_on_two_lines_fills_the_first_then_the_next(bench: Context) -> None:
    sheets = [await orders.sheet(bench, row.id) for row in await orders.list_rows(bench)]
    order = next(
        sheet.order for sheet in sheets if len({line.sku for line in sheet.order.lines}) < len(sheet.order.lines)
    )
    sku = next(line.sku for line in order.lines if len(order.lines_of(line.sku)) == 2)
    first, second = order.lines_of(sku)
    draft = await ship.draft_with_items(bench, order.id, [(sku, first.left + 1)], PackageDraft(tracking_number="A1"))
    assert draft.packages[0].quantities == {first.id: first.left, second.id: 1}


async def test_only_the_named_connections_are_notified(bench: Context) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    updates = await ship.preview(bench, order_id, draft, ["shipup"])
    assert [one.connection.name for one in updates] == ["Shipup"]
    with refused("ship.not_in_connection", connection="Amazon", number="10001"):
        await ship.ship(bench, order_id, draft, ["Amazon"])


async def test_an_order_of_no_connection_is_refused(bench: Context) -> None:
    await connections.connect(bench, "shipup", "Shipup", options={"create_missing": "known"})
    sheets = [await orders.sheet(bench, row.id) for row in await orders.list_rows(bench)]
    lonely = next(sheet for sheet in sheets if len(sheet.links) == 2)
    assert [position.name for position in lonely.targets] == ["ShipEngine", "Starshipit"]


async def test_a_platform_that_has_another_order_of_the_number_is_not_notified_of_this_one(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    """Shipup knows orders by our numbers: told of one of two, it would send the other's customer the tracking."""
    order_id = await orders.find(bench, "10001")
    (shipup,) = await connections.named(bench, ["Shipup"])
    other_id = await linking.unlink(bench, order_id, shipup.id, "another order")
    sheet = await orders.sheet(bench, order_id)
    assert [position.name for position in sheet.targets] == ["ShipEngine", "Starshipit"]
    assert sheet.number_conflicts == (shipup,)
    assert (await orders.sheet(bench, other_id)).targets == (shipup,)
    _, draft = await draft_of(bench, f"#{order_id}", ONE_CASE, USPS_NUMBERS[0])
    with refused("order.other_there", connection="Shipup", number="10001"):
        await ship.ship(bench, order_id, draft, to=["Shipup"])
    assert [updates.connection.name for updates in await ship.preview(bench, order_id, draft)] == [
        "ShipEngine",
        "Starshipit",
    ]
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    assert {effect["vendor"] for effect in effects(simulated_platforms)} == {"shipengine", "starshipit"}


async def test_of_two_orders_of_a_number_only_the_first_is_sent_to_a_platform_that_knows_orders_by_it(
    ctx: Context,
) -> None:
    shops = [await connections.connect(ctx, "shipengine", name) for name in ("Shop 1", "Shop 2")]
    shipup = await connections.connect(ctx, "shipup", "Shipup")
    for position, shop in enumerate(shops):
        await upsert_one(ctx, shop, remote("1001", ("CASE", 1), id_=str(position), document="{}"))
    first, second = [row.id for row in await orders.list_rows(ctx)]
    for order_id, positions in ((first, 2), (second, 1)):
        _, draft = await draft_of(ctx, f"#{order_id}", None, usps(order_id))
        notifications = await ship.ship(ctx, order_id, draft)
        assert len(notifications.call_ids) == positions
    assert (await orders.sheet(ctx, second)).number_conflicts == (shipup,)
    assert (await orders.sheet(ctx, first)).number_conflicts == ()


async def test_a_package_that_no_platform_would_be_notified_of_is_refused(ctx: Context) -> None:
    """Another connection has its items than the one to notify."""
    whole = await connections.connect(ctx, "starshipit", "Whole")
    part = await connections.connect(ctx, "shipengine", "Part")
    await upsert_one(ctx, whole, remote("1001", ("CASE", 1), ("CUP", 1), id_="1", document="{}"))
    await upsert_one(ctx, part, remote("1001", ("CASE", 1), id_="9", document="{}"))
    order_id, draft = await draft_of(ctx, "1001", {"CUP": 1}, USPS_NUMBERS[0])
    with refused("ship.no_connection_has_items", connections=("Part",)):
        await ship.ship(ctx, order_id, draft, ["Part"])
    sheet = await orders.sheet(ctx, order_id)
    assert (sheet.shipments, sheet.order.shipped) == ((), 0)


@pytest.mark.parametrize("is_sent", [True, False])
async def test_an_order_sent_to_a_platform_is_the_order_that_it_has(ctx: Context, is_sent: bool) -> None:
    """Of two orders of a number one waits to be told when the platform's own order of that number is read."""
    shops = [await connections.connect(ctx, "shipengine", name) for name in ("Shop 1", "Shop 2")]
    shipup = await connections.connect(ctx, "shipup", "Shipup", secrets=SECRETS["shipup"])
    for position, shop in enumerate(shops):
        await upsert_one(ctx, shop, remote("1001", ("CASE", 1), id_=str(position), document="{}"))
    order_id = (await orders.list_rows(ctx))[1].id
    _, draft = await draft_of(ctx, f"#{order_id}", None, USPS_NUMBERS[0])
    (call_id,) = (await ship.ship(ctx, order_id, draft, to=["Shipup"])).call_ids
    if is_sent:
        await ctx.write(calls.move, call_id, from_state="pending", state="confirmed", message=NO_MESSAGE, now_ms=0)
    await upsert_one(ctx, shipup, remote("1001", ("CASE", 1), id_="1001", document="{}"))
    assert len(await orders.list_rows(ctx)) == (2 if is_sent else 3)
    assert (shipup.id in {link.connection_id for link in (await orders.sheet(ctx, order_id)).links}) == is_sent
    await worker.flush(ctx, until_empty=True)
    (call,) = await worker.updates_of(ctx, (call_id,))
    assert call.state == ("confirmed" if is_sent else "rejected")
    if not is_sent:
        (problem,) = call.problems
        assert problem.message == Message("order.other_there", connection="Shipup", number="1001")


async def test_an_order_that_exists_only_here_is_refused_with_advice(ctx: Context) -> None:
    await connections.connect(ctx, "starshipit", "Bench")
    new = NewOrder("H-1", Address(name="John Smith", street="1 A St", city="Sydney", country="AU"), (NewLine("CASE"),))
    order_id = (await manual_orders.create(ctx, new, ())).order_id
    _, draft = await draft_of(ctx, "H-1", None, USPS_NUMBERS[0])
    with pytest.raises(ValidationFailed, match="No connection has order H-1") as refused:
        await ship.ship(ctx, order_id, draft)
    (problem,) = refused.value.problems
    assert problem.advice == Message("ship.create_first")
    assert (await orders.sheet(ctx, order_id)).shipments == ()


async def test_the_full_form_is_for_the_whole_order_in_one_package_only(bench: Context) -> None:
    async def bodies(items: dict[str, int] | None) -> object:
        order_id, draft = await draft_of(bench, "10001", items, USPS_NUMBERS[1])
        return (await ship.preview(bench, order_id, draft, ["ShipEngine"]))[0].request.body

    assert await bodies(None) == {"tracking_number": USPS_NUMBERS[1], "carrier_code": "stamps_com"}
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    completing = await bodies(None)
    assert isinstance(completing, dict)
    assert [item["quantity"] for item in completing["sales_order_items"]] == [1, 2, 1]  # type: ignore[index, union-attr]


async def test_two_packages_are_two_notifications_and_one_update(bench: Context) -> None:
    order_id = await orders.find(bench, "10001")
    lines = (await orders.sheet(bench, order_id)).order.lines
    draft = ShipmentDraft(
        packages=(
            PackageDraft(tracking_number=USPS_NUMBERS[0], quantities={lines[1].id: 1}),
            PackageDraft(tracking_number=USPS_NUMBERS[1], quantities={lines[1].id: 2, lines[0].id: 1}),
        )
    )
    shipped = await ship.ship(bench, order_id, draft)
    calls = await worker.updates_of(bench, shipped.call_ids)
    assert [call.connection for call in calls] == ["ShipEngine", "ShipEngine", "Starshipit", "Shipup"]


async def test_a_printed_order_is_warned_of_before_anything_is_sent(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(bench, "10002", None, USPS_NUMBERS[0])
    (starshipit,) = await connections.named(bench, ["Starshipit"])
    assert [update.request.warnings for update in await ship.preview(bench, order_id, draft, ["Starshipit"])] == [()]
    sheet = await orders.sheet(bench, order_id)
    (link,) = [link for link in sheet.links if link.connection_id == starshipit.id]
    _print(simulated_platforms, link.remote_id)
    await import_orders.refresh_order(bench, starshipit, link.remote_id)
    (updates,) = await ship.preview(bench, order_id, draft, ["Starshipit"])
    (warning,) = updates.request.warnings
    assert "“Printed”" in str(warning.message)
    shipped = await ship.ship(bench, order_id, draft, ["Starshipit"])
    assert shipped.warnings == (("Starshipit", warning),)
    await worker.flush(bench)
    (call,) = await worker.updates_of(bench, shipped.call_ids)
    assert call.state == "rejected", "Starshipit decides, and the warning was right"


def _print(server: SimulatorServer, order_id: str) -> None:
    """Have Starshipit print an order, as a person does there."""
    keys = {
        "StarShipIT-Api-Key": simulator.STARSHIPIT_API_KEY,
        "Ocp-Apim-Subscription-Key": simulator.STARSHIPIT_SUBSCRIPTION_KEY,
    }
    body = {"order": {"order_id": int(order_id), "status": "Printed"}}
    answer = local_http.put(f"{server.url}/starshipit/api/orders", json=body, headers=keys)
    assert answer.json()["success"] is True


async def test_errors_beside_a_success_stay_with_the_confirmed_call(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    shipped = await ship.ship(bench, order_id, draft, ["Starshipit"])
    fault(simulated_platforms, "starshipit", "beside", call="update_order")
    await worker.flush(bench)
    (call,) = await worker.updates_of(bench, shipped.call_ids)
    assert call.state == "confirmed"
    assert str(call.message).startswith("Starshipit accepted it with a remark: “")
