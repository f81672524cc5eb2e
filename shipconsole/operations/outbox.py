"""The outbox: stored calls are claimed, sent one at a time per order and connection, and settled.

The order of things is what keeps a buyer from being told twice. A call is marked as being sent, with its
request fixed, in a synced transaction before its first byte leaves; from there only the vendor's answer, a
look at the vendor, or a person brings it to an end. What a vendor may have acted on and would act on again is
never sent again by itself.
"""

import asyncio
import json
import logging
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shipconsole.domain.call import CALL_STATES, ENDED, CallState
from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.operations import editing, followups
from shipconsole.operations.connections import secrets_of
from shipconsole.operations.desk import Desk
from shipconsole.operations.orders import read_again
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.station.logs import mask
from shipconsole.store import calls, changes, connections, errands, orders, shipments
from shipconsole.store.calls import Attempt, Call, Claim, Ending
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer, Json, Request
from shipconsole.vendors.sender import Lost, NotSent, Sent
from shipconsole.vendors.trail import Trail
from shipconsole.vendors.vendor import Telling, Vendor

AT_ONCE = 4
LEASE_MS = 60_000
CLAIM_FRESH_S = 5.0
QUARANTINE_MS = 120_000
BACKOFF_BASE_S, BACKOFF_CAP_S = 2.0, 300.0
MAX_ATTEMPTS = 12
ANSWER_KEPT = 4_096
KEYRING_PAUSE_S = 30.0
KEEP_TRYING_S = 20.0
LOOK_AFTER_EVERY_S = 10.0
ROUND_S = 1.0

