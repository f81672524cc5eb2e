"""The open order is read again when what was saved concerns it and is not on the screen yet, and at no other time."""

from dataclasses import replace

import pytest

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.operations.orders import claims, orders
from shipconsole.operations.shipping import ship
from shipconsole.store import changes as feed
from shipconsole.store import orders as stored_orders
from shipconsole.ui.order_editor.order_view import OrderView
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.ui.order_editor.conftest import Bench

LATER = 1_000_000


async def reads(bench: Bench, found: Changes) -> int:
    """Return how often the order is read again after changes."""
    before = len(bench.opened)
    bench.panel.apply_changes(found)
    await bench.settled()
    return len(bench.opened) - before


def saved(*changes: tuple[str, int], cursor: int = LATER) -> Changes:
    return Changes(cursor, tuple(Change(*change) for change in changes), too_many=False)


@pytest.fixture
async def shipped_calls(order_bench: Bench) -> tuple[int, int]:
    """Open an order that has updates; return the ids of one of them, and of one of another order."""
    found: list[int] = []
    for number, label in zip(("10001", "10002"), USPS_NUMBERS, strict=False):
        order_id, draft = await draft_of(order_bench.ctx, number, None, label)
        found.append((await ship.ship(order_bench.ctx, order_id, draft)).call_ids[0])
    await order_bench.open("10001")
    await order_bench.settled()
    return found[0], found[1]


async def test_other_orders_do_not_concern_it(order_bench: Bench, shipped_calls: tuple[int, int]) -> None:
    ctx, (own_call, other_call) = order_bench.ctx, shipped_calls
    own, other = await orders.find(ctx, "10001"), await orders.find(ctx, "10002")
    assert await reads(order_bench, saved(("order", other), ("call", other_call), ("store", own))) == 0
    assert await reads(order_bench, saved(("order", other), ("order", own))) == 1
    assert await reads(order_bench, saved(("call", own_call))) == 1
    assert await reads(order_bench, Changes(LATER, (), too_many=True)) == 1


async def test_another_order_of_its_number_concerns_it(order_bench: Bench) -> None:
    await order_bench.open("10001")
    await order_bench.settled()
    same = await order_bench.ctx.write(
        lambda db: stored_orders.add(db, number="10001", primary_connection_id=None, now_ms=1)
    )
    assert await reads(order_bench, saved(("order", same))) == 1


async def test_what_is_on_the_screen_already_is_not_read_again(order_bench: Bench) -> None:
    await order_bench.open("10001")
    await order_bench.settled()
    own = await orders.find(order_bench.ctx, "10001")
    now = await order_bench.ctx.read(feed.newest)
    assert await reads(order_bench, saved(("order", own), cursor=now)) == 0
    assert await reads(order_bench, saved(("order", own), cursor=now + 1)) == 1


async def test_a_shipment_is_shown_with_one_read(order_bench: Bench) -> None:
    await order_bench.open("10002")
    order_bench.panel.steps.all_left()
    order_bench.panel.steps.set_tracking(USPS_NUMBERS[0])
    await order_bench.panel.save_drafts()
    await order_bench.settled()
    before, cursor = len(order_bench.opened), await order_bench.ctx.read(feed.newest)
    order_bench.panel.ship()
    # The feed reports the commit while the shipment is saved.
    await order_bench.until(lambda: order_bench.shipped)
    order_bench.panel.apply_changes(await order_bench.ctx.read(feed.since, cursor))
    await order_bench.settled()
    assert len(order_bench.opened) - before == 1


async def test_a_shipment_changes_the_panes_once(order_bench: Bench) -> None:
    view = order_bench.panel.findChild(OrderView)
    assert view is not None
    await order_bench.open("10002")
    order_bench.panel.steps.all_left()
    order_bench.panel.steps.set_tracking(USPS_NUMBERS[0])
    await order_bench.panel.save_drafts()
    await order_bench.settled()
    order_bench.panel.ship()
    pressed, shown = view.shows, list[int]()
    order_bench.panel.shipped.connect(lambda _: shown.append(view.shows))
    await order_bench.until(lambda: order_bench.shipped)
    assert shown[0] - pressed == 1


@pytest.mark.parametrize("with_label", [True, False])
@pytest.mark.parametrize("units", [None, {"MOBILE-CASE-BLK": 1}], ids=["all of it", "a part"])
async def test_a_draft_that_another_station_took_along_and_shipped_is_not_packed_again(
    order_bench: Bench, units: dict[str, int] | None, with_label: bool
) -> None:
    ctx, panel = order_bench.ctx, order_bench.panel
    other = replace(ctx, station="B")
    lines = await order_bench.open("10001")
    if units is None:
        panel.steps.all_left()
    else:
        panel.steps.add_units((lines[1],))
    if with_label:
        panel.steps.set_tracking(USPS_NUMBERS[0])
    await panel.save_drafts()
    await order_bench.settled()
    cursor = await ctx.read(feed.newest)
    sheet = await orders.sheet(other, await orders.find(other, "10001"))
    assert sheet.draft is not None
    await claims.take_over(other, sheet.order.id)
    package = sheet.draft.packages[0]
    package.tracking_number = USPS_NUMBERS[0]
    await ship.ship(other, sheet.order.id, sheet.draft)
    panel.apply_changes(await ctx.read(feed.since, cursor))
    await order_bench.settled()
    await order_bench.until(lambda: panel.session is not None and not panel.session.draft.snapshot().units)
    assert panel.session is not None
    assert panel.session.order.shipped == sheet.draft.units


async def test_what_was_packed_here_stays_where_another_station_shipped_something_else(order_bench: Bench) -> None:
    ctx, panel = order_bench.ctx, order_bench.panel
    other = replace(ctx, station="B")
    lines = await order_bench.open("10001")
    panel.steps.add_units((lines[1],))
    await panel.save_drafts()
    await order_bench.settled()
    cursor = await ctx.read(feed.newest)
    order_id, draft = await draft_of(other, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await ship.ship(other, order_id, draft)
    panel.apply_changes(await ctx.read(feed.since, cursor))
    await order_bench.settled()
    assert panel.session is not None
    assert panel.session.draft.snapshot().quantity_of(lines[1]) == 1
