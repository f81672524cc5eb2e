"""Every sentence of the dialog in which items are cancelled."""

from shipconsole.ui.kit.strings import counted

TITLE = "Cancel items"
CANCEL_TAB = "Cancel"
RESTORE_TAB = "Restore"
ITEM = "Item"
ORDERED = "Ordered"
SHIPPED = "Shipped"
CANCELLED = "Cancelled"
LEFT = "Left"
CANCEL_NOW = "Cancel now"
RESTORE_NOW = "Restore"
ONE_LESS = "One less"
ONE_MORE = "One more"
ALL_LEFT = "All that is left"
ALL_BACK = "All of it"
WHY = "Why"
WHY_HINT = "The customer changed their mind"
WHO_IS_TOLD = "Notified connections"
NOBODY = "This order isn't in any connection, so no platform is notified."
NO_MESSAGE = "No platform is notified, so there is no request to show."
CHOOSE_SOME = "Say how many units first."
SAY_WHY = "Enter a reason. It is saved with the order."


def title(number: str) -> str:
    """The title of the dialog."""
    return f"{TITLE} of order {number}"


def cancel_button(pieces: int) -> str:
    """What the big button will do."""
    return f"Cancel {counted(pieces, 'unit')}" if pieces else "Cancel"


def restore_button(pieces: int) -> str:
    """What the big button will do where units are taken back."""
    return f"Take {counted(pieces, 'unit')} back" if pieces else "Restore"


def unsaved(number: str, pieces: int, *, restoring: bool, why: bool) -> str:
    """What was typed and would be forgotten."""
    step = "restore" if restoring else "cancel"
    parts = [f"{counted(pieces, 'unit')} to {step}" if pieces else "", "the reason" if why else ""]
    return f"Order {number}: {', '.join(part for part in parts if part)}"


def too_many(pieces: int, most: int) -> str:
    """A typed number that is more than there is."""
    return f"{pieces:,} were typed, but there are only {most:,}."


def cancel_of(sku: str) -> str:
    """What a number in the table means, for who does not see the table."""
    return f"Units of {sku} to cancel"


def restore_of(sku: str) -> str:
    """What a number in the table means where units are taken back."""
    return f"Units of {sku} to restore"
