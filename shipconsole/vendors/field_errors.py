"""Errors that platforms respond with, in whatever shape, read without ever failing.

A rejection may be a tree by field and position, a list of objects, a list of texts, one text, an HTML page, or
nothing. Everything here is total: any bytes give at least one error with a message.
"""

import contextlib
import json
import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, NamedTuple, TypeVar, cast

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, sentences, verbatim
from shipconsole.domain.outcome import Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import Path, Problem
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.vendors.decoding import decoded, notes_on
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.intermediary import DENIED, NETWORK_LOGIN, PROXY_LOGIN, Intermediary, intermediary_of
from shipconsole.vendors.request import Response

ACCEPTED_ONLY = 202
MAX_NESTING = 64
MAX_DEPTH = 32
MAX_FIELD_ERRORS = 100
MAX_MESSAGE = 500
_MESSAGE_KEYS = (
    "message",
    "error_message",
    "errormessage",
    "error",
    "detail",
    "details",
    "title",
    "description",
)
_KEY_CHARACTERS = "".join(map(chr, range(33, 127)))
"""The characters that a key may have."""
_FIELD_KEYS = ("field", "field_name", "path", "param", "pointer", "property", "attribute")
_FAILED = ("error", "failed", "failure", "fail")
_ESCAPED = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
"""What may stand for one of them in a JSON text."""
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


class FieldError(NamedTuple):
    """One error of a platform: at which of its own paths, its message verbatim, and what is known to help."""

    path: Path
    message: str
    advice: Message = NO_MESSAGE


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> Any:
    """Return the JSON value of a body, or None where it is not JSON (HTML, empty, cut, nested too deep).

    NaN and infinite numbers are read as null. Half surrogate pairs and NUL, which databases refuse, become the
    replacement character, as do bytes that are no text in the body's encoding.
    """
    try:
        text = decoded(body, headers).text
        value = _DECODER.decode(text)
        if text.count("{") + text.count("[") > MAX_NESTING:
            _refuse_deep(value)
        return _clean(value) if "\0" in text or _ESCAPED.search(text) else value
    except (ValueError, RecursionError):
        return None


def parsed(response: Response) -> Any:
    """Return the JSON value of a response's body, or None where it is not JSON."""
    return parse(response.body, response.headers)


Readable = TypeVar("Readable", RemoteOrder, RemoteTrack)


def noted(found: Readable, response: Response) -> Readable:
    """Return what was read, with a note where the response held bytes that are no text."""
    added = notes_on(response.body, response.headers)
    return found.model_copy(update={"notes": (*found.notes, *added)}) if added else found


def _no_number(_name: str) -> None:
    return None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_number, parse_float=_finite)


def _refuse_deep(value: Any) -> None:
    """Raise ValueError for a value that is nested too deep; level by level, since most are wide and flat."""
    level: list[Any] = [value] if isinstance(value, dict | list) else []
    depth = 0
    while level:
        depth += 1
        parts = [cast("Iterable[Any]", outer.values() if isinstance(outer, dict) else outer) for outer in level]
        inside = [inner for part in parts for inner in part]
        if inside and depth > MAX_NESTING:
            raise ValueError("nested too deep")
        level = [inner for inner in inside if isinstance(inner, dict | list)]


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, dict):
        return {_storable(key): _clean(inner) for key, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in cast("list[Any]", value)]
    return value


def _storable(text: str) -> str:
    # Plain texts are the most and the longest, and searching one character by character takes long.
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


def flatten(tree: Any, path: Path = ()) -> list[FieldError]:
    """Return every text of a tree of errors with the path that leads to it, at most `MAX_FIELD_ERRORS` of them.

    Digits as object keys are positions, as Shipup writes them, and a key may be a whole path, as Rails writes them
    (``trackers[1].carrier_code``). An entry of a list may be an error of its own, with a message and its field. What is
    nested deeper than `MAX_DEPTH` is kept as its own JSON text.
    """
    return [field_error for _, field_error in zip(range(MAX_FIELD_ERRORS), _walk(tree, path), strict=False)]


def _walk(tree: Any, path: Path) -> Iterator[FieldError]:
    if tree is None or tree == "" or tree == [] or tree == {}:
        return
    if len(path) >= MAX_DEPTH:
        yield FieldError(path, _json(tree))
    elif isinstance(tree, dict):
        for key, inner in cast("dict[str, Any]", tree).items():
            yield from _walk(inner, (*path, *path_in(key)))
    elif isinstance(tree, list):
        inner_list = cast("list[Any]", tree)
        texts = all(isinstance(inner, str) for inner in inner_list)
        for position, inner in enumerate(inner_list):
            if isinstance(inner, dict) and (single := _single_error(cast("dict[str, Any]", inner), path)):
                yield single
                continue
            yield from _walk(inner, path if texts else (*path, position))
    else:
        yield FieldError(path, _short(str(tree)))


