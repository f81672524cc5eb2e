"""Every sentence of the dialog that sends many orders."""

from shipconsole.ui.kit.strings import counted

TITLE = "Send orders to…"
SUBTITLE = "Orders with units left to ship that don't exist in this connection yet"
CONNECTION = "To"
FIND = "Find orders"
FIND_HINTS = ("Number, name, town or SKU   Ctrl+F", "Number or name   Ctrl+F", "Find   Ctrl+F")
ORDERS = "Orders"
NUMBER = "Order"
RECIPIENT = "Recipient"
LEFT = "To ship"
CHOSEN = "chosen"
NOT_CHOSEN = "not chosen"
ALL = "All or none"
NO_CONNECTION = "No connection accepts new orders. Add one in Connections."
NONE_CHOSEN = "No order is chosen."
GOES_ON = "You can close this window. Sending continues in the background."
OTHERS = "Send others"
WAITING = "Waiting to be sent"
ONE_BY_ONE = "One by one"
LEFT_OUT = "Left out"
OPEN_ORDER = "Opens the order"


def unknown(shown: int, connection: str, *, narrowed: bool) -> str:
    """How many orders the connection does not know, all of them or those that were looked for."""
    if not shown and not narrowed:
        return f"All open orders already exist in {connection}."
    found = counted(shown, "order", "orders")
    return f"{found} found" if narrowed else f"{found} that {connection} does not know"


def send(number: int, connection: str) -> str:
    """What the main button does."""
    return f"Send {counted(number, 'order', 'orders')} to {connection}" if number else "Send"


def sending(number: int, connection: str) -> str:
    """The heading while they go."""
    return f"{counted(number, 'order', 'orders')} to {connection}"


def job(name: str) -> str:
    """The heading of a platform's job."""
    return f"Job {name}"


def waiting(number: int) -> str:
    """How many are not sent yet."""
    return f"{number:,} waiting"


def working(number: int) -> str:
    """How many the platform works on."""
    return f"{number:,} with the platform"


def taken(number: int) -> str:
    """How many the platform has taken."""
    return f"{number:,} taken"


def refused(number: int) -> str:
    """How many need a person."""
    return f"{number:,} needs you" if number == 1 else f"{number:,} need you"


def dropped(number: int) -> str:
    """How many were given up."""
    return f"{number:,} discarded"


def row_said(number: str, recipient: str, left: int, *, chosen: bool) -> str:
    """A row to whoever does not see it."""
    return f"{number}, {recipient}, {left} to ship, {CHOSEN if chosen else NOT_CHOSEN}"
