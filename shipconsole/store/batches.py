"""Batch jobs: updates that are sent to their platform in one request.

An update in a job is in the state `checking`. Its result is stored like any response, by `store.calls.settle`, once it
was claimed from the job. It keeps the job's id unless it is sent alone next.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain.call import Standing
from shipconsole.domain.message import from_stored
from shipconsole.store.calls import Claim
from shipconsole.store.database import Db
from shipconsole.store.queries import LIST_SIZES


class DueJob(NamedTuple):
    """A batch job whose next check is due, and when it was due."""

    connection_id: int
    job: str
    check_at_ms: int


class InJob(NamedTuple):
    """An update in a batch job, with the epoch of the claim under which it was sent."""

    call_id: int
    lease_epoch: int


def due_creates(db: Db, steady_ms: int, connection_id: int) -> tuple[int, ...]:
    """Return the due updates that create an order at a connection and can share a request, oldest first."""
    rows = db.rows("batches.due", steady_ms=steady_ms, connection_id=connection_id)
    return tuple(call_id for call_id, intent in rows if json.loads(intent).get("kind") == "create")


def set_job(db: Db, call_id: int, job: str, *, until_ms: int) -> None:
    """Store the batch job of an update, and how long it may take; the update was settled as `checking` before."""
    db.change("batches.set_job", id=call_id, job=job, until_ms=until_ms)


def go_at(db: Db, call_id: int, due_at_ms: int) -> None:
    """Change when an update is retried, so that it is sent with those that it was sent with before."""
    db.change("batches.go_at", id=call_id, due_at_ms=due_at_ms)


def go_alone(db: Db, call_id: int) -> None:
    """Have an update sent alone from now on, whatever job it was in."""
    db.change("batches.go_alone", id=call_id)


def due_jobs(db: Db, *, steady_ms: int) -> tuple[DueJob, ...]:
    """Return the batch jobs whose next check is due."""
    return tuple(DueJob(*row) for row in db.rows("batches.due_jobs", steady_ms=steady_ms))


def in_job(db: Db, due: DueJob) -> tuple[InJob, ...]:
    """Return the updates without a result in a job, in the order in which they were entered."""
    return tuple(InJob(*row) for row in db.rows("batches.in_job", connection_id=due.connection_id, job=due.job))


def begin_job_check(db: Db, due: DueJob, *, check_at_ms: int) -> bool:
    """Claim a check of a job and set the time of the next one; False if another process claimed it."""
    changed = db.change(
        "batches.begin_job_check",
        connection_id=due.connection_id,
        job=due.job,
        was_ms=due.check_at_ms,
        check_at_ms=check_at_ms,
    )
    return changed > 0


def claim_from_job(db: Db, update: InJob, *, owner: str, lease_until_ms: int) -> Claim | None:
    """Claim an update from its job, to settle it in the same transaction; None if another process did."""
    row = db.row(
        "batches.claim_from_job",
        id=update.call_id,
        lease_epoch=update.lease_epoch,
        owner=owner,
        lease_until_ms=lease_until_ms,
    )
    return None if row is None else Claim(update.call_id, owner, row[0])


def unknown_to(db: Db, connection_id: int, most: int) -> list[int]:
    """Return the orders with units left to ship that a connection does not have and no update creates, by due date."""
    return [order_id for (order_id,) in db.rows("batches.unknown_to", connection_id=connection_id, most=most)]


def standing(db: Db, call_ids: Sequence[int]) -> tuple[Standing, ...]:
    """Return the progress of some updates, in the order in which they were entered."""
    found: list[Standing] = []
    for first in range(0, len(call_ids), LIST_SIZES[-1]):
        rows = db.rows("batches.standing", ids=call_ids[first : first + LIST_SIZES[-1]])
        found += [
            Standing(id_, order_id, number, state, from_stored(message), job)
            for id_, order_id, number, state, message, job in rows
        ]
    return tuple(found)