Decision = Literal["retry", "went_through", "drop"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Sending:
    """A claimed call: what is sent, to whom, and the claim that its answer belongs to."""

    claim: Claim
    call: Call
    request: Request


class Dispatcher:
    """Delivers what is due for as long as it runs, at most `AT_ONCE` calls at a time, and does the errands."""

    def __init__(self, desk: Desk) -> None:
        """Make ready; nothing is sent before `run`."""
        self._desk = desk
        self._woken = asyncio.Event()
        self._stopping = False
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._errands: asyncio.Task[int] | None = None
        self._looked_after_at_s = -LOOK_AFTER_EVERY_S

    def wake(self) -> None:
        """Look for due calls now; to be called on the loop's own thread."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until `stop`. A store that cannot be used for a while is waited out."""
        while not self._stopping:
            try:
                await self._round()
            except OutsideError as error:
                _log.warning("Nothing can be sent at present: %s", error.words)
            await self._pause()

    async def stop(self, wait_s: float) -> None:
        """Begin nothing more and wait for what is in flight; what is not answered by then is looked into later."""
        self._stopping = True
        self.wake()
        if self._errands is not None:
            self._errands.cancel()
        tasks = list(self._in_hand.values())
        late = (await asyncio.wait(tasks, timeout=wait_s))[1] if tasks else set[asyncio.Task[None]]()
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if self._errands is not None:
            await asyncio.gather(self._errands, return_exceptions=True)

    async def _round(self) -> None:
        now_s = self._desk.clock.monotonic_s()
        if now_s - self._looked_after_at_s >= LOOK_AFTER_EVERY_S:
            self._looked_after_at_s = now_s
            await recover(self._desk)
            await self._desk.write(changes.forget_old)
        free = AT_ONCE - len(self._in_hand)
        if free > 0:
            for call_id in await _due(self._desk, most=AT_ONCE + free):
                if call_id not in self._in_hand and len(self._in_hand) < AT_ONCE:
                    self._start(call_id)
        if self._errands is None or self._errands.done():
            # Beside the calls: an order source may take its time to read its shop, a parcel must not wait for it.
            self._errands = asyncio.create_task(followups.run_due(self._desk), name="errands")
            self._errands.add_done_callback(_log_failure)

    def _start(self, call_id: int) -> None:
        task = asyncio.create_task(deliver_one(self._desk, call_id), name=f"call {call_id}")
        self._in_hand[call_id] = task

        def ended(task: "asyncio.Task[None]") -> None:
            del self._in_hand[call_id]
            self._woken.set()
            _log_failure(task)

        task.add_done_callback(ended)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(ROUND_S):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()


def _log_failure(task: "asyncio.Task[Any]") -> None:
    """Write down why a task ended that nobody waits for."""
    if task.cancelled():
        return
    error = task.exception()
    if isinstance(error, OutsideError):
        _log.warning("%s was not finished: %s", task.get_name(), error.words)
    elif error is not None:
        _log.error("%s ended in an error of the program", task.get_name(), exc_info=error)


async def deliver(desk: Desk, *, until_empty: bool = False, order_id: int | None = None) -> tuple[int, ...]:
    """Deliver each due call once, or until none is due; tell the ids of the calls that were tried.

    With an order's id only that order's calls and errands.
    """
    await recover(desk)
    places = asyncio.Semaphore(AT_ONCE)
    tried: list[int] = []

    async def one(call_id: int) -> None:
        async with places:
            await deliver_one(desk, call_id)

    while True:
        due = await _due(desk, most=100, order_id=order_id)
        fresh = [call_id for call_id in due if until_empty or call_id not in tried]
        if not fresh:
            break
        tried += fresh
        await asyncio.gather(*(one(call_id) for call_id in fresh))
    await followups.run_due(desk, order_id=order_id)
    return tuple(dict.fromkeys(tried))


async def deliver_one(desk: Desk, call_id: int) -> None:
    """Send one due call and settle it; does nothing where somebody else has it or it may not go.

    An error of the program is this call's alone: it is put aside for a person, and the others go on.
    """
    try:
        await _deliver_one(desk, call_id)
    except OutsideError:
        raise
    except Exception:  # noqa: BLE001 - whatever it was, it is written down and stays this call's own
        _log.exception("Call %s could not be made because of an error of the program", call_id)
        await desk.write(_set_aside, desk, call_id)


async def _deliver_one(desk: Desk, call_id: int) -> None:
    known = await desk.read(_known, call_id)
    if known is None:
        return
    call, connection, link = known
    vendor = VENDORS[connection.vendor]
    try:
        if call.request is None and link is not None and vendor.reads_before_telling:
            outcome = await read_again(desk, connection, link.remote_id)
            if not isinstance(outcome, Accepted):
                await desk.write(_put_off, desk, call, connection, _before_sending(outcome))
                return
        headers = vendor.headers(await secrets_of(desk, connection), connection.options)
    except RefusedError as refused:
        await desk.write(_put_off, desk, call, connection, Blocked(str(refused)))
        return
    except KeyringUnavailable as unavailable:
        await desk.write(_put_off, desk, call, connection, TryLater(unavailable.words, KEYRING_PAUSE_S))
        return
    before_claim_s = desk.clock.monotonic_s()
    sending = await desk.write(_claim, desk, call_id)
    if sending is None:
        return
    # A computer that slept between the claim and the first byte may wake when the claim is long given up.
    sent: Sent = NotSent("this computer was too slow to begin")
    if desk.clock.monotonic_s() - before_claim_s < CLAIM_FRESH_S:
        sent = await desk.sender.send(connection, vendor, sending.request, headers)
    await _keep_answer(desk, sending, connection, sent)


async def _keep_answer(desk: Desk, sending: _Sending, connection: Connection, sent: Sent) -> None:
    """Store an answer; a store that cannot be used just then is tried again as long as the claim holds."""
    until_s = desk.clock.monotonic_s() + KEEP_TRYING_S
    while True:
        try:
            await desk.write(_settle, desk, sending, connection, sent)
        except OutsideError as error:
            if desk.clock.monotonic_s() >= until_s:
                raise
            _log.warning("The answer to call %s is not stored yet: %s", sending.call.id, error.words)
            await asyncio.sleep(1)
        else:
            return


async def recover(desk: Desk) -> int:
    """Look after calls whose sender is gone: what the vendor may have acted on is unknown, never simply sent again."""
    return await desk.write(_recover, desk)


async def settle_by_hand(desk: Desk, call_id: int, decision: Decision, why: str) -> None:
    """End or repeat a call on a person's word; the word is kept with it.

    `retry` puts a new call in its place, built from what is known now. `went_through` takes it for told.
    `drop` gives it up. Raises `RefusedError` where the call is not one that a person may settle so.
    """
    await desk.write(_settle_by_hand, desk, call_id, decision, why)


async def tell_again(desk: Desk, call_id: int, why: str) -> None:
    """Put a new call in the place of one that was refused or given up."""
    await settle_by_hand(desk, call_id, "retry", why)


async def latest(desk: Desk, *, state: CallState | None = None, most: int = 200) -> tuple[Call, ...]:
    """The calls that changed last, newest first."""
    return await desk.read(calls.latest, state=state, most=most)


async def counts(desk: Desk) -> Mapping[CallState, int]:
    """How many calls are in each state that is not an end."""
    return await desk.read(calls.count_by_state)


async def attempts(desk: Desk, call_id: int) -> tuple[Attempt, ...]:
    """Everything that was tried and seen of a call, oldest first."""
    return await desk.read(calls.attempts, call_id)


async def of_ids(desk: Desk, call_ids: tuple[int, ...]) -> tuple[Call, ...]:
    """Some calls as they stand now."""
    found = [await desk.read(calls.get, call_id) for call_id in call_ids]
    return tuple(call for call in found if call is not None)


def state_named(text: str) -> CallState:
    """The call state of a name; `RefusedError` for a name that is none."""
    for state in CALL_STATES:
        if state == text:
            return state
    raise RefusedError(Problem(("state",), f"“{text}” is no state of a call: {', '.join(CALL_STATES)}."))


def ending_of(outcome: Outcome, call: Call, request: Request, *, now_ms: int, chance: float) -> Ending:
    """What an outcome makes of a call that was sent; `chance` (0 to 1) spreads the next try."""
    match outcome:
        case Accepted(words):
            return Ending("confirmed", words)
        case Refused(problems):
            return Ending("rejected", "; ".join(problem.message for problem in problems), problems)
        case Blocked(words):
            return Ending("blocked", words)
        case TryLater(words, after_s):
            return _again(call, words, after_s, now_ms, chance)
        case Unsure(words) if request.repeatable and call.attempts >= MAX_ATTEMPTS:
            return Ending("dead", f"{words} It was tried {call.attempts} times.")
        case Unsure(words) if request.repeatable:
            return _again(call, words, None, now_ms, chance)
        case Unsure(words):
            return Ending("unknown", words, check_at_ms=now_ms + QUARANTINE_MS)


def request_text(request: Request) -> str:
    """A request as it is kept with its call."""
    kept = {
        "call": request.call,
        "method": request.method,
        "path": request.path,
        "query": [list(pair) for pair in request.query],
        "body": request.body_text,
        "summary": request.summary,
        "repeatable": request.repeatable,
        "trail": request.trail.to_text(),
    }
    return json.dumps(kept, ensure_ascii=False)


def request_from(text: str) -> Request:
    """Read back what `request_text` kept: the same bytes will be sent."""
    kept = json.loads(text)
    body: Json = json.loads(kept["body"]) if kept["body"] else None
    return Request(
        call=kept["call"],
        method=kept["method"],
        path=kept["path"],
        query=tuple((name, value) for name, value in kept["query"]),
        body=body,
        repeatable=kept["repeatable"],
        summary=kept["summary"],
        trail=Trail.from_text(kept["trail"]),
    )


async def _due(desk: Desk, *, most: int, order_id: int | None = None) -> list[int]:
    found = await desk.read(calls.due, now_ms=desk.clock.now_ms(), most=most if order_id is None else 10_000)
    if order_id is None:
        return [one.id for one in found]
    mine = {call.id for call in await desk.read(calls.of_order, order_id)}
    return [one.id for one in found if one.id in mine]


def _known(db: Db, call_id: int) -> tuple[Call, Connection, Link | None] | None:
    call = calls.get(db, call_id)
    if call is None:
        return None
    connection = next(one for one in connections.every(db) if one.id == call.connection_id)
    links = {link.connection_id: link for link in orders.links(db, call.order_id)}
    return call, connection, links.get(call.connection_id)


def _claim(db: Db, desk: Desk, call_id: int) -> _Sending | None:
    """Fix the request and mark the call as being sent, in one transaction."""
    known = _known(db, call_id)
    if known is None:
        return None
    call, connection, link = known
    now_ms = desk.clock.now_ms()
    if call.request is not None:
        request: Request | None = request_from(call.request)
    else:
        try:
            request = _request_for(db, call, connection, link)
        except RefusedError as refused:
            calls.put_off(db, call_id, Ending("rejected", str(refused), refused.problems), now_ms=now_ms)
            return None
    if request is None:
        words = f"Nothing of this concerns {connection.name} any more."
        calls.put_off(db, call_id, Ending("cancelled", words), now_ms=now_ms)
        return None
    claim = calls.claim(
        db,
        call_id,
        owner=desk.clock.boot_id(),
        station=desk.station,
        request=request_text(request),
        fingerprint=request.fingerprint,
        repeatable=request.repeatable,
        summary=request.summary,
        now_ms=now_ms,
        lease_until_ms=now_ms + LEASE_MS,
    )
    claimed = calls.get(db, call_id)
    return None if claim is None or claimed is None else _Sending(claim, claimed, request)


def _request_for(db: Db, call: Call, connection: Connection, link: Link | None) -> Request | None:
    """Build a call's request from what is known now; later shipments of the order are not part of it."""
    if call.shipment_id is None:
        return editing.request_for(orders.get(db, call.order_id), connection, link, call.intent or "{}")
    stored = [one for one in shipments.of_order(db, call.order_id) if one.id <= call.shipment_id]
    shipment = stored[-1]
    packages = tuple(one for one in shipment.packages if call.package_id in (None, one.id))
    telling = Telling(
        order=orders.get(db, call.order_id),
        link=link,
        shipment=shipment,
        packages=packages,
        shipments=tuple(stored),
        options=connection.options,
    )
    return VENDORS[connection.vendor].tell(telling)


def _settle(db: Db, desk: Desk, sending: _Sending, connection: Connection, sent: Sent) -> None:
    """Store the answer and what it means, in one transaction."""
    now_ms = desk.clock.now_ms()
    vendor = VENDORS[connection.vendor]
    outcome = _outcome_of(vendor, sending.request, sent)
    ending = ending_of(outcome, sending.call, sending.request, now_ms=now_ms, chance=random.random())
    answer = sent if isinstance(sent, Answer) else None
    # A vendor may repeat what it was sent, so its words are masked before they are kept.
    ending = ending._replace(
        words=mask(ending.words),
        problems=tuple(problem._replace(message=mask(problem.message)) for problem in ending.problems),
        vendor_request_id=answer.request_id if answer else "",
    )
    attempt = Attempt(
        number=sending.call.attempts,
        at_ms=now_ms,
        what="answered" if answer else "not_sent" if isinstance(sent, NotSent) else "lost",
        status=answer.status if answer else None,
        vendor_request_id=answer.request_id if answer else "",
        answer=mask(answer.body[:ANSWER_KEPT].decode("utf-8", "replace").replace("\0", "�")) if answer else "",
        words=ending.words,
        station=desk.station,
        elapsed_ms=answer.elapsed_ms if answer else None,
    )
    calls.add_attempt(db, sending.call.id, attempt, owner=sending.claim.owner)
    settled = calls.settle(db, sending.claim, ending, now_ms=now_ms)
    if settled or (answer is not None and calls.settle_late(db, sending.claim, ending, now_ms=now_ms)):
        _consequences(db, sending.call, connection, outcome, now_ms=now_ms)


def _consequences(db: Db, call: Call, connection: Connection, outcome: Outcome, *, now_ms: int) -> None:
    """What an outcome means beyond its own call."""
    vendor = VENDORS[connection.vendor]
    if isinstance(outcome, Blocked):
        connections.block(db, connection.id, mask(outcome.words))
    elif isinstance(outcome, TryLater) and outcome.whole_account:
        connections.hold(db, connection.id, until_ms=now_ms + round((outcome.after_s or BACKOFF_BASE_S) * 1_000))
    elif isinstance(outcome, Accepted):
        kind = followups.REFRESH if vendor.refresh else followups.READ_BACK if vendor.reads_before_telling else ""
        if kind:
            errands.put(db, connection_id=connection.id, order_id=call.order_id, kind=kind, due_at_ms=now_ms)


def _outcome_of(vendor: Vendor, request: Request, sent: Sent) -> Outcome:
    match sent:
        case Answer():
            return vendor.read_told(request, sent)
        case NotSent(words, lasting):
            said = f"{vendor.title}: {words}."
            return Blocked(said) if lasting else TryLater(said)
        case Lost(words):
            return Unsure(f"{vendor.title}: {words}.")


def _before_sending(outcome: Outcome) -> Outcome:
    """An outcome of a mere look at the order: whatever it was, nothing was told yet."""
    return TryLater(outcome.words) if isinstance(outcome, Unsure) else outcome


def _put_off(db: Db, desk: Desk, call: Call, connection: Connection, outcome: Outcome) -> None:
    """Write down that a call could not be begun: nothing of it was sent."""
    now_ms = desk.clock.now_ms()
    unsent = Request(call="", method="", path="")
    ending = ending_of(outcome, call, unsent, now_ms=now_ms, chance=random.random())
    if calls.put_off(db, call.id, ending, now_ms=now_ms):
        attempt = Attempt(call.attempts + 1, now_ms, "not_sent", words=ending.words, station=desk.station)
        calls.add_attempt(db, call.id, attempt, owner=desk.clock.boot_id())
        _consequences(db, call, connection, outcome, now_ms=now_ms)


def _set_aside(db: Db, desk: Desk, call_id: int) -> None:
    """Put a call aside that the program itself cannot make."""
    call = calls.get(db, call_id)
    if call is None:
        return
    now_ms = desk.clock.now_ms()
    words = "The program failed on this call; its log says how. The others go on."
    if call.state == "sending":
        calls.give_up_claim(db, call_id, Ending("needs_person", words), now_ms=now_ms)
    else:
        calls.put_off(db, call_id, Ending("dead", words), now_ms=now_ms)
    attempt = Attempt(call.attempts, now_ms, "failed", words=words, station=desk.station)
    calls.add_attempt(db, call_id, attempt, owner=desk.clock.boot_id())


def _again(call: Call, words: str, after_s: float | None, now_ms: int, chance: float) -> Ending:
    """The next try: when the vendor said, else after a pause that grows and is spread (full jitter)."""
    longest_s = min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2 ** min(call.attempts, 10))
    pause_s = longest_s * chance if after_s is None else after_s
    return Ending("retry_wait", words, due_at_ms=now_ms + round(pause_s * 1_000))


