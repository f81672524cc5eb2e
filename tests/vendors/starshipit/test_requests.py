"""Starshipit's requests: the platform's example field by field, known ids kept, nothing deleted by a notification."""

import json

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.request import Request
from shipconsole.vendors.starshipit import VENDOR, wire
from shipconsole.vendors.starshipit.carriers import code_for
from shipconsole.vendors.starshipit.requests import update_order
from tests.vendors.examples import (
    link,
    notification,
    order,
    package,
    sample_json,
    sent_json,
    shipment,
)

DOCUMENT = {
    "order_id": 1020304051,
    "order_number": "10001",
    "carrier": "AusPost",
    "items": [
        {"item_id": 11, "sku": "A", "description": "Thing A", "quantity": 1, "weight": 0.65, "value": 125},
        {"item_id": 12, "sku": "B", "quantity": 3, "quantity_to_ship": 0, "tariff_code": "x" * 30},
        {"item_id": 13, "sku": "NOT OURS", "quantity": 2},
        {"sku": "WITHOUT ID", "quantity": 2},
    ],
    "packages": [{"package_id": 21, "weight": 0.7, "length": 0.12, "contents": "Phones", "tracking_url": ""}],
}
KNOWN = link("1020304051", {1: ("11", 1), 2: ("12", 3)}, DOCUMENT, number="10001")


def body_of(request: Request | None) -> dict[str, object]:
    assert request is not None
    body = sent_json(request)
    assert isinstance(body, dict)
    return body["order"]


def test_the_platforms_example_is_built_field_by_field() -> None:
    example = sample_json("starshipit/samples/update_order/request.json")
    assert isinstance(example, dict)
    edit = wire.OrderUpdate.model_validate_json(json.dumps(example["order"]))
    assert edit.carrier == code_for("auspost", {})
    request = update_order(edit)
    assert sent_json(request) == sample_json("starshipit/samples/update_order/request.json")
    assert (request.method, request.path, request.repeatable) == ("PUT", "/api/orders", True)
    assert '"weight":0.65' in request.body_text
    assert '"height":0.04' in request.body_text


def test_a_notification_fills_the_package_without_a_number_and_keeps_every_item() -> None:
    told = shipment(package("N1", {2: 2}, carrier="UPS", service="7B05", weight_g=300))
    request = VENDOR.shipments.notify(notification(order(1, 3), KNOWN, told))
    assert body_of(request) == {
        "order_id": 1020304051,
        "order_number": "10001",
        "carrier": "UPS",
        "carrier_service_code": "7B05",
        "items": [
            {
                "item_id": 11,
                "sku": "A",
                "description": "Thing A",
                "quantity": 1,
                "weight": 0.65,
                "value": 125,
                "quantity_to_ship": 0,
            },
            {"item_id": 12, "sku": "B", "quantity": 3, "quantity_to_ship": 2},
            {"item_id": 13, "sku": "NOT OURS", "quantity": 2, "quantity_to_ship": 0},
        ],
        "packages": [
            {
                "package_id": 21,
                "weight": 0.3,
                "length": 0.12,
                "tracking_number": "N1",
                "description": "Phones",
            }
        ],
    }
    assert request is not None
    assert request.repeatable
    assert str(request.summary) == "package 1, 2 units"


