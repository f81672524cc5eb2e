"""SwiftPOD as it is simulated, and ShipEngine's webhooks and tracking on request."""

from collections.abc import Iterator

import httpx
import pytest

from shipconsole import simulator as keys
from shipconsole.simulator.server import SimulatorServer
from tests.simulator.conftest import Clock

HOOK = {"url": "https://example.com/hook", "event": "order_notify", "name": "Bench"}


@pytest.fixture
def swiftpod(simulator: SimulatorServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {keys.SWIFTPOD_API_KEY}"}
    with httpx.Client(
        base_url=f"{simulator.url}/swiftpod", headers=headers, trust_env=False, verify=False, timeout=60
    ) as client:
        yield client


def ids(swiftpod: httpx.Client, *pairs: tuple[str, str]) -> list[int]:
    return [order["id"] for order in swiftpod.get("/orders", params=[("limit", "100"), *pairs]).json()["data"]]


def test_pages(swiftpod: httpx.Client) -> None:
    pages = [swiftpod.get("/orders", params={"limit": "3", "page": page}).json() for page in (1, 2, 3, 4)]
    assert [len(page["data"]) for page in pages] == [3, 3, 2, 0]
    assert (pages[0]["current_page"], pages[0]["last_page"], pages[0]["total"]) == (1, 3, 8)
    for wrong in ({"limit": "0"}, {"limit": "101"}, {"page": "0"}, {"created_at_after": "x"}):
        refused = swiftpod.get("/orders", params=wrong)
        assert (refused.status_code, refused.json()["status"]) == (422, False)


def test_filters(swiftpod: httpx.Client) -> None:
    assert ids(swiftpod) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert ids(swiftpod, ("status[]", "shipped"), ("status[]", "on_hold")) == [3, 4]
    assert ids(swiftpod, ("rejected_status[]", "invalid_artwork")) == [5]
    assert ids(swiftpod, ("order_id", "10004-P")) == [2]
    assert ids(swiftpod, ("created_at_before", "2000-01-01")) == []
    assert ids(swiftpod, ("trackings_created_at_after", "2000-01-01")) == [4]


def test_one_order_has_its_id_as_a_text_and_what_one_item_fills_as_an_object(swiftpod: httpx.Client) -> None:
    (listed,) = swiftpod.get("/orders", params={"id": "4"}).json()["data"]
    alone = swiftpod.get("/orders/4").json()
    assert (listed["id"], alone["id"]) == (4, "06lz3a4")
    assert swiftpod.get("/orders/06lz3a4").json() == alone
    items = [(type(a["shipped_items"]), type(b["shipped_items"])) for a, b in _pairs(listed, alone)]
    assert items[0] == (list, dict)
    assert swiftpod.get("/orders/99").status_code == 404


def _pairs(listed: dict, alone: dict) -> list[tuple[dict, dict]]:
    return list(zip(listed["trackings"], alone["trackings"], strict=True))


def test_a_second_webhook_for_an_event_takes_the_place_of_the_first(
    swiftpod: httpx.Client, switches: httpx.Client
) -> None:
    for url in (HOOK["url"], "https://example.com/other"):
        told = swiftpod.post("/webhooks/subscribe", json={**HOOK, "url": url})
        assert (told.status_code, told.json()["status"]) == (200, True)
    state = switches.get("/_simulator/state").json()["swiftpod"]
    assert state["webhooks"] == [{**HOOK, "url": "https://example.com/other"}]
    for wrong in ({"event": "x"}, {"url": "x"}, {"name": ""}):
        assert swiftpod.post("/webhooks/subscribe", json={**HOOK, **wrong}).status_code == 422
    assert swiftpod.post("/webhooks/subscribe", content=b"[").status_code == 422


def test_too_many_calls_shut_out_for_a_minute(swiftpod: httpx.Client, clock: Clock) -> None:
    assert {swiftpod.get("/orders", params={"limit": "1"}).status_code for _ in range(150)} == {200}
    refused = swiftpod.get("/orders")
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, False)
    clock.now_s += 59
    assert swiftpod.get("/orders").status_code == 429
    clock.now_s += 2
    assert swiftpod.get("/orders").status_code == 200


def test_keys_paths_and_methods(swiftpod: httpx.Client) -> None:
    assert swiftpod.get("/orders", headers={"Authorization": keys.SWIFTPOD_API_KEY}).status_code == 401
    assert swiftpod.get("/nothing").status_code == 404
    refused = swiftpod.delete("/orders")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")


def test_shipengine_keeps_one_webhook_for_each_event(shipengine: httpx.Client) -> None:
    path = "/v1/environment/webhooks"
    made = shipengine.post(path, json={"url": "https://example.com/a", "event": "track"})
    assert made.status_code == 200
    webhook_id = made.json()["webhook_id"]
    assert shipengine.post(path, json={"url": "https://example.com/b", "event": "track"}).status_code == 409
    assert shipengine.put(f"{path}/{webhook_id}", json={"url": "https://example.com/b"}).status_code == 204
    changed = {"webhook_id": webhook_id, "url": "https://example.com/b", "event": "track"}
    assert shipengine.get(path).json() == [changed]
    assert shipengine.get(f"{path}/{webhook_id}").json() == changed
    assert shipengine.delete(f"{path}/{webhook_id}").status_code == 204
    assert shipengine.delete(f"{path}/{webhook_id}").status_code == 404
    for wrong in ({}, {"url": "x", "event": "track"}, {"url": "https://x", "event": "y"}, {"color": 1}, []):
        assert shipengine.post(path, json=wrong).status_code == 400, wrong


def test_shipengine_keeps_whose_news_is_wanted(shipengine: httpx.Client, switches: httpx.Client) -> None:
    query = {"tracking_number": "N1", "carrier_code": "ups"}

    def tracked() -> list[str]:
        return switches.get("/_simulator/state").json()["shipengine"]["tracked"]

    for _ in range(2):
        started = shipengine.post("/v1/tracking/start", params=query)
        assert (started.status_code, started.content, tracked()) == (204, b"", ["N1"])
    assert shipengine.post("/v1/tracking/stop", params=query).status_code == 204
    assert tracked() == []
    assert shipengine.post("/v1/tracking/start", json=query).status_code == 400
