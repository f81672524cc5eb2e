"""Recovery of calls whose program ended. Where the platform may have acted, they are never simply sent again."""

from collections.abc import Callable

from shipconsole.domain.call import Attempt
from shipconsole.domain.message import Message
from shipconsole.operations.context import Context
from shipconsole.operations.outbox.settle_delay import settle_delay_ms
from shipconsole.store import calls, connections
from shipconsole.store.calls import Abandoned, Ending
from shipconsole.store.database import Db


async def recover(ctx: Context, *, beside: Callable[[Db, Context], None] | None = None) -> int:
    """Recover calls that no running program has claimed; return how many. Do `beside` in the same transaction."""
    return await ctx.write(_recover, ctx, frozenset(ctx.in_hand), beside)


def _recover(db: Db, ctx: Context, in_hand: frozenset[int], beside: Callable[[Db, Context], None] | None) -> int:
    ctx.keep_steady_time(db)
    if beside is not None:
        beside(db, ctx)
    # What this program has claimed is still being sent or checked, however long that takes.
    mine = ctx.clock.boot_id()
    steady_ms = ctx.steady_ms(db)
    latest_ms = steady_ms + ctx.timings.lease_ms + ctx.timings.clock_steps_ms
    abandoned = calls.abandoned(db, steady_ms=steady_ms, latest_ms=latest_ms)
    found = [call for call in abandoned if not (call.owner == mine and call.id in in_hand)]
    for call in found:
        _take_over(db, ctx, call)
    late_ms = round(ctx.timings.countdown_late_s * 1_000)
    for call_id in calls.left_counting(db, steady_ms=ctx.steady_ms(db) - late_ms):
        # Whoever counted would have released it. No one has commanded it, so a person decides.
        calls.leave_to_person(db, call_id, Message("update.countdown_ended"), now_ms=ctx.clock.now_ms())
    return len(found)


def _take_over(db: Db, ctx: Context, abandoned: Abandoned) -> None:
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    call = calls.get(db, abandoned.id)
    if call is None:
        return
    connection = connections.by_id(db)[call.connection_id]
    settles_ms = settle_delay_ms(db, ctx, connection)
    if abandoned.state == "sending":
        calls.may_act_until(db, abandoned.id, steady_ms + settles_ms)
    calls.add_attempt(
        db,
        abandoned.id,
        Attempt(call.attempts, now_ms, "abandoned", message=Message("update.interrupted"), station=ctx.station),
        owner=abandoned.owner,
    )
    if calls.count_interrupted_runs(db, abandoned.id) >= ctx.timings.crashes_most:
        message = Message("update.interrupted_twice")
        ending = Ending("needs_attention", message)
    elif abandoned.state == "checking":
        ending = Ending("unknown", call.message, check_at_ms=steady_ms)
    elif call.repeatable:
        message = Message("update.interrupted_again")
        ending = Ending("retry_wait", message, due_at_ms=steady_ms)
    else:
        message = Message("update.interrupted_unknown")
        ending = Ending("unknown", message, check_at_ms=steady_ms + settles_ms)
    calls.release_claim(db, abandoned.id, ending, now_ms=now_ms)
