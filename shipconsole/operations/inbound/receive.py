"""Receiving webhooks: finding their connection, verifying them, and storing them before the platform gets a response.

What an event reports is processed later (`inbound.process`): its sender waits only until it is stored.
"""

import asyncio
import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, NamedTuple
from urllib.parse import quote

from shipconsole.domain import json_limits
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.domain.received_webhook import ReceivedWebhook
from shipconsole.operations.context import Context
from shipconsole.operations.rate_limit import SharedRateLimit
from shipconsole.station.keys import Secret
from shipconsole.store import connections, webhook_events
from shipconsole.store.webhook_events import Added
from shipconsole.vendors.adapter import PublicKey, Signature, Signed
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import Sender, tls_context
from shipconsole.vendors.options import SignedWebhooks
from shipconsole.vendors.rate_limiter import RateLimiter
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop

TOKEN = "webhook_token"
TOKEN_BYTES = 32
MAX_AGE_MS = 300_000
MAX_CONSECUTIVE_LATE = 5
KEYS_CACHED_S = 12 * 3_600
KEYS_QUERIED_EVERY_S = 60
KEYRING_READ_EVERY_S = 10
BURST = 4
IMPORTED = Message("webhook.imported")
NOT_VERIFIED = Message("webhook.signatures_off")

_log = logging.getLogger(__name__)

Kind = Literal["stored", "unsigned", "untrusted", "invalid", "retry_later"]
"""What became of a webhook.

An `unsigned` one gets the same response as an unknown path, so that it does not reveal that the path exists.
"""


class ReceiveResult(NamedTuple):
    """What became of a webhook, and the reason where it was not stored."""

    kind: Kind
    message: Message = NO_MESSAGE
    is_duplicate: bool = False


async def webhook_path(ctx: Context, connection: Connection) -> str:
    """Return the path of the connection's webhook URL; its token is created when first needed.

    Raises `KeyringUnavailable`. Whoever knows the path can send webhooks: it is shown to people and never logged.
    """
    token = await _token(ctx, connection.name)
    if token is None:
        await asyncio.wrap_future(ctx.keys.put(connection.name, TOKEN, secrets.token_urlsafe(TOKEN_BYTES)))
        # The stored token counts: another program may have created one at the same moment.
        token = await _token(ctx, connection.name)
    assert token is not None
    return f"/webhooks/{quote(connection.name, safe='')}/{token.reveal()}"


async def rotate_path(ctx: Context, connection: Connection) -> str:
    """Give the connection's webhook URL another path and return it; the former one stops working.

    A running receiver follows at once, whichever program it is in. Raises `KeyringUnavailable`.
    """
    await asyncio.wrap_future(ctx.keys.put(connection.name, TOKEN, secrets.token_urlsafe(TOKEN_BYTES)))
    await ctx.write(connections.path_changed, connection.id)
    return await webhook_path(ctx, connection)


def skips_verification(connection: Connection) -> bool:
    """Return whether verifying the connection's signatures is turned off."""
    options = VENDORS[connection.vendor].options.read(connection.options)
    return isinstance(options, SignedWebhooks) and options.webhook_signature == "off"


async def latest(ctx: Context, most: int | None) -> tuple[ReceivedWebhook, ...]:
    """Return the newest webhook events, newest first; all of them if `most` is None."""
    return await ctx.read(webhook_events.latest, most)


async def get(ctx: Context, webhook_event_id: int) -> ReceivedWebhook:
    """Return a webhook event; raise LookupError for an unknown id."""
    return await ctx.read(webhook_events.received, webhook_event_id)


async def count(ctx: Context) -> int:
    """Return how many webhook events `latest` has."""
    return await ctx.read(webhook_events.count)


