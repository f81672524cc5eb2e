"""Resolving: a person says what became of an item that is not counted in whole units."""

from shipconsole.domain import hand_change
from shipconsole.domain.order import Resolution
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.store import hand_changes, orders
from shipconsole.store.database import Db


async def resolve(ctx: Context, order_id: int, line_id: int, resolution: Resolution, why: str) -> None:
    """Record that a line shipped or is not going to ship; "" withdraws what was recorded. No platform is notified.

    It holds until the quantity changes. Raises `ValidationFailed` without a reason, for a line that is counted in units
    or gone, and where it is recorded so already.
    """
    await ctx.write(_resolve, ctx, order_id, line_id, resolution, why.strip())


def _resolve(db: Db, ctx: Context, order_id: int, line_id: int, resolution: Resolution, why: str) -> None:
    if not why:
        raise ValidationFailed(Problem(("reason",), "Give a reason; it is kept with the order."))
    line = next((one for one in orders.lines(db, order_id) if one.id == line_id), None)
    if line is None:
        raise ValidationFailed(Problem(("lines", line_id), "There is no such item any more."))
    if line.is_counted:
        message = f"The quantity of {line.sku} is a whole number of units: {line.quantity}. Ship or cancel its units."
        raise ValidationFailed(Problem(("lines", line_id), message))
    if (line.resolution == "") if resolution == "" else (line.resolved_as == resolution):
        message = f"{line.sku}, {line.quantity}: {resolution or 'unresolved'} already."
        raise ValidationFailed(Problem(("lines", line_id), message))
    orders.resolve_line(db, order_id, line, resolution)
    now_ms = ctx.clock.now_ms()
    hand_changes.add(
        db,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        kind="item_resolved",
        what=hand_change.about(sku=line.sku or line.description, quantity=line.quantity, resolution=resolution),
        why=why,
        now_ms=now_ms,
    )
    orders.refresh_totals(db, order_id, now_ms=now_ms)
