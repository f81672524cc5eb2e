"""The question who packs at the station; the audit log shows the name from then on."""

from PySide6.QtWidgets import QWidget

from shipconsole.domain import barcode
from shipconsole.domain.barcode import NAME_MAX
from shipconsole.messages import text
from shipconsole.ui.kit.prompt import TextPrompt
from shipconsole.ui.kit.theme import Theme


class PackerDialog(TextPrompt):
    """A name, typed or scanned from a badge; an empty one signs the packer out."""

    def __init__(self, parent: QWidget, theme: Theme, name: str, prefix: str) -> None:
        """Initialize with the current packer's name; `prefix` begins the site's barcodes."""
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
        """Take a scanned badge; return whether the scan was one."""
        name = barcode.badge(scan, self._prefix)
        if name is not None:
            self.enter(name)
        return name is not None
