"""A database on a server from the command line: set up, used, refused in words, and never a password in any output."""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.store.postgresql import checks
from tests.cli.in_process import Here
from tests.cli.program import Ended
from tests.support.postgresql import (
    GUARDED,
    GUARDED_PASSWORD,
    OWNER,
    STATION,
    PostgresqlServer,
    as_owner,
    database_name,
)
from tests.support.relay import of_another_process, of_version, relay

NEW_ORDER = ("create-order", "P-1", "--item", "MUG=2", "--name", "Ada", "--street", "1 Road", "--city", "Bath")
NEW_ORDER = (*NEW_ORDER, "--post-code", "BA1 1AA", "--country", "GB")
WITHOUT_RIGHTS = "role_without_rights"


@pytest.fixture
def address(postgresql_database: str, postgresql_server: PostgresqlServer) -> str:
    """The address of an empty database for its owner, with the roles that the script makes."""
    owner, _ = postgresql_server.set_up(postgresql_database)
    if not postgresql_server.has_role(WITHOUT_RIGHTS):
        postgresql_server.admin(f"CREATE ROLE {WITHOUT_RIGHTS} LOGIN")
        postgresql_server.admin(f"GRANT shipconsole_stations TO {GUARDED}")
    postgresql_server.admin(f'GRANT CONNECT ON DATABASE "{database_name(owner)}" TO {WITHOUT_RIGHTS}')
    return owner


@pytest.fixture
def station(here: Here, address: str) -> str:
    """The address of a database with its tables, for a station."""
    here.done("database", "--create", "--database", address)
    return address.replace(OWNER, STATION)


def setting(here: Here, address: str) -> None:
    """Name the database in the profile's settings."""
    (here.profile / "settings.toml").write_text(f'database = "{address}"\nstation_name = "Bench 1"\n')


def refused(ended: Ended, words: str, code: int = 5) -> None:
    """Check that a command ended with words and no result."""
    assert (ended.code, ended.out) == (code, ""), ended
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_a_server_is_set_up_and_used_by_one_setting(here: Here, address: str) -> None:
    refused(here.run("orders", "--database", address), "shipconsole database --create")
    shown = here.run("database", "--database", address, "--json")
    assert (shown.code, json.loads(shown.out)["tables"]) == (5, "blank")
    assert "tables were created" in here.done("database", "--create", "--database", address).err
    refused(here.run("database", "--create", "--database", address), "has tables already", 2)
    assert "Nothing was changed" in here.done("database", "--upgrade", "--database", address).err
    setting(here, address.replace(OWNER, STATION))
    here.done(*NEW_ORDER)
    assert [order["number"] for order in json.loads(here.done("orders", "--json").out)] == ["P-1"]
    shown = json.loads(here.done("database", "--json").out)
    assert (shown["engine"], shown["tables"], shown["role"]) == ("postgresql", "complete", STATION)
    assert shown["server_version"].split(".")[0].isdecimal()
    assert not list(here.profile.glob("shipconsole.db*"))
    elsewhere = Here(here.profile.with_name("other"), MemoryKeys())
    seen = elsewhere.done("orders", "--json", "--database", address.replace(OWNER, STATION))
    assert [order["number"] for order in json.loads(seen.out)] == ["P-1"]


def test_a_station_knows_which_other_one_is_to_remove_what_is_old(here: Here, station: str, tmp_path: Path) -> None:
    setting(here, station)
    nobody = "No station removes old data of this database."
    assert nobody in here.run("doctor").out
    other = Here(tmp_path / "other", MemoryKeys())
    other.profile.mkdir(mode=0o700)
    settings = f'database = "{station}"\nstation_name = "Bench 2"\nremoves_old_data = true\n'
    (other.profile / "settings.toml").write_text(settings)
    other.done("orders")
    said = here.run("doctor").out
    assert nobody not in said
    assert "The station Bench 2 removes old data of this database" in said


