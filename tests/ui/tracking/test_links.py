"""Only https pages at a plain host name are opened, and only a carrier's own without a question."""

import pytest

from shipconsole.domain import carrier
from shipconsole.ui.tracking.links import checked_link

REFUSED = [
    None,
    "",
    "tools.usps.com/go",
    "//tools.usps.com/go",
    "http://tools.usps.com/go",
    "HTTP://tools.usps.com/go",
    "ftp://tools.usps.com/go",
    "javascript:alert(1)",
    "javascript://tools.usps.com/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "file://server/share/label.pdf",
    "smb://host/share",
    "ms-msdt:/id",
    "ms-word:ofe|u|https://tools.usps.com/a.docx",
    "mailto:someone@example.com",
    "about:blank",
    "view-source:https://tools.usps.com/",
    "https:tools.usps.com/",
    "https:/tools.usps.com/",
    "https:///host",
    "https://",
    "https://user@tools.usps.com/",
    "https://user:word@tools.usps.com/",
    "https://@tools.usps.com/",
    "https://tools.usps.com@198.51.100.7/",
    "https://tools.usps.com%40example.com/",
    "https://tools.usps.com:8443/",
    "https://tools.usps.com:80/",
    "https://tools.usps.com:99999/",
    "https://tools.usps.com:0/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://localhost/",
    "https://tools.usps.com./",
    "https://tools..usps.com/",
    "https://-tools.usps.com/",
    "https://tools.usps.com\\@example.com/",
    "https:\\\\tools.usps.com/",
    "https://tools.usps.com/\nx",
    "https://tools.usps.com/\tx",
    "https://tools.usps.com/\x00",
    "https://tools.usps.com/\x7f",
    " https://tools.usps.com/",
    "https://tools.usps.com/ ",
    "https://tools.usps.com/a b",
    "https://tools.usps.com/\u202egpj",
    "https://tools.usps.com/%E2%80%AEgpj",
    "https://tools.usps.com/%0d%0aSet-Cookie:a",
    "https://tools.usps.com/%00",
    "https://tools.usps.com/%zz",
    "https://api\u3002usps\u3002com/",
    "https://tools.u\u0455ps.com/",
    "https://tools.usps.com\uff0f.example.com/",
    "https://xn--usps-4ve.com\u200b/",
    "https://tools.usps.com/" + "a" * 2_000,
]
CONFIRMED_FIRST = [
    "https://example.com/track",
    "https://usps.com.example.com/",
    "https://tools-usps.com/",
    "https://xn--usp-hza.com/",
    "https://track.example.co.uk/1",
    "https://co.uk/",
]
OPENED = [
    "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400100109361129278357",
    "https://www.ups.com/track?tracknum=1Z",
    "HTTPS://TOOLS.USPS.COM/go",
    "https://tools.usps.com:443/go",
    "https://www.yodel.co.uk/tracking/1",
    "https://www.nzpost.co.nz/tools/tracking/item/1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_unsafe_address_is_not_opened(address: str | None) -> None:
    assert checked_link(address) is None


@pytest.mark.parametrize("address", CONFIRMED_FIRST)
def test_a_page_of_another_site_is_confirmed_first(address: str) -> None:
    link = checked_link(address)
    assert link is not None
    assert (link.is_carriers, link.host) == (False, address.split("/")[2])


@pytest.mark.parametrize("address", OPENED)
def test_a_carriers_page_may_be_opened(address: str) -> None:
    link = checked_link(address)
    assert link is not None
    assert link.is_carriers


@pytest.mark.parametrize("known", carrier.CARRIERS, ids=lambda known: known.id)
def test_each_carriers_own_page_may_be_opened(known: carrier.Carrier) -> None:
    address = carrier.tracking_link(known.id, "A 1/2?#&\u202e")
    assert address is None or checked_link(address) is None
    address = carrier.tracking_link(known.id, "A 1/2?#&")
    link = checked_link(address)
    assert address is None or (link is not None and link.is_carriers)
