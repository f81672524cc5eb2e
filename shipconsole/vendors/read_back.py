"""Reading back: what a platform's order says about a call of which no answer came."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.vendors.exchange import Request

Part = Literal["whole", "rest", "part", "other"]
"""How much of an order a call is about: all of it in one package, the last that was left, less than that, or no
shipment at all."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was sent, what the platform said of the order before the first try, and what it has of it now.

    `others_sent` tells that something else of the order was ever sent to the connection.
    """

    request: Request
    before: str
    after: Link
    part: Part
    others_sent: bool
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows, in words: the platform acted, it did not, or a person has to decide.

    `at_first_sight` says that one look is enough for "absent", because the platform showed its own state and not what
    it was last told by a shop.
    """

    is_: Literal["confirmed", "absent", "person"]
    message: Message
    at_first_sight: bool = False
