"""Shipup: a voided shipment's units wait again, and trackers that were ours count no units."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from shipconsole.domain.link import Link
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipup.requests import notify, void
from tests.vendors.examples import link, notification, order, package, sent_json, shipment

TRACKER = {
    "tracking_number": "AAA1",
    "line_items": [{"merchant_id": "A", "sku": "A", "quantity": 3, "shipped_quantity": 2}],
}
DOCUMENT = {"merchant_id": "10001", "fulfillments": [{"merchant_id": "10001_1", "trackers": [TRACKER]}]}


def notification_of(
    number: str, there: Link | None, *, replaced: Mapping[str, str] | None = None
) -> ShipmentNotification:
    return replace(notification(order(3), there, shipment(package(number, {1: 2}))), replaced=replaced or {})


def known() -> Link:
    return link("10001", {1: ("A", 3)}, DOCUMENT)


def fulfillment(request: Request | None) -> dict[str, Any]:
    assert request is not None
    body = cast("dict[str, Any]", sent_json(request))
    assert "line_items" not in body
    (only,) = body["fulfillments"]
    return only


def test_the_units_are_left_to_ship_again_and_no_tracker_is_sent() -> None:
    sent_state = fulfillment(void(replace(notification_of("AAA1", known(), replaced={"AAA1": ""}), shipments=())))
    assert "trackers" not in sent_state
    assert [(line["merchant_id"], line["quantity"]) for line in sent_state["line_items"]] == [("A", 3)]


def test_an_order_that_was_new_to_shipup_waits_in_its_fulfillment_too() -> None:
    gone = replace(notification_of("AAA1", None), shipments=())
    assert [line["merchant_id"] for line in fulfillment(void(gone))["line_items"]] == ["A"]
    assert void(replace(gone, options={"create_missing": "known"})) is None


def test_a_tracker_under_a_former_number_counts_no_units() -> None:
    sent_state = fulfillment(notify(notification_of("BBB2", known(), replaced={"AAA1": "BBB2"})))
    assert [line["merchant_id"] for line in sent_state["line_items"]] == ["A"]
    elsewhere = fulfillment(notify(notification_of("BBB2", known())))
    assert "line_items" not in elsewhere
