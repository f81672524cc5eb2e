"""Names, addresses and scans are removed some days after the end of an order, and do not come back."""

import json
import shutil
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from shipconsole.domain.blanking import MARK
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, verbatim
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.operations.maintenance import audit_log, blanking, retention, shift_report
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import correct
from shipconsole.operations.vendor_orders import edit
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import blanking as store
from shipconsole.store import drafts, manual_changes, scans, webhook_events
from shipconsole.store import orders as stored_orders
from shipconsole.store.blanking import Age, Cursor
from shipconsole.store.database import Db, Engine
from tests.operations.maintenance import finished_orders
from tests.operations.maintenance.finished_orders import NAMES, PACKER, PERSON, found_in_columns, found_in_files, rows
from tests.operations.pod import order_of, shipped_package, webhook
from tests.support.bench import NAMES as CONNECTIONS
from tests.support.bench import SECRETS, USPS_NUMBERS, connect_all, draft_of, open_context
from tests.support.clock import ManualClock
from tests.support.engines import NewStore
from tests.support.refusals import refused

DAY_S = 86_400
DAYS = 180
NUMBER = "10001"
TEXTS = frozenset(
    (
        "answer",
        "message",
        "operator",
        "what",
        "reason",
        "station",
        "old_number",
        "number",
        "old_carrier",
        "carrier",
        "old_service",
        "service",
        "old_accepted",
        "accepted",
        "vendor_request_id",
        "owner",
    )
)
RULES = retention.Rules(personal_days=DAYS)


@pytest.fixture
async def station(
    database_engine: Engine,
    new_store: NewStore,
    tmp_path: Path,
    synced_database: Path,
    simulated_platforms: SimulatorServer,
) -> AsyncGenerator[Context]:
    """A station with the simulated platforms' orders, on the engine of the test."""
    if database_engine == "sqlite":
        shutil.copy(synced_database, tmp_path / "shipconsole.db")
    async with open_context(tmp_path, store=new_store(is_open=False)) as ctx:
        if database_engine == "postgresql":
            await import_orders.sync(ctx, await connect_all(ctx, simulated_platforms.url))
        for vendor, name in CONNECTIONS.items():
            for field, value in SECRETS[vendor].items():
                ctx.keys.put(name, field, value).result()
        yield ctx


@pytest.fixture
def clock(station: Context) -> ManualClock:
    # A server's clock counts too, and is not ahead: the days pass before today.
    return ManualClock(station.clock.now_ms() - 4 * (DAYS + 1) * DAY_S * 1_000)


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blanking, "REST_S", 0)


@pytest.fixture
async def aged(station: Context, clock: ManualClock) -> Context:
    """A station whose order 10001 ended, with all that names a person."""
    ctx = replace(station, clock=clock)
    ctx.begin()
    await finished_orders.finish(ctx, NUMBER, USPS_NUMBERS[0])
    return ctx


async def blank(ctx: Context, clock: ManualClock) -> int:
    """Blank the order, after its days; return its id."""
    clock.pass_s((DAYS + 1) * DAY_S)
    assert await blanking.blank_due(ctx, DAYS) == 1
    return await orders.find(ctx, NUMBER)


async def found(ctx: Context, names: tuple[str, ...] = NAMES) -> list[tuple[str, str, str]]:
    return await ctx.read(found_in_columns, names)


class UndoneError(Exception):
    """Rolls a test's statements back."""


def run(db: Db, *texts: str) -> None:
    for text in texts:
        db.connection.execute(text)


def run_and_undo(db: Db, *texts: str) -> None:
    run(db, *texts)
    raise UndoneError


@pytest.mark.both_engines
async def test_every_name_is_gone_from_all_columns_and_from_the_bytes_of_the_files(
    aged: Context, clock: ManualClock, tmp_path: Path
) -> None:
    before = await found(aged)
    assert {name for _, _, name in before} == set(NAMES), "each name stands somewhere before"
    assert {table for table, _, _ in before} >= {
        "orders", "link", "call", "attempt", "shipment", "package", "package_change", "scan", "track", "track_event",
        "webhook_event",
    }  # fmt: skip
    clock.pass_s(DAYS * DAY_S)
    assert await blanking.blank_due(aged, DAYS) == 0
    clock.pass_s(1)
    assert await retention.remove_due(aged, RULES) == retention.Removed(blanked=1)
    assert await found(aged) == []
    assert found_in_files(tmp_path) == []


