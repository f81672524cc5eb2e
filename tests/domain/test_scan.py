"""The meaning of a scan: a row for each reason, and similar codes that must not be mistaken for it."""

import random
from dataclasses import replace

import pytest

from shipconsole.domain import code, gtin, label
from shipconsole.domain.scan import KnownItem, KnownOrder, Reading, Scan, ScanFacts, ScanReason, interpret

USPS = "9400100109361129278357"
OPEN = KnownOrder(1, "1001")
OTHER = KnownOrder(2, "1002")
MUG = KnownItem("MUG", "Mug", 11)
CHARGER = KnownItem("CHARGER-USB-C2", "Charger")


def meaning(raw: str, *, opened: bool = True, **what: object) -> Scan:
    """Return the meaning of a scan; `used`, `taught` and `labelled` describe the station."""
    station = {
        "carriers_used": what.pop("used", ()),
        "fits_learned_format": what.pop("taught", False),
        "labelled": what.pop("labelled", False),
    }
    first, *cleaned = code.readings(raw)
    readings = (Reading(first, **what), *map(Reading, cleaned))  # pyright: ignore[reportArgumentType] - by name
    order_id = OPEN.id if opened else None
    return interpret(ScanFacts(raw, readings, label.read(raw), order_id, **station))  # pyright: ignore[reportArgumentType]


ROWS = [
    ("a command", "%SHIP", {"command": "SHIP"}, "command", "command", "SHIP"),
    ("a command before all else", "%SHIP", {"command": "SHIP", "items": (MUG,)}, "command", "command", "SHIP"),
    ("an item by its SKU", "MUG", {"items": (MUG,)}, "item", "item_sku", "MUG"),
    (
        "an item by its GTIN",
        "036000291452",
        {"items": (MUG._replace(reason=ScanReason.ITEM_GTIN),)},
        "item",
        "item_gtin",
        "MUG",
    ),
    (
        "a case of an item",
        "10036000291459",
        {"items": (MUG._replace(reason=ScanReason.ITEM_CASE),), "units": 12},
        "item",
        "item_case",
        "MUG",
    ),
    ("an item whose SKU is a label's number", USPS, {"items": (MUG,)}, "item", "item_sku", "MUG"),
    (
        "an item whose SKU is an order's number",
        "1002",
        {"items": (MUG,), "orders": (OTHER,)},
        "item",
        "item_sku",
        "MUG",
    ),
    ("two items", "ABC", {"items": (MUG, KnownItem("mug", "", 12))}, "unknown", "several_items", "ABC"),
    ("the open order", "1001", {"orders": (OPEN,)}, "order", "open_order", "1001"),
    (
        "the open order before an item elsewhere",
        "1001",
        {"orders": (OPEN,), "elsewhere": CHARGER},
        "order",
        "open_order",
        "1001",
    ),
    ("a wrong item", "CHARGER-USB-C2", {"elsewhere": CHARGER}, "wrong_item", "wrong_item", "CHARGER-USB-C2"),
    (
        "a wrong item that is a label's number",
        USPS,
        {"elsewhere": CHARGER},
        "wrong_item",
        "wrong_item",
        "CHARGER-USB-C2",
    ),
    ("a label", USPS, {}, "tracking", "label", USPS),
    ("a label that is an order's number", USPS, {"orders": (OTHER,)}, "tracking", "label", USPS),
    ("another order", "1002", {"orders": (OTHER,)}, "order", "other_order", "1002"),
    (
        "another order whose number may be a label's",
        "JD0002000000001234",
        {"orders": (OTHER,)},
        "order",
        "other_order",
        "1002",
    ),
    ("an order or an item", "1002", {"orders": (OTHER,), "elsewhere": CHARGER}, "order", "order_or_item", "1002"),
    ("two orders", "1002", {"orders": (OTHER, KnownOrder(3, "1002"))}, "unknown", "several_orders", "1002"),
    (
        "two orders of which one is open",
        "1001",
        {"orders": (OTHER, OPEN)},
        "order",
        "open_order",
        "1001",
    ),
    (
        "two orders or an item",
        "1002",
        {"orders": (OTHER, KnownOrder(3, "1002")), "elsewhere": CHARGER},
        "unknown",
        "several_orders",
        "1002",
    ),
    ("a possible label", "33ABC9912345", {}, "tracking", "possible_label", "33ABC9912345"),
    (
        "a listed carrier's shape",
        "33ABC9912345",
        {"used": ("auspost",)},
        "tracking",
        "listed_carrier",
        "33ABC9912345",
    ),
    (
        "another carrier is listed",
        "33ABC9912345",
        {"used": ("gofo",)},
        "tracking",
        "possible_label",
        "33ABC9912345",
    ),
    (
        "a listed carrier's shape on a package with a label",
        "33ABC9912345",
        {"used": ("auspost",), "labelled": True},
        "tracking",
        "possible_label",
        "33ABC9912345",
    ),
    ("a taught format", "LC/000/1234", {"taught": True}, "tracking", "taught_format", "LC/000/1234"),
    (
        "a taught format on a package with a label",
        "LC/000/1234",
        {"taught": True, "labelled": True},
        "unknown",
        "unknown",
        "LC/000/1234",
    ),
    (
        "a taught format that is a wrong item",
        "LC/000/1234",
        {"taught": True, "elsewhere": CHARGER},
        "wrong_item",
        "wrong_item",
        "CHARGER-USB-C2",
    ),
    ("a wrong check digit", "1Z999AA10123456785", {}, "tracking", "wrong_check_digit", "1Z999AA10123456785"),
    ("an unknown article", "4006381333931", {}, "unknown", "unknown_item", "4006381333931"),
    (
        "an unknown article though its length was taught",
        "4006381333931",
        {"taught": True},
        "unknown",
        "unknown_item",
        "4006381333931",
    ),
    ("an unknown article in a GS1 code", "]E0036000291452", {}, "unknown", "unknown_item", "036000291452"),
    ("unknown", "hello", {}, "unknown", "unknown", "hello"),
    ("a link", "https://example.com/p?id=1234", {}, "unknown", "unknown", "https://example.com/p?id=1234"),
    ("a number out of a spreadsheet", "9.4001E+21", {}, "unknown", "unknown", "9.4001E+21"),
    ("an FNSKU", "X00ABCDEF7", {}, "unknown", "unknown", "X00ABCDEF7"),
    ("a SKU that is known nowhere", "VG-2450N", {}, "unknown", "unknown", "VG-2450N"),
]


