"""Numbers of every format we know, made here, and what must be told of them."""

import random
import re
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shipconsole.domain import carrier_formats
from shipconsole.domain.carrier import (
    CARRIERS,
    Carrier,
    Identified,
    by_id,
    has_formats,
    identify,
    tracking_link,
    words,
)

# "#" is any digit, "?" the check character. In the second group one wrong digit may go unseen: the weights
# 5 apart (UPS, OnTrac) or the remainders that share a digit (FedEx, S10, DHL) allow it.
ONE_WRONG_DIGIT_SHOWS = (
    ("usps", "94" + "#" * 19 + "?"),
    ("usps", "94###8" + "#" * 19 + "?"),
    ("usps", "94###9" + "#" * 23 + "?"),
    ("usps", "92###9" + "#" * 15 + "?"),
    ("usps", "93###5" + "#" * 19 + "?"),
    ("usps", "95####" + "#" * 15 + "?"),
    ("usps", "91" + "#" * 19 + "?"),
    ("usps", "4204441091" + "#" * 19 + "?"),
    ("usps", "42044410" + "#" * 19 + "?"),
    ("usps", "420444101234" + "#" * 19 + "?"),
    ("fedex", "9611020" + "#" * 14 + "?"),
    ("fedex", "#" * 14 + "?"),
    ("canada_post", "#" * 15 + "?"),
    ("purolator", "3" + "#" * 10 + "?"),
    ("old_dominion", "777" + "#" * 7 + "?"),
    ("old_dominion", "072" + "#" * 7 + "?"),
    ("old_dominion", "80" + "#" * 8 + "?"),
    ("dpd", "#" * 27 + "?"),
    ("dpd", "#" * 14 + "?"),
)
CHECKED = (
    *ONE_WRONG_DIGIT_SHOWS,
    ("usps", "71" + "#" * 17 + "?"),
    ("fedex", "#" * 11 + "?"),
    ("fedex", "10275901118200044410" + "00" + "#" * 11 + "?"),
    ("fedex", "96220019000000000000" + "00" + "#" * 11 + "?"),
    ("fedex", "3" + "#" * 15 + "#" * 11 + "?" + "0442"),
    ("fedex", "00" + "#" * 15 + "?"),
    ("ups", "1Z" + "###W######A####" + "?"),
    ("ups", "H" + "#" * 9 + "?"),
    ("s10", "RB" + "#" * 8 + "?CH"),
    ("dhl", "#" * 9 + "?"),
    ("dhl", "#" * 10 + "?"),
    ("ontrac", "C" + "#" * 13 + "?"),
    ("ontrac", "D" + "#" * 13 + "?"),
)
UNCHECKED = (
    ("purolator", "ABC#########"),
    ("dhl", "JJD##########"),
    ("dhl", "GM##########AB##"),
    ("dhl", "##############"),
    ("lasership", "LX1#######"),
    ("lasership", "1LS71##########"),
    ("lasership", "1LS71##011######-1"),
    ("lasership", "1LSCX##########"),
    ("amazon", "TBA############"),
    ("amazon", "F##########"),
    ("canpar", "D#####################"),
    ("gofo", "GFUS##############"),
    ("landmark", "LTN########N1"),
    ("speedee", "SP##################"),
    ("yodel", "JD################"),
    ("yodel", "JJD################"),
    ("yunexpress", "YT################"),
)
ARABIC = "\u0661" * 14
CHECK_CHARACTERS = string.digits + string.ascii_uppercase


def filled(template: str, chance: random.Random) -> str:
    """The template with digits for each "#", never beginning with a zero."""
    return re.sub("#", lambda _: chance.choice("123456789"), template)


def right_for(carrier_id: str, number: str) -> bool:
    """Whether the carrier is among those whose check digit the number has right."""
    found = identify(number, carrier_id)
    return found.check_digit == "right" and carrier_id in found.carriers


