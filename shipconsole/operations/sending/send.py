"""Sending: one due call is claimed, sent and settled; what its platform may have acted on is never simply sent again.

The order of things is what keeps a buyer from being told twice. A call is marked as being sent, with its
request fixed, in a synced transaction before its first byte leaves; from there only the platform's answer, a
look at the platform, or a person brings it to an end.
"""

import asyncio
import json
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.connections.connections import secrets_of, unanswered
from shipconsole.operations.context import Context
from shipconsole.operations.importing.import_orders import read_again
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.outbox.request_codec import request_from, request_text
from shipconsole.operations.outbox.settle_delay import settle_delay_ms
from shipconsole.operations.sending import followups, intents
from shipconsole.operations.shipping import correct
from shipconsole.operations.timings import Timings
from shipconsole.operations.tracking import query, record
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.station.logs import mask, masked
from shipconsole.store import batches, calls, connections, follow_up_jobs, orders, package_changes
from shipconsole.store.calls import Attempt, Call, Claim, Ending
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import BatchJob, ShipmentNotification, Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.decoding import with_escapes
from shipconsole.vendors.field_errors import ACCEPTED_ONLY
from shipconsole.vendors.http import NoResponse, NotSent, SendResult
from shipconsole.vendors.request import Request, Response

ANSWER_KEPT = 4_096
LONGEST_SPELLING = 4_096
"""A key of the greatest length as it stands in an address, and more."""
NEVER_MS = 253_402_300_799_000
"""Year 9999. A call in a job is in nobody's hand: it is given up when the job is, and not when a program ends."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """A claimed call: what is sent, to whom, and the claim that its answer belongs to."""

    claim: Claim
    call: Call
    request: Request


async def deliver_one(ctx: Context, call_id: int) -> None:
    """Send one due call and settle it; does nothing where somebody else has it or it may not go.

    An error of the program is this call's alone: it is put aside for a person, and the others go on.
    """
    ctx.in_hand.add(call_id)
    try:
        await _deliver_one(ctx, call_id)
    except EnvironmentFailure:
        raise
    except Exception:  # noqa: BLE001 - whatever it was, it is written down and stays this call's own
        _log.exception("Call %s could not be made because of an error of the program", call_id)
        await ctx.write(_set_aside, ctx, call_id)
    finally:
        ctx.in_hand.discard(call_id)


async def _deliver_one(ctx: Context, call_id: int) -> None:
    known = await ctx.read(_known, call_id)
    if known is None:
        return
    call, connection, link = known
    vendor = VENDORS[connection.vendor]
    try:
        if call.request is None and link is not None and vendor.shipments.needs_fresh_order:
            outcome = await read_again(ctx, connection, link.remote_id)
            if not isinstance(outcome, Accepted):
                await ctx.write(put_off, ctx, call, connection, _before_sending(outcome))
                return
        headers = vendor.headers(await secrets_of(ctx, connection), connection.options)
    except ValidationFailed as refused:
        await ctx.write(put_off, ctx, call, connection, Blocked(refused.message))
        return
    except KeyringUnavailable as unavailable:
        pause = TryLater(unavailable.message, ctx.timings.keyring_pause_s, nobody_there=True)
        await ctx.write(put_off, ctx, call, connection, pause)
        return
    before_claim_s = ctx.clock.monotonic_s()
    sending = await ctx.write(claim, ctx, call_id)
    if sending is None:
        return
    # A computer that slept between the claim and the first byte may wake when the claim is long given up.
    sent: SendResult = NotSent(Message("network.too_slow"))
    if ctx.clock.monotonic_s() - before_claim_s < ctx.timings.claim_fresh_s:
        try:
            sent = await ctx.sender.send(connection, vendor, sending.request, headers)
        except asyncio.CancelledError:
            await _keep_answer(ctx, sending, connection, NoResponse(Message("network.closed")))
            raise
    await _keep_answer(ctx, sending, connection, sent)


async def _keep_answer(ctx: Context, sending: Sending, connection: Connection, sent: SendResult) -> None:
    """Store an answer; a store that cannot be used just then is tried again as long as the claim holds."""
    until_s = ctx.clock.monotonic_s() + ctx.timings.keep_trying_s
    while True:
        try:
            await ctx.write(settle, ctx, sending, connection, sent)
        except EnvironmentFailure as error:
            if ctx.clock.monotonic_s() >= until_s:
                raise
            _log.warning("The answer to call %s is not stored yet: %s", sending.call.id, error.message)
            await asyncio.sleep(1)
        else:
            return


def claim(db: Db, ctx: Context, call_id: int) -> Sending | None:
    """Fix the request and mark the call as being sent, in one transaction; None where it may not go."""
    known = _known(db, call_id)
    if known is None:
        return None
    call, connection, link = known
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    vendor = VENDORS[connection.vendor]
    if call.request is not None:
        request: Request | None = request_from(call.request)
    elif (
        link is not None
        and vendor.shipments.needs_fresh_order
        and link.as_of < calls.newest_attempt_beside(db, call_id)
    ):
        # Another program told the vendor something since it was read: what that added must not be added again.
        return None
    else:
        try:
            request = _request_for(db, call, connection, link)
        except ValidationFailed as refused:
            ending = Ending("rejected", refused.message, refused.problems)
            calls.put_off(db, call_id, ending, now_ms=now_ms, steady_ms=steady_ms)
            return None
    if request is None:
        message = Message("update.not_needed", connection=connection.name)
        calls.put_off(db, call_id, Ending("cancelled", message), now_ms=now_ms, steady_ms=steady_ms)
        return None
    until_ms = calls.others_act_until(
        db, call_id, fingerprint=request.fingerprint, repeatable=request.repeatable, steady_ms=steady_ms
    )
    if until_ms:
        message = Message("update.earlier_unanswered", connection=connection.name)
        calls.wait(db, call_id, due_at_ms=until_ms, message=message, now_ms=now_ms)
        return None
    claimed = calls.claim(
        db,
        call_id,
        owner=ctx.clock.boot_id(),
        station=ctx.station,
        request=request_text(request),
        fingerprint=request.fingerprint,
        repeatable=request.repeatable,
        summary=request.summary,
        evidence=json.dumps({"before": link.status if link else ""}),
        failures_most=ctx.timings.failures_most,
        now_ms=now_ms,
        steady_ms=steady_ms,
        lease_until_ms=steady_ms + ctx.timings.lease_ms,
    )
    sent = calls.get(db, call_id)
    return None if claimed is None or sent is None else Sending(claimed, sent, request)


def settle(db: Db, ctx: Context, sending: Sending, connection: Connection, sent: SendResult) -> None:
    """Store the answer and what it means, in one transaction."""
    vendor = VENDORS[connection.vendor]
    outcome = outcome_of(vendor, sending.request, sent)
    note_answer(db, ctx, connection, outcome, sent)
    if isinstance(outcome, Unsure) and (job := job_of(vendor, sending.request, sent)) is not None:
        message = Message("batch.accepted_alone", platform=vendor.title, job=job.id)
        await_job(db, ctx, [sending], job, message, sent)
    else:
        settle_as(db, ctx, sending, connection, outcome, sent)


def job_of(vendor: Vendor, request: Request, sent: SendResult) -> BatchJob | None:
    """The job under which a platform works off what it took in by a 202; None where it promised none."""
    if vendor.batches is None or not isinstance(sent, Response) or sent.status != ACCEPTED_ONLY:
        return None
    found = vendor.batches.read(request, sent)
    return found if isinstance(found, BatchJob) else None


def await_job(
    db: Db, ctx: Context, in_hand: Sequence[Sending], job: BatchJob, message: Message, sent: SendResult
) -> None:
    """Let claimed calls wait for the platform's job."""
    look_at_ms = ctx.steady_ms(db) + round(job_pause_s(ctx.timings, 0) * 1_000)
    for one in in_hand:
        if end(db, ctx, one, Ending("checking", message, check_at_ms=look_at_ms), sent):
            batches.keep_job(db, one.call.id, job.id, until_ms=NEVER_MS)


