"""Cancelled units at Shipup: the order's whole state with `canceled_quantity`; a known `quantity` never changes."""

from dataclasses import replace

from shipconsole.domain.message import Message
from shipconsole.vendors.adapter import Cancelling
from shipconsole.vendors.exchange import Request
from shipconsole.vendors.shipup.requests import create_order


def cancel(wanted: Cancelling) -> Request | None:
    """Update an order with how many units of the changed items are cancelled, none included.

    Where all of an item are cancelled Shipup takes the item for cancelled. That a number once told may be lowered
    again is not documented. None where Shipup knows none of the items. Source: Shipup, Create or update an order; Line
    items configuration (read November 2026).
    """
    known = [line for line in wanted.order.lines if line.id in wanted.line_ids and wanted.link.line(line.id)]
    if not known:
        return None
    request = create_order(
        wanted.order,
        wanted.shipments,
        wanted.link,
        wanted.options,
        changed_lines=[line.id for line in known],
        replaced=wanted.replaced,
    )
    content = tuple(
        Message("summary.cancelled_of", cancelled=line.cancelled, ordered=line.ordered, sku=line.sku) for line in known
    )
    done = "summary.items_restored" if wanted.restored else "summary.items_cancelled"
    return replace(request, summary=Message(done, items=content))
