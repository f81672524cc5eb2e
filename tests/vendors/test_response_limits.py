"""Limits of responses: real pages pass whatever their texts hold, excessive ones are rejected before they are built."""

import json
import tracemalloc

import pytest

from shipconsole.vendors import response_limits
from shipconsole.vendors.response_limits import CONTAINERS, ONE_TEXT_BYTES, PARTS, TEXT_BYTES, is_heavy, why_too_much

MIB = 1024 * 1024
MANY = f"the response has more than {CONTAINERS:,} objects or {PARTS:,} values"
ONE_TEXT = f"the response has a text of more than {ONE_TEXT_BYTES // MIB} MiB"
LONG = f"the response has more text than fits in {TEXT_BYTES // MIB} MiB"

POISON = {
    "31 MB of objects": b"[" + b"{}," * (31_000_000 // 3) + b"{}]",
    "nested items": b'{"data":[{"items":[' + b'{"a":{}},' * 100_000 + b"{}]}]}",
    "deep": b"[" * (CONTAINERS + 1),
    "values": b"[" + b"1," * PARTS + b"1]",
    "texts": b"[" + b'"",' * PARTS + b'""]',
    "texts of commas and objects between": b"[" + b'{"a":",,,,{{{{"},' * CONTAINERS + b"{}]",
    "quotes without end": b'"' * (response_limits.MARKS + 2) + b"," * PARTS,
    "escapes without end": b'["' + b"\\n" * response_limits.MARKS + b'\\n"' + b"," * PARTS,
}


@pytest.mark.parametrize("what", POISON)
def test_an_excessive_response_is_rejected_and_costs_no_memory(what: str) -> None:
    body = POISON[what]
    tracemalloc.start()
    try:
        said = str(why_too_much(body))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said == (LONG if len(body) > TEXT_BYTES else MANY)
    assert peak < MIB


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'"' + b'xxxxxxx"' * (TEXT_BYTES // 8 - 1), ""),
        (b'"' + b'xxxxxxx"' * (TEXT_BYTES // 8), LONG),
        ('"é"'.encode() * (TEXT_BYTES // 8), ""),
        ('"é"'.encode() * (TEXT_BYTES // 8 + 1), LONG),
        # One such character has the whole text take four bytes a character.
        (b'"xxxxxx"' * (TEXT_BYTES // 32 - 1) + "😀".encode(), ""),
        (b'"xxxxxx"' * (TEXT_BYTES // 32) + "😀".encode(), LONG),
        (b'"' + b"x" * ONE_TEXT_BYTES + b'"', ONE_TEXT),
        (b'{"a":"' + b"x" * (ONE_TEXT_BYTES - 10) + b'","b":"' + b"x" * (ONE_TEXT_BYTES - 10) + b'"}', ""),
    ],
    ids=["plain", "too long", "wide", "too wide", "widest", "too much for the widest", "one text", "two texts"],
)
def test_a_text_is_measured_as_it_will_stand_in_memory(body: bytes, said: str) -> None:
    assert str(why_too_much(body)) == said


@pytest.mark.parametrize(
    "page",
    [
        {"orders": [{"note": ",{[" * 2_000, "items": [{"sku": "A", "quantity": 1}] * 3} for _ in range(200)]},
        {"orders": [{"label": "JVBERi0\\/" * 5_000, "quote": '"' * 100, "back": "\\" * 101} for _ in range(100)]},
        {"orders": [{"a": list(range(12)), "b": {"c": {}}} for _ in range(CONTAINERS // 4 - 1)]},
    ],
    ids=["marks in texts", "labels and escapes", "just within"],
)
def test_a_real_page_passes_whatever_its_texts_hold(page: object) -> None:
    assert not why_too_much(json.dumps(page).encode())


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b"<html>" + b"," * 1_000, b'"' * 11, b"\\", b'["\\'], ids=range(7)
)
def test_small_and_broken_bodies_pass(body: bytes) -> None:
    assert not why_too_much(body)
    assert not is_heavy(body)


def test_what_takes_long_to_read_is_known_before_it_is_read() -> None:
    assert is_heavy(b" " * (response_limits.HEAVY_BYTES + 1))
    assert is_heavy(b"[" + b"{}," * response_limits.HEAVY_CONTAINERS + b"{}]")
