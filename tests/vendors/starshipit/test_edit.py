"""Changing an order at Starshipit: addresses whole, ids beside what changed, nothing deleted unasked."""

from dataclasses import replace
from typing import Any, cast

import pytest

from shipconsole.domain.field import FieldPath, Value
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.order_edit import OrderEdit
from shipconsole.vendors.request import Request
from shipconsole.vendors.starshipit.edit import edit
from tests.vendors import documents
from tests.vendors.examples import sample_json, sent_json

WHOLE = cast("dict[str, Any]", cast("dict[str, Any]", sample_json("starshipit/samples/update_order/200_updated.json")))[
    "order"
]


def changed(values: dict[FieldPath, Value], *delete: FieldPath, whole: dict[str, Any] | None = None) -> Request:
    return edit(documents.edit_of(whole or WHOLE, values, *delete))


def body(request: Request) -> dict[str, Any]:
    return cast("dict[str, Any]", sent_json(request))["order"]


def refused(values: dict[FieldPath, Value], *delete: FieldPath, whole: dict[str, Any]) -> list[tuple[str, object]]:
    with pytest.raises(ValidationFailed) as error:
        changed(values, *delete, whole=whole)
    return [(".".join(map(str, problem.path)), problem.message) for problem in error.value.problems]


def test_a_part_of_an_address_takes_the_rest_along() -> None:
    request = changed({("destination", "phone"): "0290000000"})
    assert body(request) == {
        "order_id": 77,
        "destination": {
            **{name: value for name, value in WHOLE["destination"].items() if value},
            "phone": "0290000000",
        },
    }
    assert (request.call, request.method, request.path, request.repeatable, str(request.summary)) == (
        "update_order",
        "PUT",
        "/api/orders",
        True,
        "Phone",
    )
    assert request.field_map.ours(("order", "destination", "phone")) == ("fields", "destination", "phone")
    assert request.field_map.ours(("order", "destination", "suburb")) == ("fields", "destination", "suburb")
    assert request.field_map.ours(("order", "destination", "new")) == ("fields", "destination")


def test_an_address_without_a_required_part_is_rejected_at_that_field() -> None:
    whole = {"destination": {"name": "John Smith", "street": "20 George Street", "suburb": "", "post_code": "9" * 12}}
    assert refused({("destination", "phone"): "1"}, whole=whole) == [
        (
            "fields.destination.country",
            Message("change.also_needed", title=Message("starshipit.field.address.country")),
        ),
        (
            "fields.destination.post_code",
            Message(
                "field.too_long",
                title=Message("starshipit.field.address.post_code"),
                count=12,
                platform="Starshipit",
                most=10,
            ),
        ),
        (
            "fields.destination.suburb",
            Message("field.empty", title=Message("starshipit.field.address.suburb"), platform="Starshipit"),
        ),
    ]
    whole_again: dict[FieldPath, Value] = {
        ("destination", "suburb"): "Sydney",
        ("destination", "country"): "AU",
        ("destination", "post_code"): "2000",
    }
    assert body(changed(whole_again, whole=whole))["destination"] == {
        "name": "John Smith",
        "street": "20 George Street",
        "suburb": "Sydney",
        "post_code": "2000",
        "country": "AU",
    }


def test_only_the_changed_item_goes_and_with_its_id() -> None:
    request = changed({("items", "1", "tariff_code"): "3926.90"})
    assert body(request)["items"] == [{"item_id": WHOLE["items"][1]["item_id"], "tariff_code": "3926.90"}]
    assert request.field_map.ours(("order", "items", 0, "tariff_code")) == ("fields", "items", "1", "tariff_code")


def test_only_what_was_named_is_deleted() -> None:
    request = changed({("items", "0", "sku"): "gone anyway", ("items", "1", "sku"): "B"}, ("items", "0"))
    first, second = (item["item_id"] for item in WHOLE["items"])
    assert body(request)["items"] == [{"item_id": first, "delete": True}, {"item_id": second, "sku": "B"}]
    assert request.repeatable
    assert str(request.summary) == "SKU, 1 removed"
    assert "delete" not in changed({("items", "1", "sku"): "B"}).body_text
    gone = body(changed({}, ("packages", "0")))
    assert gone == {
        "order_id": 77,
        "packages": [{"package_id": WHOLE["packages"][0]["package_id"], "delete": True}],
    }


@pytest.mark.parametrize("path", [("items", "7"), ("items",), ("destination", "name"), ("events", "0"), ("items", "x")])
def test_what_cannot_be_deleted_is_refused(path: FieldPath) -> None:
    message = Message("change.no_removing", path=".".join(path), platform="Starshipit")
    assert refused({}, path, whole=WHOLE) == [(".".join(("fields", *path)), message)]


def test_an_item_without_an_id_cannot_be_changed() -> None:
    message = Message("change.also_needed", title=Message("starshipit.field.items.item_id"))
    assert refused({("items", "0", "sku"): "B"}, whole={"items": [{"sku": "A"}]}) == [
        ("fields.items.0.item_id", message)
    ]
    assert refused({("items", "5", "sku"): "B"}, whole=WHOLE) == [("fields.items.5.item_id", message)]


def test_metadata_go_together_and_can_be_added() -> None:
    whole = {"metadatas": [{"metafield_key": "color", "value": "red"}, {"metafield_key": "note", "value": ""}]}
    new: dict[FieldPath, Value] = {("metadatas", "2", "metafield_key"): "gift", ("metadatas", "2", "value"): "yes"}
    assert body(changed(new, whole=whole))["metadatas"] == [
        {"metafield_key": "color", "value": "red"},
        {"metafield_key": "note", "value": ""},
        {"metafield_key": "gift", "value": "yes"},
    ]