@pytest.mark.both_engines
async def test_a_blanked_order_is_shown_found_and_listed(aged: Context, clock: ManualClock) -> None:
    before = await orders.sheet(aged, await orders.find(aged, NUMBER))
    order_id = await blank(aged, clock)
    sheet = await orders.sheet(aged, order_id)
    assert (sheet.order.number, sheet.order.state, sheet.order.lines) == (NUMBER, "shipped", before.order.lines)
    assert (sheet.order.ship_to.country, sheet.order.ship_to.name, sheet.order.ship_to.street) == ("DE", "", "")
    assert "180 days after the end" in sheet.order.note
    (row,) = await orders.list_rows(aged, find=NUMBER)
    assert (row.number, row.recipient) == (NUMBER, "DE")
    assert [row.number for row in await orders.list_rows(aged, find=USPS_NUMBERS[0])] == [NUMBER]
    assert await orders.list_rows(aged, find=PERSON.city) == []
    assert [track.status for track in sheet.tracks] == ["delivered"]
    events = await audit_log.events(aged, order_id=order_id)
    assert {event.operator for event in events} == {"", MARK}
    assert [event.status for event in events if event.what == "answered"] != []
    assert await edit.sections(aged, order_id)
    with refused("change.blanked"):
        await edit.preview(aged, order_id, sheet.links[0].connection_id, edit.FieldChanges({("phone",): "1"}))


@pytest.mark.both_engines
async def test_the_sums_of_the_shift_report_stay_right(aged: Context, clock: ManualClock) -> None:
    everything = {"since_ms": 0, "until_ms": audit_log.ALL_TIME_MS}
    (before,) = await shift_report.report(aged, **everything)
    await blank(aged, clock)
    (after,) = await shift_report.report(aged, **everything)
    assert (before.operator, after.operator) == (PACKER, MARK)
    assert after[1:] == before[1:]
    assert before.packages == 1
    assert before.units > 0


async def test_the_audit_log_says_that_it_happened(aged: Context, clock: ManualClock) -> None:
    assert not await blanking.was_ever_on(aged)
    await blank(aged, clock)
    entries = [event for event in await audit_log.events(aged) if isinstance(event.what, Message)]
    assert entries[-1].what == Message("audit.blanked", count=1, days=DAYS)
    assert (entries[-1].order, entries[-1].station) == ("", "Bench 1")
    assert await blanking.was_ever_on(aged)
    # Blanked once: nothing is left to do, and nothing more is noted.
    assert await blanking.blank_due(aged, DAYS) == 0
    assert len([event for event in await audit_log.events(aged) if isinstance(event.what, Message)]) == len(entries)


@pytest.mark.both_engines
async def test_what_is_read_again_of_a_finished_order_brings_nothing_back(aged: Context, clock: ManualClock) -> None:
    documents = await aged.read(rows, "SELECT connection_id, remote_id, document FROM link ORDER BY id")
    order_id = await blank(aged, clock)
    blanked = await orders.sheet(aged, order_id)
    links = {link.connection_id: link for link in blanked.links}
    for connection in await connections.every(aged):
        if connection.id not in links:
            continue
        (document,) = [
            text for connection_id, remote_id, text in documents
            if (connection_id, remote_id) == (connection.id, links[connection.id].remote_id)
        ]  # fmt: skip
        remote = await import_orders.fetch_order(aged, connection, links[connection.id].remote_id)
        assert isinstance(remote, RemoteOrder)
        told = remote.model_copy(update={"ship_to": PERSON, "document": document, "note": verbatim("For Kunigunde")})
        for _ in range(2):
            await aged.write(upsert.upsert_orders, connection, (told,), now_ms=clock.now_ms())
    await import_orders.sync(aged, await connections.every(aged))
    assert await found(aged) == []
    assert (await orders.sheet(aged, order_id)).order.ship_to == blanked.order.ship_to


