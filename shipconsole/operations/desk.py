"""The desk: all that an operation may reach for, handed in as its first argument."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from shipconsole.domain.label_rules import USUAL as USUAL_RULES
from shipconsole.domain.label_rules import LabelRules
from shipconsole.operations.pace import USUAL, Pace
from shipconsole.station.clock import Clock
from shipconsole.station.keys import Keys
from shipconsole.store.database import Db, Store
from shipconsole.vendors.sender import Sender

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Duty:
    """Who packs at the moment: the one thing at a desk that changes while it is open."""

    operator: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """One running program's store, sender, keys and clock, and who works at which bench.

    `hold_s` is for how long a shipment can be taken back before anybody is told; None where it goes at once whatever
    the connections say.
    `held_until_s` says by connection until when its vendor asked for no calls, on the clock that nobody sets.
    """

    store: Store
    sender: Sender
    keys: Keys
    clock: Clock
    station: str
    duty: Duty = field(default_factory=Duty)
    hold_s: int | None = None
    label_rules: LabelRules = USUAL_RULES
    pace: Pace = USUAL
    held_until_s: dict[int, float] = field(default_factory=dict[int, float])

    @property
    def operator(self) -> str:
        """Who packs at the moment, empty where nobody said."""
        return self.duty.operator

    async def read(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a function of the store on what is committed."""
        return await asyncio.wrap_future(self.store.read(do, *args, **kwargs))

    async def write(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a function of the store in one durable transaction."""
        # Shielded: a caller that is cancelled must not lose a result that is already on the disk.
        return await asyncio.shield(asyncio.wrap_future(self.store.write(do, *args, **kwargs)))
