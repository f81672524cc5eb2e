"""Limits of JSON that comes from outside: a hostile document is rejected before it costs time or memory."""

import json
import re
from typing import NoReturn, cast

from shipconsole.domain.message import NO_MESSAGE, Message

BODY_BYTES = 1024 * 1024
DEPTH = 32
NODES = 20_000
TEXT_CHARACTERS = 10 * 1024
LARGEST_INTEGER = 2**53

# Possessive and with an optional end, so that an unclosed text costs one pass and not one for each quote.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_HALF = re.compile("[\ud800-\udfff]")


class _UnusableError(ValueError):
    """The JSON contains something that is not accepted; `message` says what."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def unusable_reason(body: bytes) -> Message:
    """Return why bytes from outside are not a usable JSON object; empty if they are.

    A document that is too deep or has too many parts is rejected before it is parsed.
    """
    if len(body) > BODY_BYTES:
        return Message("json.too_long", most=BODY_BYTES)
    if b"\x00" in body:
        return Message("json.nul")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return Message("json.not_utf8")
    if excess := _excess(body):
        return excess
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_constant,
        )
        # A shorter body has no longer text, and a forbidden character can only be written as an escape.
        if len(body) > TEXT_CHARACTERS or b"\\u" in body:
            _check(found)
    except _UnusableError as error:
        return error.message
    except (ValueError, RecursionError):
        return Message("json.not_json")
    return NO_MESSAGE if isinstance(found, dict) else Message("json.no_object")


def _excess(body: bytes) -> Message:
    """Count parts and depth by the punctuation between the texts."""
    # A part has at most a name and a text.
    bare, texts = _TEXT.subn(b"", body, 2 * NODES + 1)
    opened = bare.count(b"[") + bare.count(b"{")
    if texts > 2 * NODES or bare.count(b",") + opened + 1 > NODES or bare.count(b"]") + bare.count(b"}") > opened:
        return Message("json.too_many_parts", most=NODES)
    depth = 0
    for bracket in _BRACKET.findall(bare):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH:
            return Message("json.too_deep", most=DEPTH)
    return NO_MESSAGE


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _UnusableError(Message("json.repeated_name"))
    return found


def _integer(digits: str) -> int:
    # The length first: converting a million digits takes seconds.
    if len(digits) > 20 or abs(int(digits)) > LARGEST_INTEGER:
        raise _UnusableError(Message("json.whole_number"))
    return int(digits)


def _fraction(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _UnusableError(Message("json.number"))
    return number


def _constant(_name: str) -> NoReturn:
    raise _UnusableError(Message("json.not_a_number"))


def _check(found: object) -> None:
    """Raise `_UnusableError` for a text, or a name, that is too long or contains a forbidden character."""
    if isinstance(found, str):
        if len(found) > TEXT_CHARACTERS:
            raise _UnusableError(Message("json.text", most=TEXT_CHARACTERS))
        if "\0" in found:
            raise _UnusableError(Message("json.nul"))
        if not found.isascii() and _HALF.search(found):
            raise _UnusableError(Message("json.half_character"))
    elif isinstance(found, dict):
        for name, value in cast("dict[str, object]", found).items():
            _check(name)
            if isinstance(value, str | dict | list):
                _check(cast("object", value))
    elif isinstance(found, list):
        for value in cast("list[object]", found):
            if isinstance(value, str | dict | list):
                _check(cast("object", value))
