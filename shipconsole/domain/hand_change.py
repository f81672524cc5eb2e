"""What people did to an order by hand: its kind and facts are kept, and read as a sentence where it is shown."""

import json
from collections.abc import Callable, Mapping
from typing import Literal, cast

from shipconsole.domain.frozen import Frozen

Kind = Literal[
    "",
    "order_entered",
    "items_cancelled",
    "items_restored",
    "item_resolved",
    "label_corrected",
    "shipment_undone",
    "shipment_voided",
    "linked",
    "unlinked",
    "split_off",
    "kept_apart",
]

Fact = str | int | list[str]

_RESOLVED = {"shipped": "resolved as shipped", "cancelled": "resolved as cancelled", "": "reopened"}


def _linked(facts: Mapping[str, Fact]) -> str:
    words = f"linked with order {facts['number']} ({_listed(facts, 'connections') or 'entered here'})"
    left_out = _listed(facts, "left_out")
    return f"{words}, without {left_out}" if left_out else words


_SAID: Mapping[str, Callable[[Mapping[str, Fact]], str]] = {
    "order_entered": lambda _: "order entered",
    "items_cancelled": lambda facts: f"{_listed(facts, 'items')} cancelled",
    "items_restored": lambda facts: f"{_listed(facts, 'items')} restored",
    "item_resolved": lambda facts: (
        f"item {facts['sku']}, {facts['quantity']}: {_RESOLVED[str(facts.get('resolution', ''))]}"
    ),
    "label_corrected": lambda facts: f"corrected the package {facts['before']} to {facts['after']}",
    "shipment_undone": lambda facts: f"undid the shipment {_listed(facts, 'numbers')} before any platform was notified",
    "shipment_voided": lambda facts: f"voided the shipment {_listed(facts, 'numbers')}",
    "linked": _linked,
    "unlinked": lambda facts: (
        f"unlinked from {facts['connection']}, which has order {facts['number']} for itself now (#{facts['id']})"
    ),
    "split_off": lambda facts: f"taken off order {facts['number']} (#{facts['id']})",
    "kept_apart": lambda facts: f"kept separate from order {facts['number']} (#{facts['id']})",
}


class HandChange(Frozen):
    """One thing that was done by hand; `order_id` is the order it was done to, which may be part of another since.

    `about` are the facts of it as they are kept, for its `kind`.
    """

    order_id: int
    at_ms: int
    station: str
    operator: str
    kind: str
    about: str
    why: str

    @property
    def what(self) -> str:
        """What was done, as people read it."""
        return said(self.kind, self.about)


def about(**facts: Fact) -> str:
    """Return the facts of a change as they are kept."""
    return json.dumps(facts, ensure_ascii=False)


def said(kind: str, what: str) -> str:
    """Return a change as people read it; one of no known kind as it is kept."""
    sentence = _SAID.get(kind)
    return sentence(cast("dict[str, Fact]", json.loads(what))) if sentence else what


def _listed(facts: Mapping[str, Fact], name: str) -> str:
    found = facts.get(name)
    return ", ".join(found) if isinstance(found, list) else ""
