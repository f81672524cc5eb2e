"""A packing bench in a process of its own, which can be killed at any moment or at a chosen one.

``python -m tests.faults.station`` loads everything once; each line of its input is then a `Plan`, which a copy of
the process carries out. It writes the copy's id, and how it ended when it has.
"""

import asyncio
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from shipconsole.domain.call import Call, CallState
from shipconsole.domain.draft import PackageDraft
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process as digesting
from shipconsole.operations.inbound.receive import WebhookInbox
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import resolve
from shipconsole.operations.outbox.resolve import Decision
from shipconsole.operations.sending import send as sending
from shipconsole.operations.shipping import ship
from shipconsole.operations.timings import Timings
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator import SWIFTPOD_API_KEY
from shipconsole.station.keys import MemoryKeys
from shipconsole.store import holding, restoring, webhook_events
from shipconsole.store.sqlite import SqliteStore
from shipconsole.vendors.http import SendResult, tls_context
from tests.faults.short_timings import ANSWER_WITHIN_S, HURRY, SPEED, hurried_clock
from tests.support.bench import NAMES, SECRETS, UnpacedSender

ROOT = Path(__file__).parents[2]
DATABASE = "shipconsole.db"
LOOK_EVERY_S = 0.05
MANY = 1_000
POD = "SwiftPOD"
TLS = tls_context()
STUCK: set[CallState] = {"blocked", "dead"}
"""Where a call stays until someone sets something right: not to be seen here, and the judge will say so."""

STORE_POINTS = {
    "before intent": (ship.store_shipment, "before"),
    "after intent": (ship.store_shipment, "after"),
    "before claim": (sending.claim, "before"),
    "after claim": (sending.claim, "after"),
    "outcome stored": (sending.settle, "after"),
}
NEWS_POINTS = {
    "before kept": (webhook_events.add, "before"),
    "kept": (webhook_events.add, "after"),
    "before worked off": (digesting.store_event, "before"),
    "worked off": (digesting.store_event, "after"),
    "before passed on": (forward.ship_proposal, "before"),
    "passed on": (forward.ship_proposal, "after"),
}
"""Where a station can be made to die between a webhook and the shipment that comes of it."""
STEPS_OF_RESTORE = {"os.rename", "os.link", "os.remove", "open", "os.mkdir"}
"""What counts as a step of a restore, by the names of Python's audit events."""
BLIND: dict[CallState, Decision] = {"unknown": "retry", "needs_attention": "retry", "rejected": "mark_confirmed"}
LINE_POINTS = ("headers sent", "body sent", "platform answered")
POINTS = (*STORE_POINTS, *LINE_POINTS, "answer read")
"""Where a station can be made to die, in no order."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run of the station does.

    Without an order it delivers all there is until nothing is left. With one it ships and tells that order only:
    all of it, to one connection, under a tracking number; and dies at `point`, if one is named. `naive` stands
    for a program that takes everything whose end it does not know for not told; without `quarantined` it
    looks at the platform at once, before that can have acted. `refresh_s` is the pause before an
    order source is looked at again, in real seconds; a long one leaves the computer to the calls. With `news`,
    the body of a webhook of SwiftPOD's, it takes that in, works it off and tells what comes of it. With `restore` it
    puts that backup in the place of the database, and dies after so many `steps` of that. With `jumps` its wall clock
    is set ahead and back all the time.
    """

    folder: str
    url: str
    began_s: float
    naive: bool = False
    quarantined: bool = True
    refresh_s: float = 0.1
    order: str = ""
    vendor: str = ""
    tracking: str = ""
    point: str = ""
    news: str = ""
    restore: str = ""
    steps: int = 0
    jumps: bool = False


class Run:
    """One run of a station that was started; it ends by itself or is killed."""

    def __init__(self, pid: int, wait: Callable[[], int]) -> None:
        """Watch over a process."""
        self.pid = pid
        self._wait = wait
        self.status: int | None = None

    def kill(self) -> bool:
        """Kill it with the signal that no one can catch; False where it had ended before."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return self.wait() == -signal.SIGKILL

    def wait(self) -> int:
        """Its exit code, the signal's number below zero where one ended it."""
        if self.status is None:
            self.status = self._wait()
        return self.status


