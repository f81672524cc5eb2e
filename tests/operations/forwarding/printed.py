"""The published webhook of a shipment that was printed elsewhere, and the shop's order that it is about.

Source: SwiftPOD, Webhook Notification - Tracking Number Example (read November 2026). What it ships stands under the
shop's ids of the items, and the one item that SwiftPOD lists is none of them.
"""

import json
from pathlib import Path
from typing import Any

from shipconsole import simulator
from shipconsole.domain.connection import Connection
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from tests.support import local_http

BODY = (Path(__file__).parents[2] / "vendors/swiftpod/samples/shipment_notify/webhook.json").read_bytes()
NUMBER = "28002-A"
FIRST, SECOND = "9400100109361129278357", "9400100109361129278358"
ORDERED = {"SHIRT": 4, "MUG": 1, "POSTER": 2, "CARD": 1}
SHOP_IDS = {"SHIRT": "28002-A-001", "MUG": "28002-A-002", "POSTER": "28002-A-003", "CARD": "28002-A-004"}
PARTS = {FIRST: {"SHIRT": 3}, SECOND: {"MUG": 1, "POSTER": 2}}
"""What the webhook says is in each package."""

Document = dict[str, Any]
Parts = dict[str, dict[str, int]]


def put_order(url: str, suffix: str = "") -> None:
    """Have the shops know the order, and SwiftPOD its own of the same number, as it stands in the webhook.

    With a suffix it is another order: its number, its items and its packages end with that.
    """
    items = [{"id": SHOP_IDS[sku] + suffix, "sku": sku, "quantity": quantity} for sku, quantity in ORDERED.items()]
    order = {"number": NUMBER + suffix, "items": items}
    local_http.post(f"{url}/_simulator/orders", json=order).raise_for_status()
    put_printed(url, webhook(suffix)["data"])


def put_printed(url: str, order: Document) -> None:
    """Have SwiftPOD know an order just so."""
    local_http.post(f"{url}/_simulator/orders", json={"swiftpod": order}).raise_for_status()


def webhook(suffix: str = "", *, uuid: str = "") -> Document:
    """The webhook, or the one of another order; another uuid makes it another event."""
    body: Document = json.loads(BODY)
    body["event"]["uuid"] = uuid or body["event"]["uuid"] + suffix
    order = body["data"]
    order["order_id"] += suffix
    order["id"] = int(f"{order['id']}{suffix.lstrip('-')}")
    for tracking in (body["event"]["tracking"], *order["trackings"]):
        tracking["tracking_number"] += suffix
        for item in tracking["shipped_items"]:
            item["order_item_id"] += suffix
    return body


async def connect_printer(ctx: Context, url: str) -> Connection:
    """A connection to the practice SwiftPOD."""
    key = {"api_key": simulator.SWIFTPOD_API_KEY}
    return await connections.connect(ctx, "swiftpod", "SwiftPOD", url=f"{url}/swiftpod", secrets=key)


def held(url: str, number: str = NUMBER) -> dict[str, list[tuple[str, dict[str, int]]]]:
    """What each simulated platform holds of an order: its packages with their units by SKU, in the order of their
    numbers.

    Starshipit does not receive what is in a package.
    """
    suffix = number.removeprefix(NUMBER)
    state = local_http.get(f"{url}/_simulator/state", timeout=60).json()
    skus = {f"{id_}{suffix}": sku for sku, id_ in SHOP_IDS.items()}
    notifications = [
        entry for entry in state["shipengine"]["notifications"] if entry["external_order_number"] == number
    ]
    (starshipit,) = [entry for entry in state["starshipit"] if entry["order_number"] == number]
    (shipup,) = [entry for entry in state["shipup"] if entry["merchant_id"] == number]
    trackers = [tracker for entry in shipup["fulfillments"]["data"] for tracker in entry["trackers"]["data"]]
    return {
        "shipengine": sorted(
            (one["tracking_number"], {skus[id_]: count for id_, count in one["items"].items()}) for one in notifications
        ),
        "starshipit": sorted(
            (package["tracking_number"], {}) for package in starshipit["packages"] if package.get("tracking_number")
        ),
        "shipup": sorted(
            (entry["tracking_number"], {item["sku"]: item["shipped_quantity"] for item in entry["line_items"]["data"]})
            for entry in trackers
        ),
    }
