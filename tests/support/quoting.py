"""Build messages that quote a platform, as results contain them."""

from shipconsole.domain.message import Message, sentences


def quoting(message: Message, platform: str, said: str) -> Message:
    """Return a message followed by the platform's message."""
    return sentences(message, Message("platform.message", platform=platform, text=said))
