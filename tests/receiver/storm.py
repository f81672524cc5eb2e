"""A storm: webhook events about some orders over a week, every kind, in the sequence in which they happened.

Each package is reported several times, each time with all events so far; some reports lack what an earlier one had, or
contain the state alone. Some events arrive before their orders.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

HOST = "https://api.shipengine.com"
FIRST = datetime(2026, 11, 16, 8, tzinfo=UTC)
SKUS = ("MUG-WHITE", "POSTER-A2", "SHIRT-M")
COURSES = (
    ("AC", "IT", "IT", "DE"),
    ("AC", "IT", "EX", "IT", "DE"),
    ("NY", "AC", "IT", "EX"),
    ("AC", "IT", "AT", "DE", "EX"),
)
STATES = ("pre_transit", "in_transit", "delivered")

Document = dict[str, Any]


@dataclass
class Storm:
    """Events by connection, and the orders as the print-on-demand platform returns them."""

    events: list[tuple[str, bytes]] = field(default_factory=list)
    orders: dict[str, Document] = field(default_factory=dict)

    def shuffled(self, chance: Random, duplicates: float = 0.3) -> list[tuple[str, bytes]]:
        """Return all events in random sequence, with this share of duplicates."""
        count = round(len(self.events) * duplicates / (1 - duplicates))
        shuffled = self.events + chance.choices(self.events, k=count)
        chance.shuffle(shuffled)
        return shuffled


def storm(count: int, chance: Random, *, printed_every: int = 1) -> Storm:
    """Return a storm of so many events, each once; SwiftPOD reports every n-th order as well."""
    result = Storm()
    moments: list[tuple[datetime, str, Document]] = []
    number = 0
    while len(moments) < count:
        number += 1
        at = FIRST + timedelta(minutes=7 * number)
        moments += _imported(number, at)
        moments += _package_events(number, at, chance)
        if number % printed_every == 0:
            moments += _printed(result, number, at, is_shown=number // printed_every % 3 > 0)
        moments += _rest(number, at)
    moments.sort(key=lambda moment: moment[0])
    result.events = [(connection, json.dumps(body).encode()) for _, connection, body in moments[:count]]
    return result


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _imported(number: int, at: datetime) -> list[tuple[datetime, str, Document]]:
    """Yield an order as ShipEngine imports it, and again after its address changed."""
    found: list[tuple[datetime, str, Document]] = []
    for change, street in enumerate(("20 George Street", "4736 Phillips Rice Rd")):
        changed = at + timedelta(hours=change)
        items = [
            {"sales_order_item_id": f"{number}-{sku}", "quantity": 2, "line_item_details": {"sku": sku, "name": sku}}
            for sku in SKUS
        ]
        order = {
            "sales_order_id": f"so-{number}",
            "external_order_number": f"S-{number}",
            "modified_at": _text(changed),
            "ship_to": {"name": "John Smith", "address_line1": street, "city_locality": "Sydney", "country_code": "AU"},
            "sales_order_items": items,
        }
        body = {"resource_type": "API_SALES_ORDERS_IMPORTED", "resource_url": f"{HOST}/v-beta/sales_orders"}
        found.append((changed, "ShipEngine", {**body, "data": [order]}))
    return found


def _package_events(number: int, at: datetime, chance: Random) -> list[tuple[datetime, str, Document]]:
    """Yield ShipEngine's events of a package."""
    tracking_number = f"94001001093611{number:08d}"
    found: list[tuple[datetime, str, Document]] = []
    events: list[Document] = []
    for step, code in enumerate(chance.choice(COURSES)):
        moment = at + timedelta(hours=6 * step)
        events = [
            {
                "occurred_at": _text(moment),
                "description": f"Scan {code}",
                "status_code": code,
                "city_locality": "Paris",
            },
            *events,
        ]
        data: Document = {"tracking_number": tracking_number, "status_code": code, "events": events}
        if step != 2:
            data["estimated_delivery_date"] = _text(at + timedelta(days=2, hours=step))
        if step == 0:
            data["carrier_code"] = "usps"
        if code == "DE":
            data["actual_delivery_date"] = _text(moment)
        if code == "IT" and number % 5 == 0:
            data["events"] = []
        body = {"resource_type": "API_TRACK", "resource_url": f"{HOST}/v1/tracking?tracking_number={tracking_number}"}
        found.append((moment, "ShipEngine", {**body, "data": data}))
    return found


def _printed(result: Storm, number: int, at: datetime, *, is_shown: bool) -> list[tuple[datetime, str, Document]]:
    """Yield SwiftPOD's events of two packages of the order, which it returns on request or does not."""
    found: list[tuple[datetime, str, Document]] = []
    packages = [f"92001902551{number:09d}{package}9" for package in (1, 2)]
    order: Document = {}
    statuses = dict.fromkeys(packages, "")
    for step, status in enumerate(STATES):
        for position, current in enumerate(packages):
            moment = at + timedelta(hours=2 + 8 * step + position)
            statuses[current] = status
            trackings = [
                _tracking(number, package, statuses[package], position)
                for position, package in enumerate(packages)
                if statuses[package]
            ]
            order = {
                "id": number,
                "order_id": f"S-{number}",
                "test_order": number % 20 == 0,
                "updated_at": _text(moment),
                "status": "shipped",
                "address": {"name": "John Smith", "city": "Sydney", "country": "AU"},
                "line_items": [
                    {"id": n, "sku": sku, "quantity": 2, "order_item_id": f"{number}-{sku}"}
                    for n, sku in enumerate(SKUS)
                ],
                "trackings": trackings,
            }
            about = {key: value for key, value in trackings[-1].items() if key not in ("status", "carrier")}
            about |= {"tracking_number": current, "tracking_status": status, "carrier_code": "USPS"}
            about["shipped_items"] = _packed(number, position)
            event = {"uuid": f"u-{number}-{step}-{position}", "name": "shipment_notify", "timestamp": _text(moment)}
            found.append((moment, "Pod", {"event": {**event, "tracking": about}, "data": order}))
    if is_shown:
        result.orders[str(number)] = order
    return found


def _tracking(number: int, tracking_number: str, status: str, position: int) -> Document:
    trackings: Document = {"tracking_number": tracking_number, "carrier": "USPS", "status": status}
    return {**trackings, "shipped_items": _packed(number, position)}


def _packed(number: int, position: int) -> list[Document]:
    return [{"order_item_id": f"{number}-{SKUS[position]}", "quantity": 2}]


def _rest(number: int, at: datetime) -> list[tuple[datetime, str, Document]]:
    """Yield events about no package, one of them of an unknown kind."""
    kinds = (
        ("API_BATCH", f"/v1/batches/se-{number}"),
        ("API_RATE", f"/v1/shipments/se-{number}/rates"),
        ("API_CARRIER_CONNECTED", f"/v1/carriers/se-{number}"),
        ("API_REPORT_COMPLETE", f"/v1/reports/se-{number}"),
        ("API_ORDER_SOURCE_REFRESH_COMPLETE", f"/v-beta/order_sources/{number}"),
        ("API_ODD", f"/v1/odd/{number}"),
    )
    kind, path = kinds[number % len(kinds)]
    return [(at, "ShipEngine", {"resource_type": kind, "resource_url": f"{HOST}{path}"})]
