"""Add orders of a test's own items to the simulated platforms."""

from shipconsole.simulator.server import SimulatorServer
from tests.support import local_http


def add_order(server: SimulatorServer, number: str, **units: int) -> None:
    """Add an order of these SKUs to every simulated platform."""
    items = [{"id": f"{number}-{sku}", "sku": sku, "quantity": quantity} for sku, quantity in units.items()]
    body = {"number": number, "items": items}
    local_http.post(f"{server.url}/_simulator/orders", json=body).raise_for_status()
