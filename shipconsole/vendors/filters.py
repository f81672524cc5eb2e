"""Filters of a platform's list of orders: their fields, and how their values are written in a query."""

from datetime import UTC, datetime

from shipconsole.domain.field import Field, Kind, Value
from shipconsole.vendors.adapter import Filters


def filter_field(
    name: str,
    kind: Kind = "text",
    *,
    vendor: str,
    choices: tuple[str, ...] = (),
    open_choices: bool = False,
    several: bool = False,
) -> Field:
    """Return a filter as a field; its path is the dotted name under which its value is given."""
    return Field(
        path=tuple(name.split(".")),
        kind=kind,
        choices=choices,
        open_choices=open_choices,
        several=several,
        vendor=vendor,
        area="filter",
        label=name,
    )


def given(filters: Filters, *names: str) -> tuple[tuple[str, str], ...]:
    """Return those of some filters that have a value, by name, as a query holds them."""
    return tuple((name, text_of_value(filters[name])) for name in names if filters.get(name) not in (None, ""))


def text_of_value(value: Value) -> str:
    """Return a value as it is written in a query."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def moment_in_utc(text: str) -> str:
    """Return a typed date and time in full; one without a zone is UTC, as at the platforms."""
    moment = datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat().replace("+00:00", "Z")
