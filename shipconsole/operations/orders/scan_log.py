"""What scanning leaves behind: each scan with its verdict, which carrier was chosen, and which order is open."""

from collections.abc import Sequence

from shipconsole.domain.scan import Scan
from shipconsole.domain.verdict import VerdictKind
from shipconsole.operations.context import Context
from shipconsole.store import scans


async def note(ctx: Context, order_id: int | None, scan: Scan | None, verdict: VerdictKind, answer: str = "") -> None:
    """Write a scan with its verdict in the audit log, or a person's `answer` to a verdict."""
    await ctx.write(
        scans.add,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        raw=scan.raw if scan else "",
        kind=scan.kind if scan else "",
        reason=scan.reason if scan else "",
        number=scan.number if scan else "",
        verdict=verdict,
        answer=answer,
        now_ms=ctx.clock.now_ms(),
    )


async def chosen_carrier(ctx: Context, order_id: int, carriers: Sequence[str]) -> str:
    """Return which of several carriers was chosen for orders of the same connection, else nothing."""
    return await ctx.read(scans.chosen_carrier, order_id, carriers)


async def choose_carrier(ctx: Context, order_id: int, carriers: Sequence[str], carrier: str) -> None:
    """Remember which of several carriers the labels of a connection's orders are of."""
    await ctx.write(scans.choose_carrier, order_id, carriers, carrier)


async def open_order(ctx: Context) -> int | None:
    """Return the order that was open here when the window was ended by force."""
    return await ctx.read(scans.open_order, ctx.station)


async def keep_open_order(ctx: Context, order_id: int | None) -> None:
    """Remember which order is open here, or that none is."""
    await ctx.write(scans.keep_open_order, ctx.station, order_id)
