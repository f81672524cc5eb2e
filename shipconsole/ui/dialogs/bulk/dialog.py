"""The dialog that creates many orders in a connection: choose them, start, and follow the progress of each."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.sending import batches
from shipconsole.operations.vendor_orders import create
from shipconsole.operations.vendor_orders.create import QueuedCreations
from shipconsole.ui.dialogs.bulk.orders_table import OrdersModel, OrdersTable
from shipconsole.ui.dialogs.bulk.progress import Progress, has_ended
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, ContextDialog, name_button
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.layout import action, column, row, wrapped
from shipconsole.ui.kit.search_field import SearchField
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (760, 640)
FIND_AFTER_MS = 150
CHECK_EVERY_MS = 400
FIND_HINTS = ("bulk.find_hint", "bulk.find_hint_name", "bulk.find_hint_short")


class CreateOrdersDialog(ContextDialog):
    """A list of orders, then their progress. Opened with `open()`; work goes on after it is closed.

    Signal: order_chosen(int order id), to be opened.
    """

    order_chosen = Signal(int)

    def __init__(
        self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, *, only: Sequence[int] = ()
    ) -> None:
        """Show the orders once they have been read; `only` these, if any are given."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="create_orders_dialog",
            message_name="bulk_message",
            title=text("bulk.title"),
        )
        self._only = frozenset(only)
        self._reads = 0
        """Counts the reads of the list: only the result of the last one is shown."""
        self._connections: tuple[Connection, ...] = ()
        self._followed: tuple[int, ...] = ()
        self._skipped: tuple[tuple[int, str], ...] = ()
        self._target = ""
        self._find_timer = QTimer(self)
        self._find_timer.setSingleShot(True)
        self._find_timer.setInterval(FIND_AFTER_MS)
        self._find_timer.timeout.connect(self.refresh)
        self._check_timer = QTimer(self)
        self._check_timer.setInterval(CHECK_EVERY_MS)
        self._check_timer.timeout.connect(self._on_check_due)
        self._lay_out()
        self._make_keys({ENTER: self.send, "Alt+A": self.orders.toggle_all})
        self._fit(SIZE_PX)
        tasks.spawn("read where orders can be created", self._read_connections())

    def refresh(self) -> None:
        """Read the list again for the chosen connection and text."""
        if not self._closed and self._connection() is not None:
            self._reads += 1
            self._tasks.spawn("read the orders to create", self._read_orders(self._reads))

    def send(self) -> None:
        """Queue the selected orders and show their progress."""
        connection, chosen = self._connection(), self.orders.chosen()
        if self._busy or connection is None or self._stack.currentWidget() is not self._list_page:
            return
        if not chosen:
            self._show_message(text("bulk.none_selected"))
            return
        work = create.queue_creations(self._ctx, chosen, connection.id)
        self._begin("create orders", work, partial(self._follow, connection))

    def send_others(self) -> None:
        """Go back to the list; the orders that were queued are still sent."""
        self._check_timer.stop()
        self._show_message("")
        self._stack.setCurrentWidget(self._list_page)
        self._show_buttons()
        self.refresh()
        self.search.setFocus()

    async def _read_connections(self) -> None:
        connections = await create.accepting_connections(self._ctx)
        if self._closed:
            return
        self._connections = connections
        self.connection.addItems([plain(connection.name) for connection in connections])
        self.connection.currentIndexChanged.connect(self._on_connection_chosen)
        if not connections:
            self._show_message(text("bulk.no_connection"))
        self._show_buttons()
        self.refresh()

    async def _read_orders(self, read: int) -> None:
        connection, find = self._connection(), self.search.text()
        if connection is None:
            return
        rows = await batches.orders_missing_in(self._ctx, connection.id, find, self._only)
        if self._closed or read != self._reads:
            return
        self.orders.show_rows(rows)
        self._count.setText(plain(_found(len(rows), connection.name, is_search=bool(find.strip()))))

    def _follow(self, connection: Connection, introduced: QueuedCreations) -> None:
        self._show_message(text("bulk.goes_on"))
        self._followed, self._target = introduced.call_ids, connection.name
        self._skipped = tuple((order_id, str(reason)) for order_id, reason in introduced.skipped)
        self._stack.setCurrentWidget(self.progress)
        self._show_buttons()
        self._check_timer.start()
        self._on_check_due()

    async def _show_progress(self) -> None:
        standings = await batches.states_of(self._ctx, self._followed)
        if self._closed:
            return
        self.progress.show_standings(self._target, standings, self._skipped)
        if has_ended(standings):
            self._check_timer.stop()
            self._show_message("")

    def _connection(self) -> Connection | None:
        position = self.connection.currentIndex()
        return self._connections[position] if 0 <= position < len(self._connections) else None

    def _show_buttons(self) -> None:
        connection, count = self._connection(), len(self.orders.chosen())
        is_list = self._stack.currentWidget() is self._list_page
        label = text("bulk.create")
        if connection is not None and count:
            label = text("bulk.create_count", count=count, connection=connection.name)
        self.send_button.setVisible(is_list)
        self.send_button.setEnabled(is_list and count > 0 and not self._busy)
        name_button(self.send_button, label)
        self.others_button.setVisible(not is_list)

    def _on_connection_chosen(self, _: int) -> None:
        self._show_message("")
        self.refresh()
        self._show_buttons()

    def _on_check_due(self) -> None:
        self._tasks.spawn("check the progress of the orders", self._show_progress())

    def _on_order_chosen(self, order_id: int) -> None:
        self.order_chosen.emit(order_id)
        self.accept()

    def _on_finished(self) -> None:
        super()._on_finished()
        self._check_timer.stop()
        self._find_timer.stop()

    def _lay_out(self) -> None:
        theme = self._theme
        self.connection = Choice()
        self.connection.setObjectName("bulk_connection")
        self.connection.setAccessibleName(text("bulk.connection"))
        self.connection.setMinimumWidth(theme.tokens.px(170))
        self.search = SearchField("bulk_find", text("bulk.find"), FIND_HINTS)
        self.search.textChanged.connect(self._find_timer.start)
        self.orders = OrdersModel()
        self.orders.setParent(self)
        self.orders.chosen_changed.connect(self._show_buttons)
        self.table = OrdersTable(theme, self.orders)
        self._count = widgets.label("", "secondary")
        self._count.setObjectName("bulk_count")
        toggle_all = action("bulk_all", text("bulk.all_or_none"), self.orders.toggle_all, "quiet", "Alt+A")
        self._list_page = QWidget()
        column(
            theme,
            widgets.label(text("bulk.title"), "number"),
            wrapped(text("bulk.subtitle"), "secondary"),
            row(theme, widgets.label(text("bulk.connection"), "strong"), self.connection, (self.search, 1)),
            (widgets.card(column(theme, self.table, margins=(4, 4, 4, 4))), 1),
            row(theme, (self._count, 1), toggle_all),
            parent=self._list_page,
        )
        self.progress = Progress(theme)
        self.progress.order_chosen.connect(self._on_order_chosen)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._list_page)
        self._stack.addWidget(self.progress)
        main = self._column()
        main.addLayout(self._stack, 1)
        main.addLayout(self._button_row)
        self.others_button = self._button_row.add("send_others", text("bulk.more"), self.send_others)
        self.send_button = self._button_row.add("send_orders", "", self.send, ENTER, kind="primary")
        self._show_buttons()


def _found(count: int, connection: str, *, is_search: bool) -> str:
    """Return how many orders the connection does not have, of all orders or of those that match a search."""
    if count == batches.MISSING_MOST:
        return text("bulk.first", count=count)
    if is_search:
        return text("bulk.found", count=count)
    if count:
        return text("bulk.missing", count=count, connection=connection)
    return text("bulk.all_exist", connection=connection)
