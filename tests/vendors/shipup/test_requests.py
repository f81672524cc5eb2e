"""Shipup's requests: the platform's example field by field, stable ids, quantities that never change."""

from collections.abc import Mapping

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.link import LineLink, Link
from shipconsole.domain.order import Order, OrderLine
from shipconsole.vendors.request import Json, Request
from shipconsole.vendors.shipup import VENDOR
from shipconsole.vendors.shipup.carriers import code_for
from shipconsole.vendors.shipup.order_state import create_order
from tests.vendors.examples import link, notification, order, package, sample_json, sent_json, shipment

CITY = Address(street="123 road street", city="City", postal_code="12345", country="Country")

# What Shipup knew of its example's order before the packages: items without quantities, one warehouse.
EXAMPLE_BEFORE = {
    "merchant_id": "O_MER_TEST5",
    "fulfillments": [
        {
            "merchant_id": "MY_FULFILLMENT_ID",
            "warehouse_merchant_id": "location_1",
            "line_items": [
                {
                    "merchant_id": "MY_SHIPPED_PRODUCT_ID_1",
                    "title": "Product name",
                    "description": "Product Description",
                },
                {
                    "merchant_id": "MY_SHIPPED_PRODUCT_ID_2",
                    "title": "Product name 2",
                    "variant_title": "Product variant name (Blue)",
                },
                {"merchant_id": "MY_UNSHIPPED_PRODUCT_ID"},
            ],
        }
    ],
}


def example() -> Request:
    """The platform's valid example, told from an order, two packages and what Shipup knew."""
    known = link(
        "O_MER_TEST5",
        {
            1: ("MY_SHIPPED_PRODUCT_ID_1", 0),
            2: ("MY_SHIPPED_PRODUCT_ID_2", 0),
            3: ("MY_UNSHIPPED_PRODUCT_ID", 0),
        },
        EXAMPLE_BEFORE,
        number="O_N_TEST5",
    )
    parcels = shipment(package("1231121212", {1: 1}), package("12341121212", {2: 1}))
    request = VENDOR.shipments.notify(notification(order(1, 1, 1, ship_to=CITY), known, parcels))
    assert request is not None
    return request


def body_of(request: Request | None) -> dict[str, Json]:
    assert request is not None
    body = sent_json(request)
    assert isinstance(body, dict)
    return body


def told(*parcels: Mapping[int, int], of: Order, options: Mapping[str, str] | None = None) -> dict[str, Json]:
    """The one fulfillment of a new order that was told package by package."""
    shipments = [shipment(package(f"N{n}", parcel), number=n) for n, parcel in enumerate(parcels, start=1)]
    body = body_of(VENDOR.shipments.notify(notification(of, None, *shipments, options=options)))
    (fulfillment,) = body["fulfillments"]  # pyright: ignore[reportGeneralTypeIssues] a list, else the test fails
    return fulfillment


def test_the_platforms_example_is_built_field_by_field() -> None:
    request = example()
    assert sent_json(request) == sample_json("shipup/samples/create_order/request.json")
    assert (request.method, request.path, request.repeatable) == ("POST", "/v2/orders", True)
    assert str(request.summary) == "2 trackers, 1 × A, 1 × B"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("UK", {"country_code": "GB"}),
        ("el", {"country_code": "GR"}),
        ("USA", {"country_code": "US"}),
        ("GBR", {"country_code": "GB"}),
        ("GB", {"country_code": "GB"}),
        ("England", {"country": "United Kingdom", "country_code": "GB"}),
        ("United Kingdom", {"country": "United Kingdom", "country_code": "GB"}),
        ("Deutschland", {"country": "Germany", "country_code": "DE"}),
        ("XX", {"country": "XX"}),
        ("Country", {"country": "Country"}),
        ("", {}),
    ],
)
def test_a_country_is_sent_as_its_iso_code_and_an_unknown_one_unchanged(text: str, told: dict[str, str]) -> None:
    shipped = shipment(package("N1", {2: 2}))
    request = VENDOR.shipments.notify(
        notification(order(1, 3, ship_to=Address(city="Leeds", country=text)), None, shipped)
    )
    assert body_of(request)["fulfillments"][0]["shipping_address"] == {"city": "Leeds", **told}


