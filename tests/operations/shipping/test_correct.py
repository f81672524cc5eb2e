"""Tracking edits after shipping: each platform gets what it can track, and old and new stay in the record."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import link, orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import correct as correcting
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.operations.tracking import record
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import browse
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS, draft_of, effects, fault, open_context
from tests.support.clock import ManualClock
from tests.support.refusals import refused

OLD, NEW, THIRD = USPS_NUMBERS
CASE = "MOBILE-CASE-BLK"
WHY = "wrong label"


async def ship(ctx: Context, tracking: str = OLD, items: dict[str, int] | None = None, *, deliver: bool = True) -> int:
    """Ship some of order 10001 and tell of it; tell the order's id."""
    order_id, draft = await draft_of(ctx, "10001", items or {CASE: 1}, tracking)
    await shipping.ship(ctx, order_id, draft)
    if deliver:
        await worker.flush(ctx, until_empty=True)
    return order_id


async def ids(ctx: Context) -> dict[str, int]:
    return {connection.name: connection.id for connection in await connections.every(ctx)}


async def by_default(ctx: Context, order_id: int, package_id: int) -> list[int]:
    return [
        choice.connection.id for choice in await correcting.edit_choices(ctx, order_id, package_id) if choice.by_default
    ]


async def shipped_package(ctx: Context, order_id: int, shipment: int = 0) -> int:
    package_id = (await orders.sheet(ctx, order_id)).shipments[shipment].packages[0].id
    assert package_id is not None
    return package_id


async def correct(
    ctx: Context, order_id: int, new: str = NEW, *, shipment: int = 0, to: list[int] | None = None
) -> tuple[int, ...]:
    """Edit the tracking of a shipment's package, notify the connections selected by default, and flush."""
    package_id = await shipped_package(ctx, order_id, shipment)
    notifications = await by_default(ctx, order_id, package_id) if to is None else to
    call_ids = await correcting.edit_tracking(ctx, order_id, package_id, NewLabel(new), notifications, WHY)
    await worker.flush(ctx, until_empty=True)
    return call_ids


async def states(ctx: Context, order_id: int) -> list[tuple[str, str]]:
    return [(call.connection, call.state) for call in (await orders.sheet(ctx, order_id)).calls]


def at(server: SimulatorServer, vendor: str) -> Any:
    """Order 10001 as a simulated platform has it."""
    found = local_http.get(f"{server.url}/_simulator/state").json()[vendor]
    return next(row for row in found if row.get("order_number") == "10001")


def packages(server: SimulatorServer) -> list[str]:
    return [package["tracking_number"] for package in at(server, "starshipit")["packages"]]


def trackers(server: SimulatorServer) -> dict[str, dict[str, int]]:
    """Shipped units by tracking number and item."""
    return {
        tracker["tracking_number"]: {
            line["sku"]: line.get("shipped_quantity", 0) for line in tracker["line_items"]["data"]
        }
        for fulfillment in at(server, "shipup")["fulfillments"]["data"]
        for tracker in fulfillment["trackers"]["data"]
    }


def notified(server: SimulatorServer) -> list[str]:
    return [
        request["body"]["tracking_number"] for request in effects(server, "10001") if request["vendor"] == "shipengine"
    ]


