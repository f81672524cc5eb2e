"""The contradictions in the platforms' own documents, each handled once."""

import json
from decimal import Decimal
from typing import Any, cast

import pytest

from shipconsole.domain.field import Field, FieldPath, Value, field_at, text_of
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.outcome import Accepted, Outcome, Refused
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.adapter import StoreState, Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipengine.tracking import meaning
from shipconsole.vendors.starshipit import wire
from tests.vendors import documents
from tests.vendors.examples import (
    link,
    notification,
    order,
    package,
    response,
    sample,
    sample_json,
    sent_json,
    shipment,
)

STARSHIPIT, SHIPUP, SHIPENGINE = VENDORS["starshipit"], VENDORS["shipup"], VENDORS["shipengine"]

SENT = cast("dict[str, Any]", sample_json("starshipit/samples/update_order/request.json"))["order"]
ANSWERED = cast("dict[str, Any]", sample_json("starshipit/samples/update_order/200_updated.json"))["order"]


def field(vendor: Vendor, *path: str) -> Field:
    found = field_at(vendor.orders.fields, path)
    assert found is not None
    return found


def changed(vendor: Vendor, whole: dict[str, Any], values: dict[FieldPath, Value]) -> dict[str, Any]:
    assert vendor.edits.change
    body = cast("dict[str, Any]", sent_json(vendor.edits.change(documents.edit_of(whole, values))))
    return body.get("order", body)


def order_of(vendor: Vendor, body: object) -> RemoteOrder:
    read = vendor.orders.read(response(200, body))
    assert isinstance(read, RemoteOrder)
    return read


def starshipit_order(**more: object) -> RemoteOrder:
    return order_of(STARSHIPIT, {"order": {"order_id": 77, **more}, "success": True})


def built_notification(vendor: Vendor) -> Request:
    known = link("77", {1: ("11", 1), 2: ("12", 3)})
    request = vendor.shipments.notify(
        notification(order(1, 3), known, shipment(package("N1", {2: 2}, carrier="ups")), package_position=0)
    )
    assert request is not None
    return request


@pytest.mark.parametrize("status", ["AwaitingDispatch", "Dispatched", "Delivered6", "NewerThanThis"])
def test_starshipit_1_statuses_that_only_one_side_knows_are_read_and_sent(status: str) -> None:
    assert starshipit_order(status=status).status == status
    assert starshipit_order(status="Dispatched").shipped_elsewhere
    assert starshipit_order(status="Delivered6").shipped_elsewhere
    assert changed(STARSHIPIT, {"status": "Unshipped"}, {("status",): status})["status"] == status


@pytest.mark.parametrize("quantity", [2, 2.0, "2", "2.0"])
def test_starshipit_2_quantities_are_decimals_there_and_whole_here(quantity: object) -> None:
    (line,) = starshipit_order(items=[{"item_id": 1, "sku": "A", "quantity": quantity}]).lines
    assert line.quantity == 2
    whole = {"items": [{"item_id": 1, "quantity": quantity}]}
    sent = changed(STARSHIPIT, whole, {("items", "0", "quantity"): Decimal("1.5")})
    assert sent["items"] == [{"item_id": 1, "quantity": 1.5}]
    half = starshipit_order(items=[{"item_id": 1, "sku": "A", "quantity": 1.5}])
    assert half.lines[0].quantity is None
    assert half.notes


def test_starshipit_3_a_fact_with_two_names_is_shown_under_both_and_sent_under_its_own() -> None:
    whole = {"manifested": False, "packages": [{"package_id": 5, "contents": "Phones"}]}
    read = STARSHIPIT.orders.read_fields(whole)
    assert (read[("is_manifested",)], read[("packages", "0", "description")]) == (False, "Phones")
    values: dict[FieldPath, Value] = {("is_manifested",): True, ("packages", "0", "description"): "Cases"}
    assert changed(STARSHIPIT, whole, values) == {
        "order_id": 77,
        "packages": [{"package_id": 5, "description": "Cases"}],
        "is_manifested": True,
    }


def test_starshipit_4_the_answer_is_no_echo_of_what_was_sent() -> None:
    assert (SENT["packages"][0]["length"], ANSWERED["packages"][0]["length"]) == (0.12, 0.1)
    assert ANSWERED["items"][0]["quantity_to_ship"] == 0
    read = order_of(STARSHIPIT, {"order": ANSWERED, "success": True})
    assert [line.quantity for line in read.lines] == [1, 1]
    assert not read.shipped_elsewhere


def test_starshipit_5_seven_fractional_digits_are_read_kept_and_sent() -> None:
    moment = "2020-12-09T02:11:12.6468502Z"
    assert SENT["order_date"] == moment
    assert starshipit_order(order_date=moment).ordered_at_ms == 1_607_479_872_646
    assert text_of(field(STARSHIPIT, "order_date"), moment) == moment
    assert changed(STARSHIPIT, {}, {("order_date",): moment})["order_date"] == moment