def test_a_new_order_in_one_package() -> None:
    shipped = shipment(package("N1", {2: 2}, carrier="colissimo"))
    buyer = Address(name="John Smith", email="john@example.com", street="20 George Street", city="Sydney", country="au")
    known_since = order(1, 3, ship_to=buyer).model_copy(update={"ordered_at_ms": 1_607_479_872_678})
    request = VENDOR.shipments.notify(notification(known_since, None, shipped))
    address = {"name": "John Smith", "address1": "20 George Street", "city": "Sydney", "country_code": "AU"}
    assert body_of(request) == {
        "merchant_id": "10001",
        "order_number": "10001",
        "ordered_at": "2020-12-09T02:11:12Z",
        "email": "john@example.com",
        "first_name": "John",
        "last_name": "Smith",
        "shipping_address": address,
        "fulfillments": [
            {
                "merchant_id": "10001_1",
                "shipping_address": address,
                "trackers": [
                    {
                        "tracking_number": "N1",
                        "carrier_code": "colissimo",
                        "line_items": [
                            {
                                "merchant_id": "B",
                                "title": "Thing B",
                                "sku": "B",
                                "quantity": 3,
                                "shipped_quantity": 2,
                            }
                        ],
                    }
                ],
                "line_items": [
                    {"merchant_id": "A", "title": "Thing A", "sku": "A", "quantity": 1},
                    {"merchant_id": "B", "title": "Thing B", "sku": "B", "quantity": 3},
                ],
            }
        ],
    }
    assert request is not None
    assert str(request.summary) == "tracker, 2 × B"


def _pieces(fulfillment: dict[str, Json]) -> object:
    def short(entries: object) -> list[tuple[object, ...]]:
        assert isinstance(entries, list)
        names = ("merchant_id", "quantity", "shipped_quantity", "canceled_quantity", "canceled")
        return [tuple(entry.get(name) for name in names) for entry in entries]

    trackers = fulfillment.get("trackers", [])
    assert isinstance(trackers, list)
    return [short(one["line_items"]) for one in trackers], short(fulfillment.get("line_items", []))


def test_one_line_in_several_packages_keeps_its_quantity() -> None:
    assert _pieces(told({1: 6}, {1: 4}, of=order(10))) == (
        [[("A", 10, 6, None, None)], [("A", 10, 4, None, None)]],
        [],
    )


def test_cancelled_units_are_sent_once() -> None:
    assert _pieces(told({1: 1}, {1: 2}, of=order(5, cancelled={1: 2}))) == (
        [[("A", 5, 1, 2, None)], [("A", 5, 2, None, None)]],
        [],
    )
    assert _pieces(told({1: 1}, of=order(5, cancelled={1: 2}))) == (
        [[("A", 5, 1, None, None)]],
        [("A", 5, None, 2, None)],
    )
    assert _pieces(told({1: 1}, of=order(1, 4, cancelled={2: 4}))) == (
        [[("A", 1, 1, None, None)]],
        [("B", 4, None, 4, True)],
    )


def test_the_same_label_twice_is_one_tracker() -> None:
    twice = shipment(package("N1", {1: 1}), package("N1", {1: 2}))
    body = body_of(VENDOR.shipments.notify(notification(order(3), None, twice)))
    assert isinstance(body["fulfillments"], list)
    assert _pieces(body["fulfillments"][0]) == ([[("A", 3, 3, None, None)]], [])


