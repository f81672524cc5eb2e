"""Fields of a platform's order as data: their titles, what they accept, and what is wrong with a typed text.

A path names a field in every order: ``("items", "*", "sku")``, where `EACH` is any position in a list and `NAMED` any
name that a store chose. The path of a value in one order has the position as digits: ``("items", "0", "sku")``.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal, cast

from shipconsole.domain.measures import decimal_from_text
from shipconsole.domain.message import NO_MESSAGE, Message, verbatim
from shipconsole.domain.problem import Problem

EACH = "*"
NAMED = "?"

FieldPath = tuple[str, ...]
Kind = Literal["text", "number", "whole", "yes_no", "choice", "moment", "day"]
Value = str | int | float | Decimal | bool | None

DIGITS_MAX = 15
"""Numbers with more digits would not survive in the number type of the platforms."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YES, _NO = ("yes", "true"), ("no", "false")


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a platform's order.

    `vendor` is the platform whose limits these are. The ids of the title and help consist of the platform, the `area`
    and the last two names of the path; parts that are alike everywhere have a `label` instead. `name` is a title
    without a message id: a name that a store chose. `open_choices` means that choices unknown here are accepted too,
    `several` that the value may hold more than one, separated by commas. `basic` fields are those that a packer needs.
    `read` means that responses have the field under this name, `editable` that a change may contain it; `once` that it
    may only be set while the platform has no value, `key` that it identifies the part that contains it. `needs` are the
    paths that the platform requires together with it.
    """

    path: FieldPath
    kind: Kind = "text"
    max_length: int | None = None
    min_length: int = 0
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    open_choices: bool = False
    several: bool = False
    basic: bool = False
    editable: bool = False
    read: bool = True
    once: bool = False
    key: bool = False
    needs: tuple[FieldPath, ...] = ()
    vendor: str = ""
    area: Literal["field", "filter"] = "field"
    label: str = ""
    name: str = ""

    @property
    def text_id(self) -> str:
        """Return the id of the title, "" if no platform describes the field."""
        if not self.vendor:
            return ""
        names = [step for step in self.path if step not in (EACH, NAMED)]
        return f"{self.vendor.casefold()}.{self.area}.{self.label or '.'.join(names[-2:])}"

    @property
    def title(self) -> Message:
        """Return the title: a name that a store chose, else our text, else the property's own name."""
        return verbatim(self.name) or Message(self.text_id) or verbatim(self.path[-1])

    @property
    def help(self) -> Message:
        """Return the explanation."""
        return Message(f"{self.text_id}.help") if self.text_id else Message("field.not_described")

    def may_change(self, known: Value) -> bool:
        """Return whether the field may be edited while the platform has this value; None and "" are no value."""
        return self.editable and not (self.once and known not in (None, ""))


def field_at(fields: Iterable[Field], path: FieldPath) -> Field | None:
    """Return the field of a value's path; a field with exactly these names comes before one with `NAMED`."""
    found = [field for field in fields if _fits(field.path, path)]
    return min(found, key=lambda field: field.path.count(NAMED), default=None)


def placed(pattern: FieldPath, beside: FieldPath) -> FieldPath:
    """Return the path of a field in one order, with the positions of a value beside it."""
    marks = (EACH, NAMED)
    return tuple(beside[index] if step in marks and index < len(beside) else step for index, step in enumerate(pattern))


def check(field: Field, text: str) -> Problem | None:
    """Return what is wrong with a typed text, None if nothing is."""
    message = _wrong(field, text)
    return Problem(("fields", *field.path), message) if message else None


def value_of(field: Field, text: str) -> Value:
    """Return the value of a typed text; raise ValueError if `check` finds a problem.

    An empty text is "" for kind `text`, and None for all other kinds.
    """
    if message := _wrong(field, text):
        raise ValueError(str(message))
    bare = text.strip()
    match field.kind:
        case "text":
            return text
        case "number":
            return decimal_from_text(bare) if bare else None
        case "whole":
            return int(bare) if bare else None
        case "yes_no":
            return bare.casefold() in _YES if bare else None
        case "choice" | "moment" | "day":
            return bare or None


def text_of(field: Field, value: object) -> str:
    """Return the text that a form shows for any value that a platform sent; texts stay as they are."""
    if value is None:
        return ""
    if isinstance(value, str):
        plain = value.strip().casefold()
        if field.kind == "yes_no" and plain in (*_YES, *_NO):
            return _YES[0] if plain in _YES else _NO[0]
        return value
    if isinstance(value, bool):
        return _YES[0] if value else _NO[0]
    if isinstance(value, int | float) and field.kind == "moment":
        return _moment_text(value)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return _decimal_text(value)
    return _json_text(value)


def limits(field: Field) -> Message:
    """Return what the field accepts, as a sentence; empty if it accepts any text."""
    match field.kind:
        case "text":
            return _lengths(field)
        case "choice":
            return Message(_ACCEPTS_CHOICE[field.several, field.open_choices], count=len(field.choices))
        case "number" | "whole":
            return _range(field)
        case "yes_no":
            return Message("field.accepts_yes_no")
        case "moment":
            return Message("field.accepts_moment")
        case "day":
            return Message("field.accepts_day")