def job_pause_s(timings: Timings, since_s: float) -> float:
    """How long to wait for the next look at a job that was begun so long ago."""
    at_s = 0.0
    for pause_s in timings.job_pauses_s:
        at_s += pause_s
        if since_s < at_s:
            return pause_s
    return timings.job_pauses_s[-1]


def note_answer(db: Db, ctx: Context, connection: Connection, outcome: Outcome, sent: SendResult) -> None:
    """Write down how the connection answers, once for each exchange with it."""
    answer = sent if isinstance(sent, Response) else None
    if answer is not None:
        connections.answered_in(db, connection.id, answer.elapsed_ms)
    message = NO_MESSAGE if isinstance(outcome, Refused) else masked(outcome.message)
    circuit_breaker.note(
        db, ctx, connection, nobody_there=answer is None or circuit_breaker.is_no_answer(answer), message=message
    )


def settle_as(
    db: Db, ctx: Context, sending: Sending, connection: Connection, outcome: Outcome, sent: SendResult
) -> None:
    """Store what became of a claimed call, with what came back about it."""
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    settles_ms = settle_delay_ms(db, ctx, connection)
    ending = ending_of(
        outcome,
        sending.call,
        sending.request,
        tries=calls.tries(db, sending.call.id) + 1,
        timings=ctx.timings,
        settle_delay_ms=settles_ms,
        steady_ms=steady_ms,
        chance=random.random(),
    )
    if isinstance(outcome, Unsure):
        calls.may_act_until(db, sending.call.id, steady_ms + settles_ms)
    if end(db, ctx, sending, ending, sent):
        consequences(db, ctx, sending.call, connection, outcome)
        if isinstance(outcome, Accepted) and isinstance(sent, Response):
            intents.accepted(db, ctx, sending.call, connection, sending.request, sent, now_ms)


