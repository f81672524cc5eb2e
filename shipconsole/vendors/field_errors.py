"""Complaints: what platforms write when they refuse, in whatever shape, read without ever failing.

A refusal may be a tree by field and position, a list of objects, a list of texts, one text, an HTML
page, or nothing. Everything here is total: any bytes give at least one complaint in words.
"""

import contextlib
import json
import math
import re
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, NamedTuple, TypeVar, cast

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, sentences, verbatim
from shipconsole.domain.outcome import Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import Path, Problem
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.vendors.between import DENIED, NETWORK_LOGIN, PROXY_LOGIN, Between, between
from shipconsole.vendors.decoding import decoded, notes_on
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.field_map import FieldMap

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
_SIGNS = "".join(map(chr, range(33, 127)))
"""What a key may be made of."""
_FIELD_KEYS = ("field", "field_name", "path", "param", "pointer", "property", "attribute")
_FAILED = ("error", "failed", "failure", "fail")
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


class FieldError(NamedTuple):
    """One thing a platform found wrong: at which of its own paths, in its own words, and what is known to help."""

    path: Path
    message: str
    advice: Message = NO_MESSAGE


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON value of a body, or None where it is not JSON (HTML, empty, cut, nested past all sense).

    NaN and infinite numbers are read as null. Half surrogate pairs and NUL, which databases refuse,
    become the replacement character, as do bytes that are no text in the body's encoding.
    """
    try:
        text = decoded(body, headers).text
        return _clean(json.loads(text, strict=False, parse_constant=_no_number, parse_float=_finite), 0)
    except (ValueError, RecursionError):
        return None


def parsed(answer: Answer) -> Any:
    """The JSON value of a response's body, or None where it is not JSON."""
    return parse(answer.body, answer.headers)


Readable = TypeVar("Readable", RemoteOrder, RemoteTrack)


def noted(found: Readable, answer: Answer) -> Readable:
    """What was read, with a note where the response held bytes that are no text."""
    added = notes_on(answer.body, answer.headers)
    return found.model_copy(update={"notes": (*found.notes, *added)}) if added else found


def _no_number(_name: str) -> None:
    return None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _clean(value: Any, depth: int) -> Any:
    if depth > MAX_NESTING:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value).items()
        return {_storable(key): _clean(inner, depth + 1) for key, inner in fields}
    if isinstance(value, list):
        return [_clean(inner, depth + 1) for inner in cast("list[Any]", value)]
    return value


def _storable(text: str) -> str:
    # Plain texts are the most and the longest, and looking through one sign by sign takes its time.
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


