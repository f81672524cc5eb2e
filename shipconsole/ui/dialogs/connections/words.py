"""Every sentence of the connections: which there are, and the form of one."""

from shipconsole.domain.connection import ConnectionState
from shipconsole.ui.kit.strings import CONNECTION_WORDS

NO_CONNECTIONS = "No connection yet. Add the first one with its key."
ADD_CONNECTION = "Add connection"
TEST = "Test"
TESTING = "Testing…"
NAME = "Name"
VENDOR = "Vendor"
ADDRESS = "Address"
KEY_KEPT = "Kept in the keyring. Type to replace it."
KEY_EMPTY = "Is put in this computer's keyring, nowhere else."
PAIRS_HINT = "usps=endicia, ups=ups"


def connection_row(name: str, state: ConnectionState) -> str:
    """A connection in the list, with the word for its state."""
    return f"{name} · {CONNECTION_WORDS[state]}"


def connection_stored(name: str) -> str:
    """A connection was stored with its keys."""
    return f"{name} is stored. Test it to see that the key works."


def name_taken(name: str) -> str:
    """A new connection under the name of one that is there."""
    return f"There is a connection “{name}” already. Choose it in the list to change it, or take another name."


def optional(title: str) -> str:
    """A field that may stay empty."""
    return f"{title} (may stay empty)"


def verdict(verdict_: str, words: str) -> str:
    """What a test of a connection came to."""
    plain = {
        "ok": "It works.",
        "wrong key": "The API key is invalid or lacks permission.",
        "no key": "A key is missing.",
        "no keyring": "The keyring cannot be asked just now.",
        "no network": "It cannot be reached.",
        "no answer": "It did not answer.",
        "refused": "It refused.",
        "try later": "It asks to try again later.",
    }.get(verdict_, verdict_)
    return f"{plain} {words}".strip()
