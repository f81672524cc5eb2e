"""A group of writes on a server holds the lock of all writers for few round trips, and not while it waits for the disk.

Its commit is seen by others before it is on disk; no one is answered before it is. What is counted here are round trips
and the server's own account of its log, not seconds.
"""

from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from shipconsole.domain.message import Message
from shipconsole.store import calls, changes, connections, orders
from shipconsole.store.database import Db
from shipconsole.store.opening import server_store
from shipconsole.store.postgresql import engine
from shipconsole.store.postgresql.engine import Connection, Rows
from shipconsole.store.postgresql.schema import LOCK
from shipconsole.store.postgresql.store import PostgresqlStore
from shipconsole.store.postgresql.writing import _Ready
from tests.store.test_server_store import terminate
from tests.support.engines import wait_until
from tests.support.postgresql import PostgresqlServer

TIMES = 10
"""The server's own writer syncs its log five times a second: once could be luck."""
IS_ON_DISK = "SELECT pg_current_wal_flush_lsn() >= CAST(? AS PG_LSN)"
INSERTED = "SELECT pg_current_wal_insert_lsn()::TEXT"
SAVE = "INSERT INTO saved_filter (name, view, sort) VALUES (?, '', '')"


@pytest.fixture
def store(url: str, tmp_path: Path) -> Generator[PostgresqlStore]:
    opened = server_store(url, tmp_path)
    assert isinstance(opened, PostgresqlStore)
    opened.open()
    opened.read(changes.newest).result()
    yield opened
    opened.close()


@pytest.fixture
def other(url: str) -> Generator[Connection]:
    """Yield a connection beside the store's."""
    with closing(engine.connect(url)) as opened:
        yield opened


def save(db: Db, name: str) -> None:
    db.connection.execute(SAVE, (name,))


