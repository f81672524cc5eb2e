"""Manual orders: an order that no store has is entered at the station and created in the chosen connections."""

from collections.abc import Sequence
from dataclasses import dataclass

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.new_order import NewLine, NewOrder, check
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.vendor_orders import create as introducing
from shipconsole.store import orders, webhook_events
from shipconsole.store.database import Db
from shipconsole.vendors.request import Request

__all__ = ["Created", "create", "create_in", "preview", "requests_in"]


@dataclass(frozen=True, slots=True)
class Created:
    """A new order, and the calls that create it in connections."""

    order_id: int
    call_ids: tuple[int, ...]


async def create(ctx: Context, new: NewOrder, to: Sequence[int]) -> Created:
    """Store an order and the calls that create it in some connections, all or nothing; `to` may be empty.

    What is typed here counts: what a connection returns later adds its ids and changes neither items nor address.
    Raises `ValidationFailed` with every problem at the form's paths: what `check` finds, an existing number, and what a
    chosen platform would reject.
    """
    return await ctx.write(create_in, ctx, new, to)


async def preview(ctx: Context, new: NewOrder, to: Sequence[int]) -> tuple[tuple[Connection, Request], ...]:
    """Return the requests of `create`; store nothing, and raise what `create` raises."""
    return await ctx.read(requests_in, ctx, new, to)


def requests_in(db: Db, ctx: Context, new: NewOrder, to: Sequence[int]) -> tuple[tuple[Connection, Request], ...]:
    """Return the requests for an order whose lines have their positions as ids, to match the form's paths."""
    problems = list(check(new))
    number = new.number.strip()
    if number and orders.numbered(db, number):
        problems.append(Problem(("number",), Message("create_order.exists", number=number)))
    if problems:
        raise ValidationFailed(*problems)
    lines = tuple(
        OrderLine(
            id=position,
            sku=_sku(line),
            description=line.description.strip(),
            ordered=line.quantity,
            weight_g=line.weight_g,
        )
        for position, line in enumerate(new.lines)
    )
    order = Order(
        id=0,
        number=number,
        lines=lines,
        ship_to=new.ship_to,
        ordered_at_ms=ctx.clock.now_ms(),
        note=new.note.strip(),
    )
    found: list[tuple[Connection, Request]] = []
    refused: dict[tuple[Path, Message], Problem] = {}
    for connection in introducing.accepting_with_ids(db, to):
        try:
            found.append((connection, introducing.request_for(order, connection)))
        except ValidationFailed as error:
            refused |= {(problem.path, problem.message): problem for problem in error.problems}
    if refused:
        raise ValidationFailed(*refused.values())
    return tuple(found)


def create_in(db: Db, ctx: Context, new: NewOrder, to: Sequence[int]) -> Created:
    """Do what `create` does within the caller's transaction."""
    requests = requests_in(db, ctx, new, to)
    now_ms = ctx.clock.now_ms()
    order_id = orders.add(db, number=new.number.strip(), primary_connection_id=None, now_ms=now_ms)
    orders.describe_manual_order(
        db, order_id, ship_to=new.ship_to, note=verbatim(new.note.strip()), ordered_at_ms=now_ms
    )
    for line in new.lines:
        orders.add_line(
            db,
            order_id,
            sku=_sku(line),
            description=line.description.strip(),
            ordered=line.quantity,
            cancelled=0,
            weight_g=line.weight_g,
        )
    webhook_events.requeue_waiting(db, new.number)
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    ctx.record_change(db, order_id, Message("audit.order_created"), "", now_ms=now_ms)
    call_ids = tuple(
        introducing.queue(db, order_id, connection, request, now_ms=now_ms) for connection, request in requests
    )
    return Created(order_id, call_ids)


def _sku(line: NewLine) -> str:
    """Return what the line is scanned and found by: its SKU, else its description."""
    return line.sku.strip() or line.description.strip()
