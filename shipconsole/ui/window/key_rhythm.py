"""The difference between a scanner and a person by the rhythm of the keys: a scan is faster than typing."""

from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

BETWEEN_KEYS_MS = 37
"""Between two keys of a scanner at most: 35 ms, plus the resolution of the key events' clock."""
STALLED_MS = 120
"""Between two keys of a scanner once, where the computer was busy; then the others are much faster."""
STALLED_ENDING_MS = 400
"""The same, as often as it comes, where the scanner is known to send an Enter or a Tab at the end."""
BEGAN_MS = 500
"""Characters that seemed typed so shortly before a scan may be its first, if the computer was busy."""
AFTER_SCAN_MS = 150
"""An Enter or a Tab so soon after a scan is the scanner's own."""
SHORTEST = 3
"""As the command code %OK has."""
SHORTEST_WITHOUT_END = 5
"""A scan that nothing but a pause ends has more characters: a person may roll three or four keys at once."""
SHORTEST_STALLED = 8
_FAST_MS = 15
_FAST_KEYS = 3
_KNOWN_SCANS = 2
"""After so many scans in a row that ended with a key, the scanner is known to end them so."""

K = TypeVar("K")
Kind = Literal["character", "control", "end", "modifier", "other"]
"""A printable key or GS, another control character, Enter or Tab, a modifier alone, anything else."""


class KeyResult(NamedTuple, Generic[K]):
    """The result of a key.

    `scan` is a scan that is complete now, `returned` the earlier keys that were no scan and are delivered first.
    `is_taken` means that the key itself is not delivered, or not yet. `may_continue` means that keys returned shortly
    before the scan may be its first characters.
    """

    is_taken: bool
    scan: str = ""
    returned: tuple[K, ...] = ()
    may_continue: bool = False


@dataclass
class KeyRhythm(Generic[K]):
    """Holds keys back for as long as they may be a scan. Times are those of the key events, in milliseconds."""

    between_keys_ms: int = BETWEEN_KEYS_MS
    """Between two keys of this scanner at most."""
    _text: str = ""
    _keys: list[K] = field(default_factory=list)
    _first_ms: float = 0
    _last_ms: float = float("-inf")
    _scanned_ms: float = float("-inf")
    _typed_ms: float = float("-inf")
    _slowest_ms: float = 0
    _stalls: int = 0
    _ended_by_key: int = 0
    _may_continue: bool = False

    @property
    def waits(self) -> bool:
        """Whether keys are held back."""
        return bool(self._keys)

    @property
    def held(self) -> tuple[K, ...]:
        """The keys that are held back."""
        return tuple(self._keys)

    @property
    def patience_ms(self) -> int:
        """How long the next key of a scan may take: much longer after several that are faster than typing."""
        taken_ms = self._last_ms - self._first_ms - self._slowest_ms
        if len(self._keys) < _FAST_KEYS or taken_ms > _FAST_MS * (len(self._keys) - 1):
            return self.between_keys_ms
        if self._ended_by_key >= _KNOWN_SCANS:
            return STALLED_ENDING_MS
        return self.between_keys_ms if self._stalls else max(STALLED_MS, self.between_keys_ms)

    def press(self, kind: Kind, text: str, key: K, at_ms: float) -> KeyResult[K]:
        """Process a key."""
        since_ms = at_ms - self._last_ms
        quick = bool(self._keys) and 0 <= since_ms <= self.patience_ms
        if kind == "modifier":
            return KeyResult(False)
        if quick and kind != "other" and since_ms > self.between_keys_ms:
            self._stalls += 1
            self._slowest_ms += since_ms
        if kind == "end":
            return self._end(at_ms, quick=quick)
        over = KeyResult[K](True)
        if kind == "other" or not quick:
            over = self.pause()
            # After another key, an Enter is a person's.
            self._scanned_ms = float("-inf")
            if kind != "character":
                self._typed_ms = float("-inf")
                return over._replace(is_taken=False)
            self._first_ms = at_ms
            self._may_continue = 0 <= at_ms - self._typed_ms <= BEGAN_MS
        self._text += text
        self._keys.append(key)
        self._last_ms = at_ms
        return over._replace(is_taken=True)

    def pause(self) -> KeyResult[K]:
        """Decide about the keys held back, since none follows."""
        # A key that is held repeats as fast as a slow scanner.
        is_scan = self._is_scan(SHORTEST_WITHOUT_END) and len(set(self._text)) > 1
        self._ended_by_key = 0 if is_scan else self._ended_by_key
        return self._decide(is_scan=is_scan, at_ms=self._last_ms)

    def _end(self, at_ms: float, *, quick: bool) -> KeyResult[K]:
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

    def _decide(self, *, is_scan: bool, at_ms: float) -> KeyResult[K]:
        text, keys = self._text, tuple(self._keys)
        self._text, self._keys, self._stalls, self._slowest_ms = "", [], 0, 0
        if not is_scan:
            self._typed_ms = self._last_ms if keys else self._typed_ms
            return KeyResult(False, "", keys)
        self._scanned_ms = at_ms
        self._typed_ms = float("-inf")
        return KeyResult(True, text, may_continue=self._may_continue)
