"""Every sentence about the fields of an order at each connection."""

from collections.abc import Sequence

from shipconsole.domain.call import CallState
from shipconsole.domain.message import Message, sentences
from shipconsole.ui.kit.strings import CALL_STATES, call_state, quoted

SHOW_ALL_FIELDS = "Show all fields"
FIND_FIELD = "Find a field"
FIND_FIELD_HINTS = ("Find a field by name or value   Ctrl+F", "Find a field   Ctrl+F")
THE_ORDER = "Order"
NOT_TOLD = "not sent"
CHANGED = "changed"
BEING_TOLD = "sending"
REMOVE = "Remove"
NEW_ENTRY = "new"
WILL_BE_REMOVED = "will be removed"
READ_ONLY = "read only"
NO_SECTION = "No connection knows this order."
NOTHING_CHANGED = "Nothing changed."
REFUSED_REPLACED = "This takes the place of the change that was refused."
_ENTRIES = {
    "items": "Item",
    "line_items": "Item",
    "sales_order_items": "Item",
    "metadatas": "Metadata",
    "addresses": "Address",
}


def fields_title(number: str) -> str:
    """The title of the fields of an order."""
    return f"All fields of order {number}"


def name_of(name: str) -> str:
    """A name in a platform's document as words."""
    return name.replace("_", " ").strip().capitalize() or name


def list_name(name: str) -> str:
    """A platform's list or part of an order as its heading."""
    return {"line_items": "Items", "metadatas": "Metadata"}.get(name) or name_of(name)


def add_entry(noun: str) -> str:
    """The button that adds an entry to a list."""
    return f"Add {noun}"


def name_of_new(noun: str) -> str:
    """What to type before an entry under a name of one's own is added."""
    return f"Name of the new {noun}"


def removed_entry(title: str) -> str:
    """An entry that shall go, in the list of what is not saved."""
    return f"{title} removed"


def entry_of(list_name: str, number: int) -> str:
    """An entry of a platform's list."""
    return f"{_ENTRIES.get(list_name) or name_of(list_name).removesuffix('s')} {number}"


def field_help(means: Message, limits: Message) -> str:
    """What a field means and what it may hold."""
    return str(sentences(means, limits))


def was(text: str) -> str:
    """What a changed field held before."""
    return f"was {quoted(text)}" if text else "was empty"


def changed_at(number: int, connection: str) -> str:
    """How much is changed and not told yet."""
    return f"{number:,} changed at {connection}"


def changed_count(number: int) -> str:
    """How many fields are changed, where it is plain at which connection."""
    return f"{number:,} changed"


def no_field(wanted: str) -> str:
    """The filter finds no field."""
    return f"No field has “{wanted}” in its name or value. Esc shows the others again." if wanted else "No fields."


def cannot_be_emptied(title: str) -> str:
    """A number, choice or moment that was taken away."""
    return f"{title} cannot be emptied; the platform keeps what it has until another value comes."


def takes_no_changes(connection: str) -> str:
    """A platform whose orders are read only."""
    return f"{connection} accepts no changes. Change this order in the store that it comes from."


def save_fields(connection: str) -> str:
    """What the big button of the fields will do."""
    return f"Save and update {connection}"


def mend_first(wrong: str) -> str:
    """A change cannot be told because of one field."""
    return f"Nothing was sent. {wrong}"


def last_said(summary: str, state: CallState, *, due_at_ms: int, changed_at_ms: int, words: str) -> str:
    """What became of a call about an order: what it was about, how it stands, the platform's words."""
    stands = call_state(state, due_at_ms=due_at_ms, changed_at_ms=changed_at_ms)
    said = f": {quoted(words)}" if words and CALL_STATES[state].joint else ""
    return f"{summary} · {stands}{said}" if summary else f"{stands}{said}"


def differs(what: str, told: Sequence[tuple[str, str]]) -> str:
    """In what the connections do not agree."""
    return f"{what} differs: {', '.join(f'{name} has {quoted(text)}' for name, text in told)}."


def unsaved(titles: Sequence[str], connection: str) -> str:
    """Which fields are changed and not told."""
    return f"{connection}: {', '.join(titles)}"
