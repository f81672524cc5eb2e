"""Shipup: a new order and cancelled units are sent as the order's complete state, under ids that stay the same."""

from typing import Any, cast

import pytest

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.outcome import Refused
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.adapter import Cancellation
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipup.replies import read_created
from shipconsole.vendors.shipup.requests import cancel, create
from tests.vendors.examples import link, order, package, response, sent_json, shipment


def body(request: Request | None) -> dict[str, Any]:
    assert request is not None
    return cast("dict[str, Any]", sent_json(request))


def test_a_new_order_names_its_buyer_and_its_items_by_ids_of_ours() -> None:
    request = create(order(3, 2, cancelled={1: 1}), {})
    sent = body(request)
    assert (sent["merchant_id"], sent["order_number"]) == ("10001", "10001")
    assert (sent["first_name"], sent["last_name"]) == ("John", "Smith")
    assert [(item["merchant_id"], item["quantity"], item.get("canceled_quantity")) for item in sent["line_items"]] == [
        ("A", 3, 1),
        ("B", 2, None),
    ]
    assert request.repeatable


def test_a_new_order_is_known_as_it_was_sent() -> None:
    request = create(order(3, 2), {})
    found = read_created(request, response(201, {"merchant_id": "10001"}))
    assert isinstance(found, RemoteOrder)
    assert (found.remote_id, [(line.remote_id, line.quantity) for line in found.lines]) == (
        "10001",
        [("A", 3), ("B", 2)],
    )
    assert isinstance(read_created(request, response(400, {"errors": {"merchant_id": "Required"}})), Refused)


def test_an_order_without_a_number_is_refused_at_the_number() -> None:
    with pytest.raises(ValidationFailed) as caught:
        create(order(1).model_copy(update={"number": ""}), {})
    assert [problem.path for problem in caught.value.problems] == [("number",)]


def test_the_cancelled_quantity_of_changed_items_is_sent_even_if_it_is_none() -> None:
    known = link("10001", {1: ("a", 3), 2: ("b", 2)}, {"merchant_id": "10001"})
    sent = body(cancel(Cancellation(order(3, 2, cancelled={1: 3}), known, (1, 2), False, (), {})))
    sent_items = [
        (item["merchant_id"], item.get("canceled_quantity"), item.get("canceled")) for item in sent["line_items"]
    ]
    assert sent_items == [("a", 3, True), ("b", 0, False)]


def test_what_waits_in_a_fulfillment_is_cancelled_there() -> None:
    document = {
        "merchant_id": "10001",
        "fulfillments": [{"merchant_id": "f1", "line_items": [{"merchant_id": "a", "quantity": 3}]}],
    }
    known = link("10001", {1: ("a", 3)}, document)
    sent = body(cancel(Cancellation(order(3, cancelled={1: 1}), known, (1,), False, (), {})))
    assert "line_items" not in sent
    (fulfillment,) = sent["fulfillments"]
    assert fulfillment["merchant_id"] == "f1"
    assert [(item["merchant_id"], item["canceled_quantity"]) for item in fulfillment["line_items"]] == [("a", 1)]


def test_notified_shipments_stay_in_the_state() -> None:
    known = link("10001", {1: ("a", 3)}, {"merchant_id": "10001", "line_items": [{"merchant_id": "a", "quantity": 3}]})
    sent_items = (shipment(package("1Z", {1: 1})),)
    sent = body(cancel(Cancellation(order(3, cancelled={1: 2}), known, (1,), False, sent_items, {})))
    (fulfillment,) = sent["fulfillments"]
    (item,) = fulfillment["trackers"][0]["line_items"]
    assert (item["shipped_quantity"], item["canceled_quantity"], item["quantity"]) == (1, 2, 3)


def test_nothing_is_sent_about_items_that_shipup_does_not_have() -> None:
    known = link("10001", {1: ("a", 3)}, {"merchant_id": "10001"})
    assert cancel(Cancellation(order(3, 2, cancelled={2: 1}), known, (2,), False, (), {})) is None