def test_the_password_is_typed_once_and_is_in_no_output(here: Here, station: str) -> None:
    setting(here, station.replace(STATION, GUARDED))
    refused(here.run("orders"), "--set-password")
    said = here.done("database", "--set-password", typed=f"{GUARDED_PASSWORD}\n")
    assert GUARDED_PASSWORD not in said.out + said.err
    secret = here.keys.get("database", "password").result()
    assert secret is not None
    assert secret.reveal() == GUARDED_PASSWORD
    assert here.run("database", "--set-password").code == 2
    assert json.loads(here.done("orders", "--json").out) == []
    here.keys.put("database", "password", "wrong one").result()
    refused(here.run("orders"), "--set-password")
    assert "wrong one" not in here.run("diagnostics", "--to", str(here.profile / "d.txt")).err
    assert "wrong one" not in (here.profile / "d.txt").read_text()


def test_a_password_in_the_address_serves_one_command_and_is_stored_nowhere(here: Here, station: str) -> None:
    named = station.replace(STATION, f"{GUARDED}:{GUARDED_PASSWORD.replace(' ', '%20')}")
    shown = here.run("database", "--json", "--database", named)
    assert json.loads(shown.out)["role"] == GUARDED
    found = [shown.out, shown.err]
    for words in (("doctor", "--json"), ("doctor",), ("diagnostics", "--to", str(here.profile / "d.txt"))):
        ended = here.run(*words, "--database", named)
        found += [ended.out, ended.err]
    found += [file.read_text("utf-8", "replace") for file in here.profile.rglob("*") if file.is_file()]
    assert not [text for text in found if GUARDED_PASSWORD in text or "open%20sesame" in text]
    setting(here, named)
    refused(here.run("orders"), "contains a password")


@pytest.mark.parametrize(
    "words", [("backup",), ("restore", "x.db"), ("database", "--new"), ("database", "--accept-older")]
)
def test_commands_for_a_file_say_that_the_server_s_own_backups_count(
    here: Here, station: str, words: tuple[str, ...]
) -> None:
    refused(here.run(*words, "--database", station), "docs/postgresql.md", 2)


@pytest.mark.parametrize("words", [("--set-password",), ("--create",), ("--upgrade",), ("--accept", "--reason", "x")])
def test_commands_for_a_server_say_that_there_is_a_file(here: Here, words: tuple[str, ...]) -> None:
    assert here.run("database", *words, typed="secret\n").code == 2
    assert json.loads(here.done("database", "--json").out)["engine"] == "sqlite"


def test_what_is_wrong_with_the_address_is_said(here: Here) -> None:
    refused(here.run("orders", "--database", "postgresql://bench:s3cret@db:port/ship"), "The port")
    refused(here.run("orders", "--database", "postgresql://bench@127.0.0.1:1/ship?sslmode=disable"), "Can't reach")
    setting(here, "postgresql://bench@127.0.0.1:1/ship?sslmode=disable")
    refused(here.run("orders"), "Can't reach")
    assert not list(here.profile.glob("shipconsole.db*"))


def test_a_database_or_role_that_is_not_there(here: Here, station: str, postgresql_server: PostgresqlServer) -> None:
    refused(here.run("orders", "--database", f"{station}_not"), "no database of that name")
    refused(here.run("orders", "--database", station.replace(STATION, "stranger")), "not let this user in")
    refused(here.run("orders", "--database", station.replace(STATION, WITHOUT_RIGHTS)), "no rights")
    here.done("orders", "--database", station)
    assert "may not use" in here.run("doctor", "--database", station.replace(STATION, WITHOUT_RIGHTS)).out
    for word in ("--create", "--upgrade", "--accept"):
        reason = ("--reason", "x") if word == "--accept" else ()
        assert here.run("database", word, *reason, "--database", f"{station}_not").code == 5


