"""Updates: the states of a request that is queued for a platform."""

from typing import Literal, get_args

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
