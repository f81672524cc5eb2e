"""The catalogue: items with SKU, description, barcode and weight, some sold far more often than others."""

from random import Random
from typing import NamedTuple

from shipconsole.domain import code, gtin

_KINDS = ("MOBILE-CASE", "CHARGER", "CABLE-USB-C", "TEA", "SOCKS", "MUG", "LAMP", "BOOK", "PUZZLE", "CANDLE")
_COLORS = ("BLK", "WHT", "RED", "GRÜN", "BLU", "XL", "S", "250G", "1L", "2M")
_WORDS = (
    "Case",
    "Charger",
    "USB-C cable",
    "Earl Grey 茶",
    "Socks, merino",
    "Mug “Été”",
    "Lamp",
    "Book",
    "Puzzle",
    "Candle",
)


class Item(NamedTuple):
    """One item that the warehouse sells."""

    sku: str
    sku_key: str
    description: str
    barcode: str
    barcode_key: str
    weight_g: int | None


def goods(rng: Random, count: int) -> list[Item]:
    """Return the catalogue, the best-selling items first."""
    return [_item(rng, number) for number in range(count)]


def _item(rng: Random, number: int) -> Item:
    kind = number % len(_KINDS)
    sku = f"{_KINDS[kind]}-{_COLORS[number // 10 % 10]}-{number}"
    if number % 97 == 5:
        sku = sku.lower().replace("-", " ")
    digits = f"93{number:010}"
    barcode = digits + gtin.check_digit(digits) if rng.random() < 0.8 else ""
    weight_g = rng.randrange(20, 3_000) if rng.random() < 0.9 else None
    description = f"{_WORDS[kind]}, {_COLORS[number // 10 % 10].lower()}, no. {number}"
    return Item(sku, code.key(sku), description, barcode, code.key(barcode) if barcode else "", weight_g)


def lines_of_order(rng: Random) -> int:
    """Return how many items an order has: most one to three, a few up to forty."""
    chance = rng.random()
    if chance < 0.83:
        return 1 if chance < 0.46 else 2 if chance < 0.70 else 3
    if chance < 0.975:
        return rng.randrange(4, 9)
    return rng.randrange(9, 40) if chance < 0.998 else 40
