"""An order that is new here when its printer tells of it comes in with its packages, also when it has shipped."""

from collections.abc import Generator

import pytest

from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import orders, scan
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.sending import followups
from shipconsole.simulator.server import SimulatorServer
from tests.operations.importing.test_one_order import upsert_one
from tests.operations.pod import Document, Pod, connected, order_of, received, running_pod, shipped_package, webhook
from tests.support.bench import USPS_NUMBERS, effects

NUMBER = "P-900"
LABEL = USPS_NUMBERS[1]
SHIPPED = shipped_package(LABEL, A=3, B=1)
IN_SYDNEY = {"name": "John Smith", "city": "Sydney", "country": "AU", "postal_code": "2000"}


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        yield running


async def tell(ctx: Context, order: Document, of: Document) -> None:
    """Have the printer's webhook come and do all that follows of it."""
    (connection,) = await connections.named(ctx, ["Pod"])
    await received(ctx, connection, webhook(order, of))
    await process.run_due(ctx)


async def shops_order(ctx: Context, *, of: str = "John Smith") -> None:
    """The shop's order comes in: it has an item more, and SKUs of its own, under the ids that the printer names."""
    (shop,) = await connections.named(ctx, ["ShipEngine"])
    items = (("A", "CASE", 3), ("B", "CHARGER", 1), ("C", "CARD", 2))
    lines = tuple(
        RemoteLine(remote_id=f"so-{id_}", store_item_id=id_, sku=sku, quantity=quantity) for id_, sku, quantity in items
    )
    document = (
        '{"sales_order_id": "so", "external_order_number": "P-900", "sales_order_items": ['
        + ", ".join(
            f'{{"sales_order_item_id": "so-{id_}", "external_order_item_id": "{id_}", "quantity": {quantity}, '
            f'"line_item_details": {{"sku": "{sku}"}}}}'
            for id_, sku, quantity in items
        )
        + "]}"
    )
    shipped_to = IN_SYDNEY | {"name": of} | ({} if of == "John Smith" else {"postal_code": "6011"})
    remote = RemoteOrder.model_validate(
        {"remote_id": "so", "number": NUMBER, "lines": lines, "ship_to": shipped_to, "document": document}
    )
    await upsert_one(ctx, shop, remote)


async def sheet(ctx: Context, number: str = NUMBER) -> OrderSheet:
    return await orders.sheet(ctx, await orders.find(ctx, number))


def left(found: OrderSheet) -> dict[str, int]:
    return {line.sku: line.left for line in found.order.lines}


async def test_one_that_has_shipped_comes_in_as_shipped_with_its_packages(bench: Context, pod: Pod) -> None:
    pod.orders["77"] = order_of(SHIPPED, number=NUMBER)
    await connected(bench, pod.url)
    await tell(bench, pod.orders["77"], SHIPPED)
    found = await sheet(bench)
    assert (found.order.state, left(found)) == ("shipped", {"MOBILE-CASE-BLK": 0, "CHARGER-USB-C": 0})
    assert [(track.tracking_number, track.status) for track in found.tracks] == [(LABEL, "in_transit")]
    # No one is to pack it, and a sync changes nothing of that.
    await import_orders.sync(bench, await connections.named(bench, ["Pod"]))
    assert NUMBER not in {row.number for row in await orders.list_rows(bench, state="to_ship")}
    assert (await sheet(bench)).order.state == "shipped"


async def test_one_that_is_still_made_comes_in_as_a_sync_would_bring_it(bench: Context, pod: Pod) -> None:
    pod.orders["77"] = order_of(number=NUMBER, status="in_production")
    await connected(bench, pod.url)
    await tell(bench, pod.orders["77"], SHIPPED)
    found = await sheet(bench)
    assert (found.order.state, left(found)) == ("open", {"MOBILE-CASE-BLK": 3, "CHARGER-USB-C": 1})
    pod.orders["77"] = order_of(SHIPPED, number=NUMBER, updated_at="2026-11-20T09:00:00.000000Z")
    await import_orders.sync(bench, await connections.named(bench, ["Pod"]))
    assert (await sheet(bench)).order.state == "shipped"