class Stations:
    """Starts stations, each a fresh copy of one process that has everything loaded."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Talk to the process that makes the copies."""
        self._process = process

    def start(self, plan: Plan) -> Run:
        """Start a run; the one before must have ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(plan)) + "\n")
        self._process.stdin.flush()
        return Run(self._number(), self._number)

    def _number(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@contextmanager
def stations(log: Path) -> Generator[Stations]:
    """Have stations while the block lasts; whatever they complain of is in the log."""
    with log.open("w") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.station"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
        try:
            yield Stations(process)
        finally:
            process.communicate()


@asynccontextmanager
async def opened(
    folder: str,
    began_s: float,
    *,
    point: str = "",
    timings: Timings = HURRY,
    answer_within_s: float = ANSWER_WITHIN_S,
    jumps: bool = False,
    speed: float = SPEED,
) -> AsyncGenerator[Context]:
    """A context with short timings and the keys of the simulated platforms; it dies at a point."""
    restoring.finish(Path(folder) / DATABASE)
    store = DyingStore(Path(folder) / DATABASE, point)
    store.open()
    keys = MemoryKeys()
    keys.put(POD, "api_key", SWIFTPOD_API_KEY).result()
    for vendor, name in NAMES.items():
        for field, value in SECRETS[vendor].items():
            keys.put(name, field, value).result()
    clock = hurried_clock(began_s, speed, jumps=jumps)
    ctx = Context(store, DyingSender(point, answer_within_s), keys, clock, "Bench 1", timings=timings)
    ctx.begin()
    try:
        yield ctx
    finally:
        await ctx.sender.close()
        store.close()


def _pace(plan: Plan) -> Timings:
    timings = replace(HURRY, refresh_pauses_s=(plan.refresh_s,) * 3)
    return timings if plan.quarantined else replace(timings, settle_delay_ms=0, settle_delay_answers=0)


def _alone(plan: Plan) -> Timings:
    """No one takes over what this run has in hand, so that it may be as slow as a busy computer makes it."""
    return replace(_pace(plan), claim_fresh_s=60.0 * SPEED)


class DyingStore(SqliteStore):
    """A store whose process dies right before or right after one kind of write."""

    def __init__(self, file: Path, point: str) -> None:
        """Make ready to open the file."""
        super().__init__(file)
        self._deadly, self._moment = (STORE_POINTS | NEWS_POINTS).get(point, (None, ""))

    def write(self, do: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run a function in one write transaction."""
        if do is not self._deadly:
            return super().write(do, *args, **kwargs)
        if self._moment == "before":
            _die()
        written = super().write(do, *args, **kwargs)
        # What failed was not written: it is told as it is.
        written.add_done_callback(lambda done: done.exception() is None and _die())
        return written


class DyingSender(UnpacedSender):
    """A sender whose process may die when it has read an answer."""

    def __init__(self, point: str, total_s: float) -> None:
        """Send in a hurry, with so much time for each call."""
        super().__init__(TLS, total_s=total_s)
        self._dies = point == "answer read"

    async def send(self, connection: Any, vendor: Any, request: Any, headers: Any) -> SendResult:
        """Send one request."""
        sent = await super().send(connection, vendor, request, headers)
        if self._dies and request.method != "GET":
            _die()
        return sent


