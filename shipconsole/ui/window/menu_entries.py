"""The entries of the window's menus, and the dialogs that they open.

A new dialog is one more entry here; its module is loaded when it is opened first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QDialog, QWidget

from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.theme import Theme

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.operations.maintenance.updates import VersionCheck
    from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.order_editor.panel import OrderEditorPanel
    from shipconsole.ui.printing.jobs import Printing
    from shipconsole.ui.window.menu import Menus


@dataclass(frozen=True, slots=True)
class DialogArguments:
    """What dialogs are made with. `order_id` is the open order's, 0 without one.

    `sheet_changed` is emitted whenever the open order was read: a dialog about it reads it again as well.
    `new_version` is the announced new version, if any. `listed_orders` returns the ids of the order list's
    view and search.
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
    new_version: "VersionCheck | None"
    printing: "Printing"
    listed_orders: Callable[[], Sequence[int]]
    editor: "OrderEditorPanel"
    menus: "Menus | None" = None


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A menu's entry: its action is named ``action_<name>``; `title` is a message id, `keys` the shortcut, if any."""

    name: str
    title: str
    keys: str
    make: Callable[[DialogArguments], QDialog]
    of_order: bool = False
    of_demo: bool = False


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


def _packers(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.packers import PackersDialog

    prefix, show = args.settings.command_prefix, args.printing.preview_badges
    return PackersDialog(args.parent, args.ctx, args.tasks, args.theme, prefix, show)


def _cases(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.cases import CasesDialog

    return CasesDialog(args.parent, args.ctx, args.tasks, args.theme)


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


def _settings(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.settings.dialog import SettingsDialog

    assert args.menus is not None
    return SettingsDialog(args.parent, args.menus.settings_parts(args))


def _first_run(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.first_run.dialog import FirstRunDialog

    assert args.menus is not None
    dialog = FirstRunDialog(args.parent, args.menus.settings_parts(args), is_demo=args.menus.is_demo)
    dialog.practice_requested.connect(args.menus.open_demo)
    return dialog


def _practice(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.first_run.practice import PracticeDialog

    assert args.menus is not None
    return PracticeDialog(args.parent, args.ctx, args.tasks, args.theme, args.menus.scans)


def _demo_faults(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.demo_faults import DemoFaultsDialog

    assert args.menus is not None
    assert args.menus.faults is not None
    return DemoFaultsDialog(args.parent, args.ctx, args.tasks, args.theme, args.menus.faults)


def _help(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.help.window import HelpWindow

    return HelpWindow(args.parent, args.theme)


def _hand_over(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.hand_over.dialog import HandOverDialog

    return HandOverDialog(args.parent, args.ctx, args.tasks, args.theme, args.printing, args.open_order)


def _shift_report(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.shift_report import ShiftReportDialog

    station = args.settings.station_name
    return ShiftReportDialog(args.parent, args.ctx, args.tasks, args.theme, args.printing, station)


def _ship_box(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.ship_box import ShipBoxDialog

    editor = args.editor
    draft = editor.snapshot()
    dialog = ShipBoxDialog(args.parent, args.ctx, args.tasks, args.theme, args.order_id, draft)
    dialog.confirmed.connect(partial(editor.ship_box, args.order_id, draft))
    if editor.box_candidate:
        dialog.add(editor.box_candidate)
        editor.box_candidate = 0
    return dialog


def _import_file(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.import_files.dialog import ImportDialog

    return ImportDialog(args.parent, args.ctx, args.tasks, args.theme)


def _export_list(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.export_list import ExportListDialog

    return ExportListDialog(args.parent, args.ctx, args.tasks, args.theme, args.listed_orders)


def _about(args: DialogArguments) -> QDialog:
    from shipconsole.ui.dialogs.about import AboutDialog

    return AboutDialog(
        args.parent,
        args.ctx,
        args.tasks,
        args.theme,
        args.profile,
        args.settings,
        args.new_version,
        args.receiver,
    )


ENTRIES: tuple[MenuEntry, ...] = (
    MenuEntry("new_order", "menu.new_order", "Ctrl+Shift+N", _new_order),
    MenuEntry("cancel_items", "menu.cancel_items", "", _cancel_items, of_order=True),
    MenuEntry("resolve_items", "menu.resolve_items", "", _resolve_items, of_order=True),
    MenuEntry("edit_tracking", "menu.edit_tracking", "", _edit_tracking, of_order=True),
    MenuEntry("ship_box", "menu.ship_box", "Ctrl+B", _ship_box, of_order=True),
    MenuEntry("link_orders", "menu.link_orders", "", _link_orders, of_order=True),
    MenuEntry("order_audit_log", "menu.order_audit_log", "", _order_audit_log, of_order=True),
    MenuEntry("create_orders", "menu.create_in", "", _create_orders),
    MenuEntry("connections", "shared.connections", "", _connections),
    MenuEntry("carriers", "menu.carriers", "", _carriers),
    MenuEntry("webhook_events", "menu.webhook_events", "", _webhook_events),
    MenuEntry("sync_some", "menu.sync_some", "", _sync_some),
    MenuEntry("hand_over", "menu.hand_over", "", _hand_over),
    MenuEntry("shift_report", "menu.shift_report", "", _shift_report),
    MenuEntry("import_file", "menu.import_file", "Ctrl+Shift+I", _import_file),
    MenuEntry("export_list", "menu.export_list", "Ctrl+E", _export_list),
    MenuEntry("packers", "menu.packers", "", _packers),
    MenuEntry("cases", "menu.cases", "", _cases),
    MenuEntry("audit_log", "menu.audit_log", "", _audit_log),
    MenuEntry("settings", "menu.settings", "Ctrl+,", _settings),
    MenuEntry("first_run", "menu.first_run", "", _first_run),
    MenuEntry("practice", "menu.practice", "", _practice, of_demo=True),
    MenuEntry("demo_faults", "menu.demo_faults", "", _demo_faults, of_demo=True),
    MenuEntry("help", "menu.help", "", _help),
    MenuEntry("about", "menu.about", "", _about),
)
MENU = (
    ("quick_look", "new_order", "create_orders", "sync_some", "import_file", "export_list"),
    ("hand_over", "shift_report", "audit_log", "command_sheet"),
    ("connections", "carriers", "webhook_events"),
    ("packer", "packers", "cases", "settings", "first_run", "practice", "demo_faults"),
    ("bench_mode", "text_larger", "text_smaller", "text_usual"),
    ("help", "keys", "about"),
)
"""The window's menu: orders, the day, platforms, the station, what it looks like, and help."""
ORDER_MENU = (
    ("all_fields", "slip", "package_label"),
    ("cancel_items", "resolve_items", "edit_tracking", "ship_box", "link_orders"),
    ("order_audit_log",),
)
"""The menu of the open order: on paper, what is changed, what was done."""
