"""In what two orders that are to be linked differ, in sentences."""

from collections.abc import Mapping

from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.messages import text
from shipconsole.ui.dialogs.phrases import unquoted

ADDRESS_PARTS = {
    "name": "order.field.name",
    "company": "order.field.company",
    "email": "order.field.email",
    "phone": "order.field.phone",
    "building": "order.field.building",
    "street": "order.field.street",
    "street2": "order.field.street2",
    "street3": "order.field.street3",
    "suburb": "order.field.suburb",
    "city": "order.field.city",
    "state": "order.field.state",
    "postal_code": "order.field.postal_code",
    "country": "order.field.country",
    "instructions": "order.field.instructions",
}
"""The parts of an address that are compared, each with the message that names it."""


def different(order: Order, other: Order, partners: Mapping[int, int]) -> tuple[str, ...]:
    """Return what is different in the other order: address, units of matching items, items without a match."""
    said = [
        _address(Message(title), here, there)
        for name, title in ADDRESS_PARTS.items()
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
