"""Sending: one due call is claimed, sent, and settled; what the platform may have acted on is never simply sent again.

The sequence keeps a customer from being notified twice. A call is stored as being sent, with its request fixed, in a
synced transaction before the first byte leaves; after that only the platform's response, a check at the platform, or a
person ends it.
"""

import asyncio
import json
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shipconsole.domain.call import Attempt, Call
from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.connections import senders
from shipconsole.operations.connections.connections import secrets_of
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.importing.import_orders import refresh_order
from shipconsole.operations.outbox import circuit_breaker, hold
from shipconsole.operations.outbox.request_codec import request_from, request_text
from shipconsole.operations.outbox.settle_delay import settle_delay_ms
from shipconsole.operations.sending import followups, intents
from shipconsole.operations.sending.outcomes import ending_of, job_of, job_pause_s, masked_ending, outcome_of
from shipconsole.operations.shipping import correct
from shipconsole.operations.tracking import query, record
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.station.logs import mask, masked
from shipconsole.store import batches, calls, connections, follow_up_jobs, orders, package_changes
from shipconsole.store.calls import Claim, Ending
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import BatchJob, ShipmentNotification
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.decoding import with_escapes
from shipconsole.vendors.http import NoResponse, NotSent, SendResult
from shipconsole.vendors.request import Request, Response

ANSWER_KEPT = 4_096
LONGEST_SPELLING = 4_096
"""More than the longest API key takes, encoded for a URL."""
NEVER_MS = 253_402_300_799_000
"""Year 9999: no program owns a call in a job; its claim ends with the job, and not with a program."""

