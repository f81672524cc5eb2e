"""The faults that a simulated platform can show, and what each does to a response."""

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

from shipconsole.simulator.messages import Json, Request, Response, Vendor, read_json
from shipconsole.simulator.texts import sentence

MARK = {"X-Simulator": "not the real platform"}
"""A header in every response, so that nobody mistakes the simulator for the platform."""

HUGE_BYTES = 100 * 1024 * 1024
LONGEST_S = 600.0
UPDATES = "updates"
"""In place of a request's name: every request that tells of a shipment."""
_UPDATES = frozenset({"notify_shipped", "update_order", "create_order", "batch_create"})

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
    """Bytes that are sent as they are, after which the connection is closed."""

    chunks: Iterator[bytes]


class Kind(NamedTuple):
    """One kind of fault: whether the platform acts on the request, and the response."""

    acts: bool
    text_id: str


KINDS: Mapping[str, Kind] = {
    "slow": Kind(True, "simulator.effect.slow"),
    "refuse": Kind(False, "simulator.effect.refuse"),
    "refuse_field": Kind(False, "simulator.effect.refuse_field"),
    "keep_other": Kind(True, "simulator.effect.keep_other"),
    "429": Kind(False, "simulator.effect.429"),
    "401": Kind(False, "simulator.effect.401"),
    "500_before": Kind(False, "simulator.effect.500_before"),
    "500_after": Kind(True, "simulator.effect.500_after"),
    "503": Kind(False, "simulator.effect.503"),
    "drop_before": Kind(False, "simulator.effect.drop_before"),
    "drop_after": Kind(True, "simulator.effect.drop_after"),
    "html": Kind(False, "simulator.effect.html"),
    "403_page": Kind(False, "simulator.effect.403_page"),
    "407": Kind(False, "simulator.effect.407"),
    "portal": Kind(False, "simulator.effect.portal"),
    "202": Kind(True, "simulator.effect.202"),
    "utf16": Kind(True, "simulator.effect.utf16"),
    "no_utf8": Kind(True, "simulator.effect.no_utf8"),
    "beside": Kind(True, "simulator.effect.beside"),
    "empty": Kind(True, "simulator.effect.empty"),
    "cut": Kind(True, "simulator.effect.cut"),
    "deep": Kind(True, "simulator.effect.deep"),
    "huge": Kind(True, "simulator.effect.huge"),
    "garbage": Kind(True, "simulator.effect.garbage"),
}


class FaultError(ValueError):
    """The requested fault or command is invalid; the reason in English, and as an id with arguments."""

    def __init__(self, text_id: str, **arguments: str | int | tuple[str, ...]) -> None:
        """Store the reason."""
        super().__init__(sentence(text_id, **arguments))
        self.text_id = text_id
        self.arguments = arguments


@dataclass(slots=True)
class Fault:
    """One active fault; `times` is how often it still occurs, None is always.

    `field` is the end of the path of its field, as in ``destination.street``; if empty, the first text that was sent.
    """

    vendor: str
    call: str
    kind: str
    times: int | None
    seconds: float
    field: str = ""