@pytest.mark.parametrize(
    ("raw", "what", "kind", "reason", "number"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_scan_has_one_meaning_and_its_reason(raw: str, what: dict[str, object], kind: str, reason: str, number: str):
    found = meaning(raw, **what)
    assert (found.kind, found.reason, found.number, found.raw) == (kind, reason, number, raw)


def test_every_reason_has_a_row_but_the_one_that_only_a_scan_has():
    assert {row[4] for row in ROWS} == {reason.value for reason in ScanReason} - {"no_order_open"}


def test_a_scan_has_further_details():
    case = meaning("10036000291459", items=(MUG._replace(reason=ScanReason.ITEM_CASE),), units=0)
    assert (case.units, case.line_ids, case.item_name) == (0, (11,), "Mug")
    assert meaning("036000291452", items=(MUG,), units=12).units == 1, "the item itself is one, whatever a case has"
    two = meaning("ABC", items=(MUG, KnownItem("mug", "", 12)), units=12)
    assert (two.line_ids, two.units) == ((11, 12), 1)
    cases = (MUG._replace(reason=ScanReason.ITEM_CASE), KnownItem("CUP", "", 12, ScanReason.ITEM_CASE))
    assert [meaning("10036000291459", items=cases, units=units).units for units in (12, 0)] == [12, 0]
    assert meaning("MUG", items=(MUG, MUG._replace(line_id=12))).line_ids == (11, 12), (
        "one SKU on two lines is one item"
    )
    orders = meaning("1002", orders=(OTHER, KnownOrder(3, "1002")))
    assert (orders.order_id, orders.order_ids) == (None, (2, 3))
    either = meaning("1002", orders=(OTHER,), elsewhere=CHARGER)
    assert (either.order_id, either.order_number, either.item_name) == (2, "1002", "Charger")
    wrong = meaning("1Z999AA10123456785")
    assert (wrong.certain, wrong.check_digit, wrong.right_digit, wrong.carriers) == (False, "wrong", "4", ("ups",))


def test_one_item_in_two_forms_is_one_item():
    lines = (KnownItem("036000291452", "Mug", 11), KnownItem("0036000291452", "Mug", 12))
    assert meaning("36000291452", items=lines).line_ids == (11, 12)


@pytest.mark.parametrize(
    ("what", "kind", "reason"),
    [
        ({"elsewhere": MUG}, "item", "item_sku"),
        ({"orders": (OTHER,)}, "order", "other_order"),
        ({"orders": (OTHER,), "elsewhere": MUG}, "order", "other_order"),
        ({"orders": (OTHER, OPEN)}, "unknown", "several_orders"),
    ],
)
def test_while_no_order_is_open_a_number_opens_one(what: dict[str, object], kind: str, reason: str):
    found = meaning("1002", opened=False, **what)
    assert (found.kind, found.reason) == (kind, reason)
    assert meaning(USPS, opened=False, orders=(OTHER,)).kind == "order", "on a slip it is the order"
    assert meaning(USPS, opened=False).reason == "label"


def test_a_normalized_reading_counts_only_if_the_unchanged_text_matches_nothing():
    raw = "]C0MUG"
    cleaned = Reading("MUG", items=(MUG,))
    facts = ScanFacts(raw, (Reading(raw), cleaned), label.read(raw), OPEN.id)
    assert interpret(facts).number == "MUG"
    own = KnownItem("]C0MUG", "", 12)
    assert interpret(replace(facts, readings=(Reading(raw, items=(own,)), cleaned))).line_ids == (12,)
    codabar = ScanFacts(
        f"A{USPS}B", (Reading(f"A{USPS}B", orders=(OTHER,)), Reading(USPS)), label.read(f"A{USPS}B"), OPEN.id
    )
    assert interpret(codabar).kind == "order", "a label in a cleaned reading is no match of the text as it came"
    assert (
        interpret(replace(codabar, readings=(Reading(f"A{USPS}B"), Reading(USPS, orders=(OTHER,))))).reason == "label"
    )


@pytest.mark.parametrize(
    ("raw", "number", "postal_code"),
    [
        ("]C1420902459261290336128704042634", "9261290336128704042634", "90245"),
        ("]d2420902459261290336128704042634", "9261290336128704042634", "90245"),
        ("(420)90245(92)61290336128704042634", "9261290336128704042634", "90245"),
        ("\x1d420902459261290336128704042634", "9261290336128704042634", "90245"),
        ("42090245\x1d9261290336128704042634", "9261290336128704042634", "90245"),
        ("4209024512345\x1d9261290336128704042634", "9261290336128704042634", "90245"),
        ("420902451234\x1d9261290336128704042634", "9261290336128704042634", "90245-1234"),
        ("]C01Z999AA10123456784", "1Z999AA10123456784", ""),
        ("1z999aa10123456784", "1Z999AA10123456784", ""),
        ("1Z 999 AA1 01 2345 6784", "1Z999AA10123456784", ""),
        ("1071804952390002087800925989385163", "925989385163", "20878"),
        ("9622080430002481027200399594546820", "399594546820", ""),
        ("9612804882227378545377", "882227378545377", ""),
        (f"a{USPS}b", USPS, ""),
        (f"*{USPS}*", USPS, ""),
        ("\uff11Z999AA10123456784", "1Z999AA10123456784", ""),
    ],
)
def test_a_label_is_read_with_any_text_around_its_number(raw: str, number: str, postal_code: str):
    found = meaning(raw)
    assert (found.kind, found.number, found.postal_code) == ("tracking", number, postal_code)


def valid_gtin(chance: random.Random) -> str:
    body = "".join(chance.choices("0123456789", k=chance.choice((11, 12, 13))))
    return body + gtin.check_digit(body)


def unasked(raw: str) -> bool:
    """Return whether an unknown code becomes a label although the station expects everything."""
    read = label.read(raw)
    everything = ScanFacts(raw, (Reading(raw),), read, OPEN.id, tuple(read.carriers), fits_learned_format=True)
    return any(
        interpret(facts).reason in ("label", "listed_carrier", "taught_format")
        for facts in (everything, ScanFacts(raw, (Reading(raw),), read, OPEN.id))
    )


def test_no_random_item_number_is_a_label_without_a_question():
    chance = random.Random(20_000)
    taken = [raw for raw in (valid_gtin(chance) for _ in range(20_000)) if unasked(raw)]
    assert taken == []


@pytest.mark.heavy
@pytest.mark.parametrize("length", [12, 13, 14])
def test_no_item_number_of_a_million_is_a_label_without_a_question(length: int):
    chance = random.Random(length)
    for _ in range(1_000_000):
        body = "".join(chance.choices("0123456789", k=length - 1))
        raw = body + gtin.check_digit(body)
        assert not unasked(raw), raw
