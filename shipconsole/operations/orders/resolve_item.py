"""Resolving: a person says what became of an item that is not counted in whole units."""

from shipconsole.domain.message import Message
from shipconsole.domain.order import Resolution
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.store import manual_changes, orders
from shipconsole.store.database import Db

_DONE: dict[Resolution, str] = {
    "shipped": "audit.item_shipped",
    "cancelled": "audit.item_cancelled",
    "": "audit.item_reopened",
}
_ALREADY: dict[Resolution, str] = {
    "shipped": "item.already_shipped",
    "cancelled": "item.already_cancelled",
    "": "item.already_open",
}


async def resolve(ctx: Context, order_id: int, line_id: int, resolution: Resolution, why: str) -> None:
    """Record that a line shipped or is not going to ship; "" withdraws what was recorded. No platform is notified.

    It holds until the quantity changes. Raises `ValidationFailed` without a reason, for a line that is counted in units
    or gone, and where it is recorded so already.
    """
    await ctx.write(_resolve, ctx, order_id, line_id, resolution, why.strip())


def _resolve(db: Db, ctx: Context, order_id: int, line_id: int, resolution: Resolution, why: str) -> None:
    if not why:
        raise ValidationFailed(Problem(("reason",), Message("reason.missing_item")))
    line = next((one for one in orders.lines(db, order_id) if one.id == line_id), None)
    if line is None:
        raise ValidationFailed(Problem(("lines", line_id), Message("item.gone")))
    if line.is_counted:
        message = Message("item.is_counted", sku=line.sku, quantity=str(line.quantity))
        raise ValidationFailed(Problem(("lines", line_id), message))
    if (line.resolution == "") if resolution == "" else (line.resolved_as == resolution):
        message = Message(_ALREADY[resolution], sku=line.sku, quantity=str(line.quantity))
        raise ValidationFailed(Problem(("lines", line_id), message))
    orders.resolve_line(db, order_id, line, resolution)
    now_ms = ctx.clock.now_ms()
    manual_changes.add(
        db,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        what=Message(_DONE[resolution], sku=line.sku or line.description, quantity=str(line.quantity)),
        reason=why,
        now_ms=now_ms,
    )
    orders.refresh_totals(db, order_id, now_ms=now_ms)
