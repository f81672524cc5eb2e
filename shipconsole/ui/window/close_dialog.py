"""Asks before the window closes on work that is packed or not sent, naming it."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.operations.shipping.ship import Unfinished
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme

NAMED_MOST = 5


class CloseDialog(QDialog):
    """Two buttons; accepted means that the window may close. Opened with `open()`."""

    def __init__(self, parent: QWidget, theme: Theme, left: Unfinished) -> None:
        """Name what is unfinished."""
        super().__init__(parent)
        self.setObjectName("close_dialog")
        self.setWindowTitle(text("close.title"))
        px = theme.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(18))
        column.setSpacing(px(10))
        column.addWidget(kit.label(text("close.title"), "heading"))
        for line in _unfinished(left):
            said = kit.label(kit.plain(line))
            said.setObjectName("unfinished")
            said.setWordWrap(True)
            column.addWidget(said)
        column.addSpacing(px(6))
        close = kit.button(text("button.close"))
        close.setObjectName("close_program")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        stay = kit.button(text("close.keep_packing"), "plain", "Esc")
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


def _unfinished(left: Unfinished) -> list[str]:
    """What would be left unfinished: orders that are packed, each with its units, and updates that are not sent."""
    lines = [text("close.order_packed", number=number, count=units) for number, units in left.packed[:NAMED_MOST]]
    if len(left.packed) > NAMED_MOST:
        lines.append(text("close.more_orders", count=len(left.packed) - NAMED_MOST))
    if left.packed:
        lines.append(text("close.drafts_kept"))
    if left.updates:
        lines.append(text("close.updates_left", count=left.updates))
    return lines
