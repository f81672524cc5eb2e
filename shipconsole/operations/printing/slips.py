"""Packing slips and package labels of what shipped, from one reading of the order."""

import asyncio
import os.path
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain import carrier as carriers
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.operations.context import Context
from shipconsole.operations.printing import template
from shipconsole.operations.printing.documents import EarlierPackage, PackageLabel, PackingSlip, SlipLine
from shipconsole.operations.printing.template import SlipTemplate
from shipconsole.station.settings import Settings
from shipconsole.store import orders, shipments
from shipconsole.store.database import Db


class Slips(NamedTuple):
    """Slips to print, and what was wrong with the template or the logo."""

    slips: tuple[PackingSlip, ...]
    problem: Message = NO_MESSAGE


class _Shipped(NamedTuple):
    """A package of an order at its position among all of them, counted from 1."""

    position: int
    shipment: Shipment
    package: Package


async def of_shipments(ctx: Context, settings: Settings, shipment_ids: Sequence[int]) -> Slips:
    """Return a slip for each package of some shipments; undone ones have none."""
    loaded = await asyncio.to_thread(template.load, settings.slip_template)
    has_logo = bool(settings.slip_logo) and await asyncio.to_thread(os.path.isfile, settings.slip_logo)
    logo = settings.slip_logo if has_logo else ""
    no_logo = (
        Message("printing.no_logo", file=settings.slip_logo) if settings.slip_logo and not has_logo else NO_MESSAGE
    )
    found = await ctx.read(_of_shipments, tuple(shipment_ids), loaded.template, logo)
    return Slips(found, sentences(loaded.problem, no_logo))


async def of_orders(ctx: Context, settings: Settings, order_ids: Sequence[int]) -> Slips:
    """Return the slips of the last shipment of each order, in this order.

    Raises `ValidationFailed` if none of them has shipped.
    """
    last = [shipment_id for shipment_id in await ctx.read(_last_shipments, tuple(order_ids)) if shipment_id]
    if not last:
        raise ValidationFailed(Problem(("order",), Message("printing.nothing_shipped", count=len(order_ids))))
    return await of_shipments(ctx, settings, last)


async def of_order(ctx: Context, settings: Settings, order_id: int, shipment_id: int | None = None) -> Slips:
    """Return the slips of one shipment of an order, by default of its last one.

    Raises `ValidationFailed` if the order has not shipped, or has no such shipment.
    """
    known = await ctx.read(shipments.of_order, order_id)
    if shipment_id is not None and shipment_id not in {shipment.id for shipment in known}:
        raise ValidationFailed(Problem(("shipment",), Message("printing.no_such_shipment", id=str(shipment_id))))
    if shipment_id is None:
        return await of_orders(ctx, settings, (order_id,))
    return await of_shipments(ctx, settings, (shipment_id,))


async def last_shipment(ctx: Context, order_id: int) -> int | None:
    """Return the id of an order's last shipment, None if it has none."""
    (last,) = await ctx.read(_last_shipments, (order_id,))
    return last or None


async def labels_of(ctx: Context, shipment_id: int) -> tuple[PackageLabel, ...]:
    """Return the text labels for the boxes of a shipment."""
    found = await ctx.read(_of_shipments, (shipment_id,), SlipTemplate(), "")
    return tuple(label_of(slip) for slip in found)


def label_of(slip: PackingSlip) -> PackageLabel:
    """Return the label for the box of a slip."""
    return PackageLabel(
        order_number=slip.order_number,
        recipient=slip.ship_to.recipient,
        position=slip.position,
        count=slip.count,
        is_complete=slip.is_complete,
        carrier=slip.carrier,
        tracking_number=slip.tracking_number,
        units=slip.here,
        weight_g=slip.weight_g,
        shipped_at_ms=slip.shipped_at_ms,
        station=slip.station,
        packer=slip.packer,
    )


def slip_of(
    order: Order, stored: Sequence[Shipment], package_id: int, design: SlipTemplate, logo: str = ""
) -> PackingSlip:
    """Return the slip of one package; `stored` are the order's shipments, oldest first."""
    packages = [
        (shipment, package) for shipment in sorted(stored, key=lambda each: each.id) for package in shipment.packages
    ]
    numbered = [_Shipped(position, *each) for position, each in enumerate(packages, 1)]
    this = next(each for each in numbered if each.package.id == package_id)
    before = [each for each in numbered if each.position < this.position]
    # Counted once for each package: an order may have thousands of items.
    here, earlier = _units([this]), _units(before)
    lines = [_line(line, here[line.id], earlier[line.id], cancelled=order.cancelled) for line in order.lines]
    shown = [line for line in lines if line.here or line.earlier or line.follow or line.uncounted]
    return PackingSlip(
        order_number=order.number,
        ordered_at_ms=order.ordered_at_ms,
        ship_to=order.ship_to,
        note=order.note,
        position=this.position,
        count=len(numbered),
        is_complete=order.left == 0 and order.unresolved == 0,
        carrier=_carrier_name(this.package.carrier),
        service=this.package.service,
        weight_g=this.package.weight_g,
        tracking_number=this.package.tracking_number,
        shipped_at_ms=this.shipment.created_at_ms,
        station=this.shipment.station,
        packer=this.shipment.operator,
        lines=tuple(sorted(shown, key=_rank)),
        earlier=tuple(
            EarlierPackage(
                position=each.position,
                shipped_at_ms=each.shipment.created_at_ms,
                carrier=_carrier_name(each.package.carrier),
                tracking_number=each.package.tracking_number,
            )
            for each in before
        ),
        template=design,
        logo=logo,
    )


def _of_shipments(db: Db, shipment_ids: Sequence[int], design: SlipTemplate, logo: str) -> tuple[PackingSlip, ...]:
    found: list[PackingSlip] = []
    for shipment_id in shipment_ids:
        order_id = shipments.order_of(db, shipment_id)
        if order_id is None:
            continue
        order, stored = orders.get(db, order_id), shipments.of_order(db, order_id)
        found += [
            slip_of(order, stored, package.id, design, logo)
            for shipment in stored
            if shipment.id == shipment_id
            for package in shipment.packages
            if package.id is not None
        ]
    return tuple(found)


def _last_shipments(db: Db, order_ids: Sequence[int]) -> list[int]:
    return [max((shipment.id for shipment in shipments.of_order(db, order_id)), default=0) for order_id in order_ids]


def _units(shipped: Sequence[_Shipped]) -> Counter[int]:
    """Return the units of each item in some packages."""
    counted = Counter[int]()
    for packed in (packed for each in shipped for packed in each.package.lines):
        counted[packed.line_id] += packed.quantity
    return counted


def _line(line: OrderLine, here: int, earlier: int, *, cancelled: bool) -> SlipLine:
    follow = 0 if cancelled or not line.is_counted else max(0, line.ordered - line.cancelled - earlier - here)
    return SlipLine(
        name=line.description or line.sku,
        sku=line.sku if line.description else "",
        here=here,
        earlier=earlier,
        follow=follow,
        uncounted=line.quantity if line.is_unresolved and not cancelled else "",
    )


def _rank(line: SlipLine) -> int:
    return 0 if line.here else 1 if line.earlier else 2


def _carrier_name(text: str) -> str:
    known = carriers.named(text)
    return known.name if known else text