TOO_SLOW = Message("network.too_slow")
"""Not sent: the claim was no longer fresh. The platform has no part in that."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """A claimed call with its request, and the claim that its response belongs to."""

    claim: Claim
    call: Call
    request: Request


async def send_update(ctx: Context, call_id: int) -> None:
    """Send one due call and settle it; does nothing where it is claimed or not allowed.

    An error of the program affects only this call: a person has to resolve it, and the others continue.
    """
    ctx.in_hand.add(call_id)
    try:
        await _deliver_one(ctx, call_id)
    except EnvironmentFailure:
        raise
    except Exception:  # noqa: BLE001 - it is logged and affects only this call
        _log.exception("Call %s could not be sent because of an error of the program", call_id)
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
            outcome = await refresh_order(ctx, connection, link.remote_id)
            if not isinstance(outcome, Accepted):
                await ctx.write(put_off, ctx, call, connection, _before_sending(outcome))
                return
        headers = vendor.headers(await secrets_of(ctx, connection), connection.options)
    except ValidationFailed as refused:
        await ctx.write(put_off, ctx, call, connection, Blocked(refused.message))
        return
    except KeyringUnavailable as unavailable:
        if not await ctx.write(senders.wait_for_keyring, ctx, connection, unavailable.message):
            pause = TryLater(unavailable.message, ctx.timings.keyring_pause_s, nobody_there=True)
            await ctx.write(put_off, ctx, call, connection, pause)
        return
    sending = await ctx.write(claim, ctx, call_id)
    if sending is None:
        return
    sent: SendResult = NotSent(TOO_SLOW, is_attempt=False)
    has_begun = False
    try:
        if await is_still_claimed(ctx, [sending.claim]):
            has_begun = True
            sent = await ctx.sender.send(connection, vendor, sending.request, headers)
    except asyncio.CancelledError:
        lost = NoResponse(Message("network.closed"))
        await _keep_answer(ctx, sending, connection, lost if has_begun else sent)
        raise
    await _keep_answer(ctx, sending, connection, sent)


async def is_still_claimed(ctx: Context, claimed: Sequence[Claim]) -> bool:
    """Return whether committed claims still hold, for long enough to send and get a response, and no sleep since.

    Once a claim's lease is over, another station takes the update over and may send it again after a check. So nothing
    may leave here when the lease is over by the database's time, and a computer that slept, or a process that was
    stopped, must not send what it claimed before.

    How long the claim took says nothing of that: on a busy server it waits for its turn to write, before the lease
    begins. What counts is the time from the commit on, and only the database knows both the lease and the time now. So
    the claims are read again after the commit returned. That read gives the rest of the lease at a moment after it
    began here, on whichever clock the lease counts: a sleep before that moment, also between the commit at the server
    and its response, has shortened the rest that is read, of which half must be left, as long as a request takes. A
    sleep after that moment shows on this computer's clock, which counts sleep: since the read began, no more than
    `claim_fresh_s` may have passed. That it began before its moment makes this too long, never too short; it waits for
    no writer. `vendors.http` sends nothing if this computer slept while the request waited for the rate limit or for
    its connection, and no body if it slept after the headers.
    """
    began_s = ctx.clock.monotonic_s()
    try:
        left_ms = await ctx.read(lease_left_ms, ctx, claimed)
    except EnvironmentFailure as error:
        _log.warning("A claim cannot be read again, so nothing is sent: %s", error.message)
        return False
    is_fresh = ctx.clock.monotonic_s() - began_s < ctx.timings.claim_fresh_s
    return is_fresh and left_ms >= ctx.timings.lease_ms // 2


def lease_left_ms(db: Db, ctx: Context, claimed: Sequence[Claim]) -> int:
    """Return how long the leases of some claims still last, at least; 0 or less where one no longer holds."""
    return min(calls.lease_until(db, claim) for claim in claimed) - ctx.steady_ms(db)


async def _keep_answer(ctx: Context, sending: Sending, connection: Connection, sent: SendResult) -> None:
    """Store a response; while the store cannot be used, retry as long as the claim holds."""
    until_s = ctx.clock.monotonic_s() + ctx.timings.keep_trying_s
    while True:
        try:
            await ctx.write(settle, ctx, sending, connection, sent)
        except EnvironmentFailure as error:
            if ctx.clock.monotonic_s() >= until_s:
                raise
            _log.warning("The response to call %s is not stored yet: %s", sending.call.id, error.message)
            await asyncio.sleep(1)
        else:
            return


def claim(db: Db, ctx: Context, call_id: int) -> Sending | None:
    """Fix the request and mark the call as being sent, in one transaction; return None where it may not be sent."""
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
        and link.as_of < calls.newest_attempt_of_other_updates(db, call_id)
    ):
        # Another program sent an update since the order was fetched: what that added must not be added again.
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
    """Store the response and its outcome, in one transaction."""
    vendor = VENDORS[connection.vendor]
    outcome = outcome_of(vendor, sending.request, sent)
    note_answer(db, ctx, connection, outcome, sent)
    if isinstance(outcome, Unsure) and (job := job_of(vendor, sending.request, sent)) is not None:
        message = Message("batch.accepted_alone", platform=vendor.title, job=job.id)
        await_job(db, ctx, [sending], job, message, sent)
    else:
        settle_as(db, ctx, sending, connection, outcome, sent)


def await_job(
    db: Db, ctx: Context, in_hand: Sequence[Sending], job: BatchJob, message: Message, sent: SendResult
) -> None:
    """Let claimed calls wait for the platform's job."""
    look_at_ms = ctx.steady_ms(db) + round(job_pause_s(ctx.timings, 0) * 1_000)
    for sending in in_hand:
        if end(db, ctx, sending, Ending("checking", message, check_at_ms=look_at_ms), sent):
            batches.set_job(db, sending.call.id, job.id, until_ms=NEVER_MS)


def note_answer(db: Db, ctx: Context, connection: Connection, outcome: Outcome, sent: SendResult) -> None:
    """Record how the connection responds, once per exchange."""
    answer = sent if isinstance(sent, Response) else None
    if isinstance(sent, NotSent) and not sent.is_attempt:
        return
    senders.note_reached(ctx, connection.id, is_reached=answer is not None)
    if answer is not None:
        connections.record_response_time(db, connection.id, answer.elapsed_ms)
    message = NO_MESSAGE if isinstance(outcome, Refused) else masked(outcome.message)
    circuit_breaker.record_result(
        db, ctx, connection, nobody_there=answer is None or circuit_breaker.is_failure(answer), message=message
    )


