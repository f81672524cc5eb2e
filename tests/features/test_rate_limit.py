"""Three hundred updates for a platform that asks to wait: nothing before its time, and each once."""

import time
from pathlib import Path

from shipconsole.operations import worker
from shipconsole.operations.timings import USUAL
from tests.faults.test_waiting import context_with_calls, make_busy, notifications, simulator_here
from tests.support.clock import ManualClock

ORDERS = 300


async def test_three_hundred_wait_for_the_platform_and_arrive_once_each(tmp_path: Path) -> None:
    clock = ManualClock(time.time_ns() // 1_000_000)
    async with simulator_here(clock, orders=ORDERS) as server:
        busy = make_busy(server)
        busy.retry_after = "20"
        async with context_with_calls(tmp_path, server, clock, "ShipEngine") as ctx:
            await worker.flush(ctx)
            asked = len(notifications(server))
            assert 1 <= asked <= USUAL.most_per_connection, "those that were on their way already"
            waiting = [call for call in await worker.latest(ctx, most=None) if call.state == "retry_wait"]
            # On a busy computer some are put off before they reach the platform.
            refused = [call for call in waiting if (await worker.attempts(ctx, call.id))[-1].what == "answered"]
            assert len(refused) == asked
            assert all(0 <= call.due_at_ms - clock.now_ms() - 20_000 < 60_000 for call in refused)
            busy.busy = False
            clock.pass_s(19)
            await worker.flush(ctx, until_empty=True)
            assert len(notifications(server)) == asked
            clock.pass_s(60)
            await worker.flush(ctx, until_empty=True)
            clock.pass_s(USUAL.wait_cap_s)
            await worker.flush(ctx, until_empty=True)
            assert dict(await worker.counts(ctx)) == {}
            sent = [str(effect["body"]["tracking_number"]) for effect in server._effects]
            assert sorted(sent) == [f"T{number}" for number in range(10001, 10001 + ORDERS)]
