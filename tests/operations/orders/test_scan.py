"""Scanning: what one field makes of everything a packer holds under the scanner."""

from collections.abc import Mapping

import pytest

from shipconsole.domain.connection import Connection
from shipconsole.domain.label_rules import LabelRules
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import cases, orders
from shipconsole.operations.orders.scan import identify, scan
from tests.operations.importing.test_one_order import upsert_one
from tests.support.bench import USPS_NUMBERS


def order(number: str, items: Mapping[str, str]) -> RemoteOrder:
    """An order in Sydney with two units of each item: barcodes by SKU."""
    lines = tuple(
        RemoteLine(remote_id=f"{number}/{sku}", sku=sku, barcode=barcode, description=f"Thing {sku}", quantity=2)
        for sku, barcode in items.items()
    )
    address = {"name": "Ada Byron", "city": "Sydney", "postal_code": "2000", "country": "AU"}
    return RemoteOrder.model_validate(
        {
            "remote_id": f"r-{number}",
            "number": number,
            "lines": lines,
            "ship_to": address,
            "document": f'{{"n": "{number}"}}',
        }
    )


@pytest.fixture
async def shop(ctx: Context) -> Connection:
    """A connection that tells of orders; no one is asked anything."""
    return await connections.connect(ctx, "shipengine", "ShipEngine")


@pytest.fixture
async def opened(ctx: Context, shop: Connection) -> int:
    """Order 1001 with two units of MUG; orders with other items are known too."""
    await upsert_one(
        ctx,
        shop,
        order("1001", {"MUG": "", "036000291452": "", "TEE": "4006381333931", "Abc": "", "aBC": ""}),
        order("1002", {"CHARGER-USB-C2": "", "5901234123457": "", "CAP": "9780201379624", "1003": ""}),
        order("1003", {"VG-2450": ""}),
        order("ORD-7", {"Z": ""}),
    )
    return await orders.find(ctx, "1001")


@pytest.mark.parametrize(
    ("raw", "kind", "reason", "number"),
    [
        ("MUG", "item", "item_sku", "MUG"),
        ("mug", "item", "item_sku", "MUG"),
        (" ]C0MUG\r", "item", "item_sku", "MUG"),
        ("\uff2d\uff35\uff27", "item", "item_sku", "MUG"),
        ("Abc", "item", "item_sku", "Abc"),
        ("aBC", "item", "item_sku", "aBC"),
        ("ABC", "unknown", "several_items", "ABC"),
        ("036000291452", "item", "item_sku", "036000291452"),
        ("36000291452", "item", "item_gtin", "036000291452"),
        ("0036000291452", "item", "item_gtin", "036000291452"),
        ("]E00036000291452", "item", "item_gtin", "036000291452"),
        ("]d2010003600029145210LOT1", "item", "item_gtin", "036000291452"),
        ("(01)00036000291452", "item", "item_gtin", "036000291452"),
        ("10036000291459", "item", "item_case", "036000291452"),
        ("4006381333931", "item", "item_gtin", "TEE"),
        ("04006381333931", "item", "item_gtin", "TEE"),
        ("1001", "order", "open_order", "1001"),
        ("CHARGER-USB-C2", "wrong_item", "wrong_item", "CHARGER-USB-C2"),
        ("charger-usb-c2", "wrong_item", "wrong_item", "CHARGER-USB-C2"),
        ("05901234123457", "wrong_item", "wrong_item", "5901234123457"),
        ("15901234123454", "wrong_item", "wrong_item", "5901234123457"),
        ("9780201379624", "wrong_item", "wrong_item", "CAP"),
        ("VG-2450", "wrong_item", "wrong_item", "VG-2450"),
        ("VG-2450N", "unknown", "unknown", "VG-2450N"),
        ("X00ABCDEF7", "unknown", "unknown", "X00ABCDEF7"),
        ("https://example.com/p?id=1234", "unknown", "unknown", "https://example.com/p?id=1234"),
        ("9.4001E+21", "unknown", "unknown", "9.4001E+21"),
        ("1002", "order", "other_order", "1002"),
        ("1003", "order", "order_or_item", "1003"),
        ("ord-7", "order", "other_order", "ORD-7"),
        (USPS_NUMBERS[0], "tracking", "label", USPS_NUMBERS[0]),
        ("]C1420902459261290336128704042634", "tracking", "label", "9261290336128704042634"),
        ("33ABC9912345", "tracking", "possible_label", "33ABC9912345"),
        ("036000291469", "unknown", "unknown_item", "036000291469"),
        ("]E0036000291469", "unknown", "unknown_item", "036000291469"),
        ("%ship", "command", "command", "SHIP"),
        ("%OK", "command", "command", "OK"),
        ("SHIP", "unknown", "unknown", "SHIP"),
        ("", "unknown", "unknown", ""),
    ],
)
async def test_a_scan_is_what_the_packer_means(
    ctx: Context, opened: int, raw: str, kind: str, reason: str, number: str
) -> None:
    for found in (await scan(ctx, raw, opened), await identify(ctx, raw, order_id=opened)):
        assert (found.kind, found.reason, found.number, found.raw) == (kind, reason, number, raw)


async def test_skus_of_six_digits_are_their_own_items(ctx: Context, shop: Connection) -> None:
    await upsert_one(ctx, shop, order("S-1", {"120000": "", "120004": ""}), order("S-2", {"120003": ""}))
    opened = await orders.find(ctx, "S-1")
    lines = {line.sku: line.id for line in (await orders.sheet(ctx, opened)).order.lines}
    for sku, line_id in lines.items():
        assert (await scan(ctx, sku, opened)).line_ids == (line_id,)
    assert (await scan(ctx, "120003", opened)).kind == "wrong_item"


