"""Every sentence that the packer reads, in the packer's words: short, plain, no blame."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from shipconsole.domain.call import CallState
from shipconsole.domain.connection import ConnectionState
from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.ui.kit.theme import Tone

# --- Window and list ---

PROGRAM = "Shipconsole"
DEMO = "Practice"
SCAN_HINTS = (
    "Scan an order, an item or a shipping label       F2",
    "Scan an order, an item or a label   F2",
    "Scan   F2",
)
RECEIVER_MEANS = "You can keep packing. Webhooks can't be received until you choose another port in settings."
RECEIVER_ENDED_MEANS = (
    "You can keep packing. Webhooks can't be received until the receiver is switched off and on in Webhook events."
)
_LONG_NUMBER = re.compile(r"\b(?=[A-Z]*[0-9])[0-9A-Z]{13,}\b")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def window_title(practice: bool) -> str:
    """The window's title; practice is said there as well."""
    return f"{PROGRAM} · {DEMO}" if practice else PROGRAM


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 order, 2 orders."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


DEMO_MEANS = "Demo mode. Platforms are simulated on this computer, and nothing is sent to real accounts."
SCAN_FIELD = "Scan field"
TROUBLE = "Trouble"
COLUMN_TABS = {"order": "Order", "tracking": "Tracking", "activity": "Activity"}
STOPPED = "Stopped. The draft is kept; scan an order to go on."
NO_CONNECTION_TO_PULL = "There is no connection to sync orders from."
ADD_ONE_FIRST = "Add one under Connections."
PULL_MEANS = "You can keep packing. New orders may be missing."
PULL_ADVICE = "Press F5 to retry."
STORE_MEANS = "Your latest changes may not have been saved."
SHOW_TO_PASS_ON = "Show shipments waiting for review"
SHOW_LATE = "Show orders with delivery issues"
PROGRAM_FAILED = "Something went wrong. Details are in the log."


def pieces(done: int, ordered: int) -> str:
    """How many units of an order have shipped or are packed."""
    return f"{done:,} / {ordered:,}"


def pulling(connection: str, done: int, total: int | None) -> str:
    """How far bringing orders in has come."""
    if not done:
        return f"{connection}: asking"
    return f"{connection}: {done:,} of {total:,}" if total else f"{connection}: {done:,}"


def pull_failed(connection: str) -> str:
    """That orders could not be brought in from one connection, or not all."""
    return f"Couldn't sync all orders from {connection}."


CONNECTION_TONES: dict[ConnectionState, Tone] = {
    ConnectionState.BLOCKED: "bad",
    ConnectionState.SYNC_FAILED: "bad",
    ConnectionState.SILENT: "wait",
    ConnectionState.WORKS: "good",
    ConnectionState.UNCHECKED: "quiet",
}
"""The color of a connection in each state; the worst comes first."""
CONNECTION_WORDS = {
    ConnectionState.BLOCKED: "blocked",
    ConnectionState.SYNC_FAILED: "sync failed",
    ConnectionState.SILENT: "not answering",
    ConnectionState.WORKS: "ok",
    ConnectionState.UNCHECKED: "not checked yet",
}


def connection_state(name: str, state: ConnectionState, said: str) -> str:
    """How a connection is, in a sentence, with what its platform said."""
    match state:
        case ConnectionState.BLOCKED:
            return f"{name} is blocked: {said}"
        case ConnectionState.SYNC_FAILED:
            return f"The last sync of {name} failed or is incomplete. Press F5 to sync."
        case ConnectionState.SILENT:
            return f"{name} is not answering. {said}".strip()
        case ConnectionState.UNCHECKED:
            return f"{name} was not checked yet. Press F5 to sync."
        case _:
            return f"{name} is connected."


def connections_in(title: str, state: ConnectionState, number: int, members: int) -> str:
    """A connection, or several drawn together, of which so many are in the worst state."""
    if state not in (ConnectionState.BLOCKED, ConnectionState.SYNC_FAILED):
        return title
    return f"{title} · {CONNECTION_WORDS[state]}" if members == 1 else f"{title} · {number} {CONNECTION_WORDS[state]}"


