"""The outcome of a request to a platform, as a value.

`Unsure` means that it was sent but got no response: a check or a person resolves it, and a request that the platform
might act on twice is never resent without that.
"""

from dataclasses import dataclass

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform accepted the request."""

    message: Message = NO_MESSAGE


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform understood and rejected the request; repeating it is pointless."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TryLater:
    """The platform did not act on the request; it may be resent, not before `after_s` seconds if the platform says so.

    `whole_account` means that the platform limits all requests of the connection, `nobody_there` that no network
    connection was made: then it is retried for as long as that takes.
    """

    message: Message
    after_s: float | None = None
    whole_account: bool = False
    nobody_there: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """The platform may have acted or not."""

    message: Message


@dataclass(frozen=True, slots=True)
class Blocked:
    """The account or the setup (key, plan, address, certificate) is at fault: no request can succeed."""

    message: Message


Outcome = Accepted | Refused | TryLater | Unsure | Blocked
