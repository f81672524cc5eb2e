"""A large order ships with as many statements as a small one, and its requests are built once for all who need them."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pytest

from shipconsole.domain.connection import Connection as Connected
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.shipment import Shipment
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import correct, plan, ship, undo
from shipconsole.store import browse, search_text
from shipconsole.store import connections as stored_connections
from shipconsole.store import orders as stored_orders
from shipconsole.store.database import Db
from shipconsole.store.engine import Cursor, FileConnection
from tests.bench.meters import put_connection as _put
from tests.operations.importing.test_uncounted import read
from tests.support.bench import NAMES
from tests.support.engines import NewStore
from tests.support.labels import usps


class Counting:
    """A connection that counts the statements that are given to it; one for many rows counts once."""

    def __init__(self, connection: FileConnection) -> None:
        self._connection = connection
        self.statements = 0

    def execute(self, *args: Any, **options: Any) -> Cursor:
        self.statements += 1
        return self._connection.execute(*args, **options)

    def executemany(self, statements: str, sequenceofbindings: Iterable[Mapping[str, Any]]) -> Cursor:
        self.statements += 1
        return self._connection.executemany(statements, sequenceofbindings)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@contextmanager
def counted(db: Db) -> Generator[Counting]:
    """Count the statements that a store function gives to its connection meanwhile."""
    before = cast("Any", db).connection
    counting = Counting(before)
    _put(db, counting)
    try:
        yield counting
    finally:
        _put(db, before)


async def order_of(ctx: Context, lines: int, number: str = "1001", units: Sequence[int] = (2,)) -> int:
    """Store an order that three platforms have; return its id."""
    for vendor, name in NAMES.items():
        known = {connection.name: connection for connection in await connections.every(ctx)}
        connection = known.get(name) or await connections.connect(ctx, vendor, name)
        items = [(f"SKU-{position:04}", units[position % len(units)]) for position in range(lines)]
        remote = read(vendor, *items, number=number).model_copy(update={"remote_id": f"{len(number)}{number}"})
        await ctx.write(upsert.upsert_orders, connection, (remote,), now_ms=1)
    return await orders.find(ctx, number)


async def draft_of_all(ctx: Context, order_id: int, label: str = usps(0)) -> ShipmentDraft:
    order = await ctx.read(stored_orders.get, order_id)
    return ship.draft_of_items(order, None, PackageDraft(tracking_number=label))


async def statements(ctx: Context, lines: int) -> tuple[int, int]:
    """Return how many statements it takes to ship an order of some lines, and to undo its shipment."""
    order_id = await order_of(ctx, lines, number=f"{lines}")
    draft = await draft_of_all(ctx, order_id, usps(lines))

    def count(db: Db) -> int:
        with counted(db) as counting:
            ship.store_shipment(db, ctx, order_id, draft, (), is_typed=True)
        return counting.statements

    shipped = await ctx.write(count)
    (shipment,) = (await orders.sheet(ctx, order_id)).shipments

    def count_release(db: Db) -> int:
        with counted(db) as counting:
            assert stored_orders.release_units(db, order_id, shipment.units_by_line)
        assert stored_orders.claim_units(db, order_id, shipment.units_by_line)
        return counting.statements

    return shipped, await ctx.write(count_release)


async def test_an_order_of_many_lines_ships_with_the_statements_of_a_small_one(ctx: Context) -> None:
    assert await statements(ctx, 3) == await statements(ctx, 300)


@pytest.mark.both_engines
def test_an_order_of_many_lines_is_taken_in_with_the_statements_of_a_small_one(new_store: NewStore) -> None:
    """By a new connection, by one that has it, and again with other quantities; every station waits meanwhile."""
    store = new_store()

    def connect(db: Db, vendor: str) -> Connected:
        id_ = stored_connections.put(db, name=vendor, vendor=vendor, base_url="http://127.0.0.1:9", options={})
        return next(one for one in stored_connections.every(db) if one.id == id_)

    known = [store.write(connect, vendor).result() for vendor in ("shipup", "shipengine")]

    def count(db: Db, connection: Connected, lines: int, units: int) -> int:
        items = [(f"SKU-{position:04}", units) for position in range(lines)]
        with counted(db) as counting:
            upsert.upsert_orders(db, connection, (read(connection.vendor, *items, number=str(lines)),), now_ms=units)
        return counting.statements

    def taken_in(lines: int) -> list[int]:
        steps = [(connection, units) for units in (2, 3) for connection in known]
        return [store.write(count, connection, lines, units).result() for connection, units in steps]

    assert taken_in(3) == taken_in(300)
    (found,) = store.read(lambda db: [stored_orders.get(db, id_) for id_ in stored_orders.numbered(db, "300")]).result()
    assert [(line.sku, line.ordered) for line in found.lines] == [(f"SKU-{position:04}", 3) for position in range(300)]
    links = store.read(stored_orders.links, found.id).result()
    assert [[line.line_id for line in link.lines] for link in links] == [[line.id for line in found.lines]] * 2


async def test_a_shipment_is_undone_and_every_unit_of_every_line_is_left_again(ctx: Context) -> None:
    order_id = await order_of(ctx, 40, units=(1, 2, 3))
    left = (await orders.sheet(ctx, order_id)).order.left_by_line
    shipped = await ship.ship(ctx, order_id, await draft_of_all(ctx, order_id))
    sheet = await orders.sheet(ctx, order_id)
    assert (sheet.order.left, sheet.shipments[0].units_by_line) == (0, left)
    await undo.undo_shipment(ctx, order_id, shipped.shipment_id)
    assert (await orders.sheet(ctx, order_id)).order.left_by_line == left
    again = await ship.ship(ctx, order_id, await draft_of_all(ctx, order_id))
    await correct.void_shipment(ctx, order_id, again.shipment_id, (), "lost")
    assert (await orders.sheet(ctx, order_id)).order.left_by_line == left


@pytest.mark.of_a_file("a station may not make triggers at a server")
async def test_units_that_are_no_longer_left_are_named_and_nothing_is_stored(ctx: Context) -> None:
    """Whatever was checked before: here a trigger takes the last units while the shipment is stored."""
    order_id = await order_of(ctx, 5)
    draft = await draft_of_all(ctx, order_id)
    _, second, third, *_ = (await orders.sheet(ctx, order_id)).order.lines

    def race(db: Db) -> None:
        db.connection.execute(
            f"CREATE TEMP TRIGGER other_station AFTER UPDATE ON order_line WHEN OLD.id = {second.id} BEGIN"
            f" UPDATE order_line SET cancelled = 1 WHERE id = {third.id}; END"
        ).fetchall()
        try:
            ship.store_shipment(db, ctx, order_id, draft, (), is_typed=True)
        finally:
            db.connection.execute("DROP TRIGGER other_station").fetchall()

    with pytest.raises(ValidationFailed) as refused:
        await ctx.write(race)
    (problem,) = refused.value.problems
    assert (problem.path, problem.message.id) == (("lines", third.id), "ship.left_changed")
    sheet = await orders.sheet(ctx, order_id)
    assert (sheet.order.left, sheet.shipments, sheet.calls) == (10, (), ())


async def test_the_same_draft_is_planned_once(ctx: Context) -> None:
    order_id = await order_of(ctx, 3)
    draft = await draft_of_all(ctx, order_id)
    first = await ship.preview(ctx, order_id, draft)
    again = await ship.preview(ctx, order_id, await draft_of_all(ctx, order_id))
    assert [id(update.request) for update in again] == [id(update.request) for update in first]
    shipped = await ship.ship(ctx, order_id, draft)
    sheet = await orders.sheet(ctx, order_id)
    assert tuple(call.id for call in sheet.calls) == shipped.call_ids
    assert [(call.connection, call.summary) for call in sheet.calls] == [
        (update.connection.name, update.request.summary) for update in first
    ]
    packages = {call.connection: call.package_id for call in sheet.calls}
    assert packages["ShipEngine"] == sheet.shipments[0].packages[0].id


async def test_whatever_a_request_is_made_of_it_is_planned_anew_when_that_changed(ctx: Context) -> None:
    order_id = await order_of(ctx, 3)
    order, links = await ctx.read(lambda db: (stored_orders.get(db, order_id), stored_orders.links(db, order_id)))
    targets, draft = await connections.every(ctx), await draft_of_all(ctx, order_id)
    new = plan.valid_shipment(order, draft)
    assert plan.valid_shipment(order, draft) is new
    planned = plan.planned_updates(new, links, (), targets)
    assert plan.planned_updates(new, links, (), targets) is planned

    renamed = tuple(link.model_copy(update={"remote_id": f"9{link.remote_id}"}) for link in links)
    of_renamed = plan.planned_updates(new, renamed, (), targets)
    assert {update.request.path for update in of_renamed} != {update.request.path for update in planned}
    plan.planned_updates(new, links, (), targets)
    fewer = plan.planned_updates(new, links, (), targets[:1])
    assert [update.connection for update in fewer] == [targets[0]]
    package = new.packages[0].model_copy(update={"tracking_number": usps(1), "id": 1})
    earlier = (Shipment(id=1, packages=(package,), created_at_ms=1),)
    plan.planned_updates(new, links, (), targets)
    with_earlier = plan.planned_updates(new, links, earlier, targets)
    assert usps(1) in str(with_earlier[-1].request.body)
    assert usps(1) not in str(plan.planned_updates(new, links, (), targets)[-1].request.body)

    other_label = ShipmentDraft(packages=(draft.packages[0].model_copy(update={"tracking_number": usps(2)}),))
    assert plan.valid_shipment(order, other_label).packages[0].tracking_number == usps(2)
    plan.valid_shipment(order, draft)
    with pytest.raises(ValidationFailed):
        plan.valid_shipment(order.model_copy(update={"cancelled": True}), draft)


async def test_a_shipment_is_found_by_its_number_and_the_items_are_not_indexed_again(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await order_of(ctx, 40)
    number, indexed, of = usps(3), list[str](), search_text.of

    def recording(numbers: Iterable[str], texts: Iterable[str]) -> str:
        written = (*numbers, *texts)
        indexed.extend(written)
        return of((), written)

    async def found(text: str) -> list[int]:
        return list(await ctx.read(browse.found, text, browse.NO_LIMIT))

    assert await found(number) == []
    monkeypatch.setattr(search_text, "of", recording)
    shipped = await ship.ship(ctx, order_id, await draft_of_all(ctx, order_id, number))
    assert indexed == [number]
    monkeypatch.undo()
    for text in (number, number[-6:], "SKU-0039", "1001"):
        assert await found(text) == [order_id], text
    await undo.undo_shipment(ctx, order_id, shipped.shipment_id)
    assert await found(number) == []
    assert await found("SKU-0039") == [order_id]
