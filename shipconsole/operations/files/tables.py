"""Tables in files: CSV, XLSX and JSON as a header and rows, one at a time and with limits on everything.

Quoting as RFC 4180 says. Excel's first line `sep=;` names the separator. Source: Microsoft Support, Import or export
text files (read November 2026).
"""

import codecs
import csv
import datetime
import io
import itertools
import json
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from shipconsole.domain import text_bytes
from shipconsole.domain.import_columns import HEADER_WITHIN, MOST_COLUMNS, header_position, unique_titles
from shipconsole.domain.import_row import CellKind, RawRow, is_blank, number_text
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem, ValidationFailed

SEPARATORS = (",", ";", "\t")
LONGEST_LINE = 1_000_000
MOST_JSON_BYTES = 64 * 2**20
MOST_XLSX_BYTES = 64 * 2**20
MOST_XLSX_UNPACKED_BYTES = 512 * 2**20
_SNIFFED_BYTES = 64_000
_HEAD_BYTES = 4
_XLSX_MARK = b"PK\x03\x04"
_OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0"
_MOST_BESIDE_LIST = 3
"""A document with more than its list, such as a page number, is still that list."""
_ITEM_KEYS = ("lines", "items", "order_items", "packages", "shipments")


class Table(NamedTuple):
    """A file's header, with each title unique, and its rows that are not blank; `size` is in bytes."""

    header: tuple[str, ...]
    rows: Iterator[RawRow]
    size: int


