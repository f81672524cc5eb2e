"""The filters of Starshipit's list of unshipped orders.

Its other parameters are only the size of a page and the details of an order. Source: Starshipit, Get Unshipped Orders
(read November 2026).
"""

from functools import partial

from shipconsole.vendors.filters import filter_field

SINCE = ("since_order_date", "since_last_updated")

_field = partial(filter_field, vendor="Starshipit")

FILTERS = (
    _field("since_order_date", "moment"),
    _field("since_last_updated", "moment"),
)
