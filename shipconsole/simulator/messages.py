"""Requests and responses between the simulator's server and the simulated platforms."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol, TypeAlias, cast

from shipconsole.simulator.limits import Limit

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

DEEPEST = 100
"""How deep the JSON of a request may be nested."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; its path is relative to the platform's base URL."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names in lower case."""
    body: bytes = b""
    base: str = ""
    """The platform's base URL as the caller wrote it, for links in responses."""
    pairs: tuple[tuple[str, str], ...] = ()
    """The query in its own order, where a name may be repeated."""


class Effect(NamedTuple):
    """A request that a platform acted on."""

    call: str
    order_number: str
    body: Json


@dataclass(frozen=True, slots=True)
class Response:
    """One response; `effect` is set only if the platform acted on the request."""

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    effect: Effect | None = None
    effects: tuple[Effect, ...] = ()
    """The effects of one request about several orders."""

    def with_headers(self, headers: Mapping[str, str]) -> "Response":
        """Return the same response with further headers."""
        return replace(self, headers={**self.headers, **headers})


class Route(NamedTuple):
    """One call of a platform: method, path, and its name in faults and logs."""

    method: str
    path: re.Pattern[str]
    call: str


class Vendor(Protocol):
    """What the server needs of a simulated platform."""

    routes: tuple[Route, ...]
    limit: Limit | None

    def answer(self, request: Request) -> Response:
        """Act on a request and respond as the platform would."""
        ...

    def refusal(self, field: tuple[str | int, ...] = ()) -> Response:
        """Return a rejection in the platform's own format, although the request is valid; `field` is its path."""
        ...

    def unauthorized(self) -> Response:
        """Return the response for a wrong API key."""
        ...

    def too_many(self, wait_s: float) -> Response:
        """Return the response for an exceeded rate limit, with the time to wait."""
        ...

    def accepted(self, answer: Response) -> Response:
        """Return the response that the request is accepted but not finished, instead of a success."""
        ...

    def failure(self, status: int) -> Response:
        """Return the response for a failure at the platform."""
        ...

    def view(self) -> Json:
        """Return everything that the platform stores."""
        ...


def json_answer(status: int, value: Json, *, effect: Effect | None = None) -> Response:
    """Return a response with a JSON document."""
    text = json.dumps(value, ensure_ascii=False)
    # JSON can express half a surrogate pair, UTF-8 can't.
    return Response(status, text.encode(errors="replace"), effect=effect)


def read_json(body: bytes) -> Json:
    """Read a JSON document; raise ValueError if it is none, or nested too deep."""
    try:
        value = cast(Json, json.loads(body))
    except RecursionError:
        raise ValueError("nested too deep") from None
    if _is_deeper(value, DEEPEST):
        raise ValueError("nested too deep")
    return value


def _is_deeper(value: Json, levels: int) -> bool:
    row = [value]
    for _ in range(levels):
        row = [inner for outer in row for inner in _parts(outer)]
    return bool(row)


def _parts(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def find_route(routes: tuple[Route, ...], method: str, path: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the call of a method and path, and the named parts of the path; HEAD is treated as GET."""
    used_method = "GET" if method == "HEAD" else method
    for route in routes:
        if route.method == used_method and (found := route.path.fullmatch(path)):
            return route.call, found.groupdict()
    return None


def allowed_methods(routes: tuple[Route, ...], path: str) -> tuple[str, ...]:
    """Return the methods of a path; empty if there is no such path."""
    return tuple(route.method for route in routes if route.path.fullmatch(path))
