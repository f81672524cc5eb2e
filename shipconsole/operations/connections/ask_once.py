"""Asking a platform once, for a person who waits for the answer: nothing is queued, stored or asked again."""

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.outcome import Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import Problem
from shipconsole.operations.connections.connections import no_response, send
from shipconsole.operations.context import Context
from shipconsole.station.logs import masked
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer, Request
from shipconsole.vendors.http import Lost, NotSent


async def send_once(ctx: Context, connection: Connection, request: Request) -> Answer | Outcome:
    """The platform's answer, or why there is none; raises what `connections.secrets_of` raises.

    Whatever comes of it, the connection is not blocked: a key that may not manage webhooks may still tell.
    """
    title = VENDORS[connection.vendor].title
    match await send(ctx, connection, request):
        case NotSent(message, lasting):
            said = no_response(title, message)
            return Blocked(said) if lasting else TryLater(said)
        case Lost(message):
            said = no_response(title, message)
            return TryLater(said) if request.method == "GET" else Unsure(said)
        case answer:
            return answer


def outcome_problems(outcome: Outcome) -> tuple[Problem, ...]:
    """What the platform found wrong, keys masked; nothing where it was no refusal."""
    problems = outcome.problems if isinstance(outcome, Refused) else ()
    return tuple(problem._replace(message=masked(problem.message)) for problem in problems)


def outcome_message(outcome: Outcome) -> Message:
    """An outcome in words; a platform may repeat what it was sent, so keys in them are masked."""
    if isinstance(outcome, Refused):
        return masked(sentences(*(one.sentence for one in outcome.problems)))
    return masked(outcome.message)
