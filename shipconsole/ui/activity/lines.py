"""What is said below an update in the activity list, and above the list of what waits."""

from collections.abc import Callable
from typing import NamedTuple

from shipconsole.domain.call import CallState
from shipconsole.messages import number, text
from shipconsole.ui.kit.formats import ago, at, lasting, within

AT_ONCE_MS = 100
"""A response that takes less is said to have come at once."""


class Times(NamedTuple):
    """When an update was made, when it came into its state, when something happens by itself, and what time it is."""

    created_at_ms: int
    changed_at_ms: int
    next_at_ms: int
    now_ms: int

    @property
    def age(self) -> str:
        """How long ago the update was made."""
        return ago((self.now_ms - self.created_at_ms) / 1_000)

    @property
    def since(self) -> str:
        """For how long it has been in its state."""
        return lasting((self.now_ms - self.changed_at_ms) / 1_000)

    @property
    def next(self) -> str:
        """When something happens by itself."""
        return within(self.next_at_ms, self.now_ms)

    @property
    def changed(self) -> str:
        """At what time it came into its state."""
        return at(self.changed_at_ms)


def _fix(times: Times) -> tuple[str, ...]:
    return times.age, text("activity.fix_order")


def _fix_connection(times: Times) -> tuple[str, ...]:
    return times.age, text("activity.fix_connection")


def _ended(times: Times) -> tuple[str, ...]:
    return (times.changed,)


_BELOW: dict[CallState, Callable[[Times], tuple[str, ...]]] = {
    "held": lambda times: (text("activity.sends", time=times.next),),
    "pending": lambda times: (text("activity.sends", time=times.next), times.age),
    "sending": lambda times: (text("activity.sending_for", duration=times.since),),
    "retry_wait": lambda times: (text("activity.retries", time=times.next), times.age),
    "unknown": lambda times: (
        text("activity.checks", time=times.next),
        times.age,
        text("activity.resolve_now"),
    ),
    "checking": lambda times: (text("activity.checking_for", duration=times.since), times.age),
    "needs_attention": _fix,
    "rejected": _fix,
    "dead": _fix,
    "blocked": _fix_connection,
    "confirmed": _ended,
    "cancelled": _ended,
    "superseded": _ended,
}


def below_update(
    order_number: str,
    state: CallState,
    *,
    created_at_ms: int,
    changed_at_ms: int,
    next_at_ms: int,
    now_ms: int,
    answered_ms: int | None,
    behind: str = "",
) -> str:
    """Return the line below an update: its order, and what is known or to be done, in parts.

    `behind` is ``older`` or ``blocked`` where one that would be sent waits for an earlier one, or for its connection.
    """
    times = Times(created_at_ms, changed_at_ms, next_at_ms, now_ms)
    if behind == "older":
        parts = text("activity.behind"), times.age
    elif behind == "blocked":
        parts = _fix_connection(times)
    else:
        parts = _BELOW[state](times)
    if state == "confirmed" and answered_ms is not None:
        parts = *parts, _took(answered_ms)
    return " · ".join((order_number, *parts))


def backlog(connection: str, why: str, count: int, since_ms: int, next_at_ms: int, now_ms: int) -> str:
    """Return what waits for a connection that takes nothing at present, why, since when, and when it continues."""
    duration = lasting((now_ms - since_ms) / 1_000)
    if why not in ("silent", "paused"):
        return text("activity.waits_blocked", connection=connection, count=count, duration=duration)
    return text(
        "activity.waits_silent" if why == "silent" else "activity.waits_paused",
        connection=connection,
        count=count,
        duration=duration,
        time=within(next_at_ms, now_ms),
    )


def refreshing(connection: str, store: str, status: str, for_ms: int) -> str:
    """Return that a platform is importing from a store again: its own status of that, and for how long."""
    said, seconds = status.replace("_", " "), max(0, for_ms) // 1_000
    if not store:
        return text("activity.refreshing", connection=connection, status=said, seconds=seconds)
    return text("activity.refreshing_store", connection=connection, store=store, status=said, seconds=seconds)


def _took(answered_ms: int) -> str:
    if answered_ms < AT_ONCE_MS:
        return text("activity.at_once")
    return text("activity.took", seconds=number(round(answered_ms / 1_000, 1)))
