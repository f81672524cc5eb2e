"""Formats of Britain and the rest of Europe.

Sources: the carriers' own pages (Parcelforce, PostNL, Colissimo, DHL's tracking id labels, Correos' preregister API),
Royal Mail's COSS specification and tracking API samples, the manuals of Zint and BWIPP for the barcodes of DPD,
Mailmark, Identcode and Leitcode, paketda.de on check digits, libsendungsverfolgung (which cites GLS, Hermes, DHL and
the Austrian post). "Programs" are the courier patterns of VisionSDK and test data of karrio.
"""

from re import Match

from shipconsole.domain.carrier_formats.check_digits import (
    colissimo,
    gls,
    gs1,
    identcode,
    mod37_36,
)
from shipconsole.domain.carrier_formats.form import CHARACTERS, DIGITS, PART, Format, Proof

_POSTCODE_LENGTHS = (
    {"203": 5, "233": 5, "246": 5, "250": 5, "276": 5, "300": 5, "380": 5, "440": 5, "616": 5, "703": 5, "724": 5}
    | {"752": 5, "191": 5, "040": 4, "056": 4, "100": 4, "208": 4, "348": 4, "428": 4, "442": 4, "578": 4, "705": 4}
    | {"756": 4, "528": 6, "642": 6, "372": 7, "620": 7}
)
"""How long a postal code is, by the country's ISO 3166-1 number. Source: UPU, postal addressing systems."""

_UNITED_KINGDOM = "826"

_UK_POSTCODE = r"(?P<zip>[A-Z]{1,2}\d[A-Z0-9]?\d[A-Z]{2})"


def _dpd_postal_code(match: Match[str]) -> str:
    """Return the postal code, which DPD fills up with zeros to seven characters; none for a country not known here."""
    padded = match["postcode"]
    if match["country"] == _UNITED_KINGDOM:
        return padded.lstrip("0")
    length = _POSTCODE_LENGTHS.get(match["country"], 0)
    return padded[7 - length :] if length and not padded[: 7 - length].strip("0") else ""


_DPD_LABEL = r"(?P<postcode>[A-Z0-9]{7})(?P<number>[A-Z0-9]{2}\d{12})\d{3}(?P<country>\d{3})"

# Two digits of the depot, then those that GLS prints for the kind of package.
_GLS = r"\d{2}(?:[1-5]\d|6[0-8]|71|72|74|75|76|78|85|87|89)\d{7}"

