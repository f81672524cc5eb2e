"""Identification of tracking numbers: the carrier, the check digit, and the number that the carrier uses.

The result is advice. An unknown number is as good as any other: many carriers publish no format. `identify` accepts the
text of a label as a scanner sends it or a person types it.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

from shipconsole.domain import code, gtin
from shipconsole.domain.carrier_formats import AUSPOST_GTIN, S10_POSTS, Format, Proof, of_length
from shipconsole.domain.carrier_list import CARRIERS, Carrier, by_id, named, tracking_link
from shipconsole.domain.message import NO_MESSAGE, Message, sentences

__all__ = [
    "CARRIERS",
    "Carrier",
    "CheckDigit",
    "Identified",
    "by_id",
    "description",
    "identify",
    "named",
    "names",
    "tracking_link",
]

CheckDigit = Literal["right", "wrong", "none"]

LOOSE_LENGTH_MIN = 7
"""Minimum length of a code with a digit that may be a number of a format that many codes have."""

NAMES_MAX = 6
"""Most carriers that a sentence names; a longer list would not help."""

_USPS_IDENTIFIERS = frozenset(("91", "92", "93", "94", "95"))
POSTAL_CODE_MIN = 4
_POSTAL_CODE_ONLY = frozenset(("403", "420", "421"))
_ARTICLE_SYMBOLOGY = "]E"


class Identified(NamedTuple):
    """What a text shows about a tracking number.

    `number` is the carrier's own number; where no format fits, it is the text without a scanner's additions. `carriers`
    are the ids of all carriers whose formats fit, the most likely first. `certain` is whether the first one is the
    carrier: the check digit is right in a structure of its own, or a documented prefix is unique; if two carriers share
    the structure, the chosen one is certain. Digits that are a valid GTIN are never certain. `likely` is the carrier to
    use if none was chosen, "" if several are equally likely.

    `check_digit` is "none" if there is none to check, `right_digit` the digit that would be right,
    `right_digit_follows` the characters after it. `postal_code` is the label's destination, `package_number` the number
    of the package in its consignment; both are "" if the label does not have them. `is_second_barcode` marks the
    barcode beside the tracking number on a label, which is not a tracking number.
    """

    number: str
    carriers: tuple[str, ...] = ()
    check_digit: CheckDigit = "none"
    format_message: Message = NO_MESSAGE
    postal_code: str = ""
    certain: bool = False
    likely: str = ""
    right_digit: str = ""
    right_digit_follows: str = ""
    format_id: str = ""
    package_number: str = ""
    is_second_barcode: bool = False


def identify(text: str, chosen: str = "") -> Identified:
    """Return the carriers, check digit and number of any text.

    `chosen` is the id of the carrier that a person, an order or a station named, if any: it comes first if it fits, and
    a check digit that is wrong for it counts even if other carriers' numbers have the same format.
    """
    if len(text) > code.TEXT_MAX:
        text = code.marked_text(text)
    best: Identified | None = None
    best_rank = len(Proof)
    for reading in _readings(text):
        fits = _fits(reading, chosen)
        if fits and fits[0].rank < best_rank:
            best, best_rank = _identified(text, reading, fits, chosen), fits[0].rank
        if best_rank == Proof.NAMED:
            break
    found = best or Identified(_as_it_came(text))
    return found if found.postal_code or not _may_be_gs1(text) else _with_postal_code(found, code.gs1_elements(text))


def description(identified: Identified) -> Message:
    """Return the result as sentences for the packer."""
    names = [carrier.name for carrier_id in identified.carriers if (carrier := by_id(carrier_id))]
    form = identified.format_message
    if identified.is_second_barcode:
        return Message("carrier.second_barcode", barcode=tuple(part for part in (*names[:1], form) if part))
    if not identified.carriers:
        return Message("carrier.unknown_format")
    if identified.check_digit == "wrong":
        return _should_be(identified, tuple(names))
    found = [Message("carrier.right_check_digit")] if identified.check_digit == "right" else []
    if not identified.likely and len(names) > NAMES_MAX:
        found.append(Message("carrier.many", format=form))
    elif identified.likely and len(names) > 1:
        likely, *others = names
        found.append(Message("carrier.likely", carrier=likely, format=form, others=tuple(others)))
    elif identified.certain or identified.check_digit == "right":
        found.append(Message("carrier.is", carriers=tuple(names), format=form))
    else:
        found.append(Message("carrier.possibly", carriers=tuple(names), format=form))
    if identified.check_digit == "none":
        found.append(Message("carrier.no_check_digit"))
    if not identified.certain and gtin.is_valid(identified.number):
        found.append(Message("carrier.also_barcode"))
    return sentences(*found)


def names(carrier_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the names of some carriers, for a message that lists them."""
    return tuple(known.name if (known := by_id(carrier_id)) else carrier_id for carrier_id in carrier_ids)


def _should_be(identified: Identified, names: tuple[str, ...]) -> Message:
    right, before = identified.right_digit, identified.right_digit_follows
    is_digit = right.isdigit()
    if before:
        message_id = "carrier.wrong_digit_before" if is_digit else "carrier.wrong_character_before"
        return Message(message_id, carriers=names, right=right, before=before)
    message_id = "carrier.wrong_last_digit" if is_digit else "carrier.wrong_last_character"
    return Message(message_id, carriers=names, right=right)


