"""Looks at a platform and at its jobs: who looks second changes nothing, and no one takes what another has in hand."""

from pathlib import Path
from typing import Any

import pytest

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, verbatim
from shipconsole.operations import worker
from shipconsole.operations.connections import connections as connections_here
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import recovery, resolve
from shipconsole.operations.sending import batches, send
from shipconsole.operations.timings import USUAL
from shipconsole.operations.vendor_orders import create
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import batches as stored_batches
from shipconsole.store import calls, connections, shipments, webhook_events
from shipconsole.store.calls import Ending
from shipconsole.vendors.http import NoResponse
from tests.operations.outbox.test_outbox import link_of, now, ship_one
from tests.operations.sending.test_batches import add_orders
from tests.support.bench import USPS_NUMBERS, connect_all, effects, open_context
from tests.support.clock import ManualClock
from tests.support.refusals import refused

DAY_MS = 86_400_000


async def lost_call(ctx: Context) -> int:
    """Return a call to ShipEngine of which no answer came."""
    call = await ship_one(ctx, "ShipEngine")
    connection = next(
        connection for connection in await ctx.read(connections.every) if connection.id == call.connection_id
    )
    claimed = await ctx.write(send.claim, ctx, call.id)
    assert claimed is not None
    await ctx.write(send.settle, ctx, claimed, connection, NoResponse(verbatim("The connection ended")))
    return call.id


async def look(ctx: Context, call_id: int, owner: str, steady_ms: int) -> int | None:
    times = {"now_ms": steady_ms, "steady_ms": steady_ms, "lease_until_ms": steady_ms}
    return await ctx.write(calls.begin_check, call_id, owner=owner, **times)


async def end_look(ctx: Context, call_id: int, owner: str, checks: int, ending: Ending) -> bool:
    begun = {"checks_begun": checks, "checks": checks, "evidence": "{}", "now_ms": 0}
    return await ctx.write(calls.end_check, call_id, ending, owner=owner, **begun)


async def test_no_check_runs_while_the_platform_may_still_act(bench: Context) -> None:
    call_id = await lost_call(bench)
    (call,) = await worker.updates_of(bench, (call_id,))
    assert call.check_at_ms is not None
    assert await look(bench, call_id, "us", call.check_at_ms - 1) is None
    assert await look(bench, call_id, "us", call.check_at_ms) == 1
    assert await look(bench, call_id, "others", call.check_at_ms) is None, "one look at a time"


async def test_a_check_that_took_too_long_does_not_decide_after_another_one_began(bench: Context) -> None:
    call_id = await lost_call(bench)
    later_ms = bench.clock.now_ms() + DAY_MS
    confirmed = Ending("confirmed", verbatim("seen"))
    assert await look(bench, call_id, "us", later_ms) == 1
    await bench.write(calls.release_claim, call_id, Ending("unknown", verbatim(""), check_at_ms=0), now_ms=0)
    assert not await end_look(bench, call_id, "us", 1, confirmed), "it was given up"
    assert await look(bench, call_id, "us", later_ms) == 2
    assert not await end_look(bench, call_id, "us", 1, confirmed), "that was the first look"
    assert not await end_look(bench, call_id, "others", 2, confirmed), "it is not theirs"
    assert await end_look(bench, call_id, "us", 2, confirmed)
    assert (await worker.updates_of(bench, (call_id,)))[0].state == "confirmed"


