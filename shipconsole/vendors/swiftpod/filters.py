"""The filters of SwiftPOD's list of orders. Source: SwiftPOD, Get Orders (read November 2026)."""

from functools import partial

from shipconsole.vendors.filters import filter_field

STATUSES = (
    "new_order",
    "in_production",
    "on_hold",
    "cancelled",
    "rejected",
    "shipped",
    "in_production_cancelled",
)
REJECTED_STATUSES = ("ip_violation", "invalid_artwork")
DAYS = ("created_at_after", "created_at_before", "trackings_created_at_after", "trackings_created_at_before")

_field = partial(filter_field, vendor="SwiftPOD")

FILTERS = (
    _field("order_id"),
    _field("id"),
    _field("status", "choice", choices=STATUSES, open_choices=True, several=True),
    _field(
        "rejected_status",
        "choice",
        choices=REJECTED_STATUSES,
        open_choices=True,
        several=True,
    ),
    _field("created_at_after", "day"),
    _field("created_at_before", "day"),
    _field("trackings_created_at_after", "day"),
    _field("trackings_created_at_before", "day"),
)
NAMES = tuple(field.path[0] for field in FILTERS)
