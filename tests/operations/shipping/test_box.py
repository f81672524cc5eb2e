"""Several orders in one box: one number, each order's platforms notified once, all or nothing, also under faults."""

import random

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.recipient import is_same
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import box, correct, ship, undo
from shipconsole.operations.shipping.box import BoxPart, ShippedBox
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.simulator.server import SimulatorServer
from tests.support.bench import effects, fault
from tests.support.engines import beside
from tests.support.labels import usps
from tests.support.refusals import refused

A, B, C = (usps(serial) for serial in range(3_001, 3_004))
LABEL = PackageDraft(tracking_number=A)


@pytest.fixture
def same_recipient(bench: Context) -> Context:
    """A bench on which the orders 10002 and 10003 go to the recipient of 10001, however that is written."""
    with beside(bench.store) as connection:
        to = connection.execute("SELECT ship_to FROM orders WHERE number = '10001'").fetchone()[0]
        changed = to.replace("John Smith", "JOHN  SMITH,")
        assert changed != to
        connection.execute("UPDATE orders SET ship_to = ? WHERE number IN ('10002', '10003')", (changed,))
    return bench


async def part(ctx: Context, number: str, items: dict[str, int] | None = None) -> BoxPart:
    order_id = await orders.find(ctx, number)
    draft = await ship.draft_with_items(ctx, order_id, list(items.items()) if items else None, PackageDraft())
    return BoxPart(order_id, draft.packages[0].quantities)


async def shipped_box(ctx: Context) -> ShippedBox:
    """Ship one unit of 10001 and all of 10002 in one box."""
    return await box.ship_box(ctx, [await part(ctx, "10001", {"MOBILE": 1}), await part(ctx, "10002")], LABEL)


async def numbers_of(ctx: Context, number: str) -> list[str]:
    sheet = await orders.sheet(ctx, await orders.find(ctx, number))
    return [package.tracking_number for shipment in sheet.shipments for package in shipment.packages]


async def settled(ctx: Context) -> None:
    """Send what is due until nothing is."""
    for _ in range(20):
        await worker.flush(ctx, until_empty=True)


async def test_each_order_is_shipped_and_its_platforms_are_notified_once(
    same_recipient: Context, simulated_platforms: SimulatorServer
) -> None:
    ctx = same_recipient
    shipped = await shipped_box(ctx)
    assert len(shipped.call_ids) == 6
    await settled(ctx)
    for number, quantities in (("10001", [1]), ("10002", [1])):
        sheet = await orders.sheet(ctx, await orders.find(ctx, number))
        (package,) = sheet.shipments[0].packages
        assert (package.tracking_number, package.box) == (A, shipped.box)
        assert [packed.quantity for packed in package.lines] == quantities
        assert [call.state for call in sheet.calls] == ["confirmed"] * 3
        assert [effect["vendor"] for effect in effects(simulated_platforms, number)].count("shipengine") == 1
        assert [change.what.id for change in sheet.manual_changes] == ["audit.box"]
        assert [track.tracking_number for track in sheet.tracks] == [A]
    assert all(effect["duplicate_of"] is None for effect in effects(simulated_platforms))


async def test_another_order_with_the_number_is_still_stopped(same_recipient: Context) -> None:
    await shipped_box(same_recipient)
    order_id = await orders.find(same_recipient, "10003")
    draft = await ship.draft_with_items(same_recipient, order_id, None, LABEL)
    with refused("label.taken"):
        await ship.ship(same_recipient, order_id, draft)
    with refused("box.of_order"):
        await box.ship_box(
            same_recipient, [await part(same_recipient, "10003"), await part(same_recipient, "10006")], LABEL, "gift"
        )


async def test_different_recipients_need_a_reason(bench: Context) -> None:
    parts = [await part(bench, "10001", {"MOBILE": 1}), await part(bench, "10002")]
    assert await box.differing(bench, [one.order_id for one in parts]) == ("10002",)
    with refused("box.recipients_differ", first="10001", other="10002"):
        await box.ship_box(bench, parts, LABEL)
    assert await numbers_of(bench, "10001") == []
    await box.ship_box(bench, parts, LABEL, "one family")
    sheet = await orders.sheet(bench, parts[1].order_id)
    assert [change.reason for change in sheet.manual_changes] == ["one family"]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"name": "john SMITH."}, True),
        ({"postal_code": "2000 "}, True),
        ({"country": "Australia"}, True),
        ({"country": ""}, True),
        ({"name": "Joan Smith"}, False),
        ({"name": ""}, False),
        ({"postal_code": "2001"}, False),
        ({"postal_code": ""}, False),
        ({"country": "NZ"}, False),
    ],
)
def test_a_recipient_is_the_same_by_name_postal_code_and_country(change: dict[str, str], same: bool) -> None:
    first = Address(name="John Smith", postal_code="2000", country="AU", city="Sydney")
    assert is_same(first, first.model_copy(update=change)) is same
    assert is_same(first.model_copy(update=change), first) is same


