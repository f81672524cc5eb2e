"""What people did to an order by hand, as it is kept and as it is read: a kind and what it was about, or words."""

import json
from typing import Literal

Kind = Literal["", "item_resolved", "kept_apart"]

_SAID = {
    "item_resolved": {
        "shipped": "item {sku}, {quantity}: resolved as shipped",
        "cancelled": "item {sku}, {quantity}: resolved as cancelled",
        "": "item {sku}, {quantity}: reopened",
    },
    "kept_apart": {"": "kept separate from order {number} (#{id})"},
}


def about(**facts: str | int) -> str:
    """Return the facts of a change as they are kept."""
    return json.dumps(facts, ensure_ascii=False)


def said(kind: str, what: str) -> str:
    """Return a change as people read it; one without a kind was kept in words."""
    if kind not in _SAID:
        return what
    facts: dict[str, str | int] = json.loads(what)
    return _SAID[kind][str(facts.get("resolution", ""))].format_map(facts)
