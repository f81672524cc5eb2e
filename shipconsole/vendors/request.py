"""One request to a platform and the response to it, as values, whatever transports them."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem
from shipconsole.vendors.field_map import FieldMap

Json = dict[str, "Json"] | list["Json"] | str | int | float | Decimal | bool | None

_REQUEST_ID = re.compile(rb'"request_id"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{1,100})"')
_HEAD_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a platform, complete but for the base address and the keys.

    `call` is the platform's name for it. `repeatable` says that the platform comes to the same state however often it
    is sent. `summary` says in a few words what is sent, `mode` how its response is to be read; neither is sent.
    `field_map` leads each value of the body back to the field of ours that it came from. `warnings` are what a person
    should know before it is sent: what the platform will lose of it or not accept. They are not stored with it.
    """

    call: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Json = None
    repeatable: bool = True
    summary: Message = NO_MESSAGE
    mode: str = ""
    field_map: FieldMap = field(default_factory=FieldMap)
    warnings: tuple[Problem, ...] = ()

    @property
    def body_text(self) -> str:
        """Return the JSON text that is sent, empty where the request has no body."""
        return "" if self.body is None else json_text(self.body)

    @property
    def fingerprint(self) -> str:
        """Return a hash of everything that the platform would receive: equal requests have equal fingerprints."""
        sent = "\n".join((self.method, self.path, repr(self.query), self.body_text))
        return hashlib.sha256(sent.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Response:
    """A response: the status, headers with lower-case names, the body (cut at the sender's limit)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    elapsed_ms: int = 0

    @property
    def request_id(self) -> str:
        """Return the platform's id of the request, for its support; empty where it gave none.

        An error may have it in its body only. Source: ShipEngine, Errors (read November 2026).
        """
        for name in ("x-shipengine-requestid", "request-id", "x-request-id", "x-correlation-id", "cf-ray"):
            if self.headers.get(name):
                return self.headers[name]
        found = _REQUEST_ID.search(self.body, 0, _HEAD_BYTES) if self.status >= 400 else None
        return found[1].decode("ascii", "replace") if found else ""


def json_text(value: Json) -> str:
    """Return JSON as it is sent: decimals as plain numbers (0.7, not 0.69999), no spaces, text unescaped.

    Half of a surrogate pair, which no UTF-8 text can hold, becomes a question mark.
    """
    text = _ENCODER.encode(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _plain(value: object) -> int | float:
    """Return a number that JSON can write; called for what it cannot."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
