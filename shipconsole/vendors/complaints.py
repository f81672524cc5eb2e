"""Complaints: what vendors write when they refuse, in whatever shape, read without ever failing.

A refusal may be a tree by field and position, a list of objects, a list of texts, one text, an HTML
page, or nothing. Everything here is total: any bytes give at least one complaint in words.
"""

import json
import math
import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, NamedTuple, cast

from shipconsole.domain.outcome import Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import Path, Problem
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.trail import Trail

MAX_NESTING = 64
MAX_DEPTH = 32
MAX_COMPLAINTS = 100
MAX_MESSAGE = 500
_MESSAGE_KEYS = (
    "message",
    "error_message",
    "errorMessage",
    "error",
    "detail",
    "details",
    "title",
    "description",
)
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


class Complaint(NamedTuple):
    """One thing a vendor found wrong: at which of its own paths, in its own words."""

    path: Path
    message: str


def parse(body: bytes) -> Any:
    """The JSON value of a body, or None where it is not JSON (HTML, empty, cut, nested past all sense).

    NaN and infinite numbers are read as null. Half surrogate pairs and NUL, which databases refuse,
    become the replacement character.
    """
    try:
        text = body.decode("utf-8-sig", "replace")
        return _clean(json.loads(text, strict=False, parse_constant=_no_number, parse_float=_finite), 0)
    except (ValueError, RecursionError):
        return None


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


def flatten(tree: Any, path: Path = ()) -> list[Complaint]:
    """Every text of a tree of errors with the path that leads to it, at most `MAX_COMPLAINTS` of them.

    Digits as object keys are positions, as Shipup writes them. What is nested deeper than `MAX_DEPTH` is
    kept as its own JSON text.
    """
    return [complaint for _, complaint in zip(range(MAX_COMPLAINTS), _walk(tree, path), strict=False)]


def _walk(tree: Any, path: Path) -> Iterator[Complaint]:
    if tree is None or tree == "" or tree == [] or tree == {}:
        return
    if len(path) >= MAX_DEPTH:
        yield Complaint(path, _json(tree))
    elif isinstance(tree, dict):
        for key, inner in cast("dict[str, Any]", tree).items():
            yield from _walk(inner, (*path, int(key) if key.isdecimal() and len(key) < 7 else key))
    elif isinstance(tree, list):
        inner_list = cast("list[Any]", tree)
        texts = all(isinstance(inner, str) for inner in inner_list)
        for position, inner in enumerate(inner_list):
            yield from _walk(inner, path if texts else (*path, position))
    else:
        yield Complaint(path, _short(str(tree)))


def message_of(value: Any) -> str:
    """The sentence in an object that describes an error, else its own JSON text."""
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        words = [fields[key] for key in _MESSAGE_KEYS if isinstance(fields.get(key), str) and fields[key]]
        if words:
            return _short(": ".join(dict.fromkeys(words)))
    return _json(value)


def text_of(body: bytes) -> str:
    """What a person would read in a body that is no JSON: a page's title, else its beginning without tags."""
    text = body[:65_536].decode("utf-8", "replace")
    # Every repetition stops at the next tag, so that no page can make the search slow.
    title = re.search(r"<title[^<>]{0,200}>([^<]{0,1000})</title>", text, re.IGNORECASE)
    if title:
        return _short(unescape(title.group(1)))
    without_tags = re.sub(r"<[^<>]{0,2000}>", " ", text) if "<" in text else text
    return _short(unescape(without_tags))


def in_words(answer: Answer) -> str:
    """One sentence for an answer whose body says nothing that its vendor's readers know."""
    said = text_of(answer.body)
    return f"answered {answer.status}" + (f": “{said}”" if said else " without a word")


def problems(complaints: list[Complaint], trail: Trail) -> tuple[Problem, ...]:
    """Complaints as problems at our fields, in the vendor's words; the same words at a field only once."""
    found = (Problem(trail.ours(complaint.path), complaint.message) for complaint in complaints)
    return tuple(dict.fromkeys(found))


def retry_after_s(answer: Answer, now_s: float | None = None) -> float | None:
    """Seconds that `Retry-After` asks to wait, between 1 and 3,600; None where it makes no sense.

    The header holds whole seconds or an HTTP date (RFC 9110, section 10.2.3).
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal() and len(text) < 10:
        wait_s = float(text)
    else:
        try:
            wait_s = parsedate_to_datetime(text).timestamp() - (time.time() if now_s is None else now_s)
        except (ValueError, TypeError, OverflowError):
            return None
        if wait_s < 0 or wait_s > 366 * 86_400:
            return None
    return min(max(wait_s, 1.0), 3_600.0)


def unless_taken(answer: Answer, vendor: str, complaints: list[Complaint], trail: Trail) -> Outcome | None:
    """What an answer's status says, in the vendor's own words; None for a 2xx, which its reader has to judge.

    Only a 4xx about the request itself is a refusal; whatever might have been acted on is not sure.
    """
    status = answer.status
    said = "; ".join(dict.fromkeys(complaint.message for complaint in complaints)) or text_of(answer.body)
    words = f" It said: “{_short(said)}”" if said else ""
    if 200 <= status < 300:
        return None
    if status == 401:
        return Blocked(f"{vendor} does not accept the key.{words}")
    if status == 402:
        return Blocked(f"{vendor} asks for a payment or another plan.{words}")
    if status == 403:
        return Blocked(f"{vendor} does not allow this with the key.{words}")
    if 300 <= status < 400:
        return Blocked(f"{vendor} sends us to another address (status {status}). Check the connection's address.")
    wait_s = retry_after_s(answer)
    if status == 429:
        return TryLater(f"{vendor} asks for fewer calls.{words}", after_s=wait_s, whole_account=True)
    if status == 503 and wait_s is not None:
        return TryLater(f"{vendor} is not available just now.{words}", after_s=wait_s)
    if 400 <= status < 500 and status not in (408, 425):
        found = problems(complaints, trail)
        return Refused(found or (Problem((), f"{vendor} {in_words(answer)}."),))
    return Unsure(f"{vendor} answered {status}.{words}")


def unreadable(answer: Answer, vendor: str) -> Unsure:
    """A 2xx whose body is not what the vendor promises."""
    return Unsure(f"{vendor} {in_words(answer)}. That is no answer we can read.")


def _json(tree: Any) -> str:
    try:
        text = json.dumps(tree, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = "nested too deep to show"
    return _short(text[: MAX_MESSAGE * 2])


def _short(text: str) -> str:
    one_line = " ".join(_UNSTORABLE.sub("\ufffd", text).split())
    return one_line if len(one_line) <= MAX_MESSAGE else one_line[: MAX_MESSAGE - 1] + "…"
