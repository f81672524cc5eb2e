"""O1 to O3: what a durable update costs beside a synced file, alone and with others that wait at the same time."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import cycle
from statistics import median
from typing import Any

from shipconsole.domain.message import Message
from shipconsole.store import calls
from shipconsole.store.calls import Ending
from shipconsole.store.database import Db, Store
from tests.bench.figures import middle
from tests.bench.floors import SyncedFile
from tests.bench.running import Run, now_ms

AT_ONCE = 32
ROUNDS = 5
SLICE_S = 0.6
REQUEST = '{"call": "notify_shipped", "method": "POST", "path": "/v-beta/sales_orders/1/notify_shipped", "body": ""}'
MARK = "bench-"


def measure(run: Run) -> None:
    """Measure enqueuing alone and together, then claiming and settling, each round beside the synced file."""
    found: dict[str, list[float]] = {}
    synced = SyncedFile(run.work)
    with run.store() as store:
        free = cycle(store.read(targets, 4_000).result())
        try:
            for _ in range(ROUNDS):
                floor = synced.rate(SLICE_S)
                _note(found, "O1", _alone(store, free) / floor)
                _note(found, "O2", _together(lambda: enqueue(store, next(free)).result()) / synced.rate(SLICE_S))
                _note(found, "O3 alone", _claim_alone(store) / synced.rate(SLICE_S))
                _note(found, "O3 together", _claim_together(store) / synced.rate(SLICE_S))
                _note(found, "floor", floor)
        finally:
            store.write(forget).result()
    synced.close()
    rate = median(found["floor"])
    for bar, name, key, least in (
        ("O1", "one enqueuer", "O1", 0.8),
        ("O2", f"{AT_ONCE} enqueuers at once", "O2", 8),
        ("O3", "claim and settle, one at a time", "O3 alone", 0.45),
        ("O3", f"claim and settle, {AT_ONCE} at once", "O3 together", 8),
    ):
        if run.wants(bar):
            ratio, noise = middle(found[key])
            run.add(bar, name, ratio * rate, "/s", floor=rate, floor_name="fdatasync/s", least=least, noise=noise)


def _note(found: dict[str, list[float]], name: str, value: float) -> None:
    found.setdefault(name, []).append(value)


def targets(db: Db, most: int) -> list[tuple[int, int]]:
    """Return orders and connections that have no update under way."""
    rows = db.connection.execute(
        "SELECT id, primary_connection_id FROM orders"
        f" WHERE left_units > 0 AND waiting_updates = 0 AND needs_attention = 0 LIMIT {most}"
    )
    return [(order_id, connection_id) for order_id, connection_id in rows.fetchall()]


def enqueue(store: Store, target: tuple[int, int]) -> "Future[int]":
    """Add an update to the outbox."""
    return store.write(
        calls.add,
        key=f"{MARK}{uuid.uuid4().hex}",
        order_id=target[0],
        shipment_id=None,
        intent='{"kind": "bench"}',
        package_id=None,
        connection_id=target[1],
        summary=Message("summary.one_package", count=2, position="1"),
        repeatable=False,
        now_ms=now_ms(),
    )


def _alone(store: Store, free: Iterator[tuple[int, int]]) -> float:
    count, began_s = 0, time.perf_counter()
    while time.perf_counter() - began_s < SLICE_S:
        enqueue(store, next(free)).result()
        count += 1
    return count / (time.perf_counter() - began_s)


def _together(do: Callable[[], object]) -> float:
    """Return how many a second some threads do, each waiting for its own before the next."""
    counts = [0] * AT_ONCE
    until_s = time.perf_counter() + SLICE_S

    def work(number: int) -> None:
        while time.perf_counter() < until_s:
            do()
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(AT_ONCE)]
    began_s = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began_s)


def pending(db: Db, most: int) -> list[int]:
    """Return updates of this bench that can be claimed, one of each order and connection."""
    rows = db.connection.execute(
        f"SELECT MIN(id) FROM call WHERE state = 'pending' AND key LIKE '{MARK}%'"
        f" GROUP BY order_id, connection_id ORDER BY 1 LIMIT {most}"
    )
    return [id_ for (id_,) in rows.fetchall()]


def send(store: Store, call_id: int) -> None:
    """Claim an update and settle it, as if the platform had accepted it in no time."""
    at_ms = now_ms()
    claim = store.write(
        calls.claim,
        call_id,
        owner="bench",
        station="Bench 1",
        request=REQUEST,
        fingerprint="f" * 64,
        repeatable=False,
        summary=Message("summary.one_package", count=2, position="1"),
        evidence="{}",
        failures_most=5,
        now_ms=at_ms,
        steady_ms=at_ms,
        lease_until_ms=at_ms + 60_000,
    ).result()
    assert claim is not None, call_id
    assert store.write(calls.settle, claim, Ending("confirmed", Message("")), now_ms=at_ms).result()


def _claim_alone(store: Store) -> float:
    waiting = store.read(pending, 2_000).result()
    count, began_s = 0, time.perf_counter()
    for call_id in waiting:
        if time.perf_counter() - began_s > SLICE_S:
            break
        send(store, call_id)
        count += 1
    return count / (time.perf_counter() - began_s)


def _claim_together(store: Store) -> float:
    waiting: Sequence[int] = store.read(pending, 4_000).result()
    left = iter(waiting)
    lock = threading.Lock()

    def one() -> None:
        with lock:
            call_id = next(left, None)
        if call_id is None:
            time.sleep(SLICE_S)
        else:
            send(store, call_id)

    return _together(one)


def forget(db: Db) -> Any:
    """Settle what is left, so that no program ever sends it; attempts are append-only and stay."""
    db.connection.execute(f"UPDATE call SET state = 'superseded' WHERE key LIKE '{MARK}%' AND state <> 'confirmed'")
