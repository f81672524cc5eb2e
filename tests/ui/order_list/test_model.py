"""Rows by position: few are held, none is asked for twice, an answer to an old question is dropped."""

from array import array
from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from shipconsole.domain.order_row import OrderRow
from shipconsole.ui.kit.binding.paged_table import PAGE, PAGES_HELD
from shipconsole.ui.order_list.model import OrderListModel


def row_of(id_: int, *, shipped: int = 0, recipient: str = "J. Smith · Sydney AU") -> OrderRow:
    return OrderRow(
        id=id_,
        number=str(10_000 + id_),
        recipient=recipient,
        shipped=shipped,
        ordered=5,
        left=5 - shipped,
        due_at_ms=253_402_300_799_000,
        state="open",
        needs_attention=0,
    )


class Shelf:
    """Keeps what the model asks for until a test answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[int], Callable[[list[OrderRow]], None]]] = []
        self.failing: list[Callable[[], None]] = []

    def fetch(self, ids: Sequence[int], then: Callable[[list[OrderRow]], None], otherwise: Callable[[], None]) -> None:
        self.asked.append((list(ids), then))
        self.failing.append(otherwise)

    def fail(self) -> None:
        waiting, self.asked, self.failing = self.failing, [], []
        for otherwise in waiting:
            otherwise()

    def answer(self, **changed: int) -> None:
        waiting, self.asked = self.asked, []
        for ids, then in waiting:
            then([row_of(id_, **changed) for id_ in ids])


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def model(shelf: Shelf, qtbot: QtBot) -> OrderListModel:
    model = OrderListModel(shelf.fetch)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def ids(count: int) -> "array[int]":
    return array("q", range(1, count + 1))


def test_a_row_is_asked_for_once_with_its_page_and_told_when_it_is_there(
    model: OrderListModel, shelf: Shelf, qtbot: QtBot
) -> None:
    model.set_ids(ids(250))
    assert model.row(120) is None
    assert model.row(121) is None
    wanted = [asked for asked, _ in shelf.asked if asked[0] == 101]
    assert wanted == [list(range(101, 201))]
    with qtbot.waitSignal(model.dataChanged):
        shelf.answer()
    assert model.row(120) == row_of(121)


def test_orders_of_one_number_and_items_to_resolve_are_told_apart(model: OrderListModel, shelf: Shelf) -> None:
    model.set_ids(ids(2))
    model.row(0)
    ((_, then),) = shelf.asked
    then([row_of(1).model_copy(update={"known_to": "Starshipit"}), row_of(2).model_copy(update={"unresolved": 1})])
    shown = [[model.index(row, column).data() for column in (0, 2)] for row in (0, 1)]
    assert shown == [["10001 · Starshipit", "0 / 5"], ["10002", "? 0 / 5"]]
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "10001 · Starshipit"


def test_neighbours_of_what_is_shown_are_ready_before_they_are_needed(model: OrderListModel, shelf: Shelf) -> None:
    model.set_ids(ids(1_000))
    shelf.answer()
    model.prefetch(510, 525)
    assert sorted(asked[0] for asked, _ in shelf.asked) == [401, 501, 601]


def test_an_answer_to_an_older_question_is_dropped(model: OrderListModel, shelf: Shelf) -> None:
    model.set_ids(ids(10))
    model.row(0)
    late = shelf.asked[-1][1]
    model.set_ids(array("q", [7, 8]))
    late([row_of(1)])
    assert model.row(0) is None


def test_known_rows_stay_readable_when_the_ids_change(model: OrderListModel, shelf: Shelf) -> None:
    model.set_ids(ids(3), [row_of(1), row_of(2), row_of(3)])
    model.set_ids(array("q", [3, 1]))
    assert model.row(0) == row_of(3)


def test_only_so_many_pages_are_held(shelf: Shelf, qtbot: QtBot) -> None:
    model = OrderListModel(shelf.fetch)
    model.set_ids(ids((PAGES_HELD + 10) * PAGE))
    for page in range(PAGES_HELD + 10):
        model.row(page * PAGE)
        shelf.answer()
    assert len(model._pages) == PAGES_HELD


def test_rows_that_read_differently_are_told_and_no_others(model: OrderListModel, shelf: Shelf, qtbot: QtBot) -> None:
    model.set_ids(ids(2))
    model.row(0)
    shelf.answer()
    model.read_again(0, 1)
    _, then = shelf.asked.pop()
    with qtbot.waitSignal(model.rows_changed) as told:
        then([row_of(1), row_of(2, shipped=2)])
    assert told.args == [{2}]
    model.read_again(0, 1)
    with qtbot.assertNotEmitted(model.rows_changed):
        shelf.asked.pop()[1]([row_of(1), row_of(2, shipped=2)])


def test_cells_read_as_text_for_screen_readers_and_copying(model: OrderListModel, shelf: Shelf) -> None:
    model.set_ids(array("q", [4]), [row_of(4, shipped=2)])
    said = [model.index(0, column).data(Qt.ItemDataRole.DisplayRole) for column in range(model.columnCount())]
    assert said == ["10004", "J. Smith · Sydney AU", "2 / 5", ""]


def test_cancelled_pieces_are_not_waited_for(model: OrderListModel, shelf: Shelf) -> None:
    def said(**pieces: int) -> str:
        row = row_of(1).model_copy(update=pieces)
        model.set_ids(ids(1))
        model.index(0, 2).data()
        shelf.asked[-1][1]([row])
        shelf.asked.clear()
        return str(model.index(0, 2).data())

    assert said(shipped=2, left=1) == "2 / 3"
    assert said(shipped=3, left=0) == "3 / 3"
    assert said(shipped=0, left=0) == "0 / 5", "an order that is cancelled as a whole says what it was"


def test_positions_are_found_by_id_and_an_order_that_is_not_listed_has_none(model: OrderListModel) -> None:
    model.set_ids(array("q", [9, 4, 7]))
    assert (model.position_of(7), model.position_of(5), model.position_of(None)) == (2, None, None)
    assert (model.id_at(1), model.id_at(3), model.id_at(-1)) == (4, None, None)


def test_rows_that_could_not_be_read_are_asked_for_again(model: OrderListModel, shelf: Shelf) -> None:
    model.set_ids(ids(250))
    assert model.row(120) is None
    shelf.fail()
    assert model.row(120) is None
    shelf.answer()
    assert model.row(120) == row_of(121)
