"""What a row of the tables of carrier formats says."""

from collections.abc import Callable
from enum import IntEnum
from re import Match
from typing import NamedTuple

from shipconsole.domain.carrier_formats.check_digits import CheckRule


class Proof(IntEnum):
    """How much a format proves of a number that fits it, the most first."""

    NAMED = 0
    """Its structure names the carrier: a check digit in a structure of its own, or a prefix that no other uses."""
    SEALED = 1
    """Its check digit stands in a known structure that many carriers print, so none is named."""
    CHECKED = 2
    """Digits without a structure of their own: one in ten of any other kind fits too, so a check digit that is
    wrong says nothing unless the carrier was chosen."""
    HINTED = 3
    """A check digit that no public label confirms: right it is a hint, wrong it is nothing."""
    DISTINCT = 4
    """A shape only, but one that no other carrier is known to have."""
    SHAPED = 5
    """A shape that numbers of other carriers have too."""
    LOOSE = 6
    """A shape that many other codes have: it counts where the carrier was chosen, or the code is long enough."""


class Format(NamedTuple):
    """One kind of number on the labels of one carrier, or of several who share it, the likeliest first.

    The pattern fits the bare text as a whole: ASCII, upper case, without blanks, dashes and GS. Its parts: `serial`
    and `check`, which belong together by `rule`; `number`, what the carrier knows the package by where the barcode
    holds more; `zip`, the postal code that the package goes to; `country`, two letters of the post that issued an S10
    number; `package`, which package of the consignment it is.

    `text_id` is the id of its description, which may name the number's `length`. `written` is the part that is the
    carrier's number, or makes it of the parts; `postal_code` makes the postal code where it is not plainly `zip`.
    `lead` goes in front of the serial before it is checked, where the label leaves it out. A `second` barcode is
    beside the number on a label and is none itself.
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
