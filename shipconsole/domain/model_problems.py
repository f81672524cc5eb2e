"""What pydantic found wrong with a model's values, as problems at the paths of its fields."""

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shipconsole.domain.message import NO_MESSAGE, Argument, Message, verbatim
from shipconsole.domain.problem import Problem

_MESSAGES: Mapping[str, str] = {
    "missing": "form.missing",
    "string_too_short": "form.missing",
    "string_too_long": "form.too_long",
    "int_parsing": "form.whole_number",
    "int_from_float": "form.whole_number",
    "greater_than": "form.greater_than",
    "greater_than_equal": "form.at_least",
    "less_than": "form.less_than",
    "less_than_equal": "form.at_most",
    "literal_error": "form.one_of",
}
_LIMITS = ("max_length", "gt", "ge", "lt", "le", "expected")
"""What the messages have of an error's context, under the name `limit`."""


def title_of(model: type[BaseModel], field: str) -> Message:
    """Return what a field is called: the message whose id is its title, else its own name."""
    title = model.model_fields[field].title
    return Message(title) if title else verbatim(field)


def problems_of(model: type[BaseModel], wrong: ValidationError) -> tuple[Problem, ...]:
    """Return a problem for each error; paths begin with the name of the field."""
    return tuple(_problem(model, error) for error in wrong.errors(include_url=False))


def _problem(model: type[BaseModel], error: ErrorDetails) -> Problem:
    path = error["loc"]
    title = title_of(model, str(path[0])) if path and str(path[0]) in model.model_fields else NO_MESSAGE
    message_id = _MESSAGES.get(error["type"])
    if message_id is None or not title:
        said = verbatim(f"{error['msg']}.")
        return Problem(path, Message("form.refused", title=title, reason=said) if title else said)
    context, given = error.get("ctx", {}), error["input"]
    arguments: dict[str, Argument] = {"title": title}
    for name in _LIMITS:
        if name in context:
            arguments["limit"] = context[name]
    if message_id == "form.too_long":
        arguments["length"] = len(given) if isinstance(given, str) else 0
    return Problem(path, Message(message_id, **arguments))
