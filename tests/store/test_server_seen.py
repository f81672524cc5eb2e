"""A server that is away, behind what was seen, or waits: nothing is told twice, and every thread of a store goes on."""

import logging
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import changes
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreAwayError, StoreBehindError, StoreError, StoreUnsureError
from shipconsole.store.mark import Mark
from shipconsole.store.opening import accept_behind, create_or_upgrade
from shipconsole.store.postgresql import listening, writing
from shipconsole.store.postgresql.address import Address, parsed
from shipconsole.store.postgresql.known import Known, Place
from shipconsole.store.postgresql.store import PostgresqlStore
from tests.store.conftest import Open, note
from tests.store.test_group_commit import waiting_for_a_standby
from tests.support.engines import wait_until
from tests.support.postgresql import PostgresqlServer, database_name

COMMIT_UNSYNCED = """SET synchronous_commit = off;
WITH counted AS (UPDATE database_info SET commits = commits + 1)
INSERT INTO change (kind, ref_id, at_ms) VALUES ('order', 9, 0)"""
"""A commit of another station that is not on disk yet."""
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = %s"


def is_readable(store: PostgresqlStore) -> bool:
    try:
        store.read(changes.newest).result()
    except StoreAwayError:
        return False
    return True


def commits_in(server: PostgresqlServer, url: str) -> int:
    ((commits,),) = server.admin("SELECT commits FROM database_info", database=database_name(url))
    return int(commits)


def marked(folder: Path, url: str) -> int:
    return max(Place(folder, parsed(url)).known().commits.values(), default=0)


# ---- what was seen


