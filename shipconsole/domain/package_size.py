"""Sizes of packages: whole millimetres inside, centimetres as people write them, such as 30 x 20 x 10."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from shipconsole.domain.measures import decimal_from_text

SIDE_MAX_MM = 10_000
_BETWEEN = re.compile(r"\s*[x×*]\s*|\s+", re.IGNORECASE)
_PRESET = re.compile(r"(?P<name>.*?)\s*[:=]\s*(?P<size>[^:=]+)")


class PackageSize(NamedTuple):
    """The size of a package, in millimetres."""

    length_mm: int
    width_mm: int
    height_mm: int


class PackagePreset(NamedTuple):
    """A box that a station uses, under the name by which packers know it."""

    name: str
    size: PackageSize


def size_from(text: str) -> PackageSize | None:
    """Return the size that a person typed in centimetres; None if it is not three lengths up to 10 m."""
    sides = [decimal_from_text(part) for part in _BETWEEN.split(text.strip().removesuffix("cm").strip())]
    found = [round(side * 10) for side in sides if side is not None and abs(side) <= SIDE_MAX_MM]
    if len(sides) != 3 or len(found) != 3 or not all(0 < side <= SIDE_MAX_MM for side in found):
        return None
    return PackageSize(*found)


def size_text(size: PackageSize) -> str:
    """Return a size in centimetres, as it is typed."""
    return " × ".join(f"{side / 10:g}" for side in size)


def presets_from(texts: Iterable[str]) -> tuple[PackagePreset, ...]:
    """Return the presets of texts such as ``Small box: 20 x 15 x 10``; a text that is none is left out."""
    found: list[PackagePreset] = []
    for text in texts:
        parts = _PRESET.fullmatch(text.strip())
        size = size_from(parts["size"]) if parts else size_from(text)
        if size is not None:
            found.append(PackagePreset((parts["name"] if parts else "") or size_text(size), size))
    return tuple(found)