def one_of(number: int) -> str:
    """How many troubles wait, of which one is shown."""
    return f"1 of {number:,}"


def sending(number: int, oldest_s: float = 0) -> str:
    """How many calls are under way, and since when the oldest is where that is no longer a moment."""
    return f"{number:,} sending" if oldest_s < 60 else f"{number:,} waiting, oldest {lasting(oldest_s)}"


def leaving(answers: int, left_s: float) -> str:
    """For what the program waits before it ends, and for how long at most."""
    return f"Closing: waiting for {counted(answers, 'answer')}, up to {max(1, round(left_s))} s. Nothing is lost."


OFFLINE = "Offline"
OFFLINE_MEANS = "No platform is responding. Your work is saved and will be sent when they are back."
SHOW_NEEDS_ATTENTION = "Show the orders that need you"


def needs_attention(number: int) -> str:
    """How many orders wait for a person."""
    return f"{number:,} needs you" if number == 1 else f"{number:,} need you"


def shortened(number: str) -> str:
    """A long number by its two ends: 9400…8357."""
    return number if len(number) <= 12 else f"{number[:4]}…{number[-4:]}"


def contents(items: Sequence[tuple[str, int | None]]) -> str:
    """What is in a package; a question mark where a platform does not say how many."""
    return ", ".join(f"{'?' if quantity is None else quantity} × {sku}" for sku, quantity in items)


def with_short_numbers(text: str) -> str:
    """A text in which long numbers of packages are shortened, so that there is room for what is said of them."""
    return _LONG_NUMBER.sub(lambda found: shortened(found[0]), text)


def news_second_line(at_ms: int, now_ms: int) -> str:
    """When a platform told something by itself."""
    return f"{NEWS} · {ago((now_ms - at_ms) / 1_000)}"


def to_pass_on(number: int) -> str:
    """How many packages that shipped elsewhere wait for a person's word."""
    return f"{number:,} to pass on"


def late_parcels(number: int) -> str:
    """How many orders have a package that is late, quiet or in trouble."""
    return f"{number:,} late"


def due(due_at_ms: int, today: date) -> tuple[str, bool]:
    """When an order should leave, in a word or two, and whether it is late."""
    if due_at_ms >= NO_DUE_DATE_MS:
        return "", False
    day = datetime.fromtimestamp(due_at_ms / 1000, UTC).astimezone().date()
    away = (day - today).days
    if away < 0:
        return "late", True
    if away == 0:
        return "today", False
    if away == 1:
        return "tomorrow", False
    if away < 7:
        return _WEEKDAYS[day.weekday()], False
    return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if day.year != today.year else ""), False


