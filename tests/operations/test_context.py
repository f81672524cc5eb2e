"""The context's reads: a long one ends with its caller, and what follows a change is one read."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.store import connections
from shipconsole.store.database import Db

ENDLESS = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT COUNT(*) FROM number"


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


async def test_what_the_window_shows_of_updates_is_one_read(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[object] = []
    read = ctx.store.read

    def counted(do: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        reads.append(do)
        return read(do, *args, **kwargs)

    monkeypatch.setattr(ctx.store, "read", counted)
    found = await worker.workload(ctx)
    assert len(reads) == 1
    expected = (await worker.counts(ctx), await worker.backlog(ctx), await forward.count_waiting(ctx))
    assert found == expected
