"""A scan before any order is known: text as the scanner typed it, made clean, and perhaps a command."""

import unicodedata

SCAN_MAX = 200
"""Characters that are kept of a scan; no label or slip has a longer code."""

COMMANDS = ("SHIP", "NEXT PARCEL", "ALL LEFT", "UNDO", "STOP", "OK")
"""What the barcodes on the bench's command sheet say, each after the site's prefix."""

BADGE = "BADGE"
"""Begins, after the site's prefix, what a packer's badge says; the name follows."""

NAME_MAX = 50

# Ten times what is kept: room for what is dropped, and no more work for a megabyte than for a line.
_READ_MAX = 10 * SCAN_MAX

# Control and format characters, lone surrogates, line and paragraph separators.
_DROPPED = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def clean(raw: str) -> str:
    """The scan without control characters and outer white space, in NFC, at most `SCAN_MAX` characters."""
    seen = "".join(character for character in raw[:_READ_MAX] if unicodedata.category(character) not in _DROPPED)
    return unicodedata.normalize("NFC", seen.strip())[:SCAN_MAX].strip()


def command(text: str, prefix: str = "%") -> str | None:
    """Which of `COMMANDS` a clean scan is, None where it is none of them.

    Upper and lower case are the same, because a scanner follows the keyboard's caps lock. Without a prefix
    there are no commands: an article may well be called STOP.
    """
    sought = " ".join(text.split()).casefold()
    return next((name for name in COMMANDS if prefix and sought == (prefix + name).casefold()), None)


def badge(text: str, prefix: str = "%") -> str | None:
    """The name on a packer's badge, ``%BADGE A. Martin``; empty for a bare ``%BADGE``, None where it is no badge."""
    sought = (prefix + BADGE).casefold()
    words = text.split()
    if not prefix or not words or words[0].casefold() != sought:
        return None
    return " ".join(words[1:])[:NAME_MAX]


def is_article_number(text: str) -> bool:
    """Whether a code is a trade item's number (GTIN-8, 12 or 13): its length and its check digit are right.

    Digits from the right, without the check digit, count three and one in turn. Source: GS1 General Specifications.
    """
    if len(text) not in (8, 12, 13) or not text.isascii() or not text.isdecimal():
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(text[:-1])))
    return (10 - total % 10) % 10 == int(text[-1])
