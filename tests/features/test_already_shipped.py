"""What a platform shows as shipped, because another station or the shop itself shipped it, is said before it ships."""

from dataclasses import replace

from shipconsole import simulator
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping.ship import refresh_before_shipping
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.order_editor.header import differences_of
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS
from tests.support.clock import ManualClock


async def test_what_a_platform_shows_as_shipped_is_said_before_it_ships(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    later = replace(bench, clock=ManualClock(bench.clock.now_ms() + 3_600_000))
    order_id = await orders.find(later, "10002")
    sheet = await orders.sheet(later, order_id)
    assert differences_of(sheet) == ()
    (shipengine,) = await connections.named(later, ["ShipEngine"])
    (remote_id,) = [link.remote_id for link in sheet.links if link.connection_id == shipengine.id]
    told = local_http.post(
        f"{simulated_platforms.url}/shipengine/v-beta/sales_orders/{remote_id}/notify_shipped",
        json={"tracking_number": USPS_NUMBERS[2], "carrier_code": "stamps_com"},
        headers={"API-Key": simulator.SHIPENGINE_API_KEY},
    )
    assert told.is_success, told.text
    await refresh_before_shipping(later, order_id)
    shown = differences_of(await orders.sheet(later, order_id))
    assert len(shown) == 1
    assert "ShipEngine" in shown[0]
