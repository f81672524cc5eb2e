"""Held updates: what waits is not sent while no one has seen how the platform changed the order, and then once."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shipconsole.domain.call import Call, CallState
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.verdict import OrderChange
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.outbox import hold, resolve
from shipconsole.operations.sending import send
from shipconsole.operations.shipping import correct, ship, undo
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import calls, connections
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import NotSent
from shipconsole.vendors.request import Response
from tests.support.bench import USPS_NUMBERS, draft_of, effects, open_context
from tests.support.clock import ManualClock

_CHANGES = itertools.count(1)
WAITING: tuple[CallState, ...] = ("held", "pending", "retry_wait")


async def shipped_order(ctx: Context, number: str = "10001") -> tuple[int, tuple[Call, ...]]:
    """Ship one unit of an order, and return its id with the updates that wait."""
    order_id, draft = await draft_of(ctx, number, {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    shipped = await ship.ship(ctx, order_id, draft)
    return order_id, await worker.updates_of(ctx, shipped.call_ids)


async def primary(ctx: Context, order_id: int) -> tuple[Connection, RemoteOrder]:
    """Return the connection whose items an order has, and its version of the order."""

    def read(db: Db) -> tuple[Connection, str]:
        from shipconsole.store import orders as stored

        connection = connections.by_id(db)[stored.primary_connection_id(db, order_id) or 0]
        link = next(link for link in stored.links(db, order_id) if link.connection_id == connection.id)
        return connection, link.document

    connection, document = await ctx.read(read)
    remote = VENDORS[connection.vendor].orders.read(Response(200, body=document.encode()))
    assert isinstance(remote, RemoteOrder)
    return connection, remote


def with_units(remote: RemoteOrder, sku: str, units: int) -> RemoteOrder:
    lines: list[RemoteLine] = [
        line.model_copy(update={"quantity": units}) if line.sku == sku else line for line in remote.lines
    ]
    return remote.model_copy(update={"lines": tuple(lines)})


async def change(ctx: Context, order_id: int, **changes: Any) -> str:
    """Have the order's platform change it as a sync would bring it; return the connection's name."""
    connection, remote = await primary(ctx, order_id)
    units = changes.pop("units", None)
    remote = with_units(remote, "MOBILE-CASE-BLK", units) if units is not None else remote
    remote = remote.model_copy(update={**changes, "document": remote.document + " " * next(_CHANGES)})
    await ctx.write(upsert.upsert_orders, connection, (remote,), now_ms=ctx.clock.now_ms(), compares=False)
    return connection.name


async def sheet_of(ctx: Context, order_id: int) -> OrderSheet:
    return await orders.sheet(ctx, order_id)


async def states(ctx: Context, updates: tuple[Call, ...]) -> set[CallState]:
    return {call.state for call in await worker.updates_of(ctx, tuple(call.id for call in updates))}


async def test_updates_that_wait_are_held_until_a_person_has_seen_the_change_and_then_sent_once(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, updates = await shipped_order(bench)
    name = await change(bench, order_id, units=2)
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []
    sheet = await sheet_of(bench, order_id)
    assert {call.message.id for call in sheet.calls} == {"update.order_changed"}
    assert sheet.unseen_change is not None
    assert sheet.unseen_change.changes == (OrderChange("MOBILE-CASE-BLK", 3, 2),)
    assert (sheet.unseen_change.connection, sheet.unseen_change.is_cancelled) == (name, False)
    (row,) = [row for row in await orders.list_rows(bench, state="needs_attention") if row.id == order_id]
    assert (row.problem, row.waiting) == ("changed", len(updates))
    assert await hold.acknowledge(bench, order_id)
    assert not await hold.acknowledge(bench, order_id), "a second person has nothing to acknowledge"
    await worker.flush(bench, until_empty=True)
    assert len(effects(simulated_platforms, "10001")) == len(updates)
    assert await states(bench, updates) == {"confirmed"}
    sheet = await sheet_of(bench, order_id)
    assert sheet.unseen_change is None
    assert [change.what.id for change in sheet.manual_changes] == ["audit.changed_by_platform", "audit.change_seen"]
    assert [change.station for change in sheet.manual_changes] == ["", bench.station]
    assert order_id not in {row.id for row in await orders.list_rows(bench, state="needs_attention")}


async def test_an_update_that_was_due_before_the_change_is_not_claimed_after_it(bench: Context) -> None:
    """The claim itself looks: whoever sends may have read what is due before the change arrived."""
    order_id, updates = await shipped_order(bench)
    await change(bench, order_id, units=2)
    for call in updates:
        assert await bench.write(send.claim, bench, call.id) is None
    await hold.acknowledge(bench, order_id)
    assert await bench.write(send.claim, bench, updates[0].id) is not None


@pytest.mark.parametrize("state", WAITING)
async def test_each_state_that_waits_is_held(bench: Context, state: CallState) -> None:
    order_id, updates = await shipped_order(bench)

    def put(db: Db) -> None:
        for call in updates:
            if state != "pending":
                assert calls.move(db, call.id, from_state="pending", state=state, message=NO_MESSAGE, now_ms=1)

    await bench.write(put)
    await change(bench, order_id, units=2)
    await bench.write(calls.release_held, now_ms=1, steady_ms=2**60)
    for call in updates:
        assert await bench.write(send.claim, bench, call.id) is None, state


async def test_what_may_have_reached_a_platform_is_not_held(bench: Context) -> None:
    order_id, updates = await shipped_order(bench)
    await bench.write(calls.may_act_until, updates[0].id, 2**60)
    await change(bench, order_id, units=2)
    held = {call.id for call in (await sheet_of(bench, order_id)).calls if call.message.id == "update.order_changed"}
    assert held == {call.id for call in updates[1:]}
    await bench.write(calls.put_on_hold, updates[0].id, NO_MESSAGE, now_ms=1)
    assert await bench.write(send.claim, bench, updates[0].id) is not None


async def test_the_hold_outlasts_the_program(bench: Context, tmp_path: Path) -> None:
    order_id, updates = await shipped_order(bench)
    await change(bench, order_id, units=2)
    async with open_context(tmp_path, keys=bench.keys) as again:
        assert await worker.flush(again, until_empty=True) == ()
        assert (await sheet_of(again, order_id)).unseen_change is not None
        assert await states(again, updates) == {"pending"}


async def test_a_cancelled_orders_shipment_is_refused_with_the_reason_and_can_be_undone(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, updates = await shipped_order(bench)
    name = await change(bench, order_id, cancelled=True)
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []
    sheet = await sheet_of(bench, order_id)
    assert {call.state for call in sheet.calls} == {"rejected"}
    assert {call.message.id for call in sheet.calls} == {"update.order_cancelled"}
    assert dict(sheet.calls[0].message.arguments) == {"number": "10001", "connection": name}
    assert [change.what.id for change in sheet.manual_changes] == ["audit.cancelled_by_platform"]
    assert order_id in {row.id for row in await orders.list_rows(bench, state="needs_attention")}
    await hold.acknowledge(bench, order_id)
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == [], "looking at it sends nothing"
    assert undo.can_be_undone(sheet.shipments[-1], sheet.calls)
    await undo.undo_shipment(bench, order_id, sheet.shipments[-1].id, "cancelled")
    assert await states(bench, updates) == {"cancelled"}
    _, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    with pytest.raises(ValidationFailed) as refused:
        await ship.ship(bench, order_id, draft)
    assert "order.cancelled_cannot_ship" in {problem.message.id for problem in refused.value.problems}


async def test_a_person_sends_a_cancelled_orders_update_all_the_same(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, updates = await shipped_order(bench)
    await change(bench, order_id, cancelled=True)
    await hold.acknowledge(bench, order_id)
    await resolve.retry(bench, updates[0].id, "it has left already")
    await worker.flush(bench, until_empty=True)
    assert [effect["vendor"] for effect in effects(simulated_platforms, "10001")] == [updates[0].vendor]


async def test_an_update_added_after_the_change_waits_behind_the_held_one(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, first = await shipped_order(bench)
    await change(bench, order_id, units=2)
    _, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[1])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []
    await hold.acknowledge(bench, order_id)
    await worker.flush(bench, until_empty=True)
    assert len(effects(simulated_platforms, "10001")) == 2 * len(first)


async def test_the_held_shipment_can_be_undone(bench: Context) -> None:
    order_id, updates = await shipped_order(bench)
    await change(bench, order_id, units=2)
    await undo.undo_shipment(bench, order_id, (await sheet_of(bench, order_id)).shipments[-1].id, "not any more")
    assert await states(bench, updates) == {"cancelled"}
    await hold.acknowledge(bench, order_id)
    assert await states(bench, updates) == {"cancelled"}
    (row,) = [row for row in await orders.list_rows(bench) if row.id == order_id]
    assert row.needs_attention == 0


async def test_further_changes_are_one_difference_and_what_is_changed_back_is_none(bench: Context) -> None:
    order_id, _ = await shipped_order(bench)
    await change(bench, order_id, units=2)
    await change(bench, order_id, units=1)
    unseen = (await sheet_of(bench, order_id)).unseen_change
    assert unseen is not None
    assert unseen.changes == (OrderChange("MOBILE-CASE-BLK", 3, 1),)
    await change(bench, order_id, units=3)
    unseen = (await sheet_of(bench, order_id)).unseen_change
    assert unseen is not None
    assert unseen.changes == ()


async def test_a_changed_address_is_a_change_and_other_news_is_none(bench: Context) -> None:
    order_id, updates = await shipped_order(bench)
    await change(bench, order_id, status="another")
    assert (await sheet_of(bench, order_id)).unseen_change is None
    _, remote = await primary(bench, order_id)
    await change(bench, order_id, ship_to=remote.ship_to.model_copy(update={"street": "1 Other Street"}))
    unseen = (await sheet_of(bench, order_id)).unseen_change
    assert unseen is not None
    assert unseen.changes == (OrderChange(),)
    assert await bench.write(send.claim, bench, updates[0].id) is None


async def test_an_order_that_nobody_works_on_changes_without_a_question(bench: Context) -> None:
    order_id = await orders.find(bench, "10001")
    await change(bench, order_id, units=2)
    sheet = await sheet_of(bench, order_id)
    assert (sheet.unseen_change, sheet.manual_changes) == (None, ())


async def test_a_draft_keeps_the_difference_for_the_packer_who_comes_back(bench: Context) -> None:
    order_id = await orders.find(bench, "10001")
    typed = ShipmentDraft(packages=(PackageDraft(tracking_number=USPS_NUMBERS[0]),))
    await orders.save_draft(bench, order_id, typed)
    await change(bench, order_id, units=2)
    unseen = (await sheet_of(bench, order_id)).unseen_change
    assert unseen is not None
    assert unseen.changes == (OrderChange("MOBILE-CASE-BLK", 3, 2),)
    await hold.acknowledge(bench, order_id)
    assert [change.what.id for change in (await sheet_of(bench, order_id)).manual_changes][-1] == (
        "audit.change_seen_only"
    )


async def test_a_change_that_came_after_the_one_that_was_seen_still_holds(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, _ = await shipped_order(bench)
    await change(bench, order_id, units=2)
    seen = (await sheet_of(bench, order_id)).unseen_change
    await change(bench, order_id, units=1)
    assert seen is not None
    assert not await hold.acknowledge(bench, order_id, seen.at_ms)
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []
    later = (await sheet_of(bench, order_id)).unseen_change
    assert later is not None
    assert await hold.acknowledge(bench, order_id, later.at_ms)


async def test_a_shipment_after_an_unseen_change_waits_until_the_change_was_seen(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    """With only a draft, nothing was held yet that the new updates would wait behind."""
    order_id = await orders.find(bench, "10001")
    await orders.save_draft(bench, order_id, ShipmentDraft(packages=(PackageDraft(tracking_number=USPS_NUMBERS[0]),)))
    _, remote = await primary(bench, order_id)
    await change(bench, order_id, ship_to=remote.ship_to.model_copy(update={"street": "1 Other Street"}))
    _, updates = await shipped_order(bench)
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []
    sheet = await sheet_of(bench, order_id)
    assert {call.message.id for call in sheet.calls} == {"update.order_changed"}
    (row,) = [row for row in await orders.list_rows(bench, state="needs_attention") if row.id == order_id]
    assert row.problem == "changed"
    await hold.acknowledge(bench, order_id)
    await worker.flush(bench, until_empty=True)
    assert len(effects(simulated_platforms, "10001")) == len(updates)


async def test_an_update_that_waits_for_a_key_is_held_too(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id, updates = await shipped_order(bench)

    def block(db: Db) -> None:
        for call in updates:
            assert calls.move(db, call.id, from_state="pending", state="blocked", message=NO_MESSAGE, now_ms=1)

    await bench.write(block)
    await change(bench, order_id, units=2)
    for call in updates:
        (connection,) = [known for known in await bench.read(connections.every) if known.name == call.connection]
        await bench.write(calls.unblock, connection.id, now_ms=2)
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []
    assert {call.message.id for call in (await sheet_of(bench, order_id)).calls} == {"update.order_changed"}


async def test_an_update_that_did_not_arrive_is_held_if_the_order_changed_meanwhile(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, updates = await shipped_order(bench)
    sendings = [await bench.write(send.claim, bench, call.id) for call in updates]
    await change(bench, order_id, units=2)
    known = {connection.name: connection for connection in await bench.read(connections.every)}
    for call, sending in zip(updates, sendings, strict=True):
        assert sending is not None
        sent = NotSent(Message("network.too_slow"))
        await bench.write(send.settle, bench, sending, known[call.connection], sent)
    assert await states(bench, updates) == {"retry_wait"}
    await bench.write(_due_now, [call.id for call in updates])
    for call in updates:
        assert await bench.write(send.claim, bench, call.id) is None
    assert effects(simulated_platforms, "10001") == []


def _due_now(db: Db, call_ids: list[int]) -> None:
    for call_id in call_ids:
        calls.move(db, call_id, from_state="retry_wait", state="pending", message=NO_MESSAGE, now_ms=3)


async def test_a_retry_of_a_held_update_is_held(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id, updates = await shipped_order(bench)
    await change(bench, order_id, units=2)

    def leave(db: Db) -> None:
        for call in updates:
            calls.move(db, call.id, from_state="pending", state="needs_attention", message=NO_MESSAGE, now_ms=1)

    await bench.write(leave)
    for call in updates:
        await resolve.retry(bench, call.id, "again")
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []
    await hold.acknowledge(bench, order_id)
    await worker.flush(bench, until_empty=True)
    assert len(effects(simulated_platforms, "10001")) == len(updates)


async def test_an_update_that_an_edit_of_the_tracking_replaces_is_held(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, updates = await shipped_order(bench)
    await change(bench, order_id, units=2)

    def reject(db: Db) -> None:
        for call in updates:
            calls.move(db, call.id, from_state="pending", state="rejected", message=NO_MESSAGE, now_ms=1)

    await bench.write(reject)
    (shipment,) = (await sheet_of(bench, order_id)).shipments
    new = NewLabel(USPS_NUMBERS[1])
    await correct.edit_tracking(bench, order_id, shipment.packages[0].id or 0, new, (), "torn label")
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms, "10001") == []
    await hold.acknowledge(bench, order_id)
    await worker.flush(bench, until_empty=True)
    assert len(effects(simulated_platforms, "10001")) == len(updates)


async def test_the_undo_window_ends_and_the_update_stays_held(bench: Context) -> None:
    clock = ManualClock()
    ctx = replace(bench, clock=clock, undo_window_s=5)
    ctx.begin()
    order_id, updates = await shipped_order(ctx)
    assert await states(ctx, updates) == {"held"}
    await change(ctx, order_id, units=2)
    clock.pass_s(60)
    assert await worker.flush(ctx, until_empty=True) == ()
    await hold.acknowledge(ctx, order_id)
    assert len(await worker.flush(ctx, until_empty=True)) == len(updates)
