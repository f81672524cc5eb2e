"""The search field of the order list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from shipconsole.messages import text
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.search_field import draw_search_sign
from shipconsole.ui.kit.widgets import fit_hint
from shipconsole.ui.order_list.table import OrderTable

SEARCH_HINTS = ("order_list.search_hint", "order_list.search_hint_shorter", "order_list.search_hint_shortest")
"""Message ids."""


class SearchField(QLineEdit):
    """The search field: Down goes to the list, Enter opens its first order, Esc clears the search.

    Signal: focus_changed(), when it gains or loses the keyboard focus.
    """

    focus_changed = Signal()

    def __init__(self, table: OrderTable) -> None:
        """Search in a table."""
        super().__init__()
        self._table = table
        self.setObjectName("order_search")
        self.setAccessibleName(text("order_list.search"))
        self.setMaxLength(100)
        self.setProperty("variant", "search")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the new width."""
        super().resizeEvent(event)
        with_key = [f"{text(hint)}   {key_name('Ctrl+F')}" for hint in SEARCH_HINTS]
        fit_hint(self, [*with_key, text(SEARCH_HINTS[-1]), ""])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, and the sign of a search before its text."""
        super().paintEvent(event)
        draw_search_sign(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell of the focus."""
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell of the focus."""
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the field by key."""
        match event.key():
            case Qt.Key.Key_Down:
                self._table.setFocus(Qt.FocusReason.TabFocusReason)
                if not self._table.currentIndex().isValid():
                    self._table.setCurrentIndex(self._table.model().index(0, 0))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._table.model().rowCount():
                current = self._table.currentIndex()
                self._table.clicked.emit(current if current.isValid() else self._table.model().index(0, 0))
            case Qt.Key.Key_Escape:
                self.clear()
            case _:
                super().keyPressEvent(event)
