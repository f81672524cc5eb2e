"""By what Shipup's list of orders can be narrowed. Source: Shipup, List all orders (read November 2026)."""

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
    _field("order_number", "Order number", "The number that the customer knows the order by."),
    _field("email", "Email", "The customer's address for email."),
    _field("ordered_at.gte", "Ordered from", "The customer ordered then or later.", "moment"),
    _field("ordered_at.gt", "Ordered after", "The customer ordered later than that.", "moment"),
    _field("ordered_at.lte", "Ordered until", "The customer ordered then or earlier.", "moment"),
    _field("ordered_at.lt", "Ordered before", "The customer ordered earlier than that.", "moment"),
    _field("created_at.gte", "Known from", "Shipup has had the order since then or later. Not with Ordered.", "moment"),
    _field("created_at.gt", "Known after", "Shipup has had the order since later than that.", "moment"),
    _field("created_at.lte", "Known until", "Shipup has had the order since then or earlier.", "moment"),
    _field("created_at.lt", "Known before", "Shipup has had the order since earlier than that.", "moment"),
)


def filter_query(filters: Filters) -> tuple[tuple[str, str], ...]:
    """Return the filters as a query has them, as in ``ordered_at[gte]``; `ValidationFailed` with both dates in them."""
    by_date = {date: given(filters, *(f"{date}.{bound}" for bound in _BOUNDS)) for date in _DATES}
    if all(by_date.values()):
        message = Message("shipup.two_dates")
        raise ValidationFailed(Problem(("filters", _DATES[1]), message))
    limits = [pair for found in by_date.values() for pair in found]
    bracketed = ((f"{name.replace('.', '[')}]", moment_in_utc(text)) for name, text in limits)
    return (*given(filters, *_TEXTS), *bracketed)
