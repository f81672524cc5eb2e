"""The one kind of model the domain has: frozen, strict about what it is given, closed to unknown fields."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: never changed after it was built, and built only from what its fields name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed; `KeyError` for a name that is no field, which pydantic would add."""
        if unknown := (update or {}).keys() - type(self).model_fields.keys():
            raise KeyError(*sorted(unknown))
        return super().model_copy(update=update, deep=deep)
