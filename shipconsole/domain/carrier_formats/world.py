"""Formats that are used all over the world: UPU S10, GS1's SSCC and postal code, DHL, TNT.

Sources: UPU standard S10 (the posts by country as in tracking_number_data), GS1 General Specifications, the pages of
DHL, NZ Post's ParcelTrack API, help pages for TNT.
"""

from shipconsole.domain.carrier_formats.check_digits import gs1, mod7, upu_s10
from shipconsole.domain.carrier_formats.form import DIGITS, Format, Proof

# The first letter of a country, then every second letter that a postal service uses with it.
_S10_COUNTRIES = (
    "AEFGLMORTUZ BABDEFGHIJNORSTWYZ CADFGHILMNORUVYZ DEJKMOZ ECEGRST FIJR GABDEHMNQRTWY HKNRTU IDELNQRST"
    " JMOP KEGHIMNPRWZ LABCIKRSTUVY MACDEGKLMNRTUVWXYZ NAEGILOPRZ OM PAEGHKLTY QA ROSUW"
    " SABCDEGIKLMNORSTVYZ TDGHJLMNORTVZ UAGSYZ VACENU WS YE ZAMW"
)
_COUNTRY = "|".join(f"{group[0]}[{group[1:]}]" for group in _S10_COUNTRIES.split())
_S10_TEXT_ID = "carrier_format.2_letters_9_digits_and_a_country"

S10_POSTS = {
    "AT": ("austrian_post",),
    "AU": ("auspost",),
    "BE": ("bpost",),
    "CA": ("canada_post",),
    "DE": ("deutsche_post",),
    "ES": ("correos",),
    "FR": ("la_poste", "chronopost"),
    "GB": ("royal_mail", "parcelforce"),
    "IE": ("an_post",),
    "IT": ("poste_italiane",),
    "NL": ("postnl",),
    "NZ": ("nzpost", "courierpost"),
    "PL": ("poczta_polska",),
    "SG": ("singapore_post",),
    "US": ("usps",),
}
"""The posts we have by name, under the country that ends their numbers; all others are "s10".

The country names the post that issued the number; where two carriers use it, both stand here.
"""

_SSCC_PRINTERS = ("nzpost", "courierpost", "startrack", "auspost", "toll", "dhl", "dpd")

FORMATS = (
    # WW and JB are no countries, so these come before S10. JB: programs that print Chronopost's labels.
    Format(
        "tnt_gdww",
        ("tnt",),
        "carrier_format.gd_9_digits_and_ww",
        (13,),
        r"GD(?P<serial>\d{8})(?P<check>\d)WW",
        Proof.NAMED,
        upu_s10,
    ),
    Format(
        "chronopost_jb",
        ("chronopost",),
        "carrier_format.2_letters_9_digits_and_jb",
        (13,),
        r"[A-Z]{2}(?P<serial>\d{8})(?P<check>\d)JB",
        Proof.NAMED,
        upu_s10,
    ),
    Format(
        "s10",
        ("s10",),
        _S10_TEXT_ID,
        (13,),
        rf"[A-Z]{{2}}(?P<serial>\d{{8}})(?P<check>\d)(?P<country>{_COUNTRY})",
        Proof.NAMED,
        upu_s10,
    ),
    # 5900773 is the company prefix of the post. Source: test mails of a public program, whose check digit is made up.
    Format(
        "poczta_polska_20",
        ("poczta_polska",),
        "carrier_format.sscc_of_20_digits",
        (20,),
        r"(?P<serial>00\d5900773\d{9})(?P<check>\d)",
        Proof.SEALED,
        gs1,
    ),
    # Its digits identify the company that packed or printed, never the carrier: any of these may print it.
    Format(
        "sscc_20",
        _SSCC_PRINTERS,
        "carrier_format.sscc_of_20_digits",
        (20,),
        r"00(?P<serial>\d{17})(?P<check>\d)",
        Proof.SEALED,
        gs1,
    ),
    Format(
        "sscc_18",
        _SSCC_PRINTERS,
        "carrier_format.sscc_of_18_digits",
        (18,),
        r"(?P<serial>\d{17})(?P<check>\d)",
        Proof.CHECKED,
        gs1,
    ),
    # Application identifiers 420 and 421 (with the country's number), beside the tracking number of many carriers.
    Format(
        "gs1_postal_code",
        (),
        "carrier_format.ship_to_postal_code",
        (8, 12),
        r"420(?P<zip>\d{5}(?:\d{4})?)",
        Proof.SHAPED,
        second=True,
    ),
    Format("dhl_express", ("dhl",), DIGITS, (10, 11), r"(?P<serial>\d{9,10})(?P<check>\d)", Proof.CHECKED, mod7),
    Format(
        "dhl_piece",
        ("dhl",),
        "carrier_format.a_j_letters_and_digits",
        range(12, 15),
        r"J[A-Z]{2,3}\d{9,10}",
        Proof.SHAPED,
    ),
    # DHL's page names GM, LX, RX and up to five letters. Only GM is unique, and S10's structure is another format.
    Format("dhl_ecommerce_gm", ("dhl",), "carrier_format.gm_and_digits", range(12, 40), r"GM\d{10,37}", Proof.NAMED),
    Format(
        "dhl_ecommerce",
        ("dhl",),
        "carrier_format.2_letters_then_digits_and_letters",
        range(12, 42),
        r"(?!..\d{9}[A-Z]{2}$)(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)\d[0-9A-Z]{9,38}",
        Proof.SHAPED,
    ),
    Format("dhl_ecommerce_14", ("dhl",), DIGITS, (14,), r"\d{14}", Proof.SHAPED),
    # Old numbers of eight digits have no check digit.
    Format("tnt_9", ("tnt",), DIGITS, (9,), r"(?P<serial>\d{8})(?P<check>\d)", Proof.CHECKED, upu_s10),
)
