"""The simulated Starshipit."""

import re
from xml.etree import ElementTree

import httpx
import pytest

from tests.simulator.conftest import Clock

ADDRESS = {"name": "John Smith", "street": "20 George Street", "suburb": "Sydney", "country": "Australia"}


def order(starshipit: httpx.Client, number: str = "10001") -> dict:
    answer = starshipit.get("/api/orders", params={"order_number": number}).json()
    assert answer["success"] is True
    return answer["order"]


def update(starshipit: httpx.Client, **changes: object) -> httpx.Response:
    return starshipit.put("/api/orders", json={"order": {"order_id": 1020304051, **changes}})


def refused(response: httpx.Response, status: int = 200) -> list[dict]:
    assert response.status_code == status
    body = response.json()
    assert body["success"] is False
    return body["errors"]


def test_an_order_by_id_or_number(starshipit: httpx.Client) -> None:
    first = order(starshipit)
    assert first["destination"]["delivery_instructions"] == "Leave at door"
    assert [i["weight"] for i in first["items"]] == [0.65, 0.05, 0.09]
    assert "tracking_number" not in first["packages"][0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", first["order_date"])
    assert starshipit.get("/api/orders", params={"order_id": first["order_id"]}).json()["order"] == first
    refused(starshipit.get("/api/orders", params={"order_id": "1"}), 404)
    refused(starshipit.get("/api/orders"), 404)


def test_unshipped_orders_come_in_pages(starshipit: httpx.Client, clock: Clock) -> None:
    def listed(**query: object) -> dict:
        return starshipit.get("/api/orders/unshipped", params=query).json()

    assert len(listed()["orders"]) == 24
    pages = [listed(limit=10, page=page) for page in (1, 2, 3, 4)]
    assert [len(page["orders"]) for page in pages] == [10, 10, 4, 0]
    assert {page["total_pages"] for page in pages} == {3}
    clock.now_s += 90000
    assert listed()["orders"] == []
    assert len(listed(since_last_updated="2020-01-01T00:00:00Z")["orders"]) == 24
    update(starshipit, reference="changed")
    assert [o["order_number"] for o in listed()["orders"]] == ["10001"]
    update(starshipit, status="Printed")
    assert listed()["orders"] == []


@pytest.mark.parametrize("query", [{"limit": "251"}, {"page": "0"}, {"since_last_updated": "today"}])
def test_a_listing_that_cannot_be_read_is_refused(starshipit: httpx.Client, query: dict) -> None:
    refused(starshipit.get("/api/orders/unshipped", params=query))


def test_an_update_keeps_what_it_leaves_out(starshipit: httpx.Client) -> None:
    before = order(starshipit)
    item_id, package_id = before["items"][1]["item_id"], before["packages"][0]["package_id"]
    answer = update(
        starshipit,
        items=[{"item_id": item_id, "quantity_to_ship": 2}],
        packages=[{"package_id": package_id, "tracking_number": "QQQ001", "description": "Case"}],
    ).json()
    assert answer["success"] is True
    after = order(starshipit)
    assert answer["order"] == after
    assert after["items"][1] == {**before["items"][1], "quantity_to_ship": 2}
    assert [after["items"][0], after["items"][2]] == [before["items"][0], before["items"][2]]
    assert after["packages"] == [{**before["packages"][0], "tracking_number": "QQQ001", "contents": "Case"}]
    assert {**after, "items": 0, "packages": 0} == {**before, "items": 0, "packages": 0}


def test_without_id_adds_and_delete_removes(starshipit: httpx.Client) -> None:
    before = order(starshipit)
    old_id = before["packages"][0]["package_id"]
    update(starshipit, packages=[{"tracking_number": "QQQ001"}], items=[{"sku": "NEW", "quantity": 1}])
    added = order(starshipit)
    assert [p.get("tracking_number") for p in added["packages"]] == [None, "QQQ001"]
    assert added["items"][3]["item_id"] not in [i["item_id"] for i in before["items"]]
    update(starshipit, packages=[{"package_id": old_id, "delete": True}])
    assert [p["tracking_number"] for p in order(starshipit)["packages"]] == ["QQQ001"]


def test_a_refused_update_changes_nothing(starshipit: httpx.Client, switches: httpx.Client) -> None:
    before = order(starshipit)
    errors = refused(update(starshipit, reference="new", items=[{"item_id": 7, "quantity_to_ship": 1}]))
    assert errors[0]["details"] == "order.items[0].item_id"
    assert order(starshipit) == before
    assert switches.get("/_simulator/effects").json() == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"reference": "x" * 51}, "order.reference"),
        ({"currency": "AUDX"}, "order.currency"),
        ({"status": "Gone"}, "order.status"),
        ({"signature_required": "yes"}, "order.signature_required"),
        ({"destination": {**ADDRESS, "post_code": "12345678901"}}, "order.destination.post_code"),
        ({"destination": {**ADDRESS, "state": ""}}, "order.destination.state"),
        ({"destination": {**ADDRESS, "street": None}}, "order.destination.street"),
        ({"sender_details": {"name": "J"}}, "order.sender_details.street"),
        ({"destination": "Sydney"}, "order.destination"),
        ({"items": {}}, "order.items"),
        ({"items": ["x"]}, "order.items[0]"),
        ({"items": [{"sku": "x" * 51}]}, "order.items[0].sku"),
        ({"items": [{"tariff_code": "x" * 19}]}, "order.items[0].tariff_code"),
        ({"items": [{"quantity_to_ship": "1"}]}, "order.items[0].quantity_to_ship"),
        ({"packages": [{}, {"weight": True}]}, "order.packages[1].weight"),
        ({"packages": [{"package_id": 1.5}]}, "order.packages[0].package_id"),
    ],
)
def test_the_limits_of_the_schema(starshipit: httpx.Client, changes: dict, path: str) -> None:
    errors = refused(update(starshipit, **changes))
    assert path in [e["details"] for e in errors]
    assert all(e["message"] for e in errors)


