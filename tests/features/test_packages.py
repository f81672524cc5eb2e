"""One line in two packages with two numbers, as each platform takes it."""

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.printing import slips
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.settings import Settings
from tests.support.added_orders import add_order
from tests.support.bench import USPS_NUMBERS, effects

ONE, TWO = USPS_NUMBERS[:2]


async def test_ten_units_in_two_packages_are_six_and_four_at_each_platform(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    add_order(simulated_platforms, "77002", BOLT=10)
    await import_orders.sync(bench, await connections.every(bench))
    order_id = await orders.find(bench, "77002")
    (line,) = (await orders.sheet(bench, order_id)).order.lines
    draft = ShipmentDraft(
        packages=(
            PackageDraft(tracking_number=ONE, quantities={line.id: 6}),
            PackageDraft(tracking_number=TWO, quantities={line.id: 4}),
        )
    )
    shipped = await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    sent = [(effect["vendor"], effect["body"]) for effect in effects(simulated_platforms, "77002")]

    shipengine = [body for vendor, body in sent if vendor == "shipengine"]
    assert [(body["tracking_number"], body["sales_order_items"][0]["quantity"]) for body in shipengine] == [
        (ONE, 6),
        (TWO, 4),
    ]
    (starshipit,) = [body for vendor, body in sent if vendor == "starshipit"]
    assert [package["tracking_number"] for package in starshipit["order"]["packages"]] == [ONE, TWO]
    (shipup,) = [body for vendor, body in sent if vendor == "shipup"]
    trackers = [
        (tracker["tracking_number"], item["quantity"], item["shipped_quantity"])
        for fulfillment in shipup["fulfillments"]
        for tracker in fulfillment["trackers"]
        for item in tracker["line_items"]
    ]
    assert trackers == [(ONE, 10, 6), (TWO, 10, 4)]

    printed = (await slips.of_shipments(bench, Settings(station_name="Bench 1"), [shipped.shipment_id])).slips
    assert [(slip.position, slip.count, slip.here) for slip in printed] == [(1, 2, 6), (2, 2, 4)]
