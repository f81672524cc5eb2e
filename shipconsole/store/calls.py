"""The outbox: calls to platforms, from the moment a shipment is stored to the platform's answer.

Every change of state is one guarded statement: it names the state it leaves, and whoever comes second changes
nothing. Nothing here decides what an answer means; that is `operations.outbox`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from shipconsole.domain.call import CallState
from shipconsole.domain.message import NO_MESSAGE, Message, from_stored
from shipconsole.domain.problem import Problem, path_from_text, path_text
from shipconsole.store import orders
from shipconsole.store.database import Db, Row


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the outbox as stored. `request` is its JSON text once it was tried, else None.

    `due_at_ms`, `check_at_ms` and `first_try_ms` are of the steady time (`store.steady_time`), the others of the wall.
    It is about a shipment, or, where `shipment_id` is None, about the change of the order that `intent` holds.
    """

    id: int
    key: str
    order_id: int
    order_number: str
    shipment_id: int | None
    intent: str | None
    package_id: int | None
    connection_id: int
    connection: str
    vendor: str
    state: CallState
    summary: Message
    created_at_ms: int
    changed_at_ms: int
    due_at_ms: int
    check_at_ms: int | None
    attempts: int
    request: str | None
    repeatable: bool
    message: Message
    problems: tuple[Problem, ...]
    vendor_request_id: str
    supersedes: int | None
    checks: int
    evidence: str
    first_try_ms: int


class Due(NamedTuple):
    """A call that may go now."""

    id: int
    connection_id: int
    due_at_ms: int


class Claim(NamedTuple):
    """The right to send one call: who has it, and the count that makes an older claim's answer worthless."""

    call_id: int
    owner: str
    lease_epoch: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing that was tried or seen of a call."""

    number: int
    at_ms: int
    what: str
    status: int | None = None
    vendor_request_id: str = ""
    answer: str = ""
    message: Message = NO_MESSAGE
    station: str = ""
    elapsed_ms: int | None = None
    operator: str = ""


class Ending(NamedTuple):
    """What becomes of a call after an attempt."""

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
) -> int:
    """Put a call in the outbox, due at once or held until a time; tell its id."""
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
        )
    )
    db.note("call", call_id)
    return call_id


def get(db: Db, call_id: int) -> Call | None:
    """One call, if there is one of that id."""
    return next(iter(_calls(db.rows("calls.get", id=call_id))), None)


def of_order(db: Db, order_id: int) -> tuple[Call, ...]:
    """All calls of an order, oldest first."""
    return tuple(_calls(db.rows("calls.of_order", order_id=order_id)))


def latest(db: Db, *, state: CallState | None = None, most: int = 200) -> tuple[Call, ...]:
    """The calls that changed last, newest first, of one state or of all."""
    return tuple(_calls(db.rows("calls.latest", state=state or "", most=most)))


def count_by_state(db: Db) -> dict[CallState, int]:
    """How many calls are in each state that is not an end."""
    return dict(db.rows("calls.count_by_state"))


def due(db: Db, *, connection_ids: Iterable[int], steady_ms: int, most: int) -> tuple[Due, ...]:
    """Calls of some connections that may go now, at most so many of each, those entered first before the others."""
    found: list[Due] = []
    for connection_id in connection_ids:
        own = [
            Due(*row)
            for name in ("calls.due_pending", "calls.due_waiting")
            for row in db.rows(name, connection_id=connection_id, steady_ms=steady_ms, most=most)
        ]
        found += sorted(own, key=lambda one: one.id)[:most]
    return tuple(sorted(found, key=lambda one: one.id))


def release_held(db: Db, *, now_ms: int, steady_ms: int) -> int:
    """Let go the calls whose time to be taken back is over; tell how many."""
    released = [id_ for (id_,) in db.rows("calls.release_held", now_ms=now_ms, steady_ms=steady_ms)]
    for id_ in released:
        db.note("call", id_)
    return len(released)


def held_is_due(db: Db, *, steady_ms: int) -> bool:
    """Whether the time of any held call is over."""
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
    """Mark a call as being sent, with its request fixed; None where somebody else was first or it may not go.

    When this is committed, bytes may leave; every end of the claim goes through `settle` or `release_claim`.
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
    call = get(db, call_id)
    if call is not None:
        add_attempt(db, call_id, Attempt(call.attempts, now_ms, "sending", station=station), owner=owner)
    db.note("call", call_id)
    return Claim(call_id, owner, row[0])


