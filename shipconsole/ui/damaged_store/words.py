"""Every sentence about a store that is damaged, or that another program holds."""

from datetime import UTC, datetime

from shipconsole.ui.words import counted

TITLE = "The orders on this computer are damaged"
MEANS = (
    "What was saved after that is not in the copy. Before you ship a parcel of that time again, look whether the "
    "vendors know of it. Calls that had not ended will wait for you, and the damaged file is kept."
)
NO_COPY = "There is no good copy beside it. One that is kept elsewhere is put back with this command:"
COMMAND = "shipconsole restore FILE"
PUT_BACK = "Put the copy back"
CLOSE = "Close Shipconsole"
GO_ON = "Not now"
WAITS = "It is tried again every second, and what you do meanwhile waits for it. Nothing is lost."
FAILED = "The copy was not put back; everything is as it was."
COPY_MEANS = "Packing goes on as usual. It is tried again in ten minutes."


def copy_of(at_ms: int, orders: int) -> str:
    """Which copy there is, in the time of this computer."""
    made_at = datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone()
    held = counted(orders, "order")
    return f"There is a copy of {made_at.day} {made_at:%B %Y, %H:%M}, with {held}. It can take their place."
