"""The simulated Shipup."""

import copy

import httpx
import pytest

from shipconsole import simulator as keys
from tests.simulator.conftest import Clock

# Source: Shipup, Create or update an order (read November 2026).
VALID = {
    "merchant_id": "O_MER_TEST5",
    "order_number": "O_N_TEST5",
    "fulfillments": [
        {
            "merchant_id": "MY_FULFILLMENT_ID",
            "shipping_address": {
                "address1": "123 road street",
                "city": "City",
                "zip": "12345",
                "country": "Country",
            },
            "warehouse_merchant_id": "location_1",
            "trackers": [
                {
                    "tracking_number": "1231121212",
                    "line_items": [
                        {
                            "merchant_id": "MY_SHIPPED_PRODUCT_ID_1",
                            "description": "Product Description",
                            "title": "Product name",
                        }
                    ],
                },
                {
                    "tracking_number": "12341121212",
                    "line_items": [
                        {
                            "merchant_id": "MY_SHIPPED_PRODUCT_ID_2",
                            "title": "Product name 2",
                            "variant_title": "Product variant name (Blue)",
                        }
                    ],
                },
            ],
            "line_items": [{"merchant_id": "MY_UNSHIPPED_PRODUCT_ID"}],
        }
    ],
}


def order(shipup: httpx.Client, number: str) -> dict:
    answer = shipup.get("/v2/orders", params={"order_number": number}).json()
    assert len(answer["data"]) == 1
    return answer["data"][0]


def wrong(given: str, expected: str) -> str:
    return f"Wrong data type: given, {given} expected: {expected}"


def package(number: str, shipped: object, quantity: object = 3, line: str = "10001-2") -> dict:
    item = {"merchant_id": line, "quantity": quantity, "shipped_quantity": shipped}
    tracker = {"tracking_number": number, "line_items": [item]}
    fulfillment = {"merchant_id": "10001_1", "trackers": [tracker]}
    return {"merchant_id": "10001", "order_number": "10001", "fulfillments": [fulfillment]}


def test_the_platforms_valid_example_is_accepted(shipup: httpx.Client) -> None:
    answer = shipup.post("/v2/orders", json=VALID)
    assert (answer.status_code, answer.json()) == (201, {"merchant_id": "O_MER_TEST5"})
    fulfillment = order(shipup, "O_N_TEST5")["fulfillments"]["data"][0]
    assert fulfillment["shipping_address"]["country"] == "Country"
    assert [t["tracking_number"] for t in fulfillment["trackers"]["data"]] == ["1231121212", "12341121212"]
    assert [i["merchant_id"] for i in fulfillment["line_items"]["data"]] == ["MY_UNSHIPPED_PRODUCT_ID"]
    assert fulfillment["status_code"] == "partially_shipped"


def test_the_platforms_invalid_example_gives_its_error_tree(shipup: httpx.Client) -> None:
    body = copy.deepcopy(VALID)
    fulfillment = body["fulfillments"][0]
    fulfillment["shipping_address"]["country"] = {}
    fulfillment["trackers"][1]["tracking_number"] = True
    del fulfillment["trackers"][1]["line_items"][0]["merchant_id"]
    fulfillment["line_items"][0]["canceled"] = "true"
    answer = shipup.post("/v2/orders", json=body)
    assert answer.status_code == 400
    assert answer.json() == {
        "errors": {
            "fulfillments": {
                "0": {
                    "country": wrong("Hash ({})", "String"),
                    "trackers": {
                        "1": {
                            "tracking_number": wrong("TrueClass (true)", "String or Numeric"),
                            "line_items": {"0": {"merchant_id": "Required"}},
                        }
                    },
                    "line_items": {"0": {"canceled": wrong("String (true)", "TrueClass or FalseClass")}},
                }
            }
        }
    }


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"merchant_id": "Required"}),
        ({"merchant_id": ["x"]}, {"merchant_id": 'Wrong data type: given, Array (["x"]) expected: String'}),
        (
            {"merchant_id": "A", "canceled": 1},
            {"canceled": "Wrong data type: given, Integer (1) expected: TrueClass or FalseClass"},
        ),
        (
            {"merchant_id": "A", "fulfillments": {"x": None}},
            {"fulfillments": 'Wrong data type: given, Hash ({"x"=>nil}) expected: Array'},
        ),
        ({"merchant_id": "A", "fulfillments": [{}]}, {"fulfillments": {"0": {"merchant_id": "Required"}}}),
        (
            {"merchant_id": "A", "line_items": [1.5]},
            {"line_items": {"0": "Wrong data type: given, Float (1.5) expected: Hash"}},
        ),
    ],
)
def test_each_error_is_at_its_field(shipup: httpx.Client, body: dict, errors: dict) -> None:
    answer = shipup.post("/v2/orders", json=body)
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})


