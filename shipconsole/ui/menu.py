"""The two menus: what the window offers beside packing, and what may be done with the open order.

Each entry opens one dialog. A new dialog is one more entry here; its module is loaded when it is opened first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QPushButton, QWidget

from shipconsole.ui import words
from shipconsole.ui.look import Look, button_text

if TYPE_CHECKING:
    from shipconsole.operations.desk import Desk
    from shipconsole.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Opening:
    """What a dialog is opened with. `order_id` is the open order's, 0 where none is open."""

    parent: QWidget
    desk: "Desk"
    tasks: "Tasks"
    look: Look
    order_id: int
    open_order: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its action is found as ``action_<name>``; `keys` are its shortcut, which may be empty."""

    name: str
    title: str
    keys: str
    make: Callable[[Opening], QDialog]
    of_order: bool = False


def _connections(opening: Opening) -> QDialog:
    from shipconsole.ui.connections_dialog import ConnectionsDialog

    return ConnectionsDialog(opening.parent, opening.desk, opening.tasks, opening.look)


ENTRIES: tuple[Entry, ...] = (Entry("connections", words.CONNECTIONS, "", _connections),)
"""In the order in which they stand in their menus."""


def entry_actions(owner: QWidget, chosen: Callable[[Entry], None]) -> dict[str, QAction]:
    """An action for each entry, by its name; `chosen` hears of one that was triggered."""
    made: dict[str, QAction] = {}
    for entry in ENTRIES:
        action = QAction(button_text(entry.title), owner)
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
