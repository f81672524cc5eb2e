"""Shipments from files: a reason for every row, the good ones ship once, and a second run ships nothing."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.files import import_file, results
from shipconsole.operations.files.rows import RowResult
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship, undo
from shipconsole.store.errors import StoreError
from tests.operations.files.importing import codes, csv_of, ids, imported, shipped
from tests.support import workbooks
from tests.support.engines import beside
from tests.support.labels import usps
from tests.support.refusals import refused

A, B, C, D = (usps(serial) for serial in range(801, 805))
HEADER = ["Order", "SKU", "Quantity", "Tracking number", "Carrier", "Weight"]


def stored(ctx: Context) -> dict[str, int]:
    """How many rows each table has that an import could add to."""
    tables = ("shipment", "package", "call", "imported_row", "import_mapping", "manual_change", "orders", "draft")
    with beside(ctx.store) as connection:
        return {table: connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables}


async def test_every_kind_of_row_has_its_reason_and_the_good_ones_ship_once(bench: Context, tmp_path: Path) -> None:
    file = csv_of(
        tmp_path / "shipments.csv",
        f"10001,MOBILE-CASE-BLK,2,{A}",
        f"10001,MOBILE,1,{A}",
        f"99999,MOBILE,1,{B}",
        f"10002,TABLET-10,5,{C}",
        f"10003,MOBILE,1,{D[:-1]}{(int(D[-1]) + 1) % 10}",
        f"10001,MOBILE,1,{A}",
        "",
        ",,,",
        f"10006,POWER-BANK-20K,1,{D}",
        header="Order,SKU,Quantity,Tracking number",
    )
    expected = [
        "ready",
        "ready",
        "refused order.unknown",
        "refused ship.too_many",
        "refused label.check_digit",
        "refused import_file.duplicate",
        "ready",
    ]
    before = stored(bench)
    found, summary = await imported(bench, file, dry_run=True)
    assert codes(found) == expected
    assert [one.number for one in found] == [2, 3, 4, 5, 6, 7, 10]
    assert (summary.counts, summary.has_problems) == ({"ready": 3, "refused": 4}, True)
    assert stored(bench) == before

    found, summary = await imported(bench, file, result_file=results.beside(file))
    assert codes(found) == [code.replace("ready", "shipped") for code in expected]
    assert await shipped(bench, "10001") == {A: {"MOBILE-CASE-BLK": 2, "MOBILE": 1}}
    assert await shipped(bench, "10006") == {D: {"POWER-BANK-20K": 1}}
    assert await shipped(bench, "10002") == await shipped(bench, "10003") == {}
    calls = [call for one in found for call in one.call_ids]
    assert len(set(calls)) == 6

    after = stored(bench)
    found, summary = await imported(bench, file)
    assert codes(found) == [code.replace("ready", "done_before import_file.done_before") for code in expected]
    assert stored(bench) == after
    with (tmp_path / "shipments-result.csv").open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.DictReader(written))
    assert [(row["row"], row["status"], row["code"]) for row in rows][:3] == [
        ("2", "shipped", ""),
        ("3", "shipped", ""),
        ("4", "refused", "order.unknown"),
    ]
    assert results.beside(file).endswith("shipments-result-2.csv")
    entries = await audit_log.events(bench)
    assert [str(event.what.id) for event in entries if not isinstance(event.what, str)] == ["audit.imported"] * 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["10001", "MOBILE", 1, 9.4001110e21], "import_file.scientific"),
        (["10001", "MOBILE", 1, 9400111206206406.0], "import_file.scientific"),
        (["10001", "MOBILE", 1, "9.40011E+21"], "import_file.scientific"),
        (["10001", "MOBILE", 1, "9,40011e+21"], "import_file.scientific"),
        (["10001", "MOBILE", 1, "9400111206206400000000"], "import_file.rounded"),
        (["10001", "MOBILE", 1, date(2026, 11, 3)], "import_file.date"),
        (["10001", date(2026, 3, 1), 1, A], "import_file.date"),
        (["10001", "MOBILE", 1, "#N/A"], "import_file.error_value"),
        (["10001", "MOBILE", 1, None], "import_file.no_tracking_number"),
        ([None, "MOBILE", 1, A], "import_file.no_order"),
        (["10001", None, 1, A], "import_file.no_sku"),
        (["10001", "MOBILE", None, A], "import_file.no_quantity"),
        (["10001", "MOBILE", 1.5, A], "import_file.not_a_quantity"),
        (["10001", "MOBILE", 0, A], "import_file.not_a_quantity"),
        (["10001", "MOBILE", -1, A], "import_file.not_a_quantity"),
        (["10001", "MOBILE", "1,000", A], "import_file.ambiguous_quantity"),
        (["10001", "MOBILE", "one", A], "import_file.not_a_quantity"),
        (["10001", "MOBILE", True, A], "import_file.not_a_quantity"),
        (["10001", "MOBILE", 99_999_999, A], "import_file.not_a_quantity"),
        (["10001", "M" * 1_001, 1, A], "import_file.cell_too_long"),
        (["10001", "MO\u200bBILE", 1, A], "field.invisible_character"),
        (["10001", "=cmd|' /C calc'!A0", 1, A], "ship.unknown_item"),
        (["10001", "'; DROP TABLE orders; --", 1, A], "ship.unknown_item"),
        (["=HYPERLINK(1)", "MOBILE", 1, A], "order.unknown"),
        (["#1", "MOBILE", 1, A], "order.unknown"),
        (["id:1", "MOBILE", 1, A], "order.unknown"),
        (["10001", "MOBILE", 1, A, "", "heavy"], "ship.weight"),
        (["10001", "MOBILE", 1, "https://track.example/1"], "label.web_address"),
    ],
)
async def test_a_bad_row_of_a_workbook_has_its_reason(
    bench: Context, tmp_path: Path, row: list[workbooks.Cell], code: str
) -> None:
    file = workbooks.write(tmp_path / "bad.xlsx", [HEADER, row, ["10006", "POWER-BANK-20K", 1.0, D, "usps", 0.5]])
    found, _ = await imported(bench, file)
    assert ids(found[0])[0] == code, found[0]
    assert [one.status for one in found] == ["refused", "shipped"]
    assert await shipped(bench, "10001") == {}
    assert await shipped(bench, "10006") == {D: {"POWER-BANK-20K": 1}}


async def test_numbers_in_a_workbook_are_texts_and_lost_zeros_are_named(bench: Context, tmp_path: Path) -> None:
    with beside(bench.store) as connection:
        connection.execute("UPDATE orders SET number = '0010003', match_key = '0010003' WHERE number = '10003'")
        connection.execute("UPDATE order_line SET sku = '00123', sku_key = '00123' WHERE sku = 'TABLET-10'")
    rows = [HEADER, [10001, "MOBILE", 1, A], [10003, "MOBILE", 1, B], [10002, 123, 1, C], [9, "MOBILE", 1, D]]
    found, _ = await imported(bench, workbooks.write(tmp_path / "numbers.xlsx", rows))
    assert codes(found) == [
        "shipped",
        "refused order.unknown import_file.zeros_lost import_file.was_number".replace(" import_file.was_number", ""),
        "refused ship.unknown_item import_file.zeros_lost",
        "refused order.unknown import_file.was_number",
    ]


async def test_merged_cells_titles_above_the_header_and_a_hundred_columns(bench: Context, tmp_path: Path) -> None:
    more = [f"Column {position}" for position in range(100)]
    rows: list[list[workbooks.Cell]] = [
        [],
        ["Shipments of November"],
        [*more[:90], *HEADER, *more[90:]],
        [*([None] * 90), "10001", "MOBILE", 1, A],
        [*([None] * 90), "10003", "MOBILE", 1, B],
        [*([None] * 90), None, "EARPHONES-WHT", 1, B],
    ]
    file = workbooks.write(tmp_path / "wide.xlsx", rows, merged=["A2:F2", "CM5:CM6"])
    assert len((await import_file.head(file)).header) == 106
    found, _ = await imported(bench, file)
    assert codes(found) == ["shipped", "refused import_file.merged", "refused import_file.merged"]
    assert [one.number for one in found] == [4, 5, 6]


async def test_more_than_is_left_is_found_over_several_packages_of_one_file(bench: Context, tmp_path: Path) -> None:
    rows = (f"10007,GLASS-6-1,6,{A}", f"10007,GLASS-6-1,4,{B}", f"10007,GLASS-6-1,1,{C}")
    file = csv_of(tmp_path / "parts.csv", *rows)
    dry, _ = await imported(bench, file, dry_run=True)
    assert codes(dry) == ["ready", "ready", "refused ship.none_left"]
    found, _ = await imported(bench, file)
    assert codes(found) == ["shipped", "shipped", "refused ship.none_left"]
    assert await shipped(bench, "10007") == {A: {"GLASS-6-1": 6}, B: {"GLASS-6-1": 4}}


async def test_rows_without_items_ship_what_is_left_in_one_package_only(bench: Context, tmp_path: Path) -> None:
    file = csv_of(
        tmp_path / "all.csv", f"10005,{A},ups", f"10008,{B},", f"10008,{C},", header="Order no.,Tracking,Carrier"
    )
    found, _ = await imported(bench, file)
    assert codes(found) == ["shipped", *["refused import_file.contents_unclear"] * 2]
    assert sum(sum(units.values()) for units in (await shipped(bench, "10005")).values()) == 7
    assert await shipped(bench, "10008") == {}


async def test_one_number_for_two_orders_and_different_values_for_one_package(bench: Context, tmp_path: Path) -> None:
    file = csv_of(
        tmp_path / "odd.csv",
        f"10001,MOBILE,1,{A},usps",
        f"10003,MOBILE,1,{A},usps",
        f"10007,GLASS-6-1,1,{B},usps",
        f"10007,GLASS-6-1,2,{B},ups",
        f"10008,TABLET-10,1,{C},usps",
        f"10008,TABLET-9,1,{C},usps",
        header="Order,SKU,Quantity,Tracking number,Carrier",
    )
    found, _ = await imported(bench, file)
    assert codes(found) == [
        "refused import_file.several_orders",
        "refused import_file.several_orders",
        "refused import_file.conflict",
        "refused import_file.conflict",
        "refused import_file.package_refused",
        "refused ship.unknown_item",
    ]


async def test_a_number_that_was_used_before_is_refused(bench: Context, tmp_path: Path) -> None:
    order_id = await orders.find(bench, "10001")
    draft = await ship.draft_with_items(bench, order_id, [("MOBILE", 1)], PackageDraft(tracking_number=A))
    await ship.ship(bench, order_id, draft)
    file = csv_of(tmp_path / "again.csv", f"10001,MOBILE-CASE-BLK,1,{A}", f"10003,MOBILE,1,{A[:4]} {A[4:]}")
    found, _ = await imported(bench, file)
    assert codes(found) == ["refused import_file.several_orders"] * 2
    found, _ = await imported(bench, csv_of(file, f"10003,MOBILE,1,{A[:4]} {A[4:]}"))
    assert [ids(one)[0] for one in found] == ["label.taken"]


async def test_rows_of_a_longer_file_are_new_and_a_changed_package_is_not(bench: Context, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "day.csv", f"10008,TABLET-10,1,{A}")
    await imported(bench, file)
    longer = csv_of(tmp_path / "day2.csv", f"10008,TABLET-10,1,{A}", f"10008,MOBILE,1,{A}", f"10008,MOBILE,2,{B}")
    found, _ = await imported(bench, longer)
    assert codes(found) == ["done_before import_file.done_before", "refused import_file.package_done", "shipped"]
    assert await shipped(bench, "10008") == {A: {"TABLET-10": 1}, B: {"MOBILE": 2}}


async def test_a_row_whose_shipment_was_undone_is_not_shipped_again_and_says_so(bench: Context, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "undo.csv", f"10001,MOBILE,1,{A}")
    (found,), _ = await imported(bench, file)
    assert found.order_id is not None
    assert found.shipment_id is not None
    await undo.undo_shipment(bench, found.order_id, found.shipment_id)
    found, _ = await imported(bench, file)
    assert codes(found) == ["done_before import_file.done_before import_file.undone_since"]
    assert await shipped(bench, "10001") == {}


async def test_only_the_named_connection_is_notified(bench: Context, tmp_path: Path) -> None:
    header = "Auftragsnummer;Artikelnummer;Menge;Sendungsnummer;Verbindung"
    rows = (f"10001;MOBILE;1;{A};Shipup", f"10003;MOBILE;1;{B};Nowhere")
    found, _ = await imported(bench, csv_of(tmp_path / "to.csv", *rows, header=header))
    assert codes(found) == ["shipped", "refused ship.not_in_connection"]
    sheet = await orders.sheet(bench, await orders.find(bench, "10001"))
    assert [call.connection for call in sheet.calls] == ["Shipup"]


async def test_a_mapping_is_remembered_for_its_header(bench: Context, tmp_path: Path) -> None:
    header = "Ref,What,How many,Label"
    titles = {"order": "Ref", "sku": "What", "quantity": "#3", "tracking_number": "label"}
    file = csv_of(tmp_path / "own.csv", f"10001,MOBILE,1,{A}", header=header)
    with refused("import_file.no_column"):
        await imported(bench, file)
    columns = await import_file.columns_of(bench, header.split(","), titles)
    await import_file.remember(bench, import_file.FileImport(file, tuple(header.split(",")), columns))
    again = csv_of(tmp_path / "other.csv", f"10003,MOBILE,1,{B}", header=header.upper())
    found, _ = await imported(bench, again)
    assert codes(found) == ["shipped"]
    for wrong, message in (
        ({"size": "Ref"}, "import_file.unknown_field"),
        ({"sku": "Nope"}, "import_file.unknown_column"),
    ):
        with refused(message):
            await import_file.columns_of(bench, header.split(","), wrong)


async def test_a_run_that_is_stopped_says_what_was_not_run_and_goes_on_later(bench: Context, tmp_path: Path) -> None:
    numbers = [usps(serial) for serial in range(900, 940)]
    with beside(bench.store) as connection:
        connection.execute("UPDATE order_line SET ordered = 100 WHERE sku = 'GLASS-6-1'")
    rows = [f"10007,GLASS-6-1,1,{number}" for number in numbers[:20]] + [f"10001,MOBILE,1,{A}"]
    file = csv_of(tmp_path / "long.csv", *rows)
    seen: list[import_file.Progress] = []
    found, _ = await imported(
        bench, file, report=seen.append, is_stopped=lambda: any(p.stage == "running" for p in seen)
    )
    assert {one.status for one in found} <= {"shipped", "stopped"}
    found, summary = await imported(bench, file)
    assert set(summary.counts) <= {"shipped", "done_before"}
    assert len(await shipped(bench, "10007")) == 20
    assert len(await shipped(bench, "10001")) == 1


async def test_a_result_file_that_cannot_be_written_ships_nothing(bench: Context, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "one.csv", f"10001,MOBILE,1,{A}")
    with pytest.raises(EnvironmentFailure):
        await imported(bench, file, result_file=str(tmp_path / "missing" / "result.csv"))
    assert await shipped(bench, "10001") == {}


async def test_a_result_file_has_no_formula(bench: Context, tmp_path: Path) -> None:
    hostile = '=HYPERLINK("http://x","y")'
    file = tmp_path / "evil.json"
    file.write_text(json.dumps([{"order": hostile, "sku": "@SUM(1)", "quantity": 1, "tracking_number": "+1"}]))
    await imported(bench, file, result_file=str(tmp_path / "r.csv"))
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as written:
        (row,) = list(csv.DictReader(written))
    assert (row["order"], row["sku"], row["tracking_number"]) == (f"'{hostile}", "'@SUM(1)", "'+1")


async def test_an_imported_file_that_this_program_exported_reads_the_same(bench: Context, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "own.csv", f'10001,"=""MOBILE""",1,\'{A}')
    found, _ = await imported(bench, file)
    assert codes(found) == ["shipped"]


async def test_a_disk_that_is_full_ends_the_run_and_the_results_say_so(
    bench: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = csv_of(tmp_path / "full.csv", f"10001,MOBILE,1,{A}", f"10003,MOBILE,1,{B}")

    def full(*_: object, **__: object) -> None:
        raise StoreError(Message("database.closed"))

    monkeypatch.setattr("shipconsole.store.imports.add", full)
    found: list[RowResult] = []
    with pytest.raises(EnvironmentFailure):
        header = (await import_file.head(file)).header
        columns = await import_file.columns_of(bench, header, {})
        job = import_file.FileImport(file, header, columns)
        await import_file.run(
            bench, job, dry_run=False, each=found.append, result_file=str(tmp_path / "full-result.csv")
        )
    assert not (tmp_path / "full-result.csv").exists()
    assert [one.status for one in found] == ["stopped"] * 2
    assert await shipped(bench, "10001") == {}
