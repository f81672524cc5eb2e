"""Models of what is sent to platforms; they state the limits that forms and checks read."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self, TypedDict, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo


class Limits(TypedDict, total=False):
    """The limits of a value, by their names in `domain.field.Field`."""

    min_length: int
    max_length: int
    minimum: int
    maximum: int


class SentModel(BaseModel):
    """A part of a request's body; nothing that the platform does not document can be put into it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    @classmethod
    def limits(cls, name: str) -> Limits:
        """Return the limits of a value; those of the type itself where it may be left out."""
        info = cls.model_fields[name]
        found: dict[str, int] = {}
        for mark in (*cast("list[object]", info.metadata), *_marks(info.annotation)):
            for ours, theirs in _LIMITS.items():
                if isinstance(limit := getattr(mark, theirs, None), int):
                    found[ours] = limit
        return cast("Limits", found)

    @classmethod
    def from_platform(cls, values: Mapping[str, object]) -> Self:
        """Return the part with values that the platform gave, without those that it would not accept again."""
        known = {name: value for name, value in values.items() if value is not None and value != ""}
        try:
            return cls.model_validate(known)
        except ValidationError as error:
            wrong = {problem["loc"][0] for problem in error.errors(include_input=False, include_url=False)}
            return cls.model_validate({name: value for name, value in known.items() if name not in wrong})


_LIMITS = {"min_length": "min_length", "max_length": "max_length", "minimum": "ge", "maximum": "le"}


def _marks(annotation: Any) -> Iterator[object]:
    """Yield what an annotation such as ``Annotated[str, Field(max_length=50)] | None`` is marked with."""
    for part in get_args(annotation):
        if get_origin(part) is Annotated:
            for mark in get_args(part)[1:]:
                yield from cast("list[object]", mark.metadata) if isinstance(mark, FieldInfo) else (mark,)
