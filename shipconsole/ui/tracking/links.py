"""The links that may be opened: https pages at a plain host name, and only a carrier's own without a question."""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from shipconsole.domain import carrier as carriers
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.screen_fit import fit_to_texts
from shipconsole.ui.kit.theme import Theme

ADDRESS_MAX = 2_000
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_HIDDEN = re.compile(
    r"[\x00-\x20\x7f\\\"<>^`{|}]|%(?![0-9a-f]{2})|%(?:0|1|7f|e2%80%[8a]|e2%81%a|ef%bb%bf)", re.IGNORECASE
)
_TWO_PART_ENDINGS = frozenset({"co.uk", "com.au", "co.nz"})


class Link(NamedTuple):
    """A page that may be opened; a person confirms it first unless it `is_carriers`, a known carrier's own page."""

    url: QUrl
    host: str
    is_carriers: bool


def checked_link(address: str | None) -> Link | None:
    """Return the link if it may be opened: https, a plain host name, port 443, no user, no hidden characters."""
    if not address or len(address) > ADDRESS_MAX or not address.isascii() or _HIDDEN.search(address):
        return None
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    host = url.host()
    fits = (
        url.isValid()
        and url.scheme() == "https"
        and url.port(443) == 443
        and _HOST.fullmatch(host) is not None
        # The host that Qt reads must be the one that any other program reads, with no user before it.
        and address.casefold().startswith((f"https://{host}/", f"https://{host}:443/", f"https://{host}?"))
    )
    return Link(url, host, _site(host) in _carriers_sites()) if fits else None


def _site(host: str) -> str:
    """Return the registered name: `ups.com` of `www.ups.com`."""
    labels = host.split(".")
    return ".".join(labels[-3 if ".".join(labels[-2:]) in _TWO_PART_ENDINGS else -2 :])


@cache
def _carriers_sites() -> frozenset[str]:
    addresses = [carriers.tracking_link(carrier.id, "1") for carrier in carriers.CARRIERS]
    return frozenset(_site(QUrl(address).host()) for address in addresses if address)


def open_link(parent: QWidget, theme: Theme, link: Link, act: Callable[[], object] | None = None) -> None:
    """Open a carrier's own page; ask about any other page first. With `act`, do that with the page instead."""
    act = act or (lambda: QDesktopServices.openUrl(link.url))
    if link.is_carriers:
        act()
        return
    dialog = OpenAnywayDialog(parent, theme, link, act)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


class OpenAnywayDialog(QDialog):
    """Asks before a page that is not a known carrier's is opened, and shows its host. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, theme: Theme, link: Link, act: Callable[[], object]) -> None:
        """Ask about one page, which `act` opens; the default is not to."""
        super().__init__(parent)
        self._act = act
        self.setObjectName("open_anyway_dialog")
        self.setWindowTitle(text("open_page.title"))
        px = theme.tokens.px
        self.setMinimumWidth(px(420))
        host = _breakable(link.host, "number")
        host.setObjectName("open_anyway_host")
        host.setAccessibleName(link.host)
        host.setWordWrap(True)
        address = _breakable(link.url.toString(), "secondary")
        address.setWordWrap(True)
        leave = widgets.button(text("open_page.leave"), "plain", "Esc")
        leave.setObjectName("leave_closed")
        leave.setDefault(True)
        leave.clicked.connect(self.reject)
        open_page = widgets.button(text("open_page.open"))
        open_page.setObjectName("open_anyway")
        open_page.setAutoDefault(False)
        open_page.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(10))
        buttons.addStretch(1)
        buttons.addWidget(open_page)
        buttons.addWidget(leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(18), px(20), px(18))
        column.setSpacing(px(10))
        asked = widgets.label(text("open_page.not_a_carriers"))
        asked.setWordWrap(True)
        column.addWidget(asked)
        column.addWidget(host)
        column.addWidget(address)
        column.addSpacing(px(6))
        column.addLayout(buttons)
        leave.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the address needs."""
        fit_to_texts(self)
        super().showEvent(event)

    def accept(self) -> None:
        """Open the page."""
        super().accept()
        self._act()


def _breakable(address: str, variant: str) -> QLabel:
    """Return a label with an address, which can go on in the next line after any character."""
    made = widgets.label("", variant)
    made.setText("\u200b".join(plain(address)))
    return made
