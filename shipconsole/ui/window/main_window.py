"""The main window: it arranges the panels, and connects the signals of one with the others.

It is shown before anything heavy is loaded, with the order list in it; `start` adds the rest.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow

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
from shipconsole.ui.window.frame import Frame
from shipconsole.ui.window.order_navigation import OrderNavigation
from shipconsole.ui.window.scan_input import ScanInput
from shipconsole.ui.window.top_bar import PROGRAM, TopBar
from shipconsole.ui.window.verdict_strip import VerdictStrip

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.window.appearance import Appearance
    from shipconsole.ui.window.banner import Banner
    from shipconsole.ui.window.bench_mode import BenchMode
    from shipconsole.ui.window.menu import Menus
    from shipconsole.ui.window.panel_connections import PanelConnections


class MainWindow(QMainWindow):
    """The frame with the orders, the open order's items and packages, tracking and activity.

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
        if profile is None:
            assert store.file is not None, "a database on a server has no folder"
            profile = Profile(store.file.parent)
        self.profile = profile
        self.ctx: Context | None = None
        """None until `start`, and `tasks` too."""
        self.tasks: Tasks | None = None
        self.is_painted, self.is_demo = False, demo
        self.closes_without_question = False
        self._settings = settings
        self._early_order_id: int | None = None
        self._store = store
        self._away: BannerMessage | None = None
        self._panels: PanelConnections | None = None
        self.setWindowTitle(text("program.title_demo") if demo else PROGRAM)
        self.feed = ChangeFeed(store, self)
        self.order_list = OrderListPanel(store, theme)
        self.order_list.status.is_demo = demo
        self.top_bar = TopBar(theme, settings.station_name, demo=demo)
        self.columns = Columns(self.order_list, theme)
        self.scan_input = ScanInput(self, self.top_bar.scan_field)
        self.strip = VerdictStrip(theme)
        self.frame = Frame(theme, self.top_bar, self.strip, self.columns)
        self.setCentralWidget(self.frame)
        self.orders = OrderNavigation(self)
        self._connect()
        window_state.restore(self, settings.window_state)
        self.top_bar.scan_field.setFocus()

    @cached_property
    def banner(self) -> "Banner":
        """The messages laid over the items, made when they are first needed."""
        from shipconsole.ui.window.banner import Banner

        made = Banner(self.theme)
        self.frame.set_overlay(made)
        return made

    @cached_property
    def appearance(self) -> "Appearance":
        """The theme and the text scale, which can be changed at once."""
        from shipconsole.ui.window.appearance import Appearance

        return Appearance(self, self.theme, self.menus.live)

    @cached_property
    def bench_mode(self) -> "BenchMode":
        """Bench mode, on F11."""
        from shipconsole.ui.window.bench_mode import BenchMode

        made = BenchMode(self, self.frame, self.appearance)
        made.changed.connect(self.top_bar.scan_field.focus)
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
        from shipconsole.ui.window.closing import ClosingQuestion
        from shipconsole.ui.window.list_actions import ListActions
        from shipconsole.ui.window.panel_connections import PanelConnections
        from shipconsole.ui.window.scanner import ScanProcessor
        from shipconsole.ui.window.verdict_answers import VerdictAnswers

        self.ctx, self.tasks = ctx, tasks
        self.menus.make_actions()
        self.theme.load_rest()
        self.setWindowIcon(QIcon(str(resource("icons/shipconsole.svg"))))
        self.editor = OrderEditorPanel(ctx, tasks, self.theme)
        self.tracking = TrackingPanel(self.theme)
        self.activity = ActivityPanel(ctx, tasks, self.theme)
        # Of the editor itself nothing is seen; its dialogs belong to the window.
        self.editor.setParent(self)
        self.editor.hide()
        self.editor.packages_requested.connect(lambda: self.columns.toggle("packages"))
        self.columns.bar_shown.connect(self.editor.set_bench)
        self.columns.set_panels(
            order=self.editor.items_pane,
            packages=self.editor.packages_pane,
            footer=self.editor.ship_footer,
            bar=self.editor.package_bar,
            tracking=self.tracking,
            activity=self.activity,
        )
        prefix = self.menus.live.settings.command_prefix
        self.scans = ScanProcessor(ctx, tasks, self.editor, prefix)
        answers = VerdictAnswers(
            self,
            ctx,
            self.theme,
            strip=self.strip,
            field=self.top_bar.scan_field,
            editor=self.editor,
            scans=self.scans,
        )
        answers.locked.connect(self.frame.show_locked)
        answers.locked.connect(self.editor.show_locked)
        self._closing = ClosingQuestion(self, ctx, tasks, self.theme, self.editor, self.close_now, is_demo=self.is_demo)
        if self._store.file is None:
            from shipconsole.station.kept_drafts import KeptDrafts

            self.editor.keep_drafts(KeptDrafts(self.profile.folder, self._store.label))
        self.list_actions = ListActions(self, ctx, tasks)
        self._panels = PanelConnections(self, ctx, tasks)
        self._panels.status.next_try.connect(answers.show_next_try)
        self._panels.begin(self._early_order_id)
        self.scan_input.start(self.scans, answers)

    def _connect(self) -> None:
        bar, orders = self.top_bar, self.order_list
        bar.menu_requested.connect(lambda: self.menus.show_menu())
        bar.needs_attention_requested.connect(lambda: self.orders.show_view("needs_attention"))
        bar.late_requested.connect(lambda: self.orders.show_view("late"))
        bar.forward_requested.connect(lambda: self.menus.open_forward_review())
        bar.connections_requested.connect(lambda: self.menus.open("connections"))
        bar.orders_requested.connect(lambda: self.columns.toggle("orders"))
        bar.bench_left.connect(lambda: self.bench_mode.leave())
        self.strip.action_requested.connect(lambda name: self.menus.trigger(name))
        orders.order_chosen.connect(self.open_order)
        orders.refresh_requested.connect(self.sync_orders)
        orders.first_page_loaded.connect(self._on_first_page)
        orders.counts_loaded.connect(lambda counts: bar.show_counts(needs_attention=counts.needs_attention))
        orders.counts_loaded.connect(lambda counts: bar.show_order_count(counts.to_ship))
        orders.issues_counted.connect(bar.show_late)
        orders.failed.connect(self.show_store_failure)
        self.feed.changed.connect(self._on_changed)
        self.feed.failed.connect(self.show_store_failure)
        self.feed.recovered.connect(self._on_read_again)

    def open_order(self, order_id: int) -> None:
        """Open an order in the middle; while the database is away, the open one stays."""
        if self._away is not None and self.ctx is not None and order_id != self.editor.order_id:
            # Shown again if it was dismissed: it says that no other order can be opened.
            self.banner.show_message(self._away)
            return
        self.order_list.mark(order_id)
        self.columns.show_panel("order")
        if self.ctx is None:
            self._early_order_id = order_id
        else:
            self.editor.open_order(order_id)

    def sync_orders(self) -> None:
        """Sync the orders of all connections."""
        if self._panels is not None:
            self._panels.sync.start()

    def set_packer(self, name: str) -> None:
        """Record that another person packs from now on."""
        if self.ctx is not None:
            self.ctx.current_packer.operator = name
            self.top_bar.show_operator(name)
            self.order_list.show_packer()
            if self._panels is not None:
                self._panels.show_packer()

    def show_database_away(self, message: BannerMessage | None) -> None:
        """Show that the database can't be used, or with None that it can again; what was typed meanwhile is saved then.

        The message is the only one about it.
        """
        was_away, is_away = self._away is not None, message is not None
        self._away = message
        if message is None:
            self.banner.settle("store")
        else:
            self.banner.show_message(message)
        if self.ctx is not None:
            from shipconsole.domain.scanning_events import DatabaseAway

            self.editor.show_database_away(is_away)
            self.scans.handle(DatabaseAway(is_away))
        if was_away and not is_away:
            self.feed.wake()

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
            if self._panels is not None:
                self._panels.sync.cancel()
            # As tasks, their failures are reported and logged like any other, and the rest is done all the same.
            await asyncio.wait([self.tasks.spawn("save the draft", self.editor.shutdown())])
            await asyncio.wait([self.tasks.spawn("forget the open order", self.scans.shutdown())])

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name
        """Go to the next widget in reading order, or to the one before."""
        from shipconsole.ui.kit.tab_order import go_to_neighbor

        return go_to_neighbor(self, (self.top_bar, self.strip, *self.columns.areas(), self.banner), forward=next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close what lies over the items, or leave bench mode, with the Esc that nothing else takes."""
        if event.key() == Qt.Key.Key_Escape and self.columns.close_sheets():
            self.top_bar.scan_field.focus()
        elif event.key() == Qt.Key.Key_Escape and self.is_painted:
            # While a verdict waits, Esc is a try to answer it.
            if self.ctx is None or not self.scans.verdict.waits:
                self.bench_mode.leave()
        else:
            super().keyPressEvent(event)

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

    def show_store_failure(self, message: str) -> None:
        """Show that something could not be saved or read; a server that is away reports that itself."""
        if self._store.file is None and not self._store.is_open:
            return
        self.banner.show_message(
            BannerMessage(message or text("program.failed"), text("banner.not_saved"), topic="store")
        )

    def _on_read_again(self) -> None:
        # Of a server, a failed read is over with the next one; what is wrong with a file stays until it is mended.
        if self._store.file is None and self._store.is_open:
            self.banner.settle("store")

    def _on_first_page(self, first: FirstPage) -> None:
        self.top_bar.show_connections(first.connections)
        self.feed.start(first.cursor)

    def _on_changed(self, changes: Changes) -> None:
        self.order_list.apply_changes(changes)
        if self._panels is not None:
            self._panels.apply_changes(changes)
