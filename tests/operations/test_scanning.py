"""Scanning: what one field makes of everything a packer holds under the scanner."""

import pytest

from shipconsole.operations import orders
from shipconsole.operations.desk import Desk
from shipconsole.operations.scanning import identify, scan
from tests.kit.bench import USPS_NUMBERS


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


@pytest.mark.parametrize("code", ["WIDGET-2000", "10099999", "4006381333931"])
async def test_a_code_that_nobody_knows_does_not_take_a_labels_place(bench: Desk, code: str) -> None:
    order_id = await orders.find(bench, "10001")
    assert (await scan(bench, code, order_id, labelled=True)).kind == "unknown"
    assert (await scan(bench, "9400100109361129278357", order_id, labelled=True)).kind == "tracking"


async def test_a_wrong_article_is_never_a_first_label(bench: Desk) -> None:
    order_id = await orders.find(bench, "10001")
    assert (await scan(bench, "4006381333931", order_id)).kind == "unknown"
    assert (await scan(bench, "4006381333932", order_id)).kind == "tracking", "its check digit is no article's"


async def test_without_an_order_an_item_is_any_orders_item(bench: Desk) -> None:
    kinds = [(await identify(bench, text)).kind for text in ("10001", "MOBILE", USPS_NUMBERS[0], "%SHIP", "nothing")]
    assert kinds == ["order", "item", "tracking", "command", "unknown"]
    label = await identify(bench, "420787459400111206206406260787")
    assert (label.text, label.carriers, label.check_digit, label.postal_code) == (
        "9400111206206406260787",
        ("usps",),
        "right",
        "78745",
    )
