"""Asks who packs at the station; the name stands on every record from then on."""

from PySide6.QtWidgets import QWidget

from shipconsole.domain import barcode
from shipconsole.domain.barcode import NAME_MAX
from shipconsole.messages import text
from shipconsole.ui.kit.prompt import TextPrompt
from shipconsole.ui.kit.theme import Theme


class PackerDialog(TextPrompt):
    """A name by keyboard or by badge; an empty one is nobody's any more."""

    def __init__(self, parent: QWidget, theme: Theme, name: str, prefix: str) -> None:
        """Begin with who packs now."""
        super().__init__(
            parent,
            theme,
            "packer",
            text("packer.title"),
            text("packer.hint", badge=f"{prefix}BADGE NAME"),
            label=text("packer.title"),
            button=text("button.save"),
            text=name,
            max_length=NAME_MAX,
            may_be_empty=True,
        )
        self._prefix = prefix

    def take_scan(self, scan: str) -> bool:
        """Take a packer's badge; any other scan is the window's."""
        name = barcode.badge(scan, self._prefix)
        if name is None:
            return False
        self.enter(name)
        return True
