"""Calls to platforms: the states a queued call goes through, and what each means at the bench."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem

CallState = Literal[
    "held",
    "pending",
    "sending",
    "retry_wait",
    "unknown",
    "checking",
    "needs_attention",
    "confirmed",
    "rejected",
    "blocked",
    "dead",
    "cancelled",
    "superseded",
]
CALL_STATES: tuple[CallState, ...] = get_args(CallState)

ENDED: tuple[CallState, ...] = ("confirmed", "cancelled", "superseded")
"""Nothing more will happen, and later calls of the same order and connection may go."""

GIVEN_UP: tuple[CallState, ...] = ("cancelled", "superseded")
"""It will not be sent; whether an attempt before that arrived is another matter."""

NEEDS_ATTENTION: tuple[CallState, ...] = ("unknown", "needs_attention", "rejected", "blocked", "dead")
"""A person has to look."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the outbox as stored. `request` is its JSON text once it was tried, else None.

    `due_at_ms`, `check_at_ms` and `first_try_ms` are of the steady time (`store.steady_time`), the others of the wall.
    It is about a shipment, or, where `shipment_id` is None, about the change of the order that `intent` holds.
    """

    id: int
    key: str
    order_id: int
    order_number: str
    shipment_id: int | None
    intent: str | None
    package_id: int | None
    connection_id: int
    connection: str
    vendor: str
    state: CallState
    summary: Message
    created_at_ms: int
    changed_at_ms: int
    due_at_ms: int
    check_at_ms: int | None
    attempts: int
    request: str | None
    repeatable: bool
    message: Message
    problems: tuple[Problem, ...]
    vendor_request_id: str
    supersedes: int | None
    checks: int
    evidence: str
    first_try_ms: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing that was tried or seen of a call."""

    number: int
    at_ms: int
    what: str
    status: int | None = None
    vendor_request_id: str = ""
    answer: str = ""
    message: Message = NO_MESSAGE
    station: str = ""
    elapsed_ms: int | None = None
    operator: str = ""


class Standing(NamedTuple):
    """How far a call is: its order, its state, what was said of it, and its job if it went with others."""

    call_id: int
    order_id: int
    order_number: str
    state: CallState
    message: Message
    job: str
