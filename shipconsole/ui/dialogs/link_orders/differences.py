"""In what two orders that are to be linked differ, in sentences."""

from collections.abc import Mapping

from shipconsole.domain.order import Order
from shipconsole.ui.dialogs.link_orders import words


def different(order: Order, other: Order, partners: Mapping[int, int]) -> tuple[str, ...]:
    """What stands otherwise in the other order: parts of the address, units of a pair, items without a partner."""
    said = [
        words.here_and_there(title, here, there)
        for name, title in words.ADDRESS_PARTS.items()
        if (here := _text(order, name)).casefold() != (there := _text(other, name)).casefold()
    ]
    for line_id, other_id in partners.items():
        line, partner = order.line(line_id), other.line(other_id)
        if line is not None and partner is not None and line.ordered != partner.ordered:
            said.append(words.pieces_differ(line.sku or line.description, line.ordered, partner.ordered))
    alone = [line.sku or line.description for line in other.lines if line.id not in partners.values()]
    if alone:
        said.append(words.without_partner(alone, other.number))
    return tuple(said)


def _text(order: Order, name: str) -> str:
    return str(getattr(order.ship_to, name)).strip()
