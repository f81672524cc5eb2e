"""The sheet of keys and bench barcodes, on F1."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from shipconsole.ui import look as looks
from shipconsole.ui import words
from shipconsole.ui.look import Look


class KeysSheet(QDialog):
    """Every key on one page. Opened with `open()`; any of Esc, F1 and Enter closes it."""

    def __init__(self, parent: QWidget | None, look: Look, prefix: str = "%") -> None:
        """Show the keys; bench barcodes with the site's prefix."""
        super().__init__(parent)
        self.setObjectName("keys_sheet")
        self.setWindowTitle(words.KEYS_TITLE)
        px = look.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(22), px(18), px(22), px(18))
        column.setSpacing(px(14))
        for title, keys in words.KEYS:
            inside = QGridLayout()
            inside.setContentsMargins(px(16), px(12), px(16), px(14))
            inside.setHorizontalSpacing(px(18))
            inside.setVerticalSpacing(px(7))
            inside.setColumnStretch(1, 1)
            inside.addWidget(looks.label(title, "heading"), 0, 0, 1, 2)
            for row, (key, does) in enumerate(keys, 1):
                pressed = looks.pill(prefix + key[1:] if key.startswith("%") else key, "quiet")
                inside.addWidget(pressed, row, 0, Qt.AlignmentFlag.AlignLeft)
                inside.addWidget(looks.label(does), row, 1)
            column.addWidget(looks.card(inside))
        close = looks.button(words.CLOSE, "plain", "Esc")
        close.setObjectName("close")
        close.setShortcut("F1")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
