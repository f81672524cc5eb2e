"""What a platform shows as shipped, because another station or the shop itself shipped it, is said before it ships."""

from dataclasses import replace

import httpx

from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.remarks import differences_of
from shipconsole.operations.shipping.ship import refresh_before_shipping
from shipconsole.simulator.server import SimulatorServer
from tests.operations.shipping.test_refresh_before_shipping import KEYS
from tests.support.clock import ManualClock


async def test_what_a_platform_shows_as_shipped_is_said_before_it_ships(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    later = replace(bench, clock=ManualClock(bench.clock.now_ms() + 3_600_000))
    order_id = await orders.find(later, "10002")
    sheet = await orders.sheet(later, order_id)
    assert differences_of(sheet) == ()
    (starshipit,) = await connections.named(later, ["Starshipit"])
    (remote_id,) = [link.remote_id for link in sheet.links if link.connection_id == starshipit.id]
    body = {"order": {"order_id": int(remote_id), "status": "Dispatched"}}
    async with httpx.AsyncClient() as client:
        told = await client.put(f"{simulated_platforms.url}/starshipit/api/orders", json=body, headers=KEYS)
    assert told.json()["success"], told.text
    await refresh_before_shipping(later, order_id)
    shown = differences_of(await orders.sheet(later, order_id))
    assert tuple(map(str, shown)) == (text("remark.shipped_there_as", name="Shopify", status="Dispatched", count=1),)
