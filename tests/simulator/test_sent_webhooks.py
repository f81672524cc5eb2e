"""Webhooks of the simulated platforms: step by step, signed, once, and to this computer only."""

import base64
import http.server
import json
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from shipconsole import simulator as keys
from shipconsole.simulator.server import SimulatorServer, running_simulator
from tests.simulator.conftest import Clock
from tests.support import local_http

NUMBER = "9400100109361129278357"


@dataclass
class Listener:
    """A receiver of webhooks, and its response."""

    url: str = ""
    status: int = 200
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """Return the bodies received at a path."""
        return [json.loads(body) for at, _, body in self.received if at == path]


@contextmanager
def listening() -> Generator[Listener]:
    """Run a listener on this computer."""
    listener = Listener()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.received.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(listener.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def listener() -> Generator[Listener]:
    with listening() as opened:
        yield opened


@pytest.fixture
def notification(clock: Clock) -> Generator[SimulatorServer]:
    """Simulated platforms that send webhooks, with a clock that only the test moves."""
    with running_simulator(orders=8, now=clock, webhooks=True) as server:
        yield server


@pytest.fixture
def shipengine(notification: SimulatorServer) -> Generator[httpx.Client]:
    headers = {"API-Key": keys.SHIPENGINE_API_KEY}
    with httpx.Client(base_url=f"{notification.url}/shipengine", headers=headers, verify=False) as client:
        yield client


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline_s, what
        time.sleep(0.01)


def ship(shipengine: httpx.Client, number: str = NUMBER, position: int = 0) -> None:
    order = shipengine.get("/v-beta/sales_orders").json()["sales_orders"][position]
    body = {"tracking_number": number, "carrier_code": "usps"}
    path = f"/v-beta/sales_orders/{order['sales_order_id']}/notify_shipped"
    shipengine.post(path, json=body).raise_for_status()


def register(shipengine: httpx.Client, url: str) -> None:
    shipengine.post("/v1/environment/webhooks", json={"url": url, "event": "track"}).raise_for_status()


def posted(notification: SimulatorServer) -> list[dict[str, Any]]:
    return local_http.get(f"{notification.url}/_simulator/webhooks").json()["posted"]


def test_a_notified_package_is_reported_step_by_step(
    shipengine: httpx.Client, clock: Clock, notification: SimulatorServer, listener: Listener
) -> None:
    register(shipengine, f"{listener.url}/hook?a=1")
    ship(shipengine)
    reports: list[tuple[str, int]] = []
    for passed_s in (6, 20, 60, 120):
        clock.now_s += passed_s
        before = len(listener.received)
        until(lambda before=before: len(listener.received) > before, "no webhook arrives")
        body = listener.bodies("/hook?a=1")[-1]
        reports.append((body["data"]["status_code"], len(body["data"]["events"])))
        assert (body["resource_type"], body["data"]["tracking_number"]) == ("API_TRACK", NUMBER)
    assert reports == [("AC", 1), ("IT", 2), ("IT", 3), ("DE", 4)]
    assert body["data"]["events"][1]["description"] == "Out for delivery"
    assert posted(notification) == [{"vendor": "shipengine", "about": "API_TRACK", "status": 200}] * 4


def test_a_webhook_is_signed_with_the_published_key(
    shipengine: httpx.Client, clock: Clock, notification: SimulatorServer, listener: Listener
) -> None:
    register(shipengine, f"{listener.url}/hook")
    ship(shipengine)
    clock.now_s += 6
    until(lambda: bool(listener.received), "no webhook arrives")
    (_, headers, body) = listener.received[0]
    # No one needs a key of an account for the public one.
    (key,) = local_http.get(f"{notification.url}/shipengine/jwks").json()["keys"]
    assert headers["x-shipengine-rsa-sha256-key-id"] == key["kid"]
    modulus, exponent = (
        int.from_bytes(base64.urlsafe_b64decode(key[name] + "=" * (-len(key[name]) % 4))) for name in ("n", "e")
    )
    signature = base64.b64decode(headers["x-shipengine-rsa-sha256-signature"])
    text = headers["x-shipengine-timestamp"].encode() + b"." + body
    RSAPublicNumbers(exponent, modulus).public_key().verify(signature, text, PKCS1v15(), SHA256())


def test_swiftpod_ships_the_printed_part_of_a_stores_order(
    notification: SimulatorServer, clock: Clock, listener: Listener
) -> None:
    headers = {"Authorization": f"Bearer {keys.SWIFTPOD_API_KEY}"}
    with httpx.Client(base_url=f"{notification.url}/swiftpod", headers=headers, verify=False) as swiftpod:
        (printed,) = swiftpod.get("/orders", params={"order_id": "10005"}).json()["data"]
        assert (printed["status"], printed["test_order"], printed["trackings"]) == ("in_production", False, [])
        clock.now_s += 3_600
        hook = {"url": f"{listener.url}/pod", "event": "shipment_notify", "name": "Bench"}
        swiftpod.post("/webhooks/subscribe", json=hook).raise_for_status()
        states: list[str] = []
        for passed_s in (16, 90):
            clock.now_s += passed_s
            before = len(listener.received)
            until(lambda before=before: len(listener.received) > before, "no webhook arrives")
            tracking = listener.bodies("/pod")[-1]["event"]["tracking"]
            states.append(tracking["tracking_status"])
        shown = swiftpod.get(f"/orders/{printed['id']}").json()
    assert states == ["in_transit", "delivered"]
    assert len({body["event"]["uuid"] for body in listener.bodies("/pod")}) == 2
    expected = [{"order_item_id": line["order_item_id"], "quantity": line["quantity"]} for line in shown["line_items"]]
    assert tracking["shipped_items"] == shown["trackings"][0]["shipped_items"] == expected
    assert (shown["status"], shown["trackings"][0]["status"]) == ("shipped", "delivered")


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/hook",
        "http://localhost.example/hook",
        "http://127.0.0.1@192.0.2.1/hook",
        "https://127.0.0.1/hook",
        "http://0.0.0.0:{port}/hook",
        "http://[::ffff:192.0.2.1]/hook",
        "http://127.0.0.1:99999/hook",
    ],
)
def test_no_webhook_goes_to_another_computer(
    shipengine: httpx.Client, clock: Clock, notification: SimulatorServer, listener: Listener, url: str
) -> None:
    register(shipengine, url.replace("{port}", listener.url.rpartition(":")[2]))
    ship(shipengine)
    clock.now_s += 200
    until(lambda: bool(posted(notification)), "it was not tried")
    assert (posted(notification), listener.received) == (
        [{"vendor": "shipengine", "about": "API_TRACK", "status": None}],
        [],
    )


