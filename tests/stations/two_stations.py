"""A model of two stations on one store, whose every step may be the last of its process.

Time passes at once: a lease is over when another station looks, so that it may take over whatever the other has in
hand, and a quarantine ends when it begins, since these platforms act while they are told.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import TestCase

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.order import Order
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox.recovery import recover
from shipconsole.operations.sending import send as sending
from shipconsole.operations.sending import verify
from shipconsole.operations.shipping import correct, ship, undo
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.shipengine import ShipEngine
from shipconsole.station.keys import MemoryKeys
from shipconsole.store import calls
from shipconsole.store import connections as stored_connections
from shipconsole.store.database import Db, Store
from shipconsole.vendors.catalog import VENDORS
from tests.faults.flaky_vendors import FlakyVendors
from tests.faults.station import act_as_person
from tests.faults.verdicts import doubled
from tests.stations.databases import MISCOUNTED, OVER, Database
from tests.stations.station import OwnClock, store_at
from tests.support import local_http
from tests.support.bench import NAMES, SECRETS, UnpacedSender, tls

AT_ONCE = replace(
    USUAL,
    settle_delay_ms=0,
    settle_delay_answers=0,
    check_pauses_ms=(0, 0),
    recheck_ms=0,
    refresh_pauses_s=(0.0,),
    backoff_base_s=0.0,
    backoff_cap_s=0.0,
    failures_most=1_000_000,
    crashes_most=1_000_000,
)
ORDERS = ("TWO-1", "TWO-2")
SKUS = ("A", "B")
EACH = 3
ROUNDS_MOST = 200
IN_FLIGHT = """SELECT connection_id, order_id, COUNT(*) FROM call
    WHERE state IN ('sending', 'unknown', 'checking', 'needs_attention')
    GROUP BY connection_id, order_id HAVING COUNT(*) > 1"""
LEFT = """SELECT state FROM call
    WHERE state NOT IN ('confirmed', 'cancelled', 'superseded', 'rejected') AND on_hold = 0"""
"""What a change of the order holds waits until a person has seen it, and nothing else."""
Endings = ("as it should", "dies before the first byte", "dies after the last byte", "answers late")


@dataclass
class Side:
    """One station: its context lasts until it crashes. `screen` has the orders as its packer saw them last."""

    name: str
    store: Store
    ctx: Context
    screen: dict[str, Order] = field(default_factory=dict[str, Order])
    unanswered: list[Callable[[], Awaitable[None]]] = field(default_factory=list[Callable[[], Awaitable[None]]])
    """The answers that came and are not stored yet."""


@dataclass(frozen=True)
class World:
    """What all runs of the model share: the platforms, and how a fresh database with their orders is made."""

    vendors: FlakyVendors
    fresh: Callable[[], Database]


def add_orders(vendors: FlakyVendors) -> None:
    """Have the orders at every platform, nothing told."""
    local_http.post(f"{vendors.url}/_simulator/reset").raise_for_status()
    vendors.remove_limits()
    vendors.notifications.clear()
    for number in ORDERS:
        items = [{"id": f"{number}-{sku}", "sku": sku, "quantity": EACH} for sku in SKUS]
        local_http.post(f"{vendors.url}/_simulator/orders", json={"number": number, "items": items}).raise_for_status()


async def synced(database: Database, folder: Path, url: str) -> None:
    """Sync the orders into an empty database, notified to ShipEngine alone: the platform that forgives nothing."""
    store = store_at(database.address, folder)
    store.open()
    ctx = Context(store, UnpacedSender(tls()), MemoryKeys(), OwnClock(), "Bench 0", timings=AT_ONCE)
    await asyncio.to_thread(ctx.begin)
    options = {"reports_immediately": "yes"}
    await connections.connect(
        ctx,
        "shipengine",
        NAMES["shipengine"],
        url=f"{url}/shipengine",
        secrets=SECRETS["shipengine"],
        options=options,
    )
    results = await import_orders.sync(ctx, await connections.every(ctx))
    assert [str(result.message) for result in results] == [""]
    await ctx.sender.close()
    store.close()


def steps_of_time() -> Callable[[], float]:
    """Return a clock for the platforms on which each look is a minute later, so that nothing takes time there."""
    count = itertools.count(1_790_000_000, 60)
    return lambda: float(next(count))


class TwoStations(RuleBasedStateMachine):
    """Ship, undo, void, edit, change an order at its platform, send, crash at any step; `world` is set by `model`."""

    world: World
    folder: Path

    def __init__(self) -> None:
        """Begin with fresh platforms, a fresh database and two stations."""
        super().__init__()
        add_orders(self.world.vendors)
        self.database = self.world.fresh()
        self.loop = asyncio.new_event_loop()
        self.sides = [self._started(f"Bench {number}") for number in (1, 2)]
        self.numbers = itertools.count(1)
        self.ids: set[int] = set()
        self.lowered = False
        """Whether a platform has lowered a quantity: then a line may be over, and nothing else may make it so."""
        self.over: list[tuple[Any, ...]] = []

    def _started(self, name: str) -> Side:
        # A copy of a database has its id: with the marks of another one, it would lack what was saved there.
        profile = self.folder / f"{self.database.address.rpartition('/')[2]} {name}"
        store = store_at(self.database.address, profile)
        store.open()
        keys = MemoryKeys()
        for key, value in SECRETS["shipengine"].items():
            keys.put(NAMES["shipengine"], key, value).result()
        ctx = Context(store, UnpacedSender(tls()), keys, OwnClock(), name, timings=AT_ONCE)
        ctx.begin()
        return Side(name, store, ctx)

    def _run(self, doing: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(asyncio.ensure_future(doing, loop=self.loop))

    @rule(side=st.integers(0, 1), number=st.sampled_from(ORDERS))
    def look(self, side: int, number: str) -> None:
        """Open an order: what the packer sees stays on the screen while the other works."""
        here = self.sides[side]
        here.screen[number] = self._run(self._sheet(here, number)).order

    async def _sheet(self, here: Side, number: str) -> Any:
        return await orders.sheet(here.ctx, await orders.find(here.ctx, number))

    @rule(
        side=st.integers(0, 1),
        number=st.sampled_from(ORDERS),
        units=st.dictionaries(st.sampled_from(SKUS), st.integers(1, EACH), min_size=1),
    )
    def ship(self, side: int, number: str, units: dict[str, int]) -> None:
        """Ship what the screen has."""
        here = self.sides[side]
        if number not in here.screen:
            self.look(side, number)
        order = here.screen[number]
        package = PackageDraft(tracking_number=f"T{next(self.numbers)}")
        before = self.database.rows(OVER)
        with contextlib.suppress(ValidationFailed):
            typed = ship.draft_of_items(order, list(units.items()), package)
            self._run(ship.ship(here.ctx, order.id, typed))
            assert self.database.rows(OVER) == before, "a shipment took more than there was"

    def _shipments(self, here: Side, number: str) -> tuple[int, Sequence[Any]]:
        sheet = self._run(self._sheet(here, number))
        return sheet.order.id, sheet.shipments

    @rule(side=st.integers(0, 1), number=st.sampled_from(ORDERS), which=st.integers(0, 5), voids=st.booleans())
    def withdraw(self, side: int, number: str, which: int, voids: bool) -> None:
        """Undo or void a shipment."""
        here = self.sides[side]
        order_id, shipped = self._shipments(here, number)
        if which < len(shipped):
            with contextlib.suppress(ValidationFailed):
                if voids:
                    self._run(correct.void_shipment(here.ctx, order_id, shipped[which].id, (), "wrong box"))
                else:
                    self._run(undo.undo_shipment(here.ctx, order_id, shipped[which].id))

    @rule(side=st.integers(0, 1), number=st.sampled_from(ORDERS), which=st.integers(0, 5))
    def edit(self, side: int, number: str, which: int) -> None:
        """Give a package another number, of which no one is told who knows the old one."""
        here = self.sides[side]
        order_id, shipped = self._shipments(here, number)
        if which < len(shipped):
            new = correct.NewLabel(f"T{next(self.numbers)}")
            with contextlib.suppress(ValidationFailed):
                package_id = shipped[which].packages[0].id
                self._run(correct.edit_tracking(here.ctx, order_id, package_id, new, (), "new label"))

    @rule(side=st.integers(0, 1), number=st.sampled_from(ORDERS), quantity=st.integers(0, EACH + 2))
    def change_at_platform(self, side: int, number: str, quantity: int) -> None:
        """Change how many units a line has at its platform, and read the order again."""
        here = self.sides[side]
        engine = self.world.vendors._vendors["shipengine"]
        assert isinstance(engine, ShipEngine)
        order = next(order for order in engine._orders.values() if order.sample.number == number)
        first = next(iter(order.items))
        order.items[first] = replace(order.items[first], quantity=quantity)
        order.modified_at_s += 60
        self._run(self._read_again(here, number))

    async def _read_again(self, here: Side, number: str) -> None:
        sheet = await self._sheet(here, number)
        (connection,) = await connections.every(here.ctx)
        await import_orders.refresh_order(here.ctx, connection, sheet.links[0].remote_id)

    @rule(side=st.integers(0, 1), ending=st.sampled_from(Endings))
    def send(self, side: int, ending: str) -> None:
        """Send the oldest due update, as `send_update` does, with every way in which that may end."""
        here = self.sides[side]
        due = self._run(here.ctx.read(_first_due))
        if due is None:
            return
        if ending == "as it should":
            self._run(sending.send_update(here.ctx, due))
            return
        claimed = self._run(here.ctx.write(sending.claim, here.ctx, due))
        if claimed is None:
            return
        if ending == "dies before the first byte":
            self.crash(side)
            return
        here.ctx.in_hand.add(due)
        connection, sent = self._run(self._send(here, claimed))
        if ending == "dies after the last byte":
            self.crash(side)
            return

        async def answer() -> None:
            await here.ctx.write(sending.settle, here.ctx, claimed, connection, sent)
            here.ctx.in_hand.discard(due)

        here.unanswered.append(answer)

    async def _send(self, here: Side, claimed: sending.Sending) -> tuple[Any, Any]:
        (connection,) = await connections.every(here.ctx)
        vendor = VENDORS[connection.vendor]
        headers = vendor.headers(await connections.secrets_of(here.ctx, connection), connection.options)
        return connection, await here.ctx.sender.send(connection, vendor, claimed.request, headers)

    @precondition(lambda self: any(side.unanswered for side in self.sides))
    @rule()
    def answer_at_last(self) -> None:
        """Store an answer that came long ago, whoever has the update by now."""
        here = next(side for side in self.sides if side.unanswered)
        self._run(here.unanswered.pop(0)())

    @rule(side=st.integers(0, 1))
    def take_over(self, side: int) -> None:
        """Take over what the other has in hand, or left behind."""
        self._run(self._take_over(self.sides[side]))

    async def _take_over(self, here: Side) -> None:
        await here.ctx.write(_end_leases)
        await recover(here.ctx)

    @rule(side=st.integers(0, 1))
    def check(self, side: int) -> None:
        """Look at the platforms for what no one knows the end of."""
        self._run(verify.run_due(self.sides[side].ctx))

    @rule(side=st.integers(0, 1))
    def decide(self, side: int) -> None:
        """Have a person decide what is left to them."""
        self._run(self._decide(self.sides[side]))

    async def _decide(self, here: Side) -> None:
        async with httpx.AsyncClient(base_url=self.world.vendors.url, trust_env=False, verify=False) as eyes:
            await act_as_person(here.ctx, eyes)

    @rule(side=st.integers(0, 1))
    def crash(self, side: int) -> None:
        """End a station with all that it has in hand, and start it again."""
        gone = self.sides[side]
        self._run(gone.ctx.sender.close())
        gone.store.close()
        self.sides[side] = self._started(gone.name)

    @invariant()
    def at_most_one_of_an_order_is_in_flight(self) -> None:
        """I3."""
        assert self.database.rows(IN_FLIGHT) == []

    @invariant()
    def nothing_is_told_twice(self) -> None:
        """I5, by the platform's own word."""
        assert doubled(self.world.vendors) == ()

    @invariant()
    def units_are_counted_once(self) -> None:
        """I8; whether a shipment takes too much is asserted where it is stored."""
        assert self.database.rows(MISCOUNTED) == []

    @invariant()
    def no_update_is_lost(self) -> None:
        """I10."""
        there = {id_ for (id_,) in self.database.rows("SELECT id FROM call")}
        assert self.ids <= there
        self.ids = there

    def teardown(self) -> None:
        """End everything that is under way; then nothing may be open, and nothing told twice."""
        try:
            for here in self.sides:
                for answer in here.unanswered:
                    self._run(answer())
                here.unanswered.clear()
            for _ in range(ROUNDS_MOST):
                if not self.database.rows(LEFT):
                    break
                self._run(self._sent_all(self.sides[0]))
            assert self.database.rows(LEFT) == []
            assert doubled(self.world.vendors) == ()
        finally:
            for here in self.sides:
                self._run(here.ctx.sender.close())
                here.store.close()
            self.loop.close()

    async def _sent_all(self, here: Side) -> None:
        await self._take_over(here)
        await verify.run_due(here.ctx)
        await self._decide(here)
        while (due := await here.ctx.read(_first_due)) is not None:
            await sending.send_update(here.ctx, due)


