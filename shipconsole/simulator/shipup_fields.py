"""The fields of the simulated Shipup's orders and their types, in the platform's terms."""

from shipconsole.simulator.messages import Json

Fields = dict[str, Json]

TEXT = "String"
TEXT_OR_NUMBER = "String or Numeric"
TRUTH = "TrueClass or FalseClass"
WHOLE = "Integer"
HASH = "Hash"
LIST = "Array"

# Source: Shipup, Create or update an order (read November 2026).
ORDER_FIELDS = {
    "merchant_id": TEXT,
    "order_number": TEXT,
    "ordered_at": TEXT_OR_NUMBER,
    "language_code": TEXT,
    "email": TEXT,
    "phone": TEXT,
    "first_name": TEXT,
    "last_name": TEXT,
    "custom_variables": HASH,
    "order_details": HASH,
    "mute_notifications": TRUTH,
    "canceled": TRUTH,
    "shipping_address": HASH,
    "fulfillments": LIST,
    "line_items": LIST,
}
FULFILLMENT_FIELDS = {
    "merchant_id": TEXT,
    "status_code": TEXT,
    "warehouse_merchant_id": TEXT,
    "promised_delivery_at": TEXT_OR_NUMBER,
    "custom_variables": HASH,
    "canceled": TRUTH,
    "shipping_address": HASH,
    "trackers": LIST,
    "line_items": LIST,
}
ADDRESS_FIELDS = {
    "name": TEXT,
    "first_name": TEXT,
    "last_name": TEXT,
    "company_title": TEXT,
    "address1": TEXT,
    "address2": TEXT,
    "address3": TEXT,
    "city": TEXT,
    "zip": TEXT,
    "state": TEXT,
    "state_code": TEXT,
    "country": TEXT,
    "country_code": TEXT,
    "phone": TEXT,
    "comment": TEXT,
}
TRACKER_FIELDS = {
    "tracking_number": TEXT_OR_NUMBER,
    "carrier_code": TEXT,
    "carrier_service_code": TEXT,
    "untracked_carrier_name": TEXT,
    "untracked_carrier_url": TEXT,
    "expected_delivery_at": TEXT_OR_NUMBER,
    "custom_variables": HASH,
    "line_items": LIST,
}
LINE_FIELDS = {
    "merchant_id": TEXT,
    "title": TEXT,
    "description": TEXT,
    "variant_title": TEXT,
    "sku": TEXT,
    "quantity": WHOLE,
    "shipped_quantity": WHOLE,
    "canceled_quantity": WHOLE,
    "canceled": TRUTH,
    "thumbnail": HASH,
    "price": TEXT_OR_NUMBER,
}
STATUS_CODES = (
    "pending",
    "in_production",
    "in_transit_to_stock",
    "preparing_shipment",
    "shipped",
    "delayed",
    "production_delay",
    "transit_to_stock_delay",
    "partially_shipped",
    "blocked",
    "canceled",
)
