"""Post every published webhook over HTTP as it is: the window and `order --json` show its content.

The program runs as in a warehouse: with its receiver, ShipEngine's signed webhooks, and platforms that respond.
"""

import asyncio
import http.server
import json
import os
import socket
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.importing import import_orders
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer, running_simulator
from shipconsole.simulator.shipengine_objects import BATCH_ID, CARRIER_ID, RATE_ID, SHIPMENT_ID
from tests.cli.program import Program
from tests.operations.pod import Pod, running_pod
from tests.receiver.senders import Signer, answer, connect, post
from tests.support import local_http
from tests.support.bench import NAMES, SECRETS, connect_all, draft_of, open_context
from tests.support.secret_service import running_bus
from tests.support.walk import REAL_WINDOW, Screen, Walk
from tests.support.xvfb import Display
from tests.vendors.examples import sample

HOST = "https://api.shipengine.com"
TRACK = sample("shipengine/samples/webhooks/track.json")
IMPORTED = sample("shipengine/samples/webhooks/sales_orders_imported.json")
SHIPMENT = sample("swiftpod/samples/shipment_notify/webhook.json")
DISPATCHED = sample("starshipit/samples/tracking_webhook/dispatched.json")
TEST_REQUEST = sample("shipup/samples/webhooks/trial.json")
MAIN = ("MainWindow", REAL_WINDOW)
DELIVERIES = ("webhook_events_dialog", "^Webhook events$")
STATES = {
    "10002": ("EX", "exception", "Exception"),
    "10003": ("DE", "delivered", "Delivered"),
    "10004": ("SP", "collection_point", "Collection point"),
    "10005": ("AT", "attempted", "Delivery attempt"),
    "10006": ("AC", "accepted", "Accepted"),
    "10008": ("NY", "not_yet", "Not yet in system"),
    "10009": ("ZZ", "announced", "Something new"),
}
"""The state of each order's package: the platform's code, our status, and the platform's description.

For an unknown state, its description is shown beside the last known status.
"""


def usps(position: int) -> str:
    """Return a USPS tracking number with its check digit."""
    digits = f"94001112983702644{position:04d}"
    weighted = sum(int(digit) * (3, 1)[index % 2] for index, digit in enumerate(reversed(digits)))
    return f"{digits}{-weighted % 10}"


NUMBERS = {order: usps(index) for index, order in enumerate(STATES)}


def local_time(moment: datetime) -> str:
    """Return a time as the carrier's local time, without a zone."""
    return (moment - timedelta(hours=6)).replace(tzinfo=None).isoformat(timespec="seconds")


def tracked(order: str) -> bytes:
    """Return a tracking event of an order's package with every attribute that the platform documents."""
    code, _, description = STATES[order]
    now = datetime.now(UTC)
    accepted_at = now - timedelta(seconds=2)
    happened = {
        "occurred_at": now.isoformat(),
        "carrier_occurred_at": local_time(now),
        "description": description,
        "city_locality": "AUSTIN",
        "state_province": "TX",
        "postal_code": "78756",
        "country_code": "US",
        "company_name": "Warehouse",
        "signer": "J SMITH",
        "event_code": "01",
        "event_description": f"{description}, as the carrier puts it",
        "carrier_detail_code": "OF",
        "status_code": code,
        "latitude": 30.3072,
        "longitude": -97.7419,
    }
    earlier = {
        **happened,
        "occurred_at": accepted_at.isoformat(),
        "carrier_occurred_at": local_time(accepted_at),
        "description": "Accepted at the post office",
        "event_description": "Accepted at the post office",
        "city_locality": "VERSAILLES",
        "state_province": "KY",
        "status_code": "AC",
        "latitude": 37.8614,
        "longitude": -84.6646,
    }
    data = {
        "label_url": f"{HOST}/v1/downloads/1/label.pdf",
        "tracking_number": NUMBERS[order],
        "status_code": code,
        "carrier_detail_code": "OF",
        "status_description": description,
        "carrier_status_code": "01",
        "carrier_status_description": f"{description}, as the carrier puts it",
        "ship_date": "2026-11-19T15:00:00Z",
        "estimated_delivery_date": "2099-11-24T00:00:00Z",
        "actual_delivery_date": "2026-11-20T15:09:00Z" if code == "DE" else None,
        "exception_description": "Address not found" if code == "EX" else None,
        "events": [happened, earlier],
    }
    return json.dumps(event("API_TRACK", "/v1/tracking", data=data)).encode()


