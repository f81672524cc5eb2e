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

    def open_next(self) -> None:
        """Open the order below the open one in the list, the first one where that is not in it."""
        model, rows = self._list.model, self._list.model.rowCount()
        here = self._window.editor.order_id if self._window.ctx is not None else None
        position = model.position_of(here) if here is not None else None
        next_position = 0 if position is None else position + 1
        order_id = model.id_at(next_position) if next_position < rows else None
        if order_id:
            self._window.open_order(order_id)
