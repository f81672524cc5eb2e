"""The verdicts on scans: what each waits for, who ends it, and that nothing doubtful is accepted alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipconsole.domain.label import LabelIssue, LabelIssueKind
from shipconsole.domain.message import Message
from shipconsole.domain.scan import Scan, ScanReason
from shipconsole.domain.scanning_events import (
    Acknowledged,
    ActionRequested,
    AddToBox,
    AddUnits,
    AskReason,
    AskUnits,
    AttentionNeeded,
    BadgeRefused,
    ChangeSeen,
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
    NotByItself,
    Offline,
    OpenOrder,
    OrderChanged,
    OrderMoved,
    OrderOpened,
    OrderShipped,
    PackerChanged,
    Packing,
    Refused,
    RememberCarrier,
    ScanFailed,
    Scanned,
    ScannerWrong,
    SetTracking,
    Undone,
    UnitsEntered,
)
from shipconsole.domain.scanning_state import step
from shipconsole.domain.verdict import RULES, Ending, OrderChange, ScannerFault, VerdictKind, VerdictSeverity
from shipconsole.domain.verdict_queue import Step, VerdictQueue

ORDER, OTHER = 7, 8
NUMBER = "9400100109361129278357"
PACKING = Packing(units=3, left=5, item_count=1, item_total=3)
BEGUN = VerdictQueue(ORDER, "10001")


def scan(kind: str, reason: ScanReason, number: str = "", **fields: object) -> Scan:
    return Scan(kind, reason, number, number, **fields)  # pyright: ignore[reportArgumentType]


ITEM = scan("item", ScanReason.ITEM_SKU, "MOBILE", line_ids=(1,), item_name="Mobile")
WRONG = scan("wrong_item", ScanReason.WRONG_ITEM, "STAND", item_name="Stand")
UNKNOWN = scan("unknown", ScanReason.UNKNOWN, "nonsense")
UNKNOWN_ITEM = scan("unknown", ScanReason.UNKNOWN_ITEM, "4006381333931")
LABEL = scan("tracking", ScanReason.LABEL, NUMBER, carriers=("usps",), certain=True)
POSSIBLE = scan("tracking", ScanReason.POSSIBLE_LABEL, "ABC1234567", carriers=("x", "y"))
LISTED = scan("tracking", ScanReason.LISTED_CARRIER, "LOCAL12345")
TAUGHT = scan("tracking", ScanReason.TAUGHT_FORMAT, "LOCAL12345")
OTHER_ORDER = scan("order", ScanReason.OTHER_ORDER, "10002", order_id=OTHER)
OK, UNDO_CODE, NEXT, SHIP, ALL_LEFT, STOP = (
    scan("command", ScanReason.COMMAND, name) for name in ("OK", "UNDO", "NEXT PACKAGE", "SHIP", "ALL LEFT", "STOP")
)
BADGE = scan("unknown", ScanReason.UNKNOWN, "MB-1")
CASE = scan("item", ScanReason.ITEM_CASE, "16901234567893", line_ids=(1,), units=0)


def issue(kind: LabelIssueKind, **fields: object) -> LabelIssue:
    stops = kind in (LabelIssueKind.TAKEN, LabelIssueKind.POSTAL_CODE)
    return LabelIssue(kind, stops, **fields)  # pyright: ignore[reportArgumentType]


def after(*events: Event | Scan, queue: VerdictQueue = BEGUN) -> Step:
    """Return the result of several events in sequence; a bare scan has the usual facts."""
    last = Step(queue, queue.shown)
    for event in events:
        last = step(last.queue, Scanned(event, PACKING) if isinstance(event, Scan) else event)
    return last


def label(kind: LabelIssueKind, of: Scan = LABEL, packing: Packing = PACKING, **fields: object) -> Scanned:
    return Scanned(of, packing, (issue(kind, **fields),))


CARRIERS = {"carriers": ("dhl", "gls")}
CAUSES: dict[VerdictKind, tuple[Event | Scan, ...]] = {
    VerdictKind.WRONG_ITEM: (WRONG,),
    VerdictKind.ONE_TOO_MANY: (Scanned(ITEM, PACKING._replace(item_count=3)),),
    VerdictKind.UNKNOWN_CODE: (UNKNOWN,),
    VerdictKind.NOT_PROCESSED: (ScanFailed("MOBILE"),),
    VerdictKind.POSSIBLE_LABEL: (POSSIBLE,),
    VerdictKind.SEVERAL_CARRIERS: (label(LabelIssueKind.SEVERAL_CARRIERS, POSSIBLE, **CARRIERS),),
    VerdictKind.SEVERAL_ITEMS: (scan("unknown", ScanReason.SEVERAL_ITEMS, "x", line_ids=(1, 2)),),
    VerdictKind.SEVERAL_ORDERS: (scan("unknown", ScanReason.SEVERAL_ORDERS, "x", order_ids=(OTHER, 9)),),
    VerdictKind.CASE_UNITS: (CASE,),
    VerdictKind.SECOND_LABEL: (label(LabelIssueKind.SECOND_LABEL),),
    VerdictKind.ANOTHER_ORDER: (replace(OTHER_ORDER, is_same_recipient=True),),
    VerdictKind.NO_ORDER: (OrderOpened(None), scan("unknown", ScanReason.NO_ORDER_OPEN, "MOBILE")),
    VerdictKind.UNKNOWN_BADGE: (BadgeRefused(BADGE),),
    VerdictKind.ORDER_CANCELLED: (OrderChanged(ORDER, "10001"),),
    VerdictKind.ORDER_CHANGED: (OrderChanged(ORDER, "10001", (OrderChange("MOBILE", 3, 2),)),),
    VerdictKind.LABEL_TAKEN: (label(LabelIssueKind.TAKEN, order_number="8812"),),
    VerdictKind.POSTAL_CODE: (label(LabelIssueKind.POSTAL_CODE),),
    VerdictKind.CHECK_DIGIT: (label(LabelIssueKind.CHECK_DIGIT, right_digit="7"),),
    VerdictKind.ARTICLE_NUMBER: (label(LabelIssueKind.ARTICLE_NUMBER),),
    VerdictKind.SECOND_BARCODE: (label(LabelIssueKind.SECOND_BARCODE),),
    VerdictKind.USED_BEFORE: (label(LabelIssueKind.USED_BEFORE),),
}
"""What causes each verdict that waits."""

ANOTHER_LABEL = replace(LABEL, number="9400111206206406260787")
TRIES: dict[Ending, Event | Scan] = {
    Ending.ACKNOWLEDGE: Acknowledged(),
    Ending.REFUSE: Refused(),
    Ending.DIGIT: Chosen(1),
    Ending.NUMBER: UnitsEntered(2, PACKING),
    Ending.NEXT_PACKAGE: NEXT,
    Ending.RIGHT_ITEM: ITEM,
    Ending.LABEL: ANOTHER_LABEL,
    Ending.ORDER: OTHER_ORDER,
}
ENDED_BY_KNOWN_CODE = (Ending.RIGHT_ITEM, Ending.LABEL, Ending.ORDER)


def test_every_verdict_that_waits_has_its_cause_here() -> None:
    waiting = {
        kind for kind, rule in RULES.items() if rule.severity in (VerdictSeverity.CONFIRM, VerdictSeverity.LOCKED)
    }
    assert set(CAUSES) == waiting
    for kind, events in CAUSES.items():
        assert after(*events).queue.shown.kind == kind


@pytest.mark.parametrize("kind", CAUSES)
@pytest.mark.parametrize("ending", TRIES)
def test_only_its_endings_end_a_verdict_and_all_else_repeats_it(kind: VerdictKind, ending: Ending) -> None:
    begun = after(*CAUSES[kind])
    done = after(TRIES[ending], queue=begun.queue)
    listed = RULES[kind].endings
    ends = ending in listed or (Ending.KNOWN_CODE in listed and ending in ENDED_BY_KNOWN_CODE)
    assert done.is_repeated is not ends
    if ends:
        assert done.queue.shown.kind != kind
    else:
        assert done.effects == ()
        assert done.queue.shown == replace(begun.queue.shown, repeats=1)


@pytest.mark.parametrize("kind", CAUSES)
def test_the_codes_ok_and_undo_act_like_enter_and_esc(kind: VerdictKind) -> None:
    begun = after(*CAUSES[kind]).queue
    assert after(OK, queue=begun).effects == after(Acknowledged(), queue=begun).effects
    assert after(OK, queue=begun).queue == after(Acknowledged(), queue=begun).queue
    assert after(UNDO_CODE, queue=begun).queue == after(Refused(), queue=begun).queue


@pytest.mark.parametrize("kind", CAUSES)
@pytest.mark.parametrize(
    "other",
    [WRONG, UNKNOWN, POSSIBLE, SHIP, ALL_LEFT, STOP, ActionRequested(), Chosen(9)],
    ids=lambda event: type(event).__name__,
)
def test_while_a_verdict_waits_nothing_is_added_and_nothing_ships(kind: VerdictKind, other: Event | Scan) -> None:
    begun = after(*CAUSES[kind])
    done = after(other, queue=begun.queue)
    if done.is_repeated:
        assert done.effects == ()
        assert done.queue.shown.kind == kind
    else:
        # Only a label that itself is asked about may take the place of one that is asked about.
        assert Ending.LABEL in RULES[kind].endings
        assert done.queue.shown.kind == VerdictKind.POSSIBLE_LABEL


@pytest.mark.parametrize(
    "kind",
    [kind for kind, rule in RULES.items() if rule.severity == VerdictSeverity.LOCKED and kind != VerdictKind.NO_ORDER],
)
def test_enter_never_ships_and_changes_no_package_after_an_error(kind: VerdictKind) -> None:
    done = after(*CAUSES[kind], Acknowledged())
    # A change of the order was seen, for which the updates of what had shipped before were held.
    seen = kind in (VerdictKind.ORDER_CHANGED, VerdictKind.ORDER_CANCELLED)
    assert done.effects == ((ChangeSeen(ORDER),) if seen else ())
    assert done.queue.shown.kind == VerdictKind.IDLE
    assert after(Acknowledged(), OK, Refused(), KeepRequested(), LabelAccepted("x"), Chosen(1)).effects == ()


def test_a_badge_of_no_packer_waits_behind_an_error_and_another_badge_takes_its_place() -> None:
    begun = after(WRONG, BadgeRefused(BADGE)).queue
    assert begun.shown.kind == VerdictKind.WRONG_ITEM
    seen = after(Acknowledged(), queue=begun).queue
    assert (seen.shown.kind, seen.shown.scan) == (VerdictKind.UNKNOWN_BADGE, BADGE)
    again = after(BadgeRefused(BADGE), queue=seen)
    assert (again.is_repeated, again.queue.shown.repeats) == (True, 1)
    other = after(BadgeRefused(replace(BADGE, number="MB-2")), queue=seen).queue
    assert [verdict.scan and verdict.scan.number for verdict in other.waiting] == ["MB-2"]
    signed_in = after(PackerChanged(), queue=other)
    assert signed_in.queue.waiting == ()
    # A packer who signs in answers no other question.
    assert after(PackerChanged(), queue=after(WRONG).queue).queue.shown.kind == VerdictKind.WRONG_ITEM


def test_only_an_order_ends_the_verdict_that_none_is_open() -> None:
    begun = after(*CAUSES[VerdictKind.NO_ORDER]).queue
    assert after(SHIP, queue=VerdictQueue()).queue.shown.kind == VerdictKind.NO_ORDER
    done = after(OTHER_ORDER, queue=begun)
    assert done.effects == (OpenOrder(OTHER),)
    opened = step(begun, OrderOpened(ORDER, "10001"))
    assert opened.queue.waiting == ()


def test_an_item_is_added_and_counted_and_the_last_one_completes() -> None:
    done = after(ITEM)
    assert done.effects == (AddUnits((1,), 1),)
    assert (done.verdict.kind, done.verdict.count, done.verdict.total) == (VerdictKind.GOOD, 2, 3)
    last = after(Scanned(ITEM, Packing(units=7, left=1, item_count=2, item_total=3)))
    assert (last.verdict.kind, last.verdict.count, last.verdict.total) == (VerdictKind.COMPLETE, 8, 8)
    assert after(ALL_LEFT).verdict.kind == VerdictKind.COMPLETE


def test_the_units_of_a_case_are_asked_once_kept_and_never_too_many() -> None:
    begun = after(CASE)
    assert begun.effects == (AskUnits(CASE),)
    done = after(UnitsEntered(2, PACKING), queue=begun.queue)
    assert done.effects == (KeepCaseUnits(CASE, 2), AddUnits((1,), 2, is_typed=True))
    many = after(UnitsEntered(9, PACKING), queue=begun.queue)
    assert many.queue.shown.kind == VerdictKind.ONE_TOO_MANY
    assert many.effects == (), "it may be mistyped, and is asked again"
    assert after(UnitsEntered(0, PACKING), queue=begun.queue).is_repeated
    known = after(replace(CASE, units=2))
    assert known.effects == (AddUnits((1,), 2),)
    assert after(replace(CASE, units=3)).queue.shown.kind == VerdictKind.ONE_TOO_MANY


def test_a_code_that_is_judged_as_a_label_is_not_taken_for_the_one_that_is_shown_by_then() -> None:
    shown = after(UNKNOWN).queue
    late = Scanned(UNKNOWN_ITEM, PACKING, by_person=True)
    assert step(shown, late).is_repeated
    assert step(shown, late).effects == ()


def test_a_digit_chooses_one_of_several_items() -> None:
    (several,) = CAUSES[VerdictKind.SEVERAL_ITEMS]
    chosen = after(several, Chosen(2, PACKING))
    assert chosen.effects == (AddUnits((2,), 1),)
    assert (chosen.verdict.count, chosen.verdict.total) == (2, 3)
    assert after(several, Chosen(3, PACKING)).is_repeated


def test_choosing_a_packed_item_is_one_too_many() -> None:
    (several,) = CAUSES[VerdictKind.SEVERAL_ITEMS]
    chosen = after(several, Chosen(2, PACKING._replace(item_count=3)))
    assert (chosen.effects, chosen.queue.shown.kind) == ((), VerdictKind.ONE_TOO_MANY)


def test_a_case_adds_its_units_of_the_chosen_item() -> None:
    several = scan("unknown", ScanReason.SEVERAL_ITEMS, "16901234567893", line_ids=(1, 2), units=2)
    assert after(several, Chosen(2, PACKING)).effects == (AddUnits((2,), 2),)
    asked = after(replace(several, units=0), Chosen(2, PACKING))
    assert [type(effect) for effect in asked.effects] == [AskUnits]
    assert after(UnitsEntered(2, PACKING), queue=asked.queue).effects[1:] == (AddUnits((2,), 2, is_typed=True),)


def test_a_digit_opens_one_of_several_orders_and_asks_if_something_is_packed() -> None:
    (several,) = CAUSES[VerdictKind.SEVERAL_ORDERS]
    assert after(several, Chosen(2)).effects == (OpenOrder(9),)
    assert after(several, Chosen(2, PACKING)).queue.shown.kind == VerdictKind.ANOTHER_ORDER
    assert after(several, Chosen(3)).is_repeated


def test_only_an_order_of_the_same_recipient_may_be_added_to_the_package() -> None:
    same = replace(OTHER_ORDER, is_same_recipient=True)
    added = after(same, Chosen(1))
    assert added.effects == (AddToBox(OTHER),)
    assert not added.queue.shown.waits
    assert after(same, Chosen(2)).is_repeated
    assert after(same, Acknowledged()).effects == (OpenOrder(OTHER),)
    assert after(OTHER_ORDER, Chosen(1)).is_repeated
    assert not after(OTHER_ORDER).queue.shown.ends_with(Ending.DIGIT)


@pytest.mark.parametrize("kind", [LabelIssueKind.TAKEN, LabelIssueKind.USED_BEFORE])
def test_a_digit_opens_the_other_order_that_has_the_number(kind: LabelIssueKind) -> None:
    typed = Scanned(LABEL, PACKING, (issue(kind, order_id=OTHER, order_number="8812"),), is_typed=True)
    asked = after(typed)
    assert asked.verdict.ends_with(Ending.DIGIT)
    assert after(typed, Chosen(2)).is_repeated
    opened = after(typed, Chosen(1))
    assert opened.effects == (ClearTracking(0, NUMBER), OpenOrder(OTHER))
    assert opened.queue.waiting == ()
    same = after(label(kind, order_id=ORDER, order_number="10001"))
    assert not same.verdict.ends_with(Ending.DIGIT)


@pytest.mark.parametrize("taken", [LABEL, LISTED, TAUGHT], ids=lambda scan: scan.reason)
def test_a_label_without_an_issue_is_accepted(taken: Scan) -> None:
    (effect,) = after(taken).effects
    assert isinstance(effect, SetTracking)
    assert (effect.label.number, effect.label.accepted) == (taken.number, ())


def test_only_a_person_accepts_a_possible_label() -> None:
    begun = after(POSSIBLE)
    assert begun.effects == ()
    (effect,) = after(Acknowledged(), queue=begun.queue).effects
    assert isinstance(effect, SetTracking)
    assert effect.label.accepted == (LabelIssueKind.POSSIBLE,)
    assert after(Refused(), queue=begun.queue).effects == ()


def test_scanning_the_packages_own_label_again_changes_nothing() -> None:
    packing = PACKING._replace(number="9400 1001 0936 1129 2783 57")
    done = after(label(LabelIssueKind.TAKEN, packing=packing))
    assert (done.effects, done.verdict.kind) == ((), VerdictKind.GOOD)


def test_every_issue_of_a_label_is_asked_and_stops_come_first() -> None:
    kinds = (LabelIssueKind.SECOND_LABEL, LabelIssueKind.CHECK_DIGIT, LabelIssueKind.POSTAL_CODE)
    seen = after(Scanned(LABEL, PACKING, tuple(issue(kind) for kind in kinds)))
    assert seen.queue.shown.kind == VerdictKind.POSTAL_CODE
    assert after(KeepRequested(), queue=seen.queue).effects == (AskReason(),)
    assert after(LabelAccepted("  "), queue=seen.queue).is_repeated
    seen = after(LabelAccepted("Customer moved"), queue=seen.queue)
    assert seen.queue.shown.kind == VerdictKind.CHECK_DIGIT
    seen = after(Acknowledged(), queue=seen.queue)
    assert seen.queue.shown.kind == VerdictKind.SECOND_LABEL
    (effect,) = after(Acknowledged(), queue=seen.queue).effects
    assert isinstance(effect, SetTracking)
    assert effect.label.accepted == (
        LabelIssueKind.POSTAL_CODE,
        LabelIssueKind.CHECK_DIGIT,
        LabelIssueKind.SECOND_LABEL,
    )
    assert (effect.label.reason, effect.in_next) == ("Customer moved", False)


def test_a_second_label_may_go_to_the_next_package() -> None:
    (effect,) = after(label(LabelIssueKind.SECOND_LABEL), NEXT).effects
    assert isinstance(effect, SetTracking)
    assert effect.in_next
    assert effect.label.accepted == ()


def test_the_carrier_that_a_person_chose_is_remembered() -> None:
    begun = label(LabelIssueKind.SEVERAL_CARRIERS, POSSIBLE, **CARRIERS)
    remembered, taken = after(begun, Chosen(2)).effects
    assert remembered == RememberCarrier(("dhl", "gls"), "gls")
    assert isinstance(taken, SetTracking)
    assert taken.label.carrier == "gls"


def test_a_person_takes_an_unknown_code_as_a_label_by_key() -> None:
    begun = after(UNKNOWN_ITEM)
    assert after(KeepRequested(), queue=begun.queue).effects == (JudgeAsLabel(UNKNOWN_ITEM),)
    judged = Scanned(UNKNOWN_ITEM, PACKING, (issue(LabelIssueKind.ARTICLE_NUMBER),), by_person=True)
    asked = after(judged, queue=begun.queue)
    assert asked.queue.shown.kind == VerdictKind.ARTICLE_NUMBER
    (effect,) = after(Acknowledged(), queue=asked.queue).effects
    assert isinstance(effect, SetTracking)
    assert after(Acknowledged(), judged, queue=begun.queue).effects == (), "the question was over by then"


def test_a_typed_number_with_an_issue_is_asked_about_and_removed_if_refused() -> None:
    typed = replace(label(LabelIssueKind.CHECK_DIGIT), is_typed=True)
    assert after(typed, Refused()).effects == (ClearTracking(0, NUMBER),)
    assert after(typed, LabelEdited(1)).queue.shown.kind == VerdictKind.CHECK_DIGIT
    assert after(typed, LabelEdited(0)).queue.shown.kind == VerdictKind.IDLE
    stops = replace(label(LabelIssueKind.POSTAL_CODE), is_typed=True)
    assert after(stops, Acknowledged()).effects == (ClearTracking(0, NUMBER),)
    possible = Scanned(POSSIBLE, PACKING, (issue(LabelIssueKind.POSSIBLE),), is_typed=True)
    (effect,) = after(possible).effects
    assert isinstance(effect, SetTracking), "what is typed is accepted as unverified"


def test_a_second_error_does_not_hide_the_first() -> None:
    seen = after(WRONG, OrderChanged(ORDER, "10001"))
    assert seen.queue.shown.kind == VerdictKind.WRONG_ITEM
    seen = after(Acknowledged(), queue=seen.queue)
    assert seen.queue.shown.kind == VerdictKind.ORDER_CANCELLED
    assert after(Acknowledged(), queue=seen.queue).queue.waiting == ()


def test_an_order_that_changes_twice_shows_both_changes() -> None:
    first, second = OrderChange("A", 3, 2), OrderChange("B", 1, 0)
    seen = after(OrderChanged(ORDER, "10001", (first,)), OrderChanged(ORDER, "10001", (second,)))
    assert seen.queue.shown.changes == (first, second)
    assert len(seen.queue.waiting) == 1


def test_an_item_that_changes_twice_is_one_difference_and_only_the_change_shown_is_seen() -> None:
    changes = (OrderChange("A", 3, 2), OrderChange("A", 2, 1))
    seen = after(*(OrderChanged(ORDER, "10001", (change,), at_ms) for at_ms, change in enumerate(changes, start=1)))
    assert seen.queue.shown.changes == (OrderChange("A", 3, 1),)
    assert after(Acknowledged(), queue=seen.queue).effects == (ChangeSeen(ORDER, 2),)


def test_a_verdict_belongs_to_its_order() -> None:
    away = after(WRONG, OrderOpened(OTHER, "10002", 4))
    assert away.queue.shown.kind == VerdictKind.IDLE
    assert after(ITEM, queue=away.queue).effects == (AddUnits((1,), 1),)
    back = after(OrderOpened(ORDER, "10001"), queue=away.queue)
    assert back.queue.shown.kind == VerdictKind.WRONG_ITEM
    moved = after(OrderMoved(ORDER, 9), OrderOpened(9, "10009"), queue=back.queue)
    assert moved.queue.shown.kind == VerdictKind.WRONG_ITEM


@pytest.mark.parametrize("packing", [Packing(units=1), Packing(number=NUMBER)])
def test_another_order_asks_if_something_is_packed(packing: Packing) -> None:
    begun = after(Scanned(OTHER_ORDER, packing))
    assert begun.effects == ()
    assert after(Acknowledged(), queue=begun.queue).effects == (OpenOrder(OTHER),)
    assert after(Refused(), queue=begun.queue).effects == ()
    assert after(Scanned(OTHER_ORDER, Packing())).effects == (OpenOrder(OTHER),)
    own = replace(OTHER_ORDER, order_id=ORDER, reason=ScanReason.OPEN_ORDER)
    assert after(Scanned(own, packing)).effects == ()


def test_a_notice_hides_no_error() -> None:
    assert after(DatabaseAway(True)).queue.shown.kind == VerdictKind.DATABASE_AWAY
    assert after(WRONG, DatabaseAway(True)).queue.shown.kind == VerdictKind.WRONG_ITEM
    assert after(ITEM, DatabaseAway(True), DatabaseAway(False)).queue.shown.kind == VerdictKind.GOOD
    assert after(Offline(True, 4)).queue.shown.total == 4
    assert after(Offline(True), ITEM).queue.shown.kind == VerdictKind.GOOD
    assert after(Offline(True), Offline(False)).queue.shown.kind == VerdictKind.IDLE
    assert after(ITEM, Offline(False)).queue.shown.kind == VerdictKind.GOOD
    assert after(WRONG, Offline(True)).queue.shown.kind == VerdictKind.WRONG_ITEM


def test_a_wrong_scanner_setup_is_shown_until_the_next_scan() -> None:
    wrong = ScannerWrong(replace(UNKNOWN, raw="mobile"), "MOBILE", ScannerFault.CAPS_LOCK)
    done = after(wrong)
    assert (done.queue.shown.kind, done.queue.shown.meaning) == (VerdictKind.SCANNER, "MOBILE")
    assert after(ITEM, queue=done.queue).queue.shown.kind == VerdictKind.GOOD
    assert after(WRONG, wrong).queue.shown.kind == VerdictKind.WRONG_ITEM


def test_shipping_is_shown_and_then_what_needs_attention() -> None:
    assert after(SHIP).effects == (Command("SHIP"),)
    assert not after(ActionRequested()).is_repeated
    shipped = after(OrderShipped(ORDER, 2, 3, ("ShipEngine",)))
    assert (shipped.queue.shown.kind, shipped.queue.shown.package) == (VerdictKind.SHIPPED, 2)
    troubled = after(AttentionNeeded(ORDER, 2), queue=shipped.queue)
    assert (troubled.queue.shown.kind, troubled.queue.shown.total) == (VerdictKind.SHIPPED_ATTENTION, 2)
    assert after(AttentionNeeded(ORDER, 0), queue=troubled.queue).queue.shown.kind == VerdictKind.SHIPPED
    assert after(ITEM, AttentionNeeded(ORDER, 2), queue=shipped.queue).queue.shown.kind == VerdictKind.GOOD
    assert after(ITEM, Undone()).queue.shown.kind == VerdictKind.IDLE


scans = st.sampled_from(
    [ITEM, WRONG, UNKNOWN, UNKNOWN_ITEM, LABEL, POSSIBLE, LISTED, OTHER_ORDER, CASE, UNDO_CODE, NEXT]
)
issues = st.lists(st.sampled_from([issue(kind, **CARRIERS) for kind in LabelIssueKind]), max_size=4, unique=True)
packings = st.builds(
    Packing, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.just(0), st.just("")
)
by_scanner = st.builds(Scanned, scans, packings, issues.map(tuple))
by_itself = st.sampled_from(
    [
        OrderOpened(ORDER, "10001"),
        OrderOpened(OTHER, "10002"),
        OrderOpened(None),
        OrderChanged(ORDER, "10001"),
        Offline(True),
        NotByItself(ORDER, Message("by_itself.stopped")),
        DatabaseAway(True),
        DatabaseAway(False),
        ActionRequested(),
        Undone(),
    ]
)
by_keys = st.sampled_from(
    [Acknowledged(), Refused(), KeepRequested(), LabelAccepted("why"), Chosen(1), UnitsEntered(2, PACKING)]
)


def is_doubtful(effect: Effect, event: Event) -> bool:
    """Return whether an effect accepts a code that is unknown, only possible, wrong or asked about."""
    match effect, event:
        case SetTracking(), Scanned(scan=scanned, issues=asked):
            unasked = scanned.certain or scanned.reason in (ScanReason.LISTED_CARRIER, ScanReason.TAUGHT_FORMAT)
            return scanned.kind != "tracking" or bool(asked) or not unasked or effect.in_next
        case AddUnits(units=units), Scanned(scan=scanned, packing=packing):
            return scanned.kind != "item" or units < 1 or packing.item_count + units > packing.item_total
        case ((SetTracking() | AddUnits()), _):
            return True
        case _:
            return False


@given(st.lists(by_scanner | by_itself, max_size=30))
@settings(max_examples=600, deadline=None)
def test_no_number_of_scans_makes_a_doubtful_code_a_label_or_an_item(events: list[Event]) -> None:
    queue = BEGUN
    for event in events:
        done = step(queue, event)
        # Two codes on the command sheet speak for a person: %OK, which is not among these scans, and the next
        # package, which moves a label that a person scanned and nothing else is asked about.
        if not (isinstance(event, Scanned) and event.scan in (NEXT,)):
            assert not [effect for effect in done.effects if is_doubtful(effect, event)]
        queue = done.queue


@given(st.lists(by_scanner | by_itself | by_keys, max_size=30))
@settings(max_examples=600, deadline=None)
def test_only_its_endings_end_a_waiting_verdict(events: list[Event]) -> None:
    queue = BEGUN
    for event in events:
        shown, done = queue.shown, step(queue, event)
        if done.is_repeated:
            assert done.effects == ()
            assert done.queue.shown.kind == shown.kind
        others = {
            (verdict.kind, verdict.order_id)
            for verdict in queue.waiting
            if verdict is not shown and verdict.order_id is not None
        }
        assert others <= {(verdict.kind, verdict.order_id) for verdict in done.queue.waiting}
        queue = done.queue


def test_why_an_order_does_not_ship_by_itself_is_said_with_the_verdict_of_the_scan() -> None:
    reason = Message("by_itself.typed", count=2)
    good = after(LABEL, NotByItself(ORDER, reason))
    assert (good.verdict.kind, good.verdict.not_by_itself) == (VerdictKind.GOOD, reason)
    assert good.queue.shown is good.verdict
    wrong = after(WRONG, NotByItself(ORDER, reason))
    assert (wrong.verdict.kind, wrong.verdict.not_by_itself) == (VerdictKind.WRONG_ITEM, reason)
    assert wrong.queue.waiting == (wrong.verdict,)
    assert after(WRONG, NotByItself(ORDER, reason), Acknowledged()).queue.shown.not_by_itself is None
    assert after(LABEL, NotByItself(OTHER, reason)).queue.shown.not_by_itself is None


def test_a_shipment_without_a_command_says_so() -> None:
    assert after(OrderShipped(ORDER, 1, 3, (), by_itself=True)).queue.shown.by_itself