def test_a_station_may_neither_create_nor_upgrade_nor_change_what_is_append_only(
    here: Here, address: str, postgresql_server: PostgresqlServer
) -> None:
    mine = address.replace(OWNER, STATION)
    refused(here.run("database", "--create", "--database", mine), "no rights")
    here.done("database", "--create", "--database", address)
    here.done(*NEW_ORDER, "--database", mine)
    name = database_name(mine)
    forbidden = (
        "UPDATE attempt SET status = 200",
        "UPDATE manual_change SET at_ms = 0",
        "UPDATE package_change SET number = ''",
        "UPDATE packed SET quantity = 1",
        "UPDATE data_removal SET kind = 'remove'",
        "TRUNCATE orders",
        "DROP TABLE orders CASCADE",
        "ALTER TABLE attempt DISABLE TRIGGER ALL",
        "CREATE TABLE extra (id INTEGER)",
        "INSERT INTO migration VALUES (9, 'x', 0, 'x')",
        "DELETE FROM database_info",
        "SET ROLE shipconsole_owner",
        "CREATE ROLE another",
    )
    guarded = (
        "UPDATE manual_change SET operator = ''",
        "DELETE FROM manual_change",
        # A removal needs an entry in the audit log of its own transaction, and ends with it.
        "INSERT INTO data_removal SELECT MAX(id), 'remove' FROM manual_change",
        f"{TOLD}; INSERT INTO data_removal SELECT MAX(id), 'remove' FROM manual_change",
        f"{TOLD}; INSERT INTO data_removal SELECT MIN(id), 'remove' FROM manual_change",
    )
    with postgresql_server.connect(name, user=STATION) as connection:
        connection.execute(TOLD.encode())
        for code, statements in (("42501", forbidden), ("23000", guarded)):
            for statement in statements:
                with pytest.raises(psycopg.Error) as failure:
                    connection.execute(statement.encode())
                assert failure.value.sqlstate == code, statement
    doctor = {found["what_code"]: found for found in json.loads(here.run("doctor", "--json", "--database", mine).out)}
    assert doctor["health.rights"]["code"] == "health.rights_right"
    assert doctor["health.database"]["server_version"].startswith("1")
    # This server of the tests does not sync.
    assert doctor["health.server_durability"]["ok"] is False
    assert doctor["health.backup"]["code"] == "health.server_backup"
    for role, code in ((OWNER, "health.rights_owner"), ("postgres", "health.rights_superuser")):
        found = json.loads(here.run("doctor", "--json", "--database", mine.replace(STATION, role)).out)
        assert code in [finding["code"] for finding in found]


TOLD = "INSERT INTO manual_change (order_id, at_ms, what, reason) VALUES (0, 0, '[\"x\"]', '')"


def test_a_clock_an_hour_off_is_said(here: Here, station: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class LateClock(SystemClock):
        def now_ms(self) -> int:
            return super().now_ms() - 3_600_000

    monkeypatch.setattr("shipconsole.cli.session.SystemClock", LateClock)
    ended = here.run("doctor", "--database", station)
    assert ended.code == 5
    assert "60 minutes ahead" in ended.out


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("INSERT INTO migration VALUES (2, 'second', 0, 'x')", "newer version"),
        ("DELETE FROM migration", "--upgrade"),
        ("DROP TABLE case_units CASCADE", "tables are not those"),
        ("ALTER TABLE packer ADD COLUMN extra TEXT", "tables are not those"),
        ("DELETE FROM database_info", "tables are not those"),
    ],
)
def test_tables_that_are_not_those_of_this_version_are_left_alone(
    here: Here, station: str, postgresql_server: PostgresqlServer, statement: str, words: str
) -> None:
    name = database_name(station)
    postgresql_server.admin(statement, database=name)
    refused(here.run(*NEW_ORDER, "--database", station), words)
    assert here.run("database", "--database", station).code == 5
    assert postgresql_server.admin("SELECT COUNT(*) FROM orders", database=name) == [(0,)]


def test_a_pooler_is_refused(here: Here, station: str) -> None:
    here.done("orders", "--database", station)
    with relay(station, of_another_process) as pooled:
        refused(here.run(*NEW_ORDER, "--database", f"{pooled}?sslmode=disable"), "pooler")
        refused_too = here.run("doctor", "--database", f"{pooled}?sslmode=disable")
        assert refused_too.code == 5
        assert "connection pooler" in refused_too.out
    assert json.loads(here.done("orders", "--json", "--database", station).out) == []


