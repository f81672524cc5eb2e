"""O4: the share of the permitted rate that the dispatcher uses at three platforms that count strictly."""

import asyncio
import time
from datetime import datetime
from typing import Any

from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.rate_limit import SharedRateLimit
from shipconsole.operations.shipping import ship
from shipconsole.operations.worker import Dispatcher
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import Sender
from tests.bench import platforms_process
from tests.bench.running import Run
from tests.support import local_http
from tests.support.bench import NAMES, SECRETS, UnpacedSender, draft_of, tls
from tests.support.labels import usps

RTTS_S = (0.02, 0.2, 0.8)
WARM_S = 8.0
LONGER = 1.3
PERMITTED_PER_S = {"shipengine": 200 / 60, "starshipit": 2.0, "shipup": 2.0}
LIMITS = {"shipengine": {"calls": 200, "seconds": 60}, "starshipit": {"calls": 2, "seconds": 1}}
"""Rolling windows, as strict as they can be; Shipup keeps its own limit, a bucket that drains."""


def measure(run: Run) -> None:
    """Measure each round-trip time on a store of its own."""
    for rtt_s in RTTS_S:
        folder = run.work / f"rate-{rtt_s}"
        folder.mkdir()
        store = SqliteStore(folder / "shipconsole.db")
        store.open()
        orders = round((WARM_S + run.seconds) * PERMITTED_PER_S["shipengine"] * LONGER)
        try:
            with platforms_process.running(orders) as url:
                asyncio.run(_measure(run, store, url, rtt_s))
        finally:
            store.close()


async def _ask(method: str, url: str, **body: Any) -> Any:
    if method == "GET":
        return (await asyncio.to_thread(local_http.get, url)).json()
    (await asyncio.to_thread(local_http.post, url, json=body)).raise_for_status()
    return None


async def _measure(run: Run, store: Store, url: str, rtt_s: float) -> None:
    clock = SystemClock()
    ctx = Context(store, UnpacedSender(tls()), MemoryKeys(), clock, "Bench 1")
    await asyncio.to_thread(ctx.begin)
    for vendor in LIMITS:
        await _ask("POST", f"{url}/_simulator/limits", vendor=vendor, calls=None)
    for vendor, name in NAMES.items():
        await connections.connect(ctx, vendor, name, url=f"{url}/{vendor}", secrets=SECRETS[vendor])
    await import_orders.sync(ctx, await connections.every(ctx))
    rows = await ctx.read(lambda db: db.connection.execute("SELECT number FROM orders ORDER BY id").fetchall())
    for position, (number,) in enumerate(rows):
        order_id, draft = await draft_of(ctx, number, None, usps(position))
        await ship.ship(ctx, order_id, draft)
    await ctx.sender.close()
    for vendor in NAMES:
        if vendor in LIMITS:
            await _ask("POST", f"{url}/_simulator/limits", vendor=vendor, **LIMITS[vendor])
        fault = {"vendor": vendor, "call": "*", "kind": "slow", "times": None, "seconds": rtt_s}
        await _ask("POST", f"{url}/_simulator/faults", **fault)
    shared = SharedRateLimit(store, clock)
    for connection in await connections.every(ctx):
        vendor = VENDORS[connection.vendor]
        for _ in range(vendor.burst):
            # What was saved up would make the first minutes look better than the limit.
            await shared.pause_s(connection.id, 1 / vendor.rate_per_s, vendor.burst)
    paced = Context(store, Sender(tls(), shared), ctx.keys, clock, "Bench 1")
    dispatcher = Dispatcher(paced)
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(WARM_S)
    began_s = time.time()
    await asyncio.sleep(run.seconds)
    ended_s = time.time()
    requests = await _ask("GET", f"{url}/_simulator/requests")
    await dispatcher.stop(3)
    running.cancel()
    await paced.sender.close()
    _say(run, requests, began_s, ended_s, rtt_s)


def _say(run: Run, requests: list[dict[str, Any]], began_s: float, ended_s: float, rtt_s: float) -> None:
    for vendor, permitted in PERMITTED_PER_S.items():
        times_s = [
            (datetime.fromisoformat(request["at"]).timestamp(), request["status"])
            for request in requests
            if request["vendor"] == vendor
        ]
        within = [(at_s, status) for at_s, status in times_s if began_s <= at_s < ended_s]
        refused = sum(status == 429 for _, status in within)
        accepted_s = [at_s for at_s, status in within if status != 429]
        # From call to call, since the ends of a short time cut off up to one of them.
        rate = (len(accepted_s) - 1) / (accepted_s[-1] - accepted_s[0]) if len(accepted_s) > 1 else 0.0
        name, note = f"{vendor} at {1e3 * rtt_s:.0f} ms", f"{refused} refused"
        run.add("O4", name, rate, "/s", floor=permitted, floor_name="permitted/s", least=0.98, note=note)
    everywhere = sum(request["status"] == 429 for request in requests)
    run.add("O4", f"refused with 429 at {1e3 * rtt_s:.0f} ms", everywhere, "", most=0)
