"""What has to be decided before a number is assigned to a package."""

from dataclasses import replace

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.label import (
    LabelFacts,
    LabelIssueKind,
    NumberUse,
    carrier_number,
    holds_several,
    label_issues,
    number_key,
    read,
    same_postal_code,
)
from shipconsole.domain.label_rules import LabelRules

DAY_MS = 86_400_000
NOW_MS = 1_000 * DAY_MS
USPS = "9400100109361129278357"
USPS_420 = "420787459400111206206406260787"
TEXAS = Address(postal_code="78745", country="US")


def facts(raw: str, ship_to: Address = TEXAS, *uses: NumberUse) -> LabelFacts:
    return LabelFacts(label=read(raw), ship_to=ship_to, uses=uses, now_ms=NOW_MS)


def kinds(known: LabelFacts) -> list[tuple[str, bool]]:
    return [(issue.kind.value, issue.stops) for issue in label_issues(known)]


def use(days_ago: float, delivered: bool | None = None) -> NumberUse:
    return NumberUse(7, "1002", 70, NOW_MS - round(days_ago * DAY_MS), "Ada", delivered)


def test_a_certain_label_has_no_issues():
    assert kinds(facts(USPS)) == []
    assert kinds(facts(USPS_420)) == []


@pytest.mark.parametrize(
    ("days_ago", "delivered", "expected"),
    [
        (0, None, ("taken", True)),
        (179, True, ("taken", True)),
        (180, True, ("used_before", False)),
        (180, None, ("used_before", False)),
        (1_000, False, ("taken", True)),
        (-1, True, ("taken", True)),
    ],
)
def test_a_number_in_use_stops_and_an_old_one_asks(days_ago: float, delivered: bool | None, expected: tuple[str, bool]):
    (found,) = label_issues(facts(USPS, TEXAS, use(days_ago, delivered)))
    assert (found.kind, found.stops) == expected
    assert (found.order_id, found.order_number, found.package_id, found.packer) == (7, "1002", 70, "Ada")


def test_the_use_that_contradicts_a_number_most_is_named():
    (found,) = label_issues(facts(USPS, TEXAS, use(400, True), replace(use(3), order_number="1003"), use(500, True)))
    assert (found.kind, found.order_number) == (LabelIssueKind.TAKEN, "1003")


def test_the_station_sets_how_long_a_number_stops():
    known = facts(USPS, TEXAS, use(20, True))
    assert kinds(replace(known, rules=LabelRules(number_reuse_days=10))) == [("used_before", False)]


def test_another_package_of_the_draft_stops():
    (found,) = label_issues(facts(USPS, TEXAS, NumberUse(1, "1001")))
    assert (found.kind, found.stops, found.package_id) == ("taken", True, None)


@pytest.mark.parametrize(
    ("first", "second", "are_equal"),
    [
        ("78745", "78745-1234", True),
        ("78745-1234", "787451234", True),
        ("78745", "78746", False),
        ("00802", "802", True),
        ("1234 AB", "1234ab", True),
        ("1234", "1234 AB", True),
        ("1234 AB", "1234 AC", False),
        ("SW1A 1AA", "sw1a1aa", True),
        ("SW1A", "SW1A 1AA", True),
        ("SW1A 1AA", "SW1A 2AA", False),
        ("K1A 0B1", "K1A0B1", True),
        ("K1A 0B1", "K1B 0B1", False),
        ("L-1234", "1234", True),
        ("LV-1010", "1010", True),
        ("0012345", "12345", True),
        ("01310-100", "01310100", True),
        ("1000-001", "1000", True),
        ("90245", "2000", False),
        ("2134", "02134-1234", True),
        ("02134", "2134-1234", True),
        ("NSW 2000", "2000", True),
        ("NSW 2000", "2001", False),
        ("0000", "2000", False),
        ("1", "10000", False),
        ("2000", "20001", False),
        ("\uff12\uff10\uff10\uff10", "2000", True),
        ("90245", "SW1A 1AA", False),
    ],
)
def test_postal_codes_are_compared_as_far_as_both_go(first: str, second: str, are_equal: bool):
    assert same_postal_code(first, second) is are_equal
    assert same_postal_code(second, first) is are_equal


def test_a_label_to_another_postal_code_stops_and_names_both():
    (found,) = label_issues(facts(USPS_420, Address(postal_code="2000", country="AU")))
    assert (found.kind, found.stops) == ("postal_code", True)
    assert (found.label_postal_code, found.order_postal_code) == ("78745", "2000")
    assert kinds(facts(USPS_420, Address(postal_code="78746", country="US"))) == [("postal_code", True)]


def test_a_missing_postal_code_differs_from_none():
    assert kinds(facts(USPS_420, Address(postal_code=" ", country="US"))) == []
    assert kinds(facts(USPS, Address(postal_code="2000", country="AU"))) == []


