"""Label formats that a station learned, for carriers that publish no format.

Three labels that a packer accepted define a format: its length, its beginning, and the kind of each character.
"""

from collections.abc import Iterable
from typing import NamedTuple

from shipconsole.domain import code, gtin

NUMBERS_PER_FORMAT = 3
"""How many different numbers define a format."""
LENGTH_MIN = 8

# Open positions at the end of a format, so that a carrier's next thousands of numbers fit too.
_OPEN_MIN = 6
# A format of mixed letters and digits without a common beginning is recognized only by its length.
_LENGTH_WITHOUT_BEGINNING = 12
_PREFIX_OF_MIXED = 2

_DIGIT, _LETTER, _EITHER = "9A*"


class LabelFormat(NamedTuple):
    """The beginning of every number of a format, and the kind of each character after that.

    A kind is ``9`` for a digit, ``A`` for a letter, ``*`` for either; any other character is itself.
    """

    prefix: str
    kinds: str

    @property
    def length(self) -> int:
        """Return the length of a number."""
        return len(self.prefix) + len(self.kinds)

    @property
    def span(self) -> tuple[str, str]:
        """Return the texts between which every number of the format sorts, the second one excluded."""
        if self.prefix:
            return self.prefix, self.prefix[:-1] + chr(ord(self.prefix[-1]) + 1)
        return ("0", ":") if self.kinds[0] == _DIGIT else ("", "\U0010ffff")

    def fits(self, number: str) -> bool:
        """Return whether a number has the format; case does not matter, and an item's GTIN never fits."""
        text = _text(number)
        if len(text) != self.length or not text.startswith(self.prefix) or gtin.is_valid(text):
            return False
        return all(map(_is_kind, text[len(self.prefix) :], self.kinds))


def can_define_format(number: str) -> bool:
    """Return whether a number may help to define a format: long enough, with a digit, not an item's GTIN."""
    text = _text(number)
    return len(text) >= LENGTH_MIN and any(map(str.isdecimal, text)) and not gtin.is_valid(text)


def learn(numbers: Iterable[str], like: str) -> LabelFormat | None:
    """Return the format that some accepted numbers define and that a number has; None if there is none.

    Numbers of another length, or with other letters at the beginning, belong to another format.
    """
    sought = _text(like)
    texts = {text for text in map(_text, numbers) if len(text) == len(sought) and can_define_format(text)}
    for alike in ({text for text in texts if _letters(text) == _letters(sought)}, texts):
        found = _common(sorted(alike)) if len(alike) >= NUMBERS_PER_FORMAT else None
        if found and found.fits(sought):
            return found
    return None


def _common(texts: list[str]) -> LabelFormat | None:
    length = len(texts[0])
    same = next((index for index in range(length) if len({text[index] for text in texts}) > 1), length)
    # The beginning is letters and signs, and the digits after them that hardly change.
    letters = next((index for index in range(same, 0, -1) if not texts[0][index - 1].isdecimal()), 0)
    beginning = max(letters, min(same, length - _OPEN_MIN))
    kinds = [_kind({text[index] for text in texts}) for index in range(beginning, length)]
    if _EITHER in kinds:
        if beginning < _PREFIX_OF_MIXED and length < _LENGTH_WITHOUT_BEGINNING:
            return None
        kinds = [_EITHER if kind in (_DIGIT, _LETTER) else kind for kind in kinds]
    return LabelFormat(texts[0][:beginning], "".join(kinds))


def _kind(characters: set[str]) -> str:
    if all(map(str.isdecimal, characters)):
        return _DIGIT
    if all(map(str.isalpha, characters)):
        return _LETTER
    return next(iter(characters)) if len(characters) == 1 else _EITHER


def _is_kind(character: str, kind: str) -> bool:
    match kind:
        case "9":
            return character.isdecimal()
        case "A":
            return character.isalpha()
        case "*":
            return character.isalnum()
        case _:
            return character == kind


def _letters(text: str) -> str:
    """Return what comes before the first digit."""
    return text[: next((index for index, character in enumerate(text) if character.isdecimal()), len(text))]


def _text(number: str) -> str:
    return "".join(code.key(number).split())
