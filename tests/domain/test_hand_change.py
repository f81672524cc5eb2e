"""What was done to an order by hand: a kind and facts are kept, and a sentence is shown."""

from typing import get_args

import pytest

from shipconsole.domain import hand_change
from shipconsole.domain.hand_change import Fact, Kind

SAID: dict[str, list[tuple[dict[str, Fact], str]]] = {
    "order_entered": [({}, "order entered")],
    "items_cancelled": [({"items": ["2 × MUG", "1 × PLATE"]}, "2 × MUG, 1 × PLATE cancelled")],
    "items_restored": [({"items": ["2 × MUG"]}, "2 × MUG restored")],
    "item_resolved": [
        ({"sku": "CLOTH", "quantity": "2.5", "resolution": "shipped"}, "item CLOTH, 2.5: resolved as shipped"),
        ({"sku": "{x}", "quantity": "2.5", "resolution": ""}, "item {x}, 2.5: reopened"),
    ],
    "label_corrected": [({"before": "A1 usps", "after": "A2"}, "corrected the package A1 usps to A2")],
    "shipment_undone": [({"numbers": ["A1", "A2"]}, "undid the shipment A1, A2 before any platform was notified")],
    "shipment_voided": [({"numbers": ["A1"]}, "voided the shipment A1")],
    "linked": [
        ({"number": "W-77", "connections": ["Shop"], "left_out": []}, "linked with order W-77 (Shop)"),
        (
            {"number": "W-77", "connections": [], "left_out": ["A", "B"]},
            "linked with order W-77 (entered here), without A, B",
        ),
    ],
    "unlinked": [
        (
            {"connection": "Shop", "number": "W-77", "id": 9},
            "unlinked from Shop, which has order W-77 for itself now (#9)",
        )
    ],
    "split_off": [({"number": "W-77", "id": 9}, "taken off order W-77 (#9)")],
    "kept_apart": [({"number": "W-77", "id": 9}, "kept separate from order W-77 (#9)")],
}


def test_every_kind_is_said() -> None:
    assert {"", *SAID} == set(get_args(Kind.__value__ if hasattr(Kind, "__value__") else Kind))


@pytest.mark.parametrize(("kind", "facts", "words"), [(kind, *row) for kind, rows in SAID.items() for row in rows])
def test_a_change_is_said_from_its_facts(kind: str, facts: dict[str, Fact], words: str) -> None:
    kept = hand_change.about(**facts)
    assert hand_change.said(kind, kept) == words
    assert all(word not in kept for word in ("cancelled", "linked with", "reopened", "entered here"))
