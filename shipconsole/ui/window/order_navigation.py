"""Ways to an order: search, views, and the next one, wherever the order list is."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from shipconsole.ui.window.main_window import MainWindow


class OrderNavigation(QObject):
    """Opens the order list over the items where it is folded."""

    def __init__(self, window: "MainWindow") -> None:
        """Take the window with the list."""
        super().__init__(window)
        self._window = window
        self._list = window.order_list

    def find(self) -> None:
        """Go to the search field."""
        self._window.columns.open_sheet("orders")
        self._list.focus_search()

    def show_view(self, view: str) -> None:
        """Show a view, and go to its list."""
        self._window.columns.open_sheet("orders")
        self._list.show_view(view)

    def show_filter(self, position: int) -> None:
        """Show a saved filter by its position in the menu, and go to the list."""
        self._window.columns.open_sheet("orders")
        self._list.show_filter(position)

    def show_actions(self) -> None:
        """Show what can be done with the chosen orders, or with the current one."""
        self._window.columns.open_sheet("orders")
        self._list.show_actions()
