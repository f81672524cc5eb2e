"""Remarks: what a person should know of an order before it ships, such as where a platform's copy of it differs."""

from shipconsole.domain import countries, postal_code
from shipconsole.domain.address import Address
from shipconsole.domain.link import Link
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order, shown_quantity
from shipconsole.operations.orders.orders import OrderSheet


def warnings_of(sheet: OrderSheet) -> tuple[Message, ...]:
    """Return everything that is unusual about an order: its address, its possible duplicates, and its differences."""
    same = tuple(Message("order_editor.may_be_same_number", number=other.number) for other in sheet.possible_duplicates)
    return (*filter(None, (address_warning(sheet.order.ship_to),)), *same, *differences_of(sheet))


def address_warning(address: Address) -> Message:
    """Return that a postal code does not have a form of its country; empty if it has, or if none are known."""
    if postal_code.fits(address.postal_code, address.country):
        return NO_MESSAGE
    return Message(
        "address.odd_postal_code",
        code=address.postal_code,
        country=countries.name_of(address.country),
        forms=postal_code.forms_of(address.country),
    )


def differences_of(sheet: OrderSheet) -> tuple[Message, ...]:
    """Return a message for each difference between an order and a platform's copy of it."""
    found = [Message("remark.cancelled_here")] if sheet.order.cancelled else []
    names = {connection.id: connection.name for connection in (*sheet.targets, *sheet.self_shipping)}
    shipping_ids = {connection.id for connection in sheet.self_shipping}
    for link in sheet.links:
        name = link.source_name or names.get(link.connection_id, "")
        left = _left_to_ship(sheet.order, link) if link.connection_id in shipping_ids else sheet.order.left
        found += _differences(sheet.order, link, name, left=left)
    found += [
        Message("remark.recipient", name=joined.connection, recipient=joined.recipient)
        for joined in sheet.linked_orders
        if joined.differs
    ]
    found += [
        Message("remark.not_notified", name=connection.name, number=sheet.order.number)
        for connection in sheet.number_conflicts
    ]
    return tuple(dict.fromkeys(found))


def _left_to_ship(order: Order, link: Link) -> int:
    """Return the units left to ship of the items that a connection has, for one that ships its part itself."""
    lines = (order.line(linked.line_id) for linked in link.lines)
    return sum(line.left for line in lines if line is not None)


def _differences(order: Order, link: Link, name: str, *, left: int) -> list[Message]:
    if link.cancelled and not order.cancelled:
        if not link.status:
            return [Message("remark.cancelled_there", name=name)]
        return [Message("remark.cancelled_there_as", name=name, status=link.status)]
    if link.shipped_elsewhere and left:
        if not link.status:
            return [Message("remark.shipped_there", name=name, count=left)]
        return [Message("remark.shipped_there_as", name=name, status=link.status, count=left)]
    if len(link.ordered_by_line) == len(link.lines) and link.ordered_by_line.items() <= order.ordered_by_line.items():
        # Compared at once: almost always all quantities are the same.
        return []
    return [
        Message(
            "remark.quantity",
            name=name,
            sku=line.sku,
            theirs=shown_quantity(linked.quantity_json),
            ours=line.quantity,
        )
        for linked in link.lines
        if (line := order.line(linked.line_id)) is not None and linked.quantity_json != line.quantity_json
    ]
