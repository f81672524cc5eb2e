"""Scans as scanners type them, and the bench's commands."""

import random
import unicodedata

import pytest

from shipconsole.domain.barcode import COMMANDS, SCAN_MAX, clean, command


@pytest.mark.parametrize(
    ("raw", "scan"),
    [
        ("9400100109361129278357\r\n", "9400100109361129278357"),
        ("\x1d420787459400111206206406260787\x04", "420787459400111206206406260787"),
        ("  ORDER 17\t", "ORDER 17"),
        ("NEXT PARCEL", "NEXT PARCEL"),
        ("\ufeffSKU\u200b-\u202e1", "SKU-1"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("a\u2028b\x85c\ud800d", "abcd"),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_clean(raw: str, scan: str):
    assert clean(raw) == scan


def test_a_scan_is_cut_at_its_longest():
    assert clean("7" * 1_000_000) == "7" * SCAN_MAX
    assert clean(" " * SCAN_MAX + "7") == "7"
    assert clean("7" * (SCAN_MAX - 1) + " 8") == "7" * (SCAN_MAX - 1)


def test_cleaning_twice_changes_nothing():
    chance = random.Random(1)
    for _ in range(300):
        raw = "".join(chr(chance.choice((chance.randrange(0x180), chance.randrange(0x11_0000)))) for _ in range(250))
        once = clean(raw)
        assert clean(once) == once
        assert len(once) <= SCAN_MAX
        assert unicodedata.is_normalized("NFC", once)
        once.encode()


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_need_their_prefix_and_ignore_case(name: str):
    assert command(f"%{name}") == name
    assert command(f" %{name.lower()} ") == name
    assert command(f"q7$%{name}".swapcase(), "q7$%") == name
    assert command(name) is None
    assert command(name, "") is None
    assert command(f"%{name}", "#") is None
    assert command(f"%{name}S") is None
    assert command(f"%%{name}") is None


def test_the_commands_are_these():
    assert COMMANDS == ("SHIP", "NEXT PARCEL", "ALL LEFT", "UNDO", "STOP")


@pytest.mark.parametrize("text", ["", "%", "% SHIP", "SHIP%", "%SHIP %SHIP", "9400100109361129278357", "%NEXTPARCEL"])
def test_other_text_is_no_command(text: str):
    assert command(text) is None


def test_a_command_may_have_been_scanned_with_wide_spaces():
    assert command("%next   parcel") == "NEXT PARCEL"
