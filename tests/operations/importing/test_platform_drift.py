"""Platform drift: what a platform made of an update is seen when the order is read back, and only that."""

from shipconsole.domain.entries import EntryList
from shipconsole.domain.field import EACH, Field, FieldPath, Value
from shipconsole.domain.message import Message, verbatim
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, platform_drift
from shipconsole.operations.importing.platform_drift import PlatformDrift
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import edit
from shipconsole.operations.vendor_orders.edit import FieldChanges
from shipconsole.simulator.server import SimulatorServer
from tests.operations.vendor_orders.test_edit import POST_CODE, STREET, section
from tests.support.bench import USPS_NUMBERS, draft_of, fault

LISTS = (EntryList(("items",), "item", "item_id"),)
FIELDS = (
    Field(("name",), editable=True),
    Field(("weight",), "number", editable=True),
    Field(("seen_at",)),
    Field(("items", EACH, "item_id"), "whole", key=True),
    Field(("items", EACH, "sku"), editable=True),
)


def found(sent: dict[FieldPath, Value], before: dict[FieldPath, Value], now: dict[FieldPath, Value]) -> list[object]:
    changed = platform_drift.find_drift(FIELDS, LISTS, sent, before, now)
    return [(platform_drift.field_title(FIELDS, LISTS, change.path), *change) for change in changed]


def test_a_field_that_this_version_does_not_know_is_called_by_its_path() -> None:
    assert platform_drift.field_title(FIELDS, LISTS, ("items", "1", "gone")) == verbatim("items.1.gone")


def test_a_value_that_is_kept_as_sent_is_no_news() -> None:
    weight: FieldPath = ("weight",)
    assert found({weight: "0.65"}, {weight: "1"}, {weight: "0.650", ("seen_at",): "now"}) == []


def test_a_value_stored_otherwise_and_one_changed_by_the_platform_are_distinguished() -> None:
    before: dict[FieldPath, Value] = {("name",): "John Smith", ("weight",): "1"}
    now: dict[FieldPath, Value] = {("name",): "JOHN SMITH", ("weight",): "1"}
    assert found({("weight",): "2"}, before, now) == [
        (verbatim("weight"), ("weight",), "2", "1", "1"),
        (verbatim("name"), ("name",), None, "John Smith", "JOHN SMITH"),
    ]


def test_entries_are_compared_by_what_the_platform_knows_them_by() -> None:
    before: dict[FieldPath, Value] = {("items", "0", "item_id"): 1, ("items", "0", "sku"): "A"}
    now: dict[FieldPath, Value] = {
        ("items", "0", "item_id"): 2,
        ("items", "0", "sku"): "B",
        ("items", "1", "item_id"): 1,
        ("items", "1", "sku"): "A1",
    }
    title = Message("platform_drift.of_entry", title=verbatim("sku"), noun=Message("entry.item"), number=2)
    assert found({}, before, now) == [(title, ("items", "1", "sku"), None, "A", "A1")]


async def changed(ctx: Context, values: dict[FieldPath, Value], **more: tuple[FieldPath, ...]) -> tuple[object, ...]:
    """Change the order at Starshipit and tell; what was seen of that call."""
    order_id, known = await section(ctx, "Starshipit")
    call_id, _ = await edit.queue_edit(ctx, order_id, known.connection.id, FieldChanges(values, **more))
    await worker.flush(ctx, until_empty=True)
    return (await platform_drift.of_order(ctx, order_id))[call_id]


async def test_what_the_platform_keeps_otherwise_is_seen_after_the_change(
    bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "starshipit", "keep_other", call="update_order", field="post_code")
    seen = await changed(bench, {POST_CODE: "2001"})
    assert seen == (PlatformDrift(Message("starshipit.field.address.post_code"), POST_CODE, "2001", "2000", "02001"),)


async def test_a_change_and_a_shipment_that_went_well_have_nothing_to_say(bench: Context) -> None:
    new: dict[FieldPath, Value] = {("items", "3", "sku"): "GIFT-BOX", ("items", "3", "quantity"): 1, STREET: "1 Road"}
    assert await changed(bench, new, added=(("items", "3"),)) == ()
    assert await changed(bench, {}, delete=(("items", "3"),)) == ()
    order_id, draft = await draft_of(bench, "10001", {"MOBILE": 1}, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    await import_orders.sync(bench, await connections.every(bench))
    seen = await platform_drift.of_order(bench, order_id)
    assert len(seen) >= 3
    assert set(seen.values()) == {()}
