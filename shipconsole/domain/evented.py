"""The base of models that are edited: they emit a signal for each field that changes."""

from collections.abc import Mapping
from typing import Any, Self, cast

from psygnal import EventedModel
from pydantic import ConfigDict


class Evented(EventedModel):
    """A model whose fields may be assigned: each assignment is validated and emits `events.<field>` with the new value.

    Only assignments emit. A list that grows or a mapping that gains a key does not, so fields hold tuples and mappings
    that are replaced. Threads share no instance: give them a `snapshot`.
    """

    # Not strict, unlike `Frozen`: psygnal builds nested models from plain values, also from JSON.
    model_config = ConfigDict(validate_assignment=True, extra="forbid", hide_input_in_errors=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy the fields only: pydantic's own copy would share its listeners with the original."""
        values = {name: getattr(self, name) for name in type(self).model_fields} | dict(update or {})
        return type(self)(**({name: _copied(value) for name, value in values.items()} if deep else values))

    def snapshot(self) -> Self:
        """Return a copy that later changes of this model do not reach and that has no listeners."""
        return self.model_copy(deep=True)


def _copied(value: Any) -> Any:
    if isinstance(value, Evented):
        return value.snapshot()
    return tuple(map(_copied, cast("tuple[Any, ...]", value))) if isinstance(value, tuple) else value
