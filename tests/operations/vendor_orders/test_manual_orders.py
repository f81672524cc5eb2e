"""Manual orders: entered at the station, sent once to the chosen connections, and never overwritten."""

from dataclasses import replace

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.message import Message
from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import link as linking
from shipconsole.operations.orders import orders
from shipconsole.operations.vendor_orders import create, manual_orders
from shipconsole.simulator.server import SimulatorServer
from tests.support.bench import NAMES, effects, fault
from tests.support.refusals import refused as refusal

JOHN_SMITH = Address(
    name="John Smith", street="20 George Street", city="Sydney", state="NSW", postal_code="2000", country="Australia"
)
NEW = NewOrder(
    "B-1", JOHN_SMITH, (NewLine("CABLE", "Cable", 3, 120), NewLine("CASE", "Case", 1)), note="Leave at the door"
)


async def ids_of(ctx: Context, *names: str) -> list[int]:
    return [connection.id for connection in await connections.named(ctx, names)]


async def refused(ctx: Context, new: NewOrder, to: list[int]) -> tuple[Problem, ...]:
    with pytest.raises(ValidationFailed) as caught:
        await manual_orders.create(ctx, new, to)
    return caught.value.problems


async def test_an_order_only_here_notifies_no_platform_and_is_found(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    created = await manual_orders.create(bench, NEW, ())
    assert created.call_ids == ()
    sheet = await orders.sheet(bench, await orders.find(bench, "B-1"))
    assert sheet.order.id == created.order_id
    assert [(line.sku, line.ordered, line.weight_g) for line in sheet.order.lines] == [
        ("CABLE", 3, 120),
        ("CASE", 1, None),
    ]
    assert (sheet.order.ship_to, sheet.order.note) == (JOHN_SMITH, "Leave at the door")
    await worker.flush(bench, until_empty=True)
    assert effects(simulated_platforms) == []
    assert [change.what for change in await linking.manual_changes(bench, created.order_id)] == [
        Message("audit.order_created")
    ]


async def test_an_order_is_sent_once_to_each_and_linked_at_once(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    to = await ids_of(bench, "Starshipit", "Shipup")
    promised = {order.name: request.body for order, request in await manual_orders.preview(bench, NEW, to)}
    created = await manual_orders.create(bench, NEW, to)
    await worker.flush(bench, until_empty=True)
    notifications = effects(simulated_platforms, "B-1")
    assert sorted((one["vendor"], one["call"]) for one in notifications) == [
        ("shipup", "create_order"),
        ("starshipit", "create_order"),
    ]
    (order,) = [one["body"]["order"] for one in notifications if one["vendor"] == "starshipit"]
    assert (order["order_number"], order["destination"]["suburb"]) == ("B-1", "Sydney")
    assert [(item["sku"], item["quantity"], item.get("weight")) for item in order["items"]] == [
        ("CABLE", 3, 0.12),
        ("CASE", 1, None),
    ]
    assert set(promised) == {"Starshipit", "Shipup"}
    sheet = await orders.sheet(bench, created.order_id)
    assert [call.state for call in sheet.calls] == ["confirmed", "confirmed"]
    assert [len(link.lines) for link in sheet.links] == [2, 2]
    assert all(line.remote_id for link in sheet.links for line in link.lines)


async def test_what_was_typed_here_is_not_overwritten_by_a_sync(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    created = await manual_orders.create(bench, NEW, await ids_of(bench, "Starshipit", "Shipup"))
    await worker.flush(bench, until_empty=True)
    before = (await orders.sheet(bench, created.order_id)).order
    (pulled,) = await import_orders.sync(bench, await connections.named(bench, ["Starshipit"]))
    assert (str(pulled.message), pulled.new) == ("", 0)
    await import_orders.sync(bench, await connections.every(bench))
    assert (await orders.sheet(bench, created.order_id)).order == before


async def test_a_sync_finds_an_order_whose_creation_got_no_response(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "starshipit", "drop_after", call="create_order")
    created = await manual_orders.create(bench, NEW, await ids_of(bench, "Starshipit"))
    await worker.flush(bench, until_empty=True)
    (call,) = await worker.updates_of(bench, created.call_ids)
    assert call.state == "unknown"
    (pulled,) = await import_orders.sync(bench, await connections.named(bench, ["Starshipit"]))
    assert pulled.new == 0
    assert len((await orders.sheet(bench, created.order_id)).links) == 1
    await worker.flush(bench, until_empty=True)
    assert len(effects(simulated_platforms, "B-1")) == 1


async def test_a_number_that_there_is_already_is_refused(bench: Context) -> None:
    assert [problem.path for problem in await refused(bench, replace(NEW, number=" 10001 "), [])] == [("number",)]


async def test_every_problem_is_reported_at_its_field(bench: Context) -> None:
    wrong = NewOrder("", Address(name="John Smith"), (NewLine("", "", 0), NewLine("A", quantity=1, weight_g=-1)))
    assert [problem.path for problem in await refused(bench, wrong, [])] == [
        ("number",),
        ("ship_to", "street"),
        ("ship_to", "city"),
        ("ship_to", "country"),
        ("lines", 0, "sku"),
        ("lines", 0, "quantity"),
        ("lines", 1, "weight_g"),
    ]


async def test_what_a_chosen_platform_would_reject_is_reported_at_its_field_and_nothing_is_stored(
    bench: Context,
) -> None:
    address = JOHN_SMITH.model_copy(update={"postal_code": "1" * 11})
    new = replace(NEW, ship_to=address, lines=(NEW.lines[0], NewLine("S" * 51)))
    found = await refused(bench, new, await ids_of(bench, "Starshipit"))
    assert [row.path for row in found] == [("ship_to", "postal_code"), ("lines", 1, "sku")]
    assert "Starshipit accepts 10" in str(found[0].message)
    with refusal("order.unknown", number="B-1"):
        await orders.find(bench, "B-1")
    await manual_orders.create(bench, new, ())


async def test_only_connections_that_take_new_orders_are_offered(bench: Context) -> None:
    assert [connection.name for connection in await create.accepting_connections(bench)] == ["Starshipit", "Shipup"]
    found = await refused(bench, NEW, await ids_of(bench, NAMES["shipengine"]))
    assert found[0].path == ("to",)
