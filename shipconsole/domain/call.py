"""Calls to platforms: the states a queued call goes through, and what each means at the bench."""

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
"""Nothing more will happen, and later calls of the same order and connection may go."""

GIVEN_UP: tuple[CallState, ...] = ("cancelled", "superseded")
"""It will not be sent; whether an attempt before that arrived is another matter."""

NEEDS_ATTENTION: tuple[CallState, ...] = ("unknown", "needs_attention", "rejected", "blocked", "dead")
"""A person has to look."""
