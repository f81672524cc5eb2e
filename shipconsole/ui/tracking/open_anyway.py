"""Asks before a page is opened that is no carrier's: it shows whose place it is."""

from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.links import Link


class OpenAnywayDialog(QDialog):
    """Shows the host of a page; nothing is opened unless a person says so. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, theme: Theme, link: Link) -> None:
        """Ask about one page."""
        super().__init__(parent)
        self.setObjectName("open_anyway_dialog")
        self.setWindowTitle(text("open_page.title"))
        px = theme.tokens.px
        self.setMinimumWidth(px(420))
        host = kit.label(link.host, "number")
        host.setObjectName("open_anyway_host")
        host.setWordWrap(True)
        address = kit.label(link.url.toString(), "secondary")
        address.setWordWrap(True)
        closed = kit.button(text("open_page.leave"), "plain", "Esc")
        closed.setObjectName("leave_closed")
        closed.setDefault(True)
        closed.clicked.connect(self.reject)
        opens = kit.button(text("open_page.open"))
        opens.setObjectName("open_anyway")
        opens.setAutoDefault(False)
        opens.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(10))
        buttons.addStretch(1)
        buttons.addWidget(opens)
        buttons.addWidget(closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(18))
        column.setSpacing(px(10))
        column.addWidget(kit.label(text("open_page.not_a_carriers")))
        column.addWidget(host)
        column.addWidget(address)
        column.addSpacing(px(6))
        column.addLayout(buttons)
        self._link = link
        closed.setFocus()

    def accept(self) -> None:
        """Open the page."""
        QDesktopServices.openUrl(self._link.url)
        super().accept()
