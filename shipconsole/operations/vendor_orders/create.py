"""Creating an order in a connection that does not have it yet."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from shipconsole.domain.call import ENDED, WITHDRAWN, Call
from shipconsole.domain.connection import Connection
from shipconsole.domain.intent import CREATE, kind_of
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders.orders import has_other_order, test_order_message
from shipconsole.operations.outbox.settle_delay import settle_delay_ms
from shipconsole.store import calls, connections, linking, orders
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request


@dataclass(frozen=True, slots=True)
class QueuedCreations:
    """The calls that create some orders, and the reason why each other order is skipped, by its id."""

    call_ids: tuple[int, ...]
    skipped: tuple[tuple[int, Message], ...] = ()


async def accepting_connections(ctx: Context) -> tuple[Connection, ...]:
    """Return the connections in which orders can be created."""
    return await ctx.read(_may_introduce)


async def queue_creations(ctx: Context, order_ids: Sequence[int], connection_id: int) -> QueuedCreations:
    """Queue a call for each order that the connection does not have, in one transaction.

    Raises `ValidationFailed` where orders cannot be created in the connection.
    """
    return await ctx.write(_introduce, ctx, tuple(dict.fromkeys(order_ids)), connection_id)


async def preview(ctx: Context, order_id: int, connection_id: int) -> Request:
    """Return the request of `queue_creations`; raise `ValidationFailed` for an order that would be skipped."""
    return await ctx.read(_preview, ctx, order_id, connection_id)


def request_for(order: Order, connection: Connection) -> Request:
    """Return the request that creates an order; raise `ValidationFailed` with every limit that it exceeds."""
    create = VENDORS[connection.vendor].edits.create
    if create is None:
        title = VENDORS[connection.vendor].title
        raise ValidationFailed(
            Problem(("to",), Message("push.not_supported", platform=title, connection=connection.name))
        )
    uncounted = [line for line in order.lines if line.is_unresolved]
    if uncounted:
        raise ValidationFailed(
            *(
                Problem(
                    ("lines", line.id),
                    Message("push.not_counted", sku=line.sku, quantity=line.quantity, connection=connection.name),
                    Message("push.resolve_item"),
                    names_item=True,
                )
                for line in uncounted
            )
        )
    return create.request(order, connection.options)


def queue(db: Db, order_id: int, connection: Connection, request: Request, *, now_ms: int) -> int:
    """Queue the update that creates an order; return its id."""
    return calls.add(
        db,
        key=uuid.uuid4().hex,
        order_id=order_id,
        shipment_id=None,
        intent=CREATE,
        package_id=None,
        connection_id=connection.id,
        summary=request.summary,
        repeatable=request.repeatable,
        now_ms=now_ms,
    )


def accepting_with_ids(db: Db, connection_ids: Sequence[int]) -> tuple[Connection, ...]:
    """Return the connections with these ids; raise `ValidationFailed` where orders cannot be created in one."""
    known = {connection.id: connection for connection in _may_introduce(db)}
    if all(id_ in known for id_ in connection_ids):
        return tuple(known[id_] for id_ in dict.fromkeys(connection_ids))
    listed = tuple(connection.name for connection in known.values()) or (Message("list.none"),)
    raise ValidationFailed(Problem(("to",), Message("push.no_connection", listed=listed)))


def _may_introduce(db: Db) -> tuple[Connection, ...]:
    return tuple(
        connection for connection in connections.every(db) if VENDORS[connection.vendor].edits.create is not None
    )


def _introduce(db: Db, ctx: Context, order_ids: Sequence[int], connection_id: int) -> QueuedCreations:
    (connection,) = accepting_with_ids(db, (connection_id,))
    call_ids: list[int] = []
    skipped: list[tuple[int, Message]] = []
    for order_id in order_ids:
        try:
            request = _request(db, ctx, order_id, connection)
        except ValidationFailed as refused:
            skipped.append((order_id, refused.message))
        else:
            call_ids.append(queue(db, order_id, connection, request, now_ms=ctx.clock.now_ms()))
    return QueuedCreations(tuple(call_ids), tuple(skipped))


def _preview(db: Db, ctx: Context, order_id: int, connection_id: int) -> Request:
    (connection,) = accepting_with_ids(db, (connection_id,))
    return _request(db, ctx, order_id, connection)


def _request(db: Db, ctx: Context, order_id: int, connection: Connection) -> Request:
    try:
        order = orders.get(db, order_id)
    except LookupError:
        raise ValidationFailed(Problem((), Message("order.gone"))) from None
    if message := _why_not(db, ctx, order, connection):
        raise ValidationFailed(Problem((), message))
    return request_for(order, connection)


def _why_not(db: Db, ctx: Context, order: Order, connection: Connection) -> Message:
    """Return why an order is not created in a connection; empty where it can be."""
    links = orders.links(db, order.id)
    if message := test_order_message(db, order.number, links):
        return message
    if any(link.connection_id == connection.id for link in links):
        return Message("push.already_there", connection=connection.name, number=order.number)
    created = [
        call
        for call in calls.of_order(db, order.id)
        if call.connection_id == connection.id and kind_of(call.intent) == "create"
    ]
    creations = [call.state for call in created]
    create = VENDORS[connection.vendor].edits.create
    if create and create.find is None and has_other_order(db, order.id, order.number, connection.id):
        return Message("order.other_there", connection=connection.name, number=order.number)
    if any(state not in ENDED for state in creations):
        return Message("push.being_sent", number=order.number, connection=connection.name)
    if "confirmed" in creations and not linking.are_kept_separate(db, order.id, connection.id):
        return Message("push.sent", number=order.number, connection=connection.name)
    if any(_may_have_arrived(db, ctx, connection, call) for call in created):
        return Message("push.may_be_there", number=order.number, connection=connection.name)
    if order.cancelled:
        return Message("order.cancelled", number=order.number)
    if order.left == 0:
        return Message("order.nothing_left", number=order.number)
    return NO_MESSAGE


def _may_have_arrived(db: Db, ctx: Context, connection: Connection, call: Call) -> bool:
    """Return whether a discarded call may have arrived, and its platform's orders were not synced since then."""
    acts_until_ms = calls.acts_until(db, call.id)
    if call.repeatable or call.state not in WITHDRAWN or not acts_until_ms:
        return False
    read_at_ms, shown_by_ms = connection.synced_at_ms or 0, call.changed_at_ms + settle_delay_ms(db, ctx, connection)
    return acts_until_ms > ctx.steady_ms(db) or read_at_ms < shown_by_ms
