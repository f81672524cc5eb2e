"""Single requests for a person who waits for the response: nothing is queued, stored, or retried."""

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.outcome import Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.operations.connections.connections import no_response, send
from shipconsole.operations.context import Context
from shipconsole.station.logs import masked
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import NoResponse, NotSent
from shipconsole.vendors.request import Request, Response


async def send_once(ctx: Context, connection: Connection, request: Request) -> Response | Outcome:
    """Return the platform's response, or why there is none; raise what `connections.secrets_of` raises.

    The connection is never blocked by it: a key that cannot manage webhooks can still send updates.
    """
    title = VENDORS[connection.vendor].title
    match await send(ctx, connection, request):
        case NotSent(message, lasting):
            reason = no_response(title, message)
            return Blocked(reason) if lasting else TryLater(reason)
        case NoResponse(message):
            reason = no_response(title, message)
            return TryLater(reason) if request.method == "GET" else Unsure(reason)
        case answer:
            return answer


def outcome_problems(outcome: Outcome) -> tuple[Problem, ...]:
    """Return what the platform rejected, with keys masked; empty where it rejected nothing."""
    problems = outcome.problems if isinstance(outcome, Refused) else ()
    return tuple(problem._replace(message=masked(problem.message)) for problem in problems)


def outcome_message(outcome: Outcome) -> Message:
    """Return an outcome as a message; keys that a platform may repeat are masked."""
    if isinstance(outcome, Refused):
        return masked(sentences(*(problem.sentence for problem in outcome.problems)))
    return masked(outcome.message)
