"""Every sentence of the dialog about deliveries."""

from collections.abc import Sequence

from shipconsole.ui.kit.strings import counted
from shipconsole.ui.kit.theme import Tone

TITLE = "Webhook events"
CAME_IN = "Received"
TO_PASS_ON = "To pass on"
RULES = "Rules"
LIST = "Received webhook events"
BODY = "As it came"
NOTHING_CAME = "No webhook events yet."
NOTHING_CAME_HINT = (
    "Platforms send events to your webhook URL. Without one, Shipconsole checks for changes at intervals."
)
REPLAY = "Reprocess"
REPLAY_MEANS = "Processes this event again. Changes already made are not repeated."
IMPORT = "Import files"
IMPORT_MEANS = "Imports saved webhook events, one per file."
IMPORT_FOR = "Whose files"
FILES_TITLE = "Saved webhooks"
NO_SENDER = "No connection here sends webhooks."
TOO_LARGE = "A file is larger than any webhook."
NOT_CHECKED_TITLE = "Signatures are not checked"
STATES: dict[str, tuple[str, Tone]] = {
    "new": ("waiting", "accent"),
    "processed": ("done", "good"),
    "failed": ("failed", "bad"),
    "ignored": ("no news", "quiet"),
}
VERIFIED = "Signature is right"
NOT_VERIFIED = "Not verified"
UNSIGNED = "Unsigned (not supported by this platform)"
YES = "Forward"
NO = "No"
NOTHING_PROPOSED = "No shipments to review."
NOTHING_PROPOSED_HINT = "Packages of a platform that ships by itself stand here once a rule says so."
CONFIRMED = "The platform confirmed it when it was asked."
NOT_CONFIRMED = "The platform has not confirmed it yet."
PROPOSAL_STATES: dict[str, tuple[str, Tone]] = {
    "proposed": ("waits for you", "wait"),
    "shipped": ("passed on", "good"),
    "refused": ("cannot be", "bad"),
    "declined": ("declined", "quiet"),
}
RULES_MEAN = (
    "A package that one connection ships can become a shipment of its order here. Other connections are then notified"
    " once. Nothing is forwarded without a rule."
)
NO_RULES = "No connection here ships by itself, so there is nothing to pass on."
FROM = "Packages of"
MODE = "Go on"
TO = "To"
MODES = {"off": "Never", "review": "When I say yes", "auto": "By themselves"}
SAVE_RULES = "Save rules"
RULES_SAVED = "Saved."
RECEIVER = "Receiver"
RECEIVER_OFF = "Receiver off"
RECEIVER_STARTING = "Receiver starts"
CANNOT_LISTEN = "Cannot listen"
SWITCH_ON = "Switch on"
SWITCH_OFF = "Switch off"
SWITCH_MEANS = "While it is on and the window is open, platforms can send events to this computer."


def listening(addresses: Sequence[str]) -> str:
    """Where the receiver listens, without what goes before an address in a browser."""
    return f"Listening at {' and '.join(address.partition('://')[2] or address for address in addresses)}"


def unchecked(names: Sequence[str]) -> str:
    """Of which connections anybody may tell news."""
    return f"{NOT_CHECKED_TITLE}: {', '.join(names)}. Anybody who knows the address is believed."


def verified(value: bool | None, said: str) -> tuple[str, Tone]:
    """Whether a webhook is known to be its platform's."""
    if value is None:
        return f"{said[:1].upper()}{said[1:]}" or UNSIGNED, "quiet"
    if value:
        return VERIFIED, "good"
    return (f"{NOT_VERIFIED}: {said}" if said else NOT_VERIFIED), "bad"


def duplicates(number: int) -> str:
    """How often a webhook came once more."""
    return f"came {counted(number + 1, 'time')}" if number else ""


def came(connection: str, when: str, size_bytes: int) -> str:
    """Who told something, and when."""
    return f"{connection} · {when} · {size_bytes:,} bytes"


def cut(shown_bytes: int) -> str:
    """That a long body is shown in part."""
    return f"Only its first {shown_bytes // 1_024:,} KiB are shown."


def brought_in(new: int, known: int) -> str:
    """What became of the files."""
    said = f"{counted(new, 'webhook')} imported."
    return f"{said} {known:,} had come before." if known else said


def unreadable(name: str, why: str) -> str:
    """A file that could not be read."""
    return f"{name} could not be read: {why}."


def replayed(state: str, said: str) -> str:
    """What working off again came to."""
    return f"Reprocessed, {STATES.get(state, (state, ''))[0]}. {said}".strip()


def waiting(number: int) -> str:
    """The page of what waits for a yes, with how much does."""
    return f"{TO_PASS_ON} ({number:,})" if number else TO_PASS_ON


def parcel(connection: str, order: str, number: str) -> str:
    """A package that somebody else shipped."""
    return f"{connection} · order {order} · {number}"


def rule_mode(connection: str) -> str:
    """What a choice of the rules is about, to whoever does not see its row."""
    return f"Pass packages of {connection} on"


def rule_to(source: str, told: str) -> str:
    """What a tick of the rules is about."""
    return f"Packages of {source} to {told}"