def _recover(db: Db, desk: Desk) -> int:
    now_ms = desk.clock.now_ms()
    found = calls.abandoned(db, now_ms=now_ms)
    for call_id, number, repeatable in found:
        words = "The program ended while this was being sent; whether it arrived is not known."
        ending = Ending("unknown", words, check_at_ms=now_ms + QUARANTINE_MS)
        if repeatable:
            ending = Ending(
                "retry_wait",
                "The program ended while this was being sent. It is sent again.",
                due_at_ms=now_ms,
            )
        calls.give_up_claim(db, call_id, ending, now_ms=now_ms)
        attempt = Attempt(number, now_ms, "abandoned", words=ending.words, station=desk.station)
        calls.add_attempt(db, call_id, attempt, owner=desk.clock.boot_id())
    return len(found)


_MAY_SETTLE: dict[Decision, tuple[CallState, ...]] = {
    "retry": ("unknown", "needs_person", "rejected", "blocked", "dead", "cancelled"),
    "went_through": ("unknown", "needs_person", "rejected", "blocked", "dead"),
    "drop": ("held", "pending", "retry_wait", "unknown", "needs_person", "rejected", "blocked", "dead"),
}
_BECOMES: dict[Decision, CallState] = {
    "retry": "superseded",
    "went_through": "confirmed",
    "drop": "cancelled",
}
_DONE: dict[Decision, str] = {"retry": "sent again", "went_through": "taken for told", "drop": "given up"}


