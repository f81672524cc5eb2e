"""What platforms say of an order that does not agree with what stands here."""

from shipconsole.domain.link import Link
from shipconsole.domain.order import Order, shown_quantity
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet


def remarks(sheet: OrderSheet) -> tuple[str, ...]:
    """A sentence for each thing in which a platform's copy of the order differs."""
    said = [text("remark.cancelled_here")] if sheet.order.cancelled else []
    names = {one.id: one.name for one in (*sheet.targets, *sheet.self_shipping)}
    for link in sheet.links:
        name = link.source_name or names.get(link.connection_id, "")
        ships = any(one.id == link.connection_id for one in sheet.self_shipping)
        said += _about(sheet.order, link, name, left=_left(sheet.order, link, ships=ships))
    said += [
        text("remark.recipient", name=one.connection, recipient=one.recipient)
        for one in sheet.linked_orders
        if one.differs
    ]
    said += [text("remark.not_notified", name=one.name, number=sheet.order.number) for one in sheet.number_conflicts]
    return tuple(dict.fromkeys(said))


def _left(order: Order, link: Link, *, ships: bool) -> int:
    """Return how many units are left of what a connection could have shipped: one that ships by itself has its part."""
    if not ships:
        return order.left
    theirs = (order.line(linked.line_id) for linked in link.lines)
    return sum(line.left for line in theirs if line is not None)


def _about(order: Order, link: Link, name: str, *, left: int) -> list[str]:
    if link.cancelled and not order.cancelled:
        if not link.status:
            return [text("remark.cancelled_there", name=name)]
        return [text("remark.cancelled_there_as", name=name, status=link.status)]
    if link.shipped_elsewhere and left:
        if not link.status:
            return [text("remark.shipped_there", name=name, count=left)]
        return [text("remark.shipped_there_as", name=name, status=link.status, count=left)]
    return [
        text(
            "remark.quantity",
            name=name,
            sku=line.sku,
            theirs=shown_quantity(linked.quantity_json),
            ours=line.quantity,
        )
        for linked in link.lines
        if (line := order.line(linked.line_id)) is not None and linked.quantity_json != line.quantity_json
    ]
