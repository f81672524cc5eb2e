"""A packing station in a process of its own, without a window: it is told over a socket what its packer does.

``python -m tests.stations.station SOCKET`` loads everything once; each message on the socket is a `Plan` with a line to
talk over, and a copy of the process becomes that station. Each line that it gets is a command with a number, each line
that it writes an answer with that number, or what it saw of another station's work.
"""

import asyncio
import json
import logging
import os
import random
import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from shipconsole.domain.change_feed import Changes
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.domain.verdict import VerdictKind
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import claims, order_list, orders, scan
from shipconsole.operations.sending import send as sending
from shipconsole.operations.shipping import ship
from shipconsole.operations.timings import USUAL, Timings
from shipconsole.operations.worker import Dispatcher
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.store import changes
from shipconsole.store.database import Db, Store
from shipconsole.store.errors import StoreHeldError
from shipconsole.store.opening import server_store
from shipconsole.store.postgresql.address import is_address
from shipconsole.store.sqlite import SqliteStore
from tests.faults.station import TLS, DyingLoop, act_as_person
from tests.support.bench import NAMES, SECRETS, UnpacedSender, connect_all, draft_of

POLL_S = 1.0
"""How often the change feed is read without being told that anything changed, as in the window."""
LONGEST_LINE = 1 << 20
SHORT = replace(
    USUAL,
    lease_ms=3_000,
    settle_delay_ms=1_500,
    check_pauses_ms=(500, 1_000, 2_000, 4_000, 8_000),
    recheck_ms=500,
    refresh_pauses_s=(0.1,) * 3,
    backoff_base_s=0.2,
    backoff_cap_s=2.0,
    ask_base_s=0.3,
    ask_cap_s=2.0,
    recover_every_s=1.0,
    keep_trying_s=3.0,
    sender_lost_ms=5_000,
    task_lease_ms=3_000,
    sending_lease_ms=1_500,
    unreachable_rest_s=0.5,
)
"""The product's times where minutes would be waited for; a lease outlasts an answer here too."""
ANSWER_WITHIN_S = 1.5
LONG_LEASE = replace(SHORT, lease_ms=USUAL.lease_ms)
"""A claim that no one takes over while a station stands still for a moment."""
CROWDED = replace(
    SHORT, lease_ms=10_000, recover_every_s=10.0, sender_lost_ms=20_000, task_lease_ms=20_000, sending_lease_ms=6_000
)
"""For so many stations on one computer that an answer is stored seconds after it came.

What an idle station writes is a small part of all, as it is with the product's times.
"""
PACE: dict[str, Timings] = {"usual": USUAL, "short": SHORT, "crowded": CROWDED, "long lease": LONG_LEASE}


@dataclass(frozen=True, slots=True)
class Plan:
    """How one station starts.

    `database` is a URL of PostgreSQL, or an SQLite file. Without `sends` it only packs. `pace` names its times.
    It stops like a computer that is put to sleep, once, `stops_at` one of `STOPS` or `STORING`, and continues when it
    is woken.
    """

    name: str
    folder: str
    database: str
    sends: bool = True
    pace: str = "short"
    answer_within_s: float = ANSWER_WITHIN_S
    stops_at: str = ""


STOPS = ("claimed", "body sent", "settled")
"""Where a station can be made to stand still: before its first byte, after its last, and after it stored the answer."""
STORING = "storing"
"""Another place: in the middle of the transaction that stores a shipment, while all others wait for their turn."""


class OwnClock(SystemClock):
    """The computer's clock; each copy of the process is a run of its own."""

    def __init__(self) -> None:
        """Begin a run."""
        self._run = uuid.uuid4().hex

    def boot_id(self) -> str:
        """Return the id of this run of the process."""
        return self._run


def store_at(database: str, folder: Path) -> Store:
    """Return the store that a station uses, not opened."""
    return server_store(database, folder) if is_address(database) else SqliteStore(Path(database))


