"""Delivery: what one update costs from the round that finds it to its stored response, platforms in another process."""

import asyncio
import time
from typing import Any

from shipconsole.demo import running_simulator
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.shipping import ship
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.store.database import Db, Store
from tests.bench.running import Run
from tests.support import local_http
from tests.support.bench import NAMES, SECRETS, UnpacedSender, draft_of, tls
from tests.support.labels import usps

ORDERS = 30


def measure(run: Run) -> None:
    """Measure the CPU time that a call needs in this process."""
    with run.store() as store, running_simulator() as url:
        asyncio.run(_deliver(run, store, url))


async def _deliver(run: Run, store: Store, url: str) -> None:
    ctx = Context(store, UnpacedSender(tls()), MemoryKeys(), SystemClock(), "Bench 1")
    await asyncio.to_thread(ctx.begin)
    before = await ctx.write(begin_anew)
    began_ms = time.time_ns() // 1_000_000
    # A kept store has the labels of the runs before.
    stamp, first_label = f"D{began_ms}", 90_000_000 + began_ms // 1_000 % 100_000 * ORDERS
    for vendor in NAMES:
        limit = {"vendor": vendor, "calls": None}
        await asyncio.to_thread(local_http.post, f"{url}/_simulator/limits", json=limit)
    for number in range(ORDERS):
        sent = {"number": f"{stamp}{number:03}", "items": [{"id": f"{stamp}-{number}", "sku": "MOBILE", "quantity": 1}]}
        (await asyncio.to_thread(local_http.post, f"{url}/_simulator/orders", json=sent)).raise_for_status()
    try:
        for vendor, name in NAMES.items():
            await connections.connect(ctx, vendor, name, url=f"{url}/{vendor}", secrets=SECRETS[vendor])
        known = await connections.every(ctx)
        await import_orders.sync(ctx, known)
        for number in range(ORDERS):
            order_id, draft = await draft_of(ctx, f"{stamp}{number:03}", None, usps(first_label + number))
            await ship.ship(ctx, order_id, draft)
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        sent_ids = await worker.flush(ctx, until_empty=True)
        wall_ms = 1e3 * (time.perf_counter() - began_s) / len(sent_ids)
        cpu_ms = 1e3 * (time.process_time() - began_cpu_s) / len(sent_ids)
        found = await worker.updates_of(ctx, sent_ids)
        confirmed = sum(call.state == "confirmed" for call in found)
        note = f"{confirmed} of {len(sent_ids)} confirmed"
        run.add("growth", "delivery, CPU a call", cpu_ms, note=note)
        run.add("growth", "delivery, a call", wall_ms, note=note)
    finally:
        await ctx.write(put_back, before)
        await ctx.sender.close()


def begin_anew(db: Db) -> list[tuple[Any, ...]]:
    """Have every order synced, not only those that changed since the last time; return what was there."""
    before = db.connection.execute("SELECT id, base_url, synced_at_ms FROM connection").fetchall()
    db.connection.execute("UPDATE connection SET synced_at_ms = NULL")
    return before


def put_back(db: Db, before: list[tuple[Any, ...]]) -> None:
    """Leave no address at which no one will respond, and nothing that would be sent there."""
    for id_, url, synced_at_ms in before:
        db.connection.execute(
            "UPDATE connection SET base_url = :url, synced_at_ms = :at WHERE id = :id",
            {"url": url, "at": synced_at_ms, "id": id_},
        )
    db.connection.execute(
        "UPDATE call SET state = 'superseded' WHERE state IN ('pending', 'sending', 'unknown', 'checking')"
    )