@pytest.mark.both_engines
async def test_a_late_webhook_is_taken_and_its_names_are_not_kept(
    aged: Context, clock: ManualClock, tmp_path: Path
) -> None:
    order_id = await blank(aged, clock)
    (before,) = (await orders.sheet(aged, order_id)).tracks
    await finished_orders.hear(aged, USPS_NUMBERS[0], "later")
    (track,) = (await orders.sheet(aged, order_id)).tracks
    assert len(track.events) == len(before.events) + 1
    # The event as it was received stays as long as one of an order does, and then goes too.
    assert {table for table, _, _ in await found(aged)} == {"webhook_event"}
    clock.pass_s((DAYS + 1) * DAY_S)
    await retention.remove_due(aged, RULES)
    assert await found(aged) == []
    assert found_in_files(tmp_path) == []


@pytest.mark.both_engines
async def test_a_void_opens_the_order_again_and_its_platform_fills_it(aged: Context, clock: ManualClock) -> None:
    order_id = await blank(aged, clock)
    (shipment,) = (await orders.sheet(aged, order_id)).shipments
    choices = await correct.void_choices(aged, order_id, shipment.id)
    told = [choice.connection.id for choice in choices if choice.possible]
    assert told
    call_ids = await correct.void_shipment(aged, order_id, shipment.id, told, "It came back")
    await worker.flush(aged, until_empty=True)
    assert {call.state for call in await worker.updates_of(aged, call_ids)} == {"confirmed"}
    await import_orders.sync(aged, await connections.every(aged))
    sheet = await orders.sheet(aged, order_id)
    assert sheet.order.state == "open"
    assert sheet.order.ship_to.name
    assert "180 days" not in sheet.order.note
    # What was removed before stays removed.
    assert await found(aged, (PACKER,)) == []


@pytest.mark.both_engines
async def test_scans_after_the_blanking_go_too(aged: Context, clock: ManualClock) -> None:
    order_id = await blank(aged, clock)
    values = {"kind": "", "reason": "", "number": "", "verdict": "unknown", "answer": ""}
    for at in (order_id, None):
        await aged.write(scans.add, at, station="B", operator=PACKER, raw=PERSON.name, now_ms=clock.now_ms(), **values)
    await aged.write(
        manual_changes.add, 0, station="B", operator=PACKER, what=Message("audit.paused", connection="Shipup"),
        reason=PERSON.name, now_ms=clock.now_ms(),
    )  # fmt: skip
    assert await blanking.blank_due(aged, DAYS) == 0
    clock.pass_s((DAYS + 1) * DAY_S)
    assert await blanking.blank_due(aged, DAYS) == 1
    assert await found(aged) == []


HINDRANCES = (
    "UPDATE orders SET left_units = 1, state = 'partly_shipped' WHERE number = '10001'",
    "UPDATE orders SET needs_attention = 1 WHERE number = '10001'",
    "UPDATE orders SET unresolved_lines = 1 WHERE number = '10001'",
    "UPDATE call SET state = 'unknown' WHERE id = (SELECT MIN(id) FROM call)",
    "UPDATE call SET state = 'blocked' WHERE id = (SELECT MIN(id) FROM call)",
    "UPDATE call SET state = 'pending' WHERE id = (SELECT MIN(id) FROM call)",
    "UPDATE call SET may_act_until_ms = 9000000000000000 WHERE id = (SELECT MIN(id) FROM call)",
    "UPDATE call SET changed_at_ms = 9000000000000 WHERE id = (SELECT MIN(id) FROM call)",
    "UPDATE track SET changed_at_ms = 9000000000000",
    "INSERT INTO open_order (station, order_id) SELECT 'B', id FROM orders WHERE number = '10001'",
    "INSERT INTO order_change (order_id, at_ms, connection) SELECT id, 1, '' FROM orders WHERE number = '10001'",
    (
        "INSERT INTO claim (order_id, station, at_ms, seen_at_ms)"
        " SELECT id, 'B', 1, 9000000000000 FROM orders WHERE number = '10001'"
    ),
    (
        "INSERT INTO follow_up_job (connection_id, order_id, kind, due_at_ms)"
        " SELECT 1, id, 'confirm', 9000000000000 FROM orders WHERE number = '10001'"
    ),
    (
        "INSERT INTO forward_review (connection_id, tracking_number, order_id, at_ms)"
        " SELECT 1, '1', id, 1 FROM orders WHERE number = '10001'"
    ),
    "UPDATE webhook_event SET waits_for = (SELECT match_key FROM orders WHERE number = '10001')",
)