def saved(connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM saved_filter ORDER BY name").fetchall()]


class Trips(Connection):
    """A connection that keeps what is sent in each round trip."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection._driver)
        self.__dict__.update(connection.__dict__)
        self.sent: list[str] = []

    def execute(self, statements: str, *args: Any, **options: Any) -> Rows:
        self.sent.append(statements)
        return super().execute(statements, *args, **options)

    def execute_all(self, statements: str) -> list[Rows]:
        self.sent.append(statements)
        return super().execute_all(statements)


def trips_of(store: PostgresqlStore, *jobs: Callable[[Db], object]) -> list[list[str]]:
    """Return what each job's group sends once what it runs is prepared."""
    found: list[list[str]] = []
    assert store._writer is not None
    counting = Trips(store._writer.connection)
    store._writer = store._writer._replace(connection=counting)
    for job in jobs:
        counting.sent = []
        store.write(job).result()
        found.append(counting.sent)
    return found


# ---- the disk


def test_nobody_is_answered_before_the_commit_is_on_disk(store: PostgresqlStore, other: Connection) -> None:
    def save_and_tell(db: Db, name: str) -> str:
        save(db, name)
        return db.connection.execute(INSERTED).fetchall()[0][0]

    for number in range(TIMES):
        reached = store.write(save_and_tell, str(number)).result()
        assert other.execute(IS_ON_DISK, (reached,)).fetchall() == [(1,)]


def test_nobody_is_answered_by_what_another_station_has_not_on_disk(store: PostgresqlStore, other: Connection) -> None:
    """A webhook that came twice is accepted by the second station because the first one has it."""
    other.execute("SET synchronous_commit = off")
    for number in range(TIMES):
        other.execute(SAVE, (str(number),))
        ((reached,),) = other.execute(INSERTED).fetchall()
        seen = store.write(lambda db: db.connection.execute("SELECT COUNT(*) FROM saved_filter").fetchall()).result()
        assert seen == [(number + 1,)]
        assert other.execute(IS_ON_DISK, (reached,)).fetchall() == [(1,)]


@contextmanager
def waiting_for_a_standby(server: PostgresqlServer) -> Generator[None]:
    """Have the server wait for a standby that is not there, as long as a disk could take that hangs."""
    _set(server, "synchronous_standby_names", "absent")
    try:
        yield
    finally:
        _set(server, "synchronous_standby_names", "")


def _set(server: PostgresqlServer, name: str, value: str) -> None:
    server.admin(f"ALTER SYSTEM SET {name} = '{value}'")
    server.admin("SELECT pg_reload_conf()")
    wait_until(lambda: server.admin(f"SELECT current_setting('{name}')") == [(value,)])


def test_the_lock_is_free_while_a_group_waits_for_the_disk(
    store: PostgresqlStore, other: Connection, postgresql_server: PostgresqlServer
) -> None:
    with waiting_for_a_standby(postgresql_server):
        # The station's own processes read the setting before their next statement.
        with suppress(engine.Error):
            store.read(changes.newest).result()
        stored = store.write(save, "first")
        wait_until(lambda: saved(other) == ["first"])
        ((is_free,),) = other.execute(f"SELECT pg_try_advisory_xact_lock({LOCK})").fetchall()
        assert (bool(is_free), stored.done()) == (True, False)
    stored.result()


# ---- round trips


def test_a_group_ends_with_one_round_trip(store: PostgresqlStore) -> None:
    def job(db: Db) -> None:
        save(db, f"{db.noted} {id(db)}")
        for ref_id in (1, 2, 1):
            db.note("order", ref_id)

    _, (begin, middle, end) = trips_of(store, job, job)
    assert (begin[:5], middle, end.count("EXECUTE"), end.count("COMMIT")) == ("BEGIN", SAVE, 2, 1)
    assert [change.ref_id for change in store.read(changes.since, 0).result().changes] == [2, 1]


def test_a_group_that_failed_leaves_the_next_one_as_short(store: PostgresqlStore) -> None:
    """The driver forgets what is prepared when something is rolled back."""

    def fail(db: Db) -> None:
        save(db, "gone")
        raise ZeroDivisionError

    trips_of(store, lambda db: save(db, "1"))
    with pytest.raises(ZeroDivisionError):
        store.write(fail).result()
    _, third = trips_of(store, lambda db: save(db, "2"), lambda db: save(db, "3"))
    assert len(third) == 3


def test_an_update_is_claimed_in_four_round_trips(store: PostgresqlStore) -> None:
    def add(db: Db) -> list[int]:
        connection_id = connections.put(db, name="A", vendor="shipup", base_url="http://127.0.0.1:9", options={})
        order_ids = [orders.add(db, number=str(n), primary_connection_id=connection_id, now_ms=1) for n in (1, 2)]
        how: dict[str, Any] = {"shipment_id": None, "intent": "{}", "package_id": None, "connection_id": connection_id}
        how |= {"summary": Message(""), "repeatable": True, "now_ms": 1}
        return [calls.add(db, key=str(order_id), order_id=order_id, **how) for order_id in order_ids]

    def claim(call_id: int) -> Callable[[Db], object]:
        how: dict[str, Any] = {"owner": "me", "station": "Bench 1", "request": "{}", "fingerprint": "f"}
        how |= {"summary": Message(""), "evidence": "{}", "failures_most": 5, "repeatable": True}
        return lambda db: calls.claim(db, call_id, **how, now_ms=2, steady_ms=2, lease_until_ms=3)

    _, second = trips_of(store, *map(claim, store.write(add).result()))
    assert len(second) == 4


# ---- notes that are kept until the group ends


def test_what_a_job_noted_is_seen_by_who_reads_the_feed_in_it(store: PostgresqlStore) -> None:
    def note_and_read(db: Db) -> tuple[int, ...]:
        db.note("order", 7)
        return tuple(change.ref_id for change in changes.since(db, 0).changes)

    assert store.write(note_and_read).result() == (7,)
    assert [change.ref_id for change in store.read(changes.since, 0).result().changes] == [7]


# ---- a commit that is looked up


def ended_elsewhere(connection: Connection) -> str:
    """Return the id of a transaction of another program, which was committed."""
    connection.execute("BEGIN")
    connection.execute(SAVE, ("elsewhere",))
    ((transaction,),) = connection.execute("SELECT pg_current_xact_id()::TEXT").fetchall()
    connection.execute("COMMIT")
    return transaction


def test_a_transaction_of_another_program_is_not_taken_for_ours(store: PostgresqlStore, other: Connection) -> None:
    """After a crash a server gives out again the ids of transactions of which nothing had reached the disk."""
    store.write(save, "ours").result()
    assert store._writer is not None
    assert store._look_up(store._writer, _Ready(ended_elsewhere(other), ())) is None


def test_a_transaction_that_was_lost_with_its_id_is_rolled_back(store: PostgresqlStore) -> None:
    store.write(save, "ours").result()
    assert store._writer is not None
    assert store._look_up(store._writer, _Ready("999999999", ())) is None


def test_our_own_is_found_with_what_it_reached(store: PostgresqlStore) -> None:
    before = store._writer
    assert before is not None
    id_of: list[str] = []

    def save_and_tell(db: Db) -> None:
        save(db, "ours")
        id_of.append(db.connection.execute("SELECT pg_current_xact_id()::TEXT").fetchall()[0][0])

    store.write(save_and_tell).result()
    reached = store._look_up(before, _Ready(id_of[0], ()))
    assert reached is not None
    assert store._writer is not None
    assert (reached.database_id, reached.commits) == (before.database_id, store._writer.own_commits)


# ---- the feed of a server that may have gone back


def test_a_feed_is_read_anew_after_its_connection_was_replaced(
    store: PostgresqlStore, url: str, postgresql_server: PostgresqlServer
) -> None:
    cursor = store.read(changes.followed, 0).result().cursor
    store.write(lambda db: db.note("order", 1)).result()
    assert not store.read(changes.followed, cursor).result().too_many
    terminate(postgresql_server, url)
    wait_until(lambda: store.is_open)
    assert store.read(changes.followed, cursor).result().too_many
    assert not store.read(changes.followed, cursor).result().too_many
