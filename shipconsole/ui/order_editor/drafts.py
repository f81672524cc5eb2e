"""The saving of the order editor's drafts in the store, and on this station while the store's server is away."""

import asyncio
import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.station.kept_drafts import KeptDrafts
from shipconsole.ui.kit.tasks import Tasks

SAVE_AFTER_MS = 300
_log = logging.getLogger(__name__)


class DraftSaver(QObject):
    """Saves each order's draft a moment after it changed."""

    def __init__(self, parent: QObject, ctx: Context, tasks: Tasks) -> None:
        """Initialize without drafts."""
        super().__init__(parent)
        self._ctx = ctx
        self._tasks = tasks
        self._unsaved: dict[int, ShipmentDraft] = {}
        self._kept: KeptDrafts | None = None
        self.lock = asyncio.Lock()
        """Held while drafts or a shipment are saved, so that a shipped draft is not saved after its shipment."""
        self._timer = single_shot(self, SAVE_AFTER_MS, self.save_now)

    def keep_in(self, kept: KeptDrafts) -> None:
        """Keep on this station what the store does not take."""
        self._kept = kept

    @property
    def is_saved(self) -> bool:
        """Whether the store has every draft."""
        return not self._unsaved

    def save_soon(self, order_id: int, draft: ShipmentDraft) -> None:
        """Save a draft after a short while."""
        self._unsaved[order_id] = draft
        self.resume()

    def save_now(self) -> None:
        """Start to save all drafts."""
        self._timer.stop()
        if self._unsaved:
            self._tasks.spawn("save the draft", self.save_all())

    def pause(self) -> None:
        """Start no save until `resume`."""
        self._timer.stop()

    def resume(self) -> None:
        """Save unsaved drafts after a short while."""
        # An active timer is not restarted: a person who types without a pause has the draft saved all the same.
        if self._unsaved and not self._timer.isActive():
            self._timer.start()

    def forget(self, order_id: int) -> None:
        """Save an order's draft no more: it has shipped, or the order is gone."""
        self._unsaved.pop(order_id, None)
        self._drop_kept(order_id)

    async def save_all(self) -> None:
        """Save the drafts, one order after the other."""
        async with self.lock:
            while self._unsaved:
                order_id, draft = next(iter(self._unsaved.items()))
                try:
                    await orders.save_draft(self._ctx, order_id, draft)
                except EnvironmentFailure:
                    self._keep_all()
                    raise
                if self._unsaved.get(order_id) is draft:
                    del self._unsaved[order_id]
                    self._drop_kept(order_id)

    def _keep_all(self) -> None:
        if self._kept is None:
            return
        try:
            for order_id, draft in self._unsaved.items():
                self._kept.keep(order_id, draft.model_dump_json())
        except OSError:
            _log.warning("A draft could not be kept on this station", exc_info=True)

    def _drop_kept(self, order_id: int) -> None:
        if self._kept is not None:
            try:
                self._kept.drop(order_id)
            except OSError:
                _log.warning("A kept draft could not be removed", exc_info=True)


async def store_kept(ctx: Context, kept: KeptDrafts) -> set[int]:
    """Store the drafts that an earlier run kept on this station, but for what has shipped; return their orders' ids."""
    stored: set[int] = set()
    for order_id, body in (await asyncio.to_thread(kept.every)).items():
        try:
            draft = ShipmentDraft.model_validate_json(body)
            sheet = await orders.sheet(ctx, order_id)
        except (ValueError, LookupError):
            _log.info("The kept draft of order %d is of no use any more", order_id)
        else:
            if sheet.order.left:
                await orders.save_draft(ctx, order_id, draft)
                stored.add(order_id)
        await asyncio.to_thread(kept.drop, order_id)
    return stored


def single_shot(parent: QObject, after_ms: int, then: Callable[[], None]) -> QTimer:
    """Return a timer that ends once each time it is started."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(then)
    return timer
