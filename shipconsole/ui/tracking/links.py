"""Which links may be opened: a carrier's own page over https, and nothing that only looks like one."""

import re

from PySide6.QtCore import QUrl

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def safe_link(address: str | None) -> QUrl | None:
    """The link, if it may be opened: https, a plain host name, no port but 443, no user, nothing hidden in it."""
    if not address or not address.isascii() or not address.isprintable() or " " in address:
        return None
    link = QUrl(address, QUrl.ParsingMode.StrictMode)
    fits = (
        link.isValid()
        and link.scheme() == "https"
        and link.port(443) == 443
        and not link.userInfo()
        and _HOST.fullmatch(link.host()) is not None
    )
    return link if fits else None
