"""Shipping by itself: only what is usual in every way; each other case waits for a person, and says why."""

from dataclasses import replace

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.by_itself import PackageLabel, PackedOrder, is_packed, reason_to_wait
from shipconsole.domain.draft import KeptBack, PackageDraft, ShipmentDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.verdict import changes_of

TABLET = OrderLine(id=1, sku="TABLET", ordered=3, shipped=1)
CABLE = OrderLine(id=2, sku="CABLE", ordered=1)
ORDER = Order(id=7, number="10001", lines=(TABLET, CABLE))
FIRST = PackageDraft(tracking_number="T1", raw_scan="T1", quantities={1: 2})
SECOND = PackageDraft(tracking_number="T2", raw_scan="T2", quantities={2: 1})
USUAL = PackedOrder(ORDER, ORDER, ShipmentDraft(packages=(FIRST, SECOND)), (PackageLabel(), PackageLabel()))


def with_first(**values: object) -> PackedOrder:
    return replace(USUAL, draft=ShipmentDraft(packages=(FIRST.model_copy(update=values), SECOND)))


def kept_back(reason: KeptBack) -> PackedOrder:
    return replace(USUAL, draft=USUAL.draft.model_copy(update={"kept_back": reason}))


def with_lines(*lines: OrderLine, **values: object) -> Order:
    return ORDER.model_copy(update={"lines": lines, **values})


def of_order(order: Order) -> PackedOrder:
    return replace(USUAL, order=order, seen=order)


CASES = {
    "a scan stopped the countdown": (kept_back(KeptBack.STOPPED), Message("by_itself.stopped")),
    "the shipment was undone": (kept_back(KeptBack.UNDONE), Message("by_itself.undone")),
    "an open verdict": (replace(USUAL, has_open_verdict=True), Message("by_itself.open_verdict")),
    "a claim by another station": (
        replace(USUAL, claimed_by="Bench 2"),
        Message("by_itself.claimed", station="Bench 2"),
    ),
    "the order changed while it was packed": (kept_back(KeptBack.CHANGED), Message("by_itself.changed")),
    "another quantity": (
        replace(USUAL, order=with_lines(TABLET, CABLE.model_copy(update={"ordered": 2}))),
        Message("by_itself.changed"),
    ),
    "another address": (
        replace(USUAL, order=ORDER.model_copy(update={"ship_to": Address(city="Bonn")})),
        Message("by_itself.changed"),
    ),
    "units shipped elsewhere": (
        replace(USUAL, order=with_lines(TABLET.model_copy(update={"shipped": 2}), CABLE)),
        Message("by_itself.changed"),
    ),
    "cancelled": (replace(USUAL, order=ORDER.model_copy(update={"cancelled": True})), Message("by_itself.changed")),
    "an item that is not resolved": (
        of_order(with_lines(TABLET, CABLE, OrderLine(id=3, sku="CLOTH", ordered=0, quantity_text="2.5"))),
        Message("by_itself.unresolved", sku="CLOTH"),
    ),
    "an item that is not counted in units": (
        of_order(
            with_lines(
                TABLET,
                CABLE,
                OrderLine(
                    id=3, sku="CLOTH", ordered=0, quantity_text="2.5", resolution="shipped", resolved_quantity="2.5"
                ),
            )
        ),
        Message("by_itself.not_counted", sku="CLOTH"),
    ),
    "units left": (with_first(quantities={1: 1}), Message("by_itself.not_packed")),
    "a package without a label": (with_first(tracking_number=" "), Message("by_itself.not_packed")),
    "typed units": (with_first(typed={1: 1}), Message("by_itself.typed", count=1)),
    "a reduced quantity": (kept_back(KeptBack.EDITED), Message("by_itself.edited")),
    "a second label": (
        with_first(accepted=(LabelIssueKind.SECOND_LABEL,)),
        Message("by_itself.second_label", package=1),
    ),
    "an accepted warning": (
        with_first(accepted=(LabelIssueKind.CHECK_DIGIT,)),
        Message("by_itself.accepted", package=1),
    ),
    "a label kept with a reason": (with_first(kept_reason="reprinted"), Message("by_itself.accepted", package=1)),
    "a typed label": (
        replace(USUAL, labels=(PackageLabel(), PackageLabel(is_scanned=False))),
        Message("by_itself.typed_label", package=2),
    ),
    "a label that is neither certain nor listed": (
        replace(USUAL, labels=(PackageLabel(is_expected=False), PackageLabel())),
        Message("by_itself.uncertain_label", package=1),
    ),
    "a problem": (
        replace(USUAL, problems=(Message("ship.no_units"), Message("ship.size", size="x"))),
        Message("by_itself.problem", problem=Message("ship.no_units")),
    ),
    "an update that leaves something out": (
        replace(USUAL, left_out=("Starshipit",)),
        Message("by_itself.left_out", connections=("Starshipit",)),
    ),
    "offline": (replace(USUAL, is_offline=True), Message("by_itself.offline")),
}


@pytest.mark.parametrize(("packed", "reason"), CASES.values(), ids=CASES)
def test_each_reason_keeps_an_order_from_shipping_by_itself(packed: PackedOrder, reason: Message) -> None:
    assert reason_to_wait(packed) == reason
    assert str(reason).startswith(str(Message("by_itself.problem", problem=Message("list.none")))[:20])


def test_what_is_usual_ships() -> None:
    assert reason_to_wait(USUAL) is None
    untouched = replace(
        USUAL,
        draft=ShipmentDraft(packages=(FIRST, SECOND, PackageDraft())),
        labels=(PackageLabel(), PackageLabel(), PackageLabel(is_scanned=False, is_expected=False)),
    )
    assert reason_to_wait(untouched) is None


def test_an_order_without_units_left_is_not_packed() -> None:
    shipped = with_lines(TABLET.model_copy(update={"shipped": 3}))
    assert not is_packed(shipped, ShipmentDraft())
    assert not is_packed(ORDER, ShipmentDraft(packages=(FIRST,)))
    assert is_packed(ORDER, USUAL.draft)


def test_reducing_a_quantity_is_remembered_and_typing_counts_the_units() -> None:
    session = PackingSession.begin(ORDER)
    session.add_units((1,), 2)
    assert session.draft.kept_back is None
    session.set_quantity(1, 1)
    session.add_units((1,))
    assert session.draft.kept_back == KeptBack.EDITED
    session.undo()
    session.undo()
    assert session.draft.kept_back == KeptBack.EDITED
    typing = PackingSession.begin(ORDER)
    typing.set_quantity(1, 2)
    assert (typing.draft.kept_back, typing.draft.typed_units) == (None, 2)
    typing.set_units((1,), 1)
    assert typing.draft.kept_back == KeptBack.EDITED
    assert ShipmentDraft.model_validate(typing.draft.model_dump(mode="json")) == typing.draft


def test_a_change_of_the_order_counts_once_something_is_packed() -> None:
    changed = with_lines(TABLET.model_copy(update={"ordered": 4}), CABLE)
    assert changes_of(ORDER, changed)
    for units, reason in ((0, None), (1, KeptBack.CHANGED)):
        session = PackingSession.begin(ORDER)
        session.add_units((1,), units)
        session.update_order(ORDER.model_copy(update={"note": "fragile"}))
        assert session.draft.kept_back is None
        session.update_order(changed)
        assert session.draft.kept_back == reason
