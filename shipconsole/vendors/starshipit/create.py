"""The creation of an order at Starshipit: the recipient, and the items that are left to ship."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

from shipconsole.domain.address import Address
from shipconsole.domain.field import Value
from shipconsole.domain.measures import kilograms
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.vendors.adapter import Options
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.order_edit import OrderPart, limit_problems
from shipconsole.vendors.request import Json, Request
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.fields import FIELDS
from shipconsole.vendors.starshipit.requests import country_of


def create_order(order: Order, _options: Options) -> Request:
    """Create an order with the units that are left to ship.

    The platform does not recognize an order of the same number: sent twice it exists twice. So the request is never
    repeated automatically. The limits are those of an update, whose order is the same object. Source: Starshipit,
    Create Order, and Update Order (read November 2026).
    """
    address = _address_parts(order.ship_to, order.note)
    items = [
        (line, _item_parts(line, position)) for position, line in enumerate(line for line in order.lines if line.left)
    ]
    parts = [
        OrderPart(("order_number",), order.number, ("number",)),
        *address,
        *(part for _, item_parts in items for part in item_parts),
    ]
    problems = limit_problems(parts, FIELDS)
    if not items:
        problems.append(Problem(("lines",), Message("order.nothing_left", number=order.number)))
    if problems:
        raise ValidationFailed(*problems)
    new = wire.NewOrder(
        order_date=None if order.ordered_at_ms is None else _iso(order.ordered_at_ms),
        order_number=order.number,
        destination=wire.DestinationUpdate.model_validate({part.path[-1]: part.value for part in address}),
        items=tuple(
            wire.ItemUpdate.model_validate({part.path[-1]: part.value for part in item_parts})
            for _, item_parts in items
        ),
    )
    body = new.model_dump(exclude_none=True)
    units = sum(line.left for line, _ in items)
    return Request(
        call="create_order",
        method="POST",
        path="/api/orders",
        body=cast("dict[str, Json]", {"order": {**body, "items": list(body["items"])}}),
        repeatable=False,
        summary=Message("summary.new_order", count=units),
        field_map=_field_map(parts),
    )


def _address_parts(address: Address, note: str) -> list[OrderPart]:
    """Return the address; the four parts that the platform requires are in it even where they are empty."""
    required: dict[str, tuple[str, str]] = {
        "name": (address.name or address.company, "name"),
        "street": (_street(address), "street"),
        "suburb": (address.suburb or address.city, "suburb" if address.suburb else "city"),
        "country": (country_of(address), "country"),
    }
    known: dict[str, tuple[str, str]] = {
        "email": (address.email, "email"),
        "phone": (address.phone, "phone"),
        "building": (address.building, "building"),
        "company": (address.company, "company"),
        "city": (address.city, "city"),
        "state": (address.state, "state"),
        "post_code": (address.postal_code, "postal_code"),
    }
    given = required | {name: (text, ours) for name, (text, ours) in known.items() if text}
    parts = [OrderPart(("destination", name), text, ("ship_to", ours)) for name, (text, ours) in given.items()]
    if instructions := address.instructions or note:
        ours: Path = ("ship_to", "instructions") if address.instructions else ("note",)
        parts.append(OrderPart(("destination", "delivery_instructions"), instructions, ours))
    return parts


def _street(address: Address) -> str:
    return ", ".join(part for part in (address.street, address.street2, address.street3) if part)


def _item_parts(line: OrderLine, position: int) -> list[OrderPart]:
    values: dict[str, tuple[Value, str]] = {
        "description": (line.description or None, "description"),
        "sku": (line.sku or None, "sku"),
        "quantity": (Decimal(line.left), "quantity"),
        "weight": (None if line.weight_g is None else kilograms(line.weight_g), "weight_g"),
    }
    return [
        OrderPart(("items", str(position), name), value, ("lines", line.id, ours))
        for name, (value, ours) in values.items()
        if value is not None
    ]


def _field_map(parts: list[OrderPart]) -> FieldMap:
    """Return the field of each value; positions in a request are numbers."""
    field_map = FieldMap()
    for part in parts:
        steps = (int(step) if step.isdecimal() else step for step in part.path)
        field_map.note(("order", *steps), part.ours)
    return field_map


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
