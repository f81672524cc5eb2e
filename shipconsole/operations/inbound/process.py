"""Processing webhook events: each event is processed once, in whatever order events arrive.

An event is a hint: it says what to query, and what was true when it was written. It overwrites nothing newer, and no
address in it is ever called. Reprocessing it changes nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, sentences, verbatim
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.domain.received_webhook import WebhookEvent
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.webhook_event import (
    EventContent,
    ObjectEvent,
    OrderEvent,
    OrdersEvent,
    PackageEvent,
    ReadWebhookEvent,
    RefreshEvent,
    UnknownEvent,
)
from shipconsole.operations.connections import leases, senders
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import upsert
from shipconsole.operations.inbound import event_messages, lookups, order_events
from shipconsole.operations.sending import followups, verify
from shipconsole.operations.tracking import record
from shipconsole.store import calls, connections, platform_notices, webhook_events
from shipconsole.store import orders as stored_orders
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Webhooks
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Response

TASK: leases.Task = "webhook_events"
MOST = 50
AT_ONCE = 8

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    """An event being processed: what it reports, and what its platform returned when queried.

    `confirmed` means that the platform returned the order itself, `unavailable` is why it did not, `applied` means that
    the event counts unconfirmed; `package` is the package that the platform returned. `notes` are messages that stand
    out, and so is `issue` while its package has it. `waits_for` is the number of an order that is not here yet,
    `unconfirmed_of` the platform's id of an order that does not show the event yet.
    """

    event: WebhookEvent
    connection: Connection
    parsed: ReadWebhookEvent
    orders: Sequence[RemoteOrder] = ()
    package: RemoteTrack | None = None
    confirmed: bool = False
    unavailable: lookups.Reason | None = None
    applied: bool = False
    messages: list[Message] = field(default_factory=list[Message])
    notes: list[Message] = field(default_factory=list[Message])
    issue: Message = NO_MESSAGE
    waits_for: str = ""
    unconfirmed_of: str = ""


async def run_due(ctx: Context) -> int:
    """Process the unprocessed events, oldest first; return how many."""
    done, latest_id = 0, 0
    while (due := await ctx.read(webhook_events.unprocessed, MOST)) and due[0].id > latest_id:
        held = await leases.take(
            ctx, TASK, {event.connection_id for event in due} & {*await connections_with_events(ctx)}
        )
        for event in due:
            if event.connection_id in held:
                await process_one(ctx, event.id)
                done += 1
        latest_id = due[-1].id
    await forward.run_due(ctx)
    return done


async def run_due_of(ctx: Context, connection_id: int) -> int:
    """Process the events of one connection, a few at once and oldest first; return how many.

    Each connection is processed by itself, so that a slow platform delays only its own events, and by one station at a
    time, so that each event is processed once.
    """
    done, latest_id = 0, 0
    connection = (await ctx.read(connections.by_id))[connection_id]
    reader = VENDORS[connection.vendor].webhooks
    while await leases.take(ctx, TASK, (connection_id,)):
        due = await ctx.read(_read_ahead, connection_id, reader, after=latest_id)
        if not due:
            break
        # All of them end before this does, even if one fails: else the next round would start them again.
        processing = (_process_event(ctx, event, connection, parsed) for event, parsed in due)
        for failure in await asyncio.gather(*processing, return_exceptions=True):
            if failure is not None:
                raise failure
        done, latest_id = done + len(due), due[-1][0].id
        await asyncio.sleep(ctx.timings.process_rest_s)
    return done


def _read_ahead(
    db: Db, connection_id: int, reader: Webhooks, *, after: int
) -> list[tuple[WebhookEvent, ReadWebhookEvent | None]]:
    """Parse the next few events on the store's thread, where no window waits; None where parsing failed."""
    found: list[tuple[WebhookEvent, ReadWebhookEvent | None]] = []
    for event in webhook_events.unprocessed_of(db, connection_id, after=after, most=AT_ONCE):
        parsed = None
        # Processing parses it again and reports the failure.
        with contextlib.suppress(Exception):
            parsed = reader.read(event.body) if reader else None
        found.append((event, parsed))
    return found


async def connections_with_events(ctx: Context) -> tuple[int, ...]:
    """Return the ids of connections with unprocessed events that this station processes."""
    return await ctx.read(_with_events, ctx)


def _with_events(db: Db, ctx: Context) -> tuple[int, ...]:
    found = webhook_events.senders(db)
    left = senders.left_to_others(db, ctx) if found else frozenset[int]()
    return tuple(connection_id for connection_id in found if connection_id not in left)


def store_imported(source: str) -> Message:
    """Return that the import of a store is complete, by its name or the platform's id."""
    return Message("webhook.store_read", store=source)


