"""The normal form of everything that is scanned, typed, compared or searched.

A text has several readings: unchanged, and increasingly normalized. A reading counts only if those before it match
nothing, so that an SKU such as ``]C1`` or ``A123B`` is found as it is. Sources: GS1 General Specifications (application
identifiers, FNC1 sent as GS), ISO/IEC 15424 (symbology identifiers), Unicode annex 15 (NFC, NFKC).
"""

import re
import unicodedata

from shipconsole.domain import gtin

SSCC_WITH_IDENTIFIER = 20
TEXT_MAX = 200
"""Most characters of a scan; no label or packing slip has a longer code."""

GS = "\x1d"
"""How a scanner sends FNC1, which ends a GS1 element of variable length."""

# Ten times what is kept: space for dropped characters, and a limit of the work for a long text.
_READ_MAX = 10 * TEXT_MAX

# Control and format characters, lone surrogates, line and paragraph separators.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_BLANKS = frozenset("\t\n\v\f\r\u2028\u2029")
_DASHES = str.maketrans("", "", "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")

# The accents of Latin, Greek and Cyrillic letters; the marks of other scripts make other letters.
_ACCENTS = re.compile("[\u0300-\u036f]")
# Other characters than ASCII and those of our own texts, which only need lower case.
_FOLDED = re.compile("[^ -~×·–—“”’]")
# Typographic signs that phones and web pages use instead of those on the keyboard.
_SIGNS = str.maketrans(dict.fromkeys("‘’ʼ‛′", "'") | dict.fromkeys("“”„″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
_FORMS = _LETTERS | _SIGNS

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_SYMBOLOGIES = ("]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1")
_CODABAR = re.compile(r"[A-Da-d]([0-9]{4,})[A-Da-d]")
_SMALL_CODABAR = re.compile(r"[a-d]([0-9]{4,})[a-d]")
_CODE_39 = re.compile(r"\*([^*]+)\*")
_DIGITAL_LINK = re.compile(r"https?://[^/?#]+(?:/[^/?#]+)*?/01/(\d{8,14})(?:[/?#].*)?", re.ASCII | re.IGNORECASE)
_BRACKETS = re.compile(r"(?:\(\d{2,4}\)[^()]+)+")
_BRACKETED = re.compile(r"\((\d{2,4})\)([^()]+)")

# The lengths that GS1 predefines, by the first two digits of the identifier: no GS follows these values.
_FIXED = (
    {"00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "20": 2}
    | dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 6)
    | dict.fromkeys(("31", "32", "33", "34", "35", "36"), 6)
    | {"41": 13}
)
_LONG = (
    "23",
    "24",
    "25",
    "31",
    "32",
    "33",
    "34",
    "35",
    "36",
    "39",
    "40",
    "41",
    "42",
    "43",
    "70",
    "71",
    "72",
    "80",
    "81",
    "82",
)
_LONGER = ("31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82")


def text(raw: str) -> str:
    """Return a text in NFC, without invisible characters and repeated spaces, at most `TEXT_MAX` long."""
    return _shown(raw[:_READ_MAX].replace(GS, ""))[:TEXT_MAX].strip()


def marked_text(raw: str) -> str:
    """Return the same as `text`, with every inner GS kept, for formats whose parts it ends."""
    return _shown(raw)[:TEXT_MAX].strip(GS + " ")


def readings(raw: str) -> tuple[str, ...]:
    """Return every reading of a text, the unchanged one first, without duplicates and empty ones."""
    as_it_came = text(raw)
    folded = _folded(as_it_came)
    bare = _SYMBOLOGY.sub("", folded, count=1) if folded.startswith("]") else folded
    found = [as_it_came, folded, bare]
    found += [match[1] for letters in (_CODABAR, _CODE_39) if (match := letters.fullmatch(bare))]
    if _BRACKETS.fullmatch(bare):
        found.append(bare.replace("(", "").replace(")", ""))
    return tuple(dict.fromkeys(one for one in (one.strip() for one in found) if one))


def number_text(raw: str) -> str:
    """Return a tracking number of no known format, without spaces and without additions of its barcode.

    Letters around digits are removed as Codabar's only if the scanner reports Codabar, or if they are lower case, which
    no tracking number's are.
    """
    folded = _folded(text(raw))
    bare = _SYMBOLOGY.sub("", folded, count=1)
    codabar = _CODABAR if is_codabar(folded) else _SMALL_CODABAR
    if match := _CODE_39.fullmatch(bare) or codabar.fullmatch(bare):
        bare = match[1]
    if _BRACKETS.fullmatch(bare):
        bare = bare.replace("(", "").replace(")", "")
    return "".join(bare.split())


def is_codabar(raw: str) -> bool:
    """Return whether a scanner reports that it read Codabar."""
    return raw.lstrip().startswith("]F")


def key(raw: str) -> str:
    """Return the form by which codes and names are compared if their texts differ; compatible forms and case are equal.

    Zeros, dashes and other signs count.
    """
    return _folded(_folded(text(raw)).casefold())


def search_key(raw: str) -> str:
    """Return the form by which a text is searched; case and accents do not matter.

    Letters that Unicode does not decompose are replaced by those that people type instead.
    """
    if not _FOLDED.search(raw):
        return " ".join(raw.lower().translate(_SIGNS).split())
    seen = raw if raw.isprintable() else "".join(map(_kept, raw.replace(GS, "")))
    folded = _folded(" ".join(seen.split())).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", folded)).translate(_FORMS)
    return unicodedata.normalize("NFC", bare)


def compact(number: str) -> str:
    """Return a number in upper case, without spaces and dashes."""
    folded = _folded(text(number)).upper()
    return _folded("".join(folded.split()).translate(_DASHES))


def tracking_key(number: str) -> str:
    """Return the form by which tracking numbers are compared; an SSCC may have its identifier ``00`` before it."""
    key = compact(number)
    is_sscc = len(key) == SSCC_WITH_IDENTIFIER and key.startswith("00") and key.isascii() and key.isdigit()
    return key[2:] if is_sscc and gtin.check_digit(key[:-1]) == key[-1] else key


def gs1_elements(raw: str) -> dict[str, str]:
    """Return the values of a GS1 text by application identifier, empty for other texts.

    A text is GS1 if its symbology says so, if it contains a GS, if its identifiers are in brackets, or if it begins
    with ``01`` and fourteen digits. A text that ends within an element is not GS1. A GS1 Digital Link, the web address
    in an item's 2D code, gives the GTIN alone (Source: GS1 Digital Link Standard, URI Syntax).
    """
    marked = _folded(_shown(raw)[:TEXT_MAX])
    is_gs1 = marked.startswith(_GS1_SYMBOLOGIES) or GS in marked
    if marked.startswith("]"):
        marked = _SYMBOLOGY.sub("", marked, count=1)
    marked = marked.strip(GS + " ")
    if link := _DIGITAL_LINK.fullmatch(marked):
        return {"01": link[1].zfill(14)}
    if _BRACKETS.fullmatch(marked):
        return {identifier: value.strip(GS + " ") for identifier, value in _BRACKETED.findall(marked)}
    if not is_gs1 and not re.match(r"01\d{14}", marked):
        return {}
    found: dict[str, str] = {}
    at = 0
    while at < len(marked):
        identifier = _identifier(marked, at)
        if not identifier.isascii() or not identifier.isdigit():
            return {}
        at += len(identifier)
        length = _FIXED.get(identifier[:2])
        end = marked.find(GS, at) if length is None else at + length
        end = len(marked) if end < 0 else end
        if end > len(marked) or end == at:
            return {}
        found[identifier] = marked[at:end]
        at = end + (marked[end : end + 1] == GS)
    return found


def _folded(text: str) -> str:
    """Return a text in NFKC, with the digits of every script as ASCII digits."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if folded.isascii():
        return folded
    return "".join(str(unicodedata.decimal(character, character)) for character in folded)


def _shown(raw: str) -> str:
    """Return a text without invisible characters, with single spaces, GS kept."""
    if raw.isascii() and raw.isprintable():
        # Almost all codes are, and a large order has thousands of them.
        return " ".join(raw[:_READ_MAX].split())
    visible = "".join(filter(None, map(_kept, raw[:_READ_MAX])))
    return " ".join(part for part in unicodedata.normalize("NFC", visible).split(" ") if part)


def _kept(character: str) -> str:
    if character == GS:
        return GS
    category = unicodedata.category(character)
    if category == "Zs" or character in _BLANKS:
        return " "
    return "" if category in _UNSEEN else character


def _identifier(marked: str, at: int) -> str:
    first = marked[at : at + 2]
    if first in _LONGER:
        return marked[at : at + 4]
    return marked[at : at + 3] if first in _LONG else first
