"""A verdict as the strip shows it: sign, headline, second line, count, and what can be done now."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from shipconsole.domain.label import LabelIssue
from shipconsole.domain.scan import ScanReason
from shipconsole.domain.verdict import Ending, OrderChange, ScannerFault, Verdict, VerdictKind
from shipconsole.messages import text
from shipconsole.ui.kit.formats import ago, at, at_second, lasting, when, within
from shipconsole.ui.kit.package_label import carrier_name
from shipconsole.ui.kit.strings import quoted
from shipconsole.ui.window.strip_text import ENTER, ESCAPE, KEEP_KEY, KeyHint, StripText
from shipconsole.ui.window.top_bar import NEEDS_ATTENTION_KEY, SYNC_KEY

CHANGES_LISTED = 3
NEXT_ORDER_KEY = "Alt+N"
SIGNS: Mapping[VerdictKind, str] = {
    VerdictKind.IDLE: "scan",
    VerdictKind.GOOD: "tick",
    VerdictKind.COMPLETE: "box",
    VerdictKind.SHIPPED: "truck",
    VerdictKind.SHIPPED_ATTENTION: "triangle exclamation",
    VerdictKind.WRONG_ITEM: "octagon cross",
    VerdictKind.ONE_TOO_MANY: "octagon +1",
    VerdictKind.UNKNOWN_CODE: "octagon question",
    VerdictKind.NOT_PROCESSED: "octagon question",
    VerdictKind.POSSIBLE_LABEL: "triangle tag",
    VerdictKind.SEVERAL_CARRIERS: "triangle tag",
    VerdictKind.SEVERAL_ITEMS: "triangle list",
    VerdictKind.SEVERAL_ORDERS: "triangle list",
    VerdictKind.CASE_UNITS: "triangle box",
    VerdictKind.SECOND_LABEL: "triangle tag",
    VerdictKind.ANOTHER_ORDER: "triangle box",
    VerdictKind.NO_ORDER: "octagon question",
    VerdictKind.UNKNOWN_BADGE: "octagon question",
    VerdictKind.ORDER_CANCELLED: "octagon bell",
    VerdictKind.ORDER_CHANGED: "octagon bell",
    VerdictKind.SCANNER: "triangle keyboard",
    VerdictKind.DATABASE_AWAY: "no_signal",
    VerdictKind.LABEL_TAKEN: "octagon tag",
    VerdictKind.POSTAL_CODE: "octagon pin",
    VerdictKind.CHECK_DIGIT: "triangle exclamation",
    VerdictKind.ARTICLE_NUMBER: "triangle exclamation",
    VerdictKind.SECOND_BARCODE: "triangle exclamation",
    VerdictKind.USED_BEFORE: "triangle exclamation",
    VerdictKind.OFFLINE: "no_signal",
}
"""The sign of each verdict: a tick is fine, a triangle asks, an octagon locks."""


class Situation(NamedTuple):
    """What a verdict alone does not say.

    `left` are the units left to pack, `scanned_at_ms` is when the verdict came, `sends_in_s` is how long a shipment can
    be undone, None where nothing waits. `last_name` was packed last, at `last_at_ms`.
    `next_try_ms` is when a platform that does not respond is tried again; `shipped_packages` come before the draft's.
    `postal_code` is that of the label, if it is the order's too. `can_ship` means that something is packed and every
    package has its label, `was_undone` that it was shipped before and undone, `is_notified` that every platform has
    confirmed the last shipment.
    """

    prefix: str = "%"
    now_ms: int = 0
    names: tuple[str, ...] = ()
    left: int = 0
    scanned_at_ms: int = 0
    sends_in_s: int | None = None
    last_name: str = ""
    last_at_ms: int = 0
    next_try_ms: int | None = None
    shipped_packages: int = 0
    postal_code: str = ""
    can_ship: bool = False
    was_undone: bool = False
    is_notified: bool = False


def verdict_text(verdict: Verdict, situation: Situation) -> StripText:
    """Return the content of the strip for a verdict."""
    hints = _hints(verdict, situation)
    is_counted = verdict.kind in (VerdictKind.GOOD, VerdictKind.COMPLETE, VerdictKind.ONE_TOO_MANY)
    return StripText(
        _headline(verdict),
        _second(verdict, situation),
        "idle" if verdict.kind == VerdictKind.OFFLINE else verdict.severity.value,
        SIGNS[verdict.kind],
        verdict.count if is_counted else 0,
        verdict.total if is_counted else 0,
        hints,
        _notes(verdict, situation),
        f"{situation.prefix}OK" if verdict.waits and verdict.ends_with(Ending.ACKNOWLEDGE) else "",
    )


def reason_question(verdict: Verdict, now_ms: int) -> str:
    """Return the question before a label is kept with a reason."""
    return f"{text(_HEADLINES[verdict.kind])}\n{_second(verdict, Situation(now_ms=now_ms))}"


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
    VerdictKind.NOT_PROCESSED: "verdict_title.not_processed",
    VerdictKind.POSSIBLE_LABEL: "verdict_title.possible_label",
    VerdictKind.SEVERAL_CARRIERS: "verdict_title.which_carrier",
    VerdictKind.SEVERAL_ITEMS: "verdict_title.which_item",
    VerdictKind.SEVERAL_ORDERS: "verdict_title.which_order",
    VerdictKind.CASE_UNITS: "verdict_title.units_in_case",
    VerdictKind.SECOND_LABEL: "verdict_title.second_label",
    VerdictKind.ANOTHER_ORDER: "verdict_title.another_order",
    VerdictKind.NO_ORDER: "verdict_title.no_order",
    VerdictKind.UNKNOWN_BADGE: "verdict_title.unknown_badge",
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
        case VerdictKind.GOOD if verdict.label is not None:
            return spaced(verdict.label.number)
        case VerdictKind.GOOD if verdict.scan is not None:
            return verdict.scan.item_name or verdict.scan.number
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


def _second(verdict: Verdict, situation: Situation) -> str:
    """Return what happened, and why a packed order waits for a command or what stops one that ships by itself."""
    happened = _happened(verdict, situation)
    if verdict.not_by_itself is not None:
        return f"{happened} {verdict.not_by_itself}".lstrip()
    is_counted_down = verdict.by_itself and verdict.kind == VerdictKind.SHIPPED
    return f"{happened} · {text('by_itself.counts_down')}" if is_counted_down else happened


def _happened(verdict: Verdict, situation: Situation) -> str:
    order, code = verdict.order_number, _code(verdict)
    match verdict.kind:
        case VerdictKind.IDLE:
            return _idle(order, situation)
        case VerdictKind.GOOD if verdict.label is not None:
            added = text("verdict.label_on", package=_package_number(verdict, situation))
            if not situation.postal_code:
                return added
            return f"{added} · ✓ {text('verdict.postal_code_fits', code=situation.postal_code)}"
        case VerdictKind.GOOD:
            return _added(verdict, situation)
        case VerdictKind.COMPLETE:
            packed = "verdict.all_labeled" if situation.can_ship else "verdict.all_packed"
            return text(packed, order=order, count=verdict.total)
        case VerdictKind.SHIPPED:
            return _shipped(verdict, situation)
        case VerdictKind.SHIPPED_ATTENTION:
            return text("strip.shipment_saved", package=verdict.package, order=order)
        case VerdictKind.WRONG_ITEM:
            return text("verdict.wrong_item", item=_item(verdict), order=order)
        case VerdictKind.ONE_TOO_MANY:
            return _too_many(verdict)
        case VerdictKind.UNKNOWN_CODE:
            return _unknown(verdict, code)
        case VerdictKind.NOT_PROCESSED:
            return text("verdict.not_processed", code=code)
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
        case VerdictKind.UNKNOWN_BADGE:
            return text("verdict.unknown_badge", code=code)
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
            return _about_label(verdict, verdict.issue, situation)
        case _:
            return ""


def _package_number(verdict: Verdict, situation: Situation) -> int:
    """Return the number of a package of the draft, counted from the first package of the order."""
    return situation.shipped_packages + verdict.package + 1


def _idle(order: str, situation: Situation) -> str:
    if not order:
        return text("strip.scan_order")
    if situation.can_ship and situation.was_undone:
        return text("strip.undone", order=order)
    if situation.left:
        return text("strip.units_left", order=order, count=situation.left)
    return text("strip.ready_to_ship" if situation.can_ship else "strip.no_units_left", order=order)


def _added(verdict: Verdict, situation: Situation) -> str:
    """Return where an item was added, its SKU, and when."""
    parts = [text("strip.added", package=_package_number(verdict, situation))]
    if verdict.scan is not None and verdict.scan.item_name:
        parts.append(verdict.scan.number)
    if situation.scanned_at_ms:
        parts.append(text("strip.scanned", time=at_second(situation.scanned_at_ms)))
    return " · ".join(parts)


def _shipped(verdict: Verdict, situation: Situation) -> str:
    """Return which order shipped, what of it is left, and when it is sent to whom."""
    sends_in_s = situation.sends_in_s
    parts = [text("strip.order_shipped", order=verdict.order_number, count=verdict.count)]
    if situation.left:
        parts.append(text("strip.left_to_ship", count=situation.left))
    if verdict.platforms and sends_in_s is not None:
        parts.append(text("strip.sends_in", time=lasting(sends_in_s), platforms=tuple(verdict.platforms)))
    elif verdict.platforms:
        sent = "strip.notified" if situation.is_notified else "strip.notifies"
        parts.append(text(sent, platforms=tuple(verdict.platforms)))
    return " · ".join(parts)


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


def _about_label(verdict: Verdict, issue: LabelIssue, situation: Situation) -> str:
    number = spaced(verdict.label.number) if verdict.label else ""
    match verdict.kind:
        case VerdictKind.LABEL_TAKEN:
            return _taken(number, issue, situation.now_ms)
        case VerdictKind.USED_BEFORE:
            return _used_before(number, issue, situation.now_ms)
        case VerdictKind.POSTAL_CODE:
            return text(
                "verdict.postal_code",
                order=verdict.order_number,
                theirs=issue.label_postal_code,
                ours=issue.order_postal_code,
            )
        case VerdictKind.CHECK_DIGIT if issue.right_digit and len(issue.carriers) == 1:
            carrier = carrier_name(issue.carriers[0])
            return text("verdict.check_digit_of", number=number, carrier=carrier, digit=issue.right_digit)
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
            return text(
                "verdict.second_label", package=_package_number(verdict, situation), earlier=earlier, number=number
            )
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


_KEEP_OR_REMOVE = (
    VerdictKind.POSSIBLE_LABEL,
    VerdictKind.CHECK_DIGIT,
    VerdictKind.ARTICLE_NUMBER,
    VerdictKind.SECOND_BARCODE,
    VerdictKind.USED_BEFORE,
)


def _hints(verdict: Verdict, situation: Situation) -> tuple[KeyHint, ...]:
    """Return what can be done now; the command that is shown as a barcode is no hint of its own beside two others."""
    prefix = situation.prefix
    match verdict.kind:
        case VerdictKind.UNKNOWN_CODE if verdict.order_id is not None:
            return (_enter("verdict_choice.continue"), _keep("verdict_choice.as_label"))
        case VerdictKind.LABEL_TAKEN | VerdictKind.POSTAL_CODE:
            keep = _keep("verdict_choice.keep_with_reason")
            return (_enter("verdict_choice.continue"), keep, *_other_order(verdict))
        case kind if kind in _KEEP_OR_REMOVE:
            remove = _escape("verdict_choice.remove_label")
            return (_enter("verdict_choice.keep_label"), remove, *_other_order(verdict))
        case VerdictKind.SECOND_LABEL:
            another = KeyHint(text("strip.new_package"), f"{prefix}NEXT PACKAGE")
            return (_enter("verdict_choice.replace_label"), _escape("verdict_choice.keep_first"), another)
        case VerdictKind.ANOTHER_ORDER:
            add = (KeyHint(text("verdict_choice.add_order"), "1", "1"),) if verdict.ends_with(Ending.DIGIT) else ()
            return (_enter("verdict_choice.open_other"), _escape("verdict_choice.stay"), *add)
        case VerdictKind.SEVERAL_CARRIERS | VerdictKind.SEVERAL_ITEMS | VerdictKind.SEVERAL_ORDERS:
            issue = verdict.issue
            listed = [carrier_name(carrier) for carrier in issue.carriers] if issue else situation.names
            options = (KeyHint(name, str(number), str(number)) for number, name in enumerate(listed[:9], 1))
            return (*options, _escape("verdict_choice.leave_out"))
        case VerdictKind.CASE_UNITS:
            return (_escape("verdict_choice.leave_out"),)
        case _ if verdict.waits and verdict.ends_with(Ending.ACKNOWLEDGE):
            return (_enter("verdict_choice.continue"), KeyHint(text("strip.or_scan"), f"{prefix}OK"))
        case _:
            return _actions(verdict, situation)


def _other_order(verdict: Verdict) -> tuple[KeyHint, ...]:
    """Return how to open the order that has the label's number, if another one has it."""
    if not verdict.other_order_id or verdict.issue is None:
        return ()
    return (KeyHint(text("verdict_choice.open_order", order=verdict.issue.order_number), "1", "1"),)