async def process_one(ctx: Context, webhook_event_id: int) -> WebhookEvent:
    """Process or reprocess an event and return it.

    Raises `ValidationFailed` for an unknown id, and `EnvironmentFailure` where the store cannot be used.
    """
    event = await ctx.read(webhook_events.get, webhook_event_id)
    if event is None:
        raise ValidationFailed(Problem(("id",), Message("webhook.unknown", id=webhook_event_id)))
    if await ctx.read(webhook_events.is_removed, webhook_event_id):
        raise ValidationFailed(Problem(("id",), Message("webhook.removed", id=webhook_event_id)))
    known = await ctx.read(connections.every)
    await _process_event(ctx, event, next(connection for connection in known if connection.id == event.connection_id))
    return await ctx.read(webhook_events.get, webhook_event_id) or event


async def _process_event(
    ctx: Context, event: WebhookEvent, connection: Connection, parsed: ReadWebhookEvent | None = None
) -> None:
    reader = VENDORS[connection.vendor].webhooks
    try:
        await _process(ctx, _Work(event, connection, parsed or reader.read(event.body)), reader)
    except EnvironmentFailure:
        raise
    except Exception:  # noqa: BLE001 - one event must not stop the others
        _log.exception("Webhook event %s could not be processed", event.id)
        await _end(ctx, event.id, "failed", Message("webhook.failed"))


async def _process(ctx: Context, work: _Work, reader: Webhooks) -> None:
    work.notes += work.parsed.notes
    match work.parsed.content:
        case UnknownEvent(message=message):
            await _end(ctx, work.event.id, "ignored", message)
            return
        case OrderEvent(order=order) if order.is_test:
            # The tracking numbers of a test order are invented: nothing of it may be stored.
            await _end(ctx, work.event.id, "ignored", forward.TEST_ORDER)
            return
        case OrderEvent(order=order):
            await _fetch_order(ctx, work, order, reader)
            if any(order.is_test for order in work.orders):
                # The webhook did not say so; the platform's order counts, also for packages that were announced before.
                await ctx.write(forward.decline_test_orders, work.connection, work.orders)
                await _end(ctx, work.event.id, "ignored", forward.TEST_ORDER)
                return
        case OrdersEvent(orders=announced):
            work.orders = [await _with_items(ctx, work, announced) for announced in announced]
        case ObjectEvent():
            work.messages.append(await lookups.resource_message(ctx, work.connection, work.parsed.content, reader))
        case PackageEvent(track=track, is_unverified=True):
            found = await lookups.fetch_package(ctx, work.connection, track)
            if isinstance(found, Message):
                work.messages.append(found)
            else:
                work.package = found
        case PackageEvent() | RefreshEvent():
            pass
    to_check = await ctx.write(store_event, ctx, work)
    for call_id in to_check:
        await verify.check_update(ctx, call_id, refreshed=True)
    if isinstance(work.parsed.content, RefreshEvent):
        await followups.after_refresh(ctx, work.connection, work.parsed.content.source_id)
    if isinstance(work.parsed.content, OrderEvent):
        await forward.run_due(ctx)


async def _fetch_order(ctx: Context, work: _Work, announced: RemoteOrder, reader: Webhooks) -> None:
    """Fetch the order; the event counts unconfirmed only where a person chose so and there is no key."""
    found = await lookups.fetch_order(ctx, work.connection, announced)
    if isinstance(found, RemoteOrder):
        work.orders, work.confirmed = (found,), True
        work.notes += reader.warnings(found)
        return
    work.messages.append(found.message)
    work.unavailable = found.reason
    work.applied = found.reason == "no_key" and order_events.accepts_unconfirmed(work.connection)
    work.orders = (announced,) if work.applied else ()


async def _with_items(ctx: Context, work: _Work, announced: RemoteOrder) -> RemoteOrder:
    """Return an order with its items, fetched where only its id was announced."""
    if announced.lines or announced.cancelled:
        return announced
    found = await lookups.fetch_order(ctx, work.connection, announced)
    if isinstance(found, RemoteOrder):
        return found
    work.messages.append(found.message)
    return announced