def settle(db: Db, claim: Claim, ending: Ending, *, now_ms: int) -> bool:
    """Write down what a claimed attempt came to; False where the claim is no longer ours."""
    return _end(db, "calls.settle", claim.call_id, ending, now_ms, owner=claim.owner, lease_epoch=claim.lease_epoch)


def settle_late(db: Db, claim: Claim, ending: Ending, *, now_ms: int) -> bool:
    """Let an answer that came after its claim was given up decide what was unknown; nothing was sent since."""
    return _end(db, "calls.settle_late", claim.call_id, ending, now_ms, lease_epoch=claim.lease_epoch + 1)


def put_off(db: Db, call_id: int, ending: Ending, *, now_ms: int, steady_ms: int) -> bool:
    """Write down that a call could not even be built or started: nothing of it was sent."""
    return _end(db, "calls.put_off", call_id, ending, now_ms, steady_ms=steady_ms)


def tries(db: Db, call_id: int) -> int:
    """Return how often a call left, as far as that is known."""
    return int(db.value("calls.tries", id=call_id))


def may_act_until(db: Db, call_id: int, until_ms: int) -> None:
    """Write down until when the platform may still act on an attempt that got no answer."""
    db.change("calls.may_act_until", id=call_id, until_ms=until_ms)


def acts_until(db: Db, call_id: int) -> int:
    """Return until when the platform may act on an attempt of a call that got no answer; 0 where there is none."""
    return int(db.value("calls.acts_until", id=call_id))


def others_act_until(db: Db, call_id: int, *, fingerprint: str, repeatable: bool, steady_ms: int) -> int:
    """Return until when the platform may act on another request about the call's order; 0 where it may not.

    The same request counts as well, unless it is `repeatable`.
    """
    values = {"fingerprint": fingerprint, "repeatable": int(repeatable), "steady_ms": steady_ms}
    return int(db.value("calls.others_act_until", id=call_id, **values))


def wait(db: Db, call_id: int, *, due_at_ms: int, message: Message, now_ms: int) -> None:
    """Let a call that may go wait until a time."""
    if db.change("calls.wait", id=call_id, due_at_ms=due_at_ms, message=message, now_ms=now_ms):
        db.note("call", call_id)


def move(db: Db, call_id: int, *, from_state: CallState, state: CallState, message: Message, now_ms: int) -> bool:
    """Move a call by hand from one state to another; False where it is no longer in the first."""
    changed = db.change("calls.move", id=call_id, from_state=from_state, state=state, message=message, now_ms=now_ms)
    if changed:
        _changed(db, call_id)
    return changed == 1


def unblock(db: Db, connection_id: int, *, now_ms: int) -> None:
    """Let the calls of a connection go again."""
    order_ids = [order_id for (order_id,) in db.rows("calls.blocked_orders", connection_id=connection_id)]
    db.change("calls.unblock", connection_id=connection_id, now_ms=now_ms)
    for order_id in order_ids:
        orders.count_needs(db, order_id)


class Abandoned(NamedTuple):
    """A call that was being sent or looked into when the run of the program that had it ended."""

    id: int
    state: CallState
    owner: str


def abandoned(db: Db, *, steady_ms: int) -> tuple[Abandoned, ...]:
    """Calls that nobody has in hand any more: what became of them is not known."""
    return tuple(Abandoned(*row) for row in db.rows("calls.abandoned", steady_ms=steady_ms))


def runs_ended_in_it(db: Db, call_id: int) -> int:
    """In how many runs of the program a call was in hand when that run ended."""
    return int(db.value("calls.count_interrupted_runs", id=call_id))


def release_claim(db: Db, call_id: int, ending: Ending, *, now_ms: int) -> None:
    """End a claim whose owner is gone, so that its late answer counts no more than it must."""
    _end(db, "calls.give_up_claim", call_id, ending, now_ms)


def due_checks(db: Db, *, steady_ms: int, most: int, failures_most: int) -> tuple[int, ...]:
    """Calls of unknown outcome whose platform may be looked at now."""
    rows = db.rows("calls.due_checks", steady_ms=steady_ms, most=most, failures_most=failures_most)
    return tuple(id_ for (id_,) in rows)


