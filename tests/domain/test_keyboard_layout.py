"""Codes from a scanner that types another layout are recognized, with the intended code."""

import pytest

from shipconsole.domain.keyboard_layout import is_surely_azerty, meanings
from shipconsole.domain.verdict import ScannerFault


@pytest.mark.parametrize(
    ("arrived", "fault", "says"),
    [
        ("mobile-case-blk", ScannerFault.CAPS_LOCK, "MOBILE-CASE-BLK"),
        ("ç'àààà&ààéàè'", ScannerFault.AZERTY, "9400001002074"),
        ("&àà&àé", ScannerFault.AZERTY, "100102"),
        ("5SHIP", ScannerFault.AZERTY, "%SHIP"),
        ("?OBILE)CQSE", ScannerFault.AZERTY, "MOBILE-CQSE".replace("Q", "A")),
        ("§àà", ScannerFault.AZERTY, "600"),
        ("TOZ/99", ScannerFault.QWERTZ, "TOY&99"),
        ("MOBILEßCASE", ScannerFault.QWERTZ, "MOBILE-CASE"),
        ("YEBRA", ScannerFault.QWERTZ, "ZEBRA"),
        ("%NEXT PACKAGE", ScannerFault.CAPS_LOCK, "%next package"),
    ],
)
def test_a_received_code_is_translated_to_the_keys_that_were_pressed(
    arrived: str, fault: ScannerFault, says: str
) -> None:
    assert (fault, says) in meanings(arrived)


@pytest.mark.parametrize("arrived", ["9400100109361129278357", "10001", ""])
def test_digits_that_arrive_as_digits_are_nothing_else_in_german_or_with_caps_lock(arrived: str) -> None:
    assert all(fault == ScannerFault.AZERTY for fault, _ in meanings(arrived))
    assert not is_surely_azerty(arrived)


@pytest.mark.parametrize(("arrived", "is_sure"), [("ç'àààà&ààéàè'", True), ("Café-d'été", False), ("(-'_)", False)])
def test_accents_alone_do_not_make_it_a_french_keyboard(arrived: str, is_sure: bool) -> None:
    assert is_surely_azerty(arrived) is is_sure
