"""The order list as the window asks for it: futures from the store's own thread, before any loop runs."""

from collections.abc import Generator
from pathlib import Path

import pytest

from shipconsole.operations.orders import order_list
from shipconsole.operations.orders.order_list import VIEWS, Store
from tests.support.many_orders import change_order, store_with_orders


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    opened = store_with_orders(tmp_path, 350)
    yield opened
    opened.close()


@pytest.mark.parametrize(("view", "sort"), [(view, sort) for view, sorts in VIEWS.items() for sort in sorts])
def test_every_view_and_sort_gives_its_own_orders_in_its_own_order(store: Store, view: str, sort: str) -> None:
    first = order_list.first_page(store, view, sort).result()
    ids = order_list.ids(store, view, sort).result()
    rows = order_list.rows(store, ids).result()
    assert [row.id for row in first.rows] == list(ids)[: order_list.PAGE]
    assert [row.id for row in rows] == list(ids)
    belongs = {
        "to_ship": lambda row: row.left > 0,
        "partly": lambda row: row.state == "partly_shipped",
        "shipped": lambda row: row.state == "shipped",
        "waiting": lambda row: row.waiting > 0,
        "needs_attention": lambda row: row.needs_attention > 0,
        "mine": lambda _row: False,
        "late": lambda _row: False,
        "all": lambda _row: True,
    }[view]
    everything = order_list.rows(store, order_list.ids(store, "all", "changed").result()).result()
    assert {row.id for row in rows} == {row.id for row in everything if belongs(row)}
    keys = {
        "due": lambda row: (row.due_at_ms, row.number),
        "number": lambda row: row.number,
        "recipient": lambda row: (row.recipient, row.id),
        "changed": lambda row: -row.id,
        "worst": lambda row: row.id,
    }
    assert rows == sorted(rows, key=keys[sort])  # type: ignore[arg-type]


def test_counts_are_those_of_the_views(store: Store) -> None:
    counts = order_list.counts(store).result()
    for view, count in counts._asdict().items():
        assert len(order_list.ids(store, view, VIEWS[view][0]).result()) == count, view


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10001", {"10001"}),
        ("smith cortland", None),
        ("1034", {str(number) for number in range(10340, 10350)}),
        ("zz", set()),
        ("10", {str(number) for number in range(10001, 10351)}),
        ('"', set()),
        ("*", set()),
        ("mobile-case-5 novak", None),
        ("no such thing", set()),
    ],
)
def test_a_text_finds_the_orders_that_contain_it(store: Store, text: str, found: set[str] | None) -> None:
    rows = order_list.rows(store, order_list.ids(store, "to_ship", "due", text).result()).result()
    if found is not None:
        assert {row.number for row in rows} == found
    else:
        assert rows


def test_an_order_that_is_gone_leaves_a_gap_and_no_error(store: Store) -> None:
    assert [row.number for row in order_list.rows(store, [1, 99_999, 2]).result()] == ["10001", "10002"]


def test_the_change_feed_reports_changes_of_another_program(store: Store) -> None:
    cursor = order_list.first_page(store, "to_ship", "due").result().cursor
    change_order(store, 5, "needs_attention = 1")
    news = order_list.changes_since(store, cursor).result()
    assert [(change.kind, change.ref_id) for change in news.changes] == [("order", 5)]