def store_event(db: Db, ctx: Context, work: _Work) -> tuple[int, ...]:
    """Store what an event reports and that it was processed, in one transaction; return the calls to check now."""
    now_ms = ctx.clock.now_ms()
    to_check: tuple[int, ...] = ()
    order_id: int | None = None
    match work.parsed.content:
        case PackageEvent(track=announced, order_number=number, is_unverified=True) if work.package is None:
            order_id = stored_orders.linked_by_number(db, work.connection.id, number) if number else None
            message = event_messages.of_package(announced, "webhook.package_not_confirmed")
            work.messages.insert(0, message)
            work.waits_for = number if order_id is None else ""
        case PackageEvent(track=announced, order_number=number):
            order_id = _store_package(db, work, work.package or announced, number, now_ms)
        case OrdersEvent():
            _store_orders(db, work, now_ms)
        case RefreshEvent(source_id=source_id):
            to_check = calls.check_now(db, work.connection.id, source_id)
            work.messages.append(Message("webhook.store_read_id", id=source_id))
        case OrderEvent() as event if not work.orders:
            order_id = _store_unconfirmed(db, work, event, now_ms)
        case OrderEvent() as event:
            order_id = _store_order(db, work, event, now_ms)
        case ObjectEvent() | UnknownEvent():
            pass
    _store_notices(db, work, order_id, now_ms)
    return to_check


def _store_package(db: Db, work: _Work, track: RemoteTrack, number: str, now_ms: int) -> int | None:
    """Store a package of the order with a number; return the id of its order."""
    named = _order_named(db, work, track, number)
    order_id = record.record_track(db, work.connection, track, order_id=named, now_ms=now_ms).order_id
    message = event_messages.of_package(track, "webhook.package")
    if track.status == "exception":
        work.issue = sentences(message, *map(verbatim, track.platform_texts))
    else:
        work.messages.insert(0, message)
    work.waits_for = number if order_id is None else ""
    return order_id


def _store_orders(db: Db, work: _Work, now_ms: int) -> None:
    """Store the orders of an event, and say which were imported, left out, or ambiguous."""
    _upsert_orders(db, work, now_ms)
    ambiguous = [order for order in work.orders if upsert.is_ambiguous(db, work.connection, order)]
    work.notes += [event_messages.ambiguous(order, work.connection) for order in ambiguous]
    imported: list[str] = []
    left_out: list[str] = []
    for order in work.orders:
        if order not in ambiguous:
            linked = stored_orders.linked(db, work.connection.id, order.remote_id)
            (imported if linked else left_out).append(order.number)
    work.messages.append(event_messages.of_numbers(imported, "webhook.orders", "webhook.orders_and_more"))
    work.messages.append(
        event_messages.of_numbers(left_out, "webhook.orders_left_out", "webhook.orders_left_out_and_more")
    )


def _order_named(db: Db, work: _Work, track: RemoteTrack, number: str) -> int | None:
    """Return the order that an event names; None, with a note, where its package was shipped for another one."""
    named = stored_orders.linked_by_number(db, work.connection.id, number) if number else None
    if named is None:
        return None
    elsewhere = order_events.packages_of_other_orders(db, (track,), named)
    work.notes += [event_messages.belongs_elsewhere(number, other) for number, other in elsewhere.items()]
    return None if elsewhere else named


def _store_unconfirmed(db: Db, work: _Work, event: OrderEvent, now_ms: int) -> int | None:
    """Store an unconfirmed event as messages, and propose its packages; return the order that it is about."""
    announced, connection = event.order, work.connection
    work.messages.insert(0, event_messages.of_order(announced, event.track, not_confirmed=True))
    order_id = order_events.find_order(db, connection, announced, may_join=work.unavailable == "no_key", now_ms=now_ms)
    if order_id is None:
        if upsert.is_ambiguous(db, connection, announced):
            work.notes.append(event_messages.ambiguous(announced, connection))
        work.waits_for = announced.number
        return None
    work.unconfirmed_of = order_events.schedule_recheck(db, connection, order_id)
    if work.unavailable != "denied" and forward.propose(
        db, connection, order_id, announced, confirmed=False, now_ms=now_ms
    ):
        work.messages.append(forward.NOT_CONFIRMED)
    return order_id


def _store_order(db: Db, work: _Work, event: OrderEvent, now_ms: int) -> int | None:
    """Store the order with its packages, and of the event what is confirmed; return its id here."""
    connection, (order,), track = work.connection, work.orders, event.track
    _upsert_orders(db, work, now_ms)
    linked = stored_orders.linked(db, connection.id, order.remote_id)
    order_id = linked[1] if linked else None
    missing, is_borne_out = event.not_in(order), work.applied or event.is_confirmed_by(order)
    shown = [*order.tracks, *((track,) if track is not None and is_borne_out else ())]
    if work.applied:
        elsewhere = order_events.packages_of_other_orders(db, shown, order_id)
        work.notes += [event_messages.belongs_elsewhere(number, other) for number, other in elsewhere.items()]
        shown = [package for package in shown if package.tracking_number not in elsewhere]
    for package in shown:
        record.record_track(db, connection, package, order_id=order_id, now_ms=now_ms)
    work.messages.insert(0, event_messages.of_order(order, track, not_confirmed=not is_borne_out))
    if missing:
        work.notes.append(forward.missing_packages(connection, missing))
    if order_id is None:
        if upsert.is_ambiguous(db, connection, order):
            work.notes.append(event_messages.ambiguous(order, connection))
        else:
            work.messages.append(Message("webhook.order_not_here", number=order.number, connection=connection.name))
        work.waits_for = order.number
        return None
    if missing or not is_borne_out:
        work.unconfirmed_of = order_events.schedule_recheck(db, connection, order_id)
    numbers = forward.propose(db, connection, order_id, order, confirmed=work.confirmed, now_ms=now_ms)
    if numbers and not work.confirmed:
        work.messages.append(forward.NOT_CONFIRMED)
    return order_id


