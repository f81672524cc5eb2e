"""The outbox: updates for platforms, from the moment a shipment is stored to the platform's response.

Every change of state is one guarded statement: it names the state it leaves, so that a second process changes nothing.
Nothing here decides what a response means; that is `operations.outbox`.
"""

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import NamedTuple

from shipconsole.domain.call import Attempt, Call, CallState
from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.problem import Problem, path_from_text, path_text
from shipconsole.store import orders
from shipconsole.store.database import Db, Row
from shipconsole.store.queries import NO_LIMIT

_COLUMNS = tuple(field.name for field in fields(Call))


class Due(NamedTuple):
    """An update that can be sent now."""

    id: int
    connection_id: int
    due_at_ms: int


class Claim(NamedTuple):
    """The right to send an update: its owner, and the epoch that makes responses to older claims count for nothing."""

    call_id: int
    owner: str
    lease_epoch: int


class Ending(NamedTuple):
    """The state of an update after an attempt."""

    state: CallState
    message: Message
    problems: tuple[Problem, ...] = ()
    due_at_ms: int = 0
    check_at_ms: int | None = None
    vendor_request_id: str = ""


def add(
    db: Db,
    *,
    key: str,
    order_id: int,
    shipment_id: int | None,
    intent: str | None = None,
    package_id: int | None,
    connection_id: int,
    summary: Message,
    repeatable: bool,
    now_ms: int,
    supersedes: int | None = None,
    held_until_ms: int = 0,
    counts_down: bool = False,
) -> int:
    """Add an update to the outbox, due at once or scheduled for a time; return its id.

    One that `counts_down` is not due by itself: `release_counted_down` makes it so.
    """
    call_id = int(
        db.value(
            "calls.add",
            key=key,
            order_id=order_id,
            shipment_id=shipment_id,
            intent=intent,
            package_id=package_id,
            connection_id=connection_id,
            summary=summary,
            repeatable=int(repeatable),
            now_ms=now_ms,
            supersedes=supersedes,
            held_until_ms=held_until_ms,
            counts_down=int(counts_down),
        )
    )
    db.note("call", call_id)
    return call_id


def get(db: Db, call_id: int) -> Call | None:
    """Return an update by its id, None if there is none."""
    return next(iter(from_rows(db.rows("calls.get", id=call_id))), None)


def of_order(db: Db, order_id: int) -> tuple[Call, ...]:
    """Return all updates of an order, oldest first."""
    return tuple(from_rows(db.rows("calls.of_order", order_id=order_id)))


def latest(db: Db, *, state: CallState | None = None, most: int | None = 200) -> tuple[Call, ...]:
    """Return the updates that changed last, newest first, of one state or of all; all of them if `most` is None."""
    name = "calls.latest" if state in (None, "confirmed") else "calls.latest_open"
    if state in ("cancelled", "superseded"):
        name = "calls.latest_withdrawn"
    return tuple(from_rows(db.rows(name, state=state or "", most=NO_LIMIT if most is None else most)))


def count_by_state(db: Db) -> dict[CallState, int]:
    """Return how many updates are in each state that is not final."""
    return dict(db.rows("calls.count_by_state"))


def due(db: Db, *, connection_ids: Iterable[int], steady_ms: int, most: int) -> tuple[Due, ...]:
    """Return the due updates of some connections, at most `most` of each, oldest first."""
    found: list[Due] = []
    for connection_id in connection_ids:
        own = [
            Due(*row)
            for name in ("calls.due_pending", "calls.due_waiting")
            for row in db.rows(name, connection_id=connection_id, steady_ms=steady_ms, most=most)
        ]
        found += sorted(own, key=lambda update: update.id)[:most]
    return tuple(sorted(found, key=lambda update: update.id))


def release_held(db: Db, *, now_ms: int, steady_ms: int) -> int:
    """Queue the scheduled updates whose undo window is over; return how many."""
    released = [id_ for (id_,) in db.rows("calls.release_held", now_ms=now_ms, steady_ms=steady_ms)]
    for id_ in released:
        db.note("call", id_)
    return len(released)


def release_counted_down(db: Db, shipment_id: int, *, now_ms: int) -> int:
    """Queue the updates of a shipment whose countdown is over; return how many, 0 if it was undone or left."""
    released = [id_ for (id_,) in db.rows("calls.release_counted_down", shipment_id=shipment_id, now_ms=now_ms)]
    for id_ in released:
        db.note("call", id_)
    return len(released)


