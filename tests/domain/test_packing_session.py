"""The packing session: what is packed, what is refused, what can be undone."""

from collections.abc import Callable

import pytest

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.packing_session import PackingSession
from tests.ui.order_editor.orders import CASE, CHARGER, MOBILE, order_of

NUMBER = "9400100109361129278357"


def test_a_draft_begins_with_one_empty_package() -> None:
    session = PackingSession.begin(order_of())
    assert [package.is_untouched for package in session.draft.packages] == [True]
    assert (session.draft.units, session.left) == (0, 3)


def test_a_unit_goes_to_the_first_item_with_units_left() -> None:
    session = PackingSession.begin(order_of())
    assert [session.add_units((CASE, CHARGER)) for _ in range(4)] == [CASE, CASE, CHARGER, None]
    assert session.draft.snapshot().packages[0].quantities == {CASE: 2, CHARGER: 1}


def test_one_unit_too_many_changes_nothing() -> None:
    session = PackingSession.begin(order_of())
    before = session.draft.snapshot()
    assert session.add_units((MOBILE,)) is None
    assert session.draft.snapshot() == before
    assert not session.undo()


@pytest.mark.parametrize(("units", "accepted"), [(0, True), (2, True), (3, False), (-1, False)])
def test_a_typed_quantity_is_accepted_or_refused_completely(units: int, accepted: bool) -> None:
    session = PackingSession.begin(order_of())
    session.set_quantity(CASE, 1)
    assert session.set_quantity(CASE, units) is accepted
    assert session.in_package(CASE) == (units if accepted else 1)


def test_units_in_one_package_are_not_left_for_the_next() -> None:
    session = PackingSession.begin(order_of())
    session.set_quantity(CASE, 1)
    assert session.new_package()
    assert session.left_of(CASE) == 1
    assert not session.set_quantity(CASE, 2)
    assert session.pack_all_left() == 2
    assert [dict(package.quantities) for package in session.draft.packages] == [{CASE: 1}, {CASE: 1, CHARGER: 1}]


def test_an_untouched_package_is_opened_rather_than_another_added() -> None:
    session = PackingSession.begin(order_of())
    assert not session.new_package()
    session.add_units((CASE,))
    session.new_package()
    session.current = 0
    assert session.new_package()
    assert (len(session.draft.packages), session.current) == (2, 1)


@pytest.mark.parametrize(
    ("current", "dropped", "then"), [(0, 0, 0), (1, 0, 0), (1, 1, 1), (0, 1, 0), (2, 0, 1), (2, 2, 1)]
)
def test_the_open_package_stays_open_when_another_is_removed(current: int, dropped: int, then: int) -> None:
    packages = tuple(PackageDraft(tracking_number=name) for name in "ABC")
    session = PackingSession.begin(order_of(), ShipmentDraft(packages=packages))
    session.current = current
    session.remove_package(dropped)
    assert session.current == then
    assert len(session.draft.packages) == 2


def test_the_last_package_is_emptied_not_removed() -> None:
    session = PackingSession.begin(order_of())
    session.pack_all_left()
    session.remove_package(0)
    assert session.package.is_untouched


def test_every_step_can_be_undone() -> None:
    session = PackingSession.begin(order_of())
    seen = [session.draft.snapshot()]
    session.add_units((CASE,))
    seen.append(session.draft.snapshot())
    session.set_tracking(NUMBER, "420900019400100109361129278357")
    seen.append(session.draft.snapshot())
    session.new_package()
    seen.append(session.draft.snapshot())
    for letter in ("P", "Pr", "Pri"):
        session.package.service = letter
    seen.append(session.draft.snapshot())
    session.pack_all_left()
    for before in reversed(seen):
        assert session.undo()
        assert session.draft.snapshot() == before
    assert not session.undo()


def test_a_typed_number_removes_the_scan_before_it() -> None:
    session = PackingSession.begin(order_of())
    session.set_tracking(NUMBER, "raw")
    session.package.tracking_number = NUMBER[:-1]
    assert session.package.raw_scan == ""


def test_a_stored_draft_is_restored_as_it_was() -> None:
    session = PackingSession.begin(order_of())
    session.pack_all_left()
    session.set_tracking(NUMBER, "raw")
    session.new_package()
    session.package.weight_kg = "0,7"
    assert PackingSession.begin(order_of(), session.draft.snapshot()).draft.snapshot() == session.draft.snapshot()


def test_what_was_typed_stays_when_a_vendor_changes_the_order() -> None:
    session = PackingSession.begin(order_of())
    session.pack_all_left()
    session.set_tracking(NUMBER, "")
    fewer = order_of()
    lines = (fewer.lines[0], fewer.lines[1].model_copy(update={"ordered": 2}))
    session.update_order(fewer.model_copy(update={"lines": lines}))
    assert session.draft.snapshot().packages[0].quantities == {CASE: 2}
    assert [problem.path for problem in session.problems()] == [("lines", CASE)]
    assert session.left == 0
    assert session.set_quantity(CASE, 1)
    assert session.problems() == ()