def end(db: Db, ctx: Context, sending: Sending, ending: Ending, sent: SendResult) -> bool:
    """Write down an attempt and its ending; False where the claim is no longer ours and something else was decided."""
    now_ms = ctx.clock.now_ms()
    answer = sent if isinstance(sent, Response) else None
    ending = masked_ending(ending)._replace(vendor_request_id=mask(answer.request_id) if answer else "")
    attempt = Attempt(
        number=sending.call.attempts,
        at_ms=now_ms,
        what="answered" if answer else "not_sent" if isinstance(sent, NotSent) else "lost",
        status=answer.status if answer else None,
        vendor_request_id=ending.vendor_request_id,
        answer=_beginning_of(answer) if answer else "",
        message=ending.message,
        station=ctx.station,
        elapsed_ms=answer.elapsed_ms if answer else None,
    )
    calls.add_attempt(db, sending.call.id, attempt, owner=sending.claim.owner)
    if calls.settle(db, sending.claim, ending, now_ms=now_ms):
        return True
    return answer is not None and calls.settle_late(db, sending.claim, ending, now_ms=now_ms)


def masked_ending(ending: Ending) -> Ending:
    """Return an ending as it is kept: a platform may repeat what it was sent, so keys in its words are masked."""
    problems = tuple(problem._replace(message=masked(problem.message)) for problem in ending.problems)
    return ending._replace(message=masked(ending.message), problems=problems)


def _beginning_of(answer: Response) -> str:
    """Return the beginning of an answer as it is kept, masked.

    More of it is masked than is kept: of a key that the cut goes through only a part would be known by nobody.
    """
    read = ANSWER_KEPT + LONGEST_SPELLING
    text = mask(with_escapes(answer.body[:read], answer.headers).replace("\0", "�"))
    return (text[:-LONGEST_SPELLING] if len(answer.body) > read else text)[:ANSWER_KEPT]