def _end_leases(db: Db) -> None:
    db.connection.execute("UPDATE call SET lease_until_ms = 0 WHERE state IN ('sending', 'checking')")


def _first_due(db: Db) -> int | None:
    ids = [connection.id for connection in stored_connections.every(db)]
    due = calls.due(db, connection_ids=ids, steady_ms=1 << 52, most=1)
    return due[0].id if due else None


def model(world: World, folder: Path, examples: int, steps: int, *, explains: bool = True) -> type[TestCase]:
    """Return the model as a test case that is run so often, with so many steps each.

    Unless it `explains`, the first failure is left as it is found, which takes a hundredth of the time.
    """

    class Machine(TwoStations):
        pass

    Machine.world, Machine.folder = world, folder
    case = Machine.TestCase
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
        phases=tuple(Phase) if explains else (Phase.generate,),
    )
    return case


@contextmanager
def trusting_the_screen() -> Generator[None]:
    """Plant the bug that the rule is for: units are taken as the packer's screen says, which may be old."""
    checked, claim_units = ship._checked, ship.orders.claim_units
    screens: dict[int, Order] = {}
    draft_of_items = ship.draft_of_items

    def seen(order: Order, *values: Any) -> Any:
        screens[order.id] = order
        return draft_of_items(order, *values)

    def as_seen(db: Db, ctx: Context, order: Order, *values: Any) -> Any:
        return checked(db, ctx, screens.get(order.id, order), *values)

    def blindly(db: Db, order_id: int, taken: dict[int, int]) -> bool:
        for line_id, units in taken.items():
            db.connection.execute(f"UPDATE order_line SET shipped = shipped + {units:d} WHERE id = {line_id:d}")
        return True

    ship.draft_of_items, ship._checked, ship.orders.claim_units = seen, as_seen, blindly  # pyright: ignore
    try:
        yield
    finally:
        ship.draft_of_items, ship._checked, ship.orders.claim_units = draft_of_items, checked, claim_units
