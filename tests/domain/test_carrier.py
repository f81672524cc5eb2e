"""Identification of tracking numbers, in every form that a scanner or a person enters."""

import random
import string
import subprocess
import sys
from pathlib import Path

import pytest

from shipconsole.domain import code
from shipconsole.domain.carrier import (
    CARRIERS,
    Carrier,
    Identified,
    by_id,
    description,
    identify,
    named,
    tracking_link,
)
from shipconsole.domain.carrier_formats import check_digits
from shipconsole.domain.message import Message
from tests.support.known_formats import WITH_FORMATS


def test_a_usps_label_gives_number_and_postal_code():
    assert identify("420787459400111206206406260787") == Identified(
        number="9400111206206406260787",
        carriers=("usps",),
        check_digit="right",
        format_message=Message("carrier_format.digits", length=22),
        postal_code="78745",
        certain=True,
        likely="usps",
        format_id="usps_94",
    )


def test_a_postal_code_of_nine_digits_is_written_as_on_letters():
    found = identify("420787451234" + "9400111206206406260787")
    assert (found.number, found.postal_code) == ("9400111206206406260787", "78745-1234")


def test_a_wrong_digit_in_a_usps_label_still_splits_the_postal_code_off():
    found = identify("420787459400111206206406260788")
    assert (found.number, found.carriers, found.postal_code) == ("9400111206206406260788", ("usps",), "78745")
    assert (found.check_digit, found.right_digit, found.certain) == ("wrong", "7", False)


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
    assert (found.carriers[0], found.likely, found.check_digit) == (carrier_id, carrier_id, "right")
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
def test_a_wrong_check_digit_is_reported_with_the_carrier(number: str, carrier_id: str):
    found = identify(number)
    assert (found.number, found.carriers, found.check_digit) == (number, (carrier_id,), "wrong")


@pytest.mark.parametrize(
    ("rule", "serial", "check"),
    [
        (check_digits.luhn, "7992739871", "3"),
        (check_digits.mod37_36, "A12425GABC1234002", "M"),
        (check_digits.upu_s10, "47312482", "9"),
        (check_digits.upu_s10, "00000000", "5"),
        (check_digits.upu_s10, "02000000", "0"),
        (check_digits.mod7, "123456789", "1"),
        (check_digits.gs1, "03600029145", "2"),
        (check_digits.gs1, "629104150021", "3"),
        (check_digits.ups, "5R8939035756712", "7"),
    ],
)
def test_check_digits_reckoned_elsewhere(rule: check_digits.CheckRule, serial: str, check: str):
    assert rule(serial) == check


def test_a_number_that_two_carriers_accept_lists_both():
    chance = random.Random(7)
    tried = (identify(f"3{chance.randrange(10**11):011d}") for _ in range(10_000))
    both = next(found for found in tried if found.carriers == ("fedex", "purolator", "parcelforce", "brt"))
    assert (both.check_digit, both.certain, both.likely) == ("right", False, "")
    assert str(description(both)).startswith(
        "Check digit is correct. FedEx, Purolator, Parcelforce, or BRT, 12 digits."
    )


def test_a_structure_of_its_own_leaves_no_other_carrier():
    found = identify("RX473124829DE")
    assert (found.carriers, found.check_digit, found.certain) == (("deutsche_post",), "right", True)
    assert identify("RX473124828DE").check_digit == "wrong"


def test_a_carrier_is_listed_once_whichever_of_its_formats_fit():
    found = identify("71123456789123456780", "usps")
    assert (found.carriers, found.check_digit) == (("usps",), "wrong")


def test_usps_leaves_the_91_out_after_a_postal_code():
    found = identify("42044410" + "12345678901234567892")
    assert check_digits.gs1("91" + "1234567890123456789") == "2"
    assert (found.number, found.check_digit, found.postal_code) == ("12345678901234567892", "right", "44410")


