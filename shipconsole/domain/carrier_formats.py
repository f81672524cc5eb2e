"""Which numbers the carriers print on their labels: one row for each format, with its check digit's rule.

The rows speak of the bare number: ASCII only, upper case, without white space or dashes. A row's pattern fits
the whole of it and has these parts, each where the format has it: `serial` and `check` are what the check
digit is reckoned from and the digit itself; `number` is what the carrier knows the parcel by, where the
label's barcode holds more; `zip` is the postal code that the parcel goes to; `country` is where the post that
issued the number sits.

Source: number formats after the public tracking_number_data collection (MIT, Jeff Keen).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

CheckRule = Callable[[str], str]
"""From the serial to the check digit that belongs to it."""


def _value(character: str) -> int:
    """What a character counts in a sum modulo 10; letters as UPS counts them, A is 2 and I is 0."""
    return int(character) if character.isdigit() else (ord(character) - 3) % 10


def _weighted_sum(serial: str, weights: Iterable[int]) -> int:
    return sum(_value(character) * weight for character, weight in zip(serial, weights, strict=False))


def mod10(first: int, second: int) -> CheckRule:
    """Weights that take turns from the left; the check digit brings the sum to a multiple of ten."""

    def rule(serial: str) -> str:
        return str(-_weighted_sum(serial, (first, second) * len(serial)) % 10)

    return rule


def mod11(*weights: int) -> CheckRule:
    """One weight for each digit; the check digit is what the sum leaves modulo 11, its last digit."""

    def rule(serial: str) -> str:
        return str(_weighted_sum(serial, weights) % 11 % 10)

    return rule


def mod7(serial: str) -> str:
    """The whole serial as one number, modulo 7."""
    return str(int(serial) % 7)


def luhn(serial: str) -> str:
    """Every second digit from the right doubled, the digits of all results added up to a multiple of ten."""
    return str(-sum(sum(divmod(int(digit) * (2, 1)[at % 2], 10)) for at, digit in enumerate(reversed(serial))) % 10)


def upu_s10(serial: str) -> str:
    """The Universal Postal Union's own weights modulo 11, where 10 is written 0 and 11 is written 5."""
    return "50987654321"[_weighted_sum(serial, (8, 6, 4, 2, 3, 5, 9, 7)) % 11]


def mod37_36(serial: str) -> str:
    """ISO 7064, MOD 37,36: a check character out of the digits and all letters."""
    rest = 36
    for character in serial:
        rest = ((rest + int(character, 36)) % 36 or 36) * 2 % 37
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(1 - rest) % 36]


class Format(NamedTuple):
    """One kind of number of one carrier.

    `words` may name the number's ``{length}``. `written` is how the carrier writes the number, out of the
    pattern's parts. `lead` goes in front of the serial before it is checked, where the label leaves it out.

    A `plain` format is a run of digits such as many carriers use, among them all those that stand in no
    list: a check digit that does not fit it shows nothing but that the number is another carrier's.
    """

    carrier: str
    words: str
    lengths: tuple[int, ...] | range
    pattern: str
    rule: CheckRule | None = None
    written: str = r"\g<0>"
    lead: str = ""
    plain: bool = False


_DIGITS = "{length} digits"

_ZIP = r"420(?P<zip>\d{5}(?:\d{4})?)"
_PART = r"\g<number>"

# FedEx fills the field of fourteen digits up with zeros; its numbers have twelve digits or more.
_FEDEX_14 = r"(?=0{0,2}(?P<number>\d{12,14})$)(?P<serial>\d{13})(?P<check>\d)"
_FEDEX_12 = mod11(3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)
_FEDEX_13 = mod11(1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)

