"""Rows by position: few are held, none is requested twice, and rows of an earlier search are dropped."""

from array import array

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit.binding.paged_table import PAGE, PAGES_HELD
from shipconsole.ui.order_list.model import OrderListModel
from tests.ui.order_list.conftest import HeldRequests, row_of


@pytest.fixture
def model(held: HeldRequests, qtbot: QtBot) -> OrderListModel:
    model = OrderListModel(held.fetch)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def ids(count: int) -> "array[int]":
    return array("q", range(1, count + 1))


def test_a_row_is_requested_once_with_its_page_and_redrawn_when_it_arrives(
    model: OrderListModel, held: HeldRequests, qtbot: QtBot
) -> None:
    model.set_ids(ids(250))
    assert model.row(120) is None
    assert model.row(121) is None
    requested = [ids for ids, _ in held.requests if ids[0] == 101]
    assert requested == [list(range(101, 201))]
    with qtbot.waitSignal(model.dataChanged):
        held.deliver()
    assert model.row(120) == row_of(121)


def test_orders_with_the_same_number_and_unresolved_items_are_distinguished(
    model: OrderListModel, held: HeldRequests
) -> None:
    model.set_ids(ids(2))
    model.row(0)
    ((_, then),) = held.requests
    then([row_of(1).model_copy(update={"known_to": "Starshipit"}), row_of(2).model_copy(update={"unresolved": 1})])
    shown = [[model.index(row, column).data() for column in (0, 2)] for row in (0, 1)]
    assert shown == [["10001 · Starshipit", "0 / 5"], ["10002", "? 0 / 5"]]
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "10001 · Starshipit"


def test_pages_next_to_the_shown_one_are_loaded_in_advance(model: OrderListModel, held: HeldRequests) -> None:
    model.set_ids(ids(1_000))
    held.deliver()
    model.prefetch(510, 525)
    assert sorted(ids[0] for ids, _ in held.requests) == [401, 501, 601]


def test_rows_of_an_earlier_search_are_dropped(model: OrderListModel, held: HeldRequests) -> None:
    model.set_ids(ids(10))
    model.row(0)
    late = held.requests[-1][1]
    model.set_ids(array("q", [7, 8]))
    late([row_of(1)])
    assert model.row(0) is None


def test_known_rows_stay_readable_when_the_ids_change(model: OrderListModel, held: HeldRequests) -> None:
    model.set_ids(ids(3), [row_of(1), row_of(2), row_of(3)])
    model.set_ids(array("q", [3, 1]))
    assert model.row(0) == row_of(3)


def test_only_a_limited_number_of_pages_is_held(held: HeldRequests, qtbot: QtBot) -> None:
    model = OrderListModel(held.fetch)
    model.set_ids(ids((PAGES_HELD + 10) * PAGE))
    for page in range(PAGES_HELD + 10):
        model.row(page * PAGE)
        held.deliver()
    assert [model.held(page * PAGE + 1) is not None for page in range(PAGES_HELD + 10)].count(True) == PAGES_HELD


def test_only_rows_that_changed_are_reported(model: OrderListModel, held: HeldRequests, qtbot: QtBot) -> None:
    model.set_ids(ids(2))
    model.row(0)
    held.deliver()
    model.read_again(0, 1)
    _, then = held.requests.pop()
    with qtbot.waitSignal(model.rows_changed) as changed:
        then([row_of(1), row_of(2, shipped=2)])
    assert changed.args == [{2}]
    model.read_again(0, 1)
    with qtbot.assertNotEmitted(model.rows_changed):
        held.requests.pop()[1]([row_of(1), row_of(2, shipped=2)])


def test_cells_read_as_text_for_screen_readers_and_copying(model: OrderListModel, held: HeldRequests) -> None:
    model.set_ids(array("q", [4]), [row_of(4, shipped=2)])
    cells = [model.index(0, column).data(Qt.ItemDataRole.DisplayRole) for column in range(model.columnCount())]
    assert cells == ["10004", "J. Smith · Sydney AU", "2 / 5", ""]


def test_cancelled_units_are_not_counted(model: OrderListModel, held: HeldRequests) -> None:
    def items(**units: int) -> str:
        row = row_of(1).model_copy(update=units)
        model.set_ids(ids(1))
        model.index(0, 2).data()
        held.requests[-1][1]([row])
        held.requests.clear()
        return str(model.index(0, 2).data())

    assert items(shipped=2, left=1) == "2 / 3"
    assert items(shipped=3, left=0) == "3 / 3"
    assert items(shipped=0, left=0) == "0 / 5", "a cancelled order shows what was ordered"


