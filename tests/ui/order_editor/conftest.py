"""The order editor in a real context, with simulated platforms."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.panel import OrderEditorPanel
from tests.ui.waiting import until


class Bench:
    """A panel, the messages that it showed, and the waiting that a test needs."""

    def __init__(self, ctx: Context, tasks: Tasks, panel: OrderEditorPanel) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.panel = panel
        self.messages: list[object] = []
        self.shipped: list[int] = []
        self.opened: list[str] = []
        for shown in (panel.refused, panel.store_failed, panel.failed, tasks.failed):
            shown.connect(self.messages.append)
        panel.update_needs_attention.connect(lambda _call_id, problem: self.messages.append((problem,)))
        panel.shipped.connect(self.shipped.append)
        panel.sheet_changed.connect(lambda sheet: self.opened.append(sheet.order.number))

    async def until(self, true: Callable[[], object]) -> None:
        """Let the window run until something holds."""
        await until(true)

    async def open(self, number: str = "10001") -> tuple[int, ...]:
        """Open an order and return the ids of its lines."""
        order_id = await orders.find(self.ctx, number)
        self.panel.open_order(order_id)
        await self.until(lambda: self.opened and self.opened[-1] == number)
        return tuple(line.id for line in (await orders.sheet(self.ctx, order_id)).order.lines)

    async def settled(self) -> None:
        """Let every task end."""
        await self.until(lambda: not self.tasks.running)

    def find(self, kind: type, name: str):
        """Return a part of the panel by its object name."""
        found = self.panel.findChild(kind, name)
        assert found is not None, name
        return found


@pytest.fixture
async def order_bench(bench: Context, qtbot: QtBot) -> AsyncGenerator[Bench]:
    """Give a panel on which order 10001 can be opened."""
    async with panel_on(bench, qtbot) as opened:
        yield opened


@pytest.fixture
async def held_bench(bench: Context, qtbot: QtBot) -> AsyncGenerator[Bench]:
    """Give the same with an undo window of a minute."""
    async with panel_on(replace(bench, undo_window_s=60), qtbot) as opened:
        yield opened


@asynccontextmanager
async def panel_on(ctx: Context, qtbot: QtBot) -> AsyncGenerator[Bench]:
    """Open a panel on a context, and end its tasks afterwards."""
    tasks = Tasks()
    panel = OrderEditorPanel(ctx, tasks, Theme())
    qtbot.addWidget(panel)
    # The room for the order in a window of 1280x800.
    panel.resize(960, 616)
    panel.show()
    yield Bench(ctx, tasks, panel)
    await tasks.stop()
    # A field that is left while the panel is deleted would still change the draft.
    panel.close()
    # Its timers would start tasks after the loop has ended.
    shiboken6.delete(panel)
    await tasks.stop()