class DyingLoop(asyncio.SelectorEventLoop):
    """A loop on whose lines the process stops when so much of a notification has left."""

    point = ""

    def __init__(self) -> None:
        """Watch no line yet."""
        super().__init__()
        self.half_sent = set[_WatchedLine]()
        """The lines on which headers have left, and their body has not."""

    async def create_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Open a line and watch what is written on it."""
        line, protocol = await super().create_connection(*args, **kwargs)
        return (_WatchedLine(line, self) if self.point in LINE_POINTS else line), protocol

    def stand_still(self) -> None:
        """Stand still until the process is killed, so that the answer comes and no one reads it."""
        os.kill(os.getpid(), signal.SIGSTOP)


class _WatchedLine:
    """A line that counts the units of a notification which have left: its headers, then its body."""

    def __init__(self, line: asyncio.Transport, loop: DyingLoop) -> None:
        self._line = line
        self._loop = loop
        self._point = loop.point
        self._pieces = 0

    def write(self, piece: bytes) -> None:
        self._line.write(piece)
        begins = piece.startswith((b"POST ", b"PUT ")) and b"/refresh " not in piece
        self._pieces = 1 if begins else self._pieces + bool(self._pieces)
        if self._pieces == 1:
            self._loop.half_sent.add(self)
            if self._point == "headers sent":
                _die()
        if self._pieces == 2:
            self._loop.half_sent.discard(self)
            if self._point == "body sent":
                _die()
            self._loop.stand_still()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def deliver_all(plan: Plan) -> None:
    """Deliver until no call is left, with a person at hand for those that need one."""
    async with (
        opened(plan.folder, plan.began_s, timings=_pace(plan), jumps=plan.jumps) as ctx,
        httpx.AsyncClient(base_url=plan.url) as eyes,
    ):
        dispatcher = Dispatcher(ctx)
        running = asyncio.create_task(dispatcher.run())
        while await worker.counts(ctx) and not (await _is_stuck(ctx) or running.done() or _test_is_gone()):
            await (retry_blindly(ctx) if plan.naive else act_as_person(ctx, eyes))
            await asyncio.sleep(LOOK_EVERY_S)
        await dispatcher.stop(60)
        await running


async def _is_stuck(ctx: Context) -> bool:
    """Whether calls stay where they are, other than those that wait for a person since a backup was restored."""
    for state in STUCK & set(await worker.counts(ctx)):
        if any(call.message != holding.UNDECIDED for call in await worker.latest(ctx, state=state, most=MANY)):
            return True
    return False


def _test_is_gone() -> bool:
    """Whether the input has ended: nothing else is to be read there while a run goes on."""
    return bool(select.select([sys.stdin], [], [], 0)[0])


async def act_as_person(ctx: Context, eyes: httpx.AsyncClient) -> None:
    """Settle what needs a person by a look at what the platform really did."""
    left_open = [
        *await worker.latest(ctx, state="needs_attention", most=MANY),
        *await worker.latest(ctx, state="dead", most=MANY),
    ]
    for call in sorted(left_open, key=lambda call: call.id):
        await _settle(ctx, call, "mark_confirmed" if await _was_notified(ctx, eyes, call) else "retry")


async def retry_blindly(ctx: Context) -> None:
    """Stand for a program that takes each call whose end it does not know for one that was not told.

    What the platform refuses, since by then it knows more packages than there are, is left at that.
    """
    for state, decision in BLIND.items():
        for call in await worker.latest(ctx, state=state, most=1_000):
            await _settle(ctx, call, decision)


async def _settle(ctx: Context, call: Call, decision: Decision) -> None:
    # Someone else may have been first: the dispatcher runs beside.
    with contextlib.suppress(ValidationFailed):
        await resolve.resolve_update(ctx, call.id, decision, "looked")


async def _was_notified(ctx: Context, eyes: httpx.AsyncClient, call: Call) -> bool:
    """Whether its platform acted on anything that holds the numbers of its packages."""
    effects = (await eyes.get("/_simulator/effects", params={"order": call.order_number})).json()
    reported = json.dumps([effect["body"] for effect in effects if effect["vendor"] == call.vendor])
    shipped = (await orders.sheet(ctx, call.order_id)).shipments
    packages = [package for shipment in shipped if shipment.id == call.shipment_id for package in shipment.packages]
    mine = [package.tracking_number for package in packages if call.package_id in (None, package.id)]
    return all(f'"{number}"' in reported for number in mine)


async def ship_and_notify(plan: Plan) -> None:
    """Ship one order, unless it has shipped, and tell one connection of it, as far as it comes."""
    async with opened(plan.folder, plan.began_s, point=plan.point, timings=_alone(plan), answer_within_s=30.0) as ctx:
        order_id = await orders.find(ctx, plan.order)
        if not (await orders.sheet(ctx, order_id)).shipments:
            draft = await ship.draft_with_items(ctx, order_id, None, PackageDraft(tracking_number=plan.tracking))
            await ship.ship(ctx, order_id, draft, (NAMES[plan.vendor],))
        await worker.flush(ctx, order_id=order_id)


async def receive_and_forward(plan: Plan) -> None:
    """Take a webhook in as the receiver does, work it off, and tell what comes of it, as far as it comes."""
    async with opened(plan.folder, plan.began_s, point=plan.point, timings=_alone(plan), answer_within_s=30.0) as ctx:
        (pod,) = await connections.named(ctx, [POD])
        assert (await WebhookInbox(ctx).store_webhook(pod, {}, plan.news.encode())).kind == "stored"
        await digesting.run_due(ctx)
        await worker.flush(ctx)


def restore(plan: Plan) -> None:
    """Put a backup in the place of the database, as far as it comes."""
    left = plan.steps

    def count(event: str, details: object) -> None:
        nonlocal left
        if event in STEPS_OF_RESTORE and plan.folder in str(details):
            left -= 1
            if left < 0:
                _die()

    sys.addaudithook(count)
    restoring.restore(Path(plan.folder) / DATABASE, Path(plan.restore), now_ms=hurried_clock(plan.began_s).now_ms())


def carry_out(plan: Plan) -> None:
    """Do one run of a station."""
    if plan.restore:
        restore(plan)
        return

    def loop() -> DyingLoop:
        made = DyingLoop()
        made.point = plan.point
        return made

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(
            ship_and_notify(plan) if plan.order else receive_and_forward(plan) if plan.news else deliver_all(plan)
        )


def main() -> None:
    """Carry out each plan of the input in a copy of this process."""
    for line in sys.stdin:
        plan = Plan(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                carry_out(plan)
                code = 0
            except BaseException:  # noqa: BLE001 - told where the test looks for it
                sys.excepthook(*sys.exc_info())  # pyright: ignore[reportArgumentType]
            finally:
                sys.stderr.flush()
                os._exit(code)
        _say(pid)
        _, status = os.waitpid(pid, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
