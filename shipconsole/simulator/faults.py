"""The faults a practice vendor can be made to show, and what each does to its answer."""

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

from shipconsole.simulator.messages import Answer, Json, Request, Vendor, read_json

MARK = {"X-Practice": "not the real vendor"}
"""The header every answer carries, so that nobody takes the practice for the vendor."""

HUGE_BYTES = 100 * 1024 * 1024
LONGEST_S = 600.0

_HTML = "text/html; charset=UTF-8"
_FIREWALL = (
    b"<!DOCTYPE html>\n<!--[if lt IE 7]> <html class='no-js ie6'> <![endif]-->\n<html><head>"
    b"<title>Attention Required! | Cloudflare</title></head>"
    b"<body><h1>Sorry, you have been blocked</h1><p>Cloudflare Ray ID: 8f0a1b2c3d4e5f60</p></body></html>"
)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n" + b"".join(
    f"{name}: {value}\r\n".encode() for name, value in MARK.items()
)


class Raw(NamedTuple):
    """Bytes that are written as they are, after which the connection is closed."""

    chunks: Iterator[bytes]


class Kind(NamedTuple):
    """One way to fail: whether the vendor acts upon the request, and what is seen of it."""

    acts: bool
    words: str


KINDS: Mapping[str, Kind] = {
    "slow": Kind(True, "waits so many seconds, then acts and answers, even if the caller has gone"),
    "refuse": Kind(False, "refuses in the vendor's own envelope"),
    "refuse_field": Kind(False, "refuses one field that was sent and names it, the vendor's own way"),
    "keep_other": Kind(True, "acts, but on another value of one field than was sent"),
    "429": Kind(False, "says that the rate limit is reached, with Retry-After of so many seconds"),
    "401": Kind(False, "says that the key is wrong"),
    "500_before": Kind(False, "answers 500 without acting"),
    "500_after": Kind(True, "acts, then answers 500"),
    "503": Kind(False, "answers 503 without acting"),
    "drop_before": Kind(False, "closes the connection without acting or answering"),
    "drop_after": Kind(True, "acts, then closes the connection without answering"),
    "html": Kind(False, "answers 502 with a page in HTML, without acting"),
    "403_page": Kind(False, "answers 403 with the page of a firewall before it (Cloudflare's), without acting"),
    "407": Kind(False, "answers 407 as a proxy that wants a login does, without acting"),
    "portal": Kind(False, "answers 200 with the login page of a network, without acting"),
    "202": Kind(True, "acts, but answers 202: taken in and not done yet, with a job where the vendor has jobs"),
    "utf16": Kind(True, "acts, then answers in UTF-16"),
    "no_utf8": Kind(True, "acts, then answers with a byte in a text that is no UTF-8"),
    "beside": Kind(True, "acts, but names an error beside its success"),
    "empty": Kind(True, "acts, then answers 200 with no body"),
    "cut": Kind(True, "acts, then breaks off in the middle of the answer"),
    "deep": Kind(True, "acts, then answers 200 with JSON nested 200 deep"),
    "huge": Kind(True, "acts, then answers 200 with a body that goes on up to 100 MB"),
    "garbage": Kind(True, "acts, then answers with something that is not HTTP"),
}


class FaultError(ValueError):
    """What was asked for is no fault; its text says why."""


@dataclass(slots=True)
class Fault:
    """One fault that has been asked for; `times` is how often it still strikes, None is always.

    `field` is the end of the path of the field that it is about, as in ``destination.street``; where it is empty,
    that is the first text that was sent.
    """

    vendor: str
    call: str
    kind: str
    times: int | None
    seconds: float
    field: str = ""