def test_starshipit_6_an_update_names_its_order_and_an_address_goes_whole() -> None:
    with pytest.raises(ValueError, match="order_id"):
        wire.OrderUpdate.model_validate({"order_number": "10001"})
    sent = changed(STARSHIPIT, ANSWERED, {("destination", "post_code"): "2001"})["destination"]
    assert {"name", "street", "suburb", "country"} <= set(sent)
    assert "" not in sent.values()
    for path, text in ((("destination", "state"), ""), (("destination", "post_code"), "12345678901")):
        with pytest.raises(ValidationFailed) as refused:
            changed(STARSHIPIT, ANSWERED, {path: text})
        assert refused.value.problems[0].path == ("fields", *path)
    without_state = ANSWERED | {"destination": ANSWERED["destination"] | {"state": ""}}
    assert "state" not in changed(STARSHIPIT, without_state, {("destination", "name"): "Jane"})["destination"]


def test_starshipit_7_odd_spellings_are_kept() -> None:
    for platform in ("Mangento", "_3PLCentral", "MoneyWorks"):
        assert starshipit_order(platform=platform).source_name == platform
        assert platform in field(STARSHIPIT, "platform").choices
    assert field(STARSHIPIT, "type").choices == ("Outgoing", "Return", "Transfer")
    assert field(STARSHIPIT, "packages", "0", "shipment_type").kind == "text"
    schemas = [
        cast("Any", documents.document(f"starshipit/documents/{name}.schema.json"))["properties"]["order"]
        for name in ("request", "response")
    ]
    sent, read = (schema["properties"]["carrier"]["enum"] for schema in schemas)
    assert sent == read == list(field(STARSHIPIT, "carrier").choices[:49])


def test_starshipit_8_both_keys_go_in_headers_and_nothing_stray_in_the_address() -> None:
    headers = STARSHIPIT.headers({"api_key": "one", "subscription_key": "two"}, {})
    assert headers == {"StarShipIT-Api-Key": "one", "Ocp-Apim-Subscription-Key": "two"}
    assert built_notification(STARSHIPIT).query == ()


def test_starshipit_9_success_has_no_errors_and_may_come_as_xml() -> None:
    read = {
        "updated.json": sample("starshipit/samples/update_order/200_updated.json"),
        "placeholders.xml": sample("starshipit/samples/update_order/200_placeholders.xml"),
    }
    assert "errors" not in json.loads(read["updated.json"])
    remark = Message("platform.accepted_with_remark", platform="Starshipit", text="string")
    said = {"updated.json": NO_MESSAGE, "placeholders.xml": remark}
    for name, body in read.items():
        assert STARSHIPIT.read_update(built_notification(STARSHIPIT), response(200, body)) == Accepted(said[name])
    refusal = b"<R><success>false</success><errors><message>Order not found</message></errors></R>"
    refused = STARSHIPIT.read_update(built_notification(STARSHIPIT), response(200, refusal))
    assert isinstance(refused, Refused)
    assert [str(problem.message) for problem in refused.problems] == ["Order not found"]


def shipup_refusal(request: Request, *path: str) -> tuple[object, ...]:
    tree: object = "Wrong data type"
    for step in reversed(path):
        tree = {step: tree}
    outcome: Outcome = SHIPUP.read_update(request, response(400, {"errors": tree}))
    assert isinstance(outcome, Refused)
    return outcome.problems[0].path


def test_shipup_1_a_fault_one_level_up_finds_the_field_below() -> None:
    request = built_notification(SHIPUP)
    assert "country" in cast("Any", request.body)["fulfillments"][0]["shipping_address"]
    assert shipup_refusal(request, "fulfillments", "0", "country") == ("ship_to", "country")


def test_shipup_1_the_same_for_a_field_of_the_form() -> None:
    assert SHIPUP.edits.change
    whole = {"fulfillments": [{"merchant_id": "F"}]}
    country: FieldPath = ("fulfillments", "0", "shipping_address", "country")
    request = SHIPUP.edits.change(documents.edit_of(whole, {country: "Australia"}))
    assert shipup_refusal(request, "fulfillments", "0", "country") == ("fields", *country)


def test_shipup_2_positions_are_texts_and_only_failing_ones_appear() -> None:
    outcome = SHIPUP.read_update(
        built_notification(SHIPUP), response(400, sample("shipup/samples/create_order/400_wrong_types.json"))
    )
    assert isinstance(outcome, Refused)
    assert len(outcome.problems) == 4
    assert shipup_refusal(built_notification(SHIPUP), "fulfillments", "0", "trackers", "0", "tracking_number") == (
        "packages",
        0,
        "tracking_number",
    )
    assert shipup_refusal(built_notification(SHIPUP), "fulfillments", "0", "trackers", "7", "tracking_number")[:1] != (
        "lines",
    )


@pytest.mark.parametrize("number", ["1231121212", 1231121212])
def test_shipup_3_a_tracking_number_may_come_as_a_number(number: object) -> None:
    whole = {
        "merchant_id": "77",
        "fulfillments": [
            {"merchant_id": "F", "trackers": [{"tracking_number": number, "line_items": [{"merchant_id": "A"}]}]}
        ],
    }
    assert [line.remote_id for line in order_of(SHIPUP, whole).lines] == ["A"]
    sent = changed(SHIPUP, whole, {("fulfillments", "0", "trackers", "0", "carrier_code"): "dpd_fr"})
    assert sent["fulfillments"][0]["trackers"] == [{"tracking_number": "1231121212", "carrier_code": "dpd_fr"}]


