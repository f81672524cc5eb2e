"""The saving of the order editor's drafts in the store, and on this station while the store's server is away."""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, orders
from shipconsole.operations.orders.orders import SavedDraft
from shipconsole.station.kept_drafts import KeptDrafts
from shipconsole.ui.kit.tasks import Tasks

SAVE_AFTER_MS = 300
_log = logging.getLogger(__name__)


class KeptDraft(Frozen):
    """A draft in a file of this station, and the mark of the stored draft that it was made from."""

    draft: ShipmentDraft
    based_on: str = ""


class NotSaved(NamedTuple):
    """A draft that was not saved, since that of another `station` stays; `is_packing` if it packs the order now.

    `is_kept` says that it is in a file of this station.
    """

    order_id: int
    draft: ShipmentDraft
    station: str
    is_packing: bool
    is_kept: bool


class DraftSaver(QObject):
    """Saves each order's draft a moment after it changed.

    Signals: not_saved(NotSaved); saved(order id).
    """

    not_saved = Signal(object)
    saved = Signal(int)

    def __init__(self, parent: QObject, ctx: Context, tasks: Tasks) -> None:
        """Initialize without drafts."""
        super().__init__(parent)
        self._ctx = ctx
        self._tasks = tasks
        self._unsaved: dict[int, ShipmentDraft] = {}
        self._based_on: dict[int, str] = {}
        """The mark of the stored draft that each order's draft was made from."""
        self.undecided: set[int] = set()
        """The orders whose kept draft a person has to decide about."""
        self._kept: KeptDrafts | None = None
        self.lock = asyncio.Lock()
        """Held while drafts or a shipment are saved, so that a shipped draft is not saved after its shipment."""
        self._timer = single_shot(self, SAVE_AFTER_MS, self.save_now)

    def keep_in(self, kept: KeptDrafts) -> None:
        """Keep on this station what the store does not take."""
        self._kept = kept

    def based_on(self, order_id: int, mark: str) -> None:
        """Note the stored draft from which an order's draft is made from now on."""
        self._based_on[order_id] = mark

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
        self._based_on.pop(order_id, None)
        self.undecided.discard(order_id)
        self._drop_kept(order_id)

    async def save_all(self) -> None:
        """Save the drafts, one order after the other."""
        async with self.lock:
            while self._unsaved:
                order_id, draft = next(iter(self._unsaved.items()))
                try:
                    saved = await orders.save_draft(self._ctx, order_id, draft, self._based_on.get(order_id, ""))
                except EnvironmentFailure:
                    self._keep_all()
                    raise
                if saved.kept_of:
                    self._on_not_saved(order_id, draft, saved)
                    continue
                self._based_on[order_id] = saved.mark
                if self._unsaved.get(order_id) is draft:
                    del self._unsaved[order_id]
                    self._drop_kept(order_id)
                self.saved.emit(order_id)

    async def save_over(self, order_id: int, draft: ShipmentDraft) -> None:
        """Save a draft in place of another station's, because a person says so; it is packed here from then on."""
        async with self.lock:
            await claims.take_over(self._ctx, order_id)
            saved = await orders.save_draft(self._ctx, order_id, draft)
            self._based_on[order_id] = saved.mark
            self.undecided.discard(order_id)
            self._drop_kept(order_id)
        self.saved.emit(order_id)

    def _on_not_saved(self, order_id: int, draft: ShipmentDraft, saved: SavedDraft) -> None:
        """Try no more until the draft changes, and keep what another station does not know of."""
        if self._unsaved.get(order_id) is draft:
            del self._unsaved[order_id]
        is_kept = self._kept is not None and (not saved.is_packing or self._kept.has(order_id))
        if is_kept:
            self._keep(order_id, draft)
            self.undecided.add(order_id)
        self.not_saved.emit(NotSaved(order_id, draft, saved.kept_of, saved.is_packing, is_kept))

    def _keep_all(self) -> None:
        for order_id, draft in self._unsaved.items():
            self._keep(order_id, draft)

    def _keep(self, order_id: int, draft: ShipmentDraft) -> None:
        if self._kept is None:
            return
        try:
            kept = KeptDraft(draft=draft, based_on=self._based_on.get(order_id, ""))
            self._kept.keep(order_id, kept.model_dump_json())
        except OSError:
            _log.warning("A draft could not be kept on this station", exc_info=True)

    def _drop_kept(self, order_id: int) -> None:
        if self._kept is not None and order_id not in self.undecided:
            try:
                self._kept.drop(order_id)
            except OSError:
                _log.warning("A kept draft could not be removed", exc_info=True)


async def store_kept(ctx: Context, kept: KeptDrafts) -> tuple[set[int], list[NotSaved]]:
    """Store the drafts that an earlier run kept on this station, but for what has shipped; return their orders' ids.

    Those of orders that another station has packed on since stay where they are, and are returned too.
    """
    stored, refused = set[int](), list[NotSaved]()
    for order_id, body in (await asyncio.to_thread(kept.every)).items():
        try:
            found = _read(body)
            sheet = await orders.sheet(ctx, order_id)
        except (ValueError, LookupError):
            _log.info("The kept draft of order %d is of no use any more", order_id)
        else:
            if sheet.order.left:
                saved = await orders.save_draft(ctx, order_id, found.draft, found.based_on)
                if saved.kept_of:
                    refused.append(NotSaved(order_id, found.draft, saved.kept_of, saved.is_packing, True))
                    continue
                stored.add(order_id)
        await asyncio.to_thread(kept.drop, order_id)
    return stored, refused


def _read(body: str) -> KeptDraft:
    try:
        return KeptDraft.model_validate_json(body)
    except ValueError:
        # A draft alone: what it was made from is not known.
        return KeptDraft(draft=ShipmentDraft.model_validate_json(body))


def single_shot(parent: QObject, after_ms: int, then: Callable[[], None]) -> QTimer:
    """Return a timer that ends once each time it is started."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(then)
    return timer
