"""Shipping: what may ship, what is stored with it, and what its preview promises."""

import asyncio
import json

import pytest

from shipconsole.domain.problem import RefusedError
from shipconsole.domain.shipment import PackageDraft, ShipmentDraft
from shipconsole.operations import connections, orders, outbox, shipping
from shipconsole.operations.desk import Desk
from shipconsole.practice.server import PracticeServer
from tests.kit.bench import USPS_NUMBERS, draft_of, effects

ONE_CASE = {"MOBILE-CASE-BLK": 1}


async def test_a_shipment_its_counters_and_its_calls_are_stored_together(bench: Desk) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    shipped = await shipping.ship(bench, order_id, draft)
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


async def test_what_was_previewed_is_what_happens_once_each(bench: Desk, practice_vendors: PracticeServer) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    promised = await shipping.preview(bench, order_id, draft)
    assert (await orders.sheet(bench, order_id)).shipments == ()
    assert effects(practice_vendors) == []
    await shipping.ship(bench, order_id, draft)
    await outbox.deliver(bench, until_empty=True)
    happened = {effect["vendor"]: effect["body"] for effect in effects(practice_vendors)}
    assert len(effects(practice_vendors)) == 3
    assert happened == {one.connection.vendor: json.loads(one.request.body_text) for one in promised}


@pytest.mark.parametrize(
    ("items", "tracking", "words"),
    [
        ({"MOBILE-CASE-BLK": 4}, "A1", "MOBILE-CASE-BLK: 4 in the parcel, but only 3 left"),
        ({"MOBILE": 0}, "A1", "MOBILE: 0 pieces cannot ship"),
        ({"NO-SUCH": 1}, "A1", "NO-SUCH is not on order 10001"),
        ({"MOBILE": 1}, "", "no tracking number"),
        ({}, "A1", "Nothing is in the parcel"),
    ],
)
async def test_a_wrong_shipment_is_refused_and_nothing_is_stored(
    bench: Desk, items: dict[str, int], tracking: str, words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        order_id, draft = await draft_of(bench, "10001", items, tracking)
        await shipping.ship(bench, order_id, draft)
    assert await outbox.latest(bench) == ()
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert (sheet.shipments, sheet.order.shipped) == ((), 0)


async def test_ten_at_once_never_ship_more_than_there_is(bench: Desk) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    ends = await asyncio.gather(*(shipping.ship(bench, order_id, draft) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(end, shipping.Shipped) for end in ends) == 3
    assert sum(isinstance(end, RefusedError) for end in ends) == 7
    order = (await orders.sheet(bench, order_id)).order
    assert [line.left for line in order.lines] == [1, 0, 1]


async def test_a_sku_on_two_lines_fills_the_first_then_the_next(bench: Desk) -> None:
    sheets = [await orders.sheet(bench, row.id) for row in await orders.listed(bench)]
    order = next(one.order for one in sheets if len({line.sku for line in one.order.lines}) < len(one.order.lines))
    sku = next(line.sku for line in order.lines if len(order.lines_of(line.sku)) == 2)
    first, second = order.lines_of(sku)
    draft = await shipping.draft_of(bench, order.id, [(sku, first.left + 1)], PackageDraft(tracking_number="A1"))
    assert draft.packages[0].quantities == {first.id: first.left, second.id: 1}


async def test_only_the_named_connections_are_told(bench: Desk) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    told = await shipping.preview(bench, order_id, draft, ["shipup"])
    assert [one.connection.name for one in told] == ["Shipup"]
    with pytest.raises(RefusedError, match=r"“Amazon” does not know order 10001"):
        await shipping.ship(bench, order_id, draft, ["Amazon"])


async def test_an_order_that_nobody_knows_is_not_told_to_nobody(bench: Desk) -> None:
    await connections.connect(bench, "shipup", "Shipup", options={"tell": "known"})
    sheets = [await orders.sheet(bench, row.id) for row in await orders.listed(bench)]
    lonely = next(sheet for sheet in sheets if len(sheet.links) == 2)
    assert [place.name for place in lonely.places] == ["ShipEngine", "Starshipit"]


async def test_the_full_form_is_for_the_whole_order_in_one_parcel_only(bench: Desk) -> None:
    async def bodies(items: dict[str, int] | None) -> object:
        order_id, draft = await draft_of(bench, "10001", items, USPS_NUMBERS[0])
        return (await shipping.preview(bench, order_id, draft, ["ShipEngine"]))[0].request.body

    assert await bodies(None) == {"tracking_number": USPS_NUMBERS[0], "carrier_code": "stamps_com"}
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    await shipping.ship(bench, order_id, draft)
    completing = await bodies(None)
    assert isinstance(completing, dict)
    assert [item["quantity"] for item in completing["sales_order_items"]] == [1, 2, 1]  # type: ignore[index, union-attr]


async def test_two_parcels_are_two_notifications_and_one_update(bench: Desk) -> None:
    order_id = await orders.find(bench, "10001")
    lines = (await orders.sheet(bench, order_id)).order.lines
    draft = ShipmentDraft(
        (
            PackageDraft(tracking_number=USPS_NUMBERS[0], quantities={lines[1].id: 1}),
            PackageDraft(tracking_number=USPS_NUMBERS[1], quantities={lines[1].id: 2, lines[0].id: 1}),
        )
    )
    shipped = await shipping.ship(bench, order_id, draft)
    calls = await outbox.of_ids(bench, shipped.call_ids)
    assert [call.connection for call in calls] == ["ShipEngine", "ShipEngine", "Starshipit", "Shipup"]