class _Reading(NamedTuple):
    """A bare text, and what else is known of it."""

    bare: str
    is_article: bool
    has_dashes: bool


class _Fit(NamedTuple):
    """A format, how the number fits it, and how much that proves; `right` is None if nothing was checked."""

    form: Format
    match: re.Match[str]
    rank: int
    right: bool | None
    carriers: tuple[str, ...]
    is_chosen: bool

    @property
    def holds_more(self) -> bool:
        """Return whether the text holds more than the number, in a format that no other carrier has."""
        return self.rank <= Proof.DISTINCT or self.is_chosen


def _may_be_gs1(text: str) -> bool:
    return code.GS in text or "(" in text or text.lstrip().startswith("]")


def _readings(text: str) -> list[_Reading]:
    """Return the readings of a text that may be tracking numbers, without duplicates, the unchanged text first."""
    plain = text.strip()
    if plain.isascii() and plain.isalnum() and len(plain) <= code.TEXT_MAX:
        texts = [plain, *code.readings(plain)[1:]] if plain[:1] in "ABCDabcd" else [plain]
    else:
        texts = [*code.readings(text), *_of_elements(text)]
    is_article = plain.startswith(_ARTICLE_SYMBOLOGY)
    found: dict[str, _Reading] = {}
    for text_read in texts:
        bare = (
            code.compact(text_read)
            if text_read is not plain or not plain.isascii() or not plain.isalnum()
            else text_read.upper()
        )
        undashed = len("".join(text_read.split())) == len(bare)
        found.setdefault(bare, _Reading(bare, is_article or _is_article(bare), not undashed))
    return list(found.values())


def _of_elements(text: str) -> list[str]:
    """Return the barcodes that the elements of a GS1 text make, in the order that the formats expect."""
    elements = code.gs1_elements(text) if _may_be_gs1(text) else {}
    postal_code = elements.get("420", "")
    found: list[str] = []
    if elements.get("01") == AUSPOST_GTIN and "91" in elements:
        found.append(f"01{AUSPOST_GTIN}91{elements['91']}" + (f"420{postal_code}" if len(postal_code) == 4 else ""))
    if "00" in elements:
        found.append("00" + elements["00"])
    for identifier in sorted(_USPS_IDENTIFIERS & elements.keys()):
        number = identifier + elements[identifier]
        found += [f"420{postal_code}{number}", number]
    return found


def _is_article(bare: str) -> bool:
    """Return whether a bare text is an item's GTIN, alone or at the start of a GS1 text."""
    if bare.startswith("01") and bare[2:16] != AUSPOST_GTIN and gtin.is_valid(bare[2:16]):
        return True
    return gtin.is_valid(bare)


def _with_postal_code(found: Identified, elements: dict[str, str]) -> Identified:
    """Add the postal code that stands in an element of its own.

    Fewer than four characters are incomplete; USPS adds up to six more digits to the ZIP code.
    """
    postal_code = elements.get("420", "") or elements.get("421", "")[3:]
    if len(postal_code) < POSTAL_CODE_MIN:
        return found
    if not found.carriers and elements.keys() <= _POSTAL_CODE_ONLY:
        return found._replace(
            format_message=Message("carrier_format.ship_to_postal_code"),
            postal_code=postal_code,
            is_second_barcode=True,
        )
    return found._replace(postal_code=postal_code[:5] if "usps" in found.carriers else postal_code)


def _as_it_came(text: str) -> str:
    """Return a text that is no known number, without a scanner's additions.

    Letters around digits are removed as Codabar's only if the scanner reports Codabar or the letters are lower case,
    which no tracking number's are.
    """
    readings = code.readings(text) or ("",)
    last = readings[-1]
    has_capitals = last.isdigit() and any(reading[1:-1] == last and reading[0].isupper() for reading in readings)
    return readings[-2:][0] if has_capitals and not code.is_codabar(text) else last


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.DOTALL)


def _fits(reading: _Reading, chosen: str) -> list[_Fit]:
    """Return the formats that fit a reading, the strongest proof first, without those that others disprove."""
    found: list[_Fit] = []
    for form in of_length(len(reading.bare)):
        match = _pattern(form.pattern).fullmatch(reading.bare)
        if match is not None and (fit := _fit(form, match, reading, chosen)):
            found.append(fit)
    wrong = [fit for fit in found if fit.right is False]
    possible = [fit for fit in found if fit.right is not False]
    if reading.is_article and not any(fit.right or fit.is_chosen or fit.rank == Proof.NAMED for fit in possible):
        possible = []
    found = wrong if _is_wrong(wrong, possible) else possible
    if any(fit.rank == Proof.NAMED for fit in found):
        found = [fit for fit in found if fit.rank == Proof.NAMED or (fit.is_chosen and fit.right)]
    return sorted(found, key=lambda fit: (not fit.is_chosen, fit.rank))


