"""What a call to a platform came to, as a value.

`Unsure` means that it was sent but not answered: it is shown and settled by a look-up or a person, and a call
that the platform might act on twice is never sent again blindly.
"""

from dataclasses import dataclass

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform took it."""

    message: Message = NO_MESSAGE


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform understood it and will not have it: repeating the same call is pointless."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TryLater:
    """It certainly was not acted on and may be sent again, not before `after_s` seconds where the platform said so.

    `whole_account` tells that the platform asked all calls of the connection to hold back, `nobody_there` that no
    connection to it came about: then it is tried for as long as that takes.
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
    """A matter of the account or the set-up (key, plan, address, certificate): no call of the connection can pass."""

    message: Message


Outcome = Accepted | Refused | TryLater | Unsure | Blocked
