"""Changing an order at Shipup: stable ids around what changed, quantities never, statuses with their time."""

from dataclasses import replace
from typing import Any, cast

import pytest

from shipconsole.domain.field import FieldPath, Value
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.order_edit import OrderEdit
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipup.edit import edit
from shipconsole.vendors.shipup.fields import PRE_SHIPMENT, read_fields
from tests.vendors import documents
from tests.vendors.examples import sent_json

WHOLE: dict[str, Any] = {
    "object": "order",
    "merchant_id": "77",
    "ordered_at": 1530183480,
    "line_items": {"object": "list", "data": [{"merchant_id": "A", "quantity": 3}], "has_more": True},
    "fulfillments": {
        "object": "list",
        "data": [
            {
                "merchant_id": "77_1",
                "shipping_address": {"name": "John Smith", "city": "Sydney", "zip": 2000},
                "trackers": [
                    {
                        "tracking_number": "1231121212",
                        "line_items": [
                            {"merchant_id": "B", "quantity": 2, "shipped_quantity": 1},
                            {"merchant_id": "C", "title": "Case"},
                        ],
                    }
                ],
            }
        ],
    },
}
PARCEL: FieldPath = ("fulfillments", "0", "trackers", "0")


def changed(values: dict[FieldPath, Value], whole: dict[str, Any] | None = None) -> Request:
    return edit(documents.edit_of(whole or WHOLE, values))


def body(request: Request) -> dict[str, Any]:
    sent_order = cast("dict[str, Any]", sent_json(request))
    assert (sent_order.pop("merchant_id"), sent_order.pop("order_number")) == ("77", "10001")
    return sent_order


def refused(values: dict[FieldPath, Value], whole: dict[str, Any] | None = None) -> list[tuple[str, object]]:
    with pytest.raises(ValidationFailed) as error:
        changed(values, whole)
    return [(".".join(map(str, problem.path)), problem.message) for problem in error.value.problems]


def test_a_packages_item_is_sent_under_the_ids_around_it() -> None:
    request = changed({(*PARCEL, "line_items", "1", "title"): "Mobile case"})
    assert body(request) == {
        "fulfillments": [
            {
                "merchant_id": "77_1",
                "trackers": [
                    {
                        "tracking_number": "1231121212",
                        "line_items": [{"merchant_id": "C", "title": "Mobile case"}],
                    }
                ],
            }
        ]
    }
    assert (request.call, request.method, request.path, request.repeatable) == (
        "create_order",
        "POST",
        "/v2/orders",
        True,
    )
    sent = ("fulfillments", 0, "trackers", 0, "line_items", 0, "title")
    assert request.field_map.ours(sent) == ("fields", *PARCEL, "line_items", "1", "title")


def test_a_list_object_is_read_as_a_list_and_its_other_contents_are_kept() -> None:
    sent_order = body(changed({("line_items", "0", "canceled_quantity"): 2}))
    assert sent_order == {"line_items": [{"merchant_id": "A", "canceled_quantity": 2}]}
    assert read_fields(WHOLE)[("line_items", "has_more")] is True


def test_a_known_quantity_never_changes_and_an_unknown_one_can_be_sent() -> None:
    message = Message("change.fixed_once_there", title=Message("shipup.field.line_items.quantity"), platform="Shipup")
    assert refused({("line_items", "0", "quantity"): 5}) == [("fields.line_items.0.quantity", message)]
    sent_order = body(changed({(*PARCEL, "line_items", "1", "quantity"): 5}))
    assert sent_order["fulfillments"][0]["trackers"][0]["line_items"] == [{"merchant_id": "C", "quantity": 5}]


def test_no_package_has_more_units_than_were_ordered() -> None:
    path = (*PARCEL, "line_items", "0", "shipped_quantity")
    assert refused({path: 3}) == [
        (f"fields.{'.'.join(path)}", Message("shipup.shipped_too_many", shipped="3", platform="Shipup", ordered="2"))
    ]
    assert body(changed({path: 2}))["fulfillments"][0]["trackers"][0]["line_items"][0]["shipped_quantity"] == 2


def test_an_address_goes_whole() -> None:
    sent_order = body(changed({("fulfillments", "0", "shipping_address", "country_code"): "AU"}))
    assert sent_order["fulfillments"] == [
        {
            "merchant_id": "77_1",
            "shipping_address": {"name": "John Smith", "city": "Sydney", "zip": "2000", "country_code": "AU"},
        }
    ]


@pytest.mark.parametrize(("typed", "sent"), [("uk", "GB"), ("EL", "GR"), ("Deutschland", "DE"), ("XX", "XX")])
def test_a_typed_country_code_goes_as_its_iso_code(typed: str, sent: str) -> None:
    sent_order = body(changed({("fulfillments", "0", "shipping_address", "country_code"): typed}))
    assert sent_order["fulfillments"][0]["shipping_address"]["country_code"] == sent


def test_an_address_can_be_given_to_the_order_itself() -> None:
    assert body(changed({("shipping_address", "city"): "Perth"})) == {"shipping_address": {"city": "Perth"}}


@pytest.mark.parametrize("status", PRE_SHIPMENT)
def test_a_status_before_shipping_brings_the_time_of_ordering(status: str) -> None:
    path: FieldPath = ("fulfillments", "0", "status_code")
    assert body(changed({path: status})) == {
        "ordered_at": 1530183480,
        "fulfillments": [{"merchant_id": "77_1", "status_code": status}],
    }
    without = {name: value for name, value in WHOLE.items() if name != "ordered_at"}
    assert refused({path: status}, without) == [
        ("fields.ordered_at", Message("change.also_needed", title=Message("shipup.field.ordered_at")))
    ]
    assert "ordered_at" in body(changed({path: status, ("ordered_at",): "2026-11-21"}, without))
    assert body(changed({path: "canceled"}, without)) == {
        "fulfillments": [{"merchant_id": "77_1", "status_code": "canceled"}]
    }


