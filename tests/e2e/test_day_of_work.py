"""A day of work: everything ships and is confirmed, and the end of the day costs what its beginning did."""

import datetime
import os
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from shipconsole.operations.orders import orders
from shipconsole.operations.worker import latest
from shipconsole.simulator.sample_orders import SampleOrder, sample_orders
from tests.faults.workload import packages_of
from tests.support.day_of_work import Courier, Part, paths_of, simulated_platforms, station, work

PARTS = 10
LOG_MOST_MB = 60.0
"""The log is several files of limited size; see `station.logs`."""
DAY = int(os.environ.get("DAY_OF_WORK", "20000"))
"""How many shipments the long test makes; fewer show a change sooner."""


def samples_for(shipments: int) -> tuple[SampleOrder, ...]:
    """Return so many sample orders that they ship in that many packages."""
    made, samples = 0, sample_orders(shipments, datetime.datetime.now(datetime.UTC).date())
    for count, sample in enumerate(samples, start=1):
        made += len(packages_of(sample))
        if made >= shipments:
            return samples[:count]
    raise AssertionError("an order ships in one package at least")


async def day(folder: Path, shipments: int, parts: int) -> list[Part]:
    """Work through a day in parts and return what each cost; every update is confirmed, every order shipped."""
    samples = samples_for(shipments)
    done: list[Part] = []
    with simulated_platforms(len(samples)) as url:
        async with station(folder, url) as (ctx, receiver):
            courier = Courier(receiver, await paths_of(ctx))
            size, first = -(-len(samples) // parts), 0
            for begin in range(0, len(samples), size):
                done.append(await work(ctx, courier, folder, samples[begin : begin + size], first))
                first += done[-1].shipments
            states = Counter(row.state for row in await orders.list_rows(ctx))
            assert states == {"shipped": len(samples)}
            updates = Counter(call.state for call in await latest(ctx, most=None))
            # Each of the three platforms is notified of each package.
            assert updates == {"confirmed": 3 * first}
            assert courier.posted == 2 * first
    return done


async def test_a_short_day_ends_with_every_update_confirmed_and_every_webhook_processed(tmp_path: Path) -> None:
    parts = await day(tmp_path, 24, 2)
    assert sum(part.shipments for part in parts) >= 24


@pytest.mark.heavy
@pytest.mark.timeout(7_200)
async def test_a_day_of_many_shipments_costs_at_its_end_what_it_cost_at_its_beginning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = await day(tmp_path, DAY, PARTS)
    rows = ["shipments  cpu ms each  slowest ms  memory MB  store MB  log MB"]
    total = 0
    for part in parts:
        total += part.shipments
        rows.append(
            f"{total:9}  {part.cpu_ms:11.1f}  {part.slowest_ms:10.0f}"
            f"  {part.rss_mb:9.1f}  {part.store_mb:8.1f}  {part.log_mb:6.2f}"
        )
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(rows) + "\n")
    # The first part also loads what is loaded once.
    usual, last = parts[1], parts[-1]
    assert last.cpu_ms <= 1.3 * usual.cpu_ms
    assert last.rss_mb <= usual.rss_mb + 30
    assert last.log_mb <= LOG_MOST_MB
    # The store grows by what is kept of each shipment, not faster.
    per_shipment = [(after.store_mb - before.store_mb) / after.shipments for before, after in pairwise(parts)]
    assert max(per_shipment[len(per_shipment) // 2 :]) <= 2 * max(per_shipment[: len(per_shipment) // 2])
