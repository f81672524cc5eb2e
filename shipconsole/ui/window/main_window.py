"""The main window: it arranges the panels, and connects the signals of one with the others.

It is shown before anything heavy is loaded, with the order list in it; `start` adds the rest.
"""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from shipconsole.domain.change_feed import Changes
from shipconsole.messages import text
from shipconsole.operations.orders.order_list import FirstPage, Store
from shipconsole.station.profile import Profile
from shipconsole.station.resources import resource
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.window import window_state
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.columns import Columns
from shipconsole.ui.window.feed import ChangeFeed
from shipconsole.ui.window.scan_input import ScanInput
from shipconsole.ui.window.top_bar import PROGRAM, TopBar

if TYPE_CHECKING:
    from shipconsole.domain.scanning_state import Step
    from shipconsole.operations.context import Context
    from shipconsole.operations.orders.orders import OrderSheet
    from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.window.banner import Banner
    from shipconsole.ui.window.menu import Menus

EDITOR_ACTIONS = ("ship", "new_package", "all_left", "preview", "undo", "all_fields", "next_order", "packing_slip")
"""Actions that wait for the scans before them; each is a method of the order editor."""


class MainWindow(QMainWindow):
    """Orders at the left, the open order in the middle, tracking and activity at the right.

    What is not seen at the first paint is made after it. Signal: painted(), once, when that is done.
    """

    painted = Signal()

    def __init__(
        self,
        store: Store,
        theme: Theme,
        settings: Settings,
        *,
        demo: bool = False,
        profile: Profile | None = None,
    ) -> None:
        """Show the order list; in a demo every platform is simulated. The default profile is the store's folder."""
        super().__init__()
        self.theme = theme
        self.profile = profile or Profile(store.file.parent)
        self.ctx: Context | None = None
        """None until `start`, and `tasks` too."""
        self.tasks: Tasks | None = None
        self.is_painted = False
        self.closes_without_question = False
        self._settings = settings
        self._early_order_id: int | None = None
        self.setWindowTitle(text("program.title_demo") if demo else PROGRAM)
        self.feed = ChangeFeed(store, self)
        self.order_list = OrderListPanel(store, theme)
        self.top_bar = TopBar(theme, settings.station_name, demo=demo)
        self.columns = Columns(self.order_list, theme)
        self.scan_input = ScanInput(self, self.top_bar.scan_field)
        central = QWidget()
        self._rows = QVBoxLayout(central)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addWidget(self.top_bar)
        self._rows.addWidget(self.columns, 1)
        self.setCentralWidget(central)
        self._connect()
        window_state.restore(self, settings.window_state)
        self.top_bar.scan_field.setFocus()

    @cached_property
    def banner(self) -> "Banner":
        """The banner above the panels, made when it is first needed."""
        from shipconsole.ui.window.banner import Banner

        made = Banner(self.theme)
        self._rows.insertWidget(1, made)
        return made

    @cached_property
    def menus(self) -> "Menus":
        """The window's actions and menus."""
        from shipconsole.ui.window.menu import Menus

        return Menus(self, self.theme, self._settings, self.profile)

    @cached_property
    def receiver(self) -> "ReceiverState":
        """Whether webhook events are received, which the menu shows too."""
        from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState

        made = ReceiverState(self)
        made.changed.connect(lambda: self.menus.show_receiver(made.reason or made.message))
        return made

    def start(self, ctx: "Context", tasks: "Tasks") -> None:
        """Add what needs more than the store: editing, scanning, shipping, syncing."""
        from PySide6.QtGui import QIcon

        from shipconsole.ui.activity.panel import ActivityPanel
        from shipconsole.ui.order_editor.panel import OrderEditorPanel
        from shipconsole.ui.tracking.panel import TrackingPanel
        from shipconsole.ui.window.banner_messages import BannerMessages
        from shipconsole.ui.window.closing import ClosingQuestion
        from shipconsole.ui.window.scanner import ScanProcessor
        from shipconsole.ui.window.status import Status
        from shipconsole.ui.window.sync import OrderSync
        from shipconsole.ui.window.verdict_answers import VerdictAnswers

        self.ctx, self.tasks = ctx, tasks
        self.menus.make_actions()
        self.theme.load_rest()
        self.setWindowIcon(QIcon(str(resource("icons/shipconsole.svg"))))
        self.editor = OrderEditorPanel(ctx, tasks, self.theme)
        self.tracking = TrackingPanel(self.theme)
        self.activity = ActivityPanel(ctx, tasks, self.theme)
        self.columns.set_panels(order=self.editor, tracking=self.tracking, activity=self.activity)
        prefix = self._settings.command_prefix
        self.scans = ScanProcessor(ctx, tasks, self.editor, prefix)
        answers = VerdictAnswers(
            self,
            ctx,
            self.theme,
            banner=self.banner,
            field=self.top_bar.scan_field,
            editor=self.editor,
            scans=self.scans,
            prefix=prefix,
        )
        self._messages = BannerMessages(self.banner, self.editor, tasks)
        self._closing = ClosingQuestion(self, ctx, tasks, self.theme, self.editor, self.close_now)
        self._sync = OrderSync(ctx, tasks, self.order_list)
        self._status = Status(ctx, tasks, self.top_bar, self.order_list, self.scans)
        self._connect_panels()
        self.activity.refresh()
        self.activity.refresh_stores()
        self._status.refresh_updates()
        self._status.refresh_connections()
        if self._early_order_id is not None:
            self.editor.open_order(self._early_order_id)
        else:
            tasks.spawn("reopen the order", self._reopen_order(ctx))
        self.scan_input.start(self.scans, answers)

    def _connect(self) -> None:
        bar, orders = self.top_bar, self.order_list
        bar.menu_requested.connect(lambda: self.menus.show_menu())
        bar.needs_attention_requested.connect(lambda: orders.show_view("needs_attention"))
        bar.late_requested.connect(lambda: orders.show_view("late"))
        bar.forward_requested.connect(lambda: self.menus.open_forward_review())
        orders.order_chosen.connect(self.open_order)
        orders.refresh_requested.connect(self.sync_orders)
        orders.first_page_loaded.connect(self._on_first_page)
        orders.counts_loaded.connect(lambda counts: bar.show_counts(needs_attention=counts.needs_attention))
        orders.issues_counted.connect(bar.show_late)
        orders.failed.connect(self._show_store_failure)
        self.feed.changed.connect(self._on_changed)
        self.feed.failed.connect(self._show_store_failure)

    def _connect_panels(self) -> None:
        self.editor.sheet_changed.connect(self._on_sheet_changed)
        self.editor.shipped.connect(lambda _shipment_id: self.top_bar.scan_field.focus())
        self.editor.store_failed.connect(self._show_store_failure)
        self.editor.menu_requested.connect(self.menus.show_order_menu)
        self.editor.entry_requested.connect(self.menus.open)
        self.activity.order_chosen.connect(self.open_order)
        self.scans.stepped.connect(self._on_stepped)
        self.scans.badge.connect(self.set_packer)
        self.scans.stopped.connect(lambda: self._messages.note(text("scan_field.stopped")))
        self._sync.problem.connect(self.banner.show_message)
        self._sync.settled.connect(self.banner.settle)
        self.order_list.sync_cancelled.connect(self._sync.cancel)
        for name in EDITOR_ACTIONS:
            act = partial(self.scans.after_scans, getattr(self.editor, name))
            self.menus.connect_action(name, act)
        self.menus.connect_action("keep_label", self.scans.ask_to_keep)

    async def _reopen_order(self, ctx: "Context") -> None:
        """Open the order that was open when the program was killed, unless another is open by now."""
        from shipconsole.operations.orders import scan

        order_id = await scan.last_open_order(ctx)
        if order_id is not None and self.editor.order_id is None and not self.scans.is_working:
            self.open_order(order_id)
            self.top_bar.scan_field.focus()

    def open_order(self, order_id: int) -> None:
        """Open an order in the middle."""
        self.order_list.mark(order_id)
        self.columns.show_panel("order")
        if self.ctx is None:
            self._early_order_id = order_id
        else:
            self.editor.open_order(order_id)

    def sync_orders(self) -> None:
        """Sync the orders of all connections."""
        if self.ctx is not None:
            self._sync.start()

    def set_packer(self, name: str) -> None:
        """Record that another person packs from now on."""
        if self.ctx is not None:
            self.ctx.current_packer.operator = name
            self.top_bar.show_operator(name)
            self._messages.clear_note()

    def show_database_away(self, is_away: bool) -> None:
        """Show among the verdicts whether the database can be written."""
        if self.ctx is not None:
            from shipconsole.domain.scanning_events import DatabaseAway

            self.scans.handle(DatabaseAway(is_away))

    def close_now(self) -> None:
        """Close without a question: the session ends, or a person has answered."""
        self.closes_without_question = True
        self.close()

    def begin_closing(self) -> bool:
        """Check for unfinished work before closing; False where the window may close at once."""
        if self.ctx is None or self.closes_without_question:
            return False
        self._closing.ask()
        return True

    async def shutdown(self) -> None:
        """Save all input and stop listening, as the program is about to end."""
        import asyncio

        self.feed.stop()
        if self.tasks is not None:
            self._sync.cancel()
            # As tasks, their failures are reported and logged like any other, and the rest is done all the same.
            await asyncio.wait([self.tasks.spawn("save the draft", self.editor.shutdown())])
            await asyncio.wait([self.tasks.spawn("forget the open order", self.scans.shutdown())])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make the rest once the window is on the screen."""
        super().paintEvent(event)
        if not self.is_painted:
            self.is_painted = True
            # The event comes before the panels are painted; the timer runs out when all of that is over.
            QTimer.singleShot(0, self._on_painted)

    def _on_painted(self) -> None:
        self.menus.make_actions()
        self.scan_input.watch_keys()
        self.painted.emit()

    def _on_stepped(self, step: "Step") -> None:
        if not step.is_repeated:
            self._messages.clear_note()
        if self.scans.verdict.waits or step.effects:
            self.columns.show_panel("order")

    def _on_sheet_changed(self, sheet: "OrderSheet") -> None:
        self.tracking.show_sheet(sheet)
        self.order_list.mark(sheet.order.id)
        packages = sheet.draft.packages if sheet.draft is not None else ()
        self.order_list.show_packing(sheet.order.id, sum(sum(package.quantities.values()) for package in packages))

    def _show_store_failure(self, message: str) -> None:
        self.banner.show_message(
            BannerMessage(message or text("program.failed"), text("banner.not_saved"), topic="store")
        )

    def _on_first_page(self, first: FirstPage) -> None:
        self.top_bar.show_connections(first.connections)
        self.feed.start(first.cursor)

    def _on_changed(self, changes: Changes) -> None:
        self.order_list.apply_changes(changes)
        if self.ctx is None:
            return
        kinds = {change.kind for change in changes.changes}
        if changes.too_many or kinds & {"call", "order"}:
            self.editor.refresh()
            self._status.refresh_updates()
        if changes.too_many or kinds & {"call", "order", "notice"}:
            self.activity.refresh()
        if changes.too_many or "store" in kinds:
            self.activity.refresh_stores()
        if changes.too_many or "connection" in kinds:
            self._status.refresh_connections()