class Faults:
    """The active faults, oldest first."""

    def __init__(self, calls: Mapping[str, Sequence[str]]) -> None:
        self._calls = calls
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault; raise FaultError if there is no such platform, call or kind."""
        if fault.vendor != "*" and fault.vendor not in self._calls:
            raise FaultError("simulator.no_vendor", vendor=fault.vendor, known=tuple(self._calls))
        vendors = self._calls if fault.vendor == "*" else [fault.vendor]
        calls = [call for vendor in vendors for call in self._calls[vendor]]
        if fault.call not in ("*", UPDATES, *calls):
            raise FaultError("simulator.no_call", call=fault.call, known=(*calls, UPDATES))
        if fault.kind not in KINDS:
            raise FaultError("simulator.no_kind", kind=fault.kind, known=tuple(KINDS))
        if fault.times is not None and fault.times < 1:
            raise FaultError("simulator.no_times_range")
        if not 0 <= fault.seconds <= LONGEST_S:
            raise FaultError("simulator.no_seconds_range", most=round(LONGEST_S))
        self._faults.append(dataclasses.replace(fault))

    def clear(self) -> None:
        """Remove every fault."""
        self._faults.clear()

    def take(self, vendor: str, call: str | None) -> Fault | None:
        """Return the first fault for this call and count it down."""
        for fault in self._faults:
            is_meant = fault.call in ("*", call) or (fault.call == UPDATES and call in _UPDATES)
            if fault.vendor in ("*", vendor) and is_meant:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                return fault
        return None

    def view(self) -> Json:
        """List the active faults."""
        return [dataclasses.asdict(fault) for fault in self._faults]


def parse(text: str) -> Fault:
    """Read a fault from the command line: vendor:kind[:times[:seconds[:field]]]."""
    parts = text.split(":")
    if not 2 <= len(parts) <= 5:
        raise FaultError("simulator.no_fault", fault=text)
    vendor, kind, times, seconds, field = [*parts, "", "", ""][:5]
    try:
        return Fault(vendor, "*", kind, int(times) if times else None, float(seconds) if seconds else 1.0, field)
    except ValueError:
        raise FaultError("simulator.no_fault_numbers", fault=text) from None


def read(value: Json) -> Fault:
    """Read a fault from JSON: vendor, call, kind, times, seconds, field."""
    if not isinstance(value, dict):
        raise FaultError("simulator.no_fault_object")
    if unknown := value.keys() - {"vendor", "call", "kind", "times", "seconds", "field"}:
        raise FaultError("simulator.no_fault_field", fields=tuple(sorted(unknown)))
    times, seconds = value.get("times"), value.get("seconds", 1.0)
    if isinstance(times, bool) or not isinstance(times, int | None):
        raise FaultError("simulator.no_times")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise FaultError("simulator.no_seconds")
    return Fault(
        str(value.get("vendor", "*")),
        str(value.get("call", "*")),
        str(value.get("kind")),
        times,
        float(seconds),
        str(value.get("field", "")),
    )


def strike(fault: Fault, vendor: Vendor, request: Request, act: Callable[[Request], Response]) -> Response | Raw:
    """Apply a fault: act if its kind does, and return what the caller receives."""
    if fault.kind == "keep_other":
        return act(_with_other_value(request, fault.field))
    if fault.kind == "202":
        answer = act(request)
        return vendor.accepted(answer) if answer.status < 300 else answer
    return _after(fault.kind, vendor, act(request)) if KINDS[fault.kind].acts else _instead(fault, vendor, request)


def _instead(fault: Fault, vendor: Vendor, request: Request) -> Response | Raw:
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
            return Response(502, page, _HTML)
        case "403_page":
            return Response(403, _FIREWALL, _HTML, {"Server": "cloudflare", "CF-RAY": "8f0a1b2c3d4e5f60-SYD"})
        case "407":
            page = b"<html><title>Proxy Authentication Required</title></html>"
            return Response(407, page, _HTML, {"Proxy-Authenticate": 'Basic realm="proxy"'})
        case "portal":
            return Response(
                200, b"<!DOCTYPE html><html><head><title>Welcome to the guest network</title></head></html>", _HTML
            )
        case "drop_before":
            return Raw(iter(()))
        case kind:
            return vendor.failure(503 if kind == "503" else 500)


def _field(request: Request, ending: str) -> tuple[str | int, ...]:
    """Return the path of a fault's field in a request's body, empty if it was not sent."""
    try:
        texts = _texts(read_json(request.body))
    except ValueError:
        return ()
    names = ending.split(".") if ending else []
    found = (path for path in texts if [str(step) for step in path][len(path) - len(names) :] == names)
    return next(found, ())


def _texts(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of all texts and numbers in a document, in its own order."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*path, step))
    elif isinstance(value, str | int | float) and not str(path[-1:]).endswith("id',)"):
        yield path


def _with_other_value(request: Request, ending: str) -> Request:
    """Return the request with another value in the fault's field: a 0 before a text, a number plus 1."""
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


def _after(kind: str, vendor: Vendor, answer: Response) -> Response | Raw:
    match kind:
        case "500_after":
            return vendor.failure(500)
        case "drop_after":
            return Raw(iter(()))
        case "empty":
            return Response(200)
        case "deep":
            return Response(200, b'{"a":' * 200 + b"1" + b"}" * 200)
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
    """Add an error to a response that changes nothing else."""
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
