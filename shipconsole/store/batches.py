"""Calls that go to their platform together, and the jobs under which it works them off.

A call in a job is in the state `checking`. What the job tells of it is written like any answer, by
`store.calls.settle`, once the call was taken up out of the job. The job's id stays with it unless it goes by itself
next.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain.call import CallState
from shipconsole.domain.message import Message, from_stored
from shipconsole.store.calls import Claim
from shipconsole.store.database import Db
from shipconsole.store.queries import LIST_SIZES


class DueJob(NamedTuple):
    """A job that may be looked at now, and when that look was to be."""

    connection_id: int
    job: str
    check_at_ms: int


class Standing(NamedTuple):
    """How far a call is: its order, its state, what was said of it, and its job if it went with others."""

    call_id: int
    order_id: int
    order_number: str
    state: CallState
    message: Message
    job: str


class InJob(NamedTuple):
    """A call in a job, with the count of the claim under which it was sent."""

    call_id: int
    lease_epoch: int


def due_creates(db: Db, steady_ms: int, connection_id: int) -> tuple[int, ...]:
    """The calls that make an order known to a connection and may go now together, oldest first."""
    rows = db.rows("batches.due", steady_ms=steady_ms, connection_id=connection_id)
    return tuple(call_id for call_id, intent in rows if json.loads(intent).get("kind") == "create")


def keep_job(db: Db, call_id: int, job: str, *, until_ms: int) -> None:
    """Write down under which job a call is worked off and how long that may take, once it was settled as `checking`."""
    db.change("batches.set_job", id=call_id, job=job, until_ms=until_ms)


def go_at(db: Db, call_id: int, due_at_ms: int) -> None:
    """Let a call that waits to be sent again go at another time, with those that it went with before."""
    db.change("batches.go_at", id=call_id, due_at_ms=due_at_ms)


def go_alone(db: Db, call_id: int) -> None:
    """Let a call go by itself from now on, whatever job it was in."""
    db.change("batches.go_alone", id=call_id)


def due_jobs(db: Db, *, steady_ms: int) -> tuple[DueJob, ...]:
    """The jobs that may be looked at now."""
    return tuple(DueJob(*row) for row in db.rows("batches.due_jobs", steady_ms=steady_ms))


def in_job(db: Db, due: DueJob) -> tuple[InJob, ...]:
    """The calls of which a job has not told yet, in the order in which they were entered."""
    return tuple(InJob(*row) for row in db.rows("batches.in_job", connection_id=due.connection_id, job=due.job))


def begin_look(db: Db, due: DueJob, *, check_at_ms: int) -> bool:
    """Take the right to look at a job now, with the time of the next look; False where somebody else looks."""
    changed = db.change(
        "batches.begin_job_check",
        connection_id=due.connection_id,
        job=due.job,
        was_ms=due.check_at_ms,
        check_at_ms=check_at_ms,
    )
    return changed > 0


def take_up(db: Db, one: InJob, *, owner: str, lease_until_ms: int) -> Claim | None:
    """Take a call out of its job to settle it in the same transaction; None where somebody else did."""
    row = db.row(
        "batches.claim_from_job",
        id=one.call_id,
        lease_epoch=one.lease_epoch,
        owner=owner,
        lease_until_ms=lease_until_ms,
    )
    return None if row is None else Claim(one.call_id, owner, row[0])


def unknown_to(db: Db, connection_id: int) -> list[int]:
    """The orders with units left that a connection does not know and was not told of, those due first in front."""
    return [order_id for (order_id,) in db.rows("batches.unknown_to", connection_id=connection_id)]


def standing(db: Db, call_ids: Sequence[int]) -> tuple[Standing, ...]:
    """How far some calls are, in the order in which they were entered."""
    found: list[Standing] = []
    for first in range(0, len(call_ids), LIST_SIZES[-1]):
        rows = db.rows("batches.standing", ids=call_ids[first : first + LIST_SIZES[-1]])
        found += [
            Standing(id_, order_id, number, state, from_stored(said), job)
            for id_, order_id, number, state, said, job in rows
        ]
    return tuple(found)