def consequences(db: Db, ctx: Context, call: Call, connection: Connection, outcome: Outcome) -> None:
    """What an outcome means beyond its own call."""
    steady_ms = ctx.steady_ms(db)
    vendor = VENDORS[connection.vendor]
    if isinstance(outcome, Blocked):
        connections.block(db, connection.id, masked(outcome.message))
    elif isinstance(outcome, TryLater) and outcome.whole_account:
        pause_s = min(outcome.after_s or ctx.timings.backoff_base_s, ctx.timings.wait_cap_s)
        connections.hold(db, connection.id, until_ms=steady_ms + round(pause_s * 1_000))
        ctx.held_until_s[connection.id] = ctx.clock.monotonic_s() + pause_s
    elif isinstance(outcome, Accepted):
        kind = followups.REFRESH if vendor.stores else followups.READ_BACK if vendor.shipments.needs_fresh_order else ""
        if kind:
            follow_up_jobs.put(db, connection_id=connection.id, order_id=call.order_id, kind=kind)
        record.expect(db, connection, call.id, now_ms=ctx.clock.now_ms())
        if vendor.tracking and vendor.tracking.subscription and query.subscribes(connection):
            wanted = query.SUBSCRIBE
            follow_up_jobs.put(db, connection_id=connection.id, order_id=call.order_id, kind=wanted)


def ending_of(
    outcome: Outcome,
    call: Call,
    request: Request,
    *,
    tries: int,
    timings: Timings,
    settle_delay_ms: int,
    steady_ms: int,
    chance: float,
) -> Ending:
    """Return what an outcome makes of a call, at a steady time; `chance` (0 to 1) spreads the next try.

    `tries` is how often it left. How old it is does not count: a computer that slept has not tried meanwhile.
    """
    match outcome:
        case Accepted(message):
            return Ending("confirmed", message)
        case Refused(problems):
            return Ending("rejected", sentences(*(problem.message for problem in problems)), problems)
        case Blocked(message):
            return Ending("blocked", message)
        case TryLater(message, nobody_there=False) if tries >= timings.max_attempts:
            return Ending("dead", Message("update.tried", reason=message, count=tries))
        case TryLater(message, after_s):
            return _again(call, message, after_s, timings, steady_ms, chance)
        case Unsure(message) if request.repeatable and tries >= timings.max_attempts:
            return Ending("needs_attention", Message("update.tried", reason=message, count=tries))
        case Unsure(message) if request.repeatable:
            return _again(call, message, None, timings, steady_ms, chance)
        case Unsure(message):
            return Ending("unknown", message, check_at_ms=steady_ms + settle_delay_ms)


def _again(
    call: Call, message: Message, after_s: float | None, timings: Timings, steady_ms: int, chance: float
) -> Ending:
    """The next try: when the platform said, else after a pause that grows and is spread (full jitter)."""
    longest_s = min(timings.backoff_cap_s, timings.backoff_base_s * 2 ** min(call.attempts, 10))
    pause_s = longest_s * chance if after_s is None else min(after_s, timings.wait_cap_s)
    return Ending("retry_wait", message, due_at_ms=steady_ms + round(pause_s * 1_000))


def _known(db: Db, call_id: int) -> tuple[Call, Connection, Link | None] | None:
    """A call, its connection and what that has of its order; without a request where the call is built anew.

    What the platform may have acted on goes again as it went. Else things may have changed since it was tried.
    """
    call = calls.get(db, call_id)
    if call is None:
        return None
    if not calls.acts_until(db, call_id):
        call = replace(call, request=None)
    connection = next(one for one in connections.every(db) if one.id == call.connection_id)
    links = {link.connection_id: link for link in orders.links(db, call.order_id)}
    return call, connection, links.get(call.connection_id)


