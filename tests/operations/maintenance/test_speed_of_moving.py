"""A move of many orders takes the same memory as one of few; prints its time and its memory.

`MOVED_ORDERS` is how many orders are moved, 100,000 by default.
"""

import os
import time
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.operations.maintenance import move
from shipconsole.operations.maintenance.move import Step
from shipconsole.station.profile import open_profile
from shipconsole.store.postgresql.engine import connect
from tests.bench.warehouse.filling import fill_sqlite
from tests.bench.warehouse.rows import Warehouse
from tests.support import sql

pytestmark = pytest.mark.heavy

UNTIL_MS = 1_795_996_800_000
GROWTH_MOST_MB = 60


def rss_mb() -> float:
    """Return the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_many_orders_are_moved_in_flat_memory(tmp_path: Path, postgresql_database: str) -> None:
    count = int(os.environ.get("MOVED_ORDERS", "100000"))
    profile = open_profile(tmp_path / "profile", {})
    file = profile.folder / "shipconsole.db"
    fill_sqlite(file, Warehouse(count, until_ms=UNTIL_MS))
    before_mb, began_s = rss_mb(), time.monotonic()
    samples: list[float] = []
    kinds: dict[str, float] = {}

    def show(step: Step) -> None:
        samples.append(rss_mb())
        kinds.setdefault(step.kind, time.monotonic() - began_s)

    done = move.move(profile, file, postgresql_database, show=show)
    took_s = time.monotonic() - began_s
    parts = ", ".join(f"{kind} from {at_s:.0f} s" for kind, at_s in kinds.items())
    print(
        f"\n{count:,} orders, {done.rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB: {took_s:.0f} s ({parts});"
        f" {before_mb:.0f} MB before, {min(samples):.0f} to {max(samples):.0f} MB while it moved"
    )
    assert max(samples) - before_mb < GROWTH_MOST_MB
    with closing(sql.connect(file)) as here, closing(connect(postgresql_database)) as there:
        for name, progress in done.tables.items():
            ((found,),) = there.execute(f"SELECT COUNT(*) FROM {name}").fetchall()
            ((kept,),) = here.execute(f"SELECT COUNT(*) FROM {name}").fetchall()
            assert found == kept == progress.copied, name
            assert progress.verified, name
