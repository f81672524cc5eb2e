"""Every sentence of the open order."""

from collections.abc import Sequence

from shipconsole.domain.call import CallState
from shipconsole.ui.kit.strings import CALL_STATES, counted, quoted
from shipconsole.ui.kit.theme import Tone

NO_ADDRESS = "No address"
PACKAGES = "Packages"
NEW_PACKAGE = "New package"
REMOVE_PACKAGE = "Remove package"
SHIP_ALL_LEFT = "Pack all remaining"
TRACKING_NUMBER = "Tracking number"
TRACKING_HINT = "Scan the label"
CARRIER = "Carrier"
CARRIER_FOUND = "Carrier, found from number"
SERVICE = "Service"
WEIGHT = "Weight, kg"
WILL_BE_SENT = "What will be sent"
WAS_SENT = "What was sent"
PREVIEW_HINT = "shows each message before it leaves"
NOTHING_TO_SEND = "Add an item to the package to preview what each platform receives."
SHIPPING = "Storing the shipment"
SHIPPING_WAIT = "Saving the shipment. Scan again in a moment. Nothing was changed."
NOT_OPEN = "No order is open. Scan an order first."
NOTHING_TO_UNDO = "There is nothing to undo."
GOES_OUT_NOW = "Sending now."


def goes_out_in(seconds: int) -> str:
    """For how long a shipment can be taken back."""
    return f"Sends in {seconds // 60}:{seconds % 60:02}." if seconds >= 60 else (f"Sends in {seconds} s.")


COMPARE_ORDERS = "Compare orders…"
RESOLVE_ITEMS = "Resolve items…"


def joined(parts: Sequence[tuple[str, str, str]]) -> str:
    """What each connection has of the order: its name, its number of the order, who receives it there."""
    return f"Linked: {', '.join(' '.join(part for part in (name, number) if part) for name, number, _ in parts)}"


def may_be_same(number: str, connections: Sequence[str], recipient: str) -> str:
    """Another order of the number that nobody linked or kept separate."""
    about = ", ".join(part for part in (" and ".join(connections), recipient) if part)
    return f"May be the same as order {number} ({about})." if about else f"May be the same as another order {number}."


def recipient_differs(name: str, recipient: str) -> str:
    """A connection changed who receives an order that is linked to the one here."""
    return f"{name} has another recipient: {recipient}. Check before you ship, or unlink {name}."


def not_counted(sku: str, quantity: str) -> str:
    """An item whose quantity is no whole number of units was scanned."""
    return f"{sku}: {quantity} is not a whole number of units, so it is not counted. Record what happened to it."


def line_not_counted(resolved_as: str) -> str:
    """How an item stands whose quantity is no whole number of units."""
    return {
        "shipped": "Recorded as shipped",
        "cancelled": "Recorded as cancelled",
    }.get(resolved_as, "No whole number of units")


def unresolved_items(count: int) -> str:
    """Items of which a person has to say what became of them."""
    return (
        f"{counted(count, 'item')} with a quantity that is not a whole number of units. Record what happened to each."
    )


def too_late_to_undo(notified: Sequence[str], perhaps: Sequence[str], not_yet: Sequence[str]) -> str:
    """Return why a shipment cannot be undone any more: how it stands with each platform."""
    parts = [
        f"{_listed(names)} {said[len(names) > 1]}"
        for names, said in (
            (notified, ("was notified", "were notified")),
            (perhaps, ("may be notified", "may be notified")),
            (not_yet, ("was not notified", "were not notified")),
        )
        if names
    ]
    return f"{'; '.join(parts) or 'The shipment is stored'}. To change it: More (F9) → Correct a package."


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


READY = "ready"
LINE_COLUMNS = ("SKU", "Item", "Ordered", "Shipped", "In this package", "Left")
MORE = "More"
MORE_KEY = "F9"
_WORST_FIRST: tuple[CallState, ...] = ("rejected", "dead", "blocked", "unknown", "needs_attention")


