"""Options of a connection: one pydantic model a platform, which states each option once with default, limits and title.

A connection stores the texts that a person typed. `read` makes the model of them, `problems` returns what is wrong with
them, and `fields` describes the model for a form. A title is the id of a message, with the limits as `least`, `most`.
The codes of carriers are options too: one for each carrier, and one for all others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Self, cast, get_args, get_origin

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem

YesNo = Literal["no", "yes"]
CARRIER = "carrier."
"""The beginning of the names of options that hold a carrier's code: `carrier.usps`."""
DEFAULT_OPTION = "carrier_default"


@dataclass(frozen=True, slots=True)
class Warned:
    """Marks an option with what a person must know of a value before choosing it."""

    messages: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Narrows:
    """Marks an option that excludes some orders."""


@dataclass(frozen=True, slots=True)
class OptionField:
    """An option as a form shows it; `narrows` says that it excludes orders, `default` is as a person would type it."""

    name: str
    title: Message
    default: str = ""
    choices: tuple[str, ...] = ()
    warnings: Mapping[str, Message] = field(default_factory=dict[str, Message])
    narrows: bool = False


class ConnectionOptions(Frozen):
    """The options of a connection; an option without a value is not set."""

    model_config = ConfigDict(strict=False)

    @model_validator(mode="before")
    @classmethod
    def _typed(cls, given: Any) -> Any:
        """Take the texts as they were typed: empty ones are not set, the codes of carriers become one field."""
        texts = {name: text for name, text in cast("Mapping[str, object]", given).items() if text != ""}
        if "carrier" not in cls.model_fields:
            return texts
        codes = {name.removeprefix(CARRIER): texts.pop(name) for name in tuple(texts) if name.startswith(CARRIER)}
        return {**texts, "carrier": codes} if codes else texts

    @classmethod
    def read(cls, options: Mapping[str, str]) -> Self:
        """Return the options of a connection; a stored value that is not valid is left out."""
        try:
            return cls.model_validate(options)
        except ValidationError as wrong:
            unusable = {_name(error) for error in wrong.errors(include_url=False)}
            return cls.model_validate({name: text for name, text in options.items() if name not in unusable})

    @classmethod
    def fields(cls) -> tuple[OptionField, ...]:
        """Return the options as a form shows them, in the order of the model."""
        return tuple(_fields(cls.model_fields))

    @classmethod
    def problems(cls, platform: str, options: Mapping[str, str]) -> tuple[Problem, ...]:
        """Return what is wrong with typed options, at the paths ``options.<name>``."""
        try:
            cls.model_validate(options)
        except ValidationError as wrong:
            return tuple(cls._problem(platform, error) for error in wrong.errors(include_url=False))
        return ()

    @classmethod
    def _problem(cls, platform: str, error: ErrorDetails) -> Problem:
        name = _name(error)
        known = cls.model_fields.get(name)
        if known is None:
            listed = tuple(option.name for option in cls.fields()) or (Message("list.none"),)
            message = Message("connection.unknown_option", platform=platform, option=name, listed=listed)
        elif choices := get_args(known.annotation) if get_origin(known.annotation) is Literal else ():
            listed = tuple(map(str, choices))
            message = Message("connection.option_choice", option=name, choices=listed, value=str(error["input"]))
        elif bounds := _bounds(known):
            message = Message("connection.option_number", option=name, value=str(error["input"]), **bounds)
        else:
            message = Message("connection.option_day", option=name, value=str(error["input"]))
        return Problem(("options", name), message)


class Notified(ConnectionOptions):
    """Options of every connection that is notified; where they are not set, the station's settings apply."""

    undo_window_s: Annotated[int | None, Field(ge=0, le=600, title="option.undo_window_s")] = None
    settle_delay_s: Annotated[int, Field(ge=5, le=3_600, title="option.settle_delay_s")] = 120


class Tracked(ConnectionOptions):
    """Options of every connection that can be queried about packages."""

    check_after_s: Annotated[int, Field(ge=0, le=2_592_000, title="option.check_after_s")] = 86_400


class SignedWebhooks(ConnectionOptions):
    """Options of connections whose platform signs its webhooks."""

    webhook_signature: Annotated[
        Literal["required", "off"],
        Warned({"off": Message("webhook_signature.off")}),
        Field(title="option.webhook_signature"),
    ] = "required"


class UnsignedWebhooks(ConnectionOptions):
    """Options of connections that need no API key, and whose platform's webhooks are confirmed by a query."""

    webhooks_without_key: Annotated[
        Literal["show", "apply"],
        Warned({"apply": Message("webhooks_without_key.apply")}),
        Field(title="option.webhooks_without_key"),
    ] = "show"


class SubscribedTracking(ConnectionOptions):
    """Options of connections whose platform sends tracking events on request."""

    track: Annotated[YesNo, Field(title="option.track")] = "no"


def option_of(carrier: str) -> str:
    """Return the option that holds the code for a carrier, named by our id or by any other text."""
    return f"{CARRIER}{carrier.strip().casefold()}"


def carrier_of(option: str) -> str:
    """Return the carrier that an option holds the code for, empty where it holds something else."""
    return option.removeprefix(CARRIER) if option.startswith(CARRIER) else ""


def chosen_code(carrier: str, options: Mapping[str, str]) -> str:
    """Return the code that the connection chose for a carrier, empty where it chose none."""
    return options.get(option_of(carrier), "")


def default_code(options: Mapping[str, str]) -> str:
    """Return the code that the connection chose for carriers without a known code, empty where it chose none."""
    return options.get(DEFAULT_OPTION, "")


def _name(error: ErrorDetails) -> str:
    """Return the name of the option that an error is about, as it was typed."""
    path = [str(step) for step in error["loc"]]
    return ".".join(path[:2]) if path[0] == "carrier" else path[0]


def _bounds(info: FieldInfo) -> dict[str, int]:
    marks = cast("list[object]", info.metadata)
    found = ((name, getattr(mark, limit, None)) for name, limit in (("least", "ge"), ("most", "le")) for mark in marks)
    return {name: bound for name, bound in found if isinstance(bound, int)}


def _fields(infos: Mapping[str, FieldInfo]) -> Iterator[OptionField]:
    for name, info in infos.items():
        marks = cast("list[object]", info.metadata)
        default, annotation = cast("object", info.default), cast("object", info.annotation)
        yield OptionField(
            name="carrier.*" if name == "carrier" else name,
            title=Message(info.title or name, **_bounds(info)),
            default="" if default is None or name == "carrier" else str(default),
            choices=get_args(annotation) if get_origin(annotation) is Literal else (),
            warnings=next((mark.messages for mark in marks if isinstance(mark, Warned)), dict[str, Message]()),
            narrows=any(isinstance(mark, Narrows) for mark in marks),
        )