def test_packages_are_matched_by_number_then_filled_then_added() -> None:
    packages = [
        {"package_id": 21, "tracking_number": " n 1"},
        {"package_id": 22, "shipment_type": "Return"},
        {"package_id": 23},
    ]
    known = link("1", {1: ("11", 9)}, {"order_id": 1, "packages": packages})
    first = shipment(package("N1", {1: 1}), package("N2", {1: 1}))
    second = shipment(package("N3", {1: 1}), package("N2", {1: 1}), number=2)
    request = VENDOR.shipments.notify(notification(order(9), known, first, second))
    assert body_of(request)["packages"] == [
        {"package_id": 21, "tracking_number": "N1"},
        {"package_id": 22},
        {"package_id": 23, "tracking_number": "N2"},
        {"tracking_number": "N3"},
    ]
    assert request is not None
    assert not request.repeatable
    assert str(request.summary) == "packages 3 to 4, 2 units"
    field_map = request.field_map
    assert field_map.ours(("order", "packages", 3, "tracking_number")) == ("packages", 0, "tracking_number")
    assert field_map.ours(("order", "packages", 2, "weight")) == ("packages", 1, "weight")
    assert field_map.ours(("order", "packages", 0, "tracking_number")) == ()
    assert field_map.ours(("order", "items", 0, "quantity_to_ship")) == ("lines", 1)


def test_a_notification_never_deletes() -> None:
    request = VENDOR.shipments.notify(notification(order(1, 3), KNOWN, shipment(package("N1", {1: 1}))))
    assert request is not None
    assert "delete" not in request.body_text


def test_a_deletion_is_asked_for_by_name() -> None:
    edit = wire.OrderUpdate(order_id=1, packages=(wire.PackageUpdate(package_id=5), wire.PackageUpdate(package_id=6)))
    assert body_of(update_order(edit, delete_packages=(6,)))["packages"] == [
        {"package_id": 5},
        {"package_id": 6, "delete": True},
    ]
    with pytest.raises(ValidationFailed):
        update_order(edit, delete_items=(7,))


def test_lines_of_ours_that_are_the_same_item_are_added_up() -> None:
    known = link("1", {1: ("11", 5), 2: ("11", 5)})
    request = VENDOR.shipments.notify(notification(order(2, 3), known, shipment(package("N", {1: 1, 2: 2}))))
    assert body_of(request)["items"] == [{"item_id": 11, "quantity": 5, "quantity_to_ship": 3}]


def test_notifications_that_cannot_be_built() -> None:
    told = shipment(package("N", {1: 1}))
    assert VENDOR.shipments.notify(notification(order(1), None, told)) is None
    assert VENDOR.shipments.notify(notification(order(1, 1), link("1", {2: ("12", 1)}), told)) is None
    for known in (link("", {1: ("11", 1)}), link("1", {1: ("", 1)})):
        with pytest.raises(ValidationFailed):
            VENDOR.shipments.notify(notification(order(1), known, told))


def test_an_unknown_carrier_leaves_the_orders_own() -> None:
    request = VENDOR.shipments.notify(
        notification(order(1, 3), KNOWN, shipment(package("N1", {1: 1}, carrier="Joe's van")))
    )
    assert "carrier" not in body_of(request)


@pytest.mark.parametrize(
    ("carrier", "options", "code"),
    [
        ("auspost", {}, "AusPost"),
        ("Royal Mail", {}, "RoyalMail"),
        ("castle_parcels", {}, "CastleParcels"),
        ("FEDEX", {}, "FedEx"),
        ("dpd", {}, None),
        ("dpd", {"carrier.dpd": "DPDUK"}, "DPDUK"),
        ("", {"carrier_default": "PlainLabel"}, "PlainLabel"),
    ],
)
def test_carrier_codes(carrier: str, options: dict[str, str], code: str | None) -> None:
    assert code_for(carrier, options) == code


def test_an_address_is_sent_whole_or_not_at_all() -> None:
    whole = {"name": "John Smith", "street": "20 George Street", "suburb": "Sydney", "country": "Australia"}
    with pytest.raises(ValueError, match="name"):
        wire.DestinationUpdate.model_validate({**whole, "name": ""})
    assert "state" not in wire.DestinationUpdate.model_validate(whole).model_dump(exclude_none=True)


