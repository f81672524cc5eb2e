"""What people did to an order by hand, as it is kept and as it is read: a kind and what it was about, or words."""

import json
from typing import Literal

from shipconsole.domain.frozen import Frozen

Kind = Literal["", "item_resolved", "kept_apart"]

_SAID = {
    "item_resolved": {
        "shipped": "item {sku}, {quantity}: resolved as shipped",
        "cancelled": "item {sku}, {quantity}: resolved as cancelled",
        "": "item {sku}, {quantity}: reopened",
    },
    "kept_apart": {"": "kept separate from order {number} (#{id})"},
}


class HandChange(Frozen):
    """One thing that was done by hand; `order_id` is the order it was done to, which may be part of another since."""

    order_id: int
    at_ms: int
    station: str
    operator: str
    what: str
    why: str


def about(**facts: str | int) -> str:
    """Return the facts of a change as they are kept."""
    return json.dumps(facts, ensure_ascii=False)


def said(kind: str, what: str) -> str:
    """Return a change as people read it; one without a kind was kept in words."""
    if kind not in _SAID:
        return what
    facts: dict[str, str | int] = json.loads(what)
    return _SAID[kind][str(facts.get("resolution", ""))].format_map(facts)
