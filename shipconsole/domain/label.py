"""Labels: what has to be decided before a tracking number is assigned to a package, scanned or typed."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from shipconsole.domain import carrier, code, countries, gtin
from shipconsole.domain.address import Address
from shipconsole.domain.carrier import Identified
from shipconsole.domain.carrier_formats import AUSPOST_GTIN, FORMATS, Proof
from shipconsole.domain.label_rules import USUAL, LabelRules


class LabelIssueKind(StrEnum):
    """What may be wrong with a label for its package; an issue stops, or asks for a decision."""

    TAKEN = "taken"
    """Another package has the number, shipped within 180 days (a setting) or not delivered yet. Stops."""
    POSTAL_CODE = "postal_code"
    """The label's postal code is not the order's. Stops; not for orders to a pickup point."""
    CHECK_DIGIT = "check_digit"
    """The check digit is wrong. Asks."""
    ARTICLE_NUMBER = "article_number"
    """The digits are a valid GTIN, which is more likely an item's than a label's. Asks."""
    SECOND_BARCODE = "second_barcode"
    """It is another barcode of the label, such as that of its postal code. Asks."""
    USED_BEFORE = "used_before"
    """A package had the number longer ago. Asks."""
    SECOND_LABEL = "second_label"
    """The package already has another number. Asks."""
    SEVERAL_CARRIERS = "several_carriers"
    """Several carriers use the format. Asks which."""
    POSSIBLE = "possible"
    """At most a shape fits. Asks if scanned; accepted as unverified if typed."""


@dataclass(frozen=True, slots=True)
class LabelIssue:
    """One decision about a label; `kind` decides which other fields are set."""

    kind: LabelIssueKind
    stops: bool
    order_id: int | None = None
    order_number: str = ""
    package_id: int | None = None
    shipped_at_ms: int | None = None
    packer: str = ""
    is_lost: bool = False
    label_postal_code: str = ""
    order_postal_code: str = ""
    right_digit: str = ""
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """The content of a label: `text` is the reading that was understood, `likely` the carrier to use.

    Digits that are a valid GTIN have a carrier only if its check digit is right; a shape is not enough.
    """

    raw: str
    text: str
    number: str
    carriers: tuple[str, ...] = ()
    likely: str = ""
    certain: bool = False
    check_digit: carrier.CheckDigit = "none"
    right_digit: str = ""
    postal_code: str = ""
    is_article: bool = False
    is_second_barcode: bool = False


@dataclass(frozen=True, slots=True)
class NumberUse:
    """A package that has a number: of an order, or of the same draft, which has no id yet.

    `is_lost` means that it shipped after the backup that was restored since: only the number of its order is known.
    """

    order_id: int | None
    order_number: str
    package_id: int | None = None
    shipped_at_ms: int | None = None
    packer: str = ""
    delivered: bool | None = None
    """None if no platform reported it."""
    is_lost: bool = False
    box: str = ""
    """What the packages of several orders in one box have in common; empty otherwise."""


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """What was looked up about a label for one package of a draft.

    `uses` are the packages that have its number, `other_number` is the number that the package already has. `asked`
    means that a shape alone asks: the label was scanned, not typed, and the station does not expect its shape.
    """

    label: Label
    ship_to: Address
    to_pickup_point: bool = False
    uses: tuple[NumberUse, ...] = ()
    other_number: str = ""
    asked: bool = False
    now_ms: int = 0
    rules: LabelRules = USUAL


STORED_KINDS = (
    LabelIssueKind.TAKEN,
    LabelIssueKind.POSTAL_CODE,
    LabelIssueKind.CHECK_DIGIT,
    LabelIssueKind.ARTICLE_NUMBER,
    LabelIssueKind.SECOND_BARCODE,
    LabelIssueKind.USED_BEFORE,
)
"""Issues with which no shipment is stored unless a person accepted them."""

NUMBER_IN_USE = (LabelIssueKind.TAKEN, LabelIssueKind.USED_BEFORE)

_DAY_MS = 86_400_000
_SHORTEST_POSTAL_CODE = 3

_SURELY_SECOND = frozenset(form.id for form in FORMATS if form.second and form.proof == Proof.NAMED)
_BETWEEN_NUMBERS = re.compile(r"[\s,;|/&+]+")


def read(raw: str, carrier_id: str = "") -> Label:
    """Return the content of a label's text: scanned, typed, from a file or from a platform.

    `carrier_id` is the carrier that a person chose, if any. `number` is the carrier's own; for a text of no known
    format it is the text without spaces and without additions of its barcode.
    """
    found = carrier.identify(raw, carrier_id)
    plain = code.number_text(raw)
    readings = code.readings(raw)
    is_article = is_article_number(raw)
    # A shape alone does not prove that two letters around digits belong to the barcode.
    is_guess = not found.certain and found.check_digit == "none" and plain[1:-1] == found.number
    if not found.carriers or found.is_second_barcode or is_guess:
        # A shape alone proves nothing else, unless it contains a postal code.
        is_second = found.is_second_barcode and bool(found.postal_code or found.format_id in _SURELY_SECOND)
        return Label(
            raw,
            plain,
            plain,
            postal_code=found.postal_code,
            is_article=is_article,
            is_second_barcode=is_second and not is_article,
        )
    return Label(
        raw,
        _reading_of(found, readings, carrier_id),
        found.number,
        carriers=found.carriers,
        likely=found.likely,
        certain=found.certain and not is_article,
        check_digit=found.check_digit,
        right_digit=found.right_digit,
        postal_code=found.postal_code,
        is_article=is_article,
    )


def is_article_number(raw: str) -> bool:
    """Return whether a text is an item's GTIN, also with spaces or dashes or at the start of a GS1 text.

    The marker at the start of Australia Post's labels has the form of a GTIN, and alone it is not a tracking number
    either.
    """
    elements = code.gs1_elements(raw)
    opens_label = elements.get("01") == AUSPOST_GTIN and len(elements) > 1
    texts = (*code.readings(raw), "" if opens_label else elements.get("01", ""))
    return any(gtin.is_valid(code.compact(text)) for text in texts)


def holds_several(raw: str) -> bool:
    """Return whether a scanner read several labels at once: certain numbers, or one number twice, in one text.

    A space or sign separates them; the same number twice may have none.
    """
    text = code.text(raw)
    half = len(text) // 2
    parts = _BETWEEN_NUMBERS.split(text)
    if len(parts) == 1 and text[:half] == text[half:]:
        parts = [text[:half], text[half:]]
    certain = [part for part in parts if carrier.identify(part).certain]
    return len(certain) > 1 and not carrier.identify(raw).certain


def _reading_of(found: Identified, readings: Sequence[str], carrier_id: str) -> str:
    """Return the first reading that gives the result by itself, the last one if only all of them together do."""
    for text in readings[:-1]:
        if code.readings(text) == (text,) and carrier.identify(text, carrier_id)[:3] == found[:3]:
            return text
    return readings[-1]


# The same numbers are compared repeatedly: with each package of an order, with each event of a package.
@lru_cache(maxsize=4_096)
def carrier_number(raw: str) -> str:
    """Return the carrier's own number in a label's text."""
    return read(raw).number


def number_key(raw: str) -> str:
    """Return the form by which tracking numbers are compared, in whatever way each is written."""
    return code.tracking_key(carrier_number(raw))


def label_issues(facts: LabelFacts) -> tuple[LabelIssue, ...]:
    """Return everything to decide before the label is assigned to the package, what stops first."""
    label = facts.label
    found = [*_uses(facts)]
    if differs := _other_postal_code(facts):
        found.append(differs)
    if label.check_digit == "wrong" and not label.is_article:
        found.append(
            LabelIssue(LabelIssueKind.CHECK_DIGIT, False, right_digit=label.right_digit, carriers=label.carriers)
        )
    if label.is_article:
        found.append(LabelIssue(LabelIssueKind.ARTICLE_NUMBER, False, carriers=label.carriers))
    if label.is_second_barcode:
        found.append(LabelIssue(LabelIssueKind.SECOND_BARCODE, False))
    if facts.other_number and code.tracking_key(facts.other_number) != code.tracking_key(label.number):
        found.append(LabelIssue(LabelIssueKind.SECOND_LABEL, False))
    if label.check_digit == "right" and not label.likely and not label.is_article:
        found.append(LabelIssue(LabelIssueKind.SEVERAL_CARRIERS, False, carriers=label.carriers))
    elif facts.asked and not label.certain and label.check_digit != "wrong" and not label.is_article:
        found.append(LabelIssue(LabelIssueKind.POSSIBLE, False, carriers=label.carriers))
    return tuple(sorted(found, key=lambda issue: not issue.stops))


def _uses(facts: LabelFacts) -> list[LabelIssue]:
    """Return the issue of the package that most contradicts the number: a recent one stops, an old one asks."""
    judged = [_use(use, facts) for use in facts.uses]
    return sorted(judged, key=lambda issue: (not issue.stops, -(issue.shipped_at_ms or facts.now_ms)))[:1]


def _use(use: NumberUse, facts: LabelFacts) -> LabelIssue:
    latest_ms = facts.now_ms - facts.rules.number_reuse_days * _DAY_MS
    is_recent = use.shipped_at_ms is None or use.shipped_at_ms > latest_ms
    stops = is_recent or use.delivered is False
    return LabelIssue(
        LabelIssueKind.TAKEN if stops else LabelIssueKind.USED_BEFORE,
        stops,
        order_id=use.order_id,
        order_number=use.order_number,
        package_id=use.package_id,
        shipped_at_ms=use.shipped_at_ms,
        packer=use.packer,
        is_lost=use.is_lost,
    )


def _other_postal_code(facts: LabelFacts) -> LabelIssue | None:
    theirs, ours = facts.label.postal_code, facts.ship_to.postal_code.strip()
    if facts.to_pickup_point or not theirs or not ours or same_postal_code(theirs, ours):
        return None
    if facts.label.carriers[:1] == ("fedex",) and countries.code_of(facts.ship_to.country) != "US":
        # Its five digits are a ZIP code; on a package to another country it is a place on the way.
        return None
    return LabelIssue(LabelIssueKind.POSTAL_CODE, True, label_postal_code=theirs, order_postal_code=ours)


def agreed_postal_code(scanned: str, postal_code: str) -> str:
    """Return the postal code on a label, as it was scanned, if it is that of an address too; else an empty text."""
    found = read(scanned).postal_code if scanned and postal_code else ""
    return found if found and same_postal_code(found, postal_code) else ""


def same_postal_code(first: str, second: str) -> bool:
    """Return whether two postal codes name one area, as far as the shorter one goes.

    Spaces, dashes, case and a country's or state's letters before digits do not count: ``1234 AB`` and ``1234``,
    ``78745-1234`` and ``78745``, ``SW1A 1AA`` and ``sw1a1aa``, ``L-1234`` and ``1234``. A label pads with zeros, a
    spreadsheet drops them.
    """
    plain, other = (_plain_postal_code(text) for text in (first, second))
    if plain.isdecimal() or other.isdecimal():
        plain, other = (re.sub(r"^[A-Z]{1,3}(?=\d+$)", "", text) for text in (plain, other))
    shorter, longer = sorted((plain, other), key=len)
    if longer.isdecimal():
        # The second part, which a label may leave out, has three digits or more: 78745-1234, 1000-001, 01310-100.
        shorter, longer = sorted((shorter.lstrip("0"), longer.lstrip("0")), key=len)
        is_second_part = len(shorter) >= _SHORTEST_POSTAL_CODE and len(longer) - len(shorter) >= 3
        return shorter == longer or (is_second_part and longer.startswith(shorter))
    return len(shorter) >= _SHORTEST_POSTAL_CODE and longer.startswith(shorter)


def _plain_postal_code(text: str) -> str:
    return "".join(character for character in code.key(text).upper() if character.isalnum())


def with_carriers(label: Label, carriers: Collection[str]) -> Label:
    """Return a label with only those of its carriers that are given; unchanged if none of them is."""
    used = tuple(carrier_id for carrier_id in label.carriers if carrier_id in carriers)
    return replace(label, carriers=used, likely=used[0] if len(used) == 1 else label.likely) if used else label
