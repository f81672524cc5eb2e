"""Responses that are none: a firewall's page, a proxy's, a network's login, a mere promise, another encoding."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from shipconsole.domain.call import Call
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer, running_simulator
from tests.support import local_http
from tests.support.bench import USPS_NUMBERS, connect_all, draft_of, effects, fault, open_context
from tests.support.clock import ManualClock

NAMES = {"shipengine": "ShipEngine", "starshipit": "Starshipit", "shipup": "Shipup"}
TELLS = {"shipengine": "notify_shipped", "starshipit": "update_order", "shipup": "create_order"}
UPS = "1Z999AA10123456784"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def ctx(tmp_path: Path, clock: ManualClock, simulated_platforms: SimulatorServer) -> AsyncGenerator[Context]:
    async with open_context(tmp_path, clock) as opened:
        await import_orders.sync(opened, await connect_all(opened, simulated_platforms.url))
        yield opened


async def shipped(ctx: Context, name: str, number: str = "10001", label: str = UPS) -> int:
    """Ship an order and tell one connection of it; tell the id of the call."""
    order_id, draft = await draft_of(ctx, number, None, label)
    (call_id,) = (await ship.ship(ctx, order_id, draft, [name])).call_ids
    return call_id


async def call_of(ctx: Context, call_id: int) -> Call:
    (call,) = await worker.updates_of(ctx, (call_id,))
    return call


async def blocked(ctx: Context, name: str) -> str:
    (connection,) = await connections.named(ctx, [name])
    return str(connection.blocked_message)


def let_through(server: SimulatorServer) -> None:
    """Take all faults away."""
    local_http.delete(f"{server.url}/_simulator/faults").raise_for_status()


def times_notified(server: SimulatorServer, vendor: str) -> int:
    return sum(request["vendor"] == vendor for request in effects(server))


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize("kind", ["403_page", "407"])
async def test_a_firewall_blames_no_key_and_the_call_goes_when_it_lets_it(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer, vendor: str, kind: str
) -> None:
    call_id = await shipped(ctx, NAMES[vendor])
    fault(simulated_platforms, vendor, kind, call=TELLS[vendor])
    await worker.flush(ctx)
    call = await call_of(ctx, call_id)
    assert (call.state, await blocked(ctx, NAMES[vendor])) == ("retry_wait", "")
    assert "API key was not checked" in str(call.message)
    assert times_notified(simulated_platforms, vendor) == 0
    clock.pass_s(301)
    await worker.flush(ctx)
    assert (await call_of(ctx, call_id)).state == "confirmed"
    assert times_notified(simulated_platforms, vendor) == 1


async def test_a_firewall_that_stays_has_the_connection_wait_until_it_is_gone(
    ctx: Context, clock: ManualClock, simulated_platforms: SimulatorServer
) -> None:
    call_id = await shipped(ctx, "Shipup")
    for number, label in zip(("10003", "10004", "10005"), USPS_NUMBERS, strict=False):
        await shipped(ctx, "Shipup", number, label)
    fault(simulated_platforms, "shipup", "403_page", times=None)
    (connection,) = await connections.named(ctx, ["Shipup"])
    # The pauses between tries are partly chance, so that one call alone may fail too seldom.
    for _ in range(10):
        await worker.flush(ctx)
        (connection,) = await connections.named(ctx, ["Shipup"])
        if circuit_breaker.is_open(ctx, connection):
            break
        clock.pass_s(8)
    assert circuit_breaker.is_open(ctx, connection)
    assert "Cloudflare" in str(connection.failing_message)
    assert str(connection.blocked_message) == ""
    clock.pass_s(400)
    assert await circuit_breaker.probe_due(ctx) == 0, "the page answers the question as well"
    (waiting,) = [line for line in await worker.backlog(ctx) if line.connection == "Shipup"]
    assert (waiting.reason, "Cloudflare" in str(waiting.message)) == ("unresponsive", True)
    let_through(simulated_platforms)
    clock.pass_s(4_000)
    assert await circuit_breaker.probe_due(ctx) == 1
    clock.pass_s(400)
    await worker.flush(ctx, until_empty=True)
    assert (await call_of(ctx, call_id)).state == "confirmed"


@pytest.mark.parametrize("vendor", NAMES)
async def test_a_connection_behind_a_firewall_is_no_wrong_key(
    ctx: Context, simulated_platforms: SimulatorServer, vendor: str
) -> None:
    (connection,) = await connections.named(ctx, [NAMES[vendor]])
    for kind in ("403_page", "407", "portal"):
        fault(simulated_platforms, vendor, kind)
        found = await connections.test(ctx, connection)
        assert found.verdict in ("try later", "no answer"), kind
    fault(simulated_platforms, vendor, "401")
    assert (await connections.test(ctx, connection)).verdict == "wrong key"


@pytest.mark.parametrize("vendor", NAMES)
async def test_a_networks_login_page_confirms_nothing(
    ctx: Context, simulated_platforms: SimulatorServer, vendor: str
) -> None:
    call_id = await shipped(ctx, NAMES[vendor])
    fault(simulated_platforms, vendor, "portal", call=TELLS[vendor])
    await worker.flush(ctx)
    call = await call_of(ctx, call_id)
    assert call.state == ("unknown" if vendor == "shipengine" else "retry_wait")
    assert "guest network" in str(call.message)
    assert times_notified(simulated_platforms, vendor) == 0


async def test_a_promise_of_shipups_is_waited_for_as_its_job(tmp_path: Path, clock: ManualClock) -> None:
    with running_simulator(orders=2, now=lambda: clock.now_ms() / 1_000) as shop:
        async with open_context(tmp_path, clock) as ctx:
            await import_orders.sync(ctx, await connect_all(ctx, shop.url))
            call_id = await shipped(ctx, "Shipup")
            fault(shop, "shipup", "202", call="create_order")
            await worker.flush(ctx)
            call = await call_of(ctx, call_id)
            assert (call.state, "job" in str(call.message)) == ("checking", True)
            clock.pass_s(10)
            await worker.flush(ctx)
            assert (await call_of(ctx, call_id)).state == "confirmed"
            assert times_notified(shop, "shipup") == 1, "it was not sent twice"


@pytest.mark.parametrize(("vendor", "state"), [("shipengine", "unknown"), ("starshipit", "retry_wait")])
async def test_a_202_of_others_is_not_confirmed(
    ctx: Context, simulated_platforms: SimulatorServer, vendor: str, state: str
) -> None:
    call_id = await shipped(ctx, NAMES[vendor])
    fault(simulated_platforms, vendor, "202", call=TELLS[vendor])
    await worker.flush(ctx)
    call = await call_of(ctx, call_id)
    assert (call.state, "status 202" in str(call.message)) == (state, True)


@pytest.mark.parametrize("vendor", NAMES)
async def test_responses_in_utf16_are_read(ctx: Context, simulated_platforms: SimulatorServer, vendor: str) -> None:
    call_id = await shipped(ctx, NAMES[vendor])
    fault(simulated_platforms, vendor, "utf16", times=None)
    (pulled,) = await import_orders.sync(ctx, await connections.named(ctx, [NAMES[vendor]]))
    assert (str(pulled.message), pulled.notes) == ("", ())
    assert pulled.seen > 0
    await worker.flush(ctx)
    assert (await call_of(ctx, call_id)).state == "confirmed"


@pytest.mark.parametrize("vendor", NAMES)
async def test_bytes_that_are_no_text_are_noted(
    ctx: Context, simulated_platforms: SimulatorServer, vendor: str
) -> None:
    fault(simulated_platforms, vendor, "no_utf8", times=None)
    (pulled,) = await import_orders.sync(ctx, await connections.named(ctx, [NAMES[vendor]]))
    assert any("not text in the encoding" in str(note) for note in pulled.notes)
    assert pulled.seen > 0


async def test_what_came_is_kept_with_its_bytes(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    call_id = await shipped(ctx, "Starshipit")
    fault(simulated_platforms, "starshipit", "no_utf8", call="update_order")
    await worker.flush(ctx)
    assert (await call_of(ctx, call_id)).state == "confirmed"
    assert "\\xe9" in (await worker.attempts(ctx, call_id))[-1].answer
