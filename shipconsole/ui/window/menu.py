"""The window's actions: keys, the two menus, and the dialogs that they open.

A new dialog is one more entry here; its module is loaded when it is opened first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QPushButton, QWidget

from shipconsole.messages import text
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import button_text
from shipconsole.ui.window.banner import DISMISS_KEY
from shipconsole.ui.window.top_bar import NEEDS_ATTENTION_KEY
from shipconsole.ui.window.verdict_strings import KEEP_KEY

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.operations.maintenance.updates import VersionCheck
    from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.window.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class DialogArguments:
    """What dialogs are made with. `order_id` is the open order's, 0 without one.

    `sheet_changed` is emitted whenever the open order was read: a dialog about it reads it again as well. `news` is
    the announced new version, if any.
    """

    parent: QWidget
    ctx: "Context"
    tasks: "Tasks"
    theme: Theme
    order_id: int
    open_order: Callable[[int], None]
    sheet_changed: SignalInstance
    receiver: "ReceiverState"
    profile: Profile
    settings: Settings
    news: "VersionCheck | None"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A menu's entry: its action is named ``action_<name>``; `title` is a message id, `keys` the shortcut, if any."""

    name: str
    title: str
    keys: str
    make: Callable[[DialogArguments], QDialog]
    of_order: bool = False


