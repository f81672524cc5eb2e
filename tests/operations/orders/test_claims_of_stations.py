"""Claims across stations: each with a store of its own, in one file or on one server, sees at once who packs what."""

import threading
from dataclasses import replace

import pytest

from shipconsole.operations.context import Context, CurrentPacker
from shipconsole.operations.orders import claims, order_list, orders
from shipconsole.simulator.server import SimulatorServer
from tests.operations.sending.test_senders import synced, wait_for
from tests.support.engines import NewStore
from tests.support.many_stations import stations


async def whose(ctx: Context, order_id: int) -> tuple[str, str] | None:
    claim = (await orders.sheet(ctx, order_id)).claim
    return (claim.station, claim.operator) if claim else None


@pytest.mark.both_engines
async def test_a_claim_and_its_take_over_are_seen_at_the_other_station_at_once(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 2) as (one, two):
        await synced(one, simulated_platforms)
        mira = replace(one.ctx, current_packer=CurrentPacker("Mira"))
        jo = replace(two.ctx, current_packer=CurrentPacker("Jo"))
        order_id = await orders.find(mira, "10001")
        cursor = (await _changes(mira, 0)).cursor
        told = threading.Event()
        mira.store.listen(told.set)
        await claims.order_opened(jo, order_id)
        assert await whose(mira, order_id) == ("Station 2", "Jo")
        assert ("order", order_id) in [tuple(change) for change in (await _changes(mira, cursor)).changes]
        if mira.store.engine == "postgresql":
            # In a file the window reads the feed each second; a server says so by itself.
            assert told.wait(30)
        await claims.order_opened(mira, order_id)
        assert await whose(jo, order_id) == ("Station 2", "Jo"), "opening an order takes it from nobody"
        await claims.take_over(mira, order_id)
        assert await whose(jo, order_id) == ("Station 1", "Mira")
        changes = (await orders.sheet(jo, order_id)).manual_changes
        assert [(change.what.id, change.station, change.operator) for change in changes] == [
            ("audit.claim_taken_over", "Station 1", "Mira")
        ]


@pytest.mark.both_engines
async def test_of_two_stations_that_open_an_order_at_one_moment_one_claims_it(
    new_store: NewStore, simulated_platforms: SimulatorServer
) -> None:
    async with stations(new_store, 2) as (one, two):
        await synced(one, simulated_platforms)
        order_id = await orders.find(one.ctx, "10001")
        both = [one.ctx.store.write(claims._order_opened, one.ctx, order_id)]
        both.append(two.ctx.store.write(claims._order_opened, two.ctx, order_id))

        async def are_done() -> bool:
            return all(future.done() for future in both)

        await wait_for(one.ctx, are_done)
        seen = {await whose(station.ctx, order_id) for station in (one, two)}
        assert len(seen) == 1
        assert seen <= {("Station 1", ""), ("Station 2", "")}


async def _changes(ctx: Context, cursor: int) -> order_list.Changes:
    found = order_list.changes_since(ctx.store, cursor)

    async def is_done() -> bool:
        return found.done()

    await wait_for(ctx, is_done)
    return found.result()
