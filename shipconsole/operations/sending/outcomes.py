"""Outcomes: what a response means for a call, and the state that the call ends in."""

from shipconsole.domain.call import Call
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.operations.connections.connections import no_response
from shipconsole.operations.importing.import_orders import NOT_TRIED_S
from shipconsole.operations.timings import Timings
from shipconsole.station.logs import masked
from shipconsole.store.calls import Ending
from shipconsole.vendors.adapter import BatchJob, Vendor
from shipconsole.vendors.field_errors import ACCEPTED_ONLY
from shipconsole.vendors.http import NoResponse, NotSent, SendResult
from shipconsole.vendors.request import Request, Response


def outcome_of(vendor: Vendor, request: Request, sent: SendResult) -> Outcome:
    """Return the outcome of an update."""
    match sent:
        case Response():
            return vendor.read_update(request, sent)
        case NotSent(message, is_attempt=False):
            # The platform does not decide when: it has not been reached for.
            return TryLater(no_response(vendor.title, message), after_s=NOT_TRIED_S, nobody_there=True)
        case NotSent(message, lasting):
            reason = no_response(vendor.title, message)
            return Blocked(reason) if lasting else TryLater(reason, nobody_there=True)
        case NoResponse(message):
            return Unsure(no_response(vendor.title, message))


def job_of(vendor: Vendor, request: Request, sent: SendResult) -> BatchJob | None:
    """Return the job in which a platform processes what it accepted with a 202; None where it named none."""
    if vendor.batches is None or not isinstance(sent, Response) or sent.status != ACCEPTED_ONLY:
        return None
    found = vendor.batches.read(request, sent)
    return found if isinstance(found, BatchJob) else None


def job_pause_s(timings: Timings, since_s: float) -> float:
    """Return the pause before the next check of a job that was started so long ago."""
    at_s = 0.0
    for pause_s in timings.job_pauses_s:
        at_s += pause_s
        if since_s < at_s:
            return pause_s
    return timings.job_pauses_s[-1]


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
    """Return the ending of a call for an outcome, at a steady time; `chance` (0 to 1) spreads the retry.

    `tries` is how often it was sent. Its age does not count: a computer that slept has not tried meanwhile.
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
    """Return a retry when the platform asked for it, else after a growing pause with full jitter."""
    longest_s = min(timings.backoff_cap_s, timings.backoff_base_s * 2 ** min(call.attempts, 10))
    pause_s = longest_s * chance if after_s is None else min(after_s, timings.wait_cap_s)
    return Ending("retry_wait", message, due_at_ms=steady_ms + round(pause_s * 1_000))


def masked_ending(ending: Ending) -> Ending:
    """Return an ending as it is stored: keys that a platform may repeat are masked."""
    problems = tuple(problem._replace(message=masked(problem.message)) for problem in ending.problems)
    return ending._replace(message=masked(ending.message), problems=problems)
