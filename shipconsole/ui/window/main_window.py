"""The window: puts the panels side by side and connects what one says with what another does.

It is shown before anything heavy is loaded, with the list of orders already in it; `start` adds the rest.
"""

import base64
import binascii
import json
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.operations.orders.order_list import Changes, First, Store
from shipconsole.station.profile import Profile
from shipconsole.station.resources import resource
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.theme import Theme, button_text
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.window.columns import Columns
from shipconsole.ui.window.feed import ChangeFeed
from shipconsole.ui.window.top_bar import NEEDS_ATTENTION_KEY, PROGRAM, TopBar
from shipconsole.ui.window.trouble import Trouble

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QDialog

    from shipconsole.domain.scanning_state import Step
    from shipconsole.operations.context import Context
    from shipconsole.operations.maintenance.updates import News
    from shipconsole.operations.orders.orders import OrderSheet
    from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.window.banner import Banner
    from shipconsole.ui.window.menu import Entry
    from shipconsole.ui.window.scanner_keys import PersonKey

SMALLEST_PX = (860, 560)
USUAL_PX = (1280, 800)
UNDER_WAY = ("held", "pending", "sending", "retry_wait", "checking")
DISMISS_KEY, KEEP_KEY = "Alt+D", "Alt+K"


@runtime_checkable
class TakesScans(Protocol):
    """A dialog that has use for a scan."""

    def take_scan(self, text: str) -> bool:
        """Take a scan as it came; False leaves it to the window."""
        ...


