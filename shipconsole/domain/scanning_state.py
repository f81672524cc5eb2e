"""The pure state machine of scanning: how an event changes the verdicts, and its effects.

`step` knows no window and no database. A code that is unknown, only possible or wrong never becomes a tracking number
or an item without an event that only a person causes.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from shipconsole.domain import code
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.scan_verdicts import (
    DECIDES_THAT_IT_IS_A_LABEL,
    NEXT_PACKAGE,
    OK,
    UNDO,
    decide,
    item,
    judge,
    order,
    quantity,
)
from shipconsole.domain.scanning_events import (
    Acknowledged,
    ActionRequested,
    AddToBox,
    AddUnits,
    AskReason,
    AttentionNeeded,
    BadgeRefused,
    ChangeSeen,
    Chosen,
    ClearTracking,
    DatabaseAway,
    Effect,
    Event,
    JudgeAsLabel,
    KeepCaseUnits,
    KeepRequested,
    LabelAccepted,
    LabelEdited,
    NotByItself,
    Offline,
    OpenOrder,
    OrderChanged,
    OrderMoved,
    OrderOpened,
    OrderShipped,
    PackerChanged,
    QuantityTyped,
    Refused,
    RememberCarrier,
    ScanFailed,
    Scanned,
    ScannerWrong,
    Undone,
    UnitsEntered,
)
from shipconsole.domain.verdict import Ending, OrderChange, PendingLabel, Verdict, VerdictKind
from shipconsole.domain.verdict_queue import Step, VerdictQueue, idle, is_unasked, repeat, say, without


def step(queue: VerdictQueue, event: Event) -> Step:
    """Return the new verdicts and the effects of an event."""
    match event:
        case Scanned():
            return _on_scanned(queue, event)
        case Acknowledged():
            return _on_acknowledged(queue)
        case Refused():
            return _on_refused(queue)
        case KeepRequested():
            return _on_keep_requested(queue)
        case LabelAccepted():
            return _on_kept(queue, event)
        case Chosen():
            return _on_chosen(queue, event)
        case UnitsEntered():
            return _on_units_entered(queue, event)
        case QuantityTyped():
            return repeat(queue) if queue.shown.waits else quantity(queue, event)
        case ScanFailed():
            return _on_scan_failed(queue, event)
        case ActionRequested():
            return _on_action_requested(queue)
        case OrderOpened():
            return _on_order_opened(queue, event)
        case OrderMoved():
            return _on_order_moved(queue, event)
        case OrderShipped():
            return _on_order_shipped(queue, event)
        case AttentionNeeded():
            return _on_attention_needed(queue, event)
        case OrderChanged():
            return _on_order_changed(queue, event)
        case ScannerWrong():
            return _on_scanner_wrong(queue, event)
        case BadgeRefused():
            return _on_badge_refused(queue, event)
        case PackerChanged():
            return _on_packer_changed(queue)
        case DatabaseAway():
            return _on_database_away(queue, event)
        case Offline():
            return _on_offline(queue, event)
        case LabelEdited():
            return _on_label_edited(queue, event)
        case NotByItself():
            return _on_not_by_itself(queue, event)
        case Undone():
            return idle(queue)


def _on_scanned(queue: VerdictQueue, event: Scanned) -> Step:
    shown = queue.shown
    if event.is_typed:
        return judge(queue, event)
    if event.by_person:
        is_that = shown.kind == VerdictKind.UNKNOWN_CODE and shown.scan == event.scan
        return judge(without(queue, shown), event) if is_that else repeat(queue)
    if shown.waits:
        answer = _answer(shown, event.scan)
        if answer is not None:
            return answer(queue)
        if not _ends(shown, event):
            return repeat(queue)
        queue = without(queue, shown)
    return judge(queue, event)


def _on_acknowledged(queue: VerdictQueue) -> Step:
    return _acknowledge(queue) if queue.shown.ends_with(Ending.ACKNOWLEDGE) else repeat(queue)


def _on_refused(queue: VerdictQueue) -> Step:
    return _refuse(queue) if queue.shown.ends_with(Ending.REFUSE) else repeat(queue)


def _on_keep_requested(queue: VerdictQueue) -> Step:
    shown = queue.shown
    if not shown.ends_with(Ending.KEEP):
        return repeat(queue)
    if shown.label is None and shown.scan is not None:
        if queue.order_id is None:
            return repeat(queue)
        return Step(queue, shown, (JudgeAsLabel(shown.scan),))
    return Step(queue, shown, (AskReason(),))


def _on_kept(queue: VerdictQueue, event: LabelAccepted) -> Step:
    shown = queue.shown
    if shown.label is None or not shown.ends_with(Ending.KEEP) or not event.reason.strip():
        return repeat(queue)
    reasons = [reason for reason in (shown.label.reason, event.reason.strip()) if reason]
    return _accept(queue, replace(shown.label, reason="; ".join(dict.fromkeys(reasons))))


def _on_chosen(queue: VerdictQueue, event: Chosen) -> Step:
    shown = queue.shown
    if not shown.ends_with(Ending.DIGIT):
        return repeat(queue)
    if shown.other_order_id:
        if event.number != 1:
            return repeat(queue)
        # The draft of this order stays as it is, without the number.
        return replace(idle(without(queue, shown)), effects=(*_cleared(shown), OpenOrder(shown.other_order_id)))
    if shown.label is not None and shown.issue is not None:
        if not 1 <= event.number <= len(shown.issue.carriers):
            return repeat(queue)
        carrier = shown.issue.carriers[event.number - 1]
        done = _accept(queue, replace(shown.label, carrier=carrier))
        return replace(done, effects=(RememberCarrier(shown.issue.carriers, carrier), *done.effects))
    if shown.scan is None:
        return repeat(queue)
    if shown.kind == VerdictKind.ANOTHER_ORDER:
        if event.number != 1 or shown.scan.order_id is None:
            return repeat(queue)
        return replace(idle(without(queue, shown)), effects=(AddToBox(shown.scan.order_id),))
    if shown.kind == VerdictKind.SEVERAL_ORDERS:
        if not 1 <= event.number <= len(shown.scan.order_ids):
            return repeat(queue)
        chosen = replace(shown.scan, kind="order", order_id=shown.scan.order_ids[event.number - 1])
        return order(without(queue, shown), Scanned(chosen, event.packing))
    if not 1 <= event.number <= len(shown.scan.line_ids):
        return repeat(queue)
    chosen = replace(shown.scan, kind="item", line_ids=(shown.scan.line_ids[event.number - 1],))
    return item(without(queue, shown), chosen, event.packing)


def _on_units_entered(queue: VerdictQueue, event: UnitsEntered) -> Step:
    shown = queue.shown
    if not shown.ends_with(Ending.NUMBER) or shown.scan is None or event.units < 1:
        return repeat(queue)
    done = item(without(queue, shown), replace(shown.scan, units=event.units), event.packing)
    if not done.effects:
        # More than is left may be mistyped: kept, it would refuse every case of the item from then on.
        return done
    # The units of this case were entered; those of the next are counted by its scan.
    effects = (replace(effect, is_typed=True) if isinstance(effect, AddUnits) else effect for effect in done.effects)
    return replace(done, effects=(KeepCaseUnits(shown.scan, event.units), *effects))


def _on_scan_failed(queue: VerdictQueue, event: ScanFailed) -> Step:
    if queue.shown.waits:
        return repeat(queue)
    scan = Scan("unknown", ScanReason.UNKNOWN, event.raw, event.raw)
    return say(queue, Verdict(VerdictKind.NOT_PROCESSED, queue.order_id, queue.order_number, scan))


def _on_action_requested(queue: VerdictQueue) -> Step:
    return repeat(queue) if queue.shown.waits else Step(queue, queue.shown)


def _on_order_opened(queue: VerdictQueue, event: OrderOpened) -> Step:
    waiting = queue.waiting
    if event.order_id is not None:
        # A verdict without an order asked to open one.
        waiting = tuple(verdict for verdict in waiting if verdict.order_id is not None)
    idle = Verdict(VerdictKind.IDLE, event.order_id, event.number, total=event.left)
    opened = replace(queue, order_id=event.order_id, order_number=event.number, waiting=waiting, last=idle)
    return Step(opened, opened.shown)


def _on_order_moved(queue: VerdictQueue, event: OrderMoved) -> Step:
    moved = tuple(
        replace(verdict, order_id=event.to_order_id) if verdict.order_id == event.order_id else verdict
        for verdict in queue.waiting
    )
    queue = replace(queue, waiting=moved)
    return Step(queue, queue.shown)


def _on_order_shipped(queue: VerdictQueue, event: OrderShipped) -> Step:
    shipped = Verdict(
        VerdictKind.SHIPPED,
        event.order_id,
        queue.order_number,
        count=event.units,
        package=event.package,
        platforms=event.platforms,
        by_itself=event.by_itself,
    )
    return say(queue, shipped) if event.order_id == queue.order_id else Step(queue, shipped)


def _on_attention_needed(queue: VerdictQueue, event: AttentionNeeded) -> Step:
    was_shipped = queue.last.kind in (VerdictKind.SHIPPED, VerdictKind.SHIPPED_ATTENTION)
    if not was_shipped or queue.last.order_id != event.order_id:
        return Step(queue, queue.shown)
    kind = VerdictKind.SHIPPED_ATTENTION if event.updates else VerdictKind.SHIPPED
    return say(queue, replace(queue.last, kind=kind, total=event.updates))


def _on_order_changed(queue: VerdictQueue, event: OrderChanged) -> Step:
    kind = VerdictKind.ORDER_CHANGED if event.changes else VerdictKind.ORDER_CANCELLED
    verdict = Verdict(kind, event.order_id, event.number, changes=event.changes, changed_at_ms=event.changed_at_ms)
    earlier = next((other for other in queue.waiting if (other.kind, other.order_id) == (kind, event.order_id)), None)
    if earlier is not None:
        # Not acknowledged yet: the further changes are added.
        at_ms = max(earlier.changed_at_ms, event.changed_at_ms)
        verdict = replace(verdict, changes=_together(earlier.changes, event.changes), changed_at_ms=at_ms)
        queue = replace(queue, waiting=tuple(verdict if other is earlier else other for other in queue.waiting))
        return Step(queue, verdict)
    return say(queue, verdict)


def _together(earlier: Sequence[OrderChange], later: Sequence[OrderChange]) -> tuple[OrderChange, ...]:
    """Return two changes as one: each item from its first quantity to its last."""
    before = {change.sku: change.before for change in reversed((*earlier, *later))}
    after = {change.sku: change.after for change in (*earlier, *later)}
    return tuple(OrderChange(sku, before[sku], after[sku]) for sku in after)


def _on_scanner_wrong(queue: VerdictQueue, event: ScannerWrong) -> Step:
    if queue.shown.waits:
        return repeat(queue)
    return say(
        queue,
        Verdict(
            VerdictKind.SCANNER,
            queue.order_id,
            queue.order_number,
            event.scan,
            fault=event.fault,
            meaning=event.meaning,
        ),
    )


def _on_badge_refused(queue: VerdictQueue, event: BadgeRefused) -> Step:
    shown = queue.shown
    if shown.kind == VerdictKind.UNKNOWN_BADGE and shown.scan == event.scan:
        return repeat(queue)
    if shown.kind == VerdictKind.UNKNOWN_BADGE:
        queue = without(queue, shown)
    return say(queue, Verdict(VerdictKind.UNKNOWN_BADGE, queue.order_id, queue.order_number, event.scan))


def _on_packer_changed(queue: VerdictQueue) -> Step:
    waiting = tuple(verdict for verdict in queue.waiting if not verdict.ends_with(Ending.PACKER))
    queue = replace(queue, waiting=waiting)
    return Step(queue, queue.shown)


def _on_database_away(queue: VerdictQueue, event: DatabaseAway) -> Step:
    queue = replace(queue, is_database_away=event.is_away)
    return Step(queue, queue.shown)


def _on_offline(queue: VerdictQueue, event: Offline) -> Step:
    if event.is_offline:
        return say(queue, Verdict(VerdictKind.OFFLINE, queue.order_id, queue.order_number, total=event.queued))
    return idle(queue) if queue.last.kind == VerdictKind.OFFLINE else Step(queue, queue.shown)


def _on_label_edited(queue: VerdictQueue, event: LabelEdited) -> Step:
    waiting = tuple(
        verdict
        for verdict in queue.waiting
        if verdict.label is None
        or not verdict.label.is_typed
        or (verdict.order_id, verdict.label.package) != (queue.order_id, event.package)
    )
    queue = replace(queue, waiting=waiting)
    return Step(queue, queue.shown)


def _on_not_by_itself(queue: VerdictQueue, event: NotByItself) -> Step:
    shown = queue.shown
    if event.order_id != queue.order_id or shown.order_id != queue.order_id:
        return Step(queue, shown)
    noted = replace(shown, not_by_itself=event.reason)
    if shown is queue.last:
        queue = replace(queue, last=noted)
    else:
        queue = replace(queue, waiting=tuple(noted if verdict is shown else verdict for verdict in queue.waiting))
    return Step(queue, noted)


# Ending a waiting verdict


def _answer(shown: Verdict, scan: Scan) -> Callable[[VerdictQueue], Step] | None:
    """Return how a command code resolves a waiting verdict, None if it does not."""
    if scan.kind != "command":
        return None
    if scan.number == OK and shown.ends_with(Ending.ACKNOWLEDGE):
        return _acknowledge
    if scan.number == UNDO and shown.ends_with(Ending.REFUSE):
        return _refuse
    if scan.number == NEXT_PACKAGE and shown.ends_with(Ending.NEXT_PACKAGE):
        return _put_in_next
    return None


def _ends(shown: Verdict, event: Scanned) -> bool:
    """Return whether a scan ends a waiting verdict; it is then judged like any other."""
    scan = event.scan
    match scan.kind:
        case "item":
            fits = event.packing.item_count + max(1, scan.added) <= event.packing.item_total
            is_right = bool(scan.line_ids) and fits and scan.reason != ScanReason.SEVERAL_ITEMS
            return is_right and (shown.ends_with(Ending.RIGHT_ITEM) or shown.ends_with(Ending.KNOWN_CODE))
        case "order":
            return shown.ends_with(Ending.ORDER) or shown.ends_with(Ending.KNOWN_CODE)
        case "tracking":
            if shown.ends_with(Ending.KNOWN_CODE):
                return is_unasked(scan)
            earlier = shown.label.number if shown.label is not None else ""
            return shown.ends_with(Ending.LABEL) and code.tracking_key(earlier) != code.tracking_key(scan.number)
        case _:
            return False


def _acknowledge(queue: VerdictQueue) -> Step:
    shown = queue.shown
    if shown.label is not None and not (shown.issue is not None and shown.issue.stops):
        return _accept(queue, shown.label)
    done = idle(without(queue, shown))
    if shown.kind == VerdictKind.ANOTHER_ORDER and shown.scan is not None and shown.scan.order_id is not None:
        return replace(done, effects=(OpenOrder(shown.scan.order_id),))
    if shown.kind in (VerdictKind.ORDER_CHANGED, VerdictKind.ORDER_CANCELLED) and shown.order_id is not None:
        return replace(done, effects=(ChangeSeen(shown.order_id, shown.changed_at_ms),))
    # A refused label is not added, and a typed one is removed.
    return replace(done, effects=_cleared(shown))


def _refuse(queue: VerdictQueue) -> Step:
    shown = queue.shown
    done = idle(without(queue, shown))
    return replace(done, effects=_cleared(shown))


def _accept(queue: VerdictQueue, label: PendingLabel) -> Step:
    """Accept a label despite its issue, and ask about the next one."""
    shown, (issue, *rest) = queue.shown, label.issues
    accepted = [*label.accepted, issue.kind]
    if issue.kind in DECIDES_THAT_IT_IS_A_LABEL:
        # A person decided that it is the label.
        accepted += [issue.kind for issue in rest if issue.kind == LabelIssueKind.POSSIBLE]
        rest = [issue for issue in rest if issue.kind != LabelIssueKind.POSSIBLE]
    label = replace(label, issues=tuple(rest), accepted=tuple(dict.fromkeys(accepted)))
    return decide(without(queue, shown), replace(shown, label=label))


def _put_in_next(queue: VerdictQueue) -> Step:
    shown = queue.shown
    assert shown.label is not None
    label = replace(shown.label, issues=())
    return decide(without(queue, shown), replace(shown, label=label), in_next=True)


def _cleared(shown: Verdict) -> tuple[Effect, ...]:
    if shown.label is None or not shown.label.is_typed:
        return ()
    return (ClearTracking(shown.label.package, shown.label.number),)
