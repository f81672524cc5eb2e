"""Shipping by itself: an order that is packed completely ships without a command, after a countdown.

The shipment is stored at once, and its updates wait until the program that counts releases them. No other program does,
and nothing that ends that program: after a crash, a restart, or while the computer slept, a person decides.
"""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from shipconsole.domain.by_itself import PackageLabel, PackedOrder, reason_to_wait
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.operations.context import Context
from shipconsole.operations.orders import remarks
from shipconsole.operations.orders import scan as scanning
from shipconsole.operations.orders.claims import is_others_in
from shipconsole.operations.orders.orders import read_sheet
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.shipping.plan import PlannedUpdate
from shipconsole.operations.shipping.ship import Shipped, preview_in, ship_in, undo_window_s
from shipconsole.store import calls, drafts, orders
from shipconsole.store.database import Db

TICK_S = 0.25
SHOWN_MOST_S = 1.0
"""A longer pause of the program counts as this long: the countdown is visible for all of its time."""
STALLED_S = 10.0
APART_S = 1.0
"""Clocks that move apart by more show that the computer slept, or that somebody set the time."""


@dataclass(frozen=True, slots=True)
class CountingDown:
    """A stored shipment whose updates are released at the end of a countdown, by `count_down`."""

    shipped: Shipped
    window_s: float


async def ship_by_itself(
    ctx: Context, order_id: int, draft: ShipmentDraft, *, seen: Order, has_open_verdict: bool
) -> CountingDown | Message:
    """Store the shipment of an order that is packed completely, or return why a person has to command it.

    `seen` is the order as it was packed. Every condition is checked in the transaction that stores the shipment. The
    caller begins `count_down` at once.
    """
    return await ctx.write(_ship, ctx, order_id, draft, seen, has_open_verdict)


async def count_down(ctx: Context, shipment_id: int, window_s: float) -> bool:
    """Wait for the end of the countdown, then release the updates of the shipment; return whether that was done.

    They are left to a person if the program stood still, the computer slept, or somebody set the clock. A shipment that
    was undone meanwhile has nothing to release.
    """
    loop = asyncio.get_running_loop()
    watch = Watch(window_s, _times(ctx, loop))
    while watch.left_s > 0 and not watch.is_interrupted:
        await asyncio.sleep(min(TICK_S, watch.left_s))
        watch.note(_times(ctx, loop))
    if watch.is_interrupted:
        await ctx.write(_leave_to_person, ctx, shipment_id)
        return False
    return await ctx.write(calls.release_counted_down, shipment_id, now_ms=ctx.clock.now_ms()) > 0


class Times(NamedTuple):
    """The same moment by three clocks, in seconds: the wall's, one that counts sleep, and one that may not."""

    wall_s: float
    steady_s: float
    awake_s: float


class Watch:
    """A countdown that only runs while the program does, and notices when it did not."""

    def __init__(self, window_s: float, now: Times) -> None:
        """Begin to count."""
        self.left_s = window_s
        self.is_interrupted = False
        self._first = self._last = now

    def note(self, now: Times) -> None:
        """Count the time since the last note."""
        first, passed_s = self._first, now.awake_s - self._last.awake_s
        awake_s, steady_s = now.awake_s - first.awake_s, now.steady_s - first.steady_s
        slept = steady_s - awake_s > APART_S
        is_set = abs(now.wall_s - first.wall_s - steady_s) > APART_S
        self.is_interrupted = self.is_interrupted or slept or is_set or passed_s > STALLED_S
        self.left_s -= min(passed_s, SHOWN_MOST_S)
        self._last = now


def _times(ctx: Context, loop: asyncio.AbstractEventLoop) -> Times:
    return Times(ctx.clock.now_ms() / 1_000, ctx.clock.monotonic_s(), loop.time())


def _ship(
    db: Db, ctx: Context, order_id: int, draft: ShipmentDraft, seen: Order, has_open_verdict: bool
) -> CountingDown | Message:
    order = orders.get(db, order_id)
    planned: tuple[PlannedUpdate, ...] = ()
    problems: tuple[Message, ...] = ()
    try:
        planned = preview_in(db, ctx, order_id, draft)
    except ValidationFailed as refused:
        problems = tuple(problem.message for problem in refused.problems)
    sheet = read_sheet(db, order_id)
    silent = [circuit_breaker.is_open(ctx, update.connection) for update in planned]
    packed = PackedOrder(
        order=order,
        seen=seen,
        draft=draft,
        labels=tuple(_label(db, ctx, order_id, package) for package in draft.packages),
        has_open_verdict=has_open_verdict,
        is_change_unseen=sheet.unseen_change is not None,
        problems=problems,
        warnings=remarks.warnings_of(sheet),
        left_out=tuple(dict.fromkeys(update.connection.name for update in planned if update.request.warnings)),
        is_offline=bool(silent) and all(silent),
        claimed_by=sheet.claim.station if sheet.claim is not None and is_others_in(db, ctx, sheet.claim) else "",
    )
    reason = reason_to_wait(packed)
    if reason is not None:
        return reason
    window_s = max(ctx.timings.countdown_least_s, *(undo_window_s(ctx, update.connection) for update in planned))
    shipped = ship_in(db, ctx, order_id, draft, countdown_s=window_s)
    drafts.drop(db, order_id)
    ctx.record_change(db, order_id, Message("audit.shipped_by_itself"), "", now_ms=ctx.clock.now_ms())
    return CountingDown(shipped, window_s)


def _label(db: Db, ctx: Context, order_id: int, package: PackageDraft) -> PackageLabel:
    if not package.raw_scan:
        return PackageLabel(is_scanned=False, is_expected=False)
    return PackageLabel(is_expected=_is_expected(scanning.read_label(db, ctx, order_id, package.raw_scan)))


def _is_expected(scan: Scan) -> bool:
    return scan.kind == "tracking" and (scan.certain or scan.reason in (ScanReason.LABEL, ScanReason.LISTED_CARRIER))


def _leave_to_person(db: Db, ctx: Context, shipment_id: int) -> None:
    for call_id in calls.counting_down(db, shipment_id):
        calls.leave_to_person(db, call_id, Message("update.countdown_ended"), now_ms=ctx.clock.now_ms())