def test_before_any_shipment_the_items_stand_in_the_order() -> None:
    request = create_order(order(2, 1, cancelled={2: 1}), (), None, {})
    body = body_of(request)
    assert "fulfillments" not in body
    assert body["line_items"] == [
        {"merchant_id": "A", "title": "Thing A", "sku": "A", "quantity": 2},
        {
            "merchant_id": "B",
            "title": "Thing B",
            "sku": "B",
            "quantity": 1,
            "canceled_quantity": 1,
            "canceled": True,
        },
    ]
    assert request.field_map.ours(("line_items", 1, "quantity")) == ("lines", 2)


def test_ids_generated_from_skus_are_distinct_and_stay() -> None:
    same = Order(
        id=1,
        number="7",
        lines=(OrderLine(id=1, sku="A", ordered=1), OrderLine(id=2, sku="A", ordered=2)),
    )
    first, again = (create_order(same, (), None, {}) for _ in range(2))
    items = body_of(first)["line_items"]
    assert isinstance(items, list)
    assert [entry["merchant_id"] for entry in items if isinstance(entry, dict)] == ["A", "A-2"]
    assert first.fingerprint == again.fingerprint


@pytest.mark.parametrize(
    ("skus", "ids"),
    [
        (("A", "A", "A-2"), ["A", "A-3", "A-2"]),
        (("A-2", "A", "A"), ["A-2", "A", "A-3"]),
        (("", "line"), ["line", "line-2"]),
        (("A", "A-2", "A", "A-3", "A"), ["A", "A-2", "A-4", "A-3", "A-5"]),
    ],
)
def test_a_made_id_is_no_other_lines(skus: tuple[str, ...], ids: list[str]) -> None:
    lines = tuple(OrderLine(id=place, sku=sku, ordered=place) for place, sku in enumerate(skus, start=1))
    items = body_of(create_order(Order(id=1, number="7", lines=lines), (), None, {}))["line_items"]
    assert isinstance(items, list)
    told = [(entry["merchant_id"], entry["quantity"]) for entry in items if isinstance(entry, dict)]
    assert told == [(one, place) for place, one in enumerate(ids, start=1)]


def test_a_generated_id_is_never_the_id_of_another_line() -> None:
    order = Order(id=1, number="7", lines=(OrderLine(id=1, sku="A", ordered=1), OrderLine(id=2, sku="B", ordered=2)))
    known = Link(connection_id=3, remote_id="7", document="{}", lines=(LineLink(line_id=2, remote_id="A", quantity=2),))
    items = body_of(create_order(order, (), known, {}))["line_items"]
    assert isinstance(items, list)
    assert [entry["merchant_id"] for entry in items if isinstance(entry, dict)] == ["A-2", "A"]


def test_what_shipup_knows_stays_as_it_is() -> None:
    document = {
        "fulfillments": [
            {"merchant_id": "F1", "line_items": [{"merchant_id": "x", "title": "Shop's words", "quantity": 9}]},
            {
                "merchant_id": "F2",
                "trackers": [
                    {
                        "tracking_number": "ELSEWHERE",
                        "line_items": [{"merchant_id": "y", "quantity": 3, "shipped_quantity": 1}],
                    }
                ],
            },
        ]
    }
    known = link("order-1", {1: ("x", 8), 2: ("y", 3)}, document, number="N-1")
    body = body_of(VENDOR.shipments.notify(notification(order(8, 3), known, shipment(package("N1", {1: 8, 2: 2})))))
    assert (body["merchant_id"], body["order_number"]) == ("order-1", "N-1")
    assert isinstance(body["fulfillments"], list)
    first, second = body["fulfillments"]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["merchant_id"], second["merchant_id"]) == ("F1", "F2")
    assert _pieces(first) == ([[("x", 9, 8, None, None)]], [("x", 9, None, None, None)])
    assert _pieces(second) == ([[("y", 3, 2, None, None)]], [])
    assert isinstance(first["line_items"], list)
    assert first["line_items"][0] == {"merchant_id": "x", "title": "Shop's words", "quantity": 9}


def test_a_cancelled_order_is_sent_as_cancelled() -> None:
    gone = order(1).model_copy(update={"cancelled": True})
    assert body_of(create_order(gone, (), None, {}))["canceled"] is True


