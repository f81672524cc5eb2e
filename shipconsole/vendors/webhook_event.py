"""What the readers of all platforms' webhook events have in common."""

import hashlib

from shipconsole.domain.message import Message
from shipconsole.domain.webhook_event import ReadWebhookEvent, UnknownEvent

SHOWN = 60


def unknown_event(kind: str) -> Message:
    """Return that a webhook's kind of event is not known, with as much of its name as can be shown."""
    name = " ".join(kind.split())[:SHOWN]
    return Message("webhook.unknown_event", kind=name) if name else Message("webhook.no_event")


def unreadable_event(body: bytes, platform: str) -> ReadWebhookEvent:
    """Return a body that is no JSON object as an event that does nothing."""
    return ReadWebhookEvent(
        dedupe_key=content_hash(body), content=UnknownEvent(message=Message("webhook.unreadable", platform=platform))
    )


def content_hash(content: bytes) -> str:
    """Return what identifies an event that has no id: a hash of its content."""
    return hashlib.sha256(content).hexdigest()
