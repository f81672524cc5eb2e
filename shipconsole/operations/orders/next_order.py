"""The order to pack next: the first one left to ship in the list's usual order."""

from shipconsole.domain.order_row import OrderRow
from shipconsole.operations.context import Context
from shipconsole.store import browse
from shipconsole.store.database import Db

_LOOKED_AT = 20
_USUAL_SORT = browse.VIEWS["to_ship"][0]


async def next_order(ctx: Context, after_id: int | None = None) -> OrderRow | None:
    """Return the first order with units left to ship other than `after_id`, None if there is none."""
    return await ctx.read(_next, after_id, ctx.clock.now_ms())


def _next(db: Db, after_id: int | None, now_ms: int) -> OrderRow | None:
    ids = browse.ids(db, "to_ship", _USUAL_SORT, _LOOKED_AT, now_ms=now_ms)
    return next((row for row in browse.rows(db, ids) if row.id != after_id and row.left), None)
