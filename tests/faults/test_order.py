"""The calls of one order go one after the other, whoever sends them, and what cannot be sent stops no other order."""

import asyncio
import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import edit
from shipconsole.operations.vendor_orders.edit import FieldChanges
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator.server import SimulatorServer
from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.faults.short_timings import LEASE_S, hurried_clock
from tests.faults.station import Plan, opened, stations
from tests.faults.verdicts import judge
from tests.support import sql
from tests.support.bench import connect_all, draft_of, effects, fault

UNHURRIED = 1
"""Speed of a clock under which a claim holds for a minute."""
ANSWER_WITHIN_S = 20
TEN_PIECES = "10007"
"""The sample order with ten units of one thing."""


async def pull(ctx: Context, server: FlakyVendors) -> None:
    results = await import_orders.sync(ctx, await connect_all(ctx, server.url))
    assert [str(result.message) for result in results] == ["", "", ""]


async def deliver_in_turns(server: FlakyVendors, first: Context, second: Context) -> None:
    """Let one dispatcher begin, another join it, and the first one leave before the end."""
    beginning, joining = Dispatcher(first), Dispatcher(second)
    running = [asyncio.create_task(beginning.run())]
    while len(server.notifications) < 3:
        await asyncio.sleep(0.005)
    running.append(asyncio.create_task(joining.run()))
    while len(server.notifications) < 18:
        await asyncio.sleep(0.005)
    await beginning.stop(60)
    while await worker.counts(second):
        await asyncio.sleep(0.05)
    await joining.stop(60)
    await asyncio.gather(*running)


async def deliver_from(*contexts: Context) -> None:
    """Let dispatchers run beside each other until nothing is left."""
    dispatchers = [Dispatcher(ctx) for ctx in contexts]
    running = [asyncio.create_task(dispatcher.run()) for dispatcher in dispatchers]
    while await worker.counts(contexts[0]):
        await asyncio.sleep(0.05)
    for dispatcher in dispatchers:
        await dispatcher.stop(60)
    await asyncio.gather(*running)


async def test_ten_packages_of_an_order_are_sent_in_sequence_by_two_programs_at_once(tmp_path: Path) -> None:
    began_s = time.time()
    # Nothing here waits for hours, and a lease outlasts whatever else keeps the computer from either program.
    patient = partial(opened, str(tmp_path), began_s, speed=UNHURRIED, answer_within_s=ANSWER_WITHIN_S)
    now = hurried_clock(began_s, UNHURRIED).now_s
    with flaky_vendors(orders=7, trouble=Trouble(slow_s=0.02), now=now) as server:
        async with patient() as first, patient() as second:
            await pull(first, server)
            for number in range(10):
                order_id, draft = await draft_of(first, TEN_PIECES, {"GLASS-6-1": 1}, f"T{number}")
                await ship.ship(first, order_id, draft)
            await deliver_in_turns(server, first, second)
        verdict = judge(server, tmp_path / "shipconsole.db")
        notified = [
            request["body"]["tracking_number"] for request in effects(server) if request["vendor"] == "shipengine"
        ]
    assert verdict.is_clean, verdict
    assert verdict.packages == 30
    assert notified == [f"T{number}" for number in range(10)]
    with sql.connect(tmp_path / "shipconsole.db") as store:
        owners = store.execute("SELECT COUNT(DISTINCT owner) FROM attempt WHERE what = 'sending'").fetchone()[0]
    store.close()
    assert owners == 2, "both took part"


@pytest.mark.parametrize("count", [10, pytest.param(50, marks=pytest.mark.heavy)])
async def test_changes_of_an_order_from_two_programs_end_in_the_last_one(tmp_path: Path, count: int) -> None:
    began_s = time.time()
    now = hurried_clock(began_s).now_s
    trouble = Trouble(share=0.3, kinds=("429", "drop_before", "drop_after", "500_after"), slow_s=0.02)
    with flaky_vendors(orders=2, trouble=trouble, now=now) as server:
        async with opened(str(tmp_path), began_s) as first, opened(str(tmp_path), began_s) as second:
            await pull(first, server)
            order_id = await orders.find(first, "10002")
            (starshipit,) = [
                connection for connection in await connections.every(first) if connection.vendor == "starshipit"
            ]
            for number in range(count):
                ctx = (first, second)[number % 2]
                wanted = FieldChanges({("destination", "street"): f"{number} George Street"})
                await edit.save(ctx, order_id, starshipit.id, wanted)
            await deliver_from(first, second)
            assert await import_orders.refresh_order(
                first, starshipit, await _remote_id(first, order_id, starshipit.id)
            )
            (link,) = [
                link for link in (await orders.sheet(first, order_id)).links if link.connection_id == starshipit.id
            ]
        streets = [request["body"]["order"]["destination"]["street"] for request in effects(server)]
    numbers = [int(street.partition(" ")[0]) for street in streets]
    assert numbers == sorted(numbers), "in the order in which they were entered"
    assert json.loads(link.document)["destination"]["street"] == f"{count - 1} George Street"


