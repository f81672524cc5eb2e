"""A quick packer and a slow store: every scan is done for the order that it was meant for, or said not to be."""

import asyncio
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from shipconsole.operations import orders
from shipconsole.ui.scans import Scans
from tests.kit.bench import USPS_NUMBERS
from tests.ui.order_editor.conftest import Bench, order_bench

__all__ = ["order_bench"]


@contextmanager
def held(bench: Bench) -> Generator[None]:
    """Keep everybody from writing to the store."""
    other = sqlite3.connect(bench.desk.store.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def shipments(bench: Bench, number: str) -> int:
    return len((await orders.sheet(bench.desk, await orders.find(bench.desk, number))).shipments)


@pytest.mark.parametrize(
    "before", [("%ALL LEFT", USPS_NUMBERS[0], "%SHIP"), ("%ALL LEFT",)], ids=["while one ships", "while one is kept"]
)
async def test_the_next_orders_scans_wait_for_it(order_bench: Bench, before: tuple[str, ...]) -> None:
    bench = order_bench
    scans = Scans(bench.desk, bench.tasks, bench.panel, "%")
    await bench.open("10001")
    for text in before[:-1]:
        scans.take(text)
    await bench.settled()
    with held(bench):
        # An order in which something is packed is left on a person's word alone.
        leave = () if "%SHIP" in before else ("%OK",)
        for text in (before[-1], "10003", *leave, "%ALL LEFT", USPS_NUMBERS[1], "%SHIP", "10005", "%ALL LEFT"):
            scans.take(text)
        await asyncio.sleep(0.1)
        assert scans._waiting, "they wait until the order before is stored"
    await bench.until(lambda: bench.opened[-1] == "10005")
    await bench.settled()
    assert not scans.verdict.waits
    assert bench.said == []
    assert await shipments(bench, "10003") == 1
    assert await shipments(bench, "10001") == (1 if "%SHIP" in before else 0)
    await bench.panel.put_away()
    assert (await orders.sheet(bench.desk, await orders.find(bench.desk, "10005"))).draft is not None
