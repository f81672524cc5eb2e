"""A window outside of tests: an application, its loop, and a started window on a store."""

import asyncio
import gc
import sys
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import qasync
from PySide6.QtWidgets import QApplication

from shipconsole.app import THREAD_SWITCH_S
from shipconsole.operations.context import Context
from shipconsole.operations.timings import BESIDE_A_WINDOW
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.store.database import Store
from shipconsole.ui.kit.layout_items import fix_layouts
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import STYLE, Theme, chosen_tokens
from shipconsole.ui.kit.threads import collect_garbage_here
from shipconsole.ui.window.main_window import MainWindow
from tests.support.bench import UnpacedSender, tls

T = TypeVar("T")

STEP_S = 0.000_5
LONGEST_S = 60.0
SETTLES_S = 0.7
WIDTH, HEIGHT = 1_280, 800


def application() -> QApplication:
    """Return the application, set up as the program does."""
    gc.disable()
    sys.setswitchinterval(THREAD_SWITCH_S)
    app = QApplication([*sys.argv[:1], *STYLE])
    fix_layouts()
    return app


def run_loop(app: QApplication, do: Awaitable[T]) -> T:
    """Run a coroutine on the window's kind of loop."""
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        return loop.run_until_complete(do)


async def until(condition: Callable[[], object]) -> None:
    """Let the window run until a condition holds."""
    ends_s = time.monotonic() + LONGEST_S
    while not condition():
        if time.monotonic() > ends_s:
            raise TimeoutError(f"still not so after {LONGEST_S} s")
        await asyncio.sleep(STEP_S)


async def rest(seconds: float = SETTLES_S) -> None:
    """Let what follows a change end."""
    ends_s = time.monotonic() + seconds
    await until(lambda: time.monotonic() > ends_s)


@asynccontextmanager
async def started_window(app: QApplication, store: Store) -> AsyncGenerator[MainWindow]:
    """Yield a started window whose list has been loaded; nothing is sent."""
    theme = Theme()
    chosen = Settings()
    theme.prepare(app, chosen_tokens(app, chosen.theme, chosen.text_scale, still=True))
    ctx = Context(store, UnpacedSender(tls()), MemoryKeys(), SystemClock(), "Bench 1", timings=BESIDE_A_WINDOW)
    await asyncio.to_thread(ctx.begin)
    folder = TemporaryDirectory(prefix="shipconsole-bench-profile-")
    window, tasks = MainWindow(store, theme, chosen, profile=Profile(Path(folder.name))), Tasks()
    theme.apply_stylesheet(app)
    collecting = collect_garbage_here(app)
    window.resize(WIDTH, HEIGHT)
    window.show()
    try:
        await until(lambda: window.order_list.status.counts is not None)
        window.start(ctx, tasks)
        await until(lambda: window.order_list.finder.is_current and not tasks.running)
        gc.collect()
        gc.freeze()
        yield window
    finally:
        collecting.stop()
        await window.shutdown()
        await tasks.stop()
        window.hide()
        await ctx.sender.close()
        folder.cleanup()


def rss_mb() -> float:
    """Return this process's memory that no file backs: shared pages of the store do not count."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status names no RssAnon")


def reader_cpu_s() -> float:
    """Return the CPU time that the store's readers have used."""
    readers = [thread for thread in threading.enumerate() if thread.name.startswith(("store-reader", "store-long"))]
    found = (Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text("ascii") for thread in readers)
    return sum(int(text.split()[0]) for text in found) / 1e9
