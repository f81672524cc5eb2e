"""Webhook events as they were received and processed, and the notices that they led to."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from shipconsole.domain.message import Message

State = Literal["new", "processed", "failed", "ignored"]


class WebhookEvent(NamedTuple):
    """One webhook event as received.

    `headers` are those that identify the sender, by their names in lower case. `verified` is True if the signature is
    valid, False if it was not verified, and None if there is none: the platform signs nothing, or a person imported
    the event. `duplicates` is how often it was received again, `message` the result of processing it.
    """

    id: int
    connection_id: int
    received_at_ms: int
    headers: Mapping[str, str]
    body: bytes
    sha256: str
    dedupe_key: str
    verified: bool | None
    verify_message: Message
    state: State
    message: Message
    duplicates: int
    processed_at_ms: int | None


class ReceivedWebhook(NamedTuple):
    """One webhook event for a list, without its body."""

    id: int
    connection: str
    vendor: str
    received_at_ms: int
    size_bytes: int
    verified: bool | None
    verify_message: Message
    state: State
    message: Message
    duplicates: int
    processed_at_ms: int | None


class PlatformNotice(NamedTuple):
    """One message about a webhook event; it `stands_out` if a person should see it.

    `source_id` is the platform's id of the store that it is about, or empty.
    """

    id: int
    at_ms: int
    connection: str
    order_id: int | None
    kind: str
    message: Message
    stands_out: bool
    webhook_event_id: int
    source_id: str = ""
