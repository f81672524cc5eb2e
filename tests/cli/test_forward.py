"""forwarding and forward-review, and tracking events in `order`."""

import json
from pathlib import Path

import pytest

from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program
from tests.support.bench import SECRETS

NUMBER = "9400100109361129278357"


@pytest.fixture(scope="module")
def warehouse(program: Program, shop: SimulatorServer, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A profile of its own, with ShipEngine connected and synced, and SwiftPOD connected without a key."""
    made = program.on(tmp_path_factory.mktemp("passing") / "profile")
    key = SECRETS["shipengine"]["api_key"]
    made.done(
        "connect", "shipengine", "--name", "ShipEngine", "--url", f"{shop.url}/shipengine", "--secret", "api_key",
        typed=f"{key}\n",
    )  # fmt: skip
    made.done("connect", "swiftpod", "--name", "Pod", "--url", f"{shop.url}/swiftpod")
    made.done("sync", "--connection", "ShipEngine")
    return made


def came(program: Program, folder: Path, connection: str, body: object) -> None:
    """Bring a saved webhook in and work it off."""
    saved = folder / "saved.json"
    saved.write_text(json.dumps(body))
    new = program.done("import-webhook-event", str(saved), "--connection", connection).out
    program.done("reprocess", new.split()[0])


def test_a_package_under_review_is_forwarded_once_accepted(warehouse: Program, tmp_path: Path) -> None:
    rule = {"from": "Pod", "to": ["ShipEngine"], "mode": "review"}
    assert warehouse.json("forwarding", "--from", "Pod", "--to", "ShipEngine") == [rule]
    package = {"tracking_number": NUMBER, "shipped_items": [{"order_item_id": "A", "quantity": 3}]}
    order = {
        "id": 5,
        "order_id": "10001",
        "status": "shipped",
        "address": {"name": "John Smith", "zip": "2000", "country": "AU"},
        "line_items": [{"id": 1, "order_item_id": "A", "sku": "MOBILE-CASE-BLK", "quantity": 3}],
        "trackings": [{**package, "status": "in_transit", "carrier": "USPS"}],
    }
    event = {"uuid": "1", "name": "shipment_notify", "tracking": {**package, "tracking_status": "in_transit"}}
    came(warehouse, tmp_path, "Pod", {"event": event, "data": order})
    (review,) = warehouse.json("forward-review")
    assert (review["order"], review["tracking_number"], review["state"]) == ("10001", NUMBER, "proposed")
    assert review["items"] == [{"id": "A", "quantity": 3}]
    (accepted,) = warehouse.json("forward-review", "--accept", str(review["id"]))
    assert accepted["state"] == "shipped"
    again, unknown, wrong, listed = warehouse.run_together(
        [
            ("forward-review", "--accept", str(review["id"])),
            ("forward-review", "--decline", "99"),
            ("forwarding", "--from", "Pod", "--to", "ShipEngine", "--mode", "always"),
            ("forwarding",),
        ]
    )
    assert (again.code, unknown.code, wrong.code) == (2, 2, 2)
    assert listed.out == "Pod  review  ShipEngine\n"
    (shipment,) = warehouse.json("order", "10001")["shipments"]
    assert shipment["packages"][0]["lines"] == [{"sku": "MOBILE-CASE-BLK", "quantity": 3}]


def test_an_order_shows_tracking_events_from_webhooks(warehouse: Program, tmp_path: Path) -> None:
    number = "9405511899223197428490"
    warehouse.done("ship", "10002", "--all-left", "--tracking", number)
    event = {
        "occurred_at": "2026-11-20T12:00:00Z",
        "description": "Held",
        "event_description": "HELD AT CUSTOMS",
        "status_code": "EX",
        "latitude": 37.86,
        "longitude": -84.66,
    }
    data = {"tracking_number": number, "status_code": "EX", "estimated_delivery_date": "2026-11-24", "events": [event]}
    came(warehouse, tmp_path, "ShipEngine", {"resource_type": "API_TRACK", "resource_url": "", "data": data})
    (track,) = warehouse.json("order", "10002")["tracks"]
    assert (track["status"], track["expected"], len(track["events"])) == ("exception", "2026-11-24", 2)
    (held,) = [event for event in track["events"] if event["message"] == "Held"]
    assert (held["platform_text"], held["latitude"], held["longitude"]) == ("HELD AT CUSTOMS", 37.86, -84.66)
