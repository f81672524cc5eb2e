"""The text of files in any encoding that programs of this computer write.

Notepad and PowerShell write a byte order mark before UTF-8, and PowerShell's ``>`` writes UTF-16. Sources: Unicode 16,
23.8 (byte order mark); RFC 4627, 3 (how JSON without a mark shows its encoding).
"""

import codecs

from shipconsole.domain.message import Message

NOT_TEXT = Message("text.not_unicode")

# UTF-32 before UTF-16, because its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(raw: bytes) -> str:
    """Return the text of some bytes without its mark; raise ValueError if they are not text."""
    encoding, skipped = encoding_of(raw)
    return raw[skipped:].decode(encoding)


def encoding_of(head: bytes) -> tuple[str, int]:
    """Return the encoding that the first bytes of a file show, and how many of them are a mark."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", _without_mark(head)))
    return encoding, len(mark)


def utf8(raw: bytes) -> bytes:
    """Return some bytes as UTF-8 without a mark; raise ValueError if they are not text."""
    return decode(raw).encode()


def _without_mark(raw: bytes) -> str:
    """Return the encoding that the NULs among the first bytes show, for text that begins with two ASCII characters."""
    nuls = [not byte for byte in raw[:4]]
    if nuls in ([False, True], [False, True, False, True]):
        return "utf-16-le"
    return "utf-16-be" if nuls in ([True, False], [True, False, True, False]) else "utf-8"
