"""A field that searches what is shown beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
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
        self._hint_ids = hint_ids
        QShortcut(QKeySequence(FIND_KEY), self).activated.connect(self._on_find)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the width."""
        super().resizeEvent(event)
        hints = [text(hint_id) for hint_id in self._hint_ids]
        # The key gives way before the words do, and words before the field says nothing at all.
        widgets.fit_hint(self, [*(f"{hint}   {key_name(FIND_KEY)}" for hint in hints), *hints[-1:], ""])

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