def flatten(tree: Any, path: Path = ()) -> list[FieldError]:
    """Every text of a tree of errors with the path that leads to it, at most `MAX_FIELD_ERRORS` of them.

    Digits as object keys are positions, as Shipup writes them, and a key may be a whole path, as Rails writes them
    (``trackers[1].carrier_code``). An entry of a list may be an error of its own, with a sentence and the field that
    it is about. What is nested deeper than `MAX_DEPTH` is kept as its own JSON text.
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
            if isinstance(inner, dict) and (alone := _alone(cast("dict[str, Any]", inner), path)):
                yield alone
                continue
            yield from _walk(inner, path if texts else (*path, position))
    else:
        yield FieldError(path, _short(str(tree)))


def path_in(text: str) -> Path:
    """The path that a text spells, as in ``items[0].sku``, ``items.0.sku``, ``/items/0/sku`` or ``$.items[0].sku``."""
    parts = [part for part in re.findall(r"[^.\[\]/]+", text) if part != "$"] or [text]
    return tuple(int(part) if part.isdecimal() and len(part) < 7 else part for part in parts)


def _alone(entry: dict[str, Any], path: Path) -> FieldError | None:
    """An error that is an object of its own; None for one that is a part of a tree."""
    if not any(isinstance(entry.get(key), str) and entry[key] for key in ("message", "detail")):
        return None
    source = entry.get("source")
    places = {**cast("dict[str, Any]", source), **entry} if isinstance(source, dict) else entry
    told = next((places[key] for key in _FIELD_KEYS if places.get(key)), None)
    steps = cast("list[Any]", told) if isinstance(told, list) else [told]
    where = tuple(step for one in steps if isinstance(one, str | int) for step in path_in(str(one)))
    return FieldError((*path, *where), message_of(entry))


def message_of(value: Any) -> str:
    """The sentence in an object that describes an error, else its own JSON text."""
    if isinstance(value, str):
        return _short(value)
    return sentence_in(value) or _json(value)


def sentence_in(value: Any) -> str:
    """The sentence in an object that describes an error, empty where it has none."""
    if not isinstance(value, dict):
        return ""
    fields = {key.casefold(): inner for key, inner in cast("dict[str, Any]", value).items()}
    words = [fields[key] for key in _MESSAGE_KEYS if isinstance(fields.get(key), str) and fields[key]]
    return _short(": ".join(dict.fromkeys(words)))


def text_of(body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """What a person would read in a body that is no JSON: a page's title, else its beginning without tags."""
    text = decoded(body[:65_536], headers).text
    # Every repetition stops at the next tag, so that no page can make the search slow.
    title = re.search(r"<title[^<>]{0,200}>([^<]{0,1000})</title>", text, re.IGNORECASE)
    if title:
        return _short(unescape(title.group(1)))
    without_tags = re.sub(r"<[^<>]{0,2000}>", " ", text) if "<" in text else text
    return _short(unescape(without_tags))


def in_words(answer: Answer, vendor: str) -> Message:
    """One sentence for an answer whose body says nothing that its platform's readers know."""
    if said := text_of(answer.body, answer.headers):
        return Message("platform.status_said", platform=vendor, status=str(answer.status), said=said)
    return Message("platform.status", platform=vendor, status=str(answer.status))


def problems(field_errors: list[FieldError], field_map: FieldMap) -> tuple[Problem, ...]:
    """Complaints as problems at our fields, in the platform's words; the same words at a field only once.

    Each keeps its own advice: two fields may be refused in the same words for two reasons.
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


def who_answered(answer: Answer) -> Between | None:
    """Who answered in the platform's place; None where the platform did itself."""
    body = parsed(answer) if answer.status in DENIED else None
    return between(answer, decoded(answer.body[:65_536], answer.headers).text, body)


