"""A connection: one account at one platform, under the name that the warehouse chose."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from shipconsole.domain.message import NO_MESSAGE, Message


class ConnectionState(StrEnum):
    """The last known state of a connection, the worst first."""

    BLOCKED = "blocked"
    SYNC_FAILED = "sync_failed"
    UNRESPONSIVE = "unresponsive"
    PAUSED = "paused"
    """A person paused sending."""
    WORKS = "works"
    UNCHECKED = "unchecked"
    """Neither queried nor synced yet."""


class Pause(NamedTuple):
    """A person's pause of sending: since when, at which station, and by whom, empty if nobody was signed in."""

    at_ms: int
    station: str
    packer: str = ""


class Connection(NamedTuple):
    """One account at one platform; its API keys are in the keyring, never here.

    While it `is_blocked`, no update can be sent, for the reason in `blocked_message`; none is sent before
    `held_until_ms`. `failures` counts the attempts in a row without a response, the last for the reason in
    `failing_message`. `path_changes` counts how often its webhook URL was rotated. `sync_problem` is the code of what
    stopped the last sync, empty if it completed. With a `pause` nothing is sent until a person resumes sending.
    """

    id: int
    name: str
    vendor: str
    base_url: str
    options: Mapping[str, str] = MappingProxyType({})
    blocked_message: Message = NO_MESSAGE
    held_until_ms: int = 0
    synced_at_ms: int | None = None
    failures: int = 0
    failing_message: Message = NO_MESSAGE
    path_changes: int = 0
    sync_problem: str = ""
    has_answered: bool = False
    is_blocked: bool = False
    pause: Pause | None = None

    def state(self, *, is_unresponsive: bool) -> ConnectionState:
        """Return the last known state; `is_unresponsive` means that updates wait until the platform responds again."""
        if self.is_blocked:
            return ConnectionState.BLOCKED
        if self.sync_problem:
            return ConnectionState.SYNC_FAILED
        if is_unresponsive:
            return ConnectionState.UNRESPONSIVE
        if self.pause:
            return ConnectionState.PAUSED
        is_known = self.has_answered or self.synced_at_ms is not None
        return ConnectionState.WORKS if is_known else ConnectionState.UNCHECKED
