"""Every sentence of the dialog in which items are resolved that are not counted in units."""

from typing import Literal

from shipconsole.ui.kit.strings import counted

Resolution = Literal["", "shipped", "cancelled"]
"""As `domain.order` has it, which is not loaded for a menu."""

TITLE = "Resolve items"
ITEM = "Item"
BECAME: dict[Resolution, str] = {
    "shipped": "It shipped",
    "cancelled": "It is not going to ship",
    "": "Reopen it",
}
STANDS: dict[Resolution, str] = {"shipped": "recorded as shipped", "cancelled": "recorded as cancelled", "": "open"}
MEANS: dict[Resolution, str] = {
    "shipped": "The item counts as shipped. No platform is notified of it: its quantity is not counted in units.",
    "cancelled": "The item counts as cancelled here. Cancel it on the platform too.",
    "": "What was recorded is withdrawn, and the order waits for this item again.",
}
REASON = "Reason"
REASON_HINT = "Cut and packed with the first package"
GIVE_REASON = "Give a reason first. It is kept with the order."
CHOOSE = "Choose what became of the item first."
NOTHING = "Every item of this order has a whole number of units."
CONFIRM = "Record"


def title(number: str) -> str:
    """The title of the dialog."""
    return f"Resolve items of order {number}"


def item(sku: str, quantity: str, resolved_as: Resolution) -> str:
    """An item with its quantity as it came, and how it stands."""
    return f"{sku}, {quantity}: {STANDS[resolved_as]}"


def unsaved(number: str) -> str:
    """A reason was typed and would be lost."""
    return f"Order {number}: the reason"


def left_over(count: int) -> str:
    """How many items wait after one was recorded."""
    return f"Recorded. {counted(count, 'item')} left to resolve." if count else ""