def _actions(verdict: Verdict, situation: Situation) -> tuple[KeyHint, ...]:
    """Return the actions that suit a verdict that waits for nothing."""
    undo = KeyHint(text("button.undo"), "Ctrl+Z", "undo")
    next_order = KeyHint(text("strip.next_order"), NEXT_ORDER_KEY, "next_order")
    match verdict.kind:
        case VerdictKind.GOOD if verdict.label is None:
            return (undo,)
        case VerdictKind.COMPLETE:
            return (_ship(situation),)
        case VerdictKind.IDLE | VerdictKind.GOOD if _is_next_to_ship(verdict, situation):
            return (_ship(situation),)
        case VerdictKind.SHIPPED if situation.sends_in_s is not None:
            return (KeyHint(text("strip.undo_shipment"), "Ctrl+Z", "undo"), next_order)
        case VerdictKind.SHIPPED:
            return (next_order,)
        case VerdictKind.SHIPPED_ATTENTION:
            return (KeyHint(text("strip.show_updates"), NEEDS_ATTENTION_KEY, "needs_attention"), next_order)
        case VerdictKind.OFFLINE:
            return (KeyHint(text("strip.retry_now"), SYNC_KEY, "sync"),)
        case _:
            return ()


def _notes(verdict: Verdict, situation: Situation) -> tuple[str, ...]:
    match verdict.kind:
        case VerdictKind.IDLE if _is_next_to_ship(verdict, situation):
            return (text("strip.then_ship"),)
        case VerdictKind.IDLE if situation.last_name:
            added = text("strip.added_at", time=at(situation.last_at_ms))
            return (text("strip.last", item=situation.last_name), added)
        case VerdictKind.GOOD if verdict.total > verdict.count:
            return (text("strip.scan_more", count=verdict.total - verdict.count),)
        case VerdictKind.GOOD if verdict.label is None and verdict.total:
            return (text("strip.item_done"),)
        case VerdictKind.COMPLETE:
            return (text("strip.then_ship"),)
        case VerdictKind.GOOD if _is_next_to_ship(verdict, situation):
            return (text("strip.then_ship"),)
        case VerdictKind.DATABASE_AWAY:
            return (text("strip.by_itself"),)
        case VerdictKind.OFFLINE if situation.next_try_ms is not None:
            return (text("strip.next_try", time=within(situation.next_try_ms, situation.now_ms)),)
        case _:
            return ()


def _is_next_to_ship(verdict: Verdict, situation: Situation) -> bool:
    """Return whether a label was the last thing missing, or nothing is left to do but to ship."""
    if verdict.kind == VerdictKind.GOOD:
        return situation.can_ship and verdict.label is not None
    return situation.can_ship and (situation.was_undone or not situation.left)


def _ship(situation: Situation) -> KeyHint:
    return KeyHint(text("strip.scan_or", code=f"{situation.prefix}SHIP"), "Ctrl+Enter", "ship")


def _enter(choice: str) -> KeyHint:
    return KeyHint(text(choice), ENTER, ENTER)


def _escape(choice: str) -> KeyHint:
    return KeyHint(text(choice), ESCAPE, ESCAPE)


def _keep(choice: str) -> KeyHint:
    return KeyHint(text(choice), KEEP_KEY, KEEP_KEY)


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
