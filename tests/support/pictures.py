"""Makes pictures of the window with orders and updates: ``python -m tests.support.pictures FOLDER [ORDERS]``.

One order is partially shipped, one rejected by a platform, and one ready to ship; light and dark, at two sizes.
"""

import asyncio
import gc
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer, running_simulator
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.layout_items import fix_layouts
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, LIGHT, scaled
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.vendors.http import Sender, tls_context
from tests.support.bench import USPS_NUMBERS, connect_all, draft_of, fault
from tests.support.many_orders import store_with_orders
from tests.support.screens import grab

SIZES = ((1280, 800), (1920, 1080))


async def prepare(ctx: Context, server: SimulatorServer) -> int:
    """Sync the simulated orders, ship two with different results, and return the id of the order to show."""
    await import_orders.sync(ctx, await connect_all(ctx, server.url))
    order_id, draft = await draft_of(ctx, "10001", {"MOBILE-CASE-BLK": 1, "MOBILE": 1}, USPS_NUMBERS[0])
    await ship.ship(ctx, order_id, draft)
    await worker.flush(ctx, until_empty=True)
    fault(server, "shipup", "refuse", call="create_order")
    fault(server, "starshipit", "429", call="update_order", seconds=600)
    other_id, draft = await draft_of(ctx, "10002", None, USPS_NUMBERS[2])
    await ship.ship(ctx, other_id, draft)
    await worker.flush(ctx, until_empty=True)
    return order_id


async def take(app: QApplication, folder: Path, count: int) -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as profile, running_simulator(orders=24) as server:
        store = store_with_orders(Path(profile), 0)
        ctx = Context(store, Sender(tls_context()), MemoryKeys(), SystemClock(), "Bench 3")
        order_id = await prepare(ctx, server)
        if count:
            store.close()
            store = store_with_orders(Path(profile), count, 20_001)
            ctx = Context(store, ctx.sender, ctx.keys, ctx.clock, ctx.station)
        theme = Theme()
        for name, tokens in (("light", LIGHT), ("dark", DARK), ("large-text", scaled(LIGHT, 1.5))):
            theme.use(app, tokens)
            window = MainWindow(store, theme, Settings(station_name="Bench 3"), demo=True)
            window.show()
            tasks = Tasks()
            window.start(ctx, tasks)
            window.open_order(order_id)
            for width, height in SIZES:
                window.resize(width, height)
                await asyncio.sleep(1.5)
                window.top_bar.scan_field.take("MOBILE-CASE-BLK")
                await asyncio.sleep(0.5)
                window.top_bar.scan_field.take(USPS_NUMBERS[1])
                await asyncio.sleep(1.5)
                grab(window, folder / f"window-{name}-{width}x{height}.png")
                await orders.save_draft(ctx, order_id, ship.ShipmentDraft())
                window.open_order(order_id + 1)
                await asyncio.sleep(0.5)
                await orders.save_draft(ctx, order_id, ship.ShipmentDraft())
                window.open_order(order_id)
                await asyncio.sleep(0.5)
            await window.shutdown()
            await tasks.stop()
            window.close()
            window.deleteLater()
        await ctx.sender.close()
        store.close()


def main(folder: str, count: str = "0") -> None:
    """Take the pictures on the window's kind of event loop."""
    gc.disable()
    app = QApplication([])
    fix_layouts()
    app.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(take(app, Path(folder), int(count)))


if __name__ == "__main__":
    main(*sys.argv[1:])
