"""The context's reads: a long one ends with its caller, and what follows a change is one read."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.store import connections
from shipconsole.store.database import Db
from shipconsole.store.sqlite import SqliteStore
from tests.support.bench import open_context

ENDLESS = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT COUNT(*) FROM number"


class CountingStore(SqliteStore):
    """Counts the reads that it is asked for."""

    reads = 0

    def read(self, do: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run a function like the store itself."""
        self.reads += 1
        return super().read(do, *args, **kwargs)


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncGenerator[tuple[Context, CountingStore]]:
    store = CountingStore(tmp_path / "shipconsole.db")
    async with open_context(tmp_path, store=store) as ctx:
        yield ctx, store


def count_endlessly(db: Db) -> int:
    return db.connection.execute(ENDLESS).fetchone()[0]


async def test_a_caller_that_is_cancelled_ends_its_long_read(ctx: Context) -> None:
    searching = asyncio.create_task(ctx.read_long(count_endlessly))
    await ctx.read(connections.every)
    assert not searching.done()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert await ctx.read_long(connections.every) == ()


async def test_what_the_window_shows_of_updates_is_one_read(counted: tuple[Context, CountingStore]) -> None:
    ctx, store = counted
    before = store.reads
    found = await worker.workload(ctx)
    assert store.reads == before + 1
    expected = (await worker.counts(ctx), await worker.backlog(ctx), await forward.count_waiting(ctx))
    assert found == expected
