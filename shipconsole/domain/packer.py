"""The people who pack: their names, the codes of their badges, and their PINs."""

import hashlib
import hmac
import os
from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.domain.barcode import NAME_MAX
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed

BADGE_MAX = 20
PIN_DIGITS = (4, 12)
WRONG_PINS_MOST = 5
"""After so many wrong PINs in a row none is accepted for `LOCKED_S`."""
LOCKED_S = 30
# About 50 ms and 16 MB for each try (RFC 7914): a PIN has few digits, so that guessing has to be slow.
_COST = {"n": 2**14, "r": 8, "p": 1}


class Packer(Frozen):
    """A person who packs; `badge` is the code on the badge after the command, `has_pin` whether a PIN is required."""

    id: int
    name: str
    badge: str = ""
    has_pin: bool = False


class PinHash(NamedTuple):
    """A stored PIN: its salt and the slow hash of both, as hexadecimal text; empty texts where there is none."""

    salt: str = ""
    hash: str = ""

    def fits(self, pin: str) -> bool:
        """Return whether a PIN is the stored one; slow."""
        return bool(self.hash) and hmac.compare_digest(_hashed(pin, self.salt), self.hash)


def pin_hash(pin: str) -> PinHash:
    """Return what is stored of a PIN; slow. An empty PIN is none."""
    if not pin:
        return PinHash()
    salt = os.urandom(16).hex()
    return PinHash(salt, _hashed(pin, salt))


def checked_name(name: str) -> str:
    """Return a packer's name without superfluous blanks; raise `ValidationFailed` for one that is not usable."""
    text = " ".join(code.text(name).split())
    if not text or len(text) > NAME_MAX or not text.isprintable():
        raise ValidationFailed(Problem(("name",), Message("packers.name", most=NAME_MAX)))
    return text


def checked_badge(badge: str) -> str:
    """Return the code of a badge; raise `ValidationFailed` for one that a scanner can't type everywhere.

    Letters and digits of ASCII, dots, dashes: a scanner types keys, and has no others on every keyboard.
    """
    text = badge.strip()
    is_typed_everywhere = text.isascii() and text.replace("-", "").replace(".", "").isalnum()
    if text and (len(text) > BADGE_MAX or not is_typed_everywhere):
        raise ValidationFailed(Problem(("badge",), Message("packers.badge", most=BADGE_MAX)))
    return text


def checked_pin(pin: str) -> str:
    """Return a PIN; raise `ValidationFailed` unless it has the right number of digits. Empty is none."""
    least, most = PIN_DIGITS
    if pin and not (pin.isascii() and pin.isdecimal() and least <= len(pin) <= most):
        raise ValidationFailed(Problem(("pin",), Message("packers.pin", least=least, most=most)))
    return pin


def badge_key(badge: str) -> str:
    """Return the form in which badges are compared: a scanner follows the keyboard's caps lock."""
    return badge.strip().casefold()


def _hashed(pin: str, salt: str) -> str:
    return hashlib.scrypt(pin.encode(), salt=bytes.fromhex(salt), **_COST).hex()
