"""W1 and P1: webhooks and orders that come in while a window is open: its pauses, the rate, and what parsing costs."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from importlib import import_module
from statistics import median
from typing import Any

from PySide6.QtWidgets import QApplication

from shipconsole.domain.connection import Connection
from shipconsole.operations.connections import connections
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound.receive import WebhookInbox, context_for_loop
from shipconsole.store import webhook_events
from shipconsole.store.database import Db
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.vendors.catalog import VENDORS
from tests.bench import platforms_process
from tests.bench.calls_bars import FRAME_MS, Ticks
from tests.bench.delivery import begin_anew, put_back
from tests.bench.figures import percentile
from tests.bench.floors import in_turn
from tests.bench.running import Run, now_ms
from tests.bench.window import application, rest, run_loop, started_window
from tests.operations.importing.test_uncounted import body
from tests.support import local_http
from tests.support.bench import NAMES, SECRETS
from tests.vendors.examples import response, sample

EVENTS, EVENT_BYTES, AT_ONCE = 5_000, 4_000, 64
ORDERS = 1_500
LINES = 8
JSON_OF_ORJSON = 2.7
"""How much longer Python's own parser takes than orjson for such documents."""


def measure(run: Run) -> None:
    """Measure in a started window."""
    app = application()
    run_loop(app, _measure(run, app))


async def _measure(run: Run, app: QApplication) -> None:
    with run.store() as store:
        store.read(lambda db: db.value("changes.newest")).result()
        async with started_window(app, store) as window:
            await rest()
            if run.wants("W1"):
                await _webhooks(run, window)
            if run.wants("P1"):
                with platforms_process.running(ORDERS) as url:
                    await _orders(run, window, url)
    if run.wants("P1"):
        _parsing(run)


def _bodies(stamp: str) -> list[bytes]:
    found = json.loads(sample("shipengine/samples/webhooks/track.json"))
    bodies: list[bytes] = []
    for number in range(EVENTS):
        found["data"]["tracking_number"] = f"{stamp}{number:06}"
        text = json.dumps({**found, "filler": ""})
        bodies.append(json.dumps({**found, "filler": "x" * max(0, EVENT_BYTES - len(text))}).encode())
    return bodies


async def _webhooks(run: Run, window: MainWindow) -> None:
    assert window.ctx is not None
    ctx, store = window.ctx, window.ctx.store
    known = next(one for one in await connections.every(ctx) if one.vendor == "shipengine")
    unsigned = known._replace(options={"webhook_signature": "off"})
    stamp = f"W{time.time_ns() // 1_000_000}"
    bodies = _bodies(stamp)
    floor_per_s = EVENTS / await asyncio.to_thread(_in_one_transaction, store, unsigned, _bodies(f"F{stamp}"))
    taken: list[float] = []

    def receive() -> None:
        async def all_of_them() -> None:
            inbox = WebhookInbox(context_for_loop(ctx))
            slots = asyncio.Semaphore(AT_ONCE)

            async def one(event: bytes) -> None:
                async with slots:
                    result = await inbox.store_webhook(unsigned, {}, event)
                    assert result.kind == "stored", result

            began_s = time.perf_counter()
            await asyncio.gather(*map(one, bodies))
            taken.append(time.perf_counter() - began_s)

        asyncio.run(all_of_them())

    ticks = Ticks()
    thread = threading.Thread(target=receive)
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.01)
    gaps = ticks.stop()
    await asyncio.wrap_future(store.write(_set_done))
    run.add("W1", f"{EVENTS:,} webhooks, pauses, p99", percentile(gaps, 0.99), most=12)
    run.add("W1", f"{EVENTS:,} webhooks, longest pause", max(gaps), most=FRAME_MS)
    name = "in one transaction/s"
    run.add("W1", "webhooks stored", EVENTS / taken[0], "/s", floor=floor_per_s, floor_name=name, least=0.6)


class _Undone(Exception):
    pass


def _in_one_transaction(store: Any, connection: Connection, bodies: list[bytes]) -> float:
    """Return the seconds that reading and storing the events takes on one thread; nothing is kept."""
    took_s: list[float] = []

    def store_all(db: Db) -> None:
        began_s = time.perf_counter()
        for event in bodies:
            key = VENDORS[connection.vendor].webhooks.read(event).dedupe_key
            webhook_events.add(
                db,
                connection_id=connection.id,
                headers={},
                body=event,
                dedupe_key=key,
                verified=None,
                now_ms=now_ms(),
            )
        took_s.append(time.perf_counter() - began_s)
        raise _Undone

    try:
        store.write(store_all).result()
    except _Undone:
        return took_s[0]
    raise AssertionError("the transaction was kept")


def _set_done(db: Db) -> None:
    """Leave nothing to be processed: no order here has these packages."""
    db.connection.execute("UPDATE webhook_event SET state = 'ignored' WHERE state = 'new'")


async def _orders(run: Run, window: MainWindow, url: str) -> None:
    """Have a window take many orders in from three platforms."""
    assert window.ctx is not None
    ctx = window.ctx
    before = await ctx.write(begin_anew)
    for vendor in NAMES:
        limit = {"vendor": vendor, "calls": None}
        (await asyncio.to_thread(local_http.post, f"{url}/_simulator/limits", json=limit)).raise_for_status()
    try:
        for vendor, name in NAMES.items():
            await connections.connect(ctx, vendor, name, url=f"{url}/{vendor}", secrets=SECRETS[vendor])
        known = await connections.every(ctx)
        await rest()
        ticks, began_s = Ticks(), time.perf_counter()
        await import_orders.sync(ctx, known)
        took_s = time.perf_counter() - began_s
        await rest()
        gaps = ticks.stop()
    finally:
        await ctx.write(put_back, before)
    run.add("P1", f"{ORDERS:,} orders come in, pauses, p99", percentile(gaps, 0.99))
    run.add("P1", f"{ORDERS:,} orders come in, longest pause", max(gaps), most=FRAME_MS)
    run.add("P1", f"{ORDERS:,} orders come in", 1e3 * took_s)


def _loads() -> tuple[Callable[[bytes], Any], float, str]:
    """Return the floor of parsing, what it is worth in orjson's time, and its name."""
    try:
        orjson = import_module("orjson")
    except ImportError:
        return json.loads, JSON_OF_ORJSON, "json.loads / 2.7"
    return orjson.loads, 1.0, "orjson.loads"


def _parsing(run: Run) -> None:
    loads, factor, name = _loads()
    for vendor in NAMES:
        given = body(vendor, *((f"SKU-{line}", line + 1) for line in range(LINES)), number="10001")
        answer = response(200, {"data": [given]} if vendor == "shipup" else given)
        read = VENDORS[vendor].orders.read
        ours, floor = in_turn(
            400, lambda read=read, answer=answer: read(answer), lambda answer=answer: loads(answer.body)
        )
        value, base = 1e6 * median(ours), 1e6 * median(floor) / factor
        run.add("P1", f"an order of {vendor}", value, "us", floor=base, floor_name=name, most=15)
