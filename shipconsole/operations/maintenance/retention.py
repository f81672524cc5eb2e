"""Retention: what is old goes after some days, a little at a time, and is written to the archive first where chosen.

Webhook bodies, details of ended updates, notices, and finished orders go; names, addresses and scans are blanked
(`maintenance.blanking`). Nothing goes that is unfinished, unknown, or needs attention.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from shipconsole.domain.blanking import blanked_document
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import ages, backups, blanking, left_behind
from shipconsole.station.archive import Archive
from shipconsole.station.settings import Settings
from shipconsole.store import blanking as blanked
from shipconsole.store import removal, webhook_events
from shipconsole.store.blanking import Age, Cursor
from shipconsole.store.database import Db
from shipconsole.store.removal import Details, Waiting

AT_ONCE = 100
ORDERS_AT_ONCE = 5
FIRST_AFTER_S = 60.0
EVERY_S = 3_600.0
REST_S = 0.05
COUNTED_MOST = 100_000
GONE_DAYS = 7
"""A station that has not removed anything for so long no longer does so for the others."""
ANNOUNCED_WITHIN_S = 5.0

_log = logging.getLogger(__name__)


class Rules(NamedTuple):
    """After how many days each kind goes, 0 for never, and where it is archived before, if at all.

    `folder` is the profile's. `is_for_all` is whether this station removes what is old of a database that several
    share: their settings may differ, and what is removed by one is gone for all.
    """

    webhook_days: int = 0
    personal_days: int = 0
    history_days: int = 0
    order_days: int = 0
    archive: Path | None = None
    folder: Path | None = None
    is_for_all: bool = False

    @classmethod
    def of(cls, chosen: Settings, profile_folder: Path) -> "Rules":
        """Return the rules of a station's settings.

        A finished order stays at least as long as its tracking numbers are refused for other packages.
        """
        return cls(
            chosen.webhook_days,
            chosen.personal_days,
            chosen.history_days,
            max(chosen.order_days, chosen.number_reuse_days) if chosen.order_days else 0,
            profile_folder / "archive" if chosen.archive_removed else None,
            profile_folder,
            chosen.removes_old_data,
        )


class Removed(NamedTuple):
    """How much a run removed, or would remove: orders blanked, and rows by kind."""

    blanked: int = 0
    webhook_events: int = 0
    updates: int = 0
    notices: int = 0
    orders: int = 0
    backups: int = 0


async def run(ctx: Context, rules: Callable[[], Rules]) -> None:
    """Remove what is old for as long as this runs; of a database on a server, only at the station that is to do so."""
    # The first minute belongs to the person who opened the window.
    await asyncio.sleep(FIRST_AFTER_S)
    while True:
        try:
            removed = await remove_here(ctx, rules())
        except EnvironmentFailure as error:
            _log.warning("Old data could not be removed: %s", error.message)
        else:
            if any(removed):
                _log.info("Old data was removed: %s", ", ".join(f"{count} {kind}" for kind, count in _named(removed)))
        await asyncio.sleep(EVERY_S)


async def remove_here(ctx: Context, rules: Rules) -> Removed:
    """Remove what this station is to remove: on its own disk, and of the database unless another station does that."""
    removed = await remove_due(ctx, rules) if await ctx.write(_is_cleaner, ctx, rules) else Removed()
    if rules.folder is not None and rules.personal_days:
        dropped = await left_behind.drop_older(ctx, rules.folder, rules.personal_days)
        removed = removed._replace(backups=removed.backups + dropped)
    return removed


async def take_over(ctx: Context) -> None:
    """Have this station remove what is old of a shared database, instead of the one that did so before."""
    if ctx.store.file is None:
        await ctx.write(lambda db: blanked.note_cleaner(db, ctx.station_id, ctx.age_ms(db)))


def announce(ctx: Context) -> None:
    """Store that this station is to remove what is old of a shared database, where none is known to do so.

    So others know it before the first run, which is in a window or `serve`. Waits a few seconds at most, also where
    a standby that must confirm each commit is away; raises `EnvironmentFailure` and `TimeoutError`.
    """
    if ctx.store.file is None and ctx.store.read(blanked.cleaner).result(ANNOUNCED_WITHIN_S) is None:
        ctx.store.write(_announce, ctx).result(ANNOUNCED_WITHIN_S)


def _announce(db: Db, ctx: Context) -> None:
    if blanked.cleaner(db) is None:
        blanked.note_cleaner(db, ctx.station_id, ctx.age_ms(db))


def _is_cleaner(db: Db, ctx: Context, rules: Rules) -> bool:
    """Return whether this station removes what is old, and store that it does; the first one that is to do so counts.

    Another one follows only once that one has not done so for days.
    """
    if ctx.store.file is not None:
        return True
    if not rules.is_for_all:
        return False
    now_ms, known = ctx.age_ms(db), blanked.cleaner(db)
    if known is not None and known.station_id != ctx.station_id and known.at_ms > now_ms - GONE_DAYS * ages.DAY_MS:
        return False
    blanked.note_cleaner(db, ctx.station_id, now_ms)
    return True


async def remove_due(ctx: Context, rules: Rules) -> Removed:
    """Remove all that is old by the rules; return how much.

    Names and addresses first, so that nothing that is archived afterwards has them.
    """
    archive = Archive(rules.archive, ctx.clock.now_ms()) if rules.archive is not None else None
    with_names = not rules.personal_days
    blanked = await blanking.blank_due(ctx, rules.personal_days) if rules.personal_days else 0
    events = await remove_old(ctx, rules.webhook_days, archive, with_names=with_names) if rules.webhook_days else 0
    updates = await _remove_details(ctx, rules.history_days, archive, with_names) if rules.history_days else 0
    notices = await _remove_notices(ctx, rules.history_days, archive) if rules.history_days else 0
    orders = await _remove_orders(ctx, rules.order_days, archive, blanked=not with_names) if rules.order_days else 0
    dropped = await backups.drop_older(ctx, rules.personal_days) if rules.personal_days else 0
    removed = Removed(blanked, events, updates, notices, orders, dropped)
    if any(removed) or rules.personal_days:
        await backups.forget_for_good(ctx)
    return removed


async def due(ctx: Context, rules: Rules) -> Removed:
    """Return what `remove_due` would remove now, each kind counted up to a limit; notices and backups are not."""

    async def before(days: int) -> int:
        return await ages.before_ms_if_run(ctx, days) if days else 0

    found: Waiting = await ctx.read_long(
        removal.waiting,
        order_ms=await before(rules.order_days),
        update_ms=await before(rules.history_days),
        event_ms=await before(rules.webhook_days),
        most=COUNTED_MOST,
    )
    late = await blanking.late(ctx, rules.personal_days, COUNTED_MOST) if rules.personal_days else 0
    return Removed(late, found.webhook_events, found.updates, 0, found.orders)


async def remove_old(ctx: Context, days: int, archive: Archive | None = None, *, with_names: bool = True) -> int:
    """Remove webhook events received and processed more than some days ago; return how many.

    Each transaction removes a few, so that nothing else has to wait for all of them.
    """
    before_ms, removed = await ages.before_ms(ctx, days), 0
    archived: frozenset[int] | None = None
    while True:
        if archive is not None:
            lines = await ctx.read_long(_events, before_ms, with_names)
            await _keep(archive, lines)
            archived = frozenset(line["id"] for line in lines)
        count = await ctx.write(webhook_events.remove_old, before_ms, ctx.clock.now_ms(), AT_ONCE, archived)
        if not count:
            return removed
        removed += count
        await asyncio.sleep(REST_S)


async def _remove_details(ctx: Context, days: int, archive: Archive | None, with_names: bool) -> int:
    before_ms, removed = await ages.before_ms(ctx, days), 0
    while details := await ctx.read_long(_old_details, ctx, before_ms):
        if archive is not None:
            await _keep(archive, await ctx.read_long(_updates, details.call_ids, with_names))
        removed += await ctx.write(_drop_details, ctx, details, days, before_ms)
        await asyncio.sleep(REST_S)
    return removed


async def _remove_notices(ctx: Context, days: int, archive: Archive | None) -> int:
    before_ms, removed, after = await ages.before_ms(ctx, days), 0, 0
    while found := await ctx.read_long(removal.old_notices, after, before_ms, AT_ONCE):
        if archive is not None:
            # The message may quote the platform, and names that no one has to find again.
            await _keep(archive, [{"kind": "notice", **notice._asdict(), "message": ""} for notice in found])
        await ctx.write(removal.drop_notices, [notice.id for notice in found], before_ms)
        removed, after = removed + len(found), found[-1].id
        await asyncio.sleep(REST_S)
    return removed


async def _remove_orders(ctx: Context, days: int, archive: Archive | None, *, blanked: bool) -> int:
    before_ms, removed, cursor = await ages.before_ms(ctx, days), 0, Cursor()
    while found := await ctx.read_long(_old_orders, ctx, days, before_ms, cursor, blanked):
        ids = [order.order_id for order in found]
        if archive is not None:
            await _keep(archive, await ctx.read_long(_orders, ids))
        removed += await ctx.write(_drop_orders, ctx, ids, days, before_ms, blanked)
        cursor = found[-1]
        await asyncio.sleep(REST_S)
    return removed


async def _keep(archive: Archive, lines: Sequence[dict[str, Any]]) -> None:
    if lines:
        await asyncio.to_thread(archive.add, lines)


def _events(db: Db, before_ms: int, with_names: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for id_ in webhook_events.old(db, before_ms, AT_ONCE):
        event = webhook_events.get(db, id_)
        if event is not None:
            body = event.body.decode(errors="replace")
            line = {"kind": "webhook_event", "id": id_, "connection_id": event.connection_id, "state": event.state}
            line |= {"received_at_ms": event.received_at_ms, "sha256": event.sha256}
            found.append(line | {"body": body if with_names else blanked_document(body)})
    return found


def _updates(db: Db, call_ids: Sequence[int], with_names: bool) -> list[dict[str, Any]]:
    return [removal.archived_update(db, call_id, blanked=not with_names) for call_id in call_ids]


def _orders(db: Db, order_ids: Sequence[int]) -> list[dict[str, Any]]:
    return [removal.archived_order(db, order_id) for order_id in order_ids]


def _old_details(db: Db, ctx: Context, before_ms: int) -> Details | None:
    return removal.old_details(db, before_ms, ctx.steady_ms(db), AT_ONCE)


def _drop_details(db: Db, ctx: Context, details: Details, days: int, before_ms: int) -> int:
    age = Age(days, before_ms, ctx.steady_ms(db))
    return removal.drop_details(db, details, age, station=ctx.station, now_ms=ctx.clock.now_ms())


def _old_orders(db: Db, ctx: Context, days: int, before_ms: int, cursor: Cursor, blanked: bool) -> list[Cursor]:
    age = Age(days, before_ms, ctx.steady_ms(db))
    return removal.old_orders(db, age, cursor, ORDERS_AT_ONCE, blanked=blanked)


def _drop_orders(db: Db, ctx: Context, order_ids: Sequence[int], days: int, before_ms: int, blanked: bool) -> int:
    age = Age(days, before_ms, ctx.steady_ms(db))
    return removal.drop_orders(db, order_ids, age, blanked=blanked, station=ctx.station, now_ms=ctx.clock.now_ms())


def _named(removed: Removed) -> list[tuple[str, int]]:
    words = ("orders blanked", "webhooks", "updates' details", "notices", "orders", "backups")
    return [(word, count) for word, count in zip(words, removed, strict=True) if count]
