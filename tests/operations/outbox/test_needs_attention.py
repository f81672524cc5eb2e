"""Nothing disappears without being dealt with: an order needs a person until each of its calls is settled."""

from pathlib import Path

import pytest

from shipconsole.domain.call import CallState
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import order_list, orders
from shipconsole.operations.outbox import recovery, resolve
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import backup, calls, restoring
from shipconsole.store.orders import refresh_attention_count
from tests.support.bench import USPS_NUMBERS, draft_of, fault, open_context
from tests.support.engines import copy_store


async def needing(ctx: Context) -> list[int]:
    """The orders that stand in the view."""
    return list(order_list.ids(ctx.store, "needs_attention", "due").result(60))


async def lost(ctx: Context, server: SimulatorServer) -> tuple[int, int]:
    """An order with a call of unknown outcome; tells their ids."""
    fault(server, "shipengine", "drop_after", call="notify_shipped")
    order_id, draft = await draft_of(ctx, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, draft)
    await worker.flush(ctx, until_empty=True)
    (call,) = await worker.latest(ctx, state="unknown")
    return order_id, call.id


async def test_an_order_stays_until_its_call_is_settled(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id, call_id = await lost(bench, simulated_platforms)
    assert await needing(bench) == [order_id]
    await resolve.resolve_update(bench, call_id, "mark_confirmed", "seen in the shop")
    assert await needing(bench) == []


async def test_it_is_not_sent_while_it_is_being_checked(bench: Context, simulated_platforms: SimulatorServer) -> None:
    order_id, call_id = await lost(bench, simulated_platforms)
    now_ms = bench.clock.now_ms() + 86_400_000
    begun = await bench.write(
        calls.begin_check, call_id, owner="x", now_ms=now_ms, steady_ms=now_ms, lease_until_ms=now_ms
    )
    assert begun == 1
    # Whatever else happens to the order counts anew.
    await bench.write(refresh_attention_count, order_id)
    assert await needing(bench) == [order_id]


@pytest.mark.parametrize("fault_kind", ["drop_after", "refuse", "401"])
async def test_it_stays_when_the_program_is_started_again(
    bench: Context, simulated_platforms: SimulatorServer, tmp_path: Path, fault_kind: str
) -> None:
    fault(simulated_platforms, "shipengine", fault_kind, call="notify_shipped")
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    again = tmp_path / "again"
    again.mkdir()
    bench.store.close()
    copy_store(tmp_path, again)
    async with open_context(again) as restarted:
        await recovery.recover(restarted)
        assert await needing(restarted) == [order_id]
        (row,) = order_list.rows(restarted.store, [order_id]).result(60)
        assert row.needs_attention == 1


@pytest.mark.of_a_file("a backup is restored")
async def test_what_a_copy_left_open_stays_until_somebody_decides(bench: Context, tmp_path: Path) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    copy = tmp_path / "copy.db"
    backup.make_at(bench.store.file, copy)
    bench.store.close()
    restoring.restore(bench.store.file, copy, now_ms=bench.clock.now_ms())
    async with open_context(bench.store.file.parent) as restored:
        found = await worker.latest(restored)
        assert {call.state for call in found} == {"dead"}
        assert await needing(restored) == [order_id]
        decisions: list[resolve.Decision] = ["mark_confirmed", "discard", "discard"]
        for call, decision in zip(found, decisions, strict=True):
            assert await needing(restored) == [order_id]
            await resolve.resolve_update(restored, call.id, decision, "looked at the platform")
        assert await needing(restored) == []
        states: set[CallState] = {call.state for call in (await orders.sheet(restored, order_id)).calls}
        assert states == {"confirmed", "cancelled"}
