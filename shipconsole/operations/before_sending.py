"""Before sending: orders whose state decides what a platform takes are read once more, so that a person is warned."""

import asyncio
from collections.abc import Sequence

from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.importing.import_orders import refresh_order
from shipconsole.store import connections, orders
from shipconsole.vendors.catalog import VENDORS

FRESH_MS = 60_000
"""So long a reading is taken for what the platform has now."""
LONGEST_S = 5.0


async def read_once_more(ctx: Context, order_id: int, names: Sequence[str] = ()) -> bool:
    """Read an order again where its platform takes other updates in other states; return whether any was read.

    Only connections of these names are asked, all that know the order where there are none. One that does not answer
    within `LONGEST_S` is left: what was read last counts then, and the update itself says what is wrong.
    """
    wanted = {name.strip().casefold() for name in names}
    oldest_ms = ctx.clock.now_ms() - FRESH_MS
    known = {one.id: one for one in await ctx.read(connections.every)}
    read = False
    for link in await ctx.read(orders.links, order_id):
        connection = known[link.connection_id]
        is_wanted = not wanted or connection.name.casefold() in wanted
        if not is_wanted or not VENDORS[connection.vendor].reads_before_telling or link.seen_at_ms > oldest_ms:
            continue
        try:
            async with asyncio.timeout(LONGEST_S):
                await refresh_order(ctx, connection, link.remote_id)
        except (ValidationFailed, EnvironmentFailure, TimeoutError):
            continue
        read = True
    return read
