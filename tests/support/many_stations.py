"""Many stations on one database: contexts, each with a store and a keyring of its own, whose dispatchers run."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from shipconsole.operations.context import Context
from shipconsole.operations.timings import USUAL, Timings
from shipconsole.operations.worker import Dispatcher
from shipconsole.station.keys import MemoryKeys
from shipconsole.store.database import Store
from tests.support.bench import NAMES, SECRETS, open_context

QUICK = replace(USUAL, round_s=0.05, recover_every_s=0.3)
"""Rounds of stations that tests wait for."""
STALE = "a-key-of-last-year"


@dataclass
class Station:
    """A station: its context, and its dispatcher while it runs."""

    ctx: Context
    dispatcher: Dispatcher | None = None
    running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Send and do background work, as a window or `serve` does."""
        self.dispatcher = Dispatcher(self.ctx)
        self.running = asyncio.create_task(self.dispatcher.run())

    async def stop(self) -> None:
        """End as a program that is closed."""
        if self.dispatcher is not None and self.running is not None:
            await self.dispatcher.stop(20)
            await self.running
        self.dispatcher = self.running = None

    async def die(self) -> None:
        """End as a program that is killed between two rounds: it says nothing to anybody."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        self.dispatcher = self.running = None


def put_keys(ctx: Context, *names: str, stale: Iterable[str] = ()) -> None:
    """Put the keys of some connections into a station's keyring, some of them outdated."""
    for vendor, name in NAMES.items():
        if name in names:
            for field, value in SECRETS[vendor].items():
                ctx.keys.put(name, field, STALE if name in stale else value).result()


@asynccontextmanager
async def stations(
    new_store: Callable[..., Store], count: int, timings: Timings = QUICK
) -> AsyncGenerator[tuple[Station, ...]]:
    """Yield stations on one database, without keys; all are stopped at the end."""
    async with AsyncExitStack() as stack:
        opened: list[Station] = []
        for number in range(1, count + 1):
            store = new_store(f"profile-{number}", is_open=False)
            ctx = await stack.enter_async_context(open_context(Path(), store=store, keys=MemoryKeys()))
            opened.append(Station(replace(ctx, station=f"Station {number}", timings=timings)))
        try:
            yield tuple(opened)
        finally:
            await asyncio.gather(*(station.stop() for station in opened))


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; the test's own time limit ends it otherwise."""
    while not is_so():
        await asyncio.sleep(0.02)
