"""Some orders only: each platform's filters are obeyed and checked before anything is sent; nothing is lost."""

import json
from functools import partial
from typing import Any

import pytest

from shipconsole import simulator
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from tests.support import local_http
from tests.vendors.test_http import free_port


async def at(ctx: Context, name: str) -> Connection:
    (found,) = await connections.named(ctx, [name])
    return found


def cancel_in_shop(server: SimulatorServer, number: str) -> None:
    local_http.post(f"{server.url}/_simulator/cancel", json={"order": number}).raise_for_status()


async def seen(ctx: Context, name: str, **filters: str) -> int:
    """How many orders some filters leave; two underscores stand for a full stop."""
    given = {key.replace("__", "."): text for key, text in filters.items()}
    (pulled,) = await import_orders.sync(ctx, [await at(ctx, name)], filters=given)
    assert str(pulled.message) == ""
    return pulled.seen


async def document(ctx: Context, name: str, number: str = "10004") -> dict[str, Any]:
    """What a connection said of an order."""
    sheet = await orders.sheet(ctx, await orders.find(ctx, number))
    position = await at(ctx, name)
    return json.loads(next(link.document for link in sheet.links if link.connection_id == position.id))


async def test_shipengine_obeys_each_filter(bench: Context, simulated_platforms: SimulatorServer) -> None:
    known = await document(bench, "ShipEngine")
    day, shop = known["order_date"], known["order_source"]["order_source_id"]
    cancel_in_shop(simulated_platforms, "10001")
    # The list is named, so that one call does: an account is not called without a pause between.
    left = partial(seen, bench, "ShipEngine", fulfillment_status="unfulfilled")
    assert await left(external_order_number="10002") == 1
    assert await left(external_order_id="10003") == 1
    assert 0 < await left(order_source_id=shop) < 8
    assert await left(order_date_start=day, order_date_end=day) == 1
    assert await left(created_at_start=known["created_at"]) == 4
    assert await left(modified_at_end=known["modified_at"]) == 5
    assert await left(payment_status="unpaid") == 0
    assert await left(cancelled="no") == 7
    assert await seen(bench, "ShipEngine", fulfillment_status="fulfilled") == 0


async def test_starshipit_obeys_both_dates(bench: Context) -> None:
    known = await document(bench, "Starshipit")
    assert await seen(bench, "Starshipit", since_order_date=known["order_date"]) == 4
    assert await seen(bench, "Starshipit", since_last_updated="2999-01-01") == 0


async def test_shipup_obeys_texts_and_dates(bench: Context) -> None:
    known = await document(bench, "Shipup", "10003")
    at_s = known["ordered_at"]
    assert await seen(bench, "Shipup", order_number="10003") == 1
    assert await seen(bench, "Shipup", email=known["email"]) == 1
    assert await seen(bench, "Shipup", ordered_at__gte=at_s) == 2
    assert await seen(bench, "Shipup", ordered_at__gt=at_s) == 1
    assert await seen(bench, "Shipup", ordered_at__lte=at_s) == 3
    assert await seen(bench, "Shipup", ordered_at__gte=at_s, ordered_at__lte=at_s) == 1
    assert await seen(bench, "Shipup", created_at__lt="2000-01-01") == 0


async def test_swiftpod_obeys_states_ids_and_days(bench: Context, simulated_platforms: SimulatorServer) -> None:
    key = {"api_key": simulator.SWIFTPOD_API_KEY}
    url = f"{simulated_platforms.url}/swiftpod"
    await connections.connect(bench, "swiftpod", "SwiftPOD", url=url, options={"test_orders": "yes"}, secrets=key)
    assert await seen(bench, "SwiftPOD") == 3
    assert await seen(bench, "SwiftPOD", order_id="10001-P") == 1
    assert await seen(bench, "SwiftPOD", id="3") == 1
    assert await seen(bench, "SwiftPOD", status="new_order") == 1
    assert await seen(bench, "SwiftPOD", status="new_order, on_hold") == 2
    assert await seen(bench, "SwiftPOD", created_at_after="2999-01-01") == 0
    assert await seen(bench, "SwiftPOD", trackings_created_at_after="2000-01-01") == 0


async def test_nothing_vanishes_and_the_connection_is_no_fresher(bench: Context) -> None:
    before = sorted(await orders.list_rows(bench), key=lambda row: row.id)
    synced_at = [connection.synced_at_ms for connection in await connections.every(bench)]
    assert all(synced_at)
    assert await seen(bench, "ShipEngine", external_order_number="10002") == 1
    assert sorted(await orders.list_rows(bench), key=lambda row: row.id) == before
    assert [connection.synced_at_ms for connection in await connections.every(bench)] == synced_at
    assert await seen(bench, "ShipEngine") == 8
    assert (await at(bench, "ShipEngine")).synced_at_ms != synced_at[0]


@pytest.mark.parametrize(
    ("vendor", "filters", "said"),
    [
        (
            "shipengine",
            {"payment_status": "half"},
            str(
                Message(
                    "field.choice",
                    value="half",
                    count=4,
                    title=Message("shipengine.filter.payment_status"),
                    platform="ShipEngine",
                )
            ),
        ),
        ("shipengine", {"order_date_start": "yesterday"}, "Ordered from is not a date and time"),
        ("shipengine", {"cancelled": "perhaps"}, "Cancelled is yes or no"),
        ("shipengine", {"external_order_number": " "}, "Order number is empty"),
        ("shipengine", {"color": "red"}, "ShipEngine has no filter “color”. Its filters: external_order_number, "),
        ("shipup", {"ordered_at": "2026-11-20"}, "has no filter “ordered_at”"),
        ("shipup", {"ordered_at.gt": "2026-11-20", "created_at.gt": "2026-11-20"}, "not by both"),
        ("swiftpod", {"created_at_after": "20261120"}, "Created from is not a day such as 2026-11-21"),
    ],
)
async def test_a_wrong_filter_is_refused_before_anything_is_sent(
    ctx: Context, vendor: str, filters: dict[str, str], said: str
) -> None:
    name = {"shipengine": "ShipEngine"}.get(vendor, vendor)
    # No one listens there: what was sent would come back as trouble, not as a refusal.
    made = await connections.connect(ctx, vendor, name, url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ValidationFailed, match=said.replace("(", r"\(")):
        await import_orders.sync(ctx, [made], filters=filters)