def event(kind: str, path: str, **more: Any) -> dict[str, Any]:
    return {"resource_url": f"{HOST}{path}", "resource_type": kind, **more}


@dataclass
class Warehouse:
    """The running program, its platforms, and each connection's webhook URL."""

    walk: Walk
    program: Program
    simulator: SimulatorServer
    pod: Pod
    signer: Signer
    url: str
    paths: Mapping[str, str]

    def post(self, name: str, body: bytes) -> bytes:
        """Post a webhook as its platform does, and return the response, which must be 200."""
        signed = self.signer.headers(body) if name == "ShipEngine" else ()
        with connect(self.url) as connection:
            connection.sendall(post(self.paths[name], body, *signed))
            response = answer(connection)
        assert response.startswith(b"HTTP/1.1 200 OK\r\n"), response
        return response

    def order(self, number: str) -> dict[str, Any]:
        """Return an order as the command line shows it."""
        return self.program.json("order", number)

    def track(self, number: str, tracking_number: str) -> dict[str, Any]:
        """Return the tracking of one package of an order."""
        return next(track for track in self.order(number)["tracks"] if track["tracking_number"] == tracking_number)

    def until_done(self) -> list[dict[str, Any]]:
        """Wait until every webhook event is processed, and return the events, oldest first."""

        def is_done(_: Screen) -> bool:
            found[:] = self.program.json("webhook-events")
            return all(event["state"] != "new" for event in found)

        found: list[dict[str, Any]] = []
        self.walk.until(is_done, "not every event is processed")
        return found[::-1]


@contextmanager
def front(behind: str, signer: Signer) -> Generator[str]:
    """Serve ShipEngine's public keys, and forward everything else to the simulated platform; yield the address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def relay(self) -> None:
            if self.path == "/jwks":
                status, kind, body = 200, "application/json", json.dumps({"keys": [signer.public()]}).encode()
            else:
                sent = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                try:
                    response = local_http.request(self.command, f"{behind}{self.path}", headers=headers, content=sent)
                except httpx.TransportError:
                    # A dropped connection there is dropped here too.
                    return
                status, kind = response.status_code, response.headers.get("content-type", "")
                body = response.content
            self.send_response(status)
            if status != 204:
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = relay  # noqa: N815 - names that the library calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            """Print nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def pack(folder: Path, urls: Mapping[str, str]) -> None:
    """Sync orders and ship packages of some of them, before the window opens."""
    async with open_context(folder) as ctx:
        await connect_all(ctx, urls["simulator"])
        await connections.connect(ctx, "shipengine", "ShipEngine", url=urls["front"], secrets=SECRETS["shipengine"])
        await import_orders.sync(ctx, await connections.every(ctx))
        packages = {**NUMBERS, "10001": json.loads(TRACK)["data"]["tracking_number"]}
        for number, tracking_number in packages.items():
            order_id, draft = await draft_of(ctx, number, None, tracking_number)
            await ship.ship(ctx, order_id, draft, ["Shipup"])
        await worker.flush(ctx, until_empty=True)