class Packer:
    """What the packer of one station can do; every public method is a command."""

    def __init__(self, ctx: Context, dispatcher: Dispatcher) -> None:
        """Begin a shift."""
        self._ctx = ctx
        self._dispatcher = dispatcher

    async def prepare(self, url: str) -> int:
        """Connect the simulated platforms and sync; return how many orders there are."""
        await connect_all(self._ctx, url)
        await connections.connect(self._ctx, "shipengine", NAMES["shipengine"], options={"reports_immediately": "yes"})
        return await self.sync()

    async def sync(self) -> int:
        """Sync all connections; return how many orders there are."""
        results = await import_orders.sync(self._ctx, await connections.every(self._ctx))
        assert [str(result.message) for result in results] == [""] * len(results), results
        return len(await orders.list_rows(self._ctx))

    async def open(self, number: str) -> dict[str, Any]:
        """Open an order; return who packs it, what has shipped of it, and what is left."""
        order_id = await orders.find(self._ctx, number)
        await scan.save_open_order(self._ctx, order_id)
        sheet = await orders.sheet(self._ctx, order_id)
        return {
            "id": order_id,
            "claim": "" if sheet.claim is None else sheet.claim.station,
            "shipped": [package.tracking_number for one in sheet.shipments for package in one.packages],
            "left": {line.sku: line.left for line in sheet.order.lines},
            "draft": None if sheet.draft is None else [package.tracking_number for package in sheet.draft.packages],
        }

    async def take_over(self, number: str) -> None:
        """Take an order over that another station packs."""
        await claims.take_over(self._ctx, await orders.find(self._ctx, number))

    async def scan(self, number: str, raw: str) -> str:
        """Scan something for an order; return what it is."""
        order_id = await orders.find(self._ctx, number)
        found = await scan.scan(self._ctx, raw, order_id)
        await scan.record_scan(self._ctx, order_id, found, VerdictKind.GOOD)
        return found.kind

    async def draft(self, number: str, tracking: str, items: dict[str, int] | None = None) -> None:
        """Type a shipment of all that is left, or of some units."""
        order_id, typed = await draft_of(self._ctx, number, items, tracking)
        await orders.save_draft(self._ctx, order_id, typed)

    async def ship(self, number: str, tracking: str, items: dict[str, int] | None = None) -> int:
        """Ship all that is left of an order, or some units, and notify every platform; return the shipment's id."""
        order_id, typed = await draft_of(self._ctx, number, items, tracking)
        return (await ship.ship(self._ctx, order_id, typed)).shipment_id

    async def race(self, number: str, most: int, seed: int, to: list[str]) -> dict[str, Any]:
        """Ship units of an order, chosen by chance, until none is left; return what was stored and refused.

        Who has waited for the others' writes in a file as long as the store waits is told so, and tries again.
        """
        chance = random.Random(seed)
        order_id = await orders.find(self._ctx, number)
        stored: list[dict[str, int]] = []
        refused = 0
        while True:
            sheet = await orders.sheet(self._ctx, order_id)
            left = [line for line in sheet.order.lines if line.left]
            if not left:
                return {"stored": stored, "refused": refused}
            chosen = chance.sample(left, min(len(left), chance.randint(1, 2)))
            items = {line.sku: min(line.left, chance.randint(1, most)) for line in chosen}
            package = PackageDraft(tracking_number=f"T{seed}-{len(stored)}")
            try:
                # As the screen shows it: others ship meanwhile, and what is left is found out when it is stored.
                typed = ship.draft_of_items(sheet.order, list(items.items()), package)
                await ship.ship(self._ctx, order_id, typed, to)
            except ValidationFailed:
                refused += 1
            except StoreHeldError:
                if not isinstance(self._ctx.store, SqliteStore):
                    raise
            else:
                stored.append(items)

    async def counts(self) -> dict[str, int]:
        """Return how many updates are in each state that is not final."""
        return {state: count for state, count in (await worker.counts(self._ctx)).items()}  # noqa: C416 - other keys

    async def settle(self, url: str) -> None:
        """Look at the platforms and settle what needs a person."""
        async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as eyes:
            await act_as_person(self._ctx, eyes)

    async def is_open(self) -> bool:
        """Return whether the store can be used."""
        return self._ctx.store.is_open


