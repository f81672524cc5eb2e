"""The preview of the updates that shipping the draft would send, and of their requests."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders.labels import OtherOrder, other_orders
from shipconsole.operations.shipping import ship
from shipconsole.operations.shipping.plan import PlannedUpdate
from shipconsole.ui.kit.preview import PreviewDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.drafts import single_shot
from shipconsole.ui.order_editor.open_order import OrderState

PREVIEW_AFTER_MS = 80


class UpdatePreview(QObject):
    """Keeps `planned` and `refused` of an order's state up to date.

    Signals: requests_refused(problems) where the requests can't be shown; gone() where the order is part of another.
    """

    requests_refused = Signal(object)
    gone = Signal()

    def __init__(
        self,
        window: QWidget,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        state: OrderState,
        draft: Callable[[], tuple[int, ShipmentDraft] | None],
    ) -> None:
        """Preview what `draft` returns: the order id and the draft; None while nothing can ship."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._state = state
        self._draft = draft
        self._reread_order_id: int | None = None
        """The order that was read from its platforms once more since it was opened."""
        self._generation = 0
        """Grows with every change of the draft; a preview of an earlier draft is dropped."""
        self._timer = single_shot(self, PREVIEW_AFTER_MS, self._on_due)

    def clear(self) -> None:
        """Drop the preview: the draft changed."""
        self._generation += 1
        self._state.planned = ()
        self._state.refused = ()
        self._state.other_orders = ()

    def begin_order(self) -> None:
        """Drop the preview, and read the next order once more before its first preview."""
        self.clear()
        self.pause()
        self._reread_order_id = None

    def schedule(self) -> None:
        """Preview after a short while."""
        self._timer.start()

    def pause(self) -> None:
        """Cancel the scheduled preview."""
        self._timer.stop()

    def show_requests(self, order_id: int, draft: ShipmentDraft) -> None:
        """Open the dialog with each request as it would be sent."""
        self._tasks.spawn("show the requests", self._show_requests(order_id, draft))

    def _on_due(self) -> None:
        current = self._draft()
        if current is not None:
            self._tasks.spawn("preview", self._preview(*current, self._generation))

    async def _preview(self, order_id: int, draft: ShipmentDraft, generation: int) -> None:
        planned: tuple[PlannedUpdate, ...] = ()
        refused: tuple[Problem, ...] = ()
        others: tuple[OtherOrder, ...] = ()
        try:
            planned = await ship.preview(self._ctx, order_id, draft)
        except ValidationFailed as failed:
            refused, others = failed.problems, other_orders(failed, order_id)
        except LookupError:
            # The order became part of another one, which the next refresh opens.
            return
        if generation == self._generation:
            self._state.planned = planned
            self._state.refused = refused
            self._state.other_orders = others
        if planned and self._reread_order_id != order_id:
            self._reread_order_id = order_id
            if await ship.refresh_before_shipping(self._ctx, order_id):
                self.schedule()

    async def _show_requests(self, order_id: int, draft: ShipmentDraft) -> None:
        try:
            planned = await ship.preview(self._ctx, order_id, draft)
        except ValidationFailed as refused:
            self.requests_refused.emit(refused.problems)
            return
        except LookupError:
            self.gone.emit()
            return
        dialog = PreviewDialog(self._window, self._theme, planned)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
