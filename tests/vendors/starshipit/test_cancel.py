"""Starshipit: cancelled units lower an item's quantity, a whole item is deleted, and nothing else is touched."""

from typing import Any, cast

import pytest

from shipconsole.domain.link import Link
from shipconsole.domain.order import Order
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.adapter import Cancellation
from shipconsole.vendors.request import Request
from shipconsole.vendors.starshipit.cancel import cancel
from tests.vendors.examples import link, order, sent_json


def known(*quantities: int, status: str = "Unshipped") -> Link:
    items = [{"item_id": 70 + n, "sku": chr(64 + n), "quantity": q} for n, q in enumerate(quantities, start=1)]
    ids = {n: (str(70 + n), q) for n, q in enumerate(quantities, start=1)}
    return link("5", ids, {"order_id": 5, "items": items}, status=status)


def cancellation(of: Order, there: Link, *line_ids: int, restored: bool = False) -> Cancellation:
    return Cancellation(of, there, line_ids, restored, (), {})


def items(request: Request | None) -> list[dict[str, Any]]:
    assert request is not None
    return cast("dict[str, Any]", sent_json(request))["order"]["items"]


def test_only_the_changed_items_are_named() -> None:
    request = cancel(cancellation(order(3, 2, cancelled={1: 1}), known(3, 2), 1))
    assert items(request) == [{"item_id": 71, "quantity": 2}]
    assert request is not None
    assert request.repeatable


def test_an_item_whose_units_are_all_cancelled_is_deleted() -> None:
    assert items(cancel(cancellation(order(3, 2, cancelled={1: 3}), known(3, 2), 1))) == [
        {"item_id": 71, "delete": True}
    ]


def test_several_lines_that_are_the_same_item_are_counted_together() -> None:
    there = link("5", {1: ("71", 5), 2: ("71", 5)}, {"order_id": 5, "items": [{"item_id": 71, "quantity": 5}]})
    assert items(cancel(cancellation(order(3, 2, cancelled={1: 3}), there, 1))) == [{"item_id": 71, "quantity": 2}]


@pytest.mark.parametrize("there", [2, 1])
def test_a_quantity_that_is_there_already_or_lower_is_not_sent(there: int) -> None:
    assert cancel(cancellation(order(3, cancelled={1: 1}), known(there), 1)) is None


def test_restoring_raises_the_quantity_and_never_lowers_it() -> None:
    assert items(cancel(cancellation(order(3), known(2), 1, restored=True))) == [{"item_id": 71, "quantity": 3}]
    assert cancel(cancellation(order(3, cancelled={1: 1}), known(3), 1, restored=True)) is None


def test_a_restored_item_is_added_and_the_request_is_not_repeatable() -> None:
    request = cancel(cancellation(order(3, 2), known(3), 2, restored=True))
    assert items(request) == [{"description": "Thing B", "sku": "B", "quantity": 2}]
    assert request is not None
    assert not request.repeatable
    assert cancel(cancellation(order(3, 2), known(3), 2)) is None


def test_a_printed_order_is_rejected_with_a_reason() -> None:
    with pytest.raises(ValidationFailed, match="has printed order 10001"):
        cancel(cancellation(order(3, cancelled={1: 1}), known(3, status="Printed"), 1))
