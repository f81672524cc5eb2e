"""What a scan means, given the order that is open and what is known here."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ScanKind = Literal["command", "item", "wrong_item", "order", "tracking", "unknown"]


class ScanReason(StrEnum):
    """Why a scan means what it means, in the order in which the meanings are tried."""

    COMMAND = "command"
    ITEM_SKU = "item_sku"
    ITEM_GTIN = "item_gtin"
    ITEM_CASE = "item_case"
    """A case of an item; `units` is 0 where how many are in it is not known yet and is asked."""
    SEVERAL_ITEMS = "several_items"
    OPEN_ORDER = "open_order"
    WRONG_ITEM = "wrong_item"
    LABEL = "label"
    """Format and check digit, or a unique prefix, name one carrier."""
    OTHER_ORDER = "other_order"
    ORDER_OR_ITEM = "order_or_item"
    """Another order's number that is also an item known here: asked where something is packed."""
    SEVERAL_ORDERS = "several_orders"
    LISTED_CARRIER = "listed_carrier"
    """Only a shape, but of a carrier that the station uses: taken unasked as unverified."""
    TAUGHT_FORMAT = "taught_format"
    POSSIBLE_LABEL = "possible_label"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    """A label's format whose check digit is wrong."""
    UNKNOWN_ITEM = "unknown_item"
    """A valid GTIN that no carrier claims and no order has."""
    NO_ORDER_OPEN = "no_order_open"
    """An item or a label, while no order is open."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned.

    `raw` is the scan as it came; `number` is what it stands for: the order number, SKU, carrier's tracking number
    or command. `order_id` and `order_number` are set for an order, `line_ids` for an item of the open order, `units`
    is how many units one scan of the item is, `item_name` is set for every known item. The rest is about a label:
    `certain` is whether its carrier is, `right_digit` what a wrong check digit should be, `postal_code` where the
    label says that the package goes.
    """

    kind: ScanKind
    reason: ScanReason
    raw: str
    number: str
    order_id: int | None = None
    order_number: str = ""
    line_ids: tuple[int, ...] = ()
    units: int = 1
    item_name: str = ""
    carriers: tuple[str, ...] = ()
    certain: bool = False
    check_digit: Literal["right", "wrong", "none"] = "none"
    right_digit: str = ""
    postal_code: str = ""
