"""What scanning leaves behind: each scan with its verdict, which carrier was chosen, and which order is open."""

from collections.abc import Sequence

from shipconsole.domain.scan import Scan
from shipconsole.domain.verdict import VerdictKind
from shipconsole.operations.context import Desk
from shipconsole.store import scans


async def note(desk: Desk, order_id: int | None, scan: Scan | None, verdict: VerdictKind, answer: str = "") -> None:
    """Write a scan with its verdict in the audit log, or a person's `answer` to a verdict."""
    await desk.write(
        scans.add,
        order_id,
        station=desk.station,
        operator=desk.operator,
        raw=scan.raw if scan else "",
        kind=scan.kind if scan else "",
        reason=scan.reason if scan else "",
        number=scan.number if scan else "",
        verdict=verdict,
        answer=answer,
        now_ms=desk.clock.now_ms(),
    )


async def chosen_carrier(desk: Desk, order_id: int, carriers: Sequence[str]) -> str:
    """Return which of several carriers was chosen for orders of the same connection, else nothing."""
    return await desk.read(scans.chosen_carrier, order_id, carriers)


async def choose_carrier(desk: Desk, order_id: int, carriers: Sequence[str], carrier: str) -> None:
    """Remember which of several carriers the labels of a connection's orders are of."""
    await desk.write(scans.choose_carrier, order_id, carriers, carrier)


async def open_order(desk: Desk) -> int | None:
    """Return the order that was open here when the window was ended by force."""
    return await desk.read(scans.open_order, desk.station)


async def keep_open_order(desk: Desk, order_id: int | None) -> None:
    """Remember which order is open here, or that none is."""
    await desk.write(scans.keep_open_order, desk.station, order_id)
