"""Follow-up tasks, which may run twice without harm, such as reading an order again after an update."""

from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.store.database import Db
from shipconsole.store.queries import NO_LIMIT


class FollowUpJob(NamedTuple):
    """One task about one order at one connection."""

    id: int
    connection_id: int
    order_id: int
    kind: str
    due_at_ms: int
    failures: int


def put(db: Db, *, connection_id: int, order_id: int, kind: str) -> None:
    """Add a task that is due at once; the same task is stored once."""
    db.change("follow_up_jobs.put", connection_id=connection_id, order_id=order_id, kind=kind)


def due(db: Db, *, steady_ms: int, most: int, not_of: frozenset[int] = frozenset()) -> tuple[FollowUpJob, ...]:
    """Return the due tasks, oldest first, leaving out some connections."""
    # Those that are left out must not take the place of others.
    rows = db.rows("follow_up_jobs.due", steady_ms=steady_ms, most=NO_LIMIT if not_of else most)
    return tuple(job for row in rows if (job := FollowUpJob(*row)).connection_id not in not_of)[:most]


def begun(db: Db, connection_id: int, source_id: str, kind: str) -> tuple[FollowUpJob, ...]:
    """Return the tasks of a kind about a store's orders that were tried and not finished."""
    rows = db.rows("follow_up_jobs.of_source", connection_id=connection_id, source_id=source_id, kind=kind)
    return tuple(FollowUpJob(*row) for row in rows)


def put_off(db: Db, job: FollowUpJob, *, due_at_ms: int, message: Message) -> None:
    """Postpone a task after a failure, unless it was added again meanwhile."""
    db.change("follow_up_jobs.put_off", id=job.id, was_due_at_ms=job.due_at_ms, due_at_ms=due_at_ms, message=message)


def done(db: Db, job: FollowUpJob) -> None:
    """Delete a task that is done or needless, unless it was added again meanwhile."""
    db.change("follow_up_jobs.done", id=job.id, was_due_at_ms=job.due_at_ms)
