"""One writer of the capacity table, a process of its own: packs its share of the orders without a pause."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from shipconsole.domain.draft import PackageDraft
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, orders
from shipconsole.operations.shipping import ship
from shipconsole.store.database import Db
from tests.bench.outbox_bars import send
from tests.bench.timed_store import TimedStore
from tests.support.bench import open_context
from tests.support.labels import usps


def _open_orders(db: Db) -> list[int]:
    return [
        id_ for (id_,) in db.connection.execute("SELECT id FROM orders WHERE left_units > 0 ORDER BY id").fetchall()
    ]


def _waiting(db: Db, order_id: int) -> list[int]:
    # An order and a connection have one update under way, so that each is claimed once the one before is settled.
    found = db.connection.execute(f"SELECT id FROM call WHERE order_id = {order_id} AND state = 'pending' ORDER BY id")
    return [id_ for (id_,) in found.fetchall()]


async def pack(ctx: Context, order_id: int, number: str) -> None:
    """Write what a packer's order writes: its claim, two drafts, the shipment, and each update's claim and result."""
    await claims.order_opened(ctx, order_id)
    draft = await ship.draft_with_items(ctx, order_id, None, PackageDraft())
    await orders.save_draft(ctx, order_id, draft)
    draft = await ship.draft_with_items(ctx, order_id, None, PackageDraft(tracking_number=number))
    await orders.save_draft(ctx, order_id, draft)
    await ship.ship(ctx, order_id, draft)
    for call_id in await ctx.read(_waiting, order_id):
        await asyncio.to_thread(send, ctx.store, call_id)


def _server_cpu_s(store: TimedStore) -> float:
    """Return the processor time of the server's process for the writer; the server is on this computer."""
    fields = Path(f"/proc/{store.writer_pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def main(url: str, folder: str, seconds: float, number: int, of: int) -> None:
    """Wait for a line, pack, and write the groups of writes as JSON."""
    store = TimedStore(url, Path(folder))
    async with open_context(Path(folder), store=store) as ctx:
        mine = [order_id for order_id in await ctx.read(_open_orders) if order_id % of == number]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        store.groups.clear()
        packed, began_s = 0, time.perf_counter()
        began_cpu_s = time.process_time() + _server_cpu_s(store)
        for order_id in mine:
            if time.perf_counter() - began_s > seconds:
                break
            await pack(ctx, order_id, usps(order_id))
            packed += 1
        took_s = time.perf_counter() - began_s
        cpu_s = time.process_time() + _server_cpu_s(store) - began_cpu_s
        groups = list(store.groups)
    found = {"packed": packed, "took_s": took_s, "cpu_s": cpu_s, "groups": groups}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    at, where, *numbers = sys.argv[1:]
    asyncio.run(main(at, where, float(numbers[0]), int(numbers[1]), int(numbers[2])))
