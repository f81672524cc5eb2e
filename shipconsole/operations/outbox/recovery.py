"""Recovery: calls whose sender is gone. What the platform may have acted on is unknown, never simply sent again."""

from shipconsole.domain.message import Message
from shipconsole.operations.context import Context
from shipconsole.operations.outbox.settle_delay import settle_delay_ms
from shipconsole.store import calls, connections
from shipconsole.store.calls import Abandoned, Attempt, Ending
from shipconsole.store.database import Db


async def recover(ctx: Context) -> int:
    """Look after calls that nobody has in hand any more; tell how many."""
    return await ctx.write(_recover, ctx, frozenset(ctx.in_hand))


def _recover(db: Db, ctx: Context, in_hand: frozenset[int]) -> int:
    ctx.keep_steady_time(db)
    # What is of this run and in hand is still being sent or looked into, however long that takes.
    mine = ctx.clock.boot_id()
    abandoned = calls.abandoned(db, steady_ms=ctx.steady_ms(db))
    found = [one for one in abandoned if not (one.owner == mine and one.id in in_hand)]
    for one in found:
        _take_over(db, ctx, one)
    return len(found)


def _take_over(db: Db, ctx: Context, one: Abandoned) -> None:
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    call = calls.get(db, one.id)
    if call is None:
        return
    connection = next(one for one in connections.every(db) if one.id == call.connection_id)
    settles_ms = settle_delay_ms(db, ctx, connection)
    if one.state == "sending":
        calls.may_act_until(db, one.id, steady_ms + settles_ms)
    calls.add_attempt(
        db,
        one.id,
        Attempt(call.attempts, now_ms, "abandoned", message=Message("update.interrupted"), station=ctx.station),
        owner=one.owner,
    )
    if calls.count_interrupted_runs(db, one.id) >= ctx.timings.crashes_most:
        message = Message("update.interrupted_twice")
        ending = Ending("needs_attention", message)
    elif one.state == "checking":
        ending = Ending("unknown", call.message, check_at_ms=steady_ms)
    elif call.repeatable:
        message = Message("update.interrupted_again")
        ending = Ending("retry_wait", message, due_at_ms=steady_ms)
    else:
        message = Message("update.interrupted_unknown")
        ending = Ending("unknown", message, check_at_ms=steady_ms + settles_ms)
    calls.release_claim(db, one.id, ending, now_ms=now_ms)