def test_custom_variables_accept_names_of_the_stores_own_and_keep_the_others() -> None:
    whole = {**WHOLE, "custom_variables": {"gift": 1, "0": "zero"}}
    sent_order = body(changed({("custom_variables", "note"): "fragile"}, whole))
    assert sent_order == {"custom_variables": {"gift": 1, "0": "zero", "note": "fragile"}}


def test_a_package_of_an_untracked_carrier_can_be_added() -> None:
    here: FieldPath = ("fulfillments", "0", "trackers", "1")
    sent_order = body(changed({(*here, "tracking_number"): "N2", (*here, "untracked_carrier_name"): "Our own van"}))
    assert sent_order["fulfillments"] == [
        {
            "merchant_id": "77_1",
            "trackers": [{"tracking_number": "N2", "untracked_carrier_name": "Our own van"}],
        }
    ]
    assert refused({(*here, "carrier_code"): "dpd_fr"}) == [
        (
            "fields.fulfillments.0.trackers.1.tracking_number",
            Message("change.also_needed", title=Message("shipup.field.trackers.tracking_number")),
        )
    ]


def test_nothing_is_deleted() -> None:
    with pytest.raises(ValidationFailed, match="Shipup deletes nothing"):
        edit(documents.edit_of(WHOLE, {}, ("line_items", "0")))


def test_an_order_that_shipup_does_not_know_is_refused() -> None:
    wanted = documents.edit_of(WHOLE, {("email",): "john@example.com"})
    bare = wanted.link.model_copy(update={"remote_id": ""})
    with pytest.raises(ValidationFailed, match="has no ID for order 10001"):
        edit(OrderEdit(wanted.order, bare, wanted.values))


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (("merchant_id",), "shipup.field.merchant_id"),
        (("line_items", "0", "merchant_id"), "shipup.field.line_items.merchant_id"),
        (("fulfillments", "0", "merchant_id"), "shipup.field.fulfillments.merchant_id"),
        ((*PARCEL, "tracking_number"), "shipup.field.trackers.tracking_number"),
    ],
)
def test_a_stable_id_never_changes(path: FieldPath, title: str) -> None:
    message = Message("change.fixed_once_there", title=Message(title), platform="Shipup")
    assert refused({path: "another"}) == [(f"fields.{'.'.join(path)}", message)]


def test_a_new_tracker_with_an_item_goes_under_the_id_of_its_fulfillment() -> None:
    tracker: FieldPath = ("fulfillments", "0", "trackers", "1")
    item: FieldPath = (*tracker, "line_items", "0")
    values: dict[FieldPath, Value] = {
        (*tracker, "tracking_number"): "1Z999AA10123456784",
        (*item, "merchant_id"): "C",
        (*item, "shipped_quantity"): 1,
    }
    request = edit(replace(documents.edit_of(WHOLE, values), added=(tracker, item)))
    (fulfillment,) = body(request)["fulfillments"]
    assert fulfillment == {
        "merchant_id": "77_1",
        "trackers": [
            {
                "tracking_number": "1Z999AA10123456784",
                "line_items": [{"merchant_id": "C", "shipped_quantity": 1}],
            }
        ],
    }
    assert str(request.summary).endswith(", 2 added")


def test_a_tracker_that_is_there_is_not_added_again() -> None:
    tracker: FieldPath = ("fulfillments", "0", "trackers", "1")
    values: dict[FieldPath, Value] = {(*tracker, "tracking_number"): "1231121212"}
    with pytest.raises(ValidationFailed, match="The tracker 1231121212 already exists"):
        edit(replace(documents.edit_of(WHOLE, values), added=(tracker,)))


HERE: FieldPath = ("shipping_address",)
CALIFORNIA = {"city": "LA", "state": "California", "state_code": "CA", "country_code": "US"}


@pytest.mark.parametrize(
    ("name", "text", "known", "sent_order"),
    [
        ("state", "Texas", CALIFORNIA, {"state": "Texas", "state_code": "TX"}),
        ("state", "TX", CALIFORNIA, {"state": "TX", "state_code": "TX"}),
        ("state_code", "TX", CALIFORNIA, {"state": "Texas", "state_code": "TX"}),
        ("state", "Elsewhere", CALIFORNIA, {"state": "Elsewhere"}),
        ("state_code", "ZZ", CALIFORNIA, {"state": "California", "state_code": "ZZ"}),
        ("state", "Victoria", {"state_code": "NSW", "country_code": "AU"}, {"state": "Victoria", "state_code": "NSW"}),
        ("state", "Texas", {"country_code": "US"}, {"state": "Texas", "state_code": "TX"}),
        ("state_code", "TX", {"country_code": "US"}, {"state_code": "TX"}),
        ("city", "SF", CALIFORNIA, {"state": "California", "state_code": "CA"}),
    ],
)
def test_a_states_name_and_its_code_change_together(
    name: str, text: str, known: dict[str, str], sent_order: dict[str, str]
) -> None:
    sent = body(changed({(*HERE, name): text}, WHOLE | {"shipping_address": known}))["shipping_address"]
    assert {key: value for key, value in sent.items() if key.startswith("state")} == sent_order
