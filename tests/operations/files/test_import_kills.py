"""An import that is killed in the middle and started again ships every row exactly once."""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from shipconsole.operations.context import Context
from tests.architecture.tree import ROOT
from tests.operations.files.importing import csv_of
from tests.support.engines import address_of, beside
from tests.support.labels import usps

PACKAGES = 60
KILLS = 4
LATEST_S = 0.3

# Imports a file on a database, and says when rows are done.
IMPORTING = """
import asyncio, os, sys
from pathlib import Path
from shipconsole.operations.context import Context
from shipconsole.operations.files import import_file
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.vendors.http import Sender
from tests.support.engines import store_at

async def run():
    store, file = store_at(sys.argv[1], Path(sys.argv[2])), Path(sys.argv[3])
    store.open()
    ctx = Context(store, Sender(None), MemoryKeys(), SystemClock(), "Bench 1")
    header = (await import_file.head(file)).header
    job = import_file.FileImport(file, header, await import_file.columns_of(ctx, header, {}))
    os.write(1, b"begun\\n")
    summary = await import_file.run(ctx, job, dry_run=False)
    store.close()
    os.write(1, f"{summary.counts.get('shipped', 0) + summary.counts.get('done_before', 0)} done\\n".encode())

asyncio.run(run())
"""


def run(address: str, file: Path, kill_after_s: float | None = None) -> str:
    """Import a file in a process of its own, which may be killed; return its last line."""
    words = [sys.executable, "-c", IMPORTING, address, str(file.parent), str(file)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            process.kill()
        return (process.stdout.read() or line).strip()


@pytest.mark.both_engines
async def test_every_row_ships_once_however_often_the_import_is_killed(bench: Context, tmp_path: Path) -> None:
    with beside(bench.store) as connection:
        connection.execute("UPDATE order_line SET ordered = 200 WHERE sku = 'GLASS-6-1'")
        line_id = connection.execute("SELECT id FROM order_line WHERE sku = 'GLASS-6-1'").fetchone()[0]
    numbers = [usps(serial) for serial in range(2_000, 2_000 + PACKAGES)]
    file = csv_of(tmp_path / "shipments.csv", *(f"10007,GLASS-6-1,2,{number}" for number in numbers))
    chance = random.Random(13)
    done: list[int] = []
    address = address_of(bench.store)
    for _ in range(KILLS):
        await asyncio.to_thread(run, address, file, chance.uniform(0, LATEST_S))
        with beside(bench.store) as connection:
            done.append(connection.execute("SELECT COUNT(*) FROM imported_row").fetchone()[0])
    assert done == sorted(done)
    assert any(0 < count < PACKAGES for count in done), "no kill came in the middle"
    assert await asyncio.to_thread(run, address, file) == f"{PACKAGES} done"
    with beside(bench.store) as connection:
        packages = Counter(number for (number,) in connection.execute("SELECT tracking_number FROM package"))
        rows, shipments = (
            connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("imported_row", "shipment")
        )
        per_package = connection.execute("SELECT shipment_id, COUNT(*) FROM call GROUP BY 1")
        wrong = [count for _, count in per_package if count != 3]
        units = connection.execute("SELECT shipped FROM order_line WHERE id = ?", (line_id,)).fetchone()[0]
    assert packages == dict.fromkeys(numbers, 1)
    assert (rows, shipments, units, wrong) == (PACKAGES, PACKAGES, 2 * PACKAGES, [])
