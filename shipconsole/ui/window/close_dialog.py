"""Asks before the window closes on work that is packed or not sent, naming it."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.operations.shipping.unfinished import Unfinished
from shipconsole.ui.kit import strings
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme


class CloseDialog(QDialog):
    """Two buttons; accepted means that the window may close. Opened with `open()`."""

    def __init__(self, parent: QWidget, theme: Theme, left: Unfinished) -> None:
        """Name what is unfinished."""
        super().__init__(parent)
        self.setObjectName("close_dialog")
        self.setWindowTitle(strings.CLOSE_TITLE)
        px = theme.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(18))
        column.setSpacing(px(10))
        column.addWidget(kit.label(strings.CLOSE_TITLE, "heading"))
        for line in strings.unfinished(left.packed, left.updates):
            said = kit.label(kit.plain(line))
            said.setObjectName("unfinished")
            said.setWordWrap(True)
            column.addWidget(said)
        column.addSpacing(px(6))
        close = kit.button(strings.CLOSE_PROGRAM)
        close.setObjectName("close_program")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        stay = kit.button(strings.KEEP_PACKING, "plain", "Esc")
        stay.setObjectName("keep_packing")
        stay.setDefault(True)
        stay.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(close)
        buttons.addStretch(1)
        buttons.addWidget(stay)
        column.addLayout(buttons)
        self.setMinimumWidth(px(440))
        stay.setFocus()
