"""Several orders in one box: one tracking number for orders of one recipient, stored and notified all or nothing.

Each order has a shipment of its own with its own items, so each platform is notified of its order once. The packages
have the box in common: the label check does not stop what belongs to it, and voiding or editing one offers all.
"""

import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from shipconsole.domain import recipient
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, labels
from shipconsole.operations.shipping import correct, ship
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.operations.shipping.ship import Shipped
from shipconsole.store import drafts, orders, shipments
from shipconsole.store.database import Db
from shipconsole.store.shipments import BoxMember

__all__ = ["BoxMember", "BoxPart", "ShippedBox", "differing", "edit_box", "others", "ship_box", "void_box"]


class BoxPart(NamedTuple):
    """One order's units in a box, by line id; `was_typed` removes the draft at this station."""

    order_id: int
    quantities: Mapping[int, int]
    was_typed: bool = False


@dataclass(frozen=True, slots=True)
class ShippedBox:
    """A stored box: the shipment of each order, in the order of the parts."""

    box: str
    shipped: tuple[Shipped, ...]

    @property
    def call_ids(self) -> tuple[int, ...]:
        """Return the updates of all orders."""
        return tuple(call_id for one in self.shipped for call_id in one.call_ids)


async def ship_box(ctx: Context, parts: Sequence[BoxPart], package: PackageDraft, reason: str = "") -> ShippedBox:
    """Ship parts of several orders in one box with one label.

    Recipients that differ in name, postal code or country require a reason. Raises `ValidationFailed` with every
    problem, at ``reason`` or ``orders.<position>.…``, and stores nothing.
    """
    return await ctx.write(_ship_box, ctx, parts, package, reason)


async def differing(ctx: Context, order_ids: Sequence[int]) -> tuple[str, ...]:
    """Return the numbers of the orders that do not certainly have the first one's recipient."""
    return await ctx.read(_differing, order_ids)


async def others(ctx: Context, package_id: int) -> tuple[BoxMember, ...]:
    """Return the packages of other orders that are in a package's box."""
    return await ctx.read(_others, package_id)


async def edit_box(
    ctx: Context, order_id: int, package_id: int, new: NewLabel, to: Sequence[int], reason: str
) -> tuple[int, ...]:
    """Edit the tracking of every package in a box, all or nothing; return the calls' ids.

    `to` is chosen for the given order; those of the others are notified as by default.
    """
    return await ctx.write(_edit_box, ctx, order_id, package_id, new, to, reason)


async def void_box(ctx: Context, order_id: int, shipment_id: int, to: Sequence[int], reason: str) -> tuple[int, ...]:
    """Void the shipment and those of the other orders in its box, all or nothing; return the calls' ids."""
    return await ctx.write(_void_box, ctx, order_id, shipment_id, to, reason)


def _ship_box(db: Db, ctx: Context, parts: Sequence[BoxPart], package: PackageDraft, reason: str) -> ShippedBox:
    order_ids = [part.order_id for part in parts]
    if len(set(order_ids)) < 2 or len(set(order_ids)) < len(order_ids):
        raise ValidationFailed(Problem(("orders",), Message("box.needs_orders")))
    found = [orders.get(db, order_id) for order_id in order_ids]
    problems = [] if reason.strip() else _recipient_problems(found)
    box = uuid.uuid4().hex
    shipped: list[Shipped] = []
    open_issues: dict[int, tuple[labels.LabelIssue, ...]] = {}
    for position, (part, order) in enumerate(zip(parts, found, strict=True)):
        draft = ShipmentDraft(packages=(package.model_copy(update={"quantities": dict(part.quantities)}),))
        try:
            shipped.append(ship.ship_in(db, ctx, part.order_id, draft, box=box))
        except ValidationFailed as failed:
            problems += [_of_order(position, order, problem) for problem in failed.problems]
            if isinstance(failed, labels.LabelsNotAccepted):
                open_issues[position] = failed.issues.get(0, ())
    if problems:
        # Raised outside: all of it is rolled back, also the orders without a problem.
        raise labels.LabelsNotAccepted(open_issues, *problems) if open_issues else ValidationFailed(*problems)
    numbers = tuple(order.number for order in found)
    for part in parts:
        message = Message("audit.box", number=package.tracking_number.strip(), orders=numbers)
        ctx.record_change(db, part.order_id, message, reason, now_ms=ctx.clock.now_ms())
        is_own = part.was_typed and not claims.protects_draft(db, ctx, part.order_id)
        if is_own or not orders.get(db, part.order_id).left:
            drafts.drop(db, part.order_id)
    return ShippedBox(box, tuple(shipped))


def _recipient_problems(found: Sequence[Order]) -> list[Problem]:
    first = found[0]
    return [
        Problem(
            ("reason",),
            Message(
                "box.recipients_differ",
                first=first.number,
                other=other.number,
                first_recipient=first.ship_to.recipient,
                other_recipient=other.ship_to.recipient,
            ),
        )
        for other in found[1:]
        if not recipient.is_same(first.ship_to, other.ship_to)
    ]


def _of_order(position: int, order: Order, problem: Problem) -> Problem:
    message = Message("box.of_order", number=order.number, problem=problem.message)
    return Problem(("orders", position, *problem.path), message, problem.advice)


@contextmanager
def _of_member(number: str) -> Generator[None]:
    """Name the other order whose part of a box can't be changed."""
    try:
        yield
    except ValidationFailed as failed:
        raise ValidationFailed(
            *(
                problem._replace(message=Message("box.of_order", number=number, problem=problem.message))
                for problem in failed.problems
            )
        ) from failed


def _differing(db: Db, order_ids: Sequence[int]) -> tuple[str, ...]:
    first, *rest = (orders.get(db, order_id) for order_id in order_ids)
    return tuple(other.number for other in rest if not recipient.is_same(first.ship_to, other.ship_to))


def _others(db: Db, package_id: int) -> tuple[BoxMember, ...]:
    return tuple(member for member in shipments.box_of(db, package_id) if member.package_id != package_id)


def _edit_box(
    db: Db, ctx: Context, order_id: int, package_id: int, new: NewLabel, to: Sequence[int], reason: str
) -> tuple[int, ...]:
    call_ids = [*correct.edit_in(db, ctx, order_id, package_id, new, to, reason, stays_in_box=True)]
    for member in _others(db, package_id):
        guides = correct.edit_guide(db, member.order_id, member.package_id)
        by_default = [guide.connection.id for guide in guides if guide.by_default]
        with _of_member(member.number):
            call_ids += correct.edit_in(
                db, ctx, member.order_id, member.package_id, new, by_default, reason, stays_in_box=True
            )
    return tuple(call_ids)


def _void_box(db: Db, ctx: Context, order_id: int, shipment_id: int, to: Sequence[int], reason: str) -> tuple[int, ...]:
    shipment = shipments.get(db, shipment_id)
    packages = shipment.packages if shipment is not None else ()
    members = {
        (member.order_id, member.shipment_id, member.number)
        for package in packages
        for member in _others(db, package.id or 0)
        if member.shipment_id != shipment_id
    }
    call_ids = [*correct.void_in(db, ctx, order_id, shipment_id, to, reason)]
    for member_id, of_member, number in sorted(members):
        by_default = [guide.connection.id for guide in correct.void_guide(db, member_id, of_member) if guide.by_default]
        with _of_member(number):
            call_ids += correct.void_in(db, ctx, member_id, of_member, by_default, reason)
    return tuple(call_ids)
