"""Every format of the tables: a right number, a wrong one, a similar one; and what is never certain.

`carrier_numbers.json` has one row for each format. `source` is "published" if a public document prints the number, else
"constructed" by the format's own rule. `wrong` has another check digit; if `right_digit` is missing, no public label
confirms the rule, so no wrong digit is reported. `carriers` are all whose formats the number fits.
"""

import json
import random
import re
import string
from pathlib import Path
from typing import NamedTuple

import pytest

from shipconsole.domain import code, gtin
from shipconsole.domain.carrier import CARRIERS, description, identify, tracking_link
from shipconsole.domain.carrier_formats import FORMATS, S10_POSTS, Format, Proof, check_digits, of_length
from shipconsole.domain.message import Message


class Row(NamedTuple):
    """One row of the table."""

    format: str
    carrier: str
    scan: str
    source: str
    number: str
    certain: bool
    carriers: list[str]
    look_alike: str
    look_alike_carriers: list[str]
    postal_code: str = ""
    package_number: str = ""
    second: bool = False
    wrong: str = ""
    right_digit: str = ""


TABLE = [Row(**row) for row in json.loads(Path(__file__).with_name("carrier_numbers.json").read_text(encoding="utf-8"))]
BY_ID = {form.id: form for form in FORMATS}
IDS = [row.format for row in TABLE]

# Rules that let some single wrong digits pass: weights that are no units of their modulus, remainders that share a
# digit. For each, the share of single wrong digits that may go unseen.
BLIND_SHARES = {"ups": 0.06, "rule": 0.03, "upu_s10": 0.04, "mod7": 0.09, "identcode": 0.06}


def test_every_format_is_in_the_table_once() -> None:
    assert sorted(IDS) == sorted(form.id for form in FORMATS)
    assert {row.source for row in TABLE} == {"published", "constructed"}
    # With another digit at its end, a number of these is another format's, or nothing is known of it.
    without_wrong = {row.format for row in TABLE if BY_ID[row.format].rule and not row.wrong}
    assert without_wrong == {"dhl_leitcode", "dpd_15_letter", "usps_20_without_91"}


@pytest.mark.parametrize("row", TABLE, ids=IDS)
def test_a_number_of_the_format_is_read(row: Row) -> None:
    found = identify(row.scan)
    assert list(found.carriers) == row.carriers
    assert found.certain == row.certain
    assert found.is_second_barcode == row.second
    chosen = identify(row.scan, row.carrier)
    assert (chosen.format_id, chosen.number, chosen.postal_code) == (row.format, row.number, row.postal_code)
    assert chosen.package_number == row.package_number
    assert chosen.check_digit == ("right" if BY_ID[row.format].rule else "none")
    assert description(found)


@pytest.mark.parametrize("row", [row for row in TABLE if row.wrong], ids=[row.format for row in TABLE if row.wrong])
def test_another_check_digit_is_wrong_and_the_right_one_is_named(row: Row) -> None:
    form = BY_ID[row.format]
    chosen = identify(row.wrong, row.carrier)
    assert not chosen.certain
    if form.proof == Proof.HINTED:
        assert (chosen.check_digit, chosen.right_digit, chosen.format_id) == ("none", "", row.format)
        return
    assert (chosen.check_digit, chosen.right_digit, chosen.format_id) == ("wrong", row.right_digit, row.format)
    assert f"should be {row.right_digit}." in str(description(chosen))
    unasked = identify(row.wrong)
    # A run of digits is some other carrier's, of which nothing is known here; a structure of its own is not.
    assert (unasked.check_digit == "wrong") == (form.proof < Proof.CHECKED)


@pytest.mark.parametrize("row", TABLE, ids=IDS)
def test_a_number_of_several_formats_names_all_their_carriers(row: Row) -> None:
    assert row.look_alike != row.scan
    found = identify(row.look_alike)
    assert list(found.carriers) == row.look_alike_carriers
    assert found.format_id != row.format or not found.certain


def test_a_certain_number_has_one_carrier() -> None:
    certain = [row for row in TABLE if row.certain]
    assert len(certain) > 30
    assert all(row.carriers == [row.carrier] and not row.second for row in certain)


PUBLISHED = (
    *("JDQ777777902000931506", "DJS123456701000600204", "QPW500000201000930800", "2NM100001901000930201"),
    *("1JDQ1200000101000935008", "00123456789123456789", "00393311680005810444", "00094010521015594248"),
    *("EY593742046NZ", "FF138431175NZ", "FL010795711NZ", "FZ101183740NZ", "GC000875843NZ", "HA099246112NZ"),
    *("XP696982485FR", "EW112720413FR", "UT038926726CH", "EB000717618HK", "FQ087430672GB", "RU936061244GB"),
    *("00340434161094015902", "6A15602683841", "4P36275770836", "92748901790175543400811852"),
)
MADE_UP = (
    *(("JP100000271NZ", "2"), ("ET123456789AU", "5"), ("YA084176802GB", "9"), ("MA038501234GB", "6")),
    *(("RM123456789GB", "5"), ("00359007738913296666", "2"), ("00340434161094021501", "7")),
)


