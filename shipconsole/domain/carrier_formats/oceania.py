"""Formats of Australia and New Zealand.

Sources: Australia Post, Label and Barcode Specification v1.4; StarTrack, Label Specification MOS v9; the pages of
Freightways' carriers on tickets and charge labels; CouriersPlease, API guide; Sendle, API description. Formats
"of programs" come from public repositories that read or print the labels (hvlv-java, ShipmentUtils.java, the
courier patterns of VisionSDK, karrio).
"""

from re import Match

from shipconsole.domain.carrier_formats.check_digits import auspost, gs1, toll
from shipconsole.domain.carrier_formats.form import CHARACTERS, DIGITS, PART, Format, Proof

AUSPOST_GTIN = "99312650999998"
"""A GTIN that no goods have: it opens the labels of Australia Post."""

_ARTICLE = r"(?P<number>(?P<serial>(?:[A-Z0-9]{3}|[A-Z0-9]{5})\d{7}(?:0[1-9]|1\d|20)000\d{4}0)(?P<check>\d))"

# In the 2D code: postal code (420), delivery point (92), time (8008). A manifest has a bar instead of GS.
_AUSPOST_TAIL = r"(?:\|?420(?P<zip>\d{4}))?(?:\|?92\d{8})?(?:\|?8008\d{8,12})?"

_STARTRACK_PRODUCT = "(?:EXP|PRM|FPP|ARL|FPA|RET|RE2|APT|TSE)"
_NEW_ZEALAND_AT_STARTRACK = "9901"


def _startrack_postal_code(match: Match[str]) -> str:
    """Return the postal code, none for the one that stands for all of New Zealand."""
    return "" if match["zip"] == _NEW_ZEALAND_AT_STARTRACK else match["zip"]


def _tnt_consignment(match: Match[str]) -> str:
    """Return the consignment: its three letters stand in the barcode as two digits each, A being 10."""
    pairs = match["prefix"]
    letters = "".join(chr(int(pairs[start : start + 2]) - 10 + ord("A")) for start in (0, 2, 4))
    return letters + match["tail"]