@pytest.mark.parametrize("country", ["US", "usa", "U.S.A.", "United States of America", "Vereinigte Staaten"])
def test_a_fedex_zip_code_is_compared_for_the_united_states(country: str):
    ground = "1071804952390002087800925989385163"
    assert kinds(facts(ground, Address(postal_code="20878-1234", country=country))) == []
    (found,) = label_issues(facts(ground, Address(postal_code="90210", country=country)))
    assert (found.kind, found.label_postal_code, found.order_postal_code) == ("postal_code", "20878", "90210")


@pytest.mark.parametrize("country", ["AU", "Australia", "CA", "Deutschland", "MX", "", "Atlantis"])
def test_a_fedex_zip_code_is_not_compared_for_other_countries(country: str):
    assert kinds(facts("1071804952390002087800925989385163", Address(postal_code="90210", country=country))) == []


@pytest.mark.parametrize(
    "raw",
    [
        "0 36000 29145 2",
        "978-3-16-148410-0",
        "4006381333931\u200b",
        "]C10114006381333938",
        "]C101140063813339383712",
        "(01)04006381333931(21)12345678",
        "]d2010400638133393121ABC123\x1d10LOT",
        "]E34006381333931",
        "0199312650999998",
        "\u0664\u0660\u0660\u0666\u0663\u0668\u0661\u0663\u0663\u0663\u0669\u0663\u0661",
    ],
)
def test_an_items_number_is_one_however_it_is_written(raw: str):
    assert kinds(facts(raw)) == [("article_number", False)]
    assert not read(raw).certain


@pytest.mark.parametrize(
    "raw",
    [
        "019931265099999891JDQ019457101000930308",
        "(01)99312650999998(91)JDQ019457101000930308",
        "(420)78745(92)61290336128704042634",
        "0 36000 29145 3",
    ],
)
def test_a_label_is_no_item_for_the_marker_at_its_front(raw: str):
    assert not read(raw).is_article


@pytest.mark.parametrize(
    ("raw", "several"),
    [
        ("1Z999AA10123456784 9400100109361129278357", True),
        ("1Z999AA10123456784;9400100109361129278357", True),
        ("1Z999AA10123456784\r\n1Z999AA10123456784", True),
        ("1Z999AA101234567841Z999AA10123456784", True),
        ("1Z999AA10123456784", False),
        ("1Z 999 AA1 01 2345 6784", False),
        (USPS_420, False),
        ("(420)78745(92)61290336128704042634", False),
        ("LOC-1, LOC-2", False),
        ("1212", False),
        ("", False),
    ],
)
def test_several_numbers_in_one_text_are_recognized(raw: str, several: bool):
    assert holds_several(raw) is several


@pytest.mark.parametrize("raw", ["42078745", "]C142078745", "(420)78745", "JGB 012100123412345678CWC1A1AA1A0SN35TQ"])
def test_the_other_barcode_of_a_label_asks(raw: str):
    known = facts(raw)
    assert ("second_barcode", False) in kinds(known)
    assert not known.label.certain


@pytest.mark.parametrize("raw", [USPS, USPS_420, "C123456789", "LOC-1", "4207874", "0199312650999998"])
def test_a_number_or_a_mere_shape_is_no_other_barcode(raw: str):
    assert "second_barcode" not in dict(kinds(facts(raw)))


def test_a_second_label_asks_but_the_same_one_does_not():
    assert kinds(replace(facts(USPS), other_number="1Z999AA10123456784")) == [("second_label", False)]
    assert kinds(replace(facts(USPS), other_number="9400 1001 0936 1129 2783 57")) == []


def test_a_shape_asks_where_it_was_scanned_and_not_where_it_was_typed():
    assert kinds(replace(facts("LC/000/1234"), asked=True)) == [("possible", False)]
    assert kinds(facts("LC/000/1234")) == []
    assert kinds(replace(facts(USPS), asked=True)) == []


def test_what_stops_comes_first():
    known = facts(USPS_420, Address(postal_code="2000", country="AU"), use(400, True))
    known = replace(known, other_number="1Z999AA10123456784")
    assert kinds(known) == [("postal_code", True), ("used_before", False), ("second_label", False)]


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("]F0A8077152042820403B", "8077152042820403"),
        ("]F0a123456789012c", "123456789012"),
        ("]F0D12345D", "12345"),
        ("A8077152042820403B", "A8077152042820403B"),
    ],
)
def test_the_letters_of_codabar_are_no_part_of_the_number(raw: str, number: str):
    assert read(raw).number == number


@pytest.mark.parametrize(
    "raw",
    [
        "1Z999AA10123456784",
        USPS_420,
        "1071804952390002087800925989385163",
        "LOC-00 12",
        "A1",
        "]C0LOC1",
        "4006381333931",
    ],
)
def test_the_carriers_number_is_its_own_number(raw: str):
    number = carrier_number(raw)
    assert carrier_number(number) == number
    assert number_key(raw) == number_key(number)
