"""Every sentence that the packer reads, in the packer's words: short, plain, no blame."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from shipconsole.domain.call import CallState
from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.ui.look import Tone

# --- Window and list ---

PROGRAM = "Shipconsole"
PRACTICE = "Practice"
SCAN_HINTS = (
    "Scan an order, an item or a shipping label       F2",
    "Scan an order, an item or a label   F2",
    "Scan   F2",
)
SEARCH_FIELD = "Search orders"
RECEIVER_MEANS = "Packing goes on as usual. Vendors find nobody until another port stands in the settings."
SEARCH_HINTS = (
    "Search number, name, SKU, postcode, tracking      Ctrl+F",
    "Search number, name, SKU, tracking   Ctrl+F",
    "Search   Ctrl+F",
)
VIEW_TITLES = {
    "to_ship": "To ship",
    "partly": "Partly",
    "shipped": "Shipped",
    "needs_you": "Needs you",
    "late": "Late",
    "all": "All",
}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def window_title(practice: bool) -> str:
    """The window's title; practice is said there as well."""
    return f"{PROGRAM} · {PRACTICE}" if practice else PROGRAM


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 order, 2 orders."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


ORDERS = "Orders"
REFRESH = "Refresh"
CANCEL_PULL = "Cancel"
PULL_PROGRESS = "Bringing orders in"
PRACTICE_MEANS = "Practice vendors on this computer: nobody outside is told anything."
SCAN_FIELD = "Scan field"
TROUBLE = "Trouble"
COLUMN_TABS = {"order": "Order", "tracking": "Tracking", "activity": "Activity"}
STOPPED = "Stopped. The draft is kept; scan an order to go on."
NO_CONNECTION_TO_PULL = "There is no connection to bring orders in from."
ADD_ONE_FIRST = "Add one under Connections."
PULL_MEANS = "Orders that are here already can be packed; new ones may be missing."
PULL_ADVICE = "F5 tries again."
STORE_MEANS = "What was typed last may not be kept."
PARCEL_TROUBLES = {"exception": "trouble", "late": "overdue", "quiet": "quiet"}
PARCEL_TROUBLES_MEAN = {
    "exception": "A parcel has trouble on the way.",
    "late": "A parcel should have come by now.",
    "quiet": "Nothing was heard of a parcel for three days.",
}
SHOW_LATE = "Show the orders with parcels that are late, quiet or in trouble"
LIST_COLUMNS = ("Order", "Ship to", "Items", "Due")
PROGRAM_FAILED = "Something in the program failed: it was written to the log."


def pieces(done: int, ordered: int) -> str:
    """How many pieces of an order have shipped or are packed."""
    return f"{done:,} / {ordered:,}"


def short_count(number: int) -> str:
    """A count where there is little room: 950, 9,500, 71k, 1.2M."""
    if number < 10_000:
        return f"{number:,}"
    return f"{number // 1000:,}k" if number < 1_000_000 else f"{number / 1_000_000:.1f}M"


def list_footer(orders: int, synced_s: float | None, most: int | None = None) -> str:
    """How many orders the list shows, and when the connections were last asked."""
    text = f"{orders:,} orders or more" if most is not None and orders >= most else counted(orders, "order")
    return f"{text} · synced {ago(synced_s)}" if synced_s is not None else text


def pulling(connection: str, done: int, total: int | None) -> str:
    """How far bringing orders in has come."""
    if not done:
        return f"{connection}: asking"
    return f"{connection}: {done:,} of {total:,}" if total else f"{connection}: {done:,}"


def nothing_listed(view: str, text: str, all_orders: int, connections: int) -> str:
    """Why the list is empty, and the next step."""
    if text:
        return f"No order has “{text}”. Esc shows all again."
    if not all_orders:
        if not connections:
            return "No orders yet. Add a connection first, under Connections."
        return f"No orders yet. F5 brings them in from {counted(connections, 'connection')}."
    return {
        "to_ship": "Everything has shipped. F5 looks for new orders.",
        "partly": "No order is partly shipped.",
        "shipped": "Nothing has shipped yet. Open an order under To ship.",
        "needs_you": "Nothing needs you.",
        "late": "No parcel is late, quiet or in trouble.",
    }.get(view, "No orders.")


