"""The store on a server: commits that are cut, a server that goes and comes, clocks, marks, and errors in words."""

import contextlib
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import changes, migrations, steady_time
from shipconsole.store.database import Db
from shipconsole.store.errors import (
    StoreAwayError,
    StoreBehindError,
    StoreError,
    StoreLayoutError,
    StoreOlderError,
    StoreUnsureError,
)
from shipconsole.store.migrations import Migration
from shipconsole.store.opening import accept_behind, create_or_upgrade, server_store
from shipconsole.store.postgresql import checks, engine, upgrading
from shipconsole.store.postgresql.address import parsed
from shipconsole.store.postgresql.known import Known, Place
from shipconsole.store.postgresql.store import PostgresqlStore
from tests.store.conftest import Open, note
from tests.support.engines import wait_until
from tests.support.pooler import running_pooler
from tests.support.postgresql import GUARDED, GUARDED_PASSWORD, PostgresqlServer, database_name
from tests.support.proxy import Proxy, running_proxy

COMMIT = b"COMMIT; "
LATER = Migration(9_999, "later", "CREATE TABLE later (id BIGINT PRIMARY KEY);")


def noted(db: Db) -> list[int]:
    rows = db.connection.execute("SELECT ref_id FROM change ORDER BY seq").fetchall()
    return [ref_id for (ref_id,) in rows]


@pytest.fixture
def proxy(postgresql_server: PostgresqlServer) -> Generator[Proxy]:
    with running_proxy(postgresql_server.port) as running:
        yield running


def failure_of(store: PostgresqlStore) -> EnvironmentFailure:
    with pytest.raises(EnvironmentFailure) as raised:
        store.read(noted).result()
    return raised.value


def listening(store: PostgresqlStore) -> PostgresqlStore:
    """Wait until all of a store's connections are made."""
    called = threading.Event()
    store.listen(called.set)
    wait_until(called.is_set)
    return store


# ---- commits


def test_a_commit_whose_answer_is_lost_is_told_as_stored(url: str, opened: Open, proxy: Proxy) -> None:
    store = opened(proxy.through(url))
    store.write(note, 1).result()
    proxy.cut_after = COMMIT
    assert store.write(note, 2).result() == 2
    assert store.read(noted).result() == [1, 2]


def test_a_commit_that_did_not_arrive_is_repeated_once(url: str, opened: Open, proxy: Proxy) -> None:
    store = opened(proxy.through(url))
    store.write(note, 1).result()
    proxy.cut_before = COMMIT
    assert store.write(note, 2).result() == 2
    assert store.read(noted).result() == [1, 2]


def test_nobody_is_answered_while_the_end_of_a_commit_is_unknown(url: str, opened: Open, proxy: Proxy) -> None:
    store = listening(opened(proxy.through(url)))
    store.write(note, 1).result()
    proxy.refuses, proxy.cut_after = True, COMMIT
    written = store.write(note, 2)
    wait_until(lambda: not store.is_open)
    assert not written.done()
    proxy.refuses = False
    assert written.result() == 2
    wait_until(lambda: store.is_open)
    assert store.read(noted).result() == [1, 2]