def path_in(text: str) -> Path:
    """Return the path that a text spells: ``items[0].sku``, ``items.0.sku``, ``/items/0/sku`` or ``$.items[0].sku``."""
    parts = [part for part in re.findall(r"[^.\[\]/]+", text) if part != "$"] or [text]
    return tuple(int(part) if part.isdecimal() and len(part) < 7 else part for part in parts)


def _single_error(entry: dict[str, Any], path: Path) -> FieldError | None:
    """Return an error that is an object of its own; None for a part of a tree."""
    if not any(isinstance(entry.get(key), str) and entry[key] for key in ("message", "detail")):
        return None
    source = entry.get("source")
    values = {**cast("dict[str, Any]", source), **entry} if isinstance(source, dict) else entry
    field = next((values[key] for key in _FIELD_KEYS if values.get(key)), None)
    names = cast("list[Any]", field) if isinstance(field, list) else [field]
    field_path = tuple(step for name in names if isinstance(name, str | int) for step in path_in(str(name)))
    return FieldError((*path, *field_path), message_of(entry))


def message_of(value: Any) -> str:
    """Return the message of an object that describes an error, else its own JSON text."""
    if isinstance(value, str):
        return _short(value)
    return message_in(value) or _json(value)


def message_in(value: Any) -> str:
    """Return the message of an object that describes an error, empty where it has none."""
    if not isinstance(value, dict):
        return ""
    fields = {key.casefold(): inner for key, inner in cast("dict[str, Any]", value).items()}
    texts = [fields[key] for key in _MESSAGE_KEYS if isinstance(fields.get(key), str) and fields[key]]
    return _short(": ".join(dict.fromkeys(texts)))


