"""Every sentence of the order list."""

from collections.abc import Sequence

from shipconsole.domain.order_row import OrderRow
from shipconsole.ui.kit.strings import ago, counted, pieces

SEARCH_FIELD = "Search orders"
SEARCH_HINTS = (
    "Search number, name, SKU, postcode, tracking      Ctrl+F",
    "Search number, name, SKU, tracking   Ctrl+F",
    "Search   Ctrl+F",
)
VIEW_TITLES = {
    "to_ship": "To ship",
    "partly": "Partly",
    "shipped": "Shipped",
    "needs_attention": "Needs you",
    "late": "Late",
    "all": "All",
}
ORDERS = "Orders"
REFRESH = "Refresh"
CANCEL_PULL = "Cancel"
PULL_PROGRESS = "Bringing orders in"
PACKAGE_TROUBLES = {"exception": "trouble", "late": "overdue", "quiet": "quiet"}
PACKAGE_TROUBLES_MEAN = {
    "exception": "A package has trouble on the way.",
    "late": "A package should have come by now.",
    "quiet": "No tracking events for 3 days.",
}
LIST_COLUMNS = ("Order", "Ship to", "Items", "Due")


def short_count(number: int) -> str:
    """A count where there is little room: 950, 9,500, 71k, 1.2M."""
    if number < 10_000:
        return f"{number:,}"
    return f"{number // 1000:,}k" if number < 1_000_000 else f"{number / 1_000_000:.1f}M"


def list_footer(orders: int, synced_s: float | None, most: int | None = None, incomplete: Sequence[str] = ()) -> str:
    """How many orders the list shows, when connections were last synced, and which were not synced completely."""
    text = f"{orders:,} orders or more" if most is not None and orders >= most else counted(orders, "order")
    parts = [text, f"synced {ago(synced_s)}" if synced_s is not None else ""]
    parts.append(f"sync incomplete: {', '.join(incomplete)}" if incomplete else "")
    return " · ".join(part for part in parts if part)


def nothing_listed(view: str, text: str, all_orders: int, connections: int) -> str:
    """Why the list is empty, and the next step."""
    if text:
        return f"No order has “{text}”. Esc shows all again."
    if not all_orders:
        if not connections:
            return "No orders yet. Add a connection first, under Connections."
        return f"No orders yet. F5 brings them in from {counted(connections, 'connection')}."
    return {
        "to_ship": "Everything has shipped. F5 looks for new orders.",
        "partly": "No order is partly shipped.",
        "shipped": "Nothing has shipped yet. Open an order under To ship.",
        "needs_attention": "Nothing needs you.",
        "late": "No package is late, quiet or in trouble.",
    }.get(view, "No orders.")


UNRESOLVED_MARK = "?"


def items(row: OrderRow, packing: int = 0) -> str:
    """How much of an order has shipped, `packing` units with it; marked where a person has to resolve an item."""
    said = pieces(row.shipped + packing, row.wanted)
    return f"{UNRESOLVED_MARK} {said}" if row.unresolved else said
