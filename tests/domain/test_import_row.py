"""Rows of imported files: whatever a cell holds, the row can be used or has a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipconsole.domain.import_columns import Columns, ImportField
from shipconsole.domain.import_row import RawRow, number_text, parsed, weight_kg
from shipconsole.domain.order import QUANTITY_MAX
from shipconsole.domain.plain_text import plain
from shipconsole.domain.spreadsheet import cell, text_of

FIELDS = (ImportField.ORDER, ImportField.SKU, ImportField.QUANTITY, ImportField.TRACKING, ImportField.WEIGHT_KG)
SHIPMENTS = Columns("shipments", {field: position for position, field in enumerate(FIELDS)})
NUMBER = "9400100109361129278357"
CELLS = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"[=+@\-']?[0-9.,]{0,25}([eE]\+?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["", " ", "1", "'0012", '="0012"', NUMBER, "\u202e1", "\x00"]),
)


@given(
    st.lists(CELLS, max_size=7),
    st.dictionaries(st.integers(0, 6), st.sampled_from(["number", "date", "error", "merged"])),
)
def test_any_row_can_be_used_or_has_a_reason(cells: list[str], kinds: dict[int, str]) -> None:
    row = parsed(RawRow(2, 2, tuple(cells), kinds), SHIPMENTS)  # pyright: ignore[reportArgumentType]
    if not row.problem:
        assert row.value(ImportField.ORDER)
        assert row.value(ImportField.TRACKING)
        assert 0 <= row.quantity <= QUANTITY_MAX
        assert bool(row.quantity) == bool(row.value(ImportField.SKU))
        assert row.value(ImportField.TRACKING).isprintable()


@given(st.text(max_size=40))
def test_an_exported_text_is_imported_again(text: str) -> None:
    shown = cell(text)
    assert text_of(shown) in (shown, shown[1:])
    # A text that is harmless without the characters that are removed from it may keep its apostrophe.
    if shown.startswith("'") and not text.startswith("'") and plain(text, lines=True) == text:
        assert text_of(shown) == shown[1:]


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [("1", 1), ("2.0", 2), ("3,00", 3), ("1000000", 1_000_000), ("0", 0), ("1000001", 0), ("1.000", 0), ("1,5", 0)],
)
def test_quantities(quantity: str, expected: int) -> None:
    row = parsed(RawRow(2, 2, ("1", "A", quantity, NUMBER)), SHIPMENTS)
    assert (row.quantity, bool(row.problem)) == (expected, not expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9.40011E+21", "import_file.scientific"),
        ("9,40011E+21", "import_file.scientific"),
        ("1E+15", "import_file.scientific"),
        ("9400100109361120000000", "import_file.rounded"),
        ("940010010936112000", "import_file.rounded"),
        (NUMBER, ""),
        ("1Z999AA10123456784", ""),
        ("LX123456789CN", ""),
    ],
)
def test_a_number_that_a_spreadsheet_destroyed_is_refused(text: str, code: str) -> None:
    assert parsed(RawRow(2, 2, ("1", "A", "1", text)), SHIPMENTS).problem.id == code


def test_a_sku_may_look_like_a_number_of_a_spreadsheet() -> None:
    assert not parsed(RawRow(2, 2, ("1", "1E5", "1", NUMBER)), SHIPMENTS).problem
    assert parsed(RawRow(2, 2, ("1", "1E+5", "1", NUMBER)), SHIPMENTS).problem.id == "import_file.scientific"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10001.0, "10001"),
        (0.5, "0.5"),
        (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"),
        (9.4e21, "9.4E+21"),
    ],
)
def test_numbers_of_a_workbook(value: float, text: str) -> None:
    assert number_text(value) == text


def test_weights_in_kilograms_and_grams() -> None:
    columns = Columns("shipments", {ImportField.WEIGHT_G: 0})
    assert [weight_kg(parsed(RawRow(2, 2, (text,)), columns)) for text in ("500", "0.5", "x")] == ["0.5", "0.0005", "x"]


def test_a_row_over_several_lines_says_so() -> None:
    row = parsed(RawRow(2, 9, ("1", "A\nB", "1", NUMBER)), SHIPMENTS)
    assert row.problem.id == "import_file.over_lines"
