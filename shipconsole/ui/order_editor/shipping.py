"""The shipping of the open order's draft, and the undo of its last shipment."""

from collections.abc import Awaitable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.draft import KeptBack, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.domain.scanning_events import NotByItself, OrderShipped
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.labels import LabelsNotAccepted, other_orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.box import BoxPart, ship_box
from shipconsole.operations.shipping.by_itself import CountingDown, count_down, ship_by_itself
from shipconsole.operations.shipping.ship import Shipped, ship
from shipconsole.operations.shipping.undo import can_be_undone, notification_status, undo_shipment
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_editor.drafts import DraftSaver
from shipconsole.ui.order_editor.open_order import OpenOrder, OrderState
from shipconsole.ui.order_editor.preview import UpdatePreview


class _Outcome(NamedTuple):
    """What became of an attempt to ship: a shipment, with the countdown of one by itself; or why it waits."""

    shipped: Shipped | None
    window_s: float = 0
    reason: Message | None = None


class Shipping(QObject):
    """Saves a shipment, or undoes one, while the packer continues.

    Signals: shipped(shipment id); stored(sheet, OrderShipped) of the open order after it shipped;
    happened(NotByItself); refused(text) for an undo that is too late; problems_found(problems) that prevent a shipment;
    label_needs_decision(package, number, issues); undo_failed(problems); store_failed(text).
    """

    shipped = Signal(int)
    stored = Signal(object, object)
    happened = Signal(object)
    refused = Signal(str)
    problems_found = Signal(object)
    label_needs_decision = Signal(int, str, object)
    undo_failed = Signal(object)
    store_failed = Signal(str)

    def __init__(
        self,
        parent: QObject,
        ctx: Context,
        tasks: Tasks,
        state: OrderState,
        order: OpenOrder,
        drafts: DraftSaver,
        preview: UpdatePreview,
    ) -> None:
        """Ship the open order."""
        super().__init__(parent)
        self._ctx = ctx
        self._tasks = tasks
        self._state = state
        self._order = order
        self._drafts = drafts
        self._preview = preview
        self._counting: dict[int, int] = {}
        """The shipments whose countdown runs, by order id."""

    def ship(self, session: PackingSession, others: Sequence[BoxPart] = (), reason: str = "") -> bool:
        """Start to save a shipment of what is packed; return False where problems prevent it.

        With parts of other orders, the only package is a box of several orders; `reason` is why, if recipients differ.
        """
        if problems := session.problems():
            self.problems_found.emit(problems)
            return False
        draft = session.draft.snapshot()
        self._begin()
        store = self._store(session.order.id, draft, others, reason)
        self._tasks.spawn("ship", self._ship(session.order.id, draft, store, is_box=bool(others)))
        return True

    def ship_by_itself(self, session: PackingSession, *, has_open_verdict: bool) -> None:
        """Start to save a shipment that no one commanded, or to say why it waits for a command."""
        order, draft = session.order, session.draft.snapshot()
        self._begin()
        store = self._store_by_itself(order, draft, has_open_verdict=has_open_verdict)
        self._tasks.spawn("ship", self._ship(order.id, draft, store))

    def is_counting_down(self, order_id: int | None) -> bool:
        """Return whether the countdown of an order's shipment runs."""
        return order_id in self._counting

    async def stop_countdown(self, order_id: int) -> bool:
        """Undo a shipment that no one commanded, so that a person ships it; False if its countdown is over."""
        shipment_id = self._counting.get(order_id)
        if shipment_id is None:
            return False
        self._begin()
        try:
            await self._take_back(order_id, shipment_id, KeptBack.STOPPED)
        except ValidationFailed:
            # It was released in the same moment, or undone by a key.
            return False
        return True

    def undo(self) -> bool:
        """Start to undo the last shipment; return False where there is none or it is too late."""
        sheet = self._state.sheet
        if sheet is None or not sheet.shipments:
            self.refused.emit(text("order_editor.nothing_to_undo"))
            return False
        last = sheet.shipments[-1]
        notified, maybe_notified, not_notified = notification_status(last, sheet.calls)
        # An update that was tried and never left can be undone as well; the store decides that.
        if not can_be_undone(last, sheet.calls) and (notified or maybe_notified):
            self.refused.emit(_too_late(notified, maybe_notified, not_notified))
            return False
        self._begin()
        self._tasks.spawn("undo a shipment", self._undo(sheet.order.id, last.id))
        return True

    def _begin(self) -> None:
        self._state.refused = ()
        self._drafts.pause()
        self._preview.pause()
        self._order.begin_saving()

    async def _store(self, order_id: int, draft: ShipmentDraft, others: Sequence[BoxPart], reason: str) -> _Outcome:
        if not others:
            return _Outcome(await ship(self._ctx, order_id, draft))
        package = next(package for package in draft.packages if package.units)
        own = BoxPart(order_id, package.quantities, was_typed=True)
        return _Outcome((await ship_box(self._ctx, (own, *others), package, reason)).shipped[0])

    async def _store_by_itself(self, order: Order, draft: ShipmentDraft, *, has_open_verdict: bool) -> _Outcome:
        done = await ship_by_itself(self._ctx, order.id, draft, seen=order, has_open_verdict=has_open_verdict)
        if isinstance(done, CountingDown):
            return _Outcome(done.shipped, done.window_s)
        return _Outcome(None, reason=done)

    async def _count_down(self, order_id: int, shipment_id: int, window_s: float) -> None:
        try:
            await count_down(self._ctx, shipment_id, window_s)
        finally:
            if self._counting.get(order_id) == shipment_id:
                del self._counting[order_id]

    async def _ship(
        self, order_id: int, draft: ShipmentDraft, store: Awaitable[_Outcome], *, is_box: bool = False
    ) -> None:
        try:
            async with self._drafts.lock:
                done = await store
                if done.shipped is None:
                    self._end(order_id)
                    self._report_waiting(order_id, done.reason)
                    return
                self._drafts.forget(order_id)
            if done.window_s:
                shipment_id = self._counting[order_id] = done.shipped.shipment_id
                self._tasks.spawn("count down", self._count_down(order_id, shipment_id, done.window_s))
            sheet = await orders.sheet(self._ctx, order_id)
        except LabelsNotAccepted as refused:
            self._end(order_id)
            if order_id == self._order.order_id and (0 in refused.issues or not is_box):
                self._report_labels(draft, refused)
            elif order_id == self._order.order_id:
                self.problems_found.emit(refused.problems)
        except ValidationFailed as refused:
            self._end(order_id)
            if order_id == self._order.order_id:
                self.problems_found.emit(refused.problems)
        except LookupError:
            self._end(order_id)
            self._order.follow(order_id)
        except EnvironmentFailure as failure:
            self._end(order_id)
            self.store_failed.emit(str(failure.message))
        except BaseException:
            self._end(order_id)
            raise
        else:
            self._order.saving.discard(order_id)
            if order_id == self._order.order_id:
                self._show_shipped(sheet, draft, by_itself=done.window_s > 0)
            self._end(order_id)
            self.shipped.emit(done.shipped.shipment_id)

    def _report_waiting(self, order_id: int, reason: Message | None) -> None:
        if order_id == self._order.order_id and reason is not None:
            self._preview.schedule()
            self.happened.emit(NotByItself(order_id, reason))

    def _show_shipped(self, sheet: OrderSheet, draft: ShipmentDraft, *, by_itself: bool) -> None:
        packages = sum(len(shipment.packages) for shipment in sheet.shipments)
        names = tuple(connection.name for connection in sheet.targets)
        self.stored.emit(sheet, OrderShipped(sheet.order.id, packages, draft.units, names, by_itself))

    def _report_labels(self, draft: ShipmentDraft, refused: LabelsNotAccepted) -> None:
        self._state.refused = refused.problems
        if self._order.order_id is not None:
            self._state.other_orders = other_orders(refused, self._order.order_id)
        for package, issues in refused.issues.items():
            self.label_needs_decision.emit(package, draft.packages[package].tracking_number, issues)

    async def _undo(self, order_id: int, shipment_id: int) -> None:
        try:
            await self._take_back(order_id, shipment_id, KeptBack.UNDONE)
        except ValidationFailed as refused:
            self.undo_failed.emit(refused.problems)
            self._order.refresh()

    async def _take_back(self, order_id: int, shipment_id: int, kept_back: KeptBack) -> None:
        """Undo a shipment; until its draft is read, nothing is packed that would be saved in place of it."""
        try:
            await self._drafts.save_all()
            await undo_shipment(self._ctx, order_id, shipment_id, kept_back=kept_back)
        except BaseException:
            self._end(order_id)
            raise
        self._counting.pop(order_id, None)
        if order_id == self._order.order_id:
            self._preview.clear()
            self._order.reload()
        self._end(order_id)

    def _end(self, order_id: int) -> None:
        self._drafts.resume()
        self._order.end_saving(order_id)


def _too_late(notified: Sequence[str], maybe_notified: Sequence[str], not_notified: Sequence[str]) -> str:
    """Return why a shipment can't be undone: which platforms were notified, may have been, and were not."""
    sentences: list[str] = []
    if notified:
        sentences.append(text("undo_refused.notified", platforms=tuple(notified), count=len(notified)))
    if maybe_notified:
        sentences.append(text("undo_refused.perhaps", platforms=tuple(maybe_notified)))
    if not_notified:
        sentences.append(text("undo_refused.not_yet", platforms=tuple(not_notified), count=len(not_notified)))
    return " ".join([*sentences, text("undo_refused.advice")])
