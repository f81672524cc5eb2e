"""ShipEngine's requests: the platform's bodies field by field, and never the whole order by mistake."""

import pytest

from shipconsole.domain.carrier import CARRIERS
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipengine import VENDOR, wire
from shipconsole.vendors.shipengine.carriers import CODES, code_for
from tests.vendors.examples import link, notification, order, package, sample_json, sent_json, shipment

NUMBER = "9374869901600064074368"
ITEM = "0ca0a452-2f7b-5a50-8b28-4e0b8d1fa742"
KNOWN = link("so-1", {1: (ITEM, 1), 2: ("item-2", 3)}, status="unfulfilled")


def test_a_whole_order_is_sent_as_in_the_platforms_full_example() -> None:
    whole = shipment(package(NUMBER, {1: 1, 2: 3}, carrier="usps"))
    request = VENDOR.shipments.notify(notification(order(1, 3), KNOWN, whole))
    assert request is not None
    assert sent_json(request) == sample_json("shipengine/samples/notify_shipped/request_full.json")
    assert (request.method, request.path) == ("POST", "/v-beta/sales_orders/so-1/notify_shipped")
    assert not request.repeatable
    assert str(request.summary) == "whole order: 1 × A, 3 × B"


def test_a_part_is_sent_as_in_the_platforms_partial_example() -> None:
    request = VENDOR.shipments.notify(
        notification(order(1, 3), KNOWN, shipment(package(NUMBER, {1: 1}, carrier="usps")))
    )
    assert request is not None
    assert sent_json(request) == sample_json("shipengine/samples/notify_shipped/request_partial.json")
    assert str(request.summary) == "1 × A"
    assert request.field_map.ours(("sales_order_items", 0, "quantity")) == ("lines", 1)
    assert request.field_map.ours(("tracking_number",)) == ("packages", 0, "tracking_number")


def _items(request: Request | None) -> object:
    assert request is not None
    body = sent_json(request)
    assert isinstance(body, dict)
    return body.get("sales_order_items")


def test_two_packages_are_two_requests_that_name_their_items() -> None:
    both = shipment(package("N1", {1: 1}), package("N2", {2: 3}))
    requests = [
        VENDOR.shipments.notify(notification(order(1, 3), KNOWN, both, package_position=parcel)) for parcel in (0, 1)
    ]
    assert [_items(request) for request in requests] == [
        [{"sales_order_item_id": ITEM, "quantity": 1}],
        [{"sales_order_item_id": "item-2", "quantity": 3}],
    ]
    assert requests[1] is not None
    assert requests[1].field_map.ours(("tracking_number",)) == ("packages", 1, "tracking_number")
    assert str(requests[1].summary) == "package 2: 3 × B"


def test_the_last_part_of_an_order_names_its_items_too() -> None:
    first, last = shipment(package("N1", {1: 1})), shipment(package("N2", {2: 3}), number=2)
    assert _items(VENDOR.shipments.notify(notification(order(1, 3), KNOWN, first, last)))
    again = shipment(package("N3", {1: 1, 2: 3}), number=2)
    assert _items(VENDOR.shipments.notify(notification(order(2, 6), KNOWN, first, again)))


def test_nothing_but_a_whole_untouched_order_goes_without_items() -> None:
    all_of_ours = shipment(package(NUMBER, {1: 1}))
    more_there = {"sales_order_items": [{"sales_order_item_id": ITEM, "quantity": 1}, {"quantity": 1}]}
    for known, ours in (
        (link("so", {1: (ITEM, 2)}, status="unfulfilled"), order(1)),
        (link("so", {1: (ITEM, 1), 2: ("b", 1)}, status="unfulfilled"), order(1)),
        (link("so", {1: (ITEM, 1)}, more_there, status="unfulfilled"), order(1)),
        (link("so", {1: (ITEM, 1)}, status="partially_fulfilled"), order(1)),
        (link("so", {1: (ITEM, 1)}, status="unfulfilled"), order(2, cancelled={1: 1})),
    ):
        assert _items(VENDOR.shipments.notify(notification(ours, known, all_of_ours))) == [
            {"sales_order_item_id": ITEM, "quantity": 1}
        ]


def test_lines_of_ours_that_are_the_same_item_are_added_up() -> None:
    known = link("so", {1: (ITEM, 5), 2: (ITEM, 5)}, status="unfulfilled")
    request = VENDOR.shipments.notify(notification(order(2, 3), known, shipment(package(NUMBER, {1: 1, 2: 2}))))
    assert _items(request) == [{"sales_order_item_id": ITEM, "quantity": 3}]


def test_what_the_connection_does_not_have_is_not_sent() -> None:
    assert VENDOR.shipments.notify(notification(order(1), None, shipment(package(NUMBER, {1: 1})))) is None
    assert (
        VENDOR.shipments.notify(notification(order(1, 1), link("so", {2: ("b", 1)}), shipment(package("N", {1: 1}))))
        is None
    )


