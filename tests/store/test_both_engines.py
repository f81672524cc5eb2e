"""What holds for every store, in a file and on a server."""

import asyncio
import contextlib
import gc
import logging
import string
import threading
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from random import Random
from typing import Any

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteEvent, RemoteTrack
from shipconsole.store import browse, calls, changes, connections, leases, orders, senders, tracks
from shipconsole.store.database import GROUP_SIZE, Db
from shipconsole.store.errors import StoreError
from tests.store.conftest import note
from tests.support.engines import NewStore, wait_until

pytestmark = pytest.mark.both_engines
ENDLESS_NUMBER = "".join(Random(1).choices(string.ascii_letters + string.digits, k=20_000))
ENDLESS = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT COUNT(*) FROM number"


def noted(db: Db) -> list[int]:
    return sorted(change.ref_id for change in changes.since(db, 0).changes)


def fail(db: Db, statement: str | None) -> None:
    """Fail by itself, or with an error of the database."""
    if statement is None:
        raise ZeroDivisionError
    db.connection.execute(statement)


def note_and_fail(db: Db, ref_id: int) -> None:
    note(db, ref_id)
    raise ZeroDivisionError


def break_a_rule(db: Db, ref_id: int) -> None:
    note(db, ref_id)
    db.connection.execute("INSERT INTO saved_filter (name, view, sort) VALUES ('a', 'b', 'c'), ('a', 'b', 'c')")


def write_what_no_index_takes(db: Db, ref_id: int) -> None:
    note(db, ref_id)
    # SQLite takes it, and fails here.
    orders.add(db, number=ENDLESS_NUMBER, primary_connection_id=None, now_ms=1)
    raise ZeroDivisionError


def write_another_type(db: Db, ref_id: int) -> None:
    note(db, ref_id)
    db.value("orders.get", id=[1])


class OnAStack:
    """Notes which thread destroys it."""

    def __init__(self, ended_by: list[str]) -> None:
        self._ended_by = ended_by

    def __del__(self) -> None:
        self._ended_by.append(threading.current_thread().name)


async def fail_on_a_stack(start: Callable[[], Future[Any]], ended_by: list[str]) -> None:
    """Await a job that fails as a window does, with something on the stack, which the error's traceback keeps."""
    _shown = OnAStack(ended_by)
    await asyncio.wrap_future(start())


@pytest.mark.parametrize("way", ["read", "read_long", "write"])
@pytest.mark.parametrize("fault", ["no such statement", None])
async def test_what_an_error_keeps_is_destroyed_by_the_thread_that_collects(
    new_store: NewStore, way: str, fault: str | None
) -> None:
    ended_by: list[str] = []
    run, collects = getattr(new_store(), way), gc.isenabled()
    gc.disable()
    try:
        for _ in range(5):
            with contextlib.suppress(ZeroDivisionError, StoreError):
                await fail_on_a_stack(partial(run, fail, fault), ended_by)
            # The job before is no longer the thread's.
            assert await asyncio.wrap_future(run(noted)) == []
        assert ended_by == []
        gc.collect()
    finally:
        # Where a test of the window ran before, it stays off.
        if collects:
            gc.enable()
    assert ended_by == [threading.main_thread().name] * 5


async def test_a_failure_that_lasts_does_not_grow(new_store: NewStore) -> None:
    store = new_store()
    store.write(note, 1).result()
    store.close()
    lengths: list[int] = []
    for _ in range(5):
        with pytest.raises(StoreError) as raised:
            await asyncio.wrap_future(store.read(noted))
        lengths.append(len(raised.traceback))
    assert set(lengths) == {lengths[0]}


def test_ids_take_4_bytes_each_and_8_where_one_needs_more(new_store: NewStore) -> None:
    store = new_store()

    def add(db: Db, number: str) -> int:
        id_ = orders.add(db, number=number, primary_connection_id=None, now_ms=int(number))
        orders.refresh_totals(db, id_, now_ms=int(number))
        return id_

    def listed() -> "array[int]":
        return store.read(browse.ids, "all", "changed").result()

    first, second = store.write(add, "1").result(), store.write(add, "2").result()
    assert listed() == array("i", [second, first])
    assert listed().itemsize == 4
    for large in (2**31 - 1, 2**31, 2**40):
        store.write(
            lambda db, id_=large: db.connection.execute(f"UPDATE orders SET id = {id_} WHERE id > {second - 1}")
        ).result()
        assert list(listed()) == [large, first]
        assert listed().itemsize == (4 if large < 2**31 else 8)


