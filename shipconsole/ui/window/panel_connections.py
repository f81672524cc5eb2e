"""Connects the panels of a started window with each other, and shows in them what changed in the store."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from shipconsole.domain.change_feed import Changes
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import stale
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.window.banner_messages import BannerMessages
from shipconsole.ui.window.packer_watch import PackerWatch
from shipconsole.ui.window.status_refresh import StatusRefresher
from shipconsole.ui.window.sync import OrderSync

if TYPE_CHECKING:
    from shipconsole.domain.scanning_state import Step
    from shipconsole.ui.window.main_window import MainWindow

QUERY_TASK = "query the platforms about packages"
EDITOR_ACTIONS = ("ship", "preview", "all_fields", "next_order")
PACKING_ACTIONS = ("new_package", "all_left")
"""Actions that wait for the scans before them; each is a method of the order editor, or of its steps."""


class PanelConnections(QObject):
    """Makes nothing that is seen: every panel is the window's."""

    def __init__(self, window: "MainWindow", ctx: Context, tasks: Tasks) -> None:
        """Connect the panels of a window that has them all."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._tasks = tasks
        self.messages = BannerMessages(window.banner, window.editor, tasks)
        self.sync = OrderSync(ctx, tasks, window.order_list)
        self.status = StatusRefresher(ctx, tasks, window.top_bar, window.order_list, window.scans)
        self._packer = PackerWatch(ctx, tasks, window.banner, self)
        self._packer.renamed.connect(window.set_packer)
        self._connect_editor()
        self._connect_scans()
        window.activity.order_chosen.connect(window.open_order)
        window.tracking.query_requested.connect(self._query_tracking)
        self.sync.problem.connect(window.banner.show_message)
        self.sync.settled.connect(window.banner.settle)
        window.order_list.sync_cancelled.connect(self.sync.cancel)

    def begin(self, order_id: int | None) -> None:
        """Read what the panels show; open an order that was chosen early, else the one that was open at a kill."""
        window = self._window
        window.activity.refresh()
        window.activity.refresh_stores()
        self.status.refresh_updates()
        self.status.refresh_connections()
        if order_id is not None:
            window.editor.open_order(order_id)
        else:
            self._tasks.spawn("reopen the order", window.list_actions.reopen_order())

    def apply_changes(self, changes: Changes) -> None:
        """Show what changed in the store."""
        window = self._window
        kinds = {change.kind for change in changes.changes}
        if changes.too_many or kinds & {"call", "order"}:
            window.editor.apply_changes(changes)
            self.status.refresh_updates()
        if changes.too_many or kinds & {"call", "order", "notice"}:
            window.activity.refresh()
        if changes.too_many or "store" in kinds:
            window.activity.refresh_stores()
        if changes.too_many or "connection" in kinds:
            self.status.refresh_connections()
        self._packer.apply_changes(changes)
        for dialog in window.findChildren(ContextDialog):
            if dialog.isVisible():
                dialog.apply_changes(changes)

    def show_packer(self) -> None:
        """End what waited for a packer: one signed in or out."""
        self.messages.clear_note()
        self._window.scans.packer_changed()
        self._packer.signed_in()

    def _connect_editor(self) -> None:
        window, editor = self._window, self._window.editor
        editor.sheet_changed.connect(self._on_sheet_changed)
        editor.shipped.connect(lambda _shipment_id: window.top_bar.scan_field.focus())
        editor.store_failed.connect(window.show_store_failure)
        editor.menu_requested.connect(window.menus.show_order_menu)
        editor.entry_requested.connect(window.menus.open)

    def _connect_scans(self) -> None:
        window, scans = self._window, self._window.scans
        scans.stepped.connect(self._on_stepped)
        scans.badge.connect(window.set_packer)
        scans.stopped.connect(lambda: self.messages.note(text("scan_field.stopped")))
        for names, panel in ((EDITOR_ACTIONS, window.editor), (PACKING_ACTIONS, window.editor.steps)):
            for name in names:
                window.menus.connect_action(name, partial(scans.after_scans, getattr(panel, name)))
        window.menus.connect_action("undo", partial(scans.after_scans, scans.undo))
        window.menus.connect_action("keep_label", scans.ask_to_keep)
        window.menus.start_printing()

    def _query_tracking(self) -> None:
        """Query the platforms about the open order's packages, once at a time."""
        if self._window.editor.order_id is not None and QUERY_TASK not in self._tasks.running:
            self._tasks.spawn(QUERY_TASK, self._query_packages(self._window.editor.order_id))

    async def _query_packages(self, order_id: int) -> None:
        queried = await stale.query_order(self._ctx, order_id)
        done = text("tracking.queried", count=queried.packages) if queried.packages else text("tracking.query_none")
        self.messages.note("\n".join((*map(str, queried.problems), done)))

    def _on_stepped(self, step: "Step") -> None:
        window = self._window
        window.top_bar.connections.hide_list()
        if not step.is_repeated:
            self.messages.clear_note()
        if window.scans.verdict.waits or step.effects:
            window.columns.show_panel("order")

    def _on_sheet_changed(self, sheet: OrderSheet) -> None:
        window = self._window
        window.tracking.show_sheet(sheet)
        window.order_list.mark(sheet.order.id)
        packages = sheet.draft.packages if sheet.draft is not None else ()
        window.order_list.show_packing(sheet.order.id, sum(sum(package.quantities.values()) for package in packages))
        shipped = sum(len(shipment.packages) for shipment in sheet.shipments)
        window.columns.show_counts({"packages": str(shipped + len(packages) or 1)})
