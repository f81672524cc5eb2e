"""Reading a list page by page: each reason to stop is enough by itself."""

import pytest

from shipconsole.vendors.paging import PAGES_MOST, THIN_PAGES_MOST, ListReading, OrderPage, Shortfall


def page(*entries: object, following: object = "", total: int | None = None, size: int = 0) -> OrderPage:
    return OrderPage((), next_cursor=str(following), total=total, entries=tuple(map(str, entries)), size=size)


def full(number: int, following: object) -> OrderPage:
    """A page of a hundred entries that no other page has."""
    return page(*range(number * 100, number * 100 + 100), following=following, size=100)


def ended(*pages: OrderPage, first: str = "1") -> list[Shortfall]:
    """Return what is wrong with a list of which the last of these pages is the end."""
    reading = ListReading(first)
    followed = [reading.following(one) for one in pages]
    assert all(followed[:-1]), "it ended earlier"
    assert followed[-1] == ""
    return list(reading.shortfalls)


@pytest.mark.parametrize("back_to", ["1", "2", "3"])
def test_a_repeated_cursor_ends_the_list_whatever_is_on_the_page(back_to: str) -> None:
    """A platform may send the same cursor with other orders each time, forever."""
    assert ended(full(1, 2), full(2, 3), full(3, back_to)) == ["repeated"]


def test_a_page_without_new_entries_ends_the_list_whatever_its_cursor() -> None:
    assert ended(full(1, 2), full(1, 3)) == ["repeated"]
    assert ended(full(1, 2), full(1, "")) == ["repeated"]


def test_an_empty_page_with_a_cursor_ends_the_list() -> None:
    assert ended(full(1, 2), page(following=3)) == ["empty_page"]
    assert ended(full(1, 2), page()) == []


def test_a_list_without_an_end_ends_after_so_many_pages() -> None:
    many = [full(number, f"c{number}") for number in range(PAGES_MOST)]
    assert ended(*many) == ["too_long"]


def test_reading_stops_early_after_many_nearly_empty_pages() -> None:
    thin = [page(number, following=f"c{number}", size=100) for number in range(THIN_PAGES_MOST + 1)]
    assert ended(*thin) == ["too_long"]
    small = [page(number, following=f"c{number}", size=1) for number in range(THIN_PAGES_MOST + 1)]
    assert ended(*small, page("last")) == [], "no more was asked for"


def test_fewer_entries_than_the_platform_counted_are_a_shortfall() -> None:
    assert ended(page(1, 2, following=2, total=4), page(3, total=4)) == ["too_few"]
    assert ended(page(1, 2, following=2, total=3), page(3, total=3)) == []
