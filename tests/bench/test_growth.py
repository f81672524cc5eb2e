"""What is done all day costs the same with ten times as many orders: the same statements, rows visited and memory.

Counted, not timed, so that it holds on every computer; `poe bench` measures how long it takes.
"""

import time
from array import array
from collections.abc import Callable, Generator
from pathlib import Path
from typing import cast

import pytest

from shipconsole.domain.change_feed import Change
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders.orders import read_sheet
from shipconsole.operations.orders.placing import placement
from shipconsole.store import (
    browse,
    calls,
    changes,
    connections,
    follow_up_jobs,
    forwarding,
    orders,
    parts_search,
    shipments,
    tracks,
    webhook_events,
)
from shipconsole.store.calls import Ending
from shipconsole.store.database import Db, Engine, Store
from shipconsole.store.opening import server_store
from shipconsole.store.sqlite import SqliteStore
from tests.bench.meters import Cost, cost_of
from tests.bench.warehouse.filling import fill_postgresql, fill_sqlite
from tests.bench.warehouse.rows import Warehouse
from tests.operations.importing.test_uncounted import read
from tests.support.engines import ENGINES, fresh_database
from tests.support.postgresql import PostgresqlServer

SMALL, LARGE = 300, 3_000
UNTIL_MS = 1_795_996_800_000
MORE, SLACK_STEPS, SLACK_BYTES = 1.3, 60, 4_096
LOG_MORE = 1.7
"""A tree of ten times as many rows is a level deeper; what is read in whole or sorted grows by ten."""
BYTES_OF_AN_ID = 80
"""The list while it grows, and what a server sends, which is text; a row of Python objects has a hundred."""
PAGE = 20
NUMBER = "QXZJVQ"
"""Of an order whose letters no other has: how long a search takes follows from how many orders match its parts."""
Stores = tuple[Store, Store]


@pytest.fixture(scope="module", params=ENGINES)
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Stores]:
    """Yield a small and a large store."""
    engine = cast("Engine", request.param)
    folder = tmp_path_factory.mktemp(engine)
    opened: list[Store] = []
    for count in (SMALL, LARGE):
        warehouse = Warehouse(count, until_ms=UNTIL_MS)
        if engine == "sqlite":
            file = folder / f"{count}.db"
            fill_sqlite(file, warehouse)
            opened.append(_opened_file(file))
        else:
            server = cast("PostgresqlServer", request.getfixturevalue("postgresql_server"))
            url = server.url(fresh_database(server))
            fill_postgresql(url, warehouse)
            profile = folder / str(count)
            profile.mkdir()
            opened.append(server_store(url, profile))
            opened[-1].open()
    yield opened[0], opened[1]
    for store in opened:
        store.close()


def _opened_file(file: Path) -> Store:
    store = SqliteStore(file)
    store.open()
    return store


