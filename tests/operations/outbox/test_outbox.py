"""The outbox: each call once, in order, and every ending with a message."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.call import Call
from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, verbatim
from shipconsole.domain.outcome import Outcome, TryLater, Unsure
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import recovery, request_codec, resolve
from shipconsole.operations.sending import outcomes, send
from shipconsole.operations.shipping import ship
from shipconsole.operations.timings import USUAL
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator.server import SimulatorServer, running_simulator
from shipconsole.station.keys import KeyringUnavailable, MemoryKeys
from shipconsole.store import calls
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.http import SendResult
from shipconsole.vendors.request import Request, Response
from tests.support import sql
from tests.support.bench import (
    SECRETS,
    USPS_NUMBERS,
    UnpacedSender,
    connect_all,
    draft_of,
    effects,
    fault,
    open_context,
    tls,
)
from tests.support.clock import ManualClock
from tests.support.refusals import refused
from tests.support.silence import ExpectedNoise

pytestmark = pytest.mark.both_engines

ONE_CASE = {"MOBILE-CASE-BLK": 1}


async def ship_one(ctx: Context, *to: str, number: str = "10001", tracking: str = USPS_NUMBERS[0]) -> Call:
    order_id, draft = await draft_of(ctx, number, ONE_CASE if number == "10001" else None, tracking)
    shipped = await ship.ship(ctx, order_id, draft, to)
    return (await worker.updates_of(ctx, shipped.call_ids))[0]


async def now(ctx: Context, call: Call) -> Call:
    return (await worker.updates_of(ctx, (call.id,)))[0]


def times_notified(server: SimulatorServer, vendor: str) -> int:
    return sum(effect["vendor"] == vendor for effect in effects(server))


@pytest.mark.parametrize(
    ("kind", "state", "acted"),
    [
        ("refuse", "rejected", 0),
        ("429", "retry_wait", 0),
        ("401", "blocked", 0),
        ("500_before", "unknown", 0),
        ("500_after", "unknown", 1),
        ("drop_before", "unknown", 0),
        ("drop_after", "unknown", 1),
        ("cut", "unknown", 1),
        ("garbage", "unknown", 1),
        ("html", "unknown", 0),
    ],
)
async def test_a_notification_that_may_have_arrived_is_not_sent_again(
    bench: Context, simulated_platforms: SimulatorServer, kind: str, state: str, acted: int
) -> None:
    fault(simulated_platforms, "shipengine", kind, call="notify_shipped", seconds=60)
    call = await ship_one(bench, "ShipEngine")
    await worker.flush(bench, until_empty=True)
    await worker.flush(bench, until_empty=True)
    end = await now(bench, call)
    assert end.state == state
    assert str(end.message)
    assert times_notified(simulated_platforms, "shipengine") == acted
    rows = await orders.list_rows(bench, state="needs_attention")
    assert [row.number for row in rows] == ([] if state == "retry_wait" else ["10001"])


@pytest.mark.parametrize("kind", ["500_after", "drop_after", "drop_before", "cut", "empty"])
async def test_an_update_that_may_be_repeated_is_repeated(
    bench: Context, simulated_platforms: SimulatorServer, kind: str
) -> None:
    fault(simulated_platforms, "shipup", kind, call="create_order")
    call = await ship_one(bench, "Shipup")
    for _ in range(600):
        await worker.flush(bench, until_empty=True)
        if (await now(bench, call)).state == "confirmed":
            break
        await asyncio.sleep(0.1)
    assert (await now(bench, call)).state == "confirmed"
    bodies = [effect["body"] for effect in effects(simulated_platforms)]
    assert all(body == bodies[0] for body in bodies)


async def test_a_refusal_names_our_field_and_holds_later_calls_back(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "starshipit", "refuse", call="update_order")
    first = await ship_one(bench, "Starshipit")
    second = await ship_one(bench, "Starshipit", tracking=USPS_NUMBERS[1])
    await worker.flush(bench, until_empty=True)
    refused = await now(bench, first)
    assert refused.state == "rejected"
    assert refused.problems
    assert (await now(bench, second)).state == "pending"
    await resolve.retry(bench, first.id, "the service code was set right")
    await worker.flush(bench, until_empty=True)
    assert (await now(bench, first)).state == "superseded"
    numbers = [effect["body"]["order"]["packages"][-1]["tracking_number"] for effect in effects(simulated_platforms)]
    assert numbers == list(USPS_NUMBERS[:2]), "a retried update stays before later ones"


async def test_a_repeated_call_takes_the_place_of_the_refused_one(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipengine", "refuse", call="notify_shipped")
    call = await ship_one(bench, "ShipEngine")
    await worker.flush(bench, until_empty=True)
    await resolve.retry(bench, call.id, "tried once more")
    await worker.flush(bench, until_empty=True)
    sheet = await orders.sheet(bench, call.order_id)
    assert [(call.state, call.supersedes) for call in sheet.calls] == [("superseded", None), ("confirmed", call.id)]
    assert times_notified(simulated_platforms, "shipengine") == 1
    attempts = await worker.attempts(bench, call.id)
    assert [attempt.what for attempt in attempts] == ["sending", "answered", "person"]
    assert "tried once more" in str(attempts[-1].message)


async def test_a_closed_port_is_waited_out_however_long(bench: Context, simulated_platforms: SimulatorServer) -> None:
    await connections.connect(bench, "shipengine", "ShipEngine", url="http://127.0.0.1:9")
    call = await ship_one(bench, "ShipEngine")
    await worker.flush(bench, until_empty=True)
    waiting = await now(bench, call)
    assert waiting.state == "retry_wait"
    assert "No connection" in str(waiting.message)
    await connections.connect(bench, "shipengine", "ShipEngine", url=f"{simulated_platforms.url}/shipengine")
    for _ in range(600):
        if (await worker.flush(bench, until_empty=True)) and (await now(bench, call)).state == "confirmed":
            break
        await asyncio.sleep(0.1)
    assert (await now(bench, call)).state == "confirmed"
    assert times_notified(simulated_platforms, "shipengine") == 1


async def test_a_wrong_key_blocks_its_connection_alone_and_a_right_one_frees_it(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    await connections.connect(bench, "shipengine", "ShipEngine", secrets={"api_key": "TEST_wrong"})
    first = await ship_one(bench)
    await worker.flush(bench, until_empty=True)
    second = await ship_one(bench, "ShipEngine", number="10002", tracking=USPS_NUMBERS[1])
    await worker.flush(bench, until_empty=True)
    assert (await now(bench, first)).state == "blocked"
    assert (await now(bench, second)).state == "pending"
    assert (await now(bench, second)).attempts == 0
    assert times_notified(simulated_platforms, "shipup") == 1
    await connections.connect(bench, "shipengine", "ShipEngine", secrets=SECRETS["shipengine"])
    await worker.flush(bench, until_empty=True)
    assert [(await now(bench, call)).state for call in (first, second)] == ["confirmed", "confirmed"]
    assert times_notified(simulated_platforms, "shipengine") == 2


class SilentKeys(MemoryKeys):
    """A keyring that is there but does not answer."""

    def get(self, connection: str, field: str) -> "asyncio.Future[object]":  # type: ignore[override, name-defined]
        raise KeyringUnavailable(verbatim("The keyring does not respond."))


async def test_a_keyring_that_does_not_answer_is_not_a_wrong_key(tmp_path: Path) -> None:
    with running_simulator(orders=2) as server:
        async with open_context(tmp_path) as ctx:
            await import_orders.sync(ctx, await connect_all(ctx, server.url))
            call = await ship_one(ctx, "ShipEngine")
            silent = Context(ctx.store, ctx.sender, SilentKeys(), ctx.clock, ctx.station)
            await worker.flush(silent, until_empty=True)
            waiting = await now(ctx, call)
            assert (waiting.state, str(waiting.message)) == ("retry_wait", "The keyring does not respond.")
            assert (await connections.every(ctx))[0].blocked_message == NO_MESSAGE


async def test_retry_after_holds_the_whole_connection_back(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        fault(simulated_platforms, "shipengine", "429", call="notify_shipped", seconds=50)
        first = await ship_one(ctx, "ShipEngine")
        await worker.flush(ctx, until_empty=True)
        second = await ship_one(ctx, "ShipEngine", number="10002", tracking=USPS_NUMBERS[1])
        clock.pass_s(49)
        assert await worker.flush(ctx, until_empty=True) == ()
        clock.pass_s(2)
        assert await worker.flush(ctx, until_empty=True) == (first.id, second.id)
        assert [(await now(ctx, call)).state for call in (first, second)] == ["confirmed", "confirmed"]


async def test_a_call_whose_program_died_is_checked_not_repeated(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        await connections.connect(ctx, "shipengine", "ShipEngine", options={"settle_delay_s": "300"})
        notify, update = await ship_one(ctx, "ShipEngine"), await ship_one(ctx, "Shipup", tracking="A2")
        for call in (notify, update):
            await ctx.write(send.claim, ctx, call.id)
        assert await recovery.recover(ctx) == 0, "its lease still runs"
        clock.pass_s(USUAL.lease_ms / 1_000 + 1)
        assert await recovery.recover(ctx) == 2
        unknown = await now(ctx, notify)
        assert unknown.state == "unknown"
        assert unknown.check_at_ms == clock.now_ms() + 300_000
        assert (await now(ctx, update)).state == "retry_wait"
        await worker.flush(ctx, until_empty=True)
        assert (await now(ctx, update)).state == "confirmed"
        assert times_notified(simulated_platforms, "shipengine") == 0


async def test_a_late_answer_decides_what_was_unknown_unless_something_was_sent_since(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        notify, update = await ship_one(ctx, "ShipEngine"), await ship_one(ctx, "Shipup", tracking="A2")
        claims = [await ctx.write(send.claim, ctx, call.id) for call in (notify, update)]
        clock.pass_s(USUAL.lease_ms / 1_000 + 1)
        await recovery.recover(ctx)
        await worker.flush(ctx, until_empty=True)
        assert [(await now(ctx, call)).state for call in (notify, update)] == ["unknown", "confirmed"]
        connection = (await connections.every(ctx))[0]
        for claim in claims:
            assert claim is not None
            await ctx.write(send.settle, ctx, claim, connection, Response(204))
        assert [(await now(ctx, call)).state for call in (notify, update)] == ["confirmed", "confirmed"]
        assert [attempt.what for attempt in await worker.attempts(ctx, notify.id)] == [
            "sending",
            "abandoned",
            "answered",
        ]


@pytest.mark.of_a_file("another program holds the file")
async def test_a_store_that_is_held_for_a_while_does_not_end_the_dispatcher(
    bench: Context, simulated_platforms: SimulatorServer, expected_noise: ExpectedNoise
) -> None:
    dispatcher = Dispatcher(bench)
    await orders.list_rows(bench)
    other = sql.connect(bench.store.file)
    other.execute("BEGIN IMMEDIATE")
    with expected_noise("Nothing can be sent at present") as heard:
        running = asyncio.create_task(dispatcher.run())
        for _ in range(600):
            if heard:
                break
            await asyncio.sleep(0.1)
        other.execute("ROLLBACK")
        other.close()
    await ship_one(bench)
    for _ in range(600):
        if len(effects(simulated_platforms)) == 3:
            break
        await asyncio.sleep(0.1)
    assert len(effects(simulated_platforms)) == 3
    await dispatcher.stop(60)
    await running


async def test_a_round_in_its_middle_begins_nothing_once_it_is_to_stop(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    call = await ship_one(bench)
    before = asyncio.all_tasks()
    dispatcher = Dispatcher(bench)
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(0)
    await dispatcher.stop(60)
    await running
    assert asyncio.all_tasks() == before
    assert (await now(bench, call)).state == "pending"
    assert effects(simulated_platforms) == []


async def test_an_error_of_the_program_stays_with_its_call(
    bench: Context, simulated_platforms: SimulatorServer, expected_noise: ExpectedNoise
) -> None:
    poison, good = (
        await ship_one(bench, "ShipEngine"),
        await ship_one(bench, "ShipEngine", number="10002", tracking="A2"),
    )

    def spoil(db: Db) -> None:
        db.connection.execute("UPDATE call SET request = '{}', may_act_until_ms = 1 WHERE id = ?", (poison.id,))

    await bench.write(spoil)
    with expected_noise("could not be sent because of an error"):
        await worker.flush(bench, until_empty=True)
    assert [(await now(bench, call)).state for call in (poison, good)] == ["dead", "confirmed"]


async def test_due_at_once_is_at_once_when_the_clock_is_set_back(
    tmp_path: Path, simulated_platforms: SimulatorServer
) -> None:
    clock = ManualClock()
    async with open_context(tmp_path, clock) as ctx:
        await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        call = await ship_one(ctx, "ShipEngine")
        clock.set_wall_ms(clock.now_ms() - 3_600_000)
        await worker.flush(ctx, until_empty=True)
        assert (await now(ctx, call)).state == "confirmed"


async def test_what_is_tried_again_and_again_in_vain_is_given_to_a_person(bench: Context) -> None:
    # However often it could not even leave.
    call = replace(await ship_one(bench, "Shipup"), attempts=1_000)
    request = Request("create_order", "POST", "/v2/orders", repeatable=True)

    def becomes(outcome: Outcome, tries: int = USUAL.max_attempts) -> str:
        ending = outcomes.ending_of(
            outcome, call, request, tries=tries, timings=USUAL, settle_delay_ms=0, steady_ms=0, chance=1
        )
        return ending.state

    assert becomes(Unsure(verbatim("500."))) == "needs_attention"
    assert becomes(TryLater(verbatim("429."))) == "dead"
    assert becomes(TryLater(verbatim("no network"), nobody_there=True)) == "retry_wait"
    assert {
        becomes(outcome, USUAL.max_attempts - 1) for outcome in (Unsure(verbatim("500.")), TryLater(verbatim("429.")))
    } == {"retry_wait"}


async def test_a_call_is_claimed_once_by_however_many(bench: Context) -> None:
    call = await ship_one(bench, "ShipEngine")
    claims = await asyncio.gather(*(bench.write(send.claim, bench, call.id) for _ in range(20)))
    assert sum(claim is not None for claim in claims) == 1


async def test_two_calls_of_an_order_and_connection_are_never_open_at_once(bench: Context) -> None:
    first, second = await ship_one(bench, "ShipEngine"), await ship_one(bench, "ShipEngine", tracking="A2")

    def force(db: Db) -> None:
        for call in (first, second):
            db.connection.execute("UPDATE call SET state = 'unknown' WHERE id = ?", (call.id,))

    with pytest.raises(Exception, match=r"(?i)unique"):
        await bench.write(force)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE attempt SET message = 'x'", "DELETE FROM attempt", "UPDATE call SET request = '{}'"],
)
async def test_the_record_cannot_be_changed(bench: Context, statement: str) -> None:
    await ship_one(bench, "ShipEngine")
    await worker.flush(bench, until_empty=True)

    def change(db: Db) -> None:
        db.connection.execute(statement)

    with pytest.raises(Exception, match=r"append-only|never changes"):
        await bench.write(change)


async def test_what_was_kept_of_a_request_is_what_will_be_sent(bench: Context) -> None:
    order_id, draft = await draft_of(bench, "10001", ONE_CASE, USPS_NUMBERS[0])
    for update in await ship.preview(bench, order_id, draft):
        kept = request_codec.request_from(request_codec.request_text(update.request))
        assert (kept.body_text, kept.field_map, kept.fingerprint) == (
            update.request.body_text,
            update.request.field_map,
            update.request.fingerprint,
        )


async def test_a_person_may_settle_what_is_unknown_with_a_reason(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipengine", "drop_after", call="notify_shipped")
    call = await ship_one(bench, "ShipEngine")
    await worker.flush(bench)
    with refused("reason.missing_update"):
        await resolve.resolve_update(bench, call.id, "mark_confirmed", " ")
    await resolve.resolve_update(bench, call.id, "mark_confirmed", "seen in the shop")
    assert (await now(bench, call)).state == "confirmed"
    with refused("resolve.cannot_retry", state="confirmed"):
        await resolve.resolve_update(bench, call.id, "retry", "again")
    with refused("update.unknown", id=999):
        await resolve.resolve_update(bench, 999, "retry", "again")
    assert await orders.list_rows(bench, state="needs_attention") == []


async def test_the_platforms_status_is_read_back_after_its_refresh(bench: Context) -> None:
    call = await ship_one(bench)
    await worker.flush(bench, until_empty=True)
    engine, starshipit, _ = (await orders.sheet(bench, call.order_id)).links
    assert engine.status == "partially_fulfilled"
    assert USPS_NUMBERS[0] in starshipit.document


async def test_the_dispatcher_delivers_what_comes_and_stops_in_order(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    dispatcher = Dispatcher(bench)
    running = asyncio.create_task(dispatcher.run())
    calls_of = [await ship_one(bench, number=number, tracking=f"A{number}") for number in ("10001", "10002", "10003")]
    dispatcher.wake()
    for _ in range(600):
        if len(effects(simulated_platforms)) == 9:
            break
        await asyncio.sleep(0.05)
    await dispatcher.stop(60)
    await running
    assert len(effects(simulated_platforms)) == 9
    assert [(await now(bench, call)).state for call in calls_of] == ["confirmed"] * 3


@pytest.mark.parametrize("kind", ["huge", "deep"])
async def test_a_huge_response_is_an_outcome_with_a_message(
    bench: Context, simulated_platforms: SimulatorServer, kind: str
) -> None:
    fault(simulated_platforms, "shipengine", kind, call="notify_shipped")
    call = await ship_one(bench, "ShipEngine")
    await worker.flush(bench)
    end = await now(bench, call)
    assert str(end.message)
    assert end.state in ("unknown", "confirmed")
    assert (await orders.sheet(bench, call.order_id)).shipments


async def test_an_older_reading_never_takes_the_place_of_a_newer_one(bench: Context) -> None:
    """Else the next update would add a package again that came in between."""
    (starshipit,) = await connections.named(bench, ["Starshipit"])
    first = await ship_one(bench, "Starshipit")
    link = await link_of(bench, first)
    as_of = await bench.read(calls.newest_attempt)
    before = await import_orders.fetch_order(bench, starshipit, link.remote_id)
    assert isinstance(before, RemoteOrder)
    await worker.flush(bench, until_empty=True)
    notifications = await link_of(bench, first)
    assert USPS_NUMBERS[0] in notifications.document
    late = before.model_copy(update={"remote_id": link.remote_id})
    await bench.write(upsert.upsert_orders, starshipit, (late,), now_ms=bench.clock.now_ms(), as_of=as_of)
    assert (await link_of(bench, first)).document == notifications.document


async def test_an_update_is_not_built_from_a_document_older_than_another_update(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    first = await ship_one(bench, "Starshipit")
    await send.send_update(bench, first.id)
    assert USPS_NUMBERS[0] not in (await link_of(bench, first)).document, "nobody has read it since"
    second = await ship_one(bench, "Starshipit", tracking=USPS_NUMBERS[1])
    assert await bench.write(send.claim, bench, second.id) is None
    await worker.flush(bench, until_empty=True)
    assert (await now(bench, second)).state == "confirmed"
    packages = json.loads((await link_of(bench, first)).document)["packages"]
    assert [package["tracking_number"] for package in packages] == list(USPS_NUMBERS[:2])


async def link_of(ctx: Context, call: Call) -> Link:
    links = (await orders.sheet(ctx, call.order_id)).links
    return next(link for link in links if link.connection_id == call.connection_id)


class HoldingSender(UnpacedSender):
    """Sends the second update when the first has ended in a store that is away and is back by then."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(tls())
        self._file, self._away = ctx.store.file, ctx.store.file.with_name("away.db")
        self._in_hand = ctx.in_hand
        self._second_is_sent = asyncio.Event()

    async def send(
        self, connection: Connection, vendor: Vendor, request: Request, headers: Mapping[str, str]
    ) -> SendResult:
        """Send one request in its turn."""
        if connection.name == "ShipEngine":
            await self._second_is_sent.wait()
            sent = await super().send(connection, vendor, request, headers)
            self._file.rename(self._away)
            return sent
        self._second_is_sent.set()
        while len(self._in_hand) > 1:
            await asyncio.sleep(0.01)
        self._away.rename(self._file)
        return await super().send(connection, vendor, request, headers)


@pytest.mark.of_a_file("the file is away")
async def test_what_is_being_sent_when_the_store_fails_is_not_left_in_the_middle(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    ctx = replace(bench, timings=replace(bench.timings, keep_trying_s=0))
    order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
    shipped = await ship.ship(ctx, order_id, draft, ("ShipEngine", "Shipup"))
    sender = HoldingSender(ctx)
    with pytest.raises(EnvironmentFailure, match="moved or replaced"):
        await worker.flush(replace(ctx, sender=sender))
    await sender.close()
    found = await worker.updates_of(ctx, shipped.call_ids)
    assert [(row.connection, row.state) for row in found] == [("ShipEngine", "sending"), ("Shipup", "confirmed")]
