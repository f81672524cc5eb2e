"""In what two orders that are to be linked differ, in sentences."""

from collections.abc import Mapping

from shipconsole.domain.address import Address
from shipconsole.domain.message import Message
from shipconsole.domain.model_problems import title_of
from shipconsole.domain.order import Order
from shipconsole.messages import text
from shipconsole.ui.dialogs.phrases import unquoted


def different(order: Order, other: Order, partners: Mapping[int, int]) -> tuple[str, ...]:
    """Return what is different in the other order: address, units of matching items, items without a match."""
    said = [
        _address(title_of(Address, name), here, there)
        for name in Address.model_fields
        if (here := _part(order, name)).casefold() != (there := _part(other, name)).casefold()
    ]
    for line_id, other_id in partners.items():
        line, partner = order.line(line_id), other.line(other_id)
        if line is not None and partner is not None and line.ordered != partner.ordered:
            item = line.sku or line.description
            said.append(text("link_orders.units_differ", item=item, here=line.ordered, there=partner.ordered))
    alone = tuple(line.sku or line.description for line in other.lines if line.id not in partners.values())
    if alone:
        said.append(text("link_orders.unmatched", items=alone, other=other.number))
    return tuple(said)


def _address(part: Message, here: str, there: str) -> str:
    if not here:
        return text("link_orders.address_empty_here", part=part, there=unquoted(there))
    if not there:
        return text("link_orders.address_empty_there", part=part, here=unquoted(here))
    return text("link_orders.address_differs", part=part, here=unquoted(here), there=unquoted(there))


def _part(order: Order, name: str) -> str:
    return str(getattr(order.ship_to, name)).strip()