def test_an_item_without_id_is_refused_as_a_part_but_not_as_the_whole() -> None:
    known = link("so", {1: ("", 2)}, status="unfulfilled")
    with pytest.raises(ValidationFailed) as refused:
        VENDOR.shipments.notify(notification(order(2), known, shipment(package(NUMBER, {1: 1}))))
    assert refused.value.problems[0].path == ("lines", 1)
    whole = VENDOR.shipments.notify(notification(order(2), known, shipment(package(NUMBER, {1: 2}))))
    assert whole is not None
    assert _items(whole) is None


def test_an_empty_list_of_items_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        wire.NotifyShipped(tracking_number="N", carrier_code="ups", sales_order_items=())


@pytest.mark.parametrize(
    ("carrier", "options", "code"),
    [
        ("usps", {}, "stamps_com"),
        ("USPS", {"carrier.usps": "endicia"}, "endicia"),
        ("dhl", {}, "dhl_express"),
        ("dhl_ecommerce", {}, "dhl_ecommerce"),
        ("Joe's van", {}, "other"),
        ("", {"carrier_default": "ups"}, "ups"),
        ("gofo", {}, "other"),
    ],
)
def test_carrier_codes(carrier: str, options: dict[str, str], code: str) -> None:
    assert code_for(carrier, options) == code


def test_no_carrier_of_ours_passes_for_a_code_there() -> None:
    ours = {carrier.id: code_for(carrier.id, {}) for carrier in CARRIERS}
    assert {carrier_id: code for carrier_id, code in ours.items() if code not in ("other", CODES.get(carrier_id))} == {}
    assert {ours[carrier_id] for carrier_id in ("tnt", "gls", "nzpost", "postnl", "aramex")} == {"other"}
    assert code_for("TNT", {"carrier_default": "ups"}) == "ups"


def test_the_list_walks_two_statuses_by_a_cursor_of_ours() -> None:
    first, other = VENDOR.orders.list_page({}, ""), VENDOR.orders.list_page({"page_size": "7"}, "partially_fulfilled:3")
    assert dict(first.query) == {
        "fulfillment_status": "unfulfilled",
        "page": "1",
        "page_size": "100",
        "sort_by": "modified_at",
        "sort_dir": "asc",
    }
    assert dict(other.query)["fulfillment_status"] == "partially_fulfilled"
    assert (dict(other.query)["page"], dict(other.query)["page_size"]) == ("3", "7")
    stray = VENDOR.orders.list_page({}, "https://elsewhere.example/v-beta/sales_orders?page=2")
    assert stray.query == first.query


def test_ids_stay_inside_their_part_of_the_path() -> None:
    assert VENDOR.orders.get("a/../b?c", {}).path == "/v-beta/sales_orders/a%2F..%2Fb%3Fc"
    assert VENDOR.stores is not None
    assert VENDOR.stores.start("x").path == "/v-beta/order_sources/x/refresh"
    assert (VENDOR.stores.start("x").method, VENDOR.stores.get("x").method) == ("PUT", "GET")


def test_the_key_goes_in_its_header() -> None:
    assert VENDOR.headers({"api_key": "TEST_1"}, {})["API-Key"] == "TEST_1"


# Source: ShipEngine, Connect a carrier account, the names of its carriers (read November 2026).
CONNECTED = (
    "access_worldwide amazon_buy_shipping amazon_shipping_uk apc asendia australia_post canada_post dhl_ecommerce"
    " dhl_express dhl_express_au dhl_express_ca dhl_express_uk dpd endicia fedex fedex_uk firstmile imex newgistics"
    " ontrac purolator_canada royal_mail rr_donnelley seko sendle stamps_com ups lasership"
)


@pytest.mark.parametrize("written", ["purolator", "Purolator", " PUROLATOR ", "purolator_canada"])
def test_purolator_goes_by_its_own_code(written: str) -> None:
    assert code_for(written, {}) == "purolator_canada"
    assert code_for(written, {f"carrier.{written.strip().casefold()}": "purolator_walleted"}) == "purolator_walleted"


def test_every_carrier_of_ours_that_can_be_connected_there_has_its_code() -> None:
    assert {*CONNECTED.split()} <= {*VENDOR.shipments.known_carrier_codes}
    ours = {"purolator_canada": "purolator", "australia_post": "auspost"}
    plain = {ours.get(code, code): code for code in CONNECTED.split()}
    same = {carrier.id for carrier in CARRIERS} & plain.keys()
    assert {"purolator", "auspost"} < same
    for carrier_id in same:
        assert code_for(carrier_id, {}) == plain[carrier_id]
