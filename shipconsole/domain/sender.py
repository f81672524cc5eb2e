"""Senders: the stations that send the updates of a connection, and why others leave that to them."""

from typing import Literal, NamedTuple

from shipconsole.domain.message import NO_MESSAGE, Message

SenderState = Literal["sends", "unchecked", "no_key", "no_keyring", "failed", "off"]
"""What a station last learned of its keys for a connection.

`unchecked` it has not looked for them yet, `failed` the platform rejected them, `off` its settings say that it sends
nothing.
"""


class Sender(NamedTuple):
    """A running station, and whether it sends the updates of a connection.

    `is_serve` means that it is a `serve` without a window. `message` is why it does not send, where that is known, and
    `since_ms` since when (wall time, 0 where it is not known).
    """

    connection_id: int
    station_id: str
    station: str
    host: str
    is_serve: bool
    state: SenderState
    message: Message = NO_MESSAGE
    since_ms: int = 0

    @property
    def is_able(self) -> bool:
        """Return whether it sends, or has not tried yet."""
        return self.state in ("sends", "unchecked")