FORMATS = (
    Format("auspost_article_21", ("auspost",), CHARACTERS, (21, 23), _ARTICLE, Proof.NAMED, auspost),
    Format(
        "auspost_label",
        ("auspost",),
        CHARACTERS,
        range(39, 80),
        rf"01{AUSPOST_GTIN}91{_ARTICLE}{_AUSPOST_TAIL}",
        Proof.NAMED,
        auspost,
        PART,
    ),
    # The linear code beside it has only 00 and the SSCC, so this is the number of both.
    Format(
        "auspost_sscc",
        ("auspost",),
        "carrier_format.sscc_of_20_digits",
        range(38, 80),
        rf"01{AUSPOST_GTIN}91(?P<number>00(?P<serial>\d{{17}})(?P<check>\d)){_AUSPOST_TAIL}",
        Proof.NAMED,
        gs1,
        PART,
    ),
    Format(
        "auspost_gtin",
        ("auspost",),
        "carrier_format.marker_of_its_labels",
        (14, 16),
        rf"(?:01)?{AUSPOST_GTIN}",
        Proof.NAMED,
        second=True,
    ),
    # Seen in one program only.
    Format(
        "auspost_legacy",
        ("auspost",),
        "carrier_format.older_label_of_characters",
        (29, 34),
        r"99700160(?P<number>[A-Z0-9]{3}\d{18})(?:0(?P<zip>\d{4}))?",
        Proof.DISTINCT,
        written=PART,
    ),
    Format(
        "startrack_item",
        ("startrack",),
        CHARACTERS,
        (20,),
        rf"[A-Z0-9]{{4}}\d{{8}}{_STARTRACK_PRODUCT}(?P<package>\d{{5}})",
        Proof.DISTINCT,
    ),
    # At least one letter is required where letters or digits are possible, or every number would fit.
    # Aramex: a library and two programs.
    Format("aramex_12", ("aramex",), CHARACTERS, (12,), r"(?=.?[A-Z])[A-Z0-9]{2}\d{10}", Proof.SHAPED),
    Format(
        "tnt_au_consignment", ("tnt",), "carrier_format.3_letters_and_9_digits", (12,), r"[A-Z]{3}\d{9}", Proof.SHAPED
    ),
    Format(
        "startrack_consignment",
        ("startrack",),
        "carrier_format.consignment_of_characters",
        (12,),
        r"(?=.{0,3}[A-Z])[A-Z0-9]{4}\d{8}",
        Proof.SHAPED,
    ),
    Format(
        "auspost_consignment",
        ("auspost",),
        "carrier_format.consignment_of_characters",
        (10, 12),
        r"(?:(?=.{0,2}[A-Z])[A-Z0-9]{3}|(?=.{0,4}[A-Z])[A-Z0-9]{5})\d{7}",
        Proof.SHAPED,
    ),
    # Fixed columns, here without their spaces: suburb, postal code, consignment, item (its number or an SSCC), product.
    Format(
        "startrack_qr",
        ("startrack",),
        "carrier_format.2d_code",
        range(40, 201),
        r"[A-Z'.]{2,30}?(?P<zip>\d{4})(?P<consignment>[A-Z0-9]{4}\d{8})"
        rf"(?P<number>(?P=consignment){_STARTRACK_PRODUCT}\d{{5}}|(?:00)?\d{{18}})[A-Z0-9]{{3}}.*",
        Proof.DISTINCT,
        written=PART,
        postal_code=_startrack_postal_code,
    ),
    Format(
        "startrack_routing",
        ("startrack",),
        "carrier_format.routing_barcode",
        (9, 10),
        r"[A-Z0-9]{3}(?P<zip>\d{4})[A-Z]{2,3}",
        Proof.SHAPED,
        postal_code=_startrack_postal_code,
        second=True,
    ),
    # 421 is the postal code after the country's ISO number, here that of Australia.
    Format(
        "startrack_routing_gs1",
        ("startrack",),
        "carrier_format.routing_barcode",
        range(16, 40),
        r"421036(?P<zip>\d{4})403[A-Z0-9]{3,}",
        Proof.NAMED,
        postal_code=_startrack_postal_code,
        second=True,
    ),
    Format(
        "startrack_atl",
        ("startrack",),
        "carrier_format.authority_to_leave",
        (10,),
        r"C\d{9}",
        Proof.SHAPED,
        second=True,
    ),
    # Sources: a blog of 2010 and a help page.
    Format(
        "courierpost_ecl",
        ("courierpost",),
        "carrier_format.ecl_of_characters",
        range(21, 25),
        r"\d{15,16}[A-Z]{3}\d{3}(?:[A-Z]{2})?",
        Proof.DISTINCT,
    ),
    Format(
        "freightways_charge_label", ("nz_couriers", "post_haste", "castle_parcels"), DIGITS, (8,), r"\d{8}", Proof.LOOSE
    ),
    Format(
        "freightways_ticket",
        ("nz_couriers", "post_haste", "castle_parcels"),
        "carrier_format.letters_and_digits",
        range(2, 13),
        r"[A-Z]{1,4}\d{1,8}",
        Proof.LOOSE,
    ),
    Format(
        "couriers_please_14",
        ("couriers_please",),
        "carrier_format.cp_and_characters_in_all",
        (14, 17),
        r"(?P<number>CP[A-Z]{5}\d{7})(?P<package>\d{3})?",
        Proof.NAMED,
        written=PART,
    ),
    # Seen in one program only.
    Format(
        "couriers_please_15",
        ("couriers_please",),
        "carrier_format.cp_and_characters_in_all",
        (15, 17),
        r"(?P<number>CP[A-Z]{3}\d{10})(?P<package>\d{2})?",
        Proof.DISTINCT,
        written=PART,
    ),
    Format(
        "tnt_au_label",
        ("tnt",),
        "carrier_format.3_letters_and_9_digits",
        (30,),
        r"6104(?:00|12)(?P<prefix>(?:[12]\d|3[0-5]){3})(?P<tail>\d{9})(?P<package>\d{3})0(?P<zip>\d{4})0",
        Proof.DISTINCT,
        written=_tnt_consignment,
    ),
    Format(
        "toll_priority",
        ("toll",),
        "carrier_format.consignment_of_characters",
        (21,),
        r"(?P<serial>T(?P<zip>\d{4})[A-Z0-9]{2}(?P<number>[A-Z]{4}\d{6})(?P<package>\d{3}))(?P<check>\d)",
        Proof.HINTED,
        toll,
        PART,
    ),
    Format(
        "toll_ipec",
        ("toll",),
        "carrier_format.consignment_of_digits",
        (22,),
        r"64(?P<zip>\d{4})(?P<number>\d{13})(?P<package>\d{3})",
        Proof.DISTINCT,
        written=PART,
    ),
    # Direct Freight, Hunter, Border Express: seen in one program only; of Allied Express one number is public.
    Format("direct_freight_13", ("direct_freight",), DIGITS, (13,), r"\d{13}", Proof.LOOSE),
    Format(
        "direct_freight_label",
        ("direct_freight",),
        "carrier_format.consignment_of_digits",
        (20,),
        r"(?P<number>\d{13})(?P<package>\d{3})(?P<zip>\d{4})",
        Proof.LOOSE,
        written=PART,
    ),
    Format(
        "hunter_label",
        ("hunter_express",),
        CHARACTERS,
        range(17, 21),
        r"(?:[A-Z]{2}\d{5,6}|[A-Z]{3}\d{6,7})\d{10}",
        Proof.SHAPED,
    ),
    Format(
        "allied_10",
        ("allied_express",),
        "carrier_format.aoe_6_digits_and_a_letter",
        (10, 13),
        r"(?P<number>AOE\d{6}[A-Z])(?P<package>\d{3})?",
        Proof.DISTINCT,
        written=PART,
    ),
    Format("border_label", ("border_express",), CHARACTERS, (20,), r"[A-Z]{4}BX\d{14}", Proof.DISTINCT),
    Format(
        "sendle_reference", ("sendle",), "carrier_format.an_s_and_more", range(6, 21), r"S[A-Z0-9]{5,}", Proof.LOOSE
    ),
)
