"""The filters of Shipup's list of orders. Source: Shipup, List all orders (read November 2026)."""

from functools import partial

from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.adapter import Filters
from shipconsole.vendors.filters import filter_field, given, moment_in_utc

_DATES = ("ordered_at", "created_at")
_BOUNDS = ("gt", "gte", "lt", "lte")
_TEXTS = ("order_number", "email")

_field = partial(filter_field, vendor="Shipup")

FILTERS = (
    _field("order_number"),
    _field("email"),
    _field("ordered_at.gte", "moment"),
    _field("ordered_at.gt", "moment"),
    _field("ordered_at.lte", "moment"),
    _field("ordered_at.lt", "moment"),
    _field("created_at.gte", "moment"),
    _field("created_at.gt", "moment"),
    _field("created_at.lte", "moment"),
    _field("created_at.lt", "moment"),
)


def filter_query(filters: Filters) -> tuple[tuple[str, str], ...]:
    """Return the filters as query parameters, as in ``ordered_at[gte]``; raise `ValidationFailed` for both dates."""
    by_date = {date: given(filters, *(f"{date}.{bound}" for bound in _BOUNDS)) for date in _DATES}
    if all(by_date.values()):
        message = Message("shipup.two_dates")
        raise ValidationFailed(Problem(("filters", _DATES[1]), message))
    limits = [pair for found in by_date.values() for pair in found]
    bracketed = ((f"{name.replace('.', '[')}]", moment_in_utc(text)) for name, text in limits)
    return (*given(filters, *_TEXTS), *bracketed)