def test_a_body_that_is_no_object(shipup: httpx.Client) -> None:
    deep = b'{"merchant_id": ' + b"[" * 500 + b"]" * 500 + b"}"
    for content in (b"{", b"[]", b"", b"[" * 100000, deep, b"\xff"):
        answer = shipup.post("/v2/orders", content=content)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["details"])


def test_text_that_utf_8_cannot_encode_gets_a_response(shipup: httpx.Client) -> None:
    assert shipup.post("/v2/orders", content=rb'{"merchant_id": "\ud800"}').json() == {"merchant_id": "?"}


def test_a_line_split_on_two_packages_leaves_the_order_when_all_is_shipped(shipup: httpx.Client) -> None:
    assert len(order(shipup, "10001")["line_items"]["data"]) == 3
    assert shipup.post("/v2/orders", json=package("A1", 2)).status_code == 201
    assert len(order(shipup, "10001")["line_items"]["data"]) == 3
    shipup.post("/v2/orders", json=package("A2", 1))
    after = order(shipup, "10001")
    assert [i["merchant_id"] for i in after["line_items"]["data"]] == ["10001-1", "10001-3"]
    trackers = after["fulfillments"]["data"][0]["trackers"]["data"]
    assert [t["line_items"]["data"][0]["shipped_quantity"] for t in trackers] == [2, 1]


def test_the_same_request_twice_changes_nothing_but_is_logged(shipup: httpx.Client, switches: httpx.Client) -> None:
    shipup.post("/v2/orders", json=package("A1", 2))
    once = order(shipup, "10001")
    shipup.post("/v2/orders", json=package("A1", 2))
    assert order(shipup, "10001") == once
    assert [e["duplicate_of"] for e in switches.get("/_simulator/effects").json()] == [None, 1]


def test_quantities_can_not_change(shipup: httpx.Client) -> None:
    def fault(body: dict) -> dict:
        answer = shipup.post("/v2/orders", json=body)
        assert answer.status_code == 400
        return answer.json()["errors"]["fulfillments"]["0"]["trackers"]["0"]["line_items"]["0"]

    assert fault(package("A1", 1, quantity=5)) == {"quantity": "Cannot be changed: given 5, known 3"}
    assert fault(package("A1", 4)) == {"shipped_quantity": "Must be at most quantity: given 4, quantity 3"}
    assert list(fault(package("A1", -1))) == ["shipped_quantity"]
    assert list(fault(package("A1", 2, quantity=1, line="new"))) == ["shipped_quantity"]
    assert order(shipup, "10001")["fulfillments"]["data"] == []


def test_the_list_descends_and_after_means_greater_ids(shipup: httpx.Client) -> None:
    def listed(**query: object) -> tuple[list[int], bool]:
        answer = shipup.get("/v2/orders", params=query).json()
        assert answer["object"] == "list"
        return [o["id"] for o in answer["data"]], answer["has_more"]

    assert listed(limit=100) == (list(range(5012, 5000, -1)), False)
    assert listed() == (list(range(5012, 5002, -1)), True)
    assert listed(limit=2, starting_after=5004) == ([5006, 5005], True)
    assert listed(limit=3, ending_before=5003) == ([5002, 5001], False)
    for query in ({"limit": 0}, {"limit": 101}, {"starting_after": "x"}, {"ending_before": "9" * 5000}):
        assert shipup.get("/v2/orders", params=query).status_code == 400


def test_the_key_is_bare_or_follows_bearer(shipup: httpx.Client) -> None:
    for value, status in (
        (keys.SHIPUP_API_KEY, 200),
        (f"Bearer {keys.SHIPUP_API_KEY}", 200),
        ("Bearer wrong", 401),
        ("", 401),
    ):
        answer = shipup.get("/v2/orders", headers={"Authorization": value})
        assert answer.status_code == status
        assert ("errors" in answer.json()) == (status == 401)


def test_the_bucket_drains_two_a_second(shipup: httpx.Client, clock: Clock) -> None:
    answers = [shipup.get("/v2/orders", params={"limit": 1}) for _ in range(61)]
    assert answers[59].headers["X-Shipup-Api-Call-Limit"] == "60/60"
    assert [a.status_code for a in answers[59:]] == [200, 429]
    assert answers[60].headers["Retry-After"] == "1"
    clock.now_s += 1
    assert [shipup.get("/v2/orders").status_code for _ in range(3)] == [200, 200, 429]