async def test_each_platform_gets_a_carrier_that_it_can_track(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await ship(bench)
    guide = await correcting.edit_choices(bench, order_id, await shipped_package(bench, order_id))
    assert [(choice.connection.name, choice.by_default, choice.possible) for choice in guide] == [
        ("ShipEngine", False, True),
        ("Starshipit", True, True),
        ("Shipup", True, True),
    ]
    assert "notify the customer twice" in str(guide[0].message)
    notifications = await correct(bench, order_id)
    assert [(call.connection, call.state) for call in await worker.updates_of(bench, notifications)] == [
        ("Starshipit", "confirmed"),
        ("Shipup", "confirmed"),
    ]
    assert packages(simulated_platforms) == [NEW]
    assert trackers(simulated_platforms) == {OLD: {CASE: 1}, NEW: {CASE: 1}}
    assert notified(simulated_platforms) == [OLD]


async def test_shipengine_is_notified_again_only_where_a_person_chooses_it(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await ship(bench)
    (call_id,) = await correct(bench, order_id, to=[(await ids(bench))["ShipEngine"]])
    (call,) = await worker.updates_of(bench, (call_id,))
    assert (call.state, str(call.summary)) == ("confirmed", f"edited: 1 × {CASE}")
    assert notified(simulated_platforms) == [OLD, NEW]
    assert packages(simulated_platforms) == [OLD]


async def test_a_discarded_edit_is_not_retried_beside_a_newer_one(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, to = await ship(bench), [(await ids(bench))["ShipEngine"]]
    package_id = await shipped_package(bench, order_id)
    (given_up,) = await correcting.edit_tracking(bench, order_id, package_id, NewLabel(NEW), to, WHY)
    await resolve.resolve_update(bench, given_up, "discard", WHY)
    (newer,) = await correcting.edit_tracking(bench, order_id, package_id, NewLabel(THIRD), to, WHY)
    for state in ("pending", "confirmed"):
        assert [call.state for call in await worker.updates_of(bench, (newer,))] == [state]
        with refused("resolve.newer_update", connection="ShipEngine"):
            await resolve.resolve_update(bench, given_up, "retry", WHY)
        await worker.flush(bench, until_empty=True)
    assert notified(simulated_platforms) == [OLD, THIRD]


async def test_the_record_keeps_both_numbers(bench: Context) -> None:
    order_id = await ship(bench)
    await correct(bench, order_id)
    (change,) = await correcting.changes(bench, order_id)
    assert (change.old_number, change.number, change.station, change.reason) == (OLD, NEW, "Bench 1", WHY)
    (track,) = (await orders.sheet(bench, order_id)).tracks
    assert track.tracking_number == NEW
    assert (f"Was {OLD}", f"Bench 1, {WHY}") in [(str(event.message), event.location) for event in track.events]
    assert [(str(change.what), change.reason) for change in await link.manual_changes(bench, order_id)] == [
        (f"Edited tracking: {OLD} usps is now {NEW} usps.", WHY)
    ]
    assert [row.id for row in await orders.list_rows(bench, find=NEW)] == [order_id]
    assert await orders.list_rows(bench, find=OLD) == []


async def test_a_corrected_correction_is_followed_from_any_number(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await ship(bench)
    await correct(bench, order_id, to=[])
    await correct(bench, order_id, THIRD)
    assert packages(simulated_platforms) == [THIRD]
    await correct(bench, order_id, OLD)
    assert packages(simulated_platforms) == [OLD]


async def test_an_older_package_edited_later_sends_the_newest_state(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await ship(bench)
    await ship(bench, THIRD)
    await correct(bench, order_id, shipment=0)
    assert packages(simulated_platforms) == [NEW, THIRD]
    assert trackers(simulated_platforms) == {OLD: {CASE: 1}, NEW: {CASE: 1}, THIRD: {CASE: 1}}
    last = [request for request in effects(simulated_platforms, "10001") if request["vendor"] == "shipup"][-1]
    sent = last["body"]["fulfillments"][0]["trackers"]
    assert [request["tracking_number"] for request in sent] == [NEW, THIRD]


async def test_units_under_an_old_number_do_not_count_as_another_package(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await ship(bench)
    await correct(bench, order_id)
    shipup = next(connection for connection in await connections.every(bench) if connection.name == "Shipup")
    await import_orders.sync(bench, [shipup])
    await ship(bench, THIRD)
    last = [request for request in effects(simulated_platforms, "10001") if request["vendor"] == "shipup"][-1]
    (fulfillment,) = last["body"]["fulfillments"]
    assert CASE in [line["sku"] for line in fulfillment["line_items"]]
    assert [line.left for line in (await orders.sheet(bench, order_id)).order.lines_of(CASE)] == [1]


async def test_an_unsent_update_gets_the_new_number_only(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id = await ship(bench, deliver=False)
    guide = await correcting.edit_choices(bench, order_id, await shipped_package(bench, order_id))
    assert {choice.message for choice in guide} == {Message("edit_tracking.waiting")}
    assert not any(choice.possible for choice in guide)
    assert await correct(bench, order_id) == ()
    assert packages(simulated_platforms) == [NEW]
    assert list(trackers(simulated_platforms)) == [NEW]
    assert notified(simulated_platforms) == [NEW]


async def test_a_rejected_update_is_retried(bench: Context, simulated_platforms: SimulatorServer) -> None:
    fault(simulated_platforms, "shipengine", "refuse", call="notify_shipped")
    order_id = await ship(bench)
    assert ("ShipEngine", "rejected") in await states(bench, order_id)
    await correct(bench, order_id, to=[])
    assert await states(bench, order_id) == [
        ("ShipEngine", "superseded"),
        ("Starshipit", "confirmed"),
        ("Shipup", "confirmed"),
        ("ShipEngine", "confirmed"),
    ]
    assert notified(simulated_platforms) == [NEW]
    assert packages(simulated_platforms) == [OLD]


async def test_a_retry_does_not_go_with_the_old_number(
    tmp_path: Path, bench: Context, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    ctx = replace(bench, clock=clock)
    fault(simulated_platforms, "starshipit", "503", call="update_order")
    order_id = await ship(ctx)
    assert ("Starshipit", "retry_wait") in await states(ctx, order_id)
    await correct(ctx, order_id, to=[])
    clock.pass_s(3_600)
    await worker.flush(ctx, until_empty=True)
    assert ("Starshipit", "superseded") in await states(ctx, order_id)
    assert packages(simulated_platforms) == [NEW]
    sent = [request["body"] for request in effects(simulated_platforms, "10001") if request["vendor"] == "starshipit"]
    assert [request["order"]["packages"][0]["tracking_number"] for request in sent] == [NEW]


async def test_what_is_unknown_is_resolved_first(bench: Context, simulated_platforms: SimulatorServer) -> None:
    fault(simulated_platforms, "shipengine", "drop_after", call="notify_shipped")
    order_id = await ship(bench)
    assert ("ShipEngine", "unknown") in await states(bench, order_id)
    guide = await correcting.edit_choices(bench, order_id, await shipped_package(bench, order_id))
    assert (guide[0].possible, guide[0].message.id) == (False, "edit_tracking.unresolved")
    with refused("edit_tracking.unresolved", connection="ShipEngine"):
        await correct(bench, order_id, to=[])
    shipment_id = (await orders.sheet(bench, order_id)).shipments[0].id
    with refused("edit_tracking.unresolved", connection="ShipEngine"):
        await correcting.void_shipment(bench, order_id, shipment_id, [], WHY)
    assert await correcting.changes(bench, order_id) == ()


async def test_the_same_number_twice_and_numbers_of_others_are_refused(bench: Context) -> None:
    order_id = await ship(bench)
    await ship(bench, THIRD)
    await correct(bench, order_id)
    package_id = await shipped_package(bench, order_id)
    wrong = {
        NEW: "already has that label",
        f" {NEW[:4]} {NEW[4:]} ": "already has that label",
        THIRD: f"Tracking number {THIRD} is on another package of order",
        " ": "Scan or type the number",
        "X-" * 51: "102 characters",
    }
    for number, words in wrong.items():
        with pytest.raises(ValidationFailed, match=words):
            await correcting.edit_tracking(bench, order_id, package_id, NewLabel(number), [], WHY)
    with refused("reason.missing_order"):
        await correcting.edit_tracking(bench, order_id, package_id, NewLabel("1Z999AA10123456784"), [], " ")
    with refused("edit_tracking.not_notified"):
        await correcting.edit_tracking(bench, order_id, package_id, NewLabel("1Z999AA10123456784"), [99], WHY)
    assert len(await correcting.changes(bench, order_id)) == 1


async def test_the_carrier_follows_the_number(bench: Context) -> None:
    order_id = await ship(bench)
    await correct(bench, order_id, "1Z999AA10123456784")
    (package,) = (await orders.sheet(bench, order_id)).shipments[0].packages
    assert (package.tracking_number, package.carrier) == ("1Z999AA10123456784", "ups")


async def test_two_programs_that_correct_at_once_do_not_overwrite_each_other(tmp_path: Path, bench: Context) -> None:
    order_id = await ship(bench)
    package_id = await shipped_package(bench, order_id)
    async with open_context(tmp_path) as other:
        ended = await asyncio.gather(
            *(
                correcting.edit_tracking(ctx, order_id, package_id, NewLabel(number, instead_of=OLD), [], WHY)
                for ctx, number in ((bench, NEW), (other, THIRD))
            ),
            return_exceptions=True,
        )
    (refusal,) = [result for result in ended if isinstance(result, BaseException)]
    assert isinstance(refusal, ValidationFailed)
    assert "another packer changed it" in str(refusal)
    (change,) = await correcting.changes(bench, order_id)
    assert change.old_number == OLD
    assert (await orders.sheet(bench, order_id)).shipments[0].packages[0].tracking_number == change.number


async def test_a_voided_shipment_leaves_its_units_to_ship_again(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await ship(bench, items={CASE: 3})
    shipment_id = (await orders.sheet(bench, order_id)).shipments[0].id
    guide = await correcting.void_choices(bench, order_id, shipment_id)
    assert [(choice.connection.name, choice.possible) for choice in guide] == [
        ("ShipEngine", False),
        ("Starshipit", True),
        ("Shipup", True),
    ]
    notifications = await correcting.void_shipment(
        bench, order_id, shipment_id, [choice.connection.id for choice in guide if choice.by_default], WHY
    )
    await worker.flush(bench, until_empty=True)
    assert [
        (call.connection, call.state, str(call.summary)) for call in await worker.updates_of(bench, notifications)
    ] == [
        ("Starshipit", "confirmed", f"voided: {OLD}"),
        ("Shipup", "confirmed", f"voided: {OLD}"),
    ]
    assert packages(simulated_platforms) == []
    sheet = await orders.sheet(bench, order_id)
    assert (sheet.shipments, sheet.tracks) == ((), ())
    assert [line.left for line in sheet.order.lines_of(CASE)] == [3]
    with refused("shipment.gone"):
        await correcting.void_shipment(bench, order_id, shipment_id, [], WHY)


async def test_voided_units_ship_again_and_never_more_than_those(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await ship(bench, items={CASE: 3})
    everybody = (await ids(bench)).values()
    shipment_id = (await orders.sheet(bench, order_id)).shipments[0].id
    await correcting.void_shipment(bench, order_id, shipment_id, list(everybody), WHY)
    await ship(bench, NEW, {CASE: 3})
    assert packages(simulated_platforms) == [NEW]
    last = [request for request in effects(simulated_platforms, "10001") if request["vendor"] == "shipup"][-1]
    assert [tracker["tracking_number"] for tracker in last["body"]["fulfillments"][0]["trackers"]] == [NEW]
    with refused("ship.none_left"):
        await ship(bench, THIRD, {CASE: 1})


async def test_the_same_label_can_ship_again_after_a_void(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id = await ship(bench)
    shipment_id = (await orders.sheet(bench, order_id)).shipments[0].id
    await correcting.void_shipment(bench, order_id, shipment_id, list((await ids(bench)).values()), WHY)
    await ship(bench, OLD, {CASE: 2})
    assert packages(simulated_platforms) == [OLD]
    assert trackers(simulated_platforms)[OLD] == {CASE: 2}


async def test_an_unsent_update_is_never_sent_after_a_void(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await ship(bench, deliver=False)
    shipment_id = (await orders.sheet(bench, order_id)).shipments[0].id
    guide = await correcting.void_choices(bench, order_id, shipment_id)
    assert {choice.message for choice in guide} == {Message("edit_tracking.never_sent")}
    assert await correcting.void_shipment(bench, order_id, shipment_id, list((await ids(bench)).values()), WHY) == ()
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []


async def test_another_shipment_stays_when_one_is_voided(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id = await ship(bench)
    await ship(bench, THIRD)
    await correct(bench, order_id)
    shipment_id = (await orders.sheet(bench, order_id)).shipments[0].id
    await correcting.void_shipment(bench, order_id, shipment_id, list((await ids(bench)).values()), WHY)
    await worker.flush(bench, until_empty=True)
    assert packages(simulated_platforms) == [THIRD]
    last = [request for request in effects(simulated_platforms, "10001") if request["vendor"] == "shipup"][-1]
    (fulfillment,) = last["body"]["fulfillments"]
    assert [tracker["tracking_number"] for tracker in fulfillment["trackers"]] == [THIRD]
    assert CASE in [line["sku"] for line in fulfillment["line_items"]]


@pytest.mark.parametrize("how", ["corrected", "Voided"])
async def test_a_number_without_a_package_is_not_a_problem(bench: Context, how: str) -> None:
    order_id = await ship(bench)
    much_later_ms = bench.clock.now_ms() + browse.QUIET_AFTER_MS + 60_000
    assert await bench.read(browse.package_issues, much_later_ms) == {order_id: "quiet"}
    (shipment,) = (await orders.sheet(bench, order_id)).shipments
    if how == "corrected":
        await correcting.edit_tracking(bench, order_id, shipment.packages[0].id, NewLabel(NEW), (), WHY)
    else:
        await correcting.void_shipment(bench, order_id, shipment.id, (), WHY)
    assert await bench.read(browse.package_issues, much_later_ms) == {}
    await ship(bench)
    assert await bench.read(browse.package_issues, much_later_ms) == {order_id: "quiet"}


async def test_what_another_platform_ships_is_overdue_though_it_was_undone_here(bench: Context) -> None:
    order_id = await ship(bench)
    pod = await connections.connect(bench, "swiftpod", "SwiftPOD", url="http://127.0.0.1:1", secrets={})
    now_ms = bench.clock.now_ms()
    of_printer = RemoteTrack(tracking_number=OLD, status="exception", document="{}")
    await bench.write(record.record_track, pod, of_printer, order_id=order_id, now_ms=now_ms)
    (shipment,) = (await orders.sheet(bench, order_id)).shipments
    await correcting.void_shipment(bench, order_id, shipment.id, (), WHY)
    assert await bench.read(browse.package_issues, now_ms) == {order_id: "exception"}