def test_lists_are_asked_for_from_long_ago() -> None:
    query = dict(VENDOR.orders.list_page({}, "3").query)
    assert query == {
        "since_order_date": "2000-01-01T00:00:00Z",
        "since_last_updated": "2000-01-01T00:00:00Z",
        "limit": "250",
        "page": "3",
    }
    assert dict(VENDOR.orders.list_page({}, "").query)["page"] == "1"
    assert VENDOR.orders.get("7", {}).query == (("order_id", "7"),)


def test_both_keys_go_in_the_headers() -> None:
    headers = VENDOR.headers({"api_key": "a", "subscription_key": "s"}, {})
    assert headers == {"StarShipIT-Api-Key": "a", "Ocp-Apim-Subscription-Key": "s"}


AUSPOST = DOCUMENT | {"carrier_service_code": "7B05"}


def told_of(
    *packages: tuple[str, str],
    document: dict[str, object] | None = None,
    status: str = "Unshipped",
    options: dict[str, str] | None = None,
    earlier: tuple[str, ...] = (),
) -> Request:
    """What Starshipit is told of packages with a carrier and a service each, after earlier ones by their carriers."""
    known = link("1020304051", {1: ("11", 9), 2: ("12", 9)}, document or AUSPOST, number="10001", status=status)
    before = [shipment(package(f"OLD{n}", {1: 1}, carrier=carrier), number=n + 1) for n, carrier in enumerate(earlier)]
    now = shipment(
        *(package(f"N{n}", {1: 1}, carrier=c, service=s) for n, (c, s) in enumerate(packages, start=1)),
        number=len(earlier) + 1,
    )
    request = VENDOR.shipments.notify(notification(order(99, 99), known, *before, now, options=options))
    assert request is not None
    return request


def goes_by(request: Request) -> tuple[object, object]:
    body = body_of(request)
    return body.get("carrier", "as it was"), body.get("carrier_service_code", "as it was")


@pytest.mark.parametrize(
    ("packages", "options", "expected"),
    [
        # Another carrier: the old service goes, or is replaced.
        ((("ups", ""),), {}, ("UPS", "")),
        ((("ups", "03"),), {}, ("UPS", "03")),
        ((("ups", ""),), {"old_service": "keep"}, ("UPS", "as it was")),
        ((("ups", "03"),), {"old_service": "keep"}, ("UPS", "03")),
        # The same carrier: its service stays.
        ((("auspost", ""),), {}, ("AusPost", "as it was")),
        ((("auspost", "7C05"),), {}, ("AusPost", "7C05")),
        # No carrier that Starshipit has a code for: the order keeps its own, and no service of another one is sent.
        ((("Joe's van", ""),), {}, ("as it was", "as it was")),
        ((("Joe's van", "today"),), {}, ("as it was", "as it was")),
        ((("", "7C05"),), {}, ("as it was", "7C05")),
        ((("", ""),), {}, ("as it was", "as it was")),
        ((("", ""),), {"carrier_default": "PlainLabel"}, ("PlainLabel", "")),
        # Two carriers: the first one, and never a service of the other.
        ((("ups", ""), ("fedex", "2D")), {}, ("UPS", "")),
        ((("Joe's van", "today"), ("ups", "03")), {}, ("UPS", "03")),
        ((("ups", ""), ("UPS", "03")), {}, ("UPS", "03")),
        ((("auspost", ""), ("ups", "03")), {}, ("AusPost", "as it was")),
        # A code that a person typed in other case is the same one.
        ((("ups", ""), ("Joe's van", "03")), {"carrier.joe's van": "ups"}, ("UPS", "03")),
    ],
)
def test_a_service_belongs_to_its_carrier(
    packages: tuple[tuple[str, str], ...], options: dict[str, str], expected: tuple[str, str]
) -> None:
    assert goes_by(told_of(*packages, options=options)) == expected


