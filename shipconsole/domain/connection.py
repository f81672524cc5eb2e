"""A connection: one account at one platform, under the name the warehouse gave it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from shipconsole.domain.message import NO_MESSAGE, Message


class ConnectionState(StrEnum):
    """What was last learned of a connection, the worst first; the same wherever it is shown."""

    BLOCKED = "blocked"
    SYNC_FAILED = "sync_failed"
    SILENT = "silent"
    WORKS = "works"
    UNCHECKED = "unchecked"
    """Nothing yet: it was neither asked nor synced."""


class Connection(NamedTuple):
    """One account at one platform; its keys are in the keyring, never here.

    While it `is_blocked` no call can pass, for the reason in `blocked_message`; no call goes before `held_until_ms`.
    `failures` in a row found nobody there, the last for the reason in `failing_message`. `path_changes` is how often
    its webhooks got another path. `sync_trouble` is the code of what kept the last reading of its orders from its end,
    empty where nothing did.
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
    sync_trouble: str = ""
    has_answered: bool = False
    is_blocked: bool = False

    def state(self, *, is_silent: bool) -> ConnectionState:
        """Return what was last learned; `is_silent` says that its updates wait until it answers again."""
        if self.is_blocked:
            return ConnectionState.BLOCKED
        if self.sync_trouble:
            return ConnectionState.SYNC_FAILED
        if is_silent:
            return ConnectionState.SILENT
        is_known = self.has_answered or self.synced_at_ms is not None
        return ConnectionState.WORKS if is_known else ConnectionState.UNCHECKED
