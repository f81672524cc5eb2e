"""Verdicts on scans while no verdict waits: of commands, orders, items and labels."""

from dataclasses import replace

from shipconsole.domain import code
from shipconsole.domain.label import LabelIssue, LabelIssueKind
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.scanning_events import (
    AddUnits,
    AskUnits,
    Command,
    OpenOrder,
    Packing,
    QuantityTyped,
    Scanned,
    SetTracking,
    SetUnits,
)
from shipconsole.domain.verdict import OF_ISSUE, PendingLabel, Verdict, VerdictKind
from shipconsole.domain.verdict_queue import Step, VerdictQueue, ask, idle, is_unasked, say

OK, UNDO, STOP, ALL_LEFT, SLIP = "OK", "UNDO", "STOP", "ALL LEFT", "SLIP"
NEXT_PACKAGE, NEXT_ORDER = "NEXT PACKAGE", "NEXT ORDER"
NEED_NO_ORDER = (STOP, SLIP, NEXT_ORDER)
"""Commands that do something while no order is open: the slip is the last shipment's then."""
_ASKED_IN_ORDER = tuple(OF_ISSUE)
_ITEM_VERDICTS = (VerdictKind.GOOD, VerdictKind.COMPLETE)
DECIDES_THAT_IT_IS_A_LABEL = (
    LabelIssueKind.CHECK_DIGIT,
    LabelIssueKind.ARTICLE_NUMBER,
    LabelIssueKind.SECOND_BARCODE,
    LabelIssueKind.SEVERAL_CARRIERS,
)
"""Issues whose acceptance means that a person decided that the code is a label."""


def judge(queue: VerdictQueue, event: Scanned) -> Step:
    """Return the step of a scan while no verdict waits."""
    scan = event.scan
    if scan.typed is not None and scan.kind not in ("item", "wrong_item") and not scan.line_ids:
        # A number before anything but an item means nothing.
        return ask(queue, VerdictKind.UNKNOWN_CODE, replace(event, scan=_unreadable(scan)))
    if event.by_person or event.is_typed or scan.kind == "tracking":
        return _label(queue, event)
    match scan.kind, scan.reason:
        case "command", _:
            return _command(queue, event)
        case "order", _ if scan.order_id is not None:
            return order(queue, event)
        case "item", ScanReason.SEVERAL_ITEMS:
            return ask(queue, VerdictKind.SEVERAL_ITEMS, event)
        case "item", _ if scan.line_ids and queue.order_id is not None:
            return item(queue, scan, event.packing)
        case (("item" | "wrong_item"), _) if queue.order_id is None:
            return ask(queue, VerdictKind.NO_ORDER, event)
        case _, ScanReason.NO_ORDER_OPEN:
            return ask(queue, VerdictKind.NO_ORDER, event)
        case _, ScanReason.SEVERAL_ITEMS if scan.line_ids:
            return ask(queue, VerdictKind.SEVERAL_ITEMS, event)
        case _, ScanReason.SEVERAL_ORDERS:
            return ask(queue, VerdictKind.SEVERAL_ORDERS, event)
        case "wrong_item", _:
            return ask(queue, VerdictKind.WRONG_ITEM, event)
        case _:
            return ask(queue, VerdictKind.UNKNOWN_CODE, event)


def _unreadable(scan: Scan) -> Scan:
    return Scan("unknown", ScanReason.UNKNOWN, scan.raw, scan.raw)


def _command(queue: VerdictQueue, event: Scanned) -> Step:
    name = event.scan.number
    if name == OK:
        return idle(queue)
    if queue.order_id is None and name not in NEED_NO_ORDER:
        return ask(queue, VerdictKind.NO_ORDER, event)
    if name == ALL_LEFT and event.packing.left:
        units = event.packing.units + event.packing.left
        complete = Verdict(
            VerdictKind.COMPLETE, queue.order_id, queue.order_number, event.scan, count=units, total=units
        )
        return say(queue, replace(complete, package=event.packing.package), Command(name))
    done = idle(queue)
    return replace(done, effects=(Command(name),))


