"""Asks before what was typed is forgotten, naming it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme


class UnsavedDialog(QDialog):
    """Two buttons; accepted means that what was typed may go. Opened with `open()`."""

    def __init__(self, parent: QWidget, theme: Theme, unsaved: Sequence[str]) -> None:
        """Name what is not saved, a line for each thing."""
        super().__init__(parent)
        self.setObjectName("unsaved_dialog")
        self.setWindowTitle(text("unsaved.title"))
        px = theme.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(18))
        column.setSpacing(px(10))
        column.addWidget(kit.label(text("unsaved.title"), "heading"))
        for line in unsaved:
            said = kit.label(line)
            said.setObjectName("unsaved")
            said.setWordWrap(True)
            column.addWidget(said)
        means = kit.label(text("unsaved.means"), "secondary")
        means.setWordWrap(True)
        column.addWidget(means)
        column.addSpacing(px(6))
        leave = kit.button(text("unsaved.close"))
        leave.setObjectName("close_unsaved")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.accept)
        keep = kit.button(text("unsaved.keep_editing"), "plain", "Esc")
        keep.setObjectName("keep_editing")
        keep.setDefault(True)
        keep.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(leave)
        buttons.addStretch(1)
        buttons.addWidget(keep)
        column.addLayout(buttons)
        self.setMinimumWidth(px(440))
        keep.setFocus()