def test_the_option_limits_notifications_to_known_orders() -> None:
    shipped = shipment(package("N1", {1: 1}))
    known_only = {"create_missing": "known"}
    assert VENDOR.shipments.notify(notification(order(1), None, shipped, options=known_only)) is None
    assert VENDOR.shipments.notify(notification(order(1), link("10001", {}), shipped, options=known_only)) is not None
    assert (VENDOR.shipments.creates_missing({}), VENDOR.shipments.creates_missing(known_only)) == (True, False)


def test_an_error_about_an_earlier_package_belongs_to_no_field() -> None:
    first, second = shipment(package("N1", {1: 1})), shipment(package("N2", {1: 1}), number=2)
    request = VENDOR.shipments.notify(notification(order(2), None, first, second))
    assert request is not None
    trackers = ("fulfillments", 0, "trackers")
    assert request.field_map.ours((*trackers, 0, "tracking_number")) == ()
    assert request.field_map.ours((*trackers, 1, "tracking_number")) == ("packages", 0, "tracking_number")
    assert request.field_map.ours((*trackers, 1, "anything")) == ("packages", 0)


@pytest.mark.parametrize(
    ("carrier", "options", "code"),
    [
        ("colissimo", {}, "colissimo"),
        ("dpd", {"carrier.dpd": "dpd_fr"}, "dpd_fr"),
        ("ups", {}, None),
        ("", {"carrier_default": "lasership"}, "lasership"),
    ],
)
def test_carrier_codes(carrier: str, options: dict[str, str], code: str | None) -> None:
    assert code_for(carrier, options) == code


def test_lists_go_down_from_the_newest() -> None:
    first, next_one = VENDOR.orders.list_page({}, ""), VENDOR.orders.list_page({}, "5001")
    assert first.query[0] == ("limit", "100")
    assert ("expand[]", "fulfillments.trackers.line_items") in first.query
    assert ("ending_before", "5001") in next_one.query
    assert ("order_number", "10001") in VENDOR.orders.get("10001", {}).query


def test_the_key_goes_bare_or_after_bearer() -> None:
    assert VENDOR.headers({"api_key": "k"}, {})["Authorization"] == "k"
    assert VENDOR.headers({"api_key": "k"}, {"bearer": "yes"})["Authorization"] == "Bearer k"


NEW_YORK = Address(
    name="Ada King", company="Engines Ltd", street="1 Main St", city="Albany", postal_code="12207", country="US"
)


def addresses(state: str, country: str, known: bool = False) -> list[dict[str, Json]]:
    """The addresses in what is told of an order: its own, if there is one, and its fulfillment's."""
    buyer = NEW_YORK.model_copy(update={"state": state, "country": country})
    link_known = link("10001", {1: ("A", 1)}) if known else None
    body = body_of(
        VENDOR.shipments.notify(notification(order(1, ship_to=buyer), link_known, shipment(package("N1", {1: 1}))))
    )
    assert isinstance(body["fulfillments"], list)
    holders = [body, *(one for one in body["fulfillments"] if isinstance(one, dict))]
    found = [one["shipping_address"] for one in holders if "shipping_address" in one]
    return [one for one in found if isinstance(one, dict)]


@pytest.mark.parametrize(
    ("state", "country", "sent"),
    [
        ("New York", "US", {"state": "New York", "state_code": "NY"}),
        ("NY", "US", {"state_code": "NY"}),
        ("ny", "USA", {"state_code": "NY"}),
        ("Québec", "CA", {"state": "Québec", "state_code": "QC"}),
        ("ON", "Canada", {"state_code": "ON"}),
        ("New South Wales", "AU", {"state": "New South Wales"}),
        ("NSW", "AU", {"state": "NSW"}),
        ("WA", "AU", {"state": "WA"}),
        ("Elsewhere", "US", {"state": "Elsewhere"}),
        ("NY", "", {"state": "NY"}),
        ("", "US", {}),
    ],
)
def test_a_state_is_a_code_in_the_us_and_canada_and_a_name_elsewhere(
    state: str, country: str, sent: dict[str, str]
) -> None:
    for known in (False, True):
        found = addresses(state, country, known)
        assert len(found) == (1 if known else 2)
        for address in found:
            assert {name: text for name, text in address.items() if name.startswith("state")} == sent


