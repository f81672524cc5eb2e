"""Responses that are not the platform's own: pages of a firewall, a proxy or a network's login.

Such a page tells nothing about the key, and about a request only that it was stopped. Where the intermediary decides
before the platform does, the request certainly did not arrive; of any other page that is not known, for a proxy may
also withhold a response. Source: Cloudflare, Detect a Challenge Page response, and JSON responses for 1xxx errors; RFC
9110, section 15.5.8; RFC 6585, section 6 (read November 2026).
"""

import re
from typing import Any, NamedTuple, cast

from shipconsole.vendors.request import Response

NETWORK_LOGIN, PROXY_LOGIN = 511, 407
DENIED = (401, 402, 403, 451)
PAGES_OF_OTHERS = (403, 451)
"""With these a page is that of a firewall or a proxy. A 401 is about the key in whatever form it comes."""

_HEAD_BYTES = 65_536
# Nothing is tried twice, so that no page can make the search slow.
_PAGE = re.compile(
    r"\s*+(?><\?xml[^>]{0,200}>\s*+)?(?><!--.{0,2000}?-->\s*+)*+<(?:!doctype\s{1,9}html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_CLOUDFLARE_PAGE = re.compile(r"cloudflare|/cdn-cgi/", re.IGNORECASE)
_CLOUDFLARE_LINE = re.compile(r"\s*error code: 1\d{3}\s*", re.IGNORECASE)
_CLOUDFLARE_TYPE = "https://developers.cloudflare.com/"


class Intermediary(NamedTuple):
    """A device that responded instead of the platform, its name if stated, and whether the request was stopped."""

    name: str = ""
    stopped_request: bool = False


def intermediary_of(response: Response, text: str, body: Any) -> Intermediary | None:
    """Return which device responded instead of the platform; None where the platform responded itself.

    `text` is the beginning of the response's body, `body` its JSON value where the status denies something.
    """
    headers, status = response.headers, response.status
    name = _cut(headers.get("server", ""))
    if headers.get("cf-mitigated"):
        return Intermediary("Cloudflare", stopped_request=True)
    if status in (NETWORK_LOGIN, PROXY_LOGIN) or headers.get("x-squid-error"):
        return Intermediary(name, stopped_request=True)
    if status in DENIED and _is_cloudflare(headers.get("server", ""), text, body):
        return Intermediary("Cloudflare", stopped_request=True)
    return Intermediary(name) if is_page(text) and (200 <= status < 300 or status in PAGES_OF_OTHERS) else None


def is_page(text: str) -> bool:
    """Return whether a text is a page for a browser."""
    return _PAGE.match(text[:_HEAD_BYTES]) is not None


def _is_cloudflare(server: str, text: str, body: Any) -> bool:
    if isinstance(body, dict):
        kind = cast("dict[str, object]", body).get("type")
        return isinstance(kind, str) and kind.startswith(_CLOUDFLARE_TYPE)
    if _CLOUDFLARE_LINE.fullmatch(text[:100]) and server.casefold() == "cloudflare":
        return True
    return is_page(text) and _CLOUDFLARE_PAGE.search(text[:_HEAD_BYTES]) is not None


def _cut(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:60].strip()
