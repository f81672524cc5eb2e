"""Sends many orders to a connection that does not know them: choose, start, and see what becomes of each."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.sending import batches
from shipconsole.operations.vendor_orders import create
from shipconsole.operations.vendor_orders.create import Introduced
from shipconsole.ui.dialogs.bulk.orders_table import OrdersModel, OrdersTable
from shipconsole.ui.dialogs.bulk.progress import Progress, is_over
from shipconsole.ui.dialogs.phrases import fit_find_hint
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.button_row import name_button
from shipconsole.ui.kit.choice import Choice
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (760, 640)
TYPING_PAUSE_MS = 150
LOOK_EVERY_MS = 400
FIND_HINTS = ("bulk.find_hint", "bulk.find_hint_name", "bulk.find_hint_short")


class _Search(QLineEdit):
    """The search field, whose hint fits its width."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint."""
        super().resizeEvent(event)
        fit_find_hint(self, FIND_HINTS)


class CreateOrdersDialog(ContextDialog):
    """A list of orders, then how far they are. Opened with `open()`; closed, what was started goes on.

    Signal: order_chosen(int order id), to be opened.
    """

    order_chosen = Signal(int)

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show the orders as soon as they were read."""
        super().__init__(parent, ctx, tasks, theme, name="send_orders_dialog", said="bulk_said")
        self.setWindowTitle(text("bulk.title"))
        self._reading = 0
        """Counts the readings of the list: only the last one is shown."""
        self._known: tuple[Connection, ...] = ()
        self._followed: tuple[int, ...] = ()
        self._left_out: tuple[tuple[int, str], ...] = ()
        self._sent_to = ""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_PAUSE_MS)
        self._typing.timeout.connect(self.refresh)
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_EVERY_MS)
        self._looking.timeout.connect(self._on_look)
        self._lay_out()
        self._make_keys({ENTER: self.send, "Alt+A": self.orders.toggle_all, "Ctrl+F": self._on_find})
        self._fit(SIZE_PX)
        tasks.spawn("read where orders can be sent", self._read_connections())

    def refresh(self) -> None:
        """Read the list again for the connection and the text that are chosen."""
        if not self._closed and self._connection() is not None:
            self._reading += 1
            self._tasks.spawn("read the orders to send", self._read_orders(self._reading))

    def send(self) -> None:
        """Queue what is chosen and show how it goes."""
        connection, chosen = self._connection(), self.orders.chosen()
        if self._busy or connection is None or self._stack.currentWidget() is not self._choosing:
            return
        if not chosen:
            self._say(text("bulk.none_selected"))
            return
        act = create.introduce(self._ctx, chosen, connection.id)
        self._begin("send the orders", act, partial(self._follow, connection))

    def send_others(self) -> None:
        """Go back to the list; what was started goes on."""
        self._looking.stop()
        self._say("")
        self._stack.setCurrentWidget(self._choosing)
        self._show_buttons()
        self.refresh()
        self.search.setFocus()

    async def _read_connections(self) -> None:
        known = await create.may_introduce(self._ctx)
        if self._closed:
            return
        self._known = known
        for one in known:
            self.connection.addItem(kit.plain(one.name))
        self.connection.currentIndexChanged.connect(self._on_connection_chosen)
        if not known:
            self._say(text("bulk.no_connection"))
        self._show_buttons()
        self.refresh()

    async def _read_orders(self, reading: int) -> None:
        connection, wanted = self._connection(), self.search.text()
        if connection is None:
            return
        rows = await batches.unknown_to(self._ctx, connection.id, wanted)
        if self._closed or reading != self._reading:
            return
        self.orders.show_rows(rows)
        self._count.setText(kit.plain(_found(len(rows), connection.name, narrowed=bool(wanted.strip()))))

    def _follow(self, connection: Connection, introduced: Introduced) -> None:
        self._say(text("bulk.goes_on"))
        self._followed, self._sent_to = introduced.call_ids, connection.name
        self._left_out = tuple((order_id, str(why)) for order_id, why in introduced.skipped)
        self._stack.setCurrentWidget(self._going)
        self._show_buttons()
        self._looking.start()
        self._on_look()

    async def _look_at_them(self) -> None:
        standings = await batches.standing(self._ctx, self._followed)
        if self._closed:
            return
        self.progress.show_standings(self._sent_to, standings, self._left_out)
        if is_over(standings):
            self._looking.stop()
            self._say("")

    def _connection(self) -> Connection | None:
        place = self.connection.currentIndex()
        return self._known[place] if 0 <= place < len(self._known) else None

    def _show_buttons(self) -> None:
        connection, number = self._connection(), len(self.orders.chosen())
        choosing = self._stack.currentWidget() is self._choosing
        if connection is not None and number:
            said = text("bulk.create_count", count=number, connection=connection.name)
        else:
            said = text("bulk.create")
        self.send_button.setVisible(choosing)
        self.send_button.setEnabled(choosing and number > 0 and not self._busy)
        name_button(self.send_button, said)
        self.others_button.setVisible(not choosing)

    def _on_connection_chosen(self, _: int) -> None:
        self._say("")
        self.refresh()
        self._show_buttons()

    def _on_typed(self, _: str) -> None:
        self._typing.start()

    def _on_look(self) -> None:
        self._tasks.spawn("look how far the orders are", self._look_at_them())

    def _on_find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_order_chosen(self, order_id: int) -> None:
        self.order_chosen.emit(order_id)
        self.accept()

    def _on_finished(self) -> None:
        super()._on_finished()
        self._looking.stop()
        self._typing.stop()

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        subtitle = kit.label(text("bulk.subtitle"), "secondary")
        subtitle.setWordWrap(True)
        self.connection = Choice()
        self.connection.setObjectName("bulk_connection")
        self.connection.setAccessibleName(text("bulk.connection"))
        self.connection.setMinimumWidth(px(170))
        self.search = _Search()
        self.search.setObjectName("bulk_find")
        self.search.setAccessibleName(text("bulk.find"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_typed)
        bar = QHBoxLayout()
        bar.setSpacing(px(10))
        bar.addWidget(kit.label(text("bulk.connection"), "strong"))
        bar.addWidget(self.connection)
        bar.addWidget(self.search, 1)

        self.orders = OrdersModel()
        self.orders.setParent(self)
        self.orders.chosen_changed.connect(self._show_buttons)
        self.table = OrdersTable(self._theme, self.orders)
        inside = QVBoxLayout()
        inside.setContentsMargins(px(4), px(4), px(4), px(4))
        inside.addWidget(self.table)
        self._count = kit.label("", "secondary")
        self._count.setObjectName("bulk_count")
        every = kit.button(text("bulk.all_or_none"), "quiet", "Alt+A")
        every.setObjectName("bulk_all")
        every.setAutoDefault(False)
        every.clicked.connect(self.orders.toggle_all)
        below = QHBoxLayout()
        below.addWidget(self._count, 1)
        below.addWidget(every)
        self._choosing = QWidget()
        choosing = QVBoxLayout(self._choosing)
        choosing.setContentsMargins(0, 0, 0, 0)
        choosing.setSpacing(px(8))
        choosing.addWidget(subtitle)
        choosing.addLayout(bar)
        choosing.addWidget(kit.card(inside), 1)
        choosing.addLayout(below)

        self.progress = Progress(self._theme)
        self.progress.order_chosen.connect(self._on_order_chosen)
        self._going = self.progress
        self._stack = QStackedLayout()
        self._stack.addWidget(self._choosing)
        self._stack.addWidget(self._going)

        whole = self._column()
        whole.addLayout(self._stack, 1)
        whole.addLayout(self._button_row)
        self.others_button = self._button_row.add("send_others", text("bulk.more"), self.send_others)
        self.send_button = self._button_row.add("send_orders", "", self.send, ENTER, kind="primary")
        self._show_buttons()


def _found(count: int, connection: str, *, narrowed: bool) -> str:
    """Return how many orders the connection does not have, of all orders or of those that were searched for."""
    if narrowed:
        return text("bulk.found", count=count)
    return (
        text("bulk.missing", count=count, connection=connection)
        if count
        else text("bulk.all_exist", connection=connection)
    )
