"""Orders, shipments and responses to call a platform's functions with."""

import json
from collections.abc import Mapping
from pathlib import Path

from shipconsole.domain.address import Address
from shipconsole.domain.link import LineLink, Link
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.shipment import Package, Packed, Shipment
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.request import Request, Response

HERE = Path(__file__).parent

JOHN_SMITH = Address(
    name="John Smith",
    phone="0290988227",
    street="20 George Street",
    suburb="Sydney",
    state="NSW",
    postal_code="2000",
    country="Australia",
    instructions="Leave at door",
)


def sample(path: str) -> bytes:
    """Return a body as a platform published it."""
    return (HERE / path).read_bytes()


def sample_json(path: str) -> object:
    """Return a published body, parsed."""
    return json.loads(sample(path))


def response(status: int, body: object = b"", **headers: str) -> Response:
    """Return a response; a body that is not bytes is written as JSON, header names get their hyphens."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def sent_json(request: Request) -> object:
    """Return the JSON value that the platform would read."""
    return json.loads(request.body_text)


def lines(*quantities: int, cancelled: Mapping[int, int] | None = None) -> tuple[OrderLine, ...]:
    """Return order lines 1, 2, 3 … with the SKUs A, B, C …"""
    gone = cancelled or {}
    return tuple(
        OrderLine(id=n, sku=chr(64 + n), description=f"Thing {chr(64 + n)}", ordered=q, cancelled=gone.get(n, 0))
        for n, q in enumerate(quantities, start=1)
    )


def order(*quantities: int, ship_to: Address = JOHN_SMITH, cancelled: Mapping[int, int] | None = None) -> Order:
    """Return order 10001 with units of A, B, C …"""
    return Order(id=1, number="10001", lines=lines(*quantities, cancelled=cancelled), ship_to=ship_to)


def package(
    tracking_number: str, quantities: Mapping[int, int], *, carrier: str = "", service: str = "", **measures: int
) -> Package:
    """Return a package with units by order line id."""
    return Package(
        tracking_number=tracking_number,
        carrier=carrier,
        service=service,
        lines=tuple(Packed(line_id=line_id, quantity=n) for line_id, n in quantities.items()),
        **measures,
    )


def shipment(*packages: Package, number: int = 1) -> Shipment:
    """Return a stored shipment."""
    return Shipment(id=number, packages=packages, created_at_ms=1_700_000_000_000)


def link(
    remote_id: str,
    remote_ids: Mapping[int, tuple[str, int]],
    document: object | None = None,
    *,
    number: str = "",
    status: str = "",
) -> Link:
    """Return what a connection has: the platform's id and quantity by line id, and its document."""
    return Link(
        connection_id=1,
        remote_id=remote_id,
        remote_number=number,
        status=status,
        lines=tuple(
            LineLink(line_id=line_id, remote_id=item_id, quantity=quantity)
            for line_id, (item_id, quantity) in remote_ids.items()
        ),
        document=json.dumps(document or {}),
    )


def notification(
    of: Order,
    known: Link | None,
    *shipments: Shipment,
    package_position: int | None = None,
    options: Mapping[str, str] | None = None,
) -> ShipmentNotification:
    """Return the notification of the last shipment, or of one of its packages."""
    last = shipments[-1]
    packages = last.packages if package_position is None else (last.packages[package_position],)
    return ShipmentNotification(of, known, last, packages, shipments, options or {})
