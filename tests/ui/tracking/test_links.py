"""Only a carrier's own page over https is opened."""

import pytest

from shipconsole.domain import carrier
from shipconsole.ui.tracking.links import safe_link

WRONG = [
    None,
    "",
    "http://tools.usps.com/go",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "smb://host/share",
    "ms-msdt:/id",
    "https://user@tools.usps.com/",
    "https://tools.usps.com:8443/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://localhost/",
    "https:///host",
    "https://tools.usps.com/\nx",
    " https://tools.usps.com/",
    "https://tools.usps.com/\u202egpj",
    "https://api\u3002usps\u3002com/",
    "https://tools.usps.com/a b",
]


@pytest.mark.parametrize("address", WRONG)
def test_what_only_looks_like_a_link_is_not_opened(address: str | None) -> None:
    assert safe_link(address) is None


@pytest.mark.parametrize("known", carrier.CARRIERS, ids=lambda known: known.id)
def test_each_carriers_own_page_may_be_opened(known: carrier.Carrier) -> None:
    address = carrier.tracking_link(known.id, "A 1/2?#&\u202e")
    assert address is None or safe_link(address) is not None