def _settle_by_hand(db: Db, desk: Desk, call_id: int, decision: Decision, why: str) -> None:
    call = calls.get(db, call_id)
    if call is None:
        raise RefusedError(Problem(("id",), f"There is no call {call_id}."))
    if not why.strip():
        raise RefusedError(Problem(("why",), "Say why, in a few words; it is kept with the call."))
    if call.state not in _MAY_SETTLE[decision]:
        state = "at its end" if call.state in ENDED else f"in state {call.state}"
        raise RefusedError(Problem(("id",), f"Call {call_id} is {state}, so it cannot be {_DONE[decision]}."))
    now_ms = desk.clock.now_ms()
    who = desk.operator or desk.station
    words = f"{_DONE[decision].capitalize()} by {who}: {why.strip()}"
    if decision == "retry":
        calls.add(
            db,
            key=uuid.uuid4().hex,
            order_id=call.order_id,
            shipment_id=call.shipment_id,
            intent=call.intent,
            package_id=call.package_id,
            connection_id=call.connection_id,
            summary=call.summary,
            repeatable=call.repeatable,
            now_ms=now_ms,
            supersedes=call_id,
        )
    calls.move(db, call_id, from_state=call.state, state=_BECOMES[decision], words=words, now_ms=now_ms)
    attempt = Attempt(call.attempts, now_ms, "person", words=words, station=desk.station)
    calls.add_attempt(db, call_id, attempt, owner=desk.clock.boot_id())