def test_a_server_with_another_history_is_not_asked(
    url: str, opened: Open, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(proxy.through(url))
    store.write(note, 1).result()
    writer = store._writer
    assert writer is not None
    store._writer = writer._replace(lineage=checks.Lineage(writer.lineage.system, "00000009"))
    proxy.cut_after = COMMIT
    with pytest.raises(StoreUnsureError) as raised:
        store.write(note, 2).result()
    assert raised.value.message.id == "server.unsure"


def test_a_connection_that_ends_before_its_commit_is_replaced(
    url: str, opened: Open, postgresql_server: PostgresqlServer
) -> None:
    store = opened(url)
    store.write(note, 1).result()
    terminate(postgresql_server, url)
    assert store.write(note, 2).result() == 2
    terminate(postgresql_server, url)
    assert store.read(noted).result() == [1, 2]


def test_one_that_ends_amid_its_group_is_repeated(url: str, opened: Open, postgresql_server: PostgresqlServer) -> None:
    store = opened(url)
    runs: list[int] = []

    def note_and_lose(db: Db) -> None:
        note(db, 5)
        runs.append(1)
        if len(runs) == 1:
            terminate(postgresql_server, url)
            note(db, 6)

    store.write(note_and_lose).result()
    assert store.read(noted).result() == [5]
    assert len(runs) == 2


LISTENS = """SELECT 1 FROM pg_stat_activity WHERE datname = %s AND application_name = 'shipconsole listener'
    AND query LIKE '%%FROM change%%'"""


def terminate(server: PostgresqlServer, url: str) -> None:
    """End all connections to a database, none of which is just being made, and wait until they have ended."""
    name = database_name(url)
    wait_until(lambda: server.admin(LISTENS, name))
    pids = [pid for (pid,) in server.admin("SELECT pid FROM pg_stat_activity WHERE datname = %s", name)]
    for pid in pids:
        server.admin("SELECT pg_terminate_backend(%s, 10000)", pid)


def test_two_stations_never_give_one_place_twice(url: str, opened: Open) -> None:
    """`calls.add` takes the greatest id and one more: two open transactions would see the same."""
    stores = [opened(url, f"station {number}") for number in range(4)]

    def take_next(db: Db) -> int:
        ((place,),) = db.connection.execute("SELECT COALESCE(MAX(ref_id), 0) + 1 FROM change").fetchall()
        # Not by a note, which is stored when the group ends.
        db.connection.execute("INSERT INTO change (kind, ref_id, at_ms) VALUES ('order', ?, 0)", (place,))
        return place

    futures = [store.write(take_next) for _ in range(20) for store in stores]
    assert sorted(future.result() for future in futures) == list(range(1, 81))


def test_writers_in_opposite_order_do_not_block_each_other(
    url: str, opened: Open, postgresql_server: PostgresqlServer
) -> None:
    """Each group is run once: none of them is rolled back for another one, as rows in opposite order would have it."""
    name = database_name(url)
    stores = {names: opened(url, f"station {names}") for names in ("ab", "ba")}
    touched: list[str] = []

    def add(db: Db) -> None:
        for one in "ab":
            db.connection.execute("INSERT INTO saved_filter (name, view, sort) VALUES (?, '', '')", (one,))

    def touch(db: Db, names: str) -> None:
        for one in names:
            db.connection.execute("UPDATE saved_filter SET words = words || 'x' WHERE name = ?", (one,))
            touched.append(one)
            # Until the other one has touched its first row, too, or has to wait before it does.
            wait_until(lambda: {*touched} == {*"ab"} or postgresql_server.admin(WAITING, name))

    stores["ab"].write(add).result()
    for future in [store.write(touch, names) for names, store in stores.items()]:
        future.result()
    assert len(touched) == 4
    found = stores["ab"].read(lambda db: db.connection.execute("SELECT words FROM saved_filter").fetchall()).result()
    assert found == [("xx",), ("xx",)]


WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


def test_a_station_that_freezes_amid_a_group_does_not_keep_the_others_waiting(
    url: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_SETTINGS", checks._SETTINGS.replace(f"'{checks.IDLE_IN_TRANSACTION_S}s'", "'300ms'"))
    frozen, other = opened(url, "frozen"), opened(url, "other")
    woken, begun = threading.Event(), threading.Event()
    runs: list[int] = []

    def freeze(db: Db) -> None:
        note(db, 1)
        runs.append(1)
        if len(runs) == 1:
            begun.set()
            woken.wait()

    late = frozen.write(freeze)
    begun.wait()
    assert other.write(note, 2).result() == 2
    woken.set()
    late.result()
    assert other.read(noted).result() == [2, 1]


# ---- away and back


def test_a_server_that_is_away_is_told_and_comes_back_by_itself(url: str, opened: Open, proxy: Proxy) -> None:
    reports: list[EnvironmentFailure | None] = []
    store = opened(proxy.through(url), report=reports.append)
    store.write(note, 1).result()
    proxy.refuses = True
    proxy.cut()
    wait_until(lambda: reports)
    assert isinstance(reports[0], StoreAwayError)
    with pytest.raises(StoreAwayError, match="Can't reach the database server"):
        store.write(note, 2).result()
    assert isinstance(failure_of(store), StoreAwayError)
    proxy.refuses = False
    wait_until(lambda: reports[-1] is None)
    assert store.write(note, 3).result() == 3
    assert store.read(noted).result() == [1, 3]


def test_a_window_that_opens_before_the_server_waits_for_it(url: str, opened: Open, proxy: Proxy) -> None:
    proxy.refuses = True
    reports: list[EnvironmentFailure | None] = []
    store = opened(proxy.through(url), report=reports.append)
    wait_until(lambda: reports)
    proxy.refuses = False
    assert store.write(note, 1).result() == 1
    assert reports[-1] is None


def test_a_command_does_not_wait(url: str, opened: Open, proxy: Proxy) -> None:
    proxy.refuses = True
    assert isinstance(failure_of(opened(proxy.through(url))), StoreAwayError)


def test_a_server_is_restarted_under_a_store(url: str, opened: Open, postgresql_server: PostgresqlServer) -> None:
    store = opened(url)
    store.write(note, 1).result()
    postgresql_server.restart()
    wait_until(lambda: _is_written(store))
    assert store.read(noted).result()[0] == 1


def _is_written(store: PostgresqlStore) -> bool:
    with contextlib.suppress(StoreAwayError):
        store.write(note, 2).result()
        return True
    return False


def test_a_lost_notification_is_made_up_for(url: str, opened: Open, postgresql_server: PostgresqlServer) -> None:
    store = opened(url)
    store.write(note, 1).result()
    called = threading.Event()
    store.listen(called.set)
    name = database_name(url)
    postgresql_server.admin("INSERT INTO change (kind, ref_id, at_ms) VALUES ('order', 9, 0)", database=name)
    wait_until(called.is_set)


# ---- clocks


@pytest.mark.parametrize("wall_ms", [0, 4_000_000_000_000])
def test_stations_wait_by_the_clock_of_the_server(url: str, opened: Open, wall_ms: int) -> None:
    store = opened(url)
    found = store.read(steady_time.now_ms, run="any", monotonic_ms=5, wall_ms=wall_ms).result()
    assert abs(found - server_ms(url)) < 600_000
    store.write(steady_time.save, run="any", monotonic_ms=5, wall_ms=wall_ms).result()
    assert store.read(lambda db: db.row("steady_time.get")).result() is None


def server_ms(url: str) -> int:
    connection = engine.connect(url)
    ((found,),) = connection.execute("SELECT (EXTRACT(EPOCH FROM now()) * 1000)::BIGINT").fetchall()
    connection.close()
    return found


# ---- marks


def test_a_server_that_lost_commits_sends_nothing_until_somebody_has_looked(
    url: str, opened: Open, tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    name = database_name(url)
    here = opened(url, "here")
    here.write(note, 1).result()
    here.close()
    postgresql_server.admin(f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"')
    here = opened(url, "here")
    here.write(note, 2).result()
    here.close()
    postgresql_server.admin(f'DROP DATABASE "{name}"')
    postgresql_server.admin(f'ALTER DATABASE "{name}_copy" RENAME TO "{name}"')
    # Another station does not know, and has written more than was lost.
    there = opened(url, "there")
    for number in (3, 4, 5):
        there.write(note, number).result()
    assert isinstance(failure_of(opened(url, "here")), StoreBehindError)
    with pytest.raises(StoreBehindError) as raised:
        there.write(note, 6).result()
    # It is the writer that says it, in words of its own, or the listener that noticed it before.
    refused = raised.value.message
    assert failure_of(there).message in (refused, refused.arguments["reason"])
    assert isinstance(failure_of(opened(url, "third")), StoreBehindError)
    assert accept_behind(url, tmp_path / "here", now_ms=0) == (0, ())
    here = opened(url, "here")
    assert here.write(note, 7).result() == 7
    wait_until(lambda: there.is_open)
    assert there.write(note, 8).result() == 8
    assert here.read(noted).result() == [1, 3, 4, 5, 7, 8]


def test_another_database_at_the_same_address_is_refused(
    url: str, opened: Open, tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    name = database_name(url)
    here = opened(url)
    here.read(noted).result()
    here.close()
    postgresql_server.admin(f'DROP DATABASE "{name}"')
    postgresql_server.admin(f'CREATE DATABASE "{name}"')
    create_or_upgrade(url)
    failure = failure_of(opened(url))
    assert isinstance(failure, StoreBehindError)
    assert Message("database.other") in failure.message.arguments.values()
    accept_behind(url, tmp_path / "here", now_ms=0)
    assert opened(url).write(note, 1).result() == 1


def test_the_mark_follows_the_database_to_another_address(url: str, opened: Open, tmp_path: Path) -> None:
    """The server gets another name; a restored copy has the same id and fewer changes."""
    store = opened(url)
    store.write(note, 1).result()
    store.close()
    renamed = url.replace("127.0.0.1", "localhost")
    connection = engine.connect(url)
    ((id_, commits),) = connection.execute("SELECT database_id, commits FROM database_info").fetchall()
    assert Place(tmp_path / "here", parsed(renamed)).known() == Known("", {id_: commits})
    connection.execute("UPDATE writer SET commits = commits - 1; UPDATE database_info SET commits = commits - 1")
    connection.close()
    assert isinstance(failure_of(opened(renamed)), StoreBehindError)
    accept_behind(renamed, tmp_path / "here", now_ms=0)
    assert opened(renamed).write(note, 2).result() == 2
    assert opened(url).read(noted).result() == [1, 2]


def test_the_first_connection_begins_the_mark(url: str, opened: Open, tmp_path: Path) -> None:
    place = Place(tmp_path / "here", parsed(url))
    assert place.known() == Known("", {})
    store = opened(url)
    store.read(noted).result()
    connection = engine.connect(url)
    ((id_,),) = connection.execute("SELECT database_id FROM database_info").fetchall()
    assert place.known() == Known(id_, {})
    for number in (1, 2):
        store.write(note, number).result()
    assert place.known() == Known(id_, {id_: 2})
    connection.close()


def test_two_databases_of_one_profile_have_a_mark_each(
    url: str, opened: Open, tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    name = database_name(url)
    postgresql_server.admin(f'CREATE DATABASE "{name}_2"')
    other = url.replace(name, f"{name}_2")
    create_or_upgrade(other)
    for _ in range(2):
        for number, address in ((1, url), (2, other), (3, other)):
            store = opened(address)
            store.write(note, number).result()
            store.close()
    commits = {address: Place(tmp_path / "here", parsed(address)).known() for address in (url, other)}
    assert commits[url].commits == commits[other].commits
    assert [known.commits[known.here] for known in commits.values()] == [2, 4]
    postgresql_server.admin(f'DROP DATABASE "{name}_2" WITH (FORCE)')


def test_unfinished_updates_of_an_accepted_database_wait_for_a_person(url: str, tmp_path: Path) -> None:
    connection = engine.connect(url)
    connection.execute(
        "INSERT INTO connection (name, vendor, base_url) VALUES ('Shop', 'shipup', '');"
        "INSERT INTO orders (number, match_key, number_key, state, changed_at_ms) VALUES ('1', '1', '1', 'open', 0);"
        "INSERT INTO call (key, order_id, intent, connection_id, state, created_at_ms, changed_at_ms, due_at_ms,"
        " position) SELECT 'k', orders.id, '{}', connection.id, 'pending', 0, 0, 0, 1 FROM orders, connection"
    )
    assert accept_behind(url, tmp_path, now_ms=7) == (1, ())
    assert connection.execute("SELECT state FROM call").fetchall() == [("dead",)]
    connection.close()


# ---- errors in words


def test_an_empty_database_says_what_to_do(postgresql_database: str, opened: Open) -> None:
    failure = failure_of(opened(postgresql_database))
    assert isinstance(failure, StoreOlderError)
    assert failure.message.id == "server.blank"


def test_an_older_and_a_newer_database_are_left_alone(url: str, opened: Open) -> None:
    newer = [*migrations.known("postgresql"), LATER]
    assert failure_of(opened(url, steps=newer)).message.id == "server.older"
    running = opened(url, "running")
    running.write(note, 1).result()
    assert upgrading.create_or_upgrade(url, steps=newer) == [LATER.number]
    # A station that runs says so with its next change, and stores nothing.
    with pytest.raises(StoreError, match="newer version"):
        running.write(note, 2).result()
    assert failure_of(opened(url)).message.id == "server.newer"
    assert opened(url, steps=newer).read(noted).result() == [1]


def test_a_failed_upgrade_leaves_nothing(url: str) -> None:
    broken = Migration(2, "broken", "CREATE TABLE half (id BIGINT); SELECT no_such_function();")
    with pytest.raises(StoreError):
        upgrading.create_or_upgrade(url, steps=[*migrations.known("postgresql"), broken])
    connection = engine.connect(url)
    assert connection.execute("SELECT to_regclass('half')::TEXT").fetchall() == [(None,)]
    connection.close()
    assert create_or_upgrade(url) == []


def test_other_tables_are_refused(url: str, opened: Open) -> None:
    connection = engine.connect(url)
    connection.execute("ALTER TABLE draft ADD COLUMN more TEXT")
    connection.close()
    assert isinstance(failure_of(opened(url)), StoreLayoutError)


def test_a_wrong_password_is_named(url: str, opened: Open) -> None:
    guarded = url.replace("postgres@", f"{GUARDED}@")
    for password in ("wrong", None):
        assert reason_of(opened(guarded, password=password)) == "server.wrong_password"


def test_missing_rights_are_named(url: str, opened: Open, postgresql_server: PostgresqlServer) -> None:
    # A role of its own: other tests give rights to those that they share.
    postgresql_server.admin("CREATE ROLE without_any_rights LOGIN")
    try:
        assert reason_of(opened(url.replace("postgres@", "without_any_rights@"))) == "server.no_rights"
    finally:
        postgresql_server.admin("DROP ROLE without_any_rights")


def test_a_missing_database_is_named(url: str, opened: Open) -> None:
    assert reason_of(opened(f"{url}_gone")) == "server.no_database"


def test_an_unknown_user_is_named(url: str, opened: Open) -> None:
    assert reason_of(opened(url.replace("postgres@", "nobody@"))) == "server.not_allowed"


def test_a_read_only_database_is_named(url: str, opened: Open) -> None:
    connection = engine.connect(url)
    name = database_name(url)
    connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    connection.close()
    store = opened(url)
    with pytest.raises(StoreError) as raised:
        store.write(note, 1).result()
    assert "read-only" in str(raised.value)


def test_a_full_server_is_named(url: str, opened: Open, postgresql_server: PostgresqlServer) -> None:
    name = database_name(url)
    postgresql_server.admin(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
    store = opened(url.replace("postgres@", f"{GUARDED}@"), password=GUARDED_PASSWORD)
    assert isinstance(failure_of(store), StoreAwayError)
    assert reason_of(store) == "server.too_many_connections"


def test_a_full_disk_at_the_server_stores_nothing(url: str, opened: Open) -> None:
    store = listening(opened(url))
    store.write(note, 1).result()
    connection = engine.connect(url)
    connection.execute(
        "CREATE FUNCTION fill() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN"
        " IF new.ref_id = 3 THEN RAISE EXCEPTION USING ERRCODE = 'disk_full', MESSAGE = 'no space left'; END IF;"
        " RETURN new; END $$;"
        "CREATE TRIGGER fill BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION fill()"
    )
    with pytest.raises(StoreError, match="the server's disk is full"):
        store.write(lambda db: (note(db, 2), note(db, 3))).result()
    assert store.write(note, 4).result() == 4
    assert store.read(noted).result() == [1, 4]
    connection.close()


def test_an_old_server_is_named(url: str, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST_SERVER", 990000)
    assert failure_of(opened(url)).message.id == "server.too_old"


@pytest.mark.parametrize("backends", [1, 2, 5])
def test_a_pooler_is_named(url: str, opened: Open, postgresql_server: PostgresqlServer, backends: int) -> None:
    port = postgresql_server.port
    with running_pooler(port, backends) as pooled:
        store = opened(url.replace(f":{port}/", f":{pooled}/"))
        if backends == 1:
            # A process of its own for each connection: nothing is lost.
            assert listening(store).write(note, 1).result() == 1
        else:
            assert failure_of(store).message.id == "server.pooler"
        store.close()


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="postgresql://USER"):
        server_store("postgresql://", tmp_path)


def reason_of(store: PostgresqlStore) -> str:
    reason = failure_of(store).message.arguments["reason"]
    assert isinstance(reason, Message)
    return reason.id


def test_many_changes_are_one_page_of_the_feed(url: str, opened: Open) -> None:
    store = opened(url)
    store.write(lambda db: [note(db, number) for number in range(3)]).result()
    assert [change.ref_id for change in store.read(changes.since, 0).result().changes] == [0, 1, 2]
