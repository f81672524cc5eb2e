"""Every sentence of a call's details."""

from shipconsole.ui.kit import strings as said_everywhere
from shipconsole.ui.kit.strings import at, quoted

TITLE = "Details"
WHAT_WAS_SEEN = "What was seen"
WHAT_WAS_SENT = "What was sent"
NOTHING_WAS_SENT = "Nothing has left this computer yet."
RECORD = "Attempts"
MARK_CONFIRMED_MEANS = "The platform has it: nothing more is sent."
TELL_AGAIN_MEANS = "The platform does not have it: it is sent again."
DROP = said_everywhere.DISCARD
DROP_MEANS = "Nobody is told of it any more."
DECIDE = {
    "unknown": "Nobody knows yet whether this arrived. Look at the platform; what you see decides.",
    "needs_attention": "The check was inconclusive. Look up the order on the platform, then choose an action.",
    "rejected": "The platform refused this. Mend the order, then tell it again; or give it up.",
    "blocked": "This connection is blocked. Fix it in Connections, and the update is sent automatically.",
    "dead": "This was tried for long, or comes from a copy that was put back. Look at the platform first.",
}


def before(connection: str, status: str) -> str:
    """How the platform's order stood before anything was sent."""
    return (
        f"Before: {connection} said {quoted(status)}." if status else f"Before: {connection} said nothing of its state."
    )


def look(at_ms: int, words: str) -> str:
    """What a look at the platform came to."""
    return f"{at(at_ms)}: {words}"


def no_look(connection: str) -> str:
    """That the platform was not looked at since."""
    return f"Since: {connection} was not looked at yet."


def now(connection: str, status: str, at_ms: int) -> str:
    """How the platform's order stands as last read."""
    return f"Read at {at(at_ms)}: {connection} says {quoted(status)}."


def again_means(connection: str, state: str) -> str:
    """What telling again means in a state."""
    if state in ("unknown", "needs_attention", "dead"):
        return said_everywhere.tell_again_risk(connection)
    return f"{connection} is told anew, with what the order says now."


def vendor_changed(connection: str, title: str, before: str, now: str) -> str:
    """A value that is not what the platform was sent, or that the platform changed by itself."""
    return f"{connection} changed: {title} {quoted(before) if before else 'empty'} → {quoted(now) if now else 'empty'}"


COPY_REQUEST_ID = "Copy id"


def request_id(connection: str, id_: str) -> str:
    """The platform's own id of a call, which its support asks for."""
    return f"{connection}’s id of this call: {id_}"
