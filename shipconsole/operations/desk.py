"""The desk: all that an operation may reach for, handed in as its first argument."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from shipconsole.station.clock import Clock
from shipconsole.station.keys import Keys
from shipconsole.store.database import Db, Store
from shipconsole.vendors.sender import Sender

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """One running program's store, sender, keys and clock, and who works at which bench."""

    store: Store
    sender: Sender
    keys: Keys
    clock: Clock
    station: str
    operator: str = ""

    async def read(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a function of the store on what is committed."""
        return await asyncio.wrap_future(self.store.read(do, *args, **kwargs))

    async def write(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a function of the store in one durable transaction."""
        # Shielded: a caller that is cancelled must not lose a result that is already on the disk.
        return await asyncio.shield(asyncio.wrap_future(self.store.write(do, *args, **kwargs)))