async def _remote_id(ctx: Context, order_id: int, connection_id: int) -> str:
    links = (await orders.sheet(ctx, order_id)).links
    return next(link.remote_id for link in links if link.connection_id == connection_id)


async def test_a_package_that_was_added_unheard_is_not_added_again(tmp_path: Path) -> None:
    """Starshipit has no package of this order, so the call adds one, and may not simply be repeated."""
    began_s = time.time()
    trouble = Trouble(share=1.0, kinds=("drop_after",))
    with flaky_vendors(orders=4, trouble=trouble, now=hurried_clock(began_s).now_s) as server:
        async with opened(str(tmp_path), began_s) as ctx:
            await pull(ctx, server)
            order_id, draft = await draft_of(ctx, "10004", None, "T1")
            (call_id,) = (await ship.ship(ctx, order_id, draft, ("Starshipit",))).call_ids
            await worker.flush(ctx)
            assert (await worker.updates_of(ctx, (call_id,)))[0].state == "unknown"
            trouble.share = 0.0
            await deliver_from(ctx)
            seen = [attempt.what for attempt in await worker.attempts(ctx, call_id)]
        verdict = judge(server, tmp_path / "shipconsole.db")
    assert seen == ["sending", "lost", "read_back"]
    assert verdict.is_clean, verdict
    assert verdict.notifications == 1


async def test_an_older_state_of_an_order_never_follows_a_newer_one(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipup", "refuse", call="create_order")
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, "T1")
    older = (await ship.ship(bench, order_id, draft, ("Shipup",))).call_ids[0]
    order_id, draft = await draft_of(bench, "10001", {"CHARGER-USB-C": 1}, "T2")
    newer = (await ship.ship(bench, order_id, draft, ("Shipup",))).call_ids[0]
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms) == [], "the newer one waits behind the one that was refused"
    await resolve.resolve_update(bench, older, "discard", "the newer one tells it as well")
    await worker.flush(bench, until_empty=True)
    with pytest.raises(ValidationFailed):
        await resolve.resolve_update(bench, older, "retry", "now after all")
    await worker.flush(bench, until_empty=True)
    (effect,) = effects(simulated_platforms)
    assert {"T1", "T2"} <= set(_texts(effect["body"]))
    assert [call.state for call in await worker.updates_of(bench, (older, newer))] == ["cancelled", "confirmed"]


def _texts(value: Any) -> list[str]:
    """Every text in a document."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []


async def test_a_call_that_the_program_dies_of_twice_is_left_to_a_person_and_the_others_go_on(tmp_path: Path) -> None:
    began_s = time.time()
    with (
        flaky_vendors(orders=3, trouble=Trouble(), now=hurried_clock(began_s).now_s) as server,
        stations(tmp_path / "complaints.txt") as station,
    ):
        async with opened(str(tmp_path), began_s) as ctx:
            await pull(ctx, server)
        deadly = Plan(
            str(tmp_path), server.url, began_s, order="10001", vendor="shipup", tracking="T1", point="after claim"
        )
        for _ in range(2):
            assert station.start(deadly).wait() == -9
            # Until its claim has run out and it may be sent again.
            await asyncio.sleep(LEASE_S + 0.1)
        async with opened(str(tmp_path), began_s) as ctx:
            order_id, draft = await draft_of(ctx, "10002", None, "T2")
            await ship.ship(ctx, order_id, draft, ("Shipup",))
            await worker.flush(ctx, until_empty=True)
            left = {call.order_number: (call.state, str(call.message)) for call in await worker.latest(ctx)}
    assert left["10002"][0] == "confirmed"
    assert left["10001"] == (
        "needs_attention",
        "Shipconsole closed twice while sending this update. Check it before you retry.",
    )
    assert [request["order_number"] for request in server._effects] == ["10002"]
    assert (tmp_path / "complaints.txt").read_text() == ""