@pytest.mark.parametrize(
    ("raw", "kind", "reason", "why_not"),
    [
        ("1001", "order", "other_order", "other_order"),
        ("1003", "order", "other_order", "other_order"),
        ("mug", "item", "item_sku", "no_order_open"),
        ("36000291452", "item", "item_gtin", "no_order_open"),
        ("10036000291459", "item", "item_case", "no_order_open"),
        (USPS_NUMBERS[0], "tracking", "label", "no_order_open"),
        ("%STOP", "command", "command", "command"),
        ("nothing", "unknown", "unknown", "unknown"),
    ],
)
async def test_without_an_order_an_item_is_any_orders_item(
    ctx: Context, opened: int, raw: str, kind: str, reason: str, why_not: str
) -> None:
    found, at_the_bench = await identify(ctx, raw), await scan(ctx, raw, None)
    assert (found.kind, found.reason) == (kind, reason)
    assert (at_the_bench.kind, at_the_bench.reason) == (kind, why_not)


async def test_what_a_scan_tells_besides(ctx: Context, opened: int) -> None:
    lines = {line.sku: line.id for line in (await orders.sheet(ctx, opened)).order.lines}
    mug = await scan(ctx, "mug", opened)
    assert (mug.line_ids, mug.item_name, mug.units) == ((lines["MUG"],), "Thing MUG", 1)
    wrong = await scan(ctx, "CHARGER-USB-C2", opened)
    assert (wrong.line_ids, wrong.item_name) == ((), "Thing CHARGER-USB-C2")
    other = await scan(ctx, "1002", opened)
    assert (other.order_id, other.order_number) == (await orders.find(ctx, "1002"), "1002")
    several = await scan(ctx, "ABC", opened)
    assert several.line_ids == (lines["Abc"], lines["aBC"])
    label = await scan(ctx, "]C1420902459261290336128704042634", opened)
    assert (label.carriers, label.certain, label.check_digit, label.postal_code) == (("usps",), True, "right", "90245")
    wrong_digit = await scan(ctx, "1Z999AA10123456785", opened)
    assert (wrong_digit.kind, wrong_digit.certain, wrong_digit.right_digit) == ("tracking", False, "4")


async def test_two_orders_with_one_number_ask(ctx: Context, shop: Connection, opened: int) -> None:
    second = order("1002", {"OTHER": ""}).model_copy(update={"remote_id": "r-2", "document": '{"n": 2}'})
    await upsert_one(ctx, shop, second)
    found = await scan(ctx, "1002", opened)
    assert (found.kind, found.reason, len(found.order_ids)) == ("unknown", "several_orders", 2)


async def test_the_units_of_a_case_are_entered_once_and_corrected(ctx: Context, opened: int) -> None:
    ctx.current_packer.operator = "Mira"
    assert (await scan(ctx, "10036000291459", opened)).units == 0
    await cases.enter(ctx, "]I110036000291459", 12)
    assert (await scan(ctx, "10036000291459", opened)).units == 12
    assert (await scan(ctx, "036000291452", opened)).units == 1
    assert (await scan(ctx, "20036000291456", opened)).units == 0, "another case of the same article"
    for _ in range(2):
        await cases.enter(ctx, "10036000291459", 10)
    assert (await identify(ctx, "10036000291459")).units == 10
    (stored,) = await cases.every(ctx)
    assert (stored.code, stored.units, stored.item, stored.operator) == ("10036000291459", 10, "036000291452", "Mira")
    for raw, units, path in (("10036000291459", 0, "units"), ("036000291452", 12, "code"), ("MUG", 2, "code")):
        with pytest.raises(ValidationFailed) as refused:
            await cases.enter(ctx, raw, units)
        assert refused.value.problems[0].path == (path,)
    await cases.forget(ctx, "10036000291459")
    assert (await scan(ctx, "10036000291459", opened)).units == 0
    with pytest.raises(ValidationFailed):
        await cases.forget(ctx, "10036000291459")
    known = {"code": "10036000291459"}
    assert [entry.what for entry in await audit_log.events(ctx) if entry.operator == "Mira"] == [
        Message("audit.case_entered", **known, units=12),
        Message("audit.case_changed", **known, units=10, before=12),
        Message("audit.case_removed", **known, before=10),
    ]


async def test_a_platforms_barcode_comes_with_its_items(ctx: Context, shop: Connection, opened: int) -> None:
    await upsert_one(ctx, shop, order("1001", {"MUG": "96385074"}).model_copy(update={"document": '{"n": 3}'}))
    assert (await scan(ctx, "96385074", opened)).number == "MUG"
    await upsert_one(ctx, shop, order("1001", {"MUG": ""}).model_copy(update={"document": '{"n": 4}'}))
    assert (await scan(ctx, "96385074", opened)).number == "MUG", "a platform that says nothing of it takes none away"


async def test_a_carrier_that_the_station_lists_is_taken_unasked(ctx: Context, opened: int) -> None:
    raw = "33ABC9912345"
    assert (await scan(ctx, raw, opened)).reason == "possible_label"
    listing = Context(
        ctx.store,
        ctx.sender,
        ctx.keys,
        ctx.clock,
        ctx.station,
        label_rules=LabelRules(carriers_used=("auspost",)),
    )
    found = await scan(listing, raw, opened)
    assert (found.kind, found.reason, found.certain, found.carriers) == (
        "tracking",
        "listed_carrier",
        False,
        ("auspost",),
    )
    assert (await scan(listing, raw, opened, labelled=True)).reason == "possible_label"
    assert (await scan(listing, "4006381333948", opened)).kind == "unknown"
