"""A platform on loopback whose lists of orders do not end, repeat themselves or hold less than they say."""

import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

Query = Mapping[str, str]
Page = Callable[[Query], dict[str, Any]]
"""Gives the body of the page that a query asks for."""


class Platform(ThreadingHTTPServer):
    """Serves pages, and keeps what it was asked for."""

    def __init__(self, page: Page) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.page = page
        self.asked: list[Query] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        platform = cast("Platform", self.server)
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        platform.asked.append(query)
        body = json.dumps(platform.page(query)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def lying(page: Page) -> Generator[Platform]:
    """A platform that gives these pages."""
    with Platform(page) as platform:
        thread = threading.Thread(target=platform.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield platform
        finally:
            platform.shutdown()
            thread.join()


def order(vendor: str, number: int) -> dict[str, Any]:
    """An order as a platform gives it."""
    match vendor:
        case "shipengine":
            item = {"sales_order_item_id": f"i{number}", "line_item_details": {"sku": "A"}, "quantity": 1}
            status = {"fulfillment_status": "unfulfilled", "is_cancelled": False}
            return {
                "sales_order_id": f"so-{number}",
                "external_order_number": f"N{number}",
                "sales_order_status": status,
                "sales_order_items": [item],
            }
        case "starshipit":
            item = {"item_id": number, "sku": "A", "quantity": 1}
            return {"order_id": number, "order_number": f"N{number}", "status": "Unshipped", "items": [item]}
        case "shipup":
            item = {"merchant_id": f"i{number}", "sku": "A", "quantity": 1}
            return {"id": number, "merchant_id": f"m{number}", "order_number": f"N{number}", "line_items": [item]}
        case _:
            item = {"order_item_id": f"i{number}", "sku": "A", "quantity": 1}
            return {"id": f"p{number}", "order_id": f"N{number}", "status": "new_order", "line_items": [item]}


def shipengine(numbers: list[int], *, page: int = 1, pages: int = 1, total: int, next_page: int = 0) -> dict[str, Any]:
    """A page of ShipEngine's."""
    href = {"href": f"https://api.shipengine.com/v-beta/sales_orders?page={next_page}"} if next_page else {}
    return {
        "sales_orders": [order("shipengine", number) for number in numbers],
        "total": total,
        "page": page,
        "pages": pages,
        "links": {"first": {}, "last": {}, "prev": {}, "next": href},
    }


def starshipit(numbers: list[int], pages: int | None = None) -> dict[str, Any]:
    """A page of Starshipit's."""
    return {"orders": [order("starshipit", number) for number in numbers], "total_pages": pages, "success": True}


def shipup(numbers: list[int], *, more: bool) -> dict[str, Any]:
    """A page of Shipup's."""
    return {"object": "list", "has_more": more, "data": [order("shipup", number) for number in numbers]}


def swiftpod(numbers: list[int], **told: int) -> dict[str, Any]:
    """A page of SwiftPOD's."""
    return {"data": [order("swiftpod", number) for number in numbers], **told}
