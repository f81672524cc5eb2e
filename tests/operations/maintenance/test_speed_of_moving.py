"""A move of many orders takes the same memory as one of few; prints its time and its memory.

`MOVED_ORDERS` is how many orders are moved, 100,000 by default. `MOVED_FROM` is a database file with them, such as the
benchmark's: a copy of it is moved, and nothing is generated.
"""

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.store.postgresql.engine import connect
from tests.bench.warehouse.filling import fill_sqlite
from tests.bench.warehouse.rows import Warehouse
from tests.support import sql

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[3]
UNTIL_MS = 1_795_996_800_000
GROWTH_MOST_MB = 30


def rss_mb(pid: int) -> float:
    """Return the memory of a process; 0 once it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_many_orders_are_moved_in_flat_memory(tmp_path: Path, postgresql_database: str) -> None:
    count = int(os.environ.get("MOVED_ORDERS", "100000"))
    file = tmp_path / "profile" / "shipconsole.db"
    file.parent.mkdir()
    if filled := os.environ.get("MOVED_FROM"):
        shutil.copyfile(filled, file)
    else:
        fill_sqlite(file, Warehouse(count, until_ms=UNTIL_MS))
    began_s = time.monotonic()
    samples: list[float] = []
    kinds: dict[str, float] = {}
    words = ["-m", "shipconsole", "--profile", str(file.parent), "move", "--to", postgresql_database]
    # A process of its own: what this one has freed would hide what a move takes.
    with subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as moving:
        assert moving.stderr is not None
        lines: list[str] = []
        for line in moving.stderr:
            lines.append(line)
            samples.append(rss_mb(moving.pid))
            kind = "verify" if "at the server" in line else "indexes" if "indexes" in line else "copy"
            kinds.setdefault("check" if len(lines) == 1 else kind, time.monotonic() - began_s)
    assert moving.returncode == 0, lines[-3:]
    took_s = time.monotonic() - began_s
    samples = [sample for sample in samples if sample]
    parts = ", ".join(f"{kind} from {at_s:.0f} s" for kind, at_s in kinds.items())
    with closing(sql.connect(file)) as here, closing(connect(postgresql_database)) as there:
        progress = there.execute("SELECT name, copied, verified FROM move_progress").fetchall()
        for name, copied, verified in progress:
            ((found,),) = there.execute(f"SELECT COUNT(*) FROM {name}").fetchall()
            ((kept,),) = here.execute(f"SELECT COUNT(*) FROM {name}").fetchall()
            assert (found, copied, verified) == (kept, kept, 1), name
    rows = sum(copied for _, copied, _ in progress)
    print(
        f"\n{count:,} orders, {rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB: {took_s:.0f} s ({parts});"
        f" {samples[0]:.0f} MB at the beginning, {max(samples):.0f} MB at most"
    )
    assert max(samples) - samples[0] < GROWTH_MOST_MB