@pytest.mark.parametrize("more", [{"test_order": True}, {"status": "cancelled"}, {"line_items": []}])
async def test_units_that_were_not_ordered_are_left_out(bench: Context, pod: Pod, more: Document) -> None:
    pod.orders["77"] = order_of(SHIPPED, number=NUMBER, **more)
    await connected(bench, pod.url)
    await tell(bench, pod.orders["77"], SHIPPED)
    assert NUMBER not in {row.number for row in await orders.list_rows(bench)}


async def test_what_its_printer_does_not_confirm_stays_out(bench: Context, pod: Pod) -> None:
    await connected(bench, pod.url)
    await tell(bench, order_of(SHIPPED, number=NUMBER), SHIPPED)
    assert NUMBER not in {row.number for row in await orders.list_rows(bench)}


async def test_the_shops_order_that_comes_later_is_the_one_that_counts(bench: Context, pod: Pod) -> None:
    pod.orders["77"] = order_of(SHIPPED, number=NUMBER)
    await connected(bench, pod.url)
    await tell(bench, pod.orders["77"], SHIPPED)
    await shops_order(bench)
    found = await sheet(bench)
    # The card is no one else's to pack; what was printed is told to the shop by a person, or by a rule.
    assert left(found) == {"CASE": 3, "CHARGER": 1, "CARD": 2}
    assert [(row.connection, row.number) for row in found.linked_orders] == [("ShipEngine", NUMBER), ("Pod", NUMBER)]
    assert [track.tracking_number for track in found.tracks] == [LABEL]
    assert len([row for row in await orders.list_rows(bench) if row.number == NUMBER]) == 1


async def test_the_shops_order_takes_the_place_of_one_that_is_open_at_a_station(bench: Context, pod: Pod) -> None:
    pod.orders["77"] = order_of(number=NUMBER, status="in_production")
    await connected(bench, pod.url)
    await tell(bench, pod.orders["77"], SHIPPED)
    await scan.save_open_order(bench, await orders.find(bench, NUMBER))
    await shops_order(bench)
    assert await scan.last_open_order(bench) == await orders.find(bench, NUMBER)


async def test_what_could_not_be_sent_before_the_shops_order_came_is_sent_then(
    bench: Context, pod: Pod, simulated_platforms: SimulatorServer
) -> None:
    pod.orders["77"] = order_of(SHIPPED, number=NUMBER)
    await connected(bench, pod.url)
    await forward.set_rule(bench, "Pod", ("ShipEngine",), "auto")
    await tell(bench, pod.orders["77"], SHIPPED)
    # Its packages are forwarded, so a shop's order is expected: what was told waits for that one.
    assert NUMBER not in {row.number for row in await orders.list_rows(bench)}
    await shops_order(bench)
    await process.run_due(bench)
    await followups.run_due(bench)
    await forward.run_due(bench)
    (proposal,) = await forward.reviews(bench)
    assert (proposal.state, left(await sheet(bench))) == ("shipped", {"CASE": 0, "CHARGER": 0, "CARD": 2})
    await worker.flush(bench, until_empty=True)
    # The practice ShipEngine has no such order; what counts is that it was told of it once.
    assert len((await sheet(bench)).shipments) == 1
    assert effects(simulated_platforms, NUMBER) == []


async def test_another_recipients_order_of_the_number_stays_another(bench: Context, pod: Pod) -> None:
    pod.orders["77"] = order_of(SHIPPED, number=NUMBER)
    await connected(bench, pod.url)
    await tell(bench, pod.orders["77"], SHIPPED)
    await shops_order(bench, of="Bob Stone")
    printed, shops = await sheet(bench, f"{NUMBER}@Pod"), await sheet(bench, f"{NUMBER}@ShipEngine")
    assert [duplicate.order_id for duplicate in printed.possible_duplicates] == [shops.order.id]
    assert (printed.order.state, left(shops)) == ("shipped", {"CASE": 3, "CHARGER": 1, "CARD": 2})
