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
DROP_MEANS = "The update is no longer sent."
DECIDE = {
    "unknown": "The platform didn't respond, so the update may or may not have arrived."
    " Check there, then choose an action.",
    "needs_attention": "The check was inconclusive. Look up the order on the platform, then choose an action.",
    "rejected": "The platform rejected this update. Fix the order and retry, or discard the update.",
    "blocked": "This connection is blocked. Fix it in Connections, and the update is sent automatically.",
    "dead": "Automatic retries have ended, or this update comes from a restored backup. Check the platform first.",
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
    return f"The update is sent to {connection} again with the current order."


def vendor_changed(connection: str, title: str, before: str, now: str) -> str:
    """A value that is not what the platform was sent, or that the platform changed by itself."""
    return f"{connection} changed: {title} {quoted(before) if before else 'empty'} → {quoted(now) if now else 'empty'}"


COPY_REQUEST_ID = "Copy id"


def request_id(connection: str, id_: str) -> str:
    """The platform's own id of a call, which its support asks for."""
    return f"{connection}’s id of this call: {id_}"
