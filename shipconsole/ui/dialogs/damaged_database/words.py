"""Every sentence about a store that cannot be used as it is, or that another program holds."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shipconsole.ui.kit.strings import counted

TITLE = "The orders on this computer are damaged"
MISSING = "The orders on this computer are missing"
OLDER = "What was saved last on this computer is missing"
OTHER_VERSION = "Another version of Shipconsole made this database"
START_EMPTY = "Start with an empty database"
EMPTY_MEANS = (
    "An empty database knows nothing of what was shipped: check in the platforms before you ship an order that was "
    "there before. What is there now is kept."
)
USE_OLDER = "Use the older database"
OLDER_MEANS = (
    "You can also use the database as it is. Then check in the platforms before you ship an order of that time again."
)
MEANS = (
    "What was saved after that is not in the copy. Before you ship a package of that time again, look whether the "
    "platforms know of it. Calls that had not ended will wait for you, and the damaged file is kept."
)
NO_COPY = "There is no usable backup beside it. Restore one from elsewhere with this command:"
COMMAND = "shipconsole restore FILE"
PUT_BACK = "Put the copy back"
CLOSE = "Close Shipconsole"
GO_ON = "Not now"
WAITS = "Retrying every second. Your work is queued and nothing will be lost."
FAILED = "The backup was not restored. Nothing was changed."
COPY_MEANS = "Packing goes on as usual. It is tried again in ten minutes."


RESTORED = "The backup was restored."
STARTED_EMPTY = "The database is empty now."
ACCEPTED_OLDER = "The older database is used now."


def waits(rules: Sequence[str], updates: int) -> str:
    """What waits for a person after one of these."""
    parts: list[str] = []
    if rules:
        parts.append(f"Forwarding is set to review for {', '.join(rules)}: confirm each package before it is sent.")
    if updates:
        parts.append(f"{counted(updates, 'update')} had not ended and may have been sent: decide about each.")
    return " ".join(parts)


def copy_of(at_ms: int, orders: int) -> str:
    """Which copy there is, in the time of this computer."""
    made_at = datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone()
    held = counted(orders, "order")
    return f"There is a copy of {made_at.day} {made_at:%B %Y, %H:%M}, with {held}. It can take their place."
