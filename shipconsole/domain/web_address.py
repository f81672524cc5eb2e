"""Addresses from outside that may be requested: https at a plain host name, as a person would read it."""

import re
from urllib.parse import urlsplit

ADDRESS_MAX = 2_000
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_HIDDEN = re.compile(r"[\x00-\x20\x7f\\\"<>^`{|}]|%(?![0-9a-f]{2})|%(?:0|1|7f)", re.IGNORECASE)


def is_plain_https(address: str) -> bool:
    """Return whether an address is https on port 443, at a host with a name, without a user and hidden characters.

    An address by number, or of a computer without a domain, is in this network as likely as not.
    """
    if len(address) > ADDRESS_MAX or not address.isascii() or _HIDDEN.search(address):
        return False
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_bare = parts.netloc.casefold() in (host, f"{host}:443")
    return parts.scheme == "https" and port in (None, 443) and is_bare and _HOST.fullmatch(host) is not None