class _Feed:
    """Reads what was saved, by this station or another, and reports the rows of orders as the list shows them."""

    def __init__(self, ctx: Context, dispatcher: Dispatcher, say: Callable[[dict[str, Any]], None]) -> None:
        self._ctx = ctx
        self._dispatcher = dispatcher
        self._say = say
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        cursor: int | None = None
        while True:
            try:
                if cursor is None:
                    cursor = await self._ctx.read(changes.newest)
                found = await asyncio.wrap_future(order_list.changes_since(self._ctx.store, cursor))
                cursor = found.cursor
                await self._report(found)
            except EnvironmentFailure:
                pass
            try:
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    async def _report(self, found: Changes) -> None:
        if not (found.changes or found.too_many):
            return
        self._dispatcher.wake()
        ids = list(dict.fromkeys(change.ref_id for change in found.changes if change.kind == "order"))
        if ids:
            rows = await asyncio.wrap_future(order_list.rows(self._ctx.store, ids[: order_list.PAGE]))
            at = time.monotonic()
            self._say({"saw": [[row.number, row.claim_station, row.left] for row in rows], "at": at})


def stop_once(store: Store, do: Callable[..., Any]) -> None:
    """Have this process stand still after the next commit of one kind of write."""
    write = store.write
    is_due = True

    def watched(what: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        nonlocal is_due
        if what is not do or not is_due:
            return write(what, *args, **kwargs)
        is_due = False
        return _write_and_stop(store, lambda db: what(db, *args, **kwargs))

    store.write = watched  # pyright: ignore[reportAttributeAccessIssue]


def _write_and_stop(store: Store, do: Callable[[Db], Any]) -> "Future[Any]":
    """Write, and have this process stand still on the writer's thread as soon as that is committed.

    There, because no other thread can stop the writer between two transactions for sure: one that a process has begun
    while it stands still is waited for by everyone else.
    """
    written: Future[Any] = Future()
    # Before it is queued: once it has ended, a callback runs on the thread that adds it.
    written.add_done_callback(lambda _: _stand_still())
    return store._put(store._writes, do, written)


class SleepingLoop(DyingLoop):
    """A loop on which the process stands still once, when all of a notification has left."""

    store: Store | None = None
    """Where the process stands still between two transactions."""

    def stand_still(self) -> None:
        """Stand still until the process is woken.

        The last of several does it that are sent at once: whoever has its turn in this round of the loop, and would
        write its body in it, cannot be held back by anything when the process wakes.
        """
        if self.half_sent:
            return
        store, self.store = self.store, None
        if store is None:
            return
        is_awake = threading.Event()
        _write_and_stop(store, lambda _: None).add_done_callback(lambda _: is_awake.set())
        # Nothing else is done meanwhile: the answer is not read.
        is_awake.wait()


def stop_while_storing(store: Store) -> None:
    """Have this process stand still in the transaction of its next shipment, once."""
    write = store.write
    is_due = True

    def store_and_stop(db: Db, /, *args: Any, **kwargs: Any) -> Any:
        nonlocal is_due
        shipped = ship.store_shipment(db, *args, **kwargs)
        if is_due:
            is_due = False
            _stand_still()
        return shipped

    def watched(what: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return write(store_and_stop if what is ship.store_shipment else what, *args, **kwargs)

    store.write = watched  # pyright: ignore[reportAttributeAccessIssue]


def _stand_still() -> None:
    # To this thread: a signal to the process may be taken by another one, and this one goes on until that runs.
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


@dataclass(slots=True)
class _Line:
    """The line to the test."""

    writer: asyncio.StreamWriter
    tasks: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])

    def say(self, what: dict[str, Any]) -> None:
        self.writer.write(json.dumps(what).encode() + b"\n")

    async def answer(self, number: int, doing: Awaitable[Any]) -> None:
        answer: dict[str, Any] = {"number": number}
        try:
            answer["value"] = await doing
        except ValidationFailed as refused:
            answer["refused"] = [str(problem.message) for problem in refused.problems]
        except EnvironmentFailure as failure:
            answer["failed"] = f"{type(failure).__name__}: {failure.message}"
        except Exception as error:
            logging.getLogger(__name__).exception("a command failed")
            answer["error"] = repr(error)
        self.say(answer | {"at": time.monotonic()})