class MainWindow(QMainWindow):
    """Orders at the left, the open order in the middle, what became of it at the right.

    What cannot be seen at the first paint is made after it. Signal: painted(), once, when that is done.
    """

    painted = Signal()

    def __init__(
        self,
        store: Store,
        theme: Theme,
        settings: Settings,
        *,
        practice: bool = False,
        profile: Profile | None = None,
    ) -> None:
        """Show the list at once; with `practice` no platform is real. The default profile is the store's folder."""
        super().__init__()
        self._theme = theme
        self._prefix = settings.command_prefix
        self._settings = settings
        self._profile = profile or Profile(store.file.parent)
        self._news: News | None = None
        self._scanned_early: list[tuple[str, bool, bool]] = []
        self._chosen_early: int | None = None
        self._ctx: Context | None = None
        self._counting = False
        self._is_offline = False
        self._is_painted = False
        self.closes_unasked = False
        self._actions: dict[str, QAction] = {}
        self.setWindowTitle(text("program.title_demo") if practice else PROGRAM)
        self.feed = ChangeFeed(store, self)
        self.order_list = OrderListPanel(store, theme)
        self.top_bar = TopBar(theme, settings.station_name, practice=practice)
        self.columns = Columns(self.order_list, theme)
        self._lay_out()
        self._connect()
        self.restore_state(settings.window_state)
        self.top_bar.scan_field.setFocus()

    @cached_property
    def banner(self) -> "Banner":
        """Trouble above everything, from the first time that there is some."""
        from shipconsole.ui.window.banner import Banner

        made = Banner(self._theme)
        self._whole.insertWidget(1, made)
        return made

    @cached_property
    def receiver(self) -> "ReceiverState":
        """Whether webhooks come in, which the menu says too."""
        from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState

        made = ReceiverState(self)
        made.changed.connect(self._receiver_changed)
        return made

    def start(self, ctx: "Context", tasks: "Tasks") -> None:
        """Make everything work that needs more than the store: editing, scanning, shipping, pulling."""
        from PySide6.QtGui import QIcon

        from shipconsole.ui.activity.panel import ActivityPanel
        from shipconsole.ui.order_editor.panel import OrderEditorPanel
        from shipconsole.ui.tracking.panel import TrackingPanel
        from shipconsole.ui.window.answering import Answering
        from shipconsole.ui.window.closing import ClosingQuestion
        from shipconsole.ui.window.messages import Messages
        from shipconsole.ui.window.scanner import Scans
        from shipconsole.ui.window.sync import Pull

        self._ctx, self._tasks = ctx, tasks
        self._make_actions()
        self._theme.load_rest()
        self.setWindowIcon(QIcon(str(resource("icons/shipconsole.svg"))))
        self.editor = OrderEditorPanel(ctx, tasks, self._theme)
        self.tracking = TrackingPanel(self._theme)
        self.activity = ActivityPanel(ctx, tasks, self._theme)
        self.columns.give(order=self.editor, tracking=self.tracking, activity=self.activity)
        self._scans = Scans(ctx, tasks, self.editor, self._prefix)
        self._answering = Answering(
            self,
            ctx,
            self._theme,
            banner=self.banner,
            field=self.top_bar.scan_field,
            editor=self.editor,
            scans=self._scans,
            prefix=self._prefix,
        )
        self._messages = Messages(self.banner, self.editor, tasks)
        self._closing = ClosingQuestion(self, ctx, tasks, self._theme, self.editor, self.close_now)
        self._pull = Pull(ctx, tasks, self.order_list)
        self._connect_panels()
        for name in ("ship", "new_package", "all_left", "preview", "undo", "all_fields"):
            act = getattr(self.editor, name)
            self._actions[name].triggered.connect(lambda _=False, act=act: self._scans.after_scans(act))
        for action in self._actions.values():
            action.setEnabled(True)
        self.activity.refresh()
        self.activity.refresh_sources()
        self._count_calls()
        tasks.spawn("look at the connections", self._look_at_connections())
        if self._chosen_early is not None:
            self.editor.open_order(self._chosen_early)
        else:
            tasks.spawn("open the order of before", self._open_again())
        for scanned, by_scanner, caps_lock in self._scanned_early:
            self._scans.take(scanned, by_scanner=by_scanner, caps_lock=caps_lock)
        self._scanned_early.clear()

    async def _open_again(self) -> None:
        """Open the order that was open when the program was ended by force, unless another is meanwhile."""
        from shipconsole.operations.orders import scan_log

        assert self._ctx is not None
        order_id = await scan_log.open_order(self._ctx)
        if order_id is not None and self.editor.order_id is None and not self._scans.is_working:
            self.open_order(order_id)
            self.top_bar.scan_field.go()

    def pull_orders(self) -> None:
        """Bring orders in from all connections."""
        if self._ctx is not None:
            self._pull.start()

    def close_now(self) -> None:
        """Close without asking: the session ends, or a person has answered."""
        self.closes_unasked = True
        self.close()

    def begin_closing(self) -> bool:
        """Look whether work would be left unfinished; False where the window may close at once."""
        if self._ctx is None or self.closes_unasked:
            return False
        self._closing.ask()
        return True

    async def shutdown(self) -> None:
        """Keep what was typed and listen to nothing more, as the program is about to end."""
        import asyncio

        self.feed.stop()
        if self._ctx is not None:
            self._pull.cancel()
            # As a task its failure is told and logged like any other, and the rest is put away all the same.
            await asyncio.wait([self._tasks.spawn("keep what was typed", self.editor.shutdown())])
            await asyncio.wait([self._tasks.spawn("forget the open order", self._scans.shutdown())])

    async def say_leaving(self, in_flight: Callable[[], int], wait_s: float) -> None:
        """Say above everything for what the program waits before it ends; nothing can be typed any more."""
        from shipconsole.ui.window.closing import say_leaving

        self.top_bar.setEnabled(False)
        self.columns.setEnabled(False)
        await say_leaving(self, self._theme, self.top_bar.height(), in_flight, wait_s)

    def state_text(self) -> str:
        """Where the window stands and how wide its columns are, as text for the settings."""
        geometry = base64.b64encode(self.saveGeometry().data()).decode("ascii")
        return json.dumps({"geometry": geometry, "columns": self.columns.sizes()}, separators=(",", ":"))

    def restore_state(self, text: str) -> None:
        """Stand where the window stood; text that says nothing sensible is passed over."""
        px = self._theme.tokens.px
        self.setMinimumSize(SMALLEST_PX[0], SMALLEST_PX[1])
        room = self.screen().availableSize()
        self.resize(min(px(USUAL_PX[0]), room.width()), min(px(USUAL_PX[1]), room.height()))
        try:
            state = json.loads(text)
            geometry = base64.b64decode(state["geometry"], validate=True)
            columns = [int(size) for size in state["columns"]]
        except (ValueError, TypeError, KeyError, binascii.Error):
            return
        self.restoreGeometry(geometry)
        self.columns.set_sizes(columns)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make the rest once the window is on the screen."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            # The event comes before the panels are painted; the timer runs out when all of that is over.
            QTimer.singleShot(0, self._painted_first)

    def _painted_first(self) -> None:
        self._make_actions()
        self._hear_scans()
        self.top_bar.scan_field.leave_keys()
        self.painted.emit()

    def _hear_scans(self) -> None:
        """Hear scans wherever the focus is, in dialogs too, and have the keyboard back after those."""
        from shipconsole.ui.window.keyboard_return import KeyboardReturn
        from shipconsole.ui.window.scanner_keys import ScanBurst

        self._burst = ScanBurst(self, self._answer)
        self._burst.scanned.connect(self._on_scan)
        self._burst.watch(self.windowHandle())
        self._burst.watch_all()
        KeyboardReturn(self, self.top_bar.scan_field.go)

    def _answer(self, key: "PersonKey", text: str, is_person: bool) -> bool:
        return self._ctx is not None and self._answering.answer(key, text, is_person)

    def _on_scan(self, text: str, caps_lock: bool, may_go_on: bool) -> None:
        """Send a scan to the dialog in front if that takes scans, else to where scans go.

        Where what stands in the scan field may be its beginning, it is: half of a code may be another code.
        """
        front = QApplication.activeModalWidget()
        if may_go_on and front is None and self.top_bar.scan_field.hasFocus():
            text = self.top_bar.scan_field.taken() + text
        if isinstance(front, TakesScans) and front.take_scan(text):
            return
        if front is None:
            self.top_bar.scan_field.go()
        self._take_scan(text, by_scanner=True, caps_lock=caps_lock)

    def _take_scan(self, text: str, *, by_scanner: bool = False, caps_lock: bool = False) -> None:
        if self._ctx is None:
            self._scanned_early.append((text, by_scanner, caps_lock))
        else:
            self._scans.take(text, by_scanner=by_scanner, caps_lock=caps_lock)

    def _lay_out(self) -> None:
        whole = QWidget()
        self._whole = QVBoxLayout(whole)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.top_bar)
        self._whole.addWidget(self.columns, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.top_bar.scanned.connect(self._take_scan)
        self.top_bar.menu_requested.connect(self._show_menu)
        self.top_bar.needs_attention_requested.connect(self._show_needs_attention)
        self.top_bar.late_requested.connect(self._show_late)
        self.top_bar.forward_requested.connect(self._show_to_pass_on)
        self.order_list.order_chosen.connect(self.open_order)
        self.order_list.refresh_requested.connect(self.pull_orders)
        self.order_list.first_came.connect(self._first)
        self.order_list.counts_came.connect(self._list_counted)
        self.order_list.late_came.connect(self.top_bar.show_late)
        self.order_list.failed.connect(self._store_failed)
        self.feed.changed.connect(self._changed)
        self.feed.failed.connect(self._store_failed)

    def _connect_panels(self) -> None:
        self.editor.sheet_changed.connect(self._sheet_changed)
        self.editor.shipped.connect(self._shipped)
        self.editor.store_failed.connect(self._store_failed)
        self.editor.menu_requested.connect(self._show_order_menu)
        self.editor.entry_requested.connect(self._open_named)
        self.activity.order_chosen.connect(self.open_order)
        self._scans.said.connect(self._on_said)
        self._scans.badge.connect(self._packer_named)
        self._scans.stopped.connect(lambda: self._messages.note(text("scan_field.stopped")))
        self._pull.trouble.connect(self.banner.tell)
        self._pull.settled.connect(self.banner.settle)
        self.order_list.pull_cancelled.connect(self._pull.cancel)

    def _make_actions(self) -> None:
        """Make the keys and the menus' entries, once."""
        if self._actions:
            return
        from PySide6.QtGui import QAction, QKeySequence

        from shipconsole.ui.window.menu import entry_actions

        made: tuple[tuple[str, str, Callable[[], object] | None], ...] = (
            ("scan", "F2", self.top_bar.scan_field.go),
            ("pull", "F5", self.pull_orders),
            ("search", "Ctrl+F", self.order_list.focus_search),
            ("needs_attention", NEEDS_ATTENTION_KEY, self._show_needs_attention),
            ("keys", "F1", self._show_keys),
            ("ship", "Ctrl+Return|Ctrl+Enter", None),
            ("new_package", "Ctrl+N", None),
            ("all_left", "Ctrl+A", None),
            ("preview", "Alt+P", None),
            ("undo", "Ctrl+Z", None),
            ("all_fields", "F4", None),
            ("menu", "F10", self._show_menu),
            ("packer", "", self._ask_who_packs),
            ("order_menu", "F9", self._show_order_menu),
            ("dismiss", DISMISS_KEY, self._dismiss),
            ("keep_label", KEEP_KEY, self._keep_label),
        )
        for name, keys, then in made:
            action = QAction(self)
            action.setObjectName(f"action_{name}")
            action.setShortcuts([QKeySequence(key) for key in keys.split("|") if key])
            action.setAutoRepeat(False)
            if then is not None:
                action.triggered.connect(then)
            else:
                action.setEnabled(False)
            self.addAction(action)
            self._actions[name] = action
        self._actions["all_fields"].setText(text("shared.all_fields"))
        self._actions["keys"].setText(text("keys.title"))
        self._actions["packer"].setText(text("menu.packer"))
        self._entries = entry_actions(self, self._open_entry)

    def open_order(self, order_id: int) -> None:
        """Open an order in the middle."""
        self.order_list.mark(order_id)
        self.columns.show_panel("order")
        if self._ctx is None:
            self._chosen_early = order_id
        else:
            self.editor.open_order(order_id)

    def _on_said(self, step: "Step") -> None:
        """What was noted of an act is over with the next one."""
        if not step.is_repeated:
            self._messages.forget_note()
        if self._scans.verdict.waits or step.effects:
            self.columns.show_panel("order")

    def _shipped(self, _shipment_id: int) -> None:
        self.top_bar.scan_field.go()

    def _sheet_changed(self, sheet: "OrderSheet") -> None:
        self.tracking.show_sheet(sheet)
        self.order_list.mark(sheet.order.id)
        packages = sheet.draft.packages if sheet.draft is not None else ()
        self.order_list.show_packing(sheet.order.id, sum(sum(one.quantities.values()) for one in packages))

    def _dismiss(self) -> None:
        if "banner" in self.__dict__:
            self.banner.dismiss()

    def _keep_label(self) -> None:
        if self._ctx is not None:
            self._scans.ask_to_keep()

    def show_database_away(self, is_away: bool) -> None:
        """Say among the verdicts whether anything can be saved."""
        if self._ctx is not None:
            from shipconsole.domain.scanning_events import DatabaseAway

            self._scans.hear(DatabaseAway(is_away))

    def _store_failed(self, said: str) -> None:
        self.banner.tell(Trouble(said or text("program.failed"), text("banner.not_saved"), topic="store"))

    def _first(self, first: First) -> None:
        self.top_bar.show_connections(first.connections)
        self.feed.start(first.cursor)

    def _list_counted(self, counts: object) -> None:
        self.top_bar.show_counts(needs_attention=getattr(counts, "needs_attention", 0))

    def _changed(self, changes: Changes) -> None:
        self.order_list.changed(changes)
        if self._ctx is None:
            return
        kinds = {change.kind for change in changes.changes}
        if changes.too_many or kinds & {"call", "order"}:
            self.editor.refresh()
            self._count_calls()
        if changes.too_many or kinds & {"call", "order", "notice"}:
            self.activity.refresh()
        if changes.too_many or "store" in kinds:
            self.activity.refresh_sources()
        if changes.too_many or "connection" in kinds:
            self._tasks.spawn("look at the connections", self._look_at_connections())

    def _count_calls(self) -> None:
        if not self._counting:
            self._counting = True
            self._tasks.spawn("count the calls", self._look_at_calls())

    async def _look_at_calls(self) -> None:
        from shipconsole.operations import worker
        from shipconsole.operations.forwarding import forward

        assert self._ctx is not None
        self._counting = False
        self.top_bar.show_to_pass_on(await forward.waiting(self._ctx))
        counts = await worker.counts(self._ctx)
        waits = await worker.backlog(self._ctx)
        self.top_bar.show_counts(
            sending=sum(counts.get(state, 0) for state in UNDER_WAY),
            oldest_ms=min((one.since_ms for one in waits), default=None),
        )

    async def _look_at_connections(self) -> None:
        from shipconsole.operations.connections import connections
        from shipconsole.operations.outbox import circuit_breaker

        assert self._ctx is not None
        ctx = self._ctx
        known = await connections.every(ctx)
        silent = [one.id for one in known if circuit_breaker.is_silent(ctx, one)]
        self.top_bar.show_connections(known, silent)
        self.order_list.show_synced(known)
        await self._say_offline(bool(known) and len(silent) == len(known))

    async def _say_offline(self, is_offline: bool) -> None:
        """Say among the verdicts that no connection answers, or that one does again; once each time."""
        from shipconsole.domain.scanning_events import Offline
        from shipconsole.operations import worker

        if is_offline == self._is_offline or self._ctx is None:
            return
        self._is_offline = is_offline
        counts = await worker.counts(self._ctx)
        self._scans.hear(Offline(is_offline, sum(counts.get(state, 0) for state in UNDER_WAY)))

    def _show_to_pass_on(self) -> None:
        from shipconsole.ui.dialogs.webhook_events.dialog import DeliveriesDialog

        self._entries["deliveries"].trigger()
        for dialog in self.findChildren(DeliveriesDialog):
            dialog.show_to_pass_on()

    def _show_late(self) -> None:
        self.order_list.show_view("late")

    def _show_needs_attention(self) -> None:
        self.order_list.show_view("needs_attention")

    def _show_menu(self) -> None:
        from shipconsole.ui.window.menu import ENTRIES, pop_up

        self._make_actions()
        actions = [self._entries[entry.name] for entry in ENTRIES if not entry.of_order]
        pop_up(self.top_bar.menu_button, [*actions, self._actions["packer"], self._actions["keys"]])

    def _show_order_menu(self) -> None:
        if self._ctx is not None and self.editor.order_id is not None:
            from shipconsole.ui.window.menu import ENTRIES, pop_up

            actions = [self._entries[entry.name] for entry in ENTRIES if entry.of_order]
            pop_up(self.editor.menu_button, [self._actions["all_fields"], *actions])

    def _open_named(self, name: str) -> None:
        self._make_actions()
        self._entries[name].trigger()

    def _open_entry(self, entry: "Entry") -> None:
        if self._ctx is None:
            return
        from shipconsole.ui.window.menu import Opening

        order_id = self.editor.order_id or 0
        if order_id or not entry.of_order:
            self._open(
                entry.make(
                    Opening(
                        self,
                        self._ctx,
                        self._tasks,
                        self._theme,
                        order_id,
                        self.open_order,
                        self.editor.sheet_changed,
                        self.receiver,
                        self._profile,
                        self._settings,
                        self._news,
                    )
                )
            )

    def _receiver_changed(self) -> None:
        """Let the menu say whether webhooks come in."""
        said = self.receiver.why or self.receiver.message
        self._entries["deliveries"].setText(button_text(f"{text('menu.webhook_events')} · {said}"))

    def show_news(self, news: "News") -> None:
        """Let the menu say that there is a new version; nothing else changes by it."""
        if news.kind == "new":
            self._news = news
            self._entries["about"].setText(button_text(text("menu.about_new_version", version=news.version)))

    def _ask_who_packs(self) -> None:
        if self._ctx is None:
            return
        from shipconsole.ui.dialogs.packer import PackerDialog

        dialog = PackerDialog(self, self._theme, self._ctx.operator, self._prefix)
        dialog.answered.connect(self._packer_named)
        self._open(dialog)

    def _packer_named(self, name: str) -> None:
        if self._ctx is not None:
            self._ctx.current_packer.operator = name
            self.top_bar.show_operator(name)
            self._messages.forget_note()

    def _show_keys(self) -> None:
        from shipconsole.ui.dialogs.keys_sheet import KeysSheet

        self._open(KeysSheet(self, self._theme, self._prefix))

    def _open(self, dialog: "QDialog") -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