def test_the_recipient_is_sent_for_a_new_order_only() -> None:
    for address in addresses("NY", "US"):
        assert (address["name"], address["company_title"]) == ("Ada King", "Engines Ltd")
    (address,) = addresses("NY", "US", known=True)
    assert not {"name", "company_title"} & address.keys()
    alone = body_of(create_order(order(1, ship_to=NEW_YORK), (), None, {}))
    assert (alone["first_name"], alone["last_name"]) == ("Ada", "King")
    assert alone["shipping_address"] == {
        "name": "Ada King",
        "company_title": "Engines Ltd",
        "address1": "1 Main St",
        "city": "Albany",
        "zip": "12207",
        "country_code": "US",
    }
    nobody = body_of(create_order(order(1, ship_to=Address()), (), None, {}))
    assert not {"shipping_address", "first_name", "last_name"} & nobody.keys()


def test_a_fault_in_the_new_fields_leads_to_the_field_it_came_from() -> None:
    buyer = NEW_YORK.model_copy(update={"state": "New York"})
    parcel = package("N1", {1: 1}, carrier="Joe's van", service="today")
    request = VENDOR.shipments.notify(notification(order(1, ship_to=buyer), None, shipment(parcel)))
    assert request is not None
    for sent, ours in (
        (("shipping_address", "company_title"), ("ship_to", "company")),
        (("shipping_address", "state_code"), ("ship_to", "state")),
        (("fulfillments", 0, "state_code"), ("ship_to", "state")),
        (("fulfillments", 0, "shipping_address", "name"), ("ship_to", "name")),
        (("first_name",), ("ship_to", "name")),
        (("fulfillments", 0, "trackers", 0, "untracked_carrier_name"), ("packages", 0, "carrier")),
        (("fulfillments", 0, "trackers", 0, "carrier_service_code"), ("packages", 0, "service")),
    ):
        assert request.field_map.ours(sent) == ours


def carriers_told(*packages: tuple[str, str], options: Mapping[str, str] | None = None) -> list[dict[str, Json]]:
    """What trackers say of their carriers, for packages with a carrier and a service each."""
    parcels = shipment(*(package(f"N{n}", {1: 1}, carrier=c, service=s) for n, (c, s) in enumerate(packages)))
    body = body_of(VENDOR.shipments.notify(notification(order(9), None, parcels, options=options)))
    assert isinstance(body["fulfillments"], list)
    assert isinstance(body["fulfillments"][0], dict)
    trackers = body["fulfillments"][0]["trackers"]
    assert isinstance(trackers, list)
    return [
        {name: text for name, text in one.items() if "carrier" in name} for one in trackers if isinstance(one, dict)
    ]


@pytest.mark.parametrize(
    ("carrier", "service", "options", "said"),
    [
        ("colissimo", "DOM", {}, {"carrier_code": "colissimo", "carrier_service_code": "DOM"}),
        ("colissimo", "", {}, {"carrier_code": "colissimo"}),
        ("ups", "03", {"carrier.ups": "ups_us"}, {"carrier_code": "ups_us", "carrier_service_code": "03"}),
        ("ups", "03", {}, {"untracked_carrier_name": "UPS"}),
        ("Joe's van", "today", {}, {"untracked_carrier_name": "Joe's van"}),
        ("Joe's van", "", {"carrier_default": "other"}, {"carrier_code": "other"}),
        ("Joe's van", "today", {"untracked_carrier": "guess"}, {}),
        ("", "today", {}, {}),
        ("  ", "", {}, {}),
    ],
)
def test_a_carrier_goes_by_its_code_else_by_its_name_and_a_service_only_with_a_code(
    carrier: str, service: str, options: dict[str, str], said: dict[str, str]
) -> None:
    assert carriers_told((carrier, service), options=options) == [said]


