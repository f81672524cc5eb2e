"""Limits of a platform's responses: an excessive one is refused before anything is built of it.

An object of a few bytes becomes thousands in memory, and a text with one unusual character four times its size. So the
parts of a response are counted in its bytes, in steps between which other tasks run. What is large is read on a
thread, so that the window does not wait for it.
"""

import asyncio
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.vendors.request import Response

P = ParamSpec("P")
T = TypeVar("T")

TEXT_BYTES = 16 * 1024 * 1024
"""The memory that the text of a response may take once it is read."""
ONE_TEXT_BYTES = 2 * 1024 * 1024
"""The longest single text. A label of a large package, encoded as text, has some hundred thousand bytes."""
PARTS = 125_000
CONTAINERS = 25_000
"""A page of 250 orders of 40 lines has 122,000 parts at Starshipit; one of 100 has 37,000 objects at ShipEngine, which
is too much, and is read in smaller pages (`paging.smaller_size`).

While JSON becomes objects nothing else runs, on whichever thread that is: 25 ms for so many parts.
"""
STEP_BYTES = 256 * 1024
MARKS = 600_000
"""Quotes and escapes: beyond these the counting itself would take seconds."""
HEAVY_BYTES = 16 * 1024
HEAVY_CONTAINERS = 50

_WIDE, _WIDEST = re.compile(rb"[\x80-\xff]"), re.compile(rb"[\xf0-\xff]")
_MARK = re.compile(rb'\\.|"', re.DOTALL)


async def off_loop(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await a pure function of a response, or of its body: on a thread where that is large."""
    bodies = [
        value.body if isinstance(value, Response) else value
        for value in args
        if isinstance(value, Response | bytes | bytearray)
    ]
    if any(is_heavy(body) for body in bodies):
        return await asyncio.to_thread(read, *args, **kwargs)
    return read(*args, **kwargs)


def why_too_much(body: bytes | bytearray) -> Message:
    """Return why a response is too large to be read; empty where it is not. Long ones take a while: use a thread."""
    if len(body) * _width(body) > TEXT_BYTES:
        return Message("response.too_much_text", mib=TEXT_BYTES // 1048576)
    if _has_long_text(body):
        return Message("response.text_too_long", mib=ONE_TEXT_BYTES // 1048576)
    if _is_within(*_count(body)) or _is_within(*_count_between_texts(body)):
        return NO_MESSAGE
    return Message("response.too_many_values", objects=CONTAINERS, values=PARTS)


def is_heavy(body: bytes | bytearray) -> bool:
    """Return whether reading a response takes so long that it is done on a thread."""
    return len(body) > HEAVY_BYTES or body.count(b"{") + body.count(b"[") > HEAVY_CONTAINERS


def _has_long_text(body: bytes | bytearray) -> bool:
    """Return whether so many bytes stand in a row without a quotation mark."""
    start = 0
    while start + ONE_TEXT_BYTES < len(body):
        mark = body.rfind(b'"', start, start + ONE_TEXT_BYTES)
        if mark < 0:
            # Between objects there are no texts.
            return not any(bracket in body[start : start + ONE_TEXT_BYTES] for bracket in b"{}[],")
        start = mark + 1
    return False


def _is_within(containers: int, separators: int) -> bool:
    return containers <= CONTAINERS and containers + separators < PARTS


def _width(body: bytes | bytearray) -> int:
    """Return how many bytes each character takes in memory at most."""
    steps = range(0, len(body), STEP_BYTES)
    if any(_WIDEST.search(body, start, start + STEP_BYTES) for start in steps):
        return 4
    return 2 if any(_WIDE.search(body, start, start + STEP_BYTES) for start in steps) else 1


def _count(body: bytes | bytearray, start: int = 0, end: int | None = None) -> tuple[int, int]:
    """Count brackets and commas, those in texts included; stop where they are too many."""
    containers = separators = 0
    stop = len(body) if end is None else end
    while start < stop and _is_within(containers, separators):
        until = min(start + STEP_BYTES, stop)
        containers += body.count(b"{", start, until) + body.count(b"[", start, until)
        separators += body.count(b",", start, until)
        start = until
    return containers, separators


def _count_between_texts(body: bytes | bytearray) -> tuple[int, int]:
    """Count brackets and commas between the texts; return more than is allowed where there are too many texts."""
    containers = separators = since = 0
    in_text = False
    for number, mark in enumerate(_MARK.finditer(body)):
        if number > MARKS or not _is_within(containers, separators):
            return CONTAINERS, PARTS
        if mark[0] != b'"':
            continue
        if not in_text and mark.start() > since:
            found = _count(body, since, mark.start())
            containers, separators = containers + found[0], separators + found[1]
        in_text, since = not in_text, mark.end()
    found = (0, 0) if in_text else _count(body, since)
    return containers + found[0], separators + found[1]
