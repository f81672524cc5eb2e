"""Code 128: the symbols of known texts, the shortest choice of code sets, and a decoder that reads every one back."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from shipconsole.domain.code128 import QUIET_MODULES, can_encode, modules

SYMBOL = 11
STOP = 13


def symbols(text: str) -> int:
    """The symbols of a text, with start and check, without stop."""
    return (sum(modules(text)) - STOP) // SYMBOL


def read(text: str) -> str:
    """What a decoder reads from a picture of the code, 3 pixels a module and 60 high."""
    bars = [[0, 255][index % 2] for index, width in enumerate(modules(text)) for _ in range(width * 3)]
    quiet = [255] * (QUIET_MODULES * 3)
    row = bytes([*quiet, *bars, *quiet])
    picture = memoryview(row * 60).cast("B", (60, len(row)))
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128, is_pure=True)
    return found.text


def test_a_code_begins_and_ends_with_a_bar() -> None:
    widths = modules("%SHIP")
    assert len(widths) % 2 == 1
    assert all(1 <= width <= 4 for width in widths)
    assert widths[:6] == (2, 1, 1, 2, 1, 4)  # start B
    assert widths[-7:] == (2, 3, 3, 1, 1, 1, 2)  # stop
    assert sum(widths) == (1 + 5 + 1) * SYMBOL + STOP


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("10016", 2 + 4),  # 10 01 to-B 6
        ("1001", 2 + 2),
        ("100", 2 + 3),
        ("AB12", 2 + 4),
        ("AB1234", 2 + 2 + 1 + 2),
        ("A1234B", 2 + 6),
        ("A123456B", 2 + 1 + 1 + 3 + 1 + 1),
        ("94001112062064062607", 2 + 10),
    ],
)
def test_digits_are_shortened_where_that_saves_symbols(text: str, count: int) -> None:
    assert symbols(text) == count
    assert read(text) == text


@pytest.mark.parametrize("text", ["", "Größe", "10001\n", "١٢٣٤", "100²"])
def test_other_characters_are_refused(text: str) -> None:
    assert not can_encode(text)
    with pytest.raises(ValueError, match="encode"):
        modules(text)


@settings(deadline=None, max_examples=25)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24))
def test_a_decoder_reads_every_text(text: str) -> None:
    assert read(text) == text


@settings(deadline=None, max_examples=20)
@given(st.from_regex(r"[A-Z%#-]{0,3}[0-9]{1,9}[A-Z]{0,2}[0-9]{0,6}", fullmatch=True))
def test_a_decoder_reads_mixtures_of_digits(text: str) -> None:
    assert read(text) == text
