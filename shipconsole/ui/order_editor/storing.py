"""Stores a shipment, or undoes one, while the packer goes on; what came of it is said by signals."""

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.labels import LabelsNotAccepted
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.shipping.undo import undo_shipment
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.order_editor.draft_keeper import DraftKeeper


class Storing(QObject):
    """Which orders are being stored.

    Signals, each with the order's id first: shipped(sheet, draft, shipment id), ended() after every try,
    refused(problems), doubted(draft, the LabelsNotAccepted), gone() where it is part of another, failed(words)
    without an id, undone(), and not_undone(problems).
    """

    shipped = Signal(int, object, object, int)
    ended = Signal(int)
    refused = Signal(int, object)
    doubted = Signal(int, object, object)
    gone = Signal(int)
    failed = Signal(str)
    undone = Signal(int)
    not_undone = Signal(int, object)

    def __init__(self, parent: QObject, ctx: Context, tasks: Tasks, keeper: DraftKeeper) -> None:
        """Begin with nothing to store."""
        super().__init__(parent)
        self._ctx = ctx
        self._tasks = tasks
        self._keeper = keeper
        self._order_ids: set[int] = set()

    def is_storing(self, order_id: int | None) -> bool:
        """Return whether a shipment of an order is being stored."""
        return order_id in self._order_ids

    def ship(self, order_id: int, draft: ShipmentDraft) -> None:
        """Store a shipment."""
        self._order_ids.add(order_id)
        self._tasks.spawn("ship", self._ship(order_id, draft))

    def undo(self, order_id: int, shipment_id: int) -> None:
        """Undo a shipment; what was typed since stays, behind what was typed for it."""
        self._tasks.spawn("undo a shipment", self._undo(order_id, shipment_id))

    async def _ship(self, order_id: int, draft: ShipmentDraft) -> None:
        try:
            async with self._keeper.storing:
                done = await shipping.ship(self._ctx, order_id, draft)
                self._keeper.forget(order_id)
            sheet = await orders.sheet(self._ctx, order_id)
        except LabelsNotAccepted as refused:
            self._end(order_id)
            self.doubted.emit(order_id, draft, refused)
        except ValidationFailed as refused:
            self._end(order_id)
            self.refused.emit(order_id, refused.problems)
        except LookupError:
            self._end(order_id)
            self.gone.emit(order_id)
        except EnvironmentFailure as trouble:
            self._end(order_id)
            self.failed.emit(str(trouble.message))
        except BaseException:
            self._end(order_id)
            raise
        else:
            self._order_ids.discard(order_id)
            self.shipped.emit(order_id, sheet, draft, done.shipment_id)

    async def _undo(self, order_id: int, shipment_id: int) -> None:
        await self._keeper.keep_all()
        try:
            await undo_shipment(self._ctx, order_id, shipment_id)
        except ValidationFailed as refused:
            self.not_undone.emit(order_id, refused.problems)
            return
        self.undone.emit(order_id)

    def _end(self, order_id: int) -> None:
        self._order_ids.discard(order_id)
        self.ended.emit(order_id)