@pytest.mark.parametrize(
    "document", [DOCUMENT, DOCUMENT | {"carrier_service_code": ""}, {"carrier": "auspost", "carrier_service_code": "x"}]
)
def test_without_an_old_service_none_is_removed(document: dict[str, object]) -> None:
    packages = (("auspost", ""),) if "items" not in document else (("ups", ""),)
    assert goes_by(told_of(*packages, document=document))[1] == "as it was"
    assert goes_by(told_of(("ups", ""), document={"carrier_service_code": "7B05"})) == ("UPS", "")


def test_a_fault_in_carrier_or_service_leads_to_the_package_it_came_from() -> None:
    field_map = told_of(("Joe's van", ""), ("ups", ""), ("ups", "03")).field_map
    assert field_map.ours(("order", "carrier")) == ("packages", 1, "carrier")
    assert field_map.ours(("order", "carrier_service_code")) == ("packages", 2, "service")


@pytest.mark.parametrize(
    ("packages", "warned"),
    [
        ((("ups", ""),), []),
        ((("ups", "03"), ("ups", "03")), []),
        ((("ups", ""), ("", "")), []),
        ((("ups", ""), ("fedex", "")), [(("packages", 1, "carrier"), "N2 is shipped by FedEx", "has UPS")]),
        (
            (("ups", ""), ("fedex", ""), ("Joe's van", "")),
            [
                (("packages", 1, "carrier"), "N2 is shipped by FedEx", "has UPS"),
                (("packages", 2, "carrier"), "N3 is shipped by Joe's van", "has UPS"),
            ],
        ),
        ((("Joe's van", ""),), [(("packages", 0, "carrier"), "N1 is shipped by Joe's van", "keeps AusPost")]),
        ((("Joe's van", ""), ("ups", "")), [(("packages", 0, "carrier"), "N1 is shipped by Joe's van", "has UPS")]),
        ((("ups", "03"), ("ups", "11")), [(("packages", 1, "service"), "N2 is shipped by “11”", "“03”")]),
    ],
)
def test_what_one_order_cannot_show_is_a_warning_before_it_is_sent(
    packages: tuple[tuple[str, str], ...], warned: list[tuple[object, str, str]]
) -> None:
    warnings = told_of(*packages).warnings
    assert [warning.path for warning in warnings] == [path for path, _, _ in warned]
    for warning, (_, lost, kept) in zip(warnings, warned, strict=True):
        assert lost in str(warning.message)
        assert kept in str(warning.message)


def test_an_order_without_any_carrier_loses_the_one_that_has_no_code() -> None:
    (warning,) = told_of(("Joe's van", ""), document={"order_id": 1}).warnings
    assert "This one has none" in str(warning.message)
    assert "Carriers" in str(warning.advice)


def test_packages_shipped_before_by_another_carrier_are_named() -> None:
    (warning,) = told_of(("ups", ""), earlier=("fedex", "ups", "")).warnings
    assert "from FedEx to UPS" in str(warning.message)
    assert "OLD0" in str(warning.message)


def test_a_package_shipped_before_with_the_code_in_other_case_has_the_same_carrier() -> None:
    options = {"carrier.joe's van": "ups"}
    assert told_of(("ups", ""), earlier=("Joe's van",), options=options).warnings == ()


@pytest.mark.parametrize("status", ["Printed", "printed", "AwaitingDispatch", "Dispatched", "Delivered6", "Newer"])
def test_a_printed_order_is_warned_of_before_it_is_sent(status: str) -> None:
    (warning,) = told_of(("ups", ""), status=status).warnings
    assert (warning.path, f"“{status}”" in str(warning.message), bool(str(warning.advice))) == ((), True, True)


@pytest.mark.parametrize("status", ["", "Unshipped", "unshipped", "Saved"])
def test_an_open_order_is_not(status: str) -> None:
    assert told_of(("ups", ""), status=status).warnings == ()


def test_warnings_are_no_part_of_what_is_sent() -> None:
    printed, open_ = told_of(("ups", ""), status="Printed"), told_of(("ups", ""))
    assert printed.fingerprint == open_.fingerprint
