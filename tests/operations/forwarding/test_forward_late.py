"""A package of which a webhook told before the platform's own order shows it is passed on as soon as it does."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import orders
from shipconsole.operations.sending import followups
from shipconsole.operations.shipping import ship
from shipconsole.store import follow_up_jobs
from tests.operations.pod import Document, Pod, connected, order_of, received, running_pod, shipped_package, webhook
from tests.support.bench import draft_of
from tests.support.clock import ManualClock

NUMBER, OTHER = "9400100109361129278357", "9400111206206406260787"
THERE = shipped_package(NUMBER, "delivered", A=3, B=1)
LATER = "2026-11-20T09:00:00.000000Z"


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        running.orders["77"] = order_of(status="in_production")
        yield running


async def notifications_of(ctx: Context, pod: Pod, mode: str = "auto", body: Document = THERE) -> None:
    """A webhook tells of a package that the platform's order does not show yet."""
    connection = await connected(ctx, pod.url)
    await forward.set_rule(ctx, "Pod", ("ShipEngine",), mode)
    await process.process_one(ctx, await received(ctx, connection, webhook(order_of(body), body)))
    assert await forward.reviews(ctx) == ()


async def shipped(ctx: Context) -> list[str]:
    """The numbers of the packages that left for the order here."""
    sheet = await orders.sheet(ctx, await orders.find(ctx, "10001"))
    return [package.tracking_number for shipment in sheet.shipments for package in shipment.packages]


async def jobs_left(ctx: Context) -> int:
    return len(await ctx.read(follow_up_jobs.due, steady_ms=2**62, most=9))


async def synced(ctx: Context, pod: Pod) -> None:
    """The platform's orders are brought in, and what follows of it is done."""
    (done,) = await import_orders.sync(ctx, [await connected(ctx, pod.url)])
    assert (done.seen, str(done.message)) == (1, "")
    await followups.run_due(ctx)


async def test_the_platform_is_queried_until_it_shows_the_package(bench: Context, pod: Pod) -> None:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock)
    ctx.begin()
    await notifications_of(ctx, pod)
    assert await followups.run_due(ctx) == 1
    assert (await shipped(ctx), await jobs_left(ctx)) == ([], 1)
    pod.orders["77"] = order_of(THERE, updated_at=LATER)
    clock.pass_s(31)
    assert await followups.run_due(ctx) == 1
    assert (await shipped(ctx), await jobs_left(ctx)) == ([NUMBER], 0)


async def test_a_sync_finds_the_order_of_an_early_webhook(bench: Context, pod: Pod) -> None:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock)
    ctx.begin()
    await notifications_of(ctx, pod)
    while await jobs_left(ctx):
        clock.pass_s(3 * 3600)
        await followups.run_due(ctx)
    pod.orders["77"] = order_of(THERE, updated_at=LATER)
    await synced(ctx, pod)
    assert (await shipped(ctx), await jobs_left(ctx)) == ([NUMBER], 0)
    # It is asked about no more once it has gone on.
    before = len(pod.asked)
    await synced(ctx, pod)
    assert "/orders/77" not in pod.asked[before:]


@pytest.mark.parametrize(("why", "proposed"), [("no rule", []), ("none left", ["refused"])])
async def test_a_sync_queries_once_for_a_package_that_is_not_forwarded(
    bench: Context, pod: Pod, why: str, proposed: list[str]
) -> None:
    await notifications_of(bench, pod)
    if why == "no rule":
        await forward.set_rule(bench, "Pod", (), "off")
    else:
        units = {"MOBILE": 1, "MOBILE-CASE-BLK": 3, "CHARGER-USB-C": 1}
        order_id, draft = await draft_of(bench, "10001", units, OTHER)
        await ship.ship(bench, order_id, draft)
    for job in await bench.read(follow_up_jobs.due, steady_ms=2**62, most=9):
        await bench.write(follow_up_jobs.done, job)
    pod.orders["77"] = order_of(THERE, updated_at=LATER)
    for times_asked in (1, 0):
        before = len(pod.asked)
        await synced(bench, pod)
        assert pod.asked[before:].count("/orders/77") == times_asked
        assert [review.state for review in await forward.reviews(bench)] == proposed