def blank_despite(db: Db, change: str, order_id: int, age: Age) -> None:
    """Blank an order that was due until something changed, and undo the change."""
    assert store.due(db, age, Cursor(), 9) != []
    run(db, change)
    assert store.due(db, age, Cursor(), 9) == [], change
    # And not in the transaction either, for whoever found it due before.
    assert store.blank_orders(db, [order_id], age, station="B", now_ms=age.before_ms) == 0, change
    raise UndoneError


@pytest.mark.both_engines
async def test_nothing_unfinished_unknown_or_needing_attention_is_blanked(aged: Context, clock: ManualClock) -> None:
    clock.pass_s((DAYS + 1) * DAY_S)
    order_id = await orders.find(aged, NUMBER)
    steady_ms = await aged.read(aged.steady_ms)
    age = Age(DAYS, clock.now_ms() - DAYS * DAY_S * 1_000, steady_ms)
    for change in HINDRANCES:
        with pytest.raises(UndoneError):
            await aged.write(blank_despite, change, order_id, age)
    assert (await orders.sheet(aged, order_id)).order.ship_to == PERSON


async def test_a_draft_of_a_finished_order_goes_with_its_days(aged: Context, clock: ManualClock) -> None:
    order_id = await orders.find(aged, NUMBER)
    _, draft = await draft_of(aged, NUMBER, {}, "1")
    draft.packages[0].tracking_number = PERSON.name
    await aged.write(drafts.put, order_id, draft, station="Bench 1", now_ms=clock.now_ms())
    assert await blanking.blank_due(aged, DAYS) == 0
    await blank(aged, clock)
    assert await found(aged) == []


@pytest.mark.both_engines
async def test_a_webhook_goes_with_its_days_whatever_became_of_it(aged: Context, clock: ManualClock) -> None:
    pod = await connections.connect(aged, "swiftpod", "SwiftPOD", url="http://127.0.0.1:1")
    order_id = await orders.find(aged, NUMBER)

    async def come(number: str) -> int:
        body = json.dumps(about_the_person(number)).encode()
        values = {"headers": {}, "body": body, "dedupe_key": number, "verified": None, "now_ms": clock.now_ms()}
        return (await aged.write(webhook_events.add, connection_id=pod.id, **values)).id

    unconfirmed, *others = [await come(number) for number in (NUMBER, "404", "405")]
    waiting, failed = others
    await aged.write(webhook_events.store_result, failed, "failed", NO_MESSAGE, clock.now_ms())
    # Nothing confirms it, and the task that asks its platform is given up after some failures.
    await aged.write(
        webhook_events.store_result, unconfirmed, "processed", NO_MESSAGE, clock.now_ms(), unconfirmed_of="77"
    )
    await aged.write(webhook_events.store_result, waiting, "processed", NO_MESSAGE, clock.now_ms(), waits_for="404")
    await aged.write(run, "DELETE FROM follow_up_job", "DELETE FROM forward_review")
    unprocessed = await come("406")
    clock.pass_s((DAYS + 1) * DAY_S)
    assert await blanking.blank_due(aged, DAYS) == 1
    assert await aged.read(store.is_blanked, order_id)
    left = await aged.read(rows, "SELECT id FROM webhook_event WHERE removed_at_ms IS NULL")
    assert left == [(unprocessed,)]
    assert {(table, column) for table, column, _ in await found(aged)} == {("webhook_event", "body")}
    # Nothing processes it, which is said; and an order of that number has nothing of the others processed again.
    assert await blanking.late_events(aged, DAYS, 99) == 1
    await aged.write(webhook_events.requeue_waiting, "404")
    assert await aged.read(rows, "SELECT id FROM webhook_event WHERE state = 'new'") == [(unprocessed,)]


