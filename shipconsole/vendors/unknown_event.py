"""What is said of a webhook event of a kind that is not known."""

from shipconsole.domain.message import Message

SHOWN = 60


def unknown_event(kind: str) -> Message:
    """Return that a webhook's kind of event is not known, with as much of its name as can be shown."""
    named = " ".join(kind.split())[:SHOWN]
    return Message("webhook.unknown_event", kind=named) if named else Message("webhook.no_event")
