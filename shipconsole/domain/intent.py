"""Intents: what an update without a new shipment is for, stored with the update as JSON."""

import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, cast

IntentKind = Literal["change", "create", "cancel", "void"]

CREATE = '{"kind": "create"}'
"""The intent of adding an order to a connection; the rest is determined when it is sent."""


class CancelIntent(NamedTuple):
    """The lines whose units are cancelled or restored; the quantities are read from the order when it is sent."""

    line_ids: tuple[int, ...]
    restored: bool


def kind_of(intent: str | None) -> IntentKind | None:
    """Return the kind of an intent, None if there is none; an intent without a kind is a change of fields."""
    if intent is None:
        return None
    kind = _values(intent).get("kind")
    return kind if kind in ("create", "cancel", "void") else "change"


def cancel_text(line_ids: Iterable[int], *, restored: bool) -> str:
    """Write an intent about cancelled or restored units."""
    return json.dumps({"kind": "cancel", "lines": sorted(line_ids), "restored": restored})


def cancel_from(intent: str) -> CancelIntent:
    """Read what `cancel_text` wrote."""
    values = _values(intent)
    return CancelIntent(tuple(values["lines"]), values["restored"])


def void_text(shipment_id: int) -> str:
    """Write the intent of voiding a shipment."""
    return json.dumps({"kind": "void", "shipment_id": shipment_id})


def void_from(intent: str) -> int:
    """Read the shipment's id that `void_text` wrote."""
    return int(_values(intent)["shipment_id"])


def _values(intent: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(intent))