def test_nothing_of_a_cancelled_order_can_be_packed() -> None:
    session = PackingSession.begin(order_of(cancelled=True))
    assert session.add_units((CASE,)) is None
    assert session.pack_all_left() == 0
    assert "cancelled" in str(session.problems()[0].message)


def test_what_is_typed_after_an_undo_changes_no_earlier_step() -> None:
    session = PackingSession.begin(order_of())
    session.package.service = "A"
    session.new_package()
    session.package.service = "B"
    assert session.undo()
    session.current = 0
    session.package.service = "Z"
    assert session.undo()
    assert [package.service for package in session.draft.packages] == ["A", ""]
    assert session.undo()
    assert [package.service for package in session.draft.packages] == ["A"]


def test_each_change_is_one_revision_however_many_fields_it_has() -> None:
    session, heard = PackingSession.begin(order_of()), []
    session.events.revision.connect(heard.append)
    session.set_tracking(NUMBER, "raw", reason="kept", carrier="usps")
    session.package.weight_kg = "6x"
    session.package.weight_kg = "6x"
    session.set_quantity(CASE, 1)
    session.set_quantity(CASE, 1)
    assert heard == [1, 2, 3]


def test_changes_of_a_removed_package_are_ignored() -> None:
    session, heard = PackingSession.begin(order_of()), []
    session.new_package()
    session.package.service = "A"
    gone = session.package
    session.new_package()
    session.remove_package(0)
    session.events.revision.connect(heard.append)
    gone.service = "B"
    assert heard == []
    assert not any(package is gone for package in session.draft.packages)


def test_later_changes_do_not_reach_a_snapshot() -> None:
    session = PackingSession.begin(order_of())
    session.pack_all_left()
    snapshot = session.draft.snapshot()
    session.package.weight_kg = "1"
    session.set_quantity(CASE, 0)
    session.new_package()
    assert len(snapshot.packages) == 1
    assert (snapshot.packages[0].weight_kg, snapshot.packages[0].quantities) == ("", {CASE: 2, CHARGER: 1})


def without(order: Order, line_id: int) -> Order:
    """Return an order without one of its items."""
    return order.model_copy(update={"lines": tuple(line for line in order.lines if line.id != line_id)})


def test_an_undo_brings_back_no_units_of_an_item_that_a_platform_removed() -> None:
    session = PackingSession.begin(order_of())
    session.add_units((CHARGER,))
    session.add_units((CASE,))
    session.set_tracking(NUMBER, "")
    session.update_order(without(order_of(), CHARGER))
    assert session.undo()
    assert [dict(package.quantities) for package in session.draft.packages] == [{CASE: 1}]
    assert session.undo()
    assert session.package.is_untouched
    assert not session.undo(), "the step that packed the removed item changes nothing any more"
    assert [str(problem.message) for problem in session.problems()] == [str(Message("ship.nothing_packed"))]


def test_units_of_a_removed_item_go_from_every_package_and_are_one_revision() -> None:
    session, revisions = PackingSession.begin(order_of()), []
    session.add_units((CASE,))
    session.new_package()
    session.add_units((CASE, CHARGER), 2)
    session.events.revision.connect(revisions.append)
    revision = session.revision
    session.update_order(order_of())
    assert revisions == []
    session.update_order(without(order_of(), CASE))
    assert [dict(package.quantities) for package in session.draft.packages] == [{}, {CHARGER: 1}]
    assert revisions == [revision + 1]


def test_a_stored_draft_starts_without_units_of_items_that_the_order_no_longer_has() -> None:
    stored = ShipmentDraft(packages=(PackageDraft(tracking_number=NUMBER, quantities={CASE: 1, CHARGER: 1}),))
    session = PackingSession.begin(without(order_of(), CHARGER), stored)
    assert dict(session.package.quantities) == {CASE: 1}
    assert dict(stored.packages[0].quantities) == {CASE: 1, CHARGER: 1}
    assert not session.undo()


@pytest.mark.parametrize("change", [{"ordered": 2}, {"shipped": 2}, {"cancelled": 1}])
def test_an_undo_to_more_than_is_left_since_is_reported(change: dict[str, int]) -> None:
    session = PackingSession.begin(order_of())
    session.add_units((CASE,), 2)
    session.set_tracking(NUMBER, "")
    session.set_quantity(CASE, 1)
    order = order_of()
    session.update_order(
        order.model_copy(
            update={"lines": tuple(line.model_copy(update=change if line.id == CASE else {}) for line in order.lines)}
        )
    )
    assert session.problems() == ()
    assert session.undo()
    assert session.in_package(CASE) == 2
    assert [problem.path for problem in session.problems()] == [("lines", CASE)]
    assert session.left_of(CASE) == 0


def test_a_refresh_does_not_split_what_is_typed_into_two_steps() -> None:
    session = PackingSession.begin(order_of())
    session.package.service = "Pri"
    session.update_order(without(order_of(), CHARGER))
    session.package.service = "Priority"
    assert session.undo()
    assert session.package.service == ""
    assert not session.undo()


