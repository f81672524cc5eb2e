"""The orders of the simulated Shipup: parts are merged by the merchant's ids."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from shipconsole.simulator.messages import Json
from shipconsole.simulator.shipup_fields import (
    ADDRESS_FIELDS,
    FULFILLMENT_FIELDS,
    LINE_FIELDS,
    LIST,
    ORDER_FIELDS,
    TRACKER_FIELDS,
    Fields,
)


@dataclass
class Tracker:
    """A package in transit, with its contents."""

    fields: Fields = field(default_factory=Fields)
    lines: dict[str, Fields] = field(default_factory=dict[str, Fields])


@dataclass
class Fulfillment:
    """Lines that ship together, in one package or several."""

    fields: Fields = field(default_factory=Fields)
    trackers: dict[str, Tracker] = field(default_factory=dict[str, Tracker])
    lines: dict[str, Fields] = field(default_factory=dict[str, Fields])


@dataclass
class Order:
    """An order as it is stored."""

    id: int
    created_at_s: float
    updated_at_s: float
    fields: Fields = field(default_factory=Fields)
    fulfillments: dict[str, Fulfillment] = field(default_factory=dict[str, Fulfillment])
    lines: dict[str, Fields] = field(default_factory=dict[str, Fields])
    quantities: dict[str, int] = field(default_factory=dict[str, int])
    """Ordered quantity by line item, which never changes after the first request."""


def merge(order: Order, body: Fields) -> None:
    """Merge a request into an order; what it does not contain stays.

    Source: Shipup, Create or update an order (read November 2026).
    """
    order.fields.update(_plain(body, ORDER_FIELDS))
    _merge_address(order.fields, body)
    for line in _lines_within(body):
        if isinstance(quantity := line.get("quantity"), int):
            order.quantities[str(line["merchant_id"])] = quantity
    _merge_lines(order.lines, body)
    for sent in _dicts(body.get("fulfillments")):
        fulfillment = order.fulfillments.setdefault(str(sent["merchant_id"]), Fulfillment())
        fulfillment.fields.update(_plain(sent, FULFILLMENT_FIELDS))
        _merge_address(fulfillment.fields, sent)
        _merge_lines(fulfillment.lines, sent)
        for sent_tracker in _dicts(sent.get("trackers")):
            tracker = fulfillment.trackers.setdefault(str(sent_tracker["tracking_number"]), Tracker())
            tracker.fields.update(_plain(sent_tracker, TRACKER_FIELDS))
            _merge_lines(tracker.lines, sent_tracker)
    _move_lines(order)


def _plain(sent: Fields, fields: Mapping[str, str]) -> Fields:
    """Return the known fields that are neither lists nor an address; null keeps the stored value."""
    return {
        name: value
        for name, value in sent.items()
        if name in fields and name != "shipping_address" and value is not None and fields[name] != LIST
    }


def _merge_address(fields: Fields, sent: Fields) -> None:
    if isinstance(address := sent.get("shipping_address"), dict):
        known = fields.get("shipping_address")
        fields["shipping_address"] = {**(known if isinstance(known, dict) else {}), **_plain(address, ADDRESS_FIELDS)}


def _dicts(rows: Json) -> list[Fields]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _merge_lines(lines: dict[str, Fields], sent: Fields) -> None:
    for line in _dicts(sent.get("line_items")):
        lines.setdefault(str(line["merchant_id"]), {}).update(_plain(line, LINE_FIELDS))


def _lines_within(body: Fields) -> list[Fields]:
    lines = _dicts(body.get("line_items"))
    for fulfillment in _dicts(body.get("fulfillments")):
        lines += _dicts(fulfillment.get("line_items"))
        for tracker in _dicts(fulfillment.get("trackers")):
            lines += _dicts(tracker.get("line_items"))
    return lines


def _move_lines(order: Order) -> None:
    """Move the lines that are completely in packages out of the order and fulfillments, and update the statuses.

    Source: Shipup, Create or update an order; Fulfillment (read November 2026).
    """
    for fulfillment in order.fulfillments.values():
        for merchant_id in fulfillment.lines:
            order.lines.pop(merchant_id, None)
    for merchant_id in {line for f in order.fulfillments.values() for t in f.trackers.values() for line in t.lines}:
        if _shipped(order, merchant_id) >= order.quantities.get(merchant_id, 0):
            order.lines.pop(merchant_id, None)
            for fulfillment in order.fulfillments.values():
                fulfillment.lines.pop(merchant_id, None)
    for fulfillment in order.fulfillments.values():
        if fulfillment.trackers:
            fulfillment.fields["status_code"] = "partially_shipped" if fulfillment.lines else "shipped"


def _shipped(order: Order, merchant_id: str) -> int:
    """Return the units in packages; a line without shipped_quantity counts with its whole quantity."""
    ordered = order.quantities.get(merchant_id, 0)
    shipped = 0
    for fulfillment in order.fulfillments.values():
        for tracker in fulfillment.trackers.values():
            if (line := tracker.lines.get(merchant_id)) is not None:
                quantity = line.get("shipped_quantity", ordered)
                shipped += quantity if isinstance(quantity, int) else 0
    return shipped


def order_view(order: Order) -> Json:
    """Return an order as the platform shows it."""
    return {
        "object": "order",
        "id": order.id,
        **order.fields,
        "created_at": iso(order.created_at_s),
        "updated_at": iso(order.updated_at_s),
        "line_items": _list_view([*order.lines.values()]),
        "fulfillments": _list_view(
            [
                {
                    "object": "fulfillment",
                    **fulfillment.fields,
                    "line_items": _list_view([*fulfillment.lines.values()]),
                    "trackers": _list_view(
                        [
                            {
                                "object": "tracker",
                                **tracker.fields,
                                "delivery_status_code": "pending",
                                "line_items": _list_view([*tracker.lines.values()]),
                            }
                            for tracker in fulfillment.trackers.values()
                        ]
                    ),
                }
                for fulfillment in order.fulfillments.values()
            ]
        ),
    }


def _list_view(rows: list[Fields]) -> Json:
    return {"object": "list", "has_more": False, "data": [*rows]}


def iso(at_s: float) -> str:
    """Return a time as the platform writes it."""
    return datetime.datetime.fromtimestamp(at_s, datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
