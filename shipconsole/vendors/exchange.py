"""What goes out to a platform and what comes back, as values, whatever carries them."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Self, cast, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import QUANTITY_MAX, Quantity, shown_quantity
from shipconsole.domain.problem import Problem
from shipconsole.vendors.field_map import FieldMap

Json = dict[str, "Json"] | list["Json"] | str | int | float | Decimal | bool | None

_REQUEST_ID = re.compile(rb'"request_id"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{1,100})"')
_HEAD_BYTES = 4_096
_WHOLE = re.compile(r"([0-9]{1,7})(?:\.0+)?")
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Request:
    """One call to a platform, complete but for the base address and the keys.

    `call` is the platform's own name for it. `repeatable` says that the platform comes to the same state
    however often it is sent. `summary` says in a few words what is told, `mode` how its answer is to be read; that is
    neither shown nor sent. `field_map` leads each value of the body back to the field of ours that it came from.
    `warnings` are what a person should know before it is sent: what the platform will lose of it or not take. They are
    no part of what is sent, and are not kept with it.
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
        """The JSON text that is sent, empty where the call has no body."""
        return "" if self.body is None else json_text(self.body)

    @property
    def fingerprint(self) -> str:
        """A hash of all that the platform would see of the call: equal requests, equal fingerprints."""
        seen = "\n".join((self.method, self.path, repr(self.query), self.body_text))
        return hashlib.sha256(seen.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, headers with lower-case names, the body (cut at the sender's limit)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    elapsed_ms: int = 0

    @property
    def request_id(self) -> str:
        """The platform's id of this exchange, for its support; empty where none was given.

        An error may have it in its body alone. Source: ShipEngine, Errors (read November 2026).
        """
        for name in ("x-shipengine-requestid", "request-id", "x-request-id", "x-correlation-id", "cf-ray"):
            if self.headers.get(name):
                return self.headers[name]
        found = _REQUEST_ID.search(self.body, 0, _HEAD_BYTES) if self.status >= 400 else None
        return found[1].decode("ascii", "replace") if found else ""


class Received(BaseModel):
    """A part of what a platform sent, read tolerantly: unknown fields are kept, and nothing in it can fail.

    A value of the wrong type is read as if it were missing, so that one odd field never loses an order.
    What was lost so is noted in words in the list of texts that is given as the validation's context.
    """

    model_config = ConfigDict(
        extra="allow", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _missing_when_wrong(cls, value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
        name = info.field_name or ""
        known = cls.model_fields[name]
        missing: object = known.get_default(call_default_factory=True, validated_data={})
        if value is None:
            return missing
        try:
            # A true would pass for the number 1.
            if isinstance(value, bool) and bool not in (known.annotation, *get_args(known.annotation)):
                raise ValueError(name)
            return cast("object", read(value))
        except ValueError:
            notes = cast("list[Message] | None", info.context)
            if notes is not None:
                notes.append(Message("sync.value_left_out", path=name, value=_short(value)))
            return missing


class Counted(Received):
    """An item with a quantity of units; one that is no whole number of units is kept as the JSON text it came as."""

    quantity: Quantity | None = None
    _quantity_text: str = PrivateAttr("")

    @property
    def quantity_text(self) -> str:
        """The quantity as it came where it is no whole number of units, else empty."""
        return self._quantity_text

    @model_validator(mode="wrap")
    @classmethod
    def _keep_as_it_came(cls, value: object, read: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(value, dict):
            return read(value)
        fields = cast("dict[str, object]", value)
        came = fields.get("quantity")
        units = whole_units(came)
        made = read({**fields, "quantity": units})
        # Not `__dict__`: a private attribute may be set on a frozen model.
        made._quantity_text = "" if units is not None else short_json(came)
        return made


def whole_units(value: object) -> int | None:
    """Return a quantity of whole units, written as a number or as a text; None for anything else.

    Nothing is rounded, so 2.5 is none, and neither are a truth, a negative number or more units than any order has.
    """
    if isinstance(value, str):
        match = _WHOLE.fullmatch(value.strip())
        value = int(match[1]) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 <= value <= QUANTITY_MAX:
        return None
    return int(value) if value == int(value) else None


def quantity_note(name: str, quantity_json: str) -> Message:
    """Say that an item's quantity is no whole number of units."""
    if quantity_json == "null":
        return Message("sync.no_quantity", item=name)
    return Message("sync.quantity_not_counted", item=name, quantity=shown_quantity(quantity_json))


def short_json(value: object) -> str:
    """Return a value as JSON text, one that is long as the text of its beginning."""
    try:
        text = json_text(cast("Json", value))
    except ValueError:
        text = json_text(str(value))
    return text if len(text) <= _SHORT else json_text(f"{text[: _SHORT - 3]}…")


def objects(value: object, info: ValidationInfo) -> object:
    """The objects of a list, whether it came bare, in a list object (`data`), by its places or as one single object.

    By its places, ``{"0": {...}, "2": {...}}``, is how PHP writes a list of which entries were taken out.
    """
    if isinstance(value, dict):
        inner = cast("dict[str, object]", value)
        if inner.get("object") == "list":
            value = inner.get("data") or []
        else:
            value = list(inner.values()) if all(name.isdecimal() for name in inner) else [inner]
    if not isinstance(value, list):
        return value
    entries = cast("list[object]", value)
    kept = [cast("object", entry) for entry in entries if isinstance(entry, dict)]
    notes = cast("list[Message] | None", info.context)
    if notes is not None and len(kept) < len(entries):
        notes.append(
            Message(
                "sync.entries_left_out", name=info.field_name or "", count=len(entries) - len(kept), all=len(entries)
            )
        )
    return kept


def at_ms(moment: datetime | None) -> int | None:
    """Unix milliseconds of a platform's time, UTC where it names no zone; None for times before 1970."""
    if moment is None:
        return None
    in_utc = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = (in_utc - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return since if since > 0 else None


def json_text(value: Json) -> str:
    """JSON as it is sent: decimals as plain numbers (0.7, not 0.69999), no spaces, text as it is.

    Half of a surrogate pair, which no UTF-8 text can hold, becomes a question mark.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace").decode()


def _plain(value: Json) -> Json:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