def text_of(body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """Return the readable text of a body that is no JSON: a page's title, else its beginning without tags."""
    text = decoded(body[:65_536], headers).text
    # Every repetition stops at the next tag, so that no page can make the search slow.
    title = re.search(r"<title[^<>]{0,200}>([^<]{0,1000})</title>", text, re.IGNORECASE)
    if title:
        return _short(unescape(title.group(1)))
    without_tags = re.sub(r"<[^<>]{0,2000}>", " ", text) if "<" in text else text
    return _short(unescape(without_tags))


def status_message(response: Response, vendor: str) -> Message:
    """Return a message for a response whose body holds nothing that its platform's readers know."""
    if text := text_of(response.body, response.headers):
        return Message("platform.status_message", platform=vendor, status=str(response.status), text=text)
    return Message("platform.status", platform=vendor, status=str(response.status))


def problems(field_errors: list[FieldError], field_map: FieldMap) -> tuple[Problem, ...]:
    """Return errors as problems at our fields, quoted verbatim; the same message at a field only once.

    Each keeps its own advice: two fields may be rejected with the same message for two reasons.
    """
    found = [
        Problem(
            field_map.ours(field_error.path),
            verbatim(field_error.message) or Message("platform.error_without_message"),
            field_error.advice,
        )
        for field_error in field_errors
    ]
    advised = {problem[:2] for problem in found if problem.advice}
    return tuple(dict.fromkeys(problem for problem in found if problem.advice or problem[:2] not in advised))


def intermediary(response: Response) -> Intermediary | None:
    """Return which device responded instead of the platform; None where the platform responded itself."""
    body = parsed(response) if response.status in DENIED else None
    return intermediary_of(response, decoded(response.body[:65_536], response.headers).text, body)


def retry_after_s(response: Response, now_s: float | None = None) -> float | None:
    """Return the seconds to wait by `Retry-After`, between 1 and 3,600; None where it makes no sense.

    The header holds whole seconds or an HTTP date (RFC 9110, section 10.2.3). A date is compared with the
    response's own `Date`, since this computer's clock may be wrong; where there is none, with `now_s` or that clock.
    """
    text = response.headers.get("retry-after", "").strip()
    if text.isdecimal() and len(text) < 10:
        wait_s = float(text)
    else:
        try:
            wait_s = parsedate_to_datetime(text).timestamp() - _responded_at_s(response, now_s)
        except (ValueError, TypeError, OverflowError):
            return None
        if wait_s < 0 or wait_s > 366 * 86_400:
            return None
    return min(max(wait_s, 1.0), 3_600.0)


def _responded_at_s(response: Response, now_s: float | None) -> float:
    """Return when a response was sent, by the sender's clock."""
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    return time.time() if now_s is None else now_s


def unless_accepted(
    response: Response, vendor: str, field_errors: list[FieldError], field_map: FieldMap
) -> Outcome | None:
    """Return the outcome by a response's status, quoting the platform; None for a 2xx, which its reader judges.

    Only a 4xx about the request itself is a rejection; what the platform might have acted on is unsure.
    """
    status = response.status
    if 200 <= status < 300:
        return None
    text = "; ".join(dict.fromkeys(field_error.message for field_error in field_errors if field_error.message))
    text = text or ("" if field_errors else text_of(response.body, response.headers))
    quoted = Message("platform.message", platform=vendor, text=_short(text)) if text else NO_MESSAGE
    if device := intermediary(response):
        return _intermediary_outcome(device, response, vendor)
    if status == 401:
        return Blocked(sentences(Message("platform.key_rejected", platform=vendor), quoted))
    if status == 402:
        return Blocked(sentences(Message("platform.payment", platform=vendor), quoted))
    if status == 403:
        return Blocked(sentences(Message("platform.not_permitted", platform=vendor), quoted))
    if 300 <= status < 400:
        return Blocked(Message("platform.redirected", platform=vendor, status=str(status)))
    wait_s = retry_after_s(response)
    if status == 429:
        message = sentences(Message("platform.rate_limit", platform=vendor), quoted)
        return TryLater(message, after_s=wait_s, whole_account=True)
    if status == 503 and wait_s is not None:
        return TryLater(sentences(Message("platform.unavailable", platform=vendor), quoted), after_s=wait_s)
    if 400 <= status < 500 and status not in (408, 425):
        found = problems(field_errors, field_map)
        return Refused(found or (Problem((), status_message(response, vendor)),))
    return Unsure(sentences(Message("platform.status", platform=vendor, status=str(status)), quoted))


def _intermediary_outcome(device: Intermediary, response: Response, vendor: str) -> Outcome:
    """Return the outcome where a device on the way to the platform responded: nothing about the key."""
    status = str(response.status)
    responded = Message("network.between", platform=vendor, status=status)
    if device.name:
        responded = Message("network.between_named", platform=vendor, device=device.name, status=status)
    body = parsed(response)
    text = text_of(response.body, response.headers) if body is None else message_of(body)
    message = sentences(
        responded,
        Message("network.not_reached", platform=vendor) if device.stopped_request else Message("network.key_unknown"),
        Message("network.device_message", text=text) if text else NO_MESSAGE,
        _HELP.get(response.status, Message("network.ask")),
    )
    if device.stopped_request:
        return TryLater(message, after_s=retry_after_s(response), nobody_there=True)
    return Unsure(message)


_HELP = {
    NETWORK_LOGIN: Message("network.login"),
    PROXY_LOGIN: Message("network.proxy_login"),
}


def not_done_yet(response: Response, vendor: str) -> Unsure | None:
    """Return the outcome of a 202: the request was accepted but may not be done; None for every other status.

    Source: RFC 9110, section 15.3.3 (read November 2026).
    """
    if response.status != ACCEPTED_ONLY or intermediary(response):
        return None
    return Unsure(Message("platform.accepted_only", platform=vendor, status=str(ACCEPTED_ONLY)))


def reported_failure(response: Response, body: Any, vendor: str) -> Unsure | None:
    """Return the outcome of a 2xx whose body reports a failure, which no platform documents; None for any other."""
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    status = fields.get("status")
    has_failed = isinstance(status, str) and status.strip().casefold() in _FAILED
    if not (has_failed or fields.get("error") or fields.get("success") is False):
        return None
    text = message_of(fields)
    return Unsure(Message("platform.reported_failure", platform=vendor, status=str(response.status), text=text))


def unreadable(response: Response, vendor: str) -> Unsure:
    """Return the outcome of a 2xx whose body is not what the platform documents."""
    means = Message("platform.web_page") if intermediary(response) else Message("platform.unreadable")
    return Unsure(sentences(status_message(response, vendor), means))


def _json(tree: Any) -> str:
    try:
        text = json.dumps(tree, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = "nested too deep to show"
    return _short(text)


def _short(text: str) -> str:
    """Return a text in one line, cut where it is long, but not within a word: half a key could not be masked later."""
    one_line = " ".join(_UNSTORABLE.sub("\ufffd", text).split())
    return one_line if len(one_line) <= MAX_MESSAGE else one_line[: MAX_MESSAGE - 1].rstrip(_KEY_CHARACTERS) + "…"