async def test_nothing_is_stored_where_one_order_has_a_problem(same_recipient: Context) -> None:
    ctx = same_recipient
    order_id = await orders.find(ctx, "10002")
    line_id = (await orders.sheet(ctx, order_id)).order.lines[0].id
    too_many = BoxPart(order_id, {line_id: 9})
    with refused("box.of_order", number="10002"):
        await box.ship_box(ctx, [await part(ctx, "10001"), too_many], LABEL)
    assert await numbers_of(ctx, "10001") == []
    for parts in ([await part(ctx, "10001")], [await part(ctx, "10001")] * 2, []):
        with refused("box.needs_orders"):
            await box.ship_box(ctx, parts, LABEL)


async def test_an_undo_takes_the_whole_box_back(same_recipient: Context) -> None:
    ctx = same_recipient
    shipped = await shipped_box(ctx)
    order_id = await orders.find(ctx, "10001")
    await undo.undo_shipment(ctx, order_id, shipped.shipped[0].shipment_id)
    assert await numbers_of(ctx, "10001") == await numbers_of(ctx, "10002") == []
    assert (await orders.sheet(ctx, await orders.find(ctx, "10002"))).order.left == 1
    await shipped_box(ctx)


async def test_a_void_of_the_whole_box_and_of_one_order(same_recipient: Context) -> None:
    ctx = same_recipient
    shipped = await shipped_box(ctx)
    await settled(ctx)
    order_id = await orders.find(ctx, "10001")
    (package,) = (await orders.sheet(ctx, order_id)).shipments[0].packages
    assert [member.number for member in await box.others(ctx, package.id or 0)] == ["10002"]
    guides = await correct.void_choices(ctx, order_id, shipped.shipped[0].shipment_id)
    to = [guide.connection.id for guide in guides if guide.by_default]
    assert await box.void_box(ctx, order_id, shipped.shipped[0].shipment_id, to, "lost")
    assert await numbers_of(ctx, "10001") == await numbers_of(ctx, "10002") == []

    again = await box.ship_box(
        ctx,
        [await part(ctx, "10001", {"MOBILE": 1}), await part(ctx, "10002")],
        PackageDraft(tracking_number=B),
        "the platform changed the recipient back",
    )
    await settled(ctx)
    await correct.void_shipment(ctx, order_id, again.shipped[0].shipment_id, [], "only this")
    assert (await numbers_of(ctx, "10001"), await numbers_of(ctx, "10002")) == ([], [B])


async def test_an_edit_of_the_whole_box_and_of_one_order(
    same_recipient: Context, simulated_platforms: SimulatorServer
) -> None:
    ctx = same_recipient
    await shipped_box(ctx)
    await settled(ctx)
    order_id = await orders.find(ctx, "10001")
    (package,) = (await orders.sheet(ctx, order_id)).shipments[0].packages
    guides = await correct.edit_choices(ctx, order_id, package.id or 0)
    to = [guide.connection.id for guide in guides if guide.by_default]
    await box.edit_box(ctx, order_id, package.id or 0, NewLabel(B), to, "wrong label")
    assert await numbers_of(ctx, "10001") == await numbers_of(ctx, "10002") == [B]
    assert await box.others(ctx, package.id or 0)
    await settled(ctx)
    await correct.edit_tracking(ctx, order_id, package.id or 0, NewLabel(C), [], "moved to another box")
    assert (await numbers_of(ctx, "10001"), await numbers_of(ctx, "10002")) == ([C], [B])
    assert await box.others(ctx, package.id or 0) == ()
    with refused("label.taken"):
        await correct.edit_tracking(ctx, order_id, package.id or 0, NewLabel(B), [], "back")


@pytest.mark.parametrize("seed", range(4))
async def test_faults_notify_no_platform_twice(
    same_recipient: Context, simulated_platforms: SimulatorServer, seed: int
) -> None:
    """Whatever the platforms do, each acts at most once on each order's part, and what it did not do is still open."""
    chance = random.Random(seed)
    for vendor in ("shipengine", "starshipit", "shipup"):
        fault(simulated_platforms, vendor, chance.choice(("503", "drop_after", "429", "drop_before")), times=2)
    await shipped_box(same_recipient)
    await settled(same_recipient)
    assert all(effect["duplicate_of"] is None for effect in effects(simulated_platforms))
    for number in ("10001", "10002"):
        sheet = await orders.sheet(same_recipient, await orders.find(same_recipient, number))
        assert len(sheet.calls) == 3
        assert {call.state for call in sheet.calls} <= {
            "confirmed",
            "unknown",
            "retry_wait",
            "pending",
            "needs_attention",
        }
