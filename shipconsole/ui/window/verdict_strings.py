"""What the packer reads of a verdict: a headline, a second line, and what ends it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from shipconsole.domain.label import LabelIssue
from shipconsole.domain.scan import ScanReason
from shipconsole.domain.verdict import OrderChange, ScannerFault, Verdict, VerdictKind
from shipconsole.ui.kit.carrier_names import carrier_name
from shipconsole.ui.kit.strings import counted, quoted

CONTINUE = "Continue"
KEEP_LABEL = "Keep label"
REMOVE_LABEL = "Remove label"
KEEP_WITH_REASON = "Keep with a reason"
TAKE_AS_LABEL = "Use as a label"
REPLACE_LABEL = "Replace label"
KEEP_FIRST = "Keep the first"
OPEN_OTHER = "Open the other order"
STAY = "Stay here"
LEAVE_OUT = "Leave it out"
ENTER, ESCAPE, KEEP_KEY = "Enter", "Esc", "Alt+K"
REASON_TITLE = "Keep the label"
REASON_LABEL = "Reason, kept in the audit log"
UNITS_TITLE = "Units in this case"
UNITS_LABEL = "Units"
ADD_UNITS = "Add units"
LATER_CHANGES = 3
YEAR_DAYS = 365
MONTH_DAYS = 30


class Choice(NamedTuple):
    """One way to end a verdict: what it does, and its key."""

    does: str
    key: str


class Said(NamedTuple):
    """A verdict in words. `hint` is a code that says the same as a key."""

    headline: str
    second: str
    choices: tuple[Choice, ...] = ()
    hint: str = ""


def said(verdict: Verdict, prefix: str, now_ms: int, names: Sequence[str] = ()) -> Said:
    """Return what the packer reads; `names` are those of the items to choose from."""
    headline = _HEADLINES[verdict.kind]
    if verdict.kind in (VerdictKind.GOOD, VerdictKind.ONE_TOO_MANY):
        headline = _counted_headline(verdict)
    elif verdict.kind == VerdictKind.SHIPPED:
        headline = f"Package {verdict.package} shipped"
    elif verdict.kind == VerdictKind.SHIPPED_ATTENTION:
        headline = f"Shipped, {counted(verdict.total, 'update')} need attention"
    elif verdict.kind == VerdictKind.SCANNER and verdict.fault == ScannerFault.CAPS_LOCK:
        headline = "Caps lock is on"
    return Said(headline, _second(verdict, now_ms), _choices(verdict, names), _hint(verdict, prefix))


def reason_question(verdict: Verdict, now_ms: int) -> str:
    """Return what is asked before a label is kept with a reason."""
    return f"{_HEADLINES[verdict.kind]}. {_second(verdict, now_ms)}"


def units_question(verdict: Verdict) -> str:
    """Return what is asked about a case."""
    name = _item(verdict)
    return f"This code is on a case of {name}. How many units are in it? The number is kept for the next scan."


_HEADLINES = {
    VerdictKind.IDLE: "Ready to scan",
    VerdictKind.GOOD: "Added",
    VerdictKind.COMPLETE: "Everything packed",
    VerdictKind.SHIPPED: "Shipped",
    VerdictKind.SHIPPED_ATTENTION: "Shipped",
    VerdictKind.WRONG_ITEM: "Wrong item",
    VerdictKind.ONE_TOO_MANY: "One too many",
    VerdictKind.UNKNOWN_CODE: "Unknown code",
    VerdictKind.POSSIBLE_LABEL: "Is this the label?",
    VerdictKind.SEVERAL_CARRIERS: "Which carrier?",
    VerdictKind.SEVERAL_ITEMS: "Which item?",
    VerdictKind.SEVERAL_ORDERS: "Which order?",
    VerdictKind.CASE_UNITS: "How many units are in this case?",
    VerdictKind.SECOND_LABEL: "Replace the label?",
    VerdictKind.ANOTHER_ORDER: "This order is not shipped yet",
    VerdictKind.NO_ORDER: "Scan an order first",
    VerdictKind.ORDER_CANCELLED: "Order was cancelled",
    VerdictKind.ORDER_CHANGED: "Order was changed",
    VerdictKind.SCANNER: "The scanner types another keyboard layout",
    VerdictKind.DATABASE_AWAY: "Can't save",
    VerdictKind.LABEL_TAKEN: "Label is on another package",
    VerdictKind.POSTAL_CODE: "Postal code mismatch",
    VerdictKind.CHECK_DIGIT: "Check the label",
    VerdictKind.ARTICLE_NUMBER: "Check the label",
    VerdictKind.SECOND_BARCODE: "Check the label",
    VerdictKind.USED_BEFORE: "Number used before",
    VerdictKind.OFFLINE: "Offline, keep packing",
}


def _counted_headline(verdict: Verdict) -> str:
    if verdict.kind == VerdictKind.GOOD:
        return verdict.scan.item_name or verdict.scan.number if verdict.scan else ""
    units = verdict.scan.units if verdict.scan else 1
    return "One too many" if units <= 1 else "Too many"


def _second(verdict: Verdict, now_ms: int) -> str:
    order, code = verdict.order_number, _code(verdict)
    match verdict.kind:
        case VerdictKind.IDLE:
            return f"Order {order} is open." if order else "Scan an order."
        case VerdictKind.GOOD if verdict.label is not None:
            return f"The label is on package {verdict.package + 1}."
        case VerdictKind.GOOD:
            return f"Added to package {verdict.package + 1}. {verdict.count:,} of {verdict.total:,} are packed."
        case VerdictKind.COMPLETE:
            return f"All {counted(verdict.total, 'unit')} of order {order} are packed. Scan the label, or ship."
        case VerdictKind.SHIPPED:
            return f"Order {order}, {counted(verdict.count, 'unit')}. Notifies {', '.join(verdict.platforms)}."
        case VerdictKind.SHIPPED_ATTENTION:
            return "The shipment is saved. Press F8 to see the updates."
        case VerdictKind.WRONG_ITEM:
            return f"{_item(verdict)} is not in order {order}. Set it aside, then scan the right item."
        case VerdictKind.ONE_TOO_MANY:
            return _too_many(verdict)
        case VerdictKind.UNKNOWN_CODE if not order:
            return f"{code} is not an order or an item that is known here."
        case VerdictKind.UNKNOWN_CODE if verdict.scan and verdict.scan.reason == ScanReason.UNKNOWN_ITEM:
            return f"{code} is an item's number (GTIN), but no order here has that item."
        case VerdictKind.UNKNOWN_CODE:
            return f"{code} is not an item of order {order}, an order, or a label."
        case VerdictKind.SEVERAL_ITEMS:
            return f"{code} fits more than one item of order {order}."
        case VerdictKind.SEVERAL_ORDERS:
            return f"{code} is the number of more than one order. Choose one here, or in the list."
        case VerdictKind.CASE_UNITS:
            return f"{_item(verdict)}: enter the number once. It is kept for the next scan."
        case VerdictKind.ANOTHER_ORDER:
            other = verdict.scan.order_number or verdict.scan.number if verdict.scan else ""
            packed = f"{counted(verdict.count, 'unit')} packed" if verdict.count else "a label"
            return f"Order {order} has {packed}. It is kept as a draft if you open order {other}."
        case VerdictKind.NO_ORDER:
            return f"{code} was scanned, but no order is open."
        case VerdictKind.ORDER_CANCELLED:
            return f"Order {order} was cancelled while it was open. Don't ship it."
        case VerdictKind.ORDER_CHANGED:
            return f"Order {order}: {_changes(verdict.changes)}"
        case VerdictKind.SCANNER:
            return _scanner(verdict)
        case VerdictKind.DATABASE_AWAY:
            return "The draft is kept on this station."
        case VerdictKind.OFFLINE:
            queued = f" {counted(verdict.total, 'update')} queued." if verdict.total else ""
            return f"No platform is responding. Shipments are saved and sent later.{queued}"
        case _ if verdict.issue is not None:
            return _about_label(verdict, verdict.issue, now_ms)
        case _:
            return ""


def _too_many(verdict: Verdict) -> str:
    units = verdict.scan.units if verdict.scan else 1
    if not verdict.total:
        return f"{_item(verdict)}: nothing of it is left to ship. Set this unit aside."
    if units > 1:
        left = verdict.total - verdict.count
        return f"{_item(verdict)}: the case has {counted(units, 'unit')}, but {left:,} are left to pack."
    return f"{_item(verdict)}: {verdict.count:,} of {verdict.total:,} are packed already. Set this unit aside."


def _about_label(verdict: Verdict, issue: LabelIssue, now_ms: int) -> str:
    number = spaced(verdict.label.number) if verdict.label else ""
    match verdict.kind:
        case VerdictKind.LABEL_TAKEN | VerdictKind.USED_BEFORE:
            return _used(number, issue, now_ms, asks=verdict.kind == VerdictKind.USED_BEFORE)
        case VerdictKind.POSTAL_CODE:
            ours = f"Order {verdict.order_number}: {issue.order_postal_code}"
            return f"Label: {issue.label_postal_code}. {ours}. The label was not added."
        case VerdictKind.CHECK_DIGIT:
            should = (
                f": the check digit should be {issue.right_digit}" if issue.right_digit else " has a wrong check digit"
            )
            return f"{number}{should}. Scan the label again, or keep it."
        case VerdictKind.ARTICLE_NUMBER:
            return f"{number} is a valid item number (GTIN), so it may be an item and not a label."
        case VerdictKind.SECOND_BARCODE:
            return f"{number} is another barcode of the label, not its tracking number. Scan the other one."
        case VerdictKind.SEVERAL_CARRIERS:
            return f"{number} fits more than one carrier. The choice is kept for this connection."
        case VerdictKind.SECOND_LABEL:
            return f"Package {verdict.package + 1} has {spaced(verdict.earlier_number)}. Scanned: {number}."
        case _:
            names = ", ".join(map(carrier_name, issue.carriers))
            fits = f"It may be from {names}." if names else "It fits no format that is known here."
            return f"{number} is not certain to be a tracking number. {fits}"


def _used(number: str, issue: LabelIssue, now_ms: int, *, asks: bool) -> str:
    where = f"order {issue.order_number}" if issue.order_number else "another order"
    if issue.shipped_at_ms is None:
        return f"{number} is on another package of {where}. The label was not added."
    by = f" by {issue.packer}" if issue.packer else ""
    if asks:
        return f"{number} was shipped {_long_ago(issue.shipped_at_ms, now_ms)} with {where}{by}. Is it this label?"
    at = datetime.fromtimestamp(issue.shipped_at_ms / 1_000, UTC).astimezone()
    lost = ", before the database was restored" if issue.is_lost else ""
    return f"{number} is on a package of {where}, shipped {at:%Y-%m-%d %H:%M}{by}{lost}. The label was not added."


def _long_ago(at_ms: int, now_ms: int) -> str:
    days = max(0, now_ms - at_ms) // 86_400_000
    if days >= 2 * YEAR_DAYS:
        return f"{days // YEAR_DAYS} years ago"
    if days >= 2 * MONTH_DAYS:
        return f"{days // MONTH_DAYS} months ago"
    return f"{counted(days, 'day')} ago"


def _changes(changes: Sequence[OrderChange]) -> str:
    told = [
        f"{one.sku} was {one.before:,}, is {one.after:,}" if one.sku else "the address is another one"
        for one in changes[:LATER_CHANGES]
    ]
    more = len(changes) - len(told)
    return "; ".join([*told, *([f"{more} more"] if more else [])]) + ". Check the package."


def _scanner(verdict: Verdict) -> str:
    arrived = quoted(verdict.scan.raw if verdict.scan else "")
    meaning = f"{arrived} arrived, the code says {quoted(verdict.meaning)}."
    if verdict.fault == ScannerFault.CAPS_LOCK:
        return f"{meaning} Turn caps lock off, and scan again."
    layout = "French or Belgian (AZERTY)" if verdict.fault == ScannerFault.AZERTY else "German or Swiss (QWERTZ)"
    return f"{meaning} Set the scanner to this computer's layout, {layout}, and scan again."


def _choices(verdict: Verdict, names: Sequence[str]) -> tuple[Choice, ...]:
    match verdict.kind:
        case VerdictKind.UNKNOWN_CODE if verdict.order_id is not None:
            return (Choice(CONTINUE, ENTER), Choice(TAKE_AS_LABEL, KEEP_KEY))
        case VerdictKind.LABEL_TAKEN | VerdictKind.POSTAL_CODE:
            return (Choice(CONTINUE, ENTER), Choice(KEEP_WITH_REASON, KEEP_KEY))
        case (
            VerdictKind.POSSIBLE_LABEL
            | VerdictKind.CHECK_DIGIT
            | VerdictKind.ARTICLE_NUMBER
            | VerdictKind.SECOND_BARCODE
            | VerdictKind.USED_BEFORE
        ):
            return (Choice(KEEP_LABEL, ENTER), Choice(REMOVE_LABEL, ESCAPE))
        case VerdictKind.SECOND_LABEL:
            return (Choice(REPLACE_LABEL, ENTER), Choice(KEEP_FIRST, ESCAPE))
        case VerdictKind.ANOTHER_ORDER:
            return (Choice(OPEN_OTHER, ENTER), Choice(STAY, ESCAPE))
        case VerdictKind.SEVERAL_CARRIERS | VerdictKind.SEVERAL_ITEMS | VerdictKind.SEVERAL_ORDERS:
            listed = [carrier_name(one) for one in verdict.issue.carriers] if verdict.issue else names
            choices = (Choice(name, str(place)) for place, name in enumerate(listed[:9], 1))
            return (*choices, Choice(LEAVE_OUT, ESCAPE))
        case VerdictKind.CASE_UNITS:
            return (Choice(LEAVE_OUT, ESCAPE),)
        case (
            VerdictKind.WRONG_ITEM
            | VerdictKind.ONE_TOO_MANY
            | VerdictKind.UNKNOWN_CODE
            | VerdictKind.ORDER_CANCELLED
            | VerdictKind.ORDER_CHANGED
        ):
            return (Choice(CONTINUE, ENTER),)
        case _:
            return ()


def _hint(verdict: Verdict, prefix: str) -> str:
    keys = {choice.key for choice in _choices(verdict, ())}
    if verdict.kind == VerdictKind.SECOND_LABEL:
        return f"Or scan {prefix}OK, {prefix}UNDO, or {prefix}NEXT PACKAGE for another package."
    if {ENTER, ESCAPE} <= keys:
        return f"Or scan {prefix}OK or {prefix}UNDO."
    if ENTER in keys:
        return f"Or scan {prefix}OK."
    return f"Or scan {prefix}UNDO." if ESCAPE in keys else ""


def spaced(number: str) -> str:
    """Return a long number in groups of four characters, as it stands on labels."""
    groups = [number[start : start + 4] for start in range(0, len(number), 4)]
    return " ".join(groups) if len(number) > 8 and " " not in number else number


def _item(verdict: Verdict) -> str:
    if verdict.scan is None:
        return ""
    name, sku = verdict.scan.item_name, verdict.scan.number
    return f"{name} ({sku})" if name and name != sku else sku


def _code(verdict: Verdict) -> str:
    return quoted(verdict.scan.number or verdict.scan.raw) if verdict.scan else ""
