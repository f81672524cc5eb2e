"""The largest pages that a platform may send: each comes in whole, in smaller pages where one is more than is read."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.importing.import_orders import SyncResult
from shipconsole.simulator.server import SimulatorServer
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request
from tests.support.bench import SECRETS
from tests.vendors.examples import sample_json
from tests.vendors.test_http import Behaviour, serving
from tests.vendors.test_poison import plain

Document = dict[str, Any]
LINES = 40
KEYS = {**SECRETS, "swiftpod": {"api_key": "key"}}


def filled(schema: Document) -> Any:
    """A value of a schema with all properties in it, its texts short, its lists with one entry."""
    kinds: dict[str, Callable[[], Any]] = {
        "object": lambda: {name: filled(item) for name, item in schema.get("properties", {}).items()},
        "array": lambda: [filled(schema["items"])],
        "string": lambda: schema.get("enum", ["a word"])[0],
        "integer": lambda: 1,
        "number": lambda: 1.5,
        "boolean": lambda: False,
    }
    return kinds[schema.get("type", "object")]()


def listed(server: SimulatorServer, vendor: str) -> Document:
    """The first order of a simulated platform's list."""
    request = VENDORS[vendor].orders.list_page({}, "", {})
    headers = VENDORS[vendor].headers(SECRETS[vendor], {})
    answer = httpx.get(f"{server.url}/{vendor}{request.path}", params=list(request.query), headers=headers).json()
    return (answer.get("sales_orders") or answer.get("data"))[0]


def whole(server: SimulatorServer, vendor: str) -> tuple[Document, str]:
    """An order with all that it can hold, and where its lines are."""
    if vendor == "starshipit":
        schema: Any = sample_json("starshipit/documents/response.schema.json")
        order = filled(schema["properties"]["order"])
        return {**order, "status": "Unshipped", "order_date": "2026-11-28T23:00:00Z"}, "items"
    if vendor == "swiftpod":
        order: Any = sample_json("swiftpod/samples/list_orders/order.json")
        return {**order, "status": "new_order", "trackings": []}, "line_items"
    order = listed(server, vendor)
    if vendor == "shipup":
        return {**order, "line_items": order["line_items"]["data"]}, "line_items"
    return order, "sales_order_items"


def numbered(vendor: str, order: Document, lines: str, number: int) -> Document:
    """The order under a number, with many lines."""
    line = order[lines][0]
    many = [
        {**line, **{name: number * 100 + position for name in line if name in ("id", "item_id")}}
        | {
            name: f"{number}-{position}"
            for name in ("sales_order_item_id", "external_order_item_id", "merchant_id", "order_item_id")
            if name in line
        }
        for position in range(LINES)
    ]
    named: dict[str, Document] = {
        "shipengine": {"sales_order_id": f"se-{number}", "external_order_number": f"N{number}"},
        "starshipit": {"order_id": number, "order_number": f"N{number}"},
        "shipup": {"id": number, "merchant_id": f"N{number}", "order_number": f"N{number}"},
        "swiftpod": {"id": number, "order_id": f"N{number}"},
    }
    inner = {"object": "list", "has_more": False, "data": many} if vendor == "shipup" else many
    return {**order, **named[vendor], lines: inner}


def page(vendor: str, orders: Sequence[Document], query: dict[str, str]) -> Document:
    """A page of orders, as the platform gives them."""
    size, number = int(query.get("limit") or query["page_size"]), int(query.get("page", "1"))
    if vendor == "shipup":
        left = [order for order in reversed(orders) if order["id"] < int(query.get("ending_before", "1000000"))]
        return {"object": "list", "has_more": len(left) > size, "data": left[:size]}
    # The second of ShipEngine's lists is empty.
    here = [] if query.get("fulfillment_status") == "partially_fulfilled" else orders
    shown, pages = here[(number - 1) * size : number * size], -(-len(here) // size)
    return {
        "shipengine": {"sales_orders": shown, "total": len(here), "page": number, "pages": pages, "links": {}},
        "starshipit": {"orders": shown, "total_pages": pages, "success": True},
        "swiftpod": {"current_page": number, "data": shown, "last_page": pages, "total": len(here)},
    }[vendor]


def giving(vendor: str, orders: Sequence[Document], asked: list[dict[str, str]]) -> Behaviour:
    """Give pages of orders, of the size that is asked for."""

    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(head.split()[1].decode()).query).items()}
        asked.append(query)
        writer.write(plain(json.dumps(page(vendor, orders, query)).encode()))
        await writer.drain()

    return behave


def size_of(request: Request | dict[str, str]) -> int:
    query = dict(request.query) if isinstance(request, Request) else request
    return int(query.get("limit") or query["page_size"])


async def sync(
    ctx: Context, vendor: str, orders: Sequence[Document], options: dict[str, str]
) -> tuple[SyncResult, list[dict[str, str]]]:
    """Sync with a platform that has these orders; return what came and what was asked for."""
    asked: list[dict[str, str]] = []
    async with serving(giving(vendor, orders, asked)) as seen:
        url = seen.url().rstrip("/")
        connection = await connections.connect(ctx, vendor, "Shop", url=url, secrets=KEYS[vendor], options=options)
        (done,) = await import_orders.sync(ctx, [connection])
    return done, asked


@pytest.mark.parametrize(
    ("vendor", "options", "sizes"),
    [
        ("shipengine", {}, [100, 25, 25, 25, 25, 25]),
        ("shipengine", {"page_size": "500"}, [500, 25, 25, 25, 25, 25]),
        ("starshipit", {}, [250]),
        ("shipup", {}, [100]),
        ("swiftpod", {}, [50]),
        ("swiftpod", {"page_size": "500"}, [500]),
    ],
)
async def test_the_largest_page_of_a_platform_comes_in(
    ctx: Context, simulated_platforms: SimulatorServer, vendor: str, options: dict[str, str], sizes: list[int]
) -> None:
    """Forty lines an order: a page of 100 of ShipEngine's has 37,000 objects, one of Starshipit's 122,000 parts."""
    order, lines = whole(simulated_platforms, vendor)
    count = size_of(VENDORS[vendor].orders.list_page({}, "", {}))
    done, asked = await sync(ctx, vendor, [numbered(vendor, order, lines, n) for n in range(1, count + 1)], options)
    assert (done.seen, done.new, done.message) == (count, count, NO_MESSAGE)
    assert [size_of(request) for request in asked] == sizes


async def test_an_order_that_is_too_large_by_itself_is_reported(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    order, lines = whole(simulated_platforms, "shipengine")
    huge = {**order, lines: [order[lines][0]] * 3_000}
    done, asked = await sync(ctx, "shipengine", [huge], {})
    assert (done.seen, done.problem) == (0, "not_yet")
    too_many = Message("response.too_many_values", objects=25_000, values=125_000)
    unreadable = Message("network.unreadable", reason=too_many)
    assert done.message == Message("network.failed", platform="ShipEngine", reason=unreadable)
    assert [size_of(request) for request in asked] == [100, 25, 5, 1]
