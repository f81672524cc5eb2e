"""Packages of which nothing is heard: asked about slowly, no longer once they arrived, and never before their time."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, stale
from shipconsole.operations.orders import orders
from shipconsole.operations.sending import followups
from shipconsole.operations.shipping import correct, ship
from shipconsole.simulator.server import SimulatorServer
from tests.operations.pod import Pod, connected, order_of, received, running_pod, shipped_package, webhook
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.support.clock import ManualClock

DAY_S = 86_400
NUMBER = USPS_NUMBERS[0]


@pytest.fixture
def clock(bench: Context) -> ManualClock:
    return ManualClock(bench.clock.now_ms())


@pytest.fixture
def watching(bench: Context, clock: ManualClock) -> Context:
    """The bench under a clock whose hands the test turns."""
    return replace(bench, clock=clock)


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        yield running


async def notify(ctx: Context, *to: str, number: str = NUMBER, items: dict[str, int] | None = None) -> None:
    """A package of order 10001 that connections took the news of."""
    order_id, draft = await draft_of(ctx, "10001", items or {"MOBILE": 1}, number)
    await ship.ship(ctx, order_id, draft, to)
    await worker.flush(ctx, until_empty=True)


def queries(server: SimulatorServer) -> list[dict[str, Any]]:
    """The questions about packages that ShipEngine had."""
    seen = local_http.get(f"{server.url}/_simulator/requests").json()
    return [request for request in seen if request["path"].endswith("/v1/tracking")]


def followed(server: SimulatorServer) -> tuple[list[str], int]:
    """The packages whose news ShipEngine promised to tell, and how often it was asked to."""
    tracked = local_http.get(f"{server.url}/_simulator/state").json()["shipengine"]["tracked"]
    seen = local_http.get(f"{server.url}/_simulator/requests").json()
    return tracked, sum(request["path"].endswith("/tracking/start") for request in seen)


async def test_a_package_is_queried_after_a_day_and_then_less_often(
    watching: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    await notify(watching, "ShipEngine")
    assert await stale.run_due(watching) == 0
    clock.pass_s(DAY_S + 60)
    (_, silent), *_ = await stale.due(watching)
    assert silent.tracking_number == NUMBER
    assert await stale.run_due(watching) == 1
    assert len(queries(simulated_platforms)) == 1
    (track,) = (await orders.sheet(watching, await orders.find(watching, "10001"))).tracks
    assert track.status == "not_yet"
    clock.pass_s(DAY_S - 10)
    assert await stale.run_due(watching) == 0
    clock.pass_s(60)
    assert await stale.run_due(watching) == 1
    clock.pass_s(DAY_S + 60)
    assert await stale.run_due(watching) == 0
    clock.pass_s(DAY_S)
    assert await stale.run_due(watching) == 1


async def test_one_question_a_minute_and_connection(watching: Context, clock: ManualClock) -> None:
    await notify(watching, "ShipEngine")
    await notify(watching, "ShipEngine", number=USPS_NUMBERS[1], items={"MOBILE-CASE-BLK": 1})
    clock.pass_s(DAY_S + 60)
    assert await stale.run_due(watching) == 1
    assert await stale.run_due(watching) == 0
    clock.pass_s(61)
    assert await stale.run_due(watching) == 1
    clock.pass_s(61)
    assert await stale.run_due(watching) == 0


async def test_a_platform_that_does_not_answer_is_asked_less_often(
    watching: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    await notify(watching, "ShipEngine")
    await notify(watching, "ShipEngine", number=USPS_NUMBERS[1], items={"MOBILE-CASE-BLK": 1})
    fault(simulated_platforms, "shipengine", "503", times=None)
    clock.pass_s(DAY_S + 60)
    assert await stale.run_due(watching) == 1
    clock.pass_s(61)
    assert await stale.run_due(watching) == 0
    clock.pass_s(60)
    assert await stale.run_due(watching) == 1


async def test_an_event_restarts_the_wait_and_a_delivery_ends_it(watching: Context, clock: ManualClock) -> None:
    await notify(watching, "ShipEngine")
    (connection,) = await connections.named(watching, ["ShipEngine"])

    async def hear(status: str, at: str) -> None:
        event = {"occurred_at": at, "status_code": status, "description": status}
        data = {"tracking_number": NUMBER, "status_code": status, "events": [event]}
        await process.process_one(
            watching, await received(watching, connection, {"resource_type": "API_TRACK", "data": data})
        )

    clock.pass_s(DAY_S - 60)
    await hear("IT", "2026-11-20T12:00:00Z")
    clock.pass_s(120)
    assert await stale.due(watching) == ()
    clock.pass_s(DAY_S)
    assert len(await stale.due(watching)) == 1
    await hear("DE", "2026-11-21T12:00:00Z")
    clock.pass_s(9 * DAY_S)
    assert await stale.due(watching) == ()


async def test_a_number_that_was_corrected_is_asked_about_no_more(
    watching: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    await notify(watching, "ShipEngine")
    order_id = await orders.find(watching, "10001")
    ((package,),) = [shipment.packages for shipment in (await orders.sheet(watching, order_id)).shipments]
    assert package.id is not None
    label = correct.NewLabel(USPS_NUMBERS[1], "usps")
    await correct.edit_tracking(watching, order_id, package.id, label, [], "misread")
    (track,) = (await orders.sheet(watching, order_id)).tracks
    assert track.tracking_number == USPS_NUMBERS[1]
    clock.pass_s(DAY_S + 60)
    await stale.run_due(watching)
    assert await stale.due(watching) == ()
    assert queries(simulated_platforms) == []


async def test_the_watch_can_be_switched_off(
    watching: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    url = f"{simulated_platforms.url}/shipengine"
    await connections.connect(watching, "shipengine", "ShipEngine", url=url, options={"check_after_s": "0"})
    await notify(watching, "ShipEngine")
    clock.pass_s(9 * DAY_S)
    assert await stale.due(watching) == ()


async def test_a_package_of_a_platform_that_ships_itself_is_read_with_its_order(
    watching: Context, clock: ManualClock, pod: Pod
) -> None:
    connection = await connected(watching, pod.url)
    first_package, two = shipped_package(NUMBER, A=1), shipped_package(USPS_NUMBERS[1], B=1)
    pod.orders["77"] = order_of(first_package)
    await process.process_one(
        watching, await received(watching, connection, webhook(order_of(first_package), first_package))
    )
    await forward.set_rule(watching, "Pod", ["ShipEngine"], "auto")
    pod.orders["77"] = order_of(shipped_package(NUMBER, "delivered", A=1), two)
    clock.pass_s(DAY_S + 60)
    assert await stale.run_due(watching) == 1
    sheet = await orders.sheet(watching, await orders.find(watching, "10001"))
    assert {track.tracking_number: track.status for track in sheet.tracks} == {
        NUMBER: "delivered",
        USPS_NUMBERS[1]: "in_transit",
    }
    # What no webhook told of goes on all the same.
    assert len(sheet.shipments) == 2


async def test_a_notified_package_is_subscribed_to_where_the_connection_says_so(
    watching: Context, simulated_platforms: SimulatorServer
) -> None:
    url = f"{simulated_platforms.url}/shipengine"
    await connections.connect(watching, "shipengine", "ShipEngine", url=url, options={"track": "yes"})
    await notify(watching, "ShipEngine")
    await followups.run_due(watching)
    assert followed(simulated_platforms) == ([NUMBER], 1)
