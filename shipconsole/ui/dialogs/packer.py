"""Asks who packs at the bench; the name stands on every record from then on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.domain import barcode
from shipconsole.domain.barcode import NAME_MAX
from shipconsole.ui.kit import strings
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme


class PackerDialog(QDialog):
    """Opened with `open()`. Signal: named(str), empty where nobody is named any more."""

    named = Signal(str)

    def __init__(self, parent: QWidget, theme: Theme, name: str, prefix: str) -> None:
        """Begin with who packs now."""
        super().__init__(parent)
        self.setObjectName("packer_dialog")
        self.setWindowTitle(strings.WHO_PACKS)
        self._prefix = prefix
        px = theme.tokens.px
        self.field = QLineEdit(name)
        self.field.setObjectName("packer_name")
        self.field.setAccessibleName(strings.WHO_PACKS)
        self.field.setMaxLength(NAME_MAX)
        self.field.selectAll()
        hint = kit.label(strings.badge_hint(prefix), "secondary")
        hint.setWordWrap(True)
        keep = kit.button(strings.SAVE, "primary", "Enter")
        keep.setObjectName("packer_save")
        keep.setDefault(True)
        keep.clicked.connect(self._on_kept)
        cancel = kit.button(strings.CANCEL, "plain", "Esc")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(22), px(18), px(22), px(18))
        column.setSpacing(px(12))
        column.addWidget(kit.label(strings.WHO_PACKS, "heading"))
        column.addWidget(self.field)
        column.addWidget(hint)
        column.addLayout(buttons)
        self.setMinimumWidth(px(380))

    def take_scan(self, text: str) -> bool:
        """Take a packer's badge; any other scan is the window's."""
        name = barcode.badge(text, self._prefix)
        if name is None:
            return False
        self.field.setText(name)
        self._on_kept()
        return True

    def _on_kept(self) -> None:
        self.named.emit(" ".join(self.field.text().split()))
        self.accept()
