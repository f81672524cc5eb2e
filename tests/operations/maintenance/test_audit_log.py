"""The record: whoever asks later finds who did what, what was sent and what was said; and no cell is a formula."""

import asyncio
import csv
import io
import json
from array import array
from pathlib import Path

import pytest

from shipconsole.domain.audit_event import AuditEvent
from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.shipping import correct, ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import audit_log as store_audit_log
from tests.support.bench import SECRETS, USPS_NUMBERS, draft_of, fault
from tests.support.engines import CONSTRAINT_ERRORS, beside


async def test_a_package_from_scan_to_answer(bench: Context, simulated_platforms: SimulatorServer) -> None:
    bench.current_packer.operator = "A. Martin"
    order_id, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 2}, USPS_NUMBERS[0])
    fault(simulated_platforms, "shipengine", "drop_after", call="notify_shipped")
    shipped = await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    (lost,) = await worker.latest(bench, state="unknown")
    await resolve.resolve_update(bench, lost.id, "mark_confirmed", "seen in the shop")
    found = await audit_log.events(bench, order_id=order_id)
    assert found == sorted(found, key=lambda one: one.at_ms)
    first = found[0]
    assert (first.what, first.operator, first.station) == ("shipped", "A. Martin", bench.station)
    assert (first.tracking_number, first.contents) == (USPS_NUMBERS[0], "2 × MOBILE-CASE-BLK")
    sent = {row.connection: row.request for row in found if row.what == "sending"}
    assert sent["ShipEngine"].startswith("POST /v-beta/sales_orders/")
    assert json.loads(sent["ShipEngine"].split(" ", 2)[2])["tracking_number"] == USPS_NUMBERS[0]
    assert sent.keys() == {"ShipEngine", "Starshipit", "Shipup"}
    (message,) = [row for row in found if row.what == "person"]
    assert (message.operator, message.connection) == ("A. Martin", "ShipEngine")
    assert "seen in the shop" in str(message.message)
    assert {row.call for row in found if row.call} == set(shipped.call_ids)
    text = io.StringIO()
    assert audit_log.write_csv(found, text) == len(found)
    for keys in SECRETS.values():
        assert not any(key in text.getvalue() for key in keys.values())


async def test_a_span_of_time_and_other_orders(bench: Context) -> None:
    for position, number in enumerate(("10001", "10002")):
        order_id, draft = await draft_of(bench, number, None, USPS_NUMBERS[position])
        await ship.ship(bench, order_id, draft)
    assert {event.order for event in await audit_log.events(bench)} == {"10001", "10002"}
    assert {event.order for event in await audit_log.events(bench, order_id=order_id)} == {"10002"}
    at_ms = (await orders.sheet(bench, order_id)).shipments[0].created_at_ms
    assert await audit_log.events(bench, until_ms=at_ms - 60_000) == []
    assert await audit_log.events(bench, since_ms=at_ms + 60_000) == []


def test_every_cell_is_quoted_and_the_file_for_machines_is_as_it_is(tmp_path: Path) -> None:
    event = AuditEvent(
        entry=1,
        at_ms=1_764_000_000_123,
        order="=1",
        station="Bench 3",
        operator="",
        what="shipped",
        message=verbatim('say "x",\nnext'),
    )
    safe, plain = io.StringIO(), io.StringIO()
    audit_log.write_csv([event], safe)
    audit_log.write_csv([event], plain, raw=True)
    heading, row = csv.reader(io.StringIO(safe.getvalue()))
    assert tuple(heading) == audit_log.COLUMNS
    assert row[:2] == ["2025-11-24T16:00:00.123Z", "'=1"]
    assert row[heading.index("message")] == 'say "x",\nnext'
    assert safe.getvalue().splitlines()[0].startswith('"at","order"')
    assert next(csv.reader(io.StringIO(plain.getvalue().split("\r\n", 1)[1])))[1] == "=1"


async def corrected(bench: Context) -> int:
    """Return an order with a sent and edited shipment, and with an undone one."""
    order_id, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    (package,) = (await orders.sheet(bench, order_id)).shipments[0].packages
    assert package.id is not None
    await correct.edit_tracking(bench, order_id, package.id, correct.NewLabel(USPS_NUMBERS[1]), [], "label torn off")
    return order_id


PLANTED = [
    "UPDATE attempt SET message = 'x'", "DELETE FROM attempt",
    "UPDATE manual_change SET reason = 'x'", "DELETE FROM manual_change",
    "UPDATE package_change SET old_number = 'x'", "DELETE FROM package_change",
    "UPDATE shipment SET operator = 'x'", "UPDATE shipment SET station = 'x'", "UPDATE shipment SET order_id = 2",
    "UPDATE shipment SET created_at_ms = 1", "DELETE FROM shipment",
    "UPDATE packed SET quantity = 2", "DELETE FROM packed", "DELETE FROM package",
]  # fmt: skip