def test_a_server_without_what_a_station_saw_is_refused(
    url: str, opened: Open, tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    name = database_name(url)
    here, there = opened(url, "here"), opened(url, "there")
    here.write(note, 1).result()
    there.write(note, 2).result()
    for store in (here, there):
        store.close()
    postgresql_server.admin(f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"')
    here, there = opened(url, "here"), opened(url, "there")
    for number in (3, 4, 5):
        there.write(note, number).result()
    # Only read by this station, which stored nothing after the copy was made.
    wait_until(lambda: marked(tmp_path / "here", url) == 5)
    for store in (here, there):
        store.close()
    postgresql_server.admin(f'DROP DATABASE "{name}"')
    postgresql_server.admin(f'ALTER DATABASE "{name}_copy" RENAME TO "{name}"')
    with pytest.raises(StoreBehindError):
        opened(url, "here").read(changes.newest).result()
    accept_behind(url, tmp_path / "here", now_ms=0)
    # One decision counts for all, also for the one whose own commits are missing.
    for number, folder in enumerate(("here", "there", "third")):
        assert opened(url, folder).write(note, number).result() == number


def test_what_was_seen_and_is_not_safe_may_be_lost(
    url: str, opened: Open, tmp_path: Path, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit of another station that no one was told of, which the standby does not have."""
    monkeypatch.setattr(listening, "SAFE_WITHIN_S", 0.3)
    monkeypatch.setattr(listening, "SAFE_AGAIN_S", 0.3)
    here = opened(url)
    here.write(note, 1).result()
    wait_until(lambda: marked(tmp_path / "here", url) == 1)

    def is_waiting() -> bool:
        return bool(postgresql_server.admin(WAITING, "shipconsole listener"))

    with waiting_for_a_standby(postgresql_server):
        postgresql_server.admin(COMMIT_UNSYNCED, database=database_name(url))
        for _ in range(2):
            wait_until(is_waiting)
            # Given up: nothing waits at the server any more.
            wait_until(lambda: not is_waiting())
        assert marked(tmp_path / "here", url) == 1
        assert here.is_open
    wait_until(lambda: marked(tmp_path / "here", url) == 2)


def test_a_server_that_crashes_is_not_behind(tmp_path: Path, opened: Open) -> None:
    """What was seen is marked only once it is on disk, so that a crash cannot take it."""
    server = PostgresqlServer(settings={"fsync": "off", "synchronous_commit": "on", "wal_writer_delay": "10s"})
    try:
        server.start()
        server.admin("CREATE DATABASE shop")
        url = server.url("shop")
        create_or_upgrade(url)
        reports: list[EnvironmentFailure | None] = []
        store = opened(url, report=reports.append)
        store.write(note, 1).result()
        server.admin(COMMIT_UNSYNCED, database="shop")
        wait_until(lambda: marked(tmp_path / "here", url) == 2)
        server.stop(signal.SIGQUIT)
        server.start()
        wait_until(lambda: reports and reports[-1] is None)
        assert {type(failure) for failure in reports} == {StoreAwayError, type(None)}
        assert commits_in(server, url) == 2
        assert store.write(note, 3).result() == 3
        store.close()
    finally:
        server.remove()


# ---- a server that waits for its standby


def test_a_commit_that_waits_for_a_standby_is_said_and_nothing_is_queued(
    url: str, opened: Open, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ENDS_WITHIN_S", 0.5)
    reports: list[EnvironmentFailure | None] = []
    store = opened(url, report=reports.append)
    store.write(note, 1).result()
    runs: list[int] = []

    def note_slowly(db: Db) -> int:
        runs.append(1)
        return note(db, 2)

    with waiting_for_a_standby(postgresql_server):
        first = store.write(note_slowly)
        wait_until(lambda: runs)
        behind = store.write(note, 3)
        with pytest.raises(StoreAwayError, match="waits for its standby"):
            behind.result()
        with pytest.raises(StoreAwayError):
            store.write(note, 4).result()
        # The listener's connection works, and does not say that all is well.
        pids = postgresql_server.admin(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'shipconsole listener'"
        )
        for (pid,) in pids:
            postgresql_server.admin("SELECT pg_terminate_backend(%s, 10000)", pid)
        wait_until(
            lambda: postgresql_server.admin(
                "SELECT 1 FROM pg_stat_activity WHERE application_name = 'shipconsole listener'"
                " AND query LIKE '%FROM change%'"
            )
        )
        assert not store.is_open
        assert not first.done()
        # The first one's own connection, and the one that asks.
        assert len(postgresql_server.admin(WAITING, "shipconsole writer")) <= 2
    assert first.result() == 2
    assert store.write(note, 5).result() == 5
    assert [failure and failure.message.id for failure in reports] == ["server.waits", None]
    found = store.read(lambda db: db.connection.execute("SELECT ref_id FROM change ORDER BY seq").fetchall())
    assert found.result() == [(1,), (2,), (5,)]


def test_what_changed_nothing_waits_for_the_standby_too(
    url: str, opened: Open, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ENDS_WITHIN_S", 0.5)
    reports: list[EnvironmentFailure | None] = []
    store = opened(url, report=reports.append)
    store.write(note, 1).result()
    with waiting_for_a_standby(postgresql_server):
        looked = store.write(changes.newest)
        wait_until(lambda: reports)
        assert not looked.done()
    assert looked.result() == 1
    assert [failure and failure.message.id for failure in reports] == ["server.waits", None]


# ---- threads that go on


def test_a_reader_whose_new_connection_ends_at_once_goes_on(
    url: str, opened: Open, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(url)
    store.write(note, 1).result()
    connect, ended = store._connect, list[int]()

    def connect_and_lose(name: str) -> Any:
        found = connect(name)
        if name == "reader" and not ended:
            ended.append(found[0].backend_pid)
            postgresql_server.admin("SELECT pg_terminate_backend(%s, 10000)", found[0].backend_pid)
        return found

    monkeypatch.setattr(store, "_connect", connect_and_lose)
    with pytest.raises(StoreAwayError):
        store.read(changes.newest).result()
    assert ended
    wait_until(lambda: is_readable(store))


@pytest.mark.parametrize("where", ["_connect_to_read", "_run_group", "_listen_on"])
def test_a_thread_goes_on_whatever_happens(
    url: str, opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    does, failed = getattr(PostgresqlStore, where), threading.Event()

    def fail_once(*args: Any, **options: Any) -> Any:
        if failed.is_set():
            return does(*args, **options)
        failed.set()
        raise AttributeError("gone")

    reports: list[EnvironmentFailure | None] = []
    monkeypatch.setattr(PostgresqlStore, where, fail_once)
    with caplog.at_level(logging.CRITICAL + 1):
        store = opened(url, report=reports.append)
        if where == "_connect_to_read":
            with pytest.raises(StoreError, match="gone"):
                store.read(changes.newest).result()
        elif where == "_run_group":
            with pytest.raises(StoreUnsureError):
                store.write(note, 1).result()
        else:
            wait_until(lambda: reports and reports[-1] is None)
            assert isinstance(reports[0], StoreError)
        assert failed.is_set()
        assert store.write(note, 2).result() == 2
        assert store.read(changes.newest).result() > 0


def test_what_fails_in_who_is_told_of_a_commit_does_not_make_it_unsure(
    url: str, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = opened(url)
    told = threading.Event()

    def fail() -> None:
        told.set()
        raise RuntimeError

    store.listen(fail)
    with caplog.at_level(logging.CRITICAL + 1):
        assert store.write(note, 1).result() == 1
        assert told.is_set()
        assert store.write(note, 2).result() == 2
        store.close()


# ---- the token


def test_a_station_whose_token_was_lost_stops_nobody(url: str, opened: Open, tmp_path: Path) -> None:
    here, there = opened(url, "here"), opened(url, "there")
    for store in (here, there, here):
        store.write(note).result()
    here.close()
    (tmp_path / "here" / "server-writer").write_text("")
    here = opened(url, "here")
    assert here.write(note, 7).result() == 7
    assert there.write(note, 8).result() == 8


def test_a_station_with_a_new_token_is_held_to_what_it_saw(
    url: str, opened: Open, tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    here = opened(url, "here")
    here.write(note).result()
    here.close()
    (tmp_path / "here" / "server-writer").unlink()
    postgresql_server.admin("UPDATE database_info SET commits = 0", database=database_name(url))
    with pytest.raises(StoreBehindError):
        opened(url, "here").read(changes.newest).result()


def test_programs_that_create_a_token_at_once_get_the_same(tmp_path: Path) -> None:
    def create(folder: Path, both: threading.Barrier, found: list[str]) -> None:
        both.wait()
        found.append(Place(folder, Address("h", "1", "n")).token())

    for number in range(20):
        for is_damaged in (False, True):
            folder = tmp_path / f"{number} {is_damaged}"
            folder.mkdir()
            if is_damaged:
                (folder / "server-writer").write_text("")
            both, found = threading.Barrier(4), list[str]()
            threads = [threading.Thread(target=create, args=(folder, both, found)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(found) == 4
            assert len(set(found)) == 1
            assert not list(folder.glob(".*"))


def test_a_mark_is_of_one_token(tmp_path: Path) -> None:
    place = Place(tmp_path, Address("h", "1", "n"))
    token = place.token()
    for of, commits in (("", 7), (token, 5), ("f" * 32, 6)):
        marker = place.marker("a" * 32, of)
        marker.reached(Mark("a" * 32, commits))
        marker.close()
    assert place.known(token) == Known("", {"a" * 32: 7}, {"a" * 32: 5})
    assert place.known() == Known("", {"a" * 32: 7})
