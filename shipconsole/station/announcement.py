"""Announcements of new versions: a small signed file at the address in the settings.

It has two lines: the announcement as JSON, and the Ed25519 signature of that line in base64. It is accepted only if the
key in the settings verifies it, and only if it was not signed before one that was accepted earlier: otherwise an
attacker could keep a computer at an old version by showing it an old file. Only this file is requested, and the request
contains nothing about this computer.
"""

import base64
import binascii
import http.client
import json
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import IO, NamedTuple, cast
from urllib.parse import urlsplit

from shipconsole.domain import text_bytes
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure

LARGEST_BYTES = 16_384
LONGEST_WORDS = 300
WAIT_S = 10.0
_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){1,3}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class AnnouncementError(EnvironmentFailure):
    """There is no announcement that can be accepted; `message` says why."""


class Announcement(NamedTuple):
    """A version, its page, a short text, and the time of the signature in seconds since 1970."""

    version: str
    page: str
    message: str
    signed_at_s: int


def fetch(address: str, tls: Callable[[], ssl.SSLContext]) -> bytes:
    """Download the file; raise `AnnouncementError`. Blocks for seconds, so never on the window's thread."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise AnnouncementError(Message("updates.not_https"))
    try:
        with plain_opener(tls).open(address, timeout=WAIT_S) as answer:
            held = cast("IO[bytes]", answer).read(LARGEST_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise AnnouncementError(
                Message("updates.status", host=parts.hostname or "", status=str(error.code))
            ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AnnouncementError(Message("updates.unreachable", host=parts.hostname or "")) from error
    if len(held) > LARGEST_BYTES:
        raise AnnouncementError(Message("updates.too_long", host=parts.hostname or ""))
    return held


def plain_opener(tls: Callable[[], ssl.SSLContext]) -> urllib.request.OpenerDirector:
    """Return what requests an address and no other: Python's default opener would follow redirects."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=tls()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    # Python's default user agent would reveal its version.
    opener.addheaders = [("User-Agent", "Shipconsole")]
    return opener


def read(file: bytes, key: str) -> Announcement:
    """Return the announcement in a file; raise `AnnouncementError` if the key does not verify it, or it is none."""
    line, _, rest = _signed_text(file).partition(b"\n")
    if not _is_signed(line, rest.strip(), key):
        raise AnnouncementError(Message("updates.wrong_signature"))
    try:
        document: object = json.loads(line)
    except ValueError:
        document = None
    found = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    version, page, message, signed_at_s = (found.get(name) for name in Announcement._fields)
    if (
        not isinstance(version, str)
        or not _VERSION.fullmatch(version)
        or not isinstance(page, str)
        or not isinstance(message, str)
        or len(message) > LONGEST_WORDS
        or not isinstance(signed_at_s, int)
    ):
        raise AnnouncementError(Message("updates.unreadable"))
    return Announcement(version, page, message, signed_at_s)


def is_newer(version: str, than: str) -> bool:
    """Return whether a version comes after another; 1.2 equals 1.2.0."""
    return _numbers(version) > _numbers(than)


def _signed_text(file: bytes) -> bytes:
    """Return the lines as they were signed: PowerShell's ``>`` writes UTF-16 and ends lines with CRLF."""
    try:
        return text_bytes.utf8(file).replace(b"\r\n", b"\n")
    except ValueError:
        return file


def _is_signed(line: bytes, signature: bytes, key: str) -> bool:
    # Loads in 20 ms, and is needed only for announcements.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True)).verify(
            base64.b64decode(signature, validate=True), line
        )
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
