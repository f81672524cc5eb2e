"""What a search of the order list reads: a short result in one read, and nothing for a query that was replaced."""

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.domain.order_row import OrderRow
from shipconsole.operations.orders import order_list
from shipconsole.operations.orders.order_list import Listing, Placement
from shipconsole.store.database import Store
from shipconsole.ui.order_list.finder import OrderFinder
from shipconsole.ui.order_list.model import OrderListModel
from shipconsole.ui.order_list.state import OrderQuery
from tests.ui.order_list.conftest import HeldRequests


class Reads:
    """The names of the reads that a store was given, in order, with their results."""

    def __init__(self, store: Store) -> None:
        self.named: list[tuple[str, Any]] = []
        read, read_long = store.read, store.read_long

        def noting(given: Callable[..., Any]) -> Callable[..., Any]:
            def note(do: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
                future = given(do, *args, **kwargs)
                self.named.append((do.__name__, future))
                return future

            return note

        store.read, store.read_long = noting(read), noting(read_long)  # type: ignore[method-assign]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.named]


@pytest.fixture
def finder(qtbot: QtBot, store: Store) -> OrderFinder:
    found = OrderFinder(store, OrderQuery())
    with qtbot.waitSignals([found.ids_loaded, found.issues_loaded, found.filters_loaded]):
        found.begin()
    return found


def test_a_short_result_takes_one_read_with_its_rows(qtbot: QtBot, store: Store, finder: OrderFinder) -> None:
    reads = Reads(store)
    with qtbot.waitSignal(finder.ids_loaded) as loaded:
        finder._query.text = "10042"
    assert loaded.args
    listing, is_new = loaded.args
    assert isinstance(listing, Listing)
    assert (list(listing.ids), [row.number for row in listing.rows], is_new) == ([42], ["10042"], True)
    assert listing.positions.of(42) == 0
    assert reads.names == ["_matches"]


def test_a_long_result_shows_its_first_page_first(qtbot: QtBot, store: Store, finder: OrderFinder) -> None:
    reads = Reads(store)
    pages: list[list[OrderRow]] = []
    finder.matches_loaded.connect(pages.append)
    with qtbot.waitSignal(finder.ids_loaded) as loaded:
        finder._query.text = "mobile"
    (page,) = pages
    assert loaded.args
    assert len(page) == order_list.PAGE
    assert len(loaded.args[0].ids) == 300
    assert list(loaded.args[0].ids)[: order_list.PAGE] == [row.id for row in page]
    assert reads.names == ["_matches", "_listing"]


def test_what_is_typed_in_one_go_is_searched_for_at_its_begin_and_end(
    qtbot: QtBot, store: Store, finder: OrderFinder
) -> None:
    """The first character at once, without a pause, and of the rest the whole alone."""
    reads = Reads(store)
    for end in range(1, 6):
        finder._query.text = "10042"[:end]
    assert reads.names == ["_matches"]
    assert not finder.is_current
    with qtbot.waitSignal(finder.ids_loaded) as loaded:
        pass
    qtbot.waitUntil(lambda: finder.is_current)
    assert loaded.args
    assert list(loaded.args[0].ids) == [42]
    assert reads.names == ["_matches", "_matches"]


def test_the_ids_of_an_earlier_view_are_read_no_further(qtbot: QtBot, store: Store, finder: OrderFinder) -> None:
    reads = Reads(store)
    failures: list[str] = []
    finder.failed.connect(failures.append)
    with qtbot.waitSignal(finder.ids_loaded) as loaded:
        finder._query.view = "shipped"
        finder._query.view = "all"
    earlier, later = (future for name, future in reads.named if name == "_listing")
    assert earlier.is_interrupted
    assert not later.is_interrupted
    assert loaded.args
    assert len(loaded.args[0].ids) == 300
    assert not failures


def test_a_change_of_an_order_that_is_not_held_reads_no_list(
    qtbot: QtBot, store: Store, finder: OrderFinder, held: HeldRequests
) -> None:
    """However many orders there are: the order, those beside it, and the counts."""
    model = OrderListModel(held.fetch)
    model.set_ids(order_list.ids(store, "to_ship", "due").result())
    reads = Reads(store)
    placed: list[Placement] = []
    finder.placed.connect(placed.append)
    with qtbot.waitSignals([finder.placed, finder.counts_loaded]):
        finder.apply_changes(Changes(1_000, (Change("order", 200),), too_many=False), model)
    (placement,) = placed
    assert [row.id for row in placement.rows] == [200]
    assert not placement.removed
    assert not placement.inserted
    assert finder.is_current
    assert sorted(set(reads.names) - {"package_issues"}) == ["counts", "placement"]


def test_a_change_while_the_list_is_being_read_is_placed_in_it_afterwards(
    qtbot: QtBot, store: Store, finder: OrderFinder, held: HeldRequests
) -> None:
    model = OrderListModel(held.fetch)
    finder.ids_loaded.connect(lambda listing, _: model.set_ids(listing.ids, listing.rows, listing.positions))
    reads = Reads(store)
    with qtbot.waitSignals([finder.ids_loaded, finder.placed]):
        finder.search_again()
        assert finder.apply_changes(Changes(1_000, (Change("order", 7),), too_many=False), model)
    assert reads.names.index("_listing") < reads.names.index("placement")


def test_several_changes_are_placed_one_after_the_other(
    qtbot: QtBot, store: Store, finder: OrderFinder, held: HeldRequests
) -> None:
    model = OrderListModel(held.fetch)
    model.set_ids(order_list.ids(store, "to_ship", "due").result())
    placed: list[list[int]] = []
    finder.placed.connect(lambda placement: placed.append([row.id for row in placement.rows]))
    for order_id in (200, 3, 200, 9):
        finder.apply_changes(Changes(1_000, (Change("order", order_id),), too_many=False), model)
    qtbot.waitUntil(lambda: len(placed) == 2)
    assert placed == [[200], [3, 9, 200]]


def test_all_matches_are_read_after_the_first_were_painted_and_only_of_the_last_text(
    qtbot: QtBot, store: Store, finder: OrderFinder
) -> None:
    reads = Reads(store)
    with qtbot.waitSignal(finder.matches_loaded):
        finder._query.text = "m"
    assert reads.names == ["_matches"]
    with qtbot.waitSignal(finder.matches_loaded):
        finder._query.text = "mobile"
    with qtbot.waitSignal(finder.ids_loaded) as loaded:
        pass
    assert loaded.args
    assert len(loaded.args[0].ids) == 300
    assert reads.names == ["_matches", "_matches", "_listing"]
