"""The order to pack next: the first one left to ship in the list's usual order."""

from shipconsole.domain.order_row import OrderRow
from shipconsole.operations.context import Context
from shipconsole.operations.orders.claims import is_others
from shipconsole.store import browse, claims
from shipconsole.store.database import Db

_LOOKED_AT = 20
_USUAL_SORT = browse.VIEWS["to_ship"][0]


async def next_order(ctx: Context, after_id: int | None = None) -> OrderRow | None:
    """Return the first order with units left to ship that no other station packs, other than `after_id`, if any."""
    return await ctx.read(_next, ctx, after_id)


def _next(db: Db, ctx: Context, after_id: int | None) -> OrderRow | None:
    ids = browse.ids(db, "to_ship", _USUAL_SORT, _LOOKED_AT, now_ms=ctx.clock.now_ms())
    rows = (row for row in browse.rows(db, ids) if row.id != after_id and row.left)
    return next((row for row in rows if not is_others(ctx, claims.of_order(db, row.id))), None)