@pytest.mark.parametrize(
    ("country", "carriers"),
    [
        ("US", ("usps",)),
        ("AU", ("auspost",)),
        ("JP", ("s10",)),
        ("NZ", ("nzpost", "courierpost")),
        ("GB", ("royal_mail", "parcelforce")),
        ("FR", ("la_poste", "chronopost")),
    ],
)
def test_an_international_number_belongs_to_the_post_that_issued_it(country: str, carriers: tuple[str, ...]):
    found = identify("RB473124829" + country)
    assert (found.carriers, found.likely, found.certain) == (carriers, carriers[0], len(carriers) == 1)


def test_a_carrier_that_was_chosen_is_certain_where_two_share_a_structure():
    found = identify("RB473124829GB", "parcelforce")
    assert (found.carriers, found.likely, found.certain) == (("parcelforce", "royal_mail"), "parcelforce", True)
    assert not identify("RB473124829GB", "ups").certain
    # Of an SSCC it is not: cartons that come in carry one too.
    assert not identify("00393153450000000700", "nzpost").certain


def test_the_posts_of_191_countries_and_chronopost_are_known():
    letters = string.ascii_uppercase
    known = [a + b for a in letters for b in letters if identify(f"RB473124829{a}{b}").carriers]
    assert len(known) == 192
    assert "JB" in known  # Chronopost's, and no country
    assert {"AE", "MU", "US", "ZW"} <= set(known)


def test_an_international_number_of_no_country_is_unknown():
    assert identify("RB473124829XX").carriers == ()


def test_plain_digits_are_wrong_only_for_the_carrier_that_was_chosen():
    for chosen in ("", "auspost", "parcelforce"):
        assert identify("785458233613", chosen).check_digit == "none"
    found = identify("785458233613", "fedex")
    assert (found.carriers, found.check_digit, found.right_digit) == (("fedex",), "wrong", "0")


def test_a_shipping_container_label_is_not_taken_for_usps():
    numbers = [identify(f"00093123456{tail:09d}") for tail in range(200)]
    assert all("usps" not in found.carriers and not found.certain for found in numbers)
    assert {found.check_digit for found in numbers} == {"right", "wrong"}
    assert all({"nzpost", "startrack", "dhl", "dpd"} <= set(found.carriers) for found in numbers)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "hello",
        "33ABC-0001",
        "1231121212",
        "10991121213",
        "Größe 42",
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


def test_a_text_of_invisible_characters_becomes_empty():
    assert identify("\ud800") == Identified("")


UPS = "1Z999AA10123456784"
USPS = "9261290336128704042634"
ARTICLE = "JDQ019457101000930308"
FORMS = (
    ("1Z 999 AA1 01 2345 6784", UPS, ""),
    ("1z999aa10123456784", UPS, ""),
    ("]C01Z999AA10123456784", UPS, ""),
    ("*1Z999AA10123456784*", UPS, ""),
    ("\uff11\uff3a999AA10123456784", UPS, ""),
    ("\u200b1Z999AA10123456784\r\n", UPS, ""),
    ("1Z-999-AA1-01-2345-6784", UPS, ""),
    ("420902459261290336128704042634", USPS, "90245"),
    ("]C1420902459261290336128704042634", USPS, "90245"),
    ("\x1d420902459261290336128704042634", USPS, "90245"),
    ("42090245\x1d9261290336128704042634\x1d", USPS, "90245"),
    ("420902451234\x1d9261290336128704042634", USPS, "90245-1234"),
    ("4209024512345\x1d9261290336128704042634", USPS, "90245"),
    ("(420)90245(92)61290336128704042634", USPS, "90245"),
    ("(420) 90245 (92) 6129 0336 1287 0404 2634", USPS, "90245"),
    ("]C192" + USPS[2:] + "\x1d42090245", USPS, "90245"),
    ("(91)14902200789973960565", "9114902200789973960565", ""),
    ("1071804952390002087800925989385163", "925989385163", "20878"),
    ("9622080430002481027200399594546820", "399594546820", ""),
    ("9612804882227378545377", "882227378545377", ""),
    ("00408017007469", "408017007469", ""),
    ("00785458233610", "785458233610", ""),
    ("019931265099999891" + ARTICLE, ARTICLE, ""),
    ("]d2019931265099999891" + ARTICLE + "\x1d4202190\x1d8008170417155407", ARTICLE, "2190"),
    ("019931265099999891" + ARTICLE + "|4202190|8008170417155407", ARTICLE, "2190"),
    ("]C14202190\x1d019931265099999891" + ARTICLE, ARTICLE, "2190"),
    ("(01)99312650999998(91)" + ARTICLE + "(420)2190", ARTICLE, "2190"),
    # Of a postal code that was not read whole nothing is said.
    ("019931265099999891" + ARTICLE + "\x1d420219\x1d8008170417155407", ARTICLE, ""),
    ("(00)393153450000000700(421)0363000", "00393153450000000700", "3000"),
    ("]C100393153450000000700", "00393153450000000700", ""),
    ("%000393206219912345678101040", "06219912345678", "3932"),
    ("d8077152042820402b", "8077152042820402", ""),
)


