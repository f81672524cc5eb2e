"""A copy that is made while the store is written all the time, put back in another folder, is a moment of the store."""

import threading
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from shipconsole.store import backup, connections, restoring
from shipconsole.store.database import Db, Store
from tests.kit import sql

WRITES_A_SECOND = 50
SECONDS = 2.0
LONGEST_WRITE_S = 1.0


def add(db: Db, name: str) -> None:
    connections.put(db, name=name, vendor="shipup", base_url="https://example.test/" + "x" * 900, options={})


def test_copies_made_during_fifty_writes_a_second_are_moments_of_the_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "here" / "shipconsole.db")
    store.open()
    store.write(add, "C0").result()
    stop = threading.Event()
    answered = [0.0]

    def write() -> None:
        while not stop.is_set():
            began_s = monotonic()
            store.write(add, f"C{len(answered)}").result()
            answered.append(monotonic() - began_s)
            sleep(max(0.0, 1 / WRITES_A_SECOND - answered[-1]))

    writer = threading.Thread(target=write)
    writer.start()
    copies: list[tuple[int, Path, int]] = []
    try:
        until_s = monotonic() + SECONDS
        while monotonic() < until_s:
            before = len(answered)
            target = tmp_path / f"copy-{len(copies)}.db"
            backup.make_at(store.file, target)
            copies.append((before, target, len(answered) + 1))
            sleep(0.1)
    finally:
        stop.set()
        writer.join()
        store.close()
    assert len(answered) > SECONDS * WRITES_A_SECOND / 2
    assert max(answered) < LONGEST_WRITE_S, "nobody waits for a copy"
    assert len(copies) > 3
    for number, (least, copy, most) in enumerate(copies):
        there = tmp_path / f"there-{number}" / "shipconsole.db"
        there.parent.mkdir()
        restoring.put_back(there, copy, now_ms=1_790_000_000_000)
        with closing(sql.connect(there)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            names = [name for (name,) in connection.execute("SELECT name FROM connection ORDER BY id")]
        assert names == [f"C{one}" for one in range(len(names))]
        assert least <= len(names) <= most
