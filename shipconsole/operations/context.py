"""The desk: all that an operation may reach for, handed in as its first argument."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypedDict, TypeVar

from shipconsole.domain.label_rules import USUAL as USUAL_RULES
from shipconsole.domain.label_rules import LabelRules
from shipconsole.operations.timings import USUAL, Timings
from shipconsole.station.clock import Clock
from shipconsole.station.keys import Keys
from shipconsole.store import steady_time
from shipconsole.store.database import Db, Store
from shipconsole.vendors.http import Sender

P = ParamSpec("P")
T = TypeVar("T")

SHOWN_APART_MS = 5_000
"""Two clocks that are no further apart than this are shown as one."""


class _Clocks(TypedDict):
    run: str
    monotonic_ms: int
    wall_ms: int


@dataclass(slots=True)
class CurrentPacker:
    """Who packs at the moment: the one thing at a desk that changes while it is open."""

    operator: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """One running program's store, sender, keys and clock, and who works at which bench.

    `undo_window_s` is for how long a shipment can be undone before its updates are sent; None where they are sent at
    once whatever the connections say.
    `in_hand` are the calls that this program sends or looks into just now.
    `held_until_s` says by connection until when its platform asked for no calls, on the clock that nobody sets.
    """

    store: Store
    sender: Sender
    keys: Keys
    clock: Clock
    station: str
    current_packer: CurrentPacker = field(default_factory=CurrentPacker)
    undo_window_s: int | None = None
    label_rules: LabelRules = USUAL_RULES
    timings: Timings = USUAL
    held_until_s: dict[int, float] = field(default_factory=dict[int, float])
    in_hand: set[int] = field(default_factory=set[int])

    def steady_ms(self, db: Db) -> int:
        """Return the store's steady time, by which calls wait; nobody sets it."""
        return steady_time.now_ms(db, **self._clocks())

    def begin(self) -> None:
        """Let the steady time go on, once in each run of the computer; blocks, and raises `EnvironmentFailure`."""
        if not self.store.read(steady_time.is_current_run, self.clock.computer_run()).result():
            self.store.write(self.keep_steady_time).result()

    def keep_steady_time(self, db: Db) -> None:
        """Keep the steady time, from which it goes on after the computer's next start."""
        steady_time.keep(db, **self._clocks())

    def shown_ms(self, db: Db, steady_ms: int) -> int:
        """Return a steady time as the clock on the wall will show it; 0, which is at once, stays."""
        apart_ms = self.clock.now_ms() - self.steady_ms(db)
        return steady_ms + apart_ms if steady_ms and abs(apart_ms) > SHOWN_APART_MS else steady_ms

    def _clocks(self) -> "_Clocks":
        monotonic_ms = round(self.clock.monotonic_s() * 1_000)
        return {"run": self.clock.computer_run(), "monotonic_ms": monotonic_ms, "wall_ms": self.clock.now_ms()}

    @property
    def operator(self) -> str:
        """Who packs at the moment, empty where nobody said."""
        return self.current_packer.operator

    async def read(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a function of the store on what is committed."""
        return await asyncio.wrap_future(self.store.read(do, *args, **kwargs))

    async def write(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a function of the store in one durable transaction."""
        # Shielded: a caller that is cancelled must not lose a result that is already on the disk.
        return await asyncio.shield(asyncio.wrap_future(self.store.write(do, *args, **kwargs)))
