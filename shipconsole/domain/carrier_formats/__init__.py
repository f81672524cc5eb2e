"""The formats of tracking numbers: one row for each format, by region, with its source.

A mere shape makes a carrier possible; formats without a public source are not included.
"""

from shipconsole.domain.carrier_formats import america, europe, oceania, world
from shipconsole.domain.carrier_formats.form import Format, Proof
from shipconsole.domain.carrier_formats.oceania import AUSPOST_GTIN
from shipconsole.domain.carrier_formats.world import S10_POSTS

__all__ = ["AUSPOST_GTIN", "FORMATS", "S10_POSTS", "Format", "Proof", "of_length"]

FORMATS: tuple[Format, ...] = (*america.FORMATS, *world.FORMATS, *oceania.FORMATS, *europe.FORMATS)
"""Of two formats with the same proof, the more likely one comes first."""

_BY_LENGTH: dict[int, tuple[Format, ...]] = {}
for _format in FORMATS:
    for _length in _format.lengths:
        _BY_LENGTH[_length] = (*_BY_LENGTH.get(_length, ()), _format)


def of_length(length: int) -> tuple[Format, ...]:
    """Return the formats that a bare number of a length may have."""
    return _BY_LENGTH.get(length, ())
