"""The two menus: what the window offers beside packing, and what may be done with the open order.

Each entry opens one dialog. A new dialog is one more entry here; its module is loaded when it is opened first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QPushButton, QWidget

from shipconsole.messages import text
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.theme import Theme, button_text

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.operations.maintenance.updates import News
    from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
    from shipconsole.ui.kit.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Opening:
    """What a dialog is opened with. `order_id` is the open order's, 0 where none is open.

    `sheet_changed` is emitted after each look at the open order: a dialog about it looks again as well. `news` is of
    a new version, once one was announced.
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
    news: "News | None"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its action is found as ``action_<name>``; `title` is a message's id, `keys` the shortcut, if any."""

    name: str
    title: str
    keys: str
    make: Callable[[Opening], QDialog]
    of_order: bool = False


def _connections(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.connections import ConnectionsDialog

    return ConnectionsDialog(opening.parent, opening.ctx, opening.tasks, opening.theme)


def _send_orders(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.bulk.dialog import CreateOrdersDialog

    dialog = CreateOrdersDialog(opening.parent, opening.ctx, opening.tasks, opening.theme)
    dialog.order_chosen.connect(opening.open_order)
    return dialog


def _carriers(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.carriers.dialog import CarrierCodesDialog

    return CarrierCodesDialog(opening.parent, opening.ctx, opening.tasks, opening.theme)


def _deliveries(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.webhook_events.dialog import WebhookEventsDialog

    return WebhookEventsDialog(opening.parent, opening.ctx, opening.tasks, opening.theme, opening.receiver)


def _pull_some(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.sync_some import SyncSomeDialog

    return SyncSomeDialog(opening.parent, opening.ctx, opening.tasks, opening.theme)


def _new_order(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.new_order.dialog import NewOrderDialog

    dialog = NewOrderDialog(opening.parent, opening.ctx, opening.tasks, opening.theme)
    dialog.created.connect(opening.open_order)
    return dialog


def _cancel_items(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.cancel_items.dialog import CancelItemsDialog

    dialog = CancelItemsDialog(opening.parent, opening.ctx, opening.tasks, opening.theme, opening.order_id)
    opening.sheet_changed.connect(dialog.refresh)
    return dialog


def _resolve_items(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.resolve_items import ResolveItemsDialog

    dialog = ResolveItemsDialog(opening.parent, opening.ctx, opening.tasks, opening.theme, opening.order_id)
    opening.sheet_changed.connect(dialog.refresh)
    return dialog


def _correct_parcel(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.edit_tracking.dialog import EditTrackingDialog

    dialog = EditTrackingDialog(opening.parent, opening.ctx, opening.tasks, opening.theme, opening.order_id)
    opening.sheet_changed.connect(dialog.refresh)
    return dialog


def _link_orders(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.link_orders.dialog import LinkOrdersDialog

    dialog = LinkOrdersDialog(opening.parent, opening.ctx, opening.tasks, opening.theme, opening.order_id)
    opening.sheet_changed.connect(dialog.refresh)
    return dialog


def _record(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.audit_log import AuditLogDialog

    return AuditLogDialog(opening.parent, opening.ctx, opening.tasks, opening.theme)


def _order_record(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.audit_log import AuditLogDialog

    return AuditLogDialog(opening.parent, opening.ctx, opening.tasks, opening.theme, opening.order_id)


def _about(opening: Opening) -> QDialog:
    from shipconsole.ui.dialogs.about import AboutDialog

    return AboutDialog(
        opening.parent,
        opening.ctx,
        opening.tasks,
        opening.theme,
        opening.profile,
        opening.settings,
        opening.news,
        opening.receiver,
    )


ENTRIES: tuple[Entry, ...] = (
    Entry("new_order", "menu.new_order", "Ctrl+Shift+N", _new_order),
    Entry("cancel_items", "menu.cancel_items", "", _cancel_items, of_order=True),
    Entry("resolve_items", "menu.resolve_items", "", _resolve_items, of_order=True),
    Entry("correct_parcel", "menu.edit_tracking", "", _correct_parcel, of_order=True),
    Entry("link_orders", "menu.link_orders", "", _link_orders, of_order=True),
    Entry("order_record", "menu.order_audit_log", "", _order_record, of_order=True),
    Entry("send_orders", "menu.create_in", "", _send_orders),
    Entry("connections", "shared.connections", "", _connections),
    Entry("carriers", "menu.carriers", "", _carriers),
    Entry("deliveries", "menu.webhook_events", "", _deliveries),
    Entry("pull_some", "menu.sync_some", "", _pull_some),
    Entry("record", "menu.audit_log", "", _record),
    Entry("about", "menu.about", "", _about),
)
"""In the order in which they stand in their menus."""


def entry_actions(owner: QWidget, chosen: Callable[[Entry], None]) -> dict[str, QAction]:
    """An action for each entry, by its name; `chosen` hears of one that was triggered."""
    made: dict[str, QAction] = {}
    for entry in ENTRIES:
        action = QAction(button_text(text(entry.title)), owner)
        action.setObjectName(f"action_{entry.name}")
        action.setAutoRepeat(False)
        if entry.keys:
            action.setShortcut(QKeySequence(entry.keys))
        action.triggered.connect(lambda _checked=False, entry=entry: chosen(entry))
        owner.addAction(action)
        made[entry.name] = action
    return made


def pop_up(under: QPushButton, actions: list[QAction]) -> None:
    """Show actions as a menu below a button; its keys stand beside the words."""
    menu = QMenu(under)
    menu.setObjectName(f"{under.objectName()}_entries")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for action in actions:
        action.setShortcutVisibleInContextMenu(True)
        menu.addAction(action)
    menu.popup(under.mapToGlobal(QPoint(0, under.height())))
    if actions:
        menu.setActiveAction(actions[0])
