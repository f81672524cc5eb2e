"""JSON from outside: too large or invalid documents are rejected, and fast."""

import json
import tracemalloc

import pytest

from shipconsole.domain.json_limits import BODY_BYTES, unusable_reason
from tests.support.effort import Effort

TRICK, LARGEST, LONG_TEXTS = 5, 16, 1
"""The most effort that a body may cost."""
MEMORY_BYTES = 20 * 1024 * 1024

TRICKS = {
    "too long": b'{"a": "' + b"x" * BODY_BYTES + b'"}',
    "too deep": b'{"a":' + b"[" * 32 + b"]" * 32 + b"}",
    "very deep": b"[" * (BODY_BYTES // 2) + b"]" * (BODY_BYTES // 2),
    "opened and never closed": b'{"a":' * (BODY_BYTES // 6),
    "closed and never opened": b"{" + b"}" * (BODY_BYTES - 1),
    "too many numbers": b'{"a": [' + b"1," * 20_000 + b"1]}",
    "a million numbers": b'{"a": [' + b"1," * (BODY_BYTES // 2 - 10) + b"1]}",
    "too many objects": b'{"a": [' + b"{}," * 300_000 + b"{}]}",
    "too many names": b"{" + b",".join(b'"%d":1' % number for number in range(20_000)) + b"}",
    "a long text": b'{"a": "' + b"x" * 10_241 + b'"}',
    "a long name": b'{"' + b"x" * 10_241 + b'": 1}',
    "a text without an end": b'{"a": "' + b'\\"' * (BODY_BYTES // 2 - 10),
    "a large number": b'{"a": 9007199254740993}',
    "a large negative number": b'{"a": -9007199254740993}',
    "a million digits": b'{"a": ' + b"9" * (BODY_BYTES - 10) + b"}",
    "a million decimals": b'{"a": 1e' + b"9" * (BODY_BYTES - 10) + b"}",
    "infinity": b'{"a": Infinity}',
    "negative infinity": b'{"a": -Infinity}',
    "no number": b'{"a": NaN}',
    "1e999": b'{"a": 1e999}',
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice further in": b'{"a": [{"b": 1, "\\u0062": 2}]}',
    "Latin-1": b'{"a": "\xe4"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a mark at the beginning": b'\xef\xbb\xbf{"a": 1}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "a NUL": b'{"a": "\x00"}',
    "a NUL as an escape": b'{"a": "\\u0000"}',
    "half a character": b'{"a": "\\ud800"}',
    "half a character among whole ones": ('{"a": ["' + "\u00e4" * 9_000 + '", "\u00e4\\ude00\\ud83d"]}').encode(),
    "half a character in a name further in": b'{"a": [{"\\udfff": 1}]}',
    "a NUL in a name": b'{"a": [{"\\u0000": 1}]}',
    "half a character in bytes": b'{"a": "\xed\xa0\x80"}',
    "a list": b"[1]",
    "a text": b'"a"',
    "nothing": b"",
    "two objects": b"{}{}",
    "a comment": b'{"a": 1 /* one */}',
    "single quotes": b"{'a': 1}",
    "a comma too many": b'{"a": 1,}',
}


@pytest.mark.parametrize("what", TRICKS)
def test_hostile_json_is_rejected_quickly(what: str) -> None:
    effort = Effort()
    with effort.of():
        assert unusable_reason(TRICKS[what])
    assert effort.most < TRICK


def test_hostile_json_costs_little_memory() -> None:
    tracemalloc.start()
    try:
        for what, body in TRICKS.items():
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            assert unusable_reason(body)
            assert tracemalloc.get_traced_memory()[1] - before <= MEMORY_BYTES, what
    finally:
        tracemalloc.stop()


def test_documents_of_platforms_are_accepted() -> None:
    deep: object = 1
    for _ in range(31):
        deep = [deep]
    for fine in (
        {},
        {"a": deep},
        {"a": [1] * 19_990},
        {"a": "x" * 10_240},
        {"a": '\u00e4\U0001f4e6 [[[[{{{{ ,,,, \\ \\" '},
        {"a": 2**53, "b": -(2**53), "c": 1e308, "d": -1.5e-5, "e": None, "f": True},
        {f"name {number}": "x" * 100 for number in range(8_000)},
    ):
        for body in (json.dumps(fine), json.dumps(fine, ensure_ascii=False, indent=1)):
            assert not unusable_reason(body.encode()), body[:80]


def test_the_largest_accepted_document_is_read_in_time() -> None:
    body = json.dumps({"a": [{"name": "x" * 180, "n": 1.5} for _ in range(5_000)]}).encode()
    assert 1_000_000 < len(body) < BODY_BYTES
    effort = Effort()
    with effort.of():
        assert not unusable_reason(body)
    # A megabyte of what is allowed, 10,000 values in it; the limit above is for what is refused.
    assert effort.most < LARGEST


def test_texts_are_not_walked_character_by_character() -> None:
    text = "\u00e4" * 5_000
    body = json.dumps({"a": [text] * 100}, ensure_ascii=False).encode()
    assert 1_000_000 < len(body) < BODY_BYTES
    effort = Effort()
    with effort.of():
        assert not unusable_reason(body)
    assert effort.most < LONG_TEXTS