@pytest.mark.parametrize(("scan", "number", "postal_code"), FORMS)
def test_a_label_in_any_form_gives_the_carriers_number(scan: str, number: str, postal_code: str):
    found = identify(scan)
    assert (found.number, found.postal_code) == (number, postal_code)
    assert identify(found.number).number == number


@pytest.mark.parametrize(
    ("padded", "country", "postal_code"),
    [
        ("0003932", "040", "3932"),
        ("0001067", "276", "01067"),
        ("SW1A2AA", "826", "SW1A2AA"),
        ("00M11AA", "826", "M11AA"),
        ("01234AB", "528", "1234AB"),
        ("4200123", "620", "4200123"),
        ("0012345", "276", "12345"),
        ("0312345", "276", ""),
        ("0012345", "999", ""),
    ],
)
def test_the_postal_code_of_a_dpd_label_is_as_long_as_its_countrys(padded: str, country: str, postal_code: str):
    found = identify(f"%{padded}06219912345678101{country}")
    assert (found.number, found.carriers, found.postal_code) == ("06219912345678", ("dpd",), postal_code)


@pytest.mark.parametrize(
    ("scan", "number"),
    [
        ("]C1QX-77", "QX-77"),
        ("*QX-77*", "QX-77"),
        ("a1234567b", "1234567"),
        ("A1234567B", "A1234567B"),
        ("\uff11\uff12\uff13", "123"),
        ("my package 7", "my package 7"),
    ],
)
def test_a_scanners_additions_to_an_unknown_number_are_removed(scan: str, number: str):
    assert identify(scan) == Identified(number)


def test_a_shape_that_others_have_too_does_not_change_a_number():
    assert identify("lh-160 2541").number == "LH-1602541"
    assert identify("24683100000010012000").number == "24683100000010012000"
    assert identify("24683100000010012000").postal_code == ""
    found = identify("24683100000010012000", "direct_freight")
    assert (found.number, found.postal_code, found.package_number) == ("2468310000001", "2000", "001")


def test_a_second_barcode_is_no_tracking_number_but_for_the_carrier_chosen():
    assert identify("C239196552").is_second_barcode
    found = identify("C239196552", "auspost")
    assert (found.is_second_barcode, found.carriers, found.certain) == (False, ("auspost",), False)


@pytest.mark.parametrize("text", NASTY)
def test_every_text_has_a_result(text: str):
    found = identify(text)
    assert description(found)
    assert found.check_digit in ("right", "wrong", "none")
    assert len(found.number) <= code.TEXT_MAX


