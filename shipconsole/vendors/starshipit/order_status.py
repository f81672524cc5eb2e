"""The status of an order at Starshipit, and what it lets a request change."""

from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem

OPEN = ("", "unshipped", "saved")
"""Statuses in which an order can be changed; a printed one accepts only another status."""


def is_printed(status: str) -> bool:
    """Return whether an order of this status can no longer be changed."""
    return status.casefold() not in OPEN


def printed_warning(number: str, status: str) -> Problem | None:
    """Return what to know before an order is changed that Starshipit may have printed; None for an open one."""
    if not is_printed(status):
        return None
    message = Message("starshipit.status_only", number=number, status=status)
    return Problem((), message, Message("starshipit.enter_number"))
