"""The simulated ShipEngine."""

import datetime

import httpx
import pytest

from tests.simulator.conftest import Clock

TRACKING_NUMBER = "9374869901600064074368"


def order(shipengine: httpx.Client, number: str = "10001") -> dict:
    found = shipengine.get("/v-beta/sales_orders", params={"external_order_number": number}).json()
    assert found["total"] == 1
    return found["sales_orders"][0]


def notify(shipengine: httpx.Client, sales_order: dict, **body: object) -> httpx.Response:
    document = {"tracking_number": TRACKING_NUMBER, "carrier_code": "stamps_com", **body}
    return shipengine.post(f"/v-beta/sales_orders/{sales_order['sales_order_id']}/notify_shipped", json=document)


def item(sales_order: dict, position: int, quantity: object = 1) -> dict:
    item_id = sales_order["sales_order_items"][position]["sales_order_item_id"]
    return {"sales_order_item_id": item_id, "quantity": quantity}


def refresh(shipengine: httpx.Client, clock: Clock, sales_order: dict) -> None:
    source_id = sales_order["order_source"]["order_source_id"]
    assert shipengine.put(f"/v-beta/order_sources/{source_id}/refresh").status_code == 200
    clock.now_s += 0.4


def error(response: httpx.Response, status: int) -> dict:
    assert response.status_code == status
    body = response.json()
    assert len(body["request_id"]) == 36
    assert body["errors"][0]["error_source"] == "shipengine"
    return body["errors"][0]


def test_an_order_has_the_model_of_the_webhook(shipengine: httpx.Client) -> None:
    first = order(shipengine)
    assert first["ship_to"]["address_line1"] == "20 George Street"
    assert first["sales_order_status"] == {
        "payment_status": "paid",
        "fulfillment_status": "unfulfilled",
        "is_cancelled": False,
    }
    lines = [(i["line_item_details"]["sku"], i["quantity"]) for i in first["sales_order_items"]]
    assert lines == [("MOBILE", 1), ("MOBILE-CASE-BLK", 3), ("CHARGER-USB-C", 1)]
    assert first["payment_details"]["grand_total"] == {"currency": "aud", "amount": 214.0}
    alone = shipengine.get(f"/v-beta/sales_orders/{first['sales_order_id']}").json()
    assert alone == first


def test_pages_are_linked_and_a_missing_neighbour_is_empty(shipengine: httpx.Client) -> None:
    numbers = []
    page = shipengine.get("/v-beta/sales_orders", params={"page_size": "10"}).json()
    assert (page["total"], page["pages"], page["links"]["prev"]) == (24, 3, {})
    while True:
        numbers += [o["external_order_number"] for o in page["sales_orders"]]
        if not page["links"]["next"]:
            break
        page = shipengine.get(page["links"]["next"]["href"]).json()
    assert len(set(numbers)) == 24
    assert page["page"] == 3


def test_filters(shipengine: httpx.Client, switches: httpx.Client, clock: Clock) -> None:
    def numbers(**query: str) -> set[str]:
        answer = shipengine.get("/v-beta/sales_orders", params={"page_size": "100", **query}).json()
        return {o["external_order_number"] for o in answer["sales_orders"]}

    sources = shipengine.get("/v-beta/order_sources").json()["order_sources"]
    by_source = [numbers(order_source_id=source["order_source_id"]) for source in sources]
    assert by_source[0] | by_source[1] == numbers()
    assert not by_source[0] & by_source[1]
    now = datetime.datetime.fromtimestamp(clock.now_s, datetime.UTC).isoformat()
    assert numbers(modified_at_start=now) == set()
    assert len(numbers(modified_at_end=now)) == 24
    assert switches.post("/_simulator/cancel", json={"order": "10004"}).status_code == 200
    assert numbers(cancelled="true") == numbers(modified_at_start=now) == {"10004"}
    assert len(numbers(cancelled="false", fulfillment_status="unfulfilled")) == 23
    assert numbers(fulfillment_status="fulfilled") == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [("fulfillment_status", "gone"), ("page", "0"), ("page_size", "x"), ("modified_at_start", "yesterday")],
)
def test_a_filter_that_cannot_be_read_is_refused(shipengine: httpx.Client, name: str, value: str) -> None:
    found = error(shipengine.get("/v-beta/sales_orders", params={name: value}), 400)
    assert (found["error_code"], found["field_name"]) == ("invalid_field_value", name)


