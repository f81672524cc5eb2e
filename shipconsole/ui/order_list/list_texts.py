"""What is written below the order list, and in the place of an empty one."""

from collections.abc import Sequence

from shipconsole.messages import text
from shipconsole.ui.kit.formats import ago, key_name

EMPTY_VIEWS = {
    "partly": "order_list.none_partly",
    "shipped": "order_list.none_shipped",
    "waiting": "order_list.none_waiting",
    "mine": "order_list.none_mine",
    "needs_attention": "order_list.none_needs_attention",
    "late": "order_list.none_late",
}
"""Message ids."""


def count_text(orders: int, limit: int | None = None) -> str:
    """Return how many orders are listed; from `limit` on the list may be cut off."""
    is_limited = limit is not None and orders >= limit
    return text("order_list.count_or_more" if is_limited else "order_list.count", count=orders)


def synced_text(synced_s: float | None, incomplete: Sequence[str] = ()) -> str:
    """Return the age of the last sync in seconds, and the connections it left incomplete."""
    parts = [] if synced_s is None else [text("order_list.synced", ago=ago(synced_s))]
    if incomplete:
        parts.append(text("order_list.incomplete", connections=tuple(incomplete)))
    return " · ".join(parts)


def empty_text(view: str, words: str, all_orders: int, connections: int, *, is_loading: bool = False) -> str:
    """Return why the list is empty, and the next step; a demo `is_loading` its orders as it starts."""
    if words:
        return text("order_list.nothing_found", text=words, key=key_name("Esc"))
    if not all_orders and is_loading:
        return text("order_list.demo_loading")
    if not all_orders and not connections:
        return text("order_list.no_connections")
    if not all_orders:
        return text("order_list.no_orders", key=key_name("F5"), count=connections)
    if view == "to_ship":
        return text("order_list.none_to_ship", key=key_name("F5"))
    return text(EMPTY_VIEWS.get(view, "order_list.none"))
