"""What platforms say of an order that does not agree with what stands here."""

from shipconsole.domain.link import Link
from shipconsole.domain.order import Order, shown_quantity
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.order_editor import words


def remarks(sheet: OrderSheet) -> tuple[str, ...]:
    """A sentence for each thing in which a platform's copy of the order differs."""
    said = [words.cancelled_here()] if sheet.order.cancelled else []
    names = {one.id: one.name for one in (*sheet.places, *sheet.ships)}
    for link in sheet.links:
        name = link.source_name or names.get(link.connection_id, "")
        ships = any(one.id == link.connection_id for one in sheet.ships)
        said += _about(sheet.order, link, name, left=_left(sheet.order, link, ships=ships))
    said += [words.recipient_differs(one.connection, one.recipient) for one in sheet.joined if one.differs]
    said += [words.not_told(one.name, sheet.order.number) for one in sheet.taken]
    return tuple(dict.fromkeys(said))


def _left(order: Order, link: Link, *, ships: bool) -> bool:
    """Whether something is left of what a connection could have shipped: one that ships by itself has its part only."""
    if not ships:
        return bool(order.left)
    theirs = (order.line(linked.line_id) for linked in link.lines)
    return any(line.left for line in theirs if line is not None)


def _about(order: Order, link: Link, name: str, *, left: bool) -> list[str]:
    if link.cancelled and not order.cancelled:
        return [words.elsewhere_cancelled(name, link.status)]
    if link.shipped_elsewhere and left:
        return [words.elsewhere_shipped(name, link.status)]
    return [
        words.elsewhere_differs(name, line.sku, shown_quantity(linked.quantity_json), line.quantity)
        for linked in link.lines
        if (line := order.line(linked.line_id)) is not None and linked.quantity_json != line.quantity_json
    ]
