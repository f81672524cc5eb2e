"""Shipping by itself: whether an order that is packed completely may ship without a person's command."""

from dataclasses import dataclass

from shipconsole.domain.draft import KeptBack, ShipmentDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.verdict import changes_of


@dataclass(frozen=True, slots=True)
class PackageLabel:
    """The label of one package: whether it was scanned, and whether its carrier is certain or listed at the station.

    A format that was learned at the station is neither.
    """

    is_scanned: bool = True
    is_expected: bool = True


@dataclass(frozen=True, slots=True)
class PackedOrder:
    """An order with a draft that packs it completely, and what was looked up about both.

    `seen` is the order as it was packed. `labels` has one entry for each package. `problems` prevent the shipment,
    `warnings` are what a person should know of the order. `left_out` are the connections whose update would leave
    something out. `claimed_by` is another station. `is_change_unseen` if updates are held until a person has looked.
    """

    order: Order
    seen: Order
    draft: ShipmentDraft
    labels: tuple[PackageLabel, ...]
    has_open_verdict: bool = False
    is_change_unseen: bool = False
    problems: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    left_out: tuple[str, ...] = ()
    claimed_by: str = ""
    is_offline: bool = False


def is_packed(order: Order, draft: ShipmentDraft) -> bool:
    """Return whether a draft packs all units left of an order, and every package in use has a label."""
    used = [package for package in draft.packages if not package.is_untouched]
    is_complete = draft.units > 0 and all(draft.quantity_of(line.id) >= line.left for line in order.lines)
    return is_complete and all(package.tracking_number.strip() for package in used)


def reason_to_wait(packed: PackedOrder) -> Message | None:
    """Return why a packed order waits for a person's command, the most important first; None if it may ship."""
    for reason_of in (_of_situation, _of_order, _of_units, _of_labels, _of_updates):
        if (reason := reason_of(packed)) is not None:
            return reason
    return None


def _of_situation(packed: PackedOrder) -> Message | None:
    if packed.draft.kept_back == KeptBack.STOPPED:
        return Message("by_itself.stopped")
    if packed.draft.kept_back == KeptBack.UNDONE:
        return Message("by_itself.undone")
    if packed.has_open_verdict:
        return Message("by_itself.open_verdict")
    if packed.claimed_by:
        return Message("by_itself.claimed", station=packed.claimed_by)
    return None


def _of_order(packed: PackedOrder) -> Message | None:
    if packed.draft.kept_back == KeptBack.CHANGED or packed.is_change_unseen or _is_changed(packed.seen, packed.order):
        return Message("by_itself.changed")
    for line in packed.order.lines:
        if line.is_unresolved:
            return Message("by_itself.unresolved", sku=line.sku)
        if not line.is_counted:
            return Message("by_itself.not_counted", sku=line.sku)
    if not is_packed(packed.order, packed.draft):
        return Message("by_itself.not_packed")
    return None


def _is_changed(seen: Order, order: Order) -> bool:
    left, was_left = ({line.id: line.left for line in state.lines} for state in (order, seen))
    return left != was_left or order.cancelled != seen.cancelled or bool(changes_of(seen, order))


def _of_units(packed: PackedOrder) -> Message | None:
    if packed.draft.typed_units:
        return Message("by_itself.typed", count=packed.draft.typed_units)
    return Message("by_itself.edited") if packed.draft.kept_back == KeptBack.EDITED else None


def _of_labels(packed: PackedOrder) -> Message | None:
    used = [
        (number, package, label)
        for number, (package, label) in enumerate(zip(packed.draft.packages, packed.labels, strict=True), start=1)
        if not package.is_untouched
    ]
    for number, package, label in used:
        if LabelIssueKind.SECOND_LABEL in package.accepted:
            return Message("by_itself.second_label", package=number)
        if package.accepted or package.kept_reason:
            return Message("by_itself.accepted", package=number)
        if not label.is_scanned:
            return Message("by_itself.typed_label", package=number)
        if not label.is_expected:
            return Message("by_itself.uncertain_label", package=number)
    return None


def _of_updates(packed: PackedOrder) -> Message | None:
    if packed.problems or packed.warnings:
        return Message("by_itself.problem", problem=(*packed.problems, *packed.warnings)[0])
    if packed.left_out:
        return Message("by_itself.left_out", connections=packed.left_out)
    return Message("by_itself.offline") if packed.is_offline else None
