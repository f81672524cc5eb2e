"""Summaries of requests: how many items one names."""

from collections.abc import Sequence

from shipconsole.domain.message import Message

ITEMS_NAMED = 20


def named(items: Sequence[str | Message]) -> tuple[str | Message, ...]:
    """Return the first of some items, and how many more there are."""
    if len(items) <= ITEMS_NAMED:
        return tuple(items)
    return (*items[: ITEMS_NAMED - 1], Message("summary.more_items", count=len(items) - ITEMS_NAMED + 1))
