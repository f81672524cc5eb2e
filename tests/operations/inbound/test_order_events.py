"""A webhook about an order counts as far as its platform bears it out when it is asked; before, it is words alone."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from shipconsole.domain import received_webhook
from shipconsole.domain.message import Message
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import orders
from shipconsole.operations.sending import followups
from shipconsole.operations.shipping import ship
from shipconsole.store import follow_up_jobs, platform_notices, webhook_events
from tests.operations.inbound.test_process import everything
from tests.operations.pod import Document, Pod, connected, order_of, received, running_pod, shipped_package, webhook
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.support.clock import ManualClock
from tests.support.refusals import refused

OURS, THEIRS = USPS_NUMBERS[0], USPS_NUMBERS[1]
LATER = "2026-11-20T09:00:00.000000Z"


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        yield running


async def process_body(ctx: Context, body: Document) -> received_webhook.WebhookEvent:
    (connection,) = await connections.named(ctx, ["Pod"])
    return await process.process_one(ctx, await received(ctx, connection, body))


async def states(ctx: Context, number: str) -> dict[str, str]:
    """The state of each of an order's packages by its number."""
    return {
        track.tracking_number: track.status
        for track in (await orders.sheet(ctx, await orders.find(ctx, number))).tracks
    }


async def ship_ours(ctx: Context, number: str) -> None:
    """Another order's package leaves this station."""
    order_id, draft = await draft_of(ctx, number, None, OURS)
    await ship.ship(ctx, order_id, draft, ["Shipup"])


def of_two(how: str, pod: Pod) -> Document:
    """A webhook about order 10001 that puts `delivered` on the package of another one; what SwiftPOD then answers."""
    forged = shipped_package(OURS, "delivered", A=3)
    pod.orders |= {
        "no such order": {},
        "the order without it": {"77": order_of(shipped_package(THEIRS, A=3))},
        "another order": {"77": order_of(shipped_package(THEIRS, A=3), number="20002")},
        "no answer": {},
        "no key": {},
        "no key, applied": {},
    }[how]
    return webhook(order_of(forged), forged)


@pytest.mark.parametrize(
    "how",
    ["no such order", "the order without it", "another order", "no answer", "no key", "no key, applied"],
)
async def test_what_is_not_confirmed_changes_no_package_of_any_order(bench: Context, pod: Pod, how: str) -> None:
    await connected(bench, pod.url, key="no key" not in how, apply="applied" in how)
    await ship_ours(bench, "10002")
    body = of_two(how, pod)
    if how == "no answer":
        await connected(bench, "http://127.0.0.1:9")
    before = await states(bench, "10002")
    done = await process_body(bench, body)
    assert (await states(bench, "10002"), done.state) == (before, "processed")
    assert before == {OURS: "packed"}
    # What a person has applied unasked is shown at the order that it names, and there alone.
    assert (OURS in await states(bench, "10001")) == (how == "no key, applied")
    assert OURS in str(done.message)


@pytest.mark.parametrize(("how", "asked_of_a_person"), [("no such order", 0), ("no answer", 0), ("no key", 1)])
async def test_what_is_not_confirmed_is_reported_and_stored_nowhere_else(
    bench: Context, pod: Pod, how: str, asked_of_a_person: int
) -> None:
    await connected(bench, pod.url if how != "no answer" else "http://127.0.0.1:9", key=how != "no key")
    await forward.set_rule(bench, "Pod", ("ShipEngine",), "auto")
    before = everything(bench)
    done = await process_body(bench, webhook(order_of(shipped_package(THEIRS, A=3)), shipped_package(THEIRS, A=3)))
    assert str(done.message).startswith(f"10001, {THEIRS}, not confirmed: In transit.")
    proposals = await forward.reviews(bench)
    assert [(review.state, review.confirmed) for review in proposals] == [("proposed", False)] * asked_of_a_person
    added = [row for row in everything(bench) if row not in before]
    assert len([row for row in added if row[0] != "order"]) == asked_of_a_person
    assert await states(bench, "10001") == {}
    assert {notice.kind for notice in await bench.read(platform_notices.latest, most=9)} == {"order"}


async def test_a_state_that_the_order_does_not_show_yet_waits_for_it(bench: Context, pod: Pod) -> None:
    ctx = replace(bench, clock=(clock := ManualClock(bench.clock.now_ms())))
    ctx.begin()
    await connected(ctx, pod.url)
    moving, there = shipped_package(THEIRS, "in_transit", A=3), shipped_package(THEIRS, "delivered", A=3)
    pod.orders["77"] = order_of(moving)
    done = await process_body(ctx, webhook(order_of(there), there))
    assert (str(done.message), await states(ctx, "10001")) == (
        f"10001, {THEIRS}, not confirmed: Delivered.",
        {THEIRS: "in_transit"},
    )
    await followups.run_due(ctx)
    assert (await states(ctx, "10001"), await process.run_due(ctx)) == ({THEIRS: "in_transit"}, 0)
    pod.orders["77"] = order_of(there, updated_at=LATER)
    clock.pass_s(31)
    await followups.run_due(ctx)
    assert await ctx.read(follow_up_jobs.due, steady_ms=2**62, most=9) == ()
    # Now the event itself is worked off again, with the time at which it happened.
    assert await process.run_due(ctx) == 1
    again = await ctx.read(webhook_events.get, done.id)
    assert again is not None
    assert str(again.message) == f"10001, {THEIRS}: Delivered."
    (track,) = (await orders.sheet(ctx, await orders.find(ctx, "10001"))).tracks
    assert (track.status, [str(event.message) for event in track.events]) == ("delivered", ["Delivered."])