def test_the_status_is_stale_until_the_source_is_refreshed(shipengine: httpx.Client, clock: Clock) -> None:
    sales_order = order(shipengine)
    answer = notify(shipengine, sales_order, sales_order_items=[item(sales_order, 1, 2)])
    assert (answer.status_code, answer.content) == (204, b"")
    clock.now_s += 60
    assert order(shipengine) == sales_order
    refresh(shipengine, clock, sales_order)
    partly = order(shipengine)
    assert partly["sales_order_status"]["fulfillment_status"] == "partially_fulfilled"
    assert partly["modified_at"] > sales_order["modified_at"]
    notify(shipengine, sales_order)
    refresh(shipengine, clock, sales_order)
    assert order(shipengine)["sales_order_status"]["fulfillment_status"] == "fulfilled"


def test_a_refresh_goes_through_its_statuses(shipengine: httpx.Client, clock: Clock) -> None:
    source = shipengine.get("/v-beta/order_sources").json()["order_sources"][0]
    assert source["refresh_info"]["status"] == "idle"
    assert source["refresh_info"]["last_refresh_attempt"] is None
    path = f"/v-beta/order_sources/{source['order_source_id']}"
    seen = [shipengine.put(f"{path}/refresh").json()]
    for _ in range(2):
        clock.now_s += 0.2
        seen.append(shipengine.get(path).json())
    assert [s["refresh_info"]["status"] for s in seen] == ["preparing_update", "updating", "idle"]
    assert seen[1]["refresh_info"]["refresh_date"] == source["refresh_info"]["refresh_date"]
    assert seen[2]["refresh_info"]["refresh_date"] > source["refresh_info"]["refresh_date"]


def test_a_notification_during_a_refresh_waits_for_the_next(shipengine: httpx.Client, clock: Clock) -> None:
    sales_order = order(shipengine)
    source_id = sales_order["order_source"]["order_source_id"]
    shipengine.put(f"/v-beta/order_sources/{source_id}/refresh")
    notify(shipengine, sales_order)
    clock.now_s += 1
    assert order(shipengine)["sales_order_status"]["fulfillment_status"] == "unfulfilled"


@pytest.mark.parametrize(
    ("body", "code", "field_name"),
    [
        ({"tracking_number": None}, "field_value_required", "tracking_number"),
        ({"tracking_number": 5}, "invalid_field_value", "tracking_number"),
        ({"carrier_code": ""}, "field_value_required", "carrier_code"),
        ({"sales_order_items": []}, "invalid_field_value", "sales_order_items"),
        ({"sales_order_items": None}, "invalid_field_value", "sales_order_items"),
        ({"sales_order_items": [4]}, "invalid_field_value", "sales_order_items[0]"),
    ],
)
def test_a_notification_that_is_wrong_is_refused(
    shipengine: httpx.Client, switches: httpx.Client, body: dict, code: str, field_name: str
) -> None:
    found = error(notify(shipengine, order(shipengine), **body), 400)
    assert (found["error_code"], found["field_name"]) == (code, field_name)
    assert switches.get("/_simulator/effects").json() == []


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "1", True, None, 4])
def test_a_quantity_must_be_whole_above_0_and_left(shipengine: httpx.Client, quantity: object) -> None:
    sales_order = order(shipengine)
    found = error(notify(shipengine, sales_order, sales_order_items=[item(sales_order, 1, quantity)]), 400)
    assert found["field_name"] == "sales_order_items[0].quantity"