def _connections(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.connections import ConnectionsDialog

    return ConnectionsDialog(args.parent, args.ctx, args.tasks, args.theme)


def _create_orders(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.bulk.dialog import CreateOrdersDialog

    dialog = CreateOrdersDialog(args.parent, args.ctx, args.tasks, args.theme)
    dialog.order_chosen.connect(args.open_order)
    return dialog


def _carriers(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.carriers.dialog import CarrierCodesDialog

    return CarrierCodesDialog(args.parent, args.ctx, args.tasks, args.theme)


def _webhook_events(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.webhook_events.dialog import WebhookEventsDialog

    return WebhookEventsDialog(args.parent, args.ctx, args.tasks, args.theme, args.receiver)


def _sync_some(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.sync_some import SyncSomeDialog

    return SyncSomeDialog(args.parent, args.ctx, args.tasks, args.theme)


def _new_order(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.new_order.dialog import NewOrderDialog

    dialog = NewOrderDialog(args.parent, args.ctx, args.tasks, args.theme)
    dialog.created.connect(args.open_order)
    return dialog


def _cancel_items(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.cancel_items.dialog import CancelItemsDialog

    dialog = CancelItemsDialog(args.parent, args.ctx, args.tasks, args.theme, args.order_id)
    args.sheet_changed.connect(dialog.refresh)
    return dialog


def _resolve_items(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.resolve_items import ResolveItemsDialog

    dialog = ResolveItemsDialog(args.parent, args.ctx, args.tasks, args.theme, args.order_id)
    args.sheet_changed.connect(dialog.refresh)
    return dialog


def _edit_tracking(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.edit_tracking.dialog import EditTrackingDialog

    dialog = EditTrackingDialog(args.parent, args.ctx, args.tasks, args.theme, args.order_id)
    args.sheet_changed.connect(dialog.refresh)
    return dialog


def _link_orders(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.link_orders.dialog import LinkOrdersDialog

    dialog = LinkOrdersDialog(args.parent, args.ctx, args.tasks, args.theme, args.order_id)
    args.sheet_changed.connect(dialog.refresh)
    return dialog


def _audit_log(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.audit_log import AuditLogDialog

    return AuditLogDialog(args.parent, args.ctx, args.tasks, args.theme)


def _order_audit_log(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.audit_log import AuditLogDialog

    return AuditLogDialog(args.parent, args.ctx, args.tasks, args.theme, args.order_id)


def _about(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.about import AboutDialog

    return AboutDialog(
        args.parent,
        args.ctx,
        args.tasks,
        args.theme,
        args.profile,
        args.settings,
        args.news,
        args.receiver,
    )


ENTRIES: tuple[MenuEntry, ...] = (
    MenuEntry("new_order", "menu.new_order", "Ctrl+Shift+N", _new_order),
    MenuEntry("cancel_items", "menu.cancel_items", "", _cancel_items, of_order=True),
    MenuEntry("resolve_items", "menu.resolve_items", "", _resolve_items, of_order=True),
    MenuEntry("edit_tracking", "menu.edit_tracking", "", _edit_tracking, of_order=True),
    MenuEntry("link_orders", "menu.link_orders", "", _link_orders, of_order=True),
    MenuEntry("order_audit_log", "menu.order_audit_log", "", _order_audit_log, of_order=True),
    MenuEntry("create_orders", "menu.create_in", "", _create_orders),
    MenuEntry("connections", "shared.connections", "", _connections),
    MenuEntry("carriers", "menu.carriers", "", _carriers),
    MenuEntry("webhook_events", "menu.webhook_events", "", _webhook_events),
    MenuEntry("sync_some", "menu.sync_some", "", _sync_some),
    MenuEntry("audit_log", "menu.audit_log", "", _audit_log),
    MenuEntry("about", "menu.about", "", _about),
)
"""In the order of the menus."""


class Menus(QObject):
    """Makes the actions of a window, once it is painted, and opens the menus and dialogs."""

    def __init__(self, window: "MainWindow", theme: Theme, settings: Settings, profile: Profile) -> None:
        """Begin without actions."""
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._settings = settings
        self._profile = profile
        self._news: VersionCheck | None = None
        self.actions: dict[str, QAction] = {}
        """Every action by its name; the menus' entries too."""

    def make_actions(self) -> None:
        """Make every action, once."""
        if self.actions:
            return
        window = self._window
        for name, keys, act in (
            ("scan", "F2", window.top_bar.scan_field.focus),
            ("sync", "F5", window.sync_orders),
            ("search", "Ctrl+F", window.order_list.focus_search),
            ("needs_attention", NEEDS_ATTENTION_KEY, lambda: window.order_list.show_view("needs_attention")),
            ("keys", "F1", self._show_keys),
            ("ship", "Ctrl+Return|Ctrl+Enter", None),
            ("new_package", "Ctrl+N", None),
            ("all_left", "Ctrl+A", None),
            ("preview", "Alt+P", None),
            ("undo", "Ctrl+Z", None),
            ("all_fields", "F4", None),
            ("next_order", "Alt+N", None),
            ("packing_slip", "Ctrl+P", None),
            ("menu", "F10", self.show_menu),
            ("packer", "", self._ask_packer),
            ("order_menu", "F9", self.show_order_menu),
            ("dismiss", DISMISS_KEY, lambda: window.banner.dismiss()),
            ("keep_label", KEEP_KEY, None),
        ):
            self._add(name, keys, act)
        for entry in ENTRIES:
            self._add(entry.name, entry.keys, lambda entry=entry: self._open_entry(entry))
            self.actions[entry.name].setText(button_text(text(entry.title)))
        for name, title in (("all_fields", "shared.all_fields"), ("keys", "keys.title"), ("packer", "menu.packer")):
            self.actions[name].setText(text(title))

    def connect_action(self, name: str, act: Callable[[], object]) -> None:
        """Enable an action that could do nothing before."""
        self.actions[name].triggered.connect(lambda _checked=False: act())
        self.actions[name].setEnabled(True)

    def open(self, name: str) -> None:
        """Open the dialog of a menu's entry."""
        self.make_actions()
        self.actions[name].trigger()

    def open_forward_review(self) -> None:
        """Open the webhook events at the shipments that are under review."""
        from shipconsole.ui.dialogs.webhook_events.dialog import WebhookEventsDialog

        self.open("webhook_events")
        for dialog in self._window.findChildren(WebhookEventsDialog):
            dialog.show_forward_review()

    def show_menu(self) -> None:
        """Show the window's menu."""
        self.make_actions()
        names = [entry.name for entry in ENTRIES if not entry.of_order]
        self._pop_up(self._window.top_bar.menu_button, [*names, "packer", "keys"])

    def show_order_menu(self) -> None:
        """Show the menu of the open order, if there is one."""
        if self._window.ctx is not None and self._window.editor.order_id is not None:
            names = [entry.name for entry in ENTRIES if entry.of_order]
            self._pop_up(self._window.editor.menu_button, ["all_fields", *names])

    def show_news(self, news: "VersionCheck") -> None:
        """Announce a new version in the menu, and nowhere else."""
        if news.kind == "new":
            self.make_actions()
            self._news = news
            self.actions["about"].setText(button_text(text("menu.about_new_version", version=news.version)))

    def show_receiver(self, state: str) -> None:
        """Show in the menu whether webhook events are received."""
        self.make_actions()
        self.actions["webhook_events"].setText(button_text(f"{text('menu.webhook_events')} · {state}"))

    def _add(self, name: str, keys: str, act: Callable[[], object] | None) -> None:
        """Make an action; `keys` are separated by bars. Without `act` it is disabled until it is connected."""
        action = QAction(self._window)
        action.setObjectName(f"action_{name}")
        action.setShortcuts([QKeySequence(key) for key in keys.split("|") if key])
        action.setAutoRepeat(False)
        action.setEnabled(False)
        self._window.addAction(action)
        self.actions[name] = action
        if act is not None:
            self.connect_action(name, act)

    def _pop_up(self, under: QPushButton, names: list[str]) -> None:
        """Show actions as a menu below a button, with their keys."""
        menu = QMenu(under)
        menu.setObjectName(f"{under.objectName()}_entries")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in names:
            self.actions[name].setShortcutVisibleInContextMenu(True)
            menu.addAction(self.actions[name])
        menu.popup(under.mapToGlobal(QPoint(0, under.height())))
        menu.setActiveAction(self.actions[names[0]])

    def _open_entry(self, entry: MenuEntry) -> None:
        window = self._window
        if window.ctx is None or window.tasks is None:
            return
        order_id = window.editor.order_id or 0
        if order_id or not entry.of_order:
            arguments = DialogArguments(
                window,
                window.ctx,
                window.tasks,
                self._theme,
                order_id,
                window.open_order,
                window.editor.sheet_changed,
                window.receiver,
                self._profile,
                self._settings,
                self._news,
            )
            _open(entry.make(arguments))

    def _ask_packer(self) -> None:
        window = self._window
        if window.ctx is None:
            return
        from shipconsole.ui.dialogs.packer import PackerDialog

        dialog = PackerDialog(window, self._theme, window.ctx.operator, self._settings.command_prefix)
        dialog.answered.connect(window.set_packer)
        _open(dialog)

    def _show_keys(self) -> None:
        from shipconsole.ui.dialogs.keys_sheet import KeysSheet

        _open(KeysSheet(self._window, self._theme, self._settings.command_prefix))


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