def numbers(template: str, carrier_id: str, count: int) -> list[str]:
    """So many numbers after the template, each with the right check digit; the same ones in every run."""
    chance = random.Random(template)
    made = [filled(template, chance) for _ in range(count)]
    return [
        next(whole for check in CHECK_CHARACTERS if right_for(carrier_id, whole := number.replace("?", check)))
        for number in made
    ]


def test_a_usps_label_gives_number_and_postal_code():
    assert identify("420787459400111206206406260787") == Identified(
        "9400111206206406260787", ("usps",), "right", "22 digits", "78745"
    )


def test_a_postal_code_of_nine_digits_is_written_as_on_letters():
    found = identify("420787451234" + "9400111206206406260787")
    assert (found.number, found.postal_code) == ("9400111206206406260787", "78745-1234")


def test_a_wrong_digit_in_a_usps_label_still_splits_the_postal_code_off():
    found = identify("420787459400111206206406260788")
    assert found == Identified("9400111206206406260788", ("usps",), "wrong", "22 digits", "78745")


@pytest.mark.parametrize(
    ("scan", "number", "postal_code"),
    [
        ("1027590111820004833500785458233610", "785458233610", "48335"),
        ("9622001900000000000000785458233610", "785458233610", ""),
        ("3234567890123456" + "785458233610" + "0442", "785458233610", ""),
        ("9611020987654312345672", "987654312345672", ""),
    ],
)
def test_a_fedex_label_gives_the_short_number(scan: str, number: str, postal_code: str):
    found = identify(scan)
    assert (found.number, found.carriers, found.check_digit) == (number, ("fedex",), "right")
    assert found.postal_code == postal_code


def test_a_fedex_number_of_fourteen_digits_keeps_them_all():
    serial = "1" + "0" * 12
    found = identify("1027590111820000000" + "0" + serial + "1")
    assert (found.number, found.check_digit, found.postal_code) == (serial + "1", "right", "")


@pytest.mark.parametrize(
    ("number", "carrier_id"),
    [
        ("9400100109361129278357", "usps"),
        ("1Z5R89390357567127", "ups"),
        ("1z 5r8 939 03 5756 7127", "ups"),
        ("785458233610", "fedex"),
        ("7854 5823-3610", "fedex"),
        ("7854\u20115823\u00a03610\u200b", "fedex"),
        ("RB473124829CH", "s10"),
        ("7112 3456 7891 2345 6787", "usps"),
        ("C11031500001879", "ontrac"),
        ("D10011354453707", "ontrac"),
    ],
)
def test_well_known_numbers_are_right(number: str, carrier_id: str):
    found = identify(number)
    assert (found.carriers, found.check_digit) == ((carrier_id,), "right")
    assert found.number.isalnum()
    assert found.number.upper() == found.number


@pytest.mark.parametrize(
    ("number", "carrier_id"),
    [
        ("9400100109361129278358", "usps"),
        ("1Z5R89390357567128", "ups"),
        ("RB473124828CH", "s10"),
        ("RX473124828DE", "deutsche_post"),
    ],
)
def test_a_wrong_check_digit_is_told_with_the_carrier(number: str, carrier_id: str):
    found = identify(number)
    assert (found.number, found.carriers, found.check_digit) == (number, (carrier_id,), "wrong")


@pytest.mark.parametrize(("carrier_id", "template"), CHECKED)
def test_every_serial_has_a_right_check_digit(carrier_id: str, template: str):
    for number in numbers(template, carrier_id, 5):
        assert by_id(carrier_id)
        assert has_formats(carrier_id)
        assert identify(number).check_digit == "right"


@pytest.mark.parametrize(("carrier_id", "template"), ONE_WRONG_DIGIT_SHOWS)
def test_one_changed_digit_is_caught(carrier_id: str, template: str):
    (number,) = numbers(template, carrier_id, 1)
    for at, place in enumerate(template):
        if place not in "#?":
            continue
        for digit in set(string.digits) - {number[at]}:
            assert not right_for(carrier_id, number[:at] + digit + number[at + 1 :])


