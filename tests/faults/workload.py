"""Much to tell: orders that shipped in two packages each, the second with what the first left."""

import asyncio
import datetime

from shipconsole.operations.connections import connections
from shipconsole.operations.importing import import_orders
from shipconsole.operations.shipping import ship as shipping
from shipconsole.simulator.sample_orders import SampleOrder, sample_orders
from shipconsole.simulator.server import SimulatorServer
from tests.faults.station import opened
from tests.support.bench import connect_all, draft_of

AT_ONCE = 50


def orders_for(calls: int) -> tuple[SampleOrder, ...]:
    """So many sample orders that their packages take that many calls: three platforms are notified of each package."""
    samples = sample_orders(calls, datetime.date(2026, 11, 1))
    made = 0
    for count, sample in enumerate(samples, start=1):
        made += 3 * len(packages_of(sample))
        if made >= calls:
            return samples[:count]
    raise AssertionError("there are always enough")


def packages_of(sample: SampleOrder) -> tuple[dict[str, int] | None, ...]:
    """What goes in each of its packages: one unit of the first line, then the rest; None is all that is left."""
    units = sum(line.quantity for line in sample.lines)
    return (None,) if units == 1 else ({sample.lines[0].sku: 1}, None)


async def ship_all(
    folder: str, server: SimulatorServer, began_s: float, samples: tuple[SampleOrder, ...], to: tuple[str, ...] = ()
) -> None:
    """Sync the orders and ship them; nothing is sent yet. ShipEngine's stores report shipments immediately."""
    # Whole pages of orders may take longer than one notification.
    async with opened(folder, began_s, answer_within_s=30) as ctx:
        await connect_all(ctx, server.url)
        await connections.connect(ctx, "shipengine", "ShipEngine", options={"reports_immediately": "yes"})
        results = await import_orders.sync(ctx, await connections.every(ctx))
        assert [str(result.message) for result in results] == ["", "", ""]
        positions = asyncio.Semaphore(AT_ONCE)

        async def ship(sample: SampleOrder) -> None:
            async with positions:
                for number, items in enumerate(packages_of(sample), start=1):
                    order_id, draft = await draft_of(ctx, sample.number, items, f"T{sample.number}-{number}")
                    await shipping.ship(ctx, order_id, draft, to)

        await asyncio.gather(*map(ship, samples))
