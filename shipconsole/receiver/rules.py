"""The HTTP that the receiver accepts: one small POST a connection, with nothing that is ambiguous."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

from shipconsole.domain.json_limits import BODY_BYTES

HEAD_BYTES = 16 * 1024
EXTENSION_BYTES = 1024
CHUNK_HEAD_BYTES = 20
"""The length of a chunk in hexadecimal, and two line ends."""
CONTINUE = b"100-continue"
CHUNKS = 4_096
"""A million chunks of one byte each would take many seconds."""

_ONCE = (
    b"host",
    b"expect",
    b"content-type",
    b"content-encoding",
    b"content-length",
    b"transfer-encoding",
    b"x-shipengine-",
)
"""Prefixes of the headers that may not be repeated; proxies may add others."""

# Folded lines, and line ends that some programs do not accept.
_INVALID_LINES = re.compile(rb"\n[ \t]|(?<!\r)\n|\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Rules:
    """The receiver's limits, and the names of this computer in addition to its own.

    At most `connections` are open, and `each` for one address; the one that has waited longest without a request is
    rejected. A tunnel or proxy on this computer serves many senders, so loopback may use all. At most `most_per_s`
    webhooks are accepted in a second; the others wait a moment.
    """

    names: tuple[str, ...] = ()
    connections: int = 64
    each: int = 8
    request_s: float = 10.0
    answer_s: float = 9.0
    most_per_s: float | None = None


def name_of(host: bytes) -> str:
    """Return the name in a Host header without its port, in lower case; empty if there is none."""
    try:
        text = host.decode("ascii")
        parts = urlsplit(f"//{text}")
        usable = parts.netloc == text and "@" not in text and text.isprintable() and (parts.port or 1) > 0
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".") if usable else ""


def is_ours(name: str, names: Sequence[str]) -> bool:
    """Return whether a request for this host name may be meant for us.

    A page in a browser of this computer can make its own host name resolve here, but not an IP address.
    """
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name in {host.strip().lower() for host in names}
    return True


def _is_repeated(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    names = [name for name, _ in headers if name.startswith(_ONCE)]
    return len(set(names)) < len(names)


class StrictConnection(h11.Connection):
    """One connection's HTTP; what the rules forbid is a protocol error, its status in `refusal`."""

    def __init__(self, rules: Rules) -> None:
        """Initialize as the server's side of a connection."""
        super().__init__(h11.SERVER, HEAD_BYTES)
        self.refusal = 400
        self.is_complete = False
        self._rules = rules
        self._received_bytes = 0
        self._head = b""
        self._head_bytes = 0
        self._body_bytes = 0
        self._chunks = 0
        self._is_chunked = False

    def receive_data(self, data: bytes) -> None:
        """Count the bytes, then parse them."""
        self._received_bytes += len(data)
        if not self._head_bytes:
            self._head += data[: HEAD_BYTES + 1 - len(self._head)]
        super().receive_data(data)

    def next_event(self) -> "h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]":
        """Return the next event; raise RemoteProtocolError if the rules forbid it."""
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            # The sender has to fix an unreadable request; a retry would not help.
            self.refusal = error.error_status_hint if error.error_status_hint < 500 else 400
            raise
        if isinstance(event, h11.Request):
            self._head_bytes = self._read_bytes()
            self._check_head(event)
        elif isinstance(event, h11.Data):
            self._check_body(event)
        elif isinstance(event, h11.EndOfMessage):
            self.is_complete = True
            if list(event.headers):
                self._refuse(400, "Trailers are not read")
        return event

    def _check_head(self, request: h11.Request) -> None:
        headers = [(name.lower(), value) for name, value in request.headers]
        found = dict(headers)
        self._is_chunked = b"transfer-encoding" in found
        kind, _, charset = found.get(b"content-type", b"").lower().partition(b";")
        length = found.get(b"content-length", b"0")
        head = self._head[: self._head_bytes]
        if self._head_bytes > HEAD_BYTES:
            self._refuse(431, "The head is too long")
        elif _INVALID_LINES.search(head):
            self._refuse(400, "A line is folded, or does not end with CRLF")
        elif request.http_version != b"1.1":
            self._refuse(400, "HTTP/1.1 is required")
        elif not request.target.startswith(b"/webhooks/"):
            self._refuse(404, "Nothing is at this path")
        elif request.method != b"POST":
            self._refuse(405, "POST is required")
        elif self._is_chunked and b"content-length" in found:
            self._refuse(400, "Length and chunks contradict each other")
        elif len(found) < len(headers) and _is_repeated(headers):
            self._refuse(400, "A header is repeated")
        elif not is_ours(name_of(found[b"host"]), self._rules.names):
            self._refuse(421, "The Host header names another host")
        elif b"origin" in found:
            self._refuse(403, "Requests from pages in a browser are not accepted")
        elif found.get(b"expect", CONTINUE).lower() != CONTINUE or b"upgrade" in found:
            self._refuse(417, "Expect accepts 100-continue only, and there is no upgrade")
        elif found.get(b"content-encoding", b"identity").lower() != b"identity":
            self._refuse(415, "The body is compressed")
        elif kind.strip() != b"application/json" or charset.replace(b" ", b"") not in (
            b"",
            b"charset=utf-8",
            b'charset="utf-8"',
        ):
            self._refuse(415, "JSON in UTF-8 is required")
        elif len(length) > len(str(BODY_BYTES)) or int(length) > BODY_BYTES:
            self._refuse(413, "The body is too long")

    def _check_body(self, data: h11.Data) -> None:
        self._body_bytes += len(data.data)
        self._chunks += data.chunk_start
        extra_bytes = self._read_bytes() - self._head_bytes - self._body_bytes
        if self._body_bytes > BODY_BYTES:
            self._refuse(413, "The body is too long")
        elif self._is_chunked and extra_bytes > EXTENSION_BYTES + CHUNK_HEAD_BYTES * self._chunks:
            self._refuse(400, "The chunks contain too much beside the body")
        elif self._chunks > CHUNKS:
            self._refuse(400, "There are too many chunks")

    def _read_bytes(self) -> int:
        return self._received_bytes - len(self.trailing_data[0])

    def _refuse(self, status: int, message: str) -> None:
        self.refusal = status
        raise h11.RemoteProtocolError(message, error_status_hint=status)
