"""What passes between the simulator's server and the platforms that it simulates: requests and responses."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol, TypeAlias, cast

from shipconsole.simulator.limits import Limit

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

DEEPEST = 100
"""Levels of nesting that a request may have."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came, its path counted from the vendor's base address."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names in lower case."""
    body: bytes = b""
    base: str = ""
    """The vendor's base address as the caller wrote it, for links in answers."""
    pairs: tuple[tuple[str, str], ...] = ()
    """The query in its own order, where a name may stand more than once."""


class Notified(NamedTuple):
    """Something a vendor was told and has acted upon."""

    call: str
    order_number: str
    body: Json


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; `told` is set only when the vendor acted upon what it was told."""

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    told: Notified | None = None
    told_together: tuple[Notified, ...] = ()
    """What the vendor was told in one request about several orders."""

    def with_headers(self, headers: Mapping[str, str]) -> "Response":
        """Give the same answer with further headers."""
        return replace(self, headers={**self.headers, **headers})


class Route(NamedTuple):
    """One call a vendor offers: method, path and the name it has in faults and logs."""

    method: str
    path: re.Pattern[str]
    call: str


class Vendor(Protocol):
    """What the server needs of a vendor it plays."""

    routes: tuple[Route, ...]
    limit: Limit | None

    def answer(self, request: Request) -> Response:
        """Do what is asked and answer as the vendor would."""
        ...

    def refusal(self, field: tuple[str | int, ...] = ()) -> Response:
        """Refuse in the vendor's own envelope, without a reason in the request; a field is named at its path."""
        ...

    def unauthorized(self) -> Response:
        """Answer that the key is wrong."""
        ...

    def too_many(self, wait_s: float) -> Response:
        """Answer that the rate limit is reached and when to come back."""
        ...

    def taken_in(self, answer: Response) -> Response:
        """Answer in place of an answer of success that it is not done yet."""
        ...

    def failure(self, status: int) -> Response:
        """Answer that something is broken at the vendor's."""
        ...

    def view(self) -> Json:
        """Give everything the vendor holds at present."""
        ...


def json_answer(status: int, value: Json, *, told: Notified | None = None) -> Response:
    """Answer with a JSON document."""
    text = json.dumps(value, ensure_ascii=False)
    # Half a surrogate pair can be written in JSON but not in UTF-8.
    return Response(status, text.encode(errors="replace"), told=told)


def read_json(body: bytes) -> Json:
    """Read a JSON document; ValueError when it is none, or nested too deep to be read."""
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
    """Find which call a method and path mean, and the named parts of the path; HEAD asks like GET."""
    wanted = "GET" if method == "HEAD" else method
    for route in routes:
        if route.method == wanted and (found := route.path.fullmatch(path)):
            return route.call, found.groupdict()
    return None


def allowed_methods(routes: tuple[Route, ...], path: str) -> tuple[str, ...]:
    """List the methods a path knows; none means there is no such path."""
    return tuple(route.method for route in routes if route.path.fullmatch(path))
