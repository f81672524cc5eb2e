"""Cancelled units at Starshipit: an item's quantity is lowered, or the item taken out of the order."""

from collections import defaultdict
from decimal import Decimal

from shipconsole.domain.measures import kilograms
from shipconsole.domain.message import Message
from shipconsole.domain.order import OrderLine
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.adapter import Cancelling
from shipconsole.vendors.exchange import Request
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carrying import is_printed
from shipconsole.vendors.starshipit.requests import update_order


def cancel(wanted: Cancelling) -> Request | None:
    """Update an order so that it asks for the units that will still come; None where it does already.

    Documented are an item's `quantity` and `delete`, both with the `item_id`, and that a printed order takes only
    another status. Not documented is an item without id: it is held to be added, and such a call is never repeated
    by itself; it is needed only to bring back an item that was taken out. Source: Starshipit, Update Order (read
    November 2026).
    """
    if is_printed(wanted.link.status):
        number = wanted.order.number
        raise ValidationFailed(Problem((), Message("starshipit.printed", number=number)))
    if not wanted.link.remote_id.isdecimal():
        raise ValidationFailed(
            Problem((), Message("platform.no_order_id", platform="Starshipit", number=wanted.order.number))
        )
    document = wire.Order.model_validate(parse(wanted.link.document.encode()) or {})
    there = {item.item_id: item.quantity for item in document.items or () if item.item_id is not None}
    field_map = FieldMap()
    edits: list[wire.ItemEdit] = []
    doomed: list[int] = []
    for item_id, lines in _lines_by_item(wanted).items():
        if not all(line.is_counted for line in lines):
            # Another line of the same item is not counted in units, so how many are left in all is not known.
            continue
        quantity = sum(line.ordered - line.cancelled for line in lines)
        edit = _item_edit(item_id, there.get(item_id), quantity, restored=wanted.restored)
        if edit is not None:
            field_map.note(("order", "items", len(edits)), ("lines", lines[0].id))
            edits.append(edit)
            doomed += [item_id] if quantity == 0 else []
    for line in _taken_out(wanted) if wanted.restored else ():
        field_map.note(("order", "items", len(edits)), ("lines", line.id))
        edits.append(_new_item(line))
    if not edits:
        return None
    return update_order(
        wire.OrderEdit(order_id=int(wanted.link.remote_id), items=tuple(edits)),
        delete_items=doomed,
        summary=_summary(wanted),
        field_map=field_map,
    )


def _lines_by_item(wanted: Cancelling) -> dict[int, list[OrderLine]]:
    """The changed items, each with all lines of ours that are the one item there."""
    lines: defaultdict[int, list[OrderLine]] = defaultdict(list)
    changed = {one.remote_id for one in wanted.link.lines if one.line_id in wanted.line_ids}
    for one in wanted.link.lines:
        line = wanted.order.line(one.line_id)
        if line is not None and one.remote_id in changed and one.remote_id.isdecimal():
            lines[int(one.remote_id)].append(line)
    return lines


def _taken_out(wanted: Cancelling) -> list[OrderLine]:
    """Lines that shall come again and are not in the order there any more."""
    lines = (wanted.order.line(line_id) for line_id in wanted.line_ids if wanted.link.line(line_id) is None)
    return [line for line in lines if line is not None and line.ordered > line.cancelled]


def _item_edit(item_id: int, there: int | None, quantity: int, *, restored: bool) -> wire.ItemEdit | None:
    """What is said of an item; None where it is so already, or where the platform has it the other way round."""
    if there is None or quantity == there or (quantity > there) != restored:
        return None
    return wire.ItemEdit(item_id=item_id, quantity=Decimal(quantity) if quantity else None)


def _new_item(line: OrderLine) -> wire.ItemEdit:
    return wire.ItemEdit(
        description=line.description or None,
        sku=line.sku or None,
        quantity=Decimal(line.ordered - line.cancelled),
        weight=None if line.weight_g is None else kilograms(line.weight_g),
    )


def _summary(wanted: Cancelling) -> Message:
    lines = [line for line in wanted.order.lines if line.id in wanted.line_ids]
    content = tuple(
        Message("summary.left_of", left=line.ordered - line.cancelled, ordered=line.ordered, sku=line.sku)
        for line in lines
    )
    return Message("summary.items_restored" if wanted.restored else "summary.items_cancelled", items=content)
