"""Stale packages: a package without tracking events for long enough is queried at its platform.

A lost webhook may never be sent again, and without webhooks a platform reports nothing by itself. It is queried slowly:
at most once a minute per connection, less often without new events, and not at all after some months.
"""

import logging
from typing import NamedTuple

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations.connections import leases, senders
from shipconsole.operations.connections.ask_once import outcome_message
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.operations.orders import orders
from shipconsole.operations.tracking import query, record
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.store import connections, package_changes
from shipconsole.store import orders as stored_orders
from shipconsole.store import tracks as stored_tracks
from shipconsole.store.database import Db
from shipconsole.store.tracks import TrackedPackage
from shipconsole.vendors.catalog import VENDORS

BETWEEN_MS = 60_000
BETWEEN_MOST_MS = 3_600_000
DOUBLINGS_MOST = 4
ASKS_MOST = 8
NEVER_MS = 2**62


class Queried(NamedTuple):
    """How many packages of an order were queried, and why a platform had no response."""

    packages: int
    problems: tuple[Message, ...] = ()


_log = logging.getLogger(__name__)


async def run_due(ctx: Context) -> int:
    """Query one package of each connection that is due; return how many were queried."""
    found = await due(ctx)
    held = await leases.take(ctx, "tracking", {connection.id for connection, _ in found})
    mine = [(connection, silent) for connection, silent in found if connection.id in held]
    for connection, silent in mine:
        await _ask(ctx, connection, silent)
    return len(mine)


async def due(ctx: Context) -> tuple[tuple[Connection, TrackedPackage], ...]:
    """Return the next package to query at each connection that is due."""
    return await ctx.read(_due, ctx)


def _due(db: Db, ctx: Context) -> tuple[tuple[Connection, TrackedPackage], ...]:
    now_ms = ctx.shared_ms(db)
    found: list[tuple[Connection, TrackedPackage]] = []
    steady_ms, left = ctx.steady_ms(db), senders.left_to_others(db, ctx)
    for connection in connections.every(db):
        vendor = VENDORS[connection.vendor]
        asks = vendor.tracking is not None or vendor.orders.read_tracks is not None
        is_off = record.checks_after_s(connection) == 0
        if connection.id in left:
            continue
        if not asks or is_off or connection.is_blocked or connection.held_until_ms > steady_ms:
            continue
        at_ms, failures = stored_tracks.last_check(db, connection.id)
        # A clock that was set back must not stop the queries for as long as it went back.
        if 0 <= now_ms - at_ms < min(BETWEEN_MS * 2**failures, BETWEEN_MOST_MS):
            continue
        # A time further ahead than the longest pause was stored under a clock that was ahead.
        longest_ms = record.check_after_ms(connection) * 2**DOUBLINGS_MOST
        silent = stored_tracks.next_to_check(db, connection.id, from_ms=0, to_ms=now_ms) or stored_tracks.next_to_check(
            db, connection.id, from_ms=now_ms + longest_ms + 1, to_ms=NEVER_MS - 1
        )
        if silent is not None:
            found.append((connection, silent))
    return tuple(found)


async def query_order(ctx: Context, order_id: int) -> Queried:
    """Query every platform about the packages of an order that have not arrived, because a person wants to know now."""
    sheet = await orders.sheet(ctx, order_id)
    packages = [
        TrackedPackage(track.tracking_number, track.carrier, sheet.order.id)
        for track in sheet.tracks
        if track.status != "delivered"
    ]
    queried: set[str] = set()
    problems: list[Message] = []
    for connection in (*sheet.targets, *sheet.self_shipping):
        vendor = VENDORS[connection.vendor]
        if vendor.tracking is None and vendor.orders.read_tracks is None:
            continue
        # A platform that ships itself has all packages in its order, which is read once.
        for package in packages if vendor.tracking is not None else packages[:1]:
            queried.add(package.tracking_number)
            message = await _ask(ctx, connection, package, is_scheduled=False)
            if message:
                problems.append(Message("tracking.query_failed", connection=connection.name, message=message))
    return Queried(len(queried), tuple(dict.fromkeys(problems)))


