"""Where the time of a store's figures goes: `python -m tests.bench.parts`.

For each operation of D1, F1 and O1 to O3: what it takes, its statements with their time in the driver, and beside them
what cannot be saved: the hand-over to a thread of the store and back, a round trip in which the server does nothing,
and the time in which the disk takes the same bytes. What is left is Python's.
"""

import argparse
import os
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from shipconsole.store import connections
from shipconsole.store.database import Store
from shipconsole.store.postgresql import engine as postgresql_engine
from shipconsole.store.postgresql.checks import Lineage
from shipconsole.store.postgresql.store import PostgresqlStore
from shipconsole.store.sqlite import SqliteStore
from tests.bench import outbox_bars
from tests.bench.engines import CACHE, ENGINES, Place
from tests.bench.floors import in_turn
from tests.bench.running import now_ms
from tests.bench.store_bars import PAGE, SEARCHES, find

ROUNDS = 400
SHOWN = 5
_NUMBER = re.compile(r"\b\d+\b|(?<=ARRAY\[)[^]]*")
Taken = dict[str, list[float]]


class _Timed:
    """A connection that notes how long each statement takes."""

    def __init__(self, connection: Any, taken: Taken) -> None:
        self._connection, self._taken = connection, taken

    def execute(self, statements: str, *args: Any, **kwargs: Any) -> Any:
        return self._time(self._connection.execute, statements, *args, **kwargs)

    def execute_all(self, statements: str) -> Any:
        return self._time(self._connection.execute_all, statements)

    def _time(self, run: Callable[..., Any], statements: str, *args: Any, **kwargs: Any) -> Any:
        began_s = time.perf_counter()
        try:
            return run(statements, *args, **kwargs)
        finally:
            self._taken[_NUMBER.sub("n", " ".join(statements.split()))[:72]].append(time.perf_counter() - began_s)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_connection", "_taken"):
            super().__setattr__(name, value)
        else:
            setattr(self._connection, name, value)


class _TimedFile(SqliteStore):
    taken: Taken

    def _open_to_write(self) -> Any:
        return _Timed(super()._open_to_write(), self.taken)

    def open_to_read(self) -> Any:
        return _Timed(super().open_to_read(), self.taken)


class _TimedServer(PostgresqlStore):
    taken: Taken

    def _connect(self, name: str) -> tuple[Any, Lineage]:
        connection, lineage = super()._connect(name)
        return (_Timed(connection, self.taken), lineage) if name in ("writer", "reader") else (connection, lineage)


def opened(place: Place, work: Path) -> tuple[Store, Taken]:
    """Return the open store of a place, and what notes its statements."""
    taken: Taken = defaultdict(list)
    if place.engine == "sqlite":
        store: _TimedFile | _TimedServer = _TimedFile(Path(place.at))
    else:
        (work / "profile").mkdir()
        store = _TimedServer(place.at, work / "profile")
    store.taken = taken
    store.open()
    return store, taken


def written_bytes(place: Place) -> int:
    """Return how many bytes the database has written for its commits so far."""
    if place.engine == "sqlite":
        counts = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
        return int(counts["wchar"])
    with psycopg.connect(place.at) as asked:
        found = asked.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
        assert found is not None
        return int(found[0])


def disk_us(folder: Path, count: int) -> float:
    """Return the microseconds in which the disk takes so many bytes, written into a file that exists, and synced."""
    file = os.open(folder / "disk", os.O_WRONLY | os.O_CREAT, 0o600)
    content, places = os.urandom(count), cycle(range(0, 64 * count, count))

    def write() -> None:
        os.pwrite(file, content, next(places))
        os.fdatasync(file)

    try:
        os.posix_fallocate(file, 0, 64 * count)
        os.fsync(file)
        return usual_us(write)
    finally:
        os.close(file)


def usual_us(do: Callable[[], object]) -> float:
    """Return the median microseconds of a call."""
    (taken,) = in_turn(200, do)
    return 1e6 * median(taken)


