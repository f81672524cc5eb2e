"""Tables in files: separators, encodings, quotes, limits, and files that are none."""

import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.files import tables
from shipconsole.operations.files.spool import Spool, groups
from shipconsole.operations.files.tables import open_table
from tests.support import workbooks
from tests.support.refusals import refused

ROWS = [("1", "a;b,c\td", "ü 大"), ("2", 'say "hi"', "two\nlines")]


def read(path: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    with open_table(path) as table:
        return table.header, [row.cells for row in table.rows]


def text_of(separator: str) -> str:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in [("Order", "SKU", "Name"), *ROWS]]
    return "".join(separator.join(row) + "\r\n" for row in quoted)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_text_file_with_any_separator_and_encoding(tmp_path: Path, separator: str, encoding: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(text_of(separator).encode(encoding))
    assert read(file) == (("Order", "SKU", "Name"), ROWS)


def test_a_first_line_can_name_the_separator(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("sep=|\nOrder|SKU\n1|a,b,c\n", encoding="utf-8")
    with open_table(file) as table:
        assert [(row.number, row.cells) for row in table.rows] == [(3, ("1", "a,b,c"))]


def test_rows_know_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('Order,SKU\n\n1,"a\nb"\n , \n2,c\n', encoding="utf-8")
    with open_table(file) as table:
        assert [(row.number, row.last, row.cells[0]) for row in table.rows] == [(3, 4, "1"), (6, 6, "2")]


def test_equal_and_missing_titles_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Name,Name,,Name (2),\n1,2,3,4,5\n", encoding="utf-8")
    assert read(file)[0] == ("Name", "Name (2)", "#3", "Name (2) (2)")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "import_file.empty"),
        ("a.csv", b"\r\n,,\r\n", "import_file.empty"),
        ("a.csv", "Order,Größe\n1,2".encode("cp1252"), "file.not_text"),
        ("a.csv", b"Order,SKU\n" + b"1,a\n" * 30_000 + b"\xff", "file.not_text"),
        ("a.csv", b'Order,SKU\n1,"a\n' + b"2,b\n" * 60_000, "import_file.unreadable_line"),
        ("a.csv", b"Order,SKU\n1," + b"x" * 200_000, "import_file.unreadable_line"),
        ("a.csv", b"Order,SKU\n1," + b"x" * 1_100_000, "import_file.endless_line"),
        ("a.csv", b"Order,SKU\n1,a\n2" + (b',"' + b"b\n" * 50_000 + b'"') * 20, "import_file.endless_line"),
        ("a.csv", b",".join(b"c%d" % n for n in range(1_001)), "import_file.too_many_columns"),
        ("a.json", b"[1, 2]", "import_file.not_a_list"),
        ("a.json", b"[" * 100_000, "import_file.not_json"),
        ("a.json", b'{"order": ', "import_file.not_json"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "import_file.old_excel"),
        ("a.xlsx", b"PK\x03\x04 no archive", "import_file.not_xlsx"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with refused(message):
        read(file)


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbooks.write(tmp_path / "bomb.xlsx", [["Order", "SKU"], ["1", "a"]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * 2**20)
    assert file.stat().st_size < 2**13
    assert read(file)[1] == [("1", "a")]
    monkeypatch.setattr(tables, "MOST_XLSX_UNPACKED_BYTES", 2**20)
    with refused("import_file.too_large"):
        read(file)


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
TITLE = '<row r="1"><c r="A1" t="inlineStr"><is><t>Order</t></is></c></row>'


def with_sheet(path: Path, body: str) -> Path:
    """A workbook whose sheet has this content."""
    whole = workbooks.write(path.with_name("whole.xlsx"), [["Order"]])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            target.writestr(name, SHEET.format(body) if is_sheet else source.read(name))
    return path


@pytest.mark.parametrize(
    "last",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576' ><x:c a='>'b=\" r='A1'\"r = 'xfd1048576'><v>1</v></x:c></row>",
        '<row r="1048576">' + "<c/>" * 16_383 + "<c><v>1</v></c></row>",
    ],
    ids=["place", "odd_place", "no_place"],
)
def test_a_workbook_with_two_cells_far_apart_is_refused_before_room_is_made(tmp_path: Path, last: str) -> None:
    with refused("import_file.too_far_apart"):
        read(with_sheet(tmp_path / "far.xlsx", f"<sheetData>{TITLE}{last}</sheetData>"))


def test_an_element_without_an_end_is_refused(tmp_path: Path) -> None:
    with refused("import_file.not_xlsx"):
        read(with_sheet(tmp_path / "a.xlsx", "<sheetData>" + "<c " * 300_000 + "<v>"))


def test_cells_without_content_take_no_room(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2"><v>7</v></c><c r="XFD2" s="1"/></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert read(with_sheet(tmp_path / "a.xlsx", f"<sheetData>{TITLE}{row}</sheetData>"))[1] == [("7",)]


def test_a_part_that_is_longer_than_its_archive_says_is_counted_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workbooks.write(tmp_path / "a.xlsx", [["Order"]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * 2**20)
        archive.getinfo("xl/more.xml").file_size = 1
    monkeypatch.setattr(tables, "MOST_XLSX_UNPACKED_BYTES", 2**20)
    with refused("import_file.too_large"):
        read(file)


@pytest.mark.parametrize("span", ["A1:XFD1048576", "A2:A1048576"])
def test_merged_cells_may_reach_as_far_as_a_sheet_does(tmp_path: Path, span: str) -> None:
    rows = [["Order", "SKU"], ["1", "a"], ["2", "b"]]
    with tables.open_table(workbooks.write(tmp_path / "merged.xlsx", rows, merged=[span])) as table:
        assert [set(row.kinds.values()) for row in table.rows] == [{"merged"}, {"merged"}]


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with refused("import_file.not_xlsx"):
        read(file)


def test_numbers_in_json_stay_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"shipments": [{"order": 10001, "tracking_number": 9400111206206406260787, "x": [1], "y": null}]}')
    assert read(file) == (("order", "tracking_number", "x", "y"), [("10001", "9400111206206406260787", "", "")])


def test_many_items_in_an_entry_of_many_values_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    values = ",".join(f'"k{number}":1' for number in range(20_000))
    file.write_text(f'[{{{values},"lines":[{",".join(["{}"] * 500_000)}]}}]')
    with refused("import_file.too_many_columns"):
        read(file)


def test_a_file_may_have_any_content(tmp_path: Path) -> None:
    """Whatever a file holds, it is read or refused, and nothing else happens."""
    contents = [
        b"\x00",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'""',
        b"\x00" * 100,
        b"a\rb\rc",
        json.dumps([{}]).encode(),
        b"sep=",
        b'"',
    ]
    for position, content in enumerate(contents):
        file = tmp_path / str(position)
        file.write_bytes(content)
        with suppress(ValidationFailed):
            read(file)


def test_a_spool_gives_back_everything_sorted_however_much_it_is() -> None:
    with Spool(at_once=7) as spooled:
        for number in range(100, 0, -1):
            spooled.add((number % 3, number), ["ü", number])
        assert [entry.key for entry in spooled.sorted()] == sorted((n % 3, n) for n in range(1, 101))
        sizes = [(len(part), too_many) for part, too_many in groups(spooled.sorted(), 1, 30)]
        assert sizes == [(30, True), (3, True), (30, True), (4, True), (30, True), (3, True)]
