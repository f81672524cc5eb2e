"""Differences: where the connections' versions of an order disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shipconsole.domain import code, countries
from shipconsole.domain.field import FieldPath, Value
from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.order import Order, shown_quantity
from shipconsole.operations.vendor_orders.edit import Section
from shipconsole.vendors.catalog import VENDORS


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of the address, or one item by its SKU, with each connection's value."""

    what: Message
    values: tuple[tuple[str, str], ...]


def between(order: Order, sections: Sequence[Section]) -> tuple[Difference, ...]:
    """Return the differences in name, address, and quantities; a connection without a value agrees with all others."""
    return (*_of_address(sections), *_of_quantities(order, sections))


def _of_address(sections: Sequence[Section]) -> list[Difference]:
    paths = {section.connection.id: VENDORS[section.connection.vendor].orders.address_paths for section in sections}
    found: list[Difference] = []
    for part in dict.fromkeys(part for known in paths.values() for part in known):
        values = [
            (section.connection.name, text)
            for section in sections
            if (text := _text(section.values, paths[section.connection.id].get(part)))
        ]
        if _differ([text for _, text in values], part):
            found.append(Difference(Message(f"address.{part}"), tuple(values)))
    return found


def _of_quantities(order: Order, sections: Sequence[Section]) -> list[Difference]:
    found: list[Difference] = []
    for line in order.lines:
        linked = [(section.connection.name, section.link.line(line.id)) for section in sections]
        values = [(name, shown_quantity(own.quantity_json)) for name, own in linked if own is not None]
        if len({text for _, text in values}) > 1:
            found.append(Difference(verbatim(line.sku or line.description), tuple(values)))
    return found


def _text(values: Mapping[FieldPath, Value], path: FieldPath | None) -> str:
    value = values.get(path) if path else None
    return "" if value is None else " ".join(str(value).split())


def _differ(texts: Sequence[str], part: str) -> bool:
    """Return whether texts differ in more than form and case; codes and names of one country do not."""
    if part == "country":
        return any(not countries.are_same(texts[0], other) for other in texts[1:])
    return len({code.key(text) for text in texts}) > 1
