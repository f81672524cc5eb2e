"""Every sentence of the table of carrier codes."""

from collections.abc import Sequence

from shipconsole.ui.kit.strings import counted

TITLE = "Carrier codes"
SUBTITLE = "What each connection calls a carrier"
CARRIER = "Carrier"
ANY_OTHER = "Any other carrier"
FIND = "Find a carrier"
FIND_HINTS = ("Find a carrier or a code   Ctrl+F", "Find a carrier   Ctrl+F", "Find   Ctrl+F")
LEGEND = "Gray codes are platform defaults. Press Enter to edit a code, or Delete to restore the default."
NO_CODE = "–"
NO_CODE_SAID = "no code"
NO_CODE_MEANS = "No code set. The code for “Any other carrier” is used, if there is one."
SAVED = "Saved. New updates use these codes."
NOTHING_CHANGED = "Nothing changed."
NO_CONNECTIONS = "No connection is notified about shipments yet. Add one in Connections."
SAVE = "Save"


def changed(number: int) -> str:
    """How many codes are changed and not saved."""
    return f"{number:,} changed"


def cell(connection: str, carrier: str) -> str:
    """What a code is for, to whoever does not see its place in the table."""
    return f"{connection}, {carrier}"


def usual(code: str) -> str:
    """That a code is the platform's own choice."""
    return f"{code}, usual" if code else NO_CODE_SAID


def own(code: str, usual_code: str) -> str:
    """What one's own code stands in for."""
    return f"{code}, instead of the usual {usual_code}" if usual_code else code


def unsaved(connection: str, carriers: Sequence[str]) -> str:
    """Which codes of a connection are not saved; of many only how many."""
    listed = ", ".join(carriers) if len(carriers) <= 6 else counted(len(carriers), "code")
    return f"{connection}: {listed}"