def retry_after_s(answer: Answer, now_s: float | None = None) -> float | None:
    """Seconds that `Retry-After` asks to wait, between 1 and 3,600; None where it makes no sense.

    The header holds whole seconds or an HTTP date (RFC 9110, section 10.2.3). A date is held against the answer's own
    `Date`, since this computer's clock may be set wrong; where there is none, against `now_s` or that clock.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal() and len(text) < 10:
        wait_s = float(text)
    else:
        try:
            wait_s = parsedate_to_datetime(text).timestamp() - _answered_at_s(answer, now_s)
        except (ValueError, TypeError, OverflowError):
            return None
        if wait_s < 0 or wait_s > 366 * 86_400:
            return None
    return min(max(wait_s, 1.0), 3_600.0)


def _answered_at_s(answer: Answer, now_s: float | None) -> float:
    """When an answer was made, by the clock of whoever made it."""
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    return time.time() if now_s is None else now_s


def unless_taken(answer: Answer, vendor: str, field_errors: list[FieldError], field_map: FieldMap) -> Outcome | None:
    """What an answer's status says, in the platform's own words; None for a 2xx, which its reader has to judge.

    Only a 4xx about the request itself is a refusal; whatever might have been acted on is not sure.
    """
    status = answer.status
    said = "; ".join(dict.fromkeys(field_error.message for field_error in field_errors if field_error.message))
    said = said or ("" if field_errors else text_of(answer.body, answer.headers))
    quoted = Message("platform.said", platform=vendor, said=_short(said)) if said else NO_MESSAGE
    if 200 <= status < 300:
        return None
    if stopped := who_answered(answer):
        return _stopped(stopped, answer, vendor)
    if status == 401:
        return Blocked(sentences(Message("platform.key_rejected", platform=vendor), quoted))
    if status == 402:
        return Blocked(sentences(Message("platform.payment", platform=vendor), quoted))
    if status == 403:
        return Blocked(sentences(Message("platform.not_permitted", platform=vendor), quoted))
    if 300 <= status < 400:
        return Blocked(Message("platform.redirected", platform=vendor, status=str(status)))
    wait_s = retry_after_s(answer)
    if status == 429:
        message = sentences(Message("platform.rate_limit", platform=vendor), quoted)
        return TryLater(message, after_s=wait_s, whole_account=True)
    if status == 503 and wait_s is not None:
        return TryLater(sentences(Message("platform.unavailable", platform=vendor), quoted), after_s=wait_s)
    if 400 <= status < 500 and status not in (408, 425):
        found = problems(field_errors, field_map)
        return Refused(found or (Problem((), in_words(answer, vendor)),))
    return Unsure(sentences(Message("platform.status", platform=vendor, status=str(status)), quoted))


def _stopped(stopped: Between, answer: Answer, vendor: str) -> Outcome:
    """What it means that something on the way to the platform answered: nothing about the key."""
    status = str(answer.status)
    answered = Message("network.between", platform=vendor, status=status)
    if stopped.who:
        answered = Message("network.between_named", platform=vendor, device=stopped.who, status=status)
    body = parsed(answer)
    said = text_of(answer.body, answer.headers) if body is None else message_of(body)
    text = sentences(
        answered,
        Message("network.not_reached", platform=vendor) if stopped.certain else Message("network.key_unknown"),
        Message("network.device_said", said=said) if said else NO_MESSAGE,
        _HELP.get(answer.status, Message("network.ask")),
    )
    if stopped.certain:
        return TryLater(text, after_s=retry_after_s(answer), nobody_there=True)
    return Unsure(text)


_HELP = {
    NETWORK_LOGIN: Message("network.login"),
    PROXY_LOGIN: Message("network.proxy_login"),
}


def not_done_yet(answer: Answer, vendor: str) -> Unsure | None:
    """What a 202 says: that the request was taken in, not that it was done; None for every other status.

    Source: RFC 9110, section 15.3.3 (read November 2026).
    """
    if answer.status != ACCEPTED_ONLY or who_answered(answer):
        return None
    return Unsure(Message("platform.accepted_only", platform=vendor, status=str(ACCEPTED_ONLY)))


def denied(answer: Answer, body: Any, vendor: str) -> Unsure | None:
    """What a 2xx says whose body says that it failed; None for any other. No platform documents such a body."""
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    status = fields.get("status")
    has_failed = isinstance(status, str) and status.strip().casefold() in _FAILED
    if not (has_failed or fields.get("error") or fields.get("success") is False):
        return None
    said = message_of(fields)
    return Unsure(Message("platform.said_failed", platform=vendor, status=str(answer.status), said=said))


def unreadable(answer: Answer, vendor: str) -> Unsure:
    """A 2xx whose body is not what the platform promises."""
    means = Message("platform.web_page") if who_answered(answer) else Message("platform.unreadable")
    return Unsure(sentences(in_words(answer, vendor), means))


def _json(tree: Any) -> str:
    try:
        text = json.dumps(tree, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = "nested too deep to show"
    return _short(text)


def _short(text: str) -> str:
    """Return a text in one line, cut where it is long, but in no word: half a key could not be masked later."""
    one_line = " ".join(_UNSTORABLE.sub("\ufffd", text).split())
    return one_line if len(one_line) <= MAX_MESSAGE else one_line[: MAX_MESSAGE - 1].rstrip(_SIGNS) + "…"