def test_each_package_has_the_service_of_its_own_carrier() -> None:
    assert carriers_told(("ups", "03"), ("colissimo", "DOM"), ("dpd_fr", "")) == [
        {"untracked_carrier_name": "UPS"},
        {"carrier_code": "colissimo", "carrier_service_code": "DOM"},
        {"carrier_code": "dpd_fr"},
    ]
    twice = shipment(package("N1", {1: 1}, carrier="colissimo", service="DOM"), package("N1", {1: 1}, carrier="dpd_fr"))
    body = body_of(VENDOR.shipments.notify(notification(order(2), None, twice)))
    assert '"carrier_code": "dpd_fr"' in str(body).replace("'", '"')
    assert "carrier_service_code" not in str(body)


def test_a_service_that_is_not_sent_is_a_warning() -> None:
    parcels = shipment(
        package("N1", {1: 1}, carrier="colissimo", service="DOM"), package("N2", {1: 1}, carrier="ups", service="03")
    )
    request = VENDOR.shipments.notify(notification(order(2), None, parcels))
    assert request is not None
    (warning,) = request.warnings
    assert warning.path == ("packages", 1, "service")
    assert "“03” is not sent" in str(warning.message)


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({}, {"untracked_carrier_name": "UPS"}),
        ({"carrier_code": None}, {"untracked_carrier_name": "UPS"}),
        ({"carrier_code": "ups"}, {}),
        ({"carrier": {"object": "carrier", "code": "ups", "name": "UPS"}}, {}),
        ({"carrier": {"code": None}}, {"untracked_carrier_name": "UPS"}),
    ],
)
def test_a_carrier_that_shipup_recognised_by_then_is_not_named_again(
    there: dict[str, object], said: dict[str, str]
) -> None:
    tracker = {"tracking_number": "N1", "line_items": [{"merchant_id": "A", "quantity": 3}], **there}
    known = link("10001", {1: ("A", 3)}, {"fulfillments": [{"merchant_id": "F", "trackers": [tracker]}]})
    before = shipment(package("N1", {1: 1}, carrier="ups"))
    now = shipment(package("N2", {1: 1}, carrier="ups"), number=2)
    body = body_of(VENDOR.shipments.notify(notification(order(3), known, before, now)))
    assert isinstance(body["fulfillments"], list)
    assert isinstance(body["fulfillments"][0], dict)
    trackers = body["fulfillments"][0]["trackers"]
    assert isinstance(trackers, list)
    first, second = (one for one in trackers if isinstance(one, dict))
    assert {name: text for name, text in first.items() if "carrier" in name} == said
    assert second["untracked_carrier_name"] == "UPS"


@pytest.mark.parametrize("there", ["AB-123 X", "ab123x", "AB123X"])
def test_a_package_that_shipup_writes_in_another_way_counts_once(there: str) -> None:
    items = [{"merchant_id": "A", "quantity": 3, "shipped_quantity": 1}]
    tracker = {"tracking_number": there, "carrier_code": "ups", "line_items": items}
    known = link("10001", {1: ("A", 3)}, {"fulfillments": [{"merchant_id": "F", "trackers": [tracker]}]})
    before = shipment(package("AB123X", {1: 1}, carrier="ups"))
    now = shipment(package("N2", {1: 1}, carrier="ups"), number=2)
    body = body_of(VENDOR.shipments.notify(notification(order(3), known, before, now)))
    assert isinstance(body["fulfillments"], list)
    (fulfillment,) = body["fulfillments"]
    assert isinstance(fulfillment, dict)
    assert "line_items" in fulfillment, "one unit still waits"
    assert isinstance(fulfillment["trackers"], list)
    assert "untracked_carrier_name" not in str(fulfillment["trackers"][0])
