"""A field that searches what is shown beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import icons, widgets
from shipconsole.ui.kit.formats import key_name

FIND_KEY = "Ctrl+F"


class SearchField(QLineEdit):
    """Ctrl+F goes to the field from anywhere in its window; Esc clears it before it closes the window."""

    def __init__(self, name: str, title: str, hint_ids: Sequence[str]) -> None:
        """Initialize empty; the hint is the longest of these messages that fits, the longest first."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(plain(title))
        self.setClearButtonEnabled(True)
        self.setProperty("variant", "search")
        self._hint_ids = hint_ids
        QShortcut(QKeySequence(FIND_KEY), self).activated.connect(self._on_find)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the width."""
        super().resizeEvent(event)
        hints = [text(hint_id) for hint_id in self._hint_ids]
        # The key gives way before the words do, and words before the field says nothing at all.
        widgets.fit_hint(self, [*(f"{hint}   {key_name(FIND_KEY)}" for hint in hints), *hints[-1:], ""])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, and the sign of a search before its text."""
        super().paintEvent(event)
        draw_search_sign(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear the field on Esc, where there is something to clear."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _on_find(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()


def draw_search_sign(field: QLineEdit) -> None:
    """Draw a magnifier in the room that the style leaves before the text of a field."""
    side = field.fontMetrics().height()
    square = QRectF(side * 0.7, (field.height() - side) / 2, side, side)
    icons.draw(QPainter(field), "search", square, field.palette().color(QPalette.ColorRole.PlaceholderText))