async def test_nothing_of_the_record_can_be_changed_or_taken_away(bench: Context) -> None:
    await corrected(bench)
    with beside(bench.store) as store:
        store.execute("BEGIN")
        store.execute("UPDATE shipment SET undone_at_ms = 1")
        store.execute("SAVEPOINT planted")
        for statement in (*PLANTED, "UPDATE shipment SET undone_at_ms = NULL"):
            with pytest.raises(CONSTRAINT_ERRORS, match="only"):
                store.execute(statement)
            store.execute("ROLLBACK TO planted")
        store.execute("ROLLBACK")


async def test_a_shipment_keeps_the_number_that_it_left_with(bench: Context) -> None:
    order_id = await corrected(bench)
    found = await audit_log.events(bench, order_id=order_id)
    assert [row.tracking_number for row in found if row.what == "shipped"] == [USPS_NUMBERS[0]]
    (change,) = [row for row in found if str(row.what).startswith("Edited tracking")]
    assert USPS_NUMBERS[1] in str(change.what)
    assert str(change.message) == "label torn off"


@pytest.mark.parametrize(
    ("find", "kinds"),
    [
        (USPS_NUMBERS[0], {"shipped", "Edited"}),
        (USPS_NUMBERS[1], {"shipped", "Edited", "sending", "answered"}),
        ("LABEL TORN OFF", {"Edited"}),
        ("starshipit", {"sending", "answered"}),
        ("100_1", set()),
        ("100%", set()),
        ("nobody", set()),
    ],
)
async def test_entries_are_found_by_what_they_say(bench: Context, find: str, kinds: set[str]) -> None:
    await corrected(bench)
    entries = await audit_log.find(bench, find=find)
    assert {str(row.what).split()[0] for row in await audit_log.rows(bench, entries)} == kinds


async def test_a_file_is_written_in_portions_with_one_heading(bench: Context, tmp_path: Path) -> None:
    order_id = await corrected(bench)
    entries = (await audit_log.find(bench, order_id=order_id))[::-1]
    notifications: list[int] = []
    file = tmp_path / "audit_log.csv"
    assert await audit_log.export(bench, entries, str(file), at_once=3, report=notifications.append) == len(entries)
    assert notifications == [*range(3, len(entries), 3), len(entries)]
    whole = io.StringIO(newline="")
    audit_log.write_csv(await audit_log.events(bench, order_id=order_id), whole)
    assert file.read_bytes().decode("utf-8-sig") == whole.getvalue()
    with pytest.raises(EnvironmentFailure, match="could not be written"):
        await audit_log.export(bench, entries, str(tmp_path / "none" / "x.csv"))


@pytest.mark.parametrize(
    "find", ["rene", "RENÉ", "Re\u0301ne", "  rene\u200b", "Ｒｅｎé", "100% rené", "9400 1001-0936 1129 2783 57"]
)
async def test_it_is_found_however_it_is_written_here_and_there(bench: Context, find: str) -> None:
    bench.current_packer.operator = "100% Rene\u0301"
    order_id, draft = await draft_of(bench, "10001", None, "9400100109361129278357")
    await ship.ship(bench, order_id, draft)
    (entry,) = await audit_log.find(bench, find=find)
    assert [row.what for row in await audit_log.rows(bench, [entry])] == ["shipped"]
    assert len(await audit_log.find(bench, find="rene_")) == 0


async def test_years_are_searched_in_parts_from_today_back(bench: Context) -> None:
    """All that one read would find, in the same order; other long reads come in between."""
    order_id, draft = await draft_of(bench, "10001", None, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    now_ms, year_ms = bench.clock.now_ms(), 365 * audit_log.DAY_MS
    with beside(bench.store) as opened:
        opened.execute("BEGIN")
        opened.executemany(
            "INSERT INTO scan (order_id, at_ms, raw, verdict) VALUES (?, ?, ?, 'item')",
            ((order_id, now_ms - age * year_ms // 40, f"SKU-{age % 7}") for age in range(-2, 400)),
        )
        opened.execute("COMMIT")
    for find in ("", "sku-3", "10001", "nothing like it"):
        parts: list[array[int]] = []
        found = await audit_log.find(bench, find=find, report=parts.append)
        whole = await bench.read_long(store_audit_log.found, since_ms=0, until_ms=audit_log.ALL_TIME_MS, find=find)
        assert found == whole
        assert [entry for part in parts for entry in part] == list(whole)
        assert not found or len(parts) > 5
    since_ms, until_ms = now_ms - 3 * year_ms, now_ms - year_ms
    span = await audit_log.find(bench, since_ms=since_ms, until_ms=until_ms)
    assert span == await bench.read_long(store_audit_log.found, since_ms=since_ms, until_ms=until_ms)
    assert len(span) == 81


async def test_a_search_through_years_keeps_no_other_long_read_waiting(bench: Context) -> None:
    with beside(bench.store) as opened:
        opened.execute("INSERT INTO scan (at_ms, raw, verdict) VALUES (1, 'SKU', 'item')")
    began: list[str] = []

    def note(_: object, what: str) -> None:
        began.append(what)

    searching = asyncio.create_task(audit_log.find(bench, report=lambda _: began.append("found")))
    await asyncio.sleep(0)
    await bench.read_long(note, "other")
    await searching
    assert began == ["other", "found"]
