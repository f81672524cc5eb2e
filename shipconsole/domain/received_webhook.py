"""Webhook events as they were received and processed, and the notices that they led to."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from shipconsole.domain.message import Message

State = Literal["new", "processed", "failed", "ignored"]


class Delivery(NamedTuple):
    """One webhook as it came.

    `headers` are those that say who sent it, by their names in lower case. `verified` is True where its signature is
    right, False where nobody looked at it, None where there was nothing to look at: its platform signs nothing, or a
    person brought it in. `duplicates` is how many times it came once more, `words` what it did.
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
    """One webhook as a list shows it, without its body."""

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
    """One sentence of a platform's; it `stands_out` where somebody should look into it.

    `source_id` is the platform's id of the shop that it is about, empty where it is about none.
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
