"""Brings orders in from all connections while the packing goes on; it can be stopped at any time."""

import asyncio
from typing import Any

from PySide6.QtCore import QObject, Signal

from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.importing.import_orders import Progress, SyncResult
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.strings import pulling
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.window.trouble import Trouble

TOPIC = "pull"


class Pull(QObject):
    """One pull at a time.

    Signals: trouble(object Trouble), one for each connection that failed; settled(str topic) for what is over.
    """

    trouble = Signal(object)
    settled = Signal(str)

    def __init__(self, ctx: Context, tasks: Tasks, panel: OrderListPanel) -> None:
        """Show how far it is in the list's footer."""
        super().__init__(panel)
        self._ctx = ctx
        self._tasks = tasks
        self._panel = panel
        self._task: asyncio.Task[Any] | None = None

    def start(self) -> None:
        """Begin, unless one is under way."""
        if self._task is None or self._task.done():
            self._task = self._tasks.spawn("pull orders", self._run())

    def cancel(self) -> None:
        """Stop; what has come in stays."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        known = await connections.every(self._ctx)
        if not known:
            advice = text("sync_problem.add_connection")
            self.trouble.emit(Trouble(text("sync_problem.no_connection"), advice=advice, topic=TOPIC))
            return
        self.settled.emit(TOPIC)
        self._panel.show_sync_progress(pulling(known[0].name, 0, None))
        try:
            self._tell(await import_orders.sync(self._ctx, known, self._progress))
        finally:
            self._panel.show_sync_progress("")

    def _progress(self, progress: Progress) -> None:
        said = pulling(progress.connection, progress.done, progress.total)
        self._panel.show_sync_progress(said, progress.done, progress.total)

    def _tell(self, pulled: tuple[SyncResult, ...]) -> None:
        for one in pulled:
            name = one.connection.name
            if not one.message:
                self.settled.emit(f"{TOPIC} {name}")
                continue
            self.trouble.emit(
                Trouble(
                    text("sync_problem.incomplete", connection=name),
                    text("sync_problem.means"),
                    text("sync_problem.advice", key=key_name("F5")),
                    details="\n".join((str(one.message), *map(str, one.notes))),
                    topic=f"{TOPIC} {name}",
                )
            )
