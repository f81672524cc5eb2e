"""Messages as outcomes carry them: ours, then the platform's own words."""

from shipconsole.domain.message import Message, sentences


def quoting(message: Message, platform: str, said: str) -> Message:
    """Return a message that is followed by what a platform said."""
    return sentences(message, Message("platform.said", platform=platform, said=said))