def pull_failed(connection: str) -> str:
    """That orders could not be brought in from one connection, or not all."""
    return f"Not all orders came in from {connection}."


def connection_state(name: str, blocked_words: str) -> str:
    """How a connection is, in a sentence."""
    return f"{name} is blocked: {blocked_words}" if blocked_words else f"{name} is in order."


def connection_blocked(title: str, blocked: int, members: int) -> str:
    """A connection, or several drawn together, of which some are blocked."""
    return f"{title} · blocked" if members == 1 else f"{title} · {blocked} blocked"


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
NOT_ANSWERING = "not answering"
OFFLINE_MEANS = "No connection answers. What you enter is kept, and goes out as soon as they do."
SHOW_NEEDS_YOU = "Show the orders that need you"


def not_answering(name: str, failing_words: str) -> str:
    """A connection that does not answer, and what was seen last."""
    return f"{name} is not answering. {failing_words}".strip()


def needs_you(number: int) -> str:
    """How many orders wait for a person."""
    return f"{number:,} needs you" if number == 1 else f"{number:,} need you"


def news_second_line(at_ms: int, now_ms: int) -> str:
    """When a vendor told something by itself."""
    return f"{NEWS} · {ago((now_ms - at_ms) / 1_000)}"


def late_parcels(number: int) -> str:
    """How many orders have a parcel that is late, quiet or in trouble."""
    return f"{number:,} late"


def due(due_at_ms: int, today: date) -> tuple[str, bool]:
    """When an order should leave, in a word or two, and whether it is late."""
    if due_at_ms >= NO_DUE_DATE_MS:
        return "", False
    day = datetime.fromtimestamp(due_at_ms / 1000).astimezone().date()
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
NO_ADDRESS = "No address"
ITEMS = "Items"
PARCELS = "Parcels"
NEW_PARCEL = "New parcel"
DROP_PARCEL = "Take this parcel away"
SHIP_ALL_LEFT = "Ship all left"
TRACKING_NUMBER = "Tracking number"
TRACKING_HINT = "Scan the label"
CARRIER = "Carrier"
CARRIER_FOUND = "Carrier, found from number"
SERVICE = "Service"
WEIGHT = "Weight, kg"
WILL_BE_SENT = "What will be sent"
WAS_SENT = "What was sent"
PREVIEW_HINT = "shows each message before it leaves"
PREVIEW = "Preview"
NOTHING_TO_SEND = "Put something in the parcel, and what each place will be told stands here."
SHIPPING = "Storing the shipment"
SHIPPING_WAIT = "The shipment is being stored. Scan again in a moment; nothing was changed."
NOT_OPEN = "No order is open. Scan an order first."
NOTHING_TO_UNDO = "There is nothing to take back."
TOO_LATE_TO_UNDO = "Everybody was told; More (F9) → Correct a parcel."
GOES_OUT_NOW = "Goes out now."


def goes_out_in(seconds: int) -> str:
    """For how long a shipment can be taken back."""
    return (
        f"Nobody is told yet. Goes out in {seconds // 60}:{seconds % 60:02}."
        if seconds >= 60
        else (f"Nobody is told yet. Goes out in {seconds} s.")
    )


READY = "ready"
TELL_AGAIN = "Tell again"
DEALT_WITH = "Dealt with"
GIVE_UP = "Give up"
WENT_THROUGH = "It went through"
WHY_TITLE = "Why?"
WHY_LABEL = "In a few words. They are kept with the call."
CANCEL = "Cancel"
CLOSE = "Close"
COPY = "Copy"
COPIED = "Copied"
LINE_COLUMNS = ("SKU", "Item", "Ordered", "Shipped", "In this parcel", "Left")
TRACKING = "Tracking"
NO_PARCELS = "No parcel has left yet."
DONE_BY_HAND = "Done by hand"
NO_PARCELS_HINT = "When one ships, its way is followed here."
OPEN_LINK = "Open ↗"
COPY_NUMBER = "Copy tracking number"
ACTIVITY = "Activity"
NO_ACTIVITY = "Nothing was told yet."
NEWS = "News"
NO_ACTIVITY_HINT = "Each shipment's calls stand here, newest first."
DETAILS = "Details"
MESSAGES_TITLE = "What will be sent"
MESSAGES_HINT = "Nothing has left yet. The keys are added when it does, and are never shown."
CONNECTIONS = "Connections"
MENU = "Menu"
WHO_PACKS = "Who packs"


