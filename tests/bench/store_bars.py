"""D1, F1 and F3: what the store costs beside its driver, and how long finding and sorting take in the database."""

from statistics import median
from typing import Any

from shipconsole.store import browse, connections
from shipconsole.store.database import Db
from tests.bench.figures import middle, percentile
from tests.bench.floors import SyncedFile, in_turn, page_beside_driver
from tests.bench.running import Run, now_ms

SEARCHES = (
    "5",
    "50001",
    "W-10",
    "smith",
    "müller",
    "佐藤",
    "olivia sydney",
    "nguyễn hà nội",
    "TEA",
    "mobile-case-blk",
    "94001",
    "9400100000982451653",
    "customer77@",
    "кыив київ",
    "דוד",
    "a b",
    "nothing like it",
    "zzzz",
    "1",
    "george street sydney au",
)
"""Texts of which each beginning is searched: one letter, every script, all orders, and none."""
PAGE = 100


def measure(run: Run) -> None:
    """Measure all three."""
    with run.store() as store:
        if run.wants("D1"):
            _driver(run, store)
        if run.wants("F1"):
            _find(run, store)
        if run.wants("F3"):
            _sort(run, store)


def _driver(run: Run, store: Any) -> None:
    ids = list(store.read(browse.ids, "all", "changed", 20_000).result())[-PAGE:]
    raw = run.engine.bare(run.place)
    try:
        bare, ours, models, page = store.write(
            page_beside_driver, raw, run.engine.bound("browse.rows", ids=ids), ids
        ).result()
        value, noise = middle([1e3 * taken for taken in ours])
        floor = 1e3 * median(bare)
        run.add("D1", "rows of a page", value, floor=floor, floor_name="bare driver", most=1.5, noise=noise)
        value, noise = middle([1e3 * taken for taken in page])
        floor = 1e3 * median(models)
        run.add("D1", "page as models", value, floor=floor, floor_name="models of bare rows", most=1.5, noise=noise)
    finally:
        raw.close()
    synced = SyncedFile(run.work)
    connection_id = store.read(connections.every).result()[0].id
    writes, floors = in_turn(
        200, lambda: store.write(connections.sync_ended, connection_id, now_ms()).result(), synced.append
    )
    synced.close()
    value, noise = middle([1e3 * taken for taken in writes])
    floor = 1e3 * median(floors)
    run.add("D1", "a small transaction", value, floor=floor, floor_name="fdatasync", most=3, noise=noise)


def find(db: Db, text: str) -> None:
    """Search as the order list does, and read the first page."""
    browse.rows(db, browse.found(db, text, PAGE))


def _find(run: Run, store: Any) -> None:
    took_ms: list[float] = []
    worst = ("", 0.0)

    for text in SEARCHES:
        for length in range(1, len(text) + 1):
            (taken,) = in_turn(3, lambda typed=text[:length]: store.read(find, typed).result())
            took_ms.append(1e3 * min(taken))
            worst = max(worst, (text[:length], took_ms[-1]), key=lambda found: found[1])
    run.add("F1", "database, first page, p50", median(took_ms), most=2)
    run.add("F1", "database, first page, worst", worst[1], most=10, note=f"“{worst[0]}”")
    run.add("F1", "database, first page, p99", percentile(took_ms, 0.99))


def _sort(run: Run, store: Any) -> None:
    worst = ("", 0.0)

    def page(db: Db, view: str, sort: str) -> None:
        browse.rows(db, browse.ids(db, view, sort, PAGE, now_ms=now_ms()))

    for view, sorts in browse.VIEWS.items():
        for sort in sorts:
            (taken,) = in_turn(5, lambda view=view, sort=sort: store.read(page, view, sort).result())
            taken_ms = 1e3 * median(taken)
            worst = max(worst, (f"{view} by {sort}", taken_ms), key=lambda found: found[1])
            if view in ("late", "to_ship", "all"):
                run.add("F3", f"first page, {view} by {sort}", taken_ms, most=5)
    run.add("F3", "first page, worst view", worst[1], most=5, note=worst[0])