def order(queue: VerdictQueue, event: Scanned) -> Step:
    """Open an order, or ask first if something is packed."""
    order_id = event.scan.order_id
    if order_id is None or order_id == queue.order_id:
        return idle(queue)
    if queue.order_id is not None and event.packing.is_begun:
        return ask(queue, VerdictKind.ANOTHER_ORDER, event, count=event.packing.units)
    done = idle(queue)
    return replace(done, effects=(OpenOrder(order_id),))


def item(queue: VerdictQueue, scan: Scan, packing: Packing) -> Step:
    """Pack units of an item of the open order, unless that is more than is left."""
    verdict = Verdict(
        VerdictKind.GOOD,
        queue.order_id,
        queue.order_number,
        scan,
        count=packing.item_count,
        total=packing.item_total,
        package=packing.package,
    )
    if packing.item_count + max(1, scan.added) > packing.item_total:
        return say(queue, replace(verdict, kind=VerdictKind.ONE_TOO_MANY))
    if scan.units < 1:
        return say(queue, replace(verdict, kind=VerdictKind.CASE_UNITS), AskUnits(scan))
    verdict = replace(verdict, count=packing.item_count + scan.added)
    if packing.left <= scan.added:
        units = packing.units + packing.left
        verdict = replace(verdict, kind=VerdictKind.COMPLETE, count=units, total=units)
    return say(queue, verdict, AddUnits(scan.line_ids, scan.added, is_typed=scan.typed is not None))


def quantity(queue: VerdictQueue, event: QuantityTyped) -> Step:
    """Have so many units in all of the item that was scanned last, unless that is more than may ship."""
    last, packing = queue.last, event.packing
    if last.scan is None or last.scan.kind != "item" or not last.scan.line_ids or last.kind not in _ITEM_VERDICTS:
        scan = Scan("unknown", ScanReason.UNKNOWN, event.raw, event.raw)
        return ask(queue, VerdictKind.UNKNOWN_CODE, Scanned(scan, packing))
    scan = replace(last.scan, raw=event.raw, typed=event.units)
    verdict = replace(
        last, kind=VerdictKind.GOOD, scan=scan, count=event.units, total=packing.item_total, package=packing.package
    )
    if event.units > packing.item_total:
        return say(queue, replace(verdict, kind=VerdictKind.ONE_TOO_MANY, count=packing.item_count))
    added = event.units - packing.item_count
    if packing.left <= added:
        units = packing.units + packing.left
        verdict = replace(verdict, kind=VerdictKind.COMPLETE, count=units, total=units)
    return say(queue, verdict, SetUnits(scan.line_ids, event.units))


def _label(queue: VerdictQueue, event: Scanned) -> Step:
    scan, packing = event.scan, event.packing
    if queue.order_id is None:
        return ask(queue, VerdictKind.NO_ORDER, event)
    if not event.is_typed and packing.number and code.tracking_key(packing.number) == code.tracking_key(scan.number):
        # The package's own label was scanned again.
        verdict = Verdict(VerdictKind.GOOD, queue.order_id, queue.order_number, scan, package=packing.package)
        return say(queue, replace(verdict, label=PendingLabel(packing.number, scan.raw, packing.package)))
    found = {issue.kind: issue for issue in event.issues}
    is_asked = not event.carrier and not found.keys() & {*DECIDES_THAT_IT_IS_A_LABEL, LabelIssueKind.POSSIBLE}
    if is_asked and not event.by_person and not event.is_typed and not is_unasked(scan):
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
        queue.order_id,
        queue.order_number,
        scan,
        label,
        package=packing.package,
        earlier_number=packing.number,
    )
    return decide(queue, verdict)


def decide(queue: VerdictQueue, verdict: Verdict, *, in_next: bool = False) -> Step:
    """Ask about the next issue of a label, or assign it to its package if none is left."""
    assert verdict.label is not None
    if verdict.label.issues:
        return say(queue, replace(verdict, kind=OF_ISSUE[verdict.label.issues[0].kind], repeats=0))
    return say(queue, replace(verdict, kind=VerdictKind.GOOD, repeats=0), SetTracking(verdict.label, in_next))
