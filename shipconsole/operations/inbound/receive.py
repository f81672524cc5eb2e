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
from shipconsole.vendors.http import RateLimiter, Sender, tls_context
from shipconsole.vendors.options import SignedWebhooks
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop

TOKEN = "webhook_token"
TOKEN_BYTES = 32
AGE_MOST_MS = 300_000
LATE_IN_A_ROW = 5
KEYS_CACHED_S = 12 * 3_600
KEYS_QUERIED_EVERY_S = 60
KEYRING_READ_EVERY_S = 10
AT_ONCE = 4
IMPORTED = Message("webhook.imported")
NOT_VERIFIED = Message("webhook.signatures_off")

_log = logging.getLogger(__name__)

Kind = Literal["taken", "unsigned", "untrusted", "unusable", "later"]


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


async def latest(ctx: Context, most: int) -> tuple[ReceivedWebhook, ...]:
    """Return the newest webhook events, newest first; all where `most` is below zero."""
    return await ctx.read(webhook_events.latest, most)


async def import_event(ctx: Context, connection: Connection, body: bytes) -> Added:
    """Store a webhook event from a file; raise `ValidationFailed` for one that would not be accepted."""
    if why := json_limits.unusable_reason(body):
        raise ValidationFailed(Problem(("file",), Message("webhook.not_a_webhook", reason=why)))
    key, recurs = _known_by(connection, body)
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
        """Use a context whose HTTP sender belongs to the loop; without `most_per_s` the rate is not limited."""
        self._ctx = ctx
        self._pace = RateLimiter(most_per_s, AT_ONCE) if most_per_s else None
        self._tokens: dict[tuple[int, int], tuple[Secret | None, float]] = {}
        self._keys: dict[int, _Keys] = {}
        self._late_by_ms: list[int] = []
        self._decoy_token = secrets.token_urlsafe(TOKEN_BYTES)

    async def whose(self, name: str, token: str) -> Connection | None:
        """Return the connection of a webhook path; raise `EnvironmentFailure` where that is unknown."""
        connection = await self._ctx.read(connections.find, name)
        secret = await self._token_of(connection) if connection else None
        # Compared in any case, so that the response time does not reveal which connections exist.
        expected = secret.reveal() if secret else self._decoy_token
        is_right = hmac.compare_digest(token.encode(), expected.encode())
        return connection if secret and is_right else None

    async def take(self, connection: Connection, headers: Mapping[str, str], body: bytes) -> ReceiveResult:
        """Verify and store a webhook; once this returns "taken" it is on the disk."""
        try:
            if self._pace is not None:
                await self._pace.wait()
            return await self._take(connection, headers, body)
        except EnvironmentFailure as error:
            _log.warning("%s: a webhook could not be stored: %s", connection.name, error.message)
            return ReceiveResult("later", error.message)

    async def _take(self, connection: Connection, headers: Mapping[str, str], body: bytes) -> ReceiveResult:
        signature = VENDORS[connection.vendor].webhooks.signature
        verified: bool | None = None
        if signature is not None:
            verified = not skips_verification(connection)
            if verified and (wrong := await self._why_untrusted(connection, signature, headers, body)):
                _log.warning("%s: a webhook was rejected: %s", connection.name, wrong.message)
                return wrong
        if why := json_limits.unusable_reason(body):
            _log.warning("%s: a webhook was rejected: %s", connection.name, why)
            return ReceiveResult("unusable", why)
        needed = signature.headers if signature else ()
        key, recurs = _known_by(connection, body)
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
        return ReceiveResult("taken", is_duplicate=added.is_duplicate)

    async def _why_untrusted(
        self, connection: Connection, signature: Signature, headers: Mapping[str, str], body: bytes
    ) -> ReceiveResult | None:
        signed = signature.read(headers, body)
        if signed is None:
            return ReceiveResult("unsigned", Message("signature.missing"))
        if why := self._why_late(signed):
            return ReceiveResult("untrusted", why)
        keys = self._keys.setdefault(connection.id, _Keys())
        key, reason = await keys.get(self._ctx, connection, signature, signed.key_id)
        if key is None:
            return (
                ReceiveResult("later", reason)
                if reason
                else ReceiveResult("untrusted", Message("signature.unknown_key"))
            )
        return None if key(signed.signature, signed.text) else ReceiveResult("untrusted", Message("signature.wrong"))

    def _why_late(self, signed: Signed) -> Message:
        """Return why a webhook is too old or too new; empty where it is neither."""
        if signed.at_ms is None:
            return Message("signature.no_time")
        late_by_ms = self._ctx.clock.now_ms() - signed.at_ms
        if abs(late_by_ms) <= AGE_MOST_MS:
            self._late_by_ms.clear()
            return NO_MESSAGE
        self._late_by_ms.append(late_by_ms)
        if len(self._late_by_ms) < LATE_IN_A_ROW:
            return Message("signature.too_old")
        off_min = round(sorted(self._late_by_ms)[len(self._late_by_ms) // 2] / 60_000)
        self._late_by_ms = self._late_by_ms[-LATE_IN_A_ROW:]
        return Message("signature.clock", minutes=f"{off_min:+}")

    async def _token_of(self, connection: Connection) -> Secret | None:
        which = connection.id, connection.path_changes
        known, asked_at_s = self._tokens.get(which, (None, float("-inf")))
        now_s = self._ctx.clock.monotonic_s()
        if known is None and now_s - asked_at_s >= KEYRING_READ_EVERY_S:
            known = await _token(self._ctx, connection.name)
            self._tokens[which] = (known, now_s)
        return known


class _Keys:
    """One connection's public keys: cached for some hours, fetched again for an unknown id, but seldom."""

    def __init__(self) -> None:
        self._known: Mapping[str, PublicKey] = {}
        self._came_at_s = float("-inf")
        self._asked_at_s = float("-inf")
        self._asking = asyncio.Lock()

    async def get(
        self, ctx: Context, connection: Connection, signature: Signature, key_id: str
    ) -> tuple[PublicKey | None, Message]:
        """Return the key of an id; without one, also why that is not certain yet, empty where it is.

        The platform may have a new key since it was queried, and it is queried at most once a minute.
        """
        async with self._asking:
            now_s = ctx.clock.monotonic_s()
            fresh = now_s - self._came_at_s < KEYS_CACHED_S
            may_ask = now_s - self._asked_at_s >= KEYS_QUERIED_EVERY_S
            if not (fresh and key_id in self._known) and may_ask:
                self._asked_at_s = now_s
                # Sent without our API keys: the platform's public keys are public.
                sent = await ctx.sender.send(connection, VENDORS[connection.vendor], signature.keys(), {})
                found = await off_loop(signature.read_keys, sent) if isinstance(sent, Response) else None
                if found is not None:
                    self._known, self._came_at_s, fresh = found, now_s, True
            if not fresh or self._came_at_s < self._asked_at_s:
                return (self._known.get(key_id) if fresh else None), Message("signature.no_keys")
            return self._known.get(key_id), NO_MESSAGE if may_ask else Message("signature.newer_key")


async def _token(ctx: Context, name: str) -> Secret | None:
    return await asyncio.wrap_future(ctx.keys.get(name, TOKEN))


def _known_by(connection: Connection, body: bytes) -> tuple[str, bool]:
    """Return the key that identifies an event, and whether the same body can be a new event."""
    read = VENDORS[connection.vendor].webhooks.read(body)
    return read.dedupe_key, read.recurs
