"""The parts of the order editor that the columns arrange."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtWidgets import QWidget


class EditorPanels(NamedTuple):
    """The items, the packages, what stands below the packages, and the bar at the bottom of bench mode."""

    order: QWidget
    packages: QWidget
    footer: QWidget | None
    bar: QWidget | None


# TEMPORARY, until the order editor has its panes: the lead replaces this function by the attributes themselves.
def panels_of(editor: Any) -> EditorPanels:
    """Return the panes of an order editor; an editor of one piece fills the middle."""
    if hasattr(editor, "items_pane"):
        return EditorPanels(editor.items_pane, editor.packages_pane, editor.ship_footer, editor.package_bar)
    return EditorPanels(editor, QWidget(), None, None)


# TEMPORARY, as above.
def show_locked(editor: Any, is_locked: bool) -> None:
    """Tell an order editor that scanning is locked, if it shows that."""
    if hasattr(editor, "show_locked"):
        editor.show_locked(is_locked)


# TEMPORARY, as above: then `MainWindow.open_next_order` goes too.
def action_of(editor: Any, name: str, next_order: Callable[[], object]) -> Callable[[], object]:
    """Return an editor's action by its name; an editor that knows no next order leaves it to the list."""
    return getattr(editor, name, next_order)
