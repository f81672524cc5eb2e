"""Filters of the order list that people saved under a name, shared by all stations."""

from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.saved_filter import NAME_MAX
from shipconsole.operations.context import Context
from shipconsole.store import saved_filters


async def save(ctx: Context, name: str, *, view: str, sort: str, words: str) -> None:
    """Save a filter, in place of the one with that name; raise `ValidationFailed` for a name that is not usable."""
    text = " ".join(name.split())
    if not text or len(text) > NAME_MAX or not text.isprintable():
        raise ValidationFailed(Problem(("name",), Message("filter.name", most=NAME_MAX)))
    await ctx.write(saved_filters.put, name=text, view=view, sort=sort, words=words)


async def delete(ctx: Context, filter_id: int) -> None:
    """Delete a saved filter."""
    await ctx.write(saved_filters.drop, filter_id)
