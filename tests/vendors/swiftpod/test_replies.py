"""SwiftPOD's responses: orders and packages, and each contradiction of the platform's own example."""

import json
from typing import Any, cast

import pytest

from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.outcome import Accepted, Refused, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.domain.remote_track import RemotePacked
from shipconsole.domain.webhook_event import Webhook
from shipconsole.vendors.paging import OrderPage
from shipconsole.vendors.swiftpod import VENDOR
from shipconsole.vendors.swiftpod.replies import read_subscribe_webhook, track_of
from shipconsole.vendors.swiftpod.requests import subscribe_webhook
from tests.vendors.examples import response, sample, sample_json


def example(**changes: object) -> dict[str, Any]:
    """The platform's example of an order."""
    return {**cast("dict[str, Any]", sample_json("swiftpod/samples/list_orders/order.json")), **changes}


def read(**changes: object) -> RemoteOrder:
    order = VENDOR.orders.read(response(200, example(**changes)))
    assert isinstance(order, RemoteOrder)
    return order


def page(*orders: object, options: dict[str, str] | None = None, **told: object) -> OrderPage:
    request = VENDOR.orders.list_page({"page_size": "2", **(options or {})}, "3")
    found = VENDOR.orders.read_page(response(200, {"data": orders, **told}), request)
    assert isinstance(found, OrderPage)
    return found


def test_an_order_is_read_into_our_model() -> None:
    order = read()
    assert (order.remote_id, order.number, order.status) == ("2", "28002-A", "shipped")
    assert (order.shipped_elsewhere, order.cancelled, str(order.note)) == (True, False, "")
    assert [(line.remote_id, line.sku, line.quantity) for line in order.lines] == [("196953049", "UNPT1B00M", 1)]
    assert order.ship_to.in_one_line == "4736 Phillips Rice Rd, Cortland OH 44410, United States"
    assert order.ordered_at_ms == 1_641_564_710_000
    assert json.loads(order.document) == example()


# The contradictions of the platform's example, in the order in which it has them.


def test_1_an_id_is_a_number_here_and_a_text_there() -> None:
    assert read(id=2).remote_id == "2"
    assert read(id="06lz3a11").remote_id == "06lz3a11"


def test_2_units_of_items_that_are_not_in_the_order_are_kept_and_noted() -> None:
    first, second = read().tracks
    assert first.items == (RemotePacked(remote_id="28002-A-001", quantity=3),)
    assert [(item.remote_id, item.quantity) for item in second.items] == [("28002-A-002", 1), ("28002-A-003", 2)]
    assert "9400100109361129278357: 28002-A-001 is not an item of SwiftPOD's order." in map(str, first.notes)
    assert read().lines[0].quantity == 1


def test_3_packages_stay_in_the_platforms_sequence_whatever_their_times() -> None:
    trackings = example()["trackings"]
    later = {**trackings[0], "created_at": "2024-03-12T00:00:00Z"}
    numbers = [one.tracking_number for one in read(trackings=[later, trackings[1]]).tracks]
    assert numbers == ["9400100109361129278357", "9400100109361129278358"]


def test_4_a_link_to_another_package_is_dropped() -> None:
    first, second = read().tracks
    assert first.url.endswith("tLabels=9400100109361129278357")
    assert second.url == ""
    assert "9400100109361129278358: the link led to another package." in map(str, second.notes)


def test_5_an_event_names_carrier_and_status_otherwise() -> None:
    told = cast("dict[str, object]", sample_json("swiftpod/samples/event_tracking.json"))
    assert not {"carrier", "status"} & told.keys()
    of_event, of_order = track_of(told), read().tracks[0]
    assert (of_event.carrier, of_event.status) == (of_order.carrier, of_order.status) == ("USPS", "delivered")


def test_6_a_shipped_order_has_delivered_packages() -> None:
    order = read()
    assert order.status == "shipped"
    assert {one.status for one in order.tracks} == {"delivered"}


def test_7_both_notations_of_utc_are_one_moment() -> None:
    (zulu,), (offset,) = (
        read(trackings=[{"created_at": text}]).tracks
        for text in ("2022-07-21T10:53:46.000000Z", "2022-07-21T10:53:46.000000+00:00")
    )
    assert zulu.created.at_ms == offset.created.at_ms == 1_658_400_826_000
    assert zulu.created.text != offset.created.text


def test_8_what_the_table_types_as_null_may_be_there() -> None:
    filled = {
        "rejected_at": "2026-11-01T00:00:00Z",
        "rejected_status": "invalid_artwork",
        "cancelled_at": "2026-11-02T00:00:00Z",
        "ioss_number": "IM0123456888",
        "tax_id": 7,
        "tax_id_type": "IOSS",
        "return_address": example()["address"],
        "total_cost": 12.5,
    }
    order = read(**filled)
    assert order.notes == (Message("swiftpod.rejected_for", reason="invalid artwork"),)
    assert order.cancelled
    assert read(**dict.fromkeys(filled)).notes == ()


