"""Every sentence of the dialog in which orders are linked and taken apart."""

from collections.abc import Sequence

from shipconsole.ui.kit.strings import counted, quoted

TITLE = "Link to another order"
LINK_TAB = "Link"
UNLINK_TAB = "Unlink"
FIND = "Find the other order"
FIND_HINTS = ("Find by number, name, SKU, tracking   Ctrl+F", "Find an order   Ctrl+F", "Find   Ctrl+F")
OTHER_ORDERS = "Other orders"
LOOKS_THE_SAME = "These could be the same order. Search for any other."
NONE_ALIKE = "No other order looks like this one. Search for it."
CHOOSE_ONE = "Choose the other order on the left."
PAIRS = "Which item is which"
NO_PARTNER = "None"
NOWHERE = "known here only"
DIFFERENT = "What is different"
NOTHING_DIFFERENT = "The address and the items are the same."
WHY = "Why"
WHY_HINT = "The same order, entered twice"
SAY_WHY = "Enter a reason. It is saved with the order."
UNLINK_WHICH = "Which connection has another order"
CHOOSE_CONNECTION = "Choose the connection first."
LINK = "Link"
KEEP_SEPARATE = "Keep separate"
UNLINK = "Unlink"
ADDRESS_PARTS = {
    "name": "Name",
    "company": "Company",
    "email": "Email",
    "phone": "Phone",
    "building": "Building",
    "street": "Street",
    "street2": "Street, second line",
    "street3": "Street, third line",
    "suburb": "Suburb",
    "city": "City",
    "state": "State",
    "postal_code": "Post code",
    "country": "Country",
    "instructions": "Delivery instructions",
}


def title(number: str) -> str:
    """The title of the dialog."""
    return f"Link order {number} to another order"


def no_order(text: str) -> str:
    """The search finds nothing."""
    return f"No other order has {quoted(text)} that could be linked. Esc shows the first ones again."


def matches(number: int, lines: int) -> str:
    """How many of the items are the same."""
    return f"{number:,} of {counted(lines, 'item')} the same" if lines else "no items"


def second_line(recipient: str, connections: Sequence[str]) -> str:
    """Who gets an order, and who knows it."""
    return " · ".join(part for part in (recipient, ", ".join(connections) or NOWHERE) if part)


def becomes(other: str, number: str, *, is_known: bool) -> str:
    """What linking does; some connection knows the other order, or none does."""
    becomes_part = f"{other} becomes part of {number}"
    if not is_known:
        return f"{becomes_part}."
    return f"{becomes_part}: its connections are then notified about {number}'s packages."


def partner_of(sku: str) -> str:
    """What a choice is for, for who does not see the table."""
    return f"Item that is {sku} in the other order"


def line_of(sku: str, description: str, ordered: int) -> str:
    """An item with its units."""
    return f"{ordered:,} × {sku or description}"


def without_partner(skus: Sequence[str], other: str) -> str:
    """Items of the other order to which none here belongs."""
    return f"{', '.join(skus)} of {other} has no partner here: its connections hear nothing of it."


def here_and_there(part: str, here: str, there: str) -> str:
    """A part of the address in which the two differ."""
    return f"{part}: here {quoted(here) if here else 'nothing'}, there {quoted(there) if there else 'nothing'}"


def pieces_differ(sku: str, here: int, there: int) -> str:
    """Two items that belong together with another number of units each."""
    return f"{sku}: here {here:,}, there {there:,}"


def unlink_means(links: int, free: int) -> str:
    """What taking a connection off the order does, or why none can be taken off."""
    if not links:
        return "No connection knows this order, so there is nothing to take apart."
    if links == 1 and not free:
        return "Only one connection knows this order, so there is nothing to take apart."
    held = "A connection that was notified about shipments, or has unfinished updates, stays with the order."
    means = "What the connection knows becomes an order of its own, with its own items; pulls leave the two apart."
    return " ".join(part for part in (means if free else "", held if free < links else "") if part)


def known_as(number: str, remote_id: str) -> str:
    """Under which number and id a connection knows the order."""
    return " · ".join(
        part for part in (f"order {number}" if number else "", f"id {remote_id}" if remote_id else "") if part
    )


def unsaved(number: str, other: str, *, why: bool) -> str:
    """What was typed and would be forgotten: the pairs with another order, the reason."""
    parts = [f"its items and those of {other}" if other else "", "the reason" if why else ""]
    return f"Order {number}: {', '.join(part for part in parts if part)}"


def link_button(other: str) -> str:
    """What the big button will do."""
    return f"Link {other}" if other else LINK


def unlink_button(connection: str) -> str:
    """What the big button will do where an order is taken apart."""
    return f"Unlink {connection}" if connection else UNLINK