def test_a_text_can_be_emptied_but_a_number_not() -> None:
    assert body(changed({("reference",): ""})) == {"order_id": 77, "reference": ""}
    assert refused({("packages", "0", "weight"): ""}, whole=WHOLE) == [
        (
            "fields.packages.0.weight",
            Message("change.no_emptying", title=Message("starshipit.field.packages.weight"), platform="Starshipit"),
        )
    ]


def test_all_reasons_are_reported_at_once() -> None:
    values: dict[FieldPath, Value] = {("reference",): "x" * 51, ("items", "0", "value"): "dear", ("newer", "than"): 1}
    assert refused(values, whole=WHOLE) == [
        (
            "fields.reference",
            Message(
                "field.too_long", title=Message("starshipit.field.reference"), count=51, platform="Starshipit", most=50
            ),
        ),
        ("fields.items.0.value", Message("field.number", title=Message("starshipit.field.items.value"))),
        ("fields.newer.than", Message("change.unknown_field", path="newer.than", platform="Starshipit")),
    ]


def test_decimals_are_sent_as_they_were_typed() -> None:
    request = changed({("packages", "0", "weight"): "0,70", ("packages", "0", "length"): "0.123"})
    assert '"weight":0.7,' not in changed({("packages", "0", "length"): "0.123"}).body_text
    assert '"length":0.123' in request.body_text


def test_an_order_without_an_id_or_a_readable_document_is_refused() -> None:
    unknown = documents.edit_of(WHOLE, {("reference",): "B"})
    without_id = unknown.link.model_copy(update={"remote_id": ""})
    with pytest.raises(ValidationFailed, match="has no ID for order 10001"):
        edit(OrderEdit(unknown.order, without_id, unknown.values))
    for text in ("", "[]", "not JSON", "null"):
        bare = unknown.link.model_copy(update={"document": text})
        assert body(edit(OrderEdit(unknown.order, bare, unknown.values))) == {"order_id": 77, "reference": "B"}
        with pytest.raises(ValidationFailed, match="Nothing changed"):
            edit(OrderEdit(unknown.order, bare, {}))


@pytest.mark.parametrize("text", ["0,65", "0.650", ".65", " 0.65 "])
def test_the_same_number_typed_otherwise_is_no_change(text: str) -> None:
    with pytest.raises(ValidationFailed, match="Nothing changed"):
        changed({("items", "0", "weight"): text}, whole={"items": [{"item_id": 1, "weight": 0.65}]})


def test_a_new_item_is_sent_without_an_id_and_the_request_is_not_repeatable() -> None:
    new: FieldPath = ("items", "2")
    values: dict[FieldPath, Value] = {(*new, "sku"): "GIFT-BOX", (*new, "quantity"): "2"}
    request = edit(replace(documents.edit_of(WHOLE, values), added=(new,)))
    assert body(request)["items"] == [{"sku": "GIFT-BOX", "quantity": 2}]
    assert (request.repeatable, str(request.summary)) == (False, "SKU, Quantity, 1 added")
    assert request.field_map.ours(("order", "items", 0, "sku")) == ("fields", "items", "2", "sku")


@pytest.mark.parametrize(
    ("values", "known", "options", "sent"),
    [
        ({("carrier",): "UPS"}, {}, {}, {"carrier": "UPS", "carrier_service_code": ""}),
        ({("carrier",): "UPS"}, {}, {"old_service": "keep"}, {"carrier": "UPS"}),
        (
            {("carrier",): "UPS", ("carrier_service_code",): "03"},
            {},
            {},
            {"carrier": "UPS", "carrier_service_code": "03"},
        ),
        ({("carrier",): "UPS"}, {"carrier_service_code": ""}, {}, {"carrier": "UPS"}),
        ({("carrier_service_code",): "7C05"}, {}, {}, {"carrier_service_code": "7C05"}),
    ],
)
def test_with_another_carrier_the_old_service_goes_or_is_replaced(
    values: dict[FieldPath, Value], known: dict[str, str], options: dict[str, str], sent: dict[str, str]
) -> None:
    whole = WHOLE | {"carrier": "AusPost", "carrier_service_code": "7B05", **known}
    sent_order = body(edit(replace(documents.edit_of(whole, values), options=options)))
    assert {name: text for name, text in sent_order.items() if name.startswith("carrier")} == sent


@pytest.mark.parametrize(
    ("status", "values", "warned"),
    [
        ("Unshipped", {("reference",): "R"}, ""),
        ("Saved", {("status",): "Printed"}, ""),
        ("Printed", {("status",): "Dispatched"}, ""),
        ("Printed", {("reference",): "R"}, "accepts only another status"),
        ("Delivered6", {("reference",): "R", ("status",): "Dispatched"}, "accepts only another status"),
        ("Printed", {("status",): "Unshipped"}, "can't return it to an earlier status"),
        ("Dispatched", {("status",): "Saved"}, "can't return it to an earlier status"),
    ],
)
def test_a_printed_order_is_warned_of_before_it_is_changed(
    status: str, values: dict[FieldPath, Value], warned: str
) -> None:
    warnings = changed(values, whole=WHOLE | {"status": status}).warnings
    assert len(warnings) == bool(warned)
    assert all(warned in str(warning.message) for warning in warnings)


def test_taking_an_item_out_of_a_printed_order_is_warned_of_too() -> None:
    (warning,) = changed({}, ("items", "0"), whole=WHOLE | {"status": "Printed"}).warnings
    assert "accepts only another status" in str(warning.message)
