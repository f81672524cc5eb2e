"""Which links may be opened: a page over https at a plain host name, and without asking only a carrier's own."""

import re
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QUrl

from shipconsole.domain import carrier as carriers

LONGEST = 2_000
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_HIDDEN = re.compile(
    r"[\x00-\x20\x7f\\\"<>^`{|}]|%(?![0-9a-f]{2})|%(?:0|1|7f|e2%80%[8a]|e2%81%a|ef%bb%bf)", re.IGNORECASE
)
_TWO_PART_ENDINGS = frozenset({"co.uk", "com.au", "co.nz"})


class Link(NamedTuple):
    """A page that may be opened; `is_carriers` tells that it is a carrier's own, others are asked about first."""

    url: QUrl
    host: str
    is_carriers: bool


def judged(address: str | None) -> Link | None:
    """The link, if it may be opened: https, a plain host name, no port but 443, no user, nothing hidden in it."""
    if not address or len(address) > LONGEST or not address.isascii() or _HIDDEN.search(address):
        return None
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    host = url.host()
    fits = (
        url.isValid()
        and url.scheme() == "https"
        and url.port(443) == 443
        and _HOST.fullmatch(host) is not None
        # What Qt reads as the host must be what any other reader would take for it, with no user before it.
        and address.casefold().startswith((f"https://{host}/", f"https://{host}:443/", f"https://{host}?"))
    )
    return Link(url, host, _site(host) in _carriers_sites()) if fits else None


def _site(host: str) -> str:
    """The name that somebody had to register: `ups.com` of `www.ups.com`."""
    labels = host.split(".")
    return ".".join(labels[-3 if ".".join(labels[-2:]) in _TWO_PART_ENDINGS else -2 :])


@cache
def _carriers_sites() -> frozenset[str]:
    addresses = [carriers.tracking_link(one.id, "1") for one in carriers.CARRIERS]
    return frozenset(_site(QUrl(address).host()) for address in addresses if address)