def test_a_rejected_webhook_is_sent_three_times(
    shipengine: httpx.Client, clock: Clock, notification: SimulatorServer, listener: Listener
) -> None:
    listener.status = 503
    register(shipengine, f"{listener.url}/hook")
    ship(shipengine)
    clock.now_s += 6
    until(lambda: len(posted(notification)) == 3, "it is not told again")
    listener.status = 200
    clock.now_s += 20
    until(lambda: len(posted(notification)) == 4, "the next step is not told")
    assert [row["status"] for row in posted(notification)] == [503, 503, 503, 200]


def test_webhooks_can_be_switched_off_and_on(
    shipengine: httpx.Client, clock: Clock, notification: SimulatorServer, listener: Listener
) -> None:
    def switch(on: object) -> httpx.Response:
        return local_http.post(f"{notification.url}/_simulator/webhooks", json={"on": on})

    register(shipengine, f"{listener.url}/hook")
    assert switch(False).json() == {"on": False}
    ship(shipengine)
    clock.now_s += 6
    assert (listener.received, posted(notification)) == ([], [])
    assert switch(True).json() == {"on": True}
    until(lambda: bool(listener.received), "no webhook arrives")
    assert switch("yes").status_code == 400
    # Of a package that is not to be followed any more nothing is told.
    query = {"carrier_code": "usps", "tracking_number": NUMBER}
    shipengine.post("/v1/tracking/stop", params=query).raise_for_status()
    ship(shipengine, "9400111206206406260787", 1)
    clock.now_s += 20
    until(lambda: len(listener.received) == 2, "no webhook arrives")
    assert listener.bodies("/hook")[1]["data"]["tracking_number"] == "9400111206206406260787"


def test_simulated_platforms_of_tests_send_nothing(simulator: SimulatorServer) -> None:
    assert local_http.get(f"{simulator.url}/_simulator/webhooks").json() == {"on": False, "posted": []}


def test_an_order_can_be_added_to_every_platform(simulator: SimulatorServer) -> None:
    items = [{"id": "28002-A-001", "sku": "SHIRT", "quantity": 3}]
    added = local_http.post(f"{simulator.url}/_simulator/orders", json={"number": "28002-A", "items": items})
    assert added.status_code == 201
    state = local_http.get(f"{simulator.url}/_simulator/state").json()
    assert sum(row["external_order_number"] == "28002-A" for row in state["shipengine"]["sales_orders"]) == 1
    assert sum(row["order_number"] == "28002-A" for row in state["starshipit"]) == 1
    assert "28002-A" in json.dumps(state["shipup"])
    for wrong in ({}, {"number": "1"}, {"number": "1", "items": [{"id": "1", "sku": "A", "quantity": 0}]}, []):
        assert local_http.post(f"{simulator.url}/_simulator/orders", json=wrong).status_code == 400