@pytest.mark.parametrize("number", PUBLISHED)
def test_the_check_digits_of_other_published_numbers_are_right(number: str) -> None:
    assert identify(number).check_digit == "right"


@pytest.mark.parametrize(("number", "right_digit"), MADE_UP)
def test_dummy_numbers_of_documents_are_wrong_but_name_the_carrier(number: str, right_digit: str) -> None:
    found = identify(number)
    assert found.carriers
    assert (found.check_digit, found.right_digit) == ("wrong", right_digit)


def test_letters_count_in_three_ways_in_a_sum_modulo_10() -> None:
    serial = "A12"
    assert check_digits.auspost("DJS12345670100060020") == "4"
    assert check_digits.ups("5R8939035756712") == "7"
    assert check_digits.toll("T200008ABCD123456001") == "5"
    assert len({rule(serial) for rule in (check_digits.auspost, check_digits.ups, check_digits.toll)}) == 3


def test_every_carrier_of_a_format_has_a_name_and_every_link_is_secure() -> None:
    known = {carrier.id for carrier in CARRIERS}
    named = {carrier for form in FORMATS for carrier in form.carriers}
    assert named | {post for posts in S10_POSTS.values() for post in posts} <= known
    links = {carrier: tracking_link(carrier, "X1") for carrier in named}
    assert all(link.startswith("https://") and "X1" in link for link in links.values() if link)
    # PostNL's and Mondial Relay's pages need a postal code too; of the others no source names a page.
    without = " ".join(sorted(carrier for carrier, link in links.items() if link is None))
    assert without == (
        "allied_express amazon aramex border_express brt castle_parcels deutsche_post direct_freight dpd_uk"
        " hunter_express lasership mondial_relay nz_couriers parcelforce poczta_polska post_haste poste_italiane"
        " postnl s10 seur startrack toll ups_mi"
    )


def bare_text(form: Format, scan: str) -> str:
    """Return the reading of a scan that the format's pattern fits."""
    readings = (code.compact(reading) for reading in (scan, *code.readings(scan)))
    return next(text for text in readings if re.fullmatch(form.pattern, text, re.ASCII | re.DOTALL))


def variants(row: Row, count: int) -> list[str]:
    """Return so many other numbers of the row's format with the right check digit; the same ones in every run."""
    form = BY_ID[row.format]
    chance = random.Random(row.format)
    fitting = re.compile(form.pattern, re.ASCII | re.DOTALL)
    text, found = bare_text(form, row.scan), list[str]()
    while len(found) < count:
        for at, sign in enumerate(text):
            kinds = string.digits if sign.isdigit() else string.ascii_uppercase
            other = text[:at] + chance.choice(kinds) + text[at + 1 :]
            if fitting.fullmatch(other) and (row.format != "s10" or other[-2:] == "DE"):
                text = other
        match = fitting.fullmatch(text)
        assert match
        if form.rule:
            serial = match["serial"]
            check = form.rule(serial if serial.startswith(form.lead) else form.lead + serial)
            right = text[: match.start("check")] + check + text[match.end("check") :]
            if not fitting.fullmatch(right):
                continue
            text = right
        found.append(text)
    return found


def check_variants(row: Row, count: int) -> None:
    form = BY_ID[row.format]
    for number in variants(row, count):
        found = identify(number)
        if row.second:
            assert row.carrier in ("", *identify(number, row.carrier).carriers)
        elif form.proof == Proof.NAMED:
            assert row.carrier in found.carriers, number
            assert not found.certain or found.carriers[0] == row.carrier, number
            assert found.check_digit == ("right" if form.rule else "none"), number
        else:
            is_named = row.carrier in found.carriers
            assert row.carrier in identify(number, row.carrier).carriers or found.certain, number
            # A structure of its own may fit by chance; an article that has only a shape in common stays one.
            assert is_named or found.certain or found.is_second_barcode or may_go_unnamed(form, number), number
        assert identify(found.number).number == found.number or found.format_id in SHORTER_IS_ANOTHERS, number


SHORTER_IS_ANOTHERS = ("dpd_label", "dpd_label_checked")
"""Their fourteen digits may begin with two zeros, and then look like FedEx's."""