def test_what_is_left_counts_earlier_calls_and_repeated_items(shipengine: httpx.Client) -> None:
    sales_order = order(shipengine)
    cases = item(sales_order, 1, 2)
    assert notify(shipengine, sales_order, sales_order_items=[cases, cases]).status_code == 400
    assert notify(shipengine, sales_order, sales_order_items=[cases]).status_code == 204
    assert notify(shipengine, sales_order, sales_order_items=[cases]).status_code == 400
    assert notify(shipengine, sales_order, sales_order_items=[item(sales_order, 1, 1)]).status_code == 204


def test_an_item_of_another_order_is_refused(shipengine: httpx.Client) -> None:
    stranger = item(order(shipengine, "10002"), 0)
    found = error(notify(shipengine, order(shipengine), sales_order_items=[stranger]), 400)
    assert found["error_code"] == "invalid_identifier"


def test_a_cancelled_order_is_not_shipped(shipengine: httpx.Client, switches: httpx.Client) -> None:
    switches.post("/_simulator/cancel", json={"order": "10001"})
    assert error(notify(shipengine, order(shipengine)), 400)["error_code"] == "invalid_status"


@pytest.mark.parametrize(
    ("body", "code"), [(b"", "request_body_required"), (b"{", "invalid_object"), (b"[]", "invalid_object")]
)
def test_a_body_that_is_no_object_is_refused(shipengine: httpx.Client, body: bytes, code: str) -> None:
    path = f"/v-beta/sales_orders/{order(shipengine)['sales_order_id']}/notify_shipped"
    assert error(shipengine.post(path, content=body), 400)["error_code"] == code


def test_ids_addresses_and_keys(shipengine: httpx.Client) -> None:
    assert "not a valid id" in error(shipengine.get("/v-beta/sales_orders/10001"), 400)["message"]
    error(shipengine.get("/v-beta/sales_orders/0ca0a452-2f7b-5a50-8b28-4e0b8d1fa742"), 404)
    error(shipengine.get("/v1/labels"), 404)
    refused = shipengine.delete("/v-beta/sales_orders")
    error(refused, 405)
    assert refused.headers["Allow"] == "GET"
    for key in ("", "wrong"):
        found = error(shipengine.get("/v-beta/order_sources", headers={"API-Key": key}), 401)
        assert found["error_code"] == "unauthorized"


def test_200_calls_a_minute(shipengine: httpx.Client, clock: Clock) -> None:
    answers = [shipengine.get("/v1/tracking") for _ in range(201)]
    assert {a.status_code for a in answers[:200]} == {400}
    assert error(answers[200], 429)["error_code"] == "rate_limit_exceeded"
    assert answers[200].headers["Retry-After"] == "60"
    assert answers[199].headers["RateLimit-Remaining"] == "0"
    clock.now_s += 60
    assert shipengine.get("/v-beta/order_sources").status_code == 200


def test_tracking_moves_with_time(shipengine: httpx.Client, clock: Clock) -> None:
    def track() -> dict:
        query = {"carrier_code": "stamps_com", "tracking_number": TRACKING_NUMBER}
        return shipengine.get("/v1/tracking", params=query).json()

    assert (track()["status_code"], track()["events"]) == ("NY", [])
    notify(shipengine, order(shipengine))
    seen = [track()["status_code"]]
    for pause_s in (6, 20, 120):
        clock.now_s += pause_s
        seen.append(track()["status_code"])
    assert seen == ["NY", "AC", "IT", "DE"]
    assert [e["status_code"] for e in track()["events"]] == ["DE", "IT", "IT", "AC"]
    assert track()["actual_delivery_date"] == track()["events"][0]["occurred_at"]


def test_tracking_needs_a_number_and_a_carrier(shipengine: httpx.Client) -> None:
    assert error(shipengine.get("/v1/tracking"), 400)["error_code"] == "unspecified"
    found = error(shipengine.get("/v1/tracking", params={"tracking_number": "1"}), 400)
    assert found["error_code"] == "field_value_required"
