"""Recovery: calls whose sender is gone. What the vendor may have acted on is unknown, never simply sent again."""

from collections.abc import Collection

from shipconsole.operations.desk import Desk
from shipconsole.operations.quarantine import quarantine_ms
from shipconsole.store import calls, connections
from shipconsole.store.calls import Abandoned, Attempt, Ending
from shipconsole.store.database import Db


async def recover(desk: Desk, in_hand: Collection[int] = ()) -> int:
    """Look after calls that nobody has in hand any more; tell how many. `in_hand` are this program's own."""
    return await desk.write(_recover, desk, frozenset(in_hand))


def _recover(db: Db, desk: Desk, in_hand: frozenset[int]) -> int:
    now_ms = desk.clock.now_ms()
    longest_ms = max(round(desk.pace.wait_cap_s), desk.pace.hold_cap_s) * 1_000 + desk.pace.quarantine_ms
    calls.bring_near(db, now_ms=now_ms, longest_ms=longest_ms)
    connections.bring_near(db, now_ms=now_ms, longest_ms=longest_ms)
    # A clock that jumps ahead ends leases early; who is of this run and in hand still is being sent.
    mine = desk.clock.boot_id()
    found = [one for one in calls.abandoned(db, now_ms=now_ms) if not (one.owner == mine and one.id in in_hand)]
    for one in found:
        _take_over(db, desk, one, now_ms)
    return len(found)


def _take_over(db: Db, desk: Desk, one: Abandoned, now_ms: int) -> None:
    call = calls.get(db, one.id)
    if call is None:
        return
    calls.add_attempt(
        db,
        one.id,
        Attempt(
            call.attempts, now_ms, "abandoned", words="The program ended in the middle of this.", station=desk.station
        ),
        owner=one.owner,
    )
    if calls.runs_ended_in_it(db, one.id) >= desk.pace.crashes_most:
        words = "The program ended twice while it had this in hand. Please look at it before it goes again."
        ending = Ending("needs_person", words)
    elif one.state == "checking":
        ending = Ending("unknown", call.words, check_at_ms=now_ms)
    elif call.repeatable:
        words = "The program ended while this was being sent. It is sent again."
        ending = Ending("retry_wait", words, due_at_ms=now_ms)
    else:
        words = "The program ended while this was being sent; whether it arrived is not known."
        connection = next(one for one in connections.every(db) if one.id == call.connection_id)
        ending = Ending("unknown", words, check_at_ms=now_ms + quarantine_ms(db, desk, connection))
    calls.give_up_claim(db, one.id, ending, now_ms=now_ms)