async def test_a_platform_that_never_shows_it_is_asked_nine_times_at_most(bench: Context, pod: Pod) -> None:
    ctx = replace(bench, clock=(clock := ManualClock(bench.clock.now_ms())))
    ctx.begin()
    await connected(ctx, pod.url)
    pod.orders["77"] = order_of(shipped_package(THEIRS, A=3))
    await process_body(ctx, webhook(order_of(shipped_package(OURS, A=3)), shipped_package(OURS, A=3)))
    for number in range(40):
        # Each answer is another document, as of a platform that writes when it was asked.
        pod.orders["77"] = order_of(shipped_package(THEIRS, A=3), updated_at=f"2026-11-21T09:00:{number:02}.000000Z")
        clock.pass_s(3 * 3_600)
        await followups.run_due(ctx)
        await process.run_due(ctx)
    assert pod.asked.count("/orders/77") <= 9
    assert await states(ctx, "10001") == {THEIRS: "in_transit"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("stock_notify", Message("swiftpod.stock_event")),
        (" STOCK_NOTIFY ", Message("swiftpod.stock_event")),
        ("product_notify", Message("webhook.unknown_event", kind="product_notify")),
        ("", Message("webhook.no_event")),
    ],
)
async def test_the_name_of_an_event_decides_before_what_is_in_it(
    bench: Context, pod: Pod, name: str, message: Message
) -> None:
    await connected(bench, pod.url)
    package = shipped_package(THEIRS, "delivered", A=3)
    pod.orders["77"] = order_of(package)
    body = webhook(order_of(package), package)
    body["event"]["name"] = name
    done = await process_body(bench, body)
    assert (done.state, done.message, pod.asked) == ("ignored", message, [])
    assert await states(bench, "10001") == {}


@pytest.mark.parametrize("event", ["shipment_notify", "order_notify", "Order_Notify"])
async def test_a_new_order_that_is_confirmed_comes_in_as_one_that_was_synced(
    bench: Context, pod: Pod, event: str
) -> None:
    connection = await connected(bench, pod.url)
    new = {"number": "POD-9", "status": "in_production", "address": {"name": "Ada", "city": "Paris", "country": "FR"}}
    pod.orders["77"] = order_of(shipped_package(THEIRS, A=3), **new)
    body = webhook(
        order_of(shipped_package(THEIRS, A=3), **{**new, "address": {"name": "Mallory"}}), shipped_package(THEIRS, A=3)
    )
    body["event"]["name"] = event
    await process_body(bench, body)
    by_webhook = await orders.sheet(bench, await orders.find(bench, "POD-9"))
    pod.orders = {"78": {**pod.orders["77"], "id": 78, "order_id": "POD-10"}}
    await import_orders.sync(bench, [connection])
    await followups.run_due(bench)
    synced = await orders.sheet(bench, await orders.find(bench, "POD-10"))
    assert [(line.sku, line.ordered, line.left) for line in by_webhook.order.lines] == [
        (line.sku, line.ordered, line.left) for line in synced.order.lines
    ]
    assert (by_webhook.order.ship_to, by_webhook.order.state) == (synced.order.ship_to, synced.order.state)
    assert [(track.tracking_number, track.status) for track in by_webhook.tracks] == [(THEIRS, "in_transit")]
    assert [(track.tracking_number, track.status) for track in synced.tracks] == [(THEIRS, "in_transit")]


@pytest.mark.parametrize("key", [True, False])
async def test_a_new_order_that_is_not_confirmed_does_not_come_in(bench: Context, pod: Pod, key: bool) -> None:
    await connected(bench, pod.url, key=key)
    new = order_of(shipped_package(THEIRS, A=3), number="POD-9", status="in_production")
    done = await process_body(bench, webhook(new, shipped_package(THEIRS, A=3)))
    assert "not confirmed" in str(done.message)
    with refused("order.unknown", number="POD-9"):
        await orders.find(bench, "POD-9")
    # Once it is synced, what came before is worked off again.
    connection = await connected(bench, pod.url)
    pod.orders["77"] = new
    await import_orders.sync(bench, [connection])
    assert await process.run_due(bench) == 1
    assert await states(bench, "POD-9") == {THEIRS: "in_transit"}
