"""Claims: a packer's order at a station, seen by every other station, and taken over with a line in the audit log."""

from collections.abc import Mapping, Sequence

from shipconsole.domain.claim import Claim
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.operations.context import Context
from shipconsole.store import claims, drafts, scans
from shipconsole.store.database import Db


def is_others(ctx: Context, claim: Claim | None) -> bool:
    """Return whether another station packs an order, and did so lately; for what is shown."""
    return claim is not None and claim.station != ctx.station and claim.counts(ctx.steady_about_ms(), ctx.claim_stale_s)


def is_others_in(db: Db, ctx: Context, claim: Claim | None) -> bool:
    """Return whether another station packs an order, and did so lately, by the time that all stations share."""
    return claim is not None and claim.station != ctx.station and claim.counts(ctx.steady_ms(db), ctx.claim_stale_s)


def shown(db: Db, ctx: Context, claim: Claim | None) -> Claim | None:
    """Return a claim that began at a time as this station's clock shows it."""
    return claim and claim.model_copy(update={"at_ms": ctx.shown_ms(db, claim.at_ms)})


async def order_opened(ctx: Context, order_id: int | None) -> None:
    """Store which order is open at this station, or that none is, and claim it.

    The order that was open before is no longer claimed, unless it was claimed on purpose. An order that another
    station packs stays claimed by that one.
    """
    await ctx.write(_order_opened, ctx, order_id)


async def order_added(ctx: Context, order_id: int) -> None:
    """Claim an order whose items are put into another order's package, as if it were opened."""
    await ctx.write(_claim_opened, ctx, order_id)


async def orders_left(ctx: Context, order_ids: Sequence[int]) -> None:
    """End what `order_added` claimed, as if the orders were closed."""
    await ctx.write(_orders_left, ctx, order_ids)


async def of_orders(ctx: Context, order_ids: Sequence[int]) -> Mapping[int, Claim | None]:
    """Return the claims of orders, whether or not they still count; None for an order without one."""
    return await ctx.read(_of_orders, ctx, order_ids)


async def claim(ctx: Context, order_ids: Sequence[int]) -> tuple[Claim, ...]:
    """Claim orders on purpose, so that they stay claimed while they are not open; return the claims of others."""
    return await ctx.write(_claim, ctx, order_ids)


async def take_over(ctx: Context, order_id: int) -> None:
    """Claim an order that another station packs; the audit log shows who took it over from whom."""
    await ctx.write(_take_over, ctx, order_id)


async def release(ctx: Context, order_ids: Sequence[int]) -> int:
    """End the claims of orders, also those of other stations; return how many. The latter are in the audit log."""
    return await ctx.write(_release, ctx, order_ids)


def shipped(db: Db, ctx: Context, order: Order) -> None:
    """End the claim of an order that has shipped; where units are left, only this station's, unless it is open here."""
    if not order.left:
        claims.drop(db, order.id)
    elif scans.open_order(db, ctx.station) != order.id:
        claims.drop_own(db, order.id, station=ctx.station)


def resumed(db: Db, ctx: Context, order_id: int) -> None:
    """Claim an order again that is open at this station and has units left again."""
    if scans.open_order(db, ctx.station) == order_id and not is_others_in(db, ctx, claims.of_order(db, order_id)):
        _put(db, ctx, order_id, by_opening=True)


def protects_draft(db: Db, ctx: Context, order_id: int) -> bool:
    """Return whether an order's draft is that of another station, which packs the order."""
    station = drafts.station_of(db, order_id)
    return station not in ("", ctx.station) and is_others_in(db, ctx, claims.of_order(db, order_id))


def worked_on(db: Db, ctx: Context, order_id: int) -> None:
    """Have this station's claim of an order count for longer."""
    claims.renew(db, order_id, station=ctx.station, operator=ctx.operator, steady_ms=ctx.steady_ms(db))


def _of_orders(db: Db, ctx: Context, order_ids: Sequence[int]) -> dict[int, Claim | None]:
    return {order_id: shown(db, ctx, claims.of_order(db, order_id)) for order_id in order_ids}


def _order_opened(db: Db, ctx: Context, order_id: int | None) -> None:
    before = scans.open_order(db, ctx.station)
    if before is not None and before != order_id:
        claims.drop_opened(db, before, station=ctx.station)
    scans.keep_open_order(db, ctx.station, order_id)
    if order_id is not None:
        _claim_opened(db, ctx, order_id)


def _orders_left(db: Db, ctx: Context, order_ids: Sequence[int]) -> None:
    for order_id in order_ids:
        if scans.open_order(db, ctx.station) != order_id:
            claims.drop_opened(db, order_id, station=ctx.station)


def _claim_opened(db: Db, ctx: Context, order_id: int) -> None:
    found = claims.of_order(db, order_id)
    if found is not None and found.station == ctx.station and found.operator == ctx.operator:
        worked_on(db, ctx, order_id)
    elif not is_others_in(db, ctx, found):
        _put(db, ctx, order_id, by_opening=found is None or found.station != ctx.station)


def station_renamed(db: Db, station: str, before: str) -> None:
    """Keep what a station has claimed, typed, and open, under its new name."""
    claims.rename_station(db, before, station)
    drafts.rename_station(db, before, station)
    order_id = scans.open_order(db, before)
    if order_id is not None:
        scans.keep_open_order(db, before, None)
        scans.keep_open_order(db, station, order_id)


def _claim(db: Db, ctx: Context, order_ids: Sequence[int]) -> tuple[Claim, ...]:
    others: list[Claim] = []
    for order_id in order_ids:
        found = claims.of_order(db, order_id)
        if found is not None and is_others_in(db, ctx, found):
            others.append(found)
        elif found is not None and found.station == ctx.station and found.operator == ctx.operator:
            claims.keep(db, order_id, station=ctx.station)
        else:
            _put(db, ctx, order_id, by_opening=False)
    return tuple(claim for other in others if (claim := shown(db, ctx, other)))


def _take_over(db: Db, ctx: Context, order_id: int) -> None:
    found = claims.of_order(db, order_id)
    if _put(db, ctx, order_id, by_opening=True) and found is not None and found.station != ctx.station:
        _record(db, ctx, order_id, ("audit.claim_taken_over", "audit.claim_taken_over_station"), found)


def _release(db: Db, ctx: Context, order_ids: Sequence[int]) -> int:
    count = 0
    for order_id in order_ids:
        found = claims.of_order(db, order_id)
        if found is None:
            continue
        claims.drop(db, order_id)
        count += 1
        if is_others_in(db, ctx, found):
            _record(db, ctx, order_id, ("audit.claim_released", "audit.claim_released_station"), found)
    return count


def _put(db: Db, ctx: Context, order_id: int, *, by_opening: bool) -> bool:
    return claims.put(
        db,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        steady_ms=ctx.steady_ms(db),
        by_opening=by_opening,
    )


def _record(db: Db, ctx: Context, order_id: int, what: tuple[str, str], found: Claim) -> None:
    """Store what was done with another station's claim: the second message is for one without a packer."""
    if found.operator:
        message = Message(what[0], packer=found.operator, station=found.station)
    else:
        message = Message(what[1], station=found.station)
    ctx.record_change(db, order_id, message, "", now_ms=ctx.clock.now_ms())
