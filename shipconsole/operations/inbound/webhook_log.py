"""Deliveries for the screen: the webhooks that came, one of them whole, and saved ones brought in."""

from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import item_matching
from shipconsole.operations.inbound import process, receive
from shipconsole.store import orders, platform_notices, store_states, webhook_events
from shipconsole.store.database import Db
from shipconsole.store.forwarding import ForwardReview, Mode, Rule
from shipconsole.store.platform_notices import PlatformNotice
from shipconsole.store.webhook_events import ReceivedWebhook, WebhookEvent
from shipconsole.vendors.catalog import VENDORS

__all__ = [
    "ForwardReview",
    "Mode",
    "PlatformNotice",
    "ReceivedWebhook",
    "Rule",
    "Sender",
    "WebhookEvent",
    "bring_in",
    "contents",
    "news",
    "senders",
    "whole",
]


class Sender(NamedTuple):
    """A connection, and what it has to do with webhooks and with passing packages on.

    It `sends` webhooks; `is_unchecked` says that their signatures are not looked at although there are some. It
    `ships` packages by itself, or `is_told` of ours.
    """

    connection: Connection
    sends: bool
    is_unchecked: bool
    ships: bool
    is_told: bool


async def senders(ctx: Context) -> tuple[Sender, ...]:
    """Every connection, with what it has to do with webhooks."""
    return tuple(_sender(one) for one in await connections.every(ctx))


async def whole(ctx: Context, webhook_event_id: int) -> WebhookEvent | None:
    """One webhook with its body, just as it came."""
    return await ctx.read(webhook_events.get, webhook_event_id)


async def bring_in(ctx: Context, connection: Connection, bodies: Sequence[bytes]) -> tuple[int, int]:
    """Take in saved webhooks and work them off; tell how many were new and how many had come before.

    Raises `ValidationFailed` for one that is none; those before it are in.
    """
    new = known = 0
    for place, body in enumerate(bodies, 1):
        try:
            added = await receive.bring_in(ctx, connection, body)
        except ValidationFailed as refused:
            message = Message("webhook.file", position=place, count=len(bodies), reason=refused.message)
            raise ValidationFailed(Problem(("file",), message)) from refused
        if added.is_duplicate:
            known += 1
        else:
            new += 1
            await process.process_one(ctx, added.id)
    return new, known


async def news(ctx: Context, most: int) -> tuple[PlatformNotice, ...]:
    """What platforms told that no order shows by itself, or that somebody should look into, newest first."""
    told = await ctx.read(platform_notices.latest, most=most)
    shown = [one for one in told if one.stands_out or (one.kind != "parcel" and one.order_id is None)]
    seen = await ctx.read(store_states.every) if any(one.kind == "refresh" for one in shown) else ()
    # A webhook has no more than the shop's id, which tells nobody anything.
    names = {one.source_id: one.name for one in seen if one.name}
    return tuple(
        one._replace(message=process.was_read(names[one.source_id])) if one.source_id in names else one for one in shown
    )


async def contents(ctx: Context, proposals: Sequence[ForwardReview]) -> dict[int, tuple[tuple[str, int | None], ...]]:
    """What is in each proposed package: our SKU, or the platform's id where that is no item of the order; and units."""
    return await ctx.read(_contents, proposals)


def _contents(db: Db, proposals: Sequence[ForwardReview]) -> dict[int, tuple[tuple[str, int | None], ...]]:
    found: dict[int, tuple[tuple[str, int | None], ...]] = {}
    for one in proposals:
        skus = {line.id: line.sku or line.description for line in orders.lines(db, one.order_id)}
        ours = item_matching.lines_for(db, one.order_id, one.connection_id)
        found[one.id] = tuple(
            (skus.get(ours.get(item.remote_id, 0)) or item.remote_id, item.quantity) for item in one.items
        )
    return found


def _sender(connection: Connection) -> Sender:
    vendor = VENDORS[connection.vendor]
    return Sender(
        connection,
        sends=vendor.deliveries is not None,
        is_unchecked=receive.is_unchecked(connection),
        ships=vendor.deliveries is not None and not vendor.is_told,
        is_told=vendor.is_told,
    )
