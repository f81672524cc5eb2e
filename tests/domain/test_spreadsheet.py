"""Texts that a spreadsheet would change stay the same; every other text is written as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipconsole.domain.plain_text import plain
from shipconsole.domain.spreadsheet import cell

FORMULAS = [
    "=1+1", "+1", "-1", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  \t=cmd", "＝1", "＋1", "－1", "＠A1",
    "\u00a0=1", "=HYPERLINK(\"http://example.com\")", "-2+3+cmd|' /C calc'!A0", "　=1", "\u200b=1", "\ufeff=1",
    " \u200b +1", "\u2066-1", "+61 2 9000 0000", "\tABC", "\rABC", "-ABC",
]  # fmt: skip
NUMBERS = [
    "0001001", "0012", "00", "007", "1E5", "1e5", "12E3", "1E-5", "1.5E3", "9.4001E+21", "00340434161094021501",
    "9400100109361129278357", "123456789012", "1234567890123456", "0.50", "3.10", "1,000", "1.000,00", "5%", "$5",
    "€ 5", "(5)", "１２", "００１２", "１Ｅ５", " 5", "5 ", "0012 ", "1 000",
]  # fmt: skip
DATES = [
    "3-4", "1-1", "3/4", "1/2", "3.4", "2026-11-20", "20.11.2026", "10:30", "1:2:3", "MAR1", "Mar-1", "1 Mar", "SEPT2",
    "Dec 2026", "5 PM", "5p", "1 mai", "3 Okt", "2026-11-20T10:00:00Z", "3\u20134", "1 1/2", "2 août",
]  # fmt: skip
PLAIN = [
    "", " ", "0", "7", "10001", "12345678901", "a=b", "John Smith", "'=1", "'0012", "…=1", "A12", "ORD-0012", "E5",
    "1Z999AA10123456784", "MOBILE-1", "1 × MOBILE", "2 × 0012", "3 × 1E5", "MAR", "May Smith", "4X4", "0x1F", "B7",
    "JD0002123456", "王芳", "POST /v2/orders", "{}", "1E5X", "12-ABC", "NO 5", "#5", "1 2 3 " * 50,
]  # fmt: skip


@pytest.mark.parametrize("text", [*FORMULAS, *NUMBERS, *DATES, "TRUE", "false"])
def test_texts_that_a_spreadsheet_would_change_stay_texts(text: str) -> None:
    assert cell(text) == f"'{plain(text, lines=True)}"


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


@given(st.text(alphabet="0123456789eE+-. ０１Ｅ", max_size=25))
def test_only_numbers_that_read_as_written_stay_bare(text: str) -> None:
    try:
        float(text)
    except ValueError:
        return
    is_plain = text.isascii() and text.isdecimal() and str(int(text)) == text and len(text) < 12
    assert cell(text) == (text if is_plain else f"'{text}")
