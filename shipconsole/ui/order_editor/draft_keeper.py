"""Keeps what is typed: each order's draft goes to the store a moment after it changed, and is never lost between."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.ui.kit.tasks import Tasks

KEEP_AFTER_MS = 300


class DraftKeeper(QObject):
    """The drafts that the store does not have yet, by order."""

    def __init__(self, parent: QObject, ctx: Context, tasks: Tasks) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._ctx = ctx
        self._tasks = tasks
        self._unsaved: dict[int, ShipmentDraft] = {}
        self.storing = asyncio.Lock()
        """Held while drafts or a shipment are stored: what has shipped is not kept after it."""
        self._timer = once(self, KEEP_AFTER_MS, self.keep_now)

    def keep_soon(self, order_id: int, draft: ShipmentDraft) -> None:
        """Keep a draft after a pause in typing, or a little later where there is none."""
        self._unsaved[order_id] = draft
        self.resume()

    def keep_now(self) -> None:
        """Keep all without waiting."""
        self._timer.stop()
        if self._unsaved:
            self._tasks.spawn("keep the draft", self.keep_all())

    def pause(self) -> None:
        """Keep nothing by itself until `resume`."""
        self._timer.stop()

    def resume(self) -> None:
        """Keep what is there in a moment."""
        # Whoever types without a pause has it kept all the same.
        if self._unsaved and not self._timer.isActive():
            self._timer.start()

    def forget(self, order_id: int) -> None:
        """Keep an order's draft no longer: it has shipped, or the order is gone."""
        self._unsaved.pop(order_id, None)

    async def keep_all(self) -> None:
        """Keep what was typed, one order after the other; what has shipped meanwhile is not kept again."""
        async with self.storing:
            while self._unsaved:
                order_id, draft = next(iter(self._unsaved.items()))
                await orders.save_draft(self._ctx, order_id, draft)
                if self._unsaved.get(order_id) is draft:
                    del self._unsaved[order_id]


def once(parent: QObject, after_ms: int, then: Callable[[], None]) -> QTimer:
    """A timer that is due once each time it is started."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(then)
    return timer
