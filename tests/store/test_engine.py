"""The engine: which SQLite it is, its errors by their codes, and the values that go in and come out."""

import errno
import re
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from enum import IntEnum, StrEnum
from pathlib import Path

import apsw
import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import engine, migrations
from shipconsole.store.database import Store
from shipconsole.store.engine import Connection
from shipconsole.store.errors import StoreDamagedError, StoreError, StoreHeldError
from shipconsole.store.queries import query
from shipconsole.store.sqlite import SqliteStore
from tests.support import sql


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "shipconsole.db"
    with closing(engine.connect(made, writing=True)) as connection:
        connection.execute("CREATE TABLE kept (name TEXT UNIQUE, size BIGINT CHECK (size < 100), raw BLOB)")
    return made


@pytest.fixture
def connection(file: Path) -> Generator[Connection]:
    with closing(engine.connect(file, writing=True)) as opened:
        yield opened


@pytest.mark.parametrize("found", ["3.7.0", "3.40.1", "3.51.2", "3.9.99"])
def test_an_engine_that_can_lose_commits_is_refused(found: str) -> None:
    with pytest.raises(StoreError, match=f"SQLite {found} can lose saved data"):
        engine.refuse_unsafe(found)


@pytest.mark.parametrize("found", ["3.51.3", "3.54.1", "3.100.0", "4.0.0", engine.version()])
def test_an_engine_without_that_fault_is_taken(found: str) -> None:
    engine.refuse_unsafe(found)


def test_no_store_is_opened_with_an_unsafe_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "OLDEST_SAFE", (99, 0, 0))
    store = SqliteStore(tmp_path / "shipconsole.db")
    store.open()
    for run in (store.write, store.read):
        with pytest.raises(StoreError, match=r"SQLite 99\.0\.0 or later"):
            run(lambda db: db.value("backup.orders")).result()
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_what_makes_a_commit_last_is_set(file: Path, connection: Connection) -> None:
    with closing(engine.connect(file, writing=False)) as reading:
        for opened, only_queries in ((connection, 0), (reading, 1)):
            found = [
                opened.execute(f"PRAGMA {name}").fetchall()[0][0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "query_only", "busy_timeout")
            ]
            assert found == ["wal", 2, 1, only_queries, 5_000]


class Size(IntEnum):
    SMALL = 3


class Name(StrEnum):
    FIRST = "first"


