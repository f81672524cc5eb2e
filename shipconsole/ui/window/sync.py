"""Syncs the orders of all connections while packing goes on; can be stopped at any time."""

import asyncio
from typing import Any

from PySide6.QtCore import QObject, Signal

from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.importing.import_orders import Progress, SyncResult
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.strings import sync_progress
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.window.banner_message import BannerMessage

TOPIC = "sync"


class OrderSync(QObject):
    """Runs one sync at a time, with its progress below the order list.

    Signals: problem(BannerMessage), for each connection that failed; settled(topic), for a problem that is over.
    """

    problem = Signal(object)
    settled = Signal(str)

    def __init__(self, ctx: Context, tasks: Tasks, panel: OrderListPanel) -> None:
        """Begin without a sync."""
        super().__init__(panel)
        self._ctx = ctx
        self._tasks = tasks
        self._panel = panel
        self._task: asyncio.Task[Any] | None = None

    def start(self) -> None:
        """Start a sync unless one is under way."""
        if self._task is None or self._task.done():
            self._task = self._tasks.spawn("sync orders", self._run())

    def cancel(self) -> None:
        """Stop the sync; orders that were received stay."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        known = await connections.every(self._ctx)
        if not known:
            advice = text("sync_problem.add_connection")
            self.problem.emit(BannerMessage(text("sync_problem.no_connection"), advice=advice, topic=TOPIC))
            return
        self.settled.emit(TOPIC)
        self._panel.show_sync_progress(sync_progress(known[0].name, 0, None))
        try:
            self._report(await import_orders.sync(self._ctx, known, self._show_progress))
        finally:
            self._panel.show_sync_progress("")

    def _show_progress(self, progress: Progress) -> None:
        label = sync_progress(progress.connection, progress.done, progress.total)
        self._panel.show_sync_progress(label, progress.done, progress.total)

    def _report(self, results: tuple[SyncResult, ...]) -> None:
        for result in results:
            name = result.connection.name
            if not result.message:
                self.settled.emit(f"{TOPIC} {name}")
                continue
            self.problem.emit(
                BannerMessage(
                    text("sync_problem.incomplete", connection=name),
                    text("sync_problem.means"),
                    text("sync_problem.advice", key=key_name("F5")),
                    details="\n".join((str(result.message), *map(str, result.notes))),
                    topic=f"{TOPIC} {name}",
                )
            )
