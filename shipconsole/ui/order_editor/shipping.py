"""The shipping of the open order's draft, and the undo of its last shipment."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.domain.scanning_events import OrderShipped
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.labels import LabelsNotAccepted
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.box import BoxPart, ship_box
from shipconsole.operations.shipping.ship import ship
from shipconsole.operations.shipping.undo import can_be_undone, notification_status, undo_shipment
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_editor.drafts import DraftSaver
from shipconsole.ui.order_editor.open_order import OpenOrder, OrderState
from shipconsole.ui.order_editor.preview import UpdatePreview


class Shipping(QObject):
    """Saves a shipment, or undoes one, while the packer continues.

    Signals: shipped(shipment id); sheet_loaded(sheet) of the open order after it shipped; happened(OrderShipped);
    refused(text) for an undo that is too late; problems_found(problems) that prevent a shipment;
    label_needs_decision(package, number, issues); undo_failed(problems); store_failed(text).
    """

    shipped = Signal(int)
    sheet_loaded = Signal(object)
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

    def ship(self, session: PackingSession, others: Sequence[BoxPart] = (), reason: str = "") -> bool:
        """Start to save a shipment of what is packed; return False where problems prevent it.

        With parts of other orders, the only package is a box of several orders; `reason` is why, if recipients differ.
        """
        if problems := session.problems():
            self.problems_found.emit(problems)
            return False
        self._state.refused = ()
        self._drafts.pause()
        self._preview.pause()
        self._order.begin_saving()
        self._tasks.spawn("ship", self._ship(session.order.id, session.draft.snapshot(), others, reason))
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
        self._tasks.spawn("undo a shipment", self._undo(sheet.order.id, last.id))
        return True

    async def _ship(self, order_id: int, draft: ShipmentDraft, others: Sequence[BoxPart], reason: str) -> None:
        try:
            async with self._drafts.lock:
                if others:
                    package = next(package for package in draft.packages if package.units)
                    own = BoxPart(order_id, package.quantities, was_typed=True)
                    done = (await ship_box(self._ctx, (own, *others), package, reason)).shipped[0]
                else:
                    done = await ship(self._ctx, order_id, draft)
                self._drafts.forget(order_id)
            sheet = await orders.sheet(self._ctx, order_id)
        except LabelsNotAccepted as refused:
            self._end(order_id)
            if order_id == self._order.order_id and (0 in refused.issues or not others):
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
                self._show_shipped(sheet, draft)
            self._end(order_id)
            self.shipped.emit(done.shipment_id)

    def _show_shipped(self, sheet: OrderSheet, draft: ShipmentDraft) -> None:
        self._preview.clear()
        self._order.begin(PackingSession.begin(sheet.order))
        packages = sum(len(shipment.packages) for shipment in sheet.shipments)
        names = tuple(connection.name for connection in sheet.targets)
        self.happened.emit(OrderShipped(sheet.order.id, packages, draft.units, names))
        self.sheet_loaded.emit(sheet)

    def _report_labels(self, draft: ShipmentDraft, refused: LabelsNotAccepted) -> None:
        self._state.refused = refused.problems
        for package, issues in refused.issues.items():
            self.label_needs_decision.emit(package, draft.packages[package].tracking_number, issues)

    async def _undo(self, order_id: int, shipment_id: int) -> None:
        await self._drafts.save_all()
        try:
            await undo_shipment(self._ctx, order_id, shipment_id)
        except ValidationFailed as refused:
            self.undo_failed.emit(refused.problems)
            self._order.refresh()
            return
        if order_id == self._order.order_id:
            self._preview.clear()
            self._order.reload()

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