@pytest.mark.parametrize(("carrier_id", "template"), UNCHECKED)
def test_formats_without_check_digit_name_their_carrier(carrier_id: str, template: str):
    number = filled(template, random.Random(template))
    found = identify(number.lower())
    assert found.carriers[0] == carrier_id
    assert (found.number, found.check_digit, found.postal_code) == (number, "none", "")


def test_every_row_of_the_table_is_met_by_a_number_made_here():
    made = [numbers(template, carrier_id, 1)[0] for carrier_id, template in CHECKED]
    made += [filled(template, random.Random(template)) for _, template in UNCHECKED]
    bare = [number.replace("-", "") for number in made]
    unmet = [
        form
        for form in carrier_formats.FORMATS
        if not any(len(number) in form.lengths and re.fullmatch(form.pattern, number) for number in bare)
    ]
    assert unmet == []


@pytest.mark.parametrize(
    ("rule", "serial", "check"),
    [
        (carrier_formats.luhn, "7992739871", "3"),
        (carrier_formats.mod37_36, "A12425GABC1234002", "M"),
        (carrier_formats.upu_s10, "47312482", "9"),
        (carrier_formats.upu_s10, "00000000", "5"),
        (carrier_formats.upu_s10, "02000000", "0"),
        (carrier_formats.mod7, "123456789", "1"),
        (carrier_formats.mod10(3, 1), "03600029145", "2"),
        (carrier_formats.mod10(1, 3), "629104150021", "3"),
        (carrier_formats.mod10(1, 2), "5R8939035756712", "7"),
    ],
)
def test_check_digits_reckoned_elsewhere(rule: carrier_formats.CheckRule, serial: str, check: str):
    assert rule(serial) == check


def test_a_number_that_two_carriers_accept_lists_both():
    chance = random.Random(7)
    both = next(found for _ in range(10_000) if len((found := identify(filled("3###########", chance))).carriers) > 1)
    assert both.carriers == ("fedex", "purolator")
    assert both.check_digit == "right"
    assert words(both) == "Check digit is right. FedEx or Purolator, 12 digits."


def test_a_carrier_whose_format_has_no_check_digit_stands_behind_one_that_has_it_right():
    found = identify("RX473124829DE")
    assert (found.carriers, found.check_digit) == (("deutsche_post", "dhl"), "right")


def test_a_carrier_is_listed_once_whichever_of_its_formats_fit():
    found = identify("71123456789123456780", "usps")
    assert (found.carriers, found.check_digit) == (("usps",), "wrong")


def test_usps_leaves_the_91_out_after_a_postal_code():
    (number,) = numbers("91" + "#" * 19 + "?", "usps", 1)
    found = identify("42044410" + number[2:])
    assert (found.number, found.check_digit, found.postal_code) == (number[2:], "right", "44410")


@pytest.mark.parametrize(
    ("country", "carrier_id"),
    [("US", "usps"), ("AU", "auspost"), ("NZ", "nzpost"), ("GB", "royal_mail"), ("JP", "s10")],
)
def test_an_international_number_belongs_to_the_post_that_issued_it(country: str, carrier_id: str):
    assert identify("RB473124829" + country).carriers == (carrier_id,)


def test_the_posts_of_191_countries_are_known():
    letters = string.ascii_uppercase
    known = [a + b for a in letters for b in letters if identify(f"RB473124829{a}{b}").carriers]
    assert len(known) == 191
    assert {"AE", "MU", "US", "ZW"} <= set(known)


def test_an_international_number_of_no_country_is_unknown():
    assert identify("RB473124829XX").carriers == ()


def test_plain_digits_are_wrong_only_for_the_carrier_that_was_chosen():
    assert identify("785458233611") == Identified("785458233611")
    assert identify("785458233611", "auspost") == Identified("785458233611")
    assert identify("785458233611", "fedex") == Identified("785458233611", ("fedex",), "wrong", "12 digits")


def test_a_shipping_container_label_is_not_taken_for_usps():
    assert identify("00" + "093123456000000012").carriers == ()
    assert not any(identify(f"00093123456{tail:09d}").carriers for tail in range(200))


