"""Webhooks at a platform: listed, registered, changed, removed; and SwiftPOD's orders under one id."""

from typing import Any

import pytest

from shipconsole import simulator
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Accepted, Blocked, Refused
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.webhook_event import Webhook
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import subscriptions
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from tests.support import local_http
from tests.support.bench import SECRETS, fault
from tests.support.refusals import refused

URL = "https://example.com/hook"
KEYS = {**SECRETS, "swiftpod": {"api_key": simulator.SWIFTPOD_API_KEY}}


def asked(server: SimulatorServer) -> list[dict[str, Any]]:
    """Every request that the simulated platforms had."""
    return local_http.get(f"{server.url}/_simulator/requests").json()


async def made(ctx: Context, server: SimulatorServer, vendor: str, **options: str) -> Connection:
    url = f"{server.url}/{vendor}"
    return await connections.connect(ctx, vendor, vendor, url=url, secrets=KEYS[vendor], options=options)


async def test_a_webhook_from_its_registering_to_its_end(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    connection = await made(ctx, simulated_platforms, "shipengine")
    assert await subscriptions.every(ctx, connection) == ()
    registered = await subscriptions.register(ctx, connection, "track", URL)
    assert isinstance(registered, Webhook)
    assert (registered.event, registered.url, registered.name) == ("track", URL, "Shipconsole")
    assert isinstance(await subscriptions.register(ctx, connection, "track", URL), Refused)
    assert await subscriptions.change(ctx, connection, registered.id, f"{URL}/2") == Accepted()
    assert await subscriptions.every(ctx, connection) == (registered.model_copy(update={"url": f"{URL}/2"}),)
    assert await subscriptions.remove(ctx, connection, f" {registered.id} ") == Accepted()
    assert await subscriptions.every(ctx, connection) == ()
    assert isinstance(await subscriptions.remove(ctx, connection, registered.id), Refused)


async def test_swiftpod_creates_orders_and_is_not_notified_of_shipments(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    connection = await made(ctx, simulated_platforms, "swiftpod")
    assert subscriptions.available_events(connection) == ("order_notify", "stock_notify", "shipment_notify")
    registered = await subscriptions.register(ctx, connection, "shipment_notify", URL)
    assert registered == Webhook(event="shipment_notify", url=URL, name="Shipconsole")
    with refused("webhooks.no_list", platform="SwiftPOD"):
        await subscriptions.every(ctx, connection)
    with refused("webhooks.no_list", platform="SwiftPOD"):
        await subscriptions.remove(ctx, connection, "1")


async def test_what_cannot_be_is_refused_unsent(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    connection = await made(ctx, simulated_platforms, "shipengine")
    with pytest.raises(ValidationFailed) as caught:
        await subscriptions.register(ctx, connection, "everything", "example.com")
    assert [problem.path for problem in caught.value.problems] == [("event",), ("url",)]
    for url in ("", "ftp://example.com", "https://", "https://exa mple.com", "http://["):
        with refused("webhooks.not_an_address"):
            await subscriptions.change(ctx, connection, "se-1", url)
    with refused("webhooks.no_id"):
        await subscriptions.remove(ctx, connection, " ")
    shipup = await made(ctx, simulated_platforms, "shipup")
    assert subscriptions.available_events(shipup) == ()
    with refused("webhooks.not_managed", platform="Shipup"):
        await subscriptions.every(ctx, shipup)
    assert asked(simulated_platforms) == []


async def test_a_key_that_may_not_manage_webhooks_blocks_nothing_else(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    connection = await made(ctx, simulated_platforms, "shipengine")
    fault(simulated_platforms, "shipengine", "401")
    assert isinstance(await subscriptions.every(ctx, connection), Blocked)
    (known,) = await connections.every(ctx)
    assert str(known.blocked_message) == ""


async def test_swiftpods_orders_come_in_without_tests_and_stay_one_however_the_id_is_written(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    connection = await made(ctx, simulated_platforms, "swiftpod", page_size="2")
    (pulled,) = await import_orders.sync(ctx, [connection])
    assert (str(pulled.message), pulled.seen, pulled.new) == ("", 2, 2)
    assert "1 test order was not imported." in map(str, pulled.notes)
    assert isinstance(await import_orders.refresh_order(ctx, connection, "1"), Accepted)
    listed = await orders.list_rows(ctx)
    assert sorted(row.number for row in listed) == ["10001-P", "10007-P"]
    sheet = await orders.sheet(ctx, await orders.find(ctx, "10001-P"))
    assert [link.remote_id for link in sheet.links] == ["1"]
    assert '"id":"06lz3a1"' in sheet.links[0].document
    assert sheet.targets == ()


async def test_swiftpods_test_orders_come_in_where_they_are_wanted(
    ctx: Context, simulated_platforms: SimulatorServer
) -> None:
    connection = await made(ctx, simulated_platforms, "swiftpod", test_orders="yes")
    (pulled,) = await import_orders.sync(ctx, [connection])
    assert (pulled.seen, pulled.new) == (3, 3)
    assert "10004-P: test order" in map(str, pulled.notes)
    sheet = await orders.sheet(ctx, await orders.find(ctx, "10004-P"))
    assert sheet.order.note == str(Message("swiftpod.test_order"))


async def test_swiftpods_connection_is_tested(ctx: Context, simulated_platforms: SimulatorServer) -> None:
    connection = await made(ctx, simulated_platforms, "swiftpod")
    assert (await connections.test(ctx, connection)).verdict == "ok"
    url = f"{simulated_platforms.url}/swiftpod"
    keyless = await connections.connect(ctx, "swiftpod", "Keyless", url=url)
    assert (await connections.test(ctx, keyless)).verdict == "no key"