def about_the_person(number: str) -> dict[str, object]:
    """Return a platform's webhook about an order that is sent to the person."""
    parcel = shipped_package(f"9400111206206406{number:0>6}", A=3)
    body = order_of(parcel, number=number)
    address = {"name": PERSON.name, "street1": PERSON.street, "city": PERSON.city, "country": "DE"}
    return webhook({**body, "id": int(number), "address": address}, parcel)


@pytest.mark.both_engines
async def test_what_nobody_will_end_keeps_no_names(aged: Context, clock: ManualClock) -> None:
    order_id = await orders.find(aged, NUMBER)
    open_at = "INSERT INTO open_order (station, order_id) VALUES ('{}', {})"
    await aged.write(
        run,
        "INSERT INTO sending_station (id, name, seen_at_ms) VALUES ('b', 'Bench 2', 0)",
        open_at.format("Bench 2", order_id),
        open_at.format("a station that is gone", order_id),
        f"INSERT INTO follow_up_job (connection_id, order_id, kind, due_at_ms) VALUES (1, {order_id}, 'refresh', 1)",
    )
    clock.pass_s((DAYS + 1) * DAY_S)
    assert await blanking.blank_due(aged, DAYS) == 0, "it is open at a station that is known"
    assert await aged.read(rows, "SELECT station FROM open_order") == [("Bench 2",)]
    await aged.write(run, "DELETE FROM sending_station")
    assert await blanking.blank_due(aged, DAYS) == 1
    assert await found(aged) == []


TOLD = "INSERT INTO manual_change (order_id, at_ms, what) VALUES (1, 1, 'what')"


@pytest.mark.both_engines
async def test_append_only_tables_give_way_to_the_operation_alone(aged: Context) -> None:
    await aged.write(run, TOLD)
    for table in ("attempt", "manual_change", "package_change", "shipment", "package", "packed"):
        await gives_way_to_the_operation_alone(aged, table)


async def gives_way_to_the_operation_alone(aged: Context, table: str) -> None:
    columns = await aged.read(rows, finished_orders.COLUMNS[aged.store.engine].format(table))
    kept = {
        "attempt": ("answer", "message", "operator"),
        "manual_change": ("operator", "what", "reason"),
        "package_change": ("operator", "reason"),
        "shipment": ("operator",),
    }.get(table, ())
    for kind in ("", "blank", "remove"):
        guard = [TOLD, f"INSERT INTO data_removal SELECT MAX(id), '{kind}' FROM manual_change"] if kind else []
        if kind != "remove":
            with pytest.raises(Exception, match="append-only"):
                await aged.write(run_and_undo, *guard, f"DELETE FROM {table}")
        for (column,) in columns if table != "package" else ():
            if column != "undone_at_ms":
                new = "'other'" if column in TEXTS else "77"
                changed = f"UPDATE {table} SET {column} = {new}"
                is_allowed = kind == "blank" and column in kept
                with pytest.raises(UndoneError if is_allowed else Exception) as raised:
                    await aged.write(run_and_undo, *guard, changed)
                assert is_allowed or not isinstance(raised.value, UndoneError), (kind, column)
    assert await aged.read(rows, "SELECT COUNT(*) FROM data_removal") == [(0,)]


@pytest.mark.both_engines
async def test_a_removal_needs_its_entry_in_the_audit_log(aged: Context) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key|entry in the audit log"):
        await aged.write(run, "INSERT INTO data_removal VALUES (9999, 'blank')")
        await aged.write(run, "DELETE FROM data_removal")


@pytest.mark.both_engines
async def test_an_error_within_a_group_leaves_its_orders_whole(aged: Context, clock: ManualClock) -> None:
    # The address is read last of all.
    await aged.write(run, "UPDATE orders SET ship_to = 'broken' WHERE number = '10001'")
    clock.pass_s((DAYS + 1) * DAY_S)
    before = await found(aged)
    with pytest.raises(ValidationError):
        await blanking.blank_due(aged, DAYS)
    assert await found(aged) == before


async def test_an_order_shows_its_own_values_to_scripts(aged: Context, clock: ManualClock) -> None:
    order_id = await blank(aged, clock)
    documents = await aged.read(rows, "SELECT document FROM link")
    texts = [json.loads(text) for (text,) in documents]
    assert all(isinstance(document, dict) for document in texts)
    assert await aged.read(stored_orders.exists, order_id)