def counting_down(db: Db, shipment_id: int) -> tuple[int, ...]:
    """Return the updates of a shipment that wait for the end of its countdown."""
    return tuple(id_ for (id_,) in db.rows("calls.counting_down", shipment_id=shipment_id))


def left_counting(db: Db, *, steady_ms: int) -> tuple[int, ...]:
    """Return the updates whose countdown was to end before a time."""
    return tuple(id_ for (id_,) in db.rows("calls.left_counting", steady_ms=steady_ms))


def leave_to_person(db: Db, call_id: int, message: Message, *, now_ms: int) -> None:
    """Have a person decide on an update whose countdown did not end; it was never sent."""
    if db.change("calls.leave_to_person", id=call_id, message=message, now_ms=now_ms):
        _changed(db, call_id)


def held_is_due(db: Db, *, steady_ms: int) -> bool:
    """Return whether the undo window of any scheduled update is over."""
    return db.row("calls.held_is_due", steady_ms=steady_ms) is not None


def claim(
    db: Db,
    call_id: int,
    *,
    owner: str,
    station: str,
    request: str,
    fingerprint: str,
    repeatable: bool,
    summary: Message,
    evidence: str,
    failures_most: int,
    now_ms: int,
    steady_ms: int,
    lease_until_ms: int,
) -> Claim | None:
    """Mark an update as being sent, with its request fixed; None if another process was first or it cannot be sent.

    Only after the commit may bytes be sent. A claim ends with `settle` or `release_claim`.
    """
    row = db.row(
        "calls.claim",
        id=call_id,
        owner=owner,
        request=request,
        fingerprint=fingerprint,
        repeatable=int(repeatable),
        summary=summary,
        evidence=evidence,
        failures_most=failures_most,
        now_ms=now_ms,
        steady_ms=steady_ms,
        lease_until_ms=lease_until_ms,
    )
    if row is None:
        return None
    lease_epoch, attempts = row
    add_attempt(db, call_id, Attempt(attempts, now_ms, "sending", station=station), owner=owner)
    db.note("call", call_id)
    return Claim(call_id, owner, lease_epoch)


def lease_until(db: Db, claim: Claim) -> int:
    """Return until when a claim holds (steady time); 0 where it no longer does."""
    return int(db.value("calls.lease_until", id=claim.call_id, owner=claim.owner, lease_epoch=claim.lease_epoch))


def settle(db: Db, claim: Claim, ending: Ending, *, now_ms: int) -> bool:
    """Store the result of a claimed attempt; False if the claim is no longer valid."""
    return _end(db, "calls.settle", claim.call_id, ending, now_ms, owner=claim.owner, lease_epoch=claim.lease_epoch)


def settle_late(db: Db, claim: Claim, ending: Ending, *, now_ms: int) -> bool:
    """Store a response received after its claim was released; False if anything was sent since."""
    return _end(db, "calls.settle_late", claim.call_id, ending, now_ms, lease_epoch=claim.lease_epoch + 1)


def put_off(db: Db, call_id: int, ending: Ending, *, now_ms: int, steady_ms: int) -> bool:
    """Store that an update could not be prepared, so that nothing was sent; False if it is no longer waiting."""
    return _end(db, "calls.put_off", call_id, ending, now_ms, steady_ms=steady_ms)


def tries(db: Db, call_id: int) -> int:
    """Return how often an update was sent, or may have been."""
    return int(db.value("calls.tries", id=call_id))


def may_act_until(db: Db, call_id: int, until_ms: int) -> None:
    """Store until when an attempt without a response may still take effect."""
    db.change("calls.may_act_until", id=call_id, until_ms=until_ms)


def acts_until(db: Db, call_id: int) -> int:
    """Return until when an attempt without a response may still take effect; 0 if there is none."""
    return int(db.value("calls.acts_until", id=call_id))


def others_act_until(db: Db, call_id: int, *, fingerprint: str, repeatable: bool, steady_ms: int) -> int:
    """Return until when another request about the update's order may still take effect; 0 if none may.

    An identical request counts too, unless it is `repeatable`.
    """
    values = {"fingerprint": fingerprint, "repeatable": int(repeatable), "steady_ms": steady_ms}
    return int(db.value("calls.others_act_until", id=call_id, **values))


def wait(db: Db, call_id: int, *, due_at_ms: int, message: Message, now_ms: int) -> None:
    """Postpone a due update to a time."""
    if db.change("calls.wait", id=call_id, due_at_ms=due_at_ms, message=message, now_ms=now_ms):
        db.note("call", call_id)


