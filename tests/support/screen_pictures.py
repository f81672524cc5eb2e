"""Makes a picture of every screen and dialog, and prints what is wrong with each.

``python -m tests.support.screen_pictures FOLDER [OPTIONS] [NAMES…]``.

The screens are those of ``tests.support.every_screen``, which ``tests/ui/test_all_screens.py`` measures. Names choose
dialogs; ``window`` stands for the window's states, ``server`` for the banner's messages about a database on a server,
and ``bench`` for bench mode.
"""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.screen_sizes import offscreen_platform

os.environ["QT_QPA_PLATFORM"] = offscreen_platform(Path(tempfile.mkdtemp(prefix="shipconsole-pictures-")))

from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from shipconsole import messages
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE
from shipconsole.domain.sender import SenderState
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.simulator.server import running_simulator
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.store import senders
from shipconsole.store.database import Db, Store
from shipconsole.store.opening import create_or_upgrade
from shipconsole.ui.kit import formats
from shipconsole.ui.kit.layout_items import fix_layouts
from tests.support.bench import UnpacedSender, connect_all, tls
from tests.support.every_screen import SHIPPED, Station, open_station, prepare, server_notes
from tests.support.many_orders import store_with_orders
from tests.support.measured import BENCH_TARGET_PX, TARGET_PX, faults
from tests.support.postgresql import PostgresqlServer
from tests.support.screens import grab


def tell(name: str, shown: QWidget, target_px: int = TARGET_PX) -> None:
    """Write what is wrong with a screen."""
    for fault in faults(shown, target_px=target_px):
        sys.stdout.write(f"{name}: {fault.kind}: {fault.text} ({fault.where})\n")


async def take_window(station: Station, folder: Path, width: int, height: int) -> None:
    """Take a picture of each state of the window."""
    async for state in station.states():
        await station.resize(width, height)
        await station.show_again(state)
        grab(station.window, folder / f"window-{state}.png")
        tell(state, station.window)


async def take_server(station: Station, folder: Path, width: int, height: int) -> None:
    """Take a picture of each message about a database that cannot be used."""
    await station.resize(width, height)
    await station.open_order(SHIPPED)
    for cause, note in server_notes().items():
        station.window.show_database_away(note)
        await station.settle()
        grab(station.window, folder / f"server-{cause}.png")
        tell(f"server {cause}", station.window)
    station.window.show_database_away(None)


async def take_bench(station: Station, folder: Path, width: int, height: int) -> None:
    """Take pictures of bench mode."""
    await station.resize(width, height)
    await station.open_order(SHIPPED)
    station.window.menus.trigger("bench_mode")
    await station.settle()
    grab(station.window, folder / "bench.png")
    tell("bench", station.window, BENCH_TARGET_PX)
    for sheet in ("orders", "packages"):
        station.window.columns.open_sheet(sheet)
        await station.settle()
        grab(station.window, folder / f"bench-{sheet}.png")
    station.window.columns.close_sheets()
    station.window.menus.trigger("bench_mode")
    await station.settle()


async def take_dialogs(station: Station, folder: Path, width: int, height: int, names: list[str]) -> None:
    """Take pictures of the dialogs of these names, or of all."""
    await station.resize(width, height)
    await station.open_order(SHIPPED)
    for name, act in station.dialogs().items():
        if names and name not in names:
            continue
        dialog: QWidget = await station.dialog(name, act)
        await asyncio.sleep(0.2)
        grab(dialog, folder / f"{name}.png")
        tell(name, dialog)
        await station.close_dialogs()


@contextmanager
def empty_store(engine: str, profile: Path) -> Generator[Store]:
    """Yield an open store without orders, in a file or on a server of its own."""
    if engine == "sqlite":
        store: Store = store_with_orders(profile, 0)
        yield store
        store.close()
        return
    from shipconsole.store.postgresql.store import PostgresqlStore

    server = PostgresqlServer()
    try:
        server.start()
        server.admin("CREATE DATABASE orders")
        create_or_upgrade(server.url("orders"))
        store = PostgresqlStore(server.url("orders"), profile)
        store.open()
        yield store
        store.close()
    finally:
        server.remove()


def _other_stations(db: Db, ctx: Context, connections: Sequence[Connection]) -> None:
    """Have two more stations and `serve` at work: one sends, one is not to, and one has no keys."""
    states: tuple[SenderState, ...] = ("sends", "off", "no_key")
    # Seen as late as counts: they need not be seen again while the pictures are taken.
    seen_ms = ctx.steady_ms(db) + ctx.timings.sender_lost_ms - 1_000
    for number, state in enumerate(states, 1):
        is_serve = state == "no_key"
        at = {"steady_ms": seen_ms, "lost_ms": ctx.timings.sender_lost_ms}
        senders.beat(
            db,
            f"station-{number}",
            name=f"Station {number}",
            host="pack-server" if is_serve else f"pack-{number}",
            is_serve=is_serve,
            sends=state != "off",
            **at,
        )
        for connection in connections if state != "off" else ():
            senders.put(db, f"station-{number}", connection.id, state, NO_MESSAGE, now_ms=1)


async def take(chosen: argparse.Namespace) -> None:
    """Take every picture that is asked for."""
    width, height = (int(part) for part in chosen.size.split("x"))
    folder, names = Path(chosen.folder), list(chosen.names)
    with (
        tempfile.TemporaryDirectory() as profile,
        running_simulator(orders=24) as server,
        empty_store(chosen.engine, Path(profile)) as store,
    ):
        ctx = Context(store, UnpacedSender(tls()), MemoryKeys(), SystemClock(), "Station 3")
        ctx.begin()
        await import_orders.sync(ctx, await connect_all(ctx, server.url))
        await prepare(ctx, server)
        if chosen.engine == "postgresql":
            await ctx.write(_other_stations, ctx, await connections.every(ctx))
        async with open_station(ctx, Path(profile), scale=chosen.scale, theme_name=chosen.theme) as station:
            if not names or "window" in names:
                await take_window(station, folder, width, height)
            if not names or "bench" in names:
                await take_bench(station, folder, width, height)
            if not names or "server" in names:
                await take_server(station, folder, width, height)
            names = [name for name in names if name not in ("window", "bench", "server")]
            if names or not chosen.names:
                await take_dialogs(station, folder, width, height, names)
        await ctx.sender.close()


def main() -> None:
    """Take the pictures on the window's kind of event loop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--theme", default="light")
    parser.add_argument("--language", default=messages.ENGLISH)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args()
    gc.disable()
    messages.use(chosen.language)
    app = QApplication([])
    fix_layouts()
    formats.use_language(app)
    app.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(take(chosen))


if __name__ == "__main__":
    main()
