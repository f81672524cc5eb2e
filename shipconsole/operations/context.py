"""The context: everything that an operation needs, passed as its first argument."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Concatenate, ParamSpec, TypedDict, TypeVar

from shipconsole.domain.call import Call
from shipconsole.domain.claim import STALE_AFTER_MIN
from shipconsole.domain.label_rules import USUAL as USUAL_RULES
from shipconsole.domain.label_rules import LabelRules
from shipconsole.domain.message import Message
from shipconsole.domain.package_size import PackagePreset
from shipconsole.operations.timings import USUAL, Timings
from shipconsole.station.clock import Clock
from shipconsole.station.keys import Keys
from shipconsole.store import age_time, manual_changes, steady_time
from shipconsole.store.database import Db, Store
from shipconsole.vendors.http import Sender

P = ParamSpec("P")
T = TypeVar("T")

SHOWN_APART_MS = 5_000
"""Two clocks that differ by no more than this are shown as one."""


class _Clocks(TypedDict):
    run: str
    monotonic_ms: int
    wall_ms: int


@dataclass(slots=True)
class CurrentPacker:
    """The packer who uses the station now: the one part of a context that changes while the program runs."""

    operator: str = ""


@dataclass(slots=True, eq=False)
class Context:
    """One running program's store, HTTP sender, keyring, and clock, and its packing station and packer.

    `undo_window_s` is how long a shipment can be undone before its updates are sent; None sends them at once,
    whatever the connections' options say. A claim no longer counts `claim_stale_s` after its station worked on the
    order; `first_rules` choose the orders to pack first. With `ship_when_packed` an order that is packed completely
    ships by itself. `profile_id` and `host` tell this program from those on other computers and profiles; without
    the former its station's name does. `is_serve` means that it has no window, and with `sends` False a person
    chose that it leaves all sending to others. `in_hand` holds the ids of calls that this program is sending or
    checking. `held_until_s` holds, by connection id, until when its platform asked for no requests, on the
    monotonic clock; `unreachable_until_s` until when other stations try to reach a platform that this one did not
    reach. Only `use_settings` and `use_name` change a field.
    """

    store: Store
    sender: Sender
    keys: Keys
    clock: Clock
    station: str
    current_packer: CurrentPacker = field(default_factory=CurrentPacker)
    undo_window_s: int | None = None
    ship_when_packed: bool = False
    label_rules: LabelRules = USUAL_RULES
    claim_stale_s: int = STALE_AFTER_MIN * 60
    first_rules: tuple[str, ...] = ()
    package_presets: tuple[PackagePreset, ...] = ()
    picture_folder: Path | None = None
    """Where pictures of items are kept; None where they are not to be requested."""
    timings: Timings = USUAL
    profile_id: str = ""
    host: str = ""
    is_serve: bool = False
    sends: bool = True
    held_until_s: dict[int, float] = field(default_factory=dict[int, float])
    unreachable_until_s: dict[int, float] = field(default_factory=dict[int, float])
    in_hand: set[int] = field(default_factory=set[int])
    steady_read: tuple[int, int] | None = field(default=None, init=False)
    """The steady time as it was read last, and the monotonic time of that; None before."""

    def use_settings(
        self,
        *,
        station: str,
        undo_window_s: int,
        label_rules: LabelRules,
        claim_stale_s: int,
        first_rules: tuple[str, ...],
        ship_when_packed: bool,
        sends: bool,
    ) -> None:
        """Follow the station's settings, which a person changed while the program runs."""
        self.station, self.undo_window_s, self.label_rules = station, undo_window_s, label_rules
        self.claim_stale_s, self.first_rules = claim_stale_s, first_rules
        self.ship_when_packed, self.sends = ship_when_packed, sends

    def use_name(self, station: str) -> None:
        """Go by a name that no other station on the database has."""
        self.station = station

    @property
    def station_id(self) -> str:
        """Return what tells this station from every other on the database, whatever their names.

        With the computer's name: a profile may have been copied to another computer.
        """
        return f"{self.profile_id}@{self.host}" if self.profile_id else self.station

    def steady_ms(self, db: Db) -> int:
        """Return the store's steady time, which due times refer to and no person can set."""
        clocks = self._clocks()
        found = steady_time.now_ms(db, **clocks)
        self.steady_read = found, clocks["monotonic_ms"]
        return found

    def steady_about_ms(self) -> int:
        """Return the steady time without the store: as it was read last, and what passed since; at first the wall time.

        For what is shown. What is stored, or decides what is, is compared with `steady_ms`.
        """
        if self.steady_read is None:
            return self.clock.now_ms()
        read_ms, at_ms = self.steady_read
        return read_ms + max(0, round(self.clock.monotonic_s() * 1_000) - at_ms)

    def begin(self) -> None:
        """Continue the steady time, once per run of the computer; blocks, and raises `EnvironmentFailure`."""
        if not self.store.read(steady_time.is_current_run, self.clock.computer_run()).result():
            self.store.write(self.keep_steady_time).result()

    def keep_steady_time(self, db: Db) -> None:
        """Store the steady time, from which it continues after the computer's next start."""
        steady_time.save(db, **self._clocks())

    def shared_ms(self, db: Db) -> int:
        """Return the wall time that all stations share, for a time that one stores and another judges by."""
        return steady_time.shared_ms(db, wall_ms=self.clock.now_ms())

    def age_ms(self, db: Db) -> int:
        """Return the time that ages are counted by; a clock that was set ahead counts only after a while."""
        return age_time.now_ms(db, **self._clocks())

    def follow_clock(self, db: Db) -> int:
        """Let the time that ages are counted by follow the wall time as far as that may be; return it."""
        return age_time.follow(db, **self._clocks())

    def follow_clock_at_once(self, db: Db) -> None:
        """Count ages by the wall time from now on, because a person says that it is right."""
        age_time.follow_at_once(db, **self._clocks())

    def shown_ms(self, db: Db, steady_ms: int) -> int:
        """Return a steady time as the wall clock will show it; 0, which means at once, stays 0."""
        return steady_ms + self._apart_ms(db) if steady_ms else 0

    def record_change(
        self, db: Db, order_id: int, what: Message, reason: str, *, now_ms: int, joined_order_id: int | None = None
    ) -> None:
        """Record a manual change of an order, and the order that was linked into it, if any."""
        manual_changes.add(
            db,
            order_id,
            station=self.station,
            operator=self.operator,
            what=what,
            reason=reason.strip(),
            now_ms=now_ms,
            joined_order_id=joined_order_id,
        )

    def shown_calls(self, db: Db, calls: Iterable[Call]) -> tuple[Call, ...]:
        """Return calls with their future times as the wall clock will show them."""
        found = tuple(calls)
        # Once for all: on a server it is a round trip.
        apart_ms = self._apart_ms(db) if any(call.due_at_ms or call.check_at_ms for call in found) else 0
        if not apart_ms:
            return found
        return tuple(
            replace(
                call,
                due_at_ms=call.due_at_ms and call.due_at_ms + apart_ms,
                check_at_ms=call.check_at_ms and call.check_at_ms + apart_ms,
            )
            for call in found
        )

    def _apart_ms(self, db: Db) -> int:
        """Return how far the wall clock is ahead of the steady time, 0 where the difference is too small to show."""
        apart_ms = self.clock.now_ms() - self.steady_ms(db)
        return apart_ms if abs(apart_ms) > SHOWN_APART_MS else 0

    def _clocks(self) -> "_Clocks":
        monotonic_ms = round(self.clock.monotonic_s() * 1_000)
        return {"run": self.clock.computer_run(), "monotonic_ms": monotonic_ms, "wall_ms": self.clock.now_ms()}

    @property
    def operator(self) -> str:
        """Return the current packer, empty where none has identified themselves."""
        return self.current_packer.operator

    async def read(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a store function on committed data."""
        return await asyncio.wrap_future(self.store.read(do, *args, **kwargs))

    async def read_long(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a store function that reads many rows, beside the other reads; a caller that is cancelled ends it."""
        reading = self.store.read_long(do, *args, **kwargs)
        try:
            return await asyncio.wrap_future(reading)
        finally:
            reading.interrupt()

    async def write(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a store function in one durable transaction."""
        # Shielded: a caller that is cancelled must not lose a result that is already on the disk.
        return await asyncio.shield(asyncio.wrap_future(self.store.write(do, *args, **kwargs)))