def badge_hint(prefix: str) -> str:
    """How a badge names its packer."""
    return (
        f"The name stands on every shipment from now on. A badge does the same: a barcode that says {prefix}BADGE NAME."
    )


MORE = "More"
MORE_KEY = "F9"
NO_CONNECTIONS = "No connection yet. Add the first one with its key."
ADD_CONNECTION = "Add connection"
TEST = "Test"
TESTING = "Asking"
SAVE = "Save"
NAME = "Name"
VENDOR = "Vendor"
ADDRESS = "Address"
KEY_KEPT = "Kept in the keyring. Type to replace it."
KEY_EMPTY = "Is put in this computer's keyring, nowhere else."
KEYS_TITLE = "Keys"
KEYS = (
    (
        "Everywhere",
        (
            ("F2", "Scan field"),
            ("F5", "Bring orders in"),
            ("F8", "Orders that need you"),
            ("Ctrl+F", "Search orders"),
            ("Ctrl+Shift+N", "New order"),
            ("F10", "Menu"),
            ("F1", "This sheet"),
        ),
    ),
    (
        "The open order",
        (
            ("+  −", "One piece more or less of the chosen item"),
            ("0 … 9", "Type how many are in the parcel"),
            ("Ctrl+A", "Ship all left"),
            ("Ctrl+N", "New parcel"),
            ("Alt+P", "Show each message before it leaves"),
            ("Ctrl+Z", "Take the last step back, a shipment too while nobody is told"),
            ("F4", "All fields of the order at each connection"),
            ("F9", "What else can be done with the order"),
            ("Ctrl+Enter", "Ship"),
        ),
    ),
    (
        "Barcodes on the bench",
        (
            ("%SHIP", "Ship"),
            ("%NEXT PARCEL", "New parcel"),
            ("%ALL LEFT", "Ship all left"),
            ("%UNDO", "Take the last step back"),
            ("%STOP", "Stop, and leave the draft as it is"),
            ("%BADGE NAME", "From now on this packer"),
        ),
    ),
)
ORDER_STATES: dict[str, tuple[str, Tone]] = {
    "open": ("To ship", "accent"),
    "partly_shipped": ("Partly shipped", "wait"),
    "shipped": ("Shipped", "good"),
    "cancelled": ("Cancelled", "bad"),
}
"""The word for an order's state and the tone it is said in."""


class CallWords(NamedTuple):
    """What is said of a call in one state, the same everywhere.

    `with_order` stands beside the call in its order, `in_list` in the list of calls with `{connection}` in it;
    `joint` goes before the vendor's words there, and without it they are not said. `advice` stands below: `{age}` is
    how long ago the call was made, `{since}` how long it is as it is, `{next}` when something happens by itself, both
    as they go by. Other times are `{changed}`, to the minute, and `{due}`, to the second.
    """

    tone: Tone
    word: str
    with_order: str
    in_list: str
    joint: str = ""
    advice: str = "{changed}"