def _request_for(db: Db, call: Call, connection: Connection, link: Link | None) -> Request | None:
    """Build a call's request from what is known now; shipments that are told later are not part of it."""
    number = orders.get(db, call.order_id).number
    if link is None and orders.linked(db, connection.id, number) is not None:
        # It was read since the call was entered, as another order of ours.
        message = Message("order.other_there", connection=connection.name, number=number)
        raise ValidationFailed(Problem((), message, Message("order.link_them")))
    if call.shipment_id is None:
        return intents.request_for(db, call, connection, link)
    told = correct.told_by(db, call)
    shipment = next((one for one in told if one.id == call.shipment_id), None)
    if shipment is None:
        return None
    packages = tuple(one for one in shipment.packages if call.package_id in (None, one.id))
    notification = ShipmentNotification(
        order=orders.get(db, call.order_id),
        link=link,
        shipment=shipment,
        packages=packages,
        shipments=told,
        options=connection.options,
        replaced=package_changes.replaced(db, call.order_id),
        again=correct.was_told(db, call),
    )
    request = VENDORS[connection.vendor].shipments.notify(notification)
    return (
        replace(request, summary=Message("summary.edited", summary=request.summary))
        if request and notification.again
        else request
    )


def outcome_of(vendor: Vendor, request: Request, sent: SendResult) -> Outcome:
    match sent:
        case Response():
            return vendor.read_update(request, sent)
        case NotSent(message, lasting):
            said = unanswered(vendor.title, message)
            return Blocked(said) if lasting else TryLater(said, nobody_there=True)
        case NoResponse(message):
            return Unsure(unanswered(vendor.title, message))


def _before_sending(outcome: Outcome) -> Outcome:
    """An outcome of a mere look at the order: whatever it was, nothing was told yet."""
    return TryLater(outcome.message, nobody_there=True) if isinstance(outcome, Unsure) else outcome


def put_off(db: Db, ctx: Context, call: Call, connection: Connection, outcome: Outcome) -> None:
    """Write down that a call could not be begun: nothing of it was sent."""
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    unsent = Request(call="", method="", path="")
    chance = random.random()
    # The vendor may have been read just before.
    ending = masked_ending(
        ending_of(
            outcome, call, unsent, tries=0, timings=ctx.timings, settle_delay_ms=0, steady_ms=steady_ms, chance=chance
        )
    )
    if calls.put_off(db, call.id, ending, now_ms=now_ms, steady_ms=steady_ms):
        attempt = Attempt(call.attempts + 1, now_ms, "not_sent", message=ending.message, station=ctx.station)
        calls.add_attempt(db, call.id, attempt, owner=ctx.clock.boot_id())
        if isinstance(outcome, TryLater) and outcome.after_s is None:
            circuit_breaker.note(db, ctx, connection, nobody_there=True, message=ending.message)
        consequences(db, ctx, call, connection, outcome)


def _set_aside(db: Db, ctx: Context, call_id: int) -> None:
    """Put a call aside that the program itself cannot make."""
    call = calls.get(db, call_id)
    if call is None:
        return
    now_ms = ctx.clock.now_ms()
    message = Message("update.program_failed")
    if call.state == "sending":
        # It may have left, or been answered.
        connection = next(one for one in connections.every(db) if one.id == call.connection_id)
        calls.may_act_until(db, call_id, ctx.steady_ms(db) + settle_delay_ms(db, ctx, connection))
        calls.release_claim(db, call_id, Ending("needs_attention", message), now_ms=now_ms)
    else:
        calls.put_off(db, call_id, Ending("dead", message), now_ms=now_ms, steady_ms=ctx.steady_ms(db))
    attempt = Attempt(call.attempts, now_ms, "failed", message=message, station=ctx.station)
    calls.add_attempt(db, call_id, attempt, owner=ctx.clock.boot_id())