def test_random_text_is_never_an_error():
    chance = random.Random(42)
    for _ in range(3_000):
        text = "".join(chance.choice("0123456789 -AJZLST1949") for _ in range(chance.randrange(45)))
        found = identify(text)
        assert bool(found.carriers or found.is_second_barcode) == bool(found.format_message)
        assert not found.certain or found.likely == found.carriers[0]
        assert all(by_id(carrier_id) for carrier_id in found.carriers)
        assert identify(found.number).number == found.number


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("9400100109361129278357", "Check digit is correct. USPS, 22 digits."),
        ("9400100109361129278358", "USPS. The check digit is wrong: the last digit should be 7."),
        ("RM123456789GB", "Royal Mail or Parcelforce. The check digit is wrong: the digit before GB should be 5."),
        ("YT1234567890123456", "YunExpress, YT and 16 digits. This format has no check digit."),
        ("ABCD12345678EXP00001", "Possibly StarTrack, 20 characters. This format has no check digit."),
        ("785458233610", "Check digit is correct. FedEx, 12 digits. It also fits Parcelforce or BRT."),
        ("00393153450000000700", "Check digit is correct. Many carriers use this format: SSCC of 20 digits."),
        (
            "09133131530724",
            (
                "Check digit is correct. Hermes Germany, 14 digits. It also fits DHL, DPD UK, DPD, or SEUR."
                " It is also a valid product barcode."
            ),
        ),
        (
            "EXP3084MEL",
            "StarTrack, routing barcode: this is not a tracking number. Scan the other barcode on the label.",
        ),
        ("]C14202190", "ship-to postal code: this is not a tracking number. Scan the other barcode on the label."),
        ("PARCEL-7", "Unrecognized tracking number format. It is sent unchanged."),
    ],
)
def test_the_description_of_a_number(number: str, sentence: str):
    assert str(description(identify(number))) == sentence


def test_carriers_have_an_id_and_a_name_of_their_own():
    assert len({carrier.id for carrier in CARRIERS}) == len({carrier.name for carrier in CARRIERS}) == len(CARRIERS)
    assert [carrier.id for carrier in CARRIERS] == sorted(carrier.id for carrier in CARRIERS)


def test_a_carrier_may_have_no_formats():
    assert by_id("pbt") == Carrier("pbt", "PBT Couriers")
    assert "pbt" not in WITH_FORMATS
    assert {"ups", "singapore_post"} <= WITH_FORMATS
    assert by_id("no_such_carrier") is None


def test_tracking_links_are_https_and_hold_the_number():
    links = [tracking_link(carrier.id, "AB 1/2?&#") for carrier in CARRIERS]
    shown = [link for link in links if link is not None]
    assert len(shown) > 20
    assert all(link.startswith("https://") and "AB%201%2F2%3F%26%23" in link for link in shown)


@pytest.mark.parametrize(("carrier_id", "number"), [("lasership", "1"), ("nobody", "1"), ("", "1"), ("ups", "")])
def test_no_link_without_a_page_or_a_number(carrier_id: str, number: str):
    assert tracking_link(carrier_id, number) is None


def test_a_link_of_a_broken_character_is_still_a_link():
    assert tracking_link("dhl", "1\ud8002") == "https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB=1%3F2"


def test_the_modules_load_nothing_heavy():
    script = (
        "import sys, shipconsole.domain.barcode, shipconsole.domain.carrier\n"
        "print(sorted({'pydantic', 'httpx', 'PySide6', 'dataclasses', 'urllib.parse'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    completed = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert completed.stdout == "[]\n"


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ("ups", "ups"),
        (" UPS\u00a0", "ups"),
        ("\uff35\uff30\uff33", "ups"),
        ("aus post", "auspost"),
        ("Australia-Post", "auspost"),
        ("royalmail", "royal_mail"),
        ("ROYAL_MAIL", "royal_mail"),
        ("Evri (Hermes)", "evri"),
        ("Post", None),
        ("Local Van", None),
        ("-", None),
        ("", None),
    ],
)
def test_a_carrier_is_named_in_any_normal_form(written: str, id_: str | None):
    found = named(written)
    assert (found and found.id) == id_


def test_every_carrier_is_named_by_its_id_and_its_name():
    assert all(
        named(text) is carrier for carrier in CARRIERS for text in (carrier.id, carrier.name, carrier.name.upper())
    )