_MEND = "{age} · open and mend"
_BEHIND = {"older": "waits behind an older call · {age}", "blocked": "{age} · mend under Connections"}
CALL_STATES: dict[CallState, CallWords] = {
    "held": CallWords("wait", "waiting", "leaves at {due}", "{connection}: can be undone", advice="leaves {next}"),
    "pending": CallWords(
        "accent", "waiting", "waiting its turn", "{connection}: waiting its turn", advice="goes {next} · {age}"
    ),
    "sending": CallWords("accent", "sending", "sending", "{connection}: sending", advice="for {since}"),
    "retry_wait": CallWords(
        "wait", "waiting", "waiting, retries at {due}", "{connection}: waiting", ", ", "tries again {next} · {age}"
    ),
    "unknown": CallWords(
        "bad",
        "not known",
        "answer not known",
        "{connection}: answer not known",
        advice="looked at again {next} · {age} · or say what you know",
    ),
    "checking": CallWords(
        "accent", "looked up", "being looked up", "{connection}: being looked up", advice="looking for {since} · {age}"
    ),
    "needs_person": CallWords("bad", "needs you", "needs you", "{connection} needs you", ": ", _MEND),
    "confirmed": CallWords("good", "told", "told {changed}", "{connection} told", ": "),
    "rejected": CallWords("bad", "refused", "refused {changed}", "{connection} refused", ": ", _MEND),
    "blocked": CallWords("bad", "held up", "held up", "{connection} held up", ": ", "{age} · mend under Connections"),
    "dead": CallWords("bad", "given up", "given up", "{connection} needs you", ": ", _MEND),
    "cancelled": CallWords("quiet", "dropped", "dropped", "{connection}: dropped"),
    "superseded": CallWords("quiet", "told anew", "told anew", "{connection}: told anew"),
}
_WORST_FIRST: tuple[CallState, ...] = ("rejected", "dead", "blocked", "unknown", "needs_person")
TRACK_STATES: dict[str, tuple[str, Tone]] = {
    "packed": ("Packed", "accent"),
    "announced": ("Announced", "good"),
    "not_yet": ("Not at the carrier", "quiet"),
    "accepted": ("At the carrier", "accent"),
    "in_transit": ("In transit", "accent"),
    "attempted": ("Not delivered yet", "wait"),
    "collection_point": ("To be collected", "accent"),
    "exception": ("Trouble on the way", "bad"),
    "delivered": ("Delivered", "good"),
    "unknown": ("State not known", "quiet"),
}


def at(at_ms: int) -> str:
    """A time of day to the minute."""
    return datetime.fromtimestamp(at_ms / 1000).astimezone().strftime("%H:%M")


def at_second(at_ms: int) -> str:
    """A time of day to the second."""
    return datetime.fromtimestamp(at_ms / 1000).astimezone().strftime("%H:%M:%S")


def when(at_ms: int, today: date) -> str:
    """A day and a time, the day in a word where it is near."""
    day = datetime.fromtimestamp(at_ms / 1000).astimezone().date()
    if day == today:
        name = "today"
    elif day == today - timedelta(days=1):
        name = "yesterday"
    else:
        name = named_day(day)
    return f"{name} {at(at_ms)}"


def named_day(day: date) -> str:
    """A day by its name: Fri 20 Nov."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def items_headline(shipped: int, in_parcel: int, left: int, *, several_parcels: bool, cancelled: int = 0) -> str:
    """How the order stands, over its items."""
    where = "in new parcels" if several_parcels else "in this parcel"
    said = f"{shipped:,} shipped · {in_parcel:,} {where} · {left:,} left"
    return f"{said} · {cancelled_pieces(cancelled)}" if cancelled else said


def cancelled_pieces(cancelled: int) -> str:
    """How many pieces will not come."""
    return f"{cancelled:,} cancelled"


def parcel_tab(number: int) -> str:
    """A parcel that is being packed."""
    return f"Parcel {number}"


def shipped_parcel_tab(number: int, tracking_number: str, state: str) -> str:
    """A parcel that was shipped before, with the end of its number and how telling of it stands."""
    tail = f"…{tracking_number[-4:]}" if len(tracking_number) > 6 else tracking_number
    return f"Parcel {number} · {tail}, {state}" if tail else f"Parcel {number}, {state}"


def parcel_told(states: Sequence[CallState]) -> tuple[str, Tone]:
    """How telling of a shipped parcel stands, from the states of its calls: a word and its tone."""
    live = [state for state in states if state not in ("superseded", "cancelled")]
    for state in _WORST_FIRST:
        if state in live:
            return CALL_STATES[state].word, CALL_STATES[state].tone
    if live and all(state == "confirmed" for state in live):
        return CALL_STATES["confirmed"].word, CALL_STATES["confirmed"].tone
    return ("waiting", "wait") if live else ("not told", "quiet")


def ship_button(pieces: int, left: int, connections: int) -> str:
    """What the one big button will do; `left` counts what is in the parcels too."""
    told = f", tell {counted(connections, 'place')}" if connections else ""
    return f"Ship {pieces:,} of {left:,} left{told}" if pieces else "Ship"


def no_more_of(sku: str) -> str:
    """A scan of one piece too many."""
    return f"{sku}: no more of it is left to ship. Put this piece aside; the parcel was not changed."


def too_many(sku: str, pieces: int, left: int) -> str:
    """A typed quantity that is more than may ship."""
    return f"{sku}: {pieces:,} were typed, but only {left:,} are left to ship. The parcel was not changed."


def call_state(state: CallState, *, due_at_ms: int, changed_at_ms: int) -> str:
    """How a call stands, in a few words."""
    return CALL_STATES[state].with_order.format(due=at_second(due_at_ms), changed=at(changed_at_ms))


def quoted(text: str) -> str:
    """A vendor's own words, in quotation marks."""
    return f"“{text.strip().strip('“”')}”"


