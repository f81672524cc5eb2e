"""What a station would leave unfinished if it closed now."""

from typing import NamedTuple

from shipconsole.domain.call import CallState
from shipconsole.operations.context import Context
from shipconsole.store import calls, drafts
from shipconsole.store.database import Db

UNSENT: tuple[CallState, ...] = ("held", "pending", "retry_wait")


class PackedOrder(NamedTuple):
    """An order of which units are packed and not shipped."""

    number: str
    units: int


class Unfinished(NamedTuple):
    """Orders that are packed and not shipped, and how many updates are not sent yet."""

    packed: tuple[PackedOrder, ...] = ()
    updates: int = 0


async def unfinished(ctx: Context) -> Unfinished:
    """Return what is packed and not shipped, the newest first, and what is not sent."""
    return await ctx.read(_unfinished)


def _unfinished(db: Db) -> Unfinished:
    counted = [
        PackedOrder(number, sum(sum(package.quantities.values()) for package in draft.packages))
        for number, draft in drafts.every(db)
    ]
    states = calls.count_by_state(db)
    return Unfinished(tuple(one for one in counted if one.units), sum(states.get(state, 0) for state in UNSENT))
