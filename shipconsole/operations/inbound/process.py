"""Digesting: what a platform told by itself is worked off, once and in whatever order it came.

A webhook is a hint: it says where to look, and what was true when it was written. It undoes nothing that is newer, and
no address in it is ever called. Worked off again it changes nothing.
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
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.webhook_event import (
    Delivered,
    News,
    NothingKnown,
    OrderNews,
    OrdersNews,
    PackageNews,
    RefreshNews,
    ThingNews,
)
from shipconsole.operations.connections.ask_once import words_of
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import upsert
from shipconsole.operations.inbound import order_events, things
from shipconsole.operations.sending import followups, verify
from shipconsole.operations.tracking import query, record
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.store import calls, connections, news, webhook_events
from shipconsole.store import orders as stored_orders
from shipconsole.store.database import Db
from shipconsole.store.webhook_events import Delivery
from shipconsole.vendors.adapter import Webhooks
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Response

MOST = 50
AT_ONCE = 8
LISTED = 10

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    """A delivery being worked off: what it says, and what its platform said when it was asked.

    `confirmed` says that the platform gave the order itself, `not_had` why it did not, `applied` that what was told
    counts all the same; `package` is the one that it gave. `doubts` are kept in words that stand out, and so is
    `trouble` as long as its package is in it. `waits_for` is the number of an order that is not here yet,
    `unconfirmed_of` the platform's id of one that does not show yet what was told.
    """

    delivery: Delivery
    connection: Connection
    said: Delivered
    orders: Sequence[RemoteOrder] = ()
    parcel: RemoteTrack | None = None
    confirmed: bool = False
    not_had: order_events.Reason | None = None
    applied: bool = False
    messages: list[Message] = field(default_factory=list[Message])
    doubts: list[Message] = field(default_factory=list[Message])
    trouble: Message = NO_MESSAGE
    waits_for: str = ""
    unconfirmed_of: str = ""


async def run_due(ctx: Context) -> int:
    """Work off what came and nobody worked off yet, the first that came first; tell how many."""
    done, latest_id = 0, 0
    while (due := await ctx.read(webhook_events.new, MOST)) and due[0].id > latest_id:
        for delivery in due:
            await process_one(ctx, delivery.id)
        done, latest_id = done + len(due), due[-1].id
    await forward.run_due(ctx)
    return done


async def run_due_of(ctx: Context, connection_id: int) -> int:
    """Work off what came from one connection, a few at once and the first that came first; tell how many.

    Each connection by itself, so that a platform that answers late holds up its own alone.
    """
    done, latest_id = 0, 0
    connection = next(one for one in await ctx.read(connections.every) if one.id == connection_id)
    reader = VENDORS[connection.vendor].webhooks
    while due := await ctx.read(_read_ahead, connection_id, reader, after=latest_id):
        # All of them end before this does, whatever becomes of one: else the next round would begin them again.
        works = (_work_off(ctx, one, connection, said) for one, said in due)
        for trouble in await asyncio.gather(*works, return_exceptions=True):
            if trouble is not None:
                raise trouble
        done, latest_id = done + len(due), due[-1][0].id
        await asyncio.sleep(ctx.timings.process_rest_s)
    return done


def _read_ahead(db: Db, connection_id: int, reader: Webhooks, *, after: int) -> list[tuple[Delivery, Delivered | None]]:
    """The next few, read on the store's thread, where it keeps no window waiting; None where that failed."""
    found: list[tuple[Delivery, Delivered | None]] = []
    for one in webhook_events.new_of(db, connection_id, after=after, most=AT_ONCE):
        said = None
        # Whoever works it off reads it again then, and says so.
        with contextlib.suppress(Exception):
            said = reader.read(one.body)
        found.append((one, said))
    return found


async def senders(ctx: Context) -> tuple[int, ...]:
    """The connections of which something came that nobody worked off yet."""
    return await ctx.read(webhook_events.senders)


def was_read(source: str) -> Message:
    """Return that a store was read to the end, by its name or by the platform's id, which is all a webhook has."""
    return Message("webhook.store_read", store=source)


async def process_one(ctx: Context, delivery_id: int) -> Delivery:
    """Work a delivery off, again where it was before; give it as it stands then.

    Raises `ValidationFailed` where there is none of that id, and `EnvironmentFailure` where the store cannot be used.
    """
    delivery = await ctx.read(webhook_events.get, delivery_id)
    if delivery is None:
        raise ValidationFailed(Problem(("id",), Message("webhook.unknown", id=delivery_id)))
    if await ctx.read(webhook_events.is_removed, delivery_id):
        raise ValidationFailed(Problem(("id",), Message("webhook.removed", id=delivery_id)))
    known = await ctx.read(connections.every)
    await _work_off(ctx, delivery, next(one for one in known if one.id == delivery.connection_id))
    return await ctx.read(webhook_events.get, delivery_id) or delivery