def unknown_advice(connection: str) -> str:
    """What to do where a call was sent but not answered."""
    return f"It was sent, but no answer came. Look at {connection} whether it arrived, then say so here."


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
        "read_back": "looked at the vendor",
    }.get(what, what.replace("_", " "))


def elsewhere_shipped(name: str, status: str) -> str:
    """A vendor says that all of an order has shipped, while here something is left."""
    said = quoted(status) if status else "that it has shipped"
    return f"{name} says {said}, but here something is left to ship."


def elsewhere_cancelled(name: str, status: str) -> str:
    """A vendor says that an order was cancelled."""
    return f"{name} says {quoted(status) if status else 'that it was cancelled'}. Ask before you ship."


def elsewhere_differs(name: str, sku: str, theirs: int, ours: int) -> str:
    """A vendor has another quantity of an item than the order here."""
    return f"{name} has {theirs:,} × {sku}, here {ours:,} were ordered."


def cancelled_here() -> str:
    """An order that may not ship any more."""
    return "This order was cancelled. Nothing of it may ship."


ORDER_GONE = "That order is not here any more. F5 brings the orders in again."


def not_told(name: str, number: str) -> str:
    """A connection that takes news of any order, and would take this one for another."""
    return f"{name} is not told of this order: it has another one with the number {number}."


def part_of(number: str, whole: str) -> str:
    """An order was linked to another while it was open; that one is shown."""
    return f"Order {number} is part of order {whole} now, which is open here."


TOLD_AGAIN_WHY = "Told again from the order"
CALL_TROUBLE_ADVICE = "The parcel itself is stored. Open the order and mend it, or give it up there."
ORDER_TROUBLE_ADVICE = "Open the order and mend it in All fields (F4), or give it up there."


def call_trouble(number: str, connection: str, said: str) -> str:
    """A call that needs a person, for the banner."""
    return f"Order {number}, {connection}: {said}"


def said_by(connection: str, message: str) -> str:
    """Who says what, the vendor's words in quotation marks."""
    return f"{connection}: {quoted(message)}"


def tell_again_risk(connection: str) -> str:
    """What telling again means where the first answer is not known."""
    return f"If {connection} took the first one, the buyer may be told twice. Look there before you tell it again."


def went_through_meaning(connection: str) -> str:
    """What taking a call for told means."""
    return f"{connection} has the shipment: the call is taken for told and nothing more is sent."


def dealt_with_meaning(connection: str) -> str:
    """What giving a call up means."""
    return (
        f"{connection} gets no message about this parcel alone any more. The shipment itself stays stored, and where a "
        "vendor gets the whole order with each parcel, the next one tells of this one too."
    )


def message_in_words(connection: str, call: str, summary: str) -> str:
    """What a message says, before it is shown to the letter."""
    return f"{connection} is told by {call}: {summary}" if summary else f"{connection} is told by {call}."


def tracked_parcel(number: int, carrier_and_number: str) -> str:
    """A parcel on its way."""
    return f"Parcel {number} · {carrier_and_number}"


def open_at(host: str) -> str:
    """Where a link leads."""
    return f"Open at {host}"


PAIRS_HINT = "usps=endicia, ups=ups"


def connection_row(name: str, blocked_words: str) -> str:
    """A connection in the list, with the word for its state."""
    return f"{name} · {'held up' if blocked_words else 'ok'}"


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
        "wrong key": "The key is wrong or may not do this.",
        "no key": "A key is missing.",
        "no keyring": "The keyring cannot be asked just now.",
        "no network": "It cannot be reached.",
        "no answer": "It did not answer.",
        "refused": "It refused.",
        "try later": "It asks to try again later.",
    }.get(verdict_, verdict_)
    return f"{plain} {words}".strip()


# --- The fields of an order at each connection ---