def items_headline(shipped: int, in_packages: int, left: int, *, several_packages: bool, cancelled: int = 0) -> str:
    """How the order stands, over its items."""
    where = "in new packages" if several_packages else "in this package"
    said = f"{shipped:,} shipped · {in_packages:,} {where} · {left:,} left"
    return f"{said} · {cancelled_pieces(cancelled)}" if cancelled else said


def cancelled_pieces(cancelled: int) -> str:
    """How many units will not come."""
    return f"{cancelled:,} cancelled"


def package_tab(number: int) -> str:
    """A package that is being packed."""
    return f"Package {number}"


def shipped_package_tab(number: int, tracking_number: str, state: str) -> str:
    """A package that was shipped before, with the end of its number and how telling of it stands."""
    tail = f"…{tracking_number[-4:]}" if len(tracking_number) > 6 else tracking_number
    return f"Package {number} · {tail}, {state}" if tail else f"Package {number}, {state}"


def package_notified(states: Sequence[CallState]) -> tuple[str, Tone]:
    """How telling of a shipped package stands, from the states of its calls: a word and its tone."""
    live = [state for state in states if state not in ("superseded", "cancelled")]
    for state in _WORST_FIRST:
        if state in live:
            return CALL_STATES[state].word, CALL_STATES[state].tone
    if live and all(state == "confirmed" for state in live):
        return CALL_STATES["confirmed"].word, CALL_STATES["confirmed"].tone
    return ("waiting", "wait") if live else ("not sent", "quiet")


def ship_button(pieces: int, left: int, connections: int) -> str:
    """What the one big button will do; `left` counts what is in the packages too."""
    told = f", notify {counted(connections, 'connection')}" if connections else ""
    return f"Ship {pieces:,} of {left:,} left{told}" if pieces else "Ship"


def no_more_of(sku: str) -> str:
    """A scan of one unit too many."""
    return f"{sku}: no more of it is left to ship. Put this unit aside; the package was not changed."


def too_many(sku: str, pieces: int, left: int) -> str:
    """A typed quantity that is more than may ship."""
    return f"{sku}: {pieces:,} were typed, but only {left:,} are left to ship. The package was not changed."


def unknown_advice(connection: str) -> str:
    """What to do where a call was sent but not answered."""
    return f"It was sent, but no answer came. Look at {connection} whether it arrived, then say so here."


def elsewhere_shipped(name: str, status: str) -> str:
    """A platform says that all of an order has shipped, while here something is left."""
    said = quoted(status) if status else "that it has shipped"
    return f"{name} says {said}, but here something is left to ship."


def elsewhere_cancelled(name: str, status: str) -> str:
    """A platform says that an order was cancelled."""
    return f"{name} says {quoted(status) if status else 'that it was cancelled'}. Ask before you ship."


def elsewhere_differs(name: str, sku: str, theirs: str, ours: str) -> str:
    """A platform has another quantity of an item than the order here, each as it came."""
    return f"{name} has {theirs} × {sku}, here {ours} were ordered."


def cancelled_here() -> str:
    """An order that may not ship any more."""
    return "This order was cancelled and can't be shipped."


def not_told(name: str, number: str) -> str:
    """A connection that takes news of any order, and would take this one for another."""
    return f"{name} isn't notified about this order because it has a different order with number {number}."


def part_of(number: str, whole: str) -> str:
    """An order was linked to another while it was open; that one is shown."""
    return f"Order {number} is part of order {whole} now, which is open here."


TOLD_AGAIN_WHY = "Notified again from the order"
CALL_TROUBLE_ADVICE = "The shipment is saved. Open the order to fix the problem, or discard the update."
ORDER_TROUBLE_ADVICE = "Open the order and fix it in All fields (F4), or discard the update."


def call_trouble(number: str, connection: str, said: str) -> str:
    """A call that needs a person, for the banner."""
    return f"Order {number}, {connection}: {said}"


def said_by(connection: str, message: str) -> str:
    """Who says what, the platform's words in quotation marks."""
    return f"{connection}: {quoted(message)}"
