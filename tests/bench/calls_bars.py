"""E1 to E3 and L4: pauses of a started window while calls are made on its loop, and what a call costs."""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Awaitable, Callable
from statistics import median

import httpx
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from shipconsole.domain.connection import Connection
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Json, Request, Response
from tests.bench import reply_server
from tests.bench.figures import percentile
from tests.bench.running import Run
from tests.bench.window import application, rest, run_loop, started_window, until
from tests.support.bench import UnpacedSender, tls

CALLS, AT_ONCE, ROUNDS = 500, 32, 3
PAUSE_S = 0.02
PACED_PER_S = 50
FRAME_MS = 16.7
SOCKETS = 8
BODY: Json = {"order": {"order_number": "1001", "note": "x" * 600}}


class Ticks(QObject):
    """The pauses between the ticks of a precise timer of 5 ms, in ms."""

    def __init__(self) -> None:
        """Begin."""
        super().__init__()
        self.gaps: list[float] = []
        self._last_s = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(5)

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self.gaps.append(1e3 * (now_s - self._last_s))
        self._last_s = now_s

    def stop(self) -> list[float]:
        """End and return the pauses; the first one is not whole."""
        self._timer.stop()
        return self.gaps[1:]


def measure(run: Run) -> None:
    """Measure in a started window."""
    app = application()
    run_loop(app, _measure(run, app))


async def _measure(run: Run, app: QApplication) -> None:
    with run.store() as store, reply_server.running(PAUSE_S) as url:
        store.read(lambda db: db.value("changes.newest")).result()
        async with started_window(app, store) as window:
            await rest()
            calls = _Calls(url)
            try:
                if run.wants("E1", "E2"):
                    await _burst(run, calls, url)
                if run.wants("E3"):
                    await _paced(run, calls)
                if run.wants("L4"):
                    await _jumps(run, window, calls)
            finally:
                await calls.close()


class _Calls:
    """Requests through the program's own sender, over three connections."""

    def __init__(self, url: str) -> None:
        self._sender = UnpacedSender(tls())
        names = ("shipengine", "starshipit", "shipup")
        self._connections = [
            Connection(id=number, name=name, vendor=name, base_url=url) for number, name in enumerate(names, 1)
        ]
        self._turn = itertools.cycle(self._connections)

    async def one(self) -> None:
        """Make a call and read what came back, as a vendor's adapter does."""
        connection = next(self._turn)
        request = Request(call="update_order", method="PUT", path="/api/orders", body=BODY, repeatable=True)
        sent = await self._sender.send(connection, VENDORS[connection.vendor], request, {"x-key": "k"})
        assert isinstance(sent, Response), sent
        assert sent.status == 200
        json.loads(sent.body)

    async def close(self) -> None:
        await self._sender.close()


async def _all(do: Callable[[], Awaitable[None]], count: int, at_once: int) -> None:
    slots = asyncio.Semaphore(at_once)

    async def one() -> None:
        async with slots:
            await do()

    await asyncio.gather(*(one() for _ in range(count)))


async def _burst(run: Run, calls: _Calls, url: str) -> None:
    await _all(calls.one, AT_ONCE, AT_ONCE)
    p99: list[float] = []
    worst: list[float] = []
    ours_ms: list[float] = []
    bare_ms: list[float] = []
    limits = httpx.Limits(max_connections=SOCKETS)
    async with httpx.AsyncClient(limits=limits, verify=tls(), base_url=url) as client:

        async def bare() -> None:
            (await client.put("/api/orders", json=BODY, headers={"x-key": "k"})).json()

        for _ in range(ROUNDS):
            began_s, ticks = time.process_time(), Ticks()
            await _all(calls.one, CALLS, AT_ONCE)
            ours_ms.append(1e3 * (time.process_time() - began_s) / CALLS)
            gaps = ticks.stop()
            p99.append(percentile(gaps, 0.99))
            worst.append(max(gaps))
            began_s, ticks = time.process_time(), Ticks()
            await _all(bare, CALLS, SOCKETS)
            bare_ms.append(1e3 * (time.process_time() - began_s) / CALLS)
            ticks.stop()
    if run.wants("E1"):
        run.add("E1", f"{CALLS} calls at once, pauses, p99", median(p99), most=FRAME_MS)
        run.add("E1", f"{CALLS} calls at once, longest pause", median(worst), most=33)
    if run.wants("E2"):
        run.add("E2", "CPU a call", median(ours_ms), floor=median(bare_ms), floor_name="bare httpx", most=1.15)


async def _at_a_pace(calls: _Calls, per_s: float, ends_s: float) -> None:
    """Begin calls at a pace until a time, whether or not earlier ones were answered."""
    under_way: set[asyncio.Task[None]] = set()
    next_s = time.perf_counter()
    while next_s < ends_s:
        under_way.add(asyncio.create_task(calls.one()))
        next_s += 1 / per_s
        await asyncio.sleep(max(0.0, next_s - time.perf_counter()))
        for done in [task for task in under_way if task.done()]:
            under_way.discard(done)
            done.result()
    await asyncio.gather(*under_way)


async def _paced(run: Run, calls: _Calls) -> None:
    ticks = Ticks()
    await _at_a_pace(calls, PACED_PER_S, time.perf_counter() + run.seconds)
    gaps = ticks.stop()
    run.add("E3", f"{PACED_PER_S} calls a second, pauses, p99", percentile(gaps, 0.99), most=8)
    run.add("E3", f"{PACED_PER_S} calls a second, longest pause", max(gaps), most=FRAME_MS)


async def _jumps(run: Run, window: MainWindow, calls: _Calls) -> None:
    """Jump through the list sixty times a second while calls are under way."""
    panel, chance = window.order_list, random.Random(5)
    panel.show_view("all")
    await until(lambda: panel.finder.is_current)
    bar, viewport = panel.table.verticalScrollBar(), panel.table.viewport()
    ends_s = time.perf_counter() + run.seconds / 2
    sending = asyncio.create_task(_at_a_pace(calls, PACED_PER_S, ends_s))
    took_ms: list[float] = []
    next_s = time.perf_counter()
    while next_s < ends_s:
        began_s = time.perf_counter()
        bar.setValue(chance.randrange(bar.maximum() + 1))
        viewport.repaint()
        took_ms.append(1e3 * (time.perf_counter() - began_s))
        next_s = max(next_s + FRAME_MS / 1e3, time.perf_counter())
        await asyncio.sleep(next_s - time.perf_counter())
    await sending
    late = sum(taken > FRAME_MS for taken in took_ms) / len(took_ms)
    run.add("L4", "jumps at 60 Hz beside calls, p99", percentile(took_ms, 0.99), most=FRAME_MS)
    run.add("L4", "frames that were late", 100 * late, "%", most=2)
