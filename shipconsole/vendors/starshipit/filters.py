"""By what Starshipit's list of unshipped orders can be narrowed.

Source: Starshipit, Get Unshipped Orders (read November 2026). What else it takes says only how much of each order
comes, and how many at a time.
"""

from functools import partial

from shipconsole.vendors.filters import filter_field

SINCE = ("since_order_date", "since_last_updated")

_field = partial(filter_field, vendor="Starshipit")

FILTERS = (
    _field("since_order_date", "moment"),
    _field("since_last_updated", "moment"),
)
