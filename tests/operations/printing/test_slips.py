"""Packing slips: this package first, then what shipped earlier, then what follows, and which package of how many."""

from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.printing import slips
from shipconsole.operations.printing.documents import PackingSlip
from shipconsole.operations.shipping import ship, undo
from shipconsole.station.settings import Settings
from tests.support.bench import USPS_NUMBERS, draft_of

SETTINGS = Settings(station_name="Bench 1")


async def ship_items(ctx: Context, number: str, items: dict[str, int] | None, tracking: str) -> int:
    order_id, draft = await draft_of(ctx, number, items, tracking)
    return (await ship.ship(ctx, order_id, draft)).shipment_id


def shown(slip: PackingSlip) -> list[tuple[str, int, int, int]]:
    return [(line.sku, line.here, line.earlier, line.follow) for line in slip.lines]


async def test_a_partial_package_lists_itself_first_then_earlier_then_to_follow(bench: Context) -> None:
    order = (await orders.sheet(bench, await orders.find(bench, "10001"))).order
    *others, first = [line for line in order.lines if line.ordered > 0]
    assert len(others) > 1, "the order has several items"
    # The last item ships last, the one before it first, so that the slip's order is not the order's.
    others.reverse()
    bench.current_packer.operator = "Mira Kovač"
    one = await ship_items(bench, "10001", {others[0].sku: 1}, USPS_NUMBERS[0])
    two = await ship_items(bench, "10001", {first.sku: 1}, USPS_NUMBERS[1])
    (slip,) = (await slips.of_shipments(bench, SETTINGS, [two])).slips
    assert (slip.position, slip.count, slip.is_complete) == (2, 2, False)
    assert (slip.here, slip.shipped_earlier) == (1, 1)
    assert slip.here + slip.shipped_earlier + slip.follow == order.ordered - sum(line.cancelled for line in order.lines)
    assert shown(slip)[0][:3] == (first.sku, 1, 0)
    assert shown(slip)[1][:3] == (others[0].sku, 0, 1)
    assert [line.here > 0 for line in slip.lines] == sorted((line.here > 0 for line in slip.lines), reverse=True)
    assert [(package.position, package.tracking_number) for package in slip.earlier] == [(1, USPS_NUMBERS[0])]
    assert (slip.packer, slip.station, slip.tracking_number) == ("Mira Kovač", "Bench 1", USPS_NUMBERS[1])
    assert slip.carrier == "USPS"
    # Printed again after the second one shipped, the first still says what it had.
    (again,) = (await slips.of_shipments(bench, SETTINGS, [one])).slips
    assert (again.position, again.count, again.here, again.shipped_earlier) == (1, 2, 1, 0)
    assert again.earlier == ()


async def test_two_packages_of_one_shipment_are_one_of_two_and_two_of_two(bench: Context) -> None:
    order_id = await orders.find(bench, "10001")
    order = (await orders.sheet(bench, order_id)).order
    parts: list[dict[int, int]] = [{}, {}]
    for line in order.lines:
        # Divide each line: half into the first package, the rest into the second.
        parts[0][line.id], parts[1][line.id] = line.left // 2, line.left - line.left // 2
    packages = [
        PackageDraft(tracking_number=number, quantities=quantities)
        for number, quantities in zip(USPS_NUMBERS[:2], parts, strict=True)
    ]
    shipped = await ship.ship(bench, order_id, ShipmentDraft(packages=tuple(packages)))
    first, second = (await slips.of_shipments(bench, SETTINGS, [shipped.shipment_id])).slips
    assert [(slip.position, slip.count, slip.is_complete) for slip in (first, second)] == [(1, 2, True), (2, 2, True)]
    assert (first.here, first.follow) == (sum(parts[0].values()), sum(parts[1].values()))
    assert (second.here, second.shipped_earlier, second.follow) == (first.follow, first.here, 0)
    labels = await slips.labels_of(bench, shipped.shipment_id)
    assert [(label.position, label.count, label.units) for label in labels] == [
        (1, 2, first.here),
        (2, 2, second.here),
    ]


async def test_an_undone_shipment_has_no_slip(bench: Context) -> None:
    held = replace(bench, undo_window_s=60)
    shipment_id = await ship_items(held, "10001", None, USPS_NUMBERS[0])
    order_id = await orders.find(held, "10001")
    assert len((await slips.of_orders(held, SETTINGS, [order_id])).slips) == 1
    await undo.undo_shipment(held, order_id, shipment_id)
    assert (await slips.of_shipments(held, SETTINGS, [shipment_id])).slips == ()
    with pytest.raises(ValidationFailed) as refused:
        await slips.of_orders(held, SETTINGS, [order_id])
    assert refused.value.problems[0].message.id == "printing.nothing_shipped"


async def test_one_shipment_of_an_order_is_chosen_by_its_id(bench: Context) -> None:
    one = await ship_items(bench, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await ship_items(bench, "10001", None, USPS_NUMBERS[1])
    other = await ship_items(bench, "10002", None, USPS_NUMBERS[2])
    order_id = await orders.find(bench, "10001")
    assert [slip.position for slip in (await slips.of_order(bench, SETTINGS, order_id, one)).slips] == [1]
    assert [slip.position for slip in (await slips.of_order(bench, SETTINGS, order_id)).slips] == [2]
    with pytest.raises(ValidationFailed) as refused:
        await slips.of_order(bench, SETTINGS, order_id, other)
    assert refused.value.problems[0].message.id == "printing.no_such_shipment"


async def test_several_orders_have_their_slips_in_their_order(bench: Context) -> None:
    for number, tracking in (("10001", USPS_NUMBERS[0]), ("10002", USPS_NUMBERS[1])):
        await ship_items(bench, number, None, tracking)
    ids = [await orders.find(bench, number) for number in ("10002", "10003", "10001")]
    found = await slips.of_orders(bench, SETTINGS, ids)
    assert [slip.order_number for slip in found.slips] == ["10002", "10001"]


async def test_a_missing_logo_is_said_and_left_out(bench: Context, tmp_path: Path) -> None:
    shipment_id = await ship_items(bench, "10001", None, USPS_NUMBERS[0])
    (tmp_path / "there.png").touch()
    there = SETTINGS.changed(slip_logo=str(tmp_path / "there.png"))
    assert (await slips.of_shipments(bench, there, [shipment_id])).slips[0].logo == there.slip_logo
    missing = SETTINGS.changed(slip_logo=str(tmp_path / "logo.png"))
    found = await slips.of_shipments(bench, missing, [shipment_id])
    assert (found.problem.id, found.slips[0].logo) == ("printing.no_logo", "")
