"""The command move: killed at any point it goes on, and afterwards the profile works on the server."""

import os
import random
import shlex
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.station.keys import MemoryKeys
from shipconsole.station.profile import Profile, ProfileLock
from shipconsole.store.move_source import Source
from shipconsole.store.moved_rows import tally
from shipconsole.store.postgresql.engine import connect
from tests.cli.in_process import Here
from tests.cli.program import ROOT
from tests.support import sql
from tests.support.filled_tables import filled
from tests.support.guide import blocks
from tests.support.many_orders import store_with_orders
from tests.support.moved_rows import assert_all_there
from tests.support.postgresql import PostgresqlServer, database_name

LARGE = 3_000_000


@pytest.fixture
def here(here: Here) -> Here:
    """Commands on a profile with ten orders."""
    store_with_orders(here.profile, 10).close()
    return here


@pytest.fixture
def addresses(postgresql_database: str, postgresql_server: PostgresqlServer) -> tuple[str, str]:
    """The address of an empty database as its owner, and as a station."""
    return postgresql_server.set_up(postgresql_database)


def test_the_profile_works_on_the_server_afterwards(here: Here, addresses: tuple[str, str]) -> None:
    owner, station = addresses
    before = here.done("orders", "--json").json
    ended = here.done("move", "--to", owner, "--station", station, "--json")
    assert ended.json["to"] == owner
    assert ended.json["tables"]["orders"] == {"rows": 10, "sum": ended.json["tables"]["orders"]["sum"]}
    assert ended.json["rows"] == sum(table["rows"] for table in ended.json["tables"].values())
    assert "orders: 10 of 10 rows copied" in ended.err
    assert len(set(ended.err.splitlines())) == len(ended.err.splitlines())
    assert Profile(here.profile).database_url({}, None) == station
    assert here.done("orders", "--json").json == before
    found = here.done("orders", "--find", "smith", "--json").json
    assert found == [order for order in before if order["recipient"].startswith("J. Smith")]
    here.done("create-order", "N-1", "--item", "MUG=2", "--name", "Ada", "--street", "1 Road", "--city", "Bath",
              "--post-code", "BA1 1AA", "--country", "GB")  # fmt: skip
    assert len(here.done("orders", "--json").json) == 11
    old = f"sqlite:///{here.profile / 'shipconsole.db'}"
    for words in (["orders"], ["orders", "--json"], ["doctor"], ["flush"]):
        refused = here.run(*words, "--database", old)
        assert refused.code == 5, refused
        assert owner in refused.err + refused.out, words
    again = here.run("move", "--to", owner)
    assert (again.code, again.err) == (2, "This profile's database is on a server already.\n")
    ended = here.run("move", "--cancel", "--database", old)
    assert ended.code == 2
    # Only a person's decision makes the old database usable again.
    ended = here.done("database", "--accept-older", "--database", old)
    assert len(here.done("orders", "--json", "--database", old).json) == 10


def test_a_station_that_had_opened_the_empty_database_is_asked_once(
    here: Here, addresses: tuple[str, str], tmp_path: Path
) -> None:
    owner, station = addresses
    here.done("database", "--create", "--database", owner)
    folder = tmp_path / "other"
    folder.mkdir(mode=0o700)
    other = Here(folder, MemoryKeys())
    (folder / "settings.toml").write_text(f'database = "{station}"\n')
    assert other.done("orders").out == ""
    here.done("move", "--to", owner, "--station", station)
    ended = other.run("orders")
    assert ended.code == 5
    assert "it is not the one that was used here before" in ended.err
    _, _, accept, *_ = blocks("data.md", "## Move to a server")
    assert accept.startswith("shipconsole database --accept ")
    other.done(*shlex.split(accept)[1:])
    assert len(other.done("orders", "--json").json) == 10


def test_what_is_refused_changes_nothing(here: Here, postgresql_database: str) -> None:
    file = here.profile / "shipconsole.db"
    before = file.read_bytes()
    assert here.run("move").code == 2
    assert here.run("move", "--to", "sqlite:///other.db").code == 2
    assert here.run("move", "--cancel").code == 2
    assert here.run("move", "--to", "postgresql://u:s3cret@127.0.0.1:1/none").code == 5
    assert here.run("move", "--to", f"{postgresql_database}_none").code == 5
    lock = ProfileLock(Profile(here.profile))
    assert lock.acquire()
    try:
        ended = here.run("move", "--to", postgresql_database)
    finally:
        lock.release()
    assert ended.code == 5
    assert "Close its window first" in ended.err
    assert not Profile(here.profile).database_url({}, None).startswith("postgresql")
    assert file.read_bytes() == before
    assert len(here.done("orders", "--json").json) == 10