def _fit(form: Format, match: re.Match[str], reading: _Reading, chosen: str) -> _Fit | None:
    """Return how a number fits a format whose pattern it matches, None if that proves nothing."""
    country = match.groupdict().get("country")
    carriers = S10_POSTS.get(country, form.carriers) if country and form.id == "s10" else form.carriers
    is_chosen = bool(chosen) and chosen in carriers
    if form.proof == Proof.LOOSE and not is_chosen and not _is_long_enough(reading):
        return None
    if form.rule is None:
        return _Fit(form, match, form.proof, None, carriers, is_chosen)
    if form.rule(_checked_part(form, match)) == match["check"]:
        return _Fit(form, match, form.proof, True, carriers, is_chosen)
    if form.proof == Proof.HINTED:
        return _Fit(form, match, Proof.DISTINCT, None, carriers, is_chosen)
    if form.proof == Proof.CHECKED and (not is_chosen or form.second):
        return None
    return _Fit(form, match, form.proof, False, carriers, is_chosen)


def _is_long_enough(reading: _Reading) -> bool:
    return (
        len(reading.bare) >= LOOSE_LENGTH_MIN
        and not reading.has_dashes
        and any(character.isdigit() for character in reading.bare)
    )


def _is_wrong(wrong: list[_Fit], possible: list[_Fit]) -> bool:
    """Return whether a check digit counts as wrong although other formats are possible."""
    if not wrong or any(fit.is_chosen for fit in possible):
        return False
    if any(fit.is_chosen for fit in wrong):
        return True
    others = [
        fit.rank
        for fit in possible
        if not set(fit.carriers) <= {carrier_id for other in wrong for carrier_id in other.carriers}
    ]
    return not any(rank == Proof.NAMED or Proof.DISTINCT <= rank <= Proof.SHAPED for rank in others)


def _checked_part(form: Format, match: re.Match[str]) -> str:
    serial = match["serial"]
    return serial if serial.startswith(form.lead) else form.lead + serial


def _identified(text: str, reading: _Reading, fits: list[_Fit], chosen: str) -> Identified:
    second = [fit for fit in fits if fit.form.second]
    numbers = [fit for fit in fits if not fit.form.second]
    is_second = bool(second) and _is_second(second[0], numbers)
    first = second[0] if is_second else (numbers or second)[0]
    listed = second[:1] if is_second else numbers
    carriers = tuple(dict.fromkeys(carrier for fit in listed for carrier in fit.carriers))
    if chosen in carriers:
        carriers = tuple(dict.fromkeys((chosen, *carriers)))
    number = _as_it_came(text) if is_second else _written(first)
    if reading.has_dashes and not first.holds_more:
        number = "".join(_as_it_came(text).split()).upper()
    holds_more = first.holds_more or is_second
    is_wrong = first.right is False
    is_proved = first.rank == Proof.NAMED and not is_wrong and not is_second and not reading.is_article
    certain = is_proved and (len(carriers) == 1 or chosen in carriers)
    return Identified(
        number=number,
        carriers=carriers,
        check_digit="wrong" if is_wrong else "right" if first.right else "none",
        format_message=Message(first.form.text_id, length=len(number)),
        postal_code=_postal_code(first) if holds_more else "",
        certain=certain,
        likely="" if is_second else _likely(numbers, chosen),
        right_digit=first.form.rule(_checked_part(first.form, first.match)) if is_wrong and first.form.rule else "",
        right_digit_follows=first.match.string[first.match.end("check") :] if is_wrong else "",
        format_id=first.form.id,
        package_number=(first.match.groupdict().get("package") or "") if holds_more else "",
        is_second_barcode=is_second,
    )


def _is_second(second: _Fit, numbers: list[_Fit]) -> bool:
    """Return whether a text is the second barcode of a label rather than its tracking number."""
    if not numbers:
        return True
    number = numbers[0]
    if number.is_chosen and not second.is_chosen:
        return False
    return second.rank < number.rank or (second.rank == number.rank and number.rank > Proof.CHECKED)


def _likely(fits: list[_Fit], chosen: str) -> str:
    """Return the carrier to use if none was chosen; empty if several are equally likely."""
    if any(fit.is_chosen for fit in fits):
        return chosen
    best = fits[0].rank
    if best == Proof.NAMED:
        found = {fit.carriers[0] for fit in fits}
    elif best in (Proof.SEALED, Proof.SHAPED, Proof.LOOSE):
        found = set[str]()
    else:
        worst = best if best == Proof.CHECKED else Proof.SHAPED
        found = {carrier for fit in fits if fit.rank <= worst for carrier in fit.carriers}
    return next(iter(found)) if len(found) == 1 else ""


def _written(fit: _Fit) -> str:
    written = fit.form.written if fit.holds_more else 0
    return written(fit.match) if callable(written) else fit.match[written]


def _postal_code(fit: _Fit) -> str:
    """Return the postal code of a label; nine digits of the United States as ZIP+4."""
    if fit.form.postal_code is not None:
        return fit.form.postal_code(fit.match)
    found = fit.match.groupdict().get("zip") or ""
    return f"{found[:5]}-{found[5:]}" if len(found) == 9 and found.isdigit() else found
