"""Whether a postal code fits its country: a code with a digit too few is noticed before the label is made.

Only the form is known, not which codes exist; a country without codes, or of unknown form, takes any text.
Source: the countries' entries in "Postal addressing systems" of the Universal Postal Union.
"""

import re
from functools import cache

from shipconsole.domain import code, countries

_COUNTRIES_OF = {
    "000": "FO IS MG OM PG",
    "0000": "AL AT AU BD BE BG CC CH CV CX CY DK ET GE GL HT HU LI LU LV MD MK NE NF NO NZ PH SI SJ TN VE ZA",
    "00000": (
        "AX BA BL CU DE DO DZ EE ES FI FR GF GP GT HN HR ID IQ IT JO KE KR KW LA LK LT MA MC ME MF MM MQ MU "
        "MV MX MY NC NI NP PF PK PM RE SM SN TH TR UA UY VA WF YT ZM"
    ),
    "000000": "BY CN CO EC IN KG NG RO RU SG TJ TM UZ",
    "00000|00000-0000": "AS FM GU MH MP PR PW SA US VI",
    "000 00": "CZ GR SE SK",
    "AA0 0AA|AA00 0AA": "GG GI IM JE",
    "0000|000000": "AM PY",
    "000-0000": "CL JP",
    "00000|0000": "CR TZ",
    "00000|000000": "KH MN RS VN",
    "AA000": "AD",
    "0000|A0000AAA": "AR",
    "AA 0000|0000": "AZ",
    "AA00000": "BB",
    "000|0000": "BH",
    "AA 00|AA AA": "BM",
    "AA0000": "BN",
    "00000-000": "BR",
    "A0A 0A0": "CA",
    "00000|0000000": "EG",
    "A0 0AA|A00 0AA|AA0 0AA|AA00 0AA|A0A 0AA|AA0A 0AA": "GB",
    "A00 XXXX|A0A XXXX": "IE",
    "0000000|00000": "IL",
    "00000-00000": "IR",
    "000000|A00A0A0": "KZ",
    "0000 0000|0000": "LB",
    "AAA 0000|AAA 00": "MT",
    "0000 AA": "NL",
    "00-000": "PL",
    "0000-000|0000": "PT",
    "000|00000|000000": "TW",
}
FORMS = {country: forms for forms, listed in _COUNTRIES_OF.items() for country in listed.split()}
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
