"""Without a network orders are packed and shipped all the same, and their updates are sent once it is back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.closing import show_countdown
from shipconsole.ui.window.main_window import MainWindow
from tests.support import sql
from tests.support.bench import NAMES, USPS_NUMBERS, effects
from tests.ui.waiting import until, until_stored

UNREACHABLE = "http://127.0.0.1:9"
TWO_HOURS_MS = 2 * 3_600_000
UNKNOWN = "\0"


async def point_all_at(ctx: Context, url: str) -> None:
    for vendor, name in NAMES.items():
        await connections.connect(ctx, vendor, name, url=f"{url}/{vendor}")


@pytest.fixture
async def cut(bench: Context) -> Context:
    """A context whose platforms cannot be reached, two hours after the last sync."""
    await point_all_at(bench, UNREACHABLE)
    with closing(sql.connect(bench.store.file)) as store, store:
        store.execute("UPDATE connection SET synced_at_ms = ?", (bench.clock.now_ms() - TWO_HOURS_MS,))
    timings = replace(
        bench.timings, failures_most=1, ask_base_s=0.2, backoff_base_s=0.2, backoff_cap_s=0.5, round_s=0.1
    )
    return replace(bench, timings=timings)


@asynccontextmanager
async def working(cut: Context, qtbot: QtBot) -> AsyncGenerator[MainWindow]:
    """Open a started window with a dispatcher."""
    tasks, dispatcher = Tasks(), Dispatcher(cut)
    window = MainWindow(cut.store, Theme(), Settings(station_name="Bench 3"))
    qtbot.addWidget(window)
    window.show()
    window.start(cut, tasks)
    window.feed.changed.connect(dispatcher.wake)
    tasks.spawn("dispatcher", dispatcher.run())
    try:
        yield window
    finally:
        await window.shutdown()
        await dispatcher.stop(60)
        await tasks.stop()
        window.hide()


async def test_an_order_is_packed_and_shipped_and_goes_out_later(
    qtbot: QtBot, cut: Context, simulated_platforms: SimulatorServer
) -> None:
    async with working(cut, qtbot) as window:
        for scan in ("10001", "MOBILE", USPS_NUMBERS[0], "%SHIP"):
            window.top_bar.scan_field.take(scan)
        order_id = await orders.find(cut, "10001")

        async def shipped() -> bool:
            return bool((await orders.sheet(cut, order_id)).shipments)

        await until_stored(shipped)
        await until(lambda: window.top_bar.connections.state.is_offline)
        assert window.top_bar.connections.label() == text("offline.title")
        await until(lambda: window.strip.headline.text() == text("verdict_title.offline"))
        waits = window.activity.findChild(QLabel, "backlog_notice")
        await until(
            lambda: (
                waits.text().count(
                    text("activity.waits_silent", connection="", count=1, duration=UNKNOWN, time="").partition(UNKNOWN)[
                        0
                    ]
                )
                == 3
            )
        )
        assert effects(simulated_platforms) == []
        assert "Synced 2 h ago" in window.order_list.synced.accessibleName()
        # Another order can be opened, packed and left meanwhile.
        window.top_bar.scan_field.take("10002")
        await until(lambda: window.editor.order_id not in (None, order_id))
        assert window.strip.headline.text() != text("verdict_title.offline")
        window.sync_orders()
        await until(window.banner.messages)
        assert window.banner.messages()[0].what in [
            text("sync_problem.incomplete", connection=name) for name in NAMES.values()
        ]
        assert "Synced 2 h ago" in window.order_list.synced.accessibleName()

        await point_all_at(cut, simulated_platforms.url)

        async def are_confirmed() -> bool:
            return {call.state for call in await worker.latest(cut)} == {"confirmed"}

        await until_stored(are_confirmed)
        assert {effect["vendor"] for effect in effects(simulated_platforms, "10001")} == set(NAMES)
        assert len(effects(simulated_platforms, "10001")) == 3
        await until(lambda: not window.top_bar.connections.state.is_offline)
        await until(lambda: not waits.isVisible())


async def test_closing_shows_a_countdown_of_open_requests(qtbot: QtBot, cut: Context) -> None:
    async with working(cut, qtbot) as window:
        left = [2]
        countdown = asyncio.create_task(show_countdown(window, lambda: left[0], 6))
        await until(lambda: window.findChild(QLabel, "leaving") is not None)
        shown = window.findChild(QLabel, "leaving")
        await until(lambda: shown.text() == text("closing.waiting", count=2, seconds=6))
        assert shown.isVisible()
        assert not window.top_bar.scan_field.isEnabled()
        left[0] = 1
        await until(
            lambda: shown.text() in {text("closing.waiting", count=1, seconds=seconds) for seconds in range(1, 7)}
        )
        left[0] = 0
        await countdown
