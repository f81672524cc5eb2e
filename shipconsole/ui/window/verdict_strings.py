"""A verdict as text: a headline, a second line, and what ends it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from shipconsole.domain.label import LabelIssue
from shipconsole.domain.scan import ScanReason
from shipconsole.domain.verdict import OrderChange, ScannerFault, Verdict, VerdictKind
from shipconsole.messages import text
from shipconsole.ui.kit.formats import ago, key_name, when
from shipconsole.ui.kit.package_label import carrier_name
from shipconsole.ui.kit.strings import quoted
from shipconsole.ui.window.top_bar import NEEDS_ATTENTION_KEY

ENTER, ESCAPE, KEEP_KEY = "Enter", "Esc", "Alt+K"
CHANGES_LISTED = 3


class VerdictChoice(NamedTuple):
    """One way to end a verdict: its label, and its key."""

    label: str
    key: str


class VerdictText(NamedTuple):
    """The texts of a verdict. `hint` names the command codes that do the same as keys."""

    headline: str
    second: str
    choices: tuple[VerdictChoice, ...] = ()
    hint: str = ""


def verdict_text(verdict: Verdict, prefix: str, now_ms: int, names: Sequence[str] = ()) -> VerdictText:
    """Return the texts of a verdict; `names` are those of the items or orders to choose from."""
    return VerdictText(_headline(verdict), _second(verdict, now_ms), _choices(verdict, names), _hint(verdict, prefix))


def reason_question(verdict: Verdict, now_ms: int) -> str:
    """Return the question before a label is kept with a reason."""
    return f"{text(_HEADLINES[verdict.kind])}\n{_second(verdict, now_ms)}"


def units_question(verdict: Verdict) -> str:
    """Return the question for the units in a case."""
    return text("verdict_units.question", item=_item(verdict))


_HEADLINES: Mapping[VerdictKind, str] = {
    VerdictKind.IDLE: "verdict_title.ready",
    VerdictKind.GOOD: "verdict_title.added",
    VerdictKind.COMPLETE: "verdict_title.complete",
    VerdictKind.SHIPPED: "verdict_title.shipped",
    VerdictKind.SHIPPED_ATTENTION: "verdict_title.shipped",
    VerdictKind.WRONG_ITEM: "verdict_title.wrong_item",
    VerdictKind.ONE_TOO_MANY: "verdict_title.one_too_many",
    VerdictKind.UNKNOWN_CODE: "verdict_title.unknown_code",
    VerdictKind.POSSIBLE_LABEL: "verdict_title.possible_label",
    VerdictKind.SEVERAL_CARRIERS: "verdict_title.which_carrier",
    VerdictKind.SEVERAL_ITEMS: "verdict_title.which_item",
    VerdictKind.SEVERAL_ORDERS: "verdict_title.which_order",
    VerdictKind.CASE_UNITS: "verdict_title.units_in_case",
    VerdictKind.SECOND_LABEL: "verdict_title.second_label",
    VerdictKind.ANOTHER_ORDER: "verdict_title.another_order",
    VerdictKind.NO_ORDER: "verdict_title.no_order",
    VerdictKind.ORDER_CANCELLED: "verdict_title.cancelled",
    VerdictKind.ORDER_CHANGED: "verdict_title.changed",
    VerdictKind.SCANNER: "verdict_title.scanner",
    VerdictKind.DATABASE_AWAY: "verdict_title.not_saved",
    VerdictKind.LABEL_TAKEN: "verdict_title.label_taken",
    VerdictKind.POSTAL_CODE: "verdict_title.postal_code",
    VerdictKind.CHECK_DIGIT: "verdict_title.check_label",
    VerdictKind.ARTICLE_NUMBER: "verdict_title.check_label",
    VerdictKind.SECOND_BARCODE: "verdict_title.check_label",
    VerdictKind.USED_BEFORE: "verdict_title.used_before",
    VerdictKind.OFFLINE: "verdict_title.offline",
}


def _headline(verdict: Verdict) -> str:
    units = verdict.scan.units if verdict.scan else 1
    match verdict.kind:
        case VerdictKind.GOOD if verdict.scan is not None:
            return verdict.scan.item_name or verdict.scan.number
        case VerdictKind.GOOD:
            return ""
        case VerdictKind.ONE_TOO_MANY if units > 1:
            return text("verdict_title.too_many")
        case VerdictKind.SHIPPED:
            return text("verdict_title.package_shipped", number=verdict.package)
        case VerdictKind.SHIPPED_ATTENTION:
            return text("verdict_title.shipped_attention", count=verdict.total)
        case VerdictKind.SCANNER if verdict.fault == ScannerFault.CAPS_LOCK:
            return text("verdict_title.caps_lock")
        case _:
            return text(_HEADLINES[verdict.kind])


def _second(verdict: Verdict, now_ms: int) -> str:
    """Return what happened, and why a packed order waits for a command or what stops one that ships by itself."""
    told = _happened(verdict, now_ms)
    if verdict.not_by_itself is not None:
        return f"{told} {verdict.not_by_itself}".lstrip()
    is_counted_down = verdict.by_itself and verdict.kind == VerdictKind.SHIPPED
    return f"{told} · {text('by_itself.counts_down')}" if is_counted_down else told


def _happened(verdict: Verdict, now_ms: int) -> str:
    order, code = verdict.order_number, _code(verdict)
    match verdict.kind:
        case VerdictKind.IDLE:
            return text("verdict.open", order=order) if order else text("verdict.scan_order")
        case VerdictKind.GOOD if verdict.label is not None:
            return text("verdict.label_on", package=verdict.package + 1)
        case VerdictKind.GOOD:
            return text("verdict.added", package=verdict.package + 1, packed=verdict.count, total=verdict.total)
        case VerdictKind.COMPLETE:
            return text("verdict.all_packed", order=order, count=verdict.total)
        case VerdictKind.SHIPPED:
            return text("verdict.shipped", order=order, count=verdict.count, platforms=tuple(verdict.platforms))
        case VerdictKind.SHIPPED_ATTENTION:
            return text("verdict.see_updates", key=key_name(NEEDS_ATTENTION_KEY))
        case VerdictKind.WRONG_ITEM:
            return text("verdict.wrong_item", item=_item(verdict), order=order)
        case VerdictKind.ONE_TOO_MANY:
            return _too_many(verdict)
        case VerdictKind.UNKNOWN_CODE:
            return _unknown(verdict, code)
        case VerdictKind.SEVERAL_ITEMS:
            return text("verdict.several_items", code=code, order=order)
        case VerdictKind.SEVERAL_ORDERS:
            return text("verdict.several_orders", code=code)
        case VerdictKind.CASE_UNITS:
            return text("verdict.units_once", item=_item(verdict))
        case VerdictKind.ANOTHER_ORDER:
            other = verdict.scan.order_number or verdict.scan.number if verdict.scan else ""
            if not verdict.count:
                return text("verdict.another_order_label", order=order, other=other)
            return text("verdict.another_order", order=order, other=other, count=verdict.count)
        case VerdictKind.NO_ORDER:
            return text("verdict.no_order", code=code)
        case VerdictKind.ORDER_CANCELLED:
            return text("verdict.cancelled", order=order)
        case VerdictKind.ORDER_CHANGED:
            return text("verdict.changes", order=order, changes=_changes(verdict.changes))
        case VerdictKind.SCANNER:
            return _scanner(verdict)
        case VerdictKind.DATABASE_AWAY:
            return text("verdict.draft_kept")
        case VerdictKind.OFFLINE:
            queued = text("verdict.offline_queued", count=verdict.total) if verdict.total else ""
            return f"{text('verdict.offline')} {queued}".rstrip()
        case _ if verdict.issue is not None:
            return _about_label(verdict, verdict.issue, now_ms)
        case _:
            return ""


def _unknown(verdict: Verdict, code: str) -> str:
    if not verdict.order_number:
        return text("verdict.unknown", code=code)
    if verdict.scan and verdict.scan.reason == ScanReason.UNKNOWN_ITEM:
        return text("verdict.unknown_item", code=code)
    return text("verdict.unknown_in_order", code=code, order=verdict.order_number)


def _too_many(verdict: Verdict) -> str:
    units = verdict.scan.units if verdict.scan else 1
    if not verdict.total:
        return text("verdict.none_left", item=_item(verdict))
    if units > 1:
        left = verdict.total - verdict.count
        return text("verdict.case_too_many", item=_item(verdict), units=units, count=left)
    return text("verdict.one_too_many", item=_item(verdict), packed=verdict.count, total=verdict.total)


def _about_label(verdict: Verdict, issue: LabelIssue, now_ms: int) -> str:
    number = spaced(verdict.label.number) if verdict.label else ""
    match verdict.kind:
        case VerdictKind.LABEL_TAKEN:
            return _taken(number, issue, now_ms)
        case VerdictKind.USED_BEFORE:
            return _used_before(number, issue, now_ms)
        case VerdictKind.POSTAL_CODE:
            return text(
                "verdict.postal_code",
                order=verdict.order_number,
                theirs=issue.label_postal_code,
                ours=issue.order_postal_code,
            )
        case VerdictKind.CHECK_DIGIT if issue.right_digit:
            return text("verdict.check_digit", number=number, digit=issue.right_digit)
        case VerdictKind.CHECK_DIGIT:
            return text("verdict.check_digit_wrong", number=number)
        case VerdictKind.ARTICLE_NUMBER:
            return text("verdict.article_number", number=number)
        case VerdictKind.SECOND_BARCODE:
            return text("verdict.second_barcode", number=number)
        case VerdictKind.SEVERAL_CARRIERS:
            return text("verdict.fits_carriers", number=number)
        case VerdictKind.SECOND_LABEL:
            earlier = spaced(verdict.earlier_number)
            return text("verdict.second_label", package=verdict.package + 1, earlier=earlier, number=number)
        case _ if issue.carriers:
            carriers = tuple(carrier_name(carrier) for carrier in issue.carriers)
            return text("verdict.uncertain_carriers", number=number, carriers=carriers)
        case _:
            return text("verdict.uncertain", number=number)


def _taken(number: str, issue: LabelIssue, now_ms: int) -> str:
    """Return the text about a label that another package has, with what is known of that package."""
    order, parts = issue.order_number, list[str]()
    if issue.shipped_at_ms is None:
        parts.append(
            text("verdict.on_another_of", number=number, order=order)
            if order
            else text("verdict.on_another", number=number)
        )
    else:
        time = when(issue.shipped_at_ms, _day_of(now_ms))
        parts.append(
            text("verdict.on_shipped_of", number=number, order=order, time=time)
            if order
            else text("verdict.on_shipped", number=number, time=time)
        )
        if issue.packer:
            parts.append(text("verdict.packed_by", packer=issue.packer))
        if issue.is_lost:
            parts.append(text("verdict.was_lost"))
    return " ".join([*parts, text("verdict.label_not_added")])


def _used_before(number: str, issue: LabelIssue, now_ms: int) -> str:
    """Return the text about a number of an old package, which the carrier may have issued again."""
    if issue.shipped_at_ms is None:
        return _taken(number, issue, now_ms)
    order, age = issue.order_number, ago((now_ms - issue.shipped_at_ms) / 1_000)
    parts = [
        text("verdict.used_before_with", number=number, ago=age, order=order)
        if order
        else text("verdict.used_before", number=number, ago=age)
    ]
    if issue.packer:
        parts.append(text("verdict.packed_by", packer=issue.packer))
    return " ".join([*parts, text("verdict.is_it_this")])


def _changes(changes: Sequence[OrderChange]) -> tuple[str, ...]:
    listed = [
        text("verdict.change_quantity", sku=change.sku, before=change.before, after=change.after)
        if change.sku
        else text("verdict.change_address")
        for change in changes[:CHANGES_LISTED]
    ]
    more = len(changes) - len(listed)
    return (*listed, text("verdict.change_more", count=more)) if more else tuple(listed)


def _scanner(verdict: Verdict) -> str:
    arrived = quoted(verdict.scan.raw if verdict.scan else "")
    summary = text("verdict.scanner", arrived=arrived, meant=quoted(verdict.meaning))
    match verdict.fault:
        case ScannerFault.CAPS_LOCK:
            return f"{summary} {text('verdict.caps_lock')}"
        case ScannerFault.AZERTY:
            return f"{summary} {text('verdict.azerty')}"
        case _:
            return f"{summary} {text('verdict.qwertz')}"


def _choices(verdict: Verdict, names: Sequence[str]) -> tuple[VerdictChoice, ...]:
    match verdict.kind:
        case VerdictKind.UNKNOWN_CODE if verdict.order_id is not None:
            choices = (("verdict_choice.continue", ENTER), ("verdict_choice.as_label", KEEP_KEY))
        case VerdictKind.LABEL_TAKEN | VerdictKind.POSTAL_CODE:
            choices = (("verdict_choice.continue", ENTER), ("verdict_choice.keep_with_reason", KEEP_KEY))
        case (
            VerdictKind.POSSIBLE_LABEL
            | VerdictKind.CHECK_DIGIT
            | VerdictKind.ARTICLE_NUMBER
            | VerdictKind.SECOND_BARCODE
            | VerdictKind.USED_BEFORE
        ):
            choices = (("verdict_choice.keep_label", ENTER), ("verdict_choice.remove_label", ESCAPE))
        case VerdictKind.SECOND_LABEL:
            choices = (("verdict_choice.replace_label", ENTER), ("verdict_choice.keep_first", ESCAPE))
        case VerdictKind.ANOTHER_ORDER:
            choices = (("verdict_choice.open_other", ENTER), ("verdict_choice.stay", ESCAPE))
        case VerdictKind.SEVERAL_CARRIERS | VerdictKind.SEVERAL_ITEMS | VerdictKind.SEVERAL_ORDERS:
            listed = [carrier_name(carrier) for carrier in verdict.issue.carriers] if verdict.issue else names
            options = (VerdictChoice(name, str(number)) for number, name in enumerate(listed[:9], 1))
            return (*options, VerdictChoice(text("verdict_choice.leave_out"), ESCAPE))
        case VerdictKind.CASE_UNITS:
            choices = (("verdict_choice.leave_out", ESCAPE),)
        case (
            VerdictKind.WRONG_ITEM
            | VerdictKind.ONE_TOO_MANY
            | VerdictKind.UNKNOWN_CODE
            | VerdictKind.ORDER_CANCELLED
            | VerdictKind.ORDER_CHANGED
        ):
            choices = (("verdict_choice.continue", ENTER),)
        case _:
            choices = ()
    return tuple(VerdictChoice(text(label), key) for label, key in choices)


def _hint(verdict: Verdict, prefix: str) -> str:
    keys = {choice.key for choice in _choices(verdict, ())}
    ok, undo = f"{prefix}OK", f"{prefix}UNDO"
    if verdict.kind == VerdictKind.SECOND_LABEL:
        return text("verdict.hint_next_package", ok=ok, undo=undo, next=f"{prefix}NEXT PACKAGE")
    if {ENTER, ESCAPE} <= keys:
        return text("verdict.hint_enter_escape", ok=ok, undo=undo)
    if ENTER in keys:
        return text("verdict.hint_enter", ok=ok)
    return text("verdict.hint_escape", undo=undo) if ESCAPE in keys else ""


def spaced(number: str) -> str:
    """Return a long number in groups of four characters, as it is printed on labels."""
    groups = [number[start : start + 4] for start in range(0, len(number), 4)]
    return " ".join(groups) if len(number) > 8 and " " not in number else number


def _item(verdict: Verdict) -> str:
    if verdict.scan is None:
        return ""
    name, sku = verdict.scan.item_name, verdict.scan.number
    return f"{name} ({sku})" if name and name != sku else sku


def _code(verdict: Verdict) -> str:
    return quoted(verdict.scan.number or verdict.scan.raw) if verdict.scan else ""


def _day_of(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().date()
