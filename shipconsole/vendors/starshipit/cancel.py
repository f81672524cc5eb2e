"""The cancellation of units at Starshipit: an item's quantity is lowered, or the item is deleted."""

from collections import defaultdict
from decimal import Decimal

from shipconsole.domain.measures import kilograms
from shipconsole.domain.message import Message
from shipconsole.domain.order import OrderLine
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.adapter import Cancellation
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.request import Request
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.order_status import is_printed
from shipconsole.vendors.starshipit.requests import update_order
from shipconsole.vendors.stored_document import read_stored
from shipconsole.vendors.summaries import named


def cancel(cancellation: Cancellation) -> Request | None:
    """Update an order so that it has the units that are not cancelled; None where it has those already.

    Documented are an item's `quantity` and `delete`, both with the `item_id`, and that a printed order accepts only
    another status. An item without id is not documented: it is assumed to be added, and such a request is never
    repeated automatically; it is needed only to restore an item that was deleted. Source: Starshipit, Update Order
    (read November 2026).
    """
    if is_printed(cancellation.link.status):
        number = cancellation.order.number
        raise ValidationFailed(Problem((), Message("starshipit.printed", number=number)))
    if not cancellation.link.remote_id.isdecimal():
        raise ValidationFailed(
            Problem((), Message("platform.no_order_id", platform="Starshipit", number=cancellation.order.number))
        )
    document = read_stored(wire.Order, cancellation.link.document)
    quantities = {item.item_id: item.quantity for item in document.items or () if item.item_id is not None}
    field_map = FieldMap()
    items: list[wire.ItemUpdate] = []
    to_delete: list[int] = []
    for item_id, lines in _lines_by_item(cancellation).items():
        if not all(line.is_counted for line in lines):
            # Another line of the same item is not counted in units, so how many are left in all is not known.
            continue
        quantity = sum(line.ordered - line.cancelled for line in lines)
        item = _item_update(item_id, quantities.get(item_id), quantity, restored=cancellation.restored)
        if item is not None:
            field_map.note(("order", "items", len(items)), ("lines", lines[0].id))
            items.append(item)
            to_delete += [item_id] if quantity == 0 else []
    for line in _deleted_lines(cancellation) if cancellation.restored else ():
        field_map.note(("order", "items", len(items)), ("lines", line.id))
        items.append(_new_item(line))
    if not items:
        return None
    return update_order(
        wire.OrderUpdate(order_id=int(cancellation.link.remote_id), items=tuple(items)),
        delete_items=to_delete,
        summary=_summary(cancellation),
        field_map=field_map,
    )


def _lines_by_item(cancellation: Cancellation) -> dict[int, list[OrderLine]]:
    """Return the changed items, each with all lines of ours that are the same item there."""
    lines: defaultdict[int, list[OrderLine]] = defaultdict(list)
    changed = {linked.remote_id for linked in cancellation.link.lines if linked.line_id in cancellation.line_ids}
    for linked in cancellation.link.lines:
        line = cancellation.order.line(linked.line_id)
        if line is not None and linked.remote_id in changed and linked.remote_id.isdecimal():
            lines[int(linked.remote_id)].append(line)
    return lines


def _deleted_lines(cancellation: Cancellation) -> list[OrderLine]:
    """Return restored lines that are no longer in the order there."""
    lines = (
        cancellation.order.line(line_id) for line_id in cancellation.line_ids if cancellation.link.line(line_id) is None
    )
    return [line for line in lines if line is not None and line.ordered > line.cancelled]


def _item_update(item_id: int, known: int | None, quantity: int, *, restored: bool) -> wire.ItemUpdate | None:
    """Return an item's update; None where the platform's quantity is the same, or was changed the other way."""
    if known is None or quantity == known or (quantity > known) != restored:
        return None
    return wire.ItemUpdate(item_id=item_id, quantity=Decimal(quantity) if quantity else None)


def _new_item(line: OrderLine) -> wire.ItemUpdate:
    return wire.ItemUpdate(
        description=line.description or None,
        sku=line.sku or None,
        quantity=Decimal(line.ordered - line.cancelled),
        weight=None if line.weight_g is None else kilograms(line.weight_g),
    )


def _summary(cancellation: Cancellation) -> Message:
    lines = [line for line in cancellation.order.lines if line.id in cancellation.line_ids]
    content = tuple(
        Message("summary.left_of", left=line.ordered - line.cancelled, ordered=line.ordered, sku=line.sku)
        for line in lines
    )
    return Message(
        "summary.items_restored" if cancellation.restored else "summary.items_cancelled", items=named(content)
    )
