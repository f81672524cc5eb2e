"""Claims: no call is sent by two, or before an older one of its order; no answer counts for another claim."""

import asyncio
from pathlib import Path

import pytest

from shipconsole.domain.call import CallState
from shipconsole.domain.message import NO_MESSAGE, verbatim
from shipconsole.operations import worker
from shipconsole.operations.connections import connections as open_connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.outbox import recovery
from shipconsole.operations.sending import send
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import calls, connections
from shipconsole.store.calls import Due
from shipconsole.store.database import Db
from shipconsole.vendors.request import Response
from tests.operations.outbox.test_outbox import now, ship_one
from tests.support.bench import USPS_NUMBERS, connect_all, open_context
from tests.support.clock import ManualClock
from tests.support.engines import CONSTRAINT_ERRORS

NOT_ENDED: tuple[CallState, ...] = (
    "held",
    "pending",
    "retry_wait",
    "unknown",
    "checking",
    "needs_attention",
    "rejected",
    "blocked",
    "dead",
)
ENDED: tuple[CallState, ...] = ("confirmed", "cancelled", "superseded")


async def put_in(ctx: Context, call_id: int, state: CallState, *, from_state: CallState = "pending") -> None:
    if state != from_state:
        moved = await ctx.write(calls.move, call_id, from_state=from_state, state=state, message=NO_MESSAGE, now_ms=0)
        assert moved, f"call {call_id} was not {from_state}"


async def due_ids(ctx: Context) -> list[int]:
    def due(db: Db) -> tuple[Due, ...]:
        known = [connection.id for connection in connections.every(db)]
        return calls.due(db, connection_ids=known, steady_ms=ctx.steady_ms(db), most=99)

    return [row.id for row in await ctx.read(due)]


@pytest.mark.parametrize("state", NOT_ENDED)
@pytest.mark.parametrize("waiting", ["pending", "retry_wait"])
async def test_a_call_is_not_claimed_before_an_older_one_of_its_order_has_ended(
    bench: Context, state: CallState, waiting: CallState
) -> None:
    """Whoever claims may have read what is due a while ago: the claim itself has to look."""
    older, newer = await ship_one(bench, "ShipEngine"), await ship_one(bench, "ShipEngine", tracking=USPS_NUMBERS[1])
    await put_in(bench, older.id, state)
    await put_in(bench, newer.id, waiting)
    assert newer.id not in await due_ids(bench)
    assert await bench.write(send.claim, bench, newer.id) is None
    assert ((await now(bench, newer)).state, (await now(bench, newer)).attempts) == (waiting, 0)


async def test_a_call_is_not_claimed_while_an_older_one_is_being_sent(bench: Context) -> None:
    older, newer = await ship_one(bench, "ShipEngine"), await ship_one(bench, "ShipEngine", tracking=USPS_NUMBERS[1])
    assert await bench.write(send.claim, bench, older.id) is not None
    assert await due_ids(bench) == []
    assert await bench.write(send.claim, bench, newer.id) is None
    assert (await now(bench, newer)).state == "pending"


@pytest.mark.parametrize("state", ENDED)
async def test_an_older_call_that_has_ended_holds_nothing_back(bench: Context, state: CallState) -> None:
    older, newer = await ship_one(bench, "ShipEngine"), await ship_one(bench, "ShipEngine", tracking=USPS_NUMBERS[1])
    await put_in(bench, older.id, state)
    assert await due_ids(bench) == [newer.id]
    assert await bench.write(send.claim, bench, newer.id) is not None


async def test_calls_of_other_orders_and_connections_hold_nothing_back(bench: Context) -> None:
    await ship_one(bench, "ShipEngine")
    others = [
        await ship_one(bench, "Shipup", tracking=USPS_NUMBERS[1]),
        await ship_one(bench, "ShipEngine", number="10002", tracking="A2"),
    ]
    for other in others:
        assert await bench.write(send.claim, bench, other.id) is not None