async def _work_off(ctx: Context, delivery: Delivery, connection: Connection, said: Delivered | None = None) -> None:
    reader = VENDORS[connection.vendor].webhooks
    try:
        await _process(ctx, _Work(delivery, connection, said or reader.read(delivery.body)), reader)
    except EnvironmentFailure:
        raise
    except Exception:  # noqa: BLE001 - whatever it was, it must not keep the others back
        _log.exception("Delivery %s could not be worked off", delivery.id)
        await _end(ctx, delivery.id, "failed", Message("webhook.failed"))


async def _process(ctx: Context, work: _Work, reader: Webhooks) -> None:
    work.doubts += work.said.notes
    match work.said.news:
        case NothingKnown(message=message):
            await _end(ctx, work.delivery.id, "ignored", message)
            return
        case OrderNews(order=order) if order.is_test:
            # Numbers of a test order are invented: nothing of it may be taken for real.
            await _end(ctx, work.delivery.id, "ignored", forward.TEST_ORDER)
            return
        case OrderNews(order=order):
            await _ask_for_order(ctx, work, order, reader)
            if any(one.is_test for one in work.orders):
                # The webhook hid it; what the vendor has counts, also for parcels that were told of before.
                await ctx.write(forward.forget_test, work.connection, work.orders)
                await _end(ctx, work.delivery.id, "ignored", forward.TEST_ORDER)
                return
        case OrdersNews(orders=told):
            work.orders = [await _whole(ctx, work, one) for one in told]
        case ThingNews():
            work.messages.append(await things.became_of(ctx, work.connection, work.said.news, reader))
        case PackageNews(track=track, is_hint=True):
            work.parcel = await _asked_for_parcel(ctx, work, track)
        case PackageNews() | RefreshNews():
            pass
    to_look_at = await ctx.write(_store, ctx, work)
    for call_id in to_look_at:
        await verify.look_into(ctx, call_id, refreshed=True)
    if isinstance(work.said.news, RefreshNews):
        await followups.after_refresh(ctx, work.connection, work.said.news.source_id)
    if isinstance(work.said.news, OrderNews):
        await forward.run_due(ctx)


async def _ask_for_order(ctx: Context, work: _Work, told: RemoteOrder, reader: Webhooks) -> None:
    """Take the order as its platform has it; what was told counts only where a person said so and no key is here."""
    found = await order_events.asked(ctx, work.connection, told)
    if isinstance(found, RemoteOrder):
        work.orders, work.confirmed = (found,), True
        work.doubts += reader.warnings(found)
        return
    work.messages.append(found.message)
    work.not_had = found.reason
    work.applied = found.reason == "no_key" and order_events.are_applied_without_key(work.connection)
    work.orders = (told,) if work.applied else ()


async def _whole(ctx: Context, work: _Work, told: RemoteOrder) -> RemoteOrder:
    """An order with its lines, where only its id was told."""
    if told.lines or told.cancelled:
        return told
    found = await order_events.asked(ctx, work.connection, told)
    if isinstance(found, RemoteOrder):
        return found
    work.messages.append(found.message)
    return told


async def _asked_for_parcel(ctx: Context, work: _Work, told: RemoteTrack) -> RemoteTrack | None:
    """A package as its platform has it; None where that cannot be had, and then nothing of the hint is believed."""
    number = told.tracking_number
    try:
        found = await query.ask(ctx, work.connection, number, told.carrier)
    except ValidationFailed as refused:
        work.messages.append(Message("webhook.package_not_requested", number=number, reason=refused.message))
    except KeyringUnavailable as unavailable:
        work.messages.append(Message("webhook.package_not_requested", number=number, reason=unavailable.message))
    else:
        if isinstance(found, RemoteTrack):
            return found.model_copy(update={"tracking_number": number, "carrier": found.carrier or told.carrier})
        work.messages.append(Message("webhook.package_unavailable", number=number, reason=words_of(found)))
    return None