async def _ask(
    ctx: Context, connection: Connection, silent: TrackedPackage, *, is_scheduled: bool = True
) -> Message | str:
    """Query a platform about a package and store the response; return why there was none, empty if there was.

    Only queries that are scheduled make the next ones rarer.
    """
    corrected = await ctx.read(package_changes.replaced, silent.order_id)
    if VENDORS[connection.vendor].is_notified and silent.tracking_number in corrected:
        # Its tracking was edited, or it was voided: no package here has that number any more.
        await ctx.write(stored_tracks.record_check, connection.id, silent.tracking_number, next_check_at_ms=NEVER_MS)
        return ""
    try:
        found = await _answer(ctx, connection, silent)
    except (ValidationFailed, KeyringUnavailable) as failure:
        message, found = str(failure), None
    else:
        message = "" if isinstance(found, RemoteTrack | RemoteOrder) else outcome_message(found)
    if message:
        _log.info("%s could not be queried at %s: %s", silent.tracking_number, connection.name, message)
    known = found if isinstance(found, RemoteTrack | RemoteOrder) else None
    await ctx.write(_note, ctx, connection, silent, known, is_scheduled=is_scheduled)
    if isinstance(found, RemoteOrder):
        await forward.run_due(ctx)
    return message


async def _answer(ctx: Context, connection: Connection, silent: TrackedPackage) -> RemoteTrack | RemoteOrder | Outcome:
    """Return what the platform has about a package; one that ships itself has it in the order."""
    if VENDORS[connection.vendor].tracking is not None:
        return await query.query_package(ctx, connection, silent.tracking_number, silent.carrier)
    links = {link.connection_id: link for link in await ctx.read(stored_orders.links, silent.order_id)}
    link = links.get(connection.id)
    if link is None:
        message = Message("track.order_gone", number=silent.tracking_number)
        raise ValidationFailed(Problem(("connection",), message))
    return await import_orders.fetch_order(ctx, connection, link.remote_id)


def _note(
    db: Db,
    ctx: Context,
    connection: Connection,
    silent: TrackedPackage,
    found: RemoteTrack | RemoteOrder | None,
    *,
    is_scheduled: bool,
) -> None:
    """Store the response and when to query again: later each time that nothing new came."""
    now_ms, shared_ms = ctx.clock.now_ms(), ctx.shared_ms(db)
    _, failures = stored_tracks.last_check(db, connection.id)
    failures = 0 if found is not None else min(failures + 1, 10)
    stored_tracks.put_last_check(db, connection.id, at_ms=shared_ms, failures=failures)
    tracks: tuple[RemoteTrack, ...] = ()
    if isinstance(found, RemoteOrder) and found.is_test:
        forward.decline_test_orders(db, connection, (found,))
    elif isinstance(found, RemoteOrder):
        upsert.upsert_orders(db, connection, (found,), now_ms=now_ms)
        forward.propose(db, connection, silent.order_id, found, confirmed=True, now_ms=now_ms)
        tracks = found.tracks
    elif found is not None:
        tracks = (found.model_copy(update={"tracking_number": silent.tracking_number}),)
    if not tracks and stored_tracks.get(db, connection.id, silent.tracking_number) is None:
        without_events = RemoteTrack(
            tracking_number=silent.tracking_number, message=Message("track.no_events"), document="{}"
        )
        tracks = (without_events.model_copy(update={"carrier": silent.carrier}),)
    for track in tracks:
        record.record_track(db, connection, track, order_id=silent.order_id, now_ms=now_ms)
    stored = stored_tracks.get(db, connection.id, silent.tracking_number)
    if stored is not None and is_scheduled:
        pause_ms = record.check_after_ms(connection) * 2 ** min(stored.checks, DOUBLINGS_MOST)
        next_check_at_ms = shared_ms + pause_ms if stored.checks < ASKS_MOST else NEVER_MS
        stored_tracks.record_check(db, connection.id, silent.tracking_number, next_check_at_ms=next_check_at_ms)
