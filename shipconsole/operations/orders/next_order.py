"""The order to pack next: the first one left to ship in the list's usual order."""

from shipconsole.domain.order_row import OrderRow
from shipconsole.operations.context import Context
from shipconsole.operations.orders.claims import is_others_in
from shipconsole.store import browse, claims
from shipconsole.store.database import Db

_LOOKED_AT = (20, 500, browse.NO_LIMIT)
"""How many orders are looked at, where all before them are claimed."""
_USUAL_SORT = browse.VIEWS["to_ship"][0]


async def next_order(ctx: Context, after_id: int | None = None) -> OrderRow | None:
    """Return the first order with units left to ship that no other station packs, other than `after_id`, if any."""
    return await ctx.read(_next, ctx, after_id)


def _next(db: Db, ctx: Context, after_id: int | None) -> OrderRow | None:
    seen = 0
    for most in _LOOKED_AT:
        ids = browse.ids(db, "to_ship", _USUAL_SORT, most, now_ms=ctx.clock.now_ms())
        free = (id_ for id_ in ids[seen:] if id_ != after_id and not is_others_in(db, ctx, claims.of_order(db, id_)))
        for order_id in free:
            found = next((row for row in browse.rows(db, (order_id,)) if row.left), None)
            if found is not None:
                return found
        if len(ids) < most:
            return None
        seen = len(ids)
    return None