def may_go_unnamed(form: Format, number: str) -> bool:
    if gtin.is_valid(number) or (number.startswith("01") and gtin.is_valid(number[2:16])):
        return form.proof >= Proof.HINTED
    if form.proof == Proof.LOOSE and (len(number) < 7 or not any(map(str.isdigit, number))):
        return True
    # 96 is FedEx's whose check digit is then wrong, as that of an SSCC is after 00.
    return identify(number).check_digit == "wrong"


@pytest.mark.parametrize("row", TABLE, ids=IDS)
def test_numbers_made_by_the_format_are_named_or_possible(row: Row) -> None:
    check_variants(row, 40)


@pytest.mark.heavy
@pytest.mark.parametrize("row", TABLE, ids=IDS)
def test_many_numbers_made_by_the_format_are_named_or_possible(row: Row) -> None:
    check_variants(row, 5_000)


CHECKED_ROWS = [row for row in TABLE if BY_ID[row.format].rule and BY_ID[row.format].proof != Proof.HINTED]


@pytest.mark.parametrize("row", CHECKED_ROWS, ids=[row.format for row in CHECKED_ROWS])
def test_a_single_wrong_digit_never_stays_right(row: Row) -> None:
    form = BY_ID[row.format]
    assert form.rule
    tried = unseen = 0
    for number in variants(row, 10):
        match = re.fullmatch(form.pattern, number, re.ASCII | re.DOTALL)
        assert match
        for at in range(match.start("serial"), match.end("check")):
            if match.start("check") > match.end("serial") and match.end("serial") <= at < match.start("check"):
                continue
            for digit in string.digits if number[at].isdigit() else "":
                found = identify(number[:at] + digit + number[at + 1 :], row.carrier)
                if digit != number[at]:
                    tried += 1
                    unseen += found.check_digit == "right" and found.format_id == form.id
    assert tried > 500
    # A serial that comes to begin with what the label leaves out is taken for a whole one.
    assert unseen / tried <= BLIND_SHARES.get(form.rule.__name__, 0.002 if form.lead else 0)


ARTICLES = {"GTIN-8": 8, "UPC-A": 12, "EAN-13": 13, "GTIN-14": 14}


def check_articles(length: int, count: int) -> None:
    chance = random.Random(length)
    for _ in range(count):
        digits = f"{chance.randrange(10 ** (length - 1)):0{length - 1}d}"
        digits += gtin.check_digit(digits)
        found = identify(digits)
        assert not found.certain, digits
        # Only who prints a check digit claims an article; a mere shape does not.
        assert not found.carriers or found.check_digit == "right" or found.is_second_barcode, digits


@pytest.mark.parametrize("length", ARTICLES.values(), ids=ARTICLES)
def test_no_item_is_certain_to_be_a_label(length: int) -> None:
    check_articles(length, 5_000)


@pytest.mark.heavy
@pytest.mark.parametrize("length", ARTICLES.values(), ids=ARTICLES)
def test_no_item_of_a_million_is_certain_to_be_a_label(length: int) -> None:
    check_articles(length, 1_000_000)


def test_digits_without_a_structure_are_never_certain() -> None:
    chance = random.Random(5)
    for _ in range(5_000):
        length = chance.randrange(1, 20)
        digits = f"{chance.randrange(10**length):0{length}d}"
        assert not identify(digits).certain, digits


@pytest.mark.parametrize("chosen", ["hermes_de", "fedex", "direct_freight", "parcelforce", "nz_couriers"])
def test_not_even_a_chosen_carrier_makes_an_item_certain(chosen: str) -> None:
    for digits in ("09133131530724", "925989385163", "9300675024235", "123456789012", "12345670"):
        assert gtin.is_valid(digits)
        assert not identify(digits, chosen).certain


@pytest.mark.parametrize(
    "scan",
    [
        "]E09300675024235",
        "]C1010950110153000310ABC123",
        "(01)09501101530003(21)12345678901234",
        "01095011015300032112345678901234",
        # Its serial happens to have FedEx's check digit, in a text as long as FedEx's label.
        "0109501101530003" + "21" + "1234567890123407",
        "9-300675-02423-5",
        "９３００６７５０２４２３５",
    ],
)
def test_an_item_in_any_of_its_forms_is_not_certain(scan: str) -> None:
    assert not identify(scan).certain


def test_few_formats_share_a_length() -> None:
    """Every typed key checks all formats of the length, so there must be few."""
    assert max(len(of_length(length)) for length in range(code.TEXT_MAX + 1)) <= 24
    assert of_length(code.TEXT_MAX + 1) == of_length(0) == ()


def test_every_format_has_a_description_that_names_its_length_where_that_varies() -> None:
    described = [(form.text_id, str(Message(form.text_id, length=max(form.lengths)))) for form in FORMATS]
    assert [text_id for text_id, text in described if text.startswith("carrier_format") or "{" in text] == []