def move(db: Db, call_id: int, *, from_state: CallState, state: CallState, message: Message, now_ms: int) -> bool:
    """Move an update from one state to another by a person's decision; False if it is no longer in the first."""
    changed = db.change("calls.move", id=call_id, from_state=from_state, state=state, message=message, now_ms=now_ms)
    if changed:
        _changed(db, call_id)
    return changed == 1


def not_sent(db: Db, order_id: int) -> list[tuple[int, CallState]]:
    """Return the updates of an order that wait and that no platform can know of, each with its state."""
    return [(id_, state) for id_, state in db.rows("calls.not_sent", order_id=order_id)]


def put_on_hold(db: Db, call_id: int, message: Message, *, now_ms: int) -> None:
    """Do not send a waiting update before a person has seen how its order changed."""
    if db.change("calls.put_on_hold", id=call_id, message=message, now_ms=now_ms):
        db.note("call", call_id)


def release_from_hold(db: Db, order_id: int, *, now_ms: int) -> list[int]:
    """Let the updates of an order be sent again; return their ids."""
    released = [id_ for (id_,) in db.rows("calls.release_from_hold", order_id=order_id, now_ms=now_ms)]
    for id_ in released:
        db.note("call", id_)
    return released


def unblock(db: Db, connection_id: int, *, now_ms: int) -> None:
    """Queue the blocked updates of a connection again."""
    order_ids = [order_id for (order_id,) in db.rows("calls.blocked_orders", connection_id=connection_id)]
    db.change("calls.unblock", connection_id=connection_id, now_ms=now_ms)
    for order_id in order_ids:
        orders.refresh_attention_count(db, order_id)


class Abandoned(NamedTuple):
    """An update that was being sent or checked when its process ended."""

    id: int
    state: CallState
    owner: str


def abandoned(db: Db, *, steady_ms: int) -> tuple[Abandoned, ...]:
    """Return the updates whose process ended, so that their outcome is unknown."""
    return tuple(Abandoned(*row) for row in db.rows("calls.abandoned", steady_ms=steady_ms))


def count_interrupted_runs(db: Db, call_id: int) -> int:
    """Return how many runs of the program ended while they were sending an update."""
    return int(db.value("calls.count_interrupted_runs", id=call_id))


def release_claim(db: Db, call_id: int, ending: Ending, *, now_ms: int) -> None:
    """End a claim whose process ended; a late response can then only go through `settle_late`."""
    _end(db, "calls.release_claim", call_id, ending, now_ms)


def due_checks(
    db: Db, *, steady_ms: int, most: int, failures_most: int, not_of: frozenset[int] = frozenset()
) -> tuple[int, ...]:
    """Return the updates without a response whose platform can be checked now, leaving out some connections."""
    # Those that are left out must not take the place of others.
    read_most = NO_LIMIT if not_of else most
    rows = db.rows("calls.due_checks", steady_ms=steady_ms, most=read_most, failures_most=failures_most)
    return tuple(id_ for id_, connection_id in rows if connection_id not in not_of)[:most]


def check_now(db: Db, connection_id: int, source_id: str) -> tuple[int, ...]:
    """Make updates without a response due for another check once their store was imported; return their ids.

    An update that was never checked keeps its time, because it may still take effect.
    """
    rows = db.rows("calls.check_now", connection_id=connection_id, source_id=source_id)
    return tuple(sorted(id_ for (id_,) in rows))


def check_one_now(db: Db, call_id: int) -> bool:
    """Make an update without a response due for another check; False for one that was never checked, or has ended."""
    return db.change("calls.check_one_now", id=call_id) == 1


def begin_check(db: Db, call_id: int, *, owner: str, now_ms: int, steady_ms: int, lease_until_ms: int) -> int | None:
    """Begin to check an update without a response; return the number of this check, None if another process did."""
    times = {"now_ms": now_ms, "steady_ms": steady_ms, "lease_until_ms": lease_until_ms}
    row = db.row("calls.begin_check", id=call_id, owner=owner, **times)
    if row is None:
        return None
    db.note("call", call_id)
    return int(row[0])