def _store(db: Db, ctx: Context, work: _Work) -> tuple[int, ...]:
    """Store what a delivery says and that it was worked off, both or neither; tell which calls can be decided now."""
    now_ms = ctx.clock.now_ms()
    to_look_at: tuple[int, ...] = ()
    order_id: int | None = None
    match work.said.news:
        case PackageNews(track=told, order_number=number, is_hint=True) if work.parcel is None:
            order_id = stored_orders.linked_by_number(db, work.connection.id, number) if number else None
            work.messages.insert(
                0, Message("webhook.package_not_confirmed", number=told.tracking_number, status=told.message)
            )
            work.waits_for = number if order_id is None else ""
        case PackageNews(track=told, order_number=number):
            track = work.parcel or told
            named = _order_named(db, work, track, number)
            taken = record.take_in(db, work.connection, track, order_id=named, now_ms=now_ms)
            order_id = taken.order_id
            if track.status == "exception":
                work.trouble = sentences(
                    Message("webhook.package", number=track.tracking_number, status=track.message),
                    *map(verbatim, track.said),
                )
            else:
                work.messages.insert(0, Message("webhook.package", number=track.tracking_number, status=track.message))
            work.waits_for = number if order_id is None else ""
        case OrdersNews():
            _take_in(db, work, now_ms)
            waiting = [one for one in work.orders if upsert.is_ambiguous(db, work.connection, one)]
            work.doubts += [_ambiguous(one, work.connection) for one in waiting]
            told = [one for one in work.orders if one not in waiting]
            known = [one.number for one in told if stored_orders.linked(db, work.connection.id, one.remote_id)]
            others = [one.number for one in told if one.number not in known]
            work.messages += [_listed("webhook.orders", known)] if known else []
            work.messages += [_listed("webhook.orders_left_out", others)] if others else []
        case RefreshNews(source_id=source_id):
            to_look_at = calls.look_now(db, work.connection.id, source_id)
            work.messages.append(Message("webhook.store_read_id", id=source_id))
        case OrderNews() as event if not work.orders:
            order_id = _keep_unconfirmed(db, work, event, now_ms)
        case OrderNews() as event:
            order_id = _take_order_in(db, work, event, now_ms)
        case ThingNews() | NothingKnown():
            pass
    _tell(db, work, order_id, now_ms)
    return to_look_at


def _listed(message_id: str, numbers: Sequence[str]) -> Message:
    shown = (*numbers[:LISTED], "…") if len(numbers) > LISTED else tuple(numbers)
    return Message(message_id, count=len(numbers), numbers=shown)


def _order_named(db: Db, work: _Work, track: RemoteTrack, number: str) -> int | None:
    """Return the order that an event names; None, and a doubt, where its package left here for another one."""
    named = stored_orders.linked_by_number(db, work.connection.id, number) if number else None
    if named is None:
        return None
    strangers = order_events.of_another_order(db, (track,), named)
    work.doubts += [_is_a_strangers(number, other) for number, other in strangers.items()]
    return None if strangers else named


def _is_a_strangers(tracking_number: str, other: str) -> Message:
    return Message("webhook.other_order", number=tracking_number, other=other)


def _keep_unconfirmed(db: Db, work: _Work, event: OrderNews, now_ms: int) -> int | None:
    """Keep in words what was told, and have a person asked where a rule says so; tell the order it would be about."""
    told, connection = event.order, work.connection
    work.messages.insert(0, _words_of(told, event.track, not_confirmed=True))
    order_id = order_events.order_of(db, connection, told, may_join=work.not_had == "no_key", now_ms=now_ms)
    if order_id is None:
        if upsert.is_ambiguous(db, connection, told):
            work.doubts.append(_ambiguous(told, connection))
        work.waits_for = told.number
        return None
    work.unconfirmed_of = order_events.ask_again(db, connection, order_id)
    if work.not_had != "denied" and forward.propose(db, connection, order_id, told, confirmed=False, now_ms=now_ms):
        work.messages.append(forward.NOT_CONFIRMED)
    return order_id


def _take_order_in(db: Db, work: _Work, event: OrderNews, now_ms: int) -> int | None:
    """Store the order with its packages, and of the event what its platform bears out; tell which order it is here."""
    connection, (order,), track = work.connection, work.orders, event.track
    _take_in(db, work, now_ms)
    linked = stored_orders.linked(db, connection.id, order.remote_id)
    order_id = linked[1] if linked else None
    missing, is_borne_out = event.not_in(order), work.applied or event.is_borne_out_by(order)
    shown = [*order.tracks, *((track,) if track is not None and is_borne_out else ())]
    if work.applied:
        strangers = order_events.of_another_order(db, shown, order_id)
        work.doubts += [_is_a_strangers(number, other) for number, other in strangers.items()]
        shown = [one for one in shown if one.tracking_number not in strangers]
    for one in shown:
        record.take_in(db, connection, one, order_id=order_id, now_ms=now_ms)
    work.messages.insert(0, _words_of(order, track, not_confirmed=not is_borne_out))
    if missing:
        work.doubts.append(forward.not_shown(connection, missing))
    if order_id is None:
        if upsert.is_ambiguous(db, connection, order):
            work.doubts.append(_ambiguous(order, connection))
        else:
            work.messages.append(Message("webhook.order_not_here", number=order.number, connection=connection.name))
        work.waits_for = order.number
        return None
    if missing or not is_borne_out:
        work.unconfirmed_of = order_events.ask_again(db, connection, order_id)
    numbers = forward.propose(db, connection, order_id, order, confirmed=work.confirmed, now_ms=now_ms)
    if numbers and not work.confirmed:
        work.messages.append(forward.NOT_CONFIRMED)
    return order_id


