"""Hours without a receiver: simulated platforms are asked about each package until it arrives, and never too often."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Generator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from shipconsole.domain.draft import PackageDraft
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import stale, subscriptions
from shipconsole.operations.orders import orders
from shipconsole.operations.sending import followups
from shipconsole.operations.shipping import ship
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.server import PRINTED_SAMPLE, SimulatorServer, running_simulator
from shipconsole.simulator.swiftpod import PRINTED_NUMBER
from tests.operations.forwarding import printed
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS, connect_all, draft_of, effects, open_context
from tests.support.clock import ManualClock

HOUR_S = 3_600
ASK_AFTER_S = 2 * HOUR_S
COUNT = 8
HASTY = replace(USUAL, refresh_pauses_s=())
"""No real seconds are waited: the platforms' clock stands still meanwhile."""
BEGAN_MS = 1_796_000_000_000
PRINTED_ORDER = str(10_001 + PRINTED_SAMPLE)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(BEGAN_MS)


@pytest.fixture
def vendors(clock: ManualClock) -> Generator[SimulatorServer]:
    """Simulated platforms under the same clock as the bench."""
    with running_simulator(orders=8, now=lambda: clock.now_ms() / 1_000, webhooks=True) as server:
        yield server


@pytest.fixture
async def bench(tmp_path: Path, clock: ManualClock, vendors: SimulatorServer) -> AsyncGenerator[Context]:
    """A bench without a receiver, whose connections ask after two hours of silence."""
    async with open_context(tmp_path, clock) as ctx:
        known = await connect_all(ctx, vendors.url)
        pod = await printed.connect_printer(ctx, vendors.url)
        for one in (*known, pod):
            options = {"check_after_s": str(ASK_AFTER_S)}
            if one.vendor != "shipup":
                await connections.connect(ctx, one.vendor, one.name, url=one.base_url, options=options)
        await import_orders.sync(ctx, await connections.every(ctx))
        yield replace(ctx, timings=HASTY)


def asked(server: SimulatorServer) -> dict[str, list[float]]:
    """When each platform was asked about a package, in Unix seconds."""
    found: dict[str, list[float]] = defaultdict(list)
    seen: list[dict[str, Any]] = local_http.get(f"{server.url}/_simulator/requests").json()
    for request in seen:
        if request["call"] in ("track", "get_order") and (request["vendor"], request["call"]) != (
            "starshipit",
            "get_order",
        ):
            found[request["vendor"]].append(datetime.fromisoformat(request["at"]).timestamp())
    return found


def add_orders(server: SimulatorServer, count: int) -> None:
    """Have every shop know so many orders of one unit more."""
    for position in range(count):
        items = [{"id": f"{position}-1", "sku": "CUP", "quantity": 1}]
        order = {"number": f"M{position}", "items": items}
        local_http.post(f"{server.url}/_simulator/orders", json=order).raise_for_status()