def test_an_order_that_cannot_be_found_or_read(starshipit: httpx.Client) -> None:
    refused(update(starshipit, order_id=5), 404)
    refused(starshipit.put("/api/orders", json={"order": {"reference": "x"}}))
    refused(starshipit.put("/api/orders", json={"orders": []}))
    refused(starshipit.put("/api/orders", content=b"{"), 400)


def test_a_printed_order_takes_only_a_further_status(starshipit: httpx.Client) -> None:
    assert update(starshipit, status="Printed").json()["success"] is True
    refused(update(starshipit, reference="late"))
    refused(update(starshipit, status="Unshipped"))
    assert update(starshipit, status="Dispatched").json()["order"]["status"] == "Dispatched"


def test_both_keys_are_required(starshipit: httpx.Client) -> None:
    gateway = starshipit.get("/api/orders", headers={"Ocp-Apim-Subscription-Key": "wrong"})
    assert (gateway.status_code, sorted(gateway.json())) == (401, ["message", "statusCode"])
    refused(starshipit.get("/api/orders", headers={"StarShipIT-Api-Key": "wrong"}), 401)


def test_a_caller_that_accepts_only_xml_gets_xml(starshipit: httpx.Client) -> None:
    answer = starshipit.get("/api/orders", params={"order_number": "10001"}, headers={"Accept": "application/xml"})
    assert answer.headers["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)
    assert root.findtext("success") == "true"
    assert [i.findtext("sku") for i in root.findall("order/items")] == [
        "MOBILE",
        "MOBILE-CASE-BLK",
        "CHARGER-USB-C",
    ]
    both = starshipit.get("/api/orders", headers={"Accept": "application/json, application/xml"})
    assert both.json()["success"] is False


def test_a_limit_responds_in_the_gateways_format(starshipit: httpx.Client, switches: httpx.Client) -> None:
    limit = {"vendor": "starshipit", "calls": 2, "seconds": 1}
    assert switches.post("/_simulator/limits", json=limit).status_code == 200
    answers = [starshipit.get("/api/orders/unshipped") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2].json()["statusCode"] == 429
    assert "Retry-After" not in answers[2].headers


def test_a_new_order_gets_ids_even_if_its_number_exists(starshipit: httpx.Client) -> None:
    items = [{"sku": "CABLE", "quantity": 3, "weight": 0.12}]
    new = {"order_number": "10001", "destination": ADDRESS, "items": items}
    created = starshipit.post("/api/orders", json={"order": new}).json()["order"]
    assert (created["status"], created["platform"]) == ("Unshipped", "API")
    assert created["items"][0]["item_id"] > order(starshipit)["items"][-1]["item_id"]
    assert starshipit.get("/api/orders", params={"order_id": created["order_id"]}).json()["order"] == created
    assert order(starshipit)["order_id"] != created["order_id"]


@pytest.mark.parametrize(
    ("new", "path"),
    [
        ({"destination": ADDRESS}, "order.order_number"),
        ({"order_number": "1"}, "order.destination"),
        ({"order_number": "1", "destination": {**ADDRESS, "street": ""}}, "order.destination.street"),
    ],
)
def test_a_new_order_needs_a_number_and_an_address(starshipit: httpx.Client, new: dict, path: str) -> None:
    (error,) = refused(starshipit.post("/api/orders", json={"order": new}))
    assert error["details"] == path