def _take_in(db: Db, work: _Work, now_ms: int) -> None:
    """Store orders, unless what is known of them is newer than what was told, or says more at the same time."""
    fresh = [one for one in work.orders if work.confirmed or not _waits(db, work.connection, one)]
    is_forwarded = forward.is_on(db, work.connection)
    for one in fresh:
        # Where its packages are forwarded, a shop's order is expected, and what has shipped waits for its number.
        comes_shipped = work.confirmed and (not is_forwarded or bool(stored_orders.numbered_alike(db, one.number)))
        # It was not asked what became of our calls, so that nothing is compared with them.
        upsert.take_in(db, work.connection, (one,), now_ms=now_ms, compares=False, with_shipped=comes_shipped)


def _waits(db: Db, connection: Connection, order: RemoteOrder) -> bool:
    """Whether an order that was told and not confirmed is left to a sync: it is older, or may be any of its number."""
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


def _ambiguous(order: RemoteOrder, connection: Connection) -> Message:
    """Say that an order is not taken for the one here that has its number."""
    return Message("webhook.ambiguous", number=order.number, connection=connection.name)


def _words_of(order: RemoteOrder, track: RemoteTrack | None, *, not_confirmed: bool = False) -> Message:
    if track is None:
        about = {"number": order.number}
        status = verbatim(order.status.replace("_", " ")) or Message("webhook.changed")
        return Message("webhook.order_not_confirmed" if not_confirmed else "webhook.order", **about, status=status)
    about = {"number": order.number, "package": track.tracking_number}
    known = "webhook.order_package_not_confirmed" if not_confirmed else "webhook.order_package"
    return Message(known, **about, status=track.message)


def _tell(db: Db, work: _Work, order_id: int | None, now_ms: int) -> None:
    """Write down what a delivery did, for the lists and with itself."""
    said = [message for message in dict.fromkeys(work.messages) if message]
    doubts = [message for message in dict.fromkeys(work.doubts) if message != work.trouble]
    told = [*((one, False, False) for one in said), *(((work.trouble, True, True),) if work.trouble else ())]
    told += [(one, True, False) for one in doubts]
    what = work.said.news
    for position, (message, stands_out, is_trouble) in enumerate(told):
        news.put(
            db,
            connection_id=work.connection.id,
            delivery_id=work.delivery.id,
            order_id=order_id,
            kind=_kind_of(what),
            position=position,
            message=message,
            now_ms=now_ms,
            stands_out=stands_out,
            tracking_number=what.track.tracking_number.strip() if isinstance(what, PackageNews) else "",
            is_trouble=is_trouble,
            source_id=what.source_id if isinstance(what, RefreshNews) and not stands_out else "",
        )
    # Worked off again it may say less: that an order is not here, as long as it is not.
    news.forget_from(db, work.delivery.id, len(told))
    message = sentences(*(one for one, *_ in told))
    # A twin that came meanwhile tells nothing new, unless the same words may be about something new.
    duplicates = work.delivery.duplicates if work.said.recurs else webhook_events.NO_MATTER
    waits = {"waits_for": work.waits_for, "unconfirmed_of": work.unconfirmed_of}
    webhook_events.processed(db, work.delivery.id, "processed", message, now_ms, duplicates=duplicates, **waits)


def _kind_of(said: News) -> str:
    match said:
        case PackageNews():
            return "parcel"
        case OrderNews() | OrdersNews():
            return "order"
        case RefreshNews():
            return "refresh"
        case ThingNews(kind=kind):
            return kind
        case NothingKnown():
            return ""


async def _end(ctx: Context, delivery_id: int, state: Literal["ignored", "failed"], message: Message) -> None:
    await ctx.write(webhook_events.processed, delivery_id, state, message, ctx.clock.now_ms())
