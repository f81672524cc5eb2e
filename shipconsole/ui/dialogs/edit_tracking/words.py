"""Every sentence of the dialog in which a package is corrected."""

from collections.abc import Sequence
from datetime import date

from shipconsole.ui.kit.strings import counted, when

TITLE = "Edit tracking or void"
MENU_TITLE = "Edit tracking or void…"
NUMBER_TAB = "Another number"
BACK_TAB = "Void"
PARCEL = "Package"
NO_PARCELS = "Nothing of this order has shipped, so there is nothing to correct."
NEW_NUMBER = "New tracking number"
NEW_NUMBER_HINT = "Scan the right label"
CARRIER = "Carrier"
CARRIER_FOUND = "Carrier, found from the number"
SERVICE = "Service"
WHO_IS_TOLD = "Notified connections"
NOBODY = "No platform is notified about this package."
WHY = "Why"
WHY_NUMBER = "Wrong label"
WHY_HINT = "The package came back, it was lost, it was packed wrong"
CORRECT = "Correct the number"
CALL_BACK = "Void shipment"
KEEP_LABEL = "Keep this label all the same, for the reason below"
NUMBER_FIRST = "Scan or type the new number first."
SAY_WHY = "Enter a reason. It is saved with the order."
TAKEN_BACK = "This shipment was voided in the meantime. Review the details above before you continue."
CORRECTED_MEANWHILE = "Another packer changed this package in the meantime. Review its label above."


def title(number: str) -> str:
    """The title of the dialog."""
    return f"{TITLE} of order {number}"


def contents(pieces: str, carrier: str, told: str) -> str:
    """The line below a package's number: its carrier, what is in it and who was told."""
    return " · ".join(part for part in (carrier, pieces, told) if part)


def told_to(names: list[str]) -> str:
    """Who knows of a package already."""
    if not names:
        return "no platform was notified yet"
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} was notified" if len(names) == 1 else f"{listed} were notified"


def was(old: str, at_ms: int, today: date, who: str, why: str) -> str:
    """What stood on a package's label before."""
    return f"was {old} until {when(at_ms, today)}, corrected by {who}: {why}"


def left_again(pieces: int, parcels: int) -> str:
    """What calling a shipment back means here."""
    whole = f"All {parcels} packages of the shipment are voided. " if parcels > 1 else ""
    verb = "is" if pieces == 1 else "are"
    return f"{whole}{counted(pieces, 'unit')} {verb} left to ship again."


def also_told(name: str, means: str) -> str:
    """What a tick means, for who does not see the words beside it."""
    return f"Notify {name}. {means}"


def unsaved(number: str, parts: Sequence[str]) -> str:
    """What was typed and would be forgotten."""
    return f"Order {number}: {', '.join(parts)}"
