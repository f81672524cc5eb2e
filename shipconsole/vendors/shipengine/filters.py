"""The filters of ShipEngine's list of sales orders.

Source: ShipEngine, List Sales Orders (read November 2026).
"""

from functools import partial

from shipconsole.vendors.filters import filter_field

PAYMENT_STATUSES = ("unknown", "paid", "unpaid", "partially_paid")
FULFILLMENT_STATUSES = ("unknown", "fulfilled", "unfulfilled", "partially_fulfilled")
SORTS = ("modified_at", "created_at", "order_date")
DIRECTIONS = ("asc", "desc")
MOMENTS = (
    "modified_at_start",
    "modified_at_end",
    "created_at_start",
    "created_at_end",
    "order_date_start",
    "order_date_end",
)

_field = partial(filter_field, vendor="ShipEngine")

FILTERS = (
    _field("external_order_number"),
    _field("external_order_id"),
    _field("order_source_id"),
    _field(
        "fulfillment_status",
        "choice",
        choices=FULFILLMENT_STATUSES,
    ),
    _field("payment_status", "choice", choices=PAYMENT_STATUSES),
    _field("cancelled", "yes_no"),
    _field("order_date_start", "moment"),
    _field("order_date_end", "moment"),
    _field("created_at_start", "moment"),
    _field("created_at_end", "moment"),
    _field("modified_at_start", "moment"),
    _field("modified_at_end", "moment"),
    _field("sort_by", "choice", choices=SORTS),
    _field("sort_dir", "choice", choices=DIRECTIONS),
)