def test_a_move_is_stopped_by_a_command(here: Here, postgresql_database: str) -> None:
    file = here.profile / "shipconsole.db"
    with closing(sql.connect(file)) as opened:
        opened.execute(
            "INSERT INTO order_line (order_id, position, sku, sku_key, ordered) VALUES (3, ?, 'A', 'A', 1)", (2**40,)
        )
    ended = here.run("move", "--to", postgresql_database)
    assert ended.code == 5
    assert "The server refused row 1 of the table order_line (column position)" in ended.err
    refused = here.run("orders")
    assert refused.code == 5
    assert "shipconsole move --cancel" in refused.err
    assert here.done("move", "--cancel", "--json").json == {"database": str(file), "left_over": False}
    assert len(here.done("orders", "--json").json) == 10


def test_a_password_in_the_address_is_stored_nowhere(
    here: Here, postgresql_database: str, postgresql_server: PostgresqlServer
) -> None:
    secret = postgresql_database.replace("postgres@", "postgres:s3cret@")
    ended = here.done("move", "--to", secret, "--json")
    assert "s3cret" not in ended.out + ended.err
    for file in here.profile.rglob("*"):
        assert not file.is_file() or b"s3cret" not in file.read_bytes()
    assert "s3cret" not in str(postgresql_server.admin("SELECT * FROM move", database=database_name(secret)))


def test_killed_at_random_points_it_goes_on(tmp_path: Path, postgresql_database: str) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    file = filled(profile, 300)
    with closing(sql.connect(file)) as opened:
        opened.execute(f"UPDATE link SET document = document || printf('%.{LARGE}c', 'x') WHERE id % 60 = 0")
    chance = random.Random()
    killed = 0
    for _ in range(3):
        killed += _killed(profile, postgresql_database, chance.randint(1, 60), chance.random() * 0.3)
    ended = _process(profile, postgresql_database)
    _, err = ended.communicate(timeout=240)
    assert ended.returncode in (0, 2), err
    assert killed or ended.returncode == 2
    assert_all_there(file, postgresql_database)
    with closing(Source(file)) as source, closing(connect(postgresql_database)) as there:
        for table in source.tables():
            (sums,) = there.execute(
                "SELECT copied, row_sum, verified FROM move_progress WHERE name = ?", (table.name,)
            ).fetchall()
            rows = there.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}").fetchall()
            counted = tally(rows)
            assert sums == (counted.rows, str(counted.row_sum), 1), table.name
            assert counted.rows == source.count(table)


def test_the_window_opens_the_new_database_and_refuses_the_old_one(here: Here, postgresql_database: str) -> None:
    here.done("move", "--to", postgresql_database)
    with _window(here.profile, "--database", f"sqlite:///{here.profile / 'shipconsole.db'}") as refused:
        assert refused.stderr is not None
        while "was moved to" not in (line := refused.stderr.readline()):
            assert line, "the window ended without a word"
        refused.kill()
    with _window(here.profile) as window, closing(connect(postgresql_database)) as there:
        count = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = ?"
        while there.execute(count, ("shipconsole writer",)).fetchall() == [(0,)]:
            assert window.poll() is None
            time.sleep(0.05)
        window.kill()


def _window(profile: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "shipconsole", "--profile", str(profile), *words],
        cwd=ROOT,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _process(profile: Path, url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "shipconsole", "move", "--to", url],
        cwd=ROOT,
        env={**os.environ, "SHIPCONSOLE_PROFILE": str(profile)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _killed(profile: Path, url: str, lines: int, then_s: float) -> bool:
    """Kill a move some time after it wrote so many lines; return whether it still ran."""
    process = _process(profile, url)
    assert process.stderr is not None
    with process:
        for _ in range(lines):
            if not process.stderr.readline():
                break
        time.sleep(then_s)
        has_ended = process.poll() is not None
        process.send_signal(signal.SIGKILL)
    return not has_ended
