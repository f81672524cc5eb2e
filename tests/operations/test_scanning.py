"""Scanning: what one field makes of everything a packer holds under the scanner."""

import pytest

from shipconsole.operations import orders
from shipconsole.operations.desk import Desk
from shipconsole.operations.scanning import scan


@pytest.mark.parametrize(
    ("raw", "opened", "kind", "text"),
    [
        ("10001", False, "order", "10001"),
        ("10001\r", True, "order", "10001"),
        ("mobile", True, "item", "MOBILE"),
        ("MOBILE", False, "unknown", "MOBILE"),
        ("9400100109361129278357", True, "tracking", "9400100109361129278357"),
        ("420787459400111206206406260787", True, "tracking", "9400111206206406260787"),
        ("9400100109361129278357", False, "unknown", "9400100109361129278357"),
        ("33ABC9912345", True, "tracking", "33ABC9912345"),
        ("%ship", True, "command", "SHIP"),
        ("%NEXT PARCEL", False, "command", "NEXT PARCEL"),
        ("SHIP", True, "unknown", "SHIP"),
        ("", True, "unknown", ""),
        ("hello", True, "unknown", "hello"),
    ],
)
async def test_a_scan_is_what_the_packer_means(bench: Desk, raw: str, opened: bool, kind: str, text: str) -> None:
    order_id = await orders.find(bench, "10001") if opened else None
    found = await scan(bench, raw, order_id)
    assert (found.kind, found.text, found.raw) == (kind, text, raw)
    assert bool(found.words) == (kind == "unknown")


async def test_an_item_names_all_its_lines(bench: Desk) -> None:
    found = await scan(bench, "MOBILE-CASE-BLK", await orders.find(bench, "10001"))
    assert len(found.line_ids) == 1
