"""Editing: what was changed is sent, and nothing else; what was not changed sends nothing."""

import json

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.vendor_orders import edit
from shipconsole.operations.vendor_orders.edit import FieldChanges, Section
from shipconsole.simulator.server import SimulatorServer
from tests.support.bench import effects, fault
from tests.support.refusals import refused

STREET = ("destination", "street")
POST_CODE = ("destination", "post_code")


async def section(ctx: Context, name: str, number: str = "10001") -> tuple[int, Section]:
    order_id = await orders.find(ctx, number)
    found = {section.connection.name: section for section in await edit.sections(ctx, order_id)}
    return order_id, found[name]


async def test_every_connection_has_its_own_fields(bench: Context) -> None:
    order_id = await orders.find(bench, "10001")
    found = await edit.sections(bench, order_id)
    assert [(row.connection.name, row.may_change) for row in found] == [
        ("ShipEngine", False),
        ("Starshipit", True),
        ("Shipup", True),
    ]
    assert all(row.fields and row.values for row in found)
    assert found[1].values[STREET] == "20 George Street"


@pytest.mark.parametrize("name", ["Starshipit", "Shipup"])
async def test_an_order_saved_without_a_change_sends_nothing(
    bench: Context, simulated_platforms: SimulatorServer, name: str
) -> None:
    order_id, found = await section(bench, name)
    with refused("change.nothing"):
        await edit.save(bench, order_id, found.connection.id, FieldChanges(found.values))
    await worker.flush(bench, until_empty=True)
    assert await worker.latest(bench) == ()
    assert effects(simulated_platforms) == []


async def test_one_changed_field_is_sent_with_what_goes_along_and_read_back(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, found = await section(bench, "Starshipit")
    wanted = FieldChanges({**found.values, POST_CODE: "2001"})
    promised = json.loads((await edit.preview(bench, order_id, found.connection.id, wanted)).body_text)["order"]
    assert promised["destination"]["post_code"] == "2001"
    assert {"name", "street", "suburb", "country"} <= set(promised["destination"])
    assert set(promised) <= {"order_id", "order_number", "destination"}
    await edit.save(bench, order_id, found.connection.id, wanted)
    await worker.flush(bench, until_empty=True)
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["order"] == promised
    _, again = await section(bench, "Starshipit")
    assert again.values[POST_CODE] == "2001"
    (call,) = await worker.latest(bench)
    assert (call.state, call.shipment_id) == ("confirmed", None)


async def test_a_value_over_the_limit_is_refused_by_name_and_nothing_is_queued(bench: Context) -> None:
    order_id, found = await section(bench, "Starshipit")
    with pytest.raises(ValidationFailed) as caught:
        await edit.save(bench, order_id, found.connection.id, FieldChanges({POST_CODE: "1" * 11}))
    (problem,) = caught.value.problems
    assert problem.path == ("fields", *POST_CODE)
    assert "11" in str(problem.message)
    assert "10" in str(problem.message)
    assert await worker.latest(bench) == ()


async def test_a_platform_that_accepts_no_changes_is_reported(bench: Context) -> None:
    order_id, found = await section(bench, "ShipEngine")
    with refused("change.not_supported", platform="ShipEngine"):
        await edit.save(bench, order_id, found.connection.id, FieldChanges({("external_order_number",): "x"}))


async def test_a_refused_change_names_the_field_of_the_form(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, found = await section(bench, "Starshipit")
    fault(simulated_platforms, "starshipit", "refuse", call="update_order")
    call_id = await edit.save(bench, order_id, found.connection.id, FieldChanges({STREET: "21 George Street"}))
    await worker.flush(bench, until_empty=True)
    (call,) = await worker.updates_of(bench, (call_id,))
    assert call.state == "rejected"
    await resolve.retry(bench, call_id, "tried once more")
    await worker.flush(bench, until_empty=True)
    assert len(effects(simulated_platforms)) == 1


async def test_a_change_that_is_already_so_when_it_is_sent_is_dropped(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, found = await section(bench, "Starshipit")
    first = await edit.save(bench, order_id, found.connection.id, FieldChanges({STREET: "21 George Street"}))
    second = await edit.save(bench, order_id, found.connection.id, FieldChanges({STREET: "21 George Street"}))
    await worker.flush(bench, until_empty=True)
    states = [call.state for call in await worker.updates_of(bench, (first, second))]
    assert states == ["confirmed", "cancelled"]
    assert len(effects(simulated_platforms)) == 1