def end_check(
    db: Db, call_id: int, ending: Ending, *, owner: str, checks_begun: int, checks: int, evidence: str, now_ms: int
) -> bool:
    """Store the result of a check; False if the update is no longer being checked by this process."""
    changed = db.change(
        "calls.end_check",
        id=call_id,
        owner=owner,
        checks_begun=checks_begun,
        checks=checks,
        evidence=evidence,
        state=ending.state,
        message=ending.message,
        check_at_ms=ending.check_at_ms,
        now_ms=now_ms,
    )
    if changed:
        _changed(db, call_id)
    return changed == 1


def others_were_sent(db: Db, call_id: int) -> bool:
    """Return whether any other update of the same order was ever sent to the connection."""
    return int(db.value("calls.others_were_sent", id=call_id)) > 0


class OfShipment(NamedTuple):
    """An update of a shipment, and whether the platform may know of it."""

    id: int
    state: CallState
    may_be_known: bool


def of_shipment(db: Db, shipment_id: int) -> tuple[OfShipment, ...]:
    """Return the updates of a shipment, with those that were discarded."""
    rows = db.rows("calls.of_shipment", shipment_id=shipment_id)
    return tuple(OfShipment(id_, state, bool(known)) for id_, state, known in rows)


def newest_attempt(db: Db) -> int:
    """Return the newest attempt of any update: what a platform returns from now on includes all attempts up to it."""
    return int(db.value("calls.newest_attempt"))


def newest_attempt_of_other_updates(db: Db, call_id: int) -> int:
    """Return the newest attempt of the other updates of the same order and connection."""
    return int(db.value("calls.newest_attempt_of_other_updates", id=call_id))


def newer_confirmed(db: Db, call_id: int) -> bool:
    """Return whether the connection confirmed a newer update of the order."""
    return int(db.value("calls.newer_confirmed", id=call_id)) > 0


def newer_of_package(db: Db, call_id: int) -> bool:
    """Return whether a newer update, not discarded, is about the same package."""
    return int(db.value("calls.newer_of_package", id=call_id)) > 0


def backlog(db: Db) -> tuple[tuple[int, int, int], ...]:
    """Return for each connection its id, how many updates wait to be sent, and since when the oldest does."""
    return tuple((connection_id, count, since_ms) for connection_id, count, since_ms in db.rows("calls.backlog"))


def add_attempt(db: Db, call_id: int, attempt: Attempt, *, owner: str) -> None:
    """Add an attempt; attempts are never changed."""
    db.change(
        "calls.add_attempt",
        call_id=call_id,
        number=attempt.number,
        at_ms=attempt.at_ms,
        what=attempt.what,
        status=attempt.status,
        vendor_request_id=attempt.vendor_request_id,
        answer=attempt.answer,
        message=attempt.message,
        owner=owner,
        station=attempt.station,
        operator=attempt.operator,
        elapsed_ms=attempt.elapsed_ms,
    )


def attempts(db: Db, call_id: int) -> tuple[Attempt, ...]:
    """Return all attempts of an update, oldest first."""
    found = (Attempt(*row) for row in db.rows("calls.attempts", call_id=call_id))
    return tuple(replace(attempt, message=from_stored(str(attempt.message))) for attempt in found)


def _end(db: Db, statement: str, call_id: int, ending: Ending, now_ms: int, **guards: str | int) -> bool:
    """Store an ending with a guarded statement; False if the guard did not hold."""
    changed = db.change(
        statement,
        id=call_id,
        **{**ending._asdict(), "problems": _problems_text(ending.problems)},
        now_ms=now_ms,
        **guards,
    )
    if changed:
        _changed(db, call_id)
    return changed == 1


def _changed(db: Db, call_id: int) -> None:
    db.note("call", call_id)
    orders.refresh_attention_count(db, int(db.value("calls.order_of", id=call_id)))


def from_rows(rows: Iterable[Row]) -> Iterable[Call]:
    """Yield the updates of rows of `call_with_names`."""
    for row in rows:
        values = dict(zip(_COLUMNS, row, strict=True))
        values["repeatable"] = bool(values["repeatable"])
        values["problems"] = _problems_from(values["problems"])
        values["message"], values["summary"] = from_stored(values["message"]), from_stored(values["summary"])
        yield Call(**values)


def _problems_from(text: str) -> tuple[Problem, ...]:
    stored: list[list[str]] = json.loads(text)
    return tuple(
        Problem(path_from_text(path), from_stored(message), from_stored(advice)) for path, message, advice in stored
    )


def _problems_text(problems: tuple[Problem, ...]) -> str:
    stored = [[path_text(problem.path), problem.message.stored(), problem.advice.stored()] for problem in problems]
    return json.dumps(stored, ensure_ascii=False)