ALL_FIELDS = "All fields"
SHOW_ALL_FIELDS = "Show all fields"
FIND_FIELD = "Find a field"
FIND_FIELD_HINTS = ("Find a field by name or value   Ctrl+F", "Find a field   Ctrl+F")
THE_ORDER = "Order"
NOT_DESCRIBED = "Not described by the vendor; shown as it came."
NOT_TOLD = "not told"
CHANGED = "changed"
BEING_TOLD = "being told"
UNDO = "Undo"
REMOVE = "Remove"
NEW_ENTRY = "new"
WILL_BE_REMOVED = "will be removed"
READ_ONLY = "read only"
NO_SECTION = "No connection knows this order."
KEEP_EDITING = "Keep editing"
CLOSE_UNSAVED = "Close without saving"
UNSAVED_TITLE = "Not saved"
UNSAVED_MEANS = "Closing forgets what was typed there; nobody is told of it."
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
    """A name in a vendor's document as words."""
    return name.replace("_", " ").strip().capitalize() or name


def list_name(name: str) -> str:
    """A vendor's list or part of an order as its heading."""
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


def vendor_changed(connection: str, title: str, before: str, now: str) -> str:
    """A value that is not what the vendor was sent, or that the vendor changed by itself."""
    return f"{connection} changed: {title} {quoted(before) if before else 'empty'} → {quoted(now) if now else 'empty'}"


COPY_REQUEST_ID = "Copy id"


def request_id(connection: str, id_: str) -> str:
    """The vendor's own id of a call, which its support asks for."""
    return f"{connection}’s id of this call: {id_}"


def backlog(connection: str, why: str, count: int, since_ms: int, next_at_ms: int, now_ms: int) -> str:
    """What waits for a connection that takes nothing at present, why, since when, and when it goes on."""
    waits = f"{count:,} {'waits' if count == 1 else 'wait'}, since {lasting((now_ms - since_ms) / 1_000)}"
    match why:
        case "silent":
            return f"{connection} is not answering: {waits}, asked again {within(next_at_ms, now_ms)}"
        case "paused":
            return f"{connection} asked for a pause: {waits}, goes on {within(next_at_ms, now_ms)}"
        case _:
            return f"{connection} is held up: {waits}. Mend it under {CONNECTIONS}."


def reading_shop(connection: str, source: str, status: str, for_ms: int) -> str:
    """A vendor is reading a shop again, its own word for how far it is, and for how long."""
    shop = f"its shop {source}" if source else "its shop"
    return f"{connection} is reading {shop} ({status}, {max(0, for_ms) // 1_000} s)"


def entry_of(list_name: str, number: int) -> str:
    """An entry of a vendor's list."""
    return f"{_ENTRIES.get(list_name) or name_of(list_name).removesuffix('s')} {number}"


def field_help(means: str, limits: str) -> str:
    """What a field means and what it may hold."""
    return f"{means} {limits[:1].upper()}{limits[1:]}.".strip() if limits else means


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
    return f"{title} cannot be emptied; the vendor keeps what it has until another value comes."


def takes_no_changes(connection: str) -> str:
    """A vendor whose orders are read only."""
    return f"{connection} takes no changes: change this order in the shop it comes from."


def save_fields(connection: str) -> str:
    """What the big button of the fields will do."""
    return f"Save, tell {connection}"


def mend_first(wrong: str) -> str:
    """A change cannot be told because of one field."""
    return f"Nothing was sent. {wrong}"


def last_said(summary: str, state: CallState, *, due_at_ms: int, changed_at_ms: int, words: str) -> str:
    """What became of a call about an order: what it was about, how it stands, the vendor's words."""
    stands = call_state(state, due_at_ms=due_at_ms, changed_at_ms=changed_at_ms)
    said = f": {quoted(words)}" if words and CALL_STATES[state].joint else ""
    return f"{summary} · {stands}{said}" if summary else f"{stands}{said}"


def differs(what: str, told: Sequence[tuple[str, str]]) -> str:
    """In what the connections do not agree."""
    return f"{what} differs: {', '.join(f'{name} has {quoted(text)}' for name, text in told)}."


def unsaved(titles: Sequence[str], connection: str) -> str:
    """Which fields are changed and not told."""
    return f"{connection}: {', '.join(titles)}"
