"""Changing: a newer change takes the place of a refused one; entries of lists come and go under the platform's ids."""

import pytest

from shipconsole.domain.entries import next_position
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.vendor_orders import edit
from shipconsole.operations.vendor_orders.edit import FieldChanges
from shipconsole.simulator.server import SimulatorServer
from tests.operations.vendor_orders.test_edit import POST_CODE, STREET, section
from tests.support import local_http
from tests.support.bench import SECRETS, effects, fault
from tests.support.refusals import refused

SKU, QUANTITY = ("items", "3", "sku"), ("items", "3", "quantity")


async def test_a_refused_change_is_replaced_and_holds_nothing_up(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, known = await section(bench, "Starshipit")
    fault(simulated_platforms, "starshipit", "refuse_field", call="update_order", field="destination.street")
    first, replaced = await edit.queue_edit(bench, order_id, known.connection.id, FieldChanges({STREET: "x"}))
    assert replaced == ()
    await worker.flush(bench, until_empty=True)
    (call,) = await worker.updates_of(bench, (first,))
    assert call.state == "rejected"
    assert call.problems[0].path == ("fields", *STREET)
    second, replaced = await edit.queue_edit(bench, order_id, known.connection.id, FieldChanges({POST_CODE: "2001"}))
    assert [call.id for call in replaced] == [first]
    await worker.flush(bench, until_empty=True)
    calls = await worker.updates_of(bench, (first, second))
    assert [call.state for call in calls] == ["cancelled", "confirmed"]
    assert "replaced by a newer change" in str(calls[0].message)
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["order"]["destination"]["post_code"] == "2001"


async def test_a_change_that_is_refused_here_replaces_nothing(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, known = await section(bench, "Starshipit")
    fault(simulated_platforms, "starshipit", "refuse", call="update_order")
    first, _ = await edit.queue_edit(bench, order_id, known.connection.id, FieldChanges({STREET: "x"}))
    await worker.flush(bench, until_empty=True)
    with pytest.raises(ValidationFailed, match="accepts 10"):
        await edit.queue_edit(bench, order_id, known.connection.id, FieldChanges({POST_CODE: "1" * 11}))
    (call,) = await worker.updates_of(bench, (first,))
    assert call.state == "rejected"


async def test_what_stands_in_a_list_is_found_again_though_others_came_and_went(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    """Between the saving and the sending someone takes the first item away and adds one."""
    order_id, known = await section(bench, "Starshipit")
    ids = [known.values["items", str(position), "item_id"] for position in range(3)]
    wanted = FieldChanges(
        {("items", "1", "sku"): "CASE-RED", SKU: "GIFT-BOX", QUANTITY: 1}, (("items", "2"),), (("items", "3"),)
    )
    await edit.save(bench, order_id, known.connection.id, wanted)
    theirs = {"items": [{"item_id": ids[0], "delete": True}, {"sku": "THEIRS", "quantity": 5}]}
    _at_the_vendor(simulated_platforms, {"order_id": int(known.link.remote_id), **theirs})
    await worker.flush(bench, until_empty=True)
    sent = effects(simulated_platforms)[-1]["body"]["order"]["items"]
    assert sent == [
        {"item_id": ids[1], "sku": "CASE-RED"},
        {"item_id": ids[2], "delete": True},
        {"sku": "GIFT-BOX", "quantity": 1},
    ]


async def test_what_was_taken_away_meanwhile_is_not_changed(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    order_id, known = await section(bench, "Starshipit")
    call_id = await edit.save(bench, order_id, known.connection.id, FieldChanges({("items", "1", "sku"): "CASE-RED"}))
    gone = [{"item_id": known.values["items", "1", "item_id"], "delete": True}]
    _at_the_vendor(simulated_platforms, {"order_id": int(known.link.remote_id), "items": gone})
    await worker.flush(bench, until_empty=True)
    (call,) = await worker.updates_of(bench, (call_id,))
    assert call.state == "rejected"
    assert "is no longer at Starshipit" in str(call.message)
    assert len(effects(simulated_platforms)) == 1


async def test_a_new_item_needs_what_makes_it_one(bench: Context) -> None:
    order_id, known = await section(bench, "Starshipit")
    with pytest.raises(ValidationFailed) as caught:
        await edit.preview(
            bench,
            order_id,
            known.connection.id,
            FieldChanges({("items", "3", "description"): "x"}, added=(("items", "3"),)),
        )
    assert [problem.message for problem in caught.value.problems] == [
        Message("field.needed_for_new", title=Message("starshipit.field.items.sku"), noun=Message("entry.item")),
        Message("field.needed_for_new", title=Message("starshipit.field.items.quantity"), noun=Message("entry.item")),
    ]


async def test_an_item_that_shipup_knows_already_is_not_added_again(bench: Context) -> None:
    order_id, known = await section(bench, "Shipup")
    here = ("line_items", str(next_position(known.values, ("line_items",))))
    values = {(*here, "merchant_id"): known.values["line_items", "0", "merchant_id"], (*here, "quantity"): 1}
    with pytest.raises(ValidationFailed, match="Change that one"):
        await edit.preview(bench, order_id, known.connection.id, FieldChanges(values, added=(here,)))


async def test_a_position_that_is_not_the_next_adds_nothing(bench: Context) -> None:
    _, known = await section(bench, "Starshipit")
    assert edit.added_by(known, [SKU, ("items", "0", "sku"), QUANTITY]) == (("items", "3"),)
    with refused("change.not_next", entry="items.5", next="items.3"):
        edit.added_by(known, [("items", "5", "sku")])


def _at_the_vendor(server: SimulatorServer, order: dict[str, object]) -> None:
    """What someone else does there."""
    keys = SECRETS["starshipit"]
    headers = {"StarShipIT-Api-Key": keys["api_key"], "Ocp-Apim-Subscription-Key": keys["subscription_key"]}
    answer = local_http.put(f"{server.url}/starshipit/api/orders", json={"order": order}, headers=headers)
    assert answer.json()["success"]