def test_shipped_items_may_be_one_object() -> None:
    (parcel,) = read(trackings=[{"tracking_number": "N", "shipped_items": {"order_item_id": 7, "quantity": 2}}]).tracks
    assert parcel.items == (RemotePacked(remote_id="7", quantity=2),)


@pytest.mark.parametrize(
    ("status", "cancelled", "shipped"),
    [
        ("new_order", False, False),
        ("in_production", False, False),
        ("on_hold", False, False),
        ("rejected", False, False),
        ("shipped", False, True),
        ("cancelled", True, False),
        ("in_production_cancelled", True, False),
        ("something_new", False, False),
    ],
)
def test_states(status: str, cancelled: bool, shipped: bool) -> None:
    order = read(status=status)
    assert (order.status, order.cancelled, order.shipped_elsewhere) == (status, cancelled, shipped)
    assert ("rejected" in str(order.note)) == (status == "rejected")


def test_an_unlisted_state_of_a_package_is_quoted() -> None:
    odd, none = read(trackings=[{"status": "out_for_lunch"}, {}]).tracks
    assert (odd.status, str(odd.message), none.message) == (
        "unknown",
        "SwiftPOD: “out for lunch”",
        Message("tracking.no_status"),
    )


@pytest.mark.parametrize("said", [True, 1, "true", "perhaps", [], {"a": 1}])
def test_a_test_order_is_never_treated_as_a_real_one(said: object) -> None:
    of_both = page(example(test_order=said), example(id=3))
    assert [order.remote_id for order in of_both.orders] == ["3"]
    assert of_both.notes == (Message("swiftpod.test_orders_left_out", count=1),)
    wanted = page(example(test_order=said), options={"test_orders": "yes"})
    assert [(order.note, order.notes) for order in wanted.orders] == [
        (Message("swiftpod.test_order"), (Message("swiftpod.test_order"),))
    ]
    assert Message("swiftpod.test_order") in read(test_order=said).notes


@pytest.mark.parametrize("said", [False, 0, "false", "no", None, ""])
def test_a_real_order_is_not_treated_as_a_test(said: object) -> None:
    assert [order.notes for order in page(example(test_order=said)).orders] == [()]


def test_pages_end_by_their_number_else_when_one_is_not_full() -> None:
    one, two = example(id=1), example(id=2)
    assert page(one, two, current_page=3, last_page=4, total=8).next_cursor == "4"
    assert page(one, two, current_page=3, last_page=3).next_cursor == ""
    assert page(one, two, current_page=1, last_page=4).shortfalls == ("page_number",)
    assert page(one, two).next_cursor == "4"
    assert page(one).next_cursor == ""
    assert page(example(test_order=True), two).next_cursor == "4"
    assert page(one, total=8).total == 8


def test_an_order_without_an_id_is_left_out_and_one_odd_field_loses_none() -> None:
    found = page({"order_id": "A"}, example(line_items=[{"sku": "S", "quantity": "many"}], trackings="none"))
    assert found.notes == (Message("sync.order_without_id"),)
    (order,) = found.orders
    assert (order.lines[0].quantity, order.tracks) == (None, ())
    assert order.lines[0].quantity_text == '"many"'
    assert "S: the quantity many is not a whole number of units." in map(str, order.notes)


def test_an_order_may_come_under_data() -> None:
    order = VENDOR.orders.read(response(200, {"data": example(id="06lz3a11")}))
    assert isinstance(order, RemoteOrder)
    assert order.remote_id == "06lz3a11"


def test_rejections_quote_the_platform() -> None:
    no_such = VENDOR.orders.read(response(404, {"status": False, "message": "No such order"}))
    assert no_such == Refused(
        (Problem((), verbatim("No such order"), Message("platform.order_gone", platform="SwiftPOD")),)
    )
    assert VENDOR.read_probe(response(200, {"status": False, "message": "No."})) == Refused(
        (Problem((), verbatim("No.")),)
    )
    tree = VENDOR.orders.read_page(
        response(422, {"message": "Invalid", "errors": {"limit": ["Too large"]}}), VENDOR.probe({})
    )
    assert tree == Refused((Problem((), verbatim("Too large")),))


def test_a_webhook_is_registered_when_the_response_confirms_it() -> None:
    asked = subscribe_webhook("shipment_notify", "https://example.com/hook", "Bench")
    told = read_subscribe_webhook(asked, response(200, sample("swiftpod/samples/subscribe_webhook/200.json")))
    assert told == Webhook(event="shipment_notify", url="https://example.com/hook", name="Bench")
    assert isinstance(read_subscribe_webhook(asked, response(200, {})), Unsure)
    wrong = read_subscribe_webhook(asked, response(422, {"errors": {"url": ["Not reachable"]}}))
    assert wrong == Refused((Problem(("url",), verbatim("Not reachable")),))
    assert isinstance(VENDOR.read_update(asked, response(200, {"status": True})), Accepted)
