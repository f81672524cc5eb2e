"""What pydantic found wrong with a model's values, as problems in plain words at the paths of its fields."""

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shipconsole.domain.problem import Problem

_WORDS: Mapping[str, str] = {
    "missing": "{title} is missing.",
    "string_too_short": "{title} is missing.",
    "string_too_long": "{title} has {length:,} characters; {max_length:,} are allowed.",
    "int_parsing": "{title} is a whole number.",
    "int_from_float": "{title} is a whole number.",
    "greater_than": "{title} is more than {gt:,}.",
    "greater_than_equal": "{title} is at least {ge:,}.",
    "less_than": "{title} is less than {lt:,}.",
    "less_than_equal": "{title} is at most {le:,}.",
    "literal_error": "{title} is one of: {expected}.",
}


def title_of(model: type[BaseModel], field: str) -> str:
    """Return what a field is called: its title, else its name in words."""
    return model.model_fields[field].title or field.replace("_", " ").capitalize()


def problems_of(model: type[BaseModel], wrong: ValidationError) -> tuple[Problem, ...]:
    """Return a problem for each error; paths begin with the name of the field."""
    return tuple(_problem(model, error) for error in wrong.errors(include_url=False))


def _problem(model: type[BaseModel], error: ErrorDetails) -> Problem:
    path = error["loc"]
    title = title_of(model, str(path[0])) if path and str(path[0]) in model.model_fields else ""
    words = _WORDS.get(error["type"])
    if words is None or not title:
        return Problem(path, f"{title}: {error['msg']}." if title else f"{error['msg']}.")
    given = error["input"]
    length = len(given) if isinstance(given, str) else 0
    return Problem(path, words.format(title=title, length=length, **error.get("ctx", {})))
