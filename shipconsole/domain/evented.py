"""The kind of model that is edited: it says of each field when it changes, so that what shows it can follow."""

from collections.abc import Mapping
from typing import Any, Self, cast

from psygnal import EventedModel
from pydantic import ConfigDict


class Evented(EventedModel):
    """A model whose fields may be assigned: each assignment is validated, and `events.<field>` tells the new value.

    Only an assignment is told. A list that grows or a mapping that gains a key says nothing, so fields hold tuples and
    mappings that are replaced. Nothing here is shared between threads: give them a `snapshot`.
    """

    # Not strict, unlike `Frozen`: psygnal builds nested models from plain values, also where they come as JSON.
    model_config = ConfigDict(validate_assignment=True, extra="forbid", hide_input_in_errors=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy the fields alone: pydantic's own copy would share the listeners with the original."""
        values = {name: getattr(self, name) for name in type(self).model_fields} | dict(update or {})
        return type(self)(**({name: _copied(value) for name, value in values.items()} if deep else values))

    def snapshot(self) -> Self:
        """Return a copy that no later change of this model reaches, and to which nothing listens."""
        return self.model_copy(deep=True)


def _copied(value: Any) -> Any:
    if isinstance(value, Evented):
        return value.snapshot()
    return tuple(map(_copied, cast("tuple[Any, ...]", value))) if isinstance(value, tuple) else value