def test_a_write_is_read_by_another_station(new_store: NewStore) -> None:
    here, there = new_store("here"), new_store("there")
    assert here.write(note, 7).result() == 7
    assert there.read(noted).result() == [7]


@pytest.mark.parametrize("kind", [list, tuple, partial(array, "q")])
def test_any_sequence_of_ids_is_looked_up(new_store: NewStore, kind: Callable[[Sequence[int]], Sequence[int]]) -> None:
    store = new_store()

    def add(db: Db) -> list[int]:
        return [orders.add(db, number=f"{n}", primary_connection_id=None, now_ms=1) for n in range(12)]

    added = store.write(add).result()
    found = store.read(lambda db: db.rows("browse.rows", ids=kind(added[:11]))).result()
    assert sorted(row[0] for row in found) == added[:11]


@pytest.mark.parametrize("fails", [note_and_fail, break_a_rule, write_what_no_index_takes, write_another_type])
@pytest.mark.parametrize("count", [1, 5])
def test_a_job_that_fails_undoes_its_own_changes_only(new_store: NewStore, fails: Any, count: int) -> None:
    store = new_store()
    held, begun = threading.Event(), threading.Event()

    def hold(_db: Db) -> None:
        begun.set()
        held.wait()

    first = store.write(hold)
    begun.wait()
    # These wait behind the first one, so that they are one group.
    good = [store.write(note, number) for number in range(count)]
    bad = store.write(fails, 99)
    after = store.write(note, 50)
    held.set()
    first.result()
    assert [future.result() for future in good] == list(range(count))
    with pytest.raises(Exception):  # noqa: B017, PT011 - the driver's own
        bad.result()
    assert after.result() == 50
    assert store.read(noted).result() == [*range(count), 50]


def test_a_single_job_that_fails_leaves_nothing(new_store: NewStore) -> None:
    store = new_store()
    for fails in (note_and_fail, break_a_rule):
        with pytest.raises(Exception):  # noqa: B017, PT011 - the driver's own
            store.write(fails, 3).result()
    assert store.read(noted).result() == []
    assert store.write(note, 4).result() == 4


def test_many_writes_are_few_commits(new_store: NewStore) -> None:
    store = new_store()
    store.write(note).result()
    held, begun = threading.Event(), threading.Event()

    def hold(_db: Db) -> None:
        begun.set()
        held.wait()

    before = store.read(commits).result()
    first = store.write(hold)
    begun.wait()
    waiting = [store.write(note, number) for number in range(GROUP_SIZE)]
    held.set()
    first.result()
    assert [future.result() for future in waiting] == list(range(GROUP_SIZE))
    assert store.read(commits).result() == before + 1


def commits(db: Db) -> int:
    return int(db.connection.execute("SELECT commits FROM database_info").fetchall()[0][0])


def test_writers_of_two_stations_lose_nothing(new_store: NewStore) -> None:
    stores = [new_store(f"station {number}") for number in range(3)]

    def step(db: Db) -> None:
        db.change("rate_limits.begin", connection_id=1)
        db.change("rate_limits.take", connection_id=1, interval_ms=1, earliest_ms=0, latest_ms=10**9, patient_ms=10**9)

    futures: list[Future[None]] = [store.write(step) for _ in range(30) for store in stores]
    for future in futures:
        future.result()
    assert stores[0].read(lambda db: db.value("rate_limits.next_at", connection_id=1)).result() == 90


def test_a_long_read_is_interrupted_and_the_next_one_runs(new_store: NewStore) -> None:
    store = new_store()
    store.write(note, 1).result()
    endless = store.read_long(lambda db: db.connection.execute(ENDLESS).fetchall())
    store.read(noted).result()
    endless.interrupt()
    with pytest.raises(StoreError):
        endless.result()
    assert store.read_long(noted).result() == [1]


def test_other_stations_are_called_after_a_commit(new_store: NewStore, database_engine: str) -> None:
    here, there = new_store("here"), new_store("there")
    here.write(note).result()
    there.read(noted).result()
    called, here_called = threading.Event(), threading.Event()
    there.listen(called.set)
    here.listen(here_called.set)
    here.write(note, 2).result()
    assert here_called.is_set()
    if database_engine == "postgresql":
        wait_until(called.is_set)


def test_texts_are_in_the_order_of_their_bytes(new_store: NewStore) -> None:
    store = new_store()
    names = ["b", "B", "ä", "a b", "a-b", "ab", "Z", "_", "a1", "A", "é", "0"]

    def save(db: Db) -> list[str]:
        for name in names:
            db.connection.execute("INSERT INTO saved_filter (name, view, sort) VALUES (?, '', '')", (name,))
        found = db.connection.execute("SELECT name FROM saved_filter ORDER BY name").fetchall()
        return [name for (name,) in found]

    assert store.write(save).result() == sorted(names, key=str.encode)


