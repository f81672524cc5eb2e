"""Tells a scanner from a person by the rhythm of the keys alone: what comes faster than anybody types is a scan."""

from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

BETWEEN_KEYS_MS = 37
"""Between two keys of a scanner at most: 35 ms, and what the clock of the key events is coarse."""
STALLED_MS = 120
"""Between two keys of a scanner once, where the computer was busy; then the others are much faster."""
AFTER_SCAN_MS = 150
"""An Enter or a Tab that comes so soon after a scan is the scanner's own."""
SHORTEST = 3
"""As the command code %OK has."""
SHORTEST_WITHOUT_END = 5
"""A scan that nothing but a pause ends has more characters: a person may roll three or four keys at once."""
SHORTEST_STALLED = 8
_FAST_MS = 15
_FAST_KEYS = 3

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
    _first_ms: float = 0
    _last_ms: float = float("-inf")
    _scanned_ms: float = float("-inf")
    _has_stalled: bool = False

    @property
    def waits(self) -> bool:
        """Whether keys are kept back."""
        return bool(self._keys)

    @property
    def patience_ms(self) -> int:
        """How long the next key of a scan may take: much longer, once, after several that no person types so fast."""
        is_fast = len(self._keys) >= _FAST_KEYS and (self._last_ms - self._first_ms <= _FAST_MS * (len(self._keys) - 1))
        return STALLED_MS if is_fast and not self._has_stalled else BETWEEN_KEYS_MS

    def press(self, kind: Kind, text: str, key: K, at_ms: float) -> Heard[K]:
        """Hear a key."""
        quick = bool(self._keys) and 0 <= at_ms - self._last_ms <= self.patience_ms
        if kind == "modifier":
            return Heard(False)
        if quick and kind != "other":
            self._has_stalled |= at_ms - self._last_ms > BETWEEN_KEYS_MS
        if kind == "end":
            return self._end(at_ms, quick=quick)
        over = Heard[K](True)
        if kind == "other" or not quick:
            over = self.pause()
            # A key between says that an Enter is a person's.
            self._scanned_ms = float("-inf")
            if kind != "character":
                return Heard(False, over.scan, over.given_back)
            self._first_ms = at_ms
        self._text += text
        self._keys.append(key)
        self._last_ms = at_ms
        return Heard(True, over.scan, over.given_back)

    def pause(self) -> Heard[K]:
        """Decide on what was kept back, since no key follows."""
        # A key that is held repeats as fast as a slow scanner.
        is_scan = self._is_scan(SHORTEST_WITHOUT_END) and len(set(self._text)) > 1
        return self._decide(is_scan=is_scan, at_ms=self._last_ms)

    def _end(self, at_ms: float, *, quick: bool) -> Heard[K]:
        over = self._decide(is_scan=True, at_ms=at_ms) if quick and self._is_scan(SHORTEST) else self.pause()
        if 0 <= at_ms - self._scanned_ms <= AFTER_SCAN_MS:
            self._scanned_ms = at_ms
            return Heard(True, over.scan, over.given_back)
        return Heard(False, over.scan, over.given_back)

    def _is_scan(self, shortest: int) -> bool:
        return len(self._text) >= (max(shortest, SHORTEST_STALLED) if self._has_stalled else shortest)

    def _decide(self, *, is_scan: bool, at_ms: float) -> Heard[K]:
        text, keys = self._text, tuple(self._keys)
        self._text, self._keys, self._has_stalled = "", [], False
        if not is_scan:
            return Heard(False, "", keys)
        self._scanned_ms = at_ms
        return Heard(True, text)
