"""Tracking numbers as labels have them, any number of them: a package's own number is no other package's."""

from shipconsole.domain import gtin


def usps(serial: int) -> str:
    """A number of USPS whose check digit is right; every serial has its own."""
    # USPS and GS1 reckon the digit alike: three and one in turn from the right.
    digits = f"94001000{serial:013}"
    return digits + gtin.check_digit(digits)
