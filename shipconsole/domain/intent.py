"""Intents: what a call is for that is about no shipment, as it is kept with the call."""

import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, cast

IntentKind = Literal["change", "create", "cancel", "take_back"]

CREATE = '{"kind": "create"}'
"""The intent of making an order known to a connection: all else is known when it is sent."""


class CancelIntent(NamedTuple):
    """Lines of which units will not come, or shall come after all; how many stands in the order when it is sent."""

    line_ids: tuple[int, ...]
    restored: bool


def kind_of(intent: str | None) -> IntentKind | None:
    """What an intent is for, None where there is none; one that does not say is a change of fields."""
    if intent is None:
        return None
    kind = _values(intent).get("kind")
    return kind if kind in ("create", "cancel", "take_back") else "change"


def cancel_text(line_ids: Iterable[int], *, restored: bool) -> str:
    """Write down an intent about cancelled units."""
    return json.dumps({"kind": "cancel", "lines": sorted(line_ids), "restored": restored})


def cancel_from(intent: str) -> CancelIntent:
    """Read back what `cancel_text` wrote."""
    values = _values(intent)
    return CancelIntent(tuple(values["lines"]), values["restored"])


def take_back_text(shipment_id: int) -> str:
    """Write down the intent of calling a shipment back."""
    return json.dumps({"kind": "take_back", "shipment_id": shipment_id})


def take_back_from(intent: str) -> int:
    """Read back which shipment `take_back_text` wrote down."""
    return int(_values(intent)["shipment_id"])


def _values(intent: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(intent))