def test_an_item_that_is_listed_twice_is_not_packed_twice() -> None:
    session = PackingSession.begin(order_of())
    assert session.add_units((CHARGER, CHARGER), 2) is None
    assert session.package.is_untouched
    assert session.add_units((CASE, CASE, CHARGER), 3) == CHARGER
    assert dict(session.package.quantities) == {CASE: 2, CHARGER: 1}
    state = session.packing((CASE, CASE))
    assert (state.item_count, state.item_total) == (2, 2)


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (lambda session: session.add_units((CASE,)), None),
        (lambda session: session.set_quantity(CASE, 2), False),
        (lambda session: session.set_quantity(CASE, 0), False),
        (lambda session: session.pack_all_left(), 0),
        (lambda session: session.set_tracking("1", "1"), None),
        (lambda session: session.new_package(), False),
        (lambda session: session.remove_package(0), None),
        (lambda session: session.undo(), False),
        (lambda session: setattr(session.package, "service", "Priority"), None),
        (lambda session: setattr(session.package, "tracking_number", "1"), None),
        (lambda session: setattr(session.package, "quantities", {CASE: 2}), None),
    ],
)
def test_a_locked_session_stays_as_it_is(change: Callable[[PackingSession], object], result: object) -> None:
    session = PackingSession.begin(order_of())
    session.add_units((CASE,))
    session.set_tracking(NUMBER, "raw", accepted=(LabelIssueKind.CHECK_DIGIT,), reason="Checked")
    before, revision = session.draft.snapshot(), session.revision
    session.is_locked = True
    assert change(session) is result
    assert (session.draft.snapshot(), session.current, session.revision) == (before, 0, revision)
    session.is_locked = False
    assert session.undo()
    assert session.package.tracking_number == ""
    assert session.undo()
    assert not session.undo()


def test_a_locked_session_shows_its_packages_and_follows_the_platform() -> None:
    session = PackingSession.begin(order_of())
    session.add_units((CHARGER,))
    session.new_package()
    session.is_locked = True
    session.current = 0
    assert session.in_package(CHARGER) == 1
    session.update_order(without(order_of(), CHARGER))
    assert session.package.is_untouched


def test_scanned_units_are_not_typed_and_all_others_are() -> None:
    session = PackingSession.begin(order_of())
    session.add_units((CASE,))
    assert session.draft.typed_units == 0
    session.set_quantity(CASE, 2)
    assert (session.package.typed, session.draft.typed_units) == ({CASE: 1}, 1)
    session.set_quantity(CASE, 1)
    assert session.draft.typed_units == 1, "which of them was taken out is not known"
    session.set_quantity(CASE, 0)
    assert session.draft.typed_units == 0
    session.add_units((CASE,), 2, is_typed=True)
    session.pack_all_left()
    assert session.package.typed == {CASE: 2, CHARGER: 1}
    session.undo()
    assert session.package.typed == {CASE: 2}


def test_a_quantity_in_all_adds_or_takes_out_what_is_missing_or_too_much() -> None:
    session = PackingSession.begin(order_of())
    session.add_units((CASE,))
    session.new_package()
    assert session.set_units((CASE,), 2) == CASE
    assert [dict(package.quantities) for package in session.draft.packages] == [{CASE: 1}, {CASE: 1}]
    assert session.draft.typed_units == 1
    assert session.set_units((CASE,), 3) is None
    assert session.draft.units == 2
    session.set_units((CASE,), 1)
    assert [dict(package.quantities) for package in session.draft.packages] == [{CASE: 1}, {}]
    session.set_units((CASE,), 0)
    assert session.draft.units == 0


def test_moved_units_stay_typed_or_scanned() -> None:
    session = PackingSession.begin(order_of())
    session.add_units((CASE,))
    session.set_quantity(CASE, 2)
    assert not session.move(CASE, -1)
    assert not session.move(CHARGER, 1)
    assert session.move(CASE, 1, 1)
    assert [package.typed for package in session.draft.packages] == [{}, {CASE: 1}]
    assert session.current == 0
    assert session.move(CASE, 1)
    assert [package.typed for package in session.draft.packages] == [{}, {CASE: 1}]
    assert session.undo()
    assert session.undo()
    assert [dict(package.quantities) for package in session.draft.packages] == [{CASE: 2}]


def test_the_draft_says_which_item_was_packed_last() -> None:
    session = PackingSession.begin(order_of())
    session.add_units((CASE,))
    session.add_units((CHARGER,))
    assert session.draft.line_id == CHARGER
    session.undo()
    assert session.draft.line_id == CASE
    assert PackingSession.begin(order_of(), session.draft.snapshot()).draft.line_id == CASE


def test_what_is_left_follows_every_change() -> None:
    session = PackingSession.begin(order_of())
    seen: list[tuple[int, int]] = []
    session.events.revision.connect(lambda _: seen.append((session.left, len(session.problems()))))
    session.add_units((CASE,))
    session.package.quantities = {CASE: 1, CHARGER: 1}
    session.set_tracking(NUMBER, "")
    assert seen == [(2, 1), (1, 1), (1, 0)]
    lines = tuple(line.model_copy(update={"ordered": 1}) for line in session.order.lines)
    session.update_order(order_of(lines=lines))
    assert [problem.path for problem in session.problems()] == [("lines", CASE)]
