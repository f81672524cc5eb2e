"""What the pages say of a webhook event: its state, its signature, how often it was received."""

from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Severity

STATES: dict[str, tuple[str, Severity]] = {
    "new": ("webhook_events.state_new", "accent"),
    "processed": ("webhook_events.state_processed", "good"),
    "failed": ("webhook_events.state_failed", "bad"),
    "ignored": ("webhook_events.state_ignored", "quiet"),
}
"""The message of an event's state and the severity that it is shown in."""


def verified(value: bool | None, reason: Message) -> tuple[str, Severity]:
    """Return whether an event is known to come from its platform."""
    if value is None:
        return str(reason) or text("webhook_events.unsigned"), "quiet"
    if value:
        return text("webhook_events.verified"), "good"
    if reason:
        return text("webhook_events.not_verified_reason", reason=reason), "bad"
    return text("webhook_events.not_verified"), "bad"


def received_times(duplicates: int) -> str:
    """Return how often an event was received, empty where that was once."""
    return text("webhook_events.received_times", count=duplicates + 1) if duplicates else ""
