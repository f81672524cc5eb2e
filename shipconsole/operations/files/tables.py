"""Tables in files: CSV, XLSX and JSON as a header and rows, one at a time and with limits on everything.

Quoting as RFC 4180 says. Excel's first line `sep=;` names the separator. Source: Microsoft Support, Import or export
text files (read November 2026).
"""

import codecs
import csv
import datetime
import functools
import io
import itertools
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from shipconsole.domain import text_bytes
from shipconsole.domain.import_columns import HEADER_WITHIN, MOST_COLUMNS, header_position, unique_titles
from shipconsole.domain.import_row import CellKind, RawRow, is_blank, number_text
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem, ValidationFailed

SEPARATORS = (",", ";", "\t")
LONGEST_LINE = 1_000_000
"""In characters; also of a row that runs over many lines, because its cells are quoted."""
MOST_JSON_BYTES = 64 * 2**20
MOST_XLSX_BYTES = 64 * 2**20
MOST_XLSX_UNPACKED_BYTES = 512 * 2**20
MOST_XLSX_CELLS = 20_000_000
"""Up to the last used row and column: about half a gigabyte in memory."""
MOST_MERGED = 16_384
"""Beside each other in a row: as many as a sheet has columns."""
_SNIFFED_BYTES = 64_000
_HEAD_BYTES = 4
_XLSX_MARK = b"PK\x03\x04"
_PART_HEADER_BYTES = 30
_ELEMENT = re.compile(rb"""<(?:[^\s<>/"']*:)?(row|c)(?=[\s/>])((?:[^<>"']++|"[^<"]*"|'[^<']*')*+)(.|\Z)""", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""([^\s=/"']+)\s*=\s*["']([^"']*)""")
_PLACE = re.compile(rb"([A-Za-z]{0,9})([0-9]{1,9})")
_FIRST_PLACE = re.compile(rb"""\s+r=["']([A-Za-z]{0,9})([0-9]{1,9})["']""")
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
        lines = _Lines(text)
        if named:
            next(lines)
        reader = csv.reader(lines, delimiter=separator)
        last = int(named)
        while True:
            first = lines.row_begins_at = last + 1
            lines.row_size = 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                message = Message("import_file.unreadable_line", number=reader.line_num + int(named))
                raise _refused(message, Message("import_file.check_quotes")) from error
            last = reader.line_num + int(named)
            # One more shows that there are too many, and no line of separators fills the memory.
            yield RawRow(first, last, tuple(cells[: MOST_COLUMNS + 1]))
    except UnicodeDecodeError as error:
        message = Message("file.not_text", name=path.name, reason=text_bytes.NOT_TEXT)
        raise _refused(message, Message("import_file.save_as_utf8")) from error
    finally:
        text.detach()


class _Lines:
    """The lines of a file; a row that is too long is refused, be it one line or many."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self.row_begins_at = 1
        self.row_size = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.row_size += len(line)
        if self.row_size >= LONGEST_LINE:
            message = Message("import_file.endless_line", number=self.row_begins_at, most=LONGEST_LINE)
            raise _refused(message, Message("import_file.check_quotes"))
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
        entries = _entries(json.loads(text_bytes.decode(file.read()), parse_int=str, parse_float=str), path)
        header: dict[str, None] = {}
        for record in _records(entries):
            header.update(dict.fromkeys(record))
            if len(header) > MOST_COLUMNS:
                # Each item repeats the values around it, so that many of both would fill the memory.
                raise _refused(Message("import_file.too_many_columns", count=len(header), most=MOST_COLUMNS))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ValidationFailed):
            raise
        raise _refused(Message("import_file.not_json", name=path.name)) from error
    yield RawRow(1, 1, tuple(header))
    for position, record in enumerate(_records(entries), start=1):
        yield RawRow(position, position, tuple(record.get(key, "") for key in header))


def _records(entries: Sequence[object]) -> Iterator[dict[str, str]]:
    return itertools.chain.from_iterable(_flat(entry, {}) for entry in entries)


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
            merged = _Merged(sheet.merged_cell_ranges or [], start[1])
            # From the first used row on; blank columns before the first used one are left out in each row alike.
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                yield _xlsx_row(number, cells, merged.columns(number - 1, len(cells)))
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, ValidationFailed):
            raise
        raise _refused(Message("import_file.not_xlsx", name=path.name)) from error


def _check_xlsx(path: Path, file: BinaryIO, size: int) -> None:
    """Refuse a workbook that would fill the memory, by what its parts contain and not by what they say of themselves.

    The library holds every cell from the first used one to the last, so two cells far apart may be more than there is
    room for, and it ends the program then.
    """
    too_large = _refused(
        Message("import_file.too_large", name=path.name, most=MOST_XLSX_BYTES // 2**20),
        Message("import_file.save_as_csv"),
    )
    if size > MOST_XLSX_BYTES:
        raise too_large
    left = MOST_XLSX_UNPACKED_BYTES
    try:
        for part in zipfile.ZipFile(file).infolist():
            extent = _Extent()
            for chunk in _unpacked(file, part):
                left -= len(chunk)
                extent.add(chunk)
                if left < 0:
                    raise too_large
                if extent.cells > MOST_XLSX_CELLS:
                    raise _refused(
                        Message(
                            "import_file.too_far_apart",
                            name=path.name,
                            row=extent.last_row,
                            column=extent.last_column,
                            most=MOST_XLSX_CELLS,
                        ),
                        Message("import_file.save_as_csv"),
                    )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, struct.error, ValueError) as error:
        if isinstance(error, ValidationFailed):
            raise
        raise _refused(Message("import_file.not_xlsx", name=path.name)) from error


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Generator[bytes]:
    """Yield all that a part of an archive unpacks to, whatever length the archive states for it."""
    file.seek(part.header_offset)
    *_, name_length, extra_length = struct.unpack("<4s5H3I2H", file.read(_PART_HEADER_BYTES))
    file.seek(name_length + extra_length, io.SEEK_CUR)
    packed, at_once = part.compress_size, 2**16
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(part.compress_type)
    unpack = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while packed > 0 and (raw := file.read(min(packed, at_once))):
        packed -= len(raw)
        if unpack is None:
            yield raw
            continue
        while raw:
            yield unpack.decompress(raw, 2**20)
            raw = unpack.unconsumed_tail


class _Extent:
    """How far the cells of a sheet reach; the sheet comes in pieces."""

    def __init__(self) -> None:
        self.last_row = 0
        self.last_column = 0
        self._row = 0
        self._column = 0
        self._rest = b""

    @property
    def cells(self) -> int:
        """Return how many cells there are up to the last row and the last column."""
        return self.last_row * self.last_column

    def add(self, chunk: bytes) -> None:
        """Take the next piece; an element that is cut off waits for the one after."""
        text = self._rest + chunk
        cut = text.rfind(b"<")
        self._rest = text[cut:] if cut >= 0 else b""
        if len(self._rest) > LONGEST_LINE:
            raise ValueError("an endless element")
        for element in _ELEMENT.finditer(text, 0, max(cut, 0)):
            kind, attributes, end = element.groups()
            if end != b">":
                raise ValueError("an element without an end")
            letters, row = _place(attributes)
            if kind == b"row":
                self._row, self._column = row or self._row + 1, 0
                continue
            self._column += 1
            if letters:
                self._row, self._column = row, _column_of(letters)
            if not attributes.endswith(b"/"):
                self.last_row = max(self.last_row, self._row)
                self.last_column = max(self.last_column, self._column)


def _place(attributes: bytes) -> tuple[bytes, int]:
    """Return the column and the row that an element states; nothing where it follows the one before."""
    found = _FIRST_PLACE.match(attributes)
    if found is None:
        stated = next((value for name, value in _ATTRIBUTE.findall(attributes) if name == b"r"), b"")
        found = _PLACE.fullmatch(stated)
    return (found[1], int(found[2])) if found else (b"", 0)


@functools.lru_cache(maxsize=20_000)
def _column_of(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


class _Merged:
    """The cells that belong to a cell above; a merge within one row is no problem. Rows are asked for in order."""

    def __init__(self, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]], first_column: int) -> None:
        self._next = sorted((span for span in ranges if span[1][0] > span[0][0]), reverse=True)
        self._here: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self._first_column = first_column

    def columns(self, row: int, count: int) -> Iterator[int]:
        """Yield the columns of a row that are merged with other rows, of its first `count`."""
        while self._next and self._next[-1][0][0] <= row:
            self._here.append(self._next.pop())
        self._here = [span for span in self._here if span[1][0] >= row]
        if len(self._here) > MOST_MERGED:
            raise ValueError("merged cells overlap")
        for (_, left), (_, right) in self._here:
            yield from range(max(0, left - self._first_column), min(count, right - self._first_column + 1))


def _xlsx_row(number: int, cells: Sequence[object], merged: Iterable[int]) -> RawRow:
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