def _upsert_orders(db: Db, work: _Work, now_ms: int) -> None:
    """Store orders, unless what is stored is newer, or is as new and has more."""
    fresh = [order for order in work.orders if work.confirmed or not _waits_for_sync(db, work.connection, order)]
    is_forwarded = forward.is_forwarded(db, work.connection)
    for order in fresh:
        # Where packages are forwarded, the store's order is expected, and a shipped one waits until it is here.
        with_shipped = work.confirmed and (not is_forwarded or bool(stored_orders.numbered_alike(db, order.number)))
        # This document is no response to our updates, so it is not compared with them.
        upsert.upsert_orders(db, work.connection, (order,), now_ms=now_ms, compares=False, with_shipped=with_shipped)


def _waits_for_sync(db: Db, connection: Connection, order: RemoteOrder) -> bool:
    """Return whether an unconfirmed order is left to a sync: it is older, or its number is ambiguous."""
    return _is_older(db, connection, order) or upsert.is_ambiguous(db, connection, order)


def _is_older(db: Db, connection: Connection, order: RemoteOrder) -> bool:
    linked = stored_orders.linked(db, connection.id, order.remote_id)
    if linked is None or order.changed_at_ms is None:
        return False
    known = VENDORS[connection.vendor].orders.read(Response(200, body=linked[2].encode()))
    if not isinstance(known, RemoteOrder) or known.changed_at_ms is None:
        return False
    return _age(known) > _age(order)


def _age(order: RemoteOrder) -> tuple[int, int, str]:
    return order.changed_at_ms or 0, len(order.document), order.document


def _store_notices(db: Db, work: _Work, order_id: int | None, now_ms: int) -> None:
    """Store the notices of an event, and the event as processed."""
    messages = [message for message in dict.fromkeys(work.messages) if message]
    notes = [message for message in dict.fromkeys(work.notes) if message != work.issue]
    entries = [
        *((message, False, False) for message in messages),
        *(((work.issue, True, True),) if work.issue else ()),
    ]
    entries += [(message, True, False) for message in notes]
    reported = work.parsed.content
    for position, (message, stands_out, is_package_issue) in enumerate(entries):
        platform_notices.put(
            db,
            connection_id=work.connection.id,
            webhook_event_id=work.event.id,
            order_id=order_id,
            kind=_kind_of(reported),
            position=position,
            message=message,
            now_ms=now_ms,
            stands_out=stands_out,
            tracking_number=reported.track.tracking_number.strip() if isinstance(reported, PackageEvent) else "",
            is_package_issue=is_package_issue,
            source_id=reported.source_id if isinstance(reported, RefreshEvent) and not stands_out else "",
        )
    # Reprocessed, an event may have fewer notices: that an order is not here is one only while it is not.
    platform_notices.forget_from(db, work.event.id, len(entries))
    message = sentences(*(message for message, *_ in entries))
    # A duplicate that arrived meanwhile adds nothing, unless the same body can be a new event.
    duplicates = work.event.duplicates if work.parsed.recurs else webhook_events.ANY_COUNT
    waits = {"waits_for": work.waits_for, "unconfirmed_of": work.unconfirmed_of}
    webhook_events.store_result(db, work.event.id, "processed", message, now_ms, duplicates=duplicates, **waits)


def _kind_of(reported: EventContent) -> str:
    match reported:
        case PackageEvent():
            return "package"
        case OrderEvent() | OrdersEvent():
            return "order"
        case RefreshEvent():
            return "refresh"
        case ObjectEvent(kind=kind):
            return kind
        case UnknownEvent():
            return ""


async def _end(ctx: Context, webhook_event_id: int, state: Literal["ignored", "failed"], message: Message) -> None:
    await ctx.write(webhook_events.store_result, webhook_event_id, state, message, ctx.clock.now_ms())