def test_an_old_server_is_refused(here: Here, station: str, postgresql_server: PostgresqlServer) -> None:
    ((version,),) = postgresql_server.admin("SHOW server_version")
    oldest = checks.OLDEST_SERVER // 10_000
    with relay(station, of_version(f"{oldest - 1}{version[2:]}")) as old:
        refused(here.run(*NEW_ORDER, "--database", f"{old}?sslmode=disable"), f"{oldest} or later")
    assert json.loads(here.done("orders", "--json", "--database", station).out) == []


def _limit_files(server: PostgresqlServer, size: str) -> None:
    """Limit the size of the files that new connections of a server write."""
    command = ["prlimit", "--pid", str(server.pid), f"--fsize={size}:unlimited"]
    subprocess.run(as_owner(command), check=True)


@contextmanager
def full_disk(server: PostgresqlServer, database: str) -> Generator[None]:
    """Let no file of a server grow any more, which is what a full disk is to it; the audit log's table is full."""
    # A segment of the write-ahead log, and half a page.
    _limit_files(server, str(16 * 1024 * 1024 + 4_096))
    try:
        for rows, length in ((1_000, 1_000), (1, 1)):
            with pytest.raises(psycopg.errors.DiskFull):
                server.admin(FILL.format(rows=rows, length=length), database=database)
        yield
    finally:
        _limit_files(server, "unlimited")


FILL = """
DO $$ BEGIN
    LOOP
        INSERT INTO manual_change (order_id, at_ms, what, reason)
        SELECT 0, 0, '["x"]', repeat('x', {length}) FROM generate_series(1, {rows});
        COMMIT;
    END LOOP;
END $$
"""


def test_a_full_disk_at_the_server_is_said_and_nothing_is_half_stored(
    here: Here, station: str, postgresql_server: PostgresqlServer
) -> None:
    setting(here, station)
    here.done(*NEW_ORDER)
    cancel = ("cancel", "P-1", "--item", "MUG=1", "--reason", "gone")
    with full_disk(postgresql_server, database_name(station)):
        refused(here.run(*cancel), "disk is full")
        (line,) = json.loads(here.done("order", "P-1", "--json").out)["lines"]
        assert (line["cancelled"], line["left"]) == (0, 2)
    here.done(*cancel)
    (line,) = json.loads(here.done("order", "P-1", "--json").out)["lines"]
    assert (line["cancelled"], line["left"]) == (1, 1)


def test_a_server_that_lacks_changes_is_used_after_somebody_has_looked(
    here: Here, station: str, postgresql_server: PostgresqlServer
) -> None:
    name = database_name(station)
    setting(here, station)
    refused(here.run("database", "--accept", "--reason", "early"), "lacks no change", 2)
    copy = f"{name}_copy"
    postgresql_server.admin(f'CREATE DATABASE "{copy}" TEMPLATE "{name}" STRATEGY file_copy')
    here.done(*NEW_ORDER)
    postgresql_server.admin(f'DROP DATABASE "{name}" WITH (FORCE)')
    postgresql_server.admin(f'ALTER DATABASE "{copy}" RENAME TO "{name}"')
    postgresql_server.admin(f'GRANT CONNECT ON DATABASE "{name}" TO shipconsole_stations')
    refused(here.run("orders"), "shipconsole database --accept --reason")
    assert json.loads(here.run("database", "--json").out)["tables"] == "behind"
    refused(here.run("database", "--accept"), "--reason", 2)
    here.done("database", "--accept", "--reason", "compared with the platforms")
    assert json.loads(here.done("orders", "--json").out) == []
    (entry,) = json.loads(here.done("audit-log", "--json").out)
    assert (entry["what_code"], entry["message"], entry["station"]) == (
        "manual_change.server_accepted",
        "compared with the platforms",
        "Bench 1",
    )
