"""Formats of North America: USPS, UPS, FedEx, Canada Post and others.

Source, where a row names no other: the public collection tracking_number_data (MIT, Jeff Keen). Rows whose prefix
names the carrier (TBA, LTN, GFUS, SP, YT, 1LS) are there too.
"""

from re import Match

from shipconsole.domain.carrier_formats.check_digits import gs1, luhn, mod11, ups
from shipconsole.domain.carrier_formats.form import CHARACTERS, DIGITS, PART, Format, Proof

_ZIP = r"420(?P<zip>\d{5}(?:\d{4})?)"

# FedEx pads the field of fourteen digits with zeros; its numbers have twelve digits or more.
_FEDEX_14 = r"(?=0{0,2}(?P<number>\d{12,14})$)(?P<serial>\d{13})(?P<check>\d)"
_FEDEX_12 = mod11(3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)
_FEDEX_13 = mod11(1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)

_USPS_LENGTHS = (22, 26, 30, 34, 38, 42)


def _with_dash(match: Match[str]) -> str:
    """Return LaserShip's number as it prints it."""
    return f"{match['number']}-1"


FORMATS = (
    Format(
        "usps_94",
        ("usps",),
        DIGITS,
        _USPS_LENGTHS,
        rf"(?:{_ZIP})?(?P<number>(?P<serial>94\d{{3}}(?:\d{{16}}|\d{{20}}|9\d{{23}}))(?P<check>\d))",
        Proof.NAMED,
        gs1,
        PART,
    ),
    # USPS treats it as an ordinary number. Sources: issues 25 of tracking_number_data and 38 of node-shipping-ups.
    Format(
        "ups_mi_26",
        ("usps", "ups_mi"),
        DIGITS,
        (26,),
        r"(?P<serial>92(?:612|748|749)\d{20})(?P<check>\d)",
        Proof.NAMED,
        gs1,
    ),
    Format(
        "usps_92_93_95",
        ("usps",),
        DIGITS,
        _USPS_LENGTHS,
        rf"(?:{_ZIP})?(?P<number>"
        r"(?P<serial>(?:92\d{3}9|93\d{3}[0-8]|95\d{4})(?:\d{15}|\d{19}))(?P<check>\d))",
        Proof.NAMED,
        gs1,
        PART,
    ),
    Format(
        "usps_91",
        ("usps",),
        DIGITS,
        (22, 30, 34),
        rf"(?:{_ZIP})?(?P<number>(?P<serial>91\d{{19}})(?P<check>\d))",
        Proof.NAMED,
        gs1,
        PART,
    ),
    # Any other number of USPS, where its routing code stands in front. Source: tracking_number_data, issue 101.
    Format(
        "usps_420",
        ("usps",),
        DIGITS,
        (30, 34, 38),
        rf"{_ZIP}(?P<number>(?P<serial>9[1-5](?:\d{{19}}|\d{{23}}))(?P<check>\d))",
        Proof.NAMED,
        gs1,
        PART,
    ),
    Format(
        "usps_420_without_91",
        ("usps",),
        DIGITS,
        (28, 32),
        rf"{_ZIP}(?P<number>(?P<serial>\d{{19}})(?P<check>\d))",
        Proof.NAMED,
        gs1,
        PART,
        lead="91",
    ),
    # 00 starts the label of any carrier: GS1's identifier of a shipping container's number.
    Format("usps_20", ("usps",), DIGITS, (20,), r"(?!00)(?P<serial>\d{19})(?P<check>\d)", Proof.CHECKED, gs1),
    Format(
        "usps_20_without_91",
        ("usps",),
        DIGITS,
        (20,),
        r"(?!00)(?P<serial>\d{19})(?P<check>\d)",
        Proof.CHECKED,
        gs1,
        lead="91",
    ),
    Format("fedex_12", ("fedex",), DIGITS, (12,), r"(?P<serial>\d{11})(?P<check>\d)", Proof.CHECKED, _FEDEX_12),
    # Source: issue 4 of php-tracking-urls (darkain).
    Format(
        "fedex_14_zeros",
        ("fedex",),
        DIGITS,
        (14,),
        r"00(?P<number>(?P<serial>\d{11})(?P<check>\d))",
        Proof.CHECKED,
        _FEDEX_12,
        PART,
    ),
    Format(
        "fedex_34",
        ("fedex",),
        DIGITS,
        (34,),
        # Numbers of USPS that begin so are not FedEx's.
        rf"(?!420(?:\d{{5}}|\d{{9}})9[1-5])[0-8]\d{{14}}(?:0{{5}}|(?P<zip>\d{{5}})){_FEDEX_14}",
        Proof.NAMED,
        _FEDEX_13,
        PART,
    ),
    Format("fedex_34_96", ("fedex",), DIGITS, (34,), rf"96\d{{18}}{_FEDEX_14}", Proof.NAMED, _FEDEX_13, PART),
    Format(
        "fedex_astra",
        ("fedex",),
        DIGITS,
        (32,),
        r"3\d{15}(?P<number>(?P<serial>\d{11})(?P<check>\d))\d{4}",
        Proof.NAMED,
        _FEDEX_12,
        PART,
    ),
    Format(
        "fedex_22_96",
        ("fedex",),
        DIGITS,
        (22,),
        r"96\d{5}(?P<number>(?P<serial>\d{14})(?P<check>\d))",
        Proof.NAMED,
        gs1,
        PART,
    ),
    Format("fedex_15", ("fedex",), DIGITS, (15,), r"(?P<serial>\d{14})(?P<check>\d)", Proof.CHECKED, gs1),
    Format("fedex_18", ("fedex",), DIGITS, (18,), r"\d\d(?P<serial>\d{15})(?P<check>\d)", Proof.CHECKED, gs1),
    Format(
        "ups_1z",
        ("ups",),
        "carrier_format.1z_and_16_characters",
        (18,),
        r"1Z(?P<serial>[A-Z0-9]{15})(?P<check>\d)",
        Proof.NAMED,
        ups,
    ),
    Format(
        "ups_waybill",
        ("ups",),
        "carrier_format.a_letter_and_10_digits",
        (11,),
        r"[AHJKTV](?P<serial>\d{9})(?P<check>\d)",
        Proof.CHECKED,
        ups,
    ),
    # Sources: issues 25 of tracking_number_data, 260 and 261 of php-ups-api.
    Format("ups_mi_18", ("ups_mi",), "carrier_format.801_and_15_digits", (18,), r"801\d{15}", Proof.SHAPED),
    Format("canada_post_16", ("canada_post",), DIGITS, (16,), r"(?P<serial>\d{15})(?P<check>\d)", Proof.CHECKED, gs1),
    Format("purolator_12", ("purolator",), DIGITS, (12,), r"(?P<serial>[0-5]\d{10})(?P<check>\d)", Proof.CHECKED, luhn),
    Format(
        "purolator_letters",
        ("purolator",),
        "carrier_format.3_letters_and_9_digits",
        (12,),
        r"[A-Z]{3}\d{9}",
        Proof.SHAPED,
    ),
    Format(
        "old_dominion_11",
        ("old_dominion",),
        DIGITS,
        (11,),
        r"(?P<serial>(?:77[78]|072|780)\d{7})(?P<check>\d)",
        Proof.CHECKED,
        luhn,
    ),
    Format(
        "old_dominion_80", ("old_dominion",), DIGITS, (11,), r"(?P<serial>80\d{8})(?P<check>\d)", Proof.CHECKED, luhn
    ),
    Format(
        "ontrac_c",
        ("ontrac",),
        "carrier_format.a_c_and_14_digits",
        (15,),
        r"C(?P<serial>\d{13})(?P<check>\d)",
        Proof.NAMED,
        ups,
        lead="4",
    ),
    Format(
        "ontrac_d",
        ("ontrac",),
        "carrier_format.a_d_and_14_digits",
        (15,),
        r"D(?P<serial>\d{13})(?P<check>\d)",
        Proof.NAMED,
        ups,
        lead="5",
    ),
    Format(
        "lasership_lx",
        ("lasership",),
        "carrier_format.2_letters_and_8_digits",
        (10,),
        r"L[AIEHNX][1-3]\d{7}",
        Proof.SHAPED,
    ),
    Format("lasership_15", ("lasership",), "carrier_format.1ls7_and_11_digits", (15,), r"1LS7[12]\d{10}", Proof.NAMED),
    Format(
        "lasership_17",
        ("lasership",),
        "carrier_format.1ls7_and_13_digits",
        (17,),
        r"(?P<number>1LS7[12]\d\d01[1-4]\d{6})1",
        Proof.NAMED,
        written=_with_dash,
    ),
    Format(
        "lasership_cx",
        ("lasership",),
        "carrier_format.1lscx_and_10_characters",
        (15,),
        r"1LSCX[0-9A-Z]{10}",
        Proof.NAMED,
    ),
    # Letters after TBA: issues 16 and 105 of tracking_number_data.
    Format(
        "amazon_tb",
        ("amazon",),
        "carrier_format.tb_a_letter_and_12_characters",
        (15,),
        r"TB[ACM](?:\d{12}|[A-Z]{3}\d{9})",
        Proof.NAMED,
    ),
    Format("amazon_letter", ("amazon",), "carrier_format.a_letter_and_10_digits", (11,), r"[AFC]\d{10}", Proof.SHAPED),
    Format("amazon_eu", ("amazon",), CHARACTERS, (11, 12), r"(?:(?:A|AF|F|Q|IT)\d{10}|C\d{11})", Proof.SHAPED),
    Format(
        "canpar_22", ("canpar",), "carrier_format.a_letter_and_21_digits", (22,), r"[CDKLSUXZ]\d{21}", Proof.DISTINCT
    ),
    Format("gofo_us", ("gofo",), "carrier_format.gfus_and_14_digits", (18,), r"GFUS\d{14}", Proof.NAMED),
    # Source: numbers in the tests of karrio, of which N1 and eight digits are only some.
    Format(
        "landmark_ltn", ("landmark",), "carrier_format.ltn_digits_and_n", range(11, 15), r"LTN\d{6,9}N\d", Proof.NAMED
    ),
    Format("speedee_20", ("speedee",), "carrier_format.sp_and_18_digits", (20,), r"SP\d{18}", Proof.NAMED),
    Format("yunexpress_18", ("yunexpress",), "carrier_format.yt_and_16_digits", (18,), r"YT\d{16}", Proof.NAMED),
)
