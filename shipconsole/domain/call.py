"""Updates: the states of a request that is queued for a platform."""

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
"""Final states: later updates of the same order and connection may be sent."""

WITHDRAWN: tuple[CallState, ...] = ("cancelled", "superseded")
"""The update will not be sent; an earlier attempt may still have arrived."""

NEEDS_ATTENTION: tuple[CallState, ...] = ("unknown", "needs_attention", "rejected", "blocked", "dead")
"""A person has to decide."""

IN_PROGRESS: tuple[CallState, ...] = tuple(
    state for state in CALL_STATES if state not in ENDED and state not in NEEDS_ATTENTION
)
"""Shipconsole sends or checks the update without a person."""


@dataclass(frozen=True, slots=True)
class Call:
    """One update of the outbox as stored; `request` is its JSON text, None before the first attempt.

    `due_at_ms`, `check_at_ms` and `first_try_ms` are in steady time (`store.steady_time`), the others in wall time. An
    update is about a shipment or, if `shipment_id` is None, about the change of the order in `intent`.
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
    """One attempt to send an update, or one check of it."""

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
    """The progress of an update; `job` is empty unless it was sent in a batch job."""

    call_id: int
    order_id: int
    order_number: str
    state: CallState
    message: Message
    job: str
