"""Every sentence of the dialog that brings some orders in."""

from shipconsole.ui.kit.strings import counted

TITLE = "Sync some orders"
MENU_TITLE = "Sync some orders…"
SUBTITLE = "Only those that all the filters leave"
BRING_IN = "Sync"
STOP = "Stop"
STOPPED = "Stopped. What has come in stays."
MEND_FIRST = "Nothing was asked for."
PROGRESS = "Bringing orders in"
NO_CONNECTIONS = "There is no connection to sync orders from yet. Add one in Connections."
TIMES = "A date and time without a zone is taken for UTC."


def without_filters(connection: str) -> str:
    """What happens where no filter is filled in."""
    return f"Without a filter all open orders of {connection} come in. {TIMES}"


def brought(connection: str, seen: int, new: int) -> str:
    """What came of it."""
    if not seen:
        return f"{connection} has no order that these filters leave."
    if seen == 1:
        known = "new here" if new else "which was here already"
    else:
        known = "none of them new here" if not new else f"{'all' if new == seen else f'{new:,}'} of them new here"
    return f"{counted(seen, 'order')} read from {connection}, {known}."


def brought_before(seen: int) -> str:
    """What had come in when something went wrong."""
    return f"{counted(seen, 'order')} imported before." if seen else ""