def measure(place: Place, work: Path, say: Callable[[str], object], rounds: int = ROUNDS) -> None:
    """Print the parts of each operation."""
    store, taken = opened(place, work)
    say(f"\n{place.engine}, {place.orders:,} orders")
    say(f"  hand-over to the reader and back, with its transaction: {usual_us(lambda: store.read(id).result()):.0f} µs")
    if place.engine == "postgresql":
        bare = postgresql_engine.connect(place.at)
        say(f"  round trip in which the server does nothing: {usual_us(lambda: bare.execute('SELECT 1')):.0f} µs")
        bare.close()
    connection_id = store.read(connections.every).result()[0].id
    free = cycle(store.read(outbox_bars.targets, 4_000).result())

    def once(do: Callable[[], object]) -> Callable[[], Sequence[Callable[[], object]]]:
        return lambda: [do] * rounds

    def enqueue() -> None:
        outbox_bars.enqueue(store, next(free)).result()

    def claims() -> Sequence[Callable[[], object]]:
        return [partial(outbox_bars.send, store, id_) for id_ in store.read(outbox_bars.pending, rounds).result()]

    def searches() -> Sequence[Callable[[], object]]:
        texts = [text[:length] for text in SEARCHES for length in range(1, len(text) + 1)]
        return [lambda text=text: store.read(find, text).result() for text in texts]

    try:
        for title, run, writes in (
            ("D1 a small transaction", once(lambda: _small(store, connection_id)), True),
            ("O1 one enqueuer", once(enqueue), True),
            (f"O2 {outbox_bars.AT_ONCE} enqueuers at once", once(enqueue), True),
            ("O3 claim and settle", claims, True),
            (f"F1 a search and its page of {PAGE}", searches, False),
        ):
            at_once = outbox_bars.AT_ONCE if title.startswith("O2") else 1
            for line in _parts(title, run, at_once, taken, place, work if writes else None):
                say(line)
    finally:
        store.write(outbox_bars.forget).result()
        store.close(60)


def _small(store: Store, connection_id: int) -> None:
    store.write(connections.sync_ended, connection_id, now_ms()).result()


def _parts(
    title: str,
    work_of: Callable[[], Sequence[Callable[[], object]]],
    at_once: int,
    taken: Taken,
    place: Place,
    folder: Path | None,
) -> Iterator[str]:
    """Yield what some work takes, its slowest statements, and if it writes into a `folder`, the disk's share."""
    _run(work_of(), at_once)  # statements are compiled, and pages are read
    todo = work_of()
    taken.clear()
    before, began_s = written_bytes(place), time.perf_counter()
    _run(todo, at_once)
    whole_us = 1e6 * (time.perf_counter() - began_s) / len(todo)
    each = (written_bytes(place) - before) // len(todo)
    spent = sorted(((1e6 * sum(found) / len(todo), len(found) / len(todo), name) for name, found in taken.items()))
    driver_us, statements = sum(part[0] for part in spent), sum(part[1] for part in spent)
    yield f"  {title}: {whole_us:.0f} µs, of these {driver_us:.0f} in {statements:.1f} statements"
    for part_us, times, name in spent[: -SHOWN - 1 : -1]:
        yield f"    {part_us:6.0f} µs  {times:5.2f} ×  {name}"
    if folder is not None and each:
        yield f"    the disk takes its {each:,} bytes, and syncs them, in {disk_us(folder, each):.0f} µs"


def _run(todo: Sequence[Callable[[], object]], at_once: int) -> None:
    if at_once == 1:
        for do in todo:
            do()
        return
    with ThreadPoolExecutor(at_once) as pool:
        for done in [pool.submit(do) for do in todo]:
            done.result()


def _places(chosen: argparse.Namespace, cache: Path) -> Iterator[tuple[Place, Any]]:
    for name in chosen.engine.split(","):
        engine = ENGINES[name]()
        try:
            for orders in chosen.orders.split(","):
                yield engine.filled(cache, int(orders), print), engine
        finally:
            engine.close()


def main() -> None:
    """Print the parts of each operation on each store."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.parts", description=main.__doc__)
    parser.add_argument("--orders", default="10000")
    parser.add_argument("--engine", default="sqlite,postgresql")
    parser.add_argument("--cache", type=Path, default=CACHE)
    chosen = parser.parse_args()
    chosen.cache.mkdir(parents=True, exist_ok=True)
    for place, engine in _places(chosen, chosen.cache):
        with tempfile.TemporaryDirectory(prefix="shipconsole-parts-", dir=chosen.cache) as folder:
            work = Path(folder)
            with engine.on_loan(place, work) as lent:
                measure(lent, work, print)


if __name__ == "__main__":
    main()
