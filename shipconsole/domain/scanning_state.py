"""The pure state machine of scanning: how an event changes the verdicts, and its effects.

`step` knows no window and no database. A code that is unknown, only possible or wrong never becomes a tracking number
or an item without an event that only a person causes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from shipconsole.domain import code
from shipconsole.domain.label import LabelIssue, LabelIssueKind
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.scanning_events import (
    Acknowledged,
    AddUnits,
    AskReason,
    AskUnits,
    AttentionNeeded,
    Chosen,
    ClearTracking,
    Command,
    DatabaseAway,
    Effect,
    Event,
    JudgeAsLabel,
    KeepCaseUnits,
    KeepRequested,
    LabelAccepted,
    LabelEdited,
    Offline,
    OpenOrder,
    OrderChanged,
    OrderMoved,
    OrderOpened,
    OrderShipped,
    Packing,
    Refused,
    RememberCarrier,
    Scanned,
    ScannerWrong,
    SetTracking,
    ShipRequested,
    Undone,
    UnitsEntered,
)
from shipconsole.domain.verdict import OF_ISSUE, Ending, PendingLabel, Verdict, VerdictKind

OK, UNDO, STOP, ALL_LEFT = "OK", "UNDO", "STOP", "ALL LEFT"
NEXT_PACKAGE = "NEXT PACKAGE"
_UNASKED = (ScanReason.LABEL, ScanReason.LISTED_CARRIER, ScanReason.TAUGHT_FORMAT)
_SAID_BY_A_PERSON = (
    LabelIssueKind.CHECK_DIGIT,
    LabelIssueKind.ARTICLE_NUMBER,
    LabelIssueKind.SECOND_BARCODE,
    LabelIssueKind.SEVERAL_CARRIERS,
)
_ASKED_IN_ORDER = tuple(OF_ISSUE)


@dataclass(frozen=True, slots=True)
class Strip:
    """All verdicts: the waiting ones, oldest first and each with its order, and the last other one."""

    order_id: int | None = None
    order_number: str = ""
    waiting: tuple[Verdict, ...] = ()
    last: Verdict = field(default_factory=Verdict)
    is_database_away: bool = False

    @property
    def shown(self) -> Verdict:
        """Return the verdict on the screen: the oldest that waits for the open order, else the last one."""
        first = next((verdict for verdict in self.waiting if verdict.order_id == self.order_id), None)
        if first is not None:
            return first
        return Verdict(VerdictKind.DATABASE_AWAY, self.order_id) if self.is_database_away else self.last


@dataclass(frozen=True, slots=True)
class Step:
    """The result of an event; `verdict` is its verdict, `is_repeated` means that it changed nothing."""

    strip: Strip
    verdict: Verdict
    effects: tuple[Effect, ...] = ()
    is_repeated: bool = False


def step(strip: Strip, event: Event) -> Step:
    """Return the new verdicts and the effects of an event."""
    match event:
        case Scanned():
            return _on_scanned(strip, event)
        case Acknowledged():
            return _on_acknowledged(strip)
        case Refused():
            return _on_refused(strip)
        case KeepRequested():
            return _on_keep_requested(strip)
        case LabelAccepted():
            return _on_kept(strip, event)
        case Chosen():
            return _on_chosen(strip, event)
        case UnitsEntered():
            return _on_units_entered(strip, event)
        case ShipRequested():
            return _on_ship_requested(strip)
        case OrderOpened():
            return _on_order_opened(strip, event)
        case OrderMoved():
            return _on_order_moved(strip, event)
        case OrderShipped():
            return _on_order_shipped(strip, event)
        case AttentionNeeded():
            return _on_attention_needed(strip, event)
        case OrderChanged():
            return _on_order_changed(strip, event)
        case ScannerWrong():
            return _on_scanner_wrong(strip, event)
        case DatabaseAway():
            return _on_database_away(strip, event)
        case Offline():
            return _on_offline(strip, event)
        case LabelEdited():
            return _on_label_edited(strip, event)
        case Undone():
            return _idle(strip)


def _on_scanned(strip: Strip, event: Scanned) -> Step:
    shown = strip.shown
    if event.is_typed:
        return _judge(strip, event)
    if event.by_person:
        is_that = shown.kind == VerdictKind.UNKNOWN_CODE and shown.scan is not None
        return _judge(_without(strip, shown), event) if is_that else _repeat(strip)
    if shown.waits:
        answer = _answer(shown, event.scan)
        if answer is not None:
            return answer(strip)
        if not _ends(shown, event):
            return _repeat(strip)
        strip = _without(strip, shown)
    return _judge(strip, event)


def _on_acknowledged(strip: Strip) -> Step:
    return _acknowledge(strip) if strip.shown.ends_with(Ending.ACKNOWLEDGE) else _repeat(strip)


def _on_refused(strip: Strip) -> Step:
    return _refuse(strip) if strip.shown.ends_with(Ending.REFUSE) else _repeat(strip)


def _on_keep_requested(strip: Strip) -> Step:
    shown = strip.shown
    if not shown.ends_with(Ending.KEEP):
        return _repeat(strip)
    if shown.label is None and shown.scan is not None:
        if strip.order_id is None:
            return _repeat(strip)
        return Step(strip, shown, (JudgeAsLabel(shown.scan),))
    return Step(strip, shown, (AskReason(),))


def _on_kept(strip: Strip, event: LabelAccepted) -> Step:
    shown = strip.shown
    if shown.label is None or not shown.ends_with(Ending.KEEP) or not event.reason.strip():
        return _repeat(strip)
    reasons = [reason for reason in (shown.label.reason, event.reason.strip()) if reason]
    return _accept(strip, replace(shown.label, reason="; ".join(dict.fromkeys(reasons))))


def _on_chosen(strip: Strip, event: Chosen) -> Step:
    shown = strip.shown
    if not shown.ends_with(Ending.DIGIT):
        return _repeat(strip)
    if shown.label is not None and shown.issue is not None:
        if not 1 <= event.number <= len(shown.issue.carriers):
            return _repeat(strip)
        carrier = shown.issue.carriers[event.number - 1]
        done = _accept(strip, replace(shown.label, carrier=carrier))
        return replace(done, effects=(RememberCarrier(shown.issue.carriers, carrier), *done.effects))
    if shown.scan is None:
        return _repeat(strip)
    if shown.kind == VerdictKind.SEVERAL_ORDERS:
        if not 1 <= event.number <= len(shown.scan.order_ids):
            return _repeat(strip)
        chosen = replace(shown.scan, kind="order", order_id=shown.scan.order_ids[event.number - 1])
        return _order(_without(strip, shown), Scanned(chosen, event.packing))
    if not 1 <= event.number <= len(shown.scan.line_ids):
        return _repeat(strip)
    chosen = replace(shown.scan, kind="item", line_ids=(shown.scan.line_ids[event.number - 1],))
    return _item(_without(strip, shown), chosen, event.packing)


def _on_units_entered(strip: Strip, event: UnitsEntered) -> Step:
    shown = strip.shown
    if not shown.ends_with(Ending.NUMBER) or shown.scan is None or event.units < 1:
        return _repeat(strip)
    done = _item(_without(strip, shown), replace(shown.scan, units=event.units), event.packing)
    return replace(done, effects=(KeepCaseUnits(shown.scan, event.units), *done.effects))


def _on_ship_requested(strip: Strip) -> Step:
    return _repeat(strip) if strip.shown.waits else Step(strip, strip.shown)


def _on_order_opened(strip: Strip, event: OrderOpened) -> Step:
    waiting = strip.waiting
    if event.order_id is not None:
        # A verdict without an order asked to open one.
        waiting = tuple(verdict for verdict in waiting if verdict.order_id is not None)
    idle = Verdict(VerdictKind.IDLE, event.order_id, event.number, total=event.left)
    opened = replace(strip, order_id=event.order_id, order_number=event.number, waiting=waiting, last=idle)
    return Step(opened, opened.shown)


def _on_order_moved(strip: Strip, event: OrderMoved) -> Step:
    moved = tuple(
        replace(verdict, order_id=event.to_order_id) if verdict.order_id == event.order_id else verdict
        for verdict in strip.waiting
    )
    strip = replace(strip, waiting=moved)
    return Step(strip, strip.shown)


def _on_order_shipped(strip: Strip, event: OrderShipped) -> Step:
    shipped = Verdict(
        VerdictKind.SHIPPED,
        event.order_id,
        strip.order_number,
        count=event.units,
        package=event.package,
        platforms=event.platforms,
    )
    return _say(strip, shipped) if event.order_id == strip.order_id else Step(strip, shipped)


def _on_attention_needed(strip: Strip, event: AttentionNeeded) -> Step:
    was_shipped = strip.last.kind in (VerdictKind.SHIPPED, VerdictKind.SHIPPED_ATTENTION)
    if not was_shipped or strip.last.order_id != event.order_id:
        return Step(strip, strip.shown)
    kind = VerdictKind.SHIPPED_ATTENTION if event.updates else VerdictKind.SHIPPED
    return _say(strip, replace(strip.last, kind=kind, total=event.updates))


def _on_order_changed(strip: Strip, event: OrderChanged) -> Step:
    kind = VerdictKind.ORDER_CHANGED if event.changes else VerdictKind.ORDER_CANCELLED
    verdict = Verdict(kind, event.order_id, event.number, changes=event.changes)
    earlier = next((other for other in strip.waiting if (other.kind, other.order_id) == (kind, event.order_id)), None)
    if earlier is not None:
        # Not acknowledged yet: the further changes are added.
        verdict = replace(verdict, changes=tuple(dict.fromkeys((*earlier.changes, *event.changes))))
        strip = replace(strip, waiting=tuple(verdict if other is earlier else other for other in strip.waiting))
        return Step(strip, verdict)
    return _say(strip, verdict)


def _on_scanner_wrong(strip: Strip, event: ScannerWrong) -> Step:
    if strip.shown.waits:
        return _repeat(strip)
    return _say(
        strip,
        Verdict(
            VerdictKind.SCANNER,
            strip.order_id,
            strip.order_number,
            event.scan,
            fault=event.fault,
            meaning=event.meaning,
        ),
    )


def _on_database_away(strip: Strip, event: DatabaseAway) -> Step:
    strip = replace(strip, is_database_away=event.is_away)
    return Step(strip, strip.shown)


def _on_offline(strip: Strip, event: Offline) -> Step:
    if event.is_offline:
        return _say(strip, Verdict(VerdictKind.OFFLINE, strip.order_id, strip.order_number, total=event.queued))
    return _idle(strip) if strip.last.kind == VerdictKind.OFFLINE else Step(strip, strip.shown)


def _on_label_edited(strip: Strip, event: LabelEdited) -> Step:
    waiting = tuple(
        verdict
        for verdict in strip.waiting
        if verdict.label is None
        or not verdict.label.is_typed
        or (verdict.order_id, verdict.label.package) != (strip.order_id, event.package)
    )
    strip = replace(strip, waiting=waiting)
    return Step(strip, strip.shown)


# Scans while no verdict waits


def _judge(strip: Strip, event: Scanned) -> Step:
    scan = event.scan
    if event.by_person or event.is_typed or scan.kind == "tracking":
        return _label(strip, event)
    match scan.kind, scan.reason:
        case "command", _:
            return _command(strip, event)
        case "order", _ if scan.order_id is not None:
            return _order(strip, event)
        case "item", ScanReason.SEVERAL_ITEMS:
            return _ask(strip, VerdictKind.SEVERAL_ITEMS, event)
        case "item", _ if scan.line_ids and strip.order_id is not None:
            return _item(strip, scan, event.packing)
        case (("item" | "wrong_item"), _) if strip.order_id is None:
            return _ask(strip, VerdictKind.NO_ORDER, event)
        case _, ScanReason.NO_ORDER_OPEN:
            return _ask(strip, VerdictKind.NO_ORDER, event)
        case _, ScanReason.SEVERAL_ITEMS if scan.line_ids:
            return _ask(strip, VerdictKind.SEVERAL_ITEMS, event)
        case _, ScanReason.SEVERAL_ORDERS:
            return _ask(strip, VerdictKind.SEVERAL_ORDERS, event)
        case "wrong_item", _:
            return _ask(strip, VerdictKind.WRONG_ITEM, event)
        case _:
            return _ask(strip, VerdictKind.UNKNOWN_CODE, event)


def _command(strip: Strip, event: Scanned) -> Step:
    name = event.scan.number
    if name == OK:
        return _idle(strip)
    if strip.order_id is None and name != STOP:
        return _ask(strip, VerdictKind.NO_ORDER, event)
    if name == ALL_LEFT and event.packing.left:
        units = event.packing.units + event.packing.left
        complete = Verdict(
            VerdictKind.COMPLETE, strip.order_id, strip.order_number, event.scan, count=units, total=units
        )
        return _say(strip, replace(complete, package=event.packing.package), Command(name))
    done = _idle(strip)
    return replace(done, effects=(Command(name),))


def _order(strip: Strip, event: Scanned) -> Step:
    order_id = event.scan.order_id
    if order_id is None or order_id == strip.order_id:
        return _idle(strip)
    if strip.order_id is not None and event.packing.is_begun:
        return _ask(strip, VerdictKind.ANOTHER_ORDER, event, count=event.packing.units)
    done = _idle(strip)
    return replace(done, effects=(OpenOrder(order_id),))


def _item(strip: Strip, scan: Scan, packing: Packing) -> Step:
    verdict = Verdict(
        VerdictKind.GOOD,
        strip.order_id,
        strip.order_number,
        scan,
        count=packing.item_count,
        total=packing.item_total,
        package=packing.package,
    )
    if packing.item_count + max(1, scan.units) > packing.item_total:
        return _say(strip, replace(verdict, kind=VerdictKind.ONE_TOO_MANY))
    if scan.units < 1:
        return _say(strip, replace(verdict, kind=VerdictKind.CASE_UNITS), AskUnits(scan))
    verdict = replace(verdict, count=packing.item_count + scan.units)
    if packing.left <= scan.units:
        units = packing.units + packing.left
        verdict = replace(verdict, kind=VerdictKind.COMPLETE, count=units, total=units)
    return _say(strip, verdict, AddUnits(scan.line_ids, scan.units))


def _label(strip: Strip, event: Scanned) -> Step:
    scan, packing = event.scan, event.packing
    if strip.order_id is None:
        return _ask(strip, VerdictKind.NO_ORDER, event)
    if not event.is_typed and packing.number and code.tracking_key(packing.number) == code.tracking_key(scan.number):
        # The package's own label was scanned again.
        verdict = Verdict(VerdictKind.GOOD, strip.order_id, strip.order_number, scan, package=packing.package)
        return _say(strip, replace(verdict, label=PendingLabel(packing.number, scan.raw, packing.package)))
    found = {issue.kind: issue for issue in event.issues}
    is_asked = not event.carrier and not found.keys() & {*_SAID_BY_A_PERSON, LabelIssueKind.POSSIBLE}
    if is_asked and not event.by_person and not event.is_typed and not _is_unasked(scan):
        found[LabelIssueKind.POSSIBLE] = LabelIssue(LabelIssueKind.POSSIBLE, stops=False, carriers=scan.carriers)
    accepted: tuple[LabelIssueKind, ...] = ()
    if (event.by_person or event.is_typed) and found.pop(LabelIssueKind.POSSIBLE, None) is not None:
        # A person who types a number, or takes a code as a label by key, has decided that it is one.
        accepted = (LabelIssueKind.POSSIBLE,)
    label = PendingLabel(
        number=scan.number,
        raw=scan.raw,
        package=packing.package,
        issues=tuple(found[kind] for kind in _ASKED_IN_ORDER if kind in found),
        accepted=accepted,
        carrier=event.carrier,
        is_typed=event.is_typed,
    )
    verdict = Verdict(
        VerdictKind.GOOD,
        strip.order_id,
        strip.order_number,
        scan,
        label,
        package=packing.package,
        earlier_number=packing.number,
    )
    return _decide(strip, verdict)


def _decide(strip: Strip, verdict: Verdict, *, in_next: bool = False) -> Step:
    """Ask about the next issue of a label, or assign it to its package if none is left."""
    assert verdict.label is not None
    if verdict.label.issues:
        return _say(strip, replace(verdict, kind=OF_ISSUE[verdict.label.issues[0].kind], repeats=0))
    return _say(strip, replace(verdict, kind=VerdictKind.GOOD, repeats=0), SetTracking(verdict.label, in_next))


# Ending a waiting verdict


def _answer(shown: Verdict, scan: Scan) -> Callable[[Strip], Step] | None:
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
            fits = event.packing.item_count + max(1, scan.units) <= event.packing.item_total
            is_right = bool(scan.line_ids) and fits and scan.reason != ScanReason.SEVERAL_ITEMS
            return is_right and (shown.ends_with(Ending.RIGHT_ITEM) or shown.ends_with(Ending.KNOWN_CODE))
        case "order":
            return shown.ends_with(Ending.ORDER) or shown.ends_with(Ending.KNOWN_CODE)
        case "tracking":
            if shown.ends_with(Ending.KNOWN_CODE):
                return _is_unasked(scan)
            earlier = shown.label.number if shown.label is not None else ""
            return shown.ends_with(Ending.LABEL) and code.tracking_key(earlier) != code.tracking_key(scan.number)
        case _:
            return False


def _acknowledge(strip: Strip) -> Step:
    shown = strip.shown
    if shown.label is not None and not (shown.issue is not None and shown.issue.stops):
        return _accept(strip, shown.label)
    done = _idle(_without(strip, shown))
    if shown.kind == VerdictKind.ANOTHER_ORDER and shown.scan is not None and shown.scan.order_id is not None:
        return replace(done, effects=(OpenOrder(shown.scan.order_id),))
    # A refused label is not added, and a typed one is removed.
    return replace(done, effects=_cleared(shown))


def _refuse(strip: Strip) -> Step:
    shown = strip.shown
    done = _idle(_without(strip, shown))
    return replace(done, effects=_cleared(shown))


def _accept(strip: Strip, label: PendingLabel) -> Step:
    """Accept a label despite its issue, and ask about the next one."""
    shown, (issue, *rest) = strip.shown, label.issues
    accepted = [*label.accepted, issue.kind]
    if issue.kind in _SAID_BY_A_PERSON:
        # A person decided that it is the label.
        accepted += [issue.kind for issue in rest if issue.kind == LabelIssueKind.POSSIBLE]
        rest = [issue for issue in rest if issue.kind != LabelIssueKind.POSSIBLE]
    label = replace(label, issues=tuple(rest), accepted=tuple(dict.fromkeys(accepted)))
    return _decide(_without(strip, shown), replace(shown, label=label))


def _put_in_next(strip: Strip) -> Step:
    shown = strip.shown
    assert shown.label is not None
    label = replace(shown.label, issues=())
    return _decide(_without(strip, shown), replace(shown, label=label), in_next=True)


def _cleared(shown: Verdict) -> tuple[Effect, ...]:
    if shown.label is None or not shown.label.is_typed:
        return ()
    return (ClearTracking(shown.label.package, shown.label.number),)


# Verdicts


def _is_unasked(scan: Scan) -> bool:
    return scan.certain or scan.reason in _UNASKED


def _ask(strip: Strip, kind: VerdictKind, event: Scanned, *, count: int = 0) -> Step:
    return _say(strip, Verdict(kind, strip.order_id, strip.order_number, event.scan, count=count))


def _say(strip: Strip, verdict: Verdict, *effects: Effect) -> Step:
    """Show a verdict; one that waits comes after those that already wait."""
    changed = {"waiting": (*strip.waiting, verdict)} if verdict.waits else {"last": verdict}
    return Step(replace(strip, **changed), verdict, effects)


def _idle(strip: Strip) -> Step:
    strip = replace(strip, last=Verdict(VerdictKind.IDLE, strip.order_id, strip.order_number))
    return Step(strip, strip.last)


def _without(strip: Strip, verdict: Verdict) -> Strip:
    return replace(strip, waiting=tuple(waiting for waiting in strip.waiting if waiting is not verdict))


def _repeat(strip: Strip) -> Step:
    """Show the waiting verdict again; nothing else changes."""
    shown = strip.shown
    if not shown.waits:
        return Step(strip, shown, is_repeated=True)
    again = replace(shown, repeats=shown.repeats + 1)
    strip = replace(strip, waiting=tuple(again if verdict is shown else verdict for verdict in strip.waiting))
    return Step(strip, again, is_repeated=True)
