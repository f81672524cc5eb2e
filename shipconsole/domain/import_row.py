"""A row of an imported file: its cells read into fields, or the reason why it cannot be used.

A spreadsheet writes a long number as 9.40011E+21, replaces its digits after the fifteenth by zeros, drops zeros before
a number and turns some texts into dates. What is lost cannot be restored, so such a cell is refused where it matters.
Source: Microsoft Support, Keeping leading zeros and large numbers (read November 2026).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from shipconsole.domain import label, spreadsheet
from shipconsole.domain.import_columns import Columns, ImportField, title_of
from shipconsole.domain.measures import decimal_from_text, kilograms
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import QUANTITY_MAX

CellKind = Literal["number", "date", "error", "merged"]
LONGEST_CELL = 1_000
SHOWN_CHARACTERS = 60

_IDENTIFYING = (ImportField.ORDER, ImportField.SKU, ImportField.TRACKING)
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,3}", re.IGNORECASE)
_ROUNDED = re.compile(r"\d{15}0+")
_SURELY_ROUNDED_LENGTH = 18
_WHOLE = re.compile(r"\d{1,9}(?:[.,]0+)?")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
MOST_NUMBER = 10**15
"""A spreadsheet's numbers have 15 digits."""


class RawRow(NamedTuple):
    """A row as read: `number` is its first line or row, `last` its last; `kinds` has the cells that are no texts."""

    number: int
    last: int
    cells: tuple[str, ...]
    kinds: Mapping[int, CellKind] = {}


class ImportRow(NamedTuple):
    """A row's fields; `quantity` is 0 for all that is left; `problem` says why the row cannot be used."""

    number: int
    last: int
    values: Mapping[str, str]
    quantity: int = 0
    problem: Message = NO_MESSAGE
    has_number: bool = False
    """The order number or the SKU was a spreadsheet's number, which has no zeros before it."""

    def value(self, field: ImportField) -> str:
        """Return a field's text; empty if the row has none."""
        return self.values.get(field.value, "")


def is_blank(raw: RawRow) -> bool:
    """Return whether a row has no text at all."""
    return not any(cell and not cell.isspace() for cell in raw.cells)


def parsed(raw: RawRow, columns: Columns) -> ImportRow:
    """Return a row's fields and quantity, with the first problem that it has."""
    values: dict[str, str] = {}
    problem = NO_MESSAGE
    has_number = False
    for field, position in columns.at.items():
        text = raw.cells[position] if position < len(raw.cells) else ""
        kind = raw.kinds.get(position)
        has_number = has_number or (kind == "number" and field in (ImportField.ORDER, ImportField.SKU))
        if not text and kind is None:
            continue
        shown, wrong = _text(field, text, kind)
        problem = problem or wrong
        if shown:
            values[field.value] = shown
    row = ImportRow(raw.number, raw.last, values, problem=problem, has_number=has_number)
    if not problem:
        row = _with_quantity(row, columns)
    if row.problem and raw.last > raw.number:
        message = Message("import_file.over_lines", first=raw.number, last=raw.last, problem=row.problem)
        row = row._replace(problem=message)
    return row


def _text(field: ImportField, text: str, kind: CellKind | None) -> tuple[str, Message]:
    """Return a cell's text without what spreadsheets put around it, and what is wrong with it."""
    title = title_of(field)
    if kind == "merged":
        return "", Message("import_file.merged", field=title)
    if len(text) > LONGEST_CELL:
        message = Message("import_file.cell_too_long", field=title, count=len(text), most=LONGEST_CELL)
        return text[:SHOWN_CHARACTERS], message
    formula = _QUOTED_FORMULA.fullmatch(text.strip())
    plain = spreadsheet.text_of(formula[1] if formula else text).strip()
    if kind == "error":
        return plain, Message("import_file.error_value", field=title, text=plain)
    if field not in _IDENTIFYING:
        return plain, NO_MESSAGE
    if kind == "date":
        return plain, Message("import_file.date", field=title, text=plain)
    is_tracking = field is ImportField.TRACKING
    if _SCIENTIFIC.fullmatch(plain) and (is_tracking or kind == "number" or "." in plain or "+" in plain):
        return plain, Message("import_file.scientific", field=title, text=plain)
    if is_tracking and _is_rounded(plain):
        return plain, Message("import_file.rounded", field=title, text=plain)
    if not plain.isprintable():
        return plain, Message("field.invisible_character", title=title)
    return plain, NO_MESSAGE


def _is_rounded(number: str) -> bool:
    """Return whether the digits after the fifteenth were most likely lost."""
    if not _ROUNDED.fullmatch(number):
        return False
    return len(number) >= _SURELY_ROUNDED_LENGTH or label.read(number).check_digit != "right"


def _with_quantity(row: ImportRow, columns: Columns) -> ImportRow:
    """Check what a row needs by its kind, and read its quantity."""
    text = row.value(ImportField.QUANTITY)
    sku = row.value(ImportField.SKU) or (row.value(ImportField.DESCRIPTION) if columns.kind == "orders" else "")
    if not row.value(ImportField.ORDER):
        return row._replace(problem=Message("import_file.no_order"))
    if columns.kind == "shipments":
        if not row.value(ImportField.TRACKING):
            return row._replace(problem=Message("import_file.no_tracking_number"))
        if not sku and not text:
            return row
    if not sku:
        return row._replace(problem=Message("import_file.no_sku"))
    if not text:
        return row._replace(problem=Message("import_file.no_quantity", sku=sku))
    if _GROUPED.fullmatch(text):
        return row._replace(problem=Message("import_file.ambiguous_quantity", text=text))
    if not _WHOLE.fullmatch(text) or not 1 <= int(re.split("[.,]", text)[0]) <= QUANTITY_MAX:
        return row._replace(problem=Message("import_file.not_a_quantity", text=text, most=QUANTITY_MAX))
    return row._replace(quantity=int(re.split("[.,]", text)[0]))


def weight_kg(row: ImportRow) -> str:
    """Return a row's weight in kilograms as text; a text that is no number is returned as it is."""
    if grams := row.value(ImportField.WEIGHT_G):
        value = decimal_from_text(grams)
        return grams if value is None else f"{kilograms(int(value)):f}" if value == int(value) else f"{value / 1000:f}"
    return row.value(ImportField.WEIGHT_KG)


def number_text(value: float) -> str:
    """Return a spreadsheet's number as the digits that it showed, in scientific notation where digits are lost."""
    if value.is_integer() and abs(value) < MOST_NUMBER:
        return str(int(value))
    return f"{value:.6G}" if abs(value) >= MOST_NUMBER else f"{Decimal(repr(value)):f}"
