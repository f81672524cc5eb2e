"""Responses that are not the platform's own: pages of a firewall, a proxy or a network's login.

Such a page says nothing of the key, and of a request only that it was stopped. Where what stopped it decides before the
platform does, the request certainly did not arrive; of any other page that is not known, for a proxy may also withhold
a response. Source: Cloudflare, Detect a Challenge Page response, and JSON responses for 1xxx errors; RFC 9110, section
15.5.8; RFC 6585, section 6 (read November 2026).
"""

import re
from typing import Any, NamedTuple, cast

from shipconsole.vendors.exchange import Answer

NETWORK_LOGIN, PROXY_LOGIN = 511, 407
DENIED = (401, 402, 403, 451)
PAGES_OF_OTHERS = (403, 451)
"""With these a page is that of a firewall or a proxy. A 401 is an answer about the key in whatever form it comes."""

_HEAD_BYTES = 65_536
# Nothing is tried twice, so that no page can make the search slow.
_PAGE = re.compile(
    r"\s*+(?><\?xml[^>]{0,200}>\s*+)?(?><!--.{0,2000}?-->\s*+)*+<(?:!doctype\s{1,9}html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_CLOUDFLARES_PAGE = re.compile(r"cloudflare|/cdn-cgi/", re.IGNORECASE)
_CLOUDFLARES_LINE = re.compile(r"\s*error code: 1\d{3}\s*", re.IGNORECASE)
_CLOUDFLARES_TYPE = "https://developers.cloudflare.com/"


class Between(NamedTuple):
    """Who answered in the platform's place, as far as it says, and whether the request certainly did not arrive."""

    who: str = ""
    certain: bool = False


def between(answer: Answer, text: str, body: Any) -> Between | None:
    """Tell who answered, from a response, the beginning of its body as text, and where it denies something its JSON.

    None where the platform answered itself.
    """
    headers, status = answer.headers, answer.status
    who = _cut(headers.get("server", ""))
    if headers.get("cf-mitigated"):
        return Between("Cloudflare", certain=True)
    if status in (NETWORK_LOGIN, PROXY_LOGIN) or headers.get("x-squid-error"):
        return Between(who, certain=True)
    if status in DENIED and _is_cloudflares(headers.get("server", ""), text, body):
        return Between("Cloudflare", certain=True)
    return Between(who) if is_page(text) and (200 <= status < 300 or status in PAGES_OF_OTHERS) else None


def is_page(text: str) -> bool:
    """Whether a text is a page for a browser."""
    return _PAGE.match(text[:_HEAD_BYTES]) is not None


def _is_cloudflares(server: str, text: str, body: Any) -> bool:
    if isinstance(body, dict):
        kind = cast("dict[str, object]", body).get("type")
        return isinstance(kind, str) and kind.startswith(_CLOUDFLARES_TYPE)
    if _CLOUDFLARES_LINE.fullmatch(text[:100]) and server.casefold() == "cloudflare":
        return True
    return is_page(text) and _CLOUDFLARES_PAGE.search(text[:_HEAD_BYTES]) is not None


def _cut(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:60].strip()
