"""Limits of what a vendor answers: what nobody would send is refused before anything is built of it.

An object of a few bytes becomes thousands in memory, and a text with one unusual character four times its size. So the
parts of an answer are counted in its bytes, in steps between which others get their turn.
"""

import re

TEXT_BYTES = 16 * 1024 * 1024
"""How much memory the text of an answer may take once it is read."""
PARTS = 250_000
CONTAINERS = 30_000
"""A page of 500 orders with everything in them has some 75,000 values in 25,000 objects and lists."""
STEP_BYTES = 256 * 1024
MARKS = 1_500_000
HEAVY_BYTES = 64 * 1024
HEAVY_CONTAINERS = 200

_WIDE, _WIDEST = re.compile(rb"[\x80-\xff]"), re.compile(rb"[\xf0-\xff]")
_MARK = re.compile(rb'\\.|"', re.DOTALL)


def why_too_much(body: bytes) -> str:
    """Say why an answer is too much to be read; empty where it is not. May run on a thread: long ones take a while."""
    if len(body) * _width(body) > TEXT_BYTES:
        return f"the answer has more text than fits in {TEXT_BYTES // 1_048_576} MiB"
    if _is_within(*_count(body)) or _is_within(*_count_between_texts(body)):
        return ""
    return f"the answer has more than {CONTAINERS:,} objects or {PARTS:,} values"


def is_heavy(body: bytes) -> bool:
    """Return whether reading an answer takes so long that it is to be done on a thread."""
    return len(body) > HEAVY_BYTES or body.count(b"{") + body.count(b"[") > HEAVY_CONTAINERS


def _is_within(containers: int, separators: int) -> bool:
    return containers <= CONTAINERS and containers + separators < PARTS


def _width(body: bytes) -> int:
    """Return how many bytes each character takes in memory at most."""
    steps = range(0, len(body), STEP_BYTES)
    if any(_WIDEST.search(body, start, start + STEP_BYTES) for start in steps):
        return 4
    return 2 if any(_WIDE.search(body, start, start + STEP_BYTES) for start in steps) else 1


def _count(body: bytes) -> tuple[int, int]:
    """Return how many brackets and commas there are, those in texts among them."""
    containers = separators = 0
    for start in range(0, len(body), STEP_BYTES):
        end = start + STEP_BYTES
        containers += body.count(b"{", start, end) + body.count(b"[", start, end)
        separators += body.count(b",", start, end)
        if containers > 50 * CONTAINERS:
            break
    return containers, separators


def _count_between_texts(body: bytes) -> tuple[int, int]:
    """Return how many brackets and commas stand between the texts; more than there may be where those are too many."""
    containers = separators = since = 0
    in_text = False
    for number, mark in enumerate(_MARK.finditer(body)):
        if number > MARKS:
            return CONTAINERS, PARTS
        if mark[0] != b'"':
            continue
        if not in_text:
            containers += body.count(b"{", since, mark.start()) + body.count(b"[", since, mark.start())
            separators += body.count(b",", since, mark.start())
            if not _is_within(containers, separators):
                return containers, separators
        in_text, since = not in_text, mark.end()
    if not in_text:
        containers += body.count(b"{", since) + body.count(b"[", since)
        separators += body.count(b",", since)
    return containers, separators