async def run(plan: Plan, line: socket.socket) -> None:
    """Be a station until the line ends, or it is told to."""
    reader, writer = await asyncio.open_connection(sock=line, limit=LONGEST_LINE)
    said = _Line(writer)
    store = store_at(plan.database, Path(plan.folder))
    store.open(lambda failure: said.say({"database": "" if failure is None else str(failure.message)}))
    keys = MemoryKeys()
    for vendor, name in NAMES.items():
        for key, value in SECRETS[vendor].items():
            keys.put(name, key, value).result()
    loop = asyncio.get_running_loop()
    sender = UnpacedSender(TLS, total_s=plan.answer_within_s)
    ctx = Context(store, sender, keys, OwnClock(), plan.name, timings=PACE[plan.pace])
    try:
        await loop.run_in_executor(None, ctx.begin)
    except EnvironmentFailure as failure:
        said.say({"failed_to_start": f"{type(failure).__name__}: {failure.message}"})
        store.close()
        await writer.drain()
        return
    if isinstance(loop, SleepingLoop):
        loop.store = store
    if plan.stops_at in ("claimed", "settled"):
        stop_once(store, sending.claim if plan.stops_at == "claimed" else sending.settle)
    if plan.stops_at == STORING:
        stop_while_storing(store)
    dispatcher = Dispatcher(ctx)
    feed = _Feed(ctx, dispatcher, said.say)

    def on_change() -> None:
        loop.call_soon_threadsafe(feed.wake)

    store.listen(on_change)
    working = [asyncio.create_task(feed.run())]
    if plan.sends:
        working.append(asyncio.create_task(dispatcher.run()))
    packer = Packer(ctx, dispatcher)
    said.say({"ready": plan.name})
    while wanted := await reader.readline():
        command = json.loads(wanted)
        if command["do"] == "end":
            break
        doing = getattr(packer, command["do"])(**command["with"])
        task = asyncio.create_task(said.answer(command["number"], doing))
        said.tasks.add(task)
        task.add_done_callback(said.tasks.discard)
    await dispatcher.stop(10)
    store.listen(lambda: None)
    for task in working[:1]:
        task.cancel()
    await asyncio.gather(*working, *said.tasks, return_exceptions=True)
    await sender.close()
    store.close()


def be(plan: Plan, line: socket.socket) -> None:
    """Become a station; returns when it has ended."""
    # What cannot be sent at present is a warning, and what these tests are about.
    logging.basicConfig(level=logging.ERROR, format=f"{plan.name}: %(name)s: %(message)s")
    loop = asyncio.SelectorEventLoop()
    if plan.stops_at == "body sent":
        loop = SleepingLoop()
        loop.point = "platform answered"
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run(plan, line))


def main(address: str) -> None:
    """Make a station of each message on the socket."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as yard:
        yard.connect(address)
        while True:
            message, descriptors, _, _ = socket.recv_fds(yard, LONGEST_LINE, 1)
            if not message:
                return
            (descriptor,) = descriptors
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    yard.close()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    be(Plan(**json.loads(message)), socket.socket(fileno=descriptor))
                    code = 0
                except BaseException:  # noqa: BLE001 - told where the test looks for it
                    sys.excepthook(*sys.exc_info())  # pyright: ignore[reportArgumentType]
                finally:
                    sys.stderr.flush()
                    os._exit(code)
            os.close(descriptor)
            yard.send(json.dumps({"pid": pid}).encode())


def as_message(plan: Plan) -> bytes:
    """Return a plan as the process reads it."""
    return json.dumps(asdict(plan)).encode()


if __name__ == "__main__":
    main(sys.argv[1])
