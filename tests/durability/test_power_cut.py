"""A power cut at any moment loses nothing that was reported as stored, and leaves no damaged database."""

import itertools
import random
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import backup, connections
from shipconsole.store.database import Db
from shipconsole.store.sqlite import SqliteStore
from tests.durability.power_cut import Disk, Event, traced

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux")

# Each line on standard output stands for one row that was answered as stored.
WITH_THE_STORE = """
import os, sys
from pathlib import Path
from shipconsole.store import connections
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore
def add(db, name):
    connections.put(db, name=name, vendor="shipup", base_url="https://example.test/" + "x" * 900, options={})
store = SqliteStore(Path(sys.argv[1]))
store.open()
number = 0
while number < int(sys.argv[2]):
    together = 1 if number % 20 else 4
    for future in [store.write(add, f"C{number + one}") for one in range(together)]:
        future.result()
        os.write(1, b"stored\\n")
    number += together
store.close()
"""
# The same rows with the same connection, but with the setting that many programs use.
WITH_SYNCHRONOUS_NORMAL = """
import os, sys
from pathlib import Path
from shipconsole.store import connections, migrations
from shipconsole.store.database import Db
from shipconsole.store.engine import connect
connection = connect(Path(sys.argv[1]), writing=True)
migrations.migrate(connection)
connection.execute("PRAGMA synchronous = normal")
for number in range(int(sys.argv[2])):
    connection.execute("BEGIN IMMEDIATE")
    connections.put(Db(connection), name=f"C{number}", vendor="shipup",
        base_url="https://example.test/" + "x" * 900, options={})
    connection.execute("COMMIT")
    os.write(1, b"stored\\n")
connection.close()
"""
ROWS = 320


class Damage(NamedTuple):
    """What a number of cuts did: images with answered rows lost, and images with a damaged store."""

    lost: int
    damaged: int


@pytest.fixture(scope="module")
def by_the_store(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    folder = tmp_path_factory.mktemp("traced")
    return traced(WITH_THE_STORE, [str(folder / "shipconsole.db"), str(ROWS)], folder.parent / "store.strace")


@pytest.fixture(scope="module")
def by_normal(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    folder = tmp_path_factory.mktemp("normal")
    return traced(WITH_SYNCHRONOUS_NORMAL, [str(folder / "shipconsole.db"), str(ROWS)], folder.parent / "nor.strace")


def names(db: Db) -> set[str]:
    return {connection.name for connection in connections.every(db)}


def after_cuts(events: list[Event], images: int, folder: Path) -> Damage:
    """Cut the power at random moments, open what is left each time, and look for every row that was answered."""
    chance = random.Random(5)
    moments = sorted(chance.randrange(1, len(events) + 1) for _ in range(images))
    disk, done, lost, damaged = Disk(), 0, 0, 0
    for moment in moments:
        for event in events[done:moment]:
            disk.do(event)
        done = moment
        image = folder / "image"
        image.mkdir()
        disk.cut(chance, image)
        try:
            kept = opened(image / "shipconsole.db")
        except EnvironmentFailure:
            damaged += 1
        else:
            lost += bool({f"C{number}" for number in range(disk.acks)} - kept)
        shutil.rmtree(image)
    return Damage(lost, damaged)


def opened(file: Path) -> set[str]:
    store = SqliteStore(file)
    store.open()
    try:
        kept = store.read(names).result()
        assert backup.verify_database(file, limit_s=10)
        return kept
    finally:
        store.close()


def test_nothing_that_was_answered_is_lost(by_the_store: list[Event], tmp_path: Path) -> None:
    assert after_cuts(by_the_store, 60, tmp_path) == Damage(0, 0)


@pytest.mark.heavy
def test_nothing_that_was_answered_is_lost_in_600_cuts(by_the_store: list[Event], tmp_path: Path) -> None:
    assert after_cuts(by_the_store, 600, tmp_path) == Damage(0, 0)


@pytest.mark.heavy
def test_without_a_sync_at_each_commit_600_cuts_lose_much(by_normal: list[Event], tmp_path: Path) -> None:
    """The canary: a replay that cannot lose anything would prove nothing."""
    damage = after_cuts(by_normal, 600, tmp_path)
    assert damage.lost > 300
    assert damage.damaged == 0


def test_without_a_sync_at_each_commit_rows_are_lost(by_normal: list[Event], tmp_path: Path) -> None:
    assert after_cuts(by_normal, 30, tmp_path).lost > 5


def test_every_commit_is_synced(by_the_store: list[Event]) -> None:
    """Each answer that is not shared with others has a sync of its own before it; those that are share one."""
    disk = Disk()
    answered_at: list[int] = []
    for event in by_the_store:
        disk.do(event)
        if event.what == "ack":
            answered_at.append(disk.syncs["shipconsole.db-wal"])
    assert len(answered_at) == ROWS
    shared = sum(after == before for before, after in itertools.pairwise(answered_at))
    assert shared <= 3 * (ROWS // 20)