def _spread(db: Db) -> list[int]:
    newest = int(db.connection.execute("SELECT MAX(id) FROM orders").fetchall()[0][0])
    return [max(1, newest * position // 50) for position in range(1, 51)]


def _starshipit(db: Db) -> Connection:
    return next(known for known in connections.every(db) if known.vendor == "starshipit")


def _take_in(db: Db) -> int:
    """Add a new order of two lines and return its id."""
    number = f"NEW-{time.monotonic_ns()}"
    remote = read("starshipit", ("TEA-RED-3", 2), ("MUG-BLK-5", 1), number=number)
    remote = remote.model_copy(update={"remote_id": number})
    assert upsert.upsert_orders(db, _starshipit(db), (remote,), now_ms=UNTIL_MS) == 1
    return orders.numbered(db, number)[0]


def _open(db: Db) -> object:
    return read_sheet(db, orders.numbered(db, NUMBER)[0])


def _add_opened(db: Db) -> None:
    remote = read("starshipit", ("TEA-RED-3", 2), ("MUG-BLK-5", 1), number=NUMBER)
    upsert.upsert_orders(db, _starshipit(db), (remote.model_copy(update={"remote_id": "1"}),), now_ms=UNTIL_MS)


def _send(db: Db) -> None:
    """Enqueue an update, find it due, claim it and settle it."""
    order_id = _take_in(db)
    connection_id = _starshipit(db).id
    call_id = calls.add(
        db,
        key=f"key-{time.monotonic_ns()}",
        order_id=order_id,
        shipment_id=None,
        intent="{}",
        package_id=None,
        connection_id=connection_id,
        summary=Message("summary.one_package", count=1, position="1"),
        repeatable=True,
        now_ms=UNTIL_MS,
    )
    assert call_id in [due.id for due in calls.due(db, connection_ids=[connection_id], steady_ms=UNTIL_MS, most=9)]
    claim = calls.claim(
        db,
        call_id,
        owner="me",
        station="Bench 1",
        request="{}",
        fingerprint="f",
        repeatable=True,
        summary=Message("summary.one_package", count=1, position="1"),
        evidence="{}",
        failures_most=5,
        now_ms=UNTIL_MS,
        steady_ms=UNTIL_MS,
        lease_until_ms=UNTIL_MS + 1,
    )
    assert claim is not None
    assert calls.settle(db, claim, Ending("confirmed", Message("")), now_ms=UNTIL_MS)


def _after_a_change(db: Db) -> None:
    """Read what a window reads after each saved change."""
    cursor = changes.newest(db)
    order_id = _spread(db)[25]
    db.note("order", order_id)
    assert Change("order", order_id) in changes.since(db, cursor).changes
    browse.rows(db, [order_id])
    browse.counts(db)
    calls.count_by_state(db)
    calls.backlog(db)
    forwarding.waiting(db)
    connections.every(db)


def _round(db: Db) -> None:
    """Look for what is due, as every second."""
    calls.due(db, connection_ids=[1, 2, 3], steady_ms=UNTIL_MS, most=6)
    calls.held_is_due(db, steady_ms=UNTIL_MS)
    calls.due_checks(db, steady_ms=UNTIL_MS, most=5, failures_most=5)
    calls.abandoned(db, steady_ms=UNTIL_MS, latest_ms=2 * UNTIL_MS)
    webhook_events.senders(db)
    webhook_events.unprocessed_of(db, 1, after=0, most=10)
    follow_up_jobs.due(db, steady_ms=UNTIL_MS, most=5)
    tracks.next_to_check(db, 1, from_ms=0, to_ms=UNTIL_MS - 300 * 86_400_000)


def _first_page(view: str, sort: str) -> Callable[[Db], object]:
    return lambda db: browse.rows(db, browse.ids(db, view, sort, PAGE, now_ms=UNTIL_MS))


DONE_ALL_DAY: dict[str, Callable[[Db], object]] = {
    "a page": lambda db: browse.rows(db, _spread(db)),
    "to ship by due": _first_page("to_ship", "due"),
    "to ship by number": _first_page("to_ship", "number"),
    "to ship by recipient": _first_page("to_ship", "recipient"),
    "shipped": _first_page("shipped", "changed"),
    "all": _first_page("all", "changed"),
    "tab counts": browse.counts,
    "after a change": _after_a_change,
    "a round": _round,
    "an order taken in": _take_in,
    "an update sent": _send,
    "an order found": lambda db: browse.rows(db, browse.found(db, NUMBER, PAGE)),
    "an order opened": _open,
    "a number in use": lambda db: shipments.uses_of_number(db, "9400100000000000000006", order_id=1),
    "the newest updates": lambda db: calls.latest(db, most=PAGE),
}


@pytest.mark.parametrize("name", DONE_ALL_DAY)
def test_what_is_done_all_day_costs_the_same_in_a_larger_store(
    stores: Stores, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How many a search on a server compares in a store of any size: here the small one has more.
    monkeypatch.setattr(parts_search, "NEWEST", SMALL // 3)
    small, large = (cost_of(store, DONE_ALL_DAY[name], before=_add_opened) for store in stores)
    assert small.statements == large.statements, (small, large)
    assert large.visited <= MORE * small.visited + SLACK_STEPS, (small, large)
    assert large.held <= MORE * small.held + SLACK_BYTES, (small, large)


@pytest.mark.parametrize(("view", "sort"), [("to_ship", "due"), ("to_ship", "recipient"), ("all", "changed")])
def test_a_changed_order_finds_its_place_at_the_same_cost_in_a_longer_list(
    stores: Stores, view: str, sort: str
) -> None:
    """Unmoved: those beside it are read. Moved: a part of the list that grows with its logarithm."""
    for sql, more in (("needs_attention = needs_attention", MORE), ("is_first = 1, changed_at_ms = 0", LOG_MORE)):
        costs: list[Cost] = []
        for store in stores:
            listed = store.read(browse.ids, view, sort).result()
            order_id = listed[len(listed) // 3]

            def change(db: Db, order_id: int = order_id, sql: str = sql) -> None:
                db.connection.execute(f"UPDATE orders SET {sql} WHERE id = {order_id}")

            def place(db: Db, listed: "array[int]" = listed, order_id: int = order_id) -> object:
                positions = {order_id: len(listed) // 3}
                return placement(db, view, sort, listed, positions, changes.newest(db))

            costs.append(cost_of(store, place, before=change))
        small, large = costs
        assert large.visited <= more * small.visited + SLACK_STEPS, (small, large)
        assert large.held <= more * small.held + SLACK_BYTES, (small, large)


def test_the_ids_of_a_view_take_little_more_than_eight_bytes_each(stores: Stores) -> None:
    """A row of Python objects for each of a million orders would take a hundred megabytes for a moment."""
    small, large = (cost_of(store, lambda db: browse.ids(db, "all", "changed")) for store in stores)
    assert large.held - small.held <= BYTES_OF_AN_ID * (LARGE - SMALL), (small, large)


def test_a_scan_is_seen(stores: Stores) -> None:
    """The counts notice what reads a table from end to end."""

    def scan(db: Db) -> object:
        return db.connection.execute("SELECT COUNT(*) FROM orders WHERE note = 'none like it'").fetchall()

    small, large = (cost_of(store, scan) for store in stores)
    assert large.visited > MORE * small.visited + SLACK_STEPS
    assert isinstance(small, Cost)
