"""A platform that changed an order since it was read is noticed before anything is sent to it."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from shipconsole import simulator
from shipconsole.domain.message import NO_MESSAGE
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.operations.shipping.ship import FRESH_MS, refresh_before_shipping
from shipconsole.simulator.server import SimulatorServer
from shipconsole.store import connections as stored
from shipconsole.store.database import Db
from tests.support.bench import USPS_NUMBERS, draft_of, fault
from tests.support.clock import ManualClock

KEYS = {
    "StarShipIT-Api-Key": simulator.STARSHIPIT_API_KEY,
    "Ocp-Apim-Subscription-Key": simulator.STARSHIPIT_SUBSCRIPTION_KEY,
}


@pytest.fixture
def later(bench: Context) -> Context:
    """The bench an hour after its sync."""
    return replace(bench, clock=ManualClock(bench.clock.now_ms() + 3_600_000))


async def print_order(server: SimulatorServer, ctx: Context, number: str) -> int:
    """Have Starshipit print an order; return its id here."""
    order_id = await orders.find(ctx, number)
    sheet = await orders.sheet(ctx, order_id)
    (starshipit,) = await connections.named(ctx, ["Starshipit"])
    (remote_id,) = [link.remote_id for link in sheet.links if link.connection_id == starshipit.id]
    body = {"order": {"order_id": int(remote_id), "status": "Printed"}}
    async with httpx.AsyncClient() as client:
        answered = await client.put(f"{server.url}/starshipit/api/orders", json=body, headers=KEYS)
    assert answered.json()["success"], answered.text
    return order_id


async def warnings(ctx: Context, number: str) -> list[str]:
    order_id, draft = await draft_of(ctx, number, None, USPS_NUMBERS[0])
    updates = await ship.preview(ctx, order_id, draft)
    return [str(warning.message) for one in updates for warning in one.request.warnings]


async def test_an_order_that_was_printed_since_is_warned_of(
    later: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await print_order(simulated_platforms, later, "10001")
    assert await warnings(later, "10001") == []
    assert await refresh_before_shipping(later, order_id)
    (warned,) = await warnings(later, "10001")
    assert "has order 10001 as “Printed”" in warned


async def test_each_platform_that_will_be_notified_is_read_once_a_minute_at_most(
    later: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id = await orders.find(later, "10001")
    assert await refresh_before_shipping(later, order_id, ("ShipEngine",))
    assert await refresh_before_shipping(later, order_id, ("starshipit", "Shipup"))
    assert not await refresh_before_shipping(later, order_id)
    assert isinstance(later.clock, ManualClock)
    later.clock.pass_s(FRESH_MS / 1_000 + 1)
    assert await refresh_before_shipping(later, order_id)
    assert not await refresh_before_shipping(later, order_id)
    now_ms = later.clock.now_ms()
    assert [link.seen_at_ms for link in (await orders.sheet(later, order_id)).links] == [now_ms] * 3


@pytest.mark.parametrize("state", ["blocked", "limited", "limited here", "unresponsive"])
async def test_a_platform_that_takes_no_requests_now_is_not_asked(later: Context, state: str) -> None:
    order_id = await orders.find(later, "10001")
    (connection,) = await connections.named(later, ["Shipup"])

    def set_state(db: Db) -> None:
        if state == "blocked":
            stored.block(db, connection.id, NO_MESSAGE)
        elif state == "limited":
            stored.hold(db, connection.id, until_ms=later.steady_ms(db) + 60_000)
        elif state == "unresponsive":
            column = f"failures = {later.timings.failures_most}"
            db.connection.execute(f"UPDATE connection SET {column} WHERE id = ?", (connection.id,))

    await later.write(set_state)
    if state == "limited here":
        later.held_until_s[connection.id] = later.clock.monotonic_s() + 60
    assert not await refresh_before_shipping(later, order_id, ("Shipup",))


@pytest.mark.parametrize("kind", ["unreachable", "slow", "without keys"])
async def test_a_platform_that_does_not_respond_delays_no_one(
    later: Context, simulated_platforms: SimulatorServer, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(ship, "LONGEST_S", 0.2)
    order_id = await orders.find(later, "10001")
    if kind == "unreachable":
        await connections.connect(later, "starshipit", "Starshipit", url="http://127.0.0.1:9")
    elif kind == "without keys":
        for field in ("api_key", "subscription_key"):
            await asyncio.wrap_future(later.keys.delete("Starshipit", field))
    else:
        fault(simulated_platforms, "starshipit", "slow", call="get_order", seconds=30)
    # What was read last counts: nothing was told, and nothing is warned of.
    await refresh_before_shipping(later, order_id)
    assert await warnings(later, "10001") == []
