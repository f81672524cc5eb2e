"""By what ShipEngine's list of sales orders can be narrowed.

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
    _field("external_order_number", "Order number", "The number that the store shows for the order."),
    _field("external_order_id", "Order id in the store", "The store's own id of the order."),
    _field("order_source_id", "Order source", "ShipEngine's id of the store that the orders come from."),
    _field(
        "fulfillment_status",
        "Fulfillment",
        "How much has shipped. Without it: the orders that are not wholly fulfilled.",
        "choice",
        choices=FULFILLMENT_STATUSES,
    ),
    _field("payment_status", "Payment", "How much is paid.", "choice", choices=PAYMENT_STATUSES),
    _field("cancelled", "Cancelled", "Whether the order was cancelled in its store.", "yes_no"),
    _field("order_date_start", "Ordered from", "The customer ordered then or later.", "moment"),
    _field("order_date_end", "Ordered until", "The customer ordered then or earlier.", "moment"),
    _field("created_at_start", "Imported from", "ShipEngine has had the order since then or later.", "moment"),
    _field("created_at_end", "Imported until", "ShipEngine has had the order since then or earlier.", "moment"),
    _field("modified_at_start", "Changed from", "The order changed last then or later.", "moment"),
    _field("modified_at_end", "Changed until", "The order changed last then or earlier.", "moment"),
    _field("sort_by", "Sorted by", "By what those that come first are found.", "choice", choices=SORTS),
    _field("sort_dir", "Direction", "Whether the earliest or the latest come first.", "choice", choices=DIRECTIONS),
)
