"""A dialog about one order: it follows what becomes of the order while it is open."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from shipconsole.domain.order import Order
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit import strings
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Badge, Theme


class OrderDialog(ContextDialog):
    """A dialog at the desk that shows an order as soon as it was read, and again when it changed."""

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        order_id: int,
        *,
        name: str,
        part: str,
        title: Callable[[str], str],
    ) -> None:
        """Begin without the order; `part` begins the names of number and foot, `title` makes one of a number."""
        super().__init__(parent, ctx, tasks, theme, name=name, said=f"{part}_said")
        self.order_id = order_id
        self._order: Order | None = None
        """None until it was read, and again where it is gone."""
        self._title = title
        self._number = kit.label("", "number")
        self._number.setObjectName(f"{part}_number")
        self._state: Badge | None = None

    def refresh(self) -> None:
        """Look at the store again; what was typed stays as far as it is allowed."""
        # What is being done looks again itself where it did not close the dialog.
        if not self._closed and not self._busy:
            self._tasks.spawn("read the order", self._look_again())

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        """Show it; who shows more of it reads that first. Raises `LookupError` where the order is gone meanwhile."""
        self._show_order(sheet.order)

    async def _look_again(self) -> None:
        try:
            sheet = await orders.sheet(self._ctx, self.order_id)
            if not self._closed:
                await self._show_sheet(sheet)
        except LookupError:
            if not self._closed:
                self._order = None
                self._say(text("order_editor.gone", key=key_name("F5")), "bad")
                self._show_buttons()

    def _show_order(self, order: Order) -> None:
        """Keep the order, and show which it is and how it stands."""
        self._order = order
        self.setWindowTitle(kit.plain(self._title(order.number)))
        self._number.setText(kit.plain(order.number))
        if self._state is not None:
            word, tone = strings.order_state(order.state)
            self._state.setText(word)
            kit.set_tone(self._state, tone)
            self._state.show()

    def _head(self) -> QHBoxLayout:
        """The order's number and how it stands, with room at the right."""
        self._state = kit.badge("", "quiet")
        self._state.hide()
        head = QHBoxLayout()
        head.setSpacing(self._theme.tokens.px(10))
        head.addWidget(self._number)
        head.addWidget(self._state)
        head.addStretch(1)
        return head
