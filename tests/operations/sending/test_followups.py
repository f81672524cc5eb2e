"""Follow-ups: what is asked after a notification, done twice without harm and never for ever."""

from shipconsole.domain.message import verbatim
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import orders
from shipconsole.operations.sending import followups, send
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import follow_up_jobs
from shipconsole.store import orders as orders_store
from shipconsole.store.follow_up_jobs import FollowUpJob
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS, draft_of, fault


async def waiting(ctx: Context) -> tuple[FollowUpJob, ...]:
    return await ctx.read(follow_up_jobs.due, steady_ms=2**62, most=100)


async def put(ctx: Context, kind: str, connection_id: int = 1) -> int:
    order_id = await orders.find(ctx, "10001")
    await ctx.write(follow_up_jobs.put, connection_id=connection_id, order_id=order_id, kind=kind)
    return order_id


async def test_each_platform_is_queried_in_its_own_way_after_an_update(bench: Context) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    shipped = await ship.ship(bench, order_id, draft)
    for call_id in shipped.call_ids:
        await send.send_update(bench, call_id)
    assert [(job.connection_id, job.kind) for job in await waiting(bench)] == [
        (1, followups.REFRESH),
        (2, upsert.READ_BACK),
    ]
    assert await followups.run_due(bench) == 2
    assert await waiting(bench) == ()


async def test_a_platform_that_does_not_answer_is_asked_again_later(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    await put(bench, upsert.READ_BACK)
    fault(simulated_platforms, "shipengine", "503")
    await followups.run_due(bench)
    (late,) = await waiting(bench)
    assert late.failures == 1
    assert late.due_at_ms > bench.clock.now_ms() + 20_000
    assert await followups.run_due(bench) == 0


async def test_after_many_failures_the_task_is_dropped(bench: Context) -> None:
    await put(bench, upsert.READ_BACK)
    for _ in range(followups.MAX_FAILURES):
        (job,) = await waiting(bench)
        await bench.write(follow_up_jobs.put_off, job, due_at_ms=job.due_at_ms - 1, message=verbatim("no"))
    await followups.run_due(bench)
    assert await waiting(bench) == ()


async def test_one_that_is_put_again_while_it_runs_is_done_again(bench: Context) -> None:
    order_id = await put(bench, upsert.READ_BACK)
    (running,) = await waiting(bench)
    await bench.write(follow_up_jobs.put, connection_id=1, order_id=order_id, kind=upsert.READ_BACK)
    await bench.write(follow_up_jobs.done, running)
    assert len(await waiting(bench)) == 1


async def test_one_refresh_of_a_store_serves_all_orders_that_wait_for_it(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    for number in ("10001", "10002", "10003", "10004"):
        order_id, draft = await draft_of(bench, number, None, f"TRACK{number}")
        for call_id in (await ship.ship(bench, order_id, draft)).call_ids:
            await send.send_update(bench, call_id)
    kinds = [job.kind for job in await waiting(bench) if job.connection_id == 1]
    assert kinds == [followups.REFRESH] * 4
    stores = {
        link.source_id
        for job in await waiting(bench)
        for link in await bench.read(orders_store.links, job.order_id)
        if link.connection_id == 1
    }
    assert await followups.run_due(bench) > 4
    assert await waiting(bench) == ()
    sent = local_http.get(f"{simulated_platforms.url}/_simulator/requests").json()
    refreshes = [request["path"] for request in sent if request["path"].endswith("/refresh")]
    assert len(refreshes) == len(set(refreshes)) == len(stores) < 4
