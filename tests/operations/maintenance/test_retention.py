"""Stored webhooks are removed after some days, but never one that waits; an old one sent again is no new one."""

import asyncio
import json
from dataclasses import replace

import pytest

from shipconsole.domain.message import NO_MESSAGE
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, receive
from shipconsole.operations.maintenance import retention
from shipconsole.operations.orders import orders
from shipconsole.store import follow_up_jobs, platform_notices, webhook_events
from shipconsole.store import orders as stored_orders
from shipconsole.store.queries import NO_LIMIT
from tests.operations.inbound.test_process import HINT, HOST, tracked
from tests.operations.pod import received
from tests.support.clock import ManualClock
from tests.support.refusals import refused

DAY_S = 86_400
READ = {"resource_type": "API_ORDER_SOURCE_REFRESH_COMPLETE", "resource_url": f"{HOST}/v-beta/order_sources/b8"}


@pytest.fixture
def clock(bench: Context) -> ManualClock:
    return ManualClock(bench.clock.now_ms())


@pytest.fixture
def aged(bench: Context, clock: ManualClock) -> Context:
    ctx = replace(bench, clock=clock)
    ctx.begin()
    return ctx


async def test_processed_events_are_removed_after_some_days_and_still_recognized(
    aged: Context, clock: ManualClock
) -> None:
    (connection,) = await connections.named(aged, ["ShipEngine"])
    body = tracked("IT", ("2026-11-20T12:00:00Z", "IT"))
    id_ = await received(aged, connection, body)
    await process.run_due(aged)
    clock.pass_s(90 * DAY_S)
    assert await retention.remove_old(aged, 90) == 0
    clock.pass_s(1)
    assert await retention.remove_old(aged, 90) == 1
    assert (await receive.latest(aged, None), await aged.read(platform_notices.latest, most=9)) == ((), ())
    kept = await aged.read(webhook_events.get, id_)
    assert kept is not None
    assert (kept.body, len(kept.sha256), bool(kept.dedupe_key)) == (b"", 64, True)
    # The tracking events that it told of stay: they are the order's.
    added = await receive.import_event(aged, connection, json.dumps(body).encode())
    assert added == (id_, True)
    assert await process.run_due(aged) == 0
    with refused("webhook.removed"):
        await process.process_one(aged, id_)


async def test_what_waits_is_never_removed(aged: Context, clock: ManualClock) -> None:
    (engine, starshipit) = await connections.named(aged, ["ShipEngine", "Starshipit"])
    done = await received(aged, engine, tracked("IT"))
    waiting = await received(aged, starshipit, {**HINT, "order_number": "not here yet"})
    failed, ignored = (
        await received(aged, engine, tracked("AC")),
        await received(aged, engine, {"resource_type": "API_ODD"}),
    )
    for id_ in (done, waiting, ignored):
        await process.process_one(aged, id_)
    now_ms = aged.clock.now_ms()
    await aged.write(webhook_events.store_result, failed, "failed", NO_MESSAGE, now_ms)
    unconfirmed = await received(aged, engine, {"resource_type": "API_ODD_2"})
    order_id = await orders.find(aged, "10001")
    (remote_id,) = [
        link.remote_id for link in await aged.read(stored_orders.links, order_id) if link.connection_id == engine.id
    ]
    await aged.write(
        webhook_events.store_result, unconfirmed, "processed", NO_MESSAGE, now_ms, unconfirmed_of=remote_id
    )
    await aged.write(follow_up_jobs.put, connection_id=engine.id, order_id=order_id, kind=forward.CONFIRM)
    new = await received(aged, engine, tracked("DE"))
    clock.pass_s(1_000 * DAY_S)
    assert await retention.remove_old(aged, 90) == 2
    assert {event.id for event in await receive.latest(aged, None)} == {waiting, failed, unconfirmed, new}
    # What is worked off late keeps its days from then on.
    await process.run_due(aged)
    assert await retention.remove_old(aged, 90) == 0
    # What no one will ask its platform for again waits for nothing.
    await aged.write(lambda db: db.connection.execute("DELETE FROM follow_up_job"))
    assert (await retention.due(aged, retention.Rules(webhook_days=90))).webhook_events == 1
    assert await retention.remove_old(aged, 90) == 1
    assert {event.id for event in await receive.latest(aged, None)} == {waiting, failed, new}
    clock.pass_s(91 * DAY_S)
    assert await retention.remove_old(aged, 90) == 1


async def test_what_recurs_is_new_news_after_it_was_removed(aged: Context, clock: ManualClock) -> None:
    (connection,) = await connections.named(aged, ["ShipEngine"])
    id_ = await received(aged, connection, READ)
    await process.run_due(aged)
    clock.pass_s(91 * DAY_S)
    assert await retention.remove_old(aged, 90) == 1
    assert await received(aged, connection, READ) == id_
    assert await process.run_due(aged) == 1
    (call,) = await receive.latest(aged, None)
    assert (call.id, call.received_at_ms, call.state) == (id_, clock.now_ms(), "processed")


async def test_many_go_a_few_at_a_time(aged: Context, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    (connection,) = await connections.named(aged, ["ShipEngine"])
    for number in range(7):
        await received(aged, connection, {"resource_type": f"API_ODD_{number}"})
    await process.run_due(aged)
    clock.pass_s(91 * DAY_S)
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    assert await retention.remove_old(aged, 90) == 7


async def test_no_event_is_removed_while_retention_is_off(
    aged: Context, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (connection,) = await connections.named(aged, ["ShipEngine"])
    await received(aged, connection, {"resource_type": "API_ODD"})
    await process.run_due(aged)
    clock.pass_s(91 * DAY_S)
    monkeypatch.setattr(retention, "FIRST_AFTER_S", 0)
    monkeypatch.setattr(retention, "EVERY_S", 0.01)
    days = 0
    running = asyncio.create_task(retention.run(aged, lambda: retention.Rules(webhook_days=days, is_for_all=True)))
    await asyncio.sleep(0.05)
    assert len(await receive.latest(aged, NO_LIMIT)) == 1
    days = 90
    while await receive.latest(aged, NO_LIMIT):
        await asyncio.sleep(0.01)
    running.cancel()
