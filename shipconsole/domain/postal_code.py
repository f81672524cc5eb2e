"""Whether a postal code fits its country: a code with a digit too few is noticed before the label is made.

Only the form is known, not which codes exist; a country without codes, or of unknown form, takes any text.
Source: the countries' entries in "Postal addressing systems" of the Universal Postal Union.
"""

import re
from functools import cache

from shipconsole.domain import code, countries

_BRITISH = "A0 0AA|A00 0AA|AA0 0AA|AA00 0AA|A0A 0AA|AA0A 0AA"
_AMERICAN = "00000|00000-0000"

FORMS: dict[str, str] = {
    **dict.fromkeys(("FO", "IS", "MG", "OM", "PG"), "000"),
    **dict.fromkeys(
        ("AL", "AT", "AU", "BD", "BE", "BG", "CC", "CH", "CV", "CX", "CY", "DK", "ET", "GE", "GL", "HT", "HU")
        + ("LI", "LU", "LV", "MD", "MK", "NE", "NF", "NO", "NZ", "PH", "SI", "SJ", "TN", "VE", "ZA"),
        "0000",
    ),
    **dict.fromkeys(
        ("AX", "BA", "BL", "CU", "DE", "DO", "DZ", "EE", "ES", "FI", "FR", "GF", "GP", "GT", "HN", "HR", "ID")
        + ("IQ", "IT", "JO", "KE", "KR", "KW", "LA", "LK", "LT", "MA", "MC", "ME", "MF", "MM", "MQ", "MU", "MV", "MX")
        + ("MY", "NC", "NI", "NP", "PF", "PK", "PM", "RE", "SM", "SN", "TH", "TR", "UA", "UY", "VA", "WF")
        + ("YT", "ZM"),
        "00000",
    ),
    **dict.fromkeys(("BY", "CN", "CO", "EC", "IN", "KG", "NG", "RO", "RU", "SG", "TJ", "TM", "UZ"), "000000"),
    **dict.fromkeys(("AS", "FM", "GU", "MH", "MP", "PR", "PW", "US", "VI"), _AMERICAN),
    **dict.fromkeys(("CZ", "GR", "SE", "SK"), "000 00"),
    **dict.fromkeys(("GG", "GI", "IM", "JE"), "AA0 0AA|AA00 0AA"),
    "AD": "AA000",
    "AM": "0000|000000",
    "AR": "0000|A0000AAA",
    "AZ": "AA 0000|0000",
    "BB": "AA00000",
    "BH": "000|0000",
    "BM": "AA 00|AA AA",
    "BN": "AA0000",
    "BR": "00000-000",
    "CA": "A0A 0A0",
    "CL": "000-0000",
    "CR": "00000|0000",
    "EG": "00000|0000000",
    "GB": _BRITISH,
    "IE": "A00 XXXX|A0A XXXX",
    "IL": "0000000|00000",
    "IR": "00000-00000",
    "JP": "000-0000",
    "KH": "00000|000000",
    "KZ": "000000|A00A0A0",
    "LB": "0000 0000|0000",
    "MN": "00000|000000",
    "MT": "AAA 0000|AAA 00",
    "NL": "0000 AA",
    "PL": "00-000",
    "PT": "0000-000|0000",
    "PY": "0000|000000",
    "RS": "00000|000000",
    "SA": "00000|00000-0000",
    "TW": "000|00000|000000",
    "TZ": "00000|0000",
    "VN": "00000|000000",
}
"""The forms of each country's codes: 0 stands for a digit, A for a letter, X for either."""
_CLASSES = {"0": "[0-9]", "A": "[A-Z]", "X": "[0-9A-Z]"}
_FORCES = re.compile(r"BFPO[0-9]{1,4}")
"""The post offices of the British forces have numbers of their own."""
_BETWEEN = re.compile(r"[\s.-]+")


def forms_of(country: str) -> tuple[str, ...]:
    """Return the forms of a country's codes; empty where they are not known. The country is a code or a name."""
    known = FORMS.get(countries.code_of(country).upper(), "")
    return tuple(known.split("|")) if known else ()


def fits(postal_code: str, country: str) -> bool:
    """Return whether a postal code has a form of its country, however it is spaced; an empty one fits."""
    text = _BETWEEN.sub("", code.key(postal_code).upper())
    alpha_2 = countries.code_of(country).upper()
    if not text or alpha_2 not in FORMS:
        return True
    return bool(_pattern(alpha_2).fullmatch(text) or (alpha_2 == "GB" and _FORCES.fullmatch(text)))


@cache
def _pattern(alpha_2: str) -> re.Pattern[str]:
    """Return what fits: a form without its blanks and dashes, after the letters of the country if they are written."""
    forms = FORMS[alpha_2].split("|")
    patterns = ("".join(_CLASSES.get(sign, "") for sign in form) for form in forms)
    before = "[A-Z]{0,2}" if all(form[0] == "0" for form in forms) else ""
    return re.compile(f"{before}(?:{'|'.join(patterns)})")
