"""A test scan shows what is wrong with the scanner, and every character that arrived."""

import pytest

from shipconsole.domain.keyboard_layout import meanings
from shipconsole.domain.scanner_check import TEST_CODE, ScanEnding, check, visible
from shipconsole.domain.verdict import ScannerFault

# The test code as the layouts of xkeyboard-config make it of a US scanner's keys.
AS_FRENCH = "SC)TEST 'è&&"
AS_GERMAN = "SCßTEST 4711"


def test_the_code_as_it_is_means_that_the_scanner_works() -> None:
    result = check(TEST_CODE, ending=ScanEnding.ENTER, ms_per_character=11)
    assert (result.is_test_code, result.is_whole, result.is_fine, result.fault) == (True, True, True, None)


@pytest.mark.parametrize(
    ("received", "fault"),
    [
        ("sc-test 4711", ScannerFault.CAPS_LOCK),
        (AS_FRENCH, ScannerFault.AZERTY),
        (AS_GERMAN, ScannerFault.QWERTZ),
    ],
)
def test_a_wrong_keyboard_is_found(received: str, fault: ScannerFault) -> None:
    result = check(received)
    assert (result.fault, result.meaning, result.is_fine) == (fault, TEST_CODE, False)
    assert fault in dict(meanings(received))


def test_what_is_around_the_code_is_named() -> None:
    result = check(f"]C1{TEST_CODE}\x1d")
    assert (result.prefix, result.suffix, result.is_whole, result.is_fine) == ("]C1", "\x1d", False, False)


def test_a_product_can_not_be_compared_and_is_no_fault() -> None:
    result = check("4006381333931", ending=ScanEnding.ENTER)
    assert (result.is_test_code, result.is_fine) == (False, True)


def test_a_product_shows_caps_lock_only_where_the_keys_do() -> None:
    assert check("mobile", caps_lock=True).fault == ScannerFault.CAPS_LOCK
    assert check("mobile").fault is None
    assert check("çàà-éèà").fault == ScannerFault.AZERTY


def test_a_slow_scan_is_not_fine() -> None:
    assert not check(TEST_CODE, ms_per_character=80, pause_ms=37).is_fine


def test_invisible_characters_are_shown_as_signs() -> None:
    assert visible("A B\x1d\t\x7f\xa0é") == "A␣B␝␉␡⍽é"
    assert visible("\u200e") == "⟨U+200E⟩"
