"""Tells a scanner from a person by the rhythm of the keys alone: what comes faster than anybody types is a scan."""

from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

BETWEEN_KEYS_MS = 37
"""Between two keys of a scanner at most: 35 ms, and what the clock of the key events is coarse."""
STALLED_MS = 120
"""Between two keys of a scanner once, where the computer was busy; then the others are much faster."""
STALLED_ENDING_MS = 400
"""The same, as often as it comes, where the scanner is known to send an Enter or a Tab at the end."""
BEGAN_MS = 500
"""Characters that were taken for typed so shortly before a scan may be its first: the computer was busy then."""
AFTER_SCAN_MS = 150
"""An Enter or a Tab that comes so soon after a scan is the scanner's own."""
SHORTEST = 3
"""As the command code %OK has."""
SHORTEST_WITHOUT_END = 5
"""A scan that nothing but a pause ends has more characters: a person may roll three or four keys at once."""
SHORTEST_STALLED = 8
_FAST_MS = 15
_FAST_KEYS = 3
_KNOWN_SCANS = 2
"""So many scans in a row that ended with a key say how the scanner ends them."""

K = TypeVar("K")
Kind = Literal["character", "control", "end", "modifier", "other"]
"""A printable key or GS, another control character, Enter or Tab, a modifier alone, anything else."""


class Heard(NamedTuple, Generic[K]):
    """What a key came to.

    `scan` is a scan that is whole now, `given_back` the keys of before that were no scan and come first. `is_taken`
    says that the key itself reaches nobody, now or never. `may_go_on` is whether what was given back shortly before
    the scan may be its first characters.
    """

    is_taken: bool
    scan: str = ""
    given_back: tuple[K, ...] = ()
    may_go_on: bool = False


@dataclass
class Rhythm(Generic[K]):
    """Keeps keys back for as long as they may be a scan. Times are those of the key events, in milliseconds."""

    _text: str = ""
    _keys: list[K] = field(default_factory=list)
    _first_ms: float = 0
    _last_ms: float = float("-inf")
    _scanned_ms: float = float("-inf")
    _typed_ms: float = float("-inf")
    _slowest_ms: float = 0
    _stalls: int = 0
    _ended_by_key: int = 0
    _may_go_on: bool = False

    @property
    def waits(self) -> bool:
        """Whether keys are kept back."""
        return bool(self._keys)

    @property
    def kept(self) -> tuple[K, ...]:
        """The keys that are kept back."""
        return tuple(self._keys)

    @property
    def patience_ms(self) -> int:
        """How long the next key of a scan may take: much longer after several that no person types so fast."""
        taken_ms = self._last_ms - self._first_ms - self._slowest_ms
        if len(self._keys) < _FAST_KEYS or taken_ms > _FAST_MS * (len(self._keys) - 1):
            return BETWEEN_KEYS_MS
        if self._ended_by_key >= _KNOWN_SCANS:
            return STALLED_ENDING_MS
        return BETWEEN_KEYS_MS if self._stalls else STALLED_MS

    def press(self, kind: Kind, text: str, key: K, at_ms: float) -> Heard[K]:
        """Hear a key."""
        since_ms = at_ms - self._last_ms
        quick = bool(self._keys) and 0 <= since_ms <= self.patience_ms
        if kind == "modifier":
            return Heard(False)
        if quick and kind != "other" and since_ms > BETWEEN_KEYS_MS:
            self._stalls += 1
            self._slowest_ms += since_ms
        if kind == "end":
            return self._end(at_ms, quick=quick)
        over = Heard[K](True)
        if kind == "other" or not quick:
            over = self.pause()
            # A key between says that an Enter is a person's.
            self._scanned_ms = float("-inf")
            if kind != "character":
                self._typed_ms = float("-inf")
                return over._replace(is_taken=False)
            self._first_ms = at_ms
            self._may_go_on = 0 <= at_ms - self._typed_ms <= BEGAN_MS
        self._text += text
        self._keys.append(key)
        self._last_ms = at_ms
        return over._replace(is_taken=True)

    def pause(self) -> Heard[K]:
        """Decide on what was kept back, since no key follows."""
        # A key that is held repeats as fast as a slow scanner.
        is_scan = self._is_scan(SHORTEST_WITHOUT_END) and len(set(self._text)) > 1
        self._ended_by_key = 0 if is_scan else self._ended_by_key
        return self._decide(is_scan=is_scan, at_ms=self._last_ms)

    def _end(self, at_ms: float, *, quick: bool) -> Heard[K]:
        is_scan = quick and self._is_scan(SHORTEST)
        over = self._decide(is_scan=True, at_ms=at_ms) if is_scan else self.pause()
        self._ended_by_key += is_scan
        self._typed_ms = float("-inf")
        if 0 <= at_ms - self._scanned_ms <= AFTER_SCAN_MS:
            self._scanned_ms = at_ms
            return over._replace(is_taken=True)
        return over._replace(is_taken=False)

    def _is_scan(self, shortest: int) -> bool:
        return len(self._text) >= (max(shortest, SHORTEST_STALLED) if self._stalls else shortest)

    def _decide(self, *, is_scan: bool, at_ms: float) -> Heard[K]:
        text, keys = self._text, tuple(self._keys)
        self._text, self._keys, self._stalls, self._slowest_ms = "", [], 0, 0
        if not is_scan:
            self._typed_ms = self._last_ms if keys else self._typed_ms
            return Heard(False, "", keys)
        self._scanned_ms = at_ms
        self._typed_ms = float("-inf")
        return Heard(True, text, may_go_on=self._may_go_on)