def test_a_closed_store_refuses(new_store: NewStore) -> None:
    store = new_store()
    store.write(note).result()
    store.close()
    with pytest.raises(StoreError):
        store.write(note).result()
    with pytest.raises(StoreError):
        store.read(noted).result()


# ---- a clock that was set back

PRESENT = {"station_id": "here", "steady_ms": 1_000, "until_ms": 1_500, "latest_ms": 2_000}


@pytest.mark.parametrize(("until_ms", "is_taken"), [(1_000, True), (1_001, False), (2_000, False), (2_001, True)])
def test_a_lease_from_before_the_clock_was_set_back_is_over(new_store: NewStore, until_ms: int, is_taken: bool) -> None:
    def take(db: Db) -> bool:
        connection_id = connections.put(db, name="A", vendor="shipup", base_url="http://127.0.0.1:9", options={})
        before = {"station_id": "dead", "steady_ms": 0, "until_ms": until_ms, "latest_ms": until_ms}
        assert leases.take(db, "updates", connection_id, **before)
        return leases.take(db, "updates", connection_id, **PRESENT)

    assert new_store().write(take).result() == is_taken


@pytest.mark.parametrize(("seen_ms", "counts"), [(1_000, False), (1_001, True), (3_000, True), (3_001, False)])
def test_a_station_that_was_seen_before_the_clock_was_set_back_counts_for_nothing(
    new_store: NewStore, seen_ms: int, counts: bool
) -> None:
    def find(db: Db) -> list[bool]:
        connections.put(db, name="A", vendor="shipup", base_url="http://127.0.0.1:9", options={})
        how = {"name": "dead", "host": "h", "is_serve": False, "sends": True, "lost_ms": 1_000}
        senders.beat(db, "dead", steady_ms=seen_ms, **how)
        between = {"since_ms": 1_000, "latest_ms": 3_000}
        found = (senders.others_able, senders.others_alive)
        return [bool(one(db, "here", **between)) for one in found] + [bool(senders.every(db, **between))]

    assert new_store().write(find).result() == [counts] * 3


@pytest.mark.parametrize(("until_ms", "is_over"), [(999, True), (1_000, False), (2_000, False), (2_001, True)])
def test_an_update_claimed_before_the_clock_was_set_back_is_abandoned(
    new_store: NewStore, until_ms: int, is_over: bool
) -> None:
    def find(db: Db) -> bool:
        connection_id = connections.put(db, name="A", vendor="shipup", base_url="http://127.0.0.1:9", options={})
        order_id = orders.add(db, number="1", primary_connection_id=connection_id, now_ms=1)
        how: dict[str, Any] = {"shipment_id": None, "intent": "{}", "package_id": None, "connection_id": connection_id}
        how |= {"summary": Message(""), "repeatable": True, "now_ms": 1}
        call_id = calls.add(db, key="k", order_id=order_id, **how)
        db.connection.execute(f"UPDATE call SET state = 'checking', lease_until_ms = {until_ms} WHERE id = {call_id}")
        return [call.id for call in calls.abandoned(db, steady_ms=1_000, latest_ms=2_000)] == [call_id]

    assert new_store().write(find).result() == is_over


# ---- threads that go on


def test_what_fails_in_who_is_told_does_not_end_the_writer(
    new_store: NewStore, caplog: pytest.LogCaptureFixture
) -> None:
    store = new_store()

    def fail() -> None:
        raise RuntimeError

    store.listen(fail)
    with caplog.at_level(logging.CRITICAL + 1):
        assert [store.write(note, number).result() for number in (1, 2)] == [1, 2]
        store.close()


def test_tracking_events_with_descriptions_of_any_length_are_kept_once(new_store: NewStore) -> None:
    store = new_store()
    first, second = (RemoteEvent(message=Message("track.event"), description=f"{ENDLESS_NUMBER}{end}") for end in "ab")
    track = RemoteTrack(tracking_number="1Z999", document="{}", events=(first, second))

    def put(db: Db) -> tuple[RemoteEvent, ...]:
        connection_id = connections.put(db, name="A", vendor="shipup", base_url="http://127.0.0.1:9", options={})
        for _ in range(2):
            tracks.put(db, connection_id, track, order_id=None, now_ms=1, next_check_at_ms=1)
        stored = tracks.get(db, connection_id, "1Z999")
        return stored.track.events if stored is not None else ()

    assert {event.description for event in store.write(put).result()} == {first.description, second.description}
