"""The webhook log: received events, one event with its body, and events imported from files."""

from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain.connection import Connection
from shipconsole.domain.forwarding import ForwardReview
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.received_webhook import PlatformNotice, WebhookEvent
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import item_matching
from shipconsole.operations.inbound import process, receive
from shipconsole.store import orders, platform_notices, store_states, webhook_events
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS

__all__ = [
    "WebhookConnection",
    "event",
    "import_events",
    "notices",
    "package_contents",
    "webhook_connections",
]


class WebhookConnection(NamedTuple):
    """A connection with its part in webhooks and forwarding.

    `is_unchecked` means that their signatures are not verified although there are some. It `ships`
    packages itself, or `is_told` of ours.
    """

    connection: Connection
    is_unchecked: bool
    ships: bool
    is_told: bool


async def webhook_connections(ctx: Context) -> tuple[WebhookConnection, ...]:
    """Return every connection with its part in webhooks."""
    return tuple(_sender(connection) for connection in await connections.every(ctx))


async def event(ctx: Context, webhook_event_id: int) -> WebhookEvent | None:
    """Return one webhook event with its body as received."""
    return await ctx.read(webhook_events.get, webhook_event_id)


async def import_events(ctx: Context, connection: Connection, bodies: Sequence[bytes]) -> tuple[int, int]:
    """Import and process saved events; return how many were new and how many had been received before.

    Raises `ValidationFailed` for an invalid one; those before it are stored.
    """
    new = known = 0
    for position, body in enumerate(bodies, 1):
        try:
            added = await receive.import_event(ctx, connection, body)
        except ValidationFailed as refused:
            message = Message("webhook.file", position=position, count=len(bodies), reason=refused.message)
            raise ValidationFailed(Problem(("file",), message)) from refused
        if added.is_duplicate:
            known += 1
        else:
            new += 1
            await process.process_one(ctx, added.id)
    return new, known


async def notices(ctx: Context, most: int) -> tuple[PlatformNotice, ...]:
    """Return what platforms reported that no order shows by itself or that needs attention, newest first."""
    stored = await ctx.read(platform_notices.latest, most=most)
    shown = [notice for notice in stored if notice.stands_out or (notice.kind != "package" and notice.order_id is None)]
    seen = await ctx.read(store_states.every) if any(notice.kind == "refresh" for notice in shown) else ()
    # A webhook contains only the store's id, which means nothing to a person.
    names = {notice.source_id: notice.name for notice in seen if notice.name}
    return tuple(
        notice._replace(message=process.store_imported(names[notice.source_id]))
        if notice.source_id in names
        else notice
        for notice in shown
    )


async def package_contents(
    ctx: Context, proposals: Sequence[ForwardReview]
) -> dict[int, tuple[tuple[str, int | None], ...]]:
    """Return each proposed package's contents: our SKU, or the platform's id for an unknown item, and units."""
    return await ctx.read(_contents, proposals)


def _contents(db: Db, proposals: Sequence[ForwardReview]) -> dict[int, tuple[tuple[str, int | None], ...]]:
    found: dict[int, tuple[tuple[str, int | None], ...]] = {}
    for proposal in proposals:
        skus = {line.id: line.sku or line.description for line in orders.lines(db, proposal.order_id)}
        ours = item_matching.lines_by_remote_id(db, proposal.order_id, proposal.connection_id)
        found[proposal.id] = tuple(
            (skus.get(ours.get(item.remote_id, 0)) or item.remote_id, item.quantity) for item in proposal.items
        )
    return found


def _sender(connection: Connection) -> WebhookConnection:
    vendor = VENDORS[connection.vendor]
    return WebhookConnection(
        connection,
        is_unchecked=receive.skips_verification(connection),
        ships=not vendor.is_notified,
        is_told=vendor.is_notified,
    )
