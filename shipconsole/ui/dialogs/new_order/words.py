"""Every sentence of the dialog in which a new order is typed."""

from collections.abc import Mapping, Sequence

from shipconsole.ui.kit.strings import counted

TITLE = "New order"
NUMBER = "Order number"
SHIP_TO = "Ship to"
LINES = "Items"
LINE_TITLES: Mapping[str, str] = {
    "sku": "SKU",
    "description": "Item",
    "quantity": "Pieces",
    "weight_kg": "Kg each",
}
LINES_HINT = "Enter adds an item, Ctrl+Delete takes one away."
ADD_LINE = "Add item"
DROP_LINE = "Take this item away"
NOTE = "Note"
TELL = "Create in"
TELL_MEANS = "The order is always saved here. Choose where else to create it."
NOBODY_TO_TELL = "No connection takes new orders. The order is kept here only."
NOT_PIECES = "Type the units as a whole number."
NOT_A_WEIGHT = "Type the weight of one unit in kilograms, as in 0.25."
CHOOSE_FIRST = "Choose connections in “Create in” to preview the requests."


def store_button(places: int) -> str:
    """What the big button will do."""
    return f"Create in {counted(places, 'connection')}" if places else "Store"


def summary(lines: int, pieces: int) -> str:
    """How much was typed."""
    return f"{counted(lines, 'item')} · {counted(pieces, 'unit')}"


def mend_first(wrong: str) -> str:
    """The order cannot be stored because of what is said."""
    return f"Nothing was stored. {wrong}"


def unsaved(number: str, parts: Sequence[str]) -> str:
    """What was typed and would be forgotten."""
    of = f"Order {number}" if number else "A new order"
    return f"{of}: {', '.join(parts)}"
