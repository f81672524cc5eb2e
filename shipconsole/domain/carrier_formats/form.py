"""The structure of the tables of carrier formats."""

from collections.abc import Callable
from enum import IntEnum
from re import Match
from typing import NamedTuple

from shipconsole.domain.carrier_formats.check_digits import CheckRule


class Proof(IntEnum):
    """How much a format proves about a number that fits it, the most first."""

    NAMED = 0
    """The structure identifies the carrier: a check digit in a structure of its own, or a unique prefix."""
    SEALED = 1
    """The check digit is in a known structure that many carriers print, so none is identified."""
    CHECKED = 2
    """Digits without a structure of their own, which one in ten other numbers fits too.

    A wrong check digit means nothing unless the carrier was chosen.
    """
    HINTED = 3
    """A check digit that no public label confirms: a right one is a hint, a wrong one means nothing."""
    DISTINCT = 4
    """Only a shape, but no other carrier is known to use it."""
    SHAPED = 5
    """A shape that other carriers use too."""
    LOOSE = 6
    """A shape of many other codes: it counts if the carrier was chosen, or the code is long enough."""


class Format(NamedTuple):
    """One kind of number on the labels of one carrier, or of several who share it, the most likely first.

    The pattern matches the whole bare text: ASCII, upper case, without spaces, dashes and GS. Its groups: `serial` and
    `check`, which belong together by `rule`; `number`, the carrier's number if the barcode contains more; `zip`, the
    destination's postal code; `country`, two letters of the post that issued an S10 number; `package`, the number of
    the package in its consignment.

    `text_id` is the id of its description, which may name the number's `length`. `written` is the group that is the
    carrier's number, or builds it from the groups; `postal_code` builds the postal code if it is not simply `zip`.
    `lead` is added before the serial for the check if the label leaves it out. A `second` barcode is another barcode of
    a label and not a tracking number.
    """

    id: str
    carriers: tuple[str, ...]
    text_id: str
    lengths: tuple[int, ...] | range
    pattern: str
    proof: Proof
    rule: CheckRule | None = None
    written: str | int | Callable[[Match[str]], str] = 0
    lead: str = ""
    postal_code: Callable[[Match[str]], str] | None = None
    second: bool = False


DIGITS = "carrier_format.digits"
CHARACTERS = "carrier_format.characters"
PART = "number"
