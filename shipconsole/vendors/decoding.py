"""The decoding of the bytes of a response or a webhook.

The encoding is found in this order: a byte-order mark; the charset of the content type, where it is a common one; the
zeros by which UTF-16 and UTF-32 show in a text that begins with ASCII; the encoding that an XML document declares;
UTF-8. Source: RFC 8259, section 8.1; RFC 4627, section 3; RFC 9110, section 8.3 (read November 2026).
"""

import codecs
import re
from collections.abc import Mapping
from email.message import Message as Headers
from functools import lru_cache
from typing import NamedTuple

from shipconsole.domain.message import Message

NOTE = Message("decoding.wrong_encoding")

_FIRST_OF_MARKS = frozenset(b"\xef\xff\xfe\0")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Those of UTF-32 begin like one of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS = (
    (re.compile(rb"[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[^\0]\0(?:[^\0]\0|\Z)|[{\[\"<]\0"), "utf-16-le"),
    (re.compile(rb"\0[^\0](?:\0[^\0]|\Z)|\0[{\[\"<]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""\s{0,100}<\?xml[^>]{0,200}\sencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']""")

# Some of Python's codecs are no encodings of text, or take very long; a sender may name any.
_COMMON = re.compile(
    r"ascii|utf-8(-sig)?|utf-(16|32)(-[lb]e)?|iso8859-\d{1,2}|cp125\d|cp932|shift_jis|euc_(jp|kr)|gb(k|2312|18030)|big5"
)


class Decoded(NamedTuple):
    """A text, and whether all of its bytes were text; those that were not became replacement characters."""

    text: str
    is_complete: bool


def decoded(body: bytes, headers: Mapping[str, str] | None = None) -> Decoded:
    """Decode a body; `headers` have lower-case names."""
    encoding, start = _encoding(body, (headers or {}).get("content-type", ""))
    try:
        return Decoded(body[start:].decode(encoding), is_complete=True)
    except UnicodeDecodeError:
        return Decoded(body[start:].decode(encoding, "replace"), is_complete=False)


def with_escapes(body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """Return a body as text in which bytes that are no text are shown as ``\\xff``."""
    encoding, start = _encoding(body, (headers or {}).get("content-type", ""))
    return body[start:].decode(encoding, "backslashreplace")


def notes_on(body: bytes, headers: Mapping[str, str] | None = None) -> list[Message]:
    """Return a note where a body holds bytes that are no text."""
    return [] if decoded(body, headers).is_complete else [NOTE]


def _encoding(body: bytes, content_type: str) -> tuple[str, int]:
    """Return the encoding, and the length of the byte-order mark before the text."""
    if body and body[0] in _FIRST_OF_MARKS:
        for mark, encoding in _MARKS:
            if body.startswith(mark):
                return encoding, len(mark)
    by_zeros = ""
    if b"\0" in body[:4]:
        by_zeros = next((encoding for zeros, encoding in _ZEROS if zeros.match(body)), "")
    named = _named(content_type)
    if named.startswith(("utf-16", "utf-32")):
        # Without a mark the name alone does not say which byte comes first.
        return by_zeros or (named if named.endswith("e") else f"{named}-be"), 0
    if by_zeros:
        return by_zeros, 0
    declared = _DECLARED.match(body)
    return named or (_common(declared[1].decode("ascii")) if declared else "") or "utf-8", 0


@lru_cache(maxsize=64)
def _named(content_type: str) -> str:
    """Return Python's name of a content type's encoding, empty where it names none that a text is sent in."""
    return _common(_charset(content_type))


def _charset(content_type: str) -> str:
    message = Headers()
    message["content-type"] = content_type.replace("\n", " ").replace("\r", " ")
    found = message.get_param("charset")
    return found if isinstance(found, str) else ""


def _common(name: str) -> str:
    """Return Python's name of an encoding, empty where it is none that a text is sent in."""
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return ""
    return found if _COMMON.fullmatch(found) else ""
