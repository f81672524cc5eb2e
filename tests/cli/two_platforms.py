"""Platforms of the tests' own on one address: each answers with the orders that a test gives it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

Document = dict[str, Any]


class Shops:
    """What ShipEngine and Starshipit hold, and the bodies that each was sent; Shipup knows no order.

    `mark` stands before every answer: a byte-order mark, say.
    """

    def __init__(self) -> None:
        """Begin without orders."""
        self.mark = b""
        self.engine: list[Document] = []
        self.post: list[Document] = []
        self.sent: list[tuple[str, Document]] = []
        self.url = ""


@contextmanager
def running_shops() -> Iterator[Shops]:
    """All on a free port of this computer."""
    shops = Shops()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path.startswith("/engine"):
                listed = shops.engine if "fulfillment_status=unfulfilled" in query else []
                found: Document = {"sales_orders": listed, "total": len(listed), "page": 1, "pages": 1, "links": {}}
                if not path.endswith("/sales_orders"):
                    found = next(entry for entry in shops.engine if path.endswith(entry["sales_order_id"]))
            elif path.startswith("/shipup"):
                found = {"object": "list", "has_more": False, "data": []}
            elif "order_id=" in query:
                order_id = query.partition("order_id=")[2].partition("&")[0]
                order = next(entry for entry in shops.post if str(entry["order_id"]) == order_id)
                found = {"success": True, "order": order}
            else:
                found = {"success": True, "orders": shops.post, "total_pages": 1}
            self.answer(found)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            shops.sent.append((self.path, cast("Document", json.loads(self.rfile.read(length)))))
            self.answer({"success": True, "order": shops.post[0]} if self.path.startswith("/post") else {})

        def do_PUT(self) -> None:
            self.do_POST()

        def answer(self, found: Document) -> None:
            body = shops.mark + json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    shops.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shops
    finally:
        server.shutdown()
        server.server_close()


def engine_order(number: str, *items: tuple[str, object]) -> Document:
    """Ada's order in Sydney, as ShipEngine has it."""
    return {
        "sales_order_id": f"se-{number}",
        "external_order_number": number,
        "sales_order_status": {"fulfillment_status": "unfulfilled"},
        "ship_to": {
            "name": "Ada Byron",
            "address_line1": "1 Test Street",
            "city_locality": "Sydney",
            "postal_code": "2000",
            "country_code": "AU",
        },
        "sales_order_items": [
            {"sales_order_item_id": f"{number}-{sku}", "line_item_details": {"sku": sku}, "quantity": quantity}
            for sku, quantity in items
        ],
    }


def post_order(number: str, *items: tuple[str, object], name: str = "Bob Stone", post_code: str = "6011") -> Document:
    """An order as Starshipit has it, for Bob in Wellington by default."""
    return {
        "order_id": 500 + len(number),
        "order_number": number,
        "status": "Unshipped",
        "destination": {"name": name, "street": "9 Quay", "suburb": "Wellington", "post_code": post_code}
        | {"country": "New Zealand" if post_code == "6011" else "Australia"},
        "items": [
            {"item_id": 50100 + index, "sku": sku, "description": sku, "quantity": quantity}
            for index, (sku, quantity) in enumerate(items)
        ],
        "packages": [],
    }
