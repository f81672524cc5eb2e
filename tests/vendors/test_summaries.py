"""A request's summary names some items, however many there are."""

from shipconsole.domain.message import Message
from shipconsole.vendors.summaries import ITEMS_NAMED, named


def test_a_few_items_are_all_named() -> None:
    items = [f"1 × SKU-{number}" for number in range(ITEMS_NAMED)]
    assert named(items) == tuple(items)


def test_of_many_the_first_are_named_and_the_others_counted() -> None:
    items = [f"1 × SKU-{number}" for number in range(2_000)]
    found = named(items)
    assert len(found) == ITEMS_NAMED
    assert found[:-1] == tuple(items[: ITEMS_NAMED - 1])
    assert found[-1] == Message("summary.more_items", count=2_000 - ITEMS_NAMED + 1)