def lasting(seconds: float) -> str:
    """How long something has lasted, as a packer would say it."""
    if seconds < 60:
        return f"{max(0, int(seconds))} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h"
    return counted(int(seconds // 86_400), "day")


def ago(seconds: float) -> str:
    """How long ago something was."""
    return f"{lasting(seconds)} ago"


def within(until_ms: int, now_ms: int) -> str:
    """When something comes: counted down, from an hour on as a time of day."""
    left_s = -(-(until_ms - now_ms) // 1_000)
    if left_s <= 0:
        return "now"
    if left_s >= 3_600:
        return f"at {at(until_ms)}"
    return f"in {left_s // 60}:{left_s % 60:02}"


# --- Order, tracking, activity ---

NO_ORDER = "Scan an order to begin."
NO_ORDER_HINT = "Or choose one in the list on the left. F2 goes to the scan field."
ITEMS = "Items"
PREVIEW = "Preview"
TELL_AGAIN = "Retry"
DISMISS = "Dismiss"
DISCARD = "Discard"
MARK_CONFIRMED = "Mark as confirmed"
CANCEL = "Cancel"
CLOSE = "Close"
COPY = "Copy"
COPIED = "Copied"
TRACKING = "Tracking"
REASON_LABEL = "Your reason is saved in the audit log."
NO_PARCELS = "No package has left yet."
DONE_BY_HAND = "Manual changes"
NO_PARCELS_HINT = "Tracking appears here after a package ships."
OPEN_LINK = "Open ↗"
COPY_NUMBER = "Copy tracking number"
ACTIVITY = "Activity"
NO_ACTIVITY = "No activity yet."
NEWS = "News"
NO_ACTIVITY_HINT = "Updates sent to each platform appear here, newest first."
DETAILS = "Details"
MESSAGES_TITLE = "What will be sent"
MESSAGES_HINT = "Nothing has been sent yet. API keys are added when the request is sent and are never shown."
CONNECTIONS = "Connections"
MENU = "Menu"
WHO_PACKS = "Who packs"


def badge_hint(prefix: str) -> str:
    """How a badge names its packer."""
    return (
        f"The name stands on every shipment from now on. A badge does the same: a barcode that says {prefix}BADGE NAME."
    )


SAVE = "Save"
KEYS_TITLE = "Keys"
KEYS = (
    (
        "Everywhere",
        (
            ("F2", "Scan field"),
            ("F5", "Sync orders"),
            ("F8", "Orders that need you"),
            ("Alt+D", "Dismiss the message at the top"),
            ("Ctrl+F", "Search orders"),
            ("Ctrl+Shift+N", "New order"),
            ("F10", "Menu"),
            ("F1", "This sheet"),
        ),
    ),
    (
        "The open order",
        (
            ("+  −", "One unit more or less of the chosen item"),
            ("0 … 9", "Type how many are in the package"),
            ("Ctrl+A", "Pack all remaining"),
            ("Ctrl+N", "New package"),
            ("Alt+P", "Show each message before it leaves"),
            ("Ctrl+Z", "Undo the last step, including a shipment that hasn't been sent"),
            ("F4", "All fields of the order at each connection"),
            ("Enter", "Continue after an error, or keep what is asked about"),
            ("Esc", "Remove the label that is asked about"),
            ("Alt+K", "Keep a label with a reason, or use a code as a label"),
            ("1 … 9", "Choose a carrier, an item or an order"),
            ("F9", "What else can be done with the order"),
            ("Ctrl+Enter", "Ship"),
        ),
    ),
    (
        "Barcodes at the station",
        (
            ("%SHIP", "Ship"),
            ("%NEXT PACKAGE", "New package"),
            ("%ALL LEFT", "Pack all remaining"),
            ("%UNDO", "Take the last step back"),
            ("%OK", "Continue after an error, or keep what is asked about"),
            ("%STOP", "Stop, and leave the draft as it is"),
            ("%BADGE NAME", "From now on this packer"),
        ),
    ),
)
ORDER_STATES: dict[str, tuple[str, Tone]] = {
    "open": ("To ship", "accent"),
    "partly_shipped": ("Partially shipped", "wait"),
    "shipped": ("Shipped", "good"),
    "cancelled": ("Cancelled", "bad"),
}
"""The word for an order's state and the tone it is said in."""


class CallWords(NamedTuple):
    """What is said of a call in one state, the same everywhere.

    `with_order` stands beside the call in its order, `in_list` in the list of calls with `{connection}` in it;
    `joint` goes before the platform's words there, and without it they are not said. `advice` stands below: `{age}` is
    how long ago the call was made, `{since}` how long it is as it is, `{next}` when something happens by itself, both
    as they go by. Other times are `{changed}`, to the minute, and `{due}`, to the second.
    """

    tone: Tone
    word: str
    with_order: str
    in_list: str
    joint: str = ""
    advice: str = "{changed}"


_MEND = "{age} · Open the order to fix it"
_BLOCKED = "{age} · Fix it in Connections"
_BEHIND = {"older": "Waiting for an earlier update · {age}", "blocked": _BLOCKED}
CALL_STATES: dict[CallState, CallWords] = {
    "held": CallWords("wait", "scheduled", "sends at {due}", "{connection}: scheduled", advice="sends {next}"),
    "pending": CallWords("accent", "queued", "queued", "{connection}: queued", advice="sends {next} · {age}"),
    "sending": CallWords("accent", "sending", "sending", "{connection}: sending", advice="for {since}"),
    "retry_wait": CallWords(
        "wait", "retrying", "retries at {due}", "{connection}: retrying", " · ", "retries {next} · {age}"
    ),
    "unknown": CallWords(
        "bad",
        "no response",
        "no response",
        "{connection}: no response",
        advice="Checking again {next} · {age} · or resolve it now",
    ),
    "checking": CallWords(
        "accent", "checking", "checking", "{connection}: checking", advice="checking for {since} · {age}"
    ),
    "needs_attention": CallWords(
        "bad", "needs attention", "needs attention", "{connection}: needs attention", " · ", _MEND
    ),
    "confirmed": CallWords("good", "confirmed", "confirmed {changed}", "{connection}: confirmed", " · "),
    "rejected": CallWords("bad", "rejected", "rejected {changed}", "{connection}: rejected", " · ", _MEND),
    "blocked": CallWords("bad", "blocked", "blocked", "{connection}: blocked", " · ", _BLOCKED),
    "dead": CallWords("bad", "failed", "failed", "{connection}: failed", " · ", _MEND),
    "cancelled": CallWords("quiet", "discarded", "discarded", "{connection}: discarded"),
    "superseded": CallWords("quiet", "replaced", "replaced", "{connection}: replaced"),
}
TRACK_STATES: dict[str, tuple[str, Tone]] = {
    "packed": ("Packed", "accent"),
    "announced": ("Platforms notified", "good"),
    "not_yet": ("Awaiting carrier scan", "quiet"),
    "accepted": ("Accepted", "accent"),
    "in_transit": ("In transit", "accent"),
    "attempted": ("Delivery attempted", "wait"),
    "collection_point": ("Available for pickup", "accent"),
    "exception": ("Exception", "bad"),
    "delivered": ("Delivered", "good"),
    "unknown": ("Unknown", "quiet"),
}


def at(at_ms: int) -> str:
    """A time of day to the minute."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%H:%M")


def at_second(at_ms: int) -> str:
    """A time of day to the second."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%H:%M:%S")


def when(at_ms: int, today: date) -> str:
    """A day and a time, the day in a word where it is near."""
    day = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().date()
    if day == today:
        name = "today"
    elif day == today - timedelta(days=1):
        name = "yesterday"
    else:
        name = named_day(day) if day.year == today.year else f"{named_day(day)} {day.year}"
    return f"{name} {at(at_ms)}"


def named_day(day: date) -> str:
    """A day by its name: Fri 20 Nov."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def call_state(state: CallState, *, due_at_ms: int, changed_at_ms: int) -> str:
    """How a call stands, in a few words."""
    return CALL_STATES[state].with_order.format(due=at_second(due_at_ms), changed=at(changed_at_ms))


def quoted(text: str) -> str:
    """A platform's own words, in quotation marks."""
    return f"“{text.strip().strip('“”')}”"


def latest_calls(number: int, most: int) -> str:
    """How many calls a list shows."""
    return f"the last {number:,}" if number >= most else counted(number, "call")


def activity(connection: str, state: CallState, words: str) -> str:
    """One call in a line of the activity list."""
    known = CALL_STATES[state]
    said = known.in_list.format(connection=connection)
    return f"{said}{known.joint}{words}" if words and known.joint else said


def activity_second_line(
    number: str,
    state: CallState,
    *,
    created_at_ms: int,
    changed_at_ms: int,
    next_at_ms: int,
    now_ms: int,
    answered_ms: int | None,
    behind: str = "",
) -> str:
    """Under a call: its order, and what is known or to be done; `behind` names what a waiting one waits behind."""
    rest = _BEHIND.get(behind, CALL_STATES[state].advice).format(
        age=lasting((now_ms - created_at_ms) / 1_000),
        since=lasting((now_ms - changed_at_ms) / 1_000),
        next=within(next_at_ms, now_ms),
        changed=at(changed_at_ms),
    )
    if state == "confirmed" and answered_ms is not None:
        rest += f" · in {answered_ms / 1000:.1f} s" if answered_ms >= 100 else " · at once"
    return f"{number} · {rest}"


def attempt_word(what: str) -> str:
    """What an entry of a call's record tells."""
    return {
        "sending": "sent off",
        "answered": "answered",
        "not_sent": "not sent",
        "lost": "no answer",
        "abandoned": "program ended",
        "person": "by hand",
        "read_back": "looked at the platform",
    }.get(what, what.replace("_", " "))


ORDER_GONE = "This order is no longer here. Press F5 to sync orders."


def tell_again_risk(connection: str) -> str:
    """What telling again means where the first answer is not known."""
    return (
        f"If {connection} already has this update, the customer may be notified twice."
        f" Check in {connection} before you retry."
    )


def mark_confirmed_meaning(connection: str) -> str:
    """What taking a call for told means."""
    return f"Use this if {connection} already has the shipment. The update is marked as confirmed and not sent again."


def dealt_with_meaning(connection: str) -> str:
    """What giving a call up means."""
    return (
        f"The update is not sent to {connection}. The shipment stays recorded here. Platforms that receive the whole "
        "order each time will still get this package with the next update."
    )


def message_in_words(connection: str, call: str, summary: str) -> str:
    """What a message says, before it is shown to the letter."""
    return f"{connection} · {call} · {summary}" if summary else f"{connection} · {call}"


def tracked_parcel(number: int, carrier_and_number: str) -> str:
    """A package on its way."""
    return f"Package {number} · {carrier_and_number}"


def open_at(host: str) -> str:
    """Where a link leads."""
    return f"Open at {host}"


# --- Fields, and what is not saved ---

ALL_FIELDS = "All fields"
UNDO = "Undo"
KEEP_EDITING = "Keep editing"
CLOSE_UNSAVED = "Close without saving"
UNSAVED_TITLE = "Not saved"
CLOSE_TITLE = "Close Shipconsole?"
CLOSE_PROGRAM = "Close"
KEEP_PACKING = "Keep packing"
_NAMED_MOST = 5


def unfinished(packed: Sequence[tuple[str, int]], updates: int) -> list[str]:
    """What would be left unfinished: orders that are packed, each with its units, and updates that are not sent."""
    lines = [f"Order {number}: {counted(units, 'unit')} packed, not shipped." for number, units in packed[:_NAMED_MOST]]
    if len(packed) > _NAMED_MOST:
        lines.append(f"{counted(len(packed) - _NAMED_MOST, 'more order')} packed, not shipped.")
    if packed:
        lines.append("What is packed is kept as a draft.")
    if updates:
        lines.append(f"{counted(updates, 'update')} not sent yet. Shipconsole sends what is left when it runs again.")
    return lines


UNSAVED_MEANS = "Your changes will be lost and nothing will be sent."


def backlog(connection: str, why: str, count: int, since_ms: int, next_at_ms: int, now_ms: int) -> str:
    """What waits for a connection that takes nothing at present, why, since when, and when it goes on."""
    waits = f"{count:,} {'waits' if count == 1 else 'wait'}, since {lasting((now_ms - since_ms) / 1_000)}"
    match why:
        case "silent":
            return f"{connection} is not answering: {waits}, asked again {within(next_at_ms, now_ms)}"
        case "paused":
            return f"{connection} asked for a pause: {waits}, goes on {within(next_at_ms, now_ms)}"
        case _:
            return f"{connection} is blocked: {waits}. Fix it in {CONNECTIONS}."


def reading_shop(connection: str, source: str, status: str, for_ms: int) -> str:
    """A platform is reading a shop again, its own word for how far it is, and for how long."""
    shop = f"its store {source}" if source else "its store"
    said = status.replace("_", " ")
    return f"{connection} is reading {shop} ({said}, {max(0, for_ms) // 1_000} s)"