def look_now(db: Db, connection_id: int, source_id: str) -> tuple[int, ...]:
    """Make calls of unknown outcome due for another look, as their shop was read; tell which.

    One that was not looked at yet keeps its time: its platform may still act on it.
    """
    rows = db.rows("calls.check_now", connection_id=connection_id, source_id=source_id)
    return tuple(sorted(id_ for (id_,) in rows))


def begin_check(db: Db, call_id: int, *, owner: str, now_ms: int, steady_ms: int, lease_until_ms: int) -> int | None:
    """Take a call of unknown outcome in hand; tell how many looks this makes, None where somebody was first."""
    times = {"now_ms": now_ms, "steady_ms": steady_ms, "lease_until_ms": lease_until_ms}
    row = db.row("calls.begin_check", id=call_id, owner=owner, **times)
    if row is None:
        return None
    db.note("call", call_id)
    return int(row[0])


def end_check(
    db: Db, call_id: int, ending: Ending, *, owner: str, checks_begun: int, checks: int, evidence: str, now_ms: int
) -> bool:
    """Write down what a look at the platform came to; False where the call is no longer in our hands."""
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


def others_sent(db: Db, call_id: int) -> bool:
    """Whether anything else of the call's order was ever sent to its connection."""
    return int(db.value("calls.others_were_sent", id=call_id)) > 0


class OfShipment(NamedTuple):
    """A call of a shipment, and whether its platform may have acted on it."""

    id: int
    state: CallState
    may_be_known: bool


def of_shipment(db: Db, shipment_id: int) -> tuple[OfShipment, ...]:
    """The calls of a shipment, those that were given up among them."""
    rows = db.rows("calls.of_shipment", shipment_id=shipment_id)
    return tuple(OfShipment(id_, state, bool(known)) for id_, state, known in rows)


def newest_attempt(db: Db) -> int:
    """The newest attempt of any call: what a platform gives when asked from now on holds what was told up to it."""
    return int(db.value("calls.newest_attempt"))


def newest_attempt_beside(db: Db, call_id: int) -> int:
    """The newest attempt of the other calls of a call's order and connection."""
    return int(db.value("calls.newest_attempt_of_others", id=call_id))


def newer_confirmed(db: Db, call_id: int) -> bool:
    """Whether the connection took something newer of the call's order."""
    return int(db.value("calls.newer_confirmed", id=call_id)) > 0


def newer_of_package(db: Db, call_id: int) -> bool:
    """Whether a newer call that was not given up tells the connection of the same package."""
    return int(db.value("calls.newer_of_package", id=call_id)) > 0


def backlog(db: Db) -> tuple[tuple[int, int, int], ...]:
    """For each connection how many calls wait to go, and since when the oldest does."""
    return tuple((connection_id, count, since_ms) for connection_id, count, since_ms in db.rows("calls.backlog"))


def add_attempt(db: Db, call_id: int, attempt: Attempt, *, owner: str) -> None:
    """Add to the record of what was tried and seen; nothing in it is ever changed."""
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
    """Everything that was tried and seen of a call, oldest first."""
    found = (Attempt(*row) for row in db.rows("calls.attempts", call_id=call_id))
    return tuple(replace(one, message=from_stored(str(one.message))) for one in found)


def _end(db: Db, statement: str, call_id: int, ending: Ending, now_ms: int, **guards: str | int) -> bool:
    """Write an ending with a guarded statement; False where the call is not as the statement wants it."""
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
    call = get(db, call_id)
    if call is not None:
        orders.count_needs(db, call.order_id)


def _calls(rows: Iterable[Row]) -> Iterable[Call]:
    names = [field.name for field in fields(Call)]
    for row in rows:
        values = dict(zip(names, row, strict=True))
        values["repeatable"] = bool(values["repeatable"])
        values["problems"] = _problems_from(values["problems"])
        values["message"], values["summary"] = from_stored(values["message"]), from_stored(values["summary"])
        yield Call(**values)


def _problems_from(text: str) -> tuple[Problem, ...]:
    kept: list[list[str]] = json.loads(text)
    return tuple(
        Problem(path_from_text(path), from_stored(message), from_stored(advice)) for path, message, advice in kept
    )


def _problems_text(problems: tuple[Problem, ...]) -> str:
    kept = [[path_text(one.path), one.message.stored(), one.advice.stored()] for one in problems]
    return json.dumps(kept, ensure_ascii=False)
