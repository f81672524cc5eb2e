"""Old details, notices and finished orders are removed a few at a time, archived before, and do not come back."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.operations.maintenance import audit_log, retention
from shipconsole.operations.orders import orders
from shipconsole.station import archive as station_archive
from shipconsole.station.archive import Archive
from shipconsole.station.profile import open_profile
from shipconsole.station.settings import Settings
from tests.operations.maintenance.finished_orders import NAMES, PERSON, rows
from tests.operations.maintenance.test_blanking import (
    DAY_S,
    DAYS,
    NUMBER,
    aged,
    clock,
    found,
    run,
    station,
    without_rests,
)
from tests.support.bench import USPS_NUMBERS
from tests.support.clock import ManualClock

__all__ = ["aged", "clock", "station", "without_rests"]

TABLES = ("orders", "shipment", "package", "packed", "call", "attempt", "link", "order_line", "scan", "track")


@pytest.fixture(autouse=True)
def no_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "REST_S", 0)


def archived(folder: Path) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for file in sorted(folder.iterdir()):
        with gzip.open(file, "rt", encoding="utf-8") as text:
            lines += map(json.loads, text)
    return lines


async def counts(ctx: Context) -> dict[str, int]:
    return {table: (await ctx.read(rows, f"SELECT COUNT(*) FROM {table}"))[0][0] for table in TABLES}


@pytest.mark.both_engines
async def test_details_of_ended_updates_are_archived_and_removed(
    aged: Context, clock: ManualClock, tmp_path: Path
) -> None:
    order_id = await orders.find(aged, NUMBER)
    rules = retention.Rules(history_days=DAYS, archive=tmp_path / "archive")
    before = (await orders.sheet(aged, order_id)).calls
    assert (await retention.remove_due(aged, rules)).updates == 0
    clock.pass_s((DAYS + 1) * DAY_S)
    # One that never ended keeps all that it needs to be sent.
    await aged.write(run, f"UPDATE call SET state = 'unknown', changed_at_ms = 1 WHERE id = {before[0].id}")
    assert (await retention.due(aged, rules)).updates == len(before) - 1
    removed = await retention.remove_due(aged, rules)
    assert removed.updates == len(before) - 1
    after = (await orders.sheet(aged, order_id)).calls
    assert after[0].request == before[0].request
    assert [json.loads(call.request or "{}").get("body") for call in after[1:]] == [""] * (len(before) - 1)
    assert [(call.state, call.summary) for call in after[1:]] == [(call.state, call.summary) for call in before[1:]]
    kept = [line for line in archived(tmp_path / "archive") if line["kind"] == "update"]
    assert [line["update"]["request"] for line in kept] == [call.request for call in before[1:]]
    assert await aged.read(rows, "SELECT COUNT(*) FROM attempt WHERE answer <> ''") != [(0,)]
    assert (await retention.remove_due(aged, rules)).updates == 0
    # Once it has ended, its turn comes too.
    await aged.write(
        run, f"UPDATE call SET state = 'confirmed', changed_at_ms = {clock.now_ms()} WHERE id = {before[0].id}"
    )
    clock.pass_s((DAYS + 1) * DAY_S)
    assert (await retention.remove_due(aged, rules)).updates == 1


@pytest.mark.both_engines
async def test_a_finished_order_is_archived_and_removed_with_all_that_is_its(
    aged: Context, clock: ManualClock, tmp_path: Path
) -> None:
    order_id = await orders.find(aged, NUMBER)
    (connection, *_) = [one for one in await connections.every(aged) if one.vendor == "shipup"]
    links = (await orders.sheet(aged, order_id)).links
    others = await aged.read(rows, "SELECT COUNT(*) FROM orders")
    clock.pass_s((DAYS + 1) * DAY_S)
    rules = retention.Rules(personal_days=DAYS, order_days=DAYS, archive=tmp_path / "archive")
    removed = await retention.remove_due(aged, rules)
    assert (removed.blanked, removed.orders) == (1, 1)
    assert await counts(aged) == {
        **dict.fromkeys(TABLES, 0),
        "orders": others[0][0] - 1,
        "link": (await counts(aged))["link"],
        "order_line": (await counts(aged))["order_line"],
    }
    for table in ("link", "order_line", "shipment", "track", "call", "scan"):
        assert await aged.read(rows, f"SELECT 1 FROM {table} WHERE order_id = {order_id}") == []
    with pytest.raises(ValidationFailed):
        await orders.find(aged, NUMBER)
    (line,) = [line for line in archived(tmp_path / "archive") if line["kind"] == "order"]
    assert (line["order"]["number"], line["shipments"][0]["packages"][0]["tracking_number"]) == (
        NUMBER,
        USPS_NUMBERS[0],
    )
    text = json.dumps(archived(tmp_path / "archive"), ensure_ascii=False)
    assert not any(name in text for name in NAMES)
    last = (await audit_log.events(aged))[-1]
    assert NUMBER in str(last.what)
    # A platform that still lists it does not bring it back, whether it shows it as shipped or as open.
    await import_orders.sync(aged, await connections.every(aged))
    (link,) = [link for link in links if link.connection_id == connection.id]
    remote = await import_orders.fetch_order(aged, connection, link.remote_id)
    opened = remote.model_copy(update={"shipped_elsewhere": False, "cancelled": False, "ship_to": PERSON})
    await aged.write(upsert.upsert_orders, connection, (opened,), now_ms=clock.now_ms())
    with pytest.raises(ValidationFailed):
        await orders.find(aged, NUMBER)
    assert await found(aged, (PERSON.name,)) == []
    await worker.flush(aged)


async def test_an_order_with_names_stays_until_they_are_removed(aged: Context, clock: ManualClock) -> None:
    clock.pass_s((DAYS + 1) * DAY_S)
    rules = retention.Rules(personal_days=2 * DAYS, order_days=DAYS)
    assert await retention.remove_due(aged, rules) == retention.Removed()
    assert (await retention.remove_due(aged, rules._replace(personal_days=0))).orders == 1


async def test_nothing_is_removed_where_it_cannot_be_archived(
    aged: Context, clock: ManualClock, tmp_path: Path
) -> None:
    clock.pass_s((DAYS + 1) * DAY_S)
    (tmp_path / "archive").write_text("in the way")
    before = await counts(aged)
    rules = retention.Rules(order_days=DAYS, history_days=DAYS, webhook_days=DAYS, archive=tmp_path / "archive")
    with pytest.raises(EnvironmentFailure):
        await retention.remove_due(aged, rules)
    assert await counts(aged) == before
    assert await aged.read(rows, "SELECT COUNT(*) FROM webhook_event WHERE removed_at_ms IS NOT NULL") == [(0,)]


async def test_webhook_bodies_are_archived_without_names(aged: Context, clock: ManualClock, tmp_path: Path) -> None:
    clock.pass_s((DAYS + 1) * DAY_S)
    rules = retention.Rules(webhook_days=DAYS, archive=tmp_path / "archive")
    assert (await retention.remove_old(aged, DAYS, Archive(tmp_path / "archive", 0), with_names=False)) == 1
    (line,) = archived(tmp_path / "archive")
    assert (line["kind"], json.loads(line["body"])["data"]["tracking_number"]) == ("webhook_event", USPS_NUMBERS[0])
    assert not any(name in json.dumps(line, ensure_ascii=False) for name in NAMES)
    assert (await retention.remove_due(aged, rules)).webhook_events == 0


def test_the_end_that_a_killed_program_left_unfinished_spoils_no_other_line(tmp_path: Path) -> None:
    Archive(tmp_path, 0).add([{"id": 1}])
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole + gzip.compress(b'{"id": 2}\n')[:-9])
    later = Archive(tmp_path, 0)
    later.add([{"id": 2}])
    later.add([{"id": 3}])
    first, second = sorted(tmp_path.iterdir(), key=lambda file: len(file.name))
    assert first.read_bytes().startswith(whole)
    with gzip.open(second, "rt") as lines:
        assert [json.loads(line)["id"] for line in lines] == [2, 3]
    assert not station_archive._is_intact(first)


def test_the_rules_are_those_of_the_settings(tmp_path: Path) -> None:
    profile = open_profile(tmp_path, {})
    rules = retention.Rules.of(Settings(order_days=30), profile.folder)
    # An order stays at least as long as its tracking numbers are refused for another package.
    assert rules == retention.Rules(90, 180, 730, 180, profile.folder / "archive", profile.folder)
    assert retention.Rules.of(Settings(archive_removed=False), profile.folder).archive is None
    assert retention.Rules.of(Settings(), profile.folder).order_days == 0
