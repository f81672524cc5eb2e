"""Text from outside in a form that is safe on a screen, in a terminal, or in a file.

A terminal obeys control characters (ESC, also C1), and invisible characters reverse or hide text.
"""

import re

MARK = "\u2423"
"""Replaces an invisible character."""

_HIDDEN = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0x061C], MARK)
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029])
_PLAIN = _HIDDEN | _CONTROLS
_PLAIN_LINES = {code: mark for code, mark in _PLAIN.items() if code != 0x0A}
_PLAIN_ROWS = {code: mark for code, mark in _PLAIN_LINES.items() if code != 0x0D}
_LONE_RETURN = re.compile(r"\r(?!\n)")
_ESCAPED = {code: f"\\u{code:04x}" for code in _PLAIN if code >= 0x7F}


def plain(text: str, *, lines: bool = False) -> str:
    """Return a text without control characters and with a mark for each invisible one; `lines` keeps line ends."""
    return text.translate(_PLAIN_LINES if lines else _PLAIN)


def plain_rows(text: str) -> str:
    """Return a text as `plain` does, with line ends of both kinds."""
    return _LONE_RETURN.sub("", text.translate(_PLAIN_ROWS))


def escaped_json(document: str) -> str:
    """Return a JSON document with control and invisible characters escaped."""
    return document.translate(_ESCAPED)
