"""Models of what platforms send, read tolerantly: one odd value never loses an order."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self, cast, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from shipconsole.domain.message import Message
from shipconsole.domain.order import QUANTITY_MAX, Quantity, shown_quantity
from shipconsole.vendors.request import Json, json_text

_WHOLE = re.compile(r"([0-9]{1,7})(?:\.0+)?")
_SHORT = 60
_AS_RECEIVED = "quantity\0"
"""No platform sends this name: what is read holds no NUL."""


class Received(BaseModel):
    """A part of what a platform sent: unknown fields are kept, and reading it cannot fail.

    A value of the wrong type is read as if it were missing, and noted in the list of messages that is given as the
    validation's context.
    """

    model_config = ConfigDict(
        extra="allow", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    _names: ClassVar[frozenset[str]] = frozenset()
    """The names under which the fields are sent."""
    _not_bool: ClassVar[frozenset[str]] = frozenset()
    """Those of the fields that are no boolean."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Note what `_read_tolerantly` needs of each field once, since it runs for every object that is read."""
        super().__pydantic_init_subclass__(**kwargs)
        fields = [(field.alias or name, field.annotation) for name, field in cls.model_fields.items()]
        cls._names = frozenset(name for name, _ in fields)
        cls._not_bool = frozenset(name for name, kind in fields if bool not in (kind, *get_args(kind)))

    @model_validator(mode="wrap")
    @classmethod
    def _read_tolerantly(cls, value: object, read: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        return cls._read(cast("dict[str, object]", value), read, info) if isinstance(value, dict) else read(value)

    @classmethod
    def _read(cls, sent: dict[str, object], read: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        notes = cast("list[Message] | None", info.context)
        noted = len(notes) if notes is not None else 0
        fields, wrong = sent, list[str]()
        if odd := [name for name, value in sent.items() if value is None or value is True or value is False]:
            # True would be read as the number 1.
            wrong = [name for name in odd if sent[name] is not None and name in cls._not_bool]
            missing = {name for name in odd if sent[name] is None and name in cls._names}
            fields = {name: value for name, value in sent.items() if name not in missing}
        while True:
            if wrong:
                fields = {name: value for name, value in fields.items() if name not in wrong}
            try:
                found = read(fields)
            except ValidationError as error:
                more = {str(detail["loc"][0]) for detail in error.errors(include_url=False) if detail["loc"]}
                if not more & fields.keys():
                    raise
                wrong += [name for name in fields if name in more]
                if notes is not None:
                    # The parts are read again.
                    del notes[noted:]
                continue
            if notes is not None and wrong:
                left_out = [Message("sync.value_left_out", path=name, value=_short(sent[name])) for name in wrong]
                notes[noted:noted] = left_out
            return found


class Counted(Received):
    """An item with a quantity; one that is no whole number of units is kept as its JSON text."""

    quantity: Quantity | None = None
    quantity_text: str = Field("", alias=_AS_RECEIVED)
    """The quantity as received where it is no whole number of units, else empty."""

    @model_validator(mode="wrap")
    @classmethod
    def _read_tolerantly(cls, value: object, read: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Keep an odd quantity; in place of the other validator, since a second one costs as much as the first."""
        if not isinstance(value, dict):
            return read(value)
        fields = cast("dict[str, object]", value)
        received = fields.get("quantity")
        units = whole_units(received)
        if units is None:
            fields = {**fields, "quantity": None, _AS_RECEIVED: short_json(received)}
        elif units is not received:
            fields = {**fields, "quantity": units}
        return cls._read(fields, read, info)


def whole_units(value: object) -> int | None:
    """Return a quantity of whole units, written as a number or as a text; None for anything else.

    Nothing is rounded: 2.5 is not one, nor is a boolean, a negative number or more units than any order has.
    """
    if isinstance(value, str):
        match = _WHOLE.fullmatch(value.strip())
        value = int(match[1]) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 <= value <= QUANTITY_MAX:
        return None
    return int(value) if value == int(value) else None


def quantity_note(name: str, quantity_json: str) -> Message:
    """Return that an item's quantity is no whole number of units."""
    if quantity_json == "null":
        return Message("sync.no_quantity", item=name)
    return Message("sync.quantity_not_counted", item=name, quantity=shown_quantity(quantity_json))


def short_json(value: object) -> str:
    """Return a value as JSON text, cut where it is long."""
    try:
        text = json_text(cast("Json", value))
    except ValueError:
        text = json_text(str(value))
    return text if len(text) <= _SHORT else json_text(f"{text[: _SHORT - 3]}…")


def objects(value: object, info: ValidationInfo) -> object:
    """Return the objects of a list, sent as a list, in a list object (`data`), by positions or as a single object.

    By positions, ``{"0": {...}, "2": {...}}``, is how PHP writes a list from which entries were removed.
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
    """Return Unix milliseconds of a platform's time, UTC where it names no zone; None for times before 1970."""
    if moment is None:
        return None
    in_utc = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = (in_utc - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return since if since > 0 else None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