def test_positions_are_found_by_id_and_an_order_that_is_not_listed_has_none(model: OrderListModel) -> None:
    model.set_ids(array("q", [9, 4, 7]))
    assert (model.position_of(7), model.position_of(5), model.position_of(None)) == (2, None, None)
    assert (model.id_at(1), model.id_at(3), model.id_at(-1)) == (4, None, None)


def test_rows_that_could_not_be_read_are_requested_again(model: OrderListModel, held: HeldRequests) -> None:
    model.set_ids(ids(250))
    assert model.row(120) is None
    held.fail()
    assert model.row(120) is None
    held.deliver()
    assert model.row(120) == row_of(121)


def test_rows_that_are_added_below_complete_the_last_page(model: OrderListModel, held: HeldRequests) -> None:
    model.set_ids(ids(150))
    assert model.row(120) is None
    held.deliver()
    assert model.row(120) == row_of(121)
    model.add_ids(array("q", range(151, 301)))
    assert model.rowCount() == 300
    assert model.position_of(300) == 299
    # Known rows are shown until the page has been read again, with the new ones.
    assert model.row(120) == row_of(121)
    assert model.row(180) is None
    assert [requested for requested, _ in held.requests] == [list(range(101, 201))]
    held.deliver()
    assert model.row(180) == row_of(181)


def test_a_page_that_is_longer_when_its_rows_arrive_is_read_again(model: OrderListModel, held: HeldRequests) -> None:
    model.set_ids(ids(50))
    assert model.row(0) is None
    model.add_ids(array("q", range(51, 71)))
    assert model.row(60) is None
    # The longer page arrives first, and the rows of the shorter one do not replace it.
    held.requests.reverse()
    assert [len(requested) for requested, _ in held.requests] == [70, 50]
    held.deliver()
    assert model.row(60) == row_of(61)
    model.add_ids(array("q"))
    assert model.rowCount() == 70


def test_rows_that_are_put_in_and_taken_out_shift_those_that_are_held(
    model: OrderListModel, held: HeldRequests, qtbot: QtBot
) -> None:
    model.set_ids(ids(250))
    model.prefetch(0, 249)
    held.deliver()
    model.remove_row(3)
    model.insert_row(120, 900)
    assert model.rowCount() == 250
    assert (model.position_of(4), model.position_of(5), model.position_of(900)) == (None, 3, 120)
    assert [model.row(at) for at in (2, 3, 119)] == [row_of(3), row_of(5), row_of(121)]
    assert model.row(200) == row_of(201)
    # The page that lacks the new row is read; the others are whole.
    assert model.row(120) is None
    assert {requested[0] for requested, _ in held.requests} == {102}
    held.deliver()
    assert model.row(120) == row_of(900)
    assert model.edits == 2


def test_an_id_of_more_than_4_bytes_is_put_into_a_list_of_shorter_ones(
    model: OrderListModel, held: HeldRequests, qtbot: QtBot
) -> None:
    model.set_ids(array("i", range(1, 251)))
    model.insert_row(3, 2**31)
    assert model.rowCount() == 251
    assert (model.position_of(3), model.position_of(2**31), model.position_of(4)) == (2, 3, 4)
    model.set_ids(array("i", range(1, 251)))
    model.add_ids(array("q", [2**40]))
    assert (model.rowCount(), model.position_of(250), model.position_of(2**40)) == (251, 249, 250)


def test_rows_that_are_read_for_earlier_ids_are_not_shown_at_other_positions(
    model: OrderListModel, held: HeldRequests
) -> None:
    model.set_ids(ids(250))
    assert model.row(0) is None
    (late,) = (then for requested, then in held.requests if requested[0] == 1)
    model.remove_row(0)
    late([row_of(id_) for id_ in range(1, 101)])
    assert model.row(0) is None
    held.deliver()
    assert model.row(0) == row_of(2)


def test_rows_that_were_read_with_their_places_are_shown(
    model: OrderListModel, held: HeldRequests, qtbot: QtBot
) -> None:
    model.set_ids(ids(250))
    assert model.row(0) is None
    held.deliver()
    with qtbot.waitSignal(model.rows_changed) as changed:
        model.take_rows([row_of(2, shipped=3), row_of(1), row_of(240, shipped=1), row_of(999)])
    assert changed.args == [{2}]
    assert model.row(1) == row_of(2, shipped=3)
    assert model.row(239) == row_of(240, shipped=1), "shown until its page has been read"
    assert not held.requests or held.requests[0][0][0] == 201