# The first letter of a country, then every second letter that a postal service uses with it.
_S10_COUNTRIES = (
    "AEFGLMORTUZ BABDEFGHIJNORSTWYZ CADFGHILMNORUVYZ DEJKMOZ ECEGRST FIJR GABDEHMNQRTWY HKNRTU IDELNQRST"
    " JMOP KEGHIMNPRWZ LABCIKRSTUVY MACDEGKLMNRTUVWXYZ NAEGILOPRZ OM PAEGHKLTY QA ROSUW"
    " SABCDEGIKLMNORSTVYZ TDGHJLMNORTVZ UAGSYZ VACENU WS YE ZAMW"
)
_COUNTRY = "|".join(f"{group[0]}[{group[1:]}]" for group in _S10_COUNTRIES.split())

# A number that two carriers accept is written as the first row has it, so the fuller patterns stand first.
FORMATS = (
    Format(
        "usps",
        _DIGITS,
        (22, 26, 30, 34),
        rf"(?:{_ZIP})?(?P<number>(?P<serial>94\d{{3}}(?:\d{{16}}|\d{{20}}|9\d{{23}}))(?P<check>\d))",
        mod10(3, 1),
        _PART,
    ),
    Format(
        "usps",
        _DIGITS,
        (22, 26, 30, 34),
        rf"(?:{_ZIP})?(?P<number>"
        r"(?P<serial>(?:92\d{3}9|93\d{3}[0-8]|95\d{4})(?:\d{15}|\d{19}))(?P<check>\d))",
        mod10(3, 1),
        _PART,
    ),
    Format(
        "usps",
        _DIGITS,
        (22, 30, 34),
        rf"(?:{_ZIP})?(?P<number>(?P<serial>91\d{{19}})(?P<check>\d))",
        mod10(3, 1),
        _PART,
    ),
    Format(
        "usps",
        _DIGITS,
        (28, 32),
        rf"{_ZIP}(?P<number>(?P<serial>\d{{19}})(?P<check>\d))",
        mod10(3, 1),
        _PART,
        lead="91",
    ),
    # 00 opens the label of any carrier: GS1's mark for the number of a shipping container.
    Format("usps", _DIGITS, (20,), r"(?!00)(?P<serial>\d{19})(?P<check>\d)", mod10(3, 1), plain=True),
    Format("usps", _DIGITS, (20,), r"(?!00)(?P<serial>\d{19})(?P<check>\d)", mod10(3, 1), lead="91", plain=True),
    Format("fedex", _DIGITS, (12,), r"(?P<serial>\d{11})(?P<check>\d)", _FEDEX_12, plain=True),
    Format(
        "fedex",
        _DIGITS,
        (34,),
        rf"[0-8]\d{{14}}(?:0{{5}}|(?P<zip>\d{{5}})){_FEDEX_14}",
        _FEDEX_13,
        _PART,
    ),
    Format("fedex", _DIGITS, (34,), rf"96\d{{18}}{_FEDEX_14}", _FEDEX_13, _PART),
    Format(
        "fedex",
        _DIGITS,
        (32,),
        r"3\d{15}(?P<number>(?P<serial>\d{11})(?P<check>\d))\d{4}",
        _FEDEX_12,
        _PART,
    ),
    Format(
        "fedex",
        _DIGITS,
        (22,),
        r"96\d{5}(?P<number>(?P<serial>\d{14})(?P<check>\d))",
        mod10(1, 3),
        _PART,
    ),
    Format("fedex", _DIGITS, (15,), r"(?P<serial>\d{14})(?P<check>\d)", mod10(1, 3), plain=True),
    Format("fedex", _DIGITS, (18,), r"\d\d(?P<serial>\d{15})(?P<check>\d)", mod10(3, 1), plain=True),
    Format("ups", "1Z and 16 characters", (18,), r"1Z(?P<serial>[A-Z0-9]{15})(?P<check>\d)", mod10(1, 2)),
    Format(
        "ups",
        "a letter and 10 digits",
        (11,),
        r"[AHJKTV](?P<serial>\d{9})(?P<check>\d)",
        mod10(1, 2),
        plain=True,
    ),
    Format(
        "s10",
        "2 letters, 9 digits and a country",
        (13,),
        rf"[A-Z]{{2}}(?P<serial>\d{{8}})(?P<check>\d)(?P<country>{_COUNTRY})",
        upu_s10,
    ),
    Format("dpd", "{length} characters", (28,), r"(?P<serial>\d{27})(?P<check>[0-9A-Z])", mod37_36),
    Format("dpd", "{length} characters", (15,), r"(?P<serial>\d{14})(?P<check>[0-9A-Z])", mod37_36, plain=True),
    Format("canada_post", _DIGITS, (16,), r"(?P<serial>\d{15})(?P<check>\d)", mod10(3, 1), plain=True),
    Format("purolator", _DIGITS, (12,), r"(?P<serial>[0-5]\d{10})(?P<check>\d)", luhn, plain=True),
    Format("purolator", "3 letters and 9 digits", (12,), r"[A-Z]{3}\d{9}"),
    Format("dhl", _DIGITS, (10, 11), r"(?P<serial>\d{9,10})(?P<check>\d)", mod7, plain=True),
    Format("dhl", "a J, letters and digits", range(12, 15), r"J[A-Z]{2,3}\d{9,10}"),
    Format(
        "dhl",
        "2 letters, then digits and letters",
        range(12, 42),
        r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)\d[0-9A-Z]{9,38}",
    ),
    Format("dhl", _DIGITS, (14,), r"\d{14}", plain=True),
    Format(
        "old_dominion",
        _DIGITS,
        (11,),
        r"(?P<serial>(?:77[78]|072|780)\d{7})(?P<check>\d)",
        luhn,
        plain=True,
    ),
    Format("old_dominion", _DIGITS, (11,), r"(?P<serial>80\d{8})(?P<check>\d)", luhn, plain=True),
    Format("ontrac", "a C and 14 digits", (15,), r"C(?P<serial>\d{13})(?P<check>\d)", mod10(1, 2), lead="4"),
    Format("ontrac", "a D and 14 digits", (15,), r"D(?P<serial>\d{13})(?P<check>\d)", mod10(1, 2), lead="5"),
    Format("lasership", "2 letters and 8 digits", (10,), r"L[AIEHNX][1-3]\d{7}"),
    Format("lasership", "1LS7 and 11 digits", (15,), r"1LS7[12]\d{10}"),
    Format(
        "lasership",
        "1LS7 and 13 digits",
        (17,),
        r"(?P<number>1LS7[12]\d\d01[1-4]\d{6})1",
        written=r"\g<number>-1",
    ),
    Format("lasership", "1LSCX and 10 characters", (15,), r"1LSCX[0-9A-Z]{10}"),
    Format("amazon", "TB, a letter and 12 digits", (15,), r"TB[ACM]\d{12}"),
    Format("amazon", "a letter and 10 digits", (11,), r"[AFC]\d{10}"),
    Format("canpar", "a letter and 21 digits", (22,), r"[CDKLSUXZ]\d{21}"),
    Format("gofo", "GFUS and 14 digits", (18,), r"GFUS\d{14}"),
    Format("landmark", "LTN, 8 digits and N1", (13,), r"LTN\d{8}N1"),
    Format("speedee", "SP and 18 digits", (20,), r"SP\d{18}"),
    Format("yodel", "JD or JJD and 16 digits", (18, 19), r"JJ?D\d{16}"),
    Format("yunexpress", "YT and 16 digits", (18,), r"YT\d{16}"),
)

S10_POSTS = {
    "AU": "auspost",
    "CA": "canada_post",
    "DE": "deutsche_post",
    "FR": "la_poste",
    "GB": "royal_mail",
    "IE": "an_post",
    "NL": "postnl",
    "NZ": "nzpost",
    "SG": "singapore_post",
    "US": "usps",
}
"""The posts we have by name, under the country that ends their numbers; all others are "s10"."""
