"""Check digits: the rules by which carriers, posts and GS1 compute them.

Letters count in a modulo 10 sum in three different ways, so UPS, Australia Post and Toll have a rule each.
"""

from collections.abc import Callable, Iterable

CheckRule = Callable[[str], str]
"""From the serial to the check digit that belongs to it."""


def _complement(values: Iterable[int], weights: Iterable[int]) -> str:
    """Return the digit that makes the weighted sum a multiple of ten."""
    return str(-sum(value * weight for value, weight in zip(values, weights, strict=False)) % 10)


def _alternating(count: int, first: int, second: int) -> list[int]:
    return [first if position % 2 == 0 else second for position in range(count)]


def gs1(serial: str) -> str:
    """Return the check digit of GS1: from the right, digits count 3 and 1 in turn.

    Source: GS1 General Specifications, section 7.9. USPS, FedEx Ground, Canada Post and Austrian Post use it too.
    """
    return _complement(map(int, reversed(serial)), _alternating(len(serial), 3, 1))


def ups(serial: str) -> str:
    """Return the check digit of UPS: from the left 1 and 2 in turn; A counts 2, H 9, I 0. OnTrac uses it too."""
    values = (int(sign) if sign.isdigit() else (ord(sign) - 3) % 10 for sign in serial)
    return _complement(values, _alternating(len(serial), 1, 2))


def auspost(serial: str) -> str:
    """Return the check digit of Australia Post: weights 3 and 1 in turn from the right.

    A letter counts as the last digit of its ASCII code, A is 5. Source: Australia Post, Label and Barcode Specification
    v1.4.
    """
    values = (int(sign) if sign.isdigit() else ord(sign) % 10 for sign in reversed(serial))
    return _complement(values, _alternating(len(serial), 3, 1))


def toll(serial: str) -> str:
    """Return the check digit of Toll Priority: weights 3 and 1 in turn from the right.

    A letter counts as its position in the alphabet modulo 10, A is 0. Source: one public program that prints the label;
    no public label confirms it.
    """
    values = (int(sign) if sign.isdigit() else (ord(sign) - ord("A")) % 10 for sign in reversed(serial))
    return _complement(values, _alternating(len(serial), 3, 1))


def identcode(serial: str) -> str:
    """Return the check digit of Deutsche Post's Identcode and Leitcode: from the left 4 and 9 in turn."""
    return _complement(map(int, serial), _alternating(len(serial), 4, 9))


def gls(serial: str) -> str:
    """Return the check digit of GLS: from the left 3 and 1 in turn, and 1 added to the sum."""
    return _complement([*map(int, serial), 1], [*_alternating(len(serial), 3, 1), 1])


def colissimo(serial: str) -> str:
    """Return the check digit of Colissimo: that of GS1 without the first two characters, which are the product."""
    return gs1(serial[2:])


def mod11(*weights: int) -> CheckRule:
    """Return the rule of FedEx: one weight for each digit, the remainder modulo 11, of which 10 is written 0."""

    def rule(serial: str) -> str:
        return str(sum(int(digit) * weight for digit, weight in zip(serial, weights, strict=True)) % 11 % 10)

    return rule


def mod7(serial: str) -> str:
    """Return the whole serial as one number, modulo 7. DHL Express uses it."""
    return str(int(serial) % 7)


def luhn(serial: str) -> str:
    """Return Luhn's check digit: from the right every other digit is doubled, and the digits of all are added."""
    products = (int(digit) * (2, 1)[index % 2] for index, digit in enumerate(reversed(serial)))
    return str(-sum(sum(divmod(product, 10)) for product in products) % 10)


def upu_s10(serial: str) -> str:
    """Return the check digit of UPU standard S10: its own weights modulo 11; 10 is written 0 and 11 is written 5."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return "50987654321"[total % 11]


def mod37_36(serial: str) -> str:
    """Return the check character of ISO 7064, MOD 37,36: one of the digits and all letters. DPD uses it."""
    rest = 36
    for character in serial:
        rest = ((rest + int(character, 36)) % 36 or 36) * 2 % 37
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(1 - rest) % 36]