async def let_pass(ctx: Context, clock: ManualClock, seconds: int, *, step_s: int) -> None:
    """Let time pass in which the program does what it does by itself."""
    for _ in range(seconds // step_s):
        clock.pass_s(step_s)
        await stale.run_due(ctx)
        await followups.run_due(ctx)


async def test_over_a_day_each_platform_is_queried_within_its_limits_until_delivery(
    bench: Context, clock: ManualClock, vendors: SimulatorServer
) -> None:
    for number, tracking, to in (("10001", USPS_NUMBERS[0], "ShipEngine"), ("10002", USPS_NUMBERS[1], "Starshipit")):
        order_id, draft = await draft_of(bench, number, None, tracking)
        await ship.ship(bench, order_id, draft, [to])
    await worker.flush(bench, until_empty=True)
    # SwiftPOD ships by itself; its webhook leads nowhere.
    (pod,) = await connections.named(bench, ["SwiftPOD"])
    await subscriptions.register(bench, pod, "shipment_notify", "https://hooks.example.com/nobody")
    await forward.set_rule(bench, "SwiftPOD", ["ShipEngine"], "auto")
    clock.pass_s(60)
    await import_orders.sync(bench, [pod])
    before = {vendor: len(times) for vendor, times in asked(vendors).items()}
    await followups.run_due(bench)

    await let_pass(bench, clock, 24 * HOUR_S, step_s=600)

    times = asked(vendors)
    notifications = {
        vendor: times[vendor][before.get(vendor, 0) :] for vendor in ("shipengine", "starshipit", "swiftpod")
    }
    # SwiftPOD's package is looked into at once. Each is asked about after the silence and no more once it came;
    # Starshipit's never moves, so that it is asked about less and less.
    assert {vendor: len(those) for vendor, those in notifications.items()} == {
        "shipengine": 1,
        "starshipit": 4,
        "swiftpod": 2,
    }
    pauses = [later - earlier for earlier, later in pairwise(notifications["starshipit"])]
    assert pauses == sorted(pauses)
    assert pauses[0] >= ASK_AFTER_S
    states = {}
    for number in ("10001", "10002", PRINTED_ORDER):
        for track in (await orders.sheet(bench, await orders.find(bench, number))).tracks:
            states[track.tracking_number] = track.status
    assert states[USPS_NUMBERS[0]] == states[PRINTED_NUMBER] == "delivered"
    assert states[USPS_NUMBERS[1]] != "delivered"


async def test_what_a_printer_shipped_goes_on_though_no_webhook_came(
    bench: Context, clock: ManualClock, vendors: SimulatorServer
) -> None:
    (pod,) = await connections.named(bench, ["SwiftPOD"])
    await subscriptions.register(bench, pod, "shipment_notify", "https://hooks.example.com/nobody")
    await forward.set_rule(bench, "SwiftPOD", ["ShipEngine", "Starshipit", "Shipup"], "auto")
    for _ in range(3):
        clock.pass_s(60)
        await import_orders.sync(bench, [pod])
        await followups.run_due(bench)
    await worker.flush(bench, until_empty=True)
    notifications = effects(vendors, PRINTED_ORDER)
    assert sorted(one["vendor"] for one in notifications) == ["shipengine", "shipup", "starshipit"]
    assert all(PRINTED_NUMBER in str(one["body"]) for one in notifications)


async def test_many_silent_packages_are_queried_one_a_minute(
    bench: Context, clock: ManualClock, vendors: SimulatorServer
) -> None:
    add_orders(vendors, COUNT)
    for vendor in vendors._vendors.values():
        vendor.limit = None
    (shipengine,) = await connections.named(bench, ["ShipEngine"])
    await import_orders.sync(bench, [shipengine])
    for position in range(COUNT):
        order_id = await orders.find(bench, f"M{position}")
        package = PackageDraft(tracking_number=f"T{position:03}", carrier="usps")
        await ship.ship(bench, order_id, await ship.draft_with_items(bench, order_id, None, package), ["ShipEngine"])
    await worker.flush(bench, until_empty=True)
    clock.pass_s(ASK_AFTER_S)
    await let_pass(bench, clock, 5 * 60, step_s=20)
    times = asked(vendors)["shipengine"]
    assert len(times) == 5
    assert min(later - earlier for earlier, later in pairwise(times)) >= 60
    await let_pass(bench, clock, COUNT * 60, step_s=20)
    # Each once: all had come by then.
    assert len(asked(vendors)["shipengine"]) == COUNT


async def test_flush_asks_about_a_silent_package_too(
    bench: Context, clock: ManualClock, vendors: SimulatorServer
) -> None:
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft, ["ShipEngine"])
    await worker.flush(bench, until_empty=True)
    assert asked(vendors)["shipengine"] == []
    clock.pass_s(ASK_AFTER_S)
    await worker.flush(bench)
    assert len(asked(vendors)["shipengine"]) == 1