@pytest.fixture
def warehouse(display: Display, tmp_path: Path) -> Generator[Warehouse]:
    """Yield a warehouse with packages in transit, an open window, and a running receiver."""
    signer = Signer.make("key-1")
    folder = tmp_path / "profile"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    # TEXT_SCALE=1.5 makes pictures with large text.
    scale = f"text_scale = {float(os.environ.get('TEXT_SCALE', '1'))}\n"
    (folder / "settings.toml").write_text(
        f'receiver = true\nreceiver_port = {port}\nstation_name = "Station 3"\n{scale}'
    )
    with (
        running_simulator() as simulator,
        front(f"{simulator.url}/shipengine", signer) as front_url,
        running_pod() as pod,
        running_bus() as keyring,
    ):
        keyring.start()
        urls = {"simulator": simulator.url, "front": front_url, "pod": pod.url}
        asyncio.run(pack(folder, urls))
        program = Program(folder, keyring.env)
        known = [(vendor, NAMES[vendor], {**SECRETS[vendor]}) for vendor in NAMES]
        for vendor, name, secrets in [*known, ("swiftpod", "SwiftPOD", {"api_key": "k"})]:
            url = {"shipengine": front_url, "swiftpod": pod.url}.get(vendor, f"{simulator.url}/{vendor}")
            fields = [word for field in secrets for word in ("--secret", field)]
            typed = "".join(f"{key}\n" for key in secrets.values())
            program.done("connect", vendor, "--name", name, "--url", url, *fields, typed=typed)
        paths = {found["name"]: found["webhook_path"] for found in program.json("connections")}
        walk = Walk(display, tmp_path, profile=folder, env=keyring.variables)
        walk.url = simulator.url
        try:
            walk.until(lambda screen: screen.shows(text("order_list.count", count=16)), "no orders were synced")
            yield Warehouse(walk, program, simulator, pod, signer, f"http://127.0.0.1:{port}", paths)
        finally:
            ended = walk.stop()
        assert ended == (0, "")


def own_order() -> bytes:
    """Return the published import event with the order that SwiftPOD ships."""
    body = json.loads(IMPORTED)
    (order,) = body["data"]
    item = order["sales_order_items"][0]
    item["sales_order_item_id"] = "f4a9a0a5-6b9e-4a0c-a3be-2f0e1f3f0002"
    item["external_order_item_id"] = "196953049"
    item["line_item_details"] |= {"name": "T-shirt, printed", "sku": "UNPT1B00M"}
    item["quantity"] = 1
    ids = {"sales_order_id": "2078df3c-e56a-4a41-8caa-6cbe0ef4ed5d", "external_order_id": "28002-A"}
    order |= {**ids, "external_order_number": "28002-A"}
    return json.dumps(body).encode()


def drop_response(warehouse: Warehouse, number: str) -> int:
    """Return ShipEngine of an order so that its answer is lost, and keep it from saying how far its shops are."""
    warehouse.program.done("connect", "shipengine", "--name", "ShipEngine", "--option", "settle_delay_s=5")
    warehouse.walk.fault(vendor="shipengine", call="notify_shipped", kind="drop_after", times=1)
    warehouse.walk.fault(vendor="shipengine", call="get_order_source", kind="503", times=1_000)
    warehouse.program.run("ship", number, "--all-left", "--tracking", usps(900), "--to", "ShipEngine")


def update_state(warehouse: Warehouse, number: str) -> str:
    """Return the state of the only update of an order."""
    (state,) = [call["state"] for shipment in warehouse.order(number)["shipments"] for call in shipment["calls"]]
    return state


def store_of(warehouse: Warehouse, number: str) -> tuple[str, str]:
    """Return the ID and name of the store that an order comes from."""
    headers = {"API-Key": SECRETS["shipengine"]["api_key"]}
    parameters = {"external_order_number": number}
    found = local_http.get(
        f"{warehouse.simulator.url}/shipengine/v-beta/sales_orders", params=parameters, headers=headers
    ).json()
    store = found["sales_orders"][0]["order_source"]
    return store["order_source_id"], store["order_source_nickname"]


