"""Webhook subscriptions: listing, registering, changing, and removing the URLs that a platform calls."""

from urllib.parse import urlsplit

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.webhook_event import Webhook
from shipconsole.operations.connections.ask_once import send_once
from shipconsole.operations.context import Context
from shipconsole.vendors.adapter import WebhookRegistration, WebhookRegistry
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop

NAME = "Shipconsole"


def available_events(connection: Connection) -> tuple[str, ...]:
    """Return the events that the connection's platform can send; empty where none can be registered."""
    registration = VENDORS[connection.vendor].webhooks.registration
    return registration.events if registration else ()


async def every(ctx: Context, connection: Connection) -> tuple[Webhook, ...] | Outcome:
    """Return the webhooks of the connection's account; raise `ValidationFailed` where they cannot be listed."""
    registry = _registry(connection)
    answer = await send_once(ctx, connection, registry.list_all())
    return await off_loop(registry.read, answer) if isinstance(answer, Response) else answer


async def register(ctx: Context, connection: Connection, event: str, url: str) -> Webhook | Outcome:
    """Register a URL for an event.

    Raises `ValidationFailed` for an event that the platform does not offer and for an invalid URL.
    """
    webhooks = _webhooks(connection)
    problems = _problems_with_url(url)
    if event not in webhooks.events:
        title, listed = VENDORS[connection.vendor].title, tuple(webhooks.events)
        problems.insert(
            0, Problem(("event",), Message("webhooks.unknown_event", platform=title, event=event, listed=listed))
        )
    if problems:
        raise ValidationFailed(*problems)
    request = webhooks.register(event, url, NAME)
    answer = await send_once(ctx, connection, request)
    return await off_loop(webhooks.read_registered, request, answer) if isinstance(answer, Response) else answer


async def change(ctx: Context, connection: Connection, webhook_id: str, url: str) -> Outcome:
    """Give a webhook another URL; raise what `every` and `register` raise."""
    registry = _registry(connection)
    if problems := [*_problems_with_id(webhook_id), *_problems_with_url(url)]:
        raise ValidationFailed(*problems)
    answer = await send_once(ctx, connection, registry.change(webhook_id.strip(), url))
    return await off_loop(registry.read_done, answer) if isinstance(answer, Response) else answer


async def remove(ctx: Context, connection: Connection, webhook_id: str) -> Outcome:
    """Remove a webhook; raise what `every` raises."""
    registry = _registry(connection)
    if problems := _problems_with_id(webhook_id):
        raise ValidationFailed(*problems)
    answer = await send_once(ctx, connection, registry.remove(webhook_id.strip()))
    return await off_loop(registry.read_done, answer) if isinstance(answer, Response) else answer


def _webhooks(connection: Connection) -> WebhookRegistration:
    vendor = VENDORS[connection.vendor]
    if vendor.webhooks.registration is None:
        message = Message("webhooks.not_managed", platform=vendor.title)
        raise ValidationFailed(Problem(("connection",), message))
    return vendor.webhooks.registration


def _registry(connection: Connection) -> WebhookRegistry:
    webhooks = _webhooks(connection)
    if webhooks.registry is None:
        message = Message("webhooks.no_list", platform=VENDORS[connection.vendor].title, events=tuple(webhooks.events))
        raise ValidationFailed(Problem(("connection",), message))
    return webhooks.registry


def _problems_with_id(webhook_id: str) -> list[Problem]:
    # An empty id would make the address that of the whole list.
    return [] if webhook_id.strip() else [Problem(("webhook_id",), Message("webhooks.no_id"))]


def _problems_with_url(url: str) -> list[Problem]:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        return [Problem(("url",), Message("webhooks.not_an_address", url=url))]
    return []