@pytest.mark.parametrize("state", [*NOT_ENDED[3:], *ENDED, "held"])
async def test_only_a_call_that_waits_to_go_is_claimed(bench: Context, state: CallState) -> None:
    call = await ship_one(bench, "ShipEngine")
    await put_in(bench, call.id, state)
    assert await bench.write(send.claim, bench, call.id) is None
    assert (await now(bench, call)).state == state


async def test_a_call_is_not_claimed_before_its_time(tmp_path: Path, simulated_platforms: SimulatorServer) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        call = await ship_one(ctx, "ShipEngine")
        await ctx.write(calls.wait, call.id, due_at_ms=clock.now_ms() + 1_000, message=NO_MESSAGE, now_ms=0)
        clock.pass_s(0.9)
        assert await ctx.write(send.claim, ctx, call.id) is None
        # A shorter wait does not take the place of a longer one.
        await ctx.write(calls.wait, call.id, due_at_ms=clock.now_ms(), message=NO_MESSAGE, now_ms=0)
        assert await ctx.write(send.claim, ctx, call.id) is None
        clock.pass_s(0.2)
        assert await ctx.write(send.claim, ctx, call.id) is not None


@pytest.mark.parametrize("why", ["blocked", "held", "silent"])
async def test_nothing_is_claimed_for_a_connection_that_may_not_be_called(
    tmp_path: Path, simulated_platforms: SimulatorServer, why: str
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        call = await ship_one(ctx, "ShipEngine")
        if why == "blocked":
            await ctx.write(connections.block, call.connection_id, verbatim("no key"))
        elif why == "held":
            await ctx.write(connections.hold, call.connection_id, until_ms=clock.now_ms() + 1_000)
            # A pause that ends earlier does not cut it short.
            await ctx.write(connections.hold, call.connection_id, until_ms=clock.now_ms() + 1)
            clock.pass_s(0.5)
        else:
            for _ in range(USUAL.failures_most):
                await ctx.write(
                    connections.count_failure,
                    call.connection_id,
                    verbatim("nobody there"),
                    steady_ms=clock.now_ms(),
                    within_ms=USUAL.failures_within_ms,
                    failures_most=USUAL.failures_most,
                )
        assert await ctx.write(send.claim, ctx, call.id) is None
        assert (await now(ctx, call)).state == "pending"


async def test_an_answer_to_an_earlier_claim_does_not_settle_a_later_one(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    """Both claims are this program's own, so only their count tells them apart."""
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        call = await ship_one(ctx, "Shipup")
        connection = next(
            connection for connection in await ctx.read(connections.every) if connection.id == call.connection_id
        )
        earlier = await ctx.write(send.claim, ctx, call.id)
        clock.pass_s(USUAL.lease_ms / 1_000 + 1)
        assert await recovery.recover(ctx) == 1
        later = await ctx.write(send.claim, ctx, call.id)
        assert earlier is not None
        assert later is not None
        assert (earlier.claim.owner, later.claim.owner) == (clock.boot_id(), clock.boot_id())
        await ctx.write(send.settle, ctx, earlier, connection, Response(200, body=b"{}"))
        assert (await now(ctx, call)).state == "sending", "the later request is still on its way"
        assert [attempt.what for attempt in await worker.attempts(ctx, call.id)][-1] == "answered", "and it is kept"
        await ctx.write(send.settle, ctx, later, connection, Response(422, body=b'{"error": "no"}'))
        assert (await now(ctx, call)).state == "rejected"


async def test_another_programs_claim_is_not_settled_by_ours(bench: Context) -> None:
    call = await ship_one(bench, "ShipEngine")
    connection = next(
        connection for connection in await bench.read(connections.every) if connection.id == call.connection_id
    )
    theirs = await bench.write(send.claim, bench, call.id)
    assert theirs is not None
    ending = calls.Ending("confirmed", verbatim(""))
    ours = theirs.claim._replace(owner="another program")
    assert not await bench.write(calls.settle, ours, ending, now_ms=0)
    assert (await now(bench, call)).state == "sending"
    await bench.write(send.settle, bench, theirs, connection, Response(204))
    assert (await now(bench, call)).state == "confirmed"
    # What is at its end stays there, whatever comes for it.
    await bench.write(send.settle, bench, theirs, connection, Response(400))
    assert (await now(bench, call)).state == "confirmed"


async def test_a_late_response_counts_for_the_expired_claim_and_for_no_other(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        call = await ship_one(ctx, "Shipup")
        connection = next(
            connection for connection in await ctx.read(connections.every) if connection.id == call.connection_id
        )
        claims = []
        for _ in range(2):
            claims.append(await ctx.write(send.claim, ctx, call.id))
            clock.pass_s(USUAL.lease_ms / 1_000 + 1)
            await recovery.recover(ctx)
        earlier, later = claims
        assert earlier is not None
        assert later is not None
        waiting = (await now(ctx, call)).state
        await ctx.write(send.settle, ctx, earlier, connection, Response(200, body=b"{}"))
        assert (await now(ctx, call)).state == waiting != "confirmed"
        await ctx.write(send.settle, ctx, later, connection, Response(200, body=b"{}"))
        assert (await now(ctx, call)).state == "confirmed"


async def test_a_second_lost_attempt_never_shortens_the_time_in_which_the_first_may_be_acted_on(bench: Context) -> None:
    lost, newer = await ship_one(bench, "Shipup"), await ship_one(bench, "Shipup", tracking=USPS_NUMBERS[1])
    for until_ms in (1_000, 2_000, 500):
        await bench.write(calls.may_act_until, lost.id, until_ms)
    assert (
        await bench.read(calls.others_act_until, newer.id, fingerprint="another", repeatable=True, steady_ms=1_999) == 0
    ), "unsent"
    assert await bench.write(send.claim, bench, lost.id) is not None
    assert (
        await bench.read(calls.others_act_until, newer.id, fingerprint="another", repeatable=True, steady_ms=1_999)
        == 2_000
    )
    assert (
        await bench.read(calls.others_act_until, newer.id, fingerprint="another", repeatable=True, steady_ms=2_000) == 0
    )


async def test_the_same_request_waits_as_well_unless_it_may_be_repeated(bench: Context) -> None:
    older, newer = await ship_one(bench, "ShipEngine"), await ship_one(bench, "ShipEngine", tracking=USPS_NUMBERS[1])
    claimed = await bench.write(send.claim, bench, older.id)
    assert claimed is not None
    await bench.write(calls.may_act_until, older.id, 2_000)
    same = claimed.request.fingerprint
    until = [
        await bench.read(calls.others_act_until, newer.id, fingerprint=same, repeatable=repeatable, steady_ms=1_999)
        for repeatable in (True, False)
    ]
    assert until == [0, 2_000]


async def test_two_calls_never_have_one_key(bench: Context) -> None:
    call = await ship_one(bench, "ShipEngine")
    again = {"order_id": call.order_id, "shipment_id": call.shipment_id, "package_id": None, "summary": ""}
    with pytest.raises(CONSTRAINT_ERRORS, match=r"(?i)unique.*call.key"):
        await bench.write(
            calls.add, key=call.key, connection_id=call.connection_id, repeatable=False, now_ms=0, **again
        )
    assert len(await worker.latest(bench)) == 1


async def test_a_call_is_moved_only_from_the_state_that_was_seen(bench: Context) -> None:
    call = await ship_one(bench, "ShipEngine")
    assert await bench.write(send.claim, bench, call.id) is not None
    moved = await bench.write(
        calls.move, call.id, from_state="pending", state="cancelled", message=NO_MESSAGE, now_ms=0
    )
    assert not moved
    assert (await now(bench, call)).state == "sending"


@pytest.mark.parametrize(("name", "state"), [("ShipEngine", "unknown"), ("Shipup", "retry_wait")])
async def test_what_was_on_its_way_when_the_program_was_closed_may_have_arrived(
    bench: Context, name: str, state: CallState
) -> None:
    came = asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        came.set()
        await reader.read()
        writer.close()

    call = await ship_one(bench, name)
    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await open_connections.connect(bench, name.lower(), name, url=url)
        sent = asyncio.create_task(send.send_update(bench, call.id))
        await came.wait()
        sent.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sent
    assert (await now(bench, call)).state == state
    assert [attempt.what for attempt in await worker.attempts(bench, call.id)] == ["sending", "lost"]