async def import_event(ctx: Context, connection: Connection, body: bytes) -> Added:
    """Store a webhook event from a file; raise `ValidationFailed` for one that would not be accepted."""
    if reason := json_limits.unusable_reason(body):
        raise ValidationFailed(Problem(("file",), Message("webhook.not_a_webhook", reason=reason)))
    key, recurs = _dedupe_key_of(connection, body)
    return await ctx.write(
        webhook_events.add,
        connection_id=connection.id,
        headers={},
        body=body,
        dedupe_key=key,
        recurs=recurs,
        # It was not sent here, so there is nothing to verify: a person vouches for it.
        verified=None,
        verify_message=IMPORTED,
        now_ms=ctx.clock.now_ms(),
    )


def response_body(connection: Connection) -> bytes:
    """Return the body that the connection's platform expects once its webhook is stored."""
    reading = VENDORS[connection.vendor].webhooks
    return reading.response.encode() if reading else b""


def context_for_loop(ctx: Context) -> Context:
    """Return the same context with its own HTTP sender, for another loop; takes some 30 ms."""
    return replace(ctx, sender=Sender(tls_context(), SharedRateLimit(ctx.store, ctx.clock)))


class WebhookInbox:
    """Receives webhooks on one loop; caches tokens and the platforms' public keys."""

    def __init__(self, ctx: Context, most_per_s: float | None = None) -> None:
        """Use a context with an HTTP sender of this loop; without `most_per_s` the rate is not limited."""
        self._ctx = ctx
        self._rate_limiter = RateLimiter(most_per_s, BURST) if most_per_s else None
        self._tokens: dict[tuple[int, int], tuple[Secret | None, float]] = {}
        self._keys: dict[int, _Keys] = {}
        self._consecutive_late_ms: list[int] = []
        self._decoy_token = secrets.token_urlsafe(TOKEN_BYTES)

    async def find_connection(self, name: str, token: str) -> Connection | None:
        """Return the connection of a webhook path; raise `EnvironmentFailure` where that is unknown."""
        connection = await self._ctx.read(connections.find, name)
        secret = await self._token_of(connection) if connection else None
        # Compared in any case, so that the response time does not reveal which connections exist.
        expected = secret.reveal() if secret else self._decoy_token
        is_right = hmac.compare_digest(token.encode(), expected.encode())
        return connection if secret and is_right else None

    async def store_webhook(self, connection: Connection, headers: Mapping[str, str], body: bytes) -> ReceiveResult:
        """Verify and store a webhook; once this returns "stored", it is on the disk."""
        try:
            if self._rate_limiter is not None:
                await self._rate_limiter.wait()
            return await self._verify_and_store(connection, headers, body)
        except EnvironmentFailure as error:
            _log.warning("%s: a webhook could not be stored: %s", connection.name, error.message)
            return ReceiveResult("retry_later", error.message)

    async def _verify_and_store(self, connection: Connection, headers: Mapping[str, str], body: bytes) -> ReceiveResult:
        signature = VENDORS[connection.vendor].webhooks.signature
        verified: bool | None = None
        if signature is not None:
            verified = not skips_verification(connection)
            if verified and (wrong := await self._signature_error(connection, signature, headers, body)):
                _log.warning("%s: a webhook was rejected: %s", connection.name, wrong.message)
                return wrong
        if reason := json_limits.unusable_reason(body):
            _log.warning("%s: a webhook was rejected: %s", connection.name, reason)
            return ReceiveResult("invalid", reason)
        needed = signature.headers if signature else ()
        key, recurs = _dedupe_key_of(connection, body)
        added = await self._ctx.write(
            webhook_events.add,
            connection_id=connection.id,
            headers={name: headers[name] for name in needed if name in headers},
            body=body,
            dedupe_key=key,
            recurs=recurs,
            verified=verified,
            verify_message=NO_MESSAGE
            if verified is None
            else Message("signature.right")
            if verified
            else Message("signature.not_checked"),
            now_ms=self._ctx.clock.now_ms(),
        )
        return ReceiveResult("stored", is_duplicate=added.is_duplicate)

    async def _signature_error(
        self, connection: Connection, signature: Signature, headers: Mapping[str, str], body: bytes
    ) -> ReceiveResult | None:
        signed = signature.read(headers, body)
        if signed is None:
            return ReceiveResult("unsigned", Message("signature.missing"))
        if age_error := self._age_error(signed):
            return ReceiveResult("untrusted", age_error)
        keys = self._keys.setdefault(connection.id, _Keys())
        key, reason = await keys.get(self._ctx, connection, signature, signed.key_id)
        if key is None:
            return (
                ReceiveResult("retry_later", reason)
                if reason
                else ReceiveResult("untrusted", Message("signature.unknown_key"))
            )
        return None if key(signed.signature, signed.text) else ReceiveResult("untrusted", Message("signature.wrong"))

    def _age_error(self, signed: Signed) -> Message:
        """Return why a webhook is too old or too new; empty where it is neither."""
        if signed.at_ms is None:
            return Message("signature.no_time")
        late_by_ms = self._ctx.clock.now_ms() - signed.at_ms
        if abs(late_by_ms) <= MAX_AGE_MS:
            self._consecutive_late_ms.clear()
            return NO_MESSAGE
        self._consecutive_late_ms.append(late_by_ms)
        if len(self._consecutive_late_ms) < MAX_CONSECUTIVE_LATE:
            return Message("signature.too_old")
        off_min = round(sorted(self._consecutive_late_ms)[len(self._consecutive_late_ms) // 2] / 60_000)
        self._consecutive_late_ms = self._consecutive_late_ms[-MAX_CONSECUTIVE_LATE:]
        return Message("signature.clock", minutes=f"{off_min:+}")

    async def _token_of(self, connection: Connection) -> Secret | None:
        which = connection.id, connection.path_changes
        known, read_at_s = self._tokens.get(which, (None, float("-inf")))
        now_s = self._ctx.clock.monotonic_s()
        if known is None and now_s - read_at_s >= KEYRING_READ_EVERY_S:
            known = await _token(self._ctx, connection.name)
            self._tokens[which] = (known, now_s)
        return known


class _Keys:
    """One connection's public keys: cached for some hours, fetched again for an unknown id, but seldom."""

    def __init__(self) -> None:
        self._known: Mapping[str, PublicKey] = {}
        self._fetched_at_s = float("-inf")
        self._queried_at_s = float("-inf")
        self._query_lock = asyncio.Lock()

    async def get(
        self, ctx: Context, connection: Connection, signature: Signature, key_id: str
    ) -> tuple[PublicKey | None, Message]:
        """Return the key of an id; without one, also why that is not certain yet, empty where it is.

        The platform may have a new key since it was queried, and it is queried at most once a minute.
        """
        async with self._query_lock:
            now_s = ctx.clock.monotonic_s()
            fresh = now_s - self._fetched_at_s < KEYS_CACHED_S
            may_query = now_s - self._queried_at_s >= KEYS_QUERIED_EVERY_S
            if not (fresh and key_id in self._known) and may_query:
                self._queried_at_s = now_s
                # Sent without our API keys: the platform's public keys are public.
                sent = await ctx.sender.send(connection, VENDORS[connection.vendor], signature.keys(), {})
                found = await off_loop(signature.read_keys, sent) if isinstance(sent, Response) else None
                if found is not None:
                    self._known, self._fetched_at_s, fresh = found, now_s, True
            if not fresh or self._fetched_at_s < self._queried_at_s:
                return (self._known.get(key_id) if fresh else None), Message("signature.no_keys")
            return self._known.get(key_id), NO_MESSAGE if may_query else Message("signature.newer_key")


async def _token(ctx: Context, name: str) -> Secret | None:
    return await asyncio.wrap_future(ctx.keys.get(name, TOKEN))


def _dedupe_key_of(connection: Connection, body: bytes) -> tuple[str, bool]:
    """Return the key that identifies an event, and whether the same body can be a new event."""
    webhooks = VENDORS[connection.vendor].webhooks
    if webhooks.identify is not None:
        return webhooks.identify(body)
    read = webhooks.read(body)
    return read.dedupe_key, read.recurs
