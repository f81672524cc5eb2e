"""Codes that arrived through the wrong keyboard: caps lock on, or a scanner that types in another layout.

A wedge scanner presses the keys of the layout it is set to, usually US English, and the computer reads them in its own.
Sources: the layouts ``us``, ``fr``, ``be``, ``de`` and ``ch`` of xkeyboard-config. Dead keys type nothing by themselves
and are left out.
"""

from collections.abc import Mapping
from types import MappingProxyType

from shipconsole.domain.verdict import ScannerFault

_US = "1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./\\" + '!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?|'
_DEAD = "\0"
"""Marks a key that is dead in the other layout."""
_FRENCH = "&é\"'(-è_çà)=azertyuiop\0$qsdfghjklmùwxcvbn,;:!*" + "1234567890°+AZERTYUIOP\0£QSDFGHJKLM%WXCVBN?./§µ"
_BELGIAN = "&é\"'(§è!çà)-azertyuiop\0$qsdfghjklmùwxcvbn,;:=µ" + "1234567890°_AZERTYUIOP\0*QSDFGHJKLM%WXCVBN?./+£"
_GERMAN = "1234567890ß\0qwertzuiopü+asdfghjklöäyxcvbnm,.-#" + "!\"§$%&/()=?\0QWERTZUIOPÜ*ASDFGHJKLÖÄYXCVBNM;:_'"
_SWISS = "1234567890'\0qwertzuiopü\0asdfghjklöäyxcvbnm,.-$" + '+"*ç%&/()=?\0QWERTZUIOPè!ASDFGHJKLéàYXCVBNM;:_£'
_AZERTY_DIGITS = frozenset("&é\"'(-è_çà§!")
_AZERTY_SIGNS = frozenset("éèçà")
_SURE = 4


def _meaning(layout: str) -> Mapping[str, str]:
    return MappingProxyType({typed: meant for typed, meant in zip(layout, _US, strict=True) if typed != _DEAD})


_LAYOUTS = (
    (ScannerFault.AZERTY, _meaning(_FRENCH)),
    (ScannerFault.AZERTY, _meaning(_BELGIAN)),
    (ScannerFault.QWERTZ, _meaning(_GERMAN)),
    (ScannerFault.QWERTZ, _meaning(_SWISS)),
)


def meanings(arrived: str) -> tuple[tuple[ScannerFault, str], ...]:
    """Return the codes that the received text may stand for, each with its cause; without the text itself."""
    found = [(ScannerFault.CAPS_LOCK, arrived.swapcase())]
    for fault, meaning in _LAYOUTS:
        if all(character in meaning or character == " " for character in arrived):
            found.append((fault, "".join(meaning.get(character, character) for character in arrived)))
    return tuple(dict.fromkeys(meaning for meaning in found if meaning[1] != arrived))


def is_surely_azerty(arrived: str) -> bool:
    """Return whether a text can only be a US code on a French or Belgian keyboard: digits as é, è, ç and à."""
    signs = [character for character in arrived if character in _AZERTY_DIGITS]
    letters = [character for character in arrived if character.isascii() and character.isalpha()]
    has_digits = any(character.isdecimal() for character in arrived)
    is_mostly_signs = len(signs) >= max(_SURE, 2 * len(letters)) and bool(_AZERTY_SIGNS.intersection(signs))
    return is_mostly_signs and not has_digits