@pytest.mark.parametrize(
    "number",
    [
        "",
        "hello",
        "33ABC-0001",
        "1231121212",
        "12341121212",
        "Größe 42",
        "\ud800",
        ARABIC,
        "\u017fP" + "1" * 18,
    ],
)
def test_an_unknown_number_stays_as_it_is(number: str):
    assert identify(f" {number}\r\n") == Identified(number)


NASTY = (
    "9" * 10_000,
    "4" * 34,
    "420" * 3_333,
    " " * 9_999 + "1",
    "- " * 5_000,
    "\u200b" * 10_000,
    "GM1" + "A" * 38 + "!",
    "\u0661" * 22,
    "\u00df" * 10_000,
    "94" + "0" * 28 + "X",
    "A" * 13,
    "\udfff" * 10_000,
    "{length}%s\\g<0>",
)


@pytest.mark.parametrize("text", NASTY)
def test_any_text_is_answered_at_once(text: str):
    def once() -> float:
        began = time.perf_counter()
        found = identify(text)
        took_s = time.perf_counter() - began
        assert words(found)
        assert found.check_digit in ("right", "wrong", "none")
        return took_s

    assert min(once() for _ in range(5)) < 0.002


def test_random_text_is_never_an_error():
    chance = random.Random(42)
    for _ in range(3_000):
        text = "".join(chance.choice("0123456789 -AJZLST1949") for _ in range(chance.randrange(45)))
        found = identify(text)
        assert bool(found.carriers) == bool(found.format_words)
        assert all(by_id(carrier_id) for carrier_id in found.carriers)
        assert identify(found.number).number == found.number


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("9400100109361129278357", "Check digit is right. USPS, 22 digits."),
        ("9400100109361129278358", "Looks like USPS, but the check digit is wrong."),
        ("YT1234567890123456", "YunExpress, YT and 16 digits. This format has no check digit."),
        ("PARCEL-7", "Not a number format we know. It is sent as it is."),
    ],
)
def test_words(number: str, sentence: str):
    assert words(identify(number)) == sentence


def test_carriers_have_an_id_and_a_name_of_their_own():
    assert len({carrier.id for carrier in CARRIERS}) == len({carrier.name for carrier in CARRIERS}) == len(CARRIERS)
    assert [carrier.id for carrier in CARRIERS] == sorted(carrier.id for carrier in CARRIERS)
    assert {form.carrier for form in carrier_formats.FORMATS} <= {carrier.id for carrier in CARRIERS}
    assert set(carrier_formats.S10_POSTS.values()) <= {carrier.id for carrier in CARRIERS}
    assert len({form.carrier for form in carrier_formats.FORMATS}) == 18


def test_a_carrier_may_have_no_formats():
    assert by_id("auspost") == Carrier("auspost", "Australia Post")
    assert not has_formats("auspost")
    assert has_formats("ups")
    assert by_id("no_such_carrier") is None


def test_tracking_links_are_https_and_hold_the_number():
    links = [tracking_link(carrier.id, "AB 1/2?&#") for carrier in CARRIERS]
    told = [link for link in links if link is not None]
    assert len(told) > 20
    assert all(link.startswith("https://") and "AB%201%2F2%3F%26%23" in link for link in told)


@pytest.mark.parametrize(("carrier_id", "number"), [("lasership", "1"), ("nobody", "1"), ("", "1"), ("ups", "")])
def test_no_link_without_a_page_or_a_number(carrier_id: str, number: str):
    assert tracking_link(carrier_id, number) is None


def test_a_link_of_a_broken_character_is_still_a_link():
    assert tracking_link("dhl", "1\ud8002") == "https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB=1%3F2"


def test_the_modules_load_nothing_heavy():
    code = (
        "import sys, shipconsole.domain.barcode, shipconsole.domain.carrier\n"
        "print(sorted({'pydantic', 'httpx', 'PySide6', 'dataclasses', 'urllib.parse'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-S", "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
