"""The parts of the order editor that the columns arrange."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from shipconsole.ui.window.columns import Columns


class EditorPanels(NamedTuple):
    """The items, the packages, what stands below the packages, and the bar at the bottom of bench mode."""

    order: QWidget
    packages: QWidget
    footer: QWidget | None
    bar: QWidget | None


# TEMPORARY, until the order editor has its panes: the lead replaces these functions by the attributes themselves.
def panels_of(editor: Any, window: QWidget) -> EditorPanels:
    """Return the panes of an order editor; an editor of one piece fills the middle."""
    if not hasattr(editor, "items_pane"):
        return EditorPanels(editor, QWidget(), None, None)
    # Of the editor itself nothing is seen; its dialogs belong to the window.
    editor.setParent(window)
    editor.hide()
    return EditorPanels(editor.items_pane, editor.packages_pane, editor.ship_footer, editor.package_bar)


# TEMPORARY, as above.
def connect(editor: Any, columns: "Columns") -> None:
    """Let the package bar open the packages, and the items be laid out for it."""
    if hasattr(editor, "packages_requested"):
        editor.packages_requested.connect(lambda: columns.toggle("packages"))
    if hasattr(editor, "set_bench"):
        columns.bar_shown.connect(editor.set_bench)


# TEMPORARY, as above.
def show_locked(editor: Any, is_locked: bool) -> None:
    """Tell an order editor that scanning is locked, if it shows that."""
    if hasattr(editor, "show_locked"):
        editor.show_locked(is_locked)


# TEMPORARY, as above: then `OrderNavigation.open_next` goes too.
def action_of(editor: Any, name: str, next_order: Callable[[], object]) -> Callable[[], object]:
    """Return an editor's action by its name; an editor that knows no next order leaves it to the list."""
    return getattr(editor, name, next_order)
