"""A backup made while the database is written all the time, restored in another folder, is one moment of it."""

import threading
from contextlib import closing
from pathlib import Path
from time import sleep

from shipconsole.store import backup, connections, restoring
from shipconsole.store.database import Db
from shipconsole.store.sqlite import SqliteStore
from tests.support import sql

WRITES_A_SECOND = 50
COPIES = 8
PATIENTLY_S = 60.0


def add(db: Db, name: str) -> None:
    connections.put(db, name=name, vendor="shipup", base_url="https://example.test/" + "x" * 900, options={})


class Between(threading.Event):
    """Asked between the steps of a copy whether it is to stop; it goes on when someone has written meanwhile."""

    def __init__(self, answered: list[int]) -> None:
        """Look at what was written."""
        super().__init__()
        self._answered = answered
        self.waited = 0

    def is_set(self) -> bool:
        """Wait for one more answer to a writer, who would never have it if writers waited for a copy."""
        self.waited += 1
        before = len(self._answered)
        for _ in range(round(PATIENTLY_S / 0.005)):
            if len(self._answered) > before:
                return False
            sleep(0.005)
        raise AssertionError("writers wait for the copy")


def test_copies_made_during_fifty_writes_a_second_are_moments_of_the_store(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "here" / "shipconsole.db")
    store.open()
    store.write(add, "C0").result()
    stop, answered = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            store.write(add, f"C{len(answered)}").result()
            answered.append(len(answered))
            sleep(1 / WRITES_A_SECOND)

    writer = threading.Thread(target=write)
    writer.start()
    copies: list[tuple[int, Path, int]] = []
    try:
        for number in range(COPIES):
            before, between = len(answered), Between(answered)
            target = tmp_path / f"copy-{number}.db"
            backup.make_at(store.file, target, stop=between)
            assert between.waited, "a copy is made in steps"
            copies.append((before, target, len(answered) + 1))
    finally:
        stop.set()
        writer.join()
        store.close()
    for number, (least, copy, most) in enumerate(copies):
        there = tmp_path / f"there-{number}" / "shipconsole.db"
        there.parent.mkdir()
        restoring.restore(there, copy, now_ms=1_790_000_000_000)
        with closing(sql.connect(there)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            names = [name for (name,) in connection.execute("SELECT name FROM connection ORDER BY id")]
        assert names == [f"C{number}" for number in range(len(names))]
        assert least <= len(names) <= most