def settle_as(
    db: Db, ctx: Context, sending: Sending, connection: Connection, outcome: Outcome, sent: SendResult
) -> None:
    """Store the outcome of a claimed call, with the response."""
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    settles_ms = settle_delay_ms(db, ctx, connection)
    ending = left_to_others(db, ctx, connection, outcome, steady_ms) or ending_of(
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
        apply_consequences(db, ctx, sending.call, connection, outcome)
        if isinstance(outcome, Accepted) and isinstance(sent, Response):
            intents.accepted(db, ctx, sending.call, connection, sending.request, sent, now_ms)


def left_to_others(db: Db, ctx: Context, connection: Connection, outcome: Outcome, steady_ms: int) -> Ending | None:
    """Return the ending of an update that another station can send at once; None where none is left, or need be."""
    if not isinstance(outcome, Blocked) or not senders.others_left(db, ctx, connection.id):
        return None
    message = Message("sender.left_to_others", station=ctx.station, reason=outcome.message)
    return Ending("retry_wait", message, due_at_ms=steady_ms)


def end(db: Db, ctx: Context, sending: Sending, ending: Ending, sent: SendResult) -> bool:
    """Record an attempt and its ending; return False where the claim was lost and something else was decided."""
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
        if ending.state in hold.NOT_REACHED:
            # The order may have changed meanwhile.
            hold.hold_unseen(db, sending.call.order_id, (sending.call.id,), now_ms=now_ms)
        return True
    return answer is not None and calls.settle_late(db, sending.claim, ending, now_ms=now_ms)


def _beginning_of(answer: Response) -> str:
    """Return the beginning of a response as it is stored, masked.

    More is masked than is stored: a key that is cut in two would not be recognized.
    """
    read = ANSWER_KEPT + LONGEST_SPELLING
    text = mask(with_escapes(answer.body[:read], answer.headers).replace("\0", "�"))
    return (text[:-LONGEST_SPELLING] if len(answer.body) > read else text)[:ANSWER_KEPT]


def apply_consequences(db: Db, ctx: Context, call: Call, connection: Connection, outcome: Outcome) -> None:
    """Apply what an outcome means beyond its own call."""
    steady_ms = ctx.steady_ms(db)
    vendor = VENDORS[connection.vendor]
    if isinstance(outcome, Blocked):
        senders.give_up(db, ctx, connection, outcome.message)
    elif isinstance(outcome, TryLater) and outcome.whole_account:
        pause_s = min(outcome.after_s or ctx.timings.backoff_base_s, ctx.timings.wait_cap_s)
        connections.hold(db, connection.id, until_ms=steady_ms + round(pause_s * 1_000))
        ctx.held_until_s[connection.id] = ctx.clock.monotonic_s() + pause_s
    elif isinstance(outcome, Accepted):
        kind = followups.REFRESH if vendor.stores else upsert.READ_BACK if vendor.shipments.needs_fresh_order else ""
        if kind:
            follow_up_jobs.put(db, connection_id=connection.id, order_id=call.order_id, kind=kind)
        record.expect_events(db, connection, call.id, now_ms=ctx.clock.now_ms())
        if vendor.tracking and vendor.tracking.subscription and query.is_subscribing(connection):
            kind = query.SUBSCRIBE
            follow_up_jobs.put(db, connection_id=connection.id, order_id=call.order_id, kind=kind)


def _known(db: Db, call_id: int) -> tuple[Call, Connection, Link | None] | None:
    """Return a call, its connection, and its link; without a request where the request is built again.

    What the platform may have acted on is sent again unchanged. Anything else may have changed since it was tried.
    """
    call = calls.get(db, call_id)
    if call is None:
        return None
    if not calls.acts_until(db, call_id):
        call = replace(call, request=None)
    connection = connections.by_id(db)[call.connection_id]
    links = {link.connection_id: link for link in orders.links(db, call.order_id)}
    return call, connection, links.get(call.connection_id)


def _request_for(db: Db, call: Call, connection: Connection, link: Link | None) -> Request | None:
    """Build a call's request from what is known now, without later shipments."""
    number = orders.get(db, call.order_id).number
    if link is None and orders.linked(db, connection.id, number) is not None:
        # It was synced since the call was queued, as another order of ours.
        message = Message("order.other_there", connection=connection.name, number=number)
        raise ValidationFailed(Problem((), message, Message("order.link_them")))
    if call.shipment_id is None:
        return intents.request_for(db, call, connection, link)
    notified = correct.notified_shipments(db, call)
    shipment = next((stored for stored in notified if stored.id == call.shipment_id), None)
    if shipment is None:
        return None
    packages = tuple(package for package in shipment.packages if call.package_id in (None, package.id))
    notification = ShipmentNotification(
        order=orders.get(db, call.order_id),
        link=link,
        shipment=shipment,
        packages=packages,
        shipments=notified,
        options=connection.options,
        replaced=package_changes.replaced(db, call.order_id),
        again=correct.was_notified(db, call),
    )
    request = VENDORS[connection.vendor].shipments.notify(notification)
    return (
        replace(request, summary=Message("summary.edited", summary=request.summary))
        if request and notification.again
        else request
    )


def _before_sending(outcome: Outcome) -> Outcome:
    """Return the outcome of fetching the order before sending: nothing was sent yet."""
    return TryLater(outcome.message, nobody_there=True) if isinstance(outcome, Unsure) else outcome


def put_off(db: Db, ctx: Context, call: Call, connection: Connection, outcome: Outcome) -> None:
    """Record that a call could not be started: nothing of it was sent.

    A call that another station can send is not touched: what is missing here does not concern it.
    """
    if isinstance(outcome, Blocked) and not senders.give_up(db, ctx, connection, outcome.message):
        return
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    unsent = Request(call="", method="", path="")
    chance = random.random()
    # The order may have been fetched just before.
    ending = masked_ending(
        ending_of(
            outcome, call, unsent, tries=0, timings=ctx.timings, settle_delay_ms=0, steady_ms=steady_ms, chance=chance
        )
    )
    if calls.put_off(db, call.id, ending, now_ms=now_ms, steady_ms=steady_ms):
        attempt = Attempt(call.attempts + 1, now_ms, "not_sent", message=ending.message, station=ctx.station)
        calls.add_attempt(db, call.id, attempt, owner=ctx.clock.boot_id())
        if isinstance(outcome, TryLater) and outcome.after_s is None:
            senders.note_reached(ctx, connection.id, is_reached=False)
            circuit_breaker.record_result(db, ctx, connection, nobody_there=True, message=ending.message)
        apply_consequences(db, ctx, call, connection, outcome)


def _set_aside(db: Db, ctx: Context, call_id: int) -> None:
    """Leave a call to a person that the program itself cannot build."""
    call = calls.get(db, call_id)
    if call is None:
        return
    now_ms = ctx.clock.now_ms()
    message = Message("update.program_failed")
    if call.state == "sending":
        # It may have been sent, or even have got a response.
        connection = connections.by_id(db)[call.connection_id]
        calls.may_act_until(db, call_id, ctx.steady_ms(db) + settle_delay_ms(db, ctx, connection))
        calls.release_claim(db, call_id, Ending("needs_attention", message), now_ms=now_ms)
    else:
        calls.put_off(db, call_id, Ending("dead", message), now_ms=now_ms, steady_ms=ctx.steady_ms(db))
    attempt = Attempt(call.attempts, now_ms, "failed", message=message, station=ctx.station)
    calls.add_attempt(db, call_id, attempt, owner=ctx.clock.boot_id())