FORMATS = (
    # Three samples begin with 0 or 1; no rule for its digits is public.
    Format(
        "royal_mail_item_id",
        ("royal_mail",),
        "carrier_format.item_id_of_characters",
        (21,),
        r"[01][0-9A-F]{20}",
        Proof.SHAPED,
    ),
    # A mail item or, if S follows, a stamp: never a tracking number. Its spaces are left out here.
    Format(
        "royal_mail_mailmark",
        ("royal_mail",),
        "carrier_format.2d_mailmark",
        range(26, 201),
        rf"JGB[0-9A-Z]{{2,3}}\d{{15}}(?:{_UK_POSTCODE}.*|.*)",
        Proof.NAMED,
        second=True,
    ),
    Format(
        "royal_mail_stamp", ("royal_mail",), "carrier_format.stamp", range(5, 201), r"JGBS.*", Proof.NAMED, second=True
    ),
    Format(
        "parcelforce_9", ("parcelforce",), "carrier_format.2_letters_and_7_digits", (9,), r"[A-Z]{2}\d{7}", Proof.SHAPED
    ),
    Format(
        "parcelforce_14",
        ("parcelforce",),
        "carrier_format.4_letters_and_10_digits",
        (14,),
        r"[A-Z]{4}\d{10}",
        Proof.SHAPED,
    ),
    Format("parcelforce_12", ("parcelforce",), DIGITS, (12,), r"\d{12}", Proof.SHAPED),
    Format(
        "dhl_licence_plate",
        ("dhl",),
        "carrier_format.jjd_or_jvgl_and_digits",
        range(12, 28),
        r"(?:JJD(?:\d{13}|\d{16,18}|\d{20}|\d{24})|JVGL\d{8,20})",
        Proof.DISTINCT,
    ),
    # DHL prints JD and JJD too. Sources: tracking_number_data, also its issue 91, and programs.
    Format(
        "yodel_jd", ("yodel", "dhl"), "carrier_format.jd_or_jjd_and_16_digits", (18, 19), r"JJ?D\d{16}", Proof.DISTINCT
    ),
    Format("yodel_rb", ("yodel",), "carrier_format.rb_and_14_digits", (16,), r"RB\d{14}", Proof.DISTINCT),
    Format("evri_16", ("evri",), CHARACTERS, (16,), r"[A-Z][A-Z0-9]{5}\d{10}", Proof.DISTINCT),
    Format("evri_16_digits", ("evri",), DIGITS, (16,), r"\d{16}", Proof.SHAPED),
    Format(
        "yodel_routing",
        ("yodel",),
        "carrier_format.routing_barcode",
        range(9, 41),
        rf"2LGB{_UK_POSTCODE}(?:\+?[0-9A-Z]*)",
        Proof.NAMED,
        second=True,
    ),
    Format(
        "dpd_label_checked",
        ("dpd",),
        DIGITS,
        (28,),
        rf"(?P<serial>{_DPD_LABEL})(?P<check>[0-9A-Z])",
        Proof.NAMED,
        mod37_36,
        PART,
        postal_code=_dpd_postal_code,
    ),
    # The check character is printed below the barcode and not in it.
    Format(
        "dpd_label",
        ("dpd",),
        DIGITS,
        (27, 28),
        rf"%?{_DPD_LABEL}",
        Proof.DISTINCT,
        written=PART,
        postal_code=_dpd_postal_code,
    ),
    Format("dpd_15_letter", ("dpd",), CHARACTERS, (15,), r"(?P<serial>\d{14})(?P<check>[A-Z])", Proof.NAMED, mod37_36),
    # Two letters may come first, as in Chronopost's format, whose check character is not documented.
    Format(
        "dpd_15_geopost",
        ("dpd", "chronopost"),
        CHARACTERS,
        (15,),
        r"(?=.?[A-Z])(?P<serial>[A-Z0-9]{2}\d{12})(?P<check>[0-9A-Z])",
        Proof.CHECKED,
        mod37_36,
    ),
    Format("dpd_15", ("dpd",), DIGITS, (15,), r"(?P<serial>\d{14})(?P<check>\d)", Proof.CHECKED, mod37_36),
    Format("dpd_uk_14", ("dpd_uk", "dpd"), DIGITS, (14,), r"(?:15|05|09)\d{12}", Proof.SHAPED),
    # 0034043 and 3 or 4 is the company prefix of DHL in all public samples.
    Format(
        "dhl_paket_20",
        ("dhl",),
        DIGITS,
        (20,),
        r"(?P<serial>0034043[34]\d{11})(?P<check>\d)",
        Proof.NAMED,
        gs1,
    ),
    Format(
        "dhl_identcode",
        ("deutsche_post", "dhl"),
        "carrier_format.identcode_of_digits",
        (12,),
        r"(?P<serial>\d{11})(?P<check>\d)",
        Proof.CHECKED,
        identcode,
    ),
    Format(
        "dhl_leitcode",
        ("dhl", "deutsche_post"),
        "carrier_format.leitcode",
        (14,),
        r"(?P<serial>(?P<zip>\d{5})\d{8})(?P<check>\d)",
        Proof.CHECKED,
        identcode,
        second=True,
    ),
    Format(
        "dhl_parcel_3s", ("dhl",), "carrier_format.3s_3_letters_and_9_digits", (14,), r"3S[A-Z]{3}\d{9}", Proof.SHAPED
    ),
    Format("gls_12", ("gls",), DIGITS, (12,), rf"(?P<serial>{_GLS})(?P<check>\d)", Proof.CHECKED, gls),
    Format("gls_11", ("gls",), DIGITS, (11,), _GLS, Proof.SHAPED),
    Format("gls_track_id", ("gls",), CHARACTERS, (8,), r"(?=.*[A-Z])[A-Z0-9]{8}", Proof.LOOSE),
    # The rule of GTIN-14 itself, so every case's barcode fits.
    Format("hermes_de_14", ("hermes_de",), DIGITS, (14,), r"(?P<serial>\d{13})(?P<check>\d)", Proof.CHECKED, gs1),
    Format("hermes_de_h", ("hermes_de",), "carrier_format.h_and_19_digits", (20,), r"H\d{19}", Proof.DISTINCT),
    Format(
        "austrian_post_22", ("austrian_post",), DIGITS, (22,), r"(?P<serial>\d{21})(?P<check>\d)", Proof.CHECKED, gs1
    ),
    # Its check digit is that of the 22 digits, but no number is public, and every number of Canada Post has it too.
    Format("austrian_post_16", ("austrian_post",), DIGITS, (16,), r"\d{16}", Proof.SHAPED),
    Format(
        "postnl_3s",
        ("postnl",),
        "carrier_format.3s_and_characters_in_all",
        (13, 15),
        r"3S[A-Z]{2,4}\d{7,11}",
        Proof.NAMED,
    ),
    Format("bpost_24", ("bpost",), "carrier_format.3232_and_20_digits", (24,), r"3232\d{20}", Proof.DISTINCT),
    # The rule of the check digit is not public; it fits four of five public numbers, and the fifth looks invented.
    Format(
        "colissimo_13",
        ("colissimo",),
        "carrier_format.a_digit_a_letter_and_11_digits",
        (13,),
        r"(?P<serial>\d[A-Z]\d{10})(?P<check>\d)",
        Proof.HINTED,
        colissimo,
    ),
    # Source: programs.
    Format(
        "la_poste_15",
        ("colissimo", "la_poste"),
        CHARACTERS,
        (15,),
        r"\d{3}(?:[A-Z0-9]\d{10}[A-Z0-9]|\d{12})",
        Proof.SHAPED,
    ),
    # A right check character makes it DPD's too.
    Format("chronopost_15", ("chronopost",), CHARACTERS, (15,), r"[A-Z]{2}\d{12}[A-Z0-9]", Proof.SHAPED),
    # Source: help pages of shops.
    Format("mondial_relay_8", ("mondial_relay",), DIGITS, (8,), r"\d{8}", Proof.LOOSE),
    # Its last letter is computed by a rule that is not public. Andorra writes AD and three digits.
    Format(
        "correos_23",
        ("correos",),
        CHARACTERS,
        (23,),
        r"[A-Z][A-Z0-9][0-9A-HJ-NP-TV-Z]{4}\d{11}(?P<zip>\d{5}|AD\d{3})[A-Z]",
        Proof.DISTINCT,
    ),
    # One program (Tryton) has a check digit, which fits no public number, so none is checked.
    Format("seur_14", ("seur",), DIGITS, (14,), r"\d{14}", Proof.SHAPED),
    # Source: programs.
    Format(
        "poste_italiane_13",
        ("poste_italiane",),
        CHARACTERS,
        (13,),
        r"(?:[A-Z]\d{3}[A-Z]\d{8}|\d{6}[A-Z]\d{6}|\d{3}[A-Z]\d{8}[A-Z])",
        Proof.DISTINCT,
    ),
    # Source: the carrier's help as a mailing list quotes it.
    Format("brt_12", ("brt",), DIGITS, (12,), r"\d{12}", Proof.SHAPED),
    # Source: public tracking pages.
    Format("inpost_24", ("inpost",), DIGITS, (24,), r"[4569]\d{23}", Proof.SHAPED),
)