@pytest.mark.heavy
def test_every_published_webhook_is_shown_with_its_content(warehouse: Warehouse) -> None:
    walk, program = warehouse.walk, warehouse.program
    walk.keyboard.resize(REAL_WINDOW, 1280, 800)
    drop_response(warehouse, "10010")
    walk.until(lambda _: update_state(warehouse, "10010") == "unknown", "no response is missing")

    # Imported orders appear in the list.
    warehouse.post("ShipEngine", IMPORTED)
    warehouse.post("ShipEngine", own_order())
    walk.until_shown("900001")
    expected = {"sku": "A", "description": "Thing A", "ordered": 2, "cancelled": 0, "shipped": 0, "left": 2}
    assert [{key: line[key] for key in expected} for line in warehouse.order("900001")["lines"]] == [expected]
    walk.open_order("900001", "3800 N Lamar Blvd.")
    walk.read_screen(pictures="webhook-imported")

    # Packages in every known state and in an unknown one.
    warehouse.post("ShipEngine", TRACK)
    for number in STATES:
        warehouse.post("ShipEngine", tracked(number))
    warehouse.until_done()
    number = json.loads(TRACK)["data"]["tracking_number"]
    track = warehouse.track("10001", number)
    assert (track["status"], track["expected"]) == ("in_transit", "2020-07-06T00:00:00")
    assert [event["message"] for event in track["events"]][-2:] == [
        "In Transit, Arriving On Time",
        "Shipment Received, Package Acceptance Pending",
    ]
    for order, (_, status, description) in STATES.items():
        track = warehouse.track(order, NUMBERS[order])
        assert track["status"] == status
        assert (track["events"][0]["message"], track["events"][0]["location"]) == (description, "AUSTIN TX US"), order
        assert f"{description}, as the carrier puts it" in [
            *track["platform_texts"],
            *(event["platform_text"] for event in track["events"]),
        ]
        assert {(event["latitude"], event["longitude"]) for event in track["events"]} >= {(30.3072, -97.7419)}
    assert warehouse.track("10003", NUMBERS["10003"])["delivered"] == "2026-11-20T15:09:00Z"
    assert "Address not found" in warehouse.track("10002", NUMBERS["10002"])["platform_texts"]
    walk.open_order("10002", "Via Torino 8")
    walk.show_tab("tracking")
    walk.until_shown(text("tracking_state.exception"))
    walk.read_screen(pictures="webhook-exception")
    walk.open_order("10001", "20 George Street")
    walk.until_shown(text("track_panel.overdue", state=text("tracking_state.in_transit")))
    walk.read_screen(pictures="webhook-late")
    walk.open_order("10003", "大阪市")
    walk.until_shown(text("tracking_state.delivered"))
    walk.read_screen(pictures="webhook-delivered")

    # The end of a store's refresh resolves the update without a response.
    assert update_state(warehouse, "10010") == "unknown"
    local_http.delete(f"{walk.url}/_simulator/faults").raise_for_status()
    store_id, store = store_of(warehouse, "10010")
    refreshed = event("API_ORDER_SOURCE_REFRESH_COMPLETE", f"/v-beta/order_sources/{store_id}")
    warehouse.post("ShipEngine", json.dumps(refreshed).encode())
    walk.until(lambda _: update_state(warehouse, "10010") == "confirmed", "the refresh resolves nothing")
    walk.show_tab("activity")
    walk.until_shown(text("webhook.store_read", store=store))
    (sent,) = walk.effects("shipengine")
    assert sent["body"]["tracking_number"] == usps(900)

    # A batch, rates, a rate, a carrier, and a report are queried by their IDs and shown in the activity.
    for kind, path, shown in (
        (
            "API_BATCH",
            f"/v1/batches/{BATCH_ID}",
            f"Batch {BATCH_ID}: no. 10128, completed with errors, 2 of 3 done, 1 with errors",
        ),
        (
            "API_RATE",
            f"/v1/shipments/{SHIPMENT_ID}/rates",
            f"Rates of shipment {SHIPMENT_ID}: 2 rates, the lowest 3.35 USD by USPS First Class Mail",
        ),
        ("API_RATE", f"/v1/rates/{RATE_ID}", f"Rate {RATE_ID}: 7.75 USD by USPS Priority Mail"),
        (
            "API_CARRIER_CONNECTED",
            f"/v1/carriers/{CARRIER_ID}",
            f"Carrier {CARRIER_ID}: Stamps.com · Account of the warehouse, connected",
        ),
        ("API_REPORT_COMPLETE", "/v1/reports/se-1", "Report se-1: completed"),
    ):
        warehouse.post("ShipEngine", json.dumps(event(kind, path)).encode())
        walk.until_shown(shown)
    walk.read_screen(pictures="webhook-activity")

    # SwiftPOD's shipment, with its contradictions.
    warehouse.pod.orders["2"] = json.loads(SHIPMENT)["data"]
    assert warehouse.post("SwiftPOD", SHIPMENT).partition(b"\r\n\r\n")[2] == b"{}"
    last = warehouse.until_done()[-1]
    first, second = (tracking["tracking_number"] for tracking in json.loads(SHIPMENT)["data"]["trackings"])
    assert (last["state"], last["verified"]) == ("processed", None)
    for shown in (
        f"28002-A, {first}: Delivered.",
        f"{first}: 28002-A-001 is not an item of ",
        text("swiftpod.other_package", number=second),
        text("tracking.wrong_check_digit_of", number=second),
    ):
        assert shown in last["message"], last["message"]
    assert warehouse.pod.asked == ["/orders/2"]
    tracks = [warehouse.track("28002-A", number) for number in (first, second)]
    assert [track["status"] for track in tracks] == ["delivered", "delivered"]
    contents = [[(item["item"], item["quantity"]) for item in track["items"]] for track in tracks]
    assert contents == [[("28002-A-001", 3)], [("28002-A-002", 1), ("28002-A-003", 2)]]
    walk.open_order("28002-A", "3800 N Lamar Blvd.")
    walk.show_tab("tracking")
    walk.until_shown("1 × 28002-A-002, 2 × 28002-A-003")
    walk.until_shown(text("remark.shipped_there_as", name="SwiftPOD", status="shipped", count=2).partition(",")[0])
    walk.until_shown(text("tracking_state.delivered"))
    walk.read_screen(pictures="webhook-shipment")

    # Starshipit's and Shipup's.
    address = ("--name", "John Smith", "--street", "20 George Street", "--city", "Sydney", "--country", "Australia")
    program.done("create-order", "5567476", "--item", "A=1", *address, "--to", "Starshipit", "--wait", "20")
    number = "QQQ001737901000931501"
    program.done("ship", "5567476", "--all-left", "--tracking", number, "--to", "Starshipit", "--wait", "20")
    warehouse.post("Starshipit", DISPATCHED)
    warehouse.post("Shipup", TEST_REQUEST)
    events = warehouse.until_done()
    assert events[-1]["message"] == text("shipup.test_event")
    # The event is not signed, so only the result of the query to Starshipit counts.
    track = warehouse.track("5567476", number)
    assert (track["status"], track["message"]) == ("not_yet", text("tracking.label_printed"))
    walk.open_order("5567476", "20 George Street")
    walk.until_shown(text("tracking_state.not_yet"))
    walk.until_shown(text("tracking.label_printed").rstrip("."))
    walk.read_screen(pictures="webhook-starshipit")

    # All of them are listed under Webhook events, with their bodies as received.
    walk.choose("F10", "webhook_events")
    walk.enter(*DELIVERIES)
    walk.until_shown(text("shipup.test_event"))
    walk.until_shown('"livemode": "false"')
    walk.read_screen(pictures="webhook-events")
    walk.keyboard.press("End")
    walk.until_shown('"external_order_number": "900001"')
    walk.until_shown(text("webhook_events.verified"))
    walk.read_screen(pictures="webhook-events-signed")
    assert len(events) == len(STATES) + 2 + 1 + 1 + 5 + 3
    assert {event["state"] for event in events[:-1]} == {"processed"}
