"""pydantic's validation errors as problems, at the paths of the fields and in our own messages."""

from collections.abc import Iterator, Mapping, Sized
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shipconsole.domain.message import Argument, Message, verbatim
from shipconsole.domain.problem import Problem, path_text

_TYPES: Mapping[str, tuple[str, ...]] = {
    "form.missing": (
        "missing",
        "missing_argument",
        "missing_keyword_only_argument",
        "missing_positional_only_argument",
    ),
    "form.unknown": ("extra_forbidden", "unexpected_keyword_argument", "unexpected_positional_argument"),
    "form.fixed": ("frozen_field", "frozen_instance"),
    "form.whole_number": ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
    "form.number": ("float_type", "float_parsing", "finite_number", "decimal_type", "decimal_parsing"),
    "form.yes_no": ("bool_type", "bool_parsing"),
    "form.day": ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
    "form.time": ("datetime_type", "datetime_parsing", "datetime_object_invalid", "datetime_from_date_parsing"),
    "form.url": ("url_type", "url_parsing", "url_syntax_violation", "url_scheme"),
    "form.one_of": ("literal_error", "enum"),
    "form.too_short": ("string_too_short",),
    "form.too_long": ("string_too_long", "url_too_long"),
    "form.too_few": ("too_short",),
    "form.too_many": ("too_long",),
    "form.greater_than": ("greater_than",),
    "form.at_least": ("greater_than_equal",),
    "form.less_than": ("less_than",),
    "form.at_most": ("less_than_equal",),
    "form.multiple_of": ("multiple_of",),
    "form.too_many_digits": ("decimal_max_digits", "decimal_whole_digits"),
    "form.too_many_decimals": ("decimal_max_places",),
}
"""The message of pydantic's types of errors; every other type is `form.invalid`."""

_MESSAGES = {error_type: message_id for message_id, types in _TYPES.items() for error_type in types}
_LIMITS = (
    *("gt", "ge", "lt", "le", "multiple_of"),
    *("min_length", "max_length", "max_digits", "whole_digits", "decimal_places"),
)
"""What the messages have of an error's context, as the argument `limit`."""


def title_of(model: type[BaseModel], field: str) -> Message:
    """Return a field's title: the message that the model names for it, else the field's own name."""
    title = model.model_fields[field].title
    return Message(title) if title else verbatim(field)


def problems_of(model: type[BaseModel], error: ValidationError) -> tuple[Problem, ...]:
    """Return a problem for each of a model's errors; paths begin with the name of the field."""
    return tuple(Problem(details["loc"], _message(model, details)) for details in error.errors(include_url=False))


def _message(model: type[BaseModel], error: ErrorDetails) -> Message:
    """Return the message of an error; never pydantic's own text, which is English."""
    path, context = error["loc"], error.get("ctx", {})
    raised = context.get("error")
    if isinstance(raised, ValueError) and raised.args and isinstance(raised.args[0], Message):
        return raised.args[0]
    if not path:
        return Message("form.invalid_values")
    name = str(path[0])
    arguments: dict[str, Argument] = {
        "title": title_of(model, name) if name in model.model_fields else verbatim(path_text(path))
    }
    message_id = _MESSAGES.get(error["type"], "form.invalid")
    limit = next((context[limit] for limit in _LIMITS if limit in context), None)
    if limit is not None:
        arguments["limit"] = limit if isinstance(limit, int | float) else str(limit)
    match message_id:
        case "form.too_short" if not error["input"] or limit == 1:
            message_id = "form.missing"
            del arguments["limit"]
        case "form.one_of":
            choices = tuple(_choices(model.model_fields[name].annotation)) if name in model.model_fields else ()
            message_id = message_id if choices else "form.invalid"
            arguments |= {"choices": choices} if choices else {}
        case "form.too_short" | "form.too_long" | "form.too_few" | "form.too_many":
            given: object = error["input"]
            arguments["length"] = len(given) if isinstance(given, Sized) else 0
        case _:
            pass
    return Message(message_id, **arguments)


def _choices(annotation: Any) -> Iterator[str]:
    """Yield the values that an annotation accepts, also where it stands in a union; none for other types."""
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(member.value) for member in annotation)
    else:
        for part in get_args(annotation):
            yield from _choices(part)