@pytest.mark.parametrize("width", ["400", 400])
def test_shipup_4_a_pictures_size_is_sent_as_text(width: object) -> None:
    picture = {"src": "https://*.jpg", "width": width, "height": "400"}
    whole = {"line_items": [{"merchant_id": "A", "thumbnail": picture}]}
    sent = changed(SHIPUP, whole, {("line_items", "0", "thumbnail", "height"): "300"})
    assert sent["line_items"] == [
        {"merchant_id": "A", "thumbnail": {"src": "https://*.jpg", "width": "400", "height": "300"}}
    ]


def test_shipup_5_a_countrys_code_goes_before_its_name() -> None:
    both = {"merchant_id": "77", "shipping_address": {"city": "Sydney", "country": "Australia", "country_code": "AU"}}
    name_only = {"merchant_id": "77", "shipping_address": {"city": "Sydney", "country": "Australia"}}
    assert [order_of(SHIPUP, one).ship_to.country for one in (both, name_only)] == ["AU", "Australia"]
    assert field(SHIPUP, "shipping_address", "country_code").basic
    sent = cast("Any", built_notification(SHIPUP).body)["fulfillments"][0]["shipping_address"]
    assert (sent["country"], sent["country_code"]) == ("Australia", "AU")


@pytest.mark.parametrize("code", ["SP", "sp"])
def test_shipengine_1_a_delivery_to_a_collection_point_is_known(code: str) -> None:
    assert meaning(code).status == "collection_point"
    assert meaning("ZZ").status == "unknown"
    assert "ZZ" in str(meaning("ZZ").message)


def test_shipengine_2_the_rate_event_has_one_name_to_register() -> None:
    registration = SHIPENGINE.webhooks.registration
    assert registration
    assert "rate" in registration.events
    assert cast("Any", registration.register("rate", "https://example.com", "").body)["event"] == "rate"


@pytest.mark.parametrize("subtotal", [{"currency": "usd"}, {}, None, {"amount": 1.5}, "1.50"])
def test_shipengine_3_an_amount_may_be_missing(subtotal: object) -> None:
    whole = {"sales_order_id": "so", "payment_details": {"subtotal": subtotal}}
    assert order_of(SHIPENGINE, whole).remote_id == "so"
    amount = SHIPENGINE.orders.read_fields(whole).get(("payment_details", "subtotal", "amount"))
    assert amount == (1.5 if subtotal == {"amount": 1.5} else None)


def test_shipengine_4_estimated_shipping_is_a_text_or_an_amount() -> None:
    for told_as, path in (("5.00", ()), ({"currency": "usd", "amount": "5.00"}, ("amount",))):
        whole = {"sales_order_id": "so", "sales_order_items": [{"price_summary": {"estimated_shipping": told_as}}]}
        assert not [note for note in order_of(SHIPENGINE, whole).notes if "estimated_shipping" in str(note)]
        read = SHIPENGINE.orders.read_fields(whole)
        assert read[("sales_order_items", "0", "price_summary", "estimated_shipping", *path)] == "5.00"


@pytest.mark.parametrize("indicator", ["Yes", "no", "unknown", "perhaps"])
def test_shipengine_5_the_residential_mark_is_shown_as_it_came(indicator: str) -> None:
    path: FieldPath = ("ship_to", "address_residential_indicator")
    whole = {"sales_order_id": "so", "ship_to": {path[1]: indicator}}
    assert order_of(SHIPENGINE, whole).remote_id == "so"
    assert text_of(field(SHIPENGINE, *path), SHIPENGINE.orders.read_fields(whole)[path]) == indicator
    assert field(SHIPENGINE, *path).choices == ("yes", "no", "unknown")


def test_shipengine_6_a_required_date_may_be_null() -> None:
    assert SHIPENGINE.stores
    example = json.loads(sample("shipengine/samples/refresh_order_source/200_preparing.json"))
    assert example["refresh_info"]["last_refresh_attempt"] is None
    assert SHIPENGINE.stores.read(response(200, example)) == StoreState(
        idle=False, refreshed_at=example["refresh_info"]["refresh_date"] or ""
    )


def test_shipengine_7_what_the_table_leaves_out_is_read_all_the_same() -> None:
    address = {"name": "John Smith", "company_name": "Firm", "address_line2": "Flat 2", "address_line3": "Rear"}
    status = {"payment_status": "partially_paid", "fulfillment_status": "newer_than_this"}
    whole = {"sales_order_id": "so", "ship_to": address, "sales_order_status": status}
    read = order_of(SHIPENGINE, whole)
    assert (read.ship_to.company, read.ship_to.street2, read.ship_to.street3) == ("Firm", "Flat 2", "Rear")
    assert read.status == "newer_than_this"
    for name, text in address.items():
        assert SHIPENGINE.orders.read_fields(whole)[(field(SHIPENGINE, "ship_to", name).path)] == text
