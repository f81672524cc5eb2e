"""Growth: what must cost the same, or almost, however many orders the store has; each beside its own smallest size."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.operations import worker
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import order_list
from shipconsole.operations.orders.orders import read_sheet
from shipconsole.store import browse, calls, connections
from shipconsole.store.database import Db, Store
from tests.bench.figures import middle
from tests.bench.floors import cpu_of, in_turn
from tests.bench.running import Run, now_ms
from tests.operations.importing.test_uncounted import read

ORDERS_TAKEN = 60
ROUNDS = 60


def measure(run: Run) -> None:
    """Measure the reads that follow a change or a click, taking orders in, and the ids of a whole view."""
    with run.store() as store:
        _reads(run, store)
        _whole_views(run, store)
        _taking_in(run, store)


def _reads(run: Run, store: Store) -> None:
    spread = store.read(_spread_ids, 100).result()
    ways: dict[str, Callable[[Db], Any]] = {
        "tab counts": browse.counts,
        "a page of rows": lambda db: browse.rows(db, spread),
        "first page of all": lambda db: browse.rows(db, browse.ids(db, "all", "changed", 100)),
        "updates that wait (backlog)": calls.backlog,
        "updates by state": calls.count_by_state,
        "package issues": lambda db: browse.package_issues(db, now_ms()),
        "one order, opened": lambda db: read_sheet(db, spread[50]),
        "latest updates": calls.latest,
    }
    for name, do in ways.items():
        cpu = store.read(lambda db, do=do: cpu_of(lambda: do(db), 3) and cpu_of(lambda: do(db), ROUNDS)).result()
        value, noise = middle([1e3 * taken for taken in cpu])
        run.add("growth", f"{name}, CPU", value, noise=noise)


def _spread_ids(db: Db, count: int) -> list[int]:
    newest = db.connection.execute("SELECT MAX(id) FROM orders").fetchall()[0][0]
    return [max(1, newest * position // count) for position in range(1, count + 1)]


def _whole_views(run: Run, store: Store) -> None:
    for view, sort in (("all", "changed"), ("to_ship", "due")):
        (taken,) = in_turn(3, lambda view=view, sort=sort: order_list.listing(store, view, sort).result())
        run.add("growth", f"all ids of {view}", 1e3 * min(taken))
    (taken,) = in_turn(5, lambda: store.read(worker.calls.backlog).result())
    run.add("growth", "backlog, with its hop", 1e3 * median(taken))


def _remote(number: str, position: int) -> RemoteOrder:
    taken = read("starshipit", ("TEA-RED-3", 2), ("MUG-BLK-5", 1), number=number)
    return taken.model_copy(update={"remote_id": str(10**12 + now_ms() * 1_000 + position)})


def _taking_in(run: Run, store: Store) -> None:
    known: Connection = next(one for one in store.read(connections.every).result() if one.vendor == "starshipit")
    stamp = time.time_ns() // 1_000

    def take(db: Db, remote: RemoteOrder) -> float:
        began_s = time.thread_time()
        upsert.upsert_orders(db, known, (remote,), now_ms=now_ms())
        return time.thread_time() - began_s

    cpu = [store.write(take, _remote(f"B{stamp + n}", n)).result() for n in range(ORDERS_TAKEN)]
    value, noise = middle([1e3 * taken for taken in cpu])
    run.add("growth", "one order taken in, CPU of the writer", value, noise=noise)
    many = [_remote(f"B{stamp + ORDERS_TAKEN + n}", ORDERS_TAKEN + n) for n in range(200)]
    began_s = time.perf_counter()
    for future in [store.write(take, remote) for remote in many]:
        future.result()
    run.add("growth", "one order of 200 that wait, taken in", 1e3 * (time.perf_counter() - began_s) / len(many))
