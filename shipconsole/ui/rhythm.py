"""Tells a scanner from a person by the rhythm of the keys alone: what comes faster than anybody types is a scan."""

from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

BETWEEN_KEYS_MS = 37
"""Between two keys of a scanner at most: 35 ms, and what the clock of the key events is coarse."""
AFTER_SCAN_MS = 150
"""An Enter or a Tab that comes so soon after a scan is the scanner's own."""
SHORTEST = 3
"""As the command code %OK has."""
SHORTEST_WITHOUT_END = 5
"""A scan that nothing but a pause ends has more characters: a person may roll three or four keys at once."""

K = TypeVar("K")
Kind = Literal["character", "control", "end", "modifier", "other"]
"""A printable key or GS, another control character, Enter or Tab, a modifier alone, anything else."""


class Heard(NamedTuple, Generic[K]):
    """What a key came to.

    `scan` is a scan that is whole now, `given_back` the keys of before that were no scan and come first. `is_taken`
    says that the key itself reaches nobody, now or never.
    """

    is_taken: bool
    scan: str = ""
    given_back: tuple[K, ...] = ()


@dataclass
class Rhythm(Generic[K]):
    """Keeps keys back for as long as they may be a scan. Times are those of the key events, in milliseconds."""

    _text: str = ""
    _keys: list[K] = field(default_factory=list)
    _last_ms: float = float("-inf")
    _scanned_ms: float = float("-inf")

    @property
    def waits(self) -> bool:
        """Whether keys are kept back."""
        return bool(self._keys)

    def press(self, kind: Kind, text: str, key: K, at_ms: float) -> Heard[K]:
        """Hear a key."""
        quick = bool(self._keys) and 0 <= at_ms - self._last_ms <= BETWEEN_KEYS_MS
        match kind:
            case "modifier":
                return Heard(False)
            case "character":
                over = Heard[K](True) if quick else self.pause()
            case "control" if quick:
                over = Heard[K](True)
            case "end":
                return self._end(at_ms, quick=quick)
            case _:
                over = self.pause()
                return Heard(False, over.scan, over.given_back)
        self._text += text
        self._keys.append(key)
        self._last_ms = at_ms
        return Heard(True, over.scan, over.given_back)

    def pause(self) -> Heard[K]:
        """Decide on what was kept back, since no key follows."""
        text, keys = self._text, tuple(self._keys)
        self._text, self._keys = "", []
        # A key that is held repeats as fast as a slow scanner.
        if len(text) >= SHORTEST_WITHOUT_END and len(set(text)) > 1:
            self._scanned_ms = self._last_ms
            return Heard(True, text)
        return Heard(False, "", keys)

    def _end(self, at_ms: float, *, quick: bool) -> Heard[K]:
        if quick and len(self._text) >= SHORTEST:
            text = self._text
            self._text, self._keys = "", []
            self._scanned_ms = at_ms
            return Heard(True, text)
        over = self.pause()
        if 0 <= at_ms - self._scanned_ms <= AFTER_SCAN_MS:
            self._scanned_ms = at_ms
            return Heard(True, over.scan, over.given_back)
        return Heard(False, over.scan, over.given_back)
