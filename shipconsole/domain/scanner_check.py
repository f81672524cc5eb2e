"""What a test scan says about the scanner: whether the code arrived whole, how it ended, and what is wrong."""

from enum import StrEnum
from typing import NamedTuple

from shipconsole.domain.keyboard_layout import is_surely_azerty, meanings
from shipconsole.domain.verdict import ScannerFault

TEST_CODE = "SC-TEST 4711"
"""Shown and printed as a barcode. Its hyphen, letters and digits arrive differently in each wrong keyboard layout."""
_VISIBLE = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡", 0x20: "␣", 0xA0: "⍽"}


class ScanEnding(StrEnum):
    """The key that ended a scan."""

    ENTER = "enter"
    TAB = "tab"
    NONE = "none"


class ScannerCheck(NamedTuple):
    """The result of a test scan.

    `prefix` and `suffix` are what arrived around the test code. `is_test_code` means that this code was meant,
    `is_whole` that it arrived as it is. Any other code can't be compared: it is neither. `ms_per_character` is 0 if
    unknown.
    """

    received: str
    is_test_code: bool
    is_whole: bool
    prefix: str = ""
    suffix: str = ""
    fault: ScannerFault | None = None
    meaning: str = ""
    ending: ScanEnding = ScanEnding.NONE
    ms_per_character: float = 0
    pause_ms: int = 0
    """The longest pause that a scan may have, where this one was slower: it was not recognized."""

    @property
    def is_fine(self) -> bool:
        """Return whether nothing is wrong."""
        return self.fault is None and not self.pause_ms and (self.is_whole or not self.is_test_code)


def check(
    received: str,
    *,
    ending: ScanEnding = ScanEnding.NONE,
    ms_per_character: float = 0,
    pause_ms: int = 0,
    caps_lock: bool = False,
) -> ScannerCheck:
    """Judge what arrived; `pause_ms` is set where it was too slow to be recognized as a scan."""
    result = ScannerCheck(received, False, False, ending=ending, ms_per_character=ms_per_character, pause_ms=pause_ms)
    if TEST_CODE in received:
        prefix, _, suffix = received.partition(TEST_CODE)
        return result._replace(is_test_code=True, is_whole=received == TEST_CODE, prefix=prefix, suffix=suffix)
    readings = meanings(received)
    for fault, meaning in readings:
        if TEST_CODE in meaning:
            return result._replace(is_test_code=True, fault=fault, meaning=meaning)
    by_fault = dict(reversed(readings))
    for fault, is_sure in ((ScannerFault.CAPS_LOCK, caps_lock), (ScannerFault.AZERTY, is_surely_azerty(received))):
        if is_sure and fault in by_fault:
            return result._replace(fault=fault, meaning=by_fault[fault])
    return result


def visible(text: str) -> str:
    """Return a text with characters that nobody sees, such as spaces and control characters, as signs."""
    return "".join(_VISIBLE.get(ord(sign), sign if sign.isprintable() else f"⟨U+{ord(sign):04X}⟩") for sign in text)
