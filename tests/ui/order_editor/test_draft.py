"""The draft while packing: what goes in, what is refused, what can be taken back."""

import pytest

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.ui.order_editor.draft import Draft
from tests.ui.order_editor.orders import CASE, CHARGER, MOBILE, order_of

NUMBER = "9400100109361129278357"


def test_a_draft_begins_with_one_empty_parcel() -> None:
    draft = Draft(order_of())
    assert [parcel.untouched for parcel in draft.parcels] == [True]
    assert (draft.pieces, draft.left) == (0, 3)


def test_a_piece_goes_to_the_first_line_with_something_left_then_to_the_next() -> None:
    draft = Draft(order_of())
    assert [draft.add_piece((CASE, CHARGER)) for _ in range(4)] == [CASE, CASE, CHARGER, None]
    assert draft.frozen().packages[0].quantities == {CASE: 2, CHARGER: 1}


def test_one_piece_too_many_changes_nothing() -> None:
    draft = Draft(order_of())
    before = draft.frozen()
    assert draft.add_piece((MOBILE,)) is None
    assert draft.frozen() == before
    assert not draft.undo()


@pytest.mark.parametrize(("pieces", "taken"), [(0, True), (2, True), (3, False), (-1, False)])
def test_a_typed_quantity_is_taken_or_refused_whole(pieces: int, taken: bool) -> None:
    draft = Draft(order_of())
    draft.set_quantity(CASE, 1)
    assert draft.set_quantity(CASE, pieces) is taken
    assert draft.in_parcel(CASE) == (pieces if taken else 1)


def test_pieces_in_one_parcel_are_not_left_for_the_next() -> None:
    draft = Draft(order_of())
    draft.set_quantity(CASE, 1)
    assert draft.new_parcel()
    assert draft.left_of(CASE) == 1
    assert not draft.set_quantity(CASE, 2)
    assert draft.all_left() == 2
    assert [dict(parcel.quantities) for parcel in draft.parcels] == [{CASE: 1}, {CASE: 1, CHARGER: 1}]


def test_an_untouched_parcel_is_opened_rather_than_another_added() -> None:
    draft = Draft(order_of())
    assert not draft.new_parcel()
    draft.add_piece((CASE,))
    draft.new_parcel()
    draft.current = 0
    assert draft.new_parcel()
    assert (len(draft.parcels), draft.current) == (2, 1)


@pytest.mark.parametrize(
    ("current", "dropped", "then"), [(0, 0, 0), (1, 0, 0), (1, 1, 1), (0, 1, 0), (2, 0, 1), (2, 2, 1)]
)
def test_the_open_parcel_stays_open_when_another_is_taken_away(current: int, dropped: int, then: int) -> None:
    packages = tuple(PackageDraft(tracking_number=name) for name in "ABC")
    draft = Draft(order_of(), ShipmentDraft(packages))
    draft.current = current
    draft.drop_parcel(dropped)
    assert draft.current == then
    assert len(draft.parcels) == 2


def test_the_last_parcel_is_emptied_not_taken_away() -> None:
    draft = Draft(order_of())
    draft.all_left()
    draft.drop_parcel(0)
    assert draft.parcel.untouched


def test_every_step_can_be_taken_back() -> None:
    draft = Draft(order_of())
    seen = [draft.frozen()]
    draft.add_piece((CASE,))
    seen.append(draft.frozen())
    draft.set_tracking(NUMBER, "420900019400100109361129278357")
    seen.append(draft.frozen())
    draft.new_parcel()
    seen.append(draft.frozen())
    for letter in ("P", "Pr", "Pri"):
        draft.set_text("service", letter)
    seen.append(draft.frozen())
    draft.all_left()
    for before in reversed(seen):
        assert draft.undo()
        assert draft.frozen() == before
    assert not draft.undo()


def test_a_number_that_is_typed_drops_the_scan_before_it() -> None:
    draft = Draft(order_of())
    draft.set_tracking(NUMBER, "raw")
    draft.set_text("tracking_number", NUMBER[:-1])
    assert draft.parcel.raw_scan == ""


def test_a_kept_draft_comes_back_as_it_was() -> None:
    draft = Draft(order_of())
    draft.all_left()
    draft.set_tracking(NUMBER, "raw")
    draft.new_parcel()
    draft.set_text("weight_kg", "0,7")
    assert Draft(order_of(), draft.frozen()).frozen() == draft.frozen()


def test_what_was_typed_stays_when_a_vendor_changes_the_order() -> None:
    draft = Draft(order_of())
    draft.all_left()
    draft.set_tracking(NUMBER, "")
    fewer = order_of()
    lines = (fewer.lines[0], fewer.lines[1].model_copy(update={"ordered": 2}))
    draft.take_order(fewer.model_copy(update={"lines": lines}))
    assert draft.frozen().packages[0].quantities == {CASE: 2}
    assert [problem.path for problem in draft.why_not()] == [("lines", CASE)]
    assert draft.left == 0
    assert draft.set_quantity(CASE, 1)
    assert draft.why_not() == ()


def test_nothing_of_a_cancelled_order_can_be_packed() -> None:
    draft = Draft(order_of(cancelled=True))
    assert draft.add_piece((CASE,)) is None
    assert draft.all_left() == 0
    assert "cancelled" in draft.why_not()[0].message
