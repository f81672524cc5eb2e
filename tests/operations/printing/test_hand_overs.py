"""Hand-over lists by carrier, recorded once, and the packages on them that no carrier has scanned since."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, stale
from shipconsole.operations.orders import orders
from shipconsole.operations.printing import hand_overs
from shipconsole.operations.shipping import correct, ship, undo
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.simulator import shipengine as simulated_shipengine
from shipconsole.simulator.server import SimulatorServer
from tests.operations.pod import Document, connected, order_of, received, running_pod, shipped_package, webhook
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.support.clock import ManualClock

HOUR_S = 3_600
DAY_H = 24
UPS = "1Z999AA10123456784"


@pytest.fixture
def clock(bench: Context) -> ManualClock:
    return ManualClock(bench.clock.now_ms())


@pytest.fixture
def ctx(bench: Context, clock: ManualClock) -> Context:
    """The bench under a clock that the test advances."""
    bench.current_packer.operator = "Mira Kovač"
    return replace(bench, clock=clock)


async def pack(ctx: Context, number: str, tracking: str, *, kg: str = "", items: dict[str, int] | None = None) -> int:
    order_id, draft = await draft_of(ctx, number, items, tracking)
    draft.packages[0].weight_kg = kg
    return (await ship.ship(ctx, order_id, draft)).shipment_id


async def hand_over(ctx: Context) -> int:
    return await hand_overs.record(ctx, await hand_overs.open_list(ctx))


async def numbers(ctx: Context, after_h: int = DAY_H) -> list[str]:
    """The packages that stand out, which are counted without being read."""
    found = (await hand_overs.silent(ctx, after_h)).packages
    assert await hand_overs.count_silent(ctx, after_h) == len(found)
    return [package.tracking_number for package in found]


def told(status: str, at: str, number: str) -> Document:
    """What ShipEngine tells of a package by webhook."""
    event = {"occurred_at": at, "description": f"Scan {status}", "status_code": status}
    data = {"tracking_number": number, "status_code": status, "carrier_code": "usps", "events": [event]}
    return {"resource_type": "API_TRACK", "data": data}


async def tell(ctx: Context, body: Document, name: str = "ShipEngine") -> None:
    (connection,) = await connections.named(ctx, [name])
    event = await process.process_one(ctx, await received(ctx, connection, body))
    assert event.state == "processed"


def written(ctx: Context) -> str:
    """The time now, as a platform writes it."""
    return datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


async def test_packages_are_listed_by_carrier_with_weights_until_they_were_handed_over(
    ctx: Context, clock: ManualClock
) -> None:
    await pack(ctx, "10001", USPS_NUMBERS[0], kg="0.62")
    await pack(ctx, "10002", USPS_NUMBERS[1])
    await pack(ctx, "10003", UPS, kg="1.5")
    listed = await hand_overs.open_list(ctx)
    assert [(part.carrier, len(part.packages), part.weight_g, part.unweighed) for part in listed.carriers] == [
        ("UPS", 1, 1_500, 0),
        ("USPS", 2, 620, 1),
    ]
    assert {package.order_number for package in listed.packages} == {"10001", "10002", "10003"}
    clock.pass_s(60)
    assert await hand_overs.record(ctx, listed, "UPS") == 1
    rest = await hand_overs.open_list(ctx)
    assert [part.carrier for part in rest.carriers] == ["USPS"]
    clock.pass_s(60)
    assert await hand_overs.record(ctx, rest) == 2
    # Once more, from a list that was read before: nothing is on two lists.
    assert await hand_overs.record(ctx, listed) == 0
    assert (await hand_overs.open_list(ctx)).packages == ()
    newest, first = await hand_overs.newest(ctx)
    assert (newest.packages, first.packages) == (2, 1)
    assert (newest.operator, newest.station, newest.at_ms) == ("Mira Kovač", "Bench 1", clock.now_ms())
    again = await hand_overs.list_of(ctx, first)
    assert [package.tracking_number for package in again.packages] == [UPS]
    assert (again.is_recorded, again.packer, again.station) == (True, "Mira Kovač", "Bench 1")


async def test_a_day_has_its_packages_whether_handed_over_or_not(ctx: Context, clock: ManualClock) -> None:
    await pack(ctx, "10001", USPS_NUMBERS[0])
    assert await hand_over(ctx) == 1
    await pack(ctx, "10002", USPS_NUMBERS[1])
    day = hand_overs.today(ctx)
    listed = await hand_overs.list_of_day(ctx, day)
    assert [package.handed_over_at_ms is None for package in listed.packages] == [False, True]
    assert not listed.is_recorded
    assert await hand_overs.record(ctx, listed) == 1
    assert (await hand_overs.list_of_day(ctx, day)).is_recorded
    assert (await hand_overs.list_of_day(ctx, day - timedelta(days=1))).packages == ()


async def test_a_forgotten_package_is_still_open_the_next_day(ctx: Context, clock: ManualClock) -> None:
    await pack(ctx, "10001", USPS_NUMBERS[0])
    clock.pass_s(DAY_H * HOUR_S)
    # Before the first list, only today's packages are meant: what shipped before was handed over without one.
    assert (await hand_overs.open_list(ctx)).packages == ()
    await pack(ctx, "10002", USPS_NUMBERS[1])
    assert await hand_over(ctx) == 1
    await pack(ctx, "10003", UPS)
    clock.pass_s(2 * DAY_H * HOUR_S)
    assert [package.order_number for package in (await hand_overs.open_list(ctx)).packages] == ["10003"]


async def test_an_undone_package_is_on_no_list(ctx: Context, clock: ManualClock) -> None:
    held = replace(ctx, undo_window_s=60)
    shipment_id = await pack(held, "10001", USPS_NUMBERS[0])
    listed = await hand_overs.open_list(held)
    await undo.undo_shipment(held, await orders.find(held, "10001"), shipment_id)
    assert (await hand_overs.open_list(held)).packages == ()
    assert await hand_overs.record(held, listed) == 0
    clock.pass_s(30 * HOUR_S)
    assert await numbers(held) == []
    assert await hand_overs.newest(held) == []


async def test_what_was_handed_over_is_not_undone_but_voided_with_a_reason(ctx: Context) -> None:
    held = replace(ctx, undo_window_s=60)
    shipment_id = await pack(held, "10001", USPS_NUMBERS[0])
    order_id = await orders.find(held, "10001")
    await hand_over(held)
    with pytest.raises(ValidationFailed) as refused:
        await undo.undo_shipment(held, order_id, shipment_id)
    assert refused.value.message.id == "undo.handed_over"
    (shipment,) = (await orders.sheet(held, order_id)).shipments
    assert shipment.id == shipment_id
    await correct.void_shipment(held, order_id, shipment_id, (), "the carrier did not take it")
    assert (await orders.sheet(held, order_id)).shipments == ()


async def test_a_package_that_a_platform_ships_itself_is_on_no_list(ctx: Context) -> None:
    with running_pod() as pod:
        package = shipped_package(UPS, A=1)
        pod.orders["77"] = order_of(package)
        connection = await connected(ctx, pod.url)
        await forward.set_rule(ctx, "Pod", ("ShipEngine",), "auto")
        event_id = await received(ctx, connection, webhook(pod.orders["77"], package))
        assert (await process.process_one(ctx, event_id)).state == "processed"
    assert len((await orders.sheet(ctx, await orders.find(ctx, "10001"))).shipments) == 1
    assert (await hand_overs.open_list(ctx)).packages == ()


async def test_a_package_without_a_carrier_scan_stands_out_until_an_event_arrives_by_webhook(
    ctx: Context, clock: ManualClock
) -> None:
    await pack(ctx, "10001", USPS_NUMBERS[0])
    await pack(ctx, "10002", USPS_NUMBERS[1])
    assert await hand_over(ctx) == 2
    clock.pass_s(23 * HOUR_S)
    assert await numbers(ctx) == []
    clock.pass_s(2 * HOUR_S)
    assert await numbers(ctx) == [USPS_NUMBERS[0], USPS_NUMBERS[1]]
    assert await numbers(ctx, 48) == []
    assert await numbers(ctx, 0) == []
    # The label's own event is none of the carrier's.
    await tell(ctx, told("NY", written(ctx), USPS_NUMBERS[0]))
    assert await numbers(ctx) == [USPS_NUMBERS[0], USPS_NUMBERS[1]]
    await tell(ctx, told("AC", written(ctx), USPS_NUMBERS[0]))
    assert await numbers(ctx) == [USPS_NUMBERS[1]]
    # A state that the platform doesn't know is a carrier's event all the same.
    await tell(ctx, told("UN", written(ctx), USPS_NUMBERS[1]))
    assert await numbers(ctx) == []


async def test_a_package_leaves_the_list_when_the_platform_is_queried(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The simulated carrier has not scanned it yet, whatever the time is.
    monkeypatch.setattr(simulated_shipengine, "ACCEPTED_AFTER_S", 1e9)
    monkeypatch.setattr(simulated_shipengine, "IN_TRANSIT_AFTER_S", 1e9)
    order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, draft, ("ShipEngine",))
    await worker.flush(ctx, until_empty=True)
    assert await hand_over(ctx) == 1
    clock.pass_s(DAY_H * HOUR_S + 120)
    assert await stale.run_due(ctx) == 1
    assert await numbers(ctx) == [USPS_NUMBERS[0]]
    monkeypatch.setattr(simulated_shipengine, "ACCEPTED_AFTER_S", 0.0)
    clock.pass_s(2 * DAY_H * HOUR_S)
    assert await stale.run_due(ctx) == 1
    assert await numbers(ctx) == []


async def test_edited_tracking_counts_for_the_new_number(ctx: Context, clock: ManualClock) -> None:
    await pack(ctx, "10001", USPS_NUMBERS[0])
    assert await hand_over(ctx) == 1
    await tell(ctx, told("AC", written(ctx), USPS_NUMBERS[0]))
    clock.pass_s(30 * HOUR_S)
    assert await numbers(ctx) == []
    sheet = await orders.sheet(ctx, await orders.find(ctx, "10001"))
    package_id = sheet.shipments[0].packages[0].id
    assert package_id is not None
    await correct.edit_tracking(ctx, sheet.order.id, package_id, NewLabel(UPS), [], "wrong label")
    assert await numbers(ctx) == [UPS]


async def test_an_earlier_use_of_a_number_is_not_taken_for_a_scan(ctx: Context, clock: ManualClock) -> None:
    await tell(ctx, told("DE", written(ctx), USPS_NUMBERS[0]))
    clock.pass_s(200 * DAY_H * HOUR_S)
    await pack(ctx, "10001", USPS_NUMBERS[0])
    assert await hand_over(ctx) == 1
    clock.pass_s(30 * HOUR_S)
    assert await numbers(ctx) == [USPS_NUMBERS[0]]


async def test_after_a_month_nothing_stands_out_any_more(ctx: Context, clock: ManualClock) -> None:
    await pack(ctx, "10001", USPS_NUMBERS[0])
    assert await hand_over(ctx) == 1
    clock.pass_s(29 * DAY_H * HOUR_S)
    assert await numbers(ctx) == [USPS_NUMBERS[0]]
    clock.pass_s(2 * DAY_H * HOUR_S)
    assert await numbers(ctx) == []
