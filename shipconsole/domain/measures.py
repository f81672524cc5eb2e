"""Weights and lengths: whole grams and millimetres inside, exact decimals outside.

Platforms use kilograms (Starshipit) or ounces; a binary fraction would turn 0.7 kg into 0.69999, so conversions use
`decimal.Decimal`.
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

EXPONENT_MAX = 30
GRAMS_PER = {"kg": Decimal(1000), "g": Decimal(1), "lb": Decimal("453.59237"), "oz": Decimal("28.349523125")}


def grams(value: Decimal | int | str, unit: str) -> int:
    """Return a weight in whole grams, half a gram rounded to even; raise KeyError for an unknown unit."""
    return _whole(Decimal(value) * GRAMS_PER[unit])


def kilograms(weight_g: int) -> Decimal:
    """Return a weight in kilograms, exactly: 700 g is 0.7."""
    return (Decimal(weight_g) / 1000).normalize()


def metres(length_mm: int) -> Decimal:
    """Return a length in metres, exactly: 305 mm is 0.305."""
    return (Decimal(length_mm) / 1000).normalize()


def decimal_from_text(text: str) -> Decimal | None:
    """Return the number that a person typed with comma or point; None if it is not a usable number."""
    if "_" in text:
        # Python accepts it between digits.
        return None
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) <= EXPONENT_MAX else None


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_EVEN))