def values_in(document: Mapping[str, object], lists: Collection[FieldPath] = ()) -> dict[FieldPath, Value]:
    """Return every value of a document by its path, whether its field is known or not.

    `lists` are the paths of lists (``("items",)``): a single object in place of a list is its only entry. An empty list
    or object is None at its own path, so that everything received is visible.
    """
    found: dict[FieldPath, Value] = {}
    waiting: list[tuple[FieldPath, FieldPath, object]] = [((), (), document)]
    while waiting:
        path, pattern, value = waiting.pop()
        if isinstance(value, Mapping):
            entries = cast("Mapping[object, object]", value)
            if path and pattern in lists:
                inner = [((*path, "0"), (*pattern, EACH), cast("object", entries))] if entries else []
            else:
                inner = [((*path, str(name)), (*pattern, str(name)), entry) for name, entry in entries.items()]
        elif isinstance(value, list | tuple):
            listed = cast("list[object]", value)
            inner = [((*path, str(position)), (*pattern, EACH), entry) for position, entry in enumerate(listed)]
        else:
            found[path] = value if isinstance(value, Value) else str(value)
            continue
        if inner:
            waiting += reversed(inner)
        elif path:
            found[path] = None
    return found


def _fits(pattern: FieldPath, path: FieldPath) -> bool:
    return len(pattern) == len(path) and all(
        mark in (step, NAMED) or (mark == EACH and step.isdecimal()) for mark, step in zip(pattern, path, strict=True)
    )


def _wrong(field: Field, text: str) -> Message:
    bare = text.strip()
    vendor = field.vendor or Message("field.platform")
    if not bare:
        return Message("field.empty", title=field.title, platform=vendor) if field.min_length else NO_MESSAGE
    match field.kind:
        case "text":
            return _wrong_length(field, text, vendor)
        case "number" | "whole":
            return _wrong_number(field, bare, vendor)
        case "yes_no":
            return NO_MESSAGE if bare.casefold() in (*_YES, *_NO) else Message("field.yes_no", title=field.title)
        case "choice":
            given = [choice.strip() for choice in bare.split(",")] if field.several else [bare]
            unknown = next((choice for choice in given if choice not in field.choices), None)
            if unknown is None or field.open_choices:
                return NO_MESSAGE
            return Message(
                "field.choice", value=unknown[:60], count=len(field.choices), title=field.title, platform=vendor
            )
        case "moment":
            return NO_MESSAGE if _is_moment(bare) else Message("field.moment", title=field.title)
        case "day":
            return NO_MESSAGE if _is_day(bare) else Message("field.day", title=field.title)


def _wrong_length(field: Field, text: str, vendor: str | Message) -> Message:
    length = len(text)
    if field.max_length is not None and length > field.max_length:
        return Message("field.too_long", title=field.title, count=length, platform=vendor, most=field.max_length)
    if length < field.min_length:
        return Message("field.too_short", title=field.title, count=length, platform=vendor, least=field.min_length)
    return NO_MESSAGE


def _wrong_number(field: Field, text: str, vendor: str | Message) -> Message:
    form, not_one = (_WHOLE, "field.whole_number") if field.kind == "whole" else (_NUMBER, "field.number")
    if not form.fullmatch(text):
        return Message(not_one, title=field.title)
    if sum(sign.isdecimal() for sign in text) > DIGITS_MAX:
        return Message("field.too_many_digits", title=field.title, most=DIGITS_MAX)
    number = decimal_from_text(text) or Decimal(0)
    if field.minimum is not None and number < field.minimum:
        return Message("field.too_small", title=field.title, value=text, platform=vendor, least=field.minimum)
    if field.maximum is not None and number > field.maximum:
        return Message("field.too_large", title=field.title, value=text, platform=vendor, most=field.maximum)
    return NO_MESSAGE


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        # The library accepts weeks and days without dashes too, platforms do not.
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _moment_text(seconds: float) -> str:
    """Return Unix seconds as ISO 8601; a number outside the calendar stays a number."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return str(seconds)
    return moment.isoformat().replace("+00:00", "Z")


def _decimal_text(value: Decimal) -> str:
    """Return a number without an exponent and without trailing zeros."""
    if not value.is_finite() or abs(value.adjusted()) > 400:
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _json_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return str(type(value).__name__)


def _lengths(field: Field) -> Message:
    least, most = field.min_length, field.max_length
    if most is None:
        return Message("field.accepts_characters_from", count=least) if least else NO_MESSAGE
    if least:
        return Message("field.accepts_characters", least=least, count=most)
    return Message("field.accepts_characters_up_to", count=most)


def _range(field: Field) -> Message:
    least, most = field.minimum, field.maximum
    bounds = {name: bound for name, bound in (("least", least), ("most", most)) if bound is not None}
    return Message(_ACCEPTS_NUMBER[field.kind == "whole", least is not None, most is not None], **bounds)


_ACCEPTS_CHOICE: Mapping[tuple[bool, bool], str] = {
    (False, False): "field.accepts_one",
    (False, True): "field.accepts_one_or_newer",
    (True, False): "field.accepts_several",
    (True, True): "field.accepts_several_or_newer",
}
"""The message for a choice, by `several` and `open_choices`."""

_ACCEPTS_NUMBER: Mapping[tuple[bool, bool, bool], str] = {
    (False, False, False): "field.accepts_any_number",
    (False, True, False): "field.accepts_number_from",
    (False, False, True): "field.accepts_number_up_to",
    (False, True, True): "field.accepts_number",
    (True, False, False): "field.accepts_any_whole",
    (True, True, False): "field.accepts_whole_from",
    (True, False, True): "field.accepts_whole_up_to",
    (True, True, True): "field.accepts_whole",
}
"""The message for a number: whether it is whole, and whether it has a minimum and a maximum."""