@contextmanager
def open_table(path: Path) -> Generator[Table]:
    """Open a file as a table.

    Raises `ValidationFailed` where it is no table, at once or where that shows; and OSError where it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        if head == _XLSX_MARK:
            rows = _xlsx_rows(path, file, size)
        elif head == _OLD_EXCEL_MARK:
            raise _refused(Message("import_file.old_excel", name=path.name))
        elif _begins_json(path, file):
            rows = _json_rows(path, file, size)
        else:
            rows = _csv_rows(path, file)
        with closing(rows):
            yield _table(path, rows, size)


def _table(path: Path, rows: Generator[RawRow], size: int) -> Table:
    filled = (row for row in rows if not is_blank(row))
    first = list(itertools.islice(filled, HEADER_WITHIN))
    if not first:
        raise _refused(Message("import_file.empty", name=path.name))
    position = header_position([row.cells for row in first])
    header = first[position].cells
    if len(header) > MOST_COLUMNS:
        raise _refused(Message("import_file.too_many_columns", count=len(header), most=MOST_COLUMNS))
    while header and not header[-1].strip():
        header = header[:-1]
    return Table(unique_titles(header), itertools.chain(first[position + 1 :], filled), size)


def _refused(message: Message, advice: Message = NO_MESSAGE) -> ValidationFailed:
    return ValidationFailed(Problem(("file",), message, advice))


def _begins_json(path: Path, file: BinaryIO) -> bool:
    """Return whether a file is JSON: by its name, else by its first character."""
    head = file.read(1_024)
    file.seek(0)
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return False
    encoding, skipped = text_bytes.encoding_of(head)
    start = head[skipped:].decode(encoding, errors="ignore").lstrip()
    return start[:1] in ("[", "{")


# CSV


def _csv_rows(path: Path, file: BinaryIO) -> Generator[RawRow]:
    head = file.read(_SNIFFED_BYTES)
    encoding, skipped = text_bytes.encoding_of(head)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        # Not the end, so a character that is cut off there is no error.
        separator, named = _separator(codecs.getincrementaldecoder(encoding)().decode(head[skipped:]))
        file.seek(skipped)
        lines = iter(lambda: _whole(text.readline(LONGEST_LINE)), "")
        if named:
            next(lines)
        reader = csv.reader(lines, delimiter=separator)
        last = int(named)
        while True:
            first = last + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                message = Message("import_file.unreadable_line", number=reader.line_num + int(named))
                raise _refused(message, Message("import_file.check_quotes")) from error
            last = reader.line_num + int(named)
            yield RawRow(first, last, tuple(cells))
    except UnicodeDecodeError as error:
        message = Message("file.not_text", name=path.name, reason=text_bytes.NOT_TEXT)
        raise _refused(message, Message("import_file.save_as_utf8")) from error
    finally:
        text.detach()


def _whole(line: str) -> str:
    if len(line) >= LONGEST_LINE:
        raise _refused(Message("import_file.endless_line", most=LONGEST_LINE))
    return line


def _separator(start: str) -> tuple[str, bool]:
    """Return what separates the cells, and whether the first line only names it."""
    first = start.partition("\n")[0].strip()
    if len(first) == 5 and first.casefold().startswith("sep="):
        return first[4], True
    if first.casefold() == "sep=":
        return "\t", True
    best = max(SEPARATORS, key=lambda separator: _columns(start, separator))
    return best, False


def _columns(start: str, separator: str) -> int:
    """Return in how many cells a separator divides the first rows that have any."""
    lines = io.StringIO(start, newline="")
    try:
        rows = itertools.islice(csv.reader(lines, delimiter=separator), HEADER_WITHIN)
        return max((len(row) for row in rows), default=0)
    except csv.Error:
        return 0


# JSON


def _json_rows(path: Path, file: BinaryIO, size: int) -> Generator[RawRow]:
    if size > MOST_JSON_BYTES:
        raise _refused(Message("import_file.too_large", name=path.name, most=MOST_JSON_BYTES // 2**20))
    try:
        # Numbers as they are written: a tracking number must not become a float.
        document: Any = json.loads(text_bytes.decode(file.read()), parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise _refused(Message("import_file.not_json", name=path.name)) from error
    records = list(itertools.chain.from_iterable(_flat(entry, {}) for entry in _entries(document, path)))
    header = tuple(dict.fromkeys(key for record in records for key in record))
    yield RawRow(1, 1, header)
    for position, record in enumerate(records, start=1):
        yield RawRow(position, position, tuple(record.get(key, "") for key in header))


def _entries(document: object, path: Path) -> list[object]:
    """Return the list in a document: itself, or the only list among its values."""
    entries: list[object] = []
    if isinstance(document, dict):
        values = cast("dict[str, object]", document)
        lists = [cast("list[object]", value) for value in values.values() if isinstance(value, list)]
        entries = lists[0] if len(lists) == 1 and len(values) <= _MOST_BESIDE_LIST else [values]
    elif isinstance(document, list):
        entries = cast("list[object]", document)
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise _refused(Message("import_file.not_a_list", name=path.name))
    return entries


def _flat(entry: object, outer: dict[str, str]) -> Iterator[dict[str, str]]:
    """Yield a record for each item of an entry, with the values around it; or one for the entry itself."""
    record = cast("dict[str, object]", entry)
    own = dict(outer)
    inner: list[object] = []
    for key, value in record.items():
        if key in _ITEM_KEYS and isinstance(value, list):
            inner += [item for item in cast("list[object]", value) if isinstance(item, dict)]
        elif isinstance(value, dict):
            own |= {name: _shown(part) for name, part in cast("dict[str, object]", value).items()}
        else:
            own[key] = _shown(value)
    if not inner:
        yield own
    for item in inner:
        yield from _flat(item, own)


def _shown(value: object) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


# XLSX


def _xlsx_rows(path: Path, file: BinaryIO, size: int) -> Generator[RawRow]:
    _check_xlsx(path, file, size)
    # Only here: no other file needs the library.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:  # pyright: ignore[reportUnknownMemberType]
            sheet = book.get_sheet_by_index(0)
            start = sheet.start or (0, 0)
            merged = _merged(sheet.merged_cell_ranges or [], start[1])
            # From the first used row on; blank columns before the first used one are left out in each row alike.
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                yield _xlsx_row(number, cells, merged.get(number - 1, ()))
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, ValidationFailed):
            raise
        raise _refused(Message("import_file.not_xlsx", name=path.name)) from error


def _check_xlsx(path: Path, file: BinaryIO, size: int) -> None:
    """Refuse a workbook that would fill the memory, by what its parts say of themselves."""
    try:
        unpacked = sum(part.file_size for part in zipfile.ZipFile(file).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _refused(Message("import_file.not_xlsx", name=path.name)) from error
    if size > MOST_XLSX_BYTES or unpacked > MOST_XLSX_UNPACKED_BYTES:
        message = Message("import_file.too_large", name=path.name, most=MOST_XLSX_BYTES // 2**20)
        raise _refused(message, Message("import_file.save_as_csv"))


def _merged(ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]], first_column: int) -> dict[int, list[int]]:
    """Return by row the columns whose cell belongs to a cell above; a merge within one row is no problem."""
    found: dict[int, list[int]] = {}
    for (top, left), (bottom, right) in ranges:
        for row in range(top, bottom + 1) if bottom > top else ():
            found.setdefault(row, []).extend(column - first_column for column in range(left, right + 1))
    return found


def _xlsx_row(number: int, cells: Sequence[object], merged: Sequence[int]) -> RawRow:
    texts: list[str] = []
    kinds: dict[int, CellKind] = {}
    for position, value in enumerate(cells):
        text, kind = _xlsx_cell(value)
        texts.append(text)
        if kind is not None:
            kinds[position] = kind
    kinds |= dict.fromkeys(merged, "merged")
    return RawRow(number, number, tuple(texts), kinds)


def _xlsx_cell(value: object) -> tuple[str, CellKind | None]:
    match value:
        case bool():
            return str(value).lower(), None
        case int() | float():
            return number_text(float(value)), "number"
        case datetime.datetime() | datetime.date() | datetime.time() | datetime.timedelta():
            return str(value), "date"
        case str() if value.startswith("#") and value in _ERRORS:
            return value, "error"
        case _:
            return str(value), None


_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"))