class Faults:
    """The faults asked for, the oldest first."""

    def __init__(self, calls: Mapping[str, Sequence[str]]) -> None:
        self._calls = calls
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault after checking that there is such a vendor, call and kind."""
        if fault.vendor != "*" and fault.vendor not in self._calls:
            raise FaultError(f"There is no vendor {fault.vendor!r}, only {', '.join(self._calls)} and *.")
        vendors = self._calls if fault.vendor == "*" else [fault.vendor]
        calls = [call for vendor in vendors for call in self._calls[vendor]]
        if fault.call != "*" and fault.call not in calls:
            raise FaultError(f"There is no call {fault.call!r}, only {', '.join(calls)} and *.")
        if fault.kind not in KINDS:
            raise FaultError(f"There is no kind of fault {fault.kind!r}, only {', '.join(KINDS)}.")
        if fault.times is not None and fault.times < 1:
            raise FaultError("times must be 1 or more, or null for always.")
        if not 0 <= fault.seconds <= LONGEST_S:
            raise FaultError(f"seconds must be from 0 to {LONGEST_S:.0f}.")
        self._faults.append(dataclasses.replace(fault))

    def clear(self) -> None:
        """Forget every fault."""
        self._faults.clear()

    def take(self, vendor: str, call: str | None) -> Fault | None:
        """Give the first fault that strikes this call and count it down."""
        for fault in self._faults:
            if fault.vendor in ("*", vendor) and fault.call in ("*", call):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                return fault
        return None

    def view(self) -> Json:
        """List the faults that still strike."""
        return [dataclasses.asdict(fault) for fault in self._faults]


def parse(text: str) -> Fault:
    """Read a fault as the command line writes it: vendor:kind[:times[:seconds[:field]]]."""
    parts = text.split(":")
    if not 2 <= len(parts) <= 5:
        raise FaultError(f"{text!r} is no fault; write vendor:kind[:times[:seconds[:field]]].")
    vendor, kind, times, seconds, field = [*parts, "", "", ""][:5]
    try:
        return Fault(vendor, "*", kind, int(times) if times else None, float(seconds) if seconds else 1.0, field)
    except ValueError:
        raise FaultError(f"In {text!r} times must be a whole number and seconds a number.") from None


def read(value: Json) -> Fault:
    """Read a fault from JSON: vendor, call, kind, times, seconds, field."""
    if not isinstance(value, dict):
        raise FaultError("A fault is an object with vendor, call, kind, times, seconds and field.")
    if unknown := value.keys() - {"vendor", "call", "kind", "times", "seconds", "field"}:
        raise FaultError(f"A fault has no {', '.join(sorted(unknown))}.")
    times, seconds = value.get("times"), value.get("seconds", 1.0)
    if isinstance(times, bool) or not isinstance(times, int | None):
        raise FaultError("times must be a whole number, or null for always.")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise FaultError("seconds must be a number.")
    return Fault(
        str(value.get("vendor", "*")),
        str(value.get("call", "*")),
        str(value.get("kind")),
        times,
        float(seconds),
        str(value.get("field", "")),
    )


def strike(fault: Fault, vendor: Vendor, request: Request, act: Callable[[Request], Answer]) -> Answer | Raw:
    """Let a fault strike: act where its kind acts, and give what the caller gets to see."""
    if fault.kind == "keep_other":
        return act(_with_other_value(request, fault.field))
    if fault.kind == "202":
        answer = act(request)
        return vendor.taken_in(answer) if answer.status < 300 else answer
    return _after(fault.kind, vendor, act(request)) if KINDS[fault.kind].acts else _instead(fault, vendor, request)


def _instead(fault: Fault, vendor: Vendor, request: Request) -> Answer | Raw:
    match fault.kind:
        case "refuse_field":
            return vendor.refusal(_field(request, fault.field))
        case "refuse":
            return vendor.refusal()
        case "429":
            return vendor.too_many(fault.seconds)
        case "401":
            return vendor.unauthorized()
        case "html":
            page = b"<html><title>502 Bad Gateway</title><body><h1>502 Bad Gateway</h1></body></html>"
            return Answer(502, page, _HTML)
        case "403_page":
            return Answer(403, _FIREWALL, _HTML, {"Server": "cloudflare", "CF-RAY": "8f0a1b2c3d4e5f60-SYD"})
        case "407":
            page = b"<html><title>Proxy Authentication Required</title></html>"
            return Answer(407, page, _HTML, {"Proxy-Authenticate": 'Basic realm="proxy"'})
        case "portal":
            return Answer(
                200, b"<!DOCTYPE html><html><head><title>Welcome to the guest network</title></head></html>", _HTML
            )
        case "drop_before":
            return Raw(iter(()))
        case kind:
            return vendor.failure(503 if kind == "503" else 500)


def _field(request: Request, ending: str) -> tuple[str | int, ...]:
    """Where the field that a fault is about stands in a request's body, empty where it was not sent."""
    try:
        texts = _texts(read_json(request.body))
    except ValueError:
        return ()
    wanted = ending.split(".") if ending else []
    found = (path for path in texts if [str(step) for step in path][len(path) - len(wanted) :] == wanted)
    return next(found, ())


def _texts(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all texts and numbers in a document, in its own order."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*path, step))
    elif isinstance(value, str | int | float) and not str(path[-1:]).endswith("id',)"):
        yield path


def _with_other_value(request: Request, ending: str) -> Request:
    """The request with a 0 before the text, or 1 more, in the field that a fault is about."""
    path = _field(request, ending)
    if not path:
        return request
    body = read_json(request.body)
    holder = cast("Any", body)
    for step in path[:-1]:
        holder = holder[step]
    value = holder[path[-1]]
    holder[path[-1]] = f"0{value}" if isinstance(value, str) else value + 1
    return replace(request, body=json.dumps(body).encode())


def _after(kind: str, vendor: Vendor, answer: Answer) -> Answer | Raw:
    match kind:
        case "500_after":
            return vendor.failure(500)
        case "drop_after":
            return Raw(iter(()))
        case "empty":
            return Answer(200)
        case "deep":
            return Answer(200, b'{"a":' * 200 + b"1" + b"}" * 200)
        case "utf16":
            text = answer.body.decode().encode("utf-16-le")
            return replace(answer, body=text, content_type="application/json; charset=utf-16")
        case "no_utf8":
            return replace(answer, body=answer.body.replace(b'": "', b'": "\xe9', 1))
        case "beside":
            return replace(answer, body=_with_error(answer.body))
        case "cut":
            return Raw(_cut(answer.body or b'{"success": true, "page": 1}'))
        case "huge":
            return Raw(_huge())
        case "garbage":
            return Raw(iter([b"\x16\x03\x01 this is not HTTP \x00\xff\r\n\r\n"]))
        case _:
            return answer


def _with_error(body: bytes) -> bytes:
    """An object with an error in it that changes nothing else."""
    value = read_json(body) if body else {}
    beside: Json = [{"message": "The service is not available for this address.", "details": "carrier_service_code"}]
    return json.dumps({**value, "errors": beside} if isinstance(value, dict) else value).encode()


def _cut(body: bytes) -> Iterator[bytes]:
    yield _HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2]


def _huge() -> Iterator[bytes]:
    block = b'"' + b"x" * 65532 + b'",\n'
    yield _HEAD + b"\r\n["
    for _ in range(HUGE_BYTES // len(block)):
        yield block
