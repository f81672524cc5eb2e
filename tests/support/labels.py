"""Make valid tracking numbers, each for one package."""

from shipconsole.domain import gtin


def usps(serial: int) -> str:
    """Return the USPS tracking number of a serial number, with its check digit."""
    # USPS and GS1 calculate the digit alike, with weights 3 and 1 from the right.
    digits = f"94001000{serial:013}"
    return digits + gtin.check_digit(digits)
