"""A paused connection: no program sends it anything; what waits goes out oldest first once a person resumes."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.connection import Connection, Pause
from shipconsole.domain.message import Message
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.outbox import pause
from shipconsole.operations.sending import batches, followups, send
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import calls, follow_up_jobs
from shipconsole.store import connections as stored
from shipconsole.store.database import Db
from tests.operations.outbox.test_outbox import now, ship_one
from tests.support.bench import effects, open_context


async def named(ctx: Context, name: str) -> Connection:
    """Return a connection as it is stored now."""
    (connection,) = await connections.named(ctx, [name])
    return connection


def orders_at(server: SimulatorServer, vendor: str) -> list[str]:
    """Return the orders that a platform was notified of, in its order."""
    return [effect["order_number"] for effect in effects(server) if effect["vendor"] == vendor]


async def test_nothing_is_sent_while_paused_and_the_oldest_first_after_it(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    # Two at once to a platform begin in their order, but may arrive in another.
    bench = replace(bench, timings=replace(bench.timings, most_per_connection=1))
    bench.current_packer.operator = "Mira"
    assert await pause.pause(bench, await named(bench, "Shipup"), "They move house")
    shown = (await named(bench, "Shipup")).pause
    assert shown == Pause(shown.at_ms if shown else 0, bench.station, "Mira")
    numbers = ("10003", "10001", "10002")
    waiting = [await ship_one(bench, "Shipup", number=number, tracking=f"A{number}") for number in numbers]
    other = await ship_one(bench, "Starshipit", number="10004", tracking="A10004")
    dispatcher = Dispatcher(bench)
    running = asyncio.create_task(dispatcher.run())
    for _ in range(600):
        if (await now(bench, other)).state == "confirmed":
            break
        await asyncio.sleep(0.05)
    assert [(await now(bench, call)).state for call in waiting] == ["pending"] * 3
    assert await worker.flush(bench, until_empty=True, order_id=waiting[0].order_id) == ()
    assert orders_at(simulated_platforms, "shipup") == []
    (backlog,) = await worker.backlog(bench)
    assert (backlog.connection, backlog.count, backlog.reason, backlog.pause) == ("Shipup", 3, "paused", shown)
    assert await pause.resume(bench, await named(bench, "Shipup"))
    dispatcher.wake()
    for _ in range(600):
        if all([(await now(bench, call)).state == "confirmed" for call in waiting]):
            break
        await asyncio.sleep(0.05)
    await dispatcher.stop(60)
    await running
    assert orders_at(simulated_platforms, "shipup") == list(numbers)
    assert (await named(bench, "Shipup")).pause is None


async def test_an_update_that_was_due_before_the_pause_is_not_claimed_after_it(bench: Context) -> None:
    """The claim itself looks: another program may have read what is due before."""
    call = await ship_one(bench, "Shipup")
    await pause.pause(bench, await named(bench, "Shipup"))
    assert await bench.write(send.claim, bench, call.id) is None
    assert (await now(bench, call)).state == "pending"
    await pause.resume(bench, await named(bench, "Shipup"))
    assert await bench.write(send.claim, bench, call.id) is not None


async def test_a_pause_outlasts_the_program_and_holds_for_every_other(
    bench: Context, simulated_platforms: SimulatorServer, tmp_path: Path
) -> None:
    await pause.pause(bench, await named(bench, "Shipup"))
    call = await ship_one(bench, "Shipup")
    async with open_context(tmp_path, keys=bench.keys) as other:
        assert (await named(other, "Shipup")).pause is not None
        assert await worker.flush(other, until_empty=True) == ()
    assert orders_at(simulated_platforms, "shipup") == []
    assert (await now(bench, call)).state == "pending"


async def test_neither_checks_nor_follow_up_tasks_run_for_a_paused_connection(bench: Context) -> None:
    call = await ship_one(bench, "ShipEngine")
    connection = await named(bench, "ShipEngine")

    def leave_unknown(db: Db) -> None:
        db.connection.execute("UPDATE call SET state = 'unknown', check_at_ms = 1 WHERE id = ?", (call.id,))
        follow_up_jobs.put(db, connection_id=connection.id, order_id=call.order_id, kind=followups.REFRESH)

    def due(db: Db) -> tuple[int, int, int]:
        steady_ms, most = bench.steady_ms(db), bench.timings.failures_most
        checks = calls.due_checks(db, steady_ms=steady_ms, most=9, failures_most=most)
        return len(checks), len(follow_up_jobs.due(db, steady_ms=steady_ms, most=9)), len(probes(db, steady_ms))

    def probes(db: Db, steady_ms: int) -> tuple[int, ...]:
        return stored.due_probes(db, steady_ms=steady_ms + 10**9, failures_most=0)

    await bench.write(leave_unknown)
    assert await bench.read(due) == (1, 1, 3)
    await pause.pause(bench, connection)
    assert await bench.read(due) == (0, 0, 2)
    await pause.resume(bench, await named(bench, "ShipEngine"))
    assert await bench.read(due) == (1, 1, 3)


async def test_orders_are_not_created_together_in_a_paused_connection(bench: Context) -> None:
    def together(db: Db) -> list[int]:
        return [len(ids) for ids in batches.batched_updates(db, bench).values()]

    def add_two(db: Db) -> None:
        for order_id in (1, 2):
            calls.add(
                db,
                key=f"create-{order_id}",
                order_id=order_id,
                shipment_id=None,
                intent='{"kind": "create"}',
                package_id=None,
                connection_id=connection.id,
                summary=Message("network.closed"),
                repeatable=False,
                now_ms=1,
            )

    connection = await named(bench, "Shipup")
    await bench.write(add_two)
    assert await bench.read(together) == [2]
    await pause.pause(bench, connection)
    assert await bench.read(together) == []


async def test_each_pause_is_in_the_audit_log_once_with_who_and_why(bench: Context) -> None:
    bench.current_packer.operator = "Mira"
    connection = await named(bench, "Shipup")
    assert [await pause.pause(bench, connection, "moving"), await pause.pause(bench, connection)] == [True, False]
    bench.current_packer.operator = "Ole"
    assert [await pause.resume(bench, connection), await pause.resume(bench, connection)] == [True, False]
    entries = await audit_log.events(bench)
    found = [
        (entry.what.id, entry.operator, entry.station, str(entry.message), entry.order)
        for entry in entries
        if isinstance(entry.what, Message)
    ]
    assert found == [
        ("audit.paused", "Mira", bench.station, "moving", ""),
        ("audit.resumed", "Ole", bench.station, "", ""),
    ]
    assert len(await audit_log.find(bench, find="moving")) == 1


@pytest.mark.parametrize("keeps", ["options", "block"])
async def test_a_pause_stays_when_the_connection_is_edited_or_blocked(bench: Context, keeps: str) -> None:
    connection = await named(bench, "Shipup")
    await pause.pause(bench, connection)
    if keeps == "options":
        await connections.connect(bench, "shipup", "Shipup", options={"bearer": "yes"})
    else:
        await bench.write(stored.block, connection.id, Message("network.closed"))
        await bench.write(connections.unblock, connection.id, now_ms=1)
    assert (await named(bench, "Shipup")).pause is not None
