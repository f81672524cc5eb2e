"""Connects the order list, claims, quick look, and the reopening of an order with the rest of the window."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, scan
from shipconsole.ui.kit.claim_note import TAKE_OVER_KEY, ClaimNote
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.window.focus_keeper import FocusKeeper

if TYPE_CHECKING:
    from shipconsole.ui.window.main_window import MainWindow

__all__ = ["TAKE_OVER_KEY", "ListActions"]


class ListActions(QObject):
    """What the list's orders need of the window."""

    def __init__(self, window: "MainWindow", ctx: Context, tasks: Tasks) -> None:
        """Connect them; the window has its panels."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        parts = (window.editor.items_pane, window.editor.packages_pane)
        self._focus = FocusKeeper(window, parts, ctx, tasks)
        orders = window.order_list
        orders.start(ctx, tasks)
        orders.look_requested.connect(self.look)
        assert orders.actions_on_orders is not None
        orders.actions_on_orders.look_requested.connect(self.look)
        orders.actions_on_orders.create_requested.connect(self.create)
        self.claim: ClaimNote = window.editor.claim_note
        self.claim.take_over_requested.connect(self._take_over)
        window.menus.connect_action("take_over", self.claim.take_over)
        window.menus.connect_action("quick_look", lambda: self.look(0))

    def look(self, order_id: int) -> None:
        """Show an order beside the open one; without an id ask for its number."""
        from shipconsole.ui.dialogs.quick_look import QuickLookDialog

        window = self._window
        dialog = QuickLookDialog(window, self._ctx, self._tasks, window.theme, order_id)
        dialog.order_chosen.connect(window.open_order)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def create(self, order_ids: Sequence[int]) -> None:
        """Create orders in a connection that does not have them."""
        from shipconsole.ui.dialogs.bulk.dialog import CreateOrdersDialog

        window = self._window
        dialog = CreateOrdersDialog(window, self._ctx, self._tasks, window.theme, only=order_ids)
        dialog.order_chosen.connect(window.open_order)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    async def reopen_order(self) -> None:
        """Open the order that was open when the program was killed, with the cursor where it was.

        Nothing happens where another order is open by now.
        """
        window = self._window
        order_id = await scan.last_open_order(self._ctx)
        if order_id is None or window.editor.order_id is not None or window.scans.is_working:
            return
        focus = await scan.last_focus(self._ctx)
        window.open_order(order_id)
        window.top_bar.scan_field.focus()
        await window.editor.ready()
        if window.editor.order_id == order_id and window.focusWidget() is window.top_bar.scan_field:
            self._put_focus_back(focus)

    def _put_focus_back(self, focus: str) -> None:
        window = self._window
        # The packages may be folded: the field is shown once they lie over the items.
        if not focus or self._focus.put_back(focus) or not window.columns.open_sheet("packages"):
            return
        if not self._focus.put_back(focus):
            window.columns.close_sheets()
            window.top_bar.scan_field.focus()

    def _take_over(self) -> None:
        order_id = self._window.editor.order_id
        if order_id is not None:
            self._tasks.spawn("take an order over", self._take_over_open(order_id))

    async def _take_over_open(self, order_id: int) -> None:
        await claims.take_over(self._ctx, order_id)
        self._window.editor.taken_over(order_id)
