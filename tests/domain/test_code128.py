"""Code 128: what is encoded is read back by a decoder."""

import pytest
import zxingcpp

from shipconsole.domain.code128 import QUIET_MODULES, modules

BAR_PX = 2


def read_back(text: str) -> list[tuple[str, str]]:
    """Return what a decoder reads in the bars of a text, and their format."""
    row = bytearray(b"\xff" * BAR_PX * QUIET_MODULES)
    for position, width in enumerate(modules(text)):
        row += (b"\xff" if position % 2 else b"\x00") * (BAR_PX * width)
    row += b"\xff" * BAR_PX * QUIET_MODULES
    image = memoryview(bytes(row) * 40).cast("B", shape=[40, len(row)])
    return [(found.text, found.format.name) for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize(
    "text", ["%OK", "%NEXT PACKAGE", "10001", "A", "#28002-A", " !\"#$%&'()*+,-./0:;<=>?@[\\]^_`az{|}~"]
)
def test_a_decoder_reads_the_text(text: str) -> None:
    assert read_back(text) == [(text, "Code128")]


def test_a_code_has_its_characters_a_check_and_both_ends() -> None:
    widths = modules("%OK")
    assert (len(widths), sum(widths)) == (6 * 5 + 7, 11 * 5 + 13)
    assert widths[:6] == (2, 1, 1, 2, 1, 4)
    assert widths[-7:] == (2, 3, 3, 1, 1, 1, 2)


@pytest.mark.parametrize("text", ["", "ü", "A\n", "\x7f"])
def test_what_code_set_b_has_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        modules(text)