async def test_what_this_program_still_waits_for_is_not_abandoned(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        call = await ship_one(ctx, "ShipEngine")
        assert await ctx.write(send.claim, ctx, call.id) is not None
        clock.pass_s(USUAL.lease_ms / 1_000 + 1)
        ctx.in_hand.add(call.id)
        assert await recovery.recover(ctx) == 0
        assert (await now(ctx, call)).state == "sending"
        clock.reboot()
        assert await recovery.recover(ctx) == 1, "another run of the program had it"
        assert (await now(ctx, call)).state == "unknown"


@pytest.mark.parametrize(("name", "is_past"), [("Shipup", True), ("ShipEngine", False)])
async def test_an_older_state_is_not_retried_after_a_newer_one(bench: Context, name: str, is_past: bool) -> None:
    """An update about one package may be sent at any time."""
    older, newer = await ship_one(bench, name), await ship_one(bench, name, tracking=USPS_NUMBERS[1])
    await resolve.resolve_update(bench, older.id, "discard", "not now")
    await worker.flush(bench, until_empty=True)
    assert (await now(bench, newer)).state == "confirmed"
    if is_past:
        with refused("update.newer_accepted"):
            await resolve.retry(bench, older.id, "after all")
    else:
        await resolve.retry(bench, older.id, "after all")
    assert (await now(bench, older)).state == ("cancelled" if is_past else "superseded")


async def introduced(ctx: Context, count: int) -> tuple[int, ...]:
    """Queue that some new orders are made known to Shipup, and have them sent together."""
    order_ids = await ctx.write(add_orders, count, ctx.clock.now_ms())
    shipup = next(connection for connection in await ctx.read(connections.every) if connection.name == "Shipup")
    return (await create.queue_creations(ctx, order_ids, shipup.id)).call_ids


async def test_one_program_checks_a_job_at_a_time(bench: Context) -> None:
    await introduced(bench, 2)
    await batches.send_due_batches(bench)
    (due,) = await bench.read(stored_batches.due_jobs, steady_ms=bench.clock.now_ms() + DAY_MS)
    assert await bench.write(stored_batches.begin_job_check, due, check_at_ms=due.check_at_ms + 5_000)
    assert not await bench.write(stored_batches.begin_job_check, due, check_at_ms=due.check_at_ms + 6_000)
    (later,) = await bench.read(stored_batches.due_jobs, steady_ms=bench.clock.now_ms() + DAY_MS)
    assert later.check_at_ms == due.check_at_ms + 5_000


async def test_a_job_result_counts_only_for_the_request_in_that_job(bench: Context) -> None:
    await introduced(bench, 2)
    await batches.send_due_batches(bench)
    (due,) = await bench.read(stored_batches.due_jobs, steady_ms=bench.clock.now_ms() + DAY_MS)
    first, _ = await bench.read(stored_batches.in_job, due)
    another = first._replace(lease_epoch=first.lease_epoch - 1)
    assert await bench.write(stored_batches.claim_from_job, another, owner="us", lease_until_ms=0) is None
    assert await bench.write(stored_batches.claim_from_job, first, owner="us", lease_until_ms=0) is not None
    assert await bench.write(stored_batches.claim_from_job, first, owner="others", lease_until_ms=0) is None


async def test_a_computer_that_slept_after_the_claims_sends_no_batch_on_them(
    tmp_path: Path, simulated_platforms: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    slept: list[float] = []
    async with open_context(tmp_path, clock) as ctx:
        await connect_all(ctx, simulated_platforms.url)
        call_ids = await introduced(ctx, 3)
        write = ctx.store.write

        def asleep_once(do: Any, /, *args: Any, **kwargs: Any) -> Any:
            written = write(do, *args, **kwargs)
            if do is batches.claim_batch and not slept:
                written.result()
                slept.append(2 * 3_600.0)
                clock.pass_s(slept[0])
            return written

        # It falls asleep between the claim of a batch and its first byte.
        monkeypatch.setattr(ctx.store, "write", asleep_once)
        await batches.send_due_batches(ctx)
        assert effects(simulated_platforms) == []
        states = {call.state for call in await worker.updates_of(ctx, call_ids)}
        assert states == {"retry_wait"}, "nothing of it had left, which is certain"
        assert slept


async def test_an_event_received_again_during_processing_is_reprocessed(bench: Context) -> None:
    """It may tell of something newer in the same words."""
    connection = (await bench.read(connections.every))[0]

    async def received() -> int:
        event = {"headers": {}, "body": b"{}", "dedupe_key": "shop read", "verified": None, "recurs": True}
        return (await bench.write(webhook_events.add, connection_id=connection.id, now_ms=0, **event)).id

    id_ = await received()
    begun = await bench.read(webhook_events.get, id_)
    assert begun is not None
    assert await received() == id_
    await bench.write(webhook_events.store_result, id_, "processed", NO_MESSAGE, 0, duplicates=begun.duplicates)
    assert [event.id for event in await bench.read(webhook_events.unprocessed, 9)] == [id_]
    await bench.write(webhook_events.store_result, id_, "processed", NO_MESSAGE, 0, duplicates=begun.duplicates + 1)
    assert await bench.read(webhook_events.unprocessed, 9) == ()


async def test_an_event_never_makes_a_document_older(bench: Context) -> None:
    """Else an older reading that comes late would take the place of a newer one."""
    call = await ship_one(bench, "Starshipit")
    await worker.flush(bench, until_empty=True)
    (connection,) = await connections_here.named(bench, ["Starshipit"])
    link = await link_of(bench, call)
    assert link.as_of > 0
    remote = await import_orders.fetch_order(bench, connection, link.remote_id)
    assert isinstance(remote, RemoteOrder)
    reported = remote.model_copy(update={"document": "{}"})
    await bench.write(upsert.upsert_orders, connection, (reported,), now_ms=bench.clock.now_ms())
    after = await link_of(bench, call)
    assert (after.document, after.as_of) == ("{}", link.as_of)


async def test_a_label_is_corrected_only_where_it_is_still_the_one_that_was_seen(bench: Context) -> None:
    call = await ship_one(bench, "ShipEngine")
    (package,) = (await orders.sheet(bench, call.order_id)).shipments[0].packages
    after = package.model_copy(update={"tracking_number": USPS_NUMBERS[1]})
    assert not await bench.write(shipments.relabel, after, old_number=USPS_NUMBERS[2])
    assert (await orders.sheet(bench, call.order_id)).shipments[0].packages == (package,)
    assert await bench.write(shipments.relabel, after, old_number=USPS_NUMBERS[0])
    assert (await orders.sheet(bench, call.order_id)).shipments[0].packages == (after,)
