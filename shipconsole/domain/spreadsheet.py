"""CSV for spreadsheets, so that each text stays the text it is.

A spreadsheet reads `=…` as a formula, drops the zeros of `0012`, rounds a number of more than 15 digits and shows one
of more than 11 as `9.4E+21`, reads `1E5` as 100000 and `3-4`, `1/2` or `MAR1` as a date. Source: Microsoft Support,
Stop automatically changing numbers to dates, and Keeping leading zeros and large numbers (read November 2026).
"""

import re
import unicodedata

from shipconsole.domain.plain_text import plain

# Spreadsheets accept their wide forms too.
_BEGINS_FORMULA = frozenset("=+-@\t\r\n")
_PLAIN_NUMBER = re.compile(r"0|[1-9]\d{0,10}")
_SIGNS = r"\s.,:/()%$€£¥'’+\-\u2010-\u2015\u2212"
_NUMBER = re.compile(rf"[\d{_SIGNS}]+")
_EXPONENT = re.compile(r"[\d.,]+\s*e\s*[+-]?\d+")
_TIME = re.compile(r"[\d:.\s]+[ap]\.?(?:m\.?)?|\d{4}-\d\d-\d\dt[\d:.]+(?:z|[+-][\d:]+)?")
_DATE = re.compile(rf"[\d{_SIGNS}]*([^\W\d_]+)[\d{_SIGNS}]*")
_LONGEST_VALUE = 100
_TRUTHS = frozenset(("true", "false"))
# Months in English, German, French, Spanish, Italian, Dutch and Portuguese; also by three letters.
_MONTH_NAMES = """
    january february march april june july august september sept october november december
    januar jänner februar märz mai juni juli oktober dezember
    janvier janv février févr mars avril avr juin juillet juil août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    januari februari maart mrt april mei augustus
    janeiro fevereiro março maio junho julho setembro outubro dezembro
"""
_MONTHS = frozenset(name[:length] for name in _MONTH_NAMES.split() for length in (3, len(name)))


def cell(text: str) -> str:
    """Return a text as a cell: with an apostrophe before it if a spreadsheet would change it.

    Control and invisible characters are removed or marked.
    """
    shown = plain(text, lines=True)
    return f"'{shown}" if _is_changed(text) or _is_changed(shown) else shown


def _is_changed(text: str) -> bool:
    """Return whether a spreadsheet would turn a text into a formula, number, date or truth value."""
    if text[:1] in _BEGINS_FORMULA or _first_seen(text) in _BEGINS_FORMULA:
        return bool(text.strip())
    if len(text) > _LONGEST_VALUE or text.startswith("'"):
        return False
    bare = unicodedata.normalize("NFKC", text).strip().casefold()
    if bare in _TRUTHS:
        return True
    if not any(sign.isdigit() for sign in bare):
        return False
    if _NUMBER.fullmatch(bare):
        return text != bare or _PLAIN_NUMBER.fullmatch(bare) is None
    date = _DATE.fullmatch(bare)
    is_date = date is not None and date[1] in _MONTHS
    return is_date or any(known.fullmatch(bare) for known in (_EXPONENT, _TIME))


def _first_seen(text: str) -> str:
    """Return the first visible character in its narrow form; empty if there is none."""
    for sign in text:
        if not sign.isspace() and unicodedata.category(sign) != "Cf":
            return unicodedata.normalize("NFKC", sign)
    return ""


def text_of(cell_text: str) -> str:
    """Return the text of a cell that `cell` may have written: without the apostrophe before it."""
    rest = cell_text[1:]
    return rest if cell_text[:1] == "'" and _is_changed(rest) else cell_text
