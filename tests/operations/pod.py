"""A print-on-demand platform of the tests' own: a real server with the orders of a test, and its webhooks."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from shipconsole.domain.connection import Connection
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.store import webhook_events
from shipconsole.vendors.catalog import VENDORS

Document = dict[str, Any]


class Pod:
    """The platform: `orders` by the id under which each is asked for, `asked` the paths that were."""

    def __init__(self) -> None:
        """Begin without orders."""
        self.orders: dict[str, Document] = {}
        self.asked: list[str] = []
        self.url = ""


@contextmanager
def running_pod() -> Generator[Pod]:
    """The platform on a free port of this computer."""
    pod = Pod()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pod.asked.append(self.path)
            is_list = self.path.startswith("/orders?")
            page = {"current_page": 1, "data": list(pod.orders.values())}
            found = page if is_list else pod.orders.get(self.path.removeprefix("/orders/"))
            body = json.dumps(found or {"status": False, "message": "There is none."}).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    pod.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield pod
    finally:
        server.shutdown()
        server.server_close()


def order_of(*parcels: Document, number: str = "10001", **more: Any) -> Document:
    """Order 77 with the items of order 10001 that are printed elsewhere: three cases and a charger."""
    return {
        "id": 77,
        "order_id": number,
        "test_order": False,
        "updated_at": "2026-11-20T08:00:00.000000Z",
        "status": "shipped",
        "address": {"name": "John Smith", "city": "Sydney", "country": "AU", "zip": "2000"},
        "line_items": [
            {"id": 1, "sku": "MOBILE-CASE-BLK", "quantity": 3, "order_item_id": "A"},
            {"id": 2, "sku": "CHARGER-USB-C", "quantity": 1, "order_item_id": "B"},
        ],
        "trackings": list(parcels),
        **more,
    }


def shipped_package(number: str, status: str = "in_transit", **items: int) -> Document:
    """A package with units by the item's id."""
    return {
        "tracking_number": number,
        "carrier": "USPS",
        "status": status,
        "shipped_items": [{"order_item_id": item, "quantity": quantity} for item, quantity in items.items()],
    }


def webhook(order: Document, of: Document, uuid: str = "1", at: str = "2026-11-20T08:00:00Z") -> Document:
    """The webhook that tells of one of an order's packages."""
    about = {key: value for key, value in of.items() if key not in ("status", "carrier")}
    tracking = {**about, "tracking_status": of["status"], "carrier_code": of["carrier"]}
    return {"event": {"uuid": uuid, "name": "shipment_notify", "timestamp": at, "tracking": tracking}, "data": order}


async def connected(ctx: Context, url: str, *, key: bool = True, apply: bool = False) -> Connection:
    """A connection to the platform, with or without a key to ask it, which may `apply` what it cannot ask for."""
    secrets, options = {"api_key": "k"} if key else {}, {"webhooks_without_key": "apply"} if apply else {}
    return await connections.connect(ctx, "swiftpod", "Pod", url=url, secrets=secrets, options=options)


async def received(ctx: Context, connection: Connection, body: Document) -> int:
    """Keep a webhook as the receiver does; tell its id."""
    raw = json.dumps(body).encode()
    reading = VENDORS[connection.vendor].webhooks
    assert reading is not None
    read = reading.read(raw)
    added = await ctx.write(
        webhook_events.add,
        connection_id=connection.id,
        headers={},
        body=raw,
        dedupe_key=read.dedupe_key,
        recurs=read.recurs,
        verified=None,
        now_ms=ctx.clock.now_ms(),
    )
    return added.id