class Text(str):
    """A text with a class of its own."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (True, 1),
        (False, 0),
        (None, None),
        (Size.SMALL, 3),
        (Name.FIRST, "first"),
        (Text("text"), "text"),
        ("two\0halves", "two\0halves"),
        ("", ""),
        (b"", b""),
        (b"\0\xff", b"\0\xff"),
        (bytearray(b"\x01"), b"\x01"),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (0.1, 0.1),
        ("\U0001f4e6", "\U0001f4e6"),
    ],
)
def test_a_value_comes_out_as_it_went_in(connection: Connection, given: object, kept: object) -> None:
    ((found,),) = connection.execute("SELECT :given", {"given": given}).fetchall()
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(("given", "error"), [(2**63, OverflowError), (object(), TypeError), ("\ud800", UnicodeError)])
def test_a_value_that_cannot_be_kept_is_the_mistake_of_its_own_job(
    tmp_path: Path, given: object, error: type[Exception]
) -> None:
    with opened_store(tmp_path) as store:
        bad = store.write(lambda db: db.value("connections.longest_response", id=given))
        assert store.write(lambda db: db.value("backup.orders")).result() == 0
        with pytest.raises(error):
            bad.result()
        with pytest.raises(KeyError, match="id"):
            store.write(lambda db: db.value("connections.longest_response", another=1)).result()


def opened_store(folder: Path) -> "closing[Store]":
    store = SqliteStore(folder / "store.db")
    store.open()
    return closing(store)


def held(file: Path, connection: Connection) -> None:
    with closing(sql.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("BEGIN IMMEDIATE")


def table_held(file: Path, connection: Connection) -> None:
    rows = connection.execute("SELECT name FROM sqlite_schema")
    assert rows.fetchone() is not None
    connection.execute("DROP TABLE kept")


def damaged(file: Path, connection: Connection) -> None:
    connection.execute("INSERT INTO kept VALUES ('a', 1, x'00')")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xa5" * 4096)
    with closing(engine.open_unchanging(file)) as fresh:
        fresh.execute("SELECT * FROM kept").fetchall()


def no_database(file: Path, connection: Connection) -> None:
    other = file.with_name("other.db")
    other.write_bytes(b"no database at all" * 300)
    engine.connect(other, writing=True)


def full(file: Path, connection: Connection) -> None:
    ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
    connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    connection.execute("INSERT INTO kept VALUES ('a', 1, ?)", (bytes(100_000),))


def read_only(file: Path, connection: Connection) -> None:
    connection.execute("PRAGMA query_only = 1")
    connection.execute("INSERT INTO kept VALUES ('a', 1, x'00')")


def gone(file: Path, connection: Connection) -> None:
    engine.connect(file.with_name("none.db"), writing=False)


def closed(file: Path, connection: Connection) -> None:
    connection.close()
    connection.execute("SELECT 1")


@pytest.mark.parametrize(
    ("spoil", "kind", "reason"),
    [
        (held, StoreHeldError, Message("database.in_use")),
        (table_held, StoreHeldError, Message("database.in_use")),
        (damaged, StoreDamagedError, Message("database.damaged")),
        (no_database, StoreDamagedError, Message("database.damaged")),
        (full, StoreError, Message("database.disk_full")),
        (read_only, StoreError, Message("database.read_only")),
        (gone, StoreError, Message("database.not_opened")),
        (closed, StoreError, "closed"),
    ],
)
def test_a_driver_error_is_identified_by_its_code(
    file: Path,
    connection: Connection,
    spoil: Callable[[Path, Connection], None],
    kind: type[EnvironmentFailure],
    reason: str,
) -> None:
    with pytest.raises(engine.Error) as caught:
        spoil(file, connection)
    found = engine.as_failure(caught.value, file)
    assert type(found) is kind
    assert str(reason) in str(found.message)
    assert str(found.message).startswith("The database shipconsole.db can't be used: ")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EROFS, Message("database.read_only")),
        (errno.EACCES, Message("database.read_only")),
        (errno.ENOSPC, Message("database.disk_full")),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_system_error_is_identified_by_its_number(number: int, reason: str) -> None:
    found = engine.as_failure(OSError(number, "Input/output error"), Path("shipconsole.db"))
    assert str(reason) in str(found.message)


def test_words_decide_nothing(file: Path, connection: Connection) -> None:
    """What a person typed may be called anything: a table named "malformed" is no damage, "locked" no lock."""
    for word in ("malformed", "locked", "disk I/O error", "full"):
        with pytest.raises(engine.Error) as caught:
            connection.execute(f'SELECT * FROM "{word}"')
        assert type(engine.as_failure(caught.value, file)) is StoreError


def test_a_value_against_a_rule_takes_back_its_own_job_alone(tmp_path: Path) -> None:
    with opened_store(tmp_path) as store:
        insert = "INSERT INTO connection (name, vendor, base_url) VALUES ('A', 'shipup', '')"
        good = store.write(lambda db: db.connection.execute(insert).fetchall())
        bad = store.write(lambda db: db.connection.execute(insert).fetchall())
        good.result()
        with pytest.raises(engine.VALUE_ERRORS):
            bad.result()


def test_other_values_compile_no_statement_anew(tmp_path: Path) -> None:
    """A statement whose plan may hang on its values is compiled again whenever they are bound, unless that is off."""
    statement = query("browse.package_issues").text
    names = re.findall(r":(\w+)", statement)
    compiling: list[int] = []
    with closing(engine.connect(tmp_path / "plans.db", writing=True)) as connection:
        migrations.migrate(connection)

        def hear(*_: object) -> int:
            compiling.append(value)
            return apsw.SQLITE_OK

        engine.driver_connection(connection).set_authorizer(hear)
        for value in range(20):
            connection.execute(statement, dict.fromkeys(names, value)).fetchall()
    assert set(compiling) == {0}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the locks of a file")
def test_a_second_opening_in_one_process_keeps_the_first_ones_locks(file: Path, connection: Connection) -> None:
    """Closing a file drops all locks of its process on it, also those of other connections."""
    connection.execute("SELECT * FROM kept").fetchall()
    before = locks_on(file)
    assert before
    engine.connect(file, writing=True).close()
    assert locks_on(file) == before


def locks_on(file: Path) -> set[str]:
    """The locks on a file; the list of the system may name one twice where others change while it is read."""
    inode = f":{file.stat().st_ino} "
    return {line.partition(":")[2] for line in Path("/proc/locks").read_text().splitlines() if inode in line}
